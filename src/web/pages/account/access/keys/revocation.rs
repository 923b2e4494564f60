//! `/account/access/keys/{key}/revocation`: ending a key one made, also where one may not administer keys any more.

use crate::{
    access::need::SignedIn,
    base::ids::KeyId,
    domain::{Error, api_keys, sessions},
    web::kit::{
        Answer, At, May, Nav, Question, redirect, render,
        told::keys,
        view::{Crumb, Face},
    },
};

/// Where one's keys are listed.
const HERE: &str = "/account/access";

pub async fn show(may: May<SignedIn>, At(key): At<KeyId>) -> Answer {
    let (shell, (key, through, me)) = may
        .page(move |c, may| {
            let held = api_keys::find_own(c, may, &key)?.ok_or(Error::NotFound)?;
            let through = api_keys::made_through(c, &held.id)?;
            Ok((held, through, may.actor().clone()))
        })
        .await?;
    if !key.is_live() {
        return redirect(HERE);
    }
    let title = format!("Revoke {}?", key.name);
    render(&Question {
        shell: shell.at(title.as_str(), Nav::Access),
        mark: None,
        crumbs: vec![Crumb::link("My access", HERE)],
        face: Face::of(&me.id, &me.name, &me.email, me.avatar.as_ref()),
        ends: keys::ends(key.used.as_ref(), through),
        stays: keys::stays(),
        button: "Revoke key".to_owned(),
        kind: "danger primary",
        open: None,
        leave: "Keep the key".to_owned(),
        back: HERE.to_owned(),
        title,
    })
}

pub async fn submit(may: May<SignedIn>, At(key): At<KeyId>) -> Answer {
    may.write(move |tx, may| {
        let ended = api_keys::revoke_own(tx, may, &key)?;
        Ok(sessions::notice(tx, may, &keys::done(&ended))?)
    })
    .await?;
    redirect(HERE)
}
