//! The proof. [`Permitted`] can only be made here, by asking [`super::grants`] what the caller holds at this moment; every
//! act takes one, and reads from it who acts and in which workspace. There is no other way to an act.

use std::marker::PhantomData;

use super::{
    actor::{Actor, Caller, Session},
    explain::Denial,
    grants::{self, Place, Standing},
    need::{Missing, Need, SignedIn, WorkspaceNeed},
    permission::{OrgSet, WorkspaceSet},
};
use crate::{
    base::ids::{UserId, WorkspaceId},
    db::{self, Connection},
};

/// Somebody who is signed in, active, and may do `N`, now. It cannot leave the
/// thread, and so neither the read nor the transaction, that it was made in.
#[derive(Debug)]
pub struct Permitted<N> {
    standing: Standing,
    session: Session,
    /// A raw pointer, so that the proof is not `Send`.
    need: PhantomData<*const N>,
}

/// Why there is no proof.
#[derive(Debug)]
pub enum Refused {
    /// Nobody is signed in, or not any more.
    NotSignedIn,
    /// For this person there is no such workspace; an unknown id answers the same.
    NotFound,
    /// Signed in, and it is not enough.
    Denied(Box<Denial>),
    /// It would be enough, and the password has to be given again.
    Unconfirmed,
    Database(db::Error),
}

impl From<db::Error> for Refused {
    fn from(e: db::Error) -> Self {
        Self::Database(e)
    }
}

impl<N: Need> Permitted<N> {
    /// Judges the caller. `workspace` is the one the request names; needs of a workspace are judged in it.
    pub fn judge(c: &mut Connection, caller: &Caller, workspace: Option<&WorkspaceId>) -> Result<Self, Refused> {
        let Some(hash) = &caller.session else { return Err(Refused::NotSignedIn) };
        let Some((standing, session)) = grants::of_session(c, hash, workspace)? else { return Err(Refused::NotSignedIn) };
        if N::met(&standing) {
            if N::CONFIRMED && !session.is_confirmed() {
                return Err(Refused::Unconfirmed);
            }
            return Ok(Self { standing, session, need: PhantomData });
        }
        if workspace.is_some() && standing.place().is_none() {
            return Err(Refused::NotFound);
        }
        Err(Refused::Denied(Box::new(Denial::of::<N>(c, standing)?)))
    }

    /// The same person, if they may do `M` too.
    pub fn also<M: Need>(&self) -> Option<Permitted<M>> {
        (M::met(&self.standing) && (!M::CONFIRMED || self.session.is_confirmed())).then(|| Permitted {
            standing: self.standing.clone(),
            session: self.session.clone(),
            need: PhantomData,
        })
    }

    /// The same person, if they may do `M` too; else the refusal that teaches. Where the request names a workspace that does
    /// not exist for them, a need of a workspace answers as an unknown one does.
    pub fn require<M: Need>(&self, c: &mut Connection) -> Result<Permitted<M>, Refused> {
        match self.also() {
            Some(more) => Ok(more),
            None if matches!(M::missing(), Missing::Workspace(_)) && self.standing.place().is_none() => Err(Refused::NotFound),
            None if M::met(&self.standing) => Err(Refused::Unconfirmed),
            None => Err(Refused::Denied(Box::new(Denial::of::<M>(c, self.standing.clone())?))),
        }
    }

    /// The same person, without what they were asked for.
    pub fn signed_in(&self) -> Permitted<SignedIn> {
        Permitted { standing: self.standing.clone(), session: self.session.clone(), need: PhantomData }
    }

    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    pub fn session(&self) -> &Session {
        &self.session
    }

    pub fn actor(&self) -> &Actor {
        &self.standing.actor
    }

    pub fn id(&self) -> &UserId {
        &self.standing.actor.id
    }

    /// What the actor may do in the organization.
    pub fn organization(&self) -> OrgSet {
        self.standing.organization
    }

    /// What the actor may do in any workspace, also one the request does not name.
    pub fn in_workspace(&self, c: &mut Connection, workspace: &WorkspaceId) -> Result<WorkspaceSet, db::Error> {
        grants::in_workspace(c, self.id(), workspace, false)
    }
}

impl<N: WorkspaceNeed> Permitted<N> {
    /// The workspace the proof is about.
    pub fn workspace(&self) -> &Place {
        self.standing.place().expect("a need of a workspace is only met in one")
    }
}
