//! A crawl as each built-in role: what a page offers is not refused, and what is allowed has its way in.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use actix_web::http::Method;
use diesel::prelude::*;
use noxus_console::{
    base::clock::Moment,
    db::schema::{api_keys, organization, workspaces},
    domain::roles::built_in,
    web::routes,
};
use scraper::{Html, Selector};

use crate::support::{Client, Console, declared::pattern_of, engine::on_both_databases};

/// Forms as pages offer them: where each posts, and what it sends.
type Forms = BTreeMap<String, Vec<(String, String)>>;

struct Crawl {
    visited: BTreeSet<String>,
    forms: Forms,
}

async fn crawl(client: &Client, from: &str) -> Crawl {
    let mut crawl = Crawl { visited: BTreeSet::new(), forms: BTreeMap::new() };
    // Where the password is asked for again no page leads by itself.
    let mut queue = VecDeque::from([from.to_owned(), "/sign-in/again".to_owned()]);
    while let Some(path) = queue.pop_front() {
        if !crawl.visited.insert(path.clone()) {
            continue;
        }
        assert!(crawl.visited.len() < 600, "the crawl does not end: {:?}", crawl.visited);
        let page = client.get(&path).await;
        match page.status.as_u16() {
            200 => {
                for link in page.attributes("a[href]", "href") {
                    let link = link.split('#').next().unwrap_or_default().to_owned();
                    if link.starts_with('/') && !link.starts_with("/assets/") && worth_following(&link) {
                        queue.push_back(link);
                    } else if !link.starts_with('/') {
                        assert!(link.is_empty() || link.starts_with("mailto:") || link.starts_with("https://"), "{path} links to {link:?}");
                    }
                }
                // Files aside, and what is asked of nobody in particular.
                let is_own = page.headers["content-type"].to_str().is_ok_and(|kind| kind.starts_with("text/html")) && !path.starts_with("/password/");
                let way_out = "form[method=post][action='/sign-out']";
                assert!(!is_own || !page.attributes(way_out, "action").is_empty(), "on {path} one cannot sign out");
                collect_forms(&page.body, &path, &mut crawl.forms);
            }
            303 => queue.push_back(page.location.clone().expect("a way on")),
            status => panic!("a page offers {path}, which answers {status}: {}", page.text()),
        }
    }
    crawl
}

/// A list in every order and with every filter would be crawled for ever: the list itself and one of each are enough.
fn worth_following(link: &str) -> bool {
    link.matches(['?', '&']).count() <= 1
}

/// What each form sends when a person fills in what it leaves empty and presses its button.
fn collect_forms(body: &str, path: &str, forms: &mut Forms) {
    let html = Html::parse_document(body);
    let select = |text: &str| Selector::parse(text).expect("a selector");
    let (inputs, selects, options) = (select("input[name], textarea[name]"), select("select[name]"), select("option"));
    for form in html.select(&select("form[method=post]")) {
        let action = form.value().attr("action").unwrap_or(path).split('?').next().unwrap_or_default().to_owned();
        let mut sent = Vec::new();
        for input in form.select(&inputs) {
            let (name, kind) = (input.attr("name").unwrap_or_default().to_owned(), input.attr("type").unwrap_or("text"));
            let value = input.attr("value").unwrap_or_default();
            match kind {
                "checkbox" | "radio" if input.attr("checked").is_none() => {}
                "submit" | "button" | "file" => {}
                "email" if value.is_empty() => sent.push((name, "someone.new@analytical.example".to_owned())),
                _ if value.is_empty() && input.attr("required").is_some() => sent.push((name, "Something".to_owned())),
                _ => sent.push((name, value.to_owned())),
            }
        }
        for choice in form.select(&selects) {
            let all: Vec<_> = choice.select(&options).collect();
            let chosen = all.iter().find(|o| o.attr("selected").is_some()).or(all.first());
            let value = chosen.and_then(|o| o.attr("value")).unwrap_or_default();
            sent.push((choice.attr("name").unwrap_or_default().to_owned(), value.to_owned()));
        }
        // A file is chosen by hand; where a form has nothing else, there is nothing to press.
        if form.attr("enctype") != Some("multipart/form-data") {
            forms.insert(action, sent);
        }
    }
}

