use diesel::prelude::*;
use noxus_console::{
    base::{
        clock,
        ids::{AuditId, KeyId, UserId, WorkspaceId},
    },
    db::schema::{api_keys, audit, audit_personal},
    domain::roles::built_in,
};

use crate::support::{Console, engine::on_both_databases};

/// Something somebody did, now: to whom, in which workspace, through which key.
fn did(console: &Console, who: &UserId, action: &str, subject: Option<&UserId>, workspace: Option<&WorkspaceId>, key: Option<&KeyId>) -> AuditId {
    let id = AuditId::new();
    let row = id.clone();
    let (who, action, subject, workspace, key) = (who.clone(), action.to_owned(), subject.map(ToString::to_string), workspace.cloned(), key.cloned());
    console.rows(move |c| {
        diesel::insert_into(audit::table)
            .values((
                (audit::id.eq(&row), audit::at.eq(clock::now()), audit::actor_kind.eq("person"), audit::actor_id.eq(who)),
                (audit::action.eq(action), audit::subject_kind.eq(if subject.is_some() { "user" } else { "organization" }), audit::subject_id.eq(subject)),
                (audit::workspace_id.eq(workspace), audit::request_id.eq("r"), audit::key_id.eq(key)),
            ))
            .execute(c)
    });
    id
}

fn corrected(console: &Console, act: &AuditId, whose: &UserId) {
    let (act, whose) = (act.clone(), whose.to_string());
    console.rows(move |c| {
        diesel::insert_into(audit_personal::table)
            .values((
                audit_personal::audit_id.eq(act),
                audit_personal::user_id.eq(whose),
                audit_personal::field.eq("email"),
                audit_personal::before_text.eq("old@analytical.example"),
                audit_personal::after_text.eq("new@analytical.example"),
            ))
            .execute(c)
    });
}

on_both_databases! {
    async fn what_one_did_and_what_ones_keys_did(console: Console) {
        console.set_up().await;
        let (marketing, elsewhere) = (console.workspace_named("Marketing"), console.workspace("Secret plans"));
        let (ada, zoe) = (console.member_of_organization("Ada Lovelace").await, console.member_of_organization("Zoe Zuse").await);
        console.membership(&ada, &marketing, built_in::admin());
        let client = console.sign_in("ada").await;
        console.key(&ada, Some(&marketing), None);
        let key: KeyId = console.rows(|c| {
            diesel::update(api_keys::table).set(api_keys::name.eq("deploy-bot")).execute(c)?;
            api_keys::table.select(api_keys::id).first(c)
        });
        did(&console, &ada, "membership.given", Some(&zoe), Some(&marketing), None);
        did(&console, &ada, "membership.ended", Some(&zoe), Some(&elsewhere), None);
        did(&console, &ada, "membership.given", Some(&zoe), Some(&marketing), Some(&key));
        did(&console, &zoe, "user.removed", Some(&ada), None, None);
        let page = client.get("/account/activity").await;
        page.is(200);
        let acts = page.texts_of(".rows .grow");
        assert_eq!(acts, [
            "Added Zoe Zuse to Marketing, through the key deploy-bot",
            "Removed Zoe Zuse from a workspace",
            "Added Zoe Zuse to Marketing",
            "Signed in from 127.0.0.1",
        ]);
        page.does_not_say("Secret plans");
        // Whoever reads of others learns that a program did it, and not which.
        let grace = console.sign_in("grace").await;
        grace.get(&format!("/settings/users/{ada}")).await.says("Added Zoe Zuse to Marketing, through an API key").does_not_say("deploy-bot");
    }

    async fn a_workspace_one_left_is_named_as_one_knew_it(console: Console) {
        let grace = console.set_up().await;
        let (research, finance) = (console.workspace("Research"), console.workspace("Finance"));
        let ada = console.member_of_organization("Ada Lovelace").await;
        for workspace in [&research, &finance] {
            console.membership(&ada, workspace, built_in::reader());
        }
        let client = console.sign_in("ada").await;
        for workspace in [&research, &finance] {
            client.post(&format!("/workspaces/{workspace}/settings/users/leaving"), &[]).await.is(303);
        }
        let renamed = [("name", "Secret takeover"), ("description", "")];
        grace.post(&format!("/settings/workspaces/{finance}/name"), &renamed).await.is(303);
        let page = client.get("/account/activity").await;
        assert_eq!(page.texts_of(".rows .grow")[..2], ["Left Finance", "Left Research"]);
        page.does_not_say("Secret takeover");
        grace.get(&format!("/settings/users/{ada}")).await.says("Left Secret takeover").says("Left Research");
        // Whoever is in neither is told of neither.
        console.person("Lea Lead", console.role("organization", "Lead", "users_read users_edit"), "active").await;
        console.sign_in("lea").await.get(&format!("/settings/users/{ada}")).await.is(200).says("Left a workspace").does_not_say("Left Research");
    }

    async fn whoever_may_not_see_people_is_told_of_nobody(console: Console) {
        console.set_up().await;
        let blind = console.role("organization", "Blind", "workspace_read");
        let (ada, zoe) = (console.person("Ada Lovelace", blind, "active").await, console.member_of_organization("Zoe Zuse").await);
        let client = console.sign_in("ada").await;
        corrected(&console, &did(&console, &ada, "user.corrected", Some(&zoe), None, None), &zoe);
        corrected(&console, &did(&console, &ada, "user.renamed", Some(&ada), None, None), &ada);
        let page = client.get("/account/activity").await;
        assert_eq!(page.texts_of(".rows .grow")[..2], ["Changed your own name: address from old@analytical.example to new@analytical.example", "Corrected the details of somebody"]);
        page.does_not_say("Zoe");
    }

    async fn fifty_a_page_and_every_act_once(console: Console) {
        console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let client = console.sign_in("ada").await;
        let others: Vec<UserId> = (0..3).map(|_| UserId::new()).collect();
        for n in 0..119 {
            did(&console, &ada, &format!("thing.number_{n}"), None, None, None);
            did(&console, &others[n % 3], "thing.of_another", None, None, None);
        }
        let (mut path, mut pages, mut seen) = ("/account/activity".to_owned(), Vec::new(), Vec::new());
        loop {
            let page = client.get(&path).await;
            page.is(200);
            let acts = page.texts_of(".rows .grow");
            pages.push(acts.len());
            seen.extend(acts);
            match page.attributes("a[rel=next]", "href").pop() {
                Some(next) => path = next,
                None => break,
            }
        }
        assert_eq!(pages, [50, 50, 20]);
        let wanted: Vec<String> = (0..119).rev().map(|n| format!("Thing number {n}: the organization")).chain(["Signed in from 127.0.0.1".to_owned()]).collect();
        assert_eq!(seen, wanted);
        // A place that is none is the beginning; another's is not theirs.
        assert_eq!(client.get("/account/activity?before=nonsense").await.texts_of(".rows .grow").len(), 50);
    }
}
