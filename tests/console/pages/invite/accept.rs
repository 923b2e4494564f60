use diesel::prelude::*;
use noxus_console::{
    base::ids::{RoleId, UserId, WorkspaceId},
    db::schema::{audit, invitations, memberships, sessions, users, withheld, workspaces},
    domain::roles::built_in,
};
use reqwest::Method;

use super::{CHOSEN, accept, is, standing};
use crate::support::{Console, engine::on_both_databases};

type Withheld = (Option<WorkspaceId>, RoleId, Option<UserId>);

fn withheld_from(console: &Console, user: &UserId) -> Vec<Withheld> {
    let user = user.clone();
    console.rows(move |c| {
        withheld::table.filter(withheld::user_id.eq(user)).order(withheld::id).select((withheld::workspace_id, withheld::role_id, withheld::given_by)).load(c)
    })
}

fn places_of(console: &Console, user: &UserId) -> Vec<(WorkspaceId, RoleId)> {
    let user = user.clone();
    console.rows(move |c| {
        memberships::table
            .filter(memberships::user_id.eq(user))
            .order(memberships::workspace_id)
            .select((memberships::workspace_id, memberships::role_id))
            .load(c)
    })
}

on_both_databases! {
    async fn opening_changes_nothing_and_accepting_lets_in(console: Console) {
        let grace = console.set_up().await;
        let research = console.workspace("Research");
        let alan = console.invited_by(&grace, "Alan Turing", &[(&research, built_in::reader())]).await;
        let link = console.link_of(&alan);
        let browser = console.visitor();
        let before: (String, i32, Option<chrono::NaiveDateTime>) = console.rows(|c| invitations::table.select((invitations::state, invitations::generation, invitations::asked_at)).first(c));
        let audited: i64 = console.rows(|c| audit::table.count().get_result(c));
        for _ in 0..10 {
            let page = browser.get(&link).await;
            page.is(200).says("For alan@analytical.example").says("Welcome, Alan").says("Grace Hopper invites you to work here. The invitation expires in 7 days, on").says("Research").says("Reader: run flows and agents, query knowledge bases");
            assert_eq!(page.attributes("#display_name", "value"), ["Alan"]);
            let head = browser.send(browser.request(Method::HEAD, &link)).await;
            assert_eq!(head.status, 200);
            // Scanners open links as they stand in a mail, from anywhere.
            let scanner = browser.request(Method::GET, &link).headers([("sec-fetch-site".parse().unwrap(), "cross-site".parse().unwrap())].into_iter().collect());
            browser.send(scanner).await.is(200);
        }
        assert_eq!(before, console.rows(|c| invitations::table.select((invitations::state, invitations::generation, invitations::asked_at)).first(c)));
        assert_eq!(audited, console.rows(|c| audit::table.count().get_result::<i64>(c)));
        assert_eq!(console.rows(|c| sessions::table.filter(sessions::user_id.eq(&alan)).count().get_result::<i64>(c)), 0);

        let entered = browser.post(&link, &[("display_name", "Al"), ("password", CHOSEN)]).await;
        entered.leads_to(&format!("/workspaces/{research}"));
        browser.get(&format!("/workspaces/{research}")).await.says("You are in Research.");
        assert_eq!(standing(&console, &alan), is("active", "accepted"));
        let (name, display): (String, String) = console.rows(|c| users::table.filter(users::id.eq(&alan)).select((users::name, users::display_name)).first(c));
        assert_eq!((name.as_str(), display.as_str()), ("Alan Turing", "Al"));
        assert!(withheld_from(&console, &alan).is_empty());
        assert_eq!(places_of(&console, &alan), [(research.clone(), built_in::reader())]);
        browser.get("/").await.leads_to(&format!("/workspaces/{research}"));
        assert_eq!(console.rows(|c| audit::table.filter(audit::action.eq("invitation.accepted")).filter(audit::actor_id.eq(&alan)).count().get_result::<i64>(c)), 1);

        // The link is used; its page says so, to them and to anybody.
        browser.get(&link).await.is(410).says("This invitation was used already").says("Go to your workspace");
        console.visitor().get(&link).await.is(410).says("used already").says("Sign in");
        accept(&console.visitor(), &link).await.is(410);
        accept(&browser, &link).await.is(410);
        let again = console.visitor().post("/sign-in", &[("email", "alan@analytical.example"), ("password", CHOSEN)]).await;
        again.is(303);
    }

    async fn without_a_workspace_or_as_an_admin_one_lands_at_the_start(console: Console) {
        let grace = console.set_up().await;
        let alan = console.invited_by(&grace, "Alan Turing", &[]).await;
        let browser = console.visitor();
        browser.get(&console.link_of(&alan)).await.is(200).says("You will be in no workspace yet");
        accept(&browser, &console.link_of(&alan)).await.leads_to("/");
        browser.get("/").await.is(200).says("You are in no workspace yet, Alan");
        let joan = console.invited_by_as(&grace, "Joan Clarke", built_in::org_admin(), &[]).await;
        let browser = console.visitor();
        browser.get(&console.link_of(&joan)).await.is(200).says("You will be an organization admin");
        accept(&browser, &console.link_of(&joan)).await.leads_to("/");
        browser.get("/").await.leads_to(&format!("/workspaces/{}", console.workspace_named("Marketing")));
    }

    async fn a_weak_password_or_a_bad_name_comes_back(console: Console) {
        let grace = console.set_up().await;
        let alan = console.invited_by(&grace, "Alan Turing", &[]).await;
        let (link, browser) = (console.link_of(&alan), console.visitor());
        for (name, password, why) in [
            ("Alan", "", "The password is missing."),
            ("Alan", "short", "too short"),
            ("Alan", "alanturingalanturing", "easy to guess"),
            ("Alan", "analyticalanalytical", "easy to guess"),
            ("Alan", &"x".repeat(300), "too long"),
            ("", CHOSEN, "The name is missing."),
            ("A\0lan", CHOSEN, "cannot be shown"),
            (&"x".repeat(101), CHOSEN, "too long"),
        ] {
            let page = browser.post(&link, &[("display_name", name), ("password", password)]).await;
            page.is(422).says(why).says("Welcome, Alan");
            assert!(password.is_empty() || !page.body.contains(&format!("\"{password}\"")), "never echoed");
        }
        for body in ["display_name=a&display_name=b&password=x", "display_name=%ff&password=x", "display_name=a&password=%C3%28"] {
            let request = browser.request(Method::POST, &link).header("Content-Type", "application/x-www-form-urlencoded").body(body);
            browser.send(request).await.is(400);
        }
        let forged = browser.request(Method::POST, &link).headers([("sec-fetch-site".parse().unwrap(), "cross-site".parse().unwrap())].into_iter().collect()).form(&[("display_name", "A"), ("password", CHOSEN)]);
        browser.send(forged).await.is(403);
        assert_eq!(standing(&console, &alan), is("invited", "pending"));
    }

    async fn what_a_granter_can_no_longer_give_is_withheld(console: Console) {
        let grace = console.set_up().await;
        let (marketing, research, old) = (console.workspace_named("Marketing"), console.workspace("Research"), console.workspace("Old"));
        let inviter = console.role("organization", "Inviter", "users_read users_write org_read org_edit workspace_read workspace_write settings_read");
        let ida = console.person("Ida Inviter", inviter.clone(), "active").await;
        for place in [&marketing, &research, &old] {
            console.membership(&ida, place, built_in::admin());
        }
        let ida_browser = console.sign_in("ida").await;
        let roles = [(&marketing, built_in::editor()), (&research, built_in::reader()), (&old, built_in::editor())];
        let alan = console.invited_by_as(&ida_browser, "Alan Turing", inviter.clone(), &roles).await;
        let kit = console.invited_by_as(&ida_browser, "Kit Kept", inviter.clone(), &roles[..2]).await;
        let lena = console.invited_by_as(&grace, "Lena Later", inviter.clone(), &roles[..2]).await;

        // Ida is demoted in Marketing and in the organization; Old is archived.
        console.rows(|c| {
            diesel::update(memberships::table.find((&ida, &marketing))).set(memberships::role_id.eq(built_in::reader())).execute(c)?;
            diesel::update(workspaces::table.find(&old)).set(workspaces::archived_at.eq(workspaces::created_at.nullable())).execute(c)?;
            diesel::update(users::table.filter(users::id.eq(&ida))).set(users::role_id.eq(built_in::org_base())).execute(c)
        });
        let browser = console.visitor();
        accept(&browser, &console.link_of(&alan)).await.leads_to(&format!("/workspaces/{research}"));
        let role: RoleId = console.rows(|c| users::table.filter(users::id.eq(&alan)).select(users::role_id).first(c));
        assert_eq!(role, built_in::org_base());
        let mut places = vec![(research.clone(), built_in::reader()), (old.clone(), built_in::editor())];
        places.sort();
        assert_eq!(places_of(&console, &alan), places, "an archived workspace stays as it is");
        assert_eq!(withheld_from(&console, &alan), [(None, inviter.clone(), Some(ida.clone())), (Some(marketing.clone()), built_in::editor(), Some(ida.clone()))]);
        browser.get("/settings/users/new").await.is(403);

        // A granter who is deactivated gives nothing.
        console.rows(|c| diesel::update(users::table.filter(users::id.eq(&ida))).set(users::status.eq("deactivated")).execute(c));
        accept(&console.visitor(), &console.link_of(&kit)).await.leads_to("/");
        assert!(places_of(&console, &kit).is_empty());
        assert_eq!(withheld_from(&console, &kit).len(), 3);
        // Grants of somebody else are judged against them.
        accept(&console.visitor(), &console.link_of(&lena)).await.is(303);
        assert_eq!(withheld_from(&console, &lena), []);
    }

    async fn falling_back_never_gives_more(console: Console) {
        let grace = console.set_up().await;
        let small = console.role("organization", "Guest", "org_read");
        let ida = console.person("Ida Inviter", built_in::org_admin(), "active").await;
        let ida_browser = console.sign_in("ida").await;
        let alan = console.invited_by_as(&ida_browser, "Alan Turing", small.clone(), &[]).await;
        console.rows(|c| diesel::update(users::table.filter(users::id.eq(&ida))).set(users::status.eq("deactivated")).execute(c));
        accept(&console.visitor(), &console.link_of(&alan)).await.is(303);
        let role: RoleId = console.rows(|c| users::table.filter(users::id.eq(&alan)).select(users::role_id).first(c));
        assert_eq!(role, small);
        drop(grace);
    }

    async fn accepting_and_revoking_at_once_end_in_one_of_both(console: Console) {
        let grace = console.set_up().await;
        let mut ends = Vec::new();
        for round in 0..30 {
            let alan = console.invited_by(&grace, &format!("Alan{round} Turing"), &[]).await;
            let link = console.link_of(&alan);
            let (one, other) = (console.visitor(), grace.clone());
            let path = format!("/settings/users/{alan}/invitation/revocation");
            let (accepted, revoked) = tokio::join!(tokio::spawn(async move { accept(&one, &link).await }), tokio::spawn(async move {
                // Sometimes the one is ahead, sometimes the other.
                tokio::time::sleep(std::time::Duration::from_millis(round * 2 % 30)).await;
                other.post(&path, &[]).await
            }));
            let (accepted, revoked) = (accepted.unwrap(), revoked.unwrap());
            let live: i64 = console.rows(|c| sessions::table.filter(sessions::user_id.eq(&alan)).count().get_result(c));
            let end = standing(&console, &alan);
            if end == is("active", "accepted") {
                assert_eq!((live, revoked.status.as_u16()), (1, 409), "round {round}");
            } else {
                assert_eq!((end, live, revoked.status.as_u16()), (is("invited", "revoked"), 0, 303), "round {round}: {}", accepted.text());
            }
            ends.push(live);
        }
        println!("{} of 30 accepted", ends.iter().sum::<i64>());
    }

    async fn accepted_twenty_times_at_once_it_is_accepted_once(console: Console) {
        let grace = console.set_up().await;
        let alan = console.invited_by(&grace, "Alan Turing", &[]).await;
        let link = console.link_of(&alan);
        let tries: Vec<_> = (0..20).map(|_| {
            let (browser, link) = (console.visitor(), link.clone());
            tokio::spawn(async move { accept(&browser, &link).await.location })
        }).collect();
        let mut entered = 0;
        for one in tries {
            entered += usize::from(one.await.unwrap().as_deref() == Some("/"));
        }
        assert_eq!(entered, 1);
        assert_eq!(console.rows(|c| sessions::table.filter(sessions::user_id.eq(&alan)).count().get_result::<i64>(c)), 1);
    }
}