/// What supervisors, load balancers, makers of API clients and scripts of pages ask.
const FOR_MACHINES: [&str; 4] = ["/healthz", "/readyz", "/v1/openapi.json", "/settings/users/workspaces"];

async fn look_around(console: &Console, client: &Client, who: &str) {
    // There is something for organization admins to look through.
    let now = noxus_console::base::clock::now();
    console.rows(|c| diesel::update(organization::table).set((organization::restored_at.eq(now), organization::restored_from.eq(now))).execute(c));
    let crawl = crawl(client, "/").await;
    // Allowed pages have a way in.
    let seen: BTreeSet<&str> = crawl.visited.iter().filter_map(|path| pattern_of(path, "GET")).collect();
    let ids = Ids::of(console);
    for line in routes::table().iter().filter(|line| line.method == Method::GET && !FOR_MACHINES.contains(&line.path)) {
        let Some(path) = ids.fill(line.path) else { continue };
        let answer = client.get(&path).await;
        if answer.status == 200 {
            assert!(seen.contains(line.path), "{who} may open {path} ({}), and no page leads there", line.path);
        }
    }
    // Buttons are not refused. What they post changes things, which is why this comes last; signing out is the very last.
    let mut forms: Vec<_> = crawl.forms.iter().filter(|(action, _)| *action != "/sign-out").collect();
    // What closes a whole workspace to its members comes after what they do in it.
    let closes = |action: &str| action.ends_with("/archive") || action.ends_with("/leaving");
    forms.sort_by_key(|(action, _)| closes(action));
    for (action, sent) in forms {
        if closes(action) {
            console
                .rows(|c| diesel::update(workspaces::table.filter(workspaces::name.ne("Archived"))).set(workspaces::archived_at.eq(None::<Moment>)).execute(c));
        }
        let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = client.post(action, &sent).await;
        let status = answer.status.as_u16();
        // 409: done by an earlier button of this walk; 422: a field wants another text than the crawl's.
        assert!([200, 303, 409, 422].contains(&status), "{who} is offered {action}, which answers {status}: {}", answer.text());
        if status == 303 {
            let to = answer.location.clone().unwrap_or_default();
            assert!(!to.starts_with("/sign-in"), "{who} posts {action} and has to sign in");
        }
    }
    client.post("/sign-out", &[]).await.is(303);
}

/// Ids to try every route of the table with.
struct Ids {
    workspace: String,
    user: String,
    flow: String,
    key: String,
}

impl Ids {
    fn of(console: &Console) -> Self {
        let workspace = console.workspace_named("Marketing");
        Self {
            key: key_of_marketing(console),
            flow: console.flow_of(&workspace).to_string(),
            workspace: workspace.to_string(),
            user: console.user_named("zoe").to_string(),
        }
    }

    /// `None` for routes that are no page of their own: a step of a draft, a link in a mail, what is asked in between.
    fn fill(&self, pattern: &str) -> Option<String> {
        let apart = ["/setup", "/sign-in", "/invitation", "/password", "/email", "{draft}", "{withheld}", "{session}"];
        if apart.iter().any(|part| pattern.contains(part)) {
            return None;
        }
        Some(
            pattern
                .replace("{workspace}", &self.workspace)
                .replace("{user}", &self.user)
                .replace("{flow}", &self.flow)
                .replace("{key}", &self.key)
                .replace("{role}", built_in::reader().as_str())
                .replace("{step}", "role")
                .replace("{guide}", "accept-an-invitation"),
        )
    }
}

/// The id of the key that somebody made who looks around nowhere.
fn key_of_marketing(console: &Console) -> String {
    console.rows(|c| api_keys::table.filter(api_keys::name.eq("a-key")).filter(api_keys::revoked_at.is_null()).select(api_keys::id).first(c))
}

