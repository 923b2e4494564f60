//! Who may act on an invitation, decided from what it carries and what the actor holds.

use crate::access::{OrgPermission, OrgSet, WorkspacePermission, WorkspaceSet};

/// What an invitation carries, each part beside what the actor may do there.
pub(super) struct Carried {
    pub organization: OrgSet,
    /// For each workspace: what the role there means, and what the actor may do there.
    pub workspaces: Vec<(WorkspaceSet, WorkspaceSet)>,
}

/// Whether somebody with `own` in the organization could give all of it, and so may resend, correct, revoke or copy it.
pub(super) fn could_give(own: OrgSet, carried: &Carried) -> bool {
    own.has(OrgPermission::UsersWrite)
        && own.covers(carried.organization)
        && carried.workspaces.iter().all(|(role, own)| own.has(WorkspacePermission::UsersEdit) && own.covers(*role))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_who_holds_all_of_it_could_give_it() {
        let org = |text: &str| text.parse::<OrgSet>().unwrap();
        let here = |text: &str| text.parse::<WorkspaceSet>().unwrap();
        let base = org("users_read users_write");
        let carried = |workspaces| Carried { organization: org("users_read"), workspaces };
        assert!(could_give(base, &carried(vec![])));
        assert!(!could_give(org("users_read"), &carried(vec![])), "without users_write");
        assert!(!could_give(base, &Carried { organization: org("org_admin").closure(), workspaces: vec![] }));
        assert!(could_give(base, &carried(vec![(here("flows_run"), here("users_edit flows_run"))])));
        assert!(!could_give(base, &carried(vec![(here("flows_run"), here("flows_run"))])), "without users_edit there");
        assert!(!could_give(base, &carried(vec![(here("flows_run"), here("users_edit flows_run")), (here("flows_edit"), here("users_edit"))])));
    }
}
