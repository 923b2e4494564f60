use std::process::Command;

use diesel::prelude::*;
use noxus_console::{
    base::ids::{DraftId, WithheldId},
    db::schema::{audit, audit_personal, drafts, memberships, users, withheld},
    domain::roles::built_in,
};

use super::acting::status_of;
use crate::support::{
    Console,
    engine::{Engine, on_both_databases},
};

/// Every row of every table, as text.
fn dump(console: &Console) -> String {
    const TABLES: [&str; 15] = [
        "organization",
        "roles",
        "users",
        "user_prefixes",
        "workspaces",
        "memberships",
        "withheld",
        "sessions",
        "throttles",
        "invitations",
        "outbox",
        "drafts",
        "api_keys",
        "audit",
        "audit_personal",
    ];
    let database = &console.app.config.database_url;
    let mut all = String::new();
    for table in TABLES {
        let select = format!("SELECT * FROM {table}");
        let done = match console.engine {
            Engine::Postgres => Command::new("psql").args(["-qX", "-c", &select, database]).output(),
            Engine::Sqlite => Command::new("python3")
                .args(["-c", "import sqlite3, sys\nfor row in sqlite3.connect(sys.argv[1]).execute(sys.argv[2]): print(row)", database, &select])
                .output(),
        };
        let done = done.expect("a program that reads the database");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        all += &String::from_utf8_lossy(&done.stdout);
    }
    all
}

