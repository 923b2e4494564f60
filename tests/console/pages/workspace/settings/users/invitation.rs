use noxus_console::domain::roles::built_in;

use super::{list, member};
use crate::support::{Console, engine::on_both_databases};

on_both_databases! {
    async fn whoever_could_give_all_of_it_sends_an_invitation_again_from_the_list(console: Console) {
        let grace = console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        let alan = console.invited_by(&grace, "Alan Turing", &[(&marketing, built_in::reader())]).await;
        let path = format!("{}/{alan}/invitation", list(&marketing));
        assert!(grace.get(&list(&marketing)).await.attributes("form[method=post]", "action").contains(&path));
        grace.post(&path, &[]).await.leads_to(&list(&marketing));
        grace.get(&list(&marketing)).await.says("A fresh invitation for alan@analytical.example is in");
        assert_eq!(console.invitation_of(&alan).1, 2);
        grace.get(&path).await.leads_to(&list(&marketing));
        // Of this workspace's people only.
        grace.post(&format!("{}/{alan}/invitation", list(&research)), &[]).await.is(404);
        let (_, hedy) = member(&console, "Hedy Lamarr", &marketing, built_in::admin()).await;
        assert!(!hedy.get(&list(&marketing)).await.attributes("form[method=post]", "action").contains(&path), "without users_write");
        hedy.post(&path, &[]).await.is(403);
        assert_eq!(console.invitation_of(&alan).1, 2);
    }

    async fn who_comes_in_through_the_organization_is_invited_again_from_their_own_page(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let lotfi = console.invited_by_as(&grace, "Lotfi Zadeh", built_in::org_admin(), &[]).await;
        let page = grace.get(&list(&marketing)).await;
        page.says("Lotfi Zadeh").says("Invited");
        let path = format!("{}/{lotfi}/invitation", list(&marketing));
        assert!(!page.attributes("form[method=post]", "action").contains(&path), "it would be refused");
        grace.post(&path, &[]).await.is(404);
        grace.post(&format!("/settings/users/{lotfi}/invitation"), &[]).await.is(303);
        assert_eq!(console.invitation_of(&lotfi).1, 2);
    }
}
