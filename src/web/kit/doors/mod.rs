//! The doors: how a handler is let in, and its only way to the database. [`May`] stands for what was asked of the caller, and
//! makes the proof inside the read or the transaction, so that what it says is true at that moment; [`Calls`] does so for the
//! API, by its key; [`Visitor`] lets in anybody.

mod calls;
mod may;
mod visitor;

use actix_session::{Session, SessionExt as _};
use actix_web::HttpRequest;
use tracing::Span;

use super::{App, WebError, origin, paths::safe_next, session_store, table::Ways};
use crate::{
    access::{
        Asking, Permitted, Refused,
        actor::Caller,
        need::{Confirmed, Need},
    },
    base::{ids::WorkspaceId, password::Hasher, secret::MasterKey},
    config::Config,
    db::{Connection, Error as DbError, Origin, Tx},
    domain::Error,
};

pub use calls::Calls;
pub use may::{May, Takes};
pub use visitor::Visitor;

/// [`May`] for a sensitive act: the password was given in the last fifteen minutes, or is asked for now.
pub type Sure<N> = May<Confirmed<N>>;

/// The process's state, reachable by the kit alone.
#[derive(Clone)]
pub struct Handle(pub(in crate::web::kit) App);

impl Handle {
    pub fn new(app: App) -> Self {
        Self(app)
    }
}

/// What a handler may have of the process: everything but the database.
pub struct Tools<'a> {
    pub hasher: &'a Hasher,
    pub config: &'a Config,
    pub key: &'a MasterKey,
}

/// What a request brings, whoever it is from.
struct Request {
    app: App,
    caller: Caller,
    /// The workspace it names.
    workspace: Option<WorkspaceId>,
    origin: Origin,
    session: Session,
    /// Where to come back to after signing in.
    path: String,
    method_is_safe: bool,
    ways: Option<Ways>,
}

impl Request {
    /// From a browser: its path may name a workspace.
    fn of(request: &HttpRequest) -> Result<Self, WebError> {
        Self::from(request, session_store::caller(request), workspace_in_path(request)?)
    }

    fn from(request: &HttpRequest, caller: Caller, workspace: Option<WorkspaceId>) -> Result<Self, WebError> {
        let Handle(app) = request.app_data::<Handle>().ok_or_else(|| WebError::Fault("no application state".into()))?.clone();
        Ok(Self {
            caller,
            workspace,
            origin: origin::origin(request, &app),
            session: request.get_session(),
            path: request.uri().path_and_query().map(ToString::to_string).unwrap_or_default(),
            method_is_safe: request.method().is_safe(),
            ways: request.app_data::<Ways>().cloned(),
            app,
        })
    }

    fn tools(&self) -> Tools<'_> {
        Tools { hasher: &self.app.hasher, config: &self.app.config, key: &self.app.key }
    }

    /// Reads, with the proof.
    async fn read<N: Need, T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection, &Permitted<N>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.read_in_turn(self.judged(work)).await
    }

    async fn read_in_turn<T: Send + 'static>(&self, judged: impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
        let place = self.app.reads.wait(&self.caller).await;
        let _place = place.ok_or_else(|| DbError::Unavailable("as much as one may read at a time is under way".to_owned()))?;
        self.app.database.read(judged).await
    }

    /// The same of what takes no longer than waiting for one's turn.
    async fn read_soon<N: Need, T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection, &Permitted<N>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        match self.app.database.read_here(self.judged(work)) {
            Ok(done) => done,
            Err(judged) => self.read_in_turn(judged).await,
        }
    }

    /// The same of what is over at once.
    async fn look_up<N: Need, T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection, &Permitted<N>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        self.app.database.look_up(self.judged(work)).await
    }

    fn judged<N: Need, T>(
        &self,
        work: impl FnOnce(&mut Connection, &Permitted<N>) -> Result<T, Error> + Send + 'static,
    ) -> impl FnOnce(&mut Connection) -> Result<T, Error> + Send + 'static {
        let (caller, workspace) = (self.caller.clone(), self.workspace.clone());
        let span = Span::current();
        move |c| {
            let may = judge(c, &span, &caller, workspace.as_ref())?;
            work(c, &may)
        }
    }

    /// Acts: one transaction, with a proof made in it under the lock.
    async fn act<N: Need, T: Send + 'static>(&self, work: impl FnOnce(&mut Tx, &Permitted<N>) -> Result<T, Error> + Send + 'static) -> Result<T, Error> {
        let (caller, workspace) = (self.caller.clone(), self.workspace.clone());
        let span = Span::current();
        let acted = self.app.database.write(self.origin.clone(), move |tx| {
            let may = judge(tx, &span, &caller, workspace.as_ref())?;
            tx.origin.key = may.key().map(|key| key.id.clone());
            work(tx, &may)
        });
        let done = acted.await?;
        // An act may have put a mail into the outbox; a needless ring costs one look.
        self.app.mail.notify_one();
        Ok(done)
    }

    /// After signing in a page is opened again; a form is not sent again, so one comes back to its page. What is only posted to
    /// has none: then it is the page above.
    fn come_back(&self) -> String {
        if self.method_is_safe {
            return self.path.clone();
        }
        let path = self.path.split('?').next().unwrap_or_default();
        self.ways.as_ref().and_then(|ways| ways.nearest(path)).unwrap_or_default()
    }

    /// Where to go on to after signing in: a page of this console that was asked for, or home.
    fn go_on_to<'a>(&self, next: &'a str) -> &'a str {
        let is_page = |next: &str| self.ways.as_ref().is_some_and(|ways| ways.is_page(next.split(['?', '#']).next().unwrap_or_default()));
        safe_next(next).filter(|next| is_page(next)).unwrap_or("/")
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

/// Judges the caller. Who acts, with which key and where, is noted before, for every line that is logged about the request.
fn judge<N: Need>(c: &mut Connection, span: &Span, caller: &Caller, workspace: Option<&WorkspaceId>) -> Result<Permitted<N>, Refused> {
    if let Some(workspace) = workspace {
        span.record("workspace", workspace.as_str());
    }
    let asking = Asking::of(c, caller, workspace).inspect_err(|e| {
        if let Refused::DeadKey(_, Some(key)) = e {
            span.record("key", key.as_str());
        }
    })?;
    span.record("actor", asking.id().as_str());
    if let Some(key) = asking.key() {
        span.record("key", key.id.as_str());
    }
    asking.judge(c, workspace)
}

fn workspace_in_path(request: &HttpRequest) -> Result<Option<WorkspaceId>, WebError> {
    request.match_info().get("workspace").map(|text| text.parse().map_err(|_| WebError::NotFound)).transpose()
}

/// What no route matched.
pub async fn nothing_here() -> Result<actix_web::HttpResponse, WebError> {
    Err(WebError::NotFound)
}
