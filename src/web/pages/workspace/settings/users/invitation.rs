//! `/workspaces/{workspace}/settings/users/{user}/invitation`: sends a member's invitation again, from the workspace's list.

use super::here;
use crate::{
    access::{need::Member, permission::org},
    base::ids::{UserId, WorkspaceId},
    domain::{Error, invites, memberships, sessions},
    web::kit::{Answer, At, May, redirect, told::fallen},
};

/// Opened, the address leads to the list.
pub async fn back(may: May<Member>, At(workspace): At<WorkspaceId>, At(_): At<UserId>) -> Answer {
    may.read(|_, _| Ok(())).await?;
    redirect(&here(&workspace))
}

pub async fn resend(may: May<Member>, At(workspace): At<WorkspaceId>, At(user): At<UserId>) -> Answer {
    let folder = may.tools().config.mail_folder().map(|folder| folder.display().to_string());
    let resent = may.write(move |tx, may| {
        let invites = may.require::<org::UsersWrite>(tx)?;
        // Of this workspace's people, not of any.
        if memberships::find(tx, &user, &may.workspace().id)?.is_none() {
            return Err(Error::NotFound);
        }
        let (user, adopted) = invites::resend(tx, &invites, &user)?;
        let mut text = match folder {
            None => format!("A fresh invitation is on its way to {}. Older links do not work any more.", user.email),
            Some(folder) => format!("A fresh invitation for {} is in {}. Older links do not work any more.", user.email, folder.trim_start_matches("./")),
        };
        text.push_str(&fallen::adopted(&adopted));
        Ok(sessions::notice(tx, may, &text)?)
    });
    resent.await?;
    redirect(&here(&workspace))
}
