use diesel::prelude::*;
use noxus_console::{
    base::ids::{RoleId, UserId, WorkspaceId},
    db::schema::{audit, audit_personal, drafts, invitations, memberships, outbox, roles, users},
    domain::roles::built_in,
};

use super::{start, way};
use crate::support::{Console, engine::on_both_databases};

fn count_people(console: &Console) -> i64 {
    console.rows(|c| users::table.count().get_result(c))
}

on_both_databases! {
    async fn somebody_is_added_with_a_role_for_each_workspace(console: Console) {
        let grace = console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        let step = start(&grace, "Joan Clarke", "Joan@analytical.example", built_in::org_base().as_str(), &[marketing.as_str(), research.as_str()]).await;
        let draft = way(&step);
        assert!(draft.starts_with("/settings/users/new/") && draft.ends_with("/roles"), "{draft}");
        assert_eq!(count_people(&console), 1, "nothing before the last step");
        let page = grace.get(&draft).await;
        page.is(200).says("Joan Clarke").says("Joan@analytical.example, Org Base").says("Runs flows and agents, queries knowledge bases.");
        assert_eq!(page.texts_of(".roles-for .name"), ["Marketing", "Research"]);
        assert_eq!(page.texts_of(".roles-for option[selected]"), ["Reader", "Reader"]);
        let (first, second) = (format!("role-{marketing}"), format!("role-{research}"));
        let done = grace.post(&draft, &[(&first, built_in::editor().as_str()), (&second, built_in::reader().as_str())]).await;
        let joan = console.user_named("joan");
        done.leads_to(&format!("/settings/users/{joan}"));

        let grace_id = console.user_named("grace");
        let (status, name, display, email, role, by): (String, String, String, Option<String>, RoleId, Option<UserId>) = console.rows(|c| {
            users::table.filter(users::id.eq(&joan)).select((users::status, users::name, users::display_name, users::email, users::role_id, users::role_given_by)).first(c)
        });
        assert_eq!((status.as_str(), name.as_str(), display.as_str(), email.as_deref()), ("invited", "Joan Clarke", "Joan", Some("Joan@analytical.example")));
        assert_eq!((role, by), (built_in::org_base(), Some(grace_id.clone())));
        let mut given: Vec<(WorkspaceId, RoleId, Option<UserId>)> =
            console.rows(|c| memberships::table.filter(memberships::user_id.eq(&joan)).select((memberships::workspace_id, memberships::role_id, memberships::given_by)).load(c));
        given.sort();
        let mut expected = vec![(marketing, built_in::editor(), Some(grace_id.clone())), (research, built_in::reader(), Some(grace_id.clone()))];
        expected.sort();
        assert_eq!(given, expected);
        let (state, generation): (String, i32) = console.rows(|c| invitations::table.filter(invitations::user_id.eq(&joan)).select((invitations::state, invitations::generation)).first(c));
        assert_eq!((state.as_str(), generation), ("pending", 1));
        assert_eq!(console.rows(|c| outbox::table.filter(outbox::user_id.eq(&joan)).count().get_result::<i64>(c)), 1);
        let (facts, entry): (String, String) = console.rows(|c| audit::table.filter(audit::action.eq("user.invited")).select((audit::facts, audit::id)).first(c));
        assert!(facts.contains(built_in::editor().as_str()) && !facts.contains("Joan") && !facts.contains("joan@"), "{facts}");
        let personal: Vec<String> = console.rows(|c| audit_personal::table.filter(audit_personal::audit_id.eq(&entry)).filter(audit_personal::user_id.eq(&joan)).order(audit_personal::field).select(audit_personal::field).load(c));
        assert_eq!(personal, ["email", "name"]);

        // The notice, and the draft afterwards: it leads to the person, and keeps nothing personal.
        let page = grace.get("/settings/users/new").await;
        page.says("Joan Clarke is invited. Mails are files in").says("copy the link and pass it on.").says("Add another");
        grace.get(&draft).await.leads_to(&format!("/settings/users/{joan}"));
        grace.get(&draft.replace("/roles", "/details")).await.leads_to(&format!("/settings/users/{joan}"));
        grace.post(&draft, &[]).await.leads_to(&format!("/settings/users/{joan}"));
        let body: String = console.rows(|c| drafts::table.select(drafts::body).first(c));
        assert!(!body.to_lowercase().contains("joan"), "{body}");
    }

    async fn an_organization_admin_is_asked_nothing(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let draft = way(&start(&grace, "Joan Clarke", "joan@analytical.example", built_in::org_admin().as_str(), &[marketing.as_str()]).await);
        let page = grace.get(&draft).await;
        page.is(200).says("Organization admins are admins in all workspaces");
        assert!(page.texts_of(".roles-for .name").is_empty());
        way(&grace.post(&draft, &[]).await);
        let joan = console.user_named("joan");
        assert_eq!(console.rows(|c| memberships::table.filter(memberships::user_id.eq(&joan)).count().get_result::<i64>(c)), 0);
    }

    async fn a_face_is_the_same_before_and_after(console: Console) {
        let grace = console.set_up().await;
        // Several, since two hues may be the same by chance.
        for name in ["joan", "kit", "lena", "mina"] {
            let (email, base) = (format!("{name}@analytical.example"), built_in::org_base());
            let draft = way(&start(&grace, name, &email, base.as_str(), &[]).await);
            let before = grace.get(&draft).await.attributes("main .who .avatar", "class");
            let again = [("name", name), ("email", email.as_str()), ("role", base.as_str())];
            way(&grace.post(&draft.replace("/roles", "/details"), &again).await);
            assert_eq!(grace.get(&draft).await.attributes("main .who .avatar", "class"), before);
            let person = way(&grace.post(&draft, &[]).await);
            let hue = |classes: &[String]| classes[0].split(' ').find(|class| class.starts_with("hue-")).map(str::to_owned);
            assert!(hue(&before).is_some());
            assert_eq!(hue(&grace.get(&person).await.attributes("main .avatar", "class")), hue(&before), "{name}");
        }
    }

    async fn without_a_workspace_nothing_is_asked(console: Console) {
        let grace = console.set_up().await;
        let draft = way(&start(&grace, "Joan Clarke", "joan@analytical.example", built_in::org_base().as_str(), &[]).await);
        grace.get(&draft).await.is(200).says("will be in no workspace yet");
        way(&grace.post(&draft, &[]).await);
        assert_eq!(count_people(&console), 2);
    }

    async fn the_last_step_twenty_times_makes_one_person_and_one_mail(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let draft = way(&start(&grace, "Joan Clarke", "joan@analytical.example", built_in::org_base().as_str(), &[marketing.as_str()]).await);
        let posts: Vec<_> = (0..20).map(|_| {
            let (grace, draft, field) = (grace.clone(), draft.clone(), format!("role-{marketing}"));
            tokio::spawn(async move { grace.post(&draft, &[(field.as_str(), built_in::reader().as_str())]).await })
        }).collect();
        let mut ways = Vec::new();
        for post in posts {
            ways.push(way(&post.await.unwrap()));
        }
        let joan = console.user_named("joan");
        assert!(ways.iter().all(|w| *w == format!("/settings/users/{joan}")), "{ways:?}");
        assert_eq!(count_people(&console), 2);
        assert_eq!(console.rows(|c| outbox::table.count().get_result::<i64>(c)), 1);
        assert_eq!(console.rows(|c| audit::table.filter(audit::action.eq("user.invited")).count().get_result::<i64>(c)), 1);
    }

    async fn two_drafts_for_one_address_make_one_person(console: Console) {
        let grace = console.set_up().await;
        let base = built_in::org_base();
        let first = way(&start(&grace, "Joan Clarke", "joan@analytical.example", base.as_str(), &[]).await);
        let second = way(&start(&grace, "Joan Clark", "JOAN@analytical.example", base.as_str(), &[]).await);
        way(&grace.post(&first, &[]).await);
        grace.post(&second, &[]).await.leads_to(&second.replace("/roles", "/details"));
        assert_eq!(count_people(&console), 2);
    }

    async fn a_role_is_chosen_for_each_workspace_or_the_step_comes_back(console: Console) {
        let grace = console.set_up().await;
        let (marketing, research) = (console.workspace_named("Marketing"), console.workspace("Research"));
        let draft = way(&start(&grace, "Joan Clarke", "joan@analytical.example", built_in::org_base().as_str(), &[marketing.as_str(), research.as_str()]).await);
        let (first, second) = (format!("role-{marketing}"), format!("role-{research}"));
        for bad in ["", "nonsense", built_in::org_admin().as_str(), WorkspaceId::new().as_str()] {
            let page = grace.post(&draft, &[(&first, built_in::editor().as_str()), (&second, bad)]).await;
            page.is(422).says("Choose a role in Research.");
            assert_eq!(page.texts_of(".roles-for option[selected]").first().map(String::as_str), Some("Editor"), "what was chosen stays");
        }
        grace.post(&draft, &[(&first, built_in::editor().as_str())]).await.is(422).says("Choose a role in Research.");
        let twice = [(first.as_str(), built_in::editor().to_string()), (first.as_str(), built_in::reader().to_string()), (second.as_str(), built_in::reader().to_string())];
        let twice: Vec<(&str, &str)> = twice.iter().map(|(a, b)| (*a, b.as_str())).collect();
        grace.post(&draft, &twice).await.is(400);
        assert_eq!(count_people(&console), 1);
    }

    async fn nobody_gives_what_they_do_not_hold(console: Console) {
        console.set_up().await;
        let inviter = console.role("organization", "Inviter", "users_read users_write org_read workspace_read workspace_write settings_read");
        let ida = console.person("Ida Inviter", inviter.clone(), "active").await;
        let (marketing, research, design) = (console.workspace_named("Marketing"), console.workspace("Research"), console.workspace("Design"));
        let editor_plus = console.role("workspace", "Editor plus", "agents_edit agents_run flows_edit flows_run kbs_query users_edit");
        console.membership(&ida, &marketing, editor_plus.clone());
        console.membership(&ida, &research, built_in::editor());
        let ida_browser = console.sign_in("ida").await;

        let page = ida_browser.get("/settings/users/new").await;
        assert_eq!(page.texts_of("#role option"), ["Org Base", "Inviter"]);
        assert_eq!(page.texts_of("#workspaces .name"), ["Marketing"], "only where they hold users_edit");
        start(&ida_browser, "Joan", "joan@analytical.example", built_in::org_admin().as_str(), &[]).await.is(422).says("Choose one of these roles.");
        for elsewhere in [&research, &design] {
            start(&ida_browser, "Joan", "joan@analytical.example", built_in::org_base().as_str(), &[elsewhere.as_str()]).await.is(422).says("gone from this list");
        }
        let draft = way(&start(&ida_browser, "Joan", "joan@analytical.example", built_in::org_base().as_str(), &[marketing.as_str()]).await);
        let page = ida_browser.get(&draft).await;
        assert_eq!(page.texts_of(".roles-for option"), ["Reader", "Editor plus"]);
        let field = format!("role-{marketing}");
        for more in [built_in::admin(), built_in::editor()] {
            ida_browser.post(&draft, &[(&field, more.as_str())]).await.is(422).says("Choose a role in Marketing.");
        }
        // Workspaces are read from the draft: naming others in the form does nothing.
        let other = format!("role-{research}");
        assert_eq!(count_people(&console), 2);
        way(&ida_browser.post(&draft, &[(&field, built_in::reader().as_str()), (&other, built_in::reader().as_str())]).await);
        let joan = console.user_named("joan");
        let places: Vec<WorkspaceId> = console.rows(|c| memberships::table.filter(memberships::user_id.eq(&joan)).select(memberships::workspace_id).load(c));
        assert_eq!(places, std::slice::from_ref(&marketing));

        // Demoted in between: the workspace goes; without users_write everything does.
        let draft = way(&start(&ida_browser, "Kit", "kit@analytical.example", inviter.as_str(), &[marketing.as_str()]).await);
        console.rows(|c| diesel::update(memberships::table.filter(memberships::user_id.eq(&ida))).set(memberships::role_id.eq(built_in::reader())).execute(c));
        ida_browser.post(&draft, &[(&field, built_in::reader().as_str())]).await.leads_to(&draft.replace("/roles", "/details"));
        console.rows(|c| diesel::update(roles::table.find(&inviter)).set(roles::permissions.eq("users_read users_write")).execute(c));
        let page = ida_browser.get(&draft.replace("/roles", "/details")).await;
        assert_eq!(page.texts_of("#role option"), ["Inviter"]);
        console.rows(|c| diesel::update(roles::table.find(&inviter)).set(roles::permissions.eq("users_read")).execute(c));
        ida_browser.post(&draft, &[(&field, built_in::reader().as_str())]).await.is(403);
        assert_eq!(count_people(&console), 3);
    }

    async fn with_a_mail_server_the_email_is_on_its_way(console: Console) {
        let console = Console::start_with(console.engine, &["--smtp-url", "smtp://127.0.0.1:9"]).await;
        let grace = console.set_up().await;
        grace.get("/settings/users/new").await.says("They get an email with a link that works for 7 days. Nothing is sent before the last step.");
        console.invited_by(&grace, "Joan Clarke", &[]).await;
        grace.get("/settings/users/new").await.says("Joan Clarke is invited. The email is on its way to joan@analytical.example. Add another");
        grace.get("/settings/users/new").await.does_not_say("is invited");
    }

    async fn who_may_add_but_not_see_people_goes_on_to_the_next(console: Console) {
        console.set_up().await;
        let adder = console.role("organization", "Adder", "users_write");
        console.person("Ida Inviter", adder.clone(), "active").await;
        let ida = console.sign_in("ida").await;
        let draft = way(&start(&ida, "Joan", "joan@analytical.example", adder.as_str(), &[]).await);
        ida.post(&draft, &[]).await.leads_to("/settings/users/new");
        let page = ida.get("/settings/users/new").await;
        page.is(200).says("Joan is invited.").does_not_say("Kit");
        assert!(page.attributes("main a", "href").iter().all(|href| !href.starts_with("/settings/users/0") && href != "/settings/users"));
        let page = start(&ida, "Joan", "joan@analytical.example", adder.as_str(), &[]).await;
        page.is(422).says("has an invitation to this address already").does_not_say("Open it");
    }
}
