//! The walk: every route × every actor × every kind of target, against a short reference of its own. A route the reference
//! does not know fails the test, and nothing is mounted that is not in the table.

use actix_web::http::Method;
use diesel::prelude::*;
use noxus_console::{
    base::ids::{DraftId, FlowId, KeyId, RoleId, UserId, WithheldId, WorkspaceId},
    db::schema::{organization, users},
    domain::roles::built_in,
    web::routes,
};

mod reference;

use self::reference::{
    ACTORS, Actor,
    Expected::{Allowed, Forbidden, NotFound, SignIn},
    TARGETS, Target, reference,
};

use crate::support::{Client, Console, engine::on_both_databases, pictures};

struct World {
    marketing: WorkspaceId,
    elsewhere: WorkspaceId,
    ada: UserId,
    zoe: UserId,
    /// One in Marketing, one in Elsewhere.
    flow: FlowId,
    flow_elsewhere: FlowId,
    /// A key of Marketing, made by its Admin, and one of Elsewhere, made by its own.
    key: KeyId,
    key_elsewhere: KeyId,
}

impl World {
    fn path(&self, pattern: &str, target: Target) -> String {
        let (workspace, user, draft, withheld) = match target {
            Target::Own => (self.marketing.to_string(), self.ada.to_string(), DraftId::new().to_string(), WithheldId::new().to_string()),
            Target::Elsewhere => (self.elsewhere.to_string(), self.zoe.to_string(), DraftId::new().to_string(), WithheldId::new().to_string()),
            Target::Unknown => (WorkspaceId::new().to_string(), UserId::new().to_string(), DraftId::new().to_string(), WithheldId::new().to_string()),
            Target::Malformed => {
                let bad = "00000000-0000-0000-0000-00000000000Z".to_owned();
                (bad.clone(), bad.clone(), bad.clone(), bad)
            }
        };
        let role = match target {
            Target::Own | Target::Elsewhere => built_in::reader().to_string(),
            Target::Unknown => RoleId::new().to_string(),
            Target::Malformed => user.clone(),
        };
        let flow = match target {
            Target::Own => self.flow.to_string(),
            Target::Elsewhere => self.flow_elsewhere.to_string(),
            Target::Unknown => FlowId::new().to_string(),
            Target::Malformed => user.clone(),
        };
        let key = match target {
            Target::Own => self.key.to_string(),
            Target::Elsewhere => self.key_elsewhere.to_string(),
            Target::Unknown => KeyId::new().to_string(),
            Target::Malformed => user.clone(),
        };
        pattern
            .replace("{flow}", &flow)
            .replace("{key}", &key)
            .replace("{workspace}", &workspace)
            .replace("{user}", &user)
            .replace("{role}", &role)
            .replace("{draft}", &draft)
            .replace("{withheld}", &withheld)
            .replace("{avatar}", if target == Target::Malformed { "AAAA" } else { "5c8d94a1e4f1e2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b" })
            .replace("{session}", if target == Target::Malformed { "0123" } else { "0123456789abcdef0123456789abcdef" })
            .replace("{step}", "role")
            .replace("{guide}", if matches!(target, Target::Own | Target::Elsewhere) { "accept-an-invitation" } else { "no-such-guide" })
            .replace("{token}", "AAAA")
    }
}

