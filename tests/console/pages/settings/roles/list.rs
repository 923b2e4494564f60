use crate::support::{Console, Page, engine::on_both_databases};
use diesel::prelude::*;
use noxus_console::{
    base::{clock, ids::UserId},
    db::schema::{invitations, memberships, outbox, roles, users},
    domain::roles::built_in,
};

const ROLES: &str = "/settings/roles";

/// Name, words and holders of the roles in both lists.
fn rows(page: &Page) -> Vec<(String, String)> {
    page.texts_of(".table td.lead").into_iter().zip(page.texts_of(".table .holders")).collect()
}

fn row(name: &str, held: &str) -> (String, String) {
    (name.to_owned(), held.to_owned())
}

on_both_databases! {
    async fn beyond_a_thousand_only_what_the_database_counts_is_told(console: Console) {
        let grace = console.set_up().await;
        let (marketing, now) = (console.workspace_named("Marketing"), clock::now());
        console.rows(|c| (0..1_010).try_for_each(|n| {
            let (id, name) = (UserId::new(), format!("Common Person {n:04}"));
            let (key, status) = (name.to_lowercase(), if n < 5 { "deactivated" } else { "active" });
            diesel::insert_into(users::table).values((
                (users::id.eq(&id), users::kind.eq("person"), users::status.eq(status), users::name.eq(&name), users::display_name.eq("Common"), users::name_key.eq(&key)),
                (users::role_id.eq(built_in::org_base()), users::role_given_at.eq(now), users::created_at.eq(now), users::status_changed_at.eq(now)),
            )).execute(c)?;
            diesel::insert_into(memberships::table).values((
                (memberships::user_id.eq(&id), memberships::workspace_id.eq(&marketing), memberships::name_key.eq(&key)),
                (memberships::role_id.eq(built_in::reader()), memberships::given_at.eq(now)),
            )).execute(c).map(drop)
        }));
        let seen = rows(grace.get(ROLES).await.is(200));
        // Whoever is not active is passed over, and the first who are have their circles.
        assert!(seen.contains(&row("Org Base", "C0 C0 C0 1,005 people")) && seen.contains(&row("Reader", "C0 C0 C0 More than 1,000 people")), "{seen:?}");
        // As long as it can be looked at, it is.
        console.rows(|c| {
            let some: Vec<UserId> = users::table.filter(users::name_key.ge("common person 0990")).filter(users::kind.eq("person")).select(users::id).load(c)?;
            diesel::delete(memberships::table.filter(memberships::user_id.eq_any(&some)).filter(memberships::role_id.eq(built_in::reader()))).execute(c).map(drop)
        });
        let seen = rows(&grace.get(ROLES).await);
        assert!(seen.contains(&row("Reader", "C0 C0 C0 985 people 5 deactivated")), "{seen:?}");
    }

    async fn each_role_says_who_holds_it(console: Console) {
        let grace = console.set_up().await;
        console.person("Barbara Liskov", built_in::org_admin(), "active").await;
        console.person("Rita Removed", built_in::org_base(), "removed").await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        for name in ["Ada Lovelace", "Claude Shannon", "Donald Knuth", "Edsger Dijkstra"] {
            let user = console.member_of_organization(name).await;
            console.membership(&user, &marketing, built_in::editor());
            // The same role in two workspaces is held by one person.
            console.membership(&user, &research, built_in::editor());
        }
        let hedy = console.member_of_organization("Hedy Lamarr").await;
        console.membership(&hedy, &marketing, built_in::admin());
        let page = grace.get(ROLES).await;
        // Grace is an Admin of Marketing by a membership too: she is counted once.
        assert_eq!(rows(page.is(200)), [
            row("Org Admin", "BL GH 2 people"),
            row("Org Base", "AL CS DK 5 people"),
            row("Admin", "HL 1 person and 2 organization admins"),
            row("Editor", "AL CS DK 4 people"),
            row("Reader", "Nobody"),
        ]);
        // Whoever has it and may not use it stands beside them.
        let dora = console.person("Dora Deactivated", built_in::org_base(), "deactivated").await;
        console.membership(&dora, &marketing, built_in::reader());
        console.membership(&dora, &research, built_in::reader());
        let seen = rows(&grace.get(ROLES).await);
        assert!(seen.contains(&row("Org Base", "AL CS DK 5 people 1 deactivated")) && seen.contains(&row("Reader", "Nobody active 1 deactivated")), "{seen:?}");
        let ended: Vec<UserId> = {
            let mut ended = Vec::new();
            for (name, state) in [("Ina Invited", "pending"), ("Else Expired", "pending"), ("Rex Revoked", "revoked"), ("Dean Declined", "declined")] {
                let user = console.invited_by(&grace, name, &[(&marketing, built_in::reader())]).await;
                console.rows(|c| diesel::update(invitations::table.filter(invitations::user_id.eq(&user))).set(invitations::state.eq(state)).execute(c));
                ended.push(user);
            }
            ended
        };
        console.rows(|c| diesel::update(invitations::table.filter(invitations::user_id.eq(&ended[1]))).set(invitations::expires_at.eq(clock::now())).execute(c));
        let all = "1 invited, 1 expired, 1 declined, 1 revoked, 1 deactivated";
        let seen = rows(&grace.get(ROLES).await);
        assert!(seen.contains(&row("Org Base", &format!("AL CS DK 5 people {all}"))) && seen.contains(&row("Reader", &format!("Nobody active {all}"))), "{seen:?}");
        let there = grace.get(&format!("/settings/roles/{}", built_in::reader())).await;
        there.says(&format!("Nobody active {all}")).says("Nobody active 1 deactivated");
        console.rows(|c| {
            diesel::delete(outbox::table.filter(outbox::user_id.eq_any(&ended))).execute(c)?;
            diesel::delete(invitations::table.filter(invitations::user_id.eq_any(&ended))).execute(c)?;
            diesel::delete(memberships::table.filter(memberships::role_id.eq(built_in::reader()))).execute(c)?;
            diesel::update(users::table.filter(users::id.eq_any(&ended))).set(users::status.eq("removed")).execute(c)
        });
        // The list there shows them all.
        let list = grace.get(&format!("/settings/users?role={}&status=any", built_in::org_base())).await;
        assert_eq!(list.is(200).texts_of("td.lead").len(), 6);
        let users = [built_in::org_admin(), built_in::org_base()].map(|id| format!("/settings/users?role={id}&status=any"));
        let holders = [built_in::admin(), built_in::editor()].map(|id| format!("/settings/roles/{id}"));
        assert_eq!(page.attributes("a.holders", "href"), [users, holders].concat());
    }

    async fn every_permission_stands_in_words_and_by_key(console: Console) {
        let grace = console.set_up().await;
        let page = grace.get(ROLES).await;
        page.is(200).says("These are built in.").says("Deploy and version");
        assert_eq!(page.texts_of(".matrix code").len(), 16 + 13);
        assert_eq!(page.texts_of(".matrix .group"), ["Flows", "Agents", "Knowledge bases", "Administration", "People", "Workspaces", "Organization"]);
        assert_eq!(page.texts_of(".matrix thead th"), ["Permission", "Reader", "Editor", "Admin", "Permission", "Org Base", "Org Admin"]);
        // Reader 3, Editor 9, Admin 16; Org Base 5, Org Admin 13.
        assert_eq!(page.texts_of(".matrix .yes").len(), 3 + 9 + 16 + 5 + 13);
        assert_eq!(page.texts_of(".matrix .no").len(), 3 * 16 - 28 + 2 * 13 - 18);
        let lines = page.texts_of(".matrix tbody tr");
        assert!(lines.contains(&"Create and edit flows_edit – no yes yes".to_owned()), "{lines:?}");
        assert!(lines.contains(&"Open Settings settings_read yes yes".to_owned()), "{lines:?}");
    }

    async fn a_custom_role_is_listed_with_what_it_allows(console: Console) {
        let grace = console.set_up().await;
        let role = console.role("workspace", "Operator", "flows_run workspace_admin");
        console.role("organization", "Auditor", "org_audit settings_read unknown_key");
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.membership(&ada, &console.workspace_named("Marketing"), role);
        let page = grace.get(ROLES).await;
        page.says("Operator Custom").says("Run flows. Add and change members, remove members, connect integrations and manage settings and API keys.");
        page.says("Auditor Custom").says("Read the audit log. Open Settings.").does_not_say("These are built in.");
        assert!(rows(&page).contains(&row("Operator Custom", "AL 1 person")), "{:?}", rows(&page));
    }

    /// A gap is for faces: where there are none, the words begin at the column's edge.
    async fn nothing_stands_before_words_without_faces(console: Console) {
        let grace = console.set_up().await;
        console.rows(|c| diesel::delete(memberships::table).execute(c));
        let page = grace.get(ROLES).await;
        assert!(rows(&page).contains(&row("Admin", "1 organization admin")));
        assert_eq!(page.texts_of(".holders .faces").len(), 1, "an empty stack of faces");
    }

    async fn whoever_may_not_see_people_sees_numbers(console: Console) {
        console.set_up().await;
        let role = console.role("organization", "Reads settings", "settings_read");
        console.person("Ada Lovelace", role, "active").await;
        let page = console.sign_in("ada").await.get(ROLES).await;
        assert_eq!(rows(page.is(200))[0], row("Org Admin", "1 person"));
        assert!(page.texts_of("main .avatar").is_empty() && page.attributes("main a", "href").is_empty());
        assert!(!page.text().contains("Grace"));
    }

    async fn who_holds_what_in_other_workspaces_is_not_told(console: Console) {
        let grace = console.set_up().await;
        let secret = console.workspace("Secret Project");
        let keeper = console.role("workspace", "Keeper of the secret", "flows_run");
        console.rows(|c| diesel::update(roles::table.filter(roles::id.eq(&keeper))).set(roles::workspace_id.eq(&secret)).execute(c));
        let hedy = console.member_of_organization("Hedy Lamarr").await;
        console.membership(&hedy, &secret, built_in::editor());
        console.membership(&hedy, &console.workspace("Elsewhere"), keeper.clone());
        console.member_of_organization("Ada Lovelace").await;
        let ada = console.sign_in("ada").await;
        let page = ada.get(ROLES).await;
        let seen = rows(page.is(200).does_not_say("Keeper"));
        assert!(seen.contains(&row("Editor", "1 person")), "{seen:?}");
        ada.get(&format!("{ROLES}/{keeper}")).await.is(404);
        let seen = rows(grace.get(ROLES).await.is(200));
        assert!(seen.contains(&row("Editor", "HL 1 person")) && seen.contains(&row("Keeper of the secret Custom", "HL 1 person")), "{seen:?}");
        grace.get(&format!("{ROLES}/{keeper}")).await.is(200);
        // Whoever belongs there is told.
        console.membership(&console.user_named("ada"), &secret, built_in::reader());
        ada.get(ROLES).await.is(200).says("Keeper of the secret");
    }

    async fn it_asks_for_settings_read(console: Console) {
        console.set_up().await;
        let role = console.role("organization", "Nothing", "");
        console.person("Ada Lovelace", role, "active").await;
        console.sign_in("ada").await.get(ROLES).await.is(403).says("settings_read").says("Org Base");
    }
}
