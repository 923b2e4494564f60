//! Somebody in the table: what is told about them, and what the viewer may do with them.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::{
    access::{WorkspacePermission, WorkspaceSet},
    base::ids::{UserId, WorkspaceId},
    domain::{memberships::list::Listed, outbox, users::list::ListedInvitation},
    web::kit::{
        Linked,
        told::status,
        view::{Face, State, When, day},
    },
};

pub(super) struct Line {
    pub face: Face,
    /// Their page; empty for a viewer who may not see people.
    pub href: String,
    pub role: String,
    /// An Admin through the organization.
    pub through: bool,
    pub state: State,
    /// Where a fresh invitation is sent from, and the words for it.
    pub resend: Option<(String, &'static str)>,
    /// Whether the status itself asks for that.
    pub resend_now: bool,
    /// Who gave the role, and when.
    pub given: Option<(Giver, String)>,
    pub seen: Option<When>,
    pub pick: bool,
    pub change: bool,
    pub remove: bool,
    pub leave: bool,
}

impl Line {
    pub fn has_menu(&self) -> bool {
        !self.href.is_empty() || self.resend.is_some() || self.change || self.ends()
    }

    pub fn ends(&self) -> bool {
        self.remove || self.leave
    }
}

/// Who gave a role.
pub(super) enum Giver {
    Person(Arc<Linked>),
    SetUp,
}

/// Who looks at the list.
pub(super) struct Viewer {
    pub id: UserId,
    pub here: String,
    pub workspace: WorkspaceId,
    pub may: WorkspaceSet,
    pub sees_people: bool,
    /// Whether they are here by a role of their own, which they can give up.
    pub leaves: bool,
    /// The invited people shown whose invitation they could have given.
    pub could_give: HashSet<UserId>,
    /// Whoever gave somebody shown their role.
    pub givers: HashMap<UserId, Arc<Linked>>,
}

/// With their role here, and what it means. The same rules as the acts' own, so that nothing is offered that is then refused.
pub(super) fn line(row: Listed, (role, permissions): (&str, WorkspaceSet), viewer: &Viewer) -> Line {
    let own = row.id == viewer.id;
    // Nobody acts on someone who holds more; through the organization one holds everything, and has no role here to act on.
    let reach = row.here.is_some() && viewer.may.covers(permissions);
    let (edits, deletes) = (reach && viewer.may.has(WorkspacePermission::UsersEdit), reach && viewer.may.has(WorkspacePermission::UsersDelete));
    let invitation = row.invitation.as_ref().filter(|_| row.here.is_some() && viewer.could_give.contains(&row.id));
    let resend = invitation.map(|i| (format!("{}/{}/invitation", viewer.here, row.id), if works(i) { "Resend invitation" } else { "Send a fresh invitation" }));
    let resend_now = invitation.is_some_and(|i| !works(i) || i.mail == outbox::State::Failed);
    let mut state = status::state(row.status, row.deactivated.as_ref(), row.invitation.as_ref());
    // A way on follows, which is a sentence of its own.
    state.detail = state.detail.map(|detail| if resend_now { format!("{detail}.") } else { detail });
    Line {
        href: if viewer.sees_people { ["/settings/users/", row.id.as_str()].concat() } else { String::new() },
        role: role.to_owned(),
        through: row.here.is_none(),
        state,
        resend_now,
        resend,
        given: row.here.as_ref().map(|here| {
            let by = here.given_by.as_ref().and_then(|id| viewer.givers.get(id).cloned());
            (by.map_or(Giver::SetUp, Giver::Person), day(here.given_at))
        }),
        seen: row.last_active_at.map(When::of),
        pick: !own && (edits || deletes),
        change: edits,
        remove: deletes && !own,
        leave: own && viewer.leaves,
        face: Face::of(&row.id, row.name, row.email, row.avatar.as_ref()),
    }
}

/// Whether its link still works.
fn works(invitation: &ListedInvitation) -> bool {
    invitation.state == "pending" && !status::is_over(invitation)
}
