//! SIGKILL over mails on their way: each arrives, and one that arrives twice is the same mail. Without a kill each arrives once.
//!
//! `NOXUS_TESTS_MAIL_KILL_ROUNDS` says how many kills.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::json;
use tokio::time::sleep;

use super::{House, as_told, some_of};
use crate::support::{
    engine::{Engine, Start, on_both_databases},
    mailbox::MailServer,
};

/// A house with a mail server that takes everything.
impl Start for (House, MailServer) {
    async fn start(engine: Engine) -> Self {
        let mail = MailServer::start().await;
        let mut house = House::empty(engine);
        house.options = vec!["--smtp-url".into(), mail.url()];
        house.serve().await;
        house.set_up().await;
        (house, mail)
    }
}

impl House {
    /// Somebody is invited, and a mail to them is due; whether it was acknowledged.
    async fn invites(&self, email: String) -> bool {
        let (client, key) = (self.visitor(), self.key());
        let body = json!({ "name": "Ida Rhodes", "email": email, "workspaces": [] });
        let request = client.bare(Method::POST, &self.to("/v1/admin/users")).bearer_auth(key.as_str()).json(&body);
        client.sent(request).await.is_some_and(|page| page.status == 200)
    }

    /// As if the time of those who were killed was over: whoever looks takes their mails.
    fn leases_end(&self) {
        self.run("UPDATE outbox SET next_at = created_at WHERE state = 'queued'");
    }

    /// Waits until no mail is left to send.
    async fn all_are_sent(&self, ring: &str) {
        let began = Instant::now();
        let mut rung = 0;
        while !self.values("SELECT id AS value FROM outbox WHERE state <> 'sent'").is_empty() {
            assert!(
                began.elapsed() < Duration::from_secs(60),
                "mails stay in the outbox: {:?}",
                self.values("SELECT state AS value FROM outbox WHERE state <> 'sent'")
            );
            // An act makes the worker look. What is under way just now is not taken from under it.
            if rung % 20 == 0 {
                self.leases_end();
            }
            assert!(self.invites(format!("{ring}{rung:03}@analytical.example")).await);
            rung += 1;
            sleep(Duration::from_millis(300)).await;
        }
    }

    /// How often each mail may have been begun, by its Message-ID.
    fn tries(&self) -> BTreeMap<String, usize> {
        let rows = self.values("SELECT id || ' ' || CAST(attempts AS TEXT) AS value FROM outbox");
        rows.iter().filter_map(|row| row.split_once(' ')).map(|(id, n)| (format!("{id}@127.0.0.1"), n.parse().expect("a number"))).collect()
    }
}

on_both_databases! {
    async fn over_any_kill_each_mail_arrives_and_twice_only_as_the_same(place: (House, MailServer)) {
        let (mut house, mail) = place;
        let rounds = as_told("NOXUS_TESTS_MAIL_KILL_ROUNDS", 8);
        let (mut acknowledged, mut unanswered) = (BTreeSet::new(), BTreeSet::new());
        for round in 0..rounds {
            // What it finds by itself is out by then; it goes on with what those left who were killed, and others come meanwhile.
            sleep(Duration::from_millis(100)).await;
            house.leases_end();
            let began = Instant::now();
            let until = some_of(Duration::from_millis(150));
            for n in 0.. {
                let email = format!("kill{round:04}x{n:03}@analytical.example");
                let asked = tokio::time::timeout(until.saturating_sub(began.elapsed()), house.invites(email.clone())).await;
                if asked == Ok(true) { acknowledged.insert(email) } else { unanswered.insert(email) };
                if began.elapsed() >= until {
                    break;
                }
            }
            house.kill();
            house.serve_again().await;
        }
        house.all_are_sent("ring").await;
        let (letters, tries) = (mail.letters(), house.tries());
        let mut arrived: BTreeMap<&str, usize> = BTreeMap::new();
        for letter in &letters {
            *arrived.entry(&letter.message_id).or_default() += 1;
        }
        // Each mail of the outbox, no other, and none more often than it was begun.
        assert!(arrived.keys().all(|id| tries.contains_key(*id)), "a mail under an id that no mail has");
        for (id, tries) in &tries {
            let times = arrived.get(id.as_str()).copied().unwrap_or_default();
            assert!((1..=*tries).contains(&times), "{id} arrived {times} times, and was begun {tries} times");
        }
        // Each person who was invited, and none twice but by the same mail.
        let mut ids: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for letter in &letters {
            ids.entry(letter.to[0].as_str()).or_default().insert(&letter.message_id);
        }
        assert_eq!(acknowledged.iter().filter(|email| !ids.contains_key(email.as_str())).collect::<Vec<_>>(), [""; 0], "lost");
        assert!(ids.values().all(|ids| ids.len() == 1), "somebody has two mails that say the same");
        let there: BTreeSet<String> = house.values("SELECT email AS value FROM users WHERE status = 'invited'").into_iter().collect();
        assert!(unanswered.iter().all(|email| there.contains(email) == ids.contains_key(email.as_str())), "done in part");
        let twice = arrived.values().filter(|times| **times > 1).count();
        println!("{rounds} kills: {} mails, {twice} of them came more than once", arrived.len());

        // Without a kill: each once.
        let before = letters.len();
        for n in 0..12 {
            assert!(house.invites(format!("calm{n:03}@analytical.example")).await);
        }
        let began = Instant::now();
        while !house.values("SELECT id AS value FROM outbox WHERE state <> 'sent'").is_empty() {
            assert!(began.elapsed() < Duration::from_secs(30));
            sleep(Duration::from_millis(50)).await;
        }
        assert_eq!(mail.letters().len(), before + 12);
        house.is_sound();
        house.did_not_panic();
    }

    async fn a_mail_whose_receipt_is_lost_comes_again_as_the_same(place: (House, MailServer)) {
        let (house, mail) = place;
        mail.behave("cut");
        assert!(house.invites("ida@analytical.example".into()).await);
        mail.wait_for("ida@analytical.example").await;
        let began = Instant::now();
        while house.values("SELECT problem AS value FROM outbox WHERE problem IS NOT NULL").is_empty() {
            assert!(began.elapsed() < Duration::from_secs(20), "it was not noted that no receipt came");
            sleep(Duration::from_millis(50)).await;
        }
        mail.behave("accept");
        house.all_are_sent("ring").await;
        let letters: Vec<_> = mail.letters().into_iter().filter(|letter| letter.to == ["ida@analytical.example"]).collect();
        assert_eq!(letters.len(), 2);
        assert_eq!(letters[0].message_id, letters[1].message_id);
        house.did_not_panic();
    }
}
