//! `/v1/admin/groups`: workspaces, as clients call them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access::permission::org,
    base::ids::WorkspaceId,
    domain::workspaces::{self, Workspace},
    web::kit::{Calls, JsonAnswer, Query, json, numbered},
};

/// A workspace, as clients know it.
#[derive(Serialize, ToSchema)]
pub struct Group {
    id: WorkspaceId,
    name: String,
    description: Option<String>,
}

fn group(workspace: Workspace) -> Group {
    Group { id: workspace.id, name: workspace.name, description: Some(workspace.description).filter(|text| !text.is_empty()) }
}

/// Every workspace that is not archived, for a key that may manage any of them; else those it belongs to. A system key belongs to none.
pub async fn list(calls: Calls<org::WorkspaceRead>, Query(asked): Query<numbered::Asked>) -> JsonAnswer<numbered::Listed<Group>> {
    let page = asked.page_or_all()?;
    let (skip, limit) = page.map_or((0, usize::MAX), |page| (page.skip() as usize, page.size as usize));
    let (found, total) = calls.read(move |c, may| Ok(workspaces::numbered(c, may, skip, limit)?)).await?;
    let groups: Vec<Group> = found.into_iter().map(group).collect();
    json(&match page {
        None => numbered::Listed::All(groups),
        Some(page) => numbered::Listed::Page(page.of(groups, total as i64)),
    })
}
