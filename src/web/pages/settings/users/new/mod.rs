//! `/settings/users/new`: adding somebody, in two steps. Here is where it starts; once the first step is good there is a draft,
//! and each step has its own address. What the next step is, is computed from the draft.

mod address;
pub mod details;
pub mod roles;

use serde::Deserialize;

use crate::{
    access::{OrgPermission, Permitted, permission::org},
    base::ids::{DraftId, UserId},
    domain::drafts,
    web::kit::{Answer, May, Posted, Query, redirect},
};
use details::{DetailsInput, Outcome, Typed};

#[derive(Deserialize)]
pub struct Start {
    #[serde(default)]
    workspace: String,
}

/// The first step, before there is a draft. `?workspace=` ticks one already.
pub async fn show(may: May<org::UsersWrite>, Query(start): Query<Start>) -> Answer {
    details::page(&may, Typed::ticking(start.workspace.parse().ok()), None).await
}

pub async fn submit(may: May<org::UsersWrite>, Posted(input): Posted<DetailsInput>) -> Answer {
    match details::judge(&may, input).await? {
        Outcome::Again(answer) => Ok(answer),
        Outcome::Good(details) => {
            let draft = may.write(move |tx, may| drafts::begin_adding(tx, may, details)).await?;
            redirect(&path(&draft, "roles"))
        }
    }
}

fn path(draft: &DraftId, step: &str) -> String {
    format!("/settings/users/new/{draft}/{step}")
}

/// Where somebody who was added is looked at; for an actor who may not see people, where the next one is added.
fn result(user: &UserId, sees_people: bool) -> String {
    if sees_people { format!("/settings/users/{user}") } else { "/settings/users/new".to_owned() }
}

fn sees_people(may: &Permitted<org::UsersWrite>) -> bool {
    may.organization().has(OrgPermission::UsersRead)
}
