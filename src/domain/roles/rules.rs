//! What a larger role would add.

use super::Role;
use crate::{
    access::{Permission, WorkspacePermission, WorkspaceSet},
    base::ids::WorkspaceId,
};

/// What somebody with `own` lacks in a workspace, by the smallest role that would add it and takes nothing away; the smallest
/// first. `None`: no role does.
pub fn ways_up<'a>(own: WorkspaceSet, workspace: &WorkspaceId, roles: &'a [Role]) -> Vec<(Option<&'a Role>, WorkspaceSet)> {
    let mut usable: Vec<(&Role, WorkspaceSet)> = roles.iter().filter_map(|role| Some((role, role.in_workspace(workspace)?))).collect();
    usable.sort_by_key(|(_, set)| set.len());
    let mut ways: Vec<(Option<&Role>, WorkspaceSet)> = Vec::new();
    let mut left = WorkspaceSet::all().minus(own);
    for (role, set) in usable {
        let gained = left & set;
        if set.covers(own) && !gained.is_empty() {
            ways.push((Some(role), gained));
            left = left.minus(gained);
        }
    }
    if !left.is_empty() {
        ways.push((None, left));
    }
    debug_assert_eq!(ways.iter().fold(own, |all, (_, set)| all | *set).len(), WorkspacePermission::ALL.len());
    ways
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{base::ids::RoleId, domain::roles::Permissions};

    fn role(name: &str, keys: &str, workspace: Option<&WorkspaceId>) -> Role {
        let permissions = Permissions::Workspace(keys.parse().unwrap_or_else(|never| match never {}));
        Role { id: RoleId::new(), name: name.into(), description: String::new(), built_in: false, permissions, workspace: workspace.cloned() }
    }

    fn named(ways: Vec<(Option<&Role>, WorkspaceSet)>) -> Vec<(String, String)> {
        ways.into_iter().map(|(role, set)| (role.map(|r| r.name.clone()).unwrap_or_default(), set.to_string())).collect()
    }

    #[test]
    fn each_missing_permission_comes_with_the_smallest_role_that_adds_it() {
        let (here, elsewhere) = (WorkspaceId::new(), WorkspaceId::new());
        let all = WorkspaceSet::all().to_string();
        let roles = [
            role("Admin", &all, None),
            role("Editor", "flows_edit flows_run kbs_query", None),
            // Smaller, but it would take flows_run away; and a role of another workspace is none here.
            role("Writer", "flows_edit", None),
            role("Deployer", "flows_advanced flows_run", Some(&elsewhere)),
            role("Tester", "flows_run agents_run", Some(&here)),
        ];
        let ways = named(ways_up("flows_run".parse().unwrap(), &here, &roles));
        let names: Vec<&str> = ways.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Tester", "Editor", "Admin"]);
        assert_eq!(ways[0].1, "agents_run");
        assert_eq!(ways[1].1, "flows_edit kbs_query");
        assert!(ways_up(WorkspaceSet::all(), &here, &roles).is_empty());
        assert_eq!(named(ways_up(WorkspaceSet::NONE, &here, &[])), [(String::new(), all)]);
    }
}
