//! The one reader of the wall clock. Times are UTC and cut to microseconds, which is what both databases keep.

use chrono::{NaiveDateTime, SubsecRound, TimeDelta};

/// A moment in UTC, to the microsecond.
pub type Moment = NaiveDateTime;

#[allow(clippy::disallowed_methods)] // the one place that may ask the machine
pub fn now() -> Moment {
    chrono::Utc::now().naive_utc().trunc_subsecs(6)
}

pub fn minutes(n: i64) -> TimeDelta {
    TimeDelta::minutes(n)
}

pub fn hours(n: i64) -> TimeDelta {
    TimeDelta::hours(n)
}

pub fn days(n: i64) -> TimeDelta {
    TimeDelta::days(n)
}
