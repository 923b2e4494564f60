use diesel::prelude::*;
use noxus_console::{
    access::scope::{self, Grant},
    base::{
        clock,
        ids::{KeyId, UserId, WorkspaceId},
        key::KeySecret,
    },
    db::schema::{api_keys, memberships},
    domain::roles::built_in,
};
use reqwest::Method;

use crate::support::{Console, client::Page, engine::on_both_databases};

pub fn path(workspace: &WorkspaceId) -> String {
    format!("/workspaces/{workspace}/control/api-keys")
}

/// The text of the row of a key.
#[track_caller]
fn row(page: &Page, name: &str) -> String {
    let rows = page.texts_of(".keys tbody tr");
    let found = rows.iter().find(|row| row.contains(name)).unwrap_or_else(|| panic!("{name} is not in {rows:?}"));
    found.replace('\u{a0}', " ")
}

/// As if made so many days ago.
fn made(console: &Console, key: &KeySecret, days: i64) {
    let hash = key.hash();
    console.rows(move |c| {
        diesel::update(api_keys::table.filter(api_keys::secret_hash.eq(hash))).set(api_keys::created_at.eq(clock::now() - clock::days(days))).execute(c)
    });
}

/// As if the role was given so many days ago.
fn given(console: &Console, user: &UserId, days: i64) {
    let user = user.clone();
    console.rows(move |c| {
        diesel::update(memberships::table.filter(memberships::user_id.eq(user))).set(memberships::given_at.eq(clock::now() - clock::days(days))).execute(c)
    });
}

