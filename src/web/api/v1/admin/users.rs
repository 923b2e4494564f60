//! `/v1/admin/users`: the people of the organization. Service accounts are no people, and are not in the list.

mod adding;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    access::{OrgPermission, permission::org},
    base::ids::UserId,
    domain::users::{Status, roster},
    web::{
        api::v1::{BUSY, LARGE},
        kit::{Calls, LargeAnswer, Query, json_in, numbered},
    },
};

pub use adding::create;

/// A person, as clients know them.
#[derive(Serialize, ToSchema)]
pub struct TenantUser {
    id: UserId,
    email: String,
    display_name: Option<String>,
    /// Whether they are an organization admin.
    tenant_admin: bool,
    /// Not before they accepted their invitation, nor once they are deactivated.
    is_active: bool,
}

fn tenant_user(member: roster::Member) -> TenantUser {
    TenantUser {
        id: member.id,
        email: member.email,
        display_name: Some(member.display_name).filter(|name| !name.is_empty()),
        tenant_admin: member.organization.has(OrgPermission::OrgAdmin),
        is_active: member.status == Status::Active,
    }
}

/// From how many people on the list of them all is a large answer.
const MANY: i64 = 2_000;

/// Everybody, or a page of them, in the order they were added.
pub async fn list(calls: Calls<org::UsersRead>, Query(asked): Query<numbered::Asked>) -> LargeAnswer<numbered::Listed<TenantUser>> {
    match asked.page_or_all()? {
        None => {
            let (owner, many) = calls.look_up(|c, may| Ok((may.id().clone(), roster::count(c, may)? > MANY))).await?;
            // Not read before there is room for it.
            let place = if many { Some(LARGE.enter(&owner, BUSY).await?) } else { None };
            let all = calls.read(|c, may| Ok(roster::all(c, may)?)).await?;
            json_in(place, &numbered::Listed::All(all.into_iter().map(tenant_user).collect()))
        }
        Some(page) => {
            let (rows, total) = calls.read(move |c, may| Ok(roster::page(c, may, page.skip(), page.size)?)).await?;
            json_in(None, &numbered::Listed::Page(page.of(rows.into_iter().map(tenant_user).collect(), total)))
        }
    }
}
