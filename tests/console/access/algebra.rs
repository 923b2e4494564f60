//! Properties of the algebra, each over ten thousand cases. What is expected is written here anew, from the rules, over the
//! keys' texts; nothing of the code's own set operations is trusted, but for turning a set into its text.

use std::collections::BTreeSet;

use noxus_console::access::{
    OrgSet, Permission, Set, WorkspaceSet,
    explain::summary,
    scope::{self, Grant},
};
use proptest::prelude::*;

/// Keys of a workspace, from the reference.
const WORKSPACE: [&str; 16] = [
    "flows_edit",
    "flows_delete",
    "flows_run",
    "flows_advanced",
    "agents_edit",
    "agents_delete",
    "agents_run",
    "agents_advanced",
    "kbs_edit",
    "kbs_delete",
    "kbs_query",
    "kbs_advanced",
    "integrations_edit",
    "users_edit",
    "users_delete",
    "workspace_admin",
];
/// Keys of the organization.
const ORGANIZATION: [&str; 13] = [
    "users_read",
    "users_write",
    "users_edit",
    "users_delete",
    "workspace_read",
    "workspace_write",
    "workspace_edit",
    "workspace_delete",
    "org_read",
    "org_edit",
    "org_audit",
    "settings_read",
    "org_admin",
];
const IMPLIED: [&str; 3] = ["integrations_edit", "users_edit", "users_delete"];

type Keys = BTreeSet<&'static str>;

fn keys<P: Permission>(set: Set<P>) -> Keys {
    let known = |key: &str| WORKSPACE.iter().chain(&ORGANIZATION).find(|k| **k == key).copied().expect("a key of the reference");
    set.to_string().split_whitespace().map(known).collect()
}

fn all(of: &[&'static str]) -> Keys {
    of.iter().copied().collect()
}

fn text(keys: &Keys) -> String {
    keys.iter().copied().collect::<Vec<_>>().join(" ")
}

fn read<P: Permission>(keys: &Keys) -> Set<P> {
    text(keys).parse().unwrap_or_else(|never| match never {})
}

/// What a role of a workspace means, by the rule.
fn meaning(role: &Keys) -> Keys {
    let mut meant = role.clone();
    if role.contains("workspace_admin") {
        meant.extend(all(&IMPLIED));
    }
    meant
}

/// What an organization role means.
fn org_meaning(role: &Keys) -> Keys {
    if role.contains("org_admin") { all(&ORGANIZATION) } else { role.clone() }
}

/// What somebody may do in a workspace.
fn expected(active: bool, org_role: &Keys, membership: Option<&Keys>, archived: bool) -> Keys {
    match membership {
        _ if !active => Keys::new(),
        _ if org_role.contains("org_admin") => all(&WORKSPACE),
        Some(role) if !archived => meaning(role),
        _ => Keys::new(),
    }
}

/// Some of the keys: a few, half of them, or most.
fn some(of: &'static [&'static str]) -> impl Strategy<Value = Keys> {
    (any::<u16>(), any::<u16>(), 0..3u8).prop_map(|(a, b, how_many)| {
        let bits = match how_many {
            0 => a & b,
            1 => a,
            _ => a | b,
        };
        of.iter().enumerate().filter(|(n, _)| bits >> n & 1 == 1).map(|(_, key)| *key).collect()
    })
}

fn workspace() -> impl Strategy<Value = Keys> {
    some(&WORKSPACE)
}

/// Half of them hold `org_admin`, or half the cases would say little.
fn organization() -> impl Strategy<Value = Keys> {
    (some(&ORGANIZATION), any::<bool>()).prop_map(|(mut keys, admin)| {
        if admin {
            keys.insert("org_admin")
        } else {
            keys.remove("org_admin")
        };
        keys
    })
}

fn membership() -> impl Strategy<Value = Option<Keys>> {
    prop::option::weighted(0.8, workspace())
}

