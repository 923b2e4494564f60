//! `/settings/general`: the organization's name and what holds for all of it.

use askama::Template;
use serde::Deserialize;

use crate::{
    access::permission::org,
    domain::{
        Error,
        organization::{self, Organization, Policies},
        sessions,
    },
    web::kit::{
        Answer, Field, Linked, May, Nav, Posted, Problem, Shell, WebError,
        form::complain,
        redirect, render, render_unprocessable,
        view::{Crumb, day},
    },
};

#[derive(Deserialize)]
pub struct GeneralInput {
    name: String,
    allowed_domains: String,
    invitation_days: String,
    session_idle_hours: String,
    session_max_hours: String,
    key_max_days: String,
    support: String,
}

#[derive(Default)]
struct GeneralForm {
    name: Field,
    allowed_domains: Field,
    invitation_days: Field,
    session_idle_hours: Field,
    session_max_hours: Field,
    key_max_days: Field,
    support: Field,
}

impl GeneralForm {
    fn of(policies: &Policies) -> Self {
        Self {
            name: Field::of(&policies.name),
            allowed_domains: Field::of(&policies.allowed_domains),
            invitation_days: Field::of(&policies.invitation_days),
            session_idle_hours: Field::of(&policies.session_idle_hours),
            session_max_hours: Field::of(&policies.session_max_hours),
            key_max_days: Field::of(&policies.key_max_days),
            support: Field::of(&policies.support),
        }
    }

    fn field(&mut self, name: &str) -> (&mut Field, &'static str) {
        match name {
            "allowed_domains" => (&mut self.allowed_domains, "Allowed email domains"),
            "invitation_days" => (&mut self.invitation_days, "Lifetime of a link"),
            "session_idle_hours" => (&mut self.session_idle_hours, "Longest inactivity"),
            "session_max_hours" => (&mut self.session_max_hours, "Longest session"),
            "key_max_days" => (&mut self.key_max_days, "Longest lifetime of a key"),
            "support" => (&mut self.support, "Support address"),
            _ => (&mut self.name, "Organization name"),
        }
    }
}

impl From<GeneralInput> for Policies {
    fn from(input: GeneralInput) -> Self {
        Self {
            name: input.name,
            allowed_domains: input.allowed_domains,
            invitation_days: input.invitation_days,
            session_idle_hours: input.session_idle_hours,
            session_max_hours: input.session_max_hours,
            key_max_days: input.key_max_days,
            support: input.support,
        }
    }
}

#[derive(Template)]
#[template(path = "pages/settings/general.html")]
struct GeneralPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    form: GeneralForm,
    problems: Vec<Problem>,
    changed: Option<Changed>,
}

struct Changed {
    by: Option<Linked>,
    on: String,
}

fn as_it_is(now: &Organization) -> Policies {
    Policies {
        name: now.name.clone(),
        allowed_domains: now.allowed_domains.join(", "),
        invitation_days: now.invitation_days.to_string(),
        session_idle_hours: now.session_idle_hours.to_string(),
        session_max_hours: now.session_max_hours.to_string(),
        key_max_days: now.key_max_days.map(|days| days.to_string()).unwrap_or_default(),
        support: now.support.clone(),
    }
}

pub async fn show(may: May<org::OrgEdit>) -> Answer {
    render(&page(&may, None, Vec::new()).await?)
}

/// Without what was posted: the values as they are.
async fn page(may: &May<org::OrgEdit>, posted: Option<&Policies>, found: Vec<(&'static str, String)>) -> Result<GeneralPage, WebError> {
    let (shell, (now, changed)) = may
        .page(|c, may| {
            let now = organization::load(c)?;
            let by = match &now.changed_by {
                Some(by) => Linked::to(c, may.standing(), by)?,
                None => None,
            };
            let changed = now.changed_at.map(|at| Changed { by, on: day(at) });
            Ok((now, changed))
        })
        .await?;
    let mut form = posted.map(GeneralForm::of).unwrap_or_else(|| GeneralForm::of(&as_it_is(&now)));
    let mut problems = Vec::new();
    for (name, why) in found {
        let (field, label) = form.field(name);
        complain(&mut problems, field, name, label, why);
    }
    Ok(GeneralPage { shell: shell.at("General", Nav::General), crumbs: vec![Crumb::text("Settings")], form, problems, changed })
}

pub async fn submit(may: May<org::OrgEdit>, Posted(input): Posted<GeneralInput>) -> Answer {
    let policies = Policies::from(input);
    let posted = policies.clone();
    let changed = may.try_write(move |tx, may| {
        organization::change(tx, may, &policies)?;
        sessions::notice(tx, may, "Saved.")?;
        Ok(())
    });
    match changed.await? {
        Ok(()) => redirect("/settings/general"),
        Err(Error::Invalid(found)) => render_unprocessable(&page(&may, Some(&posted), found).await?),
        Err(e) => Err(e.into()),
    }
}
