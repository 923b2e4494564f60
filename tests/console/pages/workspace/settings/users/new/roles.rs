use diesel::prelude::*;
use noxus_console::{
    base::{
        clock,
        ids::{UserId, WorkspaceId},
    },
    db::schema::{audit, invitations, memberships, outbox, users},
    domain::{outbox::Kind, roles::built_in},
};

use super::{list, member, start, way};
use crate::support::{Console, engine::on_both_databases};

fn members(console: &Console, workspace: &WorkspaceId) -> Vec<(UserId, String)> {
    let workspace = workspace.clone();
    console.rows(move |c| {
        memberships::table
            .filter(memberships::workspace_id.eq(workspace))
            .order(memberships::name_key)
            .select((memberships::user_id, memberships::role_id))
            .load(c)
    })
}

fn letters(console: &Console, kind: Kind) -> i64 {
    console.rows(|c| outbox::table.filter(outbox::kind.eq(kind)).count().get_result(c))
}

on_both_databases! {
    async fn one_role_for_everyone_then_exceptions(console: Console) {
        let grace = console.set_up().await;
        let research = console.workspace("Research");
        let edsger = console.member_of_organization("Edsger Dijkstra").await;
        let katherine = console.member_of_organization("Katherine Johnson").await;
        let draft = way(&start(&grace, &research, &[&edsger, &katherine]).await);
        assert!(draft.starts_with(&format!("{}/new/", list(&research))) && draft.ends_with("/roles"), "{draft}");
        assert!(members(&console, &research).is_empty(), "nothing before the last step");
        let page = grace.get(&draft).await;
        page.is(200).says("They get an email, and a notice the next time they are here.").says("Runs flows and agents, queries knowledge bases.");
        assert_eq!(page.texts_of("#all option[selected]"), ["Reader"]);
        assert_eq!(page.texts_of(".roles-for option[selected]"), ["As everyone", "As everyone"]);
        assert_eq!(page.texts_of("footer button"), ["Add 2 people"]);
        let exception = format!("role-{edsger}");
        let form = [("all", built_in::reader().to_string()), (exception.as_str(), built_in::editor().to_string())];
        let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
        grace.post(&draft, &form).await.leads_to(&list(&research));
        assert_eq!(members(&console, &research), [(edsger.clone(), built_in::editor().to_string()), (katherine, built_in::reader().to_string())]);
        grace.get(&list(&research)).await.says("2 people were added to Research.");
        assert_eq!(letters(&console, Kind::Added), 2);
        let facts: Vec<(String, Option<String>)> = console.rows(|c| audit::table.filter(audit::action.eq("membership.given")).order(audit::id).select((audit::facts, audit::subject_id)).load(c));
        assert_eq!(facts.len(), 2);
        assert!(facts.iter().any(|(facts, subject)| facts.contains(built_in::editor().as_str()) && subject.as_deref() == Some(edsger.as_str())), "{facts:?}");
        // What was used leads to the list, whatever comes.
        grace.get(&draft).await.leads_to(&list(&research));
        grace.get(&draft.replace("/roles", "/people")).await.leads_to(&list(&research));
        grace.post(&draft, &form).await.leads_to(&list(&research));
        assert_eq!(letters(&console, Kind::Added), 2);
    }

    async fn whoever_is_added_is_told_once_on_their_next_page(console: Console) {
        let grace = console.set_up().await;
        let research = console.workspace("Research");
        let joan = console.member_of_organization("Joan Clarke").await;
        let browser = console.sign_in("joan").await;
        browser.get("/").await.does_not_say("added you");
        let draft = way(&start(&grace, &research, &[&joan]).await);
        grace.submit(&draft, &[("all", built_in::editor().as_str())]).await.says("Joan Clarke is an Editor in Research now.");
        let page = browser.get("/settings/roles").await;
        page.says("Grace Hopper added you to Research, as an Editor. Open Research");
        browser.get("/settings/roles").await.does_not_say("added you");
        // Several at once are one notice; what ended meanwhile is none.
        let (one, two) = (console.workspace("One"), console.workspace("Two"));
        for workspace in [&one, &two] {
            let draft = way(&start(&grace, workspace, &[&joan]).await);
            grace.post(&draft, &[("all", built_in::reader().as_str())]).await.is(303);
        }
        browser.get("/settings/roles").await.says("You were added to 2 workspaces: Two as a Reader and One as a Reader.");
        let three = console.workspace("Three");
        let draft = way(&start(&grace, &three, &[&joan]).await);
        grace.post(&draft, &[("all", built_in::reader().as_str())]).await.is(303);
        grace.post(&format!("{}/removal", list(&three)), &[("user", joan.as_str())]).await.is(303);
        browser.get("/settings/roles").await.does_not_say("Three");
    }

    async fn everybody_is_told_of_their_own_and_of_an_archived_workspace_once_it_is_back(console: Console) {
        let grace = console.set_up().await;
        let (research, labs) = (console.workspace("Research"), console.workspace("Labs"));
        let (joan, kit) = (console.member_of_organization("Joan Clarke").await, console.member_of_organization("Kit Ten").await);
        for (workspace, person) in [(&research, &joan), (&labs, &kit)] {
            let draft = way(&start(&grace, workspace, &[person]).await);
            grace.post(&draft, &[("all", built_in::reader().as_str())]).await.is(303);
        }
        let browser = console.sign_in("joan").await;
        browser.get("/settings/roles").await.says("Grace Hopper added you to Research, as a Reader.").does_not_say("Labs");
        // Kit, who was not told yet, hears of no workspace that is closed.
        let browser = console.sign_in("kit").await;
        console.archive(&labs);
        browser.get("/settings/roles").await.does_not_say("Labs");
        grace.post(&format!("/settings/workspaces/{labs}/restoration"), &[]).await.is(303);
        browser.get("/settings/roles").await.says("Grace Hopper added you to Labs, as a Reader.");
    }

    async fn whoever_is_invited_gets_a_fresh_invitation_and_no_other_mail(console: Console) {
        let grace = console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        let alan = console.invited_by(&grace, "Alan Turing", &[(&marketing, built_in::reader())]).await;
        let old = console.link_of(&alan);
        let draft = way(&start(&grace, &research, &[&alan]).await);
        grace.get(&draft).await.says("They have not accepted yet: a fresh invitation names this too");
        grace.submit(&draft, &[("all", built_in::editor().as_str())]).await.says("Alan Turing will be an Editor in Research. A fresh invitation that names this was made");
        assert_eq!(console.invitation_of(&alan).1, 2);
        console.visitor().get(&old).await.is(410);
        console.visitor().get(&console.link_of(&alan)).await.is(200).says("Marketing").says("Research");
        assert_eq!((letters(&console, Kind::Added), letters(&console, Kind::Invitation)), (0, 2));
    }

    async fn an_expired_invitation_is_sent_anew_by_whoever_could_invite(console: Console) {
        let grace = console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        let (_, hedy) = member(&console, "Hedy Lamarr", &marketing, built_in::admin()).await;
        let (alan, kit) = (console.invited_by(&grace, "Alan Turing", &[]).await, console.invited_by(&grace, "Kit Ten", &[]).await);
        console.rows(|c| diesel::update(invitations::table).set(invitations::expires_at.eq(clock::now() - clock::days(1))).execute(c));
        let draft = way(&start(&grace, &research, &[&alan]).await);
        grace.submit(&draft, &[("all", built_in::reader().as_str())]).await.says("A fresh invitation that names this was made");
        assert_eq!(console.invitation_of(&alan).1, 2);
        let draft = way(&start(&hedy, &marketing, &[&kit]).await);
        hedy.submit(&draft, &[("all", built_in::reader().as_str())]).await.says("The invitation has ended: send a fresh one.");
        assert_eq!(console.invitation_of(&kit).1, 1);
    }

    async fn the_last_step_twenty_times_adds_each_once(console: Console) {
        let grace = console.set_up().await;
        let research = console.workspace("Research");
        let (joan, kit) = (console.member_of_organization("Joan Clarke").await, console.member_of_organization("Kit Ten").await);
        let draft = way(&start(&grace, &research, &[&joan, &kit]).await);
        let posts: Vec<_> = (0..20).map(|_| {
            let (grace, draft) = (grace.clone(), draft.clone());
            tokio::spawn(async move { grace.post(&draft, &[("all", built_in::reader().as_str())]).await })
        }).collect();
        for post in posts {
            assert_eq!(way(&post.await.unwrap()), list(&research));
        }
        assert_eq!(members(&console, &research).len(), 2);
        assert_eq!(letters(&console, Kind::Added), 2);
        assert_eq!(console.rows(|c| audit::table.filter(audit::action.eq("membership.given")).count().get_result::<i64>(c)), 2);
    }

    async fn what_changed_since_the_first_step_counts_at_the_last(console: Console) {
        let grace = console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        let joan = console.member_of_organization("Joan Clarke").await;
        let draft = way(&start(&grace, &research, &[&joan]).await);
        console.archive(&research);
        grace.post(&draft, &[("all", built_in::reader().as_str())]).await.is(422).says("Research is archived. Restore it first.");
        assert!(members(&console, &research).is_empty());
        // Whoever may not see people any more adds nobody.
        let (id, hedy) = member(&console, "Hedy Lamarr", &marketing, built_in::admin()).await;
        let draft = way(&start(&hedy, &marketing, &[&joan]).await);
        let blind = console.role("organization", "Blind", "workspace_read");
        console.rows(|c| diesel::update(users::table.filter(users::id.eq(&id))).set(users::role_id.eq(&blind)).execute(c));
        hedy.post(&draft, &[("all", built_in::reader().as_str())]).await.is(403);
        assert!(members(&console, &marketing).iter().all(|(user, _)| *user != joan));
    }

    async fn nobody_gives_what_they_do_not_hold(console: Console) {
        console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        let adder = console.role("workspace", "Adds readers", "agents_run flows_run kbs_query users_edit");
        let (_, ida) = member(&console, "Ida Adder", &marketing, adder).await;
        let joan = console.member_of_organization("Joan Clarke").await;
        let draft = way(&start(&ida, &marketing, &[&joan]).await);
        assert_eq!(ida.get(&draft).await.texts_of("#all option"), ["Reader", "Adds readers"]);
        let field = format!("role-{joan}");
        for form in [[("all", built_in::editor().to_string()), (field.as_str(), String::new())], [("all", built_in::reader().to_string()), (field.as_str(), built_in::admin().to_string())]] {
            let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            ida.post(&draft, &form).await.is(422).says("Choose one of these roles");
        }
        assert_eq!(members(&console, &marketing).len(), 2, "Grace and Ida");
        start(&ida, &research, &[&joan]).await.is(404);
        // Somebody else adds them in between: the first step says so, and nobody is added twice.
        console.membership(&joan, &marketing, built_in::reader());
        ida.post(&draft, &[("all", built_in::reader().as_str())]).await.leads_to(&draft.replace("/roles", "/people"));
        ida.get(&draft.replace("/roles", "/people")).await.says("Joan Clarke cannot be added any more");
        // Demoted in between: the whole way is shut.
        let ida_id = console.user_named("ida");
        console.rows(|c| diesel::update(memberships::table.filter(memberships::user_id.eq(&ida_id))).set(memberships::role_id.eq(built_in::reader())).execute(c));
        ida.post(&draft, &[("all", built_in::reader().as_str())]).await.is(403);
    }
}
