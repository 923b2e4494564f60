//! The doors: how a handler is let in, and its only way to the database. [`May`] stands for what was asked of the caller; the
//! proof itself is made inside the read or the transaction, so that what it says is true at that moment.

use std::{
    future::{Ready, ready},
    marker::PhantomData,
};

use actix_session::{Session, SessionExt as _};
use actix_web::{FromRequest, HttpRequest, dev::Payload};

use super::{App, Shell, WebError, error, origin, session_store};
use crate::{
    access::{Permitted, Refused, actor::Caller, need::Need, passes::Anyone},
    base::{
        clock,
        ids::{UserId, WorkspaceId},
    },
    db::{Connection, Origin, Tx},
    domain::{Error, organization, sessions},
};

/// The process's state, reachable by the kit alone.
#[derive(Clone)]
pub struct Handle(pub(in crate::web) App);

impl Handle {
    pub fn new(app: App) -> Self {
        Self(app)
    }
}

/// What a request brings, whoever it is from.
#[derive(Clone)]
struct Request {
    app: App,
    caller: Caller,
    origin: Origin,
    session: Session,
    /// Where to come back to after signing in.
    path: String,
    method_is_safe: bool,
}

impl Request {
    fn of(request: &HttpRequest) -> Result<Self, WebError> {
        let Handle(app) = request.app_data::<Handle>().ok_or_else(|| WebError::Fault("no application state".into()))?.clone();
        Ok(Self {
            caller: session_store::caller(request),
            origin: origin::origin(request, &app),
            session: request.get_session(),
            path: request.uri().path_and_query().map(ToString::to_string).unwrap_or_default(),
            method_is_safe: request.method().is_safe(),
            app,
        })
    }

    /// After signing in a page is opened again; a form is not sent again, so one comes back to its page.
    fn come_back(&self) -> String {
        if self.method_is_safe { self.path.clone() } else { self.path.split('?').next().unwrap_or_default().to_owned() }
    }

    /// Whether this is one of a workspace's own pages. What is settled about one elsewhere leaves the reader where they are.
    fn is_in_workspace(&self) -> bool {
        self.path.starts_with("/workspaces/")
    }

    fn with_way_back(&self, e: WebError) -> WebError {
        match e {
            WebError::SignIn { .. } => WebError::SignIn { next: self.come_back() },
            WebError::Confirm { .. } => WebError::Confirm { next: self.come_back() },
            other => other,
        }
    }
}

/// Lets in whoever may do `N`. A handler's first argument.
pub struct May<N> {
    request: Request,
    workspace: Option<WorkspaceId>,
    confirmed_only: bool,
    need: PhantomData<fn() -> N>,
}

impl<N: Need> FromRequest for May<N> {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(May::enter(request, false))
    }
}

impl<N: Need> May<N> {
    fn enter(request: &HttpRequest, confirmed_only: bool) -> Result<Self, WebError> {
        let workspace = match request.match_info().get("workspace") {
            Some(text) => Some(text.parse().map_err(|_| WebError::NotFound)?),
            None => None,
        };
        Ok(Self { request: Request::of(request)?, workspace, confirmed_only, need: PhantomData })
    }

    pub fn app(&self) -> &App {
        &self.request.app
    }

    pub fn origin(&self) -> Origin {
        self.request.origin.clone()
    }

    /// The browser's session, to let it adopt a new id.
    pub fn session(&self) -> &Session {
        &self.request.session
    }

    fn prove(c: &mut Connection, caller: &Caller, workspace: Option<&WorkspaceId>, confirmed_only: bool) -> Result<Permitted<N>, Gate> {
        let may = Permitted::judge(c, caller, workspace)?;
        if confirmed_only && !sessions::is_confirmed(may.session().confirmed_at) {
            return Err(Gate::Confirm);
        }
        Ok(may)
    }

    fn stopped(&self, gate: Gate) -> WebError {
        match gate {
            Gate::Confirm => WebError::Confirm { next: self.request.come_back() },
            Gate::Domain(e) => self.request.with_way_back(e.into()),
        }
    }

