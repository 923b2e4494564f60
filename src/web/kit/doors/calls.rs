//! The door of the API: [`Calls`].

use std::{
    future::{Ready, ready},
    marker::PhantomData,
};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::{StatusCode, header},
};

use super::{Request, Tools, workspace_in_path};
use crate::{
    access::{
        Permitted,
        actor::Caller,
        need::{Missing, Need, SignedIn},
    },
    base::{
        clock::{self, Moment},
        ids::{KeyId, UserId, WorkspaceId},
        key::KeySecret,
    },
    db::{Connection, Tx},
    domain::{Error, api_keys},
    web::kit::{
        WebError,
        openapi::{Call, Told},
    },
};

/// Lets in the key of whoever may do `N`. A cookie counts for nothing here.
pub struct Calls<N> {
    request: Request,
    need: PhantomData<fn() -> N>,
}

impl<N: Need> FromRequest for Calls<N> {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::enter(request))
    }
}

impl<N: Need> Told for Calls<N> {
    fn tell(call: &mut Call) {
        call.is_refused([StatusCode::BAD_REQUEST, StatusCode::UNAUTHORIZED, StatusCode::SERVICE_UNAVAILABLE]);
        if N::missing() != Missing::Nothing {
            call.is_refused([StatusCode::FORBIDDEN]);
        }
        if matches!(N::missing(), Missing::Workspace(_)) {
            call.is_refused([StatusCode::UNPROCESSABLE_ENTITY]);
        }
        if !N::ANYWHERE {
            call.names_workspace();
        }
    }
}

impl Calls<SignedIn> {
    /// Whose key a request brings.
    pub async fn who(request: &HttpRequest) -> Result<UserId, WebError> {
        Self::enter(request)?.read(|_, may| Ok(may.id().clone())).await
    }
}

impl<N: Need> Calls<N> {
    fn enter(request: &HttpRequest) -> Result<Self, WebError> {
        let secret = key_of(request)?;
        let workspace = match workspace_in_path(request)? {
            // Where no workspace makes a difference, none is read.
            None if N::ANYWHERE => None,
            None => workspace_in_query(request)?,
            named => named,
        };
        Ok(Self { request: Request::from(request, Caller::Key(secret.hash()), workspace)?, need: PhantomData })
    }

    pub fn tools(&self) -> Tools<'_> {
        self.request.tools()
    }

    /// Reads, with the proof.
    pub async fn read<T: Send + 'static>(&self, work: impl FnOnce(&mut Connection, &Permitted<N>) -> Result<T, Error> + Send + 'static) -> Result<T, WebError> {
        self.answer(self.request.read(move |c, may| Ok((Used::of(may), work(c, may)?))).await).await
    }

    /// [`Calls::read`] of what is over at once: a row or a few. Most calls ask for no more than whether the key is good.
    pub async fn look_up<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Connection, &Permitted<N>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, WebError> {
        self.answer(self.request.look_up(move |c, may| Ok((Used::of(may), work(c, may)?))).await).await
    }

    /// Acts: one transaction, with a proof made in it under the lock.
    pub async fn write<T: Send + 'static>(&self, work: impl FnOnce(&mut Tx, &Permitted<N>) -> Result<T, Error> + Send + 'static) -> Result<T, WebError> {
        self.answer(self.request.act(move |tx, may| Ok((Used::of(may), work(tx, may)?))).await).await
    }

    async fn answer<T>(&self, done: Result<(Option<Used>, T), Error>) -> Result<T, WebError> {
        let (used, done) = done.map_err(stopped)?;
        self.note(used).await;
        Ok(done)
    }

    /// Notes that the key was used, at most once a minute. What was asked for is answered whether or not that succeeds.
    async fn note(&self, used: Option<Used>) {
        let Some(Used { key, at }) = used else { return };
        if at.is_some_and(|at| clock::now() - at < clock::minutes(1)) {
            return;
        }
        let noted = self.request.app.database.touch(self.request.origin.clone(), move |tx| api_keys::used(tx, &key).map_err(Error::from));
        if let Err(e) = noted.await {
            tracing::warn!(error = ?e, "the use of a key could not be noted");
        }
    }
}

/// A key, and when its use was noted last.
struct Used {
    key: KeyId,
    at: Option<Moment>,
}

impl Used {
    fn of<N: Need>(may: &Permitted<N>) -> Option<Self> {
        may.key().map(|key| Self { key: key.id.clone(), at: key.used_at })
    }
}

/// The key in `Authorization: Bearer …` or `X-API-Key`. Given in both, it has to be the same one.
fn key_of(request: &HttpRequest) -> Result<KeySecret, WebError> {
    let header = |name: &str| request.headers().get_all(name).map(|v| v.to_str().unwrap_or_default().trim()).collect::<Vec<_>>();
    let bearer = header(header::AUTHORIZATION.as_str()).into_iter().map(|value| match value.split_once(' ') {
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => Ok(key.trim()),
        _ => Err(WebError::Unauthorized("Give the key as: Authorization: Bearer noxus_…".into())),
    });
    let mut given = bearer.chain(header("x-api-key").into_iter().map(Ok)).collect::<Result<Vec<_>, _>>()?;
    given.dedup();
    match given.as_slice() {
        [] => Err(WebError::Unauthorized("Give an API key, as: Authorization: Bearer noxus_…, or as: X-API-Key: noxus_…".into())),
        [key] => KeySecret::parse(key).ok_or_else(|| WebError::Unauthorized("This is not an API key of this console, or not all of it.".into())),
        _ => Err(WebError::bad_request("Two different API keys were given. Give one.")),
    }
}

/// `group_id`, as clients call a workspace.
fn workspace_in_query(request: &HttpRequest) -> Result<Option<WorkspaceId>, WebError> {
    let all = url::form_urlencoded::parse(request.query_string().as_bytes()).filter(|(name, _)| name == "group_id");
    let mut named: Vec<_> = all.map(|(_, id)| id).collect();
    named.dedup();
    match named.as_slice() {
        [] => Ok(None),
        [id] => id.parse().map(Some).map_err(|_| WebError::NotFound),
        _ => Err(WebError::bad_request("Two different workspaces were named. Name one.")),
    }
}

/// On the API a wrong value is told by its field.
fn stopped(e: Error) -> WebError {
    match e {
        Error::Invalid(problems) => WebError::Unprocessable(problems.into_iter().map(|(field, text)| (field.to_owned(), text)).collect()),
        other => other.into(),
    }
}
