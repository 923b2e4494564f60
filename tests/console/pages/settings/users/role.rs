use diesel::prelude::*;
use noxus_console::{
    base::ids::UserId,
    db::schema::{audit, memberships, outbox},
    domain::roles::built_in,
};

use crate::support::{Console, engine::on_both_databases};

fn roles_of(console: &Console, user: &UserId) -> Vec<(String, String)> {
    let user = user.clone();
    console.rows(move |c| {
        memberships::table.filter(memberships::user_id.eq(user)).order(memberships::given_at).select((memberships::workspace_id, memberships::role_id)).load(c)
    })
}

on_both_databases! {
    async fn an_admin_is_made_and_keeps_their_memberships(console: Console) {
        let grace = console.set_up().await;
        let id = console.member_of_organization("Ada Lovelace").await;
        console.membership(&id, &console.workspace_named("Marketing"), built_in::editor());
        let ada = console.sign_in("ada").await;
        ada.get("/settings/users/new").await.is(403);
        let path = format!("/settings/users/{id}/role");
        grace.get(&path).await.is(200).says("Change Ada’s organization role").says("Their roles in workspaces stay as they are.");
        grace.submit(&path, &[("role", built_in::org_admin().as_str())]).await.says("Ada Lovelace has the organization role Org Admin now.").says("because they are an organization admin");
        ada.get("/settings/users/new").await.is(200);
        assert_eq!(roles_of(&console, &id).len(), 1);
        let facts: String = console.rows(|c| audit::table.filter(audit::action.eq("user.role_changed")).select(audit::facts).first(c));
        assert!(facts.contains(built_in::org_base().as_str()) && facts.contains(built_in::org_admin().as_str()), "{facts}");
        grace.post(&path, &[("role", built_in::org_admin().as_str())]).await.is(422).says("already");
        grace.post(&path, &[("role", built_in::reader().as_str())]).await.is(404);
        grace.post(&path, &[("role", "nonsense")]).await.is(422).says("Choose a role.");
        grace.post(&path, &[("role", built_in::org_base().as_str()), ("role", built_in::org_base().as_str())]).await.is(400);
    }

    async fn a_former_admin_keeps_what_is_chosen_workspace_by_workspace(console: Console) {
        let grace = console.set_up().await;
        let id = console.person("Barbara Liskov", built_in::org_admin(), "active").await;
        let (marketing, research, finance) = (console.workspace_named("Marketing"), console.workspace("Research"), console.workspace("Finance"));
        for workspace in [&marketing, &research, &finance] {
            console.membership(&id, workspace, built_in::admin());
        }
        let barbara = console.sign_in("barbara").await;
        let page = grace.get(&format!("/settings/users/{id}/role")).await;
        page.is(200).says("What Barbara keeps");
        assert_eq!(page.texts_of(".roles-for .name"), ["Finance", "Marketing", "Research"]);
        let (stays, less, ends) = (format!("keep-{marketing}"), format!("keep-{research}"), format!("keep-{finance}"));
        let (base, admin, reader) = (built_in::org_base(), built_in::admin(), built_in::reader());
        let form = [("role", base.as_str()), (stays.as_str(), admin.as_str()), (less.as_str(), reader.as_str()), (ends.as_str(), "")];
        barbara.get(&format!("/settings/users/{id}/role")).await.is(200);
        grace.submit(&format!("/settings/users/{id}/role"), &form).await.says("Barbara Liskov has the organization role Org Base now.");
        let mut kept = roles_of(&console, &id);
        kept.sort();
        let mut expected = vec![(marketing.to_string(), admin.to_string()), (research.to_string(), reader.to_string())];
        expected.sort();
        assert_eq!(kept, expected);
        barbara.get(&format!("/settings/users/{id}/role")).await.is(403);
        for action in ["membership.changed", "membership.ended"] {
            assert_eq!(console.rows(|c| audit::table.filter(audit::action.eq(action)).count().get_result::<i64>(c)), 1, "{action}");
        }
    }

    async fn a_former_admin_without_memberships_is_announced_to_be_nowhere(console: Console) {
        let grace = console.set_up().await;
        let id = console.person("Barbara Liskov", built_in::org_admin(), "active").await;
        grace.get(&format!("/settings/users/{id}/role")).await.is(200).says("Barbara will be in no workspace");
    }

    async fn an_invited_persons_new_role_kills_the_old_link(console: Console) {
        let grace = console.set_up().await;
        let id = console.invited_by(&grace, "Alan Turing", &[]).await;
        let link = console.link_of(&id);
        console.visitor().get(&link).await.is(200);
        grace.get(&format!("/settings/users/{id}/role")).await.says("Alan has not accepted yet: links sent before stop working").does_not_say("next request");
        grace.submit(&format!("/settings/users/{id}/role"), &[("role", built_in::org_admin().as_str())]).await.says("Alan Turing will be an Org Admin in the organization. A fresh invitation that names this");
        assert_eq!(console.invitation_of(&id).1, 2);
        console.visitor().get(&link).await.is(410);
        console.visitor().get(&console.link_of(&id)).await.is(200);
        assert_eq!(console.rows(|c| outbox::table.filter(outbox::generation.eq(2)).count().get_result::<i64>(c)), 1);
    }
}
