use diesel::prelude::*;
use noxus_console::{
    base::{
        clock,
        ids::{FlowId, UserId, WorkspaceId},
    },
    db::schema::{audit, flows},
    domain::roles::built_in,
};
use reqwest::Method;

use crate::support::{Client, Console, engine::on_both_databases, flows::EMPTY};

/// Marketing, the address of its flows, and Grace Hopper's browser.
async fn begin(console: &Console) -> (WorkspaceId, String, Client) {
    let grace = console.set_up().await;
    let marketing = console.workspace_named("Marketing");
    let list = format!("/workspaces/{marketing}/flows");
    (marketing, list, grace)
}

fn acts(console: &Console) -> Vec<String> {
    console.rows(|c| audit::table.filter(audit::subject_kind.eq("flow")).order(audit::id).select(audit::action).load(c))
}

async fn member(console: &Console, name: &str, workspace: &WorkspaceId, role: noxus_console::base::ids::RoleId) -> (UserId, Client) {
    let id = console.member_of_organization(name).await;
    console.membership(&id, workspace, role);
    (id, console.sign_in(&name.split(' ').next().unwrap_or_default().to_lowercase()).await)
}

on_both_databases! {
    async fn a_flow_is_edited_before_it_is_deleted(console: Console) {
        let (_, list, grace) = begin(&console).await;
        grace.post(&format!("{list}/new"), &[("name", "Digest"), ("definition", EMPTY)]).await.is(303);
        let href = grace.get(&list).await.attributes("td.lead a", "href").remove(0);
        let page = grace.get(&href).await;
        assert_eq!(page.texts_of(".head .actions .btn"), ["Edit", "Delete"], "on a phone the first stands on top");
        assert_eq!(page.attributes(".facts .faced > .avatar", "data-initials"), ["GH"], "who made it has their circle");
        assert_eq!(grace.get(&list).await.attributes("tbody .faced-cell .avatar", "data-initials"), ["GH"]);
    }

    async fn a_flow_is_created_shown_edited_and_deleted(console: Console) {
        let (marketing, list, grace) = begin(&console).await;
        let empty = grace.get(&list).await;
        empty.is(200).says("No flows yet").says("Programs read it with a key of Marketing.");
        assert!(empty.texts_of("main a, main button").iter().any(|text| text == "Create flow"));
        let new = grace.get(&format!("{list}/new")).await;
        assert_eq!(new.text_of("#definition"), "{ \"nodes\": [], \"edges\": [] }");
        let definition = "{\r\n  \"nodes\": [{\"id\": \"a\"}, {\"id\": \"b\"}],\r\n  \"edges\": [1.0]\r\n}";
        let made = grace.post(&format!("{list}/new"), &[("name", "  Weekly   digest "), ("definition", definition)]).await;
        let page = made.is(303).location.clone().expect("its page");
        let id = console.flow_of(&marketing);
        assert_eq!(page, format!("{list}/{id}"));
        // What was typed, without the line ends that forms send.
        assert_eq!(console.stored_flow(&id), ("Weekly digest".into(), "flow".into(), definition.replace('\r', "")));
        let shown = grace.get(&page).await;
        shown.says("Weekly digest is created.").says("2 nodes, 1 edge").says("by Grace Hopper").says(id.as_str()).does_not_say("Changed");
        assert_eq!(shown.title(), "Weekly digest");

        let edit = format!("{page}/details");
        let form = grace.get(&edit).await;
        let seen = form.attributes("input[name=seen]", "value").remove(0);
        assert_eq!(form.attributes("#name", "value"), ["Weekly digest"]);
        grace.submit(&edit, &[("seen", &seen), ("name", "Digest"), ("definition", EMPTY)]).await.says("Saved.").says("Changed").says("0 nodes, 0 edges");
        assert_eq!(console.stored_flow(&id), ("Digest".into(), "flow".into(), EMPTY.into()));
        // Saving what is there already is no act.
        let seen = grace.get(&edit).await.attributes("input[name=seen]", "value").remove(0);
        grace.submit(&edit, &[("seen", &seen), ("name", "Digest"), ("definition", EMPTY)]).await.says("Saved.");

        let removal = format!("{page}/removal");
        grace.get(&removal).await.is(200).says("Delete Digest?").says("can’t be undone").says("The other flows of Marketing stay as they are.");
        assert_eq!(console.stored_flow(&id).0, "Digest", "asking deletes nothing");
        let gone = grace.post(&removal, &[]).await;
        gone.leads_to(&list);
        grace.get(&list).await.says("Digest is deleted.").says("No flows yet");
        for (method, path) in [(Method::GET, &page), (Method::GET, &edit), (Method::GET, &removal), (Method::POST, &removal)] {
            grace.send(grace.request(method, path)).await.is(404);
        }
        assert_eq!(acts(&console), ["flow.created", "flow.changed", "flow.deleted"]);
    }

    async fn examples_are_added_by_one_click_and_none_twice(console: Console) {
        let (marketing, list, grace) = begin(&console).await;
        let examples = format!("{list}/examples");
        grace.submit(&examples, &[]).await.says("3 example flows are added.").says("Weekly digest").says("Reply draft").says("Paper summary").does_not_say("Add example flows");
        grace.submit(&examples, &[]).await.says("The example flows are here already.").says("3 flows");
        console.rows(|c| diesel::delete(flows::table.filter(flows::name.eq("Reply draft"))).execute(c));
        // One's own of the same name, however it is written, stays.
        console.rows(|c| diesel::update(flows::table.filter(flows::name.eq("Paper summary"))).set(flows::name.eq("PAPER summary")).execute(c));
        grace.get(&list).await.says("Add example flows");
        grace.submit(&examples, &[]).await.says("One example flow is added.").says("PAPER summary").says("3 flows");
        // Each is a good flow with something in it.
        for id in console.rows(|c| flows::table.filter(flows::workspace_id.eq(&marketing)).select(flows::id).load::<FlowId>(c)) {
            grace.get(&format!("{list}/{id}")).await.is(200).does_not_say("0 nodes");
        }
        // Twenty clicks at once add them once.
        let elsewhere = format!("/workspaces/{}/flows/examples", console.workspace("Elsewhere"));
        let clicks: Vec<_> = (0..20).map(|_| { let (grace, path) = (grace.clone(), elsewhere.clone()); tokio::spawn(async move { grace.post(&path, &[]).await.status.as_u16() }) }).collect();
        for click in clicks {
            assert_eq!(click.await.expect("no panic"), 303);
        }
        assert_eq!(console.rows(|c| flows::table.filter(flows::workspace_id.ne(&marketing)).count().get_result::<i64>(c)), 3);
    }

    async fn what_is_wrong_is_said_with_its_place_and_kept(console: Console) {
        let (marketing, list, grace) = begin(&console).await;
        let flow = console.flow(&marketing, "Digest");
        for path in [format!("{list}/new"), format!("{list}/{flow}/details")] {
            let bad = "{\n  \"nodes\": [],\n  \"edges\": [],\n}";
            let page = grace.post(&path, &[("name", ""), ("definition", bad)]).await;
            page.is(422).says("2 things need another look").says("The flow’s name is missing.").says("Line 4, column 1: a name in double quotes belongs here; a comma before } is one too many.");
            assert_eq!(page.html().select(&scraper::Selector::parse("#definition").unwrap()).next().unwrap().text().collect::<String>(), bad);
            for (definition, says) in [("", "The definition is missing."), ("[]", "is not an object"), (r#"{"nodes":{},"edges":[]}"#, "lacks the list “nodes”"), ("{\"nodes\":[\0],\"edges\":[]}", "Line 1, column 11")] {
                grace.post(&path, &[("name", "A"), ("definition", definition)]).await.is(422).says(says);
            }
            grace.post(&path, &[("name", "A\0"), ("definition", EMPTY)]).await.is(422).says("a character that cannot be shown");
            grace.post(&path, &[("name", "A")]).await.is(400);
            let script = format!(r#"{{"nodes":["</textarea></code><script>alert(1)</script>"],"edges":[],"x":{}{}}}"#, "[".repeat(100), "]".repeat(100));
            let page = grace.post(&path, &[("name", "<b>A</b>"), ("definition", &script)]).await;
            page.is(422).says("more than 100 deep");
            assert!(!page.body.contains("<script>alert") && !page.body.contains("<b>A"), "what was typed is text");
        }
        assert!(acts(&console).is_empty());
        assert_eq!(console.stored_flow(&flow), ("Digest".into(), "flow".into(), EMPTY.into()));
    }

    async fn what_somebody_else_changed_meanwhile_is_not_overwritten_unasked(console: Console) {
        let (marketing, list, grace) = begin(&console).await;
        let (_, ada) = member(&console, "Ada Lovelace", &marketing, built_in::editor()).await;
        let flow = console.flow(&marketing, "Digest");
        let edit = format!("{list}/{flow}/details");
        let seen = |page: &crate::support::Page| page.attributes("input[name=seen]", "value").remove(0);
        let (graces, adas) = (seen(&grace.get(&edit).await), seen(&ada.get(&edit).await));
        ada.post(&edit, &[("seen", &adas), ("name", "Ada’s"), ("definition", EMPTY)]).await.is(303);
        // Saying the same as is there now is nobody's loss.
        grace.post(&edit, &[("seen", &graces), ("name", "Ada’s"), ("definition", EMPTY)]).await.is(303);
        let stale = grace.post(&edit, &[("seen", &graces), ("name", "Grace’s"), ("definition", r#"{"nodes":[1],"edges":[]}"#)]).await;
        stale.is(422).says("Ada Lovelace changed this flow").says("while it was open here. Save again to put yours in its place.");
        assert_eq!((stale.attributes("#name", "value"), console.stored_flow(&flow).0.as_str()), (vec!["Grace’s".to_owned()], "Ada’s"));
        // Changed once more in between, it asks once more.
        let (again, adas) = (seen(&stale), seen(&ada.get(&edit).await));
        ada.post(&edit, &[("seen", &adas), ("name", "Ada’s second"), ("definition", EMPTY)]).await.is(303);
        let stale = grace.post(&edit, &[("seen", &again), ("name", "Grace’s"), ("definition", EMPTY)]).await;
        stale.is(422).says("Ada Lovelace changed this flow");
        grace.post(&edit, &[("seen", &seen(&stale)), ("name", "Grace’s"), ("definition", EMPTY)]).await.is(303);
        assert_eq!(console.stored_flow(&flow).0, "Grace’s");
        // One's own other tab is told apart.
        grace.post(&edit, &[("seen", &graces), ("name", "Mine"), ("definition", EMPTY)]).await.is(422).says("You changed this flow");
        // Deleted meanwhile, there is nothing to save.
        grace.post(&format!("{list}/{flow}/removal"), &[]).await.is(303);
        ada.post(&edit, &[("seen", &adas), ("name", "Late"), ("definition", EMPTY)]).await.is(404);
    }

    async fn each_role_sees_and_does_what_its_permissions_say(console: Console) {
        let (marketing, list, _) = begin(&console).await;
        let flow = console.flow(&marketing, "Digest");
        let page = format!("{list}/{flow}");
        let custom = |name: &str, permissions: &str| console.role("workspace", name, permissions);
        // Sees, edits, deletes.
        for (name, role, [sees, edits, deletes]) in [
            ("Adam Admin", built_in::admin(), [true, true, true]),
            ("Edith Editor", built_in::editor(), [true, true, true]),
            ("Rita Reader", built_in::reader(), [true, false, false]),
            ("Olga Only", custom("Only edit", "flows_edit"), [true, true, false]),
            ("Dan Delete", custom("Only delete", "flows_delete"), [true, false, true]),
            ("Anna Advanced", custom("Only advanced", "flows_advanced"), [true, false, false]),
            ("Karl Kbs", custom("Other things", "agents_edit kbs_edit workspace_admin"), [false, false, false]),
        ] {
            let (_, who) = member(&console, name, &marketing, role).await;
            let home = who.get(&format!("/workspaces/{marketing}")).await;
            assert_eq!(home.attributes("nav a", "href").contains(&list), sees, "{name}: the sidebar leads there or not");
            let (there, one) = (who.get(&list).await, who.get(&page).await);
            there.is(if sees { 200 } else { 403 });
            one.is(if sees { 200 } else { 403 });
            let offered = |page: &crate::support::Page, what: &str| page.texts_of("main a, main button").iter().any(|text| text == what);
            assert_eq!([offered(&there, "Create flow"), offered(&there, "Add example flows"), offered(&one, "Edit")], [edits; 3], "{name}");
            assert_eq!([offered(&there, "Delete"), offered(&one, "Delete")], [deletes; 2], "{name}");
            // What is not offered is refused all the same, and says what it needs.
            let form = [("name", "Digest"), ("definition", EMPTY)];
            for (path, may, key) in [
                (format!("{list}/new"), edits, "flows_edit"),
                (format!("{list}/examples"), edits, "flows_edit"),
                (format!("{page}/details"), edits, "flows_edit"),
                (format!("{page}/removal"), deletes, "flows_delete"),
            ] {
                if may {
                    assert!(!who.get(&path).await.status.is_client_error(), "{name} {path}");
                    continue;
                }
                assert!(who.get(&path).await.is(403).body.contains(key), "{name} {path}");
                who.post(&path, &form).await.is(403);
            }
        }
        assert!(acts(&console).is_empty());
        // Whoever is in no role here, or not in the workspace at all.
        console.member_of_organization("Nora Nobody").await;
        let nora = console.sign_in("nora").await;
        for path in [&list, &page] {
            nora.get(path).await.is(404);
        }
    }

    async fn another_workspaces_flow_is_an_unknown_one(console: Console) {
        let (marketing, list, grace) = begin(&console).await;
        let elsewhere = console.workspace("Elsewhere");
        let (theirs, unknown) = (console.flow(&elsewhere, "Theirs"), FlowId::new());
        for below in ["", "/details", "/removal"] {
            let bare = |id: &FlowId| { let path = format!("{list}/{id}{below}"); let grace = grace.clone(); async move { grace.get(&path).await } };
            let (one, other) = (bare(&theirs).await, bare(&unknown).await);
            one.is(404);
            let plain = |page: &crate::support::Page, id: &FlowId| page.body.replace(page.headers["x-request-id"].to_str().unwrap(), "ID").replace(id.as_str(), "FLOW");
            assert_eq!(plain(&one, &theirs), plain(&other, &unknown), "{below}");
        }
        grace.post(&format!("{list}/{theirs}/details"), &[("name", "Mine"), ("definition", EMPTY)]).await.is(404);
        grace.post(&format!("{list}/{theirs}/removal"), &[]).await.is(404);
        assert_eq!(console.stored_flow(&theirs).0, "Theirs");
        grace.get(&list).await.does_not_say("Theirs");
        let _ = marketing;
    }

    async fn the_list_is_searched_and_turned_page_by_page(console: Console) {
        let (marketing, list, grace) = begin(&console).await;
        console.rows(|c| {
            let by: UserId = noxus_console::db::schema::users::table.select(noxus_console::db::schema::users::id).first(c)?;
            for n in 0..120 {
                let (name, now) = (format!("Flow {n:03}%_ä"), clock::now());
                diesel::insert_into(flows::table).values((
                    (flows::id.eq(FlowId::new()), flows::workspace_id.eq(&marketing), flows::kind.eq("flow"), flows::name.eq(&name), flows::name_key.eq(noxus_console::base::text::fold(&name))),
                    (flows::definition.eq(EMPTY), flows::created_at.eq(now), flows::created_by.eq(&by), flows::changed_at.eq(now), flows::changed_by.eq(&by)),
                )).execute(c)?;
            }
            Ok(())
        });
        let (mut seen, mut path, mut pages) = (Vec::new(), list.clone(), 0);
        loop {
            let page = grace.get(&path).await;
            page.is(200).says("120 flows");
            seen.extend(page.texts_of("tbody .lead a"));
            pages += 1;
            match page.attributes("a[rel=next]", "href").pop() {
                Some(next) => path = next,
                None => break,
            }
        }
        assert_eq!((seen.len(), pages), (120, 3));
        assert!(seen.is_sorted(), "{seen:?}");
        let back = grace.get(&path).await.attributes("a[rel=prev]", "href").pop().expect("a way back");
        assert_eq!(grace.get(&back).await.texts_of("tbody .lead a"), seen[50..100]);
        let find = |q: &str| { let (grace, path) = (grace.clone(), format!("{list}?{}", url::form_urlencoded::Serializer::new(String::new()).append_pair("q", q).finish())); async move { grace.get(&path).await } };
        for (q, found) in [("flow 007", 1), ("FLOW 00", 10), ("%_a", 120), ("7%", 12), ("\\", 0), ("nothing\0", 0), ("ä", 120)] {
            let page = find(q).await;
            page.is(200);
            if found == 0 {
                page.says("No flow matches");
            } else {
                page.says(&format!("{found} flow"));
            }
        }
        find(&"x".repeat(5_000)).await.is(200).says("No flow matches");
        for odd in ["after=x", "before=%00", "after=018f%20zzz", "before=&after="] {
            grace.get(&format!("{list}?{odd}")).await.is(200);
        }
    }
}
