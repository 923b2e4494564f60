use crate::support::{Console, engine::on_both_databases};
use diesel::prelude::*;
use noxus_console::{db::schema::audit, domain::roles::built_in};

on_both_databases! {
    async fn an_admin_of_the_workspace_renames_it(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.membership(&ada, &marketing, built_in::admin());
        let ada = console.sign_in("ada").await;
        let path = format!("/settings/workspaces/{marketing}/name");
        let page = ada.get(&path).await;
        page.is(200);
        assert_eq!(page.attributes("#name", "value"), ["Marketing"]);
        ada.submit(&path, &[("name", "Growth"), ("description", "Campaigns.")]).await.is(200).says("Marketing is now called Growth.").says("Campaigns.");
        assert_eq!(grace.get("/settings/workspaces").await.texts_of("td.lead"), ["G Growth Campaigns."]);
        // Its own name in other letters is no other's; saving twice changes nothing.
        ada.submit(&path, &[("name", "GROWTH"), ("description", "Campaigns.")]).await.is(200).says("Growth is now called GROWTH.");
        ada.submit(&path, &[("name", "GROWTH"), ("description", "Campaigns.")]).await.is(200).says("Saved.");
        let facts: Vec<String> = console.rows(|c| audit::table.filter(audit::action.eq("workspace.renamed")).order(audit::id).select(audit::facts).load(c));
        assert_eq!(facts, [
            r#"{"name":{"before":"Marketing","after":"Growth"},"description":{"before":"","after":"Campaigns."}}"#,
            r#"{"name":{"before":"Growth","after":"GROWTH"}}"#,
        ]);
    }

    async fn a_name_that_is_taken_is_refused_and_nothing_changes(console: Console) {
        let grace = console.set_up().await;
        let research = console.workspace("Research");
        let path = format!("/settings/workspaces/{research}/name");
        grace.post(&path, &[("name", "marketing"), ("description", "")]).await.is(422).says("Another workspace has this name").says("Open Marketing");
        grace.post(&path, &[("name", ""), ("description", &"x".repeat(501))]).await.is(422).says("2 things need another look");
        grace.post(&path, &[("name", "A\0B"), ("description", "")]).await.is(422).says("cannot be shown");
        grace.get("/settings/workspaces").await.says("Research");
    }

    async fn a_reader_is_refused_and_told_whom_to_ask(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let (ada, hedy) = (console.member_of_organization("Ada Lovelace").await, console.member_of_organization("Hedy Lamarr").await);
        console.membership(&ada, &marketing, built_in::reader());
        console.membership(&hedy, &marketing, built_in::admin());
        let ada = console.sign_in("ada").await;
        for act in ["name", "archive"] {
            let path = format!("/settings/workspaces/{marketing}/{act}");
            for page in [ada.get(&path).await, ada.post(&path, &[("name", "Mine"), ("description", "")]).await] {
                page.is(403).says("You may not administer Marketing").says("Administer the workspace").says("workspace_admin").says("Hedy Lamarr").says("Grace Hopper").says("Reader");
                assert!(page.texts_of("dd").contains(&"Admin".to_owned()), "the smallest role: {:?}", page.texts_of("dd"));
            }
        }
        ada.get(&format!("/workspaces/{marketing}")).await.is(200).says("Marketing");
    }

    async fn another_workspace_answers_as_an_unknown_one_does(console: Console) {
        console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let own = console.workspace("Own");
        console.membership(&ada, &own, built_in::admin());
        let archived = console.workspace("Archived");
        console.membership(&ada, &archived, built_in::admin());
        console.archive(&archived);
        let ada = console.sign_in("ada").await;
        ada.get(&format!("/workspaces/{own}")).await.is(200);
        let unknown = "01900000-0000-7000-8000-000000000000";
        let marketing = console.workspace_named("Marketing").to_string();
        for pattern in ["/workspaces/{}", "/settings/workspaces/{}/name", "/settings/workspaces/{}/archive", "/settings/workspaces/{}/restoration"] {
            let answers = [unknown, &marketing, archived.as_str(), "nonsense"].map(|id| pattern.replace("{}", id));
            let mut seen = Vec::new();
            for path in &answers {
                let mut pages = vec![ada.get(path).await];
                if pattern != "/workspaces/{}" {
                    pages.push(ada.post(path, &[("name", "Mine"), ("description", "")]).await);
                }
                for page in pages {
                    page.is(404);
                    let request = page.text_of("main code");
                    assert!(!request.is_empty());
                    seen.push(page.body.replace(&request, "REQUEST"));
                }
            }
            assert!(seen.windows(2).all(|pair| pair[0] == pair[1]), "{pattern}: the answers differ");
        }
    }

    async fn workspace_edit_manages_any_workspace_without_entering_it(console: Console) {
        console.set_up().await;
        let role = console.role("organization", "Facilities", "workspace_edit workspace_read");
        console.person("Ada Lovelace", role, "active").await;
        let marketing = console.workspace_named("Marketing");
        let ada = console.sign_in("ada").await;
        let list = ada.get("/settings/workspaces").await;
        list.is(200).says("Marketing");
        assert!(!list.attributes("main a", "href").contains(&format!("/workspaces/{marketing}")), "it leads to a workspace one may not enter");
        ada.get(&format!("/workspaces/{marketing}")).await.is(403).says("You are not in Marketing");
        let at = |act: &str| format!("/settings/workspaces/{marketing}/{act}");
        for act in ["name", "archive"] {
            ada.get(&at(act)).await.is(200);
        }
        ada.submit(&at("name"), &[("name", "Growth"), ("description", "")]).await.is(200).says("Marketing is now called Growth.");
        ada.submit(&at("archive"), &[]).await.is(200).says("Growth is archived.");
        ada.get(&at("restoration")).await.is(200);
        ada.submit(&at("restoration"), &[]).await.is(200).says("Growth is open again.");
        let unknown = "/settings/workspaces/01900000-0000-7000-8000-000000000000";
        for act in ["name", "archive", "restoration"] {
            ada.get(&format!("{unknown}/{act}")).await.is(404);
            ada.post(&format!("{unknown}/{act}"), &[("name", "Mine"), ("description", "")]).await.is(404);
        }
    }
}
