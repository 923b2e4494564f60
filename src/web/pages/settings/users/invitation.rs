//! What can be done with somebody's invitation: resend it, revoke it, show its link.

use askama::Template;

use super::crumbs;
use crate::{
    access::{Permitted, permission::org},
    base::{ids::UserId, token::invitation_token},
    db::Tx,
    domain::{
        Error,
        invites::{self, State},
        sessions,
    },
    web::kit::{
        Answer, At, May, Nav, Question, Shell, redirect, render,
        told::{face, fallen},
        view::{Crumb, utc},
    },
};

#[derive(Template)]
#[template(path = "pages/settings/users/invitation/link.html")]
struct LinkPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    say: String,
    link: String,
    back: String,
    label: String,
}

fn page_of(user: &UserId) -> String {
    format!("/settings/users/{user}")
}

/// These addresses are posted to; whoever opens one finds the person.
pub async fn back(may: May<org::UsersWrite>, At(user): At<UserId>) -> Answer {
    may.read(|_, _| Ok(())).await?;
    redirect(&page_of(&user))
}

pub async fn resend(may: May<org::UsersWrite>, At(user): At<UserId>) -> Answer {
    let folder = may.tools().config.mail_folder().map(|folder| folder.display().to_string());
    let id = user.clone();
    let resent = may.write(move |tx, may| {
        let (user, adopted) = invites::resend(tx, may, &id)?;
        let mut text = match folder {
            None => format!("A fresh invitation is on its way to {}. Older links do not work any more.", user.email),
            Some(folder) => {
                format!("A fresh invitation is in {}. Older links do not work any more: copy the new one and pass it on.", folder.trim_start_matches("./"))
            }
        };
        text.push_str(&fallen::adopted(&adopted));
        say(tx, may, &text)
    });
    resent.await?;
    redirect(&page_of(&user))
}

fn say(tx: &mut Tx, may: &Permitted<org::UsersWrite>, text: &str) -> Result<(), Error> {
    Ok(sessions::notice(tx, may, text)?)
}

pub async fn ask_revocation(may: May<org::UsersWrite>, At(user): At<UserId>) -> Answer {
    let id = user.clone();
    let (shell, (user, pending)) = may
        .page(move |c, may| {
            let (user, invitation) = invites::may_act_on(c, may, &id)?;
            Ok((user, invitation.state == State::Pending))
        })
        .await?;
    if !pending {
        return redirect(&page_of(&user.id));
    }
    let title = format!("Revoke the invitation of {}", user.name);
    render(&Question {
        mark: None,
        crumbs: crumbs(&user),
        face: face(&user),
        ends: vec!["The link in the email stops working at once.".to_owned()],
        stays: vec![
            "Their role and workspaces stay as chosen: resending the invitation makes it work again.".to_owned(),
            "Nobody is told by email.".to_owned(),
        ],
        open: None,
        button: "Revoke".to_owned(),
        kind: "danger primary",
        leave: "Keep the invitation".to_owned(),
        back: page_of(&user.id),
        shell: shell.at(title.as_str(), Nav::Users),
        title: format!("{title}?"),
    })
}

pub async fn revoke(may: May<org::UsersWrite>, At(user): At<UserId>) -> Answer {
    let id = user.clone();
    let revoked = may.write(move |tx, may| {
        let user = invites::revoke(tx, may, &id)?;
        say(tx, may, &format!("The invitation of {} is revoked. Its link does not work any more.", user.name))
    });
    revoked.await?;
    redirect(&page_of(&user))
}

/// The answer itself shows the link, once: it has no address of its own, and no browser keeps it (`no-store`).
pub async fn link(may: May<org::UsersWrite>, At(user): At<UserId>) -> Answer {
    let (shell, ()) = may.page(|_, _| Ok(())).await?;
    let shown = may.write(move |tx, may| invites::link(tx, may, &user)).await?;
    let app = may.tools();
    let token = invitation_token(app.key, &shown.invitation, shown.generation);
    let page = LinkPage {
        shell: shell.at(format!("Invitation link of {}", shown.user.name), Nav::Users),
        crumbs: crumbs(&shown.user),
        say: format!("Whoever has it can come in as {}. It works until {}. Pass it on to nobody else.", shown.user.email, utc(shown.expires_at)),
        link: app.config.link(&format!("/invitation/{token}")),
        back: page_of(&shown.user.id),
        label: format!("Back to {}", shown.user.name),
    };
    render(&page)
}
