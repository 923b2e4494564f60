use diesel::prelude::*;
use noxus_console::{
    base::clock,
    db::schema::{account_links, audit, audit_personal, organization, outbox, sessions},
    domain::roles::built_in,
};

use crate::support::{Console, engine::on_both_databases, links::CHOSEN, mailbox::MailServer, people::PASSWORD};

const HERE: &str = "/account/email";
const NEW: &str = "Ada.Byron@analytical.example";
const OLD: &str = "ada@analytical.example";

on_both_databases! {
    async fn an_address_is_changed_from_its_own_mailbox_and_undone_from_the_old((console, server): (Console, MailServer)) {
        let user = console.member_of_organization("Ada Lovelace").await;
        let ada = console.sign_in("ada").await;
        let page = ada.submit(HERE, &[("email", NEW)]).await;
        page.is(200).says(&format!("A link is on its way to {NEW}.")).says(&format!("The link to {NEW} works until")).does_not_say("No mail server");
        assert_eq!(console.email_of(&user), OLD, "nothing has changed yet");
        let letter = server.wait_for(NEW).await;
        assert_eq!((letter.to.as_slice(), letter.subject.as_str()), (&[NEW.to_owned()][..], "Is this your new address at Analytical Engines?"));
        let link = letter.link_with("/email/confirm/");
        ada.get(&link).await.is(200).says(&format!("You sign in with {NEW}"));
        ada.submit(&link, &[]).await.is(200).says(&format!("Your address is {NEW} now."));
        assert!(console.lets_in("ada.byron@ANALYTICAL.example", PASSWORD).await);
        assert!(!console.lets_in(OLD, PASSWORD).await);
        let notice = server.wait_for(OLD).await;
        assert!(notice.text.contains(NEW) && notice.text.contains("Undo the change"), "{}", notice.text);
        let undo = notice.link_with("/email/undo/");
        // Whoever took the account over can choose a password, too: the link goes on working.
        ada.post("/account/password", &[("current", PASSWORD), ("password", CHOSEN)]).await.is(303);
        console.visitor().get(&undo).await.is(200).says("The password opens nothing any more, and every session ends");
        let page = console.visitor().submit(&undo, &[]).await;
        page.is(410).says("The change of address was undone").says("Send me a link to a new password");
        assert_eq!(console.email_of(&user), OLD);
        ada.get(HERE).await.is(303);
        assert_eq!(console.sessions_of(&user), 0);
        assert!(!console.lets_in(OLD, CHOSEN).await && !console.lets_in(NEW, CHOSEN).await, "whoever changed it knew the password");
        // What the page offers: a link to the mailbox that the account was given back to.
        assert_eq!(page.attributes("main form input[name=email]", "value"), [OLD]);
        console.visitor().post("/password/forgotten", &[("email", OLD)]).await.is(303);
        assert_eq!(server.wait_for(OLD).await.subject, "Choose a new password for Analytical Engines");
        let told: Vec<(Option<String>, Option<String>)> = console.rows(|c| {
            audit_personal::table.filter(audit_personal::user_id.eq(user.as_str())).filter(audit_personal::field.eq("email"))
                .order(audit_personal::audit_id).select((audit_personal::before_text, audit_personal::after_text)).load(c)
        });
        let text = |a: &str, b: &str| (Some(a.to_owned()), Some(b.to_owned()));
        assert_eq!(told, [text(OLD, NEW), text(OLD, NEW), text(NEW, OLD)]);
    }

    async fn whoever_keeps_the_address_ends_the_link_to_another(console: Console) {
        let user = console.member_of_organization("Ada Lovelace").await;
        let ada = console.sign_in("ada").await;
        ada.get("/account/profile").await.does_not_say("waits to be confirmed");
        ada.submit(HERE, &[("email", NEW)]).await.is(200);
        let link = console.address_link(&user);
        let profile = ada.get("/account/profile").await;
        profile.says(&format!("{NEW} waits to be confirmed. See or end it"));
        assert!(profile.attributes("main small a", "href").contains(&HERE.to_owned()));
        let page = ada.get(HERE).await;
        assert_eq!(page.attributes("button[form=withdrawal]", "type"), ["submit"]);
        let way = page.attributes("form#withdrawal", "action").remove(0);
        ada.submit(&way, &[]).await.says(&format!("Your address stays {OLD}. The link to {NEW} opens nothing any more.")).does_not_say("waits to be confirmed");
        ada.get(&link).await.is(410).says("This link was ended");
        ada.post(&link, &[]).await.is(410);
        assert_eq!(console.email_of(&user), OLD);
        ada.get("/account/activity").await.says("Withdrew the change of your own address");
        ada.get(HERE).await.does_not_say("The link to");
        // Once more there is nothing to end, and nothing is written of it.
        ada.submit(&way, &[]).await.says(&format!("Your address is {OLD}. No link to another one works."));
        let written: i64 = console.rows(|c| audit::table.filter(audit::action.eq("address.withdrawn")).count().get_result(c));
        assert_eq!(written, 1);
        ada.get(&way).await.leads_to("/account/profile");
    }

    async fn without_a_mail_server_one_thing_is_said_of_the_link(console: Console) {
        console.member_of_organization("Ada Lovelace").await;
        let page = console.sign_in("ada").await.submit(HERE, &[("email", NEW)]).await;
        page.is(200).says(&format!("No mail server is set up: ask whoever runs the console for the link to {NEW}."));
        page.does_not_say("A link went to").does_not_say("on its way");
    }

    async fn the_password_is_asked_for_again(console: Console) {
        let grace = console.set_up().await;
        console.rows(|c| diesel::update(sessions::table).set(sessions::confirmed_at.eq(clock::now() - clock::minutes(16))).execute(c));
        grace.get(HERE).await.leads_to("/sign-in/again?next=%2Faccount%2Femail");
        grace.post(HERE, &[("email", NEW)]).await.leads_to("/sign-in/again?next=%2Faccount%2Femail");
        assert_eq!(console.links(), 0);
    }

    async fn what_is_no_address_or_not_allowed_is_told(console: Console) {
        let grace = console.set_up().await;
        for (email, why) in [
            ("", "The email address is missing."),
            ("grace", "This is not an email address."),
            ("Grace@Analytical.example", "This is your address already."),
            ("gracé@analytical.example", "Use an address of plain letters"),
            ("ａda@analytical.example", "Use an address of plain letters"),
        ] {
            grace.post(HERE, &[("email", email)]).await.is(422).says(why);
        }
        console.rows(|c| diesel::update(organization::table).set(organization::allowed_domains.eq("analytical.example")).execute(c));
        grace.post(HERE, &[("email", "grace@elsewhere.example")]).await.is(422).says("Analytical Engines takes only addresses of analytical.example.");
        // Judged again when it is taken.
        grace.post(HERE, &[("email", "hopper@analytical.example")]).await.is(303);
        console.rows(|c| diesel::update(organization::table).set(organization::allowed_domains.eq("other.example")).execute(c));
        let user = console.user_named("grace");
        grace.post(&console.address_link(&user), &[]).await.is(409).says("takes only addresses of other.example").says("Your address stays as it is.");
        assert_eq!(console.email_of(&user), "grace@analytical.example");
    }

    async fn a_taken_address_is_told_to_those_who_may_see_people_alone((console, server): (Console, MailServer)) {
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.sign_in("ada").await.post(HERE, &[("email", "GRACE@analytical.example")]).await.is(422).says("Grace Hopper has this address already.");
        let blind = console.role("organization", "Blind", "settings_read");
        let bob = console.person("Bob Blind", blind, "active").await;
        let client = console.sign_in("bob").await;
        let (free, taken) = ("free@analytical.example", "grace@analytical.example");
        let mut said = Vec::new();
        for email in [taken, free] {
            let page = client.submit(HERE, &[("email", email)]).await;
            said.push(page.text_of(".note").replace(email, "ADDRESS"));
        }
        assert_eq!(said[0], said[1]);
        server.wait_for(free).await;
        assert_eq!(server.letters().len(), 1, "the mailbox of somebody else gets nothing");
        assert_eq!((console.email_of(&bob), console.email_of(&ada)), ("bob@analytical.example".to_owned(), OLD.to_owned()));
        // One that was taken after it was asked for.
        console.person("Free Rider", built_in::org_base(), "invited").await;
        client.post(&console.address_link(&bob), &[]).await.is(409).says("Somebody else here has the address free@analytical.example by now.");
        assert_eq!(console.email_of(&bob), "bob@analytical.example");
    }

    async fn five_addresses_an_hour_are_enough(console: Console) {
        let grace = console.set_up().await;
        for n in 0..5 {
            grace.post(HERE, &[("email", &format!("grace{n}@analytical.example"))]).await.is(303);
        }
        grace.post(HERE, &[("email", NEW)]).await.is(422).says("Wait an hour");
    }

    async fn whoever_is_removed_leaves_no_link(console: Console) {
        let grace = console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let client = console.sign_in("ada").await;
        console.moves(&client, &ada, "ada.new@analytical.example").await;
        console.forgets(&ada).await;
        // Somebody else asked for the very address.
        let blind = console.role("organization", "Blind", "settings_read");
        console.person("Bob Blind", blind, "active").await;
        console.sign_in("bob").await.post(HERE, &[("email", "ADA.new@analytical.example")]).await.is(303);
        let undo = console.undo_link(&ada);
        grace.post(&format!("/settings/users/{ada}/removal"), &[("email", "ada.new@analytical.example")]).await.is(303);
        assert_eq!(console.links(), 0);
        let letters: i64 = console.rows(|c| outbox::table.filter(outbox::user_id.eq(&ada)).count().get_result(c));
        assert_eq!(letters, 0);
        console.visitor().get(&undo).await.is(404);
        let rows: i64 = console.rows(|c| account_links::table.count().get_result(c));
        assert_eq!(rows, 0);
    }
}
