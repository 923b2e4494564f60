use diesel::prelude::*;
use noxus_console::{
    base::clock,
    db::schema::{account_links, audit, sessions},
    domain::roles::built_in,
};

use crate::support::{Console, engine::on_both_databases, links::CHOSEN, mailbox::MailServer};

on_both_databases! {
    async fn an_admin_sends_a_link_and_the_person_chooses((console, server): (Console, MailServer)) {
        let grace = console.sign_in("grace").await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let signed_in = console.sign_in("ada").await;
        let older = console.forgets(&ada).await;
        server.wait_for("ada@analytical.example").await;
        let page = format!("/settings/users/{ada}");
        assert!(grace.get(&page).await.attributes("aside a", "href").contains(&format!("{page}/reset")));
        grace.get(&format!("{page}/reset")).await.is(200).says("You never see the new one.");
        grace.submit(&format!("{page}/reset"), &[]).await.is(200).says("A link to choose a new password is on its way to ada@analytical.example.");
        let letter = server.wait_for("ada@analytical.example").await;
        assert!(letter.text.contains("Grace Hopper sends you a link"), "{}", letter.text);
        assert_eq!(letter.to, ["ada@analytical.example"]);
        signed_in.get("/account/profile").await.is(200);
        console.visitor().get(&older).await.is(410).says("There is a newer link");
        let link = letter.link_with("/password/reset/");
        console.visitor().post(&link, &[("password", CHOSEN)]).await.is(303);
        assert!(console.lets_in("ada@analytical.example", CHOSEN).await);
        let started: Vec<(Option<String>, Option<String>)> =
            console.rows(|c| audit::table.filter(audit::action.eq("password.reset_started")).select((audit::actor_id, audit::subject_id)).load(c));
        assert_eq!(started, [(Some(console.user_named("grace").to_string()), Some(ada.to_string()))]);
    }

    async fn nobody_starts_one_for_who_holds_more_or_for_themselves(console: Console) {
        let grace = console.set_up().await;
        let editor = console.role("organization", "People", "users_edit users_read settings_read");
        console.person("Pia People", editor, "active").await;
        let (pia, grace_id, pia_id) = (console.sign_in("pia").await, console.user_named("grace"), console.user_named("pia"));
        let ada = console.person("Ada Lovelace", console.role("organization", "Little", "users_read"), "active").await;
        let invited = console.person("Ina Invited", built_in::org_base(), "invited").await;
        let dora = console.person("Dora Deactivated", built_in::org_base(), "deactivated").await;
        let reset = |id: &noxus_console::base::ids::UserId| format!("/settings/users/{id}/reset");
        for (client, id, words) in [
            (&pia, &grace_id, "may do more than you"),
            (&pia, &pia_id, "You change your own password"),
            (&grace, &grace_id, "You change your own password"),
            (&grace, &invited, "has no password yet"),
            (&grace, &dora, "is deactivated"),
        ] {
            client.get(&reset(id)).await.is(409).says(words);
            client.post(&reset(id), &[]).await.is(409).says(words);
            let page = client.get(&format!("/settings/users/{id}")).await;
            assert!(!page.attributes("a", "href").contains(&reset(id)), "not offered");
        }
        let links: i64 = console.rows(|c| account_links::table.count().get_result(c));
        assert_eq!((links, console.letters_of("reset")), (0, 0));
        pia.post(&reset(&ada), &[]).await.is(303);
        assert_eq!(console.letters_of("reset"), 1);
        console.rows(|c| diesel::update(sessions::table).set(sessions::confirmed_at.eq(clock::now() - clock::minutes(16))).execute(c));
        assert!(pia.post(&reset(&ada), &[]).await.location.unwrap().starts_with("/sign-in/again"));
        assert_eq!(console.letters_of("reset"), 1);
    }
}
