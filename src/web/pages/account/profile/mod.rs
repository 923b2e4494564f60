//! `/account/profile`: one's own name and display name, the picture and the address. [`picture`] has what is done with the picture.

pub mod picture;

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{Permitted, need::SignedIn},
    base::text::PersonName,
    db::Connection,
    domain::{Error, account, sessions, users},
    web::kit::{
        Answer, Field, May, Nav, Posted, Problem, Shell,
        form::{complain, judge},
        redirect, render, render_unprocessable,
        view::Face,
    },
};

#[derive(Deserialize)]
pub struct ProfileInput {
    name: String,
    display_name: String,
}

#[derive(Default)]
struct ProfileForm {
    name: Field,
    display_name: Field,
    /// The file, which is sent by itself.
    picture: Field,
}

impl ProfileForm {
    fn of(may: &Permitted<SignedIn>) -> Self {
        Self { name: Field::of(&may.actor().name), display_name: Field::of(&may.actor().display_name), picture: Field::default() }
    }
}

#[derive(Template)]
#[template(path = "pages/account/profile.html")]
struct ProfilePage {
    shell: Shell,
    face: Face,
    /// The address one asked for and has not confirmed yet.
    pending: Option<String>,
    form: ProfileForm,
    problems: Vec<Problem>,
}

pub async fn show(may: May<SignedIn>) -> Answer {
    let (shell, (about, form)) = may.page(|c, may| Ok((about(c, may)?, ProfileForm::of(may)))).await?;
    render(&page(shell, about, form, Vec::new()))
}

/// The page once more, with what is wrong with a file.
async fn again(may: &May<SignedIn>, why: String) -> Answer {
    let (shell, (about, mut form)) = may.page(|c, may| Ok((about(c, may)?, ProfileForm::of(may)))).await?;
    let mut problems = Vec::new();
    complain(&mut problems, &mut form.picture, "picture", "Picture", why);
    render_unprocessable(&page(shell, about, form, problems))
}

/// Whose profile it is, and the address that waits to be confirmed.
type About = (Face, Option<String>);

fn about(c: &mut Connection, may: &Permitted<SignedIn>) -> Result<About, Error> {
    let me = may.actor();
    let pending = account::pending_address(c, &me.id)?.map(|(to, _)| to);
    Ok((Face::of(&me.id, &me.name, &me.email, me.avatar.as_ref()), pending))
}

fn page(shell: Shell, (face, pending): About, form: ProfileForm, problems: Vec<Problem>) -> ProfilePage {
    ProfilePage { shell: shell.at("Profile", Nav::Profile), face, pending, form, problems }
}

pub async fn submit(may: May<SignedIn>, Posted(input): Posted<ProfileInput>) -> Answer {
    let mut form = ProfileForm { name: Field::of(input.name), display_name: Field::of(input.display_name), picture: Field::default() };
    let mut problems = Vec::new();
    let name = judge(&mut problems, &mut form.name, "name", "Name", PersonName::parse);
    let display_name = judge(&mut problems, &mut form.display_name, "display_name", "Display name", display_name);
    if let (Some(name), Some(display_name)) = (name, display_name) {
        may.write(move |tx, may| {
            let changed = users::rename(tx, may, &name, &display_name)?;
            sessions::notice(tx, may, if changed { "Saved." } else { "Nothing was different, so nothing was changed." })?;
            Ok(())
        })
        .await?;
        return redirect("/account/profile");
    }
    let (shell, about) = may.page(about).await?;
    render_unprocessable(&page(shell, about, form, problems))
}

/// The problems speak of it by its own name.
fn display_name(text: &str) -> Result<PersonName, String> {
    PersonName::parse(text).map_err(|why| why.replacen("The name", "The display name", 1))
}
