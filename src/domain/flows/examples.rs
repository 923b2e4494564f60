//! Three flows to begin with. Their definitions are files, as anybody would write them.

use super::{Definition, Kind, NewFlow};
use crate::{base::text::FlowName, domain::Error};

/// Name and definition of each.
pub const ALL: [(&str, &str); 3] = [
    ("Weekly digest", include_str!("examples/weekly_digest.json")),
    ("Reply draft", include_str!("examples/reply_draft.json")),
    ("Paper summary", include_str!("examples/paper_summary.json")),
];

pub(super) fn all() -> Result<Vec<NewFlow>, Error> {
    let one = |(name, text): &(&str, &str)| {
        let definition = Definition::parse(text).map_err(|wrong| Error::because(wrong.to_string()))?;
        Ok(NewFlow { name: FlowName::parse(name).map_err(Error::because)?, kind: Kind::default(), definition })
    };
    ALL.iter().map(one).collect()
}
