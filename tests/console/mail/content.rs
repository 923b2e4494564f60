//! What letters say, and their heads.

use diesel::prelude::*;
use noxus_console::{
    base::{clock, token::invitation_token},
    db::schema::{invitations, memberships, organization, outbox, users},
    domain::{
        outbox::{Kind, State},
        roles::built_in,
    },
};

use crate::support::{Console, engine::on_both_databases, mailbox::MailServer};

on_both_databases! {
    async fn an_invitation_says_who_invites_to_what_and_until_when((console, server): (Console, MailServer)) {
        console.rows(|c| diesel::update(organization::table).set(organization::support.eq("it@analytical.example")).execute(c));
        let alan = console.invited_reader("Alan Turing").await;
        console.membership(&alan.user, &console.workspace("Research"), built_in::editor());
        console.ring();
        let letter = server.wait_for("alan@analytical.example").await;

        assert_eq!(letter.subject, "Grace Hopper invites you to Analytical Engines");
        let link = console.app.config.link(&format!("/invitation/{}", invitation_token(&console.app.key, &alan.invitation, 1)));
        assert_eq!(letter.link(), link);
        assert!(letter.html.contains(&format!("href=\"{link}\"")), "{}", letter.html);
        let until = alan.expires_at.format("%-d %B %Y, %H:%M UTC").to_string();
        for part in [&letter.text, &letter.html] {
            for words in [
                "Hello Alan, you will work here:",
                "Marketing",
                "Reader: run flows and agents, query knowledge bases",
                "Research",
                "Editor: create, edit, run and delete flows and agents; create, edit, query and delete knowledge bases",
                "alan@analytical.example",
                &until,
                "open the link and decline: Grace is told.",
                "it@analytical.example",
            ] {
                assert!(part.contains(words), "{words:?} is not in {part}");
            }
        }
        assert_eq!(console.row_when(&alan.letter, |row| row.state != State::Queued).await.state, State::Sent);
        assert_eq!(console.mail_state(&alan), (State::Sent, None));
    }

    async fn a_letter_has_a_good_head((console, server): (Console, MailServer)) {
        let alan = console.invited_reader("Alan Turing").await;
        console.ring();
        let letter = server.wait_for("alan@analytical.example").await;
        assert_eq!(letter.message_id, format!("{}@127.0.0.1", alan.letter));
        assert_eq!((letter.from.as_str(), letter.to.as_slice()), ("noxus-console@127.0.0.1", &["alan@analytical.example".to_owned()][..]));
        for line in [
            "From: \"Analytical Engines\" <noxus-console@127.0.0.1>",
            "To: \"Alan Turing\" <alan@analytical.example>",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
        ] {
            assert!(letter.raw.lines().any(|l| l == line), "{line:?} is not in {}", letter.raw);
        }
        let head = letter.raw.split("\r\n\r\n").next().unwrap_or_default();
        assert!(head.contains("\r\nDate: ") && head.contains("multipart/alternative") && !head.contains("Reply-To"), "{head}");
    }

    async fn an_organization_admin_is_told_so((console, server): (Console, MailServer)) {
        console.invited_by_rows("Alan Turing", built_in::org_admin()).await;
        console.ring();
        let letter = server.wait_for("alan@analytical.example").await;
        assert!(letter.text.contains("Org Admin: admin in every workspace"), "{}", letter.text);
        assert!(letter.html.contains("Org Admin: admin in every workspace"), "{}", letter.html);
    }

    async fn names_stay_names((console, server): (Console, MailServer)) {
        let grace = console.user_named("grace");
        console.rows(|c| {
            // Past the acts: a name that was never parsed.
            diesel::update(users::table.filter(users::id.eq(&grace))).set(users::name.eq("Zoë <b>\r\nBcc: eve@evil.example")).execute(c)?;
            diesel::update(organization::table).set(organization::name.eq("Ångström & Söhne\r\nX-Evil: 1")).execute(c)
        });
        console.invited_reader("Alan Turing").await;
        console.ring();
        let letter = server.wait_for("alan@analytical.example").await;
        assert_eq!(letter.to, ["alan@analytical.example"]);
        assert!(letter.subject.starts_with("Zoë <b> Bcc") && letter.subject.contains("Ångström & Söhne X-Evil"), "{}", letter.subject);
        let head = letter.raw.split("\r\n\r\n").next().unwrap_or_default();
        assert!(head.is_ascii(), "{head}");
        for evil in ["\nBcc:", "\nX-Evil:"] {
            assert!(!head.contains(evil), "{head}");
        }
        assert!(letter.html.contains("Zoë &#60;b&#62;") && !letter.html.contains("Zoë <b>"), "{}", letter.html);
    }

    async fn a_name_that_looks_like_a_link_is_none((console, server): (Console, MailServer)) {
        console.sign_in("grace").await.post("/account/profile", &[("name", "www.evil.example"), ("display_name", "eve@evil.example")]).await.is(303);
        console.invited_reader("Alan Turing").await;
        console.ring();
        let letter = server.wait_for("alan@analytical.example").await;
        assert!(letter.subject.starts_with("www.\u{2060}evil.\u{2060}example invites you"), "{}", letter.subject);
        for text in [&letter.subject, &letter.text, &letter.html] {
            assert!(!text.contains("evil.example"), "{text}");
        }
    }

    async fn what_is_no_longer_true_is_not_sent((console, server): (Console, MailServer)) {
        let old = console.invited_reader("Alan Turing").await;
        let revoked = console.invited_reader("Rosalind Franklin").await;
        let late = console.invited_reader("Claude Shannon").await;
        console.rows(|c| {
            diesel::update(invitations::table.find(&old.invitation)).set(invitations::generation.eq(2)).execute(c)?;
            diesel::update(invitations::table.find(&revoked.invitation)).set(invitations::state.eq("revoked")).execute(c)?;
            diesel::update(invitations::table.find(&late.invitation)).set(invitations::expires_at.eq(clock::now())).execute(c)
        });
        let newest = console.letter(Kind::Invitation, &old.user, Some((&old.invitation, 2)), None);
        console.ring();
        assert_eq!(server.wait_for("alan@analytical.example").await.message_id, format!("{newest}@127.0.0.1"));
        for (letter, state) in [(&old.letter, State::Dropped), (&revoked.letter, State::Dropped), (&late.letter, State::Failed), (&newest, State::Sent)] {
            assert_eq!(console.row_when(letter, |row| row.state != State::Queued).await.state, state);
        }
        assert_eq!(server.letters().len(), 1);
        assert_eq!(console.mail_state(&old), (State::Sent, None));
        assert_eq!(console.mail_state(&late), (State::Failed, Some("the invitation expired before the mail server took the mail".into())));
    }

    async fn an_inviter_hears_of_an_answer((console, server): (Console, MailServer)) {
        let alan = console.invited_reader("Alan Turing").await;
        console.ring();
        server.wait_for("alan@analytical.example").await;
        let grace = console.user_named("grace");
        let page = console.app.config.link(&format!("/settings/users/{}", alan.user));

        // A link that works is nothing to ask for.
        let early = console.letter(Kind::Asked, &grace, Some((&alan.invitation, 1)), Some(&alan.user));
        console.ring();
        assert_eq!(console.row_when(&early, |row| row.state != State::Queued).await.state, State::Dropped);
        console.rows(|c| diesel::update(invitations::table.find(&alan.invitation)).set(invitations::expires_at.eq(clock::now())).execute(c));
        console.letter(Kind::Asked, &grace, Some((&alan.invitation, 1)), Some(&alan.user));
        console.ring();
        let asked = server.wait_for("grace@analytical.example").await;
        assert_eq!(asked.subject, "Alan Turing asks you for a fresh invitation link");
        assert_eq!(asked.link_with("/settings/"), page);
        assert!(asked.text.contains("your invitation to Analytical Engines expired on") && asked.text.contains("choose Resend"), "{}", asked.text);

        console.rows(|c| diesel::update(invitations::table.find(&alan.invitation)).set(invitations::state.eq("declined")).execute(c));
        console.letter(Kind::Declined, &grace, Some((&alan.invitation, 1)), Some(&alan.user));
        // By now there is nothing to send a fresh link for.
        let late = console.letter(Kind::Asked, &grace, Some((&alan.invitation, 1)), Some(&alan.user));
        console.ring();
        let declined = server.wait_for("grace@analytical.example").await;
        assert_eq!(declined.subject, "Alan Turing declined your invitation to Analytical Engines");
        assert_eq!(declined.link_with("/settings/"), page);
        assert_eq!(console.row_when(&late, |row| row.state != State::Queued).await.state, State::Dropped);
    }

    async fn somebody_with_an_account_hears_what_was_added((console, server): (Console, MailServer)) {
        let ada = console.member_of_organization("Ada Lovelace").await;
        console.membership(&ada, &console.workspace_named("Marketing"), built_in::reader());
        console.rows(|c| diesel::update(memberships::table).set(memberships::given_at.eq(clock::now() - clock::days(30))).execute(c));
        let letter = console.letter(Kind::Applied, &ada, None, Some(&console.user_named("grace")));
        console.membership(&ada, &console.workspace("Research"), built_in::editor());
        let at: clock::Moment = console.rows(|c| outbox::table.find(&letter).select(outbox::created_at).first(c));
        console.rows(|c| {
            diesel::update(memberships::table.filter(memberships::role_id.eq(built_in::editor()))).set(memberships::given_at.eq(at)).execute(c)
        });
        console.try_again(&letter);
        let mail = server.wait_for("ada@analytical.example").await;
        assert_eq!(mail.subject, "Grace Hopper gave you more access at Analytical Engines");
        assert!(mail.text.contains("Research\n  Editor: create") || mail.text.contains("Research\r\n  Editor: create"), "{}", mail.text);
        assert!(!mail.text.contains("Marketing"), "{}", mail.text);
    }

    async fn a_member_hears_who_added_them_as_long_as_it_is_true((console, server): (Console, MailServer)) {
        let ada = console.member_of_organization("Ada Lovelace").await;
        let (research, design, old) = (console.workspace("Research"), console.workspace("Design"), console.workspace("Old"));
        let added = |workspace: &noxus_console::base::ids::WorkspaceId| {
            let (id, workspace) = (console.letter(Kind::Added, &ada, None, Some(&console.user_named("grace"))), workspace.clone());
            console.rows(|c| diesel::update(outbox::table.find(&id)).set(outbox::workspace_id.eq(workspace)).execute(c));
            id
        };
        console.membership(&ada, &research, built_in::editor());
        console.membership(&ada, &old, built_in::reader());
        console.archive(&old);
        // Not a member by the time it is sent, or nowhere to go: nothing to tell.
        let gone = [added(&design), added(&old)];
        console.ring();
        for letter in gone {
            assert_eq!(console.row_when(&letter, |row| row.state != State::Queued).await.state, State::Dropped);
        }
        let letter = added(&research);
        console.try_again(&letter);
        let mail = server.wait_for("ada@analytical.example").await;
        assert_eq!(mail.subject, "Grace Hopper added you to Research");
        assert!(mail.text.contains("from now on you work here too:") && mail.text.contains("Editor: create") && mail.text.contains("Ask Grace, or leave Research"), "{}", mail.text);
        assert_eq!(mail.link_with("/workspaces/"), console.app.config.link(&format!("/workspaces/{research}")));
    }
}
