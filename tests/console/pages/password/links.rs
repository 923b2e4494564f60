//! What holds for every link in mail: its own kind only, once, in time, and only as long as what it was asked for with is true.

use noxus_console::{
    base::{clock, ids::UserId},
    web::routes,
};
use reqwest::Method;

use crate::support::{Client, Console, engine::on_both_databases, links::CHOSEN, mailbox::MailServer, people::PASSWORD};

/// Every kind of link, fresh, of one account each; and where each is opened.
struct Links {
    reset: String,
    address: String,
    undo: String,
    invitation: String,
}

/// Every address that a link of some kind opens, or that is under it, with the methods it takes.
fn places() -> Vec<(Method, String)> {
    let places: Vec<_> = routes::table()
        .into_iter()
        .filter(|line| line.path.contains("{token}"))
        .map(|line| (Method::from_bytes(line.method.as_str().as_bytes()).expect("a method"), line.path.replace("{token}", "{}")))
        .collect();
    assert!(places.len() >= 17, "{places:?}");
    places
}

fn token(link: &str) -> &str {
    link.rsplit('/').next().unwrap_or_default()
}

impl Links {
    async fn of(console: &Console, grace: &Client) -> (Self, Client, UserId) {
        let ada = console.member_of_organization("Ada Lovelace").await;
        let client = console.sign_in("ada").await;
        console.moves(&client, &ada, "byron@analytical.example").await;
        client.post("/account/email", &[("email", "third@analytical.example")]).await.is(303);
        let alan = console.invited_by(grace, "Alan Turing", &[]).await;
        let links =
            Self { reset: console.forgets(&ada).await, address: console.address_link(&ada), undo: console.undo_link(&ada), invitation: console.link_of(&alan) };
        (links, client, ada)
    }
}

