use diesel::prelude::*;
use noxus_console::{
    base::{clock, ids::WorkspaceId},
    db::schema::{api_keys, audit, memberships, organization, sessions},
    domain::roles::built_in,
};
use reqwest::Method;

use super::list::path;
use crate::support::{
    Client, Console,
    client::Page,
    engine::{Engine, on_both_databases},
};

const ME: &str = "/v1/admin/me";

fn new(workspace: &WorkspaceId) -> String {
    format!("{}/new", path(workspace))
}

/// What a browser sends beside what is typed.
async fn form(client: &Client, workspace: &WorkspaceId) -> String {
    let page = client.get(&new(workspace)).await;
    page.is(200);
    page.attributes("input[name=form]", "value").remove(0)
}

fn count(console: &Console) -> i64 {
    console.rows(|c| api_keys::table.count().get_result(c))
}

/// When the newest key ends.
fn end(console: &Console) -> Option<clock::Moment> {
    console.rows(|c| api_keys::table.order(api_keys::id.desc()).select(api_keys::expires_at).first(c))
}

#[track_caller]
fn says_in_order(page: &Page, words: &[&str]) {
    let text = page.text().replace('\u{a0}', " ");
    let mut from = 0;
    for word in words {
        from += text[from..].find(word).unwrap_or_else(|| panic!("{word:?} does not follow in {text}"));
    }
}

