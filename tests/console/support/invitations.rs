//! People who are invited, and their links.

use diesel::prelude::*;
use noxus_console::{
    base::{
        ids::{InvitationId, RoleId, UserId, WorkspaceId},
        token::invitation_token,
    },
    db::schema::invitations,
    domain::roles::built_in,
};

use super::{Client, Console};

impl Console {
    /// Adds somebody through the wizard, with Org Base and roles in workspaces. Their address begins with their first name.
    pub async fn invited_by(&self, by: &Client, name: &str, workspaces: &[(&WorkspaceId, RoleId)]) -> UserId {
        self.invited_by_as(by, name, built_in::org_base(), workspaces).await
    }

    pub async fn invited_by_as(&self, by: &Client, name: &str, role: RoleId, workspaces: &[(&WorkspaceId, RoleId)]) -> UserId {
        let first = name.split(' ').next().unwrap_or_default().to_lowercase();
        let email = format!("{first}@analytical.example");
        let mut form = vec![("name", name), ("email", email.as_str()), ("role", role.as_str())];
        form.extend(workspaces.iter().map(|(w, _)| ("workspaces", w.as_str())));
        let draft = by.post("/settings/users/new", &form).await;
        let draft = draft.is(303).location.clone().expect("a draft");
        let fields: Vec<String> = workspaces.iter().map(|(w, _)| format!("role-{w}")).collect();
        let roles: Vec<(&str, &str)> = fields.iter().zip(workspaces).map(|(field, (_, role))| (field.as_str(), role.as_str())).collect();
        by.post(&draft, &roles).await.is(303);
        self.user_named(&first)
    }

    /// The id and generation of somebody's invitation.
    pub fn invitation_of(&self, user: &UserId) -> (InvitationId, i32) {
        let user = user.clone();
        self.rows(move |c| invitations::table.filter(invitations::user_id.eq(user)).select((invitations::id, invitations::generation)).first(c))
    }

    /// The path of the newest link.
    pub fn link_of(&self, user: &UserId) -> String {
        let (id, generation) = self.invitation_of(user);
        format!("/invitation/{}", invitation_token(&self.app.key, &id, generation))
    }
}
