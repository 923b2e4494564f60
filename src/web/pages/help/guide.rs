//! `/help/{guide}`: one guide, step by step.

use std::str::FromStr;

use askama::Template;

use super::guides::{self, Guide};
use crate::{
    access::need::SignedIn,
    web::kit::{Answer, At, May, Nav, Shell, WebError, assets::Assets, paths::Segment, render, view::Crumb},
};

#[derive(Template)]
#[template(path = "pages/help/guide.html")]
struct GuidePage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    guide: &'static Guide,
    steps: Vec<Step>,
    /// Where one does it.
    go: Option<(&'static str, String)>,
}

struct Step {
    /// Parts of its text; those that are on a button or a page are set apart.
    parts: Vec<(bool, &'static str)>,
    picture: Option<Picture>,
}

struct Picture {
    address: String,
    alt: &'static str,
}

/// The guide a path names.
pub struct Named(&'static Guide);

impl FromStr for Named {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        guides::all().find(|guide| guide.name == text).map(Self).ok_or(())
    }
}

impl Segment for Named {
    const NAME: &'static str = "guide";
}

pub async fn show(may: May<SignedIn>, At(Named(guide)): At<Named>) -> Answer {
    let (shell, organization) = may.page(|_, may| Ok(may.organization())).await?;
    if !guide.is_for(&shell, organization) {
        return Err(WebError::NotFound);
    }
    let steps: Vec<Step> = guide
        .steps_for(&shell, organization)
        .map(|step| Step { parts: parts(step.text), picture: step.picture.map(|(file, alt)| Picture { address: Assets::address(&guides::path(file)), alt }) })
        .collect();
    render(&GuidePage {
        crumbs: vec![Crumb::link("Help", "/help")],
        guide,
        steps,
        go: guide.go.and_then(|(label, page)| Some((label, shell.way_to(page)?.to_owned()))),
        shell: shell.at(guide.title, Nav::Help),
    })
}

/// What stands between asterisks is set apart.
fn parts(text: &'static str) -> Vec<(bool, &'static str)> {
    text.split('*').enumerate().map(|(n, part)| (n % 2 == 1, part)).filter(|(_, part)| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_between_asterisks_is_set_apart() {
        assert_eq!(parts("Press *Add*, then *Next*."), [(false, "Press "), (true, "Add"), (false, ", then "), (true, "Next"), (false, ".")]);
    }
}
