use noxus_console::{base::clock, domain::roles::built_in};
use reqwest::Method;

use crate::support::{Console, engine::on_both_databases};

const ME: &str = "/v1/admin/me";

on_both_databases! {
    async fn every_live_key_is_answered(console: Console) {
        console.set_up().await;
        let (ada, marketing) = (console.member_of_organization("Ada Lovelace").await, console.workspace_named("Marketing"));
        let program = console.visitor();
        console.membership(&ada, &marketing, built_in::reader());
        let full = console.key(&ada, Some(&marketing), None);
        let me = program.call(Method::GET, ME, &full).await;
        me.is(200);
        let me = me.json();
        assert_eq!(me["permissions"], serde_json::json!(["agents_run", "flows_run", "kbs_query"]));
        assert_eq!((me["group_id"].as_str(), me["value"].as_str(), me["tenant_admin"].as_bool()), (Some(marketing.as_str()), Some(""), Some(false)));
        // Never more than its owner may: of the grant only the part that a Reader holds.
        let wide = console.key(&ada, Some(&marketing), Some("flows_edit flows_run workspace_admin"));
        assert_eq!(program.call(Method::GET, ME, &wide).await.json()["permissions"], serde_json::json!(["flows_run"]));
        // An owner who is in no workspace, an archived workspace: a live key that may do nothing.
        let elsewhere = console.workspace("Elsewhere");
        let stray = console.key(&ada, Some(&elsewhere), None);
        assert_eq!(program.call(Method::GET, ME, &stray).await.json()["permissions"], serde_json::json!([]));
        let grace = console.user_named("grace");
        let admins = console.key(&grace, Some(&elsewhere), None);
        assert_eq!(program.call(Method::GET, ME, &admins).await.json()["permissions"].as_array().unwrap().len(), 16);
        console.archive(&elsewhere);
        assert_eq!(program.call(Method::GET, ME, &admins).await.json()["permissions"], serde_json::json!([]));
        // A system key: what it was given, of what its owner holds in the organization.
        let system = console.key(&grace, None, Some("org_admin"));
        let me = program.call(Method::GET, ME, &system).await.json();
        assert_eq!((me["tenant_admin"].as_bool(), me["permissions"].as_array().unwrap().len(), me["group_id"].is_null()), (Some(true), 13, true));
        let bounded = console.key(&ada, None, Some("org_admin"));
        assert_eq!(program.call(Method::GET, ME, &bounded).await.json()["permissions"].as_array().unwrap().len(), 5);
    }

    async fn a_workspace_is_named_once_and_counts_only_where_it_makes_a_difference(console: Console) {
        console.set_up().await;
        let (marketing, elsewhere) = (console.workspace_named("Marketing"), console.workspace("Elsewhere"));
        let system = console.key(&console.user_named("grace"), None, Some("org_admin"));
        let program = console.visitor();
        let get = |path: String| { let (program, key) = (program.clone(), system.clone()); async move { program.call(Method::GET, &path, &key).await } };
        let two = get(format!("/v1/workflows?group_id={marketing}&group_id={elsewhere}")).await;
        assert_eq!(two.problem(400), "Two different workspaces were named. Name one.");
        get(format!("/v1/workflows?group_id={marketing}&group_id={marketing}")).await.is(200);
        for path in ["/v1/nodes", ME, "/v1/workflows"] {
            get(format!("{path}?group_id=nowhere")).await.problem(404);
        }
        for path in ["/v1/admin/users", "/v1/admin/groups", "/v1/admin/roles"] {
            get(format!("{path}?group_id=nowhere")).await.is(200);
        }
    }

    async fn a_key_is_taken_from_either_header_and_never_from_a_cookie(console: Console) {
        let browser = console.set_up().await;
        let (grace, marketing) = (console.user_named("grace"), console.workspace_named("Marketing"));
        let key = console.key(&grace, Some(&marketing), None);
        let program = console.visitor();
        let get = |name: &'static str, value: String| program.send(program.bare(Method::GET, ME).header(name, value));
        get("X-API-Key", key.as_str().into()).await.is(200);
        get("Authorization", format!("bearer  {}", key.as_str())).await.is(200);
        for scheme in ["Basic", "Token", ""] {
            let refused = get("Authorization", format!("{scheme} {}", key.as_str())).await;
            assert!(refused.problem(401).contains("Bearer"));
            assert_eq!(refused.headers["www-authenticate"], "Bearer");
        }
        let other = console.key(&grace, Some(&marketing), None);
        let both = program.bare(Method::GET, ME).bearer_auth(key.as_str()).header("X-API-Key", other.as_str());
        program.send(both).await.problem(400);
        let same = program.bare(Method::GET, ME).bearer_auth(key.as_str()).header("X-API-Key", key.as_str());
        program.send(same).await.is(200);
        // A browser's cookie opens nothing here, and a key opens no page.
        browser.get(ME).await.problem(401);
        let page = program.bare(Method::GET, "/settings/users").bearer_auth(key.as_str());
        program.send(page).await.leads_to("/sign-in?next=%2Fsettings%2Fusers");
    }

    async fn a_dead_key_is_told_why(console: Console) {
        console.set_up().await;
        let (grace, marketing) = (console.user_named("grace"), console.workspace_named("Marketing"));
        let program = console.visitor();
        let why = |key: noxus_console::base::key::KeySecret| {
            let program = program.clone();
            async move { program.call(Method::GET, ME, &key).await.problem(401) }
        };
        assert!(why(noxus_console::base::key::KeySecret::random()).await.contains("Nobody has made"));
        let revoked = console.key(&grace, Some(&marketing), None);
        console.revoke(&revoked);
        assert!(why(revoked).await.contains("was revoked"));
        let expired = console.key_until(&grace, Some(&marketing), None, Some(clock::now() - clock::minutes(1)));
        assert!(why(expired).await.contains("has expired"));
        let dora = console.person("Dora Deactivated", built_in::org_admin(), "deactivated").await;
        assert!(why(console.key(&dora, Some(&marketing), None)).await.contains("not active"));
        for text in ["noxus_", "noxus_ä", "sk-123", "\u{1}"] {
            let request = program.bare(Method::GET, ME).header("X-API-Key", reqwest::header::HeaderValue::from_bytes(text.as_bytes()).unwrap_or(reqwest::header::HeaderValue::from_static("x")));
            program.send(request).await.problem(401);
        }
    }

    async fn what_is_not_there_and_what_is_not_taken_are_problems_too(console: Console) {
        console.set_up().await;
        let key = console.key(&console.user_named("grace"), None, Some("org_admin"));
        let program = console.visitor();
        assert!(program.call(Method::GET, "/v1/nothing", &key).await.problem(404).contains("nothing at this address"));
        program.call(Method::DELETE, ME, &key).await.problem(405);
        program.call_with(Method::POST, ME, &key, &serde_json::json!({})).await.problem(405);
        program.call(Method::GET, "/v1/nodes", &key).await.is(200);
    }

    async fn the_use_of_a_key_is_noted(console: Console) {
        use diesel::prelude::*;
        use noxus_console::db::schema::api_keys;
        console.set_up().await;
        let key = console.key(&console.user_named("grace"), None, Some("users_read"));
        let program = console.visitor();
        program.send(program.bare(Method::GET, ME).bearer_auth(key.as_str()).header("User-Agent", "curl/8.9")).await.is(200);
        let hash = key.hash();
        let (at, address, client): (Option<noxus_console::base::clock::Moment>, Option<String>, Option<String>) = console.rows(move |c| {
            api_keys::table.filter(api_keys::secret_hash.eq(hash)).select((api_keys::used_at, api_keys::used_address, api_keys::used_client)).first(c)
        });
        assert!(at.is_some_and(|at| clock::now() - at < clock::minutes(1)));
        assert_eq!((address.as_deref(), client.as_deref()), (Some("127.0.0.1"), Some("curl/8.9")));
    }
}
