//! People beyond the thirty: made up, and always the same for the same number.

use super::people::{DAY, NEVER, Person, Role, State};
use Role::{Admin, Editor, Reader};
use State::{Active, Deactivated, Invited, Undelivered};

const FIRST: [&str; 48] = [
    "Adele",
    "Anita",
    "Beatrice",
    "Betty",
    "Carol",
    "Cecilia",
    "Daphne",
    "Edith",
    "Elena",
    "Erna",
    "Fran",
    "Gladys",
    "Harriet",
    "Hilda",
    "Irene",
    "Jude",
    "Judith",
    "Klara",
    "Lena",
    "Lise",
    "Lynn",
    "Marlyn",
    "Mina",
    "Nadia",
    "Noor",
    "Olga",
    "Ruth",
    "Shafi",
    "Stephanie",
    "Susan",
    "Alonzo",
    "Andrei",
    "Bjarne",
    "Carl",
    "Dennis",
    "Emil",
    "Friedrich",
    "George",
    "Haskell",
    "Ivan",
    "Jack",
    "Ken",
    "Leslie",
    "Moshe",
    "Niklaus",
    "Peter",
    "Robin",
    "Seymour",
];
const LAST: [&str; 48] = [
    "Goldberg",
    "Borg",
    "Worsley",
    "Holberton",
    "Shaw",
    "Payne",
    "Koller",
    "Clarke",
    "Glinka",
    "Hoover",
    "Bilas",
    "West",
    "Gray",
    "Geiringer",
    "Greif",
    "Milhon",
    "Estrin",
    "von Neumann",
    "Meitner",
    "Meitzer",
    "Conway",
    "Wescoff",
    "Rees",
    "Magnenat",
    "Khan",
    "Ladyzhenskaya",
    "Teitelbaum",
    "Goldwasser",
    "Shirley",
    "Kare",
    "Church",
    "Ershov",
    "Stroustrup",
    "Petri",
    "Ritchie",
    "Post",
    "Bauer",
    "Boole",
    "Curry",
    "Sutherland",
    "Kilby",
    "Thompson",
    "Lamport",
    "Vardi",
    "Wirth",
    "Naur",
    "Milner",
    "Papert",
];

/// Somebody made up: the same for the same number. Every fifth belongs to the first workspace, each to one to three.
pub fn made_up(number: usize, workspaces: usize) -> Person {
    let mut dice = Dice(number as u64);
    let first = dice.pick(&FIRST);
    let last = dice.pick(&LAST);
    let middle = char::from(b'A' + dice.below(26) as u8);
    let added = DAY / 2 + dice.below((419 * DAY) as u64) as i64;
    let state = match dice.below(100) {
        0..=2 => Invited { sent: dice.below((6 * DAY) as u64) as i64, asked: false },
        3..=4 => Invited { sent: 8 * DAY + dice.below((60 * DAY) as u64) as i64, asked: dice.below(2) == 0 },
        5 => Undelivered { sent: dice.below((30 * DAY) as u64) as i64, why: "550 mailbox not found" },
        6..=8 => Deactivated(dice.below(added as u64) as i64, "grace"),
        _ => Active,
    };
    let mut roles = Vec::new();
    if number.is_multiple_of(5) {
        roles.push((0, dice.role()));
    }
    for _ in 0..=dice.below(2) {
        let at = if workspaces > 1 { 1 + dice.below(workspaces as u64 - 1) as usize } else { 0 };
        if !roles.iter().any(|(there, _)| *there == at) && (at > 0 || number.is_multiple_of(5)) {
            roles.push((at, dice.role()));
        }
    }
    let (added, seen) = match state {
        Invited { sent, .. } | Undelivered { sent, .. } => (sent, NEVER),
        Deactivated(since, _) => (added, since),
        // Most were here lately, a few long ago.
        _ => (added, (added as f64 * (dice.below(1000) as f64 / 1000.0).powi(6)) as i64),
    };
    Person {
        name: format!("{first} {middle}. {last}"),
        local: format!("{}.{}.{number}", first.to_lowercase(), last.to_lowercase().replace(' ', "")),
        hue: None,
        org_admin: false,
        added,
        by: "grace",
        state,
        seen,
        roles,
    }
}

/// Numbers that look thrown and are always the same (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }

    fn pick(&mut self, all: &[&'static str]) -> &'static str {
        all[self.below(all.len() as u64) as usize]
    }

    fn role(&mut self) -> Role {
        match self.below(10) {
            0 => Admin,
            1..=4 => Editor,
            _ => Reader,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fifth_belongs_to_the_first_workspace() {
        let all: Vec<_> = (30..10_030).map(|n| made_up(n, 200)).collect();
        let largest = all.iter().filter(|p| p.roles.iter().any(|(at, _)| *at == 0)).count();
        assert_eq!(largest, 2000);
        assert!(all.iter().all(|p| (1..=3).contains(&p.roles.len())));
    }
}
