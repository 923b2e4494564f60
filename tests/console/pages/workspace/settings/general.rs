use diesel::prelude::*;
use noxus_console::{
    db::schema::{audit, workspaces},
    domain::roles::built_in,
};

use crate::support::{Console, engine::on_both_databases};

on_both_databases! {
    async fn an_admin_changes_name_description_and_colour(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let hedy = console.member_of_organization("Hedy Lamarr").await;
        console.membership(&hedy, &marketing, built_in::admin());
        let hedy = console.sign_in("hedy").await;
        let path = format!("/workspaces/{marketing}/settings/general");
        let page = hedy.get(&path).await;
        page.is(200).says("Archive").does_not_say("Delete");
        assert_eq!(page.attributes("input[name=hue]", "value").len(), 12);
        assert_eq!(page.attributes("input[name=hue][checked]", "value").len(), 1);
        let form = [("name", "Growth"), ("description", "Finds people."), ("hue", "7")];
        hedy.submit(&path, &form).await.says("Marketing is now called Growth.");
        let row: (String, String, i32) = console.rows(|c| workspaces::table.find(&marketing).select((workspaces::name, workspaces::description, workspaces::hue)).first(c));
        assert_eq!(row, ("Growth".into(), "Finds people.".into(), 7));
        assert!(hedy.get(&path).await.attributes(".crumbs .mark", "class")[0].contains("hue-7"));
        hedy.submit(&path, &[("name", "Growth"), ("description", "Finds people."), ("hue", "8")]).await.says("Saved.");
        hedy.submit(&path, &[("name", "Growth"), ("description", "Finds people.")]).await.says("Saved.");
        let acts: Vec<String> = console.rows(|c| audit::table.filter(audit::subject_kind.eq("workspace")).filter(audit::action.ne("workspace.created")).order(audit::id).select(audit::action).load(c));
        assert_eq!(acts, ["workspace.renamed", "workspace.changed"], "saving what is as it was is no act");
    }

    async fn what_is_wrong_is_said_at_once_and_kept(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        console.workspace("Research");
        let path = format!("/workspaces/{marketing}/settings/general");
        let page = grace.post(&path, &[("name", ""), ("description", "kept"), ("hue", "x")]).await;
        page.is(422).says("2 things need another look").says("Choose one of these colours.");
        assert_eq!(page.text_of("#description"), "kept");
        grace.post(&path, &[("name", "research"), ("description", ""), ("hue", "1")]).await.is(422).says("Another workspace has this name");
        grace.post(&path, &[("name", "Marketing"), ("description", ""), ("hue", "12")]).await.is(422).says("Choose one of these colours.");
    }

    async fn members_who_manage_nothing_are_refused_and_who_manages_from_outside_has_the_small_form(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.membership(&ada, &marketing, built_in::editor());
        let path = format!("/workspaces/{marketing}/settings/general");
        let ada = console.sign_in("ada").await;
        ada.get(&path).await.is(403);
        ada.post(&path, &[("name", "X"), ("description", "")]).await.is(403);
        let manager = console.role("organization", "Manager", "workspace_edit workspace_read");
        console.person("Mia Manager", manager, "active").await;
        console.sign_in("mia").await.get(&path).await.leads_to(&format!("/settings/workspaces/{marketing}/name"));
    }
}
