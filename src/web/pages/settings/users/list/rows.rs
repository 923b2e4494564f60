//! A person in the table: what is told about them, and what the viewer may do with them.

use std::collections::HashSet;

use crate::{
    access::{OrgPermission, OrgSet},
    base::{clock, ids::UserId},
    domain::{
        outbox,
        users::{
            Status,
            list::{Listed, ListedInvitation},
        },
    },
    web::kit::{
        told::{first_name, in_a_sentence},
        view::{Face, State, When, day},
    },
};

pub(super) struct Line {
    pub face: Face,
    pub href: String,
    pub admin: bool,
    pub role: String,
    pub state: State,
    pub workspaces: Vec<String>,
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
    /// Whether somebody else would be left who administers the organization.
    pub may_step_down: bool,
    /// The invited people shown whose invitation they could have given.
    pub could_give: HashSet<UserId>,
}

/// `belongs`: the workspaces the viewer knows of, and how many others there are.
pub(super) fn line(row: Listed, belongs: (Vec<String>, usize), viewer: &Viewer) -> Line {
    let (known, mut hidden) = belongs;
    let admin = row.organization.has(OrgPermission::OrgAdmin);
    let acts = acts(&row, viewer);
    let mut workspaces = known;
    if workspaces.len() >= 2 {
        workspaces.extend(std::iter::repeat_n("a workspace you are not in".to_owned(), hidden));
        hidden = 0;
    }
    Line {
        href: format!("/settings/users/{}", row.id),
        face: Face::of(&row.id, &row.name, &row.email),
        admin,
        role: row.role.clone(),
        state: state(&row),
        workspaces,
        hidden,
        seen: row.last_active_at.map(When::of),
        acts,
    }
}

/// The same rules as the acts' own, so that nothing is offered that is then refused.
fn acts(row: &Listed, viewer: &Viewer) -> Acts {
    let mut acts = Acts::default();
    if let Some(invitation) = row.invitation.as_ref().filter(|_| viewer.could_give.contains(&row.id)) {
        let pending = invitation.state == "pending";
        acts.link = pending && !is_over(invitation);
        acts.revoke = pending;
        acts.resend = Some(if acts.link { "Resend invitation" } else { "Send a fresh invitation" });
    }
    let may = viewer.may;
    if !may.covers(row.organization) {
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

fn is_over(invitation: &ListedInvitation) -> bool {
    clock::now() >= invitation.expires_at
}

pub(super) fn state(row: &Listed) -> State {
    match (row.status, &row.invitation) {
        (Status::Active, _) => State::new("", "Active", None),
        (Status::Invited, Some(invitation)) => invited(invitation),
        (Status::Invited, None) => State::new("wait", "Invited", None),
        (Status::Deactivated | Status::Removed, _) => {
            let by = row.status_changed_by.as_deref().map(|name| format!(", by {}", first_name(name))).unwrap_or_default();
            State::new("off", "Deactivated", Some(format!("on {}{by}", day(row.status_changed_at))))
        }
    }
}

fn invited(invitation: &ListedInvitation) -> State {
    let asked = invitation.asked_at.map(|at| format!("asked for a fresh link, {}", in_a_sentence(at)));
    match invitation.state.as_str() {
        "revoked" => State::new("off", "Invitation revoked", None),
        "declined" => State::new("off", "Invitation declined", None),
        _ if invitation.mail == outbox::State::Failed => State::new("bad", "Invitation not delivered", asked.or_else(|| invitation.mail_problem.clone())),
        _ if is_over(invitation) => State::new("wait", "Invitation expired", asked.or_else(|| Some(format!("on {}", day(invitation.expires_at))))),
        _ => State::new("wait", "Invited", Some(format!("expires {}", When::of(invitation.expires_at).relative))),
    }
}
