//! `/workspaces/{workspace}/control/api-keys/{key}/revocation`: what ends with a key, and the act. The password is not asked for
//! again: whoever finds a key in the wrong hands shall not have to look for theirs first.

use super::{crumbs, href};
use crate::{
    access::permission::here,
    base::ids::KeyId,
    domain::{Error, api_keys, sessions},
    web::kit::{
        Answer, At, May, Nav, Question, redirect, render,
        told::keys,
        view::{Face, Mark},
    },
};

pub async fn show(may: May<here::WorkspaceAdmin>, At(key): At<KeyId>) -> Answer {
    let (shell, (key, through, place)) = may
        .page(move |c, may| {
            let found = api_keys::find(c, may, &key)?.ok_or(Error::NotFound)?;
            let through = api_keys::made_through(c, &found.id)?;
            Ok((found, through, may.workspace().clone()))
        })
        .await?;
    if !key.condition.is_live() {
        return redirect(&href(&place));
    }
    let title = format!("Revoke {}?", key.name);
    render(&Question {
        shell: shell.at(title.as_str(), Nav::ApiKeys),
        mark: Some(Mark::of(&place.id, &place.name, place.hue)),
        crumbs: crumbs(&place),
        face: Face::of(&key.owner.id, &key.owner.name, owner(&key.owner.email), key.owner.avatar.as_ref()),
        ends: keys::ends(key.used.as_ref(), through),
        stays: keys::stays(),
        button: "Revoke key".to_owned(),
        kind: "danger primary",
        open: None,
        leave: "Keep the key".to_owned(),
        back: href(&place),
        title,
    })
}

/// What stands under the owner's name. A service account has no address.
fn owner(email: &str) -> String {
    if email.is_empty() { "Owner of this key".to_owned() } else { format!("{email}, owner of this key") }
}

pub async fn submit(may: May<here::WorkspaceAdmin>, At(key): At<KeyId>) -> Answer {
    let revoked = may.write(move |tx, may| {
        let ended = api_keys::revoke(tx, may, &key)?;
        sessions::notice(tx, may, &keys::done(&ended))?;
        Ok(href(may.workspace()))
    });
    redirect(&revoked.await?)
}
