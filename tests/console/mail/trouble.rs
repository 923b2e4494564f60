//! Mail servers that refuse, hang, turn away for now or for good, or are not there.

use std::time::Duration;

use diesel::prelude::*;
use noxus_console::{
    base::{clock, ids::LetterId},
    db::schema::{audit, audit_personal, invitations, outbox},
    domain::{outbox::State, roles::built_in},
};
use tokio::time::{Instant, sleep};

use crate::support::{Console, engine::on_both_databases, mailbox::MailServer};

on_both_databases! {
    async fn turned_away_for_now_it_arrives_once_later((console, server): (Console, MailServer)) {
        server.behave("450-then-accept");
        let alan = console.invited_reader("Alan Turing").await;
        console.ring();
        let row = console.row_when(&alan.letter, |row| row.problem.is_some()).await;
        assert_eq!((row.state, row.attempts), (State::Queued, 1));
        assert_eq!(row.problem(), "the mail server answered: 450 4.2.1 Mailbox busy, try again later");
        let (grace, page) = (console.sign_in("grace").await, format!("/settings/users/{}", alan.user));
        let told = "the mail server answered: 450 4.2.1 Mailbox busy, try again later";
        grace.get(&page).await.says(&format!("Not sent yet {told}; tried once, next try in a moment")).says("Tried since").says("Copy link").does_not_say("Sent on");
        let list = grace.get("/settings/users").await;
        assert!(list.texts_of(".state").contains(&format!("Invitation not sent yet {told}")), "{:?}", list.texts_of(".state"));
        console.rows(|c| diesel::update(outbox::table.find(&alan.letter)).set((outbox::attempts.eq(4), outbox::next_at.eq(row.next_at + clock::minutes(5)))).execute(c));
        grace.get(&page).await.says("tried 4 times, next try in 5 minutes");
        console.rows(|c| diesel::update(outbox::table.find(&alan.letter)).set((outbox::attempts.eq(1), outbox::next_at.eq(row.next_at))).execute(c));
        let pause = (row.next_at - clock::now()).num_seconds();
        assert!((15..=30).contains(&pause), "{pause}");
        assert_eq!(console.mail_state(&alan), (State::Queued, row.problem));
        // Nobody tries before the pause is over, however often the bell rings.
        console.ring();
        sleep(Duration::from_millis(300)).await;
        assert!(server.letters().is_empty());

        console.try_again(&alan.letter);
        let letter = server.wait_for("alan@analytical.example").await;
        assert_eq!(letter.message_id, format!("{}@127.0.0.1", alan.letter));
        let row = console.row_when(&alan.letter, |row| row.state == State::Sent).await;
        assert_eq!((row.attempts, row.problem), (2, None));
        assert_eq!(console.mail_state(&alan), (State::Sent, None));
        assert_eq!(server.letters().len(), 1);
    }

    async fn refused_for_good_it_says_why_and_is_not_tried_again((console, server): (Console, MailServer)) {
        server.behave("550");
        let alan = console.invited_reader("Alan Turing").await;
        console.ring();
        let row = console.row_when(&alan.letter, |row| row.state != State::Queued).await;
        let words = "the mail server answered: 550 5.1.1 No such mailbox here";
        assert_eq!((row.state, row.problem()), (State::Failed, words));
        assert_eq!(console.mail_state(&alan), (State::Failed, Some(words.into())));
        let page = console.sign_in("grace").await.get(&format!("/settings/users/{}", alan.user)).await;
        page.says(&format!("Not delivered {words}")).says("Tried on").does_not_say("Sent on");

        server.behave("accept");
        console.try_again(&alan.letter);
        sleep(Duration::from_millis(500)).await;
        assert_eq!((console.row(&alan.letter).attempts, server.letters().len()), (1, 0));

        let (actor, subject): (String, Option<String>) =
            console.rows(|c| audit::table.filter(audit::action.eq("mail.refused")).select((audit::actor_kind, audit::subject_id)).first(c));
        assert_eq!((actor.as_str(), subject.as_deref()), ("system", Some(alan.user.as_str())));
        let kept: Option<String> =
            console.rows(|c| audit_personal::table.filter(audit_personal::field.eq("problem")).select(audit_personal::after_text).first(c));
        assert_eq!(kept.as_deref(), Some(words));
    }

    async fn a_server_that_is_closed_today_is_asked_again((console, server): (Console, MailServer)) {
        server.behave("refuse");
        let alan = console.invited_reader("Alan Turing").await;
        console.ring();
        let row = console.row_when(&alan.letter, |row| row.problem.is_some()).await;
        assert_eq!((row.state, row.problem()), (State::Queued, "the mail server answered: 421 4.3.2 Closed for today"));
        server.behave("accept");
        console.try_again(&alan.letter);
        server.wait_for("alan@analytical.example").await;
    }

    async fn a_server_that_hangs_holds_up_neither_pages_nor_other_mails((console, server): (Console, MailServer)) {
        server.behave("hang");
        let grace = console.sign_in("grace").await;
        let role = built_in::org_base();
        let alan = [("name", "Alan Turing"), ("email", "alan@analytical.example"), ("role", role.as_str())];
        let draft = grace.post("/settings/users/new", &alan).await.is(303).location.clone().expect("the draft");
        let before = Instant::now();
        grace.post(&draft, &[]).await.is(303);
        let alan: LetterId = console.rows(|c| outbox::table.select(outbox::id).first(c));
        server.until_somebody_hangs().await;
        grace.get("/settings/users").await.is(200).says("Alan Turing");
        assert!(before.elapsed() < Duration::from_secs(1), "{:?}", before.elapsed());

        server.behave("accept");
        let before = Instant::now();
        console.invited_reader("Claude Shannon").await;
        console.ring();
        server.wait_for("claude@analytical.example").await;
        assert!(before.elapsed() < Duration::from_secs(5), "{:?}", before.elapsed());
        assert_eq!(console.row(&alan).problem, None);

        let row = console.row_when(&alan, |row| row.problem.is_some()).await;
        assert_eq!((row.state, row.problem()), (State::Queued, "the mail server did not answer within 20 seconds"));
        console.try_again(&alan);
        server.wait_for("alan@analytical.example").await;
        assert_eq!(server.letters().len(), 2);
    }

    async fn what_becomes_of_an_older_mail_is_not_told_of_the_newest((console, server): (Console, MailServer)) {
        server.behave("slow");
        let alan = console.invited_reader("Alan Turing").await;
        console.ring();
        server.wait_for("alan@analytical.example").await;
        // It has the mail and has not said so yet, as a newer link is made.
        console.rows(|c| diesel::update(invitations::table.find(&alan.invitation)).set(invitations::generation.eq(2)).execute(c));
        assert_eq!(console.row_when(&alan.letter, |row| row.state != State::Queued).await.state, State::Sent);
        assert_eq!(console.mail_state(&alan), (State::Queued, None));
    }

    async fn after_a_day_of_tries_it_has_failed((console, server): (Console, MailServer)) {
        server.behave("refuse");
        let alan = console.invited_reader("Alan Turing").await;
        console.rows(|c| {
            diesel::update(outbox::table.find(&alan.letter)).set(outbox::attempts.eq(18)).execute(c)
        });
        console.ring();
        let row = console.row_when(&alan.letter, |row| row.problem.is_some()).await;
        assert_eq!((row.state, row.attempts), (State::Failed, 19));
        assert_eq!(console.mail_state(&alan), (State::Failed, row.problem));
    }
}

on_both_databases! {
    async fn without_anybody_at_the_port_it_waits(console: Console) {
        // Nobody listens on the port of a server that has ended.
        let url = MailServer::start().await.url();
        let console = Console::start_with(console.engine, &["--smtp-url", &url]).await;
        console.set_up().await;
        let alan = console.invited_reader("Alan Turing").await;
        console.ring();
        let row = console.row_when(&alan.letter, |row| row.problem.is_some()).await;
        assert_eq!(row.state, State::Queued);
        assert!(row.problem().starts_with("the mail server cannot be reached: Connection refused"), "{row:?}");
    }
}