on_both_databases! {
    async fn each_kind_is_refused_at_every_other_kinds_address(console: Console) {
        let setup = console.setup_link();
        let setup = setup.split_once("token=").unwrap().1.to_owned();
        let grace = console.set_up().await;
        let (links, ada, user) = Links::of(&console, &grace).await;
        let kinds = [
            (token(&links.reset), "/password/reset/"),
            (token(&links.address), "/email/confirm/"),
            (token(&links.undo), "/email/undo/"),
            (token(&links.invitation), "/invitation/"),
            (setup.as_str(), "/setup"),
        ];
        for (token, own) in kinds {
            for (method, place) in places().iter().filter(|(_, place)| !place.starts_with(own)) {
                let path = place.replace("{}", token);
                for client in [&console.visitor(), &ada, &grace] {
                    let answer = if method == Method::GET { client.get(&path).await } else { client.post(&path, &[("password", CHOSEN), ("display_name", "Eve")]).await };
                    answer.is(404);
                }
            }
            let path = format!("/setup?token={token}");
            console.visitor().get(&path).await.is(404);
            let form = [("token", token), ("organization", "Evil"), ("name", "Eve"), ("email", "eve@evil.example"), ("password", CHOSEN), ("workspace", "Evil")];
            console.visitor().post("/setup", &form).await.is(404);
        }
        // None of it has used or ended a link: each still opens its own.
        assert_eq!(console.email_of(&user), "byron@analytical.example");
        for link in [&links.reset, &links.undo, &links.invitation] {
            console.visitor().get(link).await.is(200);
        }
        ada.get(&links.address).await.is(200);
        assert!(console.lets_in("byron@analytical.example", PASSWORD).await);
    }

    async fn opened_ten_times_before_a_link_still_works_once(console: Console) {
        let grace = console.set_up().await;
        let (links, ada, user) = Links::of(&console, &grace).await;
        for link in [&links.reset, &links.address, &links.undo] {
            for _ in 0..10 {
                // As a scanner does, without a cookie, and by the other safe method too.
                console.visitor().get(link).await.is(200);
                let scanner = console.visitor();
                assert_eq!(scanner.send(scanner.bare(Method::HEAD, link)).await.status, 200);
            }
        }
        ada.post(&links.address, &[]).await.leads_to("/account/profile");
        assert_eq!(console.email_of(&user), "third@analytical.example");
        ada.get(&links.address).await.is(410).says("This address was confirmed already");
        ada.post(&links.address, &[]).await.is(410);
        // The first undo goes back to the first address, whatever came after.
        console.visitor().post(&links.undo, &[]).await.leads_to(&links.undo);
        assert_eq!(console.email_of(&user), "ada@analytical.example");
        console.visitor().get(&links.undo).await.is(410).says("The change of address was undone");
        console.visitor().post(&links.undo, &[]).await.is(410);
        let link = console.forgets(&user).await;
        for _ in 0..10 {
            console.visitor().get(&link).await.is(200);
        }
        console.visitor().post(&link, &[("password", CHOSEN)]).await.is(303);
        console.visitor().get(&link).await.is(410).says("This link was used already");
        console.visitor().post(&link, &[("password", "another set of little words")]).await.is(410);
        assert!(console.lets_in("ada@analytical.example", CHOSEN).await);
    }

    async fn each_expires_in_its_own_time(console: Console) {
        let grace = console.set_up().await;
        let (links, ada, user) = Links::of(&console, &grace).await;
        let open = |link: &str| { let (ada, link) = (ada.clone(), link.to_owned()); async move { ada.get(&link).await.status.as_u16() } };
        console.links_age(clock::minutes(29));
        assert_eq!((open(&links.reset).await, open(&links.address).await, open(&links.undo).await), (200, 200, 200));
        console.links_age(clock::minutes(1));
        assert_eq!((open(&links.reset).await, open(&links.address).await, open(&links.undo).await), (410, 200, 200));
        ada.get(&links.reset).await.says("This link has expired").says("Ask for a fresh link");
        console.links_age(clock::hours(24));
        assert_eq!((open(&links.reset).await, open(&links.address).await, open(&links.undo).await), (410, 410, 200));
        ada.get(&links.address).await.says("It worked for 24 hours.").says("Ask for a fresh link");
        console.links_age(clock::days(6));
        ada.get(&links.undo).await.is(410).says("A change of address can be undone for 7 days.");
        for link in [&links.reset, &links.address, &links.undo] {
            ada.post(link, &[("password", CHOSEN)]).await.is(410);
        }
        assert_eq!(console.email_of(&user), "byron@analytical.example");
        assert!(console.lets_in("byron@analytical.example", PASSWORD).await);
    }

    async fn a_newer_one_ends_the_older(console: Console) {
        let grace = console.set_up().await;
        let (links, ada, user) = Links::of(&console, &grace).await;
        let newer = console.forgets(&user).await;
        assert_ne!(links.reset, newer);
        console.visitor().get(&links.reset).await.is(410).says("There is a newer link");
        console.visitor().post(&links.reset, &[("password", CHOSEN)]).await.is(410);
        console.visitor().get(&newer).await.is(200);
        ada.post("/account/email", &[("email", "fourth@analytical.example")]).await.is(303);
        ada.get(&links.address).await.is(410).says("This link was ended").says("Another address was asked for since");
        ada.post(&links.address, &[]).await.is(410);
        assert_eq!(console.email_of(&user), "byron@analytical.example");
    }

    async fn a_new_password_ends_them_but_for_undoing(console: Console) {
        let grace = console.set_up().await;
        let (links, ada, user) = Links::of(&console, &grace).await;
        ada.post("/account/password", &[("current", PASSWORD), ("password", CHOSEN)]).await.is(303);
        console.visitor().get(&links.reset).await.is(410).says("The password was changed since").says("Sign in");
        console.visitor().post(&links.reset, &[("password", "another set of little words")]).await.is(410);
        ada.get(&links.address).await.is(410).says("The password was changed since");
        ada.post(&links.address, &[]).await.is(410);
        assert!(console.lets_in("byron@analytical.example", CHOSEN).await);
        console.visitor().get(&links.undo).await.is(200);
        assert_eq!(console.email_of(&user), "byron@analytical.example");
    }

    async fn one_that_went_to_an_old_address_opens_nothing((console, server): (Console, MailServer)) {
        let grace = console.sign_in("grace").await;
        let (links, ada, user) = Links::of(&console, &grace).await;
        assert_eq!(server.wait_for("byron@analytical.example").await.to, ["byron@analytical.example"]);
        ada.post(&links.address, &[]).await.is(303);
        let page = console.visitor().get(&links.reset).await;
        page.is(410).says("This link went to an old address").does_not_say("third@analytical.example");
        console.visitor().post(&links.reset, &[("password", CHOSEN)]).await.is(410);
        assert!(console.lets_in("third@analytical.example", PASSWORD).await);
        // Asked for by the old address, nothing comes; by the new one, it comes there.
        console.visitor().post("/password/forgotten", &[("email", "byron@analytical.example")]).await.is(303);
        console.visitor().post("/password/forgotten", &[("email", "THIRD@analytical.example")]).await.is(303);
        let after = server.wait_for("third@analytical.example").await;
        let after = if after.subject.starts_with("Is this") { server.wait_for("third@analytical.example").await } else { after };
        assert!(after.link_with("/password/reset/").ends_with(&console.reset_link(&user)));
    }

    async fn a_deactivated_account_has_no_link(console: Console) {
        let grace = console.set_up().await;
        let (links, ada, user) = Links::of(&console, &grace).await;
        grace.post(&format!("/settings/users/{user}/deactivation"), &[]).await.is(303);
        for link in [&links.reset, &links.address, &links.undo] {
            ada.get(link).await.is(410).says("This account is deactivated");
            ada.post(link, &[("password", CHOSEN)]).await.is(410);
        }
        assert_eq!(console.email_of(&user), "byron@analytical.example");
    }

    async fn no_step_can_be_posted_without_a_link(console: Console) {
        let grace = console.set_up().await;
        let (links, ada, user) = Links::of(&console, &grace).await;
        for path in ["/password/reset", "/password/reset/", "/email/confirm", "/email/confirm/", "/email/undo", "/email/undo/"] {
            for client in [&console.visitor(), &ada, &grace] {
                let answer = client.post(path, &[("password", CHOSEN), ("user", user.as_str()), ("email", "byron@analytical.example")]).await;
                assert!([404, 405].contains(&answer.status.as_u16()), "{path}: {}", answer.status);
            }
        }
        // One letter of a token changed, cut off or added.
        for link in [&links.reset, &links.address, &links.undo] {
            let last = if link.ends_with('A') { 'B' } else { 'A' };
            let mid = link.len() - 10;
            let changed = format!("{}{}{}", &link[..mid], if link.as_bytes()[mid] == b'x' { 'y' } else { 'x' }, &link[mid + 1..]);
            for bad in [format!("{}{last}", &link[..link.len() - 1]), format!("{link}A"), link[..link.len() - 1].to_owned(), changed, format!("{link}%00")] {
                if bad == *link { continue }
                let answer = ada.post(&bad, &[("password", CHOSEN)]).await;
                assert_eq!(answer.status, 404, "{bad} for {link}");
            }
        }
        assert_eq!(console.email_of(&user), "byron@analytical.example");
        assert!(console.lets_in("byron@analytical.example", PASSWORD).await);
    }
}
