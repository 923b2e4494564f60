//! What an invitation carries and its giver can no longer give.

use diesel::prelude::*;
use noxus_console::{
    base::{
        clock,
        ids::{RoleId, UserId, WorkspaceId},
    },
    db::schema::{audit, memberships, sessions, users, withheld},
    domain::roles::built_in,
};

use crate::support::{Client, Console, Page, engine::on_both_databases};

async fn accept(console: &Console, user: &UserId) -> (Client, Page) {
    let browser = console.visitor();
    let answer = browser.post(&console.link_of(user), &[("display_name", "Joan"), ("password", "nine violet otters drift")]).await;
    (browser, answer)
}

fn deactivated(console: &Console, user: &UserId) {
    console.rows(|c| diesel::update(users::table.filter(users::id.eq(user))).set(users::status.eq("deactivated")).execute(c));
}

fn places_of(console: &Console, user: &UserId) -> Vec<(WorkspaceId, RoleId)> {
    console.rows(|c| memberships::table.filter(memberships::user_id.eq(user)).select((memberships::workspace_id, memberships::role_id)).load(c))
}

on_both_databases! {
    async fn whoever_resends_gives_what_its_giver_no_longer_can(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let ida = console.person("Ida Inviter", built_in::org_admin(), "active").await;
        let joan = console.invited_by(&console.sign_in("ida").await, "Joan Clarke", &[(&marketing, built_in::reader())]).await;
        let page = format!("/settings/users/{joan}");
        grace.get(&page).await.does_not_say("would be withheld").says("will be a Reader here");
        deactivated(&console, &ida);
        let seen = grace.get(&page).await;
        seen.says("Withheld would be: Reader in Marketing, because Ida Inviter, who gave it, is deactivated Resend the invitation, and you are the one who gives it.");
        seen.does_not_say("will be a Reader here");
        // Nobody promises what would be withheld.
        console.visitor().get(&console.link_of(&joan)).await.is(200).does_not_say("Marketing").says("You will be in no workspace yet.");

        grace.submit(&format!("{page}/invitation"), &[]).await.says("Reader in Marketing is given by you from now on.");
        grace.get(&page).await.does_not_say("would be withheld").says("Reader, given by you").says("will be a Reader here");
        console.visitor().get(&console.link_of(&joan)).await.is(200).says("Marketing");
        let facts: String = console.rows(|c| audit::table.filter(audit::action.eq("grant.adopted")).filter(audit::workspace_id.eq(&marketing)).select(audit::facts).first(c));
        assert!(facts.contains(ida.as_str()) && facts.contains(console.user_named("grace").as_str()), "{facts}");
        accept(&console, &joan).await.1.leads_to(&format!("/workspaces/{marketing}"));
        assert_eq!(places_of(&console, &joan), [(marketing, built_in::reader())]);
    }

    async fn an_organization_role_is_adopted_by_who_gave_their_password_lately(console: Console) {
        let grace = console.set_up().await;
        let ida = console.person("Ida Inviter", built_in::org_admin(), "active").await;
        let joan = console.invited_by_as(&console.sign_in("ida").await, "Joan Clarke", built_in::org_admin(), &[]).await;
        console.rows(|c| diesel::update(users::table.filter(users::id.eq(&ida))).set(users::role_id.eq(built_in::org_base())).execute(c));
        let page = format!("/settings/users/{joan}");
        let seen = grace.get(&page).await;
        seen.says("Org Admin in the organization, because Ida Inviter, who gave it, may no longer give it");
        seen.says("Nothing, also once accepted: Org Admin would be withheld").does_not_say("Once accepted: everything");
        console.visitor().get(&console.link_of(&joan)).await.does_not_say("organization admin").says("You will be in no workspace yet.");
        console.rows(|c| diesel::update(sessions::table).set(sessions::confirmed_at.eq(clock::now() - clock::minutes(16))).execute(c));
        let answer = grace.post(&format!("{page}/invitation"), &[]).await;
        assert!(answer.location.unwrap_or_default().starts_with("/sign-in/again"));
        console.rows(|c| diesel::update(sessions::table).set(sessions::confirmed_at.eq(clock::now())).execute(c));
        grace.submit(&format!("{page}/invitation"), &[]).await.says("Org Admin in the organization is given by you from now on.");
        console.visitor().get(&console.link_of(&joan)).await.says("You will be an organization admin");
    }

    async fn another_address_is_a_fresh_invitation_by_who_corrects_it(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let ida = console.person("Ida Inviter", built_in::org_admin(), "active").await;
        let joan = console.invited_by(&console.sign_in("ida").await, "Joan Clarke", &[(&marketing, built_in::reader())]).await;
        deactivated(&console, &ida);
        grace.post(&format!("/settings/users/{joan}/details"), &[("name", "Joan Clarke"), ("email", "jc@analytical.example")]).await.is(303);
        accept(&console, &joan).await.1.leads_to(&format!("/workspaces/{marketing}"));
    }

    async fn whoever_cannot_send_all_of_it_again_gives_what_is_theirs(console: Console) {
        let grace = console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        let ida = console.person("Ida Inviter", built_in::org_admin(), "active").await;
        let hedy = console.member_of_organization("Hedy Lamarr").await;
        console.membership(&hedy, &research, built_in::admin());
        let places = [(&marketing, built_in::reader()), (&research, built_in::reader())];
        let joan = console.invited_by(&console.sign_in("ida").await, "Joan Clarke", &places).await;
        deactivated(&console, &ida);
        let hedy = console.sign_in("hedy").await;
        let page = format!("/settings/users/{joan}");
        let seen = hedy.get(&page).await;
        seen.says("Reader in Research, because Ida Inviter, who gave it, is deactivated a role in a workspace you are not in");
        seen.says("Grace Hopper can resend the invitation, and gives it then.").does_not_say("Marketing");
        let there = format!("{page}/workspaces/{research}");
        let again = format!("form[action='{there}']");
        assert_eq!(seen.texts_of(&again), ["Give it yourself"]);
        hedy.post(&there, &[("role", built_in::reader().as_str())]).await.leads_to(&page);
        let seen = hedy.get(&page).await;
        assert!(seen.texts_of(&again).is_empty());
        seen.says("Reader, given by you");
        // Once it is theirs there is nothing to give again.
        hedy.post(&there, &[("role", built_in::reader().as_str())]).await.is(422).says("has the role Reader in Research already");
        accept(&console, &joan).await.1.leads_to(&format!("/workspaces/{research}"));
        drop(grace);
    }

    async fn after_acceptance_one_is_told_what_could_not_be_given(console: Console) {
        let grace = console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        let ida = console.person("Ida Inviter", built_in::org_admin(), "active").await;
        let ida_browser = console.sign_in("ida").await;
        let joan = console.invited_by(&grace, "Joan Clarke", &[(&marketing, built_in::reader())]).await;
        ida_browser.post(&format!("/settings/users/{joan}/workspaces/{research}"), &[("role", built_in::editor().as_str())]).await.is(303);
        let otto = console.invited_by_as(&ida_browser, "Otto Other", built_in::org_admin(), &[]).await;
        deactivated(&console, &ida);
        let page = console.visitor().get(&console.link_of(&joan)).await;
        page.says("Marketing").does_not_say("Research");
        let (browser, _) = accept(&console, &joan).await;
        let told = "Editor in Research could not be given: whoever wanted to give it no longer can. Ask Grace Hopper.";
        browser.get(&format!("/workspaces/{marketing}")).await.says(&format!("You are in Marketing. {told}"));
        // In no workspace, the page that says so says it too, and as long as it is true.
        let (browser, answer) = accept(&console, &otto).await;
        answer.leads_to("/");
        for _ in 0..2 {
            browser.get("/").await.says("You are in no workspace yet").says("Org Admin in the organization could not be given").says("Ask Grace Hopper.");
        }
        console.rows(|c| diesel::delete(withheld::table).execute(c));
        browser.get("/").await.does_not_say("could not be given");
    }

    async fn before_somebody_is_to_hold_less_their_open_invitations_are_named(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let ida = console.person("Ida Inviter", built_in::org_admin(), "active").await;
        let ida_browser = console.sign_in("ida").await;
        let carried = "Open invitations carry what Ida gave:";
        let asks = ["deactivation", "removal", "role"].map(|act| format!("/settings/users/{ida}/{act}"));
        console.invited_by(&ida_browser, "Nora Nothing", &[]).await;
        for page in &asks {
            grace.get(page).await.is(200).does_not_say("Open invitations");
        }
        let reader = [(&marketing, built_in::reader())];
        let joan = console.invited_by(&ida_browser, "Joan Clarke", &reader).await;
        console.invited_by_as(&ida_browser, "Otto Other", built_in::org_admin(), &[]).await;
        for page in &asks {
            let page = grace.get(page).await;
            page.says(&format!("{carried} Joan Clarke and Otto Other"));
            page.says("What Ida may no longer give then is withheld when they accept. Resend these invitations from their pages, and you are the one who gives it.");
            assert!(page.attributes("main .note a", "href").contains(&format!("/settings/users/{joan}")));
        }
        ida_browser.get(&asks[2]).await.says("Open invitations carry what you gave:").says("Ask somebody who may give it to resend them.");
        for name in ["Alan Turing", "Kit Ten"] {
            console.invited_by(&ida_browser, name, &reader).await;
        }
        grace.get(&asks[0]).await.says(&format!("{carried} Alan Turing , Joan Clarke , Kit Ten and 1 more."));
        grace.submit(&asks[0], &[]).await.says("is deactivated").says("which is withheld unless you resend them: Alan Turing, Joan Clarke, Kit Ten and 1 more.");
    }

    async fn also_before_they_hold_less_in_one_workspace(console: Console) {
        let grace = console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        let inviter = console.role("organization", "Inviter", "users_read users_write org_read workspace_read workspace_write settings_read");
        let ida = console.person("Ida Inviter", inviter, "active").await;
        for place in [&marketing, &research] {
            console.membership(&ida, place, built_in::admin());
        }
        let ida_browser = console.sign_in("ida").await;
        console.invited_by(&ida_browser, "Joan Clarke", &[(&marketing, built_in::reader())]).await;
        let of = |workspace: &WorkspaceId| {
            let members = format!("/workspaces/{workspace}/settings/users");
            [format!("/settings/users/{ida}/workspaces/{workspace}"), format!("{members}/role?user={ida}"), format!("{members}/removal?user={ida}")]
        };
        for (here, elsewhere) in of(&marketing).iter().zip(&of(&research)) {
            grace.get(here).await.is(200).says("Open invitations carry what Ida gave: Joan Clarke");
            grace.get(elsewhere).await.is(200).does_not_say("Open invitations");
        }
        ida_browser.get(&format!("/workspaces/{marketing}/settings/users/leaving")).await.says("Open invitations carry what you gave: Joan Clarke");
    }
}
