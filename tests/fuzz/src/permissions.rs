//! Sets of permissions, as they are stored and as clients spell them: nothing is held that is not named, and nothing more by reading
//! twice, by what one holds besides, or by a key.

use noxus_console::access::{
    OrgPermission, Permission, Set, WorkspacePermission, alias,
    scope::{self, Grant},
};

pub fn holds(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let (ours, theirs) = text.split_once('\n').unwrap_or((text, ""));
    of::<WorkspacePermission>(ours, theirs);
    of::<OrgPermission>(ours, theirs);
    keys(ours, theirs);
}

fn of<P: Permission>(ours: &str, theirs: &str) {
    let read = |text: &str| -> Set<P> { text.parse().expect("every text is a set") };
    let (a, b, both) = (read(ours), read(theirs), read(&format!("{ours} {theirs}")));
    for permission in a.iter() {
        assert!(ours.split_whitespace().any(|word| word == permission.key()), "{} is held and not named", permission.key());
    }
    assert!(a == read(&a.to_string()) && a.keys().is_sorted() && a.keys().len() == a.len());
    assert!(both == (a | b));
    let closed = a.closure();
    assert!(closed.covers(a) && closed.closure() == closed && both.closure().covers(closed), "{a:?} means {closed:?}");
    // Whoever may give a role holds all that it means.
    assert!(!scope::may_grant(a, b) || a.covers(b) && a.covers(b.closure()));
    let spelt: Vec<&str> = ours.split([' ', ',']).collect();
    match alias::read::<P>(spelt.iter().copied()) {
        Ok(set) => {
            for permission in set.iter() {
                let (key, colon) = (permission.key(), permission.key().replacen('_', ":", 1));
                let family = format!("{}:*", key.split('_').next().unwrap_or_default());
                assert!(spelt.iter().any(|word| *word == key || *word == colon || *word == family), "{key} is held and not named");
            }
        }
        Err(unknown) => assert!(spelt.contains(&unknown)),
    }
}

/// A key never holds more than its owner, nor more than its grant means.
fn keys(grant: &str, owner: &str) {
    let (grant_here, owner_here): (Set<WorkspacePermission>, Set<WorkspacePermission>) = (grant.parse().unwrap(), owner.parse().unwrap());
    let (grant_there, owner_there): (Set<OrgPermission>, Set<OrgPermission>) = (grant.parse().unwrap(), owner.parse().unwrap());
    for (live, archived) in [(true, false), (true, true), (false, false)] {
        let held = scope::key_in_workspace(live, archived, Grant::Only(grant_here), owner_here);
        assert!(owner_here.covers(held) && grant_here.closure().covers(held) && (held.is_empty() || live && !archived));
        assert!(owner_here.covers(scope::key_in_workspace(live, archived, Grant::Unrestricted, owner_here)));
        let held = scope::system_key(live, grant_there, owner_there);
        assert!(owner_there.covers(held) && grant_there.closure().covers(held) && (held.is_empty() || live));
        let held = scope::in_workspace(live, owner_there, Some(owner_here), archived);
        assert!(held.is_empty() || live);
    }
}