on_both_databases! {
    async fn the_secret_is_in_one_answer_and_nowhere_else(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let token = form(&grace, &marketing).await;
        let typed = [("form", token.as_str()), ("name", "weekly-digest"), ("expires", "90"), ("restrict", "on"), ("permissions", "flows_run"), ("permissions", "kbs_query")];
        let ready = grace.post(&new(&marketing), &typed).await;
        ready.is(200).says("weekly-digest is ready. Copy its secret now: it is not shown again.").says("Run flows, query knowledge bases").says("Working");
        assert_eq!(ready.headers["cache-control"], "no-store");
        let secrets = ready.secrets();
        assert_eq!(secrets.len(), 1, "one key");
        let key = &secrets[0];
        let lines = ready.texts_of(".copyline code");
        let line = format!("curl -X GET {}/v1/workflows -H \"Authorization: Bearer {}\"", console.base, key.as_str());
        assert_eq!(lines, [key.as_str().to_owned(), line]);
        // It works, and it may do what was ticked.
        let program = console.visitor();
        let me = program.call(Method::GET, ME, key).await;
        assert_eq!(me.is(200).json()["permissions"], serde_json::json!(["flows_run", "kbs_query"]));
        // Sent again, as by a double click or a reload: no second key, no second look at the secret.
        let again = grace.post(&new(&marketing), &typed).await;
        again.leads_to(&path(&marketing));
        let list = grace.get(&path(&marketing)).await;
        list.says("weekly-digest was created already, and its secret was shown then.");
        assert!(list.secrets().is_empty() && count(&console) == 1);
        // What is kept of it is its hash and its two ends.
        let row: (String, String, String) = console.rows(|c| api_keys::table.select((api_keys::secret_hash, api_keys::hint, api_keys::name)).first(c));
        assert_eq!(row, (key.hash(), key.hint(), "weekly-digest".to_owned()));
        let (action, facts): (String, String) = console.rows(|c| audit::table.filter(audit::subject_kind.eq("key")).select((audit::action, audit::facts)).first(c));
        assert!(action == "key.created" && facts.contains("flows_run kbs_query") && !facts.contains("noxus_"), "{facts}");
        grace.get(&format!("/settings/users/{}", console.user_named("grace"))).await.says("Created the API key weekly-digest of Marketing");
        if console.engine == Engine::Sqlite {
            let file = console.app.config.database_url.clone();
            for file in ["", "-wal"].map(|end| format!("{file}{end}")) {
                let bytes = std::fs::read(&file).unwrap_or_default();
                let found = bytes.windows(key.as_str().len()).any(|part| part == key.as_str().as_bytes());
                assert!(!found, "the secret is in {file}");
            }
        }
    }

    async fn sent_twenty_times_at_once_it_makes_one_key(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let token = form(&grace, &marketing).await;
        let (mut shown, mut led) = (0, 0);
        let tasks: Vec<_> = (0..20)
            .map(|_| {
                let (grace, path, token) = (grace.clone(), new(&marketing), token.clone());
                tokio::spawn(async move { grace.post(&path, &[("form", token.as_str()), ("name", "once"), ("expires", "7")]).await })
            })
            .collect();
        for task in tasks {
            let answer = task.await.unwrap();
            match answer.status.as_u16() {
                200 => shown += answer.secrets().len(),
                303 => led += 1,
                other => panic!("{other}: {}", answer.text()),
            }
        }
        assert_eq!((shown, led, count(&console)), (1, 19, 1));
        // Another page makes another, and so does another person with the same form.
        let other = form(&grace, &marketing).await;
        assert_ne!(other, token);
        grace.post(&new(&marketing), &[("form", other.as_str()), ("name", "twice"), ("expires", "7")]).await.is(200);
        let hedy = console.member_of_organization("Hedy Lamarr").await;
        console.membership(&hedy, &marketing, built_in::admin());
        console.sign_in("hedy").await.post(&new(&marketing), &[("form", token.as_str()), ("name", "hers"), ("expires", "7")]).await.is(200);
        assert_eq!(count(&console), 3);
    }

    async fn a_key_that_is_not_restricted_follows_its_owner(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let hedy = console.member_of_organization("Hedy Lamarr").await;
        console.membership(&hedy, &marketing, built_in::admin());
        let answer = console.sign_in("hedy").await.post(&new(&marketing), &[("name", "deploy-bot"), ("expires", "never"), ("permissions", "flows_run")]).await;
        answer.is(200).says("Everything you may do not restricted");
        assert_eq!(end(&console), None);
        let (key, program) = (answer.secrets().remove(0), console.visitor());
        let may = || async { program.call(Method::GET, ME, &key).await.json()["permissions"].as_array().unwrap().len() };
        assert_eq!(may().await, 16);
        let user = hedy.clone();
        console.rows(move |c| diesel::update(memberships::table.filter(memberships::user_id.eq(user))).set(memberships::role_id.eq(built_in::reader())).execute(c));
        assert_eq!(may().await, 3);
    }

    async fn nobody_makes_a_key_that_may_do_more_than_they(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let wanda = console.member_of_organization("Wanda Warden").await;
        console.membership(&wanda, &marketing, console.role("workspace", "Warden", "flows_run workspace_admin"));
        let wanda = console.sign_in("wanda").await;
        let page = wanda.get(&new(&marketing)).await;
        let mut offered = page.attributes("input[name=permissions]", "value");
        offered.sort();
        assert_eq!(offered, ["flows_run", "integrations_edit", "users_delete", "users_edit", "workspace_admin"]);
        page.does_not_say("Knowledge bases");
        let ask = |permissions: &'static str| {
            let (wanda, path) = (wanda.clone(), new(&marketing));
            async move { wanda.post(&path, &[("name", "more"), ("expires", "30"), ("restrict", "on"), ("permissions", "flows_run"), ("permissions", permissions)]).await }
        };
        ask("flows_edit").await.is(422).says("You do not hold flows_edit in Marketing yourself, so a key of yours cannot either.");
        ask("org_admin").await.is(422).says("There is no permission");
        assert_eq!(count(&console), 0);
        let ready = ask("workspace_admin").await;
        ready.is(200);
        let me = console.visitor().call(Method::GET, ME, &ready.secrets()[0]).await.json();
        assert_eq!(me["permissions"], serde_json::json!(["flows_run", "integrations_edit", "users_delete", "users_edit", "workspace_admin"]));
    }

    async fn what_is_wrong_is_said_all_at_once_and_what_was_typed_stays(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let page = grace.post(&new(&marketing), &[("name", " "), ("expires", "day"), ("until", "2020-02-30"), ("restrict", "on")]).await;
        page.is(422).says("3 things need another look");
        says_in_order(&page, &["The key’s name is missing.", "Choose the last day on which it works", "Tick what it may do, or switch “Restrict permissions” off."]);
        assert_eq!(page.attributes("#expires option[selected]", "value"), ["day"]);
        assert_eq!(page.attributes("#until", "value"), ["2020-02-30"]);
        let page = grace.post(&new(&marketing), &[("name", "kept"), ("expires", "day"), ("until", "2020-02-01"), ("restrict", "on"), ("permissions", "kbs_query")]).await;
        page.is(422).says("This day is over. Choose a later one.");
        assert_eq!((page.attributes("#name", "value"), page.attributes("input[name=permissions][checked]", "value")), (vec!["kept".to_owned()], vec!["kbs_query".to_owned()]));
        for (expires, until) in [("0", ""), ("-1", ""), ("x", ""), ("day", "9999-12-31"), ("day", "+262142-12-31"), ("day", "tomorrow"), ("99999999999999999999", "")] {
            let page = grace.post(&new(&marketing), &[("name", "x"), ("expires", expires), ("until", until)]).await;
            assert_eq!(page.status, 422, "{expires} {until}: {}", page.text());
        }
        grace.post(&new(&marketing), &[("name", "https://evil.example"), ("expires", "7")]).await.is(422).says("looks like a link");
        assert_eq!(count(&console), 0);
        // A day that is chosen is worked through.
        let day = clock::now().date() + clock::days(3);
        grace.post(&new(&marketing), &[("name", "x"), ("expires", "day"), ("until", &day.to_string())]).await.is(200);
        assert_eq!(end(&console), Some((day + clock::days(1)).and_hms_opt(0, 0, 0).unwrap()));
    }

    async fn the_organization_says_how_long_a_key_may_work(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let page = grace.get(&new(&marketing)).await;
        assert_eq!(page.attributes("#expires option", "value"), ["7", "30", "90", "365", "day", "never"]);
        assert_eq!(page.attributes("#expires option[selected]", "value"), ["90"]);
        console.rows(|c| diesel::update(organization::table).set(organization::key_max_days.eq(Some(45))).execute(c));
        let page = grace.get(&new(&marketing)).await;
        assert_eq!(page.attributes("#expires option", "value"), ["7", "30", "45", "day"]);
        assert_eq!(page.attributes("#expires option[selected]", "value"), ["45"]);
        page.says("At most 45 days.");
        let day = |ahead: i64| (clock::now().date() + clock::days(ahead)).to_string();
        let ask = |expires: &'static str, until: String| {
            let (grace, path) = (grace.clone(), new(&marketing));
            async move { grace.post(&path, &[("name", "x"), ("expires", expires), ("until", &until)]).await }
        };
        ask("never", String::new()).await.is(422).says("Every key has an end here, after at most 45 days.");
        ask("46", String::new()).await.is(422).says("at most 45 days");
        ask("day", day(46)).await.is(422).says("at most 45 days");
        assert_eq!(count(&console), 0);
        ask("45", String::new()).await.is(200);
        ask("day", day(44)).await.is(200);
        assert!(end(&console).unwrap() <= clock::now() + clock::days(45));
    }

    async fn creating_asks_for_an_old_password_again_and_revoking_does_not(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let key = console.key(&console.user_named("grace"), Some(&marketing), None);
        console.rows(|c| diesel::update(sessions::table).set(sessions::confirmed_at.eq(clock::now() - clock::minutes(16))).execute(c));
        let again = format!("/sign-in/again?next={}", url::form_urlencoded::byte_serialize(new(&marketing).as_bytes()).collect::<String>());
        grace.get(&new(&marketing)).await.leads_to(&again);
        grace.post(&new(&marketing), &[("name", "x"), ("expires", "7")]).await.leads_to(&again);
        assert_eq!(count(&console), 1);
        grace.get(&path(&marketing)).await.is(200);
        grace.post(&format!("{}/{}/revocation", path(&marketing), console.key_id(&key)), &[]).await.leads_to(&path(&marketing));
    }
}
