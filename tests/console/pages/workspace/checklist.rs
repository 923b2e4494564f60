use noxus_console::domain::roles::built_in;

use crate::support::{
    Console, Page,
    engine::{Engine, on_both_databases},
};

fn done(page: &Page) -> Vec<String> {
    page.texts_of(".checklist .done b")
}

fn left(page: &Page) -> Vec<String> {
    page.texts_of(".checklist li:not(.done) a")
}

on_both_databases! {
    async fn the_first_steps_tick_themselves(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let home = format!("/workspaces/{marketing}");
        let page = grace.get(&home).await;
        assert_eq!(left(&page), ["Invite someone", "Give a role", "Make an API key", "Set up mail"]);
        let (users, keys) = (format!("{home}/settings/users"), format!("{home}/control/api-keys"));
        assert_eq!(page.attributes(".checklist li a", "href"), ["/settings/users/new", &users, &keys, "/help/set-up-mail"]);
        console.invited_by(&grace, "Alan Turing", &[]).await;
        let page = grace.get(&home).await;
        assert_eq!((done(&page), left(&page)), (vec!["Done: Invite someone".to_owned()], ["Give a role", "Make an API key", "Set up mail"].map(str::to_owned).to_vec()));
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.membership(&ada, &marketing, built_in::reader());
        assert_eq!(done(&grace.get(&home).await), ["Done: Invite someone", "Done: Give a role"]);
        console.key(&console.user_named("grace"), Some(&marketing), None);
        assert_eq!(done(&grace.get(&home).await), ["Done: Invite someone", "Done: Give a role", "Done: Make an API key"]);
        grace.get("/help/set-up-mail").await.is(200);
    }

    async fn put_away_they_stay_away_everywhere(console: Console) {
        let grace = console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        grace.submit(&format!("/workspaces/{marketing}/checklist"), &[]).await.says("The first steps are put away.");
        for workspace in [&marketing, &research] {
            let page = grace.get(&format!("/workspaces/{workspace}")).await;
            assert!(page.texts_of(".checklist").is_empty());
            // The tour is something else.
            page.says("A short look around");
        }
        grace.get(&format!("/workspaces/{marketing}/checklist")).await.leads_to(&format!("/workspaces/{marketing}"));
    }

    async fn an_admin_of_a_workspace_has_theirs_and_others_have_none(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        for (name, role) in [("Hedy Lamarr", built_in::admin()), ("Edsger Dijkstra", built_in::editor())] {
            let user = console.member_of_organization(name).await;
            console.membership(&user, &marketing, role);
        }
        let home = format!("/workspaces/{marketing}");
        assert!(console.sign_in("edsger").await.get(&home).await.texts_of(".checklist").is_empty());
        // Others belong to it already, it has a key, and the rest is not theirs to do: all is done.
        assert_eq!(left(&console.sign_in("hedy").await.get(&home).await), ["Make an API key"]);
        console.key(&console.user_named("hedy"), Some(&marketing), None);
        assert!(console.sign_in("hedy").await.get(&home).await.texts_of(".checklist").is_empty());
        let quiet = console.workspace("Quiet");
        console.membership(&console.user_named("hedy"), &quiet, built_in::admin());
        assert_eq!(left(&console.sign_in("hedy").await.get(&format!("/workspaces/{quiet}")).await), ["Give a role", "Make an API key"]);
    }
}

on_both_databases!(when_all_is_done_the_list_is_gone);
async fn when_all_is_done_the_list_is_gone(console: Console) {
    let engine: Engine = console.engine;
    drop(console);
    // Nobody answers there: whether mail is set up is what the setting says.
    let console = Console::start_with(engine, &["--smtp-url", "smtp://127.0.0.1:9"]).await;
    let grace = console.set_up().await;
    let marketing = console.workspace_named("Marketing");
    let page = grace.get(&format!("/workspaces/{marketing}")).await;
    assert_eq!(done(&page), ["Done: Set up mail"]);
    console.invited_by(&grace, "Alan Turing", &[(&marketing, built_in::reader())]).await;
    console.key(&console.user_named("grace"), Some(&marketing), None);
    assert!(grace.get(&format!("/workspaces/{marketing}")).await.texts_of(".checklist").is_empty());
}
