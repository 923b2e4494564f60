//! Where somebody works, with which role and why, and what was withheld at acceptance.

use super::{Viewed, href};
use crate::{
    access::{OrgPermission, WorkspacePermission, grants},
    base::ids::WorkspaceId,
    db::Connection,
    domain::{Error, memberships::Membership, people, roles},
    web::kit::{
        told::{
            fallen,
            why::{self, Named, Why},
        },
        view::{Mark, day},
    },
};

/// A role with its giver.
pub(super) struct Given {
    pub role: String,
    pub by: Option<Named>,
    pub on: String,
}

pub(super) struct Line {
    pub mark: Mark,
    pub given: Given,
    pub archived: bool,
    /// Where it is changed, for who may.
    pub change: Option<String>,
    pub why: Option<Why>,
    /// Why it would be withheld at acceptance, if so.
    pub falls: Option<String>,
    /// The role, for who may give it themselves there but not send the whole invitation again.
    pub again: Option<String>,
}

pub(super) struct Withheld {
    pub mark: Option<Mark>,
    pub role: String,
    pub by: Option<Named>,
    pub on: String,
    /// Where it is given now, for who may; the organization role is changed on a page of its own.
    pub give: Option<String>,
    pub change: Option<String>,
}

impl Viewed<'_> {
    pub(super) fn lines(&self, c: &mut Connection, memberships: Vec<Membership>) -> Result<Vec<Line>, Error> {
        let mut lines = Vec::with_capacity(memberships.len());
        for membership in memberships {
            let falls = self.outcome.as_ref().and_then(|o| o.fallen_in(&membership.workspace)).map(|f| fallen::because(f, self.may.id()));
            // Of what will be withheld nothing is promised.
            let why = match &falls {
                None if !self.is_org_admin() => Some(why::explain(c, self.may, self.user, &membership, &self.workspace_roles)?),
                _ => None,
            };
            let change = self.changes(c, &membership.workspace)?;
            let again = falls.is_some() && !self.resends && self.gives(c, &membership)?;
            lines.push(Line {
                mark: Mark::of(&membership.workspace, &membership.workspace_name, membership.hue),
                given: Given {
                    role: membership.role_name.clone(),
                    by: membership.given_by.as_ref().zip(membership.given_by_name.as_ref()).map(|(id, name)| Named::of(id, name, self.may.id())),
                    on: day(membership.given_at),
                },
                archived: membership.archived,
                change: change.then(|| format!("{}/workspaces/{}", href(self.user), membership.workspace)),
                why,
                falls,
                again: again.then(|| membership.role.to_string()),
            });
        }
        Ok(lines)
    }

    /// Whether the viewer may change or end their role there.
    fn changes(&self, c: &mut Connection, workspace: &WorkspaceId) -> Result<bool, Error> {
        let own = self.may.in_workspace(c, workspace)?;
        let changes = own.has(WorkspacePermission::UsersEdit) || own.has(WorkspacePermission::UsersDelete);
        Ok(changes && own.covers(grants::in_workspace(c, &self.user.id, workspace, true)?))
    }

    fn gives(&self, c: &mut Connection, membership: &Membership) -> Result<bool, Error> {
        let own = self.may.in_workspace(c, &membership.workspace)?;
        Ok(own.has(WorkspacePermission::UsersEdit) && own.covers(membership.permissions))
    }

    pub(super) fn withheld(&self, c: &mut Connection) -> Result<Vec<Withheld>, Error> {
        let mut all = Vec::new();
        for withheld in people::withheld_of(c, &self.user.id)? {
            if withheld.workspace.as_ref().is_some_and(|w| !self.knows(&w.id)) {
                continue;
            }
            let (mut give, mut change) = (None, None);
            match &withheld.workspace {
                Some(workspace) => {
                    let own = self.may.in_workspace(c, &workspace.id)?;
                    let may = own.has(WorkspacePermission::UsersEdit) && roles::grantable_in_workspace(c, own, &workspace.id, &withheld.role).is_ok();
                    give = may.then(|| format!("{}/withheld/{}", href(self.user), withheld.id));
                }
                None => {
                    let may = self.own.has(OrgPermission::UsersEdit) && self.within_reach();
                    let may = may && roles::grantable_in_organization(c, self.own, &withheld.role).is_ok();
                    change = may.then(|| format!("{}/role?role={}", href(self.user), withheld.role));
                }
            }
            all.push(Withheld {
                mark: withheld.workspace.as_ref().map(|w| Mark::of(&w.id, &w.name, w.hue)),
                role: withheld.role_name,
                by: self.named(c, withheld.by.as_ref())?,
                on: day(withheld.at),
                give,
                change,
            });
        }
        Ok(all)
    }
}
