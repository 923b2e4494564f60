use diesel::prelude::*;
use noxus_console::{
    base::ids::{DraftId, WorkspaceId},
    db::schema::{drafts, invitations, organization, users, workspaces},
    domain::roles::built_in,
};
use reqwest::Method;

use super::{start, way};
use crate::support::{Console, engine::on_both_databases};

fn people(console: &Console) -> i64 {
    console.rows(|c| users::table.count().get_result(c))
}

on_both_databases! {
    async fn the_first_step_offers_what_one_may_give(console: Console) {
        let grace = console.set_up().await;
        console.workspace("Research");
        let page = grace.get("/settings/users/new").await;
        page.is(200).says("Add user").says("There is no mail server here: after the last step you copy their link, which works for 7 days, and pass it on.");
        assert_eq!(page.texts_of("#role option"), ["Org Base", "Org Admin"]);
        assert_eq!(page.text_of("#role option[selected]"), "Org Base");
        // Every role that is offered is explained, whichever is chosen and without a script.
        assert_eq!(page.texts_of("#role-words dt"), ["Org Base", "Org Admin"]);
        page.says("May create workspaces.").says("Is an Admin in every workspace.");
        assert_eq!(page.attributes("#role", "aria-describedby"), ["role-words"]);
        console.role("organization", "Auditor", "org_audit");
        grace.get("/settings/users/new").await.says("Auditor Read the audit log.");
        assert_eq!(page.texts_of("#workspaces .name"), ["Marketing", "Research"]);
        assert!(page.attributes("#workspaces input[checked]", "value").is_empty());
        let marketing = console.workspace_named("Marketing");
        let page = grace.get(&format!("/settings/users/new?workspace={marketing}")).await;
        assert_eq!(page.attributes("#workspaces input[checked]", "value"), [marketing.to_string()]);
        grace.get("/settings/users/new?workspace=nonsense").await.is(200);
    }

    async fn only_who_may_add_people_gets_in(console: Console) {
        console.set_up().await;
        console.member_of_organization("Bob Babbage").await;
        let bob = console.sign_in("bob").await;
        bob.get("/settings/users/new").await.is(403);
        start(&bob, "Joan Clarke", "joan@analytical.example", built_in::org_base().as_str(), &[]).await.is(403);
        console.visitor().get("/settings/users/new").await.leads_to("/sign-in?next=%2Fsettings%2Fusers%2Fnew");
        assert_eq!(console.rows(|c| drafts::table.count().get_result::<i64>(c)), 0);
    }

    async fn each_address_in_the_way_has_its_own_sentence(console: Console) {
        let grace = console.set_up().await;
        let base = built_in::org_base();
        console.member_of_organization("Ada Lovelace").await;
        console.person("Dora Deactivated", base.clone(), "deactivated").await;
        let draft = way(&start(&grace, "Alan Turing", "alan@analytical.example", base.as_str(), &[]).await);
        way(&grace.post(&draft, &[]).await);
        let (ada, dora, alan) = (console.user_named("ada"), console.user_named("dora"), console.user_named("alan"));
        for (email, sentence, link) in [
            ("ada@analytical.example", "Ada Lovelace has an account with this address.", format!("/settings/users/{ada}")),
            ("ADA@Analytical.Example", "Ada Lovelace has an account with this address.", format!("/settings/users/{ada}")),
            ("dora@analytical.example", "It is deactivated.", format!("/settings/users/{dora}/reactivation")),
            ("Alan@Analytical.example", "Alan Turing has an invitation to this address already, sent by Grace on", format!("/settings/users/{alan}")),
        ] {
            let page = start(&grace, "Somebody", email, base.as_str(), &[]).await;
            page.is(422).says("One thing needs another look").says(sentence);
            assert_eq!(page.attributes("#email", "value"), [email]);
            assert!(page.attributes("form a.link", "href").contains(&link), "{email}: {:?}", page.attributes("form a.link", "href"));
        }
        for (state, sentence) in [("revoked", "was revoked on"), ("declined", "and declined on")] {
            console.rows(|c| diesel::update(invitations::table).set((invitations::state.eq(state), invitations::ended_at.eq(invitations::sent_at.nullable()))).execute(c));
            start(&grace, "Somebody", "alan@analytical.example", base.as_str(), &[]).await.is(422).says(sentence).says("Open it to resend");
        }
        console.rows(|c| diesel::update(organization::table).set(organization::allowed_domains.eq("analytical.example x.example")).execute(c));
        let page = start(&grace, "Joan Clarke", "joan@evil.example", base.as_str(), &[]).await;
        page.is(422).says("Only addresses of analytical.example, x.example can be invited.");
        assert!(page.attributes("form a.link", "href").contains(&"/settings/general".to_owned()));
        start(&grace, "Joan Clarke", "joan@X.example", base.as_str(), &[]).await.is(303);
        let page = start(&grace, "", "joan", "", &[]).await;
        page.is(422).says("3 things need another look").says("The name is missing").says("This is not an email address");
        assert_eq!(page.attributes("#email", "value"), ["joan"]);
    }

    async fn a_stale_draft_leads_back_to_the_first_step_and_says_why(console: Console) {
        let grace = console.set_up().await;
        let (base, research) = (built_in::org_base(), console.workspace("Research"));
        let draft = way(&start(&grace, "Joan Clarke", "joan@analytical.example", base.as_str(), &[research.as_str()]).await);
        let details = draft.replace("/roles", "/details");
        grace.get(&draft).await.is(200);
        let page = grace.get(&details).await;
        page.is(200).does_not_say("another look");
        assert_eq!(page.attributes("#name", "value"), ["Joan Clarke"]);
        assert_eq!(page.attributes("#workspaces input[checked]", "value"), [research.to_string()]);

        console.rows(|c| diesel::update(workspaces::table.find(&research)).set(workspaces::archived_at.eq(workspaces::created_at.nullable())).execute(c));
        let role = (format!("role-{research}"), built_in::reader());
        grace.post(&draft, &[(role.0.as_str(), role.1.as_str())]).await.leads_to(&details);
        grace.get(&draft).await.leads_to(&details);
        grace.get(&details).await.is(200).says("A workspace that was chosen is gone from this list");
        assert_eq!(people(&console), 1);
        let again = grace.post(&details, &[("name", "Joan Clarke"), ("email", "joan@analytical.example"), ("role", base.as_str())]).await;
        again.leads_to(&draft);

        // Somebody else invites the same address meanwhile.
        console.person("Joan Clarke", base.clone(), "invited").await;
        grace.post(&draft, &[]).await.leads_to(&details);
        grace.get(&details).await.is(200).says("Joan Clarke is invited to this address already.");
        assert_eq!(people(&console), 2);
    }

    async fn nobody_else_sees_a_draft(console: Console) {
        let grace = console.set_up().await;
        console.person("Otto Other", built_in::org_admin(), "active").await;
        let otto = console.sign_in("otto").await;
        let draft = way(&start(&grace, "Joan Clarke", "joan@analytical.example", built_in::org_base().as_str(), &[]).await);
        let details = draft.replace("/roles", "/details");
        let form = [("name", "Mallory"), ("email", "m@analytical.example"), ("role", built_in::org_base().as_str())].map(|(a, b)| (a, b.to_owned()));
        let form: Vec<(&str, &str)> = form.iter().map(|(a, b)| (*a, b.as_str())).collect();
        for path in [draft.clone(), details.clone(), format!("/settings/users/new/{}/roles", DraftId::new()), "/settings/users/new/x/roles".into(), "/settings/users/new/%00/details".into()] {
            let browser = if path.contains("%00") || path.contains("/x/") { &grace } else { &otto };
            browser.get(&path).await.is(404);
            browser.post(&path, &form).await.is(404);
        }
        assert_eq!(people(&console), 2);
        // Expired: gone for its owner too.
        console.rows(|c| diesel::update(drafts::table).set(drafts::expires_at.eq(drafts::created_at)).execute(c));
        grace.get(&draft).await.is(404);
        grace.post(&draft, &[]).await.is(404);
        grace.post(&details, &form).await.is(404);
        assert_eq!(people(&console), 2);
    }

    async fn malformed_forms_get_a_clear_answer_and_change_nothing(console: Console) {
        let grace = console.set_up().await;
        let base = built_in::org_base();
        for (name, email) in [("x".repeat(101), "joan@a.example".to_owned()), ("Joan\0Clarke".into(), "joan@a.example".into()), ("Joan".into(), format!("{}@a.example", "x".repeat(260))), ("Joan".into(), "joan@a.example\0".into()), ("  ".into(), "joan@a.example".into()), ("Jo\u{202e}an".into(), "joan@a.example".into())] {
            start(&grace, &name, &email, base.as_str(), &[]).await.is(422).says("needs another look");
        }
        for role in ["", "nonsense", built_in::reader().as_str(), WorkspaceId::new().as_str()] {
            start(&grace, "Joan", "joan@a.example", role, &[]).await.is(422).says("Choose one of these roles.");
        }
        start(&grace, "Joan", "joan@a.example", base.as_str(), &[WorkspaceId::new().as_str()]).await.is(422).says("gone from this list");
        for body in ["name=a&name=b&email=joan%40a.example&role=x", "name=%ff&email=joan%40a.example&role=x", "name=%C3%28&email=a&role=x", "email=a&role=x", "name=a&email=b&role=x&workspaces=nonsense"] {
            let request = grace.request(Method::POST, "/settings/users/new").header("Content-Type", "application/x-www-form-urlencoded").body(body);
            grace.send(request).await.is(400);
        }
        let raw = grace.request(Method::POST, "/settings/users/new").header("Content-Type", "application/x-www-form-urlencoded").body(b"name=\xff\xfe&email=a&role=x".to_vec());
        grace.send(raw).await.is(400);
        start(&grace, &"x".repeat(70_000), "joan@a.example", base.as_str(), &[]).await.is(400);
        let forged = grace.request(Method::POST, "/settings/users/new").headers([("sec-fetch-site".parse().unwrap(), "cross-site".parse().unwrap())].into_iter().collect()).form(&[("name", "J"), ("email", "j@a.example"), ("role", base.as_str())]);
        grace.send(forged).await.is(403);
        assert_eq!(console.rows(|c| drafts::table.count().get_result::<i64>(c)), 0);
        assert_eq!(people(&console), 1);
    }

    async fn among_very_many_workspaces_one_looks_by_name(console: Console) {
        let grace = console.set_up().await;
        for n in 0..210 {
            console.workspace(&format!("Room {n:03}"));
        }
        let page = grace.get("/settings/users/new").await;
        assert_eq!(page.attributes("#workspaces li input", "value").len(), 200);
        page.says("There are more workspaces than listed here.");
        let ticked = console.workspace_named("Marketing");
        let page = grace.post("/settings/users/new", &[("name", "Joan"), ("email", ""), ("role", built_in::org_base().as_str()), ("workspaces", ticked.as_str()), ("find", "room 209"), ("act", "find")]).await;
        page.is(200).does_not_say("another look");
        assert_eq!(page.texts_of("#workspaces .name"), ["Marketing", "Room 209"]);
        assert_eq!(page.attributes("#workspaces input[checked]", "value"), [ticked.to_string()]);
        assert_eq!(page.attributes("#name", "value"), ["Joan"]);
    }
}
