//! Acts on several people: every other act waits for them, so they ask the database no more of many than of few.

use noxus_console::{
    base::ids::{UserId, WorkspaceId},
    domain::roles::built_in,
};

use super::{
    list,
    new::{start, way},
};
use crate::support::{Client, Console, engine::on_both_databases, statements::at_most};

/// Thirty people, every third of them still invited.
async fn thirty(console: &Console, grace: &Client, places: &[(&WorkspaceId, noxus_console::base::ids::RoleId)]) -> Vec<UserId> {
    let mut all = Vec::new();
    for n in 10..40 {
        let name = format!("P{n} Somebody");
        if n % 3 == 0 {
            all.push(console.invited_by(grace, &name, places).await);
            continue;
        }
        let user = console.member_of_organization(&name).await;
        for (workspace, role) in places {
            console.membership(&user, workspace, role.clone());
        }
        all.push(user);
    }
    all
}

fn form(some: &[UserId]) -> Vec<(&str, &str)> {
    some.iter().map(|user| ("user", user.as_str())).collect()
}

on_both_databases! {
    async fn the_role_of_many_is_changed_in_a_few_statements(mut console: Console) {
        console.stop_mail();
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let all = thirty(&console, &grace, &[(&marketing, built_in::reader())]).await;
        let (path, editor) = (format!("{}/role", list(&marketing)), built_in::editor());
        let mut form = form(&all);
        form.push(("role", editor.as_str()));
        let (answer, asked) = console.asked_by(grace.post(&path, &form)).await;
        answer.leads_to(&list(&marketing));
        at_most(30, &asked);
        grace.get(&list(&marketing)).await.says("30 people have the role Editor in Marketing now.");
        assert_eq!(all.iter().filter(|user| console.role_in(user, &marketing) == Some(editor.clone())).count(), 30);
        assert_eq!(console.invitation_of(&all[2]).1, 2, "whoever is invited gets a fresh invitation");
    }

    async fn many_are_removed_in_a_few_statements(mut console: Console) {
        console.stop_mail();
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let all = thirty(&console, &grace, &[(&marketing, built_in::reader())]).await;
        let path = format!("{}/removal", list(&marketing));
        let selected: Vec<String> = all.iter().map(|user| format!("user={user}")).collect();
        let (question, asked) = console.asked_by(grace.get(&format!("{path}?{}", selected.join("&")))).await;
        question.is(200).says("Remove 30 people from Marketing?").says("10 of them have not accepted yet").says("For 20 of them Marketing is the only workspace");
        at_most(25, &asked);
        let (answer, asked) = console.asked_by(grace.post(&path, &form(&all))).await;
        answer.leads_to(&list(&marketing));
        at_most(25, &asked);
        grace.get(&list(&marketing)).await.says("30 people are no longer in Marketing.");
        assert!(all.iter().all(|user| console.role_in(user, &marketing).is_none()));
        assert_eq!(console.invitation_of(&all[2]).1, 2);
    }

    async fn many_are_added_in_a_few_statements(mut console: Console) {
        console.stop_mail();
        let grace = console.set_up().await;
        let research = console.workspace("Research");
        let all = thirty(&console, &grace, &[]).await;
        let draft = way(&start(&grace, &research, &all.iter().collect::<Vec<_>>()).await);
        let reader = built_in::reader();
        let given = [("all", reader.as_str())];
        let (answer, asked) = console.asked_by(grace.post(&draft, &given)).await;
        answer.leads_to(&list(&research));
        at_most(45, &asked);
        grace.get(&list(&research)).await.says("30 people were added to Research.");
        assert!(all.iter().all(|user| console.role_in(user, &research) == Some(reader.clone())));
        assert_eq!(console.invitation_of(&all[2]).1, 2);
    }
}
