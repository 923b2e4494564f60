//! The door of the signed-in: [`May`].

use std::{
    future::{Ready, ready},
    marker::PhantomData,
};

use actix_session::Session;
use actix_web::{FromRequest, HttpRequest, dev::Payload, http::StatusCode};
use askama::Template;

use super::{Request, Tools};
use crate::{
    access::{
        Permitted, Refused,
        need::{Need, SignedIn},
    },
    base::{
        clock,
        ids::{UserId, WorkspaceId},
        password::Password,
    },
    db::{Connection, Tx},
    domain::{
        Error, account, memberships,
        sessions::{self, Given, SessionToken, SignIn},
    },
    web::kit::{
        Answer, Shell, WebError,
        page::{html_page, written},
        refused,
        shell::told_of,
    },
};

/// How long it takes to read what a page shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// No longer than writing the page does: a walk along an index, a page long.
    AMoment,
    /// Who knows how long, such as a search.
    AWhile,
}

/// Lets in whoever may do `N`. A handler's first argument.
pub struct May<N> {
    request: Request,
    need: PhantomData<fn() -> N>,
}

impl<N: Need> FromRequest for May<N> {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(May::enter(request))
    }
}

impl<N: Need> May<N> {
    fn enter(request: &HttpRequest) -> Result<Self, WebError> {
        Ok(Self { request: Request::of(request)?, need: PhantomData })
    }

    pub fn tools(&self) -> Tools<'_> {
        self.request.tools()
    }

    /// Where to go on to, of what was asked for.
    pub fn go_on_to<'a>(&self, next: &'a str) -> &'a str {
        self.request.go_on_to(next)
    }

    /// The browser's session, to let it adopt a new id.
    pub fn session(&self) -> &Session {
        &self.request.session
    }

    fn stopped(&self, e: Error) -> WebError {
        self.request.with_way_back(e.into())
    }

    /// Reads, with the proof.
    pub async fn read<T: Send + 'static>(&self, work: impl FnOnce(&mut Connection, &Permitted<N>) -> Result<T, Error> + Send + 'static) -> Result<T, WebError> {
        self.request.read(work).await.map_err(|e| self.stopped(e))
    }

    /// Reads what a page shows, together with its shell, and writes the page; notes that the session was used. It is written on the thread
    /// that read: what was read goes to no other, and is given back where it was taken, which saves an allocator much.
    pub async fn show<T, P: Template>(
        &self,
        takes: Takes,
        work: impl FnOnce(&mut Connection, &Permitted<N>) -> Result<T, Error> + Send + 'static,
        page: impl FnOnce(Shell, T) -> P + Send + 'static,
    ) -> Answer {
        let named = self.named();
        let read = move |c: &mut Connection, may: &Permitted<N>| {
            let (shell, shown, upkeep) = with_shell(c, may, named, work)?;
            Ok((written(&page(shell, shown)), upkeep))
        };
        let read = match takes {
            Takes::AMoment => self.request.read_soon(read).await,
            Takes::AWhile => self.request.read(read).await,
        };
        let (html, upkeep) = read.map_err(|e| self.stopped(e))?;
        self.keep_up(upkeep).await;
        Ok(html_page(StatusCode::OK, html?))
    }

    /// Reads what a page shows, together with its shell, where more than that decides what is shown; notes that the session was used.
    pub async fn page<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection, &Permitted<N>) -> Result<T, Error> + Send + 'static,
    ) -> Result<(Shell, T), WebError> {
        let named = self.named();
        let (shell, shown, upkeep) = self.read(move |c, may| with_shell(c, may, named, work)).await?;
        self.keep_up(upkeep).await;
        Ok((shell, shown))
    }

    /// The workspace whose page this is.
    fn named(&self) -> Option<WorkspaceId> {
        self.request.workspace.clone().filter(|_| self.request.is_in_workspace())
    }

    /// Small writes that follow a page; a page is shown whether or not they succeed.
    async fn keep_up(&self, upkeep: Upkeep) {
        if !(upkeep.stale || upkeep.shown || upkeep.entered.is_some() || !upkeep.told.is_empty()) {
            return;
        }
        let written = self.request.app.database.touch(self.request.origin.clone(), move |tx| {
            if upkeep.stale {
                sessions::seen(tx, &upkeep.session, &upkeep.user)?;
            }
            if upkeep.shown {
                sessions::notice_in(tx, &upkeep.session, None)?;
            }
            if let Some(workspace) = &upkeep.entered {
                sessions::enter(tx, &upkeep.session, workspace)?;
            }
            if !upkeep.told.is_empty() {
                memberships::told(tx, &upkeep.user, &upkeep.told)?;
            }
            Ok::<_, Error>(())
        });
        if let Err(e) = written.await {
            tracing::warn!(error = ?e, "a session could not be kept up");
        }
    }

    /// Acts: one transaction, with a proof made in it under the lock.
    pub async fn write<T: Send + 'static>(&self, work: impl FnOnce(&mut Tx, &Permitted<N>) -> Result<T, Error> + Send + 'static) -> Result<T, WebError> {
        let acted = self.request.act(work).await;
        acted.map_err(|e| self.stopped(e))
    }

    /// [`May::write`] for a form that shows what went wrong itself: the inner error is the act's own.
    pub async fn try_write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx, &Permitted<N>) -> Result<T, Error> + Send + 'static,
    ) -> Result<Result<T, Error>, WebError> {
        match self.request.act(work).await {
            Ok(done) => Ok(Ok(done)),
            Err(e @ (Error::Refusal(_) | Error::Invalid(_))) => Ok(Err(e)),
            Err(e) => Err(self.stopped(e)),
        }
    }
}

