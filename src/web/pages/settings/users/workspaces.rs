//! `/settings/users/{user}/workspaces/new`: which workspace to add somebody to; the role is chosen on the workspace's own page.

use askama::Template;

use super::{OFFERED, crumbs, href};
use crate::{
    access::{need::SignedIn, permission::org},
    base::ids::UserId,
    domain::{Error, people},
    web::kit::{
        Answer, At, May, Nav, Shell, render,
        told::first_name,
        view::{Crumb, Mark},
    },
};

#[derive(Template)]
#[template(path = "pages/settings/users/workspaces.html")]
struct WorkspacesPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    title: String,
    workspaces: Vec<(Mark, String)>,
    back: String,
}

pub async fn show(may: May<SignedIn>, At(user): At<UserId>) -> Answer {
    let (shell, (user, workspaces)) = may
        .page(move |c, may| {
            may.require::<org::UsersRead>(c)?;
            let user = people::find(c, &user)?;
            // Whoever may add members nowhere has nothing to choose.
            let openings = people::open_for(c, may, &user.id, OFFERED)?;
            if openings.anywhere { Ok((user, openings.open)) } else { Err(Error::NotFound) }
        })
        .await?;
    let first = first_name(&user.name);
    let title = format!("Add {first} to a workspace");
    render(&WorkspacesPage {
        crumbs: crumbs(&user),
        workspaces: workspaces.iter().map(|w| (Mark::of(&w.id, &w.name, w.hue), format!("{}/workspaces/{}", href(&user), w.id))).collect(),
        back: href(&user),
        shell: shell.at(&title, Nav::Users),
        title,
    })
}
