//! The sessions behind the cookie. A row is written by the act that signs somebody in, in its own transaction; here the
//! cookie only adopts its id. What the cookie says is believed nowhere: [`crate::access::Permitted`] reads the row at every request.

use std::collections::HashMap;

use actix_session::{
    Session, SessionExt as _, SessionMiddleware,
    config::CookieContentSecurity,
    storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError},
};
use actix_web::{
    HttpRequest,
    cookie::{Key, SameSite, time::Duration},
};

use super::App;
use crate::{
    access::actor::Caller,
    db::Origin,
    domain::{Error, sessions},
};

/// The hash of the session id, as the request's handlers know it.
const HASH: &str = "session";
/// The id of a row that was just written, for the cookie to carry from now on.
const ADOPT: &str = "adopt";

pub struct Store(App);

impl SessionStore for Store {
    async fn load(&self, key: &SessionKey) -> Result<Option<HashMap<String, String>>, LoadError> {
        let hash = serde_json::to_string(&sessions::hash_of(key.as_ref())).map_err(|e| LoadError::Other(e.into()))?;
        Ok(Some(HashMap::from([(HASH.to_owned(), hash)])))
    }

    /// Only a row that an act wrote has a cookie: there is no session of nobody.
    async fn save(&self, state: HashMap<String, String>, _: &Duration) -> Result<SessionKey, SaveError> {
        let token = state.get(ADOPT).and_then(|json| serde_json::from_str::<String>(json).ok());
        let token = token.ok_or_else(|| SaveError::Other(anyhow::anyhow!("a session is only begun by signing in")))?;
        token.try_into().map_err(|_| SaveError::Other(anyhow::anyhow!("a session id is short")))
    }

    /// Writes nothing: a row that is gone stays gone.
    async fn update(&self, key: SessionKey, _: HashMap<String, String>, _: &Duration) -> Result<SessionKey, UpdateError> {
        Ok(key)
    }

    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    /// The cookie lets go of this id: its row, if there still is one, ends too. Signing out has ended it already, in its own
    /// act; what is left to end here is what a browser that signs in anew was before. That is answered whether or not the row
    /// can be deleted now: nobody has its id any more, and it ends by itself.
    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        let hash = sessions::hash_of(key.as_ref());
        let gone = self.0.database.touch(Origin::default(), move |tx| sessions::drop_row(tx, &hash).map_err(Error::from)).await;
        if let Err(e) = gone {
            tracing::warn!(error = ?e, "the session a browser has let go of could not be ended");
        }
        Ok(())
    }
}

/// The middleware: one cookie, `__Host-` on https, encrypted with a key of its own.
pub fn middleware(app: &App) -> SessionMiddleware<Store> {
    let https = app.config.is_https();
    let mut key = app.key.derive("cookie, first half", &[]).to_vec();
    key.extend(app.key.derive("cookie, second half", &[]));
    SessionMiddleware::builder(Store(app.clone()), Key::from(&key))
        .cookie_name(if https { "__Host-noxus" } else { "noxus" }.to_owned())
        .cookie_secure(https)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Lax)
        .cookie_path("/".to_owned())
        .cookie_content_security(CookieContentSecurity::Private)
        .build()
}

/// Which session a request says it is of.
pub fn caller(request: &HttpRequest) -> Caller {
    request.get_session().get::<String>(HASH).ok().flatten().map_or(Caller::Nobody, Caller::Browser)
}

/// Lets the browser carry the id of a session that an act has just written. The id it had before ends.
pub fn adopt(session: &Session, token: &sessions::SessionToken) {
    session.renew();
    if session.insert(ADOPT, token.as_str()).is_err() {
        tracing::error!("a session id could not be given to the browser");
    }
}

/// Takes the cookie away.
pub fn let_go(session: &Session) {
    session.purge();
}
