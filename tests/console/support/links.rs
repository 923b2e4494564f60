//! Links about an account, as their mails have them, and what becomes of their rows.

use chrono::TimeDelta;
use diesel::prelude::*;
use noxus_console::{
    base::{
        clock,
        ids::{LinkId, UserId},
        token::{AddressChange, AddressUndo, PasswordReset},
    },
    db::schema::{account_links, audit, outbox, sessions, users},
    domain::account,
};

use super::{Client, Console, people::PASSWORD};

/// What somebody chooses instead of [`PASSWORD`].
pub const CHOSEN: &str = "four unrelated little words";

impl Console {
    fn newest_link(&self, user: &UserId, kind: &str) -> LinkId {
        let (user, kind) = (user.clone(), kind.to_owned());
        self.rows(move |c| {
            account_links::table
                .filter(account_links::user_id.eq(user))
                .filter(account_links::kind.eq(kind))
                .order((account_links::created_at.desc(), account_links::id.desc()))
                .select(account_links::id)
                .first(c)
        })
    }

    /// The path of the newest link to a new password.
    pub fn reset_link(&self, user: &UserId) -> String {
        format!("/password/reset/{}", account::token::<PasswordReset>(&self.app.key, &self.newest_link(user, "reset")))
    }

    /// The path of the newest link to another address.
    pub fn address_link(&self, user: &UserId) -> String {
        format!("/email/confirm/{}", account::token::<AddressChange>(&self.app.key, &self.newest_link(user, "address")))
    }

    /// The path of the newest link back to the address of before.
    pub fn undo_link(&self, user: &UserId) -> String {
        format!("/email/undo/{}", account::token::<AddressUndo>(&self.app.key, &self.newest_link(user, "undo")))
    }

    /// Somebody asks for a link to a new password, and this is it.
    pub async fn forgets(&self, user: &UserId) -> String {
        let email = self.email_of(user);
        self.visitor().post("/password/forgotten", &[("email", &email)]).await.is(303);
        self.reset_link(user)
    }

    /// The address, as stored.
    pub fn email_of(&self, user: &UserId) -> String {
        let user = user.clone();
        self.rows(move |c| users::table.filter(users::id.eq(user)).select(users::email).first::<Option<String>>(c)).unwrap_or_default()
    }

    /// Asks for another address and takes it, as `first.new@analytical.example`.
    pub async fn moves(&self, client: &Client, user: &UserId, to: &str) {
        client.post("/account/email", &[("email", to)]).await.is(303);
        client.post(&self.address_link(user), &[]).await.leads_to("/account/profile");
        assert_eq!(self.email_of(user), to);
    }

    pub fn links(&self) -> i64 {
        self.rows(|c| account_links::table.count().get_result(c))
    }

    /// Sets every link back in time.
    pub fn links_age(&self, by: TimeDelta) {
        self.rows(|c| {
            let all: Vec<(LinkId, clock::Moment)> = account_links::table.select((account_links::id, account_links::expires_at)).load(c)?;
            for (id, expires) in all {
                diesel::update(account_links::table.find(id)).set(account_links::expires_at.eq(expires - by)).execute(c)?;
            }
            Ok(())
        });
    }

    pub fn sessions_of(&self, user: &UserId) -> i64 {
        let user = user.clone();
        self.rows(move |c| sessions::table.filter(sessions::user_id.eq(user)).count().get_result(c))
    }

    /// How many mails of a kind stand in the outbox, in whatever state.
    pub fn letters_of(&self, kind: &str) -> i64 {
        let kind = kind.to_owned();
        self.rows(move |c| outbox::table.filter(outbox::kind.eq(kind)).count().get_result(c))
    }

    /// How many acts of a kind the audit knows.
    pub fn acts_of(&self, action: &str) -> i64 {
        let action = action.to_owned();
        self.rows(move |c| audit::table.filter(audit::action.eq(action)).count().get_result(c))
    }

    /// Whether this address and password sign in.
    pub async fn lets_in(&self, email: &str, password: &str) -> bool {
        self.visitor().post("/sign-in", &[("email", email), ("password", password)]).await.status == 303
    }

    /// Whether the password that everybody has at first still works.
    pub async fn still_has_the_old_password(&self, email: &str) -> bool {
        self.lets_in(email, PASSWORD).await
    }
}
