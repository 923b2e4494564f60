use crate::support::{Console, engine::on_both_databases};
use noxus_console::domain::roles::built_in;

const LIST: &str = "/settings/workspaces";

/// The names in the list, without their mark.
fn names(page: &crate::support::Page) -> Vec<String> {
    page.texts_of("td.lead b")
}

on_both_databases! {
    async fn an_organization_admin_sees_all_and_narrows_them_down(console: Console) {
        let grace = console.set_up().await;
        let (research, old) = (console.workspace("Research"), console.workspace("Old Marketing"));
        console.archive(&old);
        for name in ["Ada Lovelace", "Hedy Lamarr"] {
            let user = console.member_of_organization(name).await;
            console.membership(&user, &research, built_in::reader());
        }
        let page = grace.get(LIST).await;
        page.is(200).says("3 workspaces").says("2 members").says("0 members");
        // An organization admin is an Admin there anyway, and no member by a role of their own.
        console.membership(&console.user_named("grace"), &research, built_in::reader());
        let users = grace.get(&format!("/workspaces/{research}/settings/users")).await;
        users.says("2 members and 1 organization admin");
        let page = grace.get(LIST).await;
        page.says("2 members").does_not_say("3 members");
        assert_eq!(names(&page), ["Marketing", "Old Marketing", "Research"]);
        for (query, expected) in [
            ("?q=market", &["Marketing", "Old Marketing"][..]),
            ("?q=ARKET&status=open", &["Marketing"]),
            ("?status=archived", &["Old Marketing"]),
            ("?status=any", &["Marketing", "Old Marketing", "Research"]),
            ("?status=nonsense", &["Marketing", "Old Marketing", "Research"]),
            ("?q=s%C3%A9arch", &["Research"]),
            ("?q=%25", &[]),
            ("?q=_", &[]),
            ("?q=%5C", &[]),
            ("?q=research%00", &["Research"]),
        ] {
            let page = grace.get(&format!("{LIST}{query}")).await;
            assert_eq!(names(page.is(200)), expected, "{query}");
        }
        grace.get(&format!("{LIST}?q=nothing")).await.says("No workspace matches").says("0 workspaces");
        grace.get(&format!("{LIST}?q={}", "x".repeat(5000))).await.is(200);
        grace.get(&format!("{LIST}?after=%00")).await.is(200);
        grace.get(&format!("{LIST}?q=%FF")).await.is(400);
    }

    async fn a_member_sees_their_own(console: Console) {
        console.set_up().await;
        let (research, old) = (console.workspace("Research"), console.workspace("Old"));
        console.archive(&old);
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.membership(&ada, &research, built_in::reader());
        console.membership(&ada, &old, built_in::admin());
        let ada = console.sign_in("ada").await;
        for query in ["", "?status=any", "?status=archived"] {
            let page = ada.get(&format!("{LIST}{query}")).await;
            page.says("1 workspace").does_not_say("Status");
            assert_eq!(names(&page), ["Research"], "{query}");
            assert_eq!(page.texts_of("td.act a"), ["Open"], "a Reader may only open it");
        }
    }

    async fn the_menu_offers_what_one_may(console: Console) {
        let grace = console.set_up().await;
        let (research, old) = (console.workspace("Research"), console.workspace("Xerox"));
        console.archive(&old);
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.membership(&ada, &research, built_in::admin());
        let page = console.sign_in("ada").await.get(LIST).await;
        assert_eq!(page.texts_of("td.act a"), ["Open", "Rename", "Archive"]);
        let page = grace.get(LIST).await;
        assert_eq!(page.texts_of("td.act a"), ["Open", "Rename", "Archive", "Delete…", "Open", "Rename", "Archive", "Delete…", "Open", "Rename", "Restore", "Delete…"]);
        let deletes = console.role("organization", "Deletes", "workspace_delete workspace_read");
        console.person("Dora Deletes", deletes, "active").await;
        let page = console.sign_in("dora").await.get(LIST).await;
        assert_eq!(names(&page), ["Marketing", "Research", "Xerox"]);
        assert_eq!(page.texts_of("td.act a"), ["Delete…"; 3]);
    }

    async fn long_lists_are_turned_page_by_page(console: Console) {
        let grace = console.set_up().await;
        for n in 0..120 {
            console.workspace(&format!("Team {n:03} & more"));
        }
        let (mut path, mut seen) = (format!("{LIST}?q=team"), Vec::new());
        let mut pages = 0;
        loop {
            let page = grace.get(&path).await;
            page.is(200).says("120 workspaces");
            pages += 1;
            seen.extend(names(&page));
            match page.attributes(".pager a[rel=next]", "href").pop() {
                Some(next) => path = next,
                None => break,
            }
        }
        let all: Vec<String> = (0..120).map(|n| format!("Team {n:03} & more")).collect();
        assert_eq!((pages, &seen), (3, &all));
        // And back.
        let mut back = Vec::new();
        loop {
            let page = grace.get(&path).await;
            let mut here = names(&page);
            here.append(&mut back);
            back = here;
            match page.attributes(".pager a[rel=prev]", "href").pop() {
                Some(before) => path = before,
                None => break,
            }
        }
        assert_eq!(back, all);
    }
}
