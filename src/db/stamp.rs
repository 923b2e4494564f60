//! Moments as lists read them: a page has hundreds, and taking each through a pattern is a tenth of what the page costs.

use chrono::NaiveDate;
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    pg::Pg,
    sql_types::Timestamp,
    sqlite::Sqlite,
};

use crate::base::clock::Moment;

/// A moment that was read: the same as a [`Moment`] from the same column.
#[derive(Debug, Clone, Copy, PartialEq, FromSqlRow)]
pub struct Stamp(pub Moment);

impl FromSql<Timestamp, Pg> for Stamp {
    fn from_sql(value: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        FromSql::<Timestamp, Pg>::from_sql(value).map(Self)
    }
}

impl FromSql<Timestamp, Sqlite> for Stamp {
    fn from_sql(mut value: <Sqlite as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        match parse(value.read_text().as_bytes()) {
            Some(at) => Ok(Self(at)),
            // Something else than diesel writes.
            None => FromSql::<Timestamp, Sqlite>::from_sql(value).map(Self),
        }
    }
}

/// "2026-11-24 14:02:00", perhaps with up to six digits more behind a point: what diesel writes.
fn parse(text: &[u8]) -> Option<Moment> {
    let &[_, _, _, _, b'-', _, _, b'-', _, _, b' ', _, _, b':', _, _, b':', _, _, ref part @ ..] = text else { return None };
    let number = |digits: &[u8]| digits.iter().try_fold(0, |n, digit| digit.is_ascii_digit().then(|| n * 10 + u32::from(digit - b'0')));
    let micros = match part {
        [] => 0,
        [b'.', digits @ ..] if matches!(digits.len(), 1..=6) => number(digits)? * 10u32.pow(6 - digits.len() as u32),
        _ => return None,
    };
    let date = NaiveDate::from_ymd_opt(number(&text[..4])? as i32, number(&text[5..7])?, number(&text[8..10])?)?;
    date.and_hms_micro_opt(number(&text[11..13])?, number(&text[14..16])?, number(&text[17..19])?, micros)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use diesel::{Connection as _, RunQueryDsl as _, SqliteConnection, dsl::sql, select, sql_types::Text};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_same_is_read_as_by_the_library() {
        let c = &mut SqliteConnection::establish(":memory:").unwrap();
        for (text, quick) in [
            ("1970-01-01 00:00:00", true),
            ("2026-11-24 14:02:00.5", true),
            ("2026-11-24 14:02:59.123", true),
            ("9999-12-31 23:59:59.999999", true),
            ("2026-11-24 14:02:59.123456789", false),
            ("2026-11-24T14:02:00", false),
            ("2026-11-24 14:02", false),
        ] {
            assert_eq!(parse(text.as_bytes()).is_some(), quick, "{text}");
            let read = |c: &mut SqliteConnection| select(sql::<Timestamp>("").bind::<Text, _>(text)).get_result::<Stamp>(c).unwrap();
            let by_the_library: Moment = select(sql::<Timestamp>("").bind::<Text, _>(text)).get_result(c).unwrap();
            assert_eq!(read(c).0, by_the_library, "{text}");
        }
        for text in ["", "2026-02-30 00:00:00", "2026-11-24 24:00:00", "2026-11-24 14:02:0x", "2026-11-24 14:02:00.", "+026-11-24 14:02:00"] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_written_is_read(micros in 0..253_402_300_800_000_000i64) {
            let at = DateTime::from_timestamp_micros(micros).unwrap().naive_utc();
            prop_assert_eq!(parse(at.format("%F %T%.f").to_string().as_bytes()), Some(at));
        }
    }
}