    /// Reads, with the proof.
    pub async fn read<T: Send + 'static>(&self, work: impl FnOnce(&mut Connection, &Permitted<N>) -> Result<T, Error> + Send + 'static) -> Result<T, WebError> {
        let (caller, workspace, confirmed) = (self.request.caller.clone(), self.workspace.clone(), self.confirmed_only);
        let read = self.request.app.database.read(move |c| {
            let may = Self::prove(c, &caller, workspace.as_ref(), confirmed)?;
            work(c, &may).map_err(Gate::from)
        });
        read.await.map_err(|gate| self.stopped(gate))
    }

    /// Reads what a page shows, together with its shell; notes that the session was used.
    pub async fn page<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection, &Permitted<N>) -> Result<T, Error> + Send + 'static,
    ) -> Result<(Shell, T), WebError> {
        let named = self.workspace.clone().filter(|_| self.request.is_in_workspace());
        let read = self.read(move |c, may| {
            let place = may.standing().place().filter(|p| named.is_some() && p.is_open());
            let shell = Shell::load(c, may.standing(), may.session(), place)?;
            let entered = named.filter(|w| place.is_some() && may.session().workspace.as_ref() != Some(w));
            let stale = clock::now() - may.session().seen_at > clock::minutes(1);
            let upkeep = Upkeep { session: may.session().hash.clone(), user: may.id().clone(), stale, shown: may.session().notice.is_some(), entered };
            Ok((shell, work(c, may)?, upkeep))
        });
        let (shell, shown, upkeep) = read.await?;
        self.keep_up(upkeep).await;
        Ok((shell, shown))
    }

    /// Small writes that follow a page; a page is shown whether or not they succeed.
    async fn keep_up(&self, upkeep: Upkeep) {
        if !(upkeep.stale || upkeep.shown || upkeep.entered.is_some()) {
            return;
        }
        let written = self.request.app.database.touch(self.origin(), move |tx| {
            if upkeep.stale {
                sessions::seen(tx, &upkeep.session, &upkeep.user)?;
            }
            if upkeep.shown {
                sessions::notice(tx, &upkeep.session, None)?;
            }
            if let Some(workspace) = &upkeep.entered {
                sessions::enter(tx, &upkeep.session, workspace)?;
            }
            Ok::<_, Error>(())
        });
        if let Err(e) = written.await {
            tracing::warn!(error = ?e, "a session could not be kept up");
        }
    }

    /// Acts: one transaction, with a proof made in it under the lock.
    pub async fn write<T: Send + 'static>(&self, work: impl FnOnce(&mut Tx, &Permitted<N>) -> Result<T, Error> + Send + 'static) -> Result<T, WebError> {
        let acted = self.act(work).await;
        acted.map_err(|gate| self.stopped(gate))
    }

    /// [`May::write`] for a form that shows what went wrong itself: the inner error is the act's own.
    pub async fn try_write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx, &Permitted<N>) -> Result<T, Error> + Send + 'static,
    ) -> Result<Result<T, Error>, WebError> {
        match self.act(work).await {
            Ok(done) => Ok(Ok(done)),
            Err(Gate::Domain(e @ (Error::Refusal(_) | Error::Invalid(_)))) => Ok(Err(e)),
            Err(gate) => Err(self.stopped(gate)),
        }
    }

    async fn act<T: Send + 'static>(&self, work: impl FnOnce(&mut Tx, &Permitted<N>) -> Result<T, Error> + Send + 'static) -> Result<T, Gate> {
        let (caller, workspace, confirmed) = (self.request.caller.clone(), self.workspace.clone(), self.confirmed_only);
        let acted = self.request.app.database.write(self.origin(), move |tx| {
            let may = Self::prove(tx, &caller, workspace.as_ref(), confirmed)?;
            work(tx, &may).map_err(Gate::from)
        });
        let done = acted.await?;
        // An act may have put a mail into the outbox; a needless ring costs one look.
        self.request.app.mail.notify_one();
        Ok(done)
    }
}

