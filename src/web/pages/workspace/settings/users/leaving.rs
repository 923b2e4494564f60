//! `/workspaces/{workspace}/settings/users/leaving`: the question before one leaves a workspace, and the act.

use super::{here, mark, trail};
use crate::{
    access::{Permitted, WorkspacePermission, grants, need::Member},
    base::ids::UserId,
    db::Connection,
    domain::{Error, api_keys, invites::Which, memberships, people, sessions},
    web::kit::{Answer, May, Nav, Question, redirect, render, told::fallen, view::Face},
};

struct Left {
    name: String,
    list: String,
    keys: i64,
    /// Whether it is the only workspace they are in.
    only: bool,
    /// Whether nobody else who is a member here administers it.
    last_admin: bool,
    organization: String,
    open: Option<fallen::Open>,
}

pub async fn show(may: May<Member>) -> Answer {
    let asked = may.page(|c, may| {
        let place = may.workspace();
        if place.through_organization() || place.membership.is_none() {
            return Ok(Err(here(&place.id)));
        }
        let actor = may.actor();
        let face = Face::of(&actor.id, &actor.name, &actor.email, actor.avatar.as_ref());
        Ok(Ok((face, mark(place), trail(&place.id), left(c, may)?)))
    });
    let (shell, asked) = asked.await?;
    let (face, mark, crumbs, mut left) = match asked {
        Ok(asked) => asked,
        Err(list) => return redirect(&list),
    };
    left.organization.clone_from(&shell.organization);
    let title = format!("Leave {}?", left.name);
    render(&Question {
        shell: shell.at(&title, Nav::WorkspaceUsers),
        mark: Some(mark),
        crumbs,
        face,
        ends: left.ends(),
        stays: left.stays(),
        open: left.open,
        button: format!("Leave {}", left.name),
        kind: "danger primary",
        leave: "Stay in it".to_owned(),
        back: left.list,
        title,
    })
}

fn left(c: &mut Connection, may: &Permitted<Member>) -> Result<Left, Error> {
    let place = may.workspace();
    let me: &UserId = may.id();
    let administers = place.may.has(WorkspacePermission::WorkspaceAdmin);
    let admin_roles = grants::roles_with(c, WorkspacePermission::WorkspaceAdmin)?;
    Ok(Left {
        name: place.name.clone(),
        list: here(&place.id),
        keys: api_keys::count_owned_in(c, &place.id, std::slice::from_ref(me))?,
        only: memberships::is_only(c, me, &place.id)?,
        last_admin: administers && memberships::count_others(c, &place.id, &admin_roles, me)? == 0,
        organization: String::new(),
        open: fallen::open(c, may, std::slice::from_ref(me), Which::In(&place.id), "you")?,
    })
}

impl Left {
    fn ends(&self) -> Vec<String> {
        let name = &self.name;
        let mut ends = vec![format!("Your access to {name} ends now, also in pages you have open.")];
        ends.push(match self.keys {
            0 => format!("Keys of {name} would stop. You have none."),
            1 => format!("Your key of {name} stops."),
            n => format!("Your {n} keys of {name} stop."),
        });
        if self.last_admin {
            ends.push("You are its only Admin: afterwards only organization admins manage it.".to_owned());
        }
        ends.push("To come back, somebody there has to add you.".to_owned());
        ends
    }

    fn stays(&self) -> Vec<String> {
        let Self { name, organization, only, .. } = self;
        let stay = if *only {
            format!("You stay in {organization}. {name} is your only workspace: afterwards a page says so, and whom to ask.")
        } else {
            format!("You stay in {organization}, and in your other workspaces.")
        };
        vec!["Nothing you made is deleted.".to_owned(), stay]
    }
}

pub async fn submit(may: May<Member>) -> Answer {
    may.write(|tx, may| {
        people::leave(tx, may)?;
        Ok(sessions::notice(tx, may, &format!("You left {}.", may.workspace().name))?)
    })
    .await?;
    redirect("/")
}