/// Marketing with Ada in it, and enough people in enough states.
async fn populate(console: &Console) {
    let marketing = console.workspace_named("Marketing");
    let ada = console.member_of_organization("Ada Lovelace").await;
    console.membership(&ada, &marketing, built_in::reader());
    let archived = console.workspace("Archived");
    console.membership(&ada, &archived, built_in::reader());
    console.archive(&archived);
    console.person("Dora Deactivated", built_in::org_base(), "deactivated").await;
    console.person("Barbara Liskov", built_in::org_admin(), "active").await;
    console.workspace("Elsewhere");
    let zoe = console.member_of_organization("Zoe Zuse").await;
    // One in use and one that was revoked.
    console.key(&zoe, Some(&marketing), None);
    let gone = console.key(&zoe, Some(&marketing), None);
    console.revoke(&gone);
    console.flow(&marketing, "Digest");
}

on_both_databases! {
    async fn an_organization_admin_finds_everything_and_nothing_is_refused(console: Console) {
        let grace = console.set_up().await;
        populate(&console).await;
        // One that can be sent, revoked and copied, one that was revoked: in the list and on their pages.
        console.invited_by(&grace, "Alan Turing", &[(&console.workspace_named("Marketing"), built_in::reader())]).await;
        let kathleen = console.invited_by(&grace, "Kathleen Booth", &[]).await;
        grace.post(&format!("/settings/users/{kathleen}/invitation/revocation"), &[]).await.is(303);
        grace.post("/settings/users/new", &[("name", "Joan Clarke"), ("email", "joan@analytical.example"), ("role", built_in::org_base().as_str())]).await.is(303);
        look_around(&console, &grace, "an organization admin").await;
    }

    async fn an_admin_of_a_workspace_finds_everything_and_nothing_is_refused(console: Console) {
        console.set_up().await;
        populate(&console).await;
        let hedy = console.member_of_organization("Hedy Lamarr").await;
        console.membership(&hedy, &console.workspace_named("Marketing"), built_in::admin());
        look_around(&console, &console.sign_in("hedy").await, "a workspace Admin").await;
    }

    async fn an_editor_finds_everything_and_nothing_is_refused(console: Console) {
        console.set_up().await;
        populate(&console).await;
        let edsger = console.member_of_organization("Edsger Dijkstra").await;
        console.membership(&edsger, &console.workspace_named("Marketing"), built_in::editor());
        look_around(&console, &console.sign_in("edsger").await, "an Editor").await;
    }

    async fn a_reader_finds_everything_and_nothing_is_refused(console: Console) {
        console.set_up().await;
        populate(&console).await;
        look_around(&console, &console.sign_in("ada").await, "a Reader").await;
    }

    async fn somebody_in_no_workspace_finds_everything_and_nothing_is_refused(console: Console) {
        console.set_up().await;
        populate(&console).await;
        console.member_of_organization("Noor Nowhere").await;
        look_around(&console, &console.sign_in("noor").await, "somebody in no workspace").await;
    }

    async fn whoever_may_invite_a_little_finds_everything_and_nothing_is_refused(console: Console) {
        let grace = console.set_up().await;
        populate(&console).await;
        let marketing = console.workspace_named("Marketing");
        for (name, role) in [("Rea Reader", built_in::reader()), ("Edi Editor", built_in::editor())] {
            console.invited_by(&grace, name, &[(&marketing, role)]).await;
        }
        console.invited_by_as(&grace, "Adi Admin", built_in::org_admin(), &[]).await;
        let inviter = console.role("organization", "Inviter", "users_read users_write org_read settings_read workspace_read workspace_write");
        let ida = console.person("Ida Inviter", inviter, "active").await;
        console.membership(&ida, &marketing, console.role("workspace", "Adds readers", "agents_run flows_run kbs_query users_edit"));
        look_around(&console, &console.sign_in("ida").await, "somebody who may invite a little").await;
    }
}
