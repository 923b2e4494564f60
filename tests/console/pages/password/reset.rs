use diesel::prelude::*;
use noxus_console::{access::passes::Operator, base::text::EmailAddress, db::schema::users, domain::setup, start};

use crate::support::{Console, engine::on_both_databases, links::CHOSEN, people::PASSWORD};

on_both_databases! {
    async fn a_weak_one_is_told_and_the_link_still_works(console: Console) {
        console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let link = console.forgets(&ada).await;
        let visitor = console.visitor();
        visitor.post(&link, &[("password", "short")]).await.is(422).says("The password is too short");
        visitor.post(&link, &[]).await.is(422).says("The password is missing.");
        for own in ["adalovelace2026!!", "ada@analytical.example", "analytical engines 1"] {
            visitor.post(&link, &[("password", own)]).await.is(422).says("easy to guess");
        }
        let said = visitor.post(&format!("{link}/strength"), &[("password", CHOSEN)]).await;
        said.is(200);
        assert!(said.body.contains("\"level\":4"), "{}", said.body);
        visitor.post(&link, &[("password", CHOSEN)]).await.leads_to("/sign-in?chosen=true");
        visitor.post(&format!("{link}/strength"), &[("password", CHOSEN)]).await.is(404);
    }

    async fn whoever_is_signed_in_meanwhile_is_told_and_stays_who_they_are(console: Console) {
        let grace = console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let link = console.forgets(&ada).await;
        let page = grace.submit(&link, &[("password", CHOSEN)]).await;
        page.is(200).says("Your new password is set. Sign in with it.");
        grace.get("/account/profile").await.is(200).says("grace@analytical.example");
        assert!(console.lets_in("ada@analytical.example", CHOSEN).await);
    }

    async fn posted_twenty_times_at_once_one_password_is_chosen(console: Console) {
        console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let link = console.forgets(&ada).await;
        let all: Vec<_> = (0..20)
            .map(|n| {
                let (visitor, link) = (console.visitor(), link.clone());
                tokio::spawn(async move { (n, visitor.post(&link, &[("password", &format!("{CHOSEN} number {n}"))]).await) })
            })
            .collect();
        let mut chosen = Vec::new();
        for one in all {
            let (n, answer) = one.await.unwrap();
            if answer.location.as_deref() == Some("/sign-in?chosen=true") {
                chosen.push(n);
            }
        }
        assert_eq!(chosen.len(), 1, "{chosen:?}");
        assert!(console.lets_in("ada@analytical.example", &format!("{CHOSEN} number {}", chosen[0])).await);
        assert_eq!(console.letters_of("password_changed"), 1);
    }

    async fn wrong_tries_of_before_do_not_hold_the_owner_up(console: Console) {
        console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        for _ in 0..10 {
            assert!(!console.lets_in("ada@analytical.example", "wrong").await);
        }
        assert!(!console.lets_in("ada@analytical.example", PASSWORD).await, "slowed down");
        let link = console.forgets(&ada).await;
        console.visitor().post(&link, &[("password", CHOSEN)]).await.is(303);
        assert!(console.lets_in("ada@analytical.example", CHOSEN).await);
    }

    async fn recovering_an_account_ends_every_link_of_it(console: Console) {
        console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let client = console.sign_in("ada").await;
        console.moves(&client, &ada, "byron@analytical.example").await;
        let (undo, reset) = (console.undo_link(&ada), console.forgets(&ada).await);
        client.post("/account/email", &[("email", "third@analytical.example")]).await.is(303);
        let address = console.address_link(&ada);
        let email = EmailAddress::parse("byron@analytical.example").unwrap();
        console.app.database().write_now(start::console_origin(), |tx| setup::recover_admin(tx, Operator::at_the_console(), &email, Some("$argon2id$v=19$m=64,t=1,p=1$AAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAA"))).unwrap();
        for link in [&undo, &reset, &address] {
            console.visitor().get(link).await.is(410);
            console.visitor().post(link, &[("password", CHOSEN)]).await.is(410);
        }
        assert_eq!(console.email_of(&ada), "byron@analytical.example");
    }

    async fn a_new_cost_of_hashing_is_no_new_password(console: Console) {
        console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let dear = noxus_console::base::password::Hasher::start(128, 1, 1).unwrap();
        let hash = dear.hash(&noxus_console::base::password::Password::choose(PASSWORD, &[]).unwrap()).await;
        console.rows(|c| diesel::update(users::table.filter(users::id.eq(&ada))).set(users::password.eq(&hash)).execute(c));
        let link = console.forgets(&ada).await;
        console.sign_in("ada").await;
        let now: Option<String> = console.rows(|c| users::table.filter(users::id.eq(&ada)).select(users::password).first(c));
        assert_ne!(now, Some(hash));
        console.visitor().get(&link).await.is(200);
    }
}
