//! Changing an organization role.

use super::{an_admin_stays, queries, within_reach};
use crate::{
    access::{Permitted, need::Confirmed, permission::org},
    base::ids::{RoleId, UserId, WorkspaceId},
    db::Tx,
    domain::{
        Error, audit, invites, memberships,
        roles::{self, Role},
        users::{self, User},
    },
};

/// What somebody who is no longer an organization admin keeps in a workspace: a role, or nothing.
#[derive(Debug, Clone)]
pub struct Kept {
    pub workspace: WorkspaceId,
    pub role: Option<RoleId>,
}

/// Gives another organization role. Memberships stay as they are when somebody becomes an organization admin; for one who
/// stops being one, `kept` says it workspace by workspace, and what it does not name stays.
pub fn change_role(tx: &mut Tx, may: &Permitted<Confirmed<org::UsersEdit>>, user: &UserId, role: &RoleId, kept: &[Kept]) -> Result<(User, Role), Error> {
    let target = within_reach(tx, may, user)?;
    let role = roles::grantable_in_organization(tx, may.organization(), role)?;
    // What would be withheld at acceptance is given again, by somebody who can.
    if role.id == target.role && !invites::role_falls(tx, &target)? {
        return Err(Error::stale(format!("{} has the role {} already.", target.name, role.name)));
    }
    let was_admin = roles::find(tx, &target.role)?.is_some_and(|role| role.makes_org_admin());
    // Before the role itself: whoever demotes themselves still may decide this.
    if was_admin && !role.makes_org_admin() {
        keep(tx, may, user, kept)?;
    }
    users::set_role(tx, user, &role.id, Some(may.id()))?;
    an_admin_stays(tx, &target.name)?;
    queries::delete_withheld(tx, std::slice::from_ref(user), None)?;
    invites::carry(tx, may.standing(), [&target], invites::Change::Given)?;
    audit::entry("user.role_changed").by(may.id()).on_user(user).changed("role", target.role.as_str(), role.id.as_str()).write(tx)?;
    Ok((target, role))
}

fn keep(tx: &mut Tx, may: &Permitted<Confirmed<org::UsersEdit>>, user: &UserId, kept: &[Kept]) -> Result<(), Error> {
    for membership in memberships::of_user(tx, user)? {
        let workspace = &membership.workspace;
        let Some(kept) = kept.iter().find(|kept| kept.workspace == *workspace) else { continue };
        let entry = |action| audit::entry(action).by(may.id()).on_user(user).in_workspace(workspace);
        match &kept.role {
            None => {
                memberships::end(tx, user, workspace)?;
                entry("membership.ended").fact("role", membership.role.as_str()).write(tx)?;
            }
            Some(role) if *role != membership.role => {
                let own = may.in_workspace(tx, workspace)?;
                let role = roles::grantable_in_workspace(tx, own, workspace, role)?;
                memberships::give(tx, user, workspace, &role.id, Some(may.id()))?;
                entry("membership.changed").changed("role", membership.role.as_str(), role.id.as_str()).write(tx)?;
            }
            Some(_) => {}
        }
    }
    Ok(())
}
