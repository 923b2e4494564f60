use diesel::prelude::*;
use noxus_console::{
    base::{
        clock,
        ids::{RoleId, UserId, WithheldId, WorkspaceId},
    },
    db::schema::{audit, memberships, users, withheld},
    domain::roles::built_in,
};

use crate::support::{Client, Console, engine::on_both_databases};

fn role_of(console: &Console, user: &UserId, workspace: &WorkspaceId) -> Option<String> {
    let (user, workspace) = (user.clone(), workspace.clone());
    console.rows(move |c| memberships::table.find((user, workspace)).select(memberships::role_id).first(c).optional())
}

async fn member(console: &Console, name: &str, workspace: &WorkspaceId, role: RoleId) -> (UserId, Client) {
    let id = console.member_of_organization(name).await;
    console.membership(&id, workspace, role);
    let client = console.sign_in(&name.split(' ').next().unwrap_or_default().to_lowercase()).await;
    (id, client)
}

/// A role that was not given at acceptance.
fn withhold(console: &Console, user: &UserId, workspace: &WorkspaceId, role: RoleId) -> WithheldId {
    let (id, user, workspace) = (WithheldId::new(), user.clone(), workspace.clone());
    let row = (
        (withheld::id.eq(id.clone()), withheld::user_id.eq(user), withheld::workspace_id.eq(workspace)),
        (withheld::role_id.eq(role), withheld::withheld_at.eq(clock::now())),
    );
    console.rows(move |c| diesel::insert_into(withheld::table).values(row).execute(c));
    id
}

