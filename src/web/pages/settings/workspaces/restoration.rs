//! `/settings/workspaces/{workspace}/restoration`: an archived workspace is opened again.

use super::{
    question::{self, Act},
    way_on,
};
use crate::{
    access::need::RestoreWorkspace,
    domain::{sessions, workspaces},
    web::kit::{Answer, May, redirect},
};

pub async fn show(may: May<RestoreWorkspace>) -> Answer {
    let act = Act {
        verb: "Restore",
        danger: false,
        keep: "Keep it archived",
        ends: Vec::new(),
        stays: vec![
            "It is open again to everybody who belonged to it, with the roles they had.",
            "Its API keys work again, unless they were revoked or have expired.",
        ],
    };
    question::ask(may, true, |_| act).await
}

pub async fn submit(may: May<RestoreWorkspace>) -> Answer {
    let restored = may.write(|tx, may| {
        workspaces::restore(tx, may)?;
        let said = format!("{} is open again.", may.workspace().name);
        sessions::notice(tx, may, &said)?;
        Ok(way_on(may))
    });
    redirect(&restored.await?)
}
