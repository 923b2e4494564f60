//! Keys: made past the pages, and requests that carry one.

use diesel::prelude::*;
use noxus_console::{
    base::{
        clock::{self, Moment},
        ids::{KeyId, UserId, WorkspaceId},
        key::KeySecret,
        text::fold,
    },
    db::schema::api_keys,
};
use reqwest::Method;

use super::{Client, Console, client::Page};

impl Console {
    /// A key that ends in a week; `permissions` as stored, `None`: unrestricted.
    pub fn key(&self, owner: &UserId, workspace: Option<&WorkspaceId>, permissions: Option<&str>) -> KeySecret {
        self.key_until(owner, workspace, permissions, Some(clock::now() + clock::days(7)))
    }

    /// The id of a key.
    pub fn key_id(&self, key: &KeySecret) -> KeyId {
        let hash = key.hash();
        self.rows(move |c| api_keys::table.filter(api_keys::secret_hash.eq(hash)).select(api_keys::id).first(c))
    }

    /// Gives a key another name.
    pub fn name_key(&self, key: &KeySecret, name: &str) {
        let (hash, name) = (key.hash(), name.to_owned());
        self.rows(move |c| {
            diesel::update(api_keys::table.filter(api_keys::secret_hash.eq(hash)))
                .set((api_keys::name.eq(&name), api_keys::name_key.eq(fold(&name))))
                .execute(c)
                .map(drop)
        });
    }

    pub fn key_until(&self, owner: &UserId, workspace: Option<&WorkspaceId>, permissions: Option<&str>, expires_at: Option<Moment>) -> KeySecret {
        let secret = KeySecret::random();
        let (owner, workspace, permissions, made) = (owner.clone(), workspace.cloned(), permissions.map(str::to_owned), secret.clone());
        self.rows(move |c| {
            diesel::insert_into(api_keys::table)
                .values((
                    (api_keys::id.eq(KeyId::new()), api_keys::secret_hash.eq(made.hash()), api_keys::hint.eq(made.hint())),
                    (api_keys::name.eq("a-key"), api_keys::name_key.eq("a-key"), api_keys::workspace_id.eq(workspace), api_keys::owner_id.eq(&owner)),
                    (api_keys::made_by.eq(&owner), api_keys::permissions.eq(permissions)),
                    (api_keys::created_at.eq(clock::now()), api_keys::expires_at.eq(expires_at)),
                ))
                .execute(c)
                .map(drop)
        });
        secret
    }

    pub fn revoke(&self, key: &KeySecret) {
        let hash = key.hash();
        self.rows(move |c| {
            diesel::update(api_keys::table.filter(api_keys::secret_hash.eq(hash))).set(api_keys::revoked_at.eq(clock::now())).execute(c).map(drop)
        });
    }
}

impl Client {
    /// A request of the API, as a program sends it: a key, no cookie, none of a browser's headers.
    pub async fn call(&self, method: Method, path: &str, key: &KeySecret) -> Page {
        self.send(self.bare(method, path).bearer_auth(key.as_str())).await
    }

    /// [`Client::call`] with a JSON body.
    pub async fn call_with(&self, method: Method, path: &str, key: &KeySecret, body: &serde_json::Value) -> Page {
        self.send(self.bare(method, path).bearer_auth(key.as_str()).json(body)).await
    }

    /// [`Client::call`] with a body as it stands, said to be JSON.
    pub async fn call_raw(&self, method: Method, path: &str, key: &KeySecret, body: impl Into<reqwest::Body>) -> Page {
        self.send(self.bare(method, path).bearer_auth(key.as_str()).header("Content-Type", "application/json").body(body)).await
    }
}

impl Page {
    /// The secrets of keys on a page or in an answer.
    pub fn secrets(&self) -> Vec<KeySecret> {
        let mut found: Vec<KeySecret> = self.body.match_indices("noxus_").filter_map(|(at, _)| KeySecret::parse(self.body.get(at..at + 48)?)).collect();
        found.dedup_by_key(|key| key.hash());
        found
    }

    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|e| panic!("{} is no JSON ({e}): {}", self.status, self.body))
    }

    /// The one sentence of an error of the API.
    #[track_caller]
    pub fn problem(&self, status: u16) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        let kind = self.headers.get("content-type").and_then(|v| v.to_str().ok());
        assert_eq!(kind, Some("application/problem+json"), "{}", self.body);
        let problem = self.json();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["request_id"].as_str(), self.headers.get("x-request-id").and_then(|v| v.to_str().ok()));
        problem["detail"].as_str().expect("a detail").to_owned()
    }

    /// An answer of the API but for its request's id: what two answers that tell nothing apart have in common.
    #[track_caller]
    pub fn but_for_its_id(&self) -> String {
        let id = self.headers["x-request-id"].to_str().expect("ASCII");
        assert!(!id.is_empty());
        format!("{} {}", self.status, self.body.replace(id, "ID"))
    }
}
