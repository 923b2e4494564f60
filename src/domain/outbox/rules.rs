//! How long a mail waits between tries.

use chrono::TimeDelta;

use crate::base::clock::{hours, minutes};

/// After the first pauses, a try every two hours.
const LAST: i64 = 2;
/// Tries before a mail has failed: the pauses between them add up to a day.
const TRIES: i32 = 19;

/// How long to wait after so many tries; `None`: it was the last.
pub(super) fn pause_after(attempts: i32) -> Option<TimeDelta> {
    Some(match attempts {
        ..=1 => TimeDelta::seconds(30),
        2 => minutes(1),
        3 => minutes(2),
        4 => minutes(5),
        5 => minutes(10),
        6 => minutes(30),
        7 => hours(1),
        TRIES.. => return None,
        _ => hours(LAST),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_add_up_to_a_day() {
        let pauses: Vec<TimeDelta> = (1..).map_while(pause_after).collect();
        assert_eq!(pauses[0], TimeDelta::seconds(30));
        assert!(pauses.is_sorted());
        let all: TimeDelta = pauses.iter().sum();
        assert!(all > hours(22) && all <= hours(24), "{all}");
    }
}
