//! The sample's flows: the examples, and what became of them.

use super::{people::DAY, rows::Rows, sample::Sample};
use crate::{
    base::{clock::Moment, text::fold},
    db::{Connection, Error},
    domain::flows::EXAMPLES,
};

/// Place of the workspace, name, which example it was made from, who made it and who changed it last, and the minutes since.
type Named = (usize, &'static str, usize, (&'static str, i64), (&'static str, i64));

const ALL: [Named; 9] = [
    (0, "Weekly digest", 0, ("hedy", 180 * DAY), ("ada", 12)),
    (0, "Press review", 2, ("ada", 90 * DAY), ("ada", DAY)),
    (0, "Reply to a customer", 1, ("frances", 61 * DAY), ("hedy", 3 * DAY)),
    (0, "Names for a campaign, with everything we learned from the last three of them", 1, ("frances", 20 * DAY), ("frances", 20 * DAY)),
    (1, "Paper summary", 2, ("karen", 140 * DAY), ("karen", 3 * DAY)),
    (1, "Citation check", 1, ("ada", 40 * DAY), ("ada", 12 * DAY)),
    (2, "Shift handover", 0, ("radia", 70 * DAY), ("radia", 2 * DAY)),
    (3, "Reminder of an invoice", 1, ("katherine", 33 * DAY), ("katherine", 5 * DAY)),
    (3, "Quarter in ten lines", 2, ("edsger", 60 * DAY), ("katherine", 30 * DAY)),
];

pub struct Flow<'a> {
    pub id: String,
    pub workspace: &'a str,
    pub name: &'static str,
    definition: &'static str,
    pub created: (Moment, &'a str),
    pub changed: (Moment, &'a str),
}

impl Flow<'_> {
    pub fn bytes(&self) -> usize {
        self.definition.len()
    }
}

/// Those whose workspace and people are in the sample.
pub fn of(sample: &Sample) -> Vec<Flow<'_>> {
    let last = sample.workspaces.len() - 1;
    let one = |(place, name, example, created, changed): &Named| {
        let workspace = sample.workspaces[..last].get(*place)?;
        let touched = |(local, ago): &(&str, i64)| Some((sample.ago(*ago), sample.named(local)?.id.as_str()));
        let (created, changed) = (touched(created)?, touched(changed)?);
        Some(Flow { id: sample.id(created.0), workspace: &workspace.id, name, definition: EXAMPLES[*example].1.trim(), created, changed })
    };
    ALL.iter().filter_map(one).collect()
}

pub fn write(c: &mut Connection, flows: &[Flow]) -> Result<(), Error> {
    let mut rows = Rows::of("flows", "id, workspace_id, name, name_key, kind, definition, created_at, created_by, changed_at, changed_by");
    for flow in flows {
        rows.add(
            c,
            &[
                flow.id.as_str().into(),
                flow.workspace.into(),
                flow.name.into(),
                fold(flow.name).as_str().into(),
                "flow".into(),
                flow.definition.into(),
                flow.created.0.into(),
                flow.created.1.into(),
                flow.changed.0.into(),
                flow.changed.1.into(),
            ],
        )?;
    }
    rows.send(c)
}