struct Upkeep {
    session: String,
    user: UserId,
    stale: bool,
    shown: bool,
    entered: Option<WorkspaceId>,
}

/// What stops a request at its door.
enum Gate {
    Confirm,
    Domain(Error),
}

impl From<Refused> for Gate {
    fn from(e: Refused) -> Self {
        Self::Domain(e.into())
    }
}

impl From<Error> for Gate {
    fn from(e: Error) -> Self {
        Self::Domain(e)
    }
}

impl From<crate::db::Error> for Gate {
    fn from(e: crate::db::Error) -> Self {
        Self::Domain(e.into())
    }
}

/// [`May`] for a sensitive act: the password was given in the last fifteen minutes, or is asked for now.
pub struct Sure<N>(pub May<N>);

impl<N: Need> FromRequest for Sure<N> {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(May::enter(request, true).map(Self))
    }
}

impl<N> std::ops::Deref for Sure<N> {
    type Target = May<N>;
    fn deref(&self) -> &May<N> {
        &self.0
    }
}

/// Lets in anybody. What they may see or do is decided by the passes that acts ask for.
pub struct Visitor {
    request: Request,
}

impl FromRequest for Visitor {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Request::of(request).map(|request| Self { request }))
    }
}

impl Visitor {
    pub fn app(&self) -> &App {
        &self.request.app
    }

    pub fn origin(&self) -> Origin {
        self.request.origin.clone()
    }

    pub fn session(&self) -> &Session {
        &self.request.session
    }

    pub fn pass(&self) -> Anyone {
        Anyone::pass()
    }

    /// The person this browser is signed in as, if it is.
    pub fn whoever(&self, c: &mut Connection) -> Result<Option<Permitted<crate::access::need::SignedIn>>, crate::db::Error> {
        whoever(c, &self.request.caller)
    }

    /// Reads with a bare shell.
    pub async fn page<T: Send + 'static>(&self, work: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static) -> Result<(Shell, T), WebError> {
        let read = self.request.app.database.read(move |c| {
            let organization = organization::load(c)?;
            Ok::<_, Error>((Shell::bare(&organization.name, &organization.support), work(c)?))
        });
        Ok(read.await?)
    }

    /// Reads, knowing who the browser is signed in as.
    pub async fn page_knowing<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection, Option<&Permitted<crate::access::need::SignedIn>>) -> Result<T, Error> + Send + 'static,
    ) -> Result<(Shell, T), WebError> {
        let caller = self.request.caller.clone();
        self.page(move |c| {
            let me = whoever(c, &caller)?;
            work(c, me.as_ref())
        })
        .await
    }

    /// Acts, with whatever pass the act asks for.
    pub async fn write<T: Send + 'static>(&self, work: impl FnOnce(&mut Tx) -> Result<T, Error> + Send + 'static) -> Result<Result<T, Error>, WebError> {
        let acted = self.request.app.database.write(self.origin(), work).await;
        self.request.app.mail.notify_one();
        match acted {
            Ok(done) => Ok(Ok(done)),
            Err(e @ (Error::Refusal(_) | Error::Invalid(_))) => Ok(Err(e)),
            Err(e) => Err(e.into()),
        }
    }

    /// Acts as whoever the browser is signed in as.
    pub async fn write_knowing<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Tx, Option<&Permitted<crate::access::need::SignedIn>>) -> Result<T, Error> + Send + 'static,
    ) -> Result<Result<T, Error>, WebError> {
        let caller = self.request.caller.clone();
        self.write(move |tx| {
            let me = whoever(tx, &caller)?;
            work(tx, me.as_ref())
        })
        .await
    }
}

fn whoever(c: &mut Connection, caller: &Caller) -> Result<Option<Permitted<crate::access::need::SignedIn>>, crate::db::Error> {
    match Permitted::judge(c, caller, None) {
        Ok(may) => Ok(Some(may)),
        Err(Refused::Database(e)) => Err(e),
        Err(_) => Ok(None),
    }
}

/// What no route matched.
pub async fn nothing_here() -> Result<actix_web::HttpResponse, error::WebError> {
    Err(WebError::NotFound)
}
