mod place;
mod rows;

use diesel::prelude::*;
use noxus_console::{
    base::{
        clock,
        ids::{InvitationId, RoleId, UserId},
        text::fold,
    },
    db::schema::{invitations, user_prefixes, users},
    domain::roles::built_in,
};

use crate::support::{Client, Console, Page, engine::on_both_databases, statements::at_most};

/// The names in the table, in their order.
fn names(page: &Page) -> Vec<String> {
    page.texts_of("td.lead .who-words b")
}

/// What a search of one or two letters needs, as the acts that add people write it.
fn prefixes(console: &Console, user: &UserId, name: &str) {
    let (user, name) = (user.clone(), fold(name));
    console.rows(move |c| {
        let (seq, email): (i64, String) = users::table.filter(users::id.eq(&user)).select((users::seq, users::email_key.assume_not_null())).first(c)?;
        diesel::delete(user_prefixes::table.filter(user_prefixes::seq.eq(seq))).execute(c)?;
        let mut all: Vec<String> = name
            .split(|c: char| !c.is_alphanumeric())
            .chain([email.as_str()])
            .flat_map(|word| (1..=2).map(|n| word.chars().take(n).collect::<String>()))
            .filter(|prefix| !prefix.is_empty())
            .collect();
        all.sort();
        all.dedup();
        for prefix in all {
            diesel::insert_into(user_prefixes::table).values((user_prefixes::prefix.eq(prefix), user_prefixes::seq.eq(seq))).execute(c)?;
        }
        Ok(())
    });
}

async fn somebody(console: &Console, name: &str, role: RoleId, status: &str) -> UserId {
    let id = console.person(name, role, status).await;
    prefixes(console, &id, name);
    id
}

/// Many who are active, in one go; words of theirs begin nowhere in the index of beginnings.
fn crowd(console: &Console, n: usize, name: impl Fn(usize) -> String) {
    let now = clock::now();
    console.rows(|c| {
        (0..n).try_for_each(|n| {
            let (name, email) = (name(n), format!("p{n}@common.example"));
            diesel::insert_into(users::table)
                .values((
                    (users::id.eq(UserId::new()), users::kind.eq("person"), users::status.eq("active"), users::name.eq(&name), users::display_name.eq(&name)),
                    (users::name_key.eq(fold(&name)), users::email.eq(&email), users::email_key.eq(&email)),
                    (users::role_id.eq(built_in::org_base()), users::role_given_at.eq(now), users::created_at.eq(now), users::status_changed_at.eq(now)),
                ))
                .execute(c)
                .map(drop)
        })
    });
}

fn invitation(console: &Console, user: &UserId, state: &str, mail: &str, problem: Option<&str>, expires_in_hours: i64) {
    let (user, state, mail, problem, now) = (user.clone(), state.to_owned(), mail.to_owned(), problem.map(str::to_owned), clock::now());
    console.rows(move |c| {
        diesel::insert_into(invitations::table)
            .values((
                (invitations::id.eq(InvitationId::new()), invitations::user_id.eq(&user), invitations::state.eq(state), invitations::generation.eq(1)),
                (invitations::created_at.eq(now), invitations::sent_at.eq(now), invitations::expires_at.eq(now + clock::hours(expires_in_hours))),
                (invitations::mail_state.eq(mail), invitations::mail_problem.eq(problem)),
            ))
            .execute(c)
    });
}