on_both_databases! {
    async fn a_role_is_given_changed_and_ended(console: Console) {
        let grace = console.set_up().await;
        let research = console.workspace("Research");
        let id = console.member_of_organization("Ada Lovelace").await;
        let page = format!("/settings/users/{id}");
        grace.get(&page).await.says("Ada is in no workspace.").says("Add to a workspace");
        let choose = grace.get(&format!("{page}/workspaces/new")).await;
        choose.is(200).says("Marketing").says("Research");
        let path = format!("{page}/workspaces/{research}");
        assert!(choose.attributes("a.btn", "href").contains(&path));
        let form = grace.get(&path).await;
        form.is(200).says("Add Ada to Research");
        assert_eq!(form.attributes("input[name=role][checked]", "value"), [built_in::reader().to_string()], "the least is preselected");
        grace.submit(&path, &[("role", built_in::reader().as_str())]).await.says("Ada Lovelace has the role Reader in Research now.");
        grace.post(&path, &[("role", built_in::reader().as_str())]).await.is(422).says("already");
        grace.get(&path).await.says("Change Ada’s role in Research").says("Research is their only workspace");
        grace.submit(&path, &[("role", built_in::editor().as_str())]).await.says("Editor in Research");
        assert_eq!(role_of(&console, &id, &research), Some(built_in::editor().to_string()));
        grace.submit(&path, &[("end", "yes")]).await.says("Ada Lovelace is no longer in Research.");
        assert_eq!(role_of(&console, &id, &research), None);
        grace.post(&path, &[("end", "yes")]).await.is(422).says("not in Research any more");
        let acts: Vec<String> = console.rows(|c| audit::table.filter(audit::action.like("membership.%")).order(audit::id).select(audit::action).load(c));
        assert_eq!(acts, ["membership.given", "membership.changed", "membership.ended"]);
    }

    async fn whoever_has_not_accepted_will_have_the_role(console: Console) {
        let grace = console.set_up().await;
        let research = console.workspace("Research");
        let id = console.invited_by(&grace, "Alan Turing", &[]).await;
        let path = format!("/settings/users/{id}/workspaces/{research}");
        grace.get(&path).await.says("Alan has not accepted yet: links sent before stop working").does_not_say("next request");
        grace.submit(&path, &[("role", built_in::editor().as_str())]).await.says("Alan Turing will be an Editor in Research. A fresh invitation that names this");
        grace.get(&path).await.says("Their invitation no longer gives Research").does_not_say("they made");
        grace.submit(&path, &[("end", "yes")]).await.says("Alan Turing is no longer invited to Research.");
        grace.post(&format!("/settings/users/{id}/invitation/revocation"), &[]).await.is(303);
        grace.submit(&path, &[("role", built_in::reader().as_str())]).await.says("The invitation has ended: send a fresh one.");
    }

    async fn a_workspace_admin_gives_roles_there_and_nowhere_else(console: Console) {
        console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        let (_, hedy) = member(&console, "Hedy Lamarr", &marketing, built_in::admin()).await;
        let (_, ada) = member(&console, "Ada Lovelace", &marketing, built_in::editor()).await;
        let joan = console.member_of_organization("Joan Clarke").await;
        let page = format!("/settings/users/{joan}");
        hedy.get(&page).await.says("Add to a workspace");
        hedy.get(&format!("{page}/workspaces/new")).await.says("Marketing").does_not_say("Research");
        hedy.post(&format!("{page}/workspaces/{research}"), &[("role", built_in::reader().as_str())]).await.is(404);
        hedy.post(&format!("{page}/workspaces/{}", WorkspaceId::new()), &[("role", built_in::reader().as_str())]).await.is(404);
        hedy.post(&format!("{page}/workspaces/{marketing}"), &[("role", built_in::admin().as_str())]).await.is(303);
        assert_eq!(role_of(&console, &joan, &marketing), Some(built_in::admin().to_string()));
        ada.get(&page).await.does_not_say("Add to a workspace").does_not_say("Change");
        ada.get(&format!("{page}/workspaces/{marketing}")).await.is(403).says("You may not add and change members in Marketing");
        ada.post(&format!("{page}/workspaces/{marketing}"), &[("end", "yes")]).await.is(403);
        ada.get(&format!("{page}/workspaces/new")).await.is(404);
    }

    async fn who_gives_roles_gives_and_takes_no_more_than_they_hold(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let keeper = console.role("workspace", "Keeper", "users_edit users_delete flows_run agents_run kbs_query");
        let (_, keith) = member(&console, "Keith Keeper", &marketing, keeper.clone()).await;
        let (admin, _) = member(&console, "Hedy Lamarr", &marketing, built_in::admin()).await;
        let joan = console.member_of_organization("Joan Clarke").await;
        let path = |user: &UserId| format!("/settings/users/{user}/workspaces/{marketing}");
        let form = keith.get(&path(&joan)).await;
        let mut offered = form.attributes("input[name=role]", "value");
        offered.sort();
        let mut expected = [keeper.to_string(), built_in::reader().to_string()];
        expected.sort();
        assert_eq!(offered, expected);
        keith.post(&path(&joan), &[("role", built_in::editor().as_str())]).await.is(422).says("allows more than you may do yourself");
        assert_eq!(role_of(&console, &joan, &marketing), None);
        keith.post(&path(&joan), &[("role", built_in::reader().as_str())]).await.is(303);
        for form in [&[("role", built_in::reader().as_str().to_owned())][..], &[("end", "yes".to_owned())]] {
            let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            keith.post(&path(&admin), &form).await.is(409).says("may do more than you");
        }
        assert_eq!(role_of(&console, &admin, &marketing), Some(built_in::admin().to_string()));
        // An organization admin holds everything there without a role of their own.
        keith.post(&path(&console.user_named("grace")), &[("end", "yes")]).await.is(409);
    }

    async fn whoever_may_not_see_people_learns_of_nobody_beyond_the_members(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let blind = console.role("organization", "Blind", "workspace_read");
        let bea = console.person("Bea Blind", blind, "active").await;
        console.membership(&bea, &marketing, built_in::admin());
        let (ada, _) = member(&console, "Ada Lovelace", &marketing, built_in::reader()).await;
        let joan = console.member_of_organization("Joan Clarke").await;
        let bea = console.sign_in("bea").await;
        let editor = built_in::editor();
        let role = [("role", editor.as_str())];
        for nobody in [joan, UserId::new()] {
            let path = format!("/settings/users/{nobody}/workspaces/{marketing}");
            bea.get(&path).await.is(404);
            bea.post(&path, &role).await.is(404);
            assert_eq!(role_of(&console, &nobody, &marketing), None);
        }
        bea.post(&format!("/settings/users/{ada}/workspaces/{marketing}"), &role).await.is(303);
        assert_eq!(role_of(&console, &ada, &marketing), Some(editor.to_string()));
    }

    async fn whoever_may_do_more_stays_out_of_reach_while_they_are_deactivated(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let keeper = console.role("workspace", "Keeper", "users_edit users_delete flows_run agents_run kbs_query");
        let (_, keith) = member(&console, "Keith Keeper", &marketing, keeper).await;
        let (hedy, _) = member(&console, "Hedy Lamarr", &marketing, built_in::admin()).await;
        console.rows(|c| diesel::update(users::table.filter(users::id.eq(&hedy))).set(users::status.eq("deactivated")).execute(c));
        let (one, reader) = (format!("/settings/users/{hedy}/workspaces/{marketing}"), built_in::reader());
        keith.post(&one, &[("role", reader.as_str())]).await.is(409).says("may do more than you");
        keith.post(&one, &[("end", "yes")]).await.is(409).says("may do more than you");
        for act in ["role", "removal"] {
            let several = format!("/workspaces/{marketing}/settings/users/{act}");
            keith.post(&several, &[("user", hedy.as_str()), ("role", reader.as_str())]).await.is(409).says("may do more than you");
        }
        assert_eq!(role_of(&console, &hedy, &marketing), Some(built_in::admin().to_string()));
    }

    async fn what_an_invited_person_will_find_changes_with_a_fresh_link(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let id = console.invited_by(&grace, "Alan Turing", &[(&marketing, built_in::reader())]).await;
        let link = console.link_of(&id);
        grace.post(&format!("/settings/users/{id}/workspaces/{marketing}"), &[("role", built_in::admin().as_str())]).await.is(303);
        console.visitor().get(&link).await.is(410);
        assert_eq!(console.invitation_of(&id).1, 2);
    }

    async fn what_was_withheld_is_given_by_whoever_may(console: Console) {
        let grace = console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        let (_, hedy) = member(&console, "Hedy Lamarr", &marketing, built_in::admin()).await;
        let (ada, own) = member(&console, "Ada Lovelace", &marketing, built_in::reader()).await;
        let mut ids = Vec::new();
        for workspace in [&marketing, &research] {
            ids.push(withhold(&console, &ada, workspace, built_in::editor()));
        }
        let page = format!("/settings/users/{ada}");
        let (here, there) = (format!("{page}/withheld/{}", ids[0]), format!("{page}/withheld/{}", ids[1]));
        assert_eq!(hedy.get(&page).await.attributes("form[action*=withheld]", "action"), [here.as_str()]);
        assert!(own.get(&page).await.attributes("form[action*=withheld]", "action").is_empty());
        own.post(&here, &[]).await.is(409);
        // As much is held by her, but she gives no roles.
        let (_, eve) = member(&console, "Eve Editor", &marketing, built_in::editor()).await;
        eve.post(&here, &[]).await.is(409).says("You may not give roles in Marketing.");
        hedy.post(&there, &[]).await.is(404);
        hedy.submit(&here, &[]).await.says("Ada Lovelace has the role Editor now.");
        assert_eq!(role_of(&console, &ada, &marketing), Some(built_in::editor().to_string()));
        hedy.post(&here, &[]).await.is(404);
        grace.submit(&there, &[]).await.does_not_say("Give it now");
        assert_eq!(role_of(&console, &ada, &research), Some(built_in::editor().to_string()));
    }

    async fn what_was_withheld_is_given_to_whom_it_was_of_by_who_holds_as_much(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let keeper = console.role("workspace", "Keeper", "users_edit users_delete flows_run agents_run kbs_query");
        let (_, keith) = member(&console, "Keith Keeper", &marketing, keeper).await;
        let (hedy, _) = member(&console, "Hedy Lamarr", &marketing, built_in::admin()).await;
        let (ada, joan) = (console.member_of_organization("Ada Lovelace").await, console.member_of_organization("Joan Clarke").await);
        let (of_ada, of_hedy) = (withhold(&console, &ada, &marketing, built_in::reader()), withhold(&console, &hedy, &marketing, built_in::reader()));
        let too_much = withhold(&console, &joan, &marketing, built_in::editor());
        keith.post(&format!("/settings/users/{joan}/withheld/{of_ada}"), &[]).await.is(404);
        keith.post(&format!("/settings/users/{joan}/withheld/{too_much}"), &[]).await.is(409).says("allows more than you may do yourself");
        assert_eq!(role_of(&console, &joan, &marketing), None);
        // She is an Admin there by now, which is more than he may take away.
        keith.post(&format!("/settings/users/{hedy}/withheld/{of_hedy}"), &[]).await.is(409).says("may do more than you");
        assert_eq!(role_of(&console, &hedy, &marketing), Some(built_in::admin().to_string()));
        keith.post(&format!("/settings/users/{ada}/withheld/{of_ada}"), &[]).await.is(303);
        assert_eq!(role_of(&console, &ada, &marketing), Some(built_in::reader().to_string()));
    }
}
