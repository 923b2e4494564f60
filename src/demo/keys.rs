//! The sample's API keys, in every state a key can be in.

use super::{
    people::{self, DAY},
    rows::Rows,
    sample::Sample,
};
use crate::{
    base::{
        clock::{Moment, days},
        key::KeySecret,
        text::fold,
    },
    db::{Connection, Error},
};

const HOUR: i64 = 60;

/// How long ago in minutes, from where, by which program.
type Use = (i64, &'static str, &'static str);

/// Place of the workspace, name, whose, permissions (none: unrestricted), minutes since it was made, days it works (0: for good), last
/// use, and who revoked it how many minutes ago.
type Row = (usize, &'static str, &'static str, Option<&'static str>, i64, i64, Option<Use>, Option<(i64, &'static str)>);

#[rustfmt::skip]
const ROWS: [Row; 11] = [
    (0, "weekly-digest", "grace", Some("flows_run kbs_query"), 3, 90, None, None),
    (0, "deploy-bot", "hedy", None, 23 * DAY, 90, Some((0, "10.0.3.7", "curl/8.9.1")), None),
    (0, "nightly-report", "grace", Some("flows_run"), 81 * DAY, 90, Some((6 * HOUR, "10.0.3.12", "python-httpx/0.27.0")), None),
    (0, "export", "claude", Some("flows_edit kbs_query"), 320 * DAY, 365, Some((5 * HOUR, "10.0.9.2", "noxus-sdk/0.6.0")), None),
    (0, "Newsletter archive of the years before the move", "emmy", Some("flows_edit flows_run kbs_edit kbs_query"), 55 * DAY, 0, Some((21 * DAY, "10.0.3.40", "python-requests/2.32")), None),
    (0, "notebook", "donald", Some("flows_run"), 297 * DAY, 365, Some((268 * DAY, "10.0.3.44", "python-httpx/0.25.2")), None),
    (0, "member-sync", "frances", Some("users_edit"), 120 * DAY, 365, Some((100 * DAY, "10.0.3.51", "Go-http-client/1.1")), None),
    (0, "old-deploy-bot", "hedy", None, 210 * DAY, 365, Some((24 * DAY, "10.0.3.7", "curl/8.5.0")), Some((23 * DAY, "hedy"))),
    (0, "press-kit", "grace", Some("kbs_query"), 200 * DAY, 90, Some((112 * DAY, "10.0.3.12", "Wget/1.24.5")), None),
    (1, "paper-watch", "karen", Some("flows_run kbs_query"), 12 * DAY, 90, Some((2 * HOUR, "10.0.4.8", "noxus-sdk/0.6.0")), None),
    (people::ARCHIVED, "card-reader", "konrad", Some("flows_run"), 200 * DAY, 0, Some((96 * DAY, "10.0.7.2", "curl/7.88.1")), None),
];

pub struct Key<'a> {
    pub id: String,
    pub name: &'static str,
    pub workspace: &'a str,
    pub owner: &'a str,
    pub permissions: Option<&'static str>,
    pub created: Moment,
    pub expires: Option<Moment>,
    pub revoked: Option<(Moment, &'a str)>,
    used: Option<(Moment, &'static str, &'static str)>,
}

/// Those whose workspace and people are in the sample.
pub fn of(sample: &Sample) -> Vec<Key<'_>> {
    let last = sample.workspaces.len() - 1;
    let one = |&(place, name, owner, permissions, made, life, used, revoked): &Row| {
        let place = if place == people::ARCHIVED { last } else { Some(place).filter(|place| *place < last)? };
        let created = sample.ago(made);
        let revoked = match revoked {
            Some((ago, by)) => Some((sample.ago(ago), sample.named(by)?.id.as_str())),
            None => None,
        };
        Some(Key {
            id: sample.id(created),
            name,
            workspace: &sample.workspaces[place].id,
            owner: &sample.named(owner)?.id,
            permissions,
            created,
            expires: (life > 0).then(|| created + days(life)),
            revoked,
            used: used.map(|(ago, address, client)| (sample.ago(ago), address, client)),
        })
    };
    ROWS.iter().filter_map(one).collect()
}

/// Nobody knows their secrets.
pub fn write(c: &mut Connection, keys: &[Key]) -> Result<(), Error> {
    const COLUMNS: &str = "id, secret_hash, hint, name, name_key, workspace_id, owner_id, made_by, permissions, created_at, expires_at, \
                           revoked_at, revoked_by, used_at, used_address, used_client";
    let mut rows = Rows::of("api_keys", COLUMNS);
    for key in keys {
        let secret = KeySecret::random();
        rows.add(
            c,
            &[
                key.id.as_str().into(),
                secret.hash().as_str().into(),
                secret.hint().as_str().into(),
                key.name.into(),
                fold(key.name).as_str().into(),
                key.workspace.into(),
                key.owner.into(),
                key.owner.into(),
                key.permissions.into(),
                key.created.into(),
                key.expires.into(),
                key.revoked.map(|(at, _)| at).into(),
                key.revoked.map(|(_, by)| by).into(),
                key.used.map(|(at, _, _)| at).into(),
                key.used.map(|(_, address, _)| address).into(),
                key.used.map(|(_, _, client)| client).into(),
            ],
        )?;
    }
    rows.send(c)
}
