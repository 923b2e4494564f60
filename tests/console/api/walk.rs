//! The walk of the API: every route × every kind of key, against a short reference of its own.

use actix_web::http::Method;
use noxus_console::{
    base::{
        clock,
        ids::{UserId, WorkspaceId},
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

/// What is answered, as a status. `None`: a route this reference does not know.
fn reference(method: &Method, path: &str, actor: Actor) -> Option<u16> {
    use Actor::{Cookie, Expired, Full, OfDeactivated, OfRemoved, Revoked, System, SystemReads};
    let dead = matches!(actor, Cookie | OfDeactivated | OfRemoved | Revoked | Expired);
    // What needs `workspace_admin` in Marketing: a key of another workspace, and a system key that enters none, know of none.
    let administers = match actor {
        Full | System => 200,
        Actor::Elsewhere | SystemReads => 404,
        _ => 403,
    };
    let of_living = match (method.as_str(), path) {
        ("GET", "/v1/nodes" | "/v1/admin/me") => 200,
        ("GET" | "POST", "/v1/admin/groups/{workspace}/api-keys") | ("DELETE", "/v1/admin/groups/{workspace}/api-keys/{key}") => administers,
        _ => return None,
    };
    Some(if dead { 401 } else { of_living })
}

struct World {
    marketing: WorkspaceId,
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
    World { marketing, keys }
}

on_both_databases! {
    async fn every_route_of_the_api_lets_in_which_keys_it_should(console: Console) {
        let world = populate(&console).await;
        let (program, browser) = (console.visitor(), console.sign_in("grace").await);
        let mut wrong = Vec::new();
        for line in routes::table().iter().filter(|line| line.by_key) {
            for (actor, key) in &world.keys {
                let expected = reference(&line.method, line.path, *actor).unwrap_or_else(|| panic!("the reference does not know {} {}", line.method, line.path));
                // A fresh one, so that nothing stands in the way that an earlier request did.
                let fresh = console.key_id(&console.key(&console.user_named("grace"), Some(&world.marketing), None));
                let path = line.path.replace("{workspace}", world.marketing.as_str()).replace("{key}", fresh.as_str());
                let method: reqwest::Method = line.method.as_str().parse().unwrap();
                let body = serde_json::json!({ "name": "made on the way" });
                let answer = match key {
                    Some(key) if method == reqwest::Method::POST => program.call_with(method, &path, key, &body).await,
                    None if method == reqwest::Method::POST => browser.send(browser.request(method, &path).json(&body)).await,
                    Some(key) => program.call(method, &path, key).await,
                    None => browser.send(browser.request(method, &path)).await,
                };
                if answer.status.as_u16() != expected {
                    wrong.push(format!("{} {path} as {actor:?}: {} instead of {expected}: {}", line.method, answer.status, answer.body));
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
        assert_eq!(line.by_key, line.path.starts_with("/v1/"), "{} {}", line.method, line.path);
    }
}
