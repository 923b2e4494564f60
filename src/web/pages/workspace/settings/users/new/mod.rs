//! `/workspaces/{workspace}/settings/users/new`: adding people of the organization, in two steps. Here is where it starts; once
//! somebody is selected there is a draft, and each step has its own address. What the next step is, is computed from the draft.

pub mod people;
pub mod roles;

use super::{CHOSEN, choices, grantable, here, least, mark, trail};
use crate::{
    access::permission::here as permission,
    base::ids::{DraftId, WorkspaceId},
    domain::drafts,
    web::kit::{Answer, At, May, Posted, redirect},
};
use people::{Outcome, PeopleInput};

/// The first step, before there is a draft.
pub async fn show(may: May<permission::UsersEdit>) -> Answer {
    people::page(&may, PeopleInput::default(), false).await
}

pub async fn submit(may: May<permission::UsersEdit>, At(workspace): At<WorkspaceId>, Posted(input): Posted<PeopleInput>) -> Answer {
    match people::judge(&may, input).await? {
        Outcome::Again(answer) => Ok(answer),
        Outcome::Good(chosen) => {
            let draft = may.write(move |tx, may| drafts::begin_adding_to(tx, may, chosen)).await?;
            redirect(&path(&workspace, &draft, "roles"))
        }
    }
}

fn path(workspace: &WorkspaceId, draft: &DraftId, step: &str) -> String {
    format!("{}/new/{draft}/{step}", here(workspace))
}
