//! What people do with their own account.

use noxus_console::{
    base::token::{AddressChange, AddressUndo, PasswordReset},
    domain::account,
};
use reqwest::Method;

use super::way;
use crate::{
    durable::killed::{Over, Run},
    support::{links::CHOSEN, people::PASSWORD, pictures::picture},
};

pub async fn arriving(run: &mut Run<'_>) -> Result<(), Over> {
    let marketing = run.marketing();
    let (user, browser) = run.member("ada", &[(&marketing, "Reader")]).await?;
    run.post(&browser, &format!("/workspaces/{marketing}/tour"), &[("to", "people")]).await?;
    let (email, phone) = (run.email("ada"), run.house.visitor());
    run.post(&phone, "/sign-in", &[("email", &email), ("password", PASSWORD)]).await?;
    let sessions = phone.get(&run.house.to("/account/password")).await.attributes("form[action*='/sessions/']", "action");
    run.post(&phone, &sessions[0], &[]).await?;
    run.post(&phone, "/sign-in/again", &[("password", PASSWORD)]).await?;
    run.post(&phone, "/sign-out", &[]).await?;
    // As where an account came to be while its invitation was on its way.
    run.house.run(&format!("UPDATE invitations SET state = 'pending', ended_at = NULL, ended_by = NULL WHERE user_id = '{user}'"));
    let link = run.invitation_of(&user);
    run.post(&phone, &format!("{link}/sign-in"), &[("password", PASSWORD)]).await?;
    run.post(&phone, &link, &[]).await?;
    Ok(())
}

pub async fn oneself_and_a_picture(run: &mut Run<'_>) -> Result<(), Over> {
    let (_, browser) = run.member("pia", &[]).await?;
    run.post(&browser, "/account/profile", &[("name", "Pia Picture"), ("display_name", "Pia")]).await?;
    // Each telling its own picture: one that is there already is kept once.
    let side = 40 + run.n as u32 % 200;
    let part = multipart_form(&picture(side, 40 + run.n as u32 / 200, image::ImageFormat::Png));
    let request = browser.request(Method::POST, &run.house.to("/account/profile/picture"));
    let request = request.header("Content-Type", "multipart/form-data; boundary=frame").body(part);
    let draft = way(&run.act(&browser, "/account/profile/picture", request).await?);
    run.post(&browser, &draft, &[("size", "100"), ("across", "50"), ("down", "50")]).await?;
    run.post(&browser, "/account/profile/picture/removal", &[]).await?;
    Ok(())
}

fn multipart_form(file: &[u8]) -> Vec<u8> {
    let head = b"--frame\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\n";
    [&head[..], file, b"\r\n--frame--\r\n"].concat()
}

pub async fn address_and_password(run: &mut Run<'_>) -> Result<(), Over> {
    let (user, browser) = run.member("mia", &[]).await?;
    let (old, new) = (run.email("mia"), run.email("may"));
    run.post(&browser, "/account/email", &[("email", &new)]).await?;
    run.post(&browser, "/account/email/withdrawal", &[]).await?;
    run.post(&browser, "/account/email", &[("email", &new)]).await?;
    let confirm = account::token::<AddressChange>(&run.house.master_key(), &run.newest_link(&user, "address"));
    run.post(&browser, &format!("/email/confirm/{confirm}"), &[]).await?;
    let undo = account::token::<AddressUndo>(&run.house.master_key(), &run.newest_link(&user, "undo"));
    run.post(&run.house.visitor(), &format!("/email/undo/{undo}"), &[]).await?;
    run.post(&run.house.visitor(), "/password/forgotten", &[("email", &old)]).await?;
    let reset = account::token::<PasswordReset>(&run.house.master_key(), &run.newest_link(&user, "reset"));
    run.post(&run.house.visitor(), &format!("/password/reset/{reset}"), &[("password", CHOSEN)]).await?;
    let (here, _there) = (run.house.signed_in(&old, CHOSEN).await, run.house.signed_in(&old, CHOSEN).await);
    run.post(&here, "/account/password/sessions", &[]).await?;
    run.post(&here, "/account/password", &[("current", CHOSEN), ("password", PASSWORD)]).await?;
    Ok(())
}
