//! `/setup`: the first run. Its token stands in the link that the console prints; afterwards the page is gone for good.

use askama::Template;
use serde::Deserialize;

use crate::{
    base::{
        password::Password,
        text::{EmailAddress, OrganizationName, PersonName, WorkspaceName},
    },
    domain::{
        sessions,
        setup::{self, Beginning},
    },
    web::kit::{Answer, Field, Posted, Problem, Query, Shell, Visitor, WebError, form::judge, redirect, render, render_unprocessable, session_store},
};

#[derive(Deserialize)]
pub struct Link {
    #[serde(default)]
    token: String,
}

#[derive(Deserialize)]
pub struct SetupInput {
    token: String,
    organization: String,
    name: String,
    email: String,
    password: String,
    workspace: String,
}

#[derive(Default)]
struct SetupForm {
    organization: Field,
    name: Field,
    email: Field,
    password: Field,
    workspace: Field,
}

#[derive(Template)]
#[template(path = "pages/setup.html")]
struct SetupPage {
    shell: Shell,
    token: String,
    form: SetupForm,
    problems: Vec<Problem>,
}

pub async fn show(visitor: Visitor, Query(link): Query<Link>) -> Answer {
    let shell = shell_if_open(&visitor, &link.token).await?;
    render(&SetupPage { shell, token: link.token, form: SetupForm::default(), problems: Vec::new() })
}

/// With a wrong token, or once set up, there is nothing at this address.
async fn shell_if_open(visitor: &Visitor, token: &str) -> Result<Shell, WebError> {
    let token = token.to_owned();
    let (shell, pass) = visitor.page(move |c| Ok(setup::open_with(c, &token)?)).await?;
    pass.map(|_| shell.at("Set up noxus-console", crate::web::kit::Nav::None)).ok_or(WebError::NotFound)
}

pub async fn submit(visitor: Visitor, Posted(input): Posted<SetupInput>) -> Answer {
    let shell = shell_if_open(&visitor, &input.token).await?;
    let mut form = SetupForm {
        organization: Field::of(input.organization),
        name: Field::of(input.name),
        email: Field::of(input.email),
        password: Field::of(input.password),
        workspace: Field::of(input.workspace),
    };
    let mut problems = Vec::new();
    let own_words = [form.name.value.clone(), form.email.value.clone(), form.organization.value.clone()];
    let own_words: Vec<&str> = own_words.iter().map(String::as_str).collect();
    let organization = judge(&mut problems, &mut form.organization, "organization", "Organization name", OrganizationName::parse);
    let name = judge(&mut problems, &mut form.name, "name", "Name", PersonName::parse);
    let email = judge(&mut problems, &mut form.email, "email", "Email address", EmailAddress::parse);
    let password = judge(&mut problems, &mut form.password, "password", "Password", |text| Password::choose(text, &own_words));
    let workspace = judge(&mut problems, &mut form.workspace, "workspace", "Workspace name", WorkspaceName::parse);
    form.password.value.clear();
    let (Some(organization), Some(name), Some(email), Some(password), Some(workspace)) = (organization, name, email, password, workspace) else {
        return render_unprocessable(&SetupPage { shell, token: input.token, form, problems });
    };
    let password = visitor.tools().hasher.hash(&password).await;
    let given = Beginning { organization, name, email, password, workspace };
    let token = input.token;
    let done = visitor.write(move |tx| match setup::open_with(tx, &token)? {
        Some(pass) => {
            let (session, workspace) = setup::begin(tx, pass, &given)?;
            let said = format!("{} is set up. You are its first admin, and nobody else is in yet.", given.organization.as_str());
            sessions::notice_in(tx, &sessions::hash_of(session.as_str()), Some(&sessions::with_link(&said, "Invite someone", "/settings/users/new")))?;
            Ok(Some((session, workspace)))
        }
        None => Ok(None),
    });
    let (session, workspace) = done.await??.ok_or(WebError::NotFound)?;
    session_store::adopt(visitor.session(), &session);
    redirect(&format!("/workspaces/{workspace}"))
}
