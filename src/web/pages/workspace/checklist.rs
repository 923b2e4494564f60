//! `POST /workspaces/{workspace}/checklist`: an admin's first steps, on the home, are put away. They tick themselves, and go
//! by themselves when all are done.

use crate::{
    access::{
        grants::Standing,
        need::{Member, Need},
        permission::org,
    },
    base::ids::WorkspaceId,
    domain::{
        sessions,
        tours::{self, FirstSteps},
    },
    web::kit::{Answer, At, May, Nav, Shell, redirect},
};

/// One of the first steps.
pub(super) struct Step {
    pub done: bool,
    pub title: &'static str,
    pub small: String,
    pub href: String,
}

/// What of the organization the reader may do.
#[derive(Clone, Copy)]
pub(super) struct Rights {
    invites: bool,
    edits: bool,
    sees: bool,
}

impl Rights {
    pub(super) fn of(standing: &Standing) -> Self {
        Self { invites: org::UsersWrite::met(standing), edits: org::OrgEdit::met(standing), sees: org::UsersRead::met(standing) }
    }
}

/// The steps the reader may take; none when all are done. `mails`: a mail server is set up.
pub(super) fn steps(taken: FirstSteps, rights: Rights, mails: bool, shell: &Shell) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut add = |done, title, small: &str, href: Option<&str>| {
        if let Some(href) = href {
            steps.push(Step { done, title, small: small.to_owned(), href: href.to_owned() });
        }
    };
    let members = shell.way_to(Nav::WorkspaceUsers).or(rights.sees.then_some("/settings/users"));
    add(taken.invited, "Invite someone", "They get an email with a link, and are in a minute later.", rights.invites.then_some("/settings/users/new"));
    add(taken.gave, "Give a role", "Somebody else works here too: as Reader, unless they need more.", members);
    add(taken.key, "Make an API key", "For a program that reads or changes flows. It can do at most what you may.", shell.way_to(Nav::ApiKeys));
    add(mails, "Set up mail", "Until then invitations wait as files in the data folder.", rights.edits.then_some("/help/set-up-mail"));
    if steps.iter().all(|step| step.done) { Vec::new() } else { steps }
}

/// After signing in one comes back to an address; this one has no page of its own.
pub async fn back(may: May<Member>, At(workspace): At<WorkspaceId>) -> Answer {
    may.read(|_, _| Ok(())).await?;
    redirect(&format!("/workspaces/{workspace}"))
}

pub async fn hide(may: May<Member>, At(workspace): At<WorkspaceId>) -> Answer {
    may.write(|tx, may| {
        tours::hide_first_steps(tx, may)?;
        sessions::notice(tx, may, "The first steps are put away.")?;
        Ok(())
    })
    .await?;
    redirect(&format!("/workspaces/{workspace}"))
}