fn in_workspace(active: bool, org_role: &Keys, membership: Option<&Keys>, archived: bool) -> WorkspaceSet {
    scope::in_workspace(active, read(org_role), membership.map(read), archived)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_person_may_do_what_the_rule_says(active: bool, archived: bool, org in organization(), role in membership()) {
        prop_assert_eq!(keys(scope::in_organization(active, read(&org))), if active { org_meaning(&org) } else { Keys::new() });
        prop_assert_eq!(keys(in_workspace(active, &org, role.as_ref(), archived)), expected(active, &org, role.as_ref(), archived));
    }

    #[test]
    fn a_key_stays_within_its_grant_and_within_its_owner(live: bool, active: bool, archived: bool, org in organization(), role in membership(), grant in prop::option::of(workspace())) {
        let owner = in_workspace(active, &org, role.as_ref(), archived);
        let given = grant.as_ref().map_or(Grant::Unrestricted, |keys| Grant::Only(read(keys)));
        let may = keys(scope::key_in_workspace(live, archived, given, owner));
        let bound = keys(owner);
        prop_assert!(may.is_subset(&bound));
        match &grant {
            _ if !live || archived => prop_assert!(may.is_empty()),
            Some(grant) => prop_assert_eq!(may, meaning(grant).intersection(&bound).copied().collect::<Keys>()),
            None => prop_assert_eq!(may, bound),
        }
    }

    #[test]
    fn a_system_key_stays_within_its_grant_and_within_its_owner(live: bool, active: bool, org in organization(), grant in organization()) {
        let owner = scope::in_organization(active, read(&org));
        let key = scope::system_key(live, read(&grant), owner);
        let may = keys(key);
        prop_assert!(may.is_subset(&keys(owner)) && may.is_subset(&org_meaning(&grant)));
        if live {
            prop_assert_eq!(&may, &org_meaning(&grant).intersection(&keys(owner)).copied().collect::<Keys>());
        } else {
            prop_assert!(may.is_empty());
        }
        let there = keys(scope::system_key_in_workspace(key));
        prop_assert_eq!(there, if may.contains("org_admin") { all(&WORKSPACE) } else { Keys::new() });
    }

    #[test]
    fn more_in_a_role_is_never_less(active: bool, archived: bool, org in organization(), more_org in organization(), role in membership(), more in workspace(), live: bool, grant in workspace()) {
        let larger_org: Keys = org.union(&more_org).copied().collect();
        let larger: Option<Keys> = Some(role.iter().flatten().chain(&more).cloned().collect());
        let (small, large) = (in_workspace(active, &org, role.as_ref(), archived), in_workspace(active, &larger_org, larger.as_ref(), archived));
        prop_assert!(keys(small).is_subset(&keys(large)));
        prop_assert!(keys(scope::in_organization(active, read(&org))).is_subset(&keys(scope::in_organization(active, read(&larger_org)))));
        // A key of whoever may do more, with more in its grant.
        let larger_grant: Keys = grant.union(&more).copied().collect();
        let key = keys(scope::key_in_workspace(live, archived, Grant::Only(read(&grant)), small));
        prop_assert!(key.is_subset(&keys(scope::key_in_workspace(live, archived, Grant::Only(read(&larger_grant)), large))));
        prop_assert!(key.is_subset(&keys(scope::key_in_workspace(live, archived, Grant::Unrestricted, small))));
    }

    #[test]
    fn only_active_people_and_only_admins_in_an_archived_workspace(org in organization(), role in membership()) {
        prop_assert!(in_workspace(false, &org, role.as_ref(), false).is_empty());
        prop_assert!(scope::in_organization(false, read(&org)).is_empty());
        let archived = in_workspace(true, &org, role.as_ref(), true);
        prop_assert_eq!(archived.is_empty(), !org.contains("org_admin"));
    }

    #[test]
    fn a_workspace_admin_gets_three_keys_more_and_no_other(role in workspace()) {
        let mut role = role;
        role.insert("workspace_admin");
        let gained: Keys = keys(read::<noxus_console::access::WorkspacePermission>(&role).closure()).difference(&role).copied().collect();
        prop_assert!(gained.is_subset(&all(&IMPLIED)));
        role.extend(all(&IMPLIED));
        prop_assert_eq!(keys(read::<noxus_console::access::WorkspacePermission>(&role).closure()), role.clone());
        role.remove("workspace_admin");
        prop_assert_eq!(keys(read::<noxus_console::access::WorkspacePermission>(&role).closure()), role);
    }

    #[test]
    fn an_organization_admin_may_do_everything_everywhere(org in organization(), role in membership(), archived: bool) {
        let mut org = org;
        org.insert("org_admin");
        prop_assert_eq!(keys(scope::in_organization(true, read(&org))), all(&ORGANIZATION));
        prop_assert_eq!(keys(in_workspace(true, &org, role.as_ref(), archived)), all(&WORKSPACE));
    }

    #[test]
    fn nobody_gives_what_they_do_not_hold(active: bool, archived: bool, org in organization(), own in membership(), role in workspace(), org_role in organization()) {
        let actor = in_workspace(active, &org, own.as_ref(), archived);
        let may_give = scope::may_grant(actor, read(&role));
        prop_assert_eq!(may_give, meaning(&role).is_subset(&keys(actor)));
        if may_give {
            let receiver = in_workspace(true, &Keys::new(), Some(&role), archived);
            prop_assert!(keys(receiver).is_subset(&keys(actor)));
        }
        let actor = scope::in_organization(active, read(&org));
        let may_give = scope::may_grant(actor, read(&org_role));
        prop_assert_eq!(may_give, org_meaning(&org_role).is_subset(&keys(actor)));
        if may_give {
            let receiver = scope::in_organization(true, read(&org_role));
            prop_assert!(keys(receiver).is_subset(&keys(actor)));
            // And what follows from it in every workspace is the actor's too.
            let everywhere = in_workspace(true, &org_role, None, archived);
            prop_assert!(keys(everywhere).is_subset(&keys(in_workspace(active, &org, None, archived))));
        }
    }

    #[test]
    fn giving_on_and_on_never_adds_anything(start in workspace(), chain in prop::collection::vec(workspace(), 1..6)) {
        let first: WorkspaceSet = read(&meaning(&start));
        let mut holder = first;
        for role in &chain {
            if scope::may_grant(holder, read(role)) {
                holder = in_workspace(true, &Keys::new(), Some(role), false);
            }
            prop_assert!(keys(holder).is_subset(&keys(first)));
        }
    }

    #[test]
    fn a_set_comes_back_from_its_text_and_unknown_keys_grant_nothing(role in workspace(), org in organization(), noise in prop::collection::vec("[a-z_:*A-Z ]{0,14}", 0..5)) {
        let text = text(&role);
        let set: WorkspaceSet = read(&role);
        prop_assert_eq!(set.to_string(), text.clone());
        prop_assert_eq!(set.to_string().parse::<WorkspaceSet>().unwrap(), set);
        prop_assert_eq!(read::<noxus_console::access::OrgPermission>(&org).to_string(), self::text(&org));
        // What is no key of the scope changes nothing, wherever it stands.
        let words = || noise.iter().flat_map(|n| n.split(' ')).map(str::to_owned);
        let strange: Vec<String> = words().filter(|n| !WORKSPACE.contains(&n.as_str())).collect();
        prop_assert_eq!(format!("{} {text} {}", strange.join(" "), strange.join("  ")).parse::<WorkspaceSet>().unwrap(), set);
        let strange: Vec<String> = words().filter(|n| !ORGANIZATION.contains(&n.as_str())).collect();
        prop_assert!(strange.join(" ").parse::<OrgSet>().unwrap().is_empty());
    }

    #[test]
    fn each_permission_is_on_one_side_of_the_summary(role in workspace()) {
        let said = summary(read(&role));
        for (key, about, verb) in SAID {
            let yes = said.yes.iter().any(|line| says(line, about, verb));
            let no = said.no.iter().any(|line| says(line, about, verb));
            prop_assert_eq!(yes, role.contains(key), "{} in {:?}", key, said.yes);
            prop_assert_eq!(no, !role.contains(key), "{} in {:?}", key, said.no);
        }
    }
}