/// Grace and nine others, one of each kind.
async fn everybody(console: &Console) -> Client {
    let grace = console.set_up().await;
    prefixes(console, &console.user_named("grace"), "Grace Hopper");
    let ada = somebody(console, "Ada Lovelace", built_in::org_base(), "active").await;
    console.membership(&ada, &console.workspace_named("Marketing"), built_in::editor());
    somebody(console, "Barbara Liskov", built_in::org_admin(), "active").await;
    let alan = somebody(console, "Alan Turing", built_in::org_base(), "invited").await;
    invitation(console, &alan, "pending", "sent", None, 47);
    let annie = somebody(console, "Annie Easley", built_in::org_base(), "invited").await;
    invitation(console, &annie, "pending", "failed", Some("mailbox not found"), 47);
    let edsger = somebody(console, "Edsger Dijkstra", built_in::org_base(), "invited").await;
    invitation(console, &edsger, "pending", "sent", None, -1);
    let john = somebody(console, "John McCarthy", built_in::org_base(), "invited").await;
    invitation(console, &john, "revoked", "sent", None, 47);
    let kurt = somebody(console, "Kurt Gödel", built_in::org_base(), "invited").await;
    invitation(console, &kurt, "declined", "sent", None, 47);
    somebody(console, "Dora Deactivated", built_in::org_base(), "deactivated").await;
    let gone = somebody(console, "Zoe Gone", built_in::org_base(), "removed").await;
    console.rows(move |c| diesel::update(users::table.filter(users::id.eq(gone))).set(users::email_key.eq(None::<String>)).execute(c));
    grace
}

