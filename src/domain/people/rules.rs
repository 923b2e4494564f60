//! Who may act on whom, decided from what both hold.

use crate::access::{OrgSet, WorkspaceSet};

/// What is compared before an invitation is given, resent, corrected or shown: everything it carries, against the actor's own.
pub(super) struct Carried {
    pub organization: OrgSet,
    /// For each workspace: what the role there means, and what the actor may do there.
    pub workspaces: Vec<(WorkspaceSet, WorkspaceSet)>,
}

/// Whether somebody with `own` in the organization could give all of it.
pub(super) fn could_give(own: OrgSet, carried: &Carried) -> bool {
    use crate::access::{OrgPermission, WorkspacePermission};
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
