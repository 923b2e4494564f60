//! People, as programs list and add them.

mod adding;
mod refusals;

use diesel::prelude::*;
use noxus_console::{db::schema::users, domain::roles::built_in};
use reqwest::Method;
use serde_json::json;

use crate::support::{Console, engine::on_both_databases};

const USERS: &str = "/v1/admin/users";

on_both_databases! {
    async fn everybody_is_listed_bare_or_by_pages(console: Console) {
        let grace = console.set_up().await;
        let program = console.visitor();
        let key = console.key(&console.user_named("grace"), None, Some("users_read"));
        let ada = console.member_of_organization("Ada Lovelace").await;
        let dora = console.person("Dora Deactivated", built_in::org_base(), "deactivated").await;
        console.person("Remy Removed", built_in::org_base(), "removed").await;
        // As the key of the command line has one for its owner.
        let machine = console.person("Mac Machine", built_in::org_admin(), "active").await;
        console.rows(|c| diesel::update(users::table.filter(users::id.eq(machine))).set(users::kind.eq("service")).execute(c));
        let alan = console.invited_by(&grace, "Alan Turing", &[]).await;
        let admins = console.role("organization", "Also admins", "org_admin");
        let anna = console.person("Anna Admin", admins, "active").await;
        let user = |id: &str, first: &str, admin: bool, active: bool| {
            json!({ "id": id, "email": format!("{}@analytical.example", first.to_lowercase()), "display_name": first, "tenant_admin": admin, "is_active": active })
        };
        let mut everybody = vec![
            user(console.user_named("grace").as_str(), "Grace", true, true),
            user(ada.as_str(), "Ada", false, true),
            user(dora.as_str(), "Dora", false, false),
            user(alan.as_str(), "Alan", false, false),
            user(anna.as_str(), "Anna", true, true),
        ];
        let bare = program.call(Method::GET, USERS, &key).await;
        bare.is(200);
        assert_eq!(bare.json(), json!(everybody), "a bare list, in the order they were added");
        let page = |query: &str| {
            let (program, key, path) = (program.clone(), key.clone(), format!("{USERS}?{query}"));
            async move { program.call(Method::GET, &path, &key).await.json() }
        };
        for n in 6..=8 {
            console.member_of_organization(&format!("Person{n} Last")).await;
        }
        let second = page("page=2&page_size=2&size=2").await;
        let total = second["total"].as_i64().expect("a total");
        assert_eq!(second["items"], json!(everybody[2..4]));
        assert_eq!((&second["page"], &second["size"], second["pages"].as_i64()), (&json!(2), &json!(2), Some((total + 1) / 2)));
        everybody.truncate(1);
        assert_eq!(page("size=1").await["items"], json!(everybody));
        assert_eq!(page("page=99").await["items"], json!([]));
        program.call(Method::GET, &format!("{USERS}?size=0"), &key).await.problem(422);
        // A service account is no person, and not in the list.
        let listed = program.call(Method::GET, USERS, &key).await.json();
        assert_eq!(listed.as_array().expect("a list").len(), 8);
    }
}