/// How the summary says each permission: the verb, and what it is about.
const SAID: [(&str, &str, &str); 16] = [
    ("flows_edit", "flows", "create, edit"),
    ("flows_run", "flows", "run"),
    ("flows_delete", "flows", "delete"),
    ("flows_advanced", "flows", "deploy"),
    ("agents_edit", "agents", "create, edit"),
    ("agents_run", "agents", "run"),
    ("agents_delete", "agents", "delete"),
    ("agents_advanced", "agents", "use advanced features of"),
    ("kbs_edit", "knowledge bases", "create, edit"),
    ("kbs_query", "knowledge bases", "query"),
    ("kbs_delete", "knowledge bases", "delete"),
    ("kbs_advanced", "knowledge bases", "use ingestion pipelines of"),
    ("users_edit", "", "add and change members"),
    ("users_delete", "", "remove members"),
    ("integrations_edit", "", "connect integrations"),
    ("workspace_admin", "", "manage settings and API keys"),
];

/// Whether a line says it. Lists are joined by commas and "and"; the last words say what the verbs are about.
fn says(line: &str, about: &str, verb: &str) -> bool {
    let line = line.to_lowercase();
    let verb = verb.to_lowercase();
    let phrase = verb.replace(", ", " and ");
    let has = |words: &str| {
        line.match_indices(words).any(|(at, _)| {
            let (before, after) = (&line[..at], &line[at + words.len()..]);
            (before.is_empty() || before.ends_with(", ") || before.ends_with(" and ")) && (after.is_empty() || after.starts_with([',', ' ']))
        })
    };
    (has(&verb) || has(&phrase)) && (about.is_empty() || line.contains(about))
}

#[test]
fn the_keys_are_those_of_the_reference() {
    assert_eq!(keys(WorkspaceSet::all()), all(&WORKSPACE));
    assert_eq!(keys(OrgSet::all()), all(&ORGANIZATION));
}
