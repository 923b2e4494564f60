use diesel::prelude::*;
use noxus_console::{
    base::ids::{UserId, WorkspaceId},
    db::schema::{audit, memberships},
    domain::roles::built_in,
};

use super::{list, member};
use crate::support::{Console, engine::on_both_databases};

fn role_of(console: &Console, user: &UserId, workspace: &WorkspaceId) -> String {
    let key = (user.clone(), workspace.clone());
    console.rows(move |c| memberships::table.find(key).select(memberships::role_id).first(c))
}

on_both_databases! {
    async fn one_member_gets_another_role(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let (ada, _) = member(&console, "Ada Lovelace", &marketing, built_in::reader()).await;
        let path = format!("{}/role", list(&marketing));
        let question = grace.get(&format!("{path}?user={ada}")).await;
        question.is(200).says("Change Ada’s role in Marketing").says("It takes effect on their next request.");
        assert_eq!(question.attributes("input[name=role][checked]", "value"), [built_in::reader().to_string()]);
        let editor = built_in::editor();
        let form = [("user", ada.as_str()), ("role", editor.as_str())];
        grace.post(&path, &form).await.leads_to(&list(&marketing));
        grace.get(&list(&marketing)).await.says("Ada Lovelace is an Editor in Marketing now.");
        assert_eq!(role_of(&console, &ada, &marketing), built_in::editor().to_string());
        grace.submit(&path, &form).await.says("Nothing to change: that is an Editor already.");
        assert_eq!(console.rows(|c| audit::table.filter(audit::action.eq("membership.changed")).count().get_result::<i64>(c)), 1);
        grace.post(&path, &[("user", ada.as_str()), ("role", "nonsense")]).await.is(422).says("Choose a role.");
        grace.get(&path).await.leads_to(&list(&marketing));
        grace.post(&path, &[]).await.leads_to(&list(&marketing));
    }

    async fn several_get_one_role_at_once(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let (ada, _) = member(&console, "Ada Lovelace", &marketing, built_in::reader()).await;
        let (hedy, _) = member(&console, "Hedy Lamarr", &marketing, built_in::admin()).await;
        let research = console.workspace("Research");
        console.membership(&hedy, &research, built_in::reader());
        let alan = console.invited_by(&grace, "Alan Turing", &[(&marketing, built_in::reader())]).await;
        let link = console.link_of(&alan);
        let path = format!("{}/role", list(&marketing));
        let question = grace.get(&format!("{path}?user={ada}&user={hedy}&user={alan}")).await;
        question.says("Change the role of 3 people in Marketing").says("Whoever has not accepted yet gets a fresh invitation that names it.");
        let editor = built_in::editor();
        let form = [("user", ada.as_str()), ("user", hedy.as_str()), ("user", alan.as_str()), ("role", editor.as_str())];
        grace.submit(&path, &form).await.says("3 people have the role Editor in Marketing now.");
        for user in [&ada, &hedy, &alan] {
            assert_eq!(role_of(&console, user, &marketing), built_in::editor().to_string());
        }
        assert_eq!(console.role_in(&hedy, &research), Some(built_in::reader()), "elsewhere nothing changes");
        console.visitor().get(&link).await.is(410);
        assert_eq!(console.invitation_of(&alan).1, 2);
    }

    async fn with_somebody_out_of_reach_nothing_changes_and_it_is_said_who(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let keeper = console.role("workspace", "Keeper", "users_edit users_delete flows_run agents_run kbs_query");
        let (_, keith) = member(&console, "Keith Keeper", &marketing, keeper.clone()).await;
        let (ada, _) = member(&console, "Ada Lovelace", &marketing, keeper.clone()).await;
        let (hedy, _) = member(&console, "Hedy Lamarr", &marketing, built_in::admin()).await;
        let grace = console.user_named("grace");
        let reader = built_in::reader();
        for act in ["role", "removal"] {
            let path = format!("{}/{act}", list(&marketing));
            let mix = [("user", ada.as_str()), ("user", hedy.as_str()), ("user", grace.as_str()), ("role", reader.as_str())];
            keith.get(&format!("{path}?user={ada}&user={hedy}")).await.is(409).says("Hedy Lamarr may do more than you in Marketing, so nothing was changed.");
            let refused = keith.post(&path, &mix).await;
            refused.is(409).says("Grace Hopper and Hedy Lamarr may do more than you in Marketing").says("Select the others without them");
            assert_eq!(role_of(&console, &ada, &marketing), keeper.to_string(), "{act}");
        }
        // Nobody gives what they do not hold.
        let path = format!("{}/role", list(&marketing));
        let offered = keith.get(&format!("{path}?user={ada}")).await.attributes("input[name=role]", "value");
        assert!(!offered.contains(&built_in::editor().to_string()) && offered.len() == 2, "{offered:?}");
        keith.post(&path, &[("user", ada.as_str()), ("role", built_in::editor().as_str())]).await.is(409).says("allows more than you may do yourself");
        // People who are not there are nobody here.
        let zoe = console.member_of_organization("Zoe Zuse").await;
        keith.post(&path, &[("user", zoe.as_str()), ("role", reader.as_str())]).await.is(409).says("Nobody of those you selected is in Marketing any more.");
        keith.post(&path, &[("user", UserId::new().as_str()), ("role", reader.as_str())]).await.is(409).says("Nobody of those you selected");
    }
}
