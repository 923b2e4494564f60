//! `/settings/workspaces/{workspace}/archive`: what ends and what stays, then it is closed.

use super::{
    question::{self, Act},
    way_out,
};
use crate::{
    access::{
        OrgPermission, OrgSet,
        need::{ManageWorkspace, SignedIn},
    },
    base::ids::WorkspaceId,
    domain::{sessions, workspaces},
    web::kit::{Answer, At, May, WebError, redirect},
};

pub async fn show(may: May<ManageWorkspace>) -> Answer {
    question::ask(may, false, |may| act(may.organization())).await
}

fn act(may: OrgSet) -> Act {
    let restores = if may.has(OrgPermission::WorkspaceEdit) {
        "You can restore it at any time, and everybody has there again what they had."
    } else {
        "An organization admin can restore it, and everybody has there again what they had. You cannot do that yourself."
    };
    let mut ends = vec!["It is closed to everybody but organization admins, also in pages they have open."];
    if !may.has(OrgPermission::OrgAdmin) {
        ends.push("You leave it too: it disappears from your switcher and your list.");
    }
    ends.push("Its API keys rest: services that use them are refused.");
    Act { verb: "Archive", danger: true, keep: "", ends, stays: vec!["Nothing in it is deleted.", restores] }
}

pub async fn submit(may: May<ManageWorkspace>, me: May<SignedIn>, At(id): At<WorkspaceId>) -> Answer {
    let archived = may.write(|tx, may| {
        workspaces::archive(tx, may)?;
        sessions::notice(tx, may, &done(&may.workspace().name, may.organization()))?;
        Ok(way_out(may))
    });
    let refused = match archived.await {
        Ok(to) => return redirect(&to),
        Err(e @ (WebError::NotFound | WebError::Refusal(_))) => e,
        Err(e) => return Err(e),
    };
    // A double click: whoever archived it, and may not see it any more, is told again that it is done.
    let again = me.write(move |tx, me| {
        let Some(name) = workspaces::archived_by(tx, me, &id)? else { return Ok(None) };
        sessions::notice(tx, me, &done(&name, me.organization()))?;
        Ok(Some(way_out(me)))
    });
    match again.await? {
        Some(to) => redirect(&to),
        None => Err(refused),
    }
}

fn done(name: &str, may: OrgSet) -> String {
    if may.has(OrgPermission::WorkspaceEdit) { format!("{name} is archived.") } else { format!("{name} is archived. An organization admin can restore it.") }
}