on_both_databases! {
    async fn a_removed_person_leaves_nothing_personal(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        // Somebody who was invited, corrected, accepted, worked and was changed: traces everywhere.
        let id = console.invited_by(&grace, "Wilhelmina Quux", &[(&marketing, built_in::reader())]).await;
        grace.post(&format!("/settings/users/{id}/details"), &[("name", "Wilhelmina Quuxbury"), ("email", "wilhelmina@analytical.example")]).await.is(303);
        let (hash, user) = (console.app.hasher.hash(&noxus_console::base::password::Password::choose(crate::support::people::PASSWORD, &[]).unwrap()).await, id.clone());
        console.rows(move |c| diesel::update(users::table.filter(users::id.eq(user))).set((users::status.eq("active"), users::password.eq(hash))).execute(c));
        let own = console.sign_in("wilhelmina").await;
        own.follow("/settings/users").await.is(200);
        // A key of theirs, and where it was used from.
        let (key, program) = (console.key(&id, Some(&marketing), None), console.visitor());
        let me = || program.send(program.bare(reqwest::Method::GET, "/v1/admin/me").bearer_auth(key.as_str()).header("User-Agent", "wilhelminas-script/1"));
        me().await.is(200);
        let (owner, other, user, now) = (id.clone(), console.user_named("grace"), id.clone(), noxus_console::base::clock::now());
        console.rows(move |c| {
            for (owner, body) in [(owner, "{}"), (other, "{\"email\":\"Wilhelmina@analytical.example\"}")] {
                diesel::insert_into(drafts::table).values((drafts::id.eq(DraftId::new()), drafts::kind.eq("add_user"), drafts::owner_id.eq(owner), drafts::body.eq(body), drafts::created_at.eq(now), drafts::expires_at.eq(now))).execute(c)?;
            }
            diesel::insert_into(withheld::table).values((withheld::id.eq(WithheldId::new()), withheld::user_id.eq(user), withheld::role_id.eq(built_in::org_admin()), withheld::withheld_at.eq(now))).execute(c)
        });
        let before = dump(&console).to_lowercase();
        assert!(before.contains("quux") && before.contains("wilhelmina@"), "the dump shows what is there");

        let path = format!("/settings/users/{id}/removal");
        let of_others = || -> Vec<(String, String)> {
            let personal = audit_personal::table.filter(audit_personal::user_id.ne(id.as_str()));
            console.rows(|c| personal.select((audit_personal::audit_id, audit_personal::field)).load(c))
        };
        console.invited_by(&grace, "Joan Clarke", &[]).await;
        let others = of_others();
        grace.get(&path).await.is(200).says("Remove Wilhelmina for good?").says("Their session ends now").says("Their membership in a workspace ends.").says("Their API key is revoked");
        grace.post(&path, &[("email", "somebody@analytical.example")]).await.is(422).says("This is not their address");
        grace.post(&path, &[]).await.is(422);
        assert_eq!(status_of(&console, &id), "active");
        let answer = grace.post(&path, &[("email", " WILHELMINA@analytical.example ")]).await;
        answer.leads_to("/settings/users");
        let after = dump(&console).to_lowercase();
        for trace in ["wilhelmina", "quux"] {
            let found: Vec<&str> = after.lines().filter(|line| line.contains(trace)).collect();
            assert!(found.is_empty(), "{trace}: {found:#?}");
        }
        grace.follow("/settings/users").await.says("The person is removed").does_not_say("Wilhelmina");

        own.get("/").await.leads_to("/sign-in");
        assert!(me().await.problem(401).contains("was revoked"));
        grace.get(&format!("/settings/users/{id}")).await.is(404);
        grace.post(&path, &[("email", "")]).await.is(404);
        for q in ["wilhelmina", "quux", "w", "qu", "former"] {
            grace.get(&format!("/settings/users?status=any&q={q}")).await.says("Nobody found");
        }
        let (name, email): (String, Option<String>) = console.rows(|c| users::table.filter(users::id.eq(id.clone())).select((users::name, users::email)).first(c));
        assert!(name.starts_with("Former member ") && email.is_none(), "{name}");
        assert_eq!(console.rows(|c| memberships::table.filter(memberships::user_id.eq(id.clone())).count().get_result::<i64>(c)), 0);
        assert_eq!(console.rows(|c| audit::table.filter(audit::action.eq("user.removed")).filter(audit::subject_id.eq(id.as_str())).count().get_result::<i64>(c)), 1);
        // What is personal of others stays where it was.
        let kept = of_others();
        assert!(!others.is_empty() && others.iter().all(|row| kept.contains(row)), "{others:?} became {kept:?}");
        // The same address can be added anew, as somebody new.
        assert_ne!(console.invited_by(&grace, "Wilhelmina Other", &[]).await, id);
    }

    async fn an_invited_person_is_removed_with_their_invitation(console: Console) {
        let grace = console.set_up().await;
        let id = console.invited_by(&grace, "Alan Turing", &[]).await;
        let link = console.link_of(&id);
        grace.post(&format!("/settings/users/{id}/removal"), &[("email", "alan@analytical.example")]).await.is(303);
        let answer = console.visitor().get(&link).await;
        assert!([404, 410].contains(&answer.status.as_u16()), "{}", answer.status);
        assert!(!answer.body.contains("Alan"), "the page names them");
    }

    async fn removing_does_not_get_in_the_way_of_a_mail_that_is_being_sent(console: Console) {
        let grace = console.set_up().await;
        for round in 0..15 {
            let id = console.invited_by(&grace, &format!("Alan{round} Turing"), &[]).await;
            grace.post(&format!("/settings/users/{id}/removal"), &[("email", &format!("alan{round}@analytical.example"))]).await.is(303);
        }
    }

    async fn the_question_fits_where_somebody_stands(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let alan = console.invited_by(&grace, "Alan Turing", &[(&marketing, built_in::reader())]).await;
        let path = format!("/settings/users/{alan}");
        grace.get(&path).await.says("End the invitation of Alan").says("Ends the invitation and the roles that go with it");
        let page = grace.get(&format!("{path}/removal")).await;
        page.is(200).says("Their invitation ends: its link stops working.").says("The role they were to have in a workspace is taken back.");
        page.says("Their name and address are deleted.").does_not_say("sign in").does_not_say("password").does_not_say("made");
        grace.post(&format!("{path}/invitation/revocation"), &[]).await.is(303);
        grace.get(&path).await.says("Delete what is kept of Alan").says("The invitation has ended.").does_not_say("End the invitation");
        grace.get(&format!("{path}/removal")).await.says("Their invitation has ended already.").does_not_say("sign in").does_not_say("stops working");
        let page = grace.get(&format!("{path}/details")).await;
        assert!(page.body.contains("The invitation has ended: nothing goes to the address until you send a fresh one."), "{}", page.text());
        let fields = [("name", "Alan Turing"), ("email", "turing@analytical.example")];
        grace.submit(&format!("{path}/details"), &fields).await.says("The invitation has ended: send a fresh one.").does_not_say("was made");

        let dora = console.person("Dora Deactivated", built_in::org_base(), "deactivated").await;
        let path = format!("/settings/users/{dora}");
        grace.get(&path).await.says("Dora is deactivated").does_not_say("When Dora leaves").does_not_say("and sessions");
        grace.get(&format!("{path}/removal")).await.says("They cannot be reactivated any more.").says("password are deleted").does_not_say("sign in again");
        let ada = console.member_of_organization("Ada Lovelace").await;
        grace.get(&format!("/settings/users/{ada}/removal")).await.says("They have no session open, and cannot sign in again.");
    }
}
