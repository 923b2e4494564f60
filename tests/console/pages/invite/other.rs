use diesel::prelude::*;
use noxus_console::{
    access::passes::Operator,
    base::{password::Password, text::EmailAddress},
    db::schema::{memberships, outbox, sessions, users, withheld},
    domain::{roles::built_in, setup},
    start,
};

use super::{CHOSEN, accept, is, standing};
use crate::support::{Console, engine::on_both_databases, people::PASSWORD};

on_both_databases! {
    async fn signed_in_as_somebody_else_nothing_applies_until_one_switches(console: Console) {
        let grace = console.set_up().await;
        console.member_of_organization("Bob Babbage").await;
        let alan = console.invited_by(&grace, "Alan Turing", &[]).await;
        let (link, bob) = (console.link_of(&alan), console.sign_in("bob").await);
        let page = bob.get(&link).await;
        page.is(200).says("This invitation is for somebody else").says("You are signed in as bob@analytical.example; this invitation is for alan@analytical.example.");
        accept(&bob, &link).await.is(200).says("This invitation is for somebody else");
        for path in ["decline", "sign-in"] {
            bob.get(&format!("{link}/{path}")).await;
            bob.post(&format!("{link}/{path}"), &[("password", CHOSEN)]).await;
        }
        bob.get(&format!("{link}/switch")).await.leads_to(&link);
        assert_eq!(standing(&console, &alan), is("invited", "pending"));
        bob.get("/settings/users/new").await.is(403);
        bob.post(&format!("{link}/switch"), &[]).await.leads_to(&link);
        bob.get("/settings/users/new").await.is(303);
        bob.get(&link).await.is(200).says("Welcome, Alan");
        accept(&bob, &link).await.leads_to("/");
        assert_eq!(standing(&console, &alan), is("active", "accepted"));
        let gone = console.user_named("bob");
        let left: i64 = console.rows(|c| sessions::table.filter(sessions::user_id.eq(gone)).count().get_result(c));
        assert_eq!(left, 0);
    }

    async fn where_an_account_exists_one_signs_in_to_it_and_accepts(console: Console) {
        let grace = console.set_up().await;
        let ida = console.person("Ida Inviter", built_in::org_admin(), "active").await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        let alan = console.invited_by(&grace, "Alan Turing", &[(&marketing, built_in::reader()), (&research, built_in::reader())]).await;
        let hash = console.app.hasher.hash(&Password::choose(PASSWORD, &[]).unwrap()).await;
        console.rows(|c| {
            diesel::update(users::table.filter(users::id.eq(&alan))).set((users::status.eq("active"), users::password.eq(hash))).execute(c)?;
            diesel::update(memberships::table.find((&alan, &research))).set(memberships::given_by.eq(&ida)).execute(c)?;
            diesel::update(users::table.filter(users::id.eq(&ida))).set(users::status.eq("deactivated")).execute(c)
        });
        let (link, browser) = (console.link_of(&alan), console.visitor());
        let page = browser.get(&link).await;
        page.is(200).says("You have an account with this address already");
        assert_eq!(page.attributes("form", "action"), [format!("{link}/sign-in")]);
        accept(&browser, &link).await.leads_to(&link);
        browser.get(&format!("{link}/decline")).await.leads_to(&link);
        browser.post(&format!("{link}/sign-in"), &[("password", "wrong wrong wrong")]).await.is(422).says("The password is not right.");
        assert_eq!(standing(&console, &alan), is("active", "pending"));
        // Another account's password opens nothing here: the address is the invitation's.
        browser.post(&format!("{link}/sign-in"), &[("email", "grace@analytical.example"), ("password", "wrong wrong wrong")]).await.is(422);
        browser.post(&format!("{link}/sign-in"), &[("password", PASSWORD)]).await.leads_to(&link);
        browser.get(&format!("{link}/sign-in")).await.leads_to(&link);
        let page = browser.get(&link).await;
        page.is(200).says("You are signed in as alan@analytical.example").says("Accept");
        assert!(page.attributes("input[type=password]", "id").is_empty());
        browser.post(&link, &[]).await.leads_to(&format!("/workspaces/{marketing}"));
        assert_eq!(standing(&console, &alan), is("active", "accepted"));
        assert_eq!(console.rows(|c| withheld::table.filter(withheld::user_id.eq(&alan)).filter(withheld::workspace_id.eq(&research)).count().get_result::<i64>(c)), 1);
        browser.get(&link).await.is(410).says("used already").says("Go to your workspace");
        let told: Vec<String> = console.rows(|c| outbox::table.filter(outbox::user_id.eq(&alan)).order(outbox::id).select(outbox::kind).load(c));
        assert_eq!(told, ["invitation", "applied"]);
        // Their own password still stands.
        console.sign_in("alan").await;
    }

    async fn recovered_at_the_console_the_invitation_is_settled_there(console: Console) {
        let grace = console.set_up().await;
        let ida = console.person("Ida Inviter", built_in::org_admin(), "active").await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        let alan = console.invited_by(&grace, "Alan Turing", &[(&marketing, built_in::reader()), (&research, built_in::editor())]).await;
        console.rows(|c| {
            diesel::update(memberships::table.find((&alan, &research))).set(memberships::given_by.eq(&ida)).execute(c)?;
            diesel::update(users::table.filter(users::id.eq(&ida))).set(users::status.eq("deactivated")).execute(c)
        });
        let link = console.link_of(&alan);
        let hash = console.app.hasher.hash(&Password::choose(PASSWORD, &[]).unwrap()).await;
        let email = EmailAddress::parse("alan@analytical.example").unwrap();
        console.app.database().write_now(start::console_origin(), |tx| setup::recover_admin(tx, Operator::at_the_console(), &email, Some(&hash))).unwrap();
        assert_eq!(standing(&console, &alan), is("active", "accepted"));
        let left: i64 = console.rows(|c| memberships::table.filter(memberships::user_id.eq(&alan)).count().get_result(c));
        assert_eq!(left, 1, "what nobody can give any more did not become live");
        console.visitor().get(&link).await.is(410).says("This invitation was used already");
        console.sign_in("alan").await;
    }
}
