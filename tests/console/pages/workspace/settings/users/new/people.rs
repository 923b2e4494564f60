use noxus_console::{
    base::ids::{DraftId, UserId},
    domain::roles::built_in,
};

use super::{list, member, start, way};
use crate::support::{Console, engine::on_both_databases};

on_both_databases! {
    async fn active_and_invited_people_are_offered_and_who_is_in_is_shown(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        member(&console, "Ada Lovelace", &marketing, built_in::editor()).await;
        console.invited_by(&grace, "Joan Clarke", &[(&marketing, built_in::reader())]).await;
        console.member_of_organization("Edsger Dijkstra").await;
        console.invited_by(&grace, "Alan Turing", &[]).await;
        console.person("Dora Deactivated", built_in::org_base(), "deactivated").await;
        console.person("Barbara Liskov", built_in::org_admin(), "active").await;
        let page = grace.get(&format!("{}/new", list(&marketing))).await;
        page.is(200).says("People of Analytical Engines who should work in Marketing too.");
        assert_eq!(page.texts_of("#people .who b"), ["Alan Turing", "Edsger Dijkstra"]);
        assert_eq!(page.texts_of("#people .end"), ["Invited"]);
        assert_eq!(page.texts_of(".taken .name"), ["Ada Lovelace", "Joan Clarke", "Barbara Liskov", "Grace Hopper"]);
        assert_eq!(page.texts_of(".taken .end"), ["Editor", "Reader, invited", "Organization admin", "Organization admin"]);
        // Somebody new is invited with this workspace ticked.
        let invite = format!("/settings/users/new?workspace={marketing}");
        assert!(page.attributes("main a", "href").contains(&invite));
        let wizard = grace.get(&invite).await;
        assert_eq!(wizard.attributes("#workspaces input[checked]", "value"), [marketing.to_string()]);
        let (_, hedy) = member(&console, "Hedy Lamarr", &marketing, built_in::admin()).await;
        hedy.get(&format!("{}/new", list(&marketing))).await.is(200).does_not_say("Invite them");
    }

    async fn many_are_searched_and_what_is_ticked_stays(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        for n in 0..52 {
            console.member_of_organization(&format!("P{n:02} Person")).await;
        }
        let zoe = console.member_of_organization("Zoe Zuse").await;
        let path = format!("{}/new", list(&marketing));
        let page = grace.get(&path).await;
        page.says("There are more people than listed here.");
        assert_eq!(page.attributes("#people [data-count]", "data-count"), ["chosen"], "how many are listed is no limit");
        assert_eq!(page.texts_of(".stack > button"), [""; 0], "the button for Enter takes no room above the steps");
        assert_eq!(page.texts_of("#people .who b").len(), 50);
        let p00 = console.user_named("p00");
        let page = grace.post(&path, &[("people", p00.as_str()), ("find", "zuse"), ("act", "find")]).await;
        page.is(200);
        assert_eq!(page.texts_of("#people .who b"), ["P00 Person", "Zoe Zuse"]);
        assert_eq!(page.attributes("#people input[checked]", "value"), [p00.to_string()]);
        let page = grace.post(&path, &[("people", p00.as_str()), ("people", zoe.as_str()), ("find", "zuse")]).await;
        assert!(way(&page).ends_with("/roles"));
        grace.post(&path, &[("find", "nobody at all"), ("act", "find")]).await.is(200).says("Nobody found who is not in already. Try fewer letters").does_not_say("There are more people");
        let page = grace.post(&path, &[("people", p00.as_str()), ("find", "nobody at all"), ("act", "find")]).await;
        page.is(200).says("Nobody found").does_not_say("There are more people");
        assert_eq!(page.attributes("#people input[checked]", "value"), [p00.to_string()], "what is ticked stays");
    }

    async fn nobody_and_nobody_any_more_come_back(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let (ada, _) = member(&console, "Ada Lovelace", &marketing, built_in::reader()).await;
        let joan = console.member_of_organization("Joan Clarke").await;
        start(&grace, &marketing, &[]).await.is(422).says("Select at least one person.");
        let page = start(&grace, &marketing, &[&ada, &joan]).await;
        page.is(422).says("Ada Lovelace cannot be added any more");
        assert_eq!(page.attributes("#people input[checked]", "value"), [joan.to_string()], "the others stay ticked");
        start(&grace, &marketing, &[&console.user_named("grace")]).await.is(422).says("Grace Hopper cannot be added");
        let barbara = console.person("Barbara Liskov", built_in::org_admin(), "active").await;
        start(&grace, &marketing, &[&barbara]).await.is(422).says("Barbara Liskov cannot be added");
        let dora = console.person("Dora Deactivated", built_in::org_base(), "deactivated").await;
        start(&grace, &marketing, &[&dora]).await.is(422).says("Dora Deactivated cannot be added");
        start(&grace, &marketing, &[&UserId::new()]).await.is(422).says("Somebody you selected cannot be added");
        console.archive(&marketing);
        grace.get(&format!("{}/new", list(&marketing))).await.is(409).says("Restore it first");
        grace.get(&list(&marketing)).await.does_not_say("Add users");
    }

    async fn a_draft_is_its_makers_and_of_its_workspace(console: Console) {
        let grace = console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        let joan = console.member_of_organization("Joan Clarke").await;
        let roles = way(&start(&grace, &marketing, &[&joan]).await);
        let people = roles.replace("/roles", "/people");
        assert_eq!(grace.get(&people).await.attributes("#people input[checked]", "value"), [joan.to_string()]);
        let barbara = console.person("Barbara Liskov", built_in::org_admin(), "active").await;
        let other = console.sign_in("barbara").await;
        for path in [&roles, &people] {
            other.get(path).await.is(404);
            grace.get(&path.replace(marketing.as_str(), research.as_str())).await.is(404);
            grace.post(&path.replace(marketing.as_str(), research.as_str()), &[("all", built_in::reader().as_str())]).await.is(404);
        }
        let draft = roles.split('/').nth(6).unwrap();
        grace.get(&roles.replace(draft, DraftId::new().as_str())).await.is(404);
        drop(barbara);
    }

    async fn who_may_not_see_people_does_not_select_them(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let blind = console.role("organization", "Adder", "users_write workspace_read");
        let bea = console.person("Bea Blind", blind, "active").await;
        console.membership(&bea, &marketing, built_in::admin());
        let joan = console.member_of_organization("Joan Clarke").await;
        let bea = console.sign_in("bea").await;
        bea.get(&list(&marketing)).await.says("Invite user").does_not_say("Add users");
        bea.get(&format!("{}/new", list(&marketing))).await.is(403);
        start(&bea, &marketing, &[&joan]).await.is(403);
    }
}
