//! `/settings/restored`: after a restoration, what came back with the backup. Until an organization admin says that they have
//! looked through it, every page of theirs leads here.

use askama::Template;

use crate::{
    access::permission::org,
    domain::{
        backup::{self, LISTED, Review},
        sessions,
    },
    web::kit::{
        Answer, Linked, May, Nav, Shell, WebError, redirect, render,
        view::{Crumb, Mark, When, people, thousands, utc},
    },
};

#[derive(Template)]
#[template(path = "pages/settings/restored.html")]
struct RestoredPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    say: String,
    statuses: Vec<Group>,
    admins: Vec<Linked>,
    more_admins: bool,
    system_keys: Vec<SystemKey>,
    workspaces: Vec<Keys>,
    more_workspaces: bool,
}

/// People of one status, and what to mind about them.
struct Group {
    title: String,
    words: &'static str,
    href: &'static str,
}

struct SystemKey {
    name: String,
    hint: String,
    used: Option<When>,
}

struct Keys {
    mark: Mark,
    words: String,
}

pub async fn show(may: May<org::OrgAdmin>) -> Answer {
    let (shell, review) = may
        .page(|c, may| {
            let Some(review) = backup::come_back(c, may)? else { return Ok(None) };
            let mut admins = Linked::each(c, may.standing(), review.admins.iter().map(|admin| &admin.id))?;
            let admins: Vec<Linked> = review.admins.iter().filter_map(|admin| admins.remove(&admin.id)).collect();
            Ok(Some((review, admins)))
        })
        .await?;
    let (review, admins) = review.ok_or(WebError::NotFound)?;
    render(&page(shell, review, admins))
}

fn page(mut shell: Shell, review: Review, mut admins: Vec<Linked>) -> RestoredPage {
    // This page is what it leads to.
    shell.restored = false;
    let groups = [
        (
            review.active,
            "active",
            "They sign in with the password they had then. Whoever was removed or deactivated since is active again.",
            "/settings/users?status=active",
        ),
        (review.invited, "invited", "The links they have are void: send each invitation again, or revoke it.", "/settings/users?status=undelivered"),
        (review.deactivated, "deactivated", "Whoever was reactivated since is deactivated again.", "/settings/users?status=deactivated"),
    ];
    let statuses = groups.into_iter().filter(|(n, ..)| *n > 0).map(|(n, state, words, href)| Group { title: format!("{} {state}", people(n)), words, href });
    let keys = |n: i64| if n == 1 { "1 key works".to_owned() } else { format!("{} keys work", thousands(n)) };
    let more_admins = admins.len() > LISTED;
    admins.truncate(LISTED);
    RestoredPage {
        say: format!(
            "The console was restored on {}, to how it was on {}. Whatever was changed in between is undone.",
            utc(review.restored.at),
            utc(review.restored.made_at)
        ),
        statuses: statuses.collect(),
        admins,
        more_admins,
        system_keys: review
            .system_keys
            .into_iter()
            .map(|key| SystemKey { name: key.name, hint: key.hint, used: key.used.map(|used| When::of(used.at)) })
            .collect(),
        more_workspaces: review.workspaces.len() > LISTED,
        workspaces: review.workspaces.iter().take(LISTED).map(|of| Keys { mark: Mark::of(&of.id, &of.name, of.hue as u8), words: keys(of.keys) }).collect(),
        crumbs: vec![Crumb::text("Settings")],
        shell: shell.at("Restored from a backup", Nav::None),
    }
}

pub async fn submit(may: May<org::OrgAdmin>) -> Answer {
    may.write(|tx, may| {
        backup::reviewed(tx, may)?;
        sessions::notice(tx, may, "Looked through. Nobody is told about the backup any more.")?;
        Ok(())
    })
    .await?;
    redirect("/settings/users")
}
