//! The few ways in without an account. Each is a type with private fields: an act that takes one says so in its signature.

use std::marker::PhantomData;

use crate::base::{
    ids::{InvitationId, LinkId, UserId},
    token::Purpose,
};

/// Anybody at all: signing in, looking at the sign-in page.
#[derive(Debug, Clone, Copy)]
pub struct Anyone(());

impl Anyone {
    pub fn pass() -> Self {
        Self(())
    }
}

/// Whoever holds the set-up link while there is no organization yet. Made by the noun that checked the token, in its transaction.
#[derive(Debug)]
pub struct SetupOpen(());

impl SetupOpen {
    /// `open`: nobody has set up yet; `token`: the link's token is the one that was printed.
    pub fn check(open: bool, token: bool) -> Option<Self> {
        (open && token).then_some(Self(()))
    }
}

/// Whoever holds the newest link of an invitation that still works.
#[derive(Debug)]
pub struct InviteHolder {
    invitation: InvitationId,
    user: UserId,
}

impl InviteHolder {
    /// `works`: the link's token is the one of the newest generation, and the invitation neither ended nor expired.
    pub fn check(invitation: InvitationId, user: UserId, works: bool) -> Option<Self> {
        works.then_some(Self { invitation, user })
    }

    pub fn invitation(&self) -> &InvitationId {
        &self.invitation
    }

    /// Who was invited.
    pub fn user(&self) -> &UserId {
        &self.user
    }
}

/// Whoever holds a link in mail about an account that still works; `P` is what it is for.
#[derive(Debug)]
pub struct LinkHolder<P> {
    link: LinkId,
    user: UserId,
    purpose: PhantomData<P>,
}

impl<P: Purpose<Id = LinkId>> LinkHolder<P> {
    /// `works`: the token is the link's, and the link neither used nor over.
    pub fn check(link: LinkId, user: UserId, works: bool) -> Option<Self> {
        works.then_some(Self { link, user, purpose: PhantomData })
    }

    pub fn link(&self) -> &LinkId {
        &self.link
    }

    /// Whose account it is about.
    pub fn user(&self) -> &UserId {
        &self.user
    }
}

/// Whoever has a shell on the machine: the command line's acts.
#[derive(Debug, Clone, Copy)]
pub struct Operator(());

impl Operator {
    pub fn at_the_console() -> Self {
        Self(())
    }
}
