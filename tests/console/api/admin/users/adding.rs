//! Adding somebody through the API is the same act as the wizard's: the same rows, the same mail.

use diesel::prelude::*;
use noxus_console::{
    base::{
        ids::{UserId, WorkspaceId},
        key::KeySecret,
    },
    db::schema::{api_keys, audit, audit_personal, invitations, memberships, outbox, users},
    domain::roles::built_in,
};
use reqwest::Method;
use serde_json::json;

use super::USERS;
use crate::support::{Console, engine::on_both_databases, mailbox::MailServer};

/// The least a key needs to add somebody with Org Base: nobody gives what they do not hold.
const INVITER: &str = "users_write users_read workspace_read workspace_write org_read settings_read";

/// Everything that adding somebody writes, but for what is each one's own: ids, times, name and address.
fn written(console: &Console, user: &UserId) -> String {
    let who = user.clone();
    let (status, display, role, by, name, email): (String, String, String, Option<String>, String, String) = console.rows(move |c| {
        let columns = (users::status, users::display_name, users::role_id, users::role_given_by, users::name, users::email.assume_not_null());
        users::table.filter(users::id.eq(who)).select(columns).first(c)
    });
    let who = user.clone();
    let person: (String, String, bool, Option<String>, bool) = console.rows(move |c| {
        let columns = (users::kind, users::name_key, users::password.is_null(), users::created_by, users::avatar.is_null());
        users::table.filter(users::id.eq(who)).select(columns).first(c)
    });
    let who = user.clone();
    let places: Vec<(String, String, Option<String>, bool)> = console.rows(move |c| {
        let columns = (memberships::workspace_id, memberships::role_id, memberships::given_by, memberships::announced);
        memberships::table.filter(memberships::user_id.eq(who)).order(memberships::workspace_id).select(columns).load(c)
    });
    let who = user.clone();
    let invited: (String, i32, Option<String>) = console.rows(move |c| {
        invitations::table.filter(invitations::user_id.eq(who)).select((invitations::state, invitations::generation, invitations::invited_by)).first(c)
    });
    let who = user.clone();
    let letters: Vec<(String, Option<i32>, Option<String>)> =
        console.rows(move |c| outbox::table.filter(outbox::user_id.eq(who)).select((outbox::kind, outbox::generation, outbox::subject_id)).load(c));
    let who = user.to_string();
    let acts: Vec<(String, String, Option<String>, String, String)> = console.rows(move |c| {
        let columns = (audit::action, audit::actor_kind, audit::actor_id, audit::subject_kind, audit::facts);
        audit::table.filter(audit::subject_id.eq(who)).order(audit::id).select(columns).load(c)
    });
    let who = user.clone();
    let personal: Vec<(String, Option<String>, Option<String>)> = console.rows(move |c| {
        let columns = (audit_personal::field, audit_personal::before_text, audit_personal::after_text);
        audit_personal::table.filter(audit_personal::user_id.eq(who)).order(audit_personal::field).select(columns).load(c)
    });
    let all = format!("{status} {display} {role} {by:?} {person:?}\n{places:?}\n{invited:?}\n{letters:?}\n{acts:?}\n{personal:?}");
    all.replace(&name, "NAME").replace(&email, "EMAIL").replace(&display, "FIRST").replace(&name.to_lowercase(), "KEY").replace(user.as_str(), "USER")
}

fn key_of(console: &Console, key: &KeySecret) -> String {
    let hash = key.hash();
    console.rows(|c| api_keys::table.filter(api_keys::secret_hash.eq(hash)).select(api_keys::id).first(c))
}

/// Where somebody is, and with which role.
fn places(console: &Console, user: &UserId) -> Vec<(WorkspaceId, String)> {
    let user = user.clone();
    console.rows(|c| {
        memberships::table
            .filter(memberships::user_id.eq(user))
            .order(memberships::workspace_id)
            .select((memberships::workspace_id, memberships::role_id))
            .load(c)
    })
}

