//! After a restoration: who is signed in, which links and keys work, which mail goes out, and what organization admins are told.

use noxus_console::domain::roles::built_in;
use reqwest::Method;

use super::{Elsewhere, back_up, sign_in};
use crate::support::{Console, engine::on_both_databases, mailbox::MailServer, process::Said, process::Served, process::free_port};

on_both_databases! {
    async fn sessions_and_links_from_before_are_void_and_keys_work(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let ada = console.member_of_organization("Ada Lovelace").await;
        let joan = console.invited_by(&grace, "Joan Clarke", &[(&marketing, built_in::reader())]).await;
        let key = console.key(&ada, None, None);
        let cookie = grace.bare(Method::GET, "/settings/users");
        let reset = console.forgets(&ada).await;
        let invitation = console.link_of(&joan);
        let archive = back_up(&console, "backup.tar.gz");
        // Sent again after the backup was made: void as well, on what is restored.
        grace.post(&format!("/settings/users/{joan}/invitation"), &[]).await.is(303);
        let later = console.link_of(&joan);
        assert_ne!(invitation, later);
        let place = Elsewhere::restored(&archive, console.engine);
        let served = place.served().await;
        let visitor = crate::support::Client::new(&served.base);
        let mut asked = cookie.build().unwrap();
        *asked.url_mut() = format!("{}/settings/users", served.base).parse().unwrap();
        for link in [&invitation, &later] {
            visitor.get(link).await.is(404).says("This link opens no invitation");
            visitor.post(link, &[("display_name", "Joan"), ("password", "four unrelated little words")]).await.is(404);
        }
        visitor.get(&reset).await.is(410);
        visitor.call(Method::GET, "/v1/admin/me", &key).await.is(200);
        // The one sent again from there works.
        let grace = sign_in(&served, "grace").await;
        grace.get(&format!("/settings/users/{joan}")).await.is(200).says("Not delivered").says("restored from a backup");
        grace.post(&format!("/settings/users/{joan}/invitation"), &[]).await.is(303);
        let link = grace.post(&format!("/settings/users/{joan}/invitation/link"), &[]).await;
        assert!(link.is(200).text().contains("/invitation/"));
    }

    async fn no_mail_goes_out_a_second_time(console: Console) {
        let grace = console.set_up().await;
        console.invited_by(&grace, "Joan Clarke", &[]).await;
        console.rows(|c| {
            use diesel::prelude::*;
            use noxus_console::db::schema::outbox;
            diesel::update(outbox::table).set((outbox::state.eq("queued"), outbox::sent_at.eq(None::<noxus_console::base::clock::Moment>))).execute(c)
        });
        let archive = back_up(&console, "backup.tar.gz");
        let place = Elsewhere::restored(&archive, console.engine);
        let mail = MailServer::start().await;
        let port = free_port();
        let served = Served::start(place.command(&["serve"]).args(["--listen", &format!("127.0.0.1:{port}"), "--smtp-url", &mail.url()]), port).await;
        let grace = sign_in(&served, "grace").await;
        // The mail of one who is invited now goes out, and nothing before it.
        let draft = grace.post("/settings/users/new", &[("name", "Hedy Lamarr"), ("email", "hedy@analytical.example"), ("role", built_in::org_base().as_str())]).await;
        grace.post(draft.is(303).location.as_deref().unwrap(), &[]).await.is(303);
        mail.wait_for("hedy@analytical.example").await;
        assert_eq!(mail.letters().len(), 1);
    }

    async fn what_is_mended_or_made_after_a_restoration_did_not_come_back(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.name_key(&console.key(&ada, None, None), "directory sync");
        console.key(&ada, Some(&marketing), None);
        let (joan, _) = (console.invited_by(&grace, "Joan Clarke", &[]).await, console.invited_by(&grace, "Mary Somerville", &[]).await);
        let archive = back_up(&console, "backup.tar.gz");
        let place = Elsewhere::restored(&archive, console.engine);
        let served = place.served().await;
        let grace = sign_in(&served, "grace").await;
        let page = async || grace.get("/settings/restored").await;
        page().await.is(200).says("2 people active").says("2 people invited").says("1 key works").does_not_say("person deactivated");
        // One of two invitations is sent again, somebody is added, and keys are made.
        grace.post(&format!("/settings/users/{joan}/invitation"), &[]).await.is(303);
        let draft = grace.post("/settings/users/new", &[("name", "Hedy Lamarr"), ("email", "hedy@analytical.example"), ("role", built_in::org_admin().as_str())]).await;
        grace.post(draft.is(303).location.as_deref().unwrap(), &[]).await.is(303);
        let made = Said::of(&mut place.command(&["key", "create", "--system", "--name", "made after it"]));
        made.ends_well();
        let secret = made.out.split_whitespace().find(|word| word.starts_with("noxus_")).expect("a secret");
        Said::of(&mut place.command(&["admin", "create", "--email", "barbara@analytical.example", "--name", "Barbara Liskov"])).ends_well();
        let program = crate::support::Client::new(&served.base);
        let keys = program.bare(Method::POST, &format!("/v1/admin/groups/{marketing}/api-keys"));
        program.send(keys.bearer_auth(secret).json(&serde_json::json!({ "name": "also made after it" }))).await.is(200);
        // What was done last is said on the next page, whichever it is.
        grace.get("/settings/users").await.is(200);
        let now = page().await;
        now.is(200).says("2 people active").says("1 person invited").says("1 key works").says("directory sync");
        now.does_not_say("made after it").does_not_say("Barbara Liskov");
        // Who was deactivated since is as somebody wants them.
        grace.post(&format!("/settings/users/{ada}/deactivation"), &[]).await.is(303);
        page().await.is(200).says("1 person active").does_not_say("person deactivated");
    }

    async fn organization_admins_are_told_until_they_have_looked_through_it(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.membership(&ada, &marketing, built_in::admin());
        console.person("Dora Deactivated", built_in::org_base(), "deactivated").await;
        let told = "The console was restored from a backup.";
        console.sign_in("grace").await.get("/settings/users").await.is(200).does_not_say(told);
        console.sign_in("grace").await.get("/settings/restored").await.is(404);
        console.name_key(&console.key(&ada, None, None), "directory sync");
        console.key(&ada, Some(&marketing), None);
        let archive = back_up(&console, "backup.tar.gz");
        let said = Elsewhere::new(console.engine).restore(&archive);
        said.ends_well();
        assert!(said.out.contains("Analytical Engines is restored into") && said.out.contains("3 accounts, 1 workspace, 2 API keys"), "{}", said.out);
        assert!(said.out.contains("The master key was written to /") && said.out.contains("/data/master.key."), "{}", said.out);
        let place = Elsewhere::restored(&archive, console.engine);
        let served = place.served().await;
        let (grace, ada) = (sign_in(&served, "grace").await, sign_in(&served, "ada").await);
        ada.follow("/").await.is(200).does_not_say(told);
        ada.get("/settings/restored").await.is(403);
        grace.get("/settings/users").await.is(200).says(told);
        let page = grace.get("/settings/restored").await;
        page.is(200).says("2 people active").says("1 person deactivated").says("Grace Hopper may do everything again").says("directory sync");
        page.says("Marketing").says("1 key works").does_not_say(told);
        assert!(page.attributes("a", "href").contains(&format!("/workspaces/{marketing}/control/api-keys")));
        for link in page.attributes(".form a", "href") {
            grace.get(&link).await.is(200);
        }
        grace.post("/settings/restored", &[]).await.leads_to("/settings/users");
        grace.get("/settings/users").await.says("Looked through").does_not_say(told);
        grace.get("/settings/restored").await.is(404);
        // A second press, or another admin's.
        grace.post("/settings/restored", &[]).await.leads_to("/settings/users");
        Said::of(&mut place.command(&["backup", place.dir.path().join("next.tar.gz").to_str().unwrap()])).ends_well();
    }
}
