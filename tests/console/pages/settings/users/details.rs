use diesel::prelude::*;
use noxus_console::{
    db::schema::{audit_personal, organization, outbox, users},
    domain::roles::built_in,
};

use crate::support::{Console, engine::on_both_databases};

on_both_databases! {
    async fn a_wrong_address_is_corrected_and_the_old_link_is_dead(console: Console) {
        let grace = console.set_up().await;
        let id = console.invited_by(&grace, "Alan Turing", &[]).await;
        let (page, link) = (format!("/settings/users/{id}"), console.link_of(&id));
        grace.get(&page).await.says("Correct name or address");
        let form = grace.get(&format!("{page}/details")).await;
        assert_eq!(form.attributes("#email", "value"), ["alan@analytical.example"]);
        grace.submit(&format!("{page}/details"), &[("name", "Alan M. Turing"), ("email", "turing@analytical.example")]).await.says("A fresh invitation to turing@analytical.example was made");
        console.visitor().get(&link).await.is(410);
        console.visitor().get(&console.link_of(&id)).await.is(200);
        assert_eq!(console.rows(|c| outbox::table.filter(outbox::generation.eq(2)).count().get_result::<i64>(c)), 1);
        let changed: Vec<(String, Option<String>, Option<String>)> = console.rows(|c| audit_personal::table.filter(audit_personal::before_text.is_not_null())
            .order(audit_personal::field).select((audit_personal::field, audit_personal::before_text, audit_personal::after_text)).load(c));
        assert_eq!(changed, [("email".into(), Some("alan@analytical.example".into()), Some("turing@analytical.example".into())), ("name".into(), Some("Alan Turing".into()), Some("Alan M. Turing".into()))]);
        // The lists find the new one.
        grace.get("/settings/users?q=tu").await.says("Alan M. Turing");
        grace.get("/settings/users?q=turing@").await.says("Alan M. Turing");
        grace.get("/settings/users?q=alan@").await.says("Nobody found");
    }

    async fn a_name_alone_leaves_the_link_alive(console: Console) {
        let grace = console.set_up().await;
        let id = console.invited_by(&grace, "Alan Turing", &[]).await;
        let link = console.link_of(&id);
        grace.post(&format!("/settings/users/{id}/details"), &[("name", "Alan Mathison Turing"), ("email", "Alan@analytical.example")]).await.is(303);
        console.visitor().get(&link).await.is(200);
        assert_eq!(console.invitation_of(&id).1, 1);
    }

    async fn mistakes_come_back_and_change_nothing(console: Console) {
        let grace = console.set_up().await;
        let id = console.invited_by(&grace, "Alan Turing", &[]).await;
        let path = format!("/settings/users/{id}/details");
        let page = grace.post(&path, &[("name", " "), ("email", "alan")]).await;
        page.is(422).says("2 things need another look").says("The name is missing.");
        grace.post(&path, &[("name", "Alan"), ("email", "GRACE@analytical.example")]).await.is(422).says("Grace Hopper has this address already.");
        console.rows(|c| diesel::update(organization::table).set(organization::allowed_domains.eq("analytical.example")).execute(c));
        grace.post(&path, &[("name", "Alan"), ("email", "alan@elsewhere.example")]).await.is(422).says("only addresses of analytical.example");
        assert_eq!(console.rows(|c| users::table.filter(users::id.eq(id.clone())).select(users::name).first::<String>(c)), "Alan Turing");
        console.rows(|c| diesel::update(users::table.filter(users::id.eq(id.clone()))).set(users::status.eq("active")).execute(c));
        grace.get(&path).await.is(409).says("not invited any more");
        grace.post(&path, &[("name", "Alan"), ("email", "evil@analytical.example")]).await.is(409);
    }

    async fn only_who_could_invite_them_corrects_them(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let adder = console.role("organization", "Adder", "users_read users_write org_read settings_read workspace_read workspace_write");
        let id = console.person("Addie Adder", adder, "active").await;
        let addie = console.sign_in("addie").await;
        let alan = console.invited_by(&grace, "Alan Turing", &[(&marketing, built_in::reader())]).await;
        let path = format!("/settings/users/{alan}/details");
        addie.get(&path).await.is(409);
        addie.post(&path, &[("name", "Alan Turing"), ("email", "another@analytical.example")]).await.is(409);
        addie.get(&format!("/settings/users/{alan}")).await.does_not_say("Copy link").does_not_say("Correct name");
        console.membership(&id, &marketing, built_in::admin());
        addie.get(&format!("/settings/users/{alan}")).await.says("Copy link").says("Resend").says("Revoke").says("Correct name");
        addie.post(&path, &[("name", "Alan M. Turing"), ("email", "alan@analytical.example")]).await.is(303);
    }
}
