//! What a row tells of somebody's invitation, and what it offers.

use diesel::prelude::*;
use noxus_console::{base::clock, db::schema::invitations, domain::roles::built_in};

use super::{everybody, invitation, somebody};
use crate::support::{Console, Page, engine::on_both_databases};

on_both_databases! {
    async fn who_asked_for_a_fresh_link_stands_in_the_row(console: Console) {
        let grace = everybody(&console).await;
        let edsger = console.user_named("edsger");
        console.rows(move |c| {
            diesel::update(invitations::table.filter(invitations::user_id.eq(edsger))).set(invitations::asked_at.eq(clock::now() - clock::minutes(25))).execute(c)
        });
        let page = grace.get("/settings/users?status=expired").await;
        assert_eq!(page.text_of("tbody .state"), "Invitation expired asked for a fresh link, 25 minutes ago");
    }

    async fn a_row_offers_what_can_be_done_with_an_invitation_to_whoever_may(console: Console) {
        let grace = everybody(&console).await;
        let offered = |page: &Page, first: &str| {
            let user = console.user_named(first);
            let mut all = page.attributes(&format!("form[action^='/settings/users/{user}/']"), "action");
            all.extend(page.attributes(&format!(".menu a[href^='/settings/users/{user}/invitation']"), "href"));
            all.into_iter().map(|path| path.replace(&format!("/settings/users/{user}/"), "")).collect::<Vec<_>>()
        };
        let page = grace.get("/settings/users?status=any").await;
        assert_eq!(offered(&page, "alan"), ["invitation/link", "invitation", "invitation/revocation"]);
        assert_eq!(offered(&page, "edsger"), ["invitation", "invitation/revocation"], "an expired link is not copied");
        assert_eq!(offered(&page, "john"), ["invitation"]);
        assert_eq!(offered(&page, "kurt"), ["invitation"]);
        assert!(offered(&page, "ada").is_empty() && offered(&page, "dora").is_empty());
        page.says("Resend invitation").says("Send a fresh invitation").says("Revoke invitation…").says("Copy link");

        // Ida may invite, to Marketing as a Reader; who is invited to more is out of her reach.
        let inviter = console.role("organization", "Inviter", "users_read users_write org_read settings_read workspace_read workspace_write");
        let ida = somebody(&console, "Ida Inviter", inviter, "active").await;
        let (marketing, research, archived) = (console.workspace_named("Marketing"), console.workspace("Research"), console.workspace("Archived"));
        for workspace in [&marketing, &archived] {
            console.membership(&ida, workspace, console.role("workspace", "Adds readers", "agents_run flows_run kbs_query users_edit"));
        }
        console.archive(&archived);
        console.membership(&console.user_named("alan"), &marketing, built_in::reader());
        console.membership(&console.user_named("annie"), &research, built_in::reader());
        console.membership(&console.user_named("edsger"), &marketing, built_in::editor());
        console.membership(&console.user_named("john"), &archived, built_in::reader());
        let admin = somebody(&console, "Adi Admin", built_in::org_admin(), "invited").await;
        invitation(&console, &admin, "pending", "sent", None, 47);
        let ida = console.sign_in("ida").await;
        let page = ida.get("/settings/users?status=any").await;
        assert_eq!(offered(&page, "alan"), ["invitation/link", "invitation", "invitation/revocation"]);
        assert_eq!(offered(&page, "kurt"), ["invitation"]);
        for first in ["annie", "edsger", "john", "adi"] {
            assert!(offered(&page, first).is_empty(), "{first}: {:?}", offered(&page, first));
        }
        // Whatever is offered, in the list and on the page of a person, is then done; what is not, is refused.
        for first in ["alan", "annie", "edsger", "john", "kurt", "adi"] {
            let user = console.user_named(first);
            let (here, there) = (offered(&page, first), offered(&ida.get(&format!("/settings/users/{user}")).await, first));
            for act in ["invitation/link", "invitation"] {
                assert_eq!(here.iter().any(|a| a == act), there.iter().any(|a| a == act), "{first} {act}");
                let status = ida.post(&format!("/settings/users/{user}/{act}"), &[]).await.status.as_u16();
                assert_eq!([200, 303].contains(&status), here.iter().any(|a| a == act), "{first} {act}: {status}");
            }
        }
        // Nothing of it is for who may only look.
        let bob = somebody(&console, "Bob Base", built_in::org_base(), "active").await;
        let page = console.sign_in("bob").await.get("/settings/users?status=any").await;
        assert_eq!(page.attributes("main form[method=post]", "action"), ["/settings/users/export"], "{bob}");
    }
}
