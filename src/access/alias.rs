//! Permission keys as clients of the platform spell them: `users:read` for `users_read`, and `users:*` for every one of a family.

use super::{Permission, Set};

/// Reads keys in either spelling. The error is the first one that is unknown: a system key with less than was asked for would
/// fail later, and nobody would know why.
pub fn read<'a, P: Permission>(keys: impl IntoIterator<Item = &'a str>) -> Result<Set<P>, &'a str> {
    keys.into_iter().try_fold(Set::NONE, |set, key| {
        let meant: Set<P> = match key.split_once(':') {
            Some((family, "*")) => P::ALL.iter().copied().filter(|p| p.key().strip_prefix(family).is_some_and(|rest| rest.starts_with('_'))).collect(),
            _ => P::ALL.iter().copied().filter(|p| p.key() == key.replacen(':', "_", 1)).collect(),
        };
        if meant.is_empty() { Err(key) } else { Ok(set | meant) }
    })
}

#[cfg(test)]
mod tests {
    use crate::access::{OrgPermission, WorkspacePermission};

    #[test]
    fn both_spellings_and_whole_families() {
        let read = |keys: &[&'static str]| super::read::<OrgPermission>(keys.iter().copied()).map(|set| set.to_string());
        assert_eq!(read(&["users:read", "org_edit"]).unwrap(), "org_edit users_read");
        assert_eq!(read(&["users:*"]).unwrap(), "users_delete users_edit users_read users_write");
        for unknown in ["providers:manage", "billing:manage", "resource:*", "user:*", "users:", ":read", "", "*", "users:read:x", "flows_run"] {
            assert_eq!(read(&["users:read", unknown]), Err(unknown));
        }
        assert_eq!(super::read::<WorkspacePermission>(["flows_run"]).unwrap().to_string(), "flows_run");
    }
}
