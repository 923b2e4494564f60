//! `/settings/users/{user}/details`: name and address of somebody who has not accepted yet, corrected by whoever could invite them.

use askama::Template;
use serde::Deserialize;

use super::{crumbs, href};
use crate::{
    access::permission::org,
    base::{
        ids::UserId,
        text::{EmailAddress, PersonName},
    },
    domain::{
        Error, Refusal, invites, people, sessions,
        users::{Status, User},
    },
    web::kit::{
        Answer, At, Field, May, Nav, Posted, Problem, Shell, WebError,
        form::{complain, judge},
        redirect, render, render_unprocessable,
        told::first_name,
        view::Crumb,
    },
};

#[derive(Deserialize)]
pub struct DetailsInput {
    name: String,
    email: String,
}

#[derive(Default)]
struct DetailsForm {
    name: Field,
    email: Field,
}

#[derive(Template)]
#[template(path = "pages/settings/users/details.html")]
struct DetailsPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    title: String,
    form: DetailsForm,
    /// What another address means.
    hint: &'static str,
    problems: Vec<Problem>,
    back: String,
}

pub async fn show(may: May<org::UsersWrite>, At(user): At<UserId>) -> Answer {
    let (shell, (user, pending)) = load(&may, user).await?;
    let form = DetailsForm { name: Field::of(&user.name), email: Field::of(&user.email) };
    render(&page(shell, &user, pending, form, Vec::new()))
}

/// The person, and whether their invitation is pending.
async fn load(may: &May<org::UsersWrite>, user: UserId) -> Result<(Shell, (User, bool)), WebError> {
    may.page(move |c, may| {
        let user = people::find(c, &user)?;
        if user.status != Status::Invited {
            return Err(Error::stale(format!("{} is not invited any more. From then on people change their name and address themselves.", user.name)));
        }
        if !invites::could_give(c, may, &user.id)? {
            return Err(Refusal::HoldsMore { name: user.name }.into());
        }
        let pending = invites::find_of(c, &user.id)?.is_some_and(|i| i.state == invites::State::Pending);
        Ok((user, pending))
    })
    .await
}

fn page(shell: Shell, user: &User, pending: bool, form: DetailsForm, problems: Vec<Problem>) -> DetailsPage {
    let title = format!("Correct {}’s details", first_name(&user.name));
    let hint = if pending {
        "With another address, links sent before are dead and a fresh invitation goes to the new one."
    } else {
        "The invitation has ended: nothing goes to the address until you send a fresh one."
    };
    DetailsPage { crumbs: crumbs(user), form, hint, problems, back: href(user), shell: shell.at(&title, Nav::Users), title }
}

pub async fn submit(may: May<org::UsersWrite>, At(user): At<UserId>, Posted(input): Posted<DetailsInput>) -> Answer {
    let mut form = DetailsForm { name: Field::of(input.name), email: Field::of(input.email) };
    let mut problems = Vec::new();
    let name = judge(&mut problems, &mut form.name, "name", "Name", PersonName::parse);
    let email = judge(&mut problems, &mut form.email, "email", "Email address", EmailAddress::parse);
    if let (Some(name), Some(email)) = (name, email) {
        let target = user.clone();
        let done = may
            .try_write(move |tx, may| {
                let correction = people::correct(tx, may, &target, &name, &email)?;
                let mail = match (correction.renewed, correction.address) {
                    (true, _) => format!(" A fresh invitation to {email} was made; links sent before do not work any more."),
                    (false, true) => " The invitation has ended: send a fresh one.".to_owned(),
                    (false, false) => String::new(),
                };
                sessions::notice(tx, may, &format!("The details of {name} are corrected.{mail}"))?;
                Ok(())
            })
            .await?;
        match done {
            Ok(()) => return redirect(&format!("/settings/users/{user}")),
            Err(Error::Invalid(found)) => {
                for (id, why) in found {
                    complain(&mut problems, &mut form.email, id, "Email address", why);
                }
            }
            Err(other) => return Err(other.into()),
        }
    }
    let (shell, (user, pending)) = load(&may, user).await?;
    render_unprocessable(&page(shell, &user, pending, form, problems))
}
