//! Why: every yes and no with its reasons, from the same facts the decision was made of.

use super::{
    grants::{self, Giver, Standing},
    need::{Missing, Need},
    permission::{WorkspacePermission, WorkspaceSet},
};
use crate::{
    base::text::upper_first,
    db::{Connection, Error},
};

/// A refusal that teaches: what is missing, which role has it, who can give it.
#[derive(Debug, Clone)]
pub struct Denial {
    pub standing: Standing,
    pub missing: Missing,
    pub smallest_role: Option<String>,
    pub givers: Vec<Giver>,
}

impl Denial {
    pub(super) fn of<N: Need>(c: &mut Connection, standing: Standing) -> Result<Self, Error> {
        let missing = N::missing();
        let place = standing.place();
        let workspace = match missing {
            Missing::Workspace(_) => place.map(|p| p.id.clone()),
            _ => None,
        };
        Ok(Self { smallest_role: grants::smallest_role(c, missing, workspace.as_ref())?, givers: grants::givers(c, workspace.as_ref(), 4)?, missing, standing })
    }
}

/// What a set allows in a workspace and what it does not, in a few lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    pub yes: Vec<String>,
    pub no: Vec<String>,
}

/// Verbs of one family, each with its permission, and what they are about.
type Family = (&'static str, [(WorkspacePermission, &'static [&'static str]); 4]);

use WorkspacePermission as P;

const FAMILIES: [Family; 3] = [
    ("flows", [(P::FlowsEdit, &["create", "edit"]), (P::FlowsRun, &["run"]), (P::FlowsDelete, &["delete"]), (P::FlowsAdvanced, &["deploy"])]),
    (
        "agents",
        [(P::AgentsEdit, &["create", "edit"]), (P::AgentsRun, &["run"]), (P::AgentsDelete, &["delete"]), (P::AgentsAdvanced, &["use advanced features of"])],
    ),
    (
        "knowledge bases",
        [(P::KbsEdit, &["create", "edit"]), (P::KbsQuery, &["query"]), (P::KbsDelete, &["delete"]), (P::KbsAdvanced, &["use ingestion pipelines of"])],
    ),
];

const ADMINISTRATION: [(WorkspacePermission, &str); 4] = [
    (P::UsersEdit, "add and change members"),
    (P::UsersDelete, "remove members"),
    (P::IntegrationsEdit, "connect integrations"),
    (P::WorkspaceAdmin, "manage settings and API keys"),
];

pub fn summary(may: WorkspaceSet) -> Summary {
    let sentences = |lines: Vec<String>| lines.iter().map(|line| upper_first(line)).collect();
    Summary { yes: sentences(lines(|p| may.has(p))), no: sentences(lines(|p| !may.has(p))) }
}

fn lines(include: impl Fn(WorkspacePermission) -> bool) -> Vec<String> {
    // Families with the same verbs share a line: "create, edit, run and delete flows and agents".
    let mut groups: Vec<(Vec<&str>, Vec<&str>)> = Vec::new();
    for (about, verbs) in FAMILIES {
        let verbs: Vec<&str> = verbs.iter().filter(|(p, _)| include(*p)).flat_map(|(_, v)| v.iter().copied()).collect();
        match groups.iter_mut().find(|(v, _)| *v == verbs) {
            _ if verbs.is_empty() => {}
            Some((_, abouts)) => abouts.push(about),
            None => groups.push((verbs, vec![about])),
        }
    }
    let administration: Vec<&str> = ADMINISTRATION.iter().filter(|(p, _)| include(*p)).map(|(_, words)| *words).collect();
    let mut lines: Vec<String> = groups.into_iter().map(|(verbs, abouts)| format!("{} {}", list(&verbs), list(&abouts))).collect();
    if !administration.is_empty() {
        lines.push(list(&administration));
    }
    lines
}

/// What a set allows, within a sentence: "run flows and agents, query knowledge bases"; empty for a set that allows nothing.
pub fn allows(may: WorkspaceSet) -> String {
    if may.covers(WorkspaceSet::all()) {
        return "everything in the workspace".to_owned();
    }
    let lines = lines(|p| may.has(p));
    let between = if lines.iter().any(|line| line.contains(',')) { "; " } else { ", " };
    lines.join(between)
}

/// A role with what it allows: "Reader: run flows and agents, query knowledge bases".
pub fn role(name: &str, may: WorkspaceSet) -> String {
    let allows = allows(may);
    if allows.is_empty() { name.to_owned() } else { format!("{name}: {allows}") }
}

/// "a, b and c".
pub fn list(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Permission as _;

    #[test]
    fn each_permission_of_a_workspace_has_words_of_its_own() {
        let words = |p: WorkspacePermission| allows(WorkspaceSet::of(&[p]));
        for p in WorkspacePermission::ALL.iter().copied() {
            assert_ne!(words(p), "", "{p:?} stands in none of the families, and is no administration");
            let alike: Vec<_> = WorkspacePermission::ALL.iter().filter(|other| words(**other) == words(p)).collect();
            assert_eq!(alike, [&p], "{}", words(p));
            assert_eq!(summary(WorkspaceSet::all().minus(WorkspaceSet::of(&[p]))).no, summary(WorkspaceSet::of(&[p])).yes, "{p:?}");
        }
    }

    #[test]
    fn roles_in_words() {
        let of = |keys: &str| role("Reader", keys.parse().unwrap_or_else(|never| match never {}));
        assert_eq!(of("agents_run flows_run kbs_query"), "Reader: run flows and agents, query knowledge bases");
        assert!(of("agents_edit agents_run kbs_query").contains("create, edit and run agents; query knowledge bases"));
        assert_eq!(of(""), "Reader");
        assert_eq!(role("Admin", WorkspaceSet::all()), "Admin: everything in the workspace");
    }

    #[test]
    fn an_editor_in_words() {
        let editor: WorkspaceSet = "flows_edit flows_delete flows_run agents_edit agents_delete agents_run kbs_edit kbs_delete kbs_query".parse().unwrap();
        let words = summary(editor);
        assert_eq!(words.yes, ["Create, edit, run and delete flows and agents", "Create, edit, query and delete knowledge bases"]);
        assert_eq!(words.no[0], "Deploy flows");
        assert!(words.no.iter().any(|l| l.starts_with("Add and change members")));
    }
}
