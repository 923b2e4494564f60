//! Loading rows on the engine's own connection. By way of [`super::Connection`] diesel writes the text of a query anew three times for
//! each time that it is run, and takes each value through an enum: on what is asked at every request that is more work than the
//! query itself.

use diesel::{PgConnection, QueryResult, SqliteConnection, query_dsl::methods::LoadQuery, result::Error as DieselError};

use super::{Connection, Error};

/// A query whose text depends on its type alone, so that it is kept prepared by that.
pub trait Load<'query, U>: LoadQuery<'query, SqliteConnection, U> + LoadQuery<'query, PgConnection, U> {
    fn rows(self, c: &mut Connection) -> Result<Vec<U>, Error> {
        Ok(match c {
            Connection::Sqlite(c) => self.internal_load(c)?.collect::<QueryResult<_>>(),
            Connection::Postgres(c) => self.internal_load(c)?.collect(),
        }?)
    }

    /// The first one, of a query that has one at most or says which it is.
    fn row(self, c: &mut Connection) -> Result<Option<U>, Error> {
        Ok(match c {
            Connection::Sqlite(c) => self.internal_load(c)?.next().transpose(),
            Connection::Postgres(c) => self.internal_load(c)?.next().transpose(),
        }?)
    }

    /// The one row of a query that always has one, such as a count.
    fn only(self, c: &mut Connection) -> Result<U, Error> {
        self.row(c)?.ok_or_else(|| DieselError::NotFound.into())
    }
}

impl<'query, Q, U> Load<'query, U> for Q where Q: LoadQuery<'query, SqliteConnection, U> + LoadQuery<'query, PgConnection, U> {}
