//! What a failure of the database means to whoever asked: come back later, make room, nobody knows, or a fault of ours.
//!
//! A PostgreSQL that goes away is known by what the connection is afterwards, never by its words: those are in the server's
//! language. SQLite says the same everywhere, and diesel passes on nothing but its words.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use super::Error;

/// The disk has no room, or the quota is used up, or a limit on a file's size is reached.
const FULL: [&str; 6] = [
    "database or disk is full",
    "No space left",
    // What PostgreSQL says where a part of a page still found room.
    "could not extend file",
    "Disk quota exceeded",
    "File too large",
    "cannot rollback - no transaction is active",
];

/// It will pass, or somebody has to mend the machine; nothing was changed.
const AWAY: [&str; 13] = [
    // SQLite: another process writes, or the file system does not do what it is told.
    "database is locked",
    "disk I/O error",
    "unable to open database file",
    "attempt to write a readonly database",
    // PostgreSQL, where the connection lives on.
    "lock timeout",
    "statement timeout",
    "deadlock detected",
    "out of memory",
    "out of shared memory",
    "recovery",
    "starting up",
    "shutting down",
    "terminating connection",
];

impl From<DieselError> for Error {
    fn from(e: DieselError) -> Self {
        use DatabaseErrorKind as Kind;
        match e {
            DieselError::DatabaseError(Kind::UniqueViolation, _) => Self::Duplicate,
            DieselError::DatabaseError(kind, _) if is_lost(&kind) => Self::Unavailable(e.to_string()),
            // The other side of a failover is still a standby; two acts crossed each other.
            DieselError::DatabaseError(Kind::ReadOnlyTransaction | Kind::SerializationFailure, _) => Self::Unavailable(e.to_string()),
            // Somebody went on with a connection that had died under them.
            DieselError::BrokenTransactionManager => Self::Unavailable("the connection was lost".into()),
            DieselError::RollbackErrorOnCommit { commit_error, .. } => Self::from(*commit_error),
            _ => by_its_words(e.to_string()),
        }
    }
}

/// A transaction could not be committed. Where the connection died over it nobody knows whether it was: the answer may
/// be all that is lost.
pub(super) fn at_commit(e: DieselError) -> Error {
    match e {
        DieselError::DatabaseError(kind, _) if is_lost(&kind) => Error::InDoubt(e.to_string()),
        DieselError::RollbackErrorOnCommit { commit_error, .. } => at_commit(*commit_error),
        other => other.into(),
    }
}

fn is_lost(kind: &DatabaseErrorKind) -> bool {
    matches!(kind, DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand)
}

fn by_its_words(text: String) -> Error {
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if says(&FULL) {
        Error::Full
    } else if says(&AWAY) {
        Error::Unavailable(text)
    } else {
        Error::Failed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(kind: DatabaseErrorKind, words: &str) -> DieselError {
        DieselError::DatabaseError(kind, Box::new(words.to_owned()))
    }

    #[test]
    fn a_lost_connection_is_away_in_any_language_and_in_doubt_at_the_commit() {
        for kind in [DatabaseErrorKind::ClosedConnection, DatabaseErrorKind::UnableToSendCommand] {
            let words = "breche Verbindung ab wegen Anweisung des Administrators";
            assert!(matches!(Error::from(said(kind, words)), Error::Unavailable(_)));
        }
        assert!(matches!(at_commit(said(DatabaseErrorKind::ClosedConnection, "weg")), Error::InDoubt(_)));
        // COMMIT was never sent.
        assert!(matches!(at_commit(DieselError::BrokenTransactionManager), Error::Unavailable(_)));
    }

    #[test]
    fn a_full_disk_is_full_wherever_it_shows() {
        let full = || said(DatabaseErrorKind::Unknown, "database or disk is full");
        let gone = || said(DatabaseErrorKind::Unknown, "cannot rollback - no transaction is active");
        assert!(matches!(Error::from(full()), Error::Full));
        assert!(matches!(at_commit(full()), Error::Full));
        let both = DieselError::RollbackErrorOnCommit { rollback_error: Box::new(gone()), commit_error: Box::new(full()) };
        assert!(matches!(at_commit(both), Error::Full));
        let extend = "could not extend file \"base/5/2611\": No space left on device";
        assert!(matches!(Error::from(said(DatabaseErrorKind::Unknown, extend)), Error::Full));
    }

    #[test]
    fn what_is_wrong_with_a_statement_is_a_fault_of_ours() {
        assert!(matches!(Error::from(said(DatabaseErrorKind::Unknown, "no such table: people")), Error::Failed(_)));
        assert!(matches!(Error::from(DieselError::NotFound), Error::Failed(_)));
    }
}
