//! What an open invitation carries, changed by somebody else than who invited.

use chrono::TimeDelta;
use diesel::prelude::*;
use noxus_console::{
    base::{
        clock,
        ids::{UserId, WorkspaceId},
    },
    db::schema::{invitations, memberships, outbox, sessions, users},
    domain::roles::built_in,
};

use crate::support::{Client, Console, engine::on_both_databases};

type Row = (i32, Option<UserId>, clock::Moment, String);

fn row(console: &Console, user: &UserId) -> Row {
    console.rows(|c| {
        invitations::table
            .filter(invitations::user_id.eq(user))
            .select((invitations::generation, invitations::invited_by, invitations::expires_at, invitations::state))
            .first(c)
    })
}

/// Grace, who invites; Claude, who may not and is Admin of a workspace; that workspace; and Joan, whom Grace invited to none.
async fn beside_a_lair(console: &Console) -> (Client, Client, WorkspaceId, UserId) {
    let grace = console.set_up().await;
    let lair = console.workspace("Lair");
    let claude = console.member_of_organization("Claude Shannon").await;
    console.membership(&claude, &lair, built_in::admin());
    let joan = console.invited_by(&grace, "Joan Clarke", &[]).await;
    (grace, console.sign_in("claude").await, lair, joan)
}

on_both_databases! {
    async fn a_link_copied_before_the_invitation_gained_a_grant_is_dead_after_it(console: Console) {
        let grace = console.set_up().await;
        let research = console.workspace("Research");
        let joan = console.invited_by(&grace, "Joan Clarke", &[(&console.workspace_named("Marketing"), built_in::reader())]).await;
        let copied = console.link_of(&joan);
        console.visitor().get(&copied).await.is(200);
        grace.post(&format!("/settings/users/{joan}/workspaces/{research}"), &[("role", built_in::editor().as_str())]).await.is(303);
        console.visitor().get(&copied).await.is(410);
        console.visitor().get(&console.link_of(&joan)).await.is(200).says("Research");
    }

    /// Whoever adds and removes an invited person again and again does not fill their mailbox.
    async fn mails_that_follow_from_what_others_do_come_a_few_an_hour(console: Console) {
        let mut console = console;
        let grace = console.set_up().await;
        console.stop_mail();
        let research = console.workspace("Research");
        let joan = console.invited_by(&grace, "Joan Clarke", &[]).await;
        for _ in 0..5 {
            grace.post(&format!("/settings/users/{joan}/workspaces/{research}"), &[("role", built_in::reader().as_str())]).await.is(303);
            grace.post(&format!("/settings/users/{joan}/workspaces/{research}"), &[("end", "on")]).await.is(303);
        }
        let letters: Vec<(clock::Moment, clock::Moment)> = console.rows(|c| {
            outbox::table.filter(outbox::user_id.eq(&joan)).order(outbox::id).select((outbox::created_at, outbox::next_at)).load(c)
        });
        let waits: Vec<i64> = letters.iter().map(|(made, due)| (*due - *made).num_minutes()).filter(|minutes| *minutes > 50).collect();
        assert!(letters.len() == 11 && waits.len() == 6, "{letters:?}");
        assert!(waits[..5].iter().all(|minutes| *minutes < 61) && waits[5] > 110, "five an hour, also once they have waited: {waits:?}");
        // By hand it goes at once.
        grace.post(&format!("/settings/users/{joan}/invitation"), &[]).await.is(303);
        let last: (clock::Moment, clock::Moment) = console.rows(|c| {
            outbox::table.filter(outbox::user_id.eq(&joan)).order(outbox::id.desc()).select((outbox::created_at, outbox::next_at)).first(c)
        });
        assert!(last.1 < last.0 + clock::hours(1));
    }

    /// Whoever may not invite anybody cannot keep an invited person's link dead by adding and removing them.
    async fn whoever_may_not_invite_leaves_the_last_link_alive(console: Console) {
        let (grace, claude, lair, joan) = beside_a_lair(&console).await;
        let membership = format!("/settings/users/{joan}/workspaces/{lair}");
        for _ in 0..2 {
            claude.post(&membership, &[("role", built_in::reader().as_str())]).await.is(303);
            claude.post(&membership, &[("end", "on")]).await.is(303);
        }
        // The invitation itself and four changes went out. With the fifth, adding is over, and the link in the last mail works.
        let last = console.link_of(&joan);
        claude.post(&membership, &[("role", built_in::reader().as_str())]).await.is(422).says("sent anew several times within the hour");
        console.visitor().get(&last).await.is(200);
        assert_eq!(console.link_of(&joan), last);
        let waiting: i64 = console.rows(|c| outbox::table.filter(outbox::next_at.gt(clock::now() + clock::minutes(10))).count().get_result(c));
        assert_eq!(waiting, 0, "a mail with the last link is on its way");
        // Who is in by then is taken out at any time, and the link stays as it was sent.
        console.membership(&joan, &lair, built_in::reader());
        claude.post(&membership, &[("end", "on")]).await.is(303);
        console.visitor().get(&last).await.is(200).does_not_say("Lair");
        // Whoever may invite is not held up.
        grace.post(&membership, &[("role", built_in::reader().as_str())]).await.is(303);
    }

    /// Added and removed again and again, somebody hears of it once.
    async fn of_mails_that_wait_about_one_workspace_the_last_counts(console: Console) {
        let grace = console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let marketing = console.workspace_named("Marketing");
        for _ in 0..10 {
            grace.post(&format!("/settings/users/{ada}/workspaces/{marketing}"), &[("role", built_in::reader().as_str())]).await.is(303);
            grace.post(&format!("/settings/users/{ada}/workspaces/{marketing}"), &[("end", "on")]).await.is(303);
        }
        let queued: i64 = console.rows(|c| outbox::table.filter(outbox::user_id.eq(&ada)).filter(outbox::state.eq("queued")).count().get_result(c));
        assert!(queued <= 1, "{queued}");
    }

    async fn whoever_only_adds_an_invited_person_raises_the_link_and_nothing_else(console: Console) {
        let (_, claude, lair, joan) = beside_a_lair(&console).await;
        let before = row(&console, &joan);
        claude.post(&format!("/settings/users/{joan}/workspaces/{lair}"), &[("role", built_in::reader().as_str())]).await.is(303);
        let after = row(&console, &joan);
        assert_eq!((after.0, &after.1, after.2, after.3.as_str()), (before.0 + 1, &before.1, before.2, "pending"));
        // One that has expired is not revived.
        console.rows(|c| diesel::update(invitations::table).set(invitations::expires_at.eq(clock::now() - TimeDelta::days(1))).execute(c));
        let before = row(&console, &joan);
        claude.post(&format!("/settings/users/{joan}/workspaces/{lair}"), &[("role", built_in::editor().as_str())]).await.is(303);
        assert_eq!(row(&console, &joan), before);
    }

    async fn a_grant_in_an_archived_workspace_is_judged_at_acceptance(console: Console) {
        let grace = console.set_up().await;
        let marketing = console.workspace_named("Marketing");
        let hedy = console.member_of_organization("Hedy Lamarr").await;
        console.membership(&hedy, &marketing, built_in::admin());
        let joan = console.invited_by(&grace, "Joan Clarke", &[]).await;
        console.sign_in("hedy").await.post(&format!("/settings/users/{joan}/workspaces/{marketing}"), &[("role", built_in::admin().as_str())]).await.is(303);
        console.archive(&marketing);
        console.rows(|c| diesel::update(users::table.filter(users::id.eq(&hedy))).set(users::status.eq("deactivated")).execute(c));
        console.visitor().post(&console.link_of(&joan), &[("display_name", "Joan"), ("password", "four unrelated little words")]).await.is(303);
        let left: i64 = console.rows(|c| memberships::table.filter(memberships::user_id.eq(&joan)).count().get_result(c));
        assert_eq!(left, 0, "what a deactivated granter gave is withheld");
    }

    async fn inviting_an_organization_admin_asks_for_the_password_again(console: Console) {
        let grace = console.set_up().await;
        let ada = console.invited_by_as(&grace, "Ada Lovelace", built_in::org_admin(), &[]).await;
        console.rows(|c| diesel::update(sessions::table).set(sessions::confirmed_at.eq(clock::now() - TimeDelta::minutes(16))).execute(c));
        let answer = grace.post(&format!("/settings/users/{ada}/invitation/link"), &[]).await;
        assert!(answer.location.clone().unwrap_or_default().starts_with("/sign-in/again"), "{}: {:?}", answer.status, answer.location);
        let elsewhere = [("name", "Ada Lovelace"), ("email", "lovelace@analytical.example")];
        let answer = grace.post(&format!("/settings/users/{ada}/details"), &elsewhere).await;
        assert!(answer.location.clone().unwrap_or_default().starts_with("/sign-in/again"), "{}: {:?}", answer.status, answer.location);
        let draft = grace.post("/settings/users/new", &[("name", "Eve"), ("email", "eve@analytical.example"), ("role", built_in::org_admin().as_str())]).await;
        let roles = draft.location.clone().expect("the next step");
        let answer = grace.post(&roles, &[]).await;
        assert!(answer.location.clone().unwrap_or_default().starts_with("/sign-in/again"), "{}: {:?}", answer.status, answer.location);
        let joan = console.invited_by(&grace, "Joan Clarke", &[]).await;
        grace.post(&format!("/settings/users/{joan}/invitation/link"), &[]).await.is(200);
    }
}
