//! Workspaces, as programs list them.

use diesel::prelude::*;
use noxus_console::{db::schema::workspaces, domain::roles::built_in};
use reqwest::Method;
use serde_json::json;

use crate::support::{Console, engine::on_both_databases};

const GROUPS: &str = "/v1/admin/groups";

on_both_databases! {
    async fn workspaces_are_listed_bare_or_by_pages(console: Console) {
        console.set_up().await;
        let (program, grace, marketing) = (console.visitor(), console.user_named("grace"), console.workspace_named("Marketing"));
        let (archived, research) = (console.workspace("Archived"), console.workspace("Research"));
        console.archive(&archived);
        console.rows(|c| diesel::update(workspaces::table.find(&research)).set(workspaces::description.eq("Finds out.")).execute(c));
        let key = console.key(&grace, None, Some("org_admin"));
        let group = |id: &str, name: &str, description: Option<&str>| json!({ "id": id, "name": name, "description": description });
        let all = [group(marketing.as_str(), "Marketing", None), group(research.as_str(), "Research", Some("Finds out."))];
        let bare = program.call(Method::GET, GROUPS, &key).await;
        bare.is(200);
        assert_eq!(bare.json(), json!(all), "a bare list, by name, without archived ones");
        let second = program.call(Method::GET, &format!("{GROUPS}?page=2&size=1&page_size=1"), &key).await.json();
        assert_eq!(second, json!({ "items": [all[1]], "total": 2, "page": 2, "size": 1, "pages": 2 }));
        assert_eq!(program.call(Method::GET, &format!("{GROUPS}?size=50"), &key).await.json()["items"], json!(all));
        program.call(Method::GET, &format!("{GROUPS}?page=x"), &key).await.problem(422);
        // Who manages any of them sees them all; a system key belongs to none itself.
        let managers = console.key(&grace, None, Some("workspace_read workspace_edit"));
        assert_eq!(program.call(Method::GET, GROUPS, &managers).await.json(), json!(all));
        let reads = console.key(&grace, None, Some("workspace_read"));
        assert_eq!(program.call(Method::GET, GROUPS, &reads).await.json(), json!([]));
        assert_eq!(program.call(Method::GET, &format!("{GROUPS}?page=1"), &reads).await.json()["pages"], 0);
        // Its owner bounds it.
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.membership(&ada, &marketing, built_in::admin());
        assert_eq!(program.call(Method::GET, GROUPS, &console.key(&ada, None, Some("org_admin"))).await.json(), json!([]));
        let said = program.call(Method::GET, GROUPS, &console.key(&grace, Some(&marketing), None)).await.problem(403);
        assert!(said.contains("needs a system key with workspace_read"), "{said}");
    }
}
