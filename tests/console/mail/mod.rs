//! The mail worker against a real mail server, which misbehaves on demand.

mod content;
mod files;
mod nodes;
mod security;
mod trouble;

use std::time::Duration;

use diesel::prelude::*;
use noxus_console::{
    base::{
        clock::{self, Moment},
        ids::{InvitationId, LetterId, RoleId, UserId},
    },
    db::schema::{invitations, outbox},
    domain::{
        outbox::{Kind, State},
        roles::built_in,
    },
};
use tokio::time::{Instant, sleep};

use crate::support::{
    Console,
    engine::{Engine, Start},
    mailbox::MailServer,
};

/// Analytical Engines, set up by Grace, with a mail server that takes everything.
impl Start for (Console, MailServer) {
    async fn start(engine: Engine) -> Self {
        let server = MailServer::start().await;
        let console = Console::start_with(engine, &["--smtp-url", &server.url()]).await;
        console.set_up().await;
        (console, server)
    }
}

/// Somebody invited by Grace, whose mail stands in the outbox; the worker is not told yet.
struct Invited {
    user: UserId,
    invitation: InvitationId,
    letter: LetterId,
    expires_at: Moment,
}

impl Console {
    async fn invited_by_rows(&self, name: &str, role: RoleId) -> Invited {
        let user = self.person(name, role, "invited").await;
        let (grace, invitation) = (self.user_named("grace"), InvitationId::new());
        let (now, expires_at) = (clock::now(), clock::now() + clock::days(7));
        let row = (
            (invitations::id.eq(&invitation), invitations::user_id.eq(&user), invitations::state.eq("pending"), invitations::generation.eq(1)),
            (invitations::invited_by.eq(&grace), invitations::created_at.eq(now), invitations::sent_at.eq(now)),
            (invitations::expires_at.eq(expires_at), invitations::mail_state.eq(State::Queued)),
        );
        self.rows(|c| diesel::insert_into(invitations::table).values(row).execute(c));
        let letter = self.letter(Kind::Invitation, &user, Some((&invitation, 1)), None);
        Invited { user, invitation, letter, expires_at }
    }

    /// Invited with Org Base, to be Reader in Marketing.
    async fn invited_reader(&self, name: &str) -> Invited {
        let invited = self.invited_by_rows(name, built_in::org_base()).await;
        self.membership(&invited.user, &self.workspace_named("Marketing"), built_in::reader());
        invited
    }

    /// Puts a letter into the outbox.
    fn letter(&self, kind: Kind, to: &UserId, invitation: Option<(&InvitationId, i32)>, about: Option<&UserId>) -> LetterId {
        let (id, now) = (LetterId::new(), clock::now());
        let row = (
            (outbox::id.eq(&id), outbox::kind.eq(kind), outbox::user_id.eq(to), outbox::state.eq(State::Queued)),
            (outbox::invitation_id.eq(invitation.map(|(id, _)| id)), outbox::generation.eq(invitation.map(|(_, g)| g)), outbox::subject_id.eq(about)),
            (outbox::next_at.eq(now), outbox::created_at.eq(now)),
        );
        self.rows(|c| diesel::insert_into(outbox::table).values(row).execute(c));
        id
    }

    /// Tells the worker, as a page does that put a mail into the outbox.
    fn ring(&self) {
        self.app.mail.notify_one();
    }

    /// Ends the wait of a letter that is tried again later, and tells the worker.
    fn try_again(&self, letter: &LetterId) {
        self.rows(|c| diesel::update(outbox::table.find(letter)).set(outbox::next_at.eq(clock::now())).execute(c));
        self.ring();
    }

    fn row(&self, letter: &LetterId) -> Row {
        let columns = (outbox::state, outbox::attempts, outbox::problem, outbox::next_at);
        let (state, attempts, problem, next_at) = self.rows(|c| outbox::table.find(letter).select(columns).first(c));
        Row { state, attempts, problem, next_at }
    }

    /// What the list of people says about an invitation's mail.
    fn mail_state(&self, invited: &Invited) -> (State, Option<String>) {
        self.rows(|c| invitations::table.find(&invited.invitation).select((invitations::mail_state, invitations::mail_problem)).first(c))
    }

    /// The row of a letter, as soon as it is as wanted.
    async fn row_when(&self, letter: &LetterId, wanted: impl Fn(&Row) -> bool) -> Row {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let row = self.row(letter);
            if wanted(&row) {
                return row;
            }
            assert!(Instant::now() < deadline, "it never became so: {row:?}");
            sleep(Duration::from_millis(50)).await;
        }
    }
}

#[derive(Debug)]
struct Row {
    state: State,
    attempts: i32,
    problem: Option<String>,
    next_at: Moment,
}

impl Row {
    fn problem(&self) -> &str {
        self.problem.as_deref().unwrap_or_default()
    }
}
