//! The walk of the API: every route × every kind of key, against a short reference of its own.

use actix_web::http::Method;
use noxus_console::{
    base::{
        clock,
        ids::{FlowId, UserId, WorkspaceId},
        key::KeySecret,
    },
    domain::roles::built_in,
    web::routes,
};

use crate::support::{Console, engine::on_both_databases};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Actor {
    /// An organization admin's browser: a cookie, no key.
    Cookie,
    /// An Admin's key of Marketing, unrestricted.
    Full,
    /// The same, restricted to `flows_run`.
    OnlyRun,
    /// Unrestricted; its owner was an Admin and is a Reader now.
    Demoted,
    /// Unrestricted; its owner is no member any more.
    Left,
    OfDeactivated,
    OfRemoved,
    Revoked,
    Expired,
    /// An Admin's key of another workspace.
    Elsewhere,
    /// An organization admin's system key with everything.
    System,
    /// A system key with `users_read` alone.
    SystemReads,
}

const ACTORS: [Actor; 12] = [
    Actor::Cookie,
    Actor::Full,
    Actor::OnlyRun,
    Actor::Demoted,
    Actor::Left,
    Actor::OfDeactivated,
    Actor::OfRemoved,
    Actor::Revoked,
    Actor::Expired,
    Actor::Elsewhere,
    Actor::System,
    Actor::SystemReads,
];

/// Which flow a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    /// One in Marketing.
    Own,
    /// One in the workspace of `Elsewhere`.
    Foreign,
    Unknown,
    Malformed,
}

const TARGETS: [Target; 4] = [Target::Own, Target::Foreign, Target::Unknown, Target::Malformed];

/// What is answered, as a status. `named`: the query names Marketing. `None`: a route this reference does not know.
fn reference(method: &Method, path: &str, actor: Actor, target: Target, named: bool) -> Option<u16> {
    use Actor::{Cookie, Demoted, Elsewhere, Expired, Full, OfDeactivated, OfRemoved, OnlyRun, Revoked, System, SystemReads};
    if actor == Cookie {
        return Some(401);
    }
    // An id that is none names nothing, whoever asks.
    if path.contains("{flow}") && target == Target::Malformed {
        return Some(404);
    }
    if matches!(actor, OfDeactivated | OfRemoved | Revoked | Expired) {
        return Some(401);
    }
    let system = |also_reads: bool| if actor == System || (also_reads && actor == SystemReads) { 200 } else { 403 };
    // Judged in one workspace: its own, or the one the query names.
    let in_workspace = |holders: &[Actor]| match actor {
        System | SystemReads if !named => 422,
        SystemReads => 404,
        Elsewhere if named => 404,
        System | Elsewhere => 200,
        Full => 200,
        actor if holders.contains(&actor) => 200,
        _ => 403,
    };
    // What needs `workspace_admin` in Marketing: a key of another workspace, and a system key that enters none, know of none.
    let administers = match actor {
        Full | System => 200,
        Elsewhere | SystemReads => 404,
        _ => 403,
    };
    let of_flow = |holders: &[Actor]| {
        let there = match target {
            Target::Own => actor != Elsewhere,
            Target::Foreign => actor == Elsewhere,
            _ => false,
        };
        if in_workspace(holders) == 200 && !there { 404 } else { in_workspace(holders) }
    };
    Some(match (method.as_str(), path) {
        ("GET", "/v1/nodes" | "/v1/admin/me") => 200,
        ("GET", "/v1/admin/users") => system(true),
        ("POST", "/v1/admin/users") | ("GET", "/v1/admin/groups" | "/v1/admin/roles") => system(false),
        ("GET" | "POST", "/v1/admin/groups/{workspace}/api-keys") | ("DELETE", "/v1/admin/groups/{workspace}/api-keys/{key}") => administers,
        ("GET", "/v1/workflows") => in_workspace(&[OnlyRun, Demoted]),
        ("POST", "/v1/workflows") => in_workspace(&[]),
        ("GET", "/v1/workflows/{flow}") => of_flow(&[OnlyRun, Demoted]),
        ("PATCH" | "DELETE", "/v1/workflows/{flow}") => of_flow(&[]),
        _ => return None,
    })
}

struct World {
    marketing: WorkspaceId,
    elsewhere: WorkspaceId,
    keys: Vec<(Actor, Option<KeySecret>)>,
}

