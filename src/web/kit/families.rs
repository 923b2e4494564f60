//! The permissions of a workspace as lists show them: by what they are about, each in the words that are left under that head.

use crate::access::{Permission as _, WorkspacePermission, WorkspaceSet};

const FAMILIES: [(&str, &str); 3] = [("Flows", "flows_"), ("Agents", "agents_"), ("Knowledge bases", "kbs_")];

/// What a permission is about.
pub fn title(permission: WorkspacePermission) -> &'static str {
    FAMILIES.iter().find(|(_, prefix)| permission.key().starts_with(prefix)).map_or("Administration", |(title, _)| title)
}

/// Under the head "Flows" it is clear what is run.
pub fn within(words: &str) -> String {
    let endings = [" with agents", " of agents", " flows", " agents", " knowledge bases"];
    endings.iter().find_map(|ending| words.strip_suffix(ending)).unwrap_or(words).to_owned()
}

/// The permissions of a set, by family; what includes others comes after them.
pub fn of(set: WorkspaceSet) -> Vec<(&'static str, Vec<WorkspacePermission>)> {
    let mut families: Vec<(&'static str, Vec<WorkspacePermission>)> = Vec::new();
    let last = WorkspaceSet::of(&[WorkspacePermission::WorkspaceAdmin]) & set;
    for permission in set.minus(last).iter().chain(last.iter()) {
        let title = title(permission);
        match families.iter_mut().find(|(family, _)| *family == title) {
            Some((_, permissions)) => permissions.push(permission),
            None => families.push((title, vec![permission])),
        }
    }
    families
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_permission_stands_under_one_head_in_words_of_its_own() {
        let families = of(WorkspaceSet::all());
        assert_eq!(families.iter().map(|(_, all)| all.len()).sum::<usize>(), WorkspacePermission::ALL.len());
        for (title, all) in families {
            let words: Vec<String> = all.iter().map(|p| within(p.words())).collect();
            assert!(words.iter().all(|some| !some.is_empty() && words.iter().filter(|other| *other == some).count() == 1), "{title}: {words:?}");
        }
    }
}