on_both_databases! {
    async fn each_key_says_whose_it_is_what_it_may_do_and_how_it_is_with_it(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let list = path(&marketing);
        grace.get(&list).await.is(200).says("No keys yet").says("With a key a program works in Marketing").says("lists, reads and changes its flows").does_not_say("run flows");
        let (ada, claude) = (console.member_of_organization("Ada Lovelace").await, console.member_of_organization("Claude Shannon").await);
        console.membership(&ada, &marketing, built_in::editor());
        console.membership(&claude, &marketing, built_in::reader());
        let left = console.member_of_organization("Lea Left").await;
        let dora = console.person("Dora Deactivated", built_in::org_base(), "deactivated").await;
        let named = |name: &str, owner: &UserId, permissions: Option<&str>| {
            let key = console.key(owner, Some(&marketing), permissions);
            console.name_key(&key, name);
            key
        };
        let everything = named("deploy-bot", &ada, None);
        named("weekly-digest", &ada, Some("flows_run kbs_query"));
        let export = named("export", &claude, Some("flows_edit kbs_query"));
        named("older", &claude, Some("flows_edit kbs_query"));
        named("members", &claude, Some("users_edit"));
        named("stray", &left, None);
        named("notebook", &dora, None);
        made(&console, &export, 40);
        given(&console, &claude, 3);

        let program = console.visitor();
        program.send(program.bare(Method::GET, "/v1/admin/me").bearer_auth(everything.as_str()).header("User-Agent", "curl/8.9.1")).await.is(200);
        let page = grace.get(&list).await;
        page.is(200);
        let deploy = row(&page, "deploy-bot");
        for words in [&everything.hint(), "Ada Lovelace", "Everything Ada may do not restricted", "Now 127.0.0.1, curl", "in 7 days", "Working"] {
            assert!(deploy.contains(words), "{words:?} is not in {deploy:?}");
        }
        assert!(row(&page, "weekly-digest").contains("Run flows, query knowledge bases Never created just now"), "{}", row(&page, "weekly-digest"));
        let on = (clock::now() - clock::days(3)).format("%-d %B").to_string();
        let limited = row(&page, "export");
        assert!(limited.contains("Working, limited Claude became a Reader on") && limited.contains(&on) && limited.contains("so it can no longer create and edit flows"), "{limited}");
        assert!(row(&page, "older").contains("Working, limited Claude’s role, Reader, no longer lets it create and edit flows"), "{}", row(&page, "older"));
        assert!(row(&page, "members").contains("Not working Claude’s role, Reader, no longer lets it do anything it was given"), "{}", row(&page, "members"));
        assert!(row(&page, "stray").contains("Not working Lea is not in Marketing"));
        assert!(row(&page, "notebook").contains("Not working Dora is deactivated"));
        // No secret stands on it.
        assert!(page.secrets().is_empty());
        // The list says of each what the key itself is told.
        let me = program.call(Method::GET, "/v1/admin/me", &export).await.json();
        assert_eq!(me["permissions"], serde_json::json!(["kbs_query"]));
    }

    async fn those_that_ended_have_a_list_of_their_own(console: Console) {
        let grace = console.set_up().await;
        let (marketing, me) = (console.workspace_named("Marketing"), console.user_named("grace"));
        let list = path(&marketing);
        let old = console.key_until(&me, Some(&marketing), None, Some(clock::now() - clock::minutes(1)));
        console.name_key(&old, "press-kit");
        let page = grace.get(&list).await;
        page.says("In use (0)").says("Ended (1)").says("No key is in use").does_not_say("press-kit");
        let live = console.key(&me, Some(&marketing), None);
        let gone = console.key(&me, Some(&marketing), None);
        console.name_key(&gone, "old-deploy-bot");
        grace.post(&format!("{list}/{}/revocation", console.key_id(&gone)), &[]).await.leads_to(&list);
        let page = grace.get(&list).await;
        page.says("old-deploy-bot is revoked: whatever used it is refused from now on.").says("In use (1)").says("Ended (2)");
        assert_eq!(page.texts_of(".keys tbody tr").len(), 1);
        assert!(page.body.contains(&format!("/{}/revocation", console.key_id(&live))));
        let ended = grace.get(&format!("{list}?status=ended")).await;
        assert!(row(&ended, "press-kit").contains("Expired on"));
        assert!(row(&ended, "old-deploy-bot").contains("Revoked on") && row(&ended, "old-deploy-bot").contains("by you"), "{}", row(&ended, "old-deploy-bot"));
        assert!(!ended.body.contains("/revocation"), "what has ended is not revoked");
    }

    async fn a_long_list_is_paged_and_searched(console: Console) {
        let grace = console.set_up().await;
        let (marketing, me) = (console.workspace_named("Marketing"), console.user_named("grace"));
        let ada = console.member_of_organization("Ada Lovelace").await;
        let (owner, workspace) = (me.clone(), marketing.clone());
        console.rows(move |c| {
            for n in 0..120 {
                let secret = KeySecret::random();
                diesel::insert_into(api_keys::table)
                    .values((
                        (api_keys::id.eq(KeyId::new()), api_keys::secret_hash.eq(secret.hash()), api_keys::hint.eq(secret.hint())),
                        (api_keys::name.eq(format!("Key-{n:03}")), api_keys::name_key.eq(format!("key-{n:03}")), api_keys::workspace_id.eq(&workspace), api_keys::owner_id.eq(&owner), api_keys::created_at.eq(clock::now())),
                    ))
                    .execute(c)?;
            }
            Ok(())
        });
        let elsewhere = console.workspace("Elsewhere");
        console.key(&me, Some(&elsewhere), None);
        let adas = console.key(&ada, Some(&marketing), None);
        console.name_key(&adas, "100%_sure");
        let list = path(&marketing);
        let names = |page: &Page| page.texts_of(".keys tbody tr .lead b");
        let first = grace.get(&list).await;
        first.says("121 keys");
        assert_eq!((names(&first).len(), names(&first)[0].as_str(), names(&first)[49].as_str()), (50, "100%_sure", "Key-071"));
        let way = |page: &Page, rel: &str| page.attributes(&format!("a[rel={rel}]"), "href").first().cloned();
        assert!(way(&first, "prev").is_none());
        let second = grace.get(&way(&first, "next").unwrap()).await;
        assert_eq!((names(&second)[0].as_str(), names(&second)[49].as_str()), ("Key-070", "Key-021"));
        let third = grace.get(&way(&second, "next").unwrap()).await;
        assert_eq!((names(&third).len(), way(&third, "next")), (21, None));
        let back = grace.get(&way(&third, "prev").unwrap()).await;
        assert_eq!(names(&back), names(&second));
        assert_eq!(names(&grace.get(&way(&back, "prev").unwrap()).await), names(&first));
        // By the key's name in any case, by the owner's, and no sign stands for others.
        for (q, found) in [("key-03", 10), ("KEY-119", 1), ("lovelace", 1), ("HÖPPER", 50), ("ada love", 1), ("love sure ada", 1), ("ada@anal", 1), ("love arger", 0), ("%25_s", 1), ("_", 1), ("nothing", 0), ("%00", 50)] {
            let page = grace.get(&format!("{list}?q={q}")).await;
            page.is(200);
            assert_eq!(names(&page).len(), found, "{q}: {}", page.text());
        }
        grace.get(&format!("{list}?q=lovelace")).await.says("1 of 121 keys");
        grace.get(&format!("{list}?q=hopper")).await.says("More than 50 of 121 keys");
        console.name_key(&adas, "Ärger Übung");
        for q in ["ärger", "arger", "ÜBUNG ärg", "ubung lovelace"] {
            assert_eq!(names(&grace.get(&format!("{list}?q={q}")).await), ["Ärger Übung"], "{q}");
        }
        grace.get(&format!("{list}?q=nothing")).await.says("No key matches");
        grace.get(&format!("{list}?after=nonsense&before=nonsense")).await.is(200).says("121 keys");
    }

    async fn only_who_administers_the_workspace_finds_the_page(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let (rita, hedy) = (console.member_of_organization("Rita Reader").await, console.member_of_organization("Hedy Lamarr").await);
        console.membership(&rita, &marketing, built_in::reader());
        console.membership(&hedy, &marketing, built_in::admin());
        let home = format!("/workspaces/{marketing}");
        let leads = |page: &Page| page.attributes("nav a[href]", "href").contains(&path(&marketing));
        let (rita, hedy) = (console.sign_in("rita").await, console.sign_in("hedy").await);
        assert!(leads(&grace.get(&home).await) && leads(&hedy.get(&home).await) && !leads(&rita.get(&home).await));
        // Outside of the workspace too, while it is the one they were in.
        assert!(leads(&hedy.get("/settings/users").await) && !leads(&rita.get("/settings/users").await));
        rita.get(&path(&marketing)).await.is(403).says("You may not administer Marketing").says("Hedy Lamarr");
    }

    async fn the_keys_of_an_archived_workspace_rest(console: Console) {
        let grace = console.set_up().await;
        let (marketing, me) = (console.workspace_named("Marketing"), console.user_named("grace"));
        console.key(&me, Some(&marketing), None);
        console.archive(&marketing);
        let page = grace.get(&path(&marketing)).await;
        page.says("Marketing is archived, and its keys rest").says("Not working").does_not_say("Create key");
        grace.get(&format!("{}/new", path(&marketing))).await.leads_to(&path(&marketing));
        let form = [("name", "x"), ("expires", "90")];
        grace.post(&format!("{}/new", path(&marketing)), &form).await.is(409).says("Marketing is archived, and its keys rest. Restore it first.");
    }
}

#[test]
fn what_the_list_says_rests_on_the_algebra() {
    // A resting key of an organization admin may do nothing, though its owner may go on.
    let all = noxus_console::access::WorkspaceSet::all();
    assert!(scope::key_in_workspace(true, true, Grant::Unrestricted, all).is_empty());
}