/// Marketing with its members, Elsewhere with its own, and a client of each actor.
async fn populate(console: &Console) -> (World, Vec<(Actor, Client)>) {
    let grace = console.set_up().await;
    let (marketing, elsewhere) = (console.workspace_named("Marketing"), console.workspace("Elsewhere"));
    let mut clients = vec![(Actor::Nobody, console.visitor()), (Actor::OrgAdmin, grace)];
    let members = [
        ("Ada Lovelace", None, None),
        ("Zoe Zuse", None, None),
        ("Bea Base", Some(Actor::Base), None),
        ("Rita Reader", Some(Actor::Reader), Some((&marketing, built_in::reader()))),
        ("Edsger Editor", Some(Actor::Editor), Some((&marketing, built_in::editor()))),
        ("Hedy Admin", Some(Actor::Admin), Some((&marketing, built_in::admin()))),
        ("Else Admin", Some(Actor::AdminElsewhere), Some((&elsewhere, built_in::admin()))),
        ("Ina Invited", Some(Actor::Invited), None),
        ("Dora Deactivated", Some(Actor::Deactivated), None),
    ];
    for (name, actor, membership) in members {
        let id = console.member_of_organization(name).await;
        if let Some((workspace, role)) = membership {
            console.membership(&id, workspace, role);
        }
        if let Some(actor) = actor {
            let first = name.split(' ').next().unwrap_or_default().to_lowercase();
            clients.push((actor, console.sign_in(&first).await));
            let status = match actor {
                Actor::Invited => "invited",
                Actor::Deactivated => "deactivated",
                _ => "active",
            };
            console.rows(|c| diesel::update(users::table.filter(users::id.eq(&id))).set(users::status.eq(status)).execute(c));
        }
    }
    let (ada, zoe) = (console.user_named("ada"), console.user_named("zoe"));
    console.membership(&ada, &marketing, built_in::reader());
    console.membership(&zoe, &elsewhere, built_in::reader());
    let (flow, flow_elsewhere) = (console.flow(&marketing, "Digest"), console.flow(&elsewhere, "Digest"));
    let key_of = |first: &str, workspace: &WorkspaceId| console.key_id(&console.key(&console.user_named(first), Some(workspace), None));
    let (key, key_elsewhere) = (key_of("hedy", &marketing), key_of("else", &elsewhere));
    // Something for organization admins to look through.
    let now = noxus_console::base::clock::now();
    console.rows(|c| diesel::update(organization::table).set((organization::restored_at.eq(now), organization::restored_from.eq(now))).execute(c));
    (World { marketing, elsewhere, ada, zoe, flow, flow_elsewhere, key, key_elsewhere }, clients)
}