on_both_databases! {
    async fn what_surrounds_a_page_asks_next_to_nothing(console: Console) {
        console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        console.membership(&console.member_of_organization("Ada Lovelace").await, &marketing, built_in::editor());
        let ada = console.sign_in("ada").await;
        ada.get(&format!("/workspaces/{marketing}")).await;
        ada.get("/settings/users").await;
        let (page, asked) = console.asked_by(ada.get("/settings/users")).await;
        page.is(200);
        assert!(page.attributes("nav a", "href").contains(&format!("/workspaces/{marketing}/flows")), "what one may do in the workspace one was in last");
        let of_memberships = asked.iter().filter(|text| text.contains("announced") || text.contains("roles")).count();
        assert!(of_memberships > 0);
        at_most(12, &asked);
    }

    async fn everyone_active_or_invited_is_listed_with_what_matters(console: Console) {
        let grace = everybody(&console).await;
        let page = grace.get("/settings/users").await;
        page.is(200).says("Everyone in Analytical Engines.").says("6 of 9 people");
        assert_eq!(names(&page), ["Ada Lovelace", "Alan Turing", "Annie Easley", "Barbara Liskov", "Edsger Dijkstra", "Grace Hopper"]);
        page.says("Invited expires in 2 days").says("Invitation not delivered mailbox not found").says("Invitation expired on");
        let rows = page.texts_of("tbody tr");
        assert!(rows[0].contains("Org Base") && rows[0].contains("Marketing") && rows[0].contains("Never"), "{}", rows[0]);
        assert!(rows[3].contains("Org Admin") && rows[3].contains("All workspaces"), "{}", rows[3]);
        assert!(rows[5].contains("Now"), "{}", rows[5]);
        page.does_not_say("Zoe").does_not_say("Dora").does_not_say("John").does_not_say("Kurt");
    }

    async fn filters_narrow_the_list_and_stand_in_the_address(console: Console) {
        let grace = everybody(&console).await;
        let marketing = console.workspace_named("Marketing");
        let role = built_in::org_admin();
        for (query, expected) in [
            ("status=any", &["Ada Lovelace", "Alan Turing", "Annie Easley", "Barbara Liskov", "Dora Deactivated", "Edsger Dijkstra", "Grace Hopper", "John McCarthy", "Kurt Gödel"][..]),
            ("status=active", &["Ada Lovelace", "Barbara Liskov", "Grace Hopper"]),
            ("status=invited", &["Alan Turing", "Annie Easley", "Edsger Dijkstra"]),
            ("status=undelivered", &["Annie Easley"]),
            ("status=expired", &["Edsger Dijkstra"]),
            ("status=revoked", &["John McCarthy"]),
            ("status=declined", &["Kurt Gödel"]),
            ("status=declined&sort=-active", &["Kurt Gödel"]),
            ("status=expired&sort=added", &["Edsger Dijkstra"]),
            ("q=john", &[]),
            ("q=analytical&status=revoked", &["John McCarthy"]),
            ("q=analytical&status=invited&sort=name", &["Alan Turing", "Annie Easley", "Edsger Dijkstra"]),
            ("status=deactivated", &["Dora Deactivated"]),
            (&format!("role={role}"), &["Barbara Liskov", "Grace Hopper"]),
            (&format!("workspace={marketing}"), &["Ada Lovelace", "Grace Hopper"]),
            (&format!("workspace={marketing}&role={role}&status=active"), &["Grace Hopper"]),
            (&format!("q=gra&workspace={marketing}"), &["Grace Hopper"]),
            ("q=er&status=invited&sort=-name", &[]),
            ("q=analytical&status=undelivered", &["Annie Easley"]),
            ("status=nonsense&role=nonsense&workspace=nonsense&sort=nonsense&after=nonsense", &["Ada Lovelace", "Alan Turing", "Annie Easley", "Barbara Liskov", "Edsger Dijkstra", "Grace Hopper"]),
        ] {
            let page = grace.get(&format!("/settings/users?{query}")).await;
            page.is(200);
            assert_eq!(names(&page), expected, "{query}");
            page.says(&if expected.len() == 9 { "9 people".to_owned() } else { format!("{} of 9 people", expected.len()) });
        }
        let page = grace.get("/settings/users?status=deactivated").await;
        page.says("1 of 9 people").says("Deactivated on");
        assert_eq!(page.attributes("#filter-status option[selected]", "value"), ["deactivated"]);
        grace.get("/settings/users?status=undelivered&q=ada").await.says("Nobody found").says("“ada”");
    }

    async fn each_column_sorts_both_ways(console: Console) {
        let grace = everybody(&console).await;
        console.sign_in("ada").await;
        for (sort, first, last) in [
            ("name", "Ada Lovelace", "Grace Hopper"), ("-name", "Grace Hopper", "Ada Lovelace"),
            ("added", "Grace Hopper", "Edsger Dijkstra"), ("-added", "Edsger Dijkstra", "Grace Hopper"),
        ] {
            let found = names(&grace.get(&format!("/settings/users?sort={sort}")).await);
            assert_eq!((found[0].as_str(), found[5].as_str()), (first, last), "{sort}");
        }
        let latest = names(&grace.get("/settings/users?sort=-active&status=active").await);
        assert_eq!(latest, ["Ada Lovelace", "Grace Hopper", "Barbara Liskov"]);
        let page = grace.get("/settings/users?sort=active&status=active").await;
        assert_eq!(names(&page), ["Barbara Liskov", "Grace Hopper", "Ada Lovelace"]);
        assert_eq!(page.attributes("th[aria-sort]", "aria-sort"), ["ascending"]);
    }

    async fn paging_shows_each_of_many_exactly_once_in_every_order(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let now = clock::now();
        let added: Vec<UserId> = console.rows(move |c| (0..119).map(|n| {
            // Many share a name and a last visit, so that ties have to be told apart.
            let (id, name) = (UserId::new(), format!("Common Person {}", n % 3));
            diesel::insert_into(users::table).values((
                (users::id.eq(&id), users::kind.eq("person"), users::status.eq("active"), users::name.eq(&name), users::display_name.eq("Common")),
                (users::name_key.eq(fold(&name)), users::email.eq(format!("p{n}@common.example")), users::email_key.eq(format!("p{n}@common.example"))),
                (users::role_id.eq(built_in::org_base()), users::role_given_at.eq(now), users::created_at.eq(now), users::status_changed_at.eq(now)),
                users::last_active_at.eq(now - clock::hours(n % 4)),
            )).execute(c).map(|_| id)
        }).collect());
        for user in &added {
            console.membership(user, &marketing, built_in::reader());
        }
        for query in ["", "sort=-name", "sort=added", "sort=-added", "sort=active", "sort=-active", "q=common", "q=common.example", "q=mon&sort=-active", &format!("workspace={marketing}"), &format!("workspace={marketing}&sort=-name"), &format!("workspace={marketing}&sort=-active"), &format!("workspace={marketing}&sort=added")] {
            let mut seen = Vec::new();
            let mut path = format!("/settings/users?{query}");
            let mut pages = 0;
            loop {
                let page = grace.get(&path).await;
                page.is(200);
                seen.extend(page.attributes("td.lead a", "href"));
                pages += 1;
                assert!(pages <= 3, "{query}: more pages than there can be");
                assert_eq!(page.attributes(".pager a[rel=first]", "href").len(), usize::from(pages > 1), "{query}");
                match page.attributes(".pager a[rel=next]", "href").pop() {
                    Some(next) => path = next,
                    None => break,
                }
            }
            let expected = if query.starts_with("q=") { 119 } else { 120 };
            assert_eq!((seen.len(), pages), (expected, 3), "{query}");
            seen.sort();
            seen.dedup();
            assert_eq!(seen.len(), expected, "{query}: somebody stands there twice");
        }
    }

    async fn a_search_finds_any_part_and_begins_with_who_begins_with_it(console: Console) {
        let grace = console.set_up().await;
        prefixes(&console, &console.user_named("grace"), "Grace Hopper");
        for name in ["Mary Adair", "Ada Lovelace", "Élodie Ångström", "Percy 100%", "Under_score Name", "Quote \"Q\" O’Neil", "Rocket 🚀 Ride", "Back\\slash Name", "Lovis Elan Pace"] {
            somebody(&console, name, built_in::org_base(), "active").await;
        }
        let long = "x".repeat(200);
        for (q, expected) in [
            ("a", &["Ada Lovelace", "Mary Adair", "Élodie Ångström"][..]),
            ("AD", &["Ada Lovelace", "Mary Adair"]),
            ("ada", &["Ada Lovelace", "Mary Adair"]),
            ("LOVE", &["Ada Lovelace"]),
            // Somebody else has all its letters, three by three.
            ("lovelace", &["Ada Lovelace"]),
            ("da lov", &["Ada Lovelace"]),
            ("lace ada", &["Ada Lovelace"]),
            ("ada analytical", &["Mary Adair", "Ada Lovelace"]),
            ("ada xyz", &[]),
            ("m a", &["Mary Adair"]),
            ("elodie", &["Élodie Ångström"]),
            ("éLODIE ang", &["Élodie Ångström"]),
            ("angstrom", &["Élodie Ångström"]),
            ("grace@anal", &["Grace Hopper"]),
            ("100%", &["Percy 100%"]),
            ("%%%", &[]),
            ("_sc", &["Under_score Name"]),
            ("y_a", &[]),
            ("\"q\"", &["Quote \"Q\" O’Neil"]),
            ("\"", &[]),
            ("' OR 1=1", &[]),
            ("k\\s", &["Back\\slash Name"]),
            ("🚀", &[]),
            ("t 🚀 r", &["Rocket 🚀 Ride"]),
            ("a AND NOT b*", &[]),
            (&long, &[]),
            ("a\0d", &[]),
            ("   ", &["Ada Lovelace", "Back\\slash Name", "Élodie Ångström", "Grace Hopper", "Lovis Elan Pace", "Mary Adair", "Percy 100%", "Quote \"Q\" O’Neil", "Rocket 🚀 Ride", "Under_score Name"]),
        ] {
            let query: String = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", q).finish();
            let page = grace.get(&format!("/settings/users?{query}")).await;
            page.is(200);
            assert_eq!(names(&page), expected, "{q:?}");
        }
        let page = grace.get("/settings/users?q=lovelace&sort=-name").await;
        assert_eq!(names(page.says("1 of 10 people")), ["Ada Lovelace"], "in another order");
    }

    async fn initials_with_a_point_are_counted_as_they_are_shown(console: Console) {
        let grace = console.set_up().await;
        crowd(&console, 51, |n| format!("J. Smith {n:02}"));
        for query in ["q=j.", "q=j.&sort=-name"] {
            let page = grace.get(&format!("/settings/users?{query}")).await;
            page.is(200).says("51 of 52 people");
            assert_eq!(names(&page).len(), 50, "{query}");
        }
    }

    async fn more_than_a_thousand_matches_ask_for_another_letter(console: Console) {
        let grace = console.set_up().await;
        crowd(&console, 1001, |n| format!("Common Person {n}"));
        let page = grace.get("/settings/users?q=common&sort=-name").await;
        page.is(200).says("More than 1,000 of 1,002 people").says("Add a letter");
        assert!(page.attributes("th a", "href").is_empty(), "a column could be sorted by");
        assert_eq!(names(&page)[0], "Common Person 0");
        let page = grace.get("/settings/users?q=common person 99&sort=-name").await;
        // Each word matches: 99 somewhere, also in the address.
        page.says("19 of 1,002 people");
        assert_eq!(names(&page)[0], "Common Person 999");
    }

    async fn a_visitor_is_shown_nothing_and_others_only_their_own(console: Console) {
        let grace = everybody(&console).await;
        console.visitor().get("/settings/users").await.leads_to("/sign-in?next=%2Fsettings%2Fusers");
        let secret = console.workspace("Secret Project");
        console.membership(&console.user_named("ada"), &secret, built_in::reader());
        let bob = somebody(&console, "Bob Base", built_in::org_base(), "active").await;
        console.membership(&bob, &console.workspace_named("Marketing"), built_in::reader());
        let bob = console.sign_in("bob").await;
        let page = bob.get("/settings/users?q=ada+love").await;
        page.is(200).says("Marketing").does_not_say("Secret").does_not_say("Add user").does_not_say("Deactivate…");
        page.says("+1 you are not in");
        assert!(!page.body.contains("Secret Project"), "another workspace’s name is in the page");
        // A workspace one may not see is no filter.
        assert_eq!(names(&bob.get(&format!("/settings/users?q=ada&workspace={secret}")).await), names(&bob.get("/settings/users?q=ada").await));
        grace.get("/settings/users?q=ada+love").await.says("Secret Project").says("Add user").says("Deactivate…");
        let blind = console.role("organization", "Blind", "org_read");
        somebody(&console, "Otto Blind", blind, "active").await;
        console.sign_in("otto").await.get("/settings/users").await.is(403).says("You may not see people");
    }

    async fn counts_are_right_whatever_is_asked_for(console: Console) {
        let grace = everybody(&console).await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        for first in ["ada", "alan", "annie", "edsger", "john", "kurt", "dora"] {
            console.membership(&console.user_named(first), &research, built_in::reader());
        }
        // Who came in after all, past an invitation that was revoked, is active and nothing else.
        let ida = somebody(&console, "Ida Rhodes", built_in::org_base(), "active").await;
        invitation(&console, &ida, "revoked", "sent", None, 47);
        console.membership(&ida, &research, built_in::reader());
        let base = built_in::org_base();
        for (query, expected) in [
            ("".to_owned(), 7),
            ("status=active".to_owned(), 4),
            ("status=revoked".to_owned(), 1),
            (format!("role={base}"), 5),
            (format!("role={base}&status=any"), 8),
            (format!("role={base}&status=invited"), 3),
            (format!("role={base}&status=expired"), 1),
            (format!("role={}", built_in::org_admin()), 2),
            (format!("workspace={research}"), 5),
            (format!("workspace={research}&status=any"), 8),
            (format!("workspace={research}&status=invited"), 3),
            (format!("workspace={research}&status=revoked"), 1),
            (format!("workspace={research}&status=declined&role={base}"), 1),
            (format!("workspace={research}&status=invited&role={base}&q=analytical"), 3),
            (format!("workspace={research}&q=an"), 1),
            (format!("workspace={marketing}&status=declined"), 0),
            ("q=analytical".to_owned(), 7),
            ("q=k&status=declined".to_owned(), 1),
        ] {
            let page = grace.get(&format!("/settings/users?{query}")).await;
            assert_eq!(names(&page).len(), expected, "{query}");
            page.says(&format!("{expected} of 10 people"));
        }
    }

    /// A cursor that was made up is none, on either engine.
    async fn moments_no_calendar_of_ours_holds_are_no_cursor(console: Console) {
        use base64::Engine as _;
        let grace = console.set_up().await;
        for key in ["-8000000000000000000", "8000000000000000000", "-1", "99999999999999999999", "x"] {
            let after = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(format!("a1 {key}"));
            for sort in ["active", "-active"] {
                grace.get(&format!("/settings/users?status=any&sort={sort}&after={after}")).await.is(200);
            }
        }
    }
}
