//! Whether a key works, and if not, why: from the facts of one moment, and by the algebra that judges its requests.

use crate::{
    access::{
        OrgSet, WorkspaceSet,
        scope::{self, Grant},
    },
    base::clock::Moment,
    domain::users::Status,
};

/// What is known of a key of a workspace, its workspace and its owner.
#[derive(Debug, Clone)]
pub struct Facts {
    pub revoked: bool,
    pub expires_at: Option<Moment>,
    /// Whether its workspace is.
    pub archived: bool,
    pub owner: Status,
    /// What the owner's organization role holds.
    pub organization: OrgSet,
    /// What the owner's role in the workspace holds; `None`: no member.
    pub membership: Option<WorkspaceSet>,
    pub grant: Grant<WorkspaceSet>,
}

/// How it is with a key. Of several reasons the first counts: it is the one to mend first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    Revoked,
    Expired,
    Archived,
    /// Its owner is deactivated, or gone.
    OwnerInactive(Status),
    /// Its owner does not belong to the workspace.
    NoMember,
    /// The owner may do nothing of what it was given.
    NothingLeft,
    /// The owner may not do this part of what it was given.
    Limited(WorkspaceSet),
    Works,
}

impl Condition {
    /// Whether it can still be revoked: what [`is_live`] said of the facts it was judged from.
    pub fn is_live(self) -> bool {
        !matches!(self, Self::Revoked | Self::Expired)
    }
}

/// Whether a key has not ended: it can be revoked, and works if nothing else stands against it. The SQL that says the same is
/// `queries::LIVE`.
pub fn is_live(revoked: bool, expires_at: Option<Moment>, now: Moment) -> bool {
    !revoked && expires_at.is_none_or(|at| now < at)
}

/// What the key may do at this moment, and how it is with it.
pub fn judge(facts: &Facts, now: Moment) -> (WorkspaceSet, Condition) {
    let owner = scope::in_workspace(facts.owner == Status::Active, facts.organization, facts.membership, facts.archived);
    let live = is_live(facts.revoked, facts.expires_at, now);
    let may = scope::key_in_workspace(live, facts.archived, facts.grant, owner);
    let lost = match facts.grant {
        Grant::Unrestricted => WorkspaceSet::NONE,
        Grant::Only(set) => set.closure().minus(owner),
    };
    let condition = match () {
        () if facts.revoked => Condition::Revoked,
        () if !live => Condition::Expired,
        () if facts.archived => Condition::Archived,
        () if facts.owner != Status::Active => Condition::OwnerInactive(facts.owner),
        () if owner.is_empty() && facts.membership.is_none() => Condition::NoMember,
        () if may.is_empty() => Condition::NothingLeft,
        () if !lost.is_empty() => Condition::Limited(lost),
        () => Condition::Works,
    };
    (may, condition)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        access::{OrgPermission, WorkspacePermission as P},
        base::clock,
    };

    fn set(permissions: &[P]) -> WorkspaceSet {
        WorkspaceSet::of(permissions)
    }

    fn facts(grant: Grant<WorkspaceSet>, membership: Option<WorkspaceSet>) -> Facts {
        Facts { revoked: false, expires_at: None, archived: false, owner: Status::Active, organization: OrgSet::NONE, membership, grant }
    }

    #[test]
    fn the_first_reason_counts() {
        let now = clock::now();
        let works = facts(Grant::Unrestricted, Some(set(&[P::FlowsRun])));
        let of = |facts: &Facts| judge(facts, now).1;
        assert_eq!(of(&works), Condition::Works);
        let mut all = Facts { revoked: true, expires_at: Some(now), archived: true, owner: Status::Deactivated, membership: None, ..works };
        assert_eq!(of(&all), Condition::Revoked);
        all.revoked = false;
        assert_eq!(of(&all), Condition::Expired);
        all.expires_at = Some(now + clock::minutes(1));
        assert_eq!(of(&all), Condition::Archived);
        all.archived = false;
        assert_eq!(of(&all), Condition::OwnerInactive(Status::Deactivated));
        all.owner = Status::Active;
        assert_eq!(of(&all), Condition::NoMember);
        all.membership = Some(WorkspaceSet::NONE);
        assert_eq!(of(&all), Condition::NothingLeft);
        all.organization = OrgSet::of(&[OrgPermission::OrgAdmin]);
        assert_eq!(of(&all), Condition::Works);
    }

    #[test]
    fn what_the_owner_lost_limits_a_restricted_key_alone() {
        let now = clock::now();
        let role = set(&[P::FlowsRun, P::AgentsRun, P::KbsQuery]);
        let reader = Some(role);
        let limited = judge(&facts(Grant::Only(set(&[P::FlowsEdit, P::KbsQuery])), reader), now);
        assert_eq!(limited, (set(&[P::KbsQuery]), Condition::Limited(set(&[P::FlowsEdit]))));
        assert_eq!(judge(&facts(Grant::Only(set(&[P::FlowsEdit])), reader), now), (WorkspaceSet::NONE, Condition::NothingLeft));
        assert_eq!(judge(&facts(Grant::Unrestricted, reader), now), (role, Condition::Works));
        // What a tick implies is lost with it.
        let (_, condition) = judge(&facts(Grant::Only(set(&[P::WorkspaceAdmin, P::FlowsRun])), reader), now);
        assert_eq!(condition, Condition::Limited(set(&[P::WorkspaceAdmin, P::IntegrationsEdit, P::UsersEdit, P::UsersDelete])));
    }

    /// Whatever the facts: a key that is said to work may do something, and one that is not may do nothing.
    #[test]
    fn what_is_said_is_what_the_key_may_do() {
        let now = clock::now();
        let sets = [WorkspaceSet::NONE, set(&[P::FlowsRun]), set(&[P::FlowsRun, P::FlowsEdit]), set(&[P::WorkspaceAdmin])];
        let grants = sets.into_iter().map(Grant::Only).chain([Grant::Unrestricted]);
        let memberships: Vec<_> = sets.into_iter().map(Some).chain([None]).collect();
        let mut judged = 0;
        for grant in grants {
            for &membership in &memberships {
                for organization in [OrgSet::NONE, OrgSet::of(&[OrgPermission::OrgAdmin])] {
                    for owner in [Status::Active, Status::Invited, Status::Deactivated, Status::Removed] {
                        for (revoked, expires_at, archived) in [
                            (false, None, false),
                            (true, None, false),
                            (false, Some(now), false),
                            (false, None, true),
                            (false, Some(now + clock::minutes(1)), false),
                        ] {
                            let facts = Facts { revoked, expires_at, archived, owner, organization, membership, grant };
                            let (may, condition) = judge(&facts, now);
                            assert_eq!(may.is_empty(), !matches!(condition, Condition::Works | Condition::Limited(_)), "{facts:?}: {condition:?}");
                            judged += 1;
                        }
                    }
                }
            }
        }
        assert_eq!(judged, 5 * 5 * 2 * 4 * 5);
    }
}
