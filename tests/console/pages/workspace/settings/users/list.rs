use diesel::prelude::*;
use noxus_console::{
    base::{
        clock,
        ids::{UserId, WorkspaceId},
        text::fold,
    },
    db::schema::{invitations, memberships, user_prefixes, users},
    domain::{outbox, roles::built_in, users::prefixes},
};

use super::{list, member};
use crate::support::{Console, client::Page, engine::on_both_databases};

fn names(page: &Page) -> Vec<String> {
    page.texts_of("tbody .who b")
}

on_both_databases! {
    async fn members_are_listed_with_role_giver_status_and_admins_behind_them(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        member(&console, "Ada Lovelace", &marketing, built_in::editor()).await;
        let dora = console.person("Dora Deactivated", built_in::org_base(), "deactivated").await;
        console.membership(&dora, &marketing, built_in::admin());
        console.invited_by(&grace, "Alan Turing", &[(&marketing, built_in::reader())]).await;
        console.member_of_organization("Zoe Zuse").await;
        let barbara = console.person("Barbara Liskov", built_in::org_admin(), "active").await;
        // A role of one's own says less than is true.
        console.membership(&barbara, &marketing, built_in::reader());
        // Whose account is deactivated administers nothing, and is nowhere but where they were given a role.
        console.person("Otto Old", built_in::org_admin(), "deactivated").await;
        let page = grace.get(&list(&marketing)).await;
        page.is(200).says("3 members and 2 organization admins");
        assert_eq!(names(&page), ["Ada Lovelace", "Alan Turing", "Dora Deactivated", "Barbara Liskov", "Grace Hopper"]);
        let rows = page.texts_of("tbody tr");
        assert!(rows[0].contains("Editor") && rows[0].contains("Active") && rows[0].contains("The set-up"), "{rows:?}");
        assert!(rows[1].contains("Reader") && rows[1].contains("Invited expires in 7 days") && rows[1].contains("Grace Hopper") && rows[1].contains("Never"), "{rows:?}");
        assert!(rows[2].contains("Deactivated"), "{rows:?}");
        assert_eq!(page.attributes("tbody td.later .avatar", "data-initials"), ["GH"], "whoever gave a role has their circle");
        assert!(rows[3].contains("Admin through the organization") && rows[4].contains("Admin through the organization"), "{rows:?}");
        assert_eq!(page.attributes("tbody input[name=user]", "value").len(), 3, "an organization admin has no box");
        for row in &page.texts_of("tbody tr")[3..] {
            assert!(!row.contains("Remove from") && !row.contains("Change role"), "{row}");
        }
    }

    async fn a_search_shows_everybody_once_and_who_begins_with_it_first(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let now = clock::now();
        // Seventy begin with it, seventy hold it further on, and behind each stands somebody who does not.
        let all: Vec<String> = (0..210).map(|n| match n % 3 {
            0 => format!("Karen {n:03}"),
            1 => format!("Bo {n:03} Karenina"),
            _ => format!("Other {n:03}"),
        }).collect();
        let fill = |of: &[String], workspace: &WorkspaceId| console.rows(|c| of.iter().try_for_each(|name| {
            let (id, key) = (UserId::new(), fold(name));
            let email = format!("{}@many.example", key.replace(' ', "."));
            diesel::insert_into(users::table).values((
                (users::id.eq(&id), users::kind.eq("person"), users::status.eq("active"), users::name.eq(name), users::display_name.eq(name)),
                (users::name_key.eq(&key), users::email.eq(&email), users::email_key.eq(&email)),
                (users::role_id.eq(built_in::org_base()), users::role_given_at.eq(now), users::created_at.eq(now), users::status_changed_at.eq(now)),
            )).execute(c)?;
            let seq: i64 = users::table.filter(users::id.eq(&id)).select(users::seq).first(c)?;
            for prefix in prefixes(&key, &email) {
                diesel::insert_into(user_prefixes::table).values((user_prefixes::prefix.eq(prefix), user_prefixes::seq.eq(seq))).execute(c)?;
            }
            diesel::insert_into(memberships::table).values((
                (memberships::user_id.eq(&id), memberships::workspace_id.eq(workspace), memberships::role_id.eq(built_in::reader())),
                (memberships::given_at.eq(now), memberships::name_key.eq(&key)),
            )).execute(c).map(drop)
        }));
        fill(&all, &marketing);
        // In a workspace with few members others who match are not its own.
        let research = console.workspace("Research");
        fill(&["Kari Few".to_owned(), "Mo Karenson".to_owned(), "Karen Few".to_owned(), "Ann Few".to_owned()], &research);
        assert_eq!(names(&grace.get(&format!("{}?q=karen", list(&research))).await), ["Karen Few", "Mo Karenson"]);
        assert_eq!(names(&grace.get(&format!("{}?q=few", list(&research))).await), ["Kari Few", "Karen Few", "Ann Few"], "as they were added");
        assert_eq!(names(&grace.get(&format!("{}?q=k", list(&research))).await), ["Karen Few", "Kari Few", "Mo Karenson"]);
        for q in ["karen", "k", "karen 1"] {
            let (begin, others): (Vec<String>, Vec<String>) =
                all.iter().filter(|name| q.split(' ').all(|word| fold(name).contains(word))).cloned().partition(|name| fold(name).starts_with(q));
            let (mut page, mut seen) = (grace.get(&format!("{}?q={}", list(&marketing), q.replace(' ', "+"))).await, Vec::new());
            loop {
                page.is(200).says("More than 50 of 211 people");
                seen.extend(names(&page));
                match page.attributes(".pager a[rel=next]", "href").first() {
                    Some(next) => page = grace.get(next).await,
                    None => break,
                }
            }
            assert!(seen.len() > 60, "{q}: {}", seen.len());
            assert_eq!(seen, [begin, others].concat(), "{q}");
        }
        // As many as would be looked at in vain match and are somewhere else.
        let elsewhere: Vec<String> = (0..300).map(|n| format!("Zed {n:03} Karenoff")).collect();
        fill(&elsewhere, &console.workspace("Elsewhere"));
        let last: Vec<String> = (0..3).map(|n| format!("Yul {n} Karenoff")).collect();
        fill(&last, &marketing);
        assert_eq!(names(&grace.get(&format!("{}?q=karenoff", list(&marketing))).await), last);
        let rest: Vec<String> = (0..60).map(|n| format!("Xi {n:02} Karenoff")).collect();
        fill(&rest, &marketing);
        let page = grace.get(&format!("{}?q=karenoff", list(&marketing))).await;
        let more = grace.get(&page.attributes(".pager a[rel=next]", "href")[0]).await;
        assert_eq!([names(&page), names(&more)].concat(), [last, rest].concat());
        grace.get(&format!("{}?q=karen+000", list(&marketing))).await.says("1 of 274 people");
        grace.get(&format!("{}?q=nobody", list(&marketing))).await.says("0 of 274 people");
    }

    async fn members_see_who_is_in_and_only_who_may_acts(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        member(&console, "Hedy Lamarr", &marketing, built_in::admin()).await;
        let (_, ada) = member(&console, "Ada Lovelace", &marketing, built_in::reader()).await;
        let page = ada.get(&list(&marketing)).await;
        page.is(200).says("Hedy Lamarr").does_not_say("Add users").does_not_say("Remove from").does_not_say("Change role");
        assert!(page.attributes("input[type=checkbox]", "name").is_empty());
        page.says("Leave Marketing…");
        console.sign_in("grace").await.get(&list(&marketing)).await.says("Add users").does_not_say("Leave Marketing");
        // Who holds less acts on nobody who holds more.
        let keeper = console.role("workspace", "Keeper", "users_edit users_delete flows_run agents_run kbs_query");
        let (_, keith) = member(&console, "Keith Keeper", &marketing, keeper).await;
        let page = keith.get(&list(&marketing)).await;
        assert_eq!(page.attributes("tbody input[name=user]", "value"), [console.user_named("ada").to_string()]);
        // Whoever may not see people has no way to their pages.
        let blind = console.role("organization", "Blind", "workspace_read");
        let bea = console.person("Bea Blind", blind, "active").await;
        console.membership(&bea, &marketing, built_in::admin());
        let page = console.sign_in("bea").await.get(&list(&marketing)).await;
        page.says("Hedy Lamarr").does_not_say("Add users").does_not_say("Invite user");
        assert!(page.attributes("tbody a", "href").iter().all(|href| !href.starts_with("/settings/users/")));
        // Somebody of another workspace learns nothing.
        let else_ = console.member_of_organization("Else Where").await;
        console.membership(&else_, &console.workspace("Elsewhere"), built_in::admin());
        console.sign_in("else").await.get(&list(&marketing)).await.is(404);
    }

    async fn the_list_is_narrowed_by_search_role_and_status_in_the_address(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        member(&console, "Ada Lovelace", &marketing, built_in::editor()).await;
        member(&console, "Adele Goldberg", &marketing, built_in::reader()).await;
        let dora = console.person("Dora Deactivated", built_in::org_base(), "deactivated").await;
        console.membership(&dora, &marketing, built_in::admin());
        let alan = console.invited_by(&grace, "Alan Turing", &[(&marketing, built_in::reader())]).await;
        let of = async |query: &str| names(&grace.get(&format!("{}?{query}", list(&marketing))).await);
        let reader = built_in::reader();
        assert_eq!(of("q=ad").await, ["Ada Lovelace", "Adele Goldberg"]);
        assert_eq!(of("q=LOVELACE").await, ["Ada Lovelace"]);
        assert_eq!(of("q=lace+ada").await, ["Ada Lovelace"], "each word");
        assert_eq!(of("q=hopper").await, ["Grace Hopper"]);
        assert_eq!(of(&format!("role={reader}")).await, ["Adele Goldberg", "Alan Turing"]);
        assert_eq!(of(&format!("role={}", built_in::admin())).await, ["Dora Deactivated", "Grace Hopper"], "who asks for the Admins gets them all");
        assert_eq!(of("role=organization").await, ["Grace Hopper"]);
        assert_eq!(of("status=deactivated").await, ["Dora Deactivated"]);
        assert_eq!(of("status=invited").await, ["Alan Turing"]);
        assert_eq!(of(&format!("status=active&q=ad&role={reader}")).await, ["Adele Goldberg"]);
        assert_eq!(of("status=nonsense&role=nonsense&after=nonsense").await.len(), 5, "what means nothing is as if it were not there");
        grace.get(&format!("{}?q=nobody+here", list(&marketing))).await.is(200).says("No name and no address here holds “nobody here”.").says("0 of 5 people");
        grace.get(&format!("{}?q=ad", list(&marketing))).await.says("2 of 5 people");
        for (state, mail, expires, status) in [("pending", outbox::State::Failed, 1, "undelivered"), ("pending", outbox::State::Sent, -1, "expired"), ("revoked", outbox::State::Sent, 1, "ended")] {
            let alan = alan.clone();
            console.rows(|c| diesel::update(invitations::table.filter(invitations::user_id.eq(alan)))
                .set((invitations::state.eq(state), invitations::mail_state.eq(mail), invitations::expires_at.eq(clock::now() + clock::days(expires)))).execute(c));
            assert_eq!(of(&format!("status={status}")).await, ["Alan Turing"], "{status}");
        }
        assert!(of("status=invited").await.is_empty(), "what was revoked is no invitation");
    }

    async fn every_member_is_on_one_page_and_admins_follow_the_last(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let elsewhere = console.workspace("Elsewhere");
        let there = marketing.clone();
        console.rows(move |c| {
            for n in 0..120 {
                // Three of a name each: the key alone does not part them.
                let (id, name) = (UserId::new(), format!("Member {:03}", n / 3));
                let (email, now) = (format!("m{n}@analytical.example"), clock::now());
                diesel::insert_into(users::table).values((
                    (users::id.eq(&id), users::kind.eq("person"), users::status.eq("active"), users::name.eq(&name), users::display_name.eq(&name)),
                    (users::name_key.eq(fold(&name)), users::email.eq(&email), users::email_key.eq(&email), users::role_id.eq(built_in::org_base())),
                    (users::role_given_at.eq(now), users::created_at.eq(now), users::status_changed_at.eq(now)),
                )).execute(c)?;
                let workspace = if n < 115 { &there } else { &elsewhere };
                diesel::insert_into(memberships::table).values((
                    (memberships::user_id.eq(&id), memberships::workspace_id.eq(workspace), memberships::role_id.eq(built_in::reader())),
                    (memberships::given_at.eq(now), memberships::name_key.eq(fold(&name))),
                )).execute(c)?;
            }
            Ok(())
        });
        let (mut seen, mut ids, mut path) = (Vec::new(), Vec::new(), list(&marketing));
        for size in [50, 50, 16] {
            let page = grace.get(&path).await;
            page.is(200).says("115 members and 1 organization admin");
            assert_eq!(names(&page).len(), size);
            seen.extend(names(&page));
            ids.extend(page.attributes("tbody input[name=user]", "value"));
            path = page.attributes("a[rel=next]", "href").pop().unwrap_or_default();
        }
        assert_eq!(path, "", "the last page has no next one");
        assert!(seen[..115].is_sorted() && seen[115] == "Grace Hopper", "{seen:?}");
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 115);
    }
}