/// `named`: the workspace whose page it is.
fn with_shell<N: Need, T>(
    c: &mut Connection,
    may: &Permitted<N>,
    named: Option<WorkspaceId>,
    work: impl FnOnce(&mut Connection, &Permitted<N>) -> Result<T, Error>,
) -> Result<(Shell, T, Upkeep), Error> {
    let session = may.session().ok_or(Refused::NotSignedIn)?;
    let place = may.standing().place().filter(|p| named.is_some() && p.is_open());
    let mut shell = Shell::load(c, may.standing(), session, place)?;
    // What the last act said comes first; news waits for the page after.
    let news = if session.has_news && shell.notice.is_none() { memberships::news(c, may.id())? } else { Vec::new() };
    shell.notice = shell.notice.or_else(|| told_of(&news));
    let told = news.into_iter().map(|one| one.workspace).collect();
    let entered = named.filter(|w| place.is_some() && session.workspace.as_ref() != Some(w));
    let stale = clock::now() - session.seen_at > clock::minutes(1);
    let upkeep = Upkeep { session: session.hash.clone(), user: may.id().clone(), stale, shown: session.notice.is_some(), entered, told };
    Ok((shell, work(c, may)?, upkeep))
}

struct Upkeep {
    session: String,
    user: UserId,
    stale: bool,
    shown: bool,
    entered: Option<WorkspaceId>,
    /// Where they were told that they were added.
    told: Vec<WorkspaceId>,
}

impl May<SignedIn> {
    /// Who sends a request.
    pub async fn who(request: &HttpRequest) -> Result<UserId, WebError> {
        Self::enter(request)?.read(|_, may| Ok(may.id().clone())).await
    }

    /// Changes one's own password, the one of now given along.
    pub async fn change_password(&self, current: String, chosen: &Password, keep_others: bool) -> Result<Given<SessionToken>, WebError> {
        let who = self.read(|_, may| Ok(sessions::Confirming::of(may))).await?.ok_or(WebError::NotFound)?;
        let app = &self.request.app;
        let changed = account::change(&app.database, &app.hasher, self.request.origin.clone(), who, current, chosen, keep_others).await?;
        app.mail.notify_one();
        if matches!(changed, Given::NotRight) {
            refused::password(app, &self.request.origin);
        }
        Ok(changed)
    }

    /// Gives the password once more, and with it the session a new id.
    pub async fn confirm(&self, password: String) -> Result<SignIn, WebError> {
        let who = self.read(|_, may| Ok(sessions::Confirming::of(may))).await?.ok_or(WebError::NotFound)?;
        let app = &self.request.app;
        let outcome = sessions::confirm(&app.database, &app.hasher, self.request.origin.clone(), who, password).await?;
        if matches!(outcome, SignIn::NotRight) {
            refused::password(app, &self.request.origin);
        }
        Ok(outcome)
    }
}
