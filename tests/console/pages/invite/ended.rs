use diesel::prelude::*;
use noxus_console::{
    base::{
        clock,
        ids::{InvitationId, UserId},
        secret::MasterKey,
        token::invitation_token,
    },
    db::schema::{audit, invitations, outbox, users},
    domain::roles::built_in,
};

use super::{accept, expire, is, standing};
use crate::support::{Console, engine::on_both_databases};

fn mails_of(console: &Console, kind: &str) -> Vec<(UserId, Option<UserId>)> {
    let kind = kind.to_owned();
    console.rows(move |c| outbox::table.filter(outbox::kind.eq(kind)).select((outbox::user_id, outbox::subject_id)).load(c))
}

on_both_databases! {
    async fn an_expired_one_says_so_before_a_password_is_typed(console: Console) {
        let grace = console.set_up().await;
        let alan = console.invited_by(&grace, "Alan Turing", &[]).await;
        let (link, browser) = (console.link_of(&alan), console.visitor());
        expire(&console);
        let page = browser.get(&link).await;
        page.is(410).says("This invitation has expired").says("Grace Hopper, who invited you, can send a fresh one.").says("Ask Grace for a fresh link");
        assert!(page.attributes("input[type=password]", "id").is_empty());
        accept(&browser, &link).await.is(410).says("This invitation has expired");
        browser.post(&format!("{link}/decline"), &[]).await.is(410);
        assert_eq!(standing(&console, &alan), is("invited", "pending"));

        browser.get(&format!("{link}/fresh-link")).await.leads_to(&link);
        assert!(mails_of(&console, "asked").is_empty());
        let ask = format!("{link}/fresh-link");
        let asked: Vec<_> = (0..5).map(|_| {
            let (browser, ask) = (browser.clone(), ask.clone());
            tokio::spawn(async move { browser.post(&ask, &[]).await.location })
        }).collect();
        for one in asked {
            assert_eq!(one.await.unwrap().as_deref(), Some(link.as_str()));
        }
        let grace_id = console.user_named("grace");
        assert_eq!(mails_of(&console, "asked"), [(grace_id.clone(), Some(alan.clone()))]);
        browser.get(&link).await.is(410).says("Grace was asked for a fresh link on").says("No email comes: ask Grace to pass the link on.").does_not_say("Ask Grace");
        console.rows(|c| diesel::update(invitations::table).set(invitations::asked_at.eq(Some(clock::now() - clock::minutes(61)))).execute(c));
        browser.get(&link).await.says("Ask Grace for a fresh link");
        browser.post(&ask, &[]).await.leads_to(&link);
        assert_eq!(mails_of(&console, "asked").len(), 2);
        // Whoever invited is gone: an organization admin is asked.
        console.person("Otto Other", built_in::org_admin(), "active").await;
        console.rows(|c| {
            diesel::update(users::table.filter(users::id.eq(&grace_id))).set(users::status.eq("deactivated")).execute(c)?;
            diesel::update(invitations::table).set(invitations::asked_at.eq(None::<chrono::NaiveDateTime>)).execute(c)
        });
        browser.get(&link).await.says("Ask Otto Other for a fresh link");
        browser.post(&ask, &[]).await.leads_to(&link);
        assert!(mails_of(&console, "asked").contains(&(console.user_named("otto"), Some(alan))));
        browser.get(&link).await.says("Otto was asked for a fresh link on").does_not_say("Ask Otto");
        // Whoever was asked and can no longer help is not waited for: somebody else is asked, who was not yet.
        console.person("Barbara Liskov", built_in::org_admin(), "active").await;
        console.rows(|c| diesel::update(users::table.filter(users::email_key.eq("otto@analytical.example"))).set(users::role_id.eq(built_in::org_base())).execute(c));
        browser.get(&link).await.does_not_say("was asked").says("Ask Barbara Liskov for a fresh link");
        browser.post(&ask, &[]).await.leads_to(&link);
        browser.get(&link).await.says("Barbara was asked for a fresh link on");
    }

    async fn expiry_is_looked_at_again_when_accepting(console: Console) {
        let grace = console.set_up().await;
        let alan = console.invited_by(&grace, "Alan Turing", &[]).await;
        let (link, browser) = (console.link_of(&alan), console.visitor());
        browser.get(&link).await.is(200);
        expire(&console);
        accept(&browser, &link).await.is(410);
        assert_eq!(standing(&console, &alan), is("invited", "pending"));
        grace.post(&format!("/settings/users/{alan}/invitation"), &[]).await.is(303);
        accept(&browser, &link).await.is(410).says("There is a newer link");
        accept(&browser, &console.link_of(&alan)).await.is(303);
    }

    async fn declining_asks_first_ends_it_and_tells_the_inviter(console: Console) {
        let grace = console.set_up().await;
        let alan = console.invited_by(&grace, "Alan Turing", &[]).await;
        let (link, browser) = (console.link_of(&alan), console.visitor());
        browser.get(&link).await.says("Decline, and it stops working; Grace sees it.");
        browser.get(&format!("{link}/decline")).await.is(200).says("Decline the invitation?").says("Grace Hopper sees in the console that you declined.");
        assert_eq!(standing(&console, &alan), is("invited", "pending"));
        browser.post(&format!("{link}/decline"), &[]).await.leads_to(&link);
        assert_eq!(standing(&console, &alan), is("invited", "declined"));
        assert_eq!(mails_of(&console, "declined"), [(console.user_named("grace"), Some(alan.clone()))]);
        browser.get(&link).await.is(410).says("This invitation was declined").says("ask Grace Hopper to invite you again");
        browser.post(&format!("{link}/decline"), &[]).await.is(410);
        browser.post(&format!("{link}/fresh-link"), &[]).await.leads_to(&link);
        accept(&browser, &link).await.is(410);
        assert_eq!((mails_of(&console, "declined").len(), mails_of(&console, "asked").len()), (1, 0));
        assert_eq!(console.rows(|c| audit::table.filter(audit::action.eq("invitation.declined")).count().get_result::<i64>(c)), 1);
        grace.post(&format!("/settings/users/{alan}/invitation"), &[]).await.is(303);
        accept(&browser, &console.link_of(&alan)).await.is(303);
    }

    async fn whoever_was_invited_by_a_program_turns_to_an_admin(console: Console) {
        console.set_up().await;
        let otto = console.person("Otto Operator", built_in::org_admin(), "active").await;
        let by = console.sign_in("otto").await;
        let (alan, joan) = (console.invited_by(&by, "Alan Turing", &[]).await, console.invited_by(&by, "Joan Clarke", &[]).await);
        // As the account that keys made at the machine are of: nobody reads its mail.
        console.rows(|c| diesel::update(users::table.find(&otto)).set((users::kind.eq("service"), users::email.eq(None::<String>), users::email_key.eq(None::<String>))).execute(c));
        let admin = console.user_named("grace");
        let browser = console.visitor();
        browser.post(&format!("{}/decline", console.link_of(&joan)), &[]).await;
        assert_eq!(mails_of(&console, "declined"), [(admin.clone(), Some(joan))]);
        expire(&console);
        let link = console.link_of(&alan);
        browser.get(&link).await.is(410).says("Ask Grace Hopper for a fresh link");
        browser.post(&format!("{link}/fresh-link"), &[]).await.leads_to(&link);
        assert_eq!(mails_of(&console, "asked"), [(admin, Some(alan))]);
    }

    async fn a_link_of_an_older_generation_is_dead(console: Console) {
        let grace = console.set_up().await;
        let alan = console.invited_by(&grace, "Alan Turing", &[]).await;
        let (id, _) = console.invitation_of(&alan);
        let browser = console.visitor();
        let link = |generation| format!("/invitation/{}", invitation_token(&console.app.key, &id, generation));
        // What it carries has changed twice since.
        console.rows(|c| diesel::update(invitations::table).set(invitations::generation.eq(3)).execute(c));
        for old in [1, 2] {
            // It may have gone to a wrong address: the right one is not for whoever got it.
            browser.get(&link(old)).await.is(410).says("There is a newer link").says("any more. Ask Grace Hopper.").does_not_say("alan@");
            accept(&browser, &link(old)).await.is(410);
            browser.post(&format!("{}/decline", link(old)), &[]).await.is(410);
            browser.post(&format!("{}/fresh-link", link(old)), &[]).await.is(303);
        }
        for never in [0, -1, 4, 5, i32::MAX] {
            browser.get(&link(never)).await.is(404).says("This link opens no invitation");
            accept(&browser, &link(never)).await.is(404);
        }
        assert_eq!(standing(&console, &alan), is("invited", "pending"));
        accept(&browser, &link(3)).await.is(303);
        console.visitor().get(&link(2)).await.is(410).says("There is an account now.").does_not_say("alan@");
    }

    async fn what_is_no_link_opens_nothing(console: Console) {
        let grace = console.set_up().await;
        let alan = console.invited_by(&grace, "Alan Turing", &[]).await;
        let (id, generation) = console.invitation_of(&alan);
        let good = invitation_token(&console.app.key, &id, generation);
        let mut tampered = good.clone().into_bytes();
        tampered[40] = if tampered[40] == b'A' { b'B' } else { b'A' };
        let browser = console.visitor();
        let mut shapes = vec![
            invitation_token(&MasterKey::random(), &id, generation),
            invitation_token(&console.app.key, &InvitationId::new(), generation),
            String::from_utf8(tampered).unwrap(),
            good[..good.len() - 1].to_owned(), format!("{good}A"), format!("{good}="), good.to_uppercase(), id.to_string(),
            "x".into(), "%00".into(), "%ff%fe".into(), "..%2f..%2fsetup".into(), "%0d%0aSet-Cookie:a=b".into(), "A".repeat(4000), "%F0%9F%A6%A6".into(), "-".into(), "%20".into(), "null".into(),
        ];
        shapes.push(format!("%20{good}"));
        for shape in shapes {
            for path in ["", "/decline", "/fresh-link", "/sign-in", "/switch"] {
                let page = browser.get(&format!("/invitation/{shape}{path}")).await;
                page.is(404);
                assert!(!page.text_of("title").contains(&shape), "the title shows the token");
                let page = browser.post(&format!("/invitation/{shape}{path}"), &[("display_name", "A"), ("password", super::CHOSEN)]).await;
                page.is(404);
            }
        }
        browser.get("/invitation/x").await.says("This link opens no invitation").says("Sign in");
        assert_eq!(standing(&console, &alan), is("invited", "pending"));
        let page = browser.get(&format!("/invitation/{good}")).await;
        page.is(200);
        assert!(!page.text_of("title").contains(&good));
        assert!(page.attributes("a, form, link, script", "href").iter().all(|href| href.starts_with('/') || href.starts_with('#')), "only relative links");
    }

    async fn somebody_deactivated_before_accepting_stays_out(console: Console) {
        let grace = console.set_up().await;
        let alan = console.invited_by(&grace, "Alan Turing", &[]).await;
        let (link, browser) = (console.link_of(&alan), console.visitor());
        console.rows(|c| diesel::update(users::table.filter(users::id.eq(&alan))).set(users::status.eq("deactivated")).execute(c));
        browser.get(&link).await.is(410).says("This invitation was taken back");
        accept(&browser, &link).await.is(410);
        assert_eq!(standing(&console, &alan), is("deactivated", "pending"));
    }
}
