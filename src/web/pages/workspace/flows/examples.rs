//! `/workspaces/{workspace}/flows/examples`: adds three flows to begin with, at once.

use super::list_of;
use crate::{
    access::permission::here,
    domain::{flows, sessions},
    web::kit::{Answer, May, redirect},
};

/// Whoever had to sign in before the button counted comes back here.
pub async fn back(may: May<here::FlowsEdit>) -> Answer {
    redirect(&may.read(|_, may| Ok(list_of(may.workspace()))).await?)
}

pub async fn submit(may: May<here::FlowsEdit>) -> Answer {
    let added = may.write(|tx, may| {
        let said = match flows::add_examples(tx, may)? {
            0 => "The example flows are here already.".to_owned(),
            1 => "One example flow is added. Open it, and change what you like.".to_owned(),
            n => format!("{n} example flows are added. Open one, and change what you like."),
        };
        sessions::notice(tx, may, &said)?;
        Ok(list_of(may.workspace()))
    });
    redirect(&added.await?)
}
