//! The organization's row.

use diesel::prelude::*;

use super::{Organization, Restored};
use crate::{
    base::{clock::Moment, ids::UserId},
    db::{Connection, Error, Tx, load::Load as _, schema::organization},
};

type Row = ((String, String, String), (i32, i32, i32, Option<i32>), (Option<Moment>, Option<UserId>, Option<Moment>), (Option<Moment>, Option<Moment>));

pub(super) fn load(c: &mut Connection) -> Result<Organization, Error> {
    let row: Row = organization::table
        .select((
            (organization::name, organization::allowed_domains, organization::support),
            (organization::invitation_days, organization::session_idle_hours, organization::session_max_hours, organization::key_max_days),
            (organization::changed_at, organization::changed_by, organization::set_up_at),
            (organization::restored_at, organization::restored_from),
        ))
        .only(c)?;
    let ((name, domains, support), (invitation_days, session_idle_hours, session_max_hours, key_max_days), changes, (restored_at, restored_from)) = row;
    let (changed_at, changed_by, set_up_at) = changes;
    Ok(Organization {
        name,
        allowed_domains: domains.split_whitespace().map(str::to_owned).collect(),
        invitation_days,
        session_idle_hours,
        session_max_hours,
        key_max_days,
        support,
        changed_at,
        changed_by,
        set_up: set_up_at.is_some(),
        restored: restored_at.zip(restored_from).map(|(at, made_at)| Restored { at, made_at }),
    })
}

pub(super) fn update(tx: &mut Tx, to: &Organization, by: &UserId) -> Result<(), Error> {
    let now = tx.now;
    diesel::update(organization::table)
        .set((
            organization::name.eq(&to.name),
            organization::allowed_domains.eq(to.allowed_domains.join(" ")),
            organization::invitation_days.eq(to.invitation_days),
            organization::session_idle_hours.eq(to.session_idle_hours),
            organization::session_max_hours.eq(to.session_max_hours),
            organization::key_max_days.eq(to.key_max_days),
            organization::support.eq(&to.support),
            organization::changed_at.eq(now),
            organization::changed_by.eq(by),
        ))
        .execute(&mut **tx)?;
    Ok(())
}

pub(super) fn master_key(c: &mut Connection) -> Result<Option<String>, Error> {
    Ok(organization::table.select(organization::master_key).first(c)?)
}

pub(super) fn set_master_key(tx: &mut Tx, fingerprint: &str) -> Result<(), Error> {
    diesel::update(organization::table).set(organization::master_key.eq(fingerprint)).execute(&mut **tx)?;
    Ok(())
}
