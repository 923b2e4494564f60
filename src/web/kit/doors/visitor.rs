//! The door of anybody: [`Visitor`].

use std::{
    future::{Ready, ready},
    sync::atomic::Ordering::Relaxed,
};

use actix_session::Session;
use actix_web::{FromRequest, HttpRequest, dev::Payload};

use super::{Request, Tools};
use crate::{
    access::{Permitted, Refused, actor::Caller, need::SignedIn, passes::Anyone},
    db::{Connection, Database, Error as DbError, Tx},
    domain::{
        Error, organization,
        sessions::{self, SignIn},
    },
    web::kit::{Shell, WebError, refused},
};

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
    pub fn tools(&self) -> Tools<'_> {
        self.request.tools()
    }

    /// Where to go on to, of what was asked for.
    pub fn go_on_to<'a>(&self, next: &'a str) -> &'a str {
        self.request.go_on_to(next)
    }

    pub fn session(&self) -> &Session {
        &self.request.session
    }

    pub fn pass(&self) -> Anyone {
        Anyone::pass()
    }

    pub async fn sign_in(&self, email: &str, password: String) -> Result<SignIn, WebError> {
        let app = &self.request.app;
        let outcome = sessions::sign_in(&app.database, &app.hasher, self.request.origin.clone(), self.pass(), email, password).await?;
        if matches!(outcome, SignIn::NotRight) {
            refused::password(app, &self.request.origin);
        }
        Ok(outcome)
    }

    /// What keeps the console from doing its work, in sentences; nothing, if it can.
    pub async fn missing(&self) -> Vec<String> {
        let app = &self.request.app;
        let fingerprint = app.key.fingerprint();
        let looked = app.database.look_up(move |c| {
            let (schema, known) = Database::schema(c)?;
            let mut missing = Vec::new();
            // A newer release may have been here already: what it adds, this one lives with.
            if schema < known {
                missing.push(format!("The database has schema {schema}, and this release needs {known}: restart it."));
            }
            if !organization::is_master_key(c, &fingerprint)? {
                missing.push("The database was made with another master key.".to_owned());
            }
            Ok::<_, DbError>(missing)
        });
        let mut missing = looked.await.unwrap_or_else(|e| {
            tracing::warn!(error = %e, "not ready");
            vec!["The database does not answer.".to_owned()]
        });
        if !app.mail_runs.load(Relaxed) {
            missing.push("The mail worker has stopped: restart the console.".to_owned());
        }
        missing
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
        work: impl FnOnce(&mut Connection, Option<&Permitted<SignedIn>>) -> Result<T, Error> + Send + 'static,
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
        let acted = self.request.app.database.write(self.request.origin.clone(), work).await;
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
        work: impl FnOnce(&mut Tx, Option<&Permitted<SignedIn>>) -> Result<T, Error> + Send + 'static,
    ) -> Result<Result<T, Error>, WebError> {
        let caller = self.request.caller.clone();
        self.write(move |tx| {
            let me = whoever(tx, &caller)?;
            work(tx, me.as_ref())
        })
        .await
    }
}

fn whoever(c: &mut Connection, caller: &Caller) -> Result<Option<Permitted<SignedIn>>, DbError> {
    match Permitted::judge(c, caller, None) {
        Ok(may) => Ok(Some(may)),
        Err(Refused::Database(e)) => Err(e),
        Err(_) => Ok(None),
    }
}
