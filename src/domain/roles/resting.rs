//! Who was given a role and may not use it: not in yet, not any more, or never.

use crate::domain::users::Status;

/// How many, by why. Few beside the active, so they are counted one by one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Resting {
    pub invited: i64,
    /// Whose invitation is over, for one of three reasons.
    pub expired: i64,
    pub declined: i64,
    pub revoked: i64,
    pub deactivated: i64,
}

impl Resting {
    pub fn all(self) -> i64 {
        self.invited + self.expired + self.declined + self.revoked + self.deactivated
    }

    /// `state`: of the invitation; somebody without one is judged by their status.
    pub(in crate::domain) fn add(&mut self, status: Status, state: Option<&str>, over: bool, n: i64) {
        *match (status, state) {
            (Status::Deactivated, _) => &mut self.deactivated,
            (_, Some("declined")) => &mut self.declined,
            (_, Some("revoked")) => &mut self.revoked,
            _ if over => &mut self.expired,
            _ => &mut self.invited,
        } += n;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_counted_for_what_they_are() {
        let mut resting = Resting::default();
        for (status, state, over) in [
            (Status::Deactivated, Some("accepted"), true),
            (Status::Invited, Some("declined"), true),
            (Status::Invited, Some("revoked"), false),
            (Status::Invited, Some("pending"), true),
            (Status::Invited, Some("pending"), false),
            (Status::Invited, None, false),
        ] {
            resting.add(status, state, over, 1);
        }
        assert_eq!(resting, Resting { invited: 2, expired: 1, declined: 1, revoked: 1, deactivated: 1 });
        assert_eq!(resting.all(), 6);
    }
}
