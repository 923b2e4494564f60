use crate::support::{Console, Page, engine::on_both_databases};
use noxus_console::{base::ids::RoleId, domain::roles::built_in};

fn at(role: &RoleId) -> String {
    format!("/settings/roles/{role}")
}

/// Each workspace with who holds the role there.
fn rows(page: &Page) -> Vec<(String, String)> {
    page.texts_of(".table td.lead").into_iter().zip(page.texts_of(".table .holders")).collect()
}

fn row(workspace: &str, held: &str) -> (String, String) {
    (workspace.to_owned(), held.to_owned())
}

on_both_databases! {
    async fn who_holds_it_stands_by_workspace(console: Console) {
        let grace = console.set_up().await;
        let (marketing, research, closed) = (console.workspace_named("Marketing"), console.workspace("Research"), console.workspace("Closed"));
        for name in ["Ada Lovelace", "Claude Shannon", "Donald Knuth", "Edsger Dijkstra", "Frances Allen"] {
            let user = console.member_of_organization(name).await;
            console.membership(&user, &marketing, built_in::editor());
            console.membership(&user, &closed, built_in::editor());
        }
        let hedy = console.member_of_organization("Hedy Lamarr").await;
        console.membership(&hedy, &research, built_in::editor());
        console.membership(&hedy, &marketing, built_in::admin());
        console.archive(&closed);
        let page = grace.get(&at(&built_in::editor())).await;
        page.is(200).says("Who holds Editor");
        assert_eq!(rows(&page), [
            row("M Marketing", "AL CS DK Ada Lovelace, Claude Shannon, Donald Knuth and 2 more : people of Marketing"),
            row("R Research", "HL Hedy Lamarr : people of Research"),
        ]);
        assert_eq!(page.attributes("a.holders", "href"), [&marketing, &research].map(|w| format!("/settings/users?workspace={w}&status=any")));
        // Grace is an Admin of Marketing by a membership too: it is there.
        let page = grace.get(&at(&built_in::admin())).await;
        assert_eq!(rows(&page), [row("M Marketing", "GH HL Grace Hopper and Hedy Lamarr : people of Marketing")]);
        page.says("Beside them, organization admins are Admins in every workspace.");
        grace.get(&at(&built_in::reader())).await.is(200).says("Nobody in your workspaces");
    }

    async fn a_reader_sees_the_workspaces_they_may_enter(console: Console) {
        console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        for (name, workspace) in [("Ada Lovelace", &marketing), ("Claude Shannon", &research)] {
            let user = console.member_of_organization(name).await;
            console.membership(&user, workspace, built_in::reader());
        }
        let page = console.sign_in("ada").await.get(&at(&built_in::reader())).await;
        assert_eq!(rows(page.is(200)), [row("M Marketing", "AL Ada Lovelace : people of Marketing")]);
        page.does_not_say("Research").does_not_say("Claude");
    }

    async fn whoever_may_not_see_people_sees_numbers(console: Console) {
        console.set_up().await;
        let role = console.role("organization", "Reads settings", "settings_read");
        let ada = console.person("Ada Lovelace", role, "active").await;
        console.membership(&ada, &console.workspace_named("Marketing"), built_in::reader());
        let page = console.sign_in("ada").await.get(&at(&built_in::reader())).await;
        assert_eq!(rows(page.is(200)), [row("M Marketing", "1 person")]);
        assert!(page.texts_of("main .avatar").is_empty());
    }

    async fn only_a_workspace_role_has_this_page(console: Console) {
        let grace = console.set_up().await;
        for other in [built_in::org_base(), built_in::org_admin(), RoleId::new()] {
            grace.get(&at(&other)).await.is(404);
        }
        grace.get("/settings/roles/nonsense").await.is(404);
    }
}
