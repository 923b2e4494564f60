//! A person in the table: what is told about them, and what the viewer may do with them.

use std::{collections::HashSet, sync::Arc};

use crate::{
    access::{OrgPermission, OrgSet},
    base::ids::{UserId, WorkspaceId},
    domain::users::{
        Status,
        list::{Listed, Place},
    },
    web::kit::{
        told::status,
        view::{Face, State, When},
    },
};

pub(super) struct Line {
    pub face: Face,
    pub href: String,
    pub admin: bool,
    pub role: String,
    pub state: State,
    pub workspaces: Vec<Arc<str>>,
    /// Workspaces that are not the viewer's to know.
    pub hidden: usize,
    pub seen: Option<When>,
    pub acts: Acts,
}

/// What the viewer may do with a person.
#[derive(Default)]
pub(super) struct Acts {
    pub role: bool,
    pub deactivate: bool,
    pub reactivate: bool,
    pub remove: bool,
    /// With the words for it: a live invitation is sent again, an ended one anew.
    pub resend: Option<&'static str>,
    pub link: bool,
    pub revoke: bool,
}

impl Acts {
    pub fn ends(&self) -> bool {
        self.deactivate || self.remove || self.revoke
    }
}

/// Who looks at the list.
pub(super) struct Viewer {
    pub id: UserId,
    pub may: OrgSet,
    /// Whether somebody else would be left who administers the organization; only asked where they stand in the list themselves.
    pub may_step_down: bool,
    /// The invited people shown whose invitation they could have given.
    pub could_give: HashSet<UserId>,
    /// The workspaces they may know of; `None`: all.
    pub knows: Option<HashSet<WorkspaceId>>,
}

/// With their role in the organization, and what it means.
pub(super) fn line(row: Listed, places: &[Place], (role, organization): (&str, OrgSet), viewer: &Viewer) -> Line {
    let admin = organization.has(OrgPermission::OrgAdmin);
    let acts = acts(&row, organization, viewer);
    let known = row.workspaces.iter().map(|at| &places[*at]).filter(|place| viewer.knows.as_ref().is_none_or(|knows| knows.contains(&place.id)));
    let mut workspaces: Vec<Arc<str>> = known.map(|place| Arc::clone(&place.name)).collect();
    let mut hidden = row.workspaces.len() - workspaces.len();
    if workspaces.len() >= 2 {
        workspaces.extend(std::iter::repeat_n("a workspace you are not in".into(), hidden));
        hidden = 0;
    }
    Line {
        href: ["/settings/users/", row.id.as_str()].concat(),
        admin,
        role: role.to_owned(),
        state: status::state(row.status, row.deactivated.as_ref(), row.invitation.as_ref()),
        workspaces,
        hidden,
        seen: row.last_active_at.map(When::of),
        acts,
        face: Face::of(&row.id, row.name, row.email, row.avatar.as_ref()),
    }
}

/// The same rules as the acts' own, so that nothing is offered that is then refused.
fn acts(row: &Listed, organization: OrgSet, viewer: &Viewer) -> Acts {
    let mut acts = Acts::default();
    if let Some(invitation) = row.invitation.as_ref().filter(|_| viewer.could_give.contains(&row.id)) {
        let pending = invitation.state == "pending";
        acts.link = pending && !status::is_over(invitation);
        acts.revoke = pending;
        acts.resend = Some(if acts.link { "Resend invitation" } else { "Send a fresh invitation" });
    }
    let may = viewer.may;
    if !may.covers(organization) {
        return acts;
    }
    let (edits, other) = (may.has(OrgPermission::UsersEdit), row.id != viewer.id);
    Acts {
        // The last admin cannot step down.
        role: edits && (other || viewer.may_step_down),
        deactivate: edits && other && row.status == Status::Active,
        reactivate: edits && other && row.status == Status::Deactivated,
        remove: may.has(OrgPermission::UsersDelete) && other,
        ..acts
    }
}