on_both_databases! {
    async fn a_program_adds_somebody_as_the_wizard_does((console, server): (Console, MailServer)) {
        let grace = console.sign_in("grace").await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        let key = console.key(&console.user_named("grace"), None, Some("org_admin"));
        let alan = console.invited_by(&grace, "Alan Turing", &[(&marketing, built_in::editor()), (&research, built_in::reader())]).await;
        let program = console.visitor();
        let joan = json!({
            "name": "Joan Clarke", "email": "joan@analytical.example",
            "workspaces": [{ "id": marketing.as_str(), "role": "editor" }, { "id": research.as_str(), "role": built_in::reader().as_str() }],
        });
        let added = program.call_with(Method::POST, USERS, &key, &joan).await;
        added.is(200);
        let joan = console.user_named("joan");
        assert_eq!(written(&console, &joan), written(&console, &alan));
        // What tells the two apart is the key.
        let who = joan.to_string();
        let through: Option<String> = console.rows(|c| audit::table.filter(audit::subject_id.eq(who)).select(audit::key_id).first(c));
        assert_eq!(through, Some(key_of(&console, &key)));

        let (alans, joans) = (server.wait_for("alan@analytical.example").await, server.wait_for("joan@analytical.example").await);
        let plain = |letter: &crate::support::mailbox::Letter, first: &str| {
            let text = letter.text.replace(&letter.link(), "LINK").replace(first, "FIRST").replace(&first.to_lowercase(), "first");
            // Until when, to the minute, may differ by one.
            text.lines().filter(|line| !line.contains(" UTC")).map(str::to_owned).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(plain(&joans, "Joan"), plain(&alans, "Alan"));
        assert_eq!((joans.to.as_slice(), &joans.subject), (&["joan@analytical.example".to_owned()][..], &alans.subject));
        assert!(joans.text.contains("Research"), "{}", joans.text);

        // The link is in the mail, and nowhere in the answer; by it she comes in.
        let link = joans.link();
        let token = link.rsplit('/').next().expect("a token");
        assert!(!added.body.contains(token) && !added.body.contains("/invitation/"), "{}", added.body);
        let browser = console.visitor();
        browser.post(&link, &[("display_name", "Joan"), ("password", "an enigma within a riddle")]).await.is(303);
        let mut expected = vec![(marketing, built_in::editor().to_string()), (research, built_in::reader().to_string())];
        expected.sort_by_key(|(id, _)| id.to_string());
        assert_eq!(places(&console, &joan), expected);
        let listed = program.call(Method::GET, USERS, &key).await.json();
        let she = listed.as_array().expect("a list").iter().find(|u| u["id"] == joan.as_str()).expect("she is in it");
        assert_eq!(she["is_active"], true);
    }

    async fn the_answer_is_the_person_with_the_invitation(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let (program, key) = (console.visitor(), console.key(&console.user_named("grace"), None, Some("org_admin")));
        let joan = json!({ "name": " Joan  Clarke ", "email": " Joan@Analytical.example ", "display_name": "JC", "org_role": "ORG BASE", "workspaces": [{ "id": marketing.as_str(), "role": "Reader" }] });
        let added = program.call_with(Method::POST, USERS, &key, &joan).await;
        added.is(200);
        let answer = added.json();
        let id = console.user_named("joan");
        let (sent, expires) = (answer["invitation"]["sent_at"].as_str().expect("a time"), answer["invitation"]["expires_at"].as_str().expect("a time"));
        let lasts = chrono::DateTime::parse_from_rfc3339(expires).expect("RFC 3339") - chrono::DateTime::parse_from_rfc3339(sent).expect("RFC 3339");
        assert_eq!(lasts.num_days(), 7);
        let expected = json!({
            "id": id.as_str(), "email": "Joan@Analytical.example", "display_name": "JC", "tenant_admin": false, "is_active": false, "name": "Joan Clarke",
            "org_role": { "id": built_in::org_base().as_str(), "name": "Org Base" },
            "workspaces": [{ "id": marketing.as_str(), "name": "Marketing", "role": { "id": built_in::reader().as_str(), "name": "Reader" } }],
            "invitation": { "state": "pending", "mail": "queued", "sent_at": sent, "expires_at": expires },
        });
        assert_eq!(answer, expected);
        // The least is enough, and gives the least.
        let least = program.call_with(Method::POST, USERS, &key, &json!({ "name": "Kit Ten", "email": "kit@analytical.example", "display_name": null, "org_role": null, "workspaces": null })).await;
        least.is(200);
        let least = least.json();
        assert_eq!((&least["display_name"], &least["org_role"]["name"], &least["workspaces"]), (&json!("Kit"), &json!("Org Base"), &json!([])));
        // An organization admin is an admin everywhere: memberships beside that would say less than is true.
        let admin = program.call_with(Method::POST, USERS, &key, &json!({ "name": "Anna Admin", "email": "anna@analytical.example", "org_role": "Org Admin", "workspaces": [{ "id": marketing.as_str(), "role": "Reader" }] })).await.json();
        assert_eq!((&admin["tenant_admin"], &admin["workspaces"]), (&json!(true), &json!([])));
    }

    async fn twenty_at_once_add_one_person(console: Console) {
        console.set_up().await;
        let (program, key) = (console.visitor(), console.key(&console.user_named("grace"), None, Some(INVITER)));
        let spelled = |n: usize| if n.is_multiple_of(2) { "joan@analytical.example" } else { "JOAN@analytical.EXAMPLE" };
        let all = (0..20).map(|n| {
            let (program, key) = (program.clone(), key.clone());
            async move { program.call_with(Method::POST, USERS, &key, &json!({ "name": "Joan Clarke", "email": spelled(n) })).await.status.as_u16() }
        });
        let mut answers = futures_util::future::join_all(all).await;
        answers.sort_unstable();
        assert_eq!(answers, [vec![200], vec![409; 19]].concat());
        assert_eq!(console.rows(|c| users::table.filter(users::name.eq("Joan Clarke")).count().get_result::<i64>(c)), 1);
        assert_eq!(console.rows(|c| outbox::table.count().get_result::<i64>(c)), 1);
        assert_eq!(console.rows(|c| audit::table.filter(audit::action.eq("user.invited")).count().get_result::<i64>(c)), 1);
    }
}
