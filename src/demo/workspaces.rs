//! The sample's workspaces.

/// Name, description, hue.
type Named = (&'static str, &'static str, u8);

pub const OPEN: [Named; 4] = [
    ("Marketing", "Campaigns, the website and what customers read.", 5),
    ("Research", "Experiments, papers and prototypes.", 9),
    ("Operations", "Keeps the engines running.", 8),
    ("Finance", "Invoices, budgets and reports.", 2),
];

/// Beside the open ones, always.
pub const ARCHIVED: Named = ("Punched cards", "The card readers were retired in spring.", 4);

const WORK: [&str; 20] = [
    "Accounts",
    "Archive",
    "Assembly",
    "Customers",
    "Data",
    "Design",
    "Education",
    "Events",
    "Facilities",
    "Hiring",
    "Legal",
    "Logistics",
    "Partners",
    "Platform",
    "Procurement",
    "Quality",
    "Sales",
    "Security",
    "Support",
    "Translation",
];
const PLACES: [&str; 20] = [
    "Amsterdam",
    "Athens",
    "Berlin",
    "Boston",
    "Cairo",
    "Cambridge",
    "Dublin",
    "Göttingen",
    "Helsinki",
    "Lagos",
    "Lisbon",
    "London",
    "Madrid",
    "Milan",
    "Nairobi",
    "Oslo",
    "Paris",
    "Prague",
    "Vienna",
    "Zürich",
];

/// A workspace: name, description, hue. From the fifth on they are made up.
pub fn named(number: usize) -> (String, String, u8) {
    if let Some((name, description, hue)) = OPEN.get(number) {
        return ((*name).into(), (*description).into(), *hue);
    }
    let n = number - OPEN.len();
    let (work, place, round) = (WORK[n % 20], PLACES[n / 20 % 20], n / 400);
    let name = if round == 0 { format!("{work} {place}") } else { format!("{work} {place} {}", round + 1) };
    (name, String::new(), (n % 12) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_have_the_same_name() {
        let mut names: Vec<_> = (0..10_000).map(|n| named(n).0).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), 10_000);
    }
}
