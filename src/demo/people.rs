//! Who belongs to Analytical Engines: thirty people of the history of computing, in every state a person can be in. Where in
//! the past things happened is told in minutes before the sample was made.

/// Places in [`super::workspaces::OPEN`].
const FINANCE: usize = 3;
const MARKETING: usize = 0;
const OPERATIONS: usize = 2;
const RESEARCH: usize = 1;
/// The archived workspace, whatever the number of open ones.
pub const ARCHIVED: usize = usize::MAX;

const HOUR: i64 = 60;
pub const DAY: i64 = 24 * HOUR;
pub const NEVER: i64 = -1;

/// A role in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Admin,
    Editor,
    Reader,
}

/// Where somebody stands, and since how many minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// In.
    Active,
    /// In, with Editor in a workspace withheld at acceptance, since whoever had given it could no longer.
    Withheld(usize, &'static str),
    /// The link was sent so long ago; with `asked`, they asked for a fresh one after it had expired.
    Invited {
        sent: i64,
        asked: bool,
    },
    /// The mail server's words.
    Undelivered {
        sent: i64,
        why: &'static str,
    },
    Revoked(i64),
    Declined(i64),
    /// By whom.
    Deactivated(i64, &'static str),
}

/// Somebody of the sample.
#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    /// The address before the `@`.
    pub local: String,
    /// The hue of the avatar, where it shall be a certain one.
    pub hue: Option<u8>,
    pub org_admin: bool,
    pub added: i64,
    /// Who added them, by the address before the `@`; empty for the first.
    pub by: &'static str,
    pub state: State,
    /// When they were last active; negative: never.
    pub seen: i64,
    pub roles: Vec<(usize, Role)>,
}

use Role::{Admin, Editor, Reader};
use State::{Active, Deactivated, Declined, Invited, Revoked, Undelivered, Withheld};

/// Name, address, hue, organization admin, days since they were added, by whom, state, minutes since they were active, roles.
type Row = (&'static str, &'static str, u8, bool, i64, &'static str, State, i64, &'static [(usize, Role)]);

#[rustfmt::skip]
const ROWS: [Row; 30] = [
    ("Grace Hopper", "grace", 8, true, 420, "", Active, 0, &[(MARKETING, Admin)]),
    ("Hedy Lamarr", "hedy", 2, false, 400, "grace", Active, 3 * HOUR, &[(MARKETING, Admin), (FINANCE, Reader)]),
    ("Ada Lovelace", "ada", 11, false, 390, "grace", Active, 2, &[(MARKETING, Editor), (RESEARCH, Editor), (OPERATIONS, Reader)]),
    ("Claude Shannon", "claude", 4, false, 371, "grace", Active, DAY, &[(MARKETING, Reader)]),
    ("Barbara Liskov", "barbara", 1, true, 365, "grace", Active, 5 * HOUR, &[]),
    ("Donald Knuth", "donald", 7, false, 350, "grace", Deactivated(266 * DAY, "grace"), 267 * DAY, &[(MARKETING, Editor), (FINANCE, Admin)]),
    ("Tony Hoare", "tony", 4, false, 340, "barbara", Deactivated(167 * DAY, "barbara"), 168 * DAY, &[(OPERATIONS, Editor)]),
    ("Radia Perlman", "radia", 6, false, 333, "barbara", Active, 50, &[(OPERATIONS, Admin), (RESEARCH, Reader)]),
    ("Katherine Johnson", "katherine", 10, false, 320, "grace", Active, HOUR, &[(FINANCE, Admin)]),
    ("Karen Spärck Jones", "karen", 9, false, 311, "grace", Active, 26 * HOUR, &[(RESEARCH, Admin)]),
    ("Margaret Hamilton", "margaret", 3, true, 300, "barbara", Active, 4 * DAY, &[]),
    ("Konrad Zuse", "konrad", 0, false, 280, "grace", Active, 95 * DAY, &[(ARCHIVED, Editor)]),
    ("Ida Rhodes", "ida", 3, false, 270, "grace", Withheld(FINANCE, "donald"), 8 * DAY, &[(MARKETING, Reader)]),
    ("Edsger Dijkstra", "edsger", 9, false, 260, "barbara", Active, 3 * DAY, &[(FINANCE, Editor), (RESEARCH, Reader)]),
    ("Frances Allen", "frances", 0, false, 244, "grace", Active, 2 * HOUR, &[(MARKETING, Editor)]),
    ("Evelyn Boyd Granville", "evelyn", 7, false, 231, "barbara", Active, 123 * DAY, &[(FINANCE, Reader)]),
    ("Maria Margaretha Winkelmann-Kirch", "maria.margaretha.winkelmann-kirch", 5, false, 200, "barbara", Active, 12 * DAY, &[(RESEARCH, Editor)]),
    ("Kurt Gödel", "kurt", 2, false, 190, "grace", Active, 33 * DAY, &[(MARKETING, Reader), (RESEARCH, Reader), (OPERATIONS, Reader), (FINANCE, Reader)]),
    ("Dorothy Vaughan", "dorothy", 1, false, 177, "margaret", Active, 4 * HOUR, &[(OPERATIONS, Editor), (FINANCE, Reader)]),
    ("Mary Jackson", "mary", 6, false, 160, "margaret", Active, 2 * DAY, &[(RESEARCH, Editor), (OPERATIONS, Reader)]),
    ("Sophie Wilson", "sophie", 11, false, 140, "barbara", Active, 9 * HOUR, &[(OPERATIONS, Editor)]),
    ("Muhammad ibn Musa al-Khwarizmi", "muhammad.ibn.musa", 10, false, 120, "grace", Active, 6 * DAY, &[(RESEARCH, Reader), (FINANCE, Editor)]),
    ("Emmy Noether", "emmy", 8, false, 60, "barbara", Active, 20 * DAY, &[]),
    ("Kathleen Booth", "kathleen", 5, false, 45, "grace", Revoked(44 * DAY), NEVER, &[(MARKETING, Reader)]),
    ("John Backus", "john", 4, false, 40, "barbara", Declined(38 * DAY), NEVER, &[(OPERATIONS, Editor)]),
    ("Jean Bartik", "jean", 2, false, 12, "grace", Invited { sent: 12 * DAY, asked: true }, NEVER, &[(OPERATIONS, Reader), (RESEARCH, Reader)]),
    ("Annie Easley", "annie", 3, false, 6, "margaret", Undelivered { sent: 6 * DAY, why: "550 mailbox not found" }, NEVER, &[(MARKETING, Reader)]),
    ("Alan Turing", "alan", 6, false, 5, "barbara", Invited { sent: 5 * DAY - 2 * HOUR, asked: false }, NEVER, &[(RESEARCH, Editor)]),
    ("Lotfi Zadeh", "lotfi", 7, true, 1, "grace", Invited { sent: DAY, asked: false }, NEVER, &[]),
    ("Joan Clarke", "joan", 5, false, 0, "grace", Invited { sent: 4, asked: false }, NEVER, &[(MARKETING, Editor), (RESEARCH, Reader)]),
];

