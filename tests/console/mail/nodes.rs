//! Several workers on one database, and letters whose worker has ended.

use std::sync::Arc;

use diesel::prelude::*;
use noxus_console::{
    base::clock,
    db::schema::outbox,
    domain::outbox::State,
    mail::{Post, Worker},
};
use tokio::sync::Notify;

use crate::support::{Console, engine::on_both_databases, mailbox::MailServer};

on_both_databases! {
    async fn each_letter_is_sent_by_one_worker((console, server): (Console, MailServer)) {
        let other = Post {
            database: console.app.database().clone(),
            config: console.app.config.clone(),
            key: console.app.key.clone(),
            bell: Arc::new(Notify::new()),
            runs: Arc::default(),
        };
        let mut invited = Vec::new();
        for name in 0..24 {
            invited.push(console.invited_reader(&format!("Person{name} Turing")).await);
        }
        // It looks when it starts; the bell makes the first one look at the same time.
        let _second = Worker::start(other).expect("a second worker");
        console.ring();
        for one in &invited {
            let row = console.row_when(&one.letter, |row| row.state == State::Sent).await;
            assert_eq!(row.attempts, 1);
        }
        assert_eq!(server.letters().len(), invited.len());
    }

    async fn a_letter_of_a_worker_that_ended_is_sent_when_its_lease_is_over((console, server): (Console, MailServer)) {
        let alan = console.invited_reader("Alan Turing").await;
        // As a worker leaves it that took it and was killed.
        let taken = |until| {
            console.rows(|c| diesel::update(outbox::table.find(&alan.letter)).set((outbox::attempts.eq(1), outbox::next_at.eq(until))).execute(c));
        };
        taken(clock::now() + clock::minutes(5));
        let claude = console.invited_reader("Claude Shannon").await;
        console.ring();
        console.row_when(&claude.letter, |row| row.state == State::Sent).await;
        assert_eq!(console.row(&alan.letter).state, State::Queued);
        taken(clock::now());
        console.ring();
        server.wait_for("alan@analytical.example").await;
    }
}
