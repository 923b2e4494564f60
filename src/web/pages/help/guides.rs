//! Guides: for whom each is, and each step of it. Pictures are painted by a browser test (`the_pictures_of_the_guides_are_painted`) into
//! `static/img/help`: delete those that shall be painted anew.

mod own;
mod people;
mod work;

use crate::{
    access::{OrgPermission as P, OrgSet, WorkspacePermission as W},
    web::kit::{Nav, Shell},
};

pub struct Guide {
    /// As in its address.
    pub name: &'static str,
    pub title: &'static str,
    pub say: &'static str,
    whom: Whom,
    steps: &'static [Step],
    /// A button's words, and the page it leads to.
    pub go: Option<(&'static str, Nav)>,
}

pub struct Step {
    /// Words of buttons and pages stand between asterisks.
    pub text: &'static str,
    /// A file of `static/img/help`, and what it shows.
    pub picture: Option<(&'static str, &'static str)>,
    whom: Whom,
}

/// Whom a guide or a step is for: only those who may do what it tells.
enum Whom {
    Everybody,
    /// Who may use a page, in the workspace they are in.
    Of(Nav),
    /// Who may do this in the workspace they are in.
    Here(W),
    /// Who holds one of these in the organization.
    Holding(&'static [P]),
    Each(&'static [Whom]),
}

impl Whom {
    fn is(&self, shell: &Shell, organization: OrgSet) -> bool {
        match self {
            Self::Everybody => true,
            Self::Of(page) => shell.way_to(*page).is_some(),
            Self::Here(permission) => shell.may_here.has(*permission),
            Self::Holding(some) => some.iter().any(|permission| organization.has(*permission)),
            Self::Each(all) => all.iter().all(|whom| whom.is(shell, organization)),
        }
    }
}

impl Guide {
    pub fn is_for(&self, shell: &Shell, organization: OrgSet) -> bool {
        self.whom.is(shell, organization)
    }

    /// What the reader may do of it.
    pub fn steps_for(&self, shell: &Shell, organization: OrgSet) -> impl Iterator<Item = &'static Step> {
        let steps = self.steps;
        steps.iter().filter(move |step| step.whom.is(shell, organization))
    }

    pub fn pictures(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.steps.iter().filter_map(|step| step.picture)
    }
}

/// All of them, in the order they are listed.
pub fn all() -> impl Iterator<Item = &'static Guide> {
    [people::PEOPLE, work::WORK, own::OWN].into_iter().flatten()
}

/// Where a picture lies below `static`.
pub fn path(file: &str) -> String {
    format!("img/help/{file}")
}

const fn step(text: &'static str) -> Step {
    Step { text, picture: None, whom: Whom::Everybody }
}

const fn only(whom: Whom, text: &'static str) -> Step {
    Step { text, picture: None, whom }
}

const fn shown(text: &'static str, file: &'static str, alt: &'static str) -> Step {
    Step { text, picture: Some((file, alt)), whom: Whom::Everybody }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_guide_has_a_picture_and_every_picture_is_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("static");
        let mut pictures = 0;
        for guide in all() {
            let own: Vec<_> = guide.pictures().collect();
            assert!(!own.is_empty(), "{} has no picture", guide.name);
            for (file, alt) in own {
                assert!(root.join(path(file)).is_file(), "{file} is missing: the test the_pictures_of_the_guides_are_painted paints it");
                assert!(alt.len() > 20, "{file} needs words for whoever does not see it");
                pictures += 1;
            }
        }
        let there = std::fs::read_dir(root.join("img/help")).unwrap().count();
        assert_eq!(there, pictures, "a picture that no guide shows, or the same one twice");
    }

    #[test]
    fn asterisks_come_in_pairs() {
        for step in all().flat_map(|guide| guide.steps) {
            assert!(step.text.matches('*').count() % 2 == 0, "{}", step.text);
        }
    }

    #[test]
    fn every_guide_has_an_address_of_its_own() {
        let mut names: Vec<_> = all().map(|guide| guide.name).collect();
        let there = names.len();
        assert!(names.iter().all(|name| name.bytes().all(|b| b == b'-' || b.is_ascii_lowercase())));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), there);
    }
}