async fn populate(console: &Console) -> World {
    console.set_up().await;
    let (marketing, elsewhere) = (console.workspace_named("Marketing"), console.workspace("Elsewhere"));
    let grace = console.user_named("grace");
    let mut keys = vec![
        (Actor::Cookie, None),
        (Actor::System, Some(console.key(&grace, None, Some("org_admin")))),
        (Actor::SystemReads, Some(console.key(&grace, None, Some("users_read")))),
    ];
    let owner = |name: &'static str, status: &'static str| console.person(name, built_in::org_base(), status);
    let of = |owner: &UserId, permissions: Option<&str>| Some(console.key(owner, Some(&marketing), permissions));
    let hedy = owner("Hedy Admin", "active").await;
    console.membership(&hedy, &marketing, built_in::admin());
    let revoked = console.key(&hedy, Some(&marketing), None);
    console.revoke(&revoked);
    keys.extend([
        (Actor::Full, of(&hedy, None)),
        (Actor::OnlyRun, of(&hedy, Some("flows_run"))),
        (Actor::Revoked, Some(revoked)),
        (Actor::Expired, Some(console.key_until(&hedy, Some(&marketing), None, Some(clock::now() - clock::minutes(1))))),
    ]);
    for (actor, name, status, role) in [
        (Actor::Demoted, "Rita Reader", "active", Some(built_in::reader())),
        (Actor::Left, "Lea Left", "active", None),
        (Actor::OfDeactivated, "Dora Deactivated", "deactivated", Some(built_in::admin())),
        (Actor::OfRemoved, "Remy Removed", "removed", None),
    ] {
        let id = owner(name, status).await;
        if let Some(role) = role {
            console.membership(&id, &marketing, role);
        }
        keys.push((actor, of(&id, None)));
    }
    let else_admin = owner("Else Admin", "active").await;
    console.membership(&else_admin, &elsewhere, built_in::admin());
    keys.push((Actor::Elsewhere, Some(console.key(&else_admin, Some(&elsewhere), None))));
    World { marketing, elsewhere, keys }
}

on_both_databases! {
    async fn every_route_of_the_api_lets_in_which_keys_it_should(console: Console) {
        let world = populate(&console).await;
        let (program, browser) = (console.visitor(), console.sign_in("grace").await);
        let grace = console.user_named("grace");
        let (mut wrong, mut asked) = (Vec::new(), 0);
        for line in routes::table().iter().filter(|line| line.by_key) {
            for (actor, key) in &world.keys {
                for (target, named) in TARGETS.into_iter().flat_map(|target| [(target, false), (target, true)]) {
                    if target != Target::Own && !line.path.contains("{flow}") {
                        continue;
                    }
                    let expected = reference(&line.method, line.path, *actor, target, named);
                    let expected = expected.unwrap_or_else(|| panic!("the reference does not know {} {}", line.method, line.path));
                    // Fresh ones, so that nothing stands in the way that an earlier request did.
                    let flow = match target {
                        Target::Own => console.flow(&world.marketing, "Fresh").to_string(),
                        Target::Foreign => console.flow(&world.elsewhere, "Fresh").to_string(),
                        Target::Unknown => FlowId::new().to_string(),
                        Target::Malformed => "00000000-0000-0000-0000-00000000000Z".to_owned(),
                    };
                    let key_id = console.key_id(&console.key(&grace, Some(&world.marketing), None));
                    let path = line.path.replace("{workspace}", world.marketing.as_str()).replace("{flow}", &flow).replace("{key}", key_id.as_str());
                    let path = if named { format!("{path}?group_id={}", world.marketing) } else { path };
                    asked += 1;
                    let body = match line.path {
                        "/v1/admin/users" => serde_json::json!({ "name": "Somebody New", "email": format!("new{asked}@analytical.example") }),
                        "/v1/admin/groups/{workspace}/api-keys" => serde_json::json!({ "name": "made on the way" }),
                        _ => serde_json::json!({ "name": "A flow", "definition": { "nodes": [], "edges": [] } }),
                    };
                    let method: reqwest::Method = line.method.as_str().parse().unwrap();
                    let has_body = matches!(line.method.as_str(), "POST" | "PATCH");
                    let answer = match key {
                        Some(key) if has_body => program.call_with(method, &path, key, &body).await,
                        Some(key) => program.call(method, &path, key).await,
                        None if has_body => browser.send(browser.request(method, &path).json(&body)).await,
                        None => browser.send(browser.request(method, &path)).await,
                    };
                    if answer.status.as_u16() != expected {
                        wrong.push(format!("{} {} ({target:?}, named: {named}) as {actor:?}: {} instead of {expected}: {}", line.method, line.path, answer.status, answer.body));
                    }
                    // Every answer is JSON; what went wrong is a problem.
                    let kind = answer.headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default();
                    if kind != if answer.status.is_success() { "application/json" } else { "application/problem+json" } {
                        wrong.push(format!("{} {} as {actor:?} answers {kind}", line.method, line.path));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{} of the walk:\n{}", wrong.len(), wrong.join("\n"));
        assert_eq!(world.keys.len(), ACTORS.len(), "every actor walks");
    }
}

#[test]
fn the_api_is_opened_by_keys_and_pages_are_not() {
    for line in routes::table() {
        let is_document = line.path == "/v1/openapi.json";
        assert_eq!(line.by_key, line.path.starts_with("/v1/") && !is_document, "{} {}", line.method, line.path);
    }
}
