//! The proof. [`Permitted`] can only be made here, by asking [`super::grants`] what the caller holds at this moment; every
//! act takes one, and reads from it who acts and in which workspace. There is no other way to an act.

use std::marker::PhantomData;

use super::{
    actor::{Actor, Caller, DeadKey, Key, Presented, Session},
    explain::Denial,
    grants::{Place, Standing, caller},
    need::{Missing, Need, SignedIn, WorkspaceNeed},
    permission::{OrgSet, WorkspaceSet},
};
use crate::{
    base::ids::{KeyId, UserId, WorkspaceId},
    db::{self, Connection},
};

/// Somebody who is signed in, or whose key this is, is active, and may do `N`, now. It cannot leave the
/// thread, and so neither the read nor the transaction, that it was made in.
#[derive(Debug)]
pub struct Permitted<N> {
    standing: Standing,
    presented: Presented,
    /// A raw pointer, so that the proof is not `Send`.
    need: PhantomData<*const N>,
}

/// Why there is no proof.
#[derive(Debug)]
pub enum Refused {
    /// Nobody is signed in, or not any more; or no key was given.
    NotSignedIn,
    /// A key was given that opens nothing: why, and which it is, if it ever was one.
    DeadKey(DeadKey, Option<KeyId>),
    /// A system key belongs to no workspace, and the request names none.
    NoWorkspaceNamed,
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

/// Who asks, before it is judged whether they may.
pub struct Asking {
    standing: Standing,
    presented: Presented,
}

impl Asking {
    /// Who is behind what a request brings. `workspace` is the one it names; needs of a workspace are judged in it.
    pub fn of(c: &mut Connection, caller: &Caller, workspace: Option<&WorkspaceId>) -> Result<Self, Refused> {
        match caller {
            Caller::Nobody => Err(Refused::NotSignedIn),
            Caller::Browser(hash) => {
                let (standing, session) = caller::of_session(c, hash, workspace)?.ok_or(Refused::NotSignedIn)?;
                Ok(Self { standing, presented: Presented::Session(session) })
            }
            Caller::Key(hash) => {
                let (standing, key) = caller::of_key(c, hash, workspace)?.map_err(|(why, key)| Refused::DeadKey(why, key))?;
                Ok(Self { standing, presented: Presented::Key(key) })
            }
        }
    }

    pub fn id(&self) -> &UserId {
        &self.standing.actor.id
    }

    /// The key, where this is the API.
    pub fn key(&self) -> Option<&Key> {
        self.presented.key()
    }

    /// Whether they may. `workspace`: the same.
    pub fn judge<N: Need>(self, c: &mut Connection, workspace: Option<&WorkspaceId>) -> Result<Permitted<N>, Refused> {
        let Self { standing, presented } = self;
        if N::met(&standing) {
            if N::CONFIRMED && !presented.is_confirmed() {
                return Err(Refused::Unconfirmed);
            }
            return Ok(Permitted { standing, presented, need: PhantomData });
        }
        if workspace.is_some() && standing.place().is_none() && !N::ANYWHERE {
            return Err(Refused::NotFound);
        }
        if workspace.is_none() && standing.is_system_key() && matches!(N::missing(), Missing::Workspace(_)) {
            return Err(Refused::NoWorkspaceNamed);
        }
        Err(Refused::Denied(Box::new(Denial::of::<N>(c, standing)?)))
    }
}

impl<N: Need> Permitted<N> {
    /// Judges the caller. `workspace` is the one the request names; needs of a workspace are judged in it.
    pub fn judge(c: &mut Connection, caller: &Caller, workspace: Option<&WorkspaceId>) -> Result<Self, Refused> {
        Asking::of(c, caller, workspace)?.judge(c, workspace)
    }

    /// The same person, if they may do `M` too.
    pub fn also<M: Need>(&self) -> Option<Permitted<M>> {
        (M::met(&self.standing) && (!M::CONFIRMED || self.is_confirmed())).then(|| Permitted {
            standing: self.standing.clone(),
            presented: self.presented.clone(),
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
        Permitted { standing: self.standing.clone(), presented: self.presented.clone(), need: PhantomData }
    }

    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The session, where this is a browser.
    pub fn session(&self) -> Option<&Session> {
        match &self.presented {
            Presented::Session(session) => Some(session),
            Presented::Key(_) => None,
        }
    }

    /// The key, where this is the API.
    pub fn key(&self) -> Option<&Key> {
        self.presented.key()
    }

    /// Whether a sensitive act may go on.
    pub fn is_confirmed(&self) -> bool {
        self.presented.is_confirmed()
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
        self.standing.in_workspace(c, workspace)
    }
}

impl<N: WorkspaceNeed> Permitted<N> {
    /// The workspace the proof is about.
    pub fn workspace(&self) -> &Place {
        self.standing.place().expect("a need of a workspace is only met in one")
    }
}
