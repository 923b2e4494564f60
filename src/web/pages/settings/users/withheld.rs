//! `POST /settings/users/{user}/withheld/{withheld}`: gives now what was withheld at acceptance.

use crate::{
    access::need::SignedIn,
    base::ids::{UserId, WithheldId},
    domain::{people, sessions},
    web::kit::{Answer, At, May, redirect},
};

pub async fn give(may: May<SignedIn>, At(user): At<UserId>, At(withheld): At<WithheldId>) -> Answer {
    let back = format!("/settings/users/{user}");
    may.write(move |tx, may| {
        let (user, role) = people::give_withheld(tx, may, &user, &withheld)?;
        sessions::notice(tx, may, &format!("{} has the role {} now.", user.name, role.name))?;
        Ok(())
    })
    .await?;
    redirect(&back)
}