/// Fields of every form, so that a form is refused for who sends it and not for what it lacks.
const FIELDS: &[(&str, &str)] = &[
    ("definition", r#"{"nodes":[],"edges":[]}"#),
    ("expires", "90"),
    ("name", "Somebody"),
    ("email", "somebody@analytical.example"),
    ("role", "00000000-0000-7000-8000-000000000013"),
    ("description", ""),
    ("confirmation", "x"),
    ("password", "x"),
    ("current", "x"),
    ("next", "/"),
    ("display_name", "Some"),
    ("token", "x"),
    ("organization", "x"),
    ("workspace", "x"),
    ("allowed_domains", ""),
    ("invitation_days", "7"),
    ("session_idle_hours", "8"),
    ("session_max_hours", "24"),
    ("key_max_days", ""),
    ("support", ""),
    ("to", "role"),
];

on_both_databases! {
    async fn every_route_lets_in_whom_it_should(console: Console) {
        let (world, clients) = populate(&console).await;
        let mut wrong = Vec::new();
        for line in routes::table().into_iter().filter(|line| !line.by_key) {
            for (actor, client) in &clients {
                for target in TARGETS {
                    if !line.path.contains('{') && target != Target::Own {
                        continue;
                    }
                    let path = world.path(line.path, target);
                    let Some(expected) = reference(&line.method, line.path, *actor, target) else { panic!("the reference does not know {} {}", line.method, line.path) };
                    // What is allowed to post changes things: the next test does so.
                    if line.method == Method::POST && expected == Allowed {
                        continue;
                    }
                    let answer = if line.method == Method::GET { client.get(&path).await } else { client.post(&path, &[FIELDS, &[("user", world.ada.as_str())]].concat()).await };
                    let to_sign_in = answer.location.as_deref().is_some_and(|to| to.starts_with("/sign-in"));
                    let got = match answer.status.as_u16() {
                        303 if to_sign_in => SignIn,
                        403 => Forbidden,
                        404 => NotFound,
                        // A question about something that is in another state is answered too.
                        200 | 303 | 409 | 422 => Allowed,
                        other => { wrong.push(format!("{} {path} as {actor:?}: {other}", line.method)); continue }
                    };
                    if got != expected {
                        wrong.push(format!("{} {} as {actor:?} on {target:?}: {got:?} instead of {expected:?}", line.method, line.path));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{} of the walk:\n{}", wrong.len(), wrong.join("\n"));
        assert_eq!(clients.len(), ACTORS.len(), "every actor walks");
    }

    /// A key opens no page, whatever its owner may: to a page, whoever comes with one is nobody.
    async fn a_key_opens_no_page(console: Console) {
        let (world, _) = populate(&console).await;
        let key = console.key(&console.user_named("grace"), Some(&world.marketing), None);
        let system = console.key(&console.user_named("grace"), None, Some("org_admin"));
        let (nobody, mut walked) = (console.visitor(), 0);
        for line in routes::table().into_iter().filter(|line| !line.by_key) {
            let path = world.path(line.path, Target::Own);
            let ask = |request: reqwest::RequestBuilder| nobody.send(if line.method == Method::POST { request.form(FIELDS) } else { request });
            let method = reqwest::Method::from_bytes(line.method.as_str().as_bytes()).unwrap();
            let without = ask(nobody.request(method.clone(), &path)).await;
            for key in [&key, &system] {
                for with in [nobody.request(method.clone(), &path).bearer_auth(key.as_str()), nobody.request(method.clone(), &path).header("X-API-Key", key.as_str())] {
                    let answer = ask(with).await;
                    assert_eq!((answer.status, &answer.location), (without.status, &without.location), "{} {path}", line.method);
                }
            }
            walked += 1;
        }
        assert!(walked > 100, "{walked}");
    }

    /// Each on a workspace and on people of its own, so that nothing stands in its way that an earlier one did.
    async fn what_is_allowed_to_post_is_let_in(console: Console) {
        let (world, clients) = populate(&console).await;
        let (_, grace) = clients.iter().find(|(actor, _)| *actor == Actor::OrgAdmin).unwrap();
        let (mut wrong, mut posted) = (Vec::new(), 0);
        let apart = ["/sign-in", "/sign-out", "/setup", "/invitation", "/password", "/email"];
        for line in routes::table().iter().filter(|line| !line.by_key && line.method == Method::POST && !apart.iter().any(|path| line.path.starts_with(path))) {
            for (actor, client) in &clients {
                if reference(&line.method, line.path, *actor, Target::Own) != Some(Allowed) {
                    continue;
                }
                posted += 1;
                let workspace = console.workspace(&format!("Fresh {posted}"));
                for (first, role) in [("rita", built_in::reader()), ("edsger", built_in::editor()), ("hedy", built_in::admin())] {
                    console.membership(&console.user_named(first), &workspace, role);
                }
                let someone = console.member_of_organization(&format!("P{posted} Fresh")).await;
                console.membership(&someone, &workspace, built_in::reader());
                let flow = console.flow(&workspace, "Fresh");
                let (elsewhere, flow_elsewhere) = (world.elsewhere.clone(), world.flow_elsewhere.clone());
                let key = console.key_id(&console.key(&console.user_named("hedy"), Some(&workspace), None));
                let key_elsewhere = world.key_elsewhere.clone();
                let fresh = World { marketing: workspace, elsewhere, ada: someone, zoe: world.zoe.clone(), flow, flow_elsewhere, key, key_elsewhere };
                let path = fresh.path(line.path, Target::Own);
                // A role of the organization where one is asked for: a workspace's is none there.
                let mut fields = [FIELDS, &[("user", fresh.ada.as_str())]].concat();
                let base = built_in::org_base();
                if let Some(role) = fields.iter_mut().find(|(name, _)| *name == "role" && line.path.starts_with("/settings") && line.path.ends_with("/role")) {
                    role.1 = base.as_str();
                }
                // A file comes in a form of its own kind.
                let is_upload = line.path == "/account/profile/picture";
                let answer = if is_upload { client.upload(&pictures::picture(64, 64, image::ImageFormat::Png)).await } else { client.post(&path, &fields).await };
                let to_sign_in = answer.location.as_deref().is_some_and(|to| to.starts_with("/sign-in"));
                if to_sign_in || ![200, 303, 409, 422].contains(&answer.status.as_u16()) {
                    wrong.push(format!("{path} ({}) as {actor:?}: {}", line.path, answer.status));
                }
            }
        }
        // Of the invitation's acts there is nothing to allow but for somebody who is invited.
        for (n, act) in ["", "/revocation", "/link"].into_iter().enumerate() {
            let invited = console.invited_by(grace, &format!("I{n} Invited"), &[(&world.marketing, built_in::reader())]).await;
            let path = format!("/settings/users/{invited}/invitation{act}");
            for (actor, client) in clients.iter().filter(|(actor, _)| *actor != Actor::OrgAdmin) {
                let answer = client.post(&path, &[]).await;
                let refused = answer.status == 403 || answer.location.as_deref().is_some_and(|to| to.starts_with("/sign-in"));
                if !refused {
                    wrong.push(format!("{path} as {actor:?}: {}", answer.status));
                }
            }
            let answer = grace.post(&path, &[]).await;
            if ![200, 303].contains(&answer.status.as_u16()) {
                wrong.push(format!("{path} as an organization admin: {}", answer.status));
            }
        }
        assert!(wrong.is_empty(), "{} of {posted}:\n{}", wrong.len(), wrong.join("\n"));
        assert!(posted >= 20, "only {posted} were posted");
    }

    async fn another_workspace_answers_as_an_unknown_one_does(console: Console) {
        let (world, clients) = populate(&console).await;
        let (_, reader) = clients.iter().find(|(actor, _)| *actor == Actor::Reader).unwrap();
        for line in routes::table().iter().filter(|line| !line.by_key && line.path.contains("{workspace}") && !line.path.contains("{user}")) {
            let mut bodies = Vec::new();
            for target in [Target::Elsewhere, Target::Unknown, Target::Malformed] {
                let path = world.path(line.path, target);
                let answer = if line.method == Method::GET { reader.get(&path).await } else { reader.post(&path, FIELDS).await };
                let id = answer.headers["x-request-id"].to_str().unwrap().to_owned();
                bodies.push(answer.body.replace(&id, "REQUEST"));
            }
            assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{} {} tells them apart", line.method, line.path);
        }
    }

    async fn what_is_not_in_the_table_is_not_there(console: Console) {
        let grace = console.set_up().await;
        for path in ["/admin", "/settings", "/v1", "/v1/admin", "/api", "/metrics", "/workspaces", "/settings/users/new/", "/settings//users", "/.env", "/static/css/base.css", "/invitation"] {
            grace.get(path).await.is(404);
        }
    }
}

#[test]
fn only_the_table_and_the_assets_are_mounted() {
    let server = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/server.rs"));
    let mounts = |word: &str| server.matches(word).count();
    assert_eq!(mounts(".service("), 2, "the assets, and on a port of its own /metrics");
    assert_eq!(mounts("table::mount("), 1, "the table");
    assert_eq!(mounts(".default_service("), 2, "nothing here, and another method than GET of an asset");
    assert!(mounts("web::scope(") == 0 && mounts("web::redirect(") == 0);
    let table = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/kit/table.rs"));
    assert_eq!(table.matches("service.service(").count(), 1);
}

#[test]
fn the_table_has_each_line_once() {
    let table = routes::table();
    let mut lines: Vec<_> = table.iter().map(|line| format!("{} {}", line.method, line.path)).collect();
    lines.sort();
    let all = lines.len();
    lines.dedup();
    assert_eq!(lines.len(), all);
}