/// Whose role became a smaller one: address, workspace, the role of before, how many minutes ago, by whom.
pub const DEMOTED: (&str, usize, Role, i64, &str) = ("claude", MARKETING, Admin, 196 * DAY, "hedy");

/// Who is named as ready to be tried out, and what they are.
pub const TRY: [(&str, &str); 4] = [
    ("grace", "organization admin"),
    ("hedy", "Admin of Marketing"),
    ("ada", "Editor in Marketing and Research, Reader in Operations"),
    ("claude", "Reader in Marketing"),
];

/// The first `count` of the thirty.
pub fn known(count: usize) -> Vec<Person> {
    let row = |&(name, local, hue, org_admin, days, by, state, seen, roles): &Row| Person {
        name: name.into(),
        local: local.into(),
        hue: Some(hue),
        org_admin,
        // Somebody invited is added as the first mail goes out, a little before whatever follows.
        added: match state {
            Invited { sent, .. } | Undelivered { sent, .. } => sent,
            // At another minute of the day for everybody.
            _ => days * DAY - (local.bytes().map(i64::from).sum::<i64>() * 37) % (8 * HOUR),
        },
        by,
        state,
        seen,
        roles: roles.to_vec(),
    };
    ROWS.iter().take(count).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::crowd::made_up, *};
    use crate::base::text::{EmailAddress, PersonName};

    #[test]
    fn everybody_could_have_been_typed_in() {
        let made_up = (30..3000).map(|n| made_up(n, 200));
        for person in known(30).into_iter().chain(made_up) {
            assert_eq!(PersonName::parse(&person.name).unwrap().as_str(), person.name);
            EmailAddress::parse(&format!("{}@analytical.example", person.local)).unwrap();
            assert!(!person.name.contains(['\\', '\0']) && person.seen <= person.added, "{person:?}");
        }
    }

    #[test]
    fn whoever_adds_somebody_was_there_and_could() {
        let all = known(30);
        for person in &all {
            let Some(by) = all.iter().find(|p| p.local == person.by) else {
                assert_eq!(person.local, "grace");
                continue;
            };
            assert!(by.added > person.added && by.org_admin, "{} by {}", person.local, by.local);
        }
    }
}
