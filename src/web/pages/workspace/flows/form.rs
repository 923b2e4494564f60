//! The form of a flow, new or there: its name and its definition.

use serde::Deserialize;

use crate::{
    base::text::FlowName,
    domain::flows::{Definition, Flow},
    web::kit::{Field, Problem, form::judge},
};

#[derive(Deserialize)]
pub struct FlowInput {
    name: String,
    definition: String,
    /// When the flow that was edited had been changed last; of a new one nothing.
    #[serde(default)]
    pub(super) seen: String,
}

#[derive(Default, Clone)]
pub struct FlowForm {
    pub name: Field,
    pub definition: Field,
    pub seen: String,
}

impl FlowForm {
    pub fn of(input: FlowInput) -> Self {
        // A browser sends every end of a line as CR LF, whatever was typed; in JSON both are space between two values.
        let definition = input.definition.replace("\r\n", "\n");
        Self { name: Field::of(input.name), definition: Field::of(definition), seen: input.seen }
    }

    pub fn as_it_is(flow: &Flow) -> Self {
        Self { name: Field::of(&flow.name), definition: Field::of(flow.definition.as_str()), seen: version(flow) }
    }

    pub fn read(&mut self, problems: &mut Vec<Problem>) -> Option<(FlowName, Definition)> {
        let name = judge(problems, &mut self.name, "name", "Name", FlowName::parse);
        let definition = judge(problems, &mut self.definition, "definition", "Definition", |text| Definition::parse(text).map_err(|wrong| wrong.to_string()));
        Some((name?, definition?))
    }
}

/// Which state of a flow one has seen.
pub fn version(flow: &Flow) -> String {
    flow.changed_at.and_utc().timestamp_micros().to_string()
}
