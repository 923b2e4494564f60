//! The acts in the order people do them, each story from its beginning. Every act is one request.

use noxus_console::{
    base::token::{AddressChange, AddressUndo, PasswordReset, invitation_token},
    domain::{account, roles::built_in},
};
use reqwest::Method;
use serde_json::json;

use super::killed::{Over, Run};
use crate::support::{
    Client,
    flows::EMPTY,
    links::CHOSEN,
    people::{AS_IT_WAS, PASSWORD},
    pictures::picture,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Story {
    Inviting,
    Arriving,
    Declining,
    Administering,
    OneselfAndAPicture,
    AddressAndPassword,
    Workspaces,
    Members,
    Flows,
    Keys,
    Programs,
    TheOrganization,
}

pub const STORIES: [Story; 12] = [
    Story::Inviting,
    Story::Arriving,
    Story::Declining,
    Story::Administering,
    Story::OneselfAndAPicture,
    Story::AddressAndPassword,
    Story::Workspaces,
    Story::Members,
    Story::Flows,
    Story::Keys,
    Story::Programs,
    Story::TheOrganization,
];

pub async fn tell(mut run: Run<'_>) -> Result<(), Over> {
    match run.story() {
        Story::Inviting => inviting(&mut run).await,
        Story::Arriving => arriving(&mut run).await,
        Story::Declining => declining(&mut run).await,
        Story::Administering => administering(&mut run).await,
        Story::OneselfAndAPicture => oneself_and_a_picture(&mut run).await,
        Story::AddressAndPassword => address_and_password(&mut run).await,
        Story::Workspaces => workspaces(&mut run).await,
        Story::Members => members(&mut run).await,
        Story::Flows => flows(&mut run).await,
        Story::Keys => keys(&mut run).await,
        Story::Programs => programs(&mut run).await,
        Story::TheOrganization => the_organization(&mut run).await,
    }
}

impl Run<'_> {
    fn marketing(&self) -> String {
        self.house.value("SELECT id AS value FROM workspaces WHERE name_key = 'marketing'")
    }

    /// The path of somebody's newest link.
    fn invitation_of(&self, user: &str) -> String {
        let of = |column: &str| self.house.value(&format!("SELECT CAST({column} AS TEXT) AS value FROM invitations WHERE user_id = '{user}'"));
        let (id, generation) = (of("id").parse().expect("an id"), of("generation").parse().expect("a number"));
        format!("/invitation/{}", invitation_token(&self.house.master_key(), &id, generation))
    }

    fn newest_link(&self, user: &str, kind: &str) -> noxus_console::base::ids::LinkId {
        let query = format!("SELECT id AS value FROM account_links WHERE user_id = '{user}' AND kind = '{kind}' ORDER BY id DESC");
        self.house.value(&query).parse().expect("an id")
    }

    /// Somebody who has come in: who they are, and their browser.
    async fn member(&mut self, of: &str, workspaces: &[(&str, &str)]) -> Result<(String, Client), Over> {
        let user = self.invites(of, workspaces).await?;
        let browser = self.house.visitor();
        let link = self.invitation_of(&user);
        self.post(&browser, &link, &[("display_name", of), ("password", PASSWORD)]).await?;
        Ok((user, browser))
    }

    /// A workspace of this telling's own.
    async fn own_workspace(&mut self, grace: &Client) -> Result<String, Over> {
        let name = self.name("room");
        self.post(grace, "/settings/workspaces/new", &[("name", &name), ("description", "")]).await?;
        Ok(self.house.value(&format!("SELECT id AS value FROM workspaces WHERE name_key = '{name}'")))
    }
}

fn way(page: &crate::support::Page) -> String {
    page.location.clone().expect("a way on")
}

async fn inviting(run: &mut Run<'_>) -> Result<(), Over> {
    let (grace, marketing) = (run.house.grace().await, run.marketing());
    let (name, email) = (run.name("ida"), run.email("ida"));
    let (base, reader) = (built_in::org_base(), built_in::reader());
    let form = [("name", name.as_str()), ("email", email.as_str()), ("role", base.as_str()), ("workspaces", marketing.as_str())];
    let draft = way(&run.post(&grace, "/settings/users/new", &form).await?);
    let page = way(&run.post(&grace, &draft, &[(&format!("role-{marketing}"), reader.as_str())]).await?);
    run.post(&grace, &format!("{page}/details"), &[("name", "Ida Rhodes"), ("email", &email)]).await?;
    run.post(&grace, &format!("{page}/invitation"), &[]).await?;
    run.post(&grace, &format!("{page}/invitation/link"), &[]).await?;
    run.post(&grace, &format!("{page}/invitation/revocation"), &[]).await?;
    Ok(())
}

async fn arriving(run: &mut Run<'_>) -> Result<(), Over> {
    let marketing = run.marketing();
    let (_, browser) = run.member("ada", &[(&marketing, "Reader")]).await?;
    run.post(&browser, &format!("/workspaces/{marketing}/tour"), &[("to", "people")]).await?;
    run.post(&browser, "/sign-out", &[]).await?;
    let email = run.email("ada");
    run.post(&browser, "/sign-in", &[("email", &email), ("password", PASSWORD)]).await?;
    run.post(&browser, "/sign-in/again", &[("password", PASSWORD)]).await?;
    Ok(())
}

async fn declining(run: &mut Run<'_>) -> Result<(), Over> {
    // Invited by somebody who reads mail: they are told.
    let grace = run.house.grace().await;
    for (of, what) in [("dan", "decline"), ("eva", "fresh-link")] {
        let (name, email) = (run.name(of), run.email(of));
        let draft = way(&run.post(&grace, "/settings/users/new", &[("name", &name), ("email", &email), ("role", built_in::org_base().as_str())]).await?);
        let page = way(&run.post(&grace, &draft, &[]).await?);
        let user = page.rsplit('/').next().expect("an id").to_owned();
        let link = run.invitation_of(&user);
        if what == "fresh-link" {
            run.house.has_been_written_to(&user).await;
            run.house.run(&format!("UPDATE invitations SET expires_at = created_at WHERE user_id = '{user}'"));
        }
        run.post(&run.house.visitor(), &format!("{link}/{what}"), &[]).await?;
    }
    Ok(())
}

async fn administering(run: &mut Run<'_>) -> Result<(), Over> {
    let (grace, marketing) = (run.house.grace().await, run.marketing());
    let (user, _) = run.member("bob", &[]).await?;
    let page = format!("/settings/users/{user}");
    let membership = format!("{page}/workspaces/{marketing}");
    run.post(&grace, &membership, &[("role", built_in::reader().as_str())]).await?;
    run.post(&grace, &membership, &[("role", built_in::editor().as_str())]).await?;
    run.post(&grace, &membership, &[("end", "on")]).await?;
    run.post(&grace, &format!("{page}/role"), &[("role", built_in::org_admin().as_str())]).await?;
    run.post(&grace, &format!("{page}/role"), &[("role", built_in::org_base().as_str())]).await?;
    run.post(&grace, &format!("{page}/reset"), &[]).await?;
    run.post(&grace, &format!("{page}/deactivation"), &[]).await?;
    run.post(&grace, &format!("{page}/reactivation"), &[]).await?;
    let email = run.email("bob");
    run.post(&grace, &format!("{page}/removal"), &[("email", &email)]).await?;
    Ok(())
}

async fn oneself_and_a_picture(run: &mut Run<'_>) -> Result<(), Over> {
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

async fn address_and_password(run: &mut Run<'_>) -> Result<(), Over> {
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

async fn workspaces(run: &mut Run<'_>) -> Result<(), Over> {
    let grace = run.house.grace().await;
    let room = run.own_workspace(&grace).await?;
    let (at, name) = (format!("/settings/workspaces/{room}"), run.name("hall"));
    run.post(&grace, &format!("{at}/name"), &[("name", &name), ("description", "Large")]).await?;
    run.post(&grace, &format!("/workspaces/{room}/settings/general"), &[("name", &name), ("description", "Small"), ("hue", "5")]).await?;
    run.post(&grace, &format!("/workspaces/{room}/flows/examples"), &[]).await?;
    run.post(&grace, &format!("{at}/archive"), &[]).await?;
    run.post(&grace, &format!("{at}/restoration"), &[]).await?;
    run.post(&grace, &format!("{at}/archive"), &[]).await?;
    run.post(&grace, &format!("{at}/deletion"), &[("name", &name)]).await?;
    Ok(())
}

async fn members(run: &mut Run<'_>) -> Result<(), Over> {
    let grace = run.house.grace().await;
    let room = run.own_workspace(&grace).await?;
    let (one, _) = run.member("una", &[]).await?;
    let (two, second) = run.member("duo", &[]).await?;
    let at = format!("/workspaces/{room}/settings/users");
    let roles = way(&run.post(&grace, &format!("{at}/new"), &[("people", &one), ("people", &two)]).await?);
    let people = roles.replace("/roles", "/people");
    run.post(&grace, &people, &[("people", &one)]).await?;
    run.post(&grace, &people, &[("people", &one), ("people", &two)]).await?;
    run.post(&grace, &roles, &[("all", built_in::reader().as_str())]).await?;
    run.post(&grace, &format!("{at}/role"), &[("user", &one), ("user", &two), ("role", built_in::editor().as_str())]).await?;
    run.post(&grace, &format!("{at}/removal"), &[("user", &one)]).await?;
    run.post(&second, &format!("{at}/leaving"), &[]).await?;
    Ok(())
}

async fn flows(run: &mut Run<'_>) -> Result<(), Over> {
    let (grace, at) = (run.house.grace().await, format!("/workspaces/{}/flows", run.marketing()));
    let name = run.name("flow");
    run.post(&grace, &format!("{at}/new"), &[("name", &name), ("definition", EMPTY)]).await?;
    let flow = format!("{at}/{}", run.house.value(&format!("SELECT id AS value FROM flows WHERE name_key = '{name}'")));
    let seen = grace.get(&run.house.to(&format!("{flow}/details"))).await.attributes("input[name=seen]", "value").remove(0);
    run.post(&grace, &format!("{flow}/details"), &[("name", &name), ("definition", r#"{"nodes":[],"edges":[],"more":1}"#), ("seen", &seen)]).await?;
    run.post(&grace, &format!("{flow}/removal"), &[]).await?;
    Ok(())
}

async fn keys(run: &mut Run<'_>) -> Result<(), Over> {
    let (grace, at) = (run.house.grace().await, format!("/workspaces/{}/control/api-keys", run.marketing()));
    for _ in 0..2 {
        let name = run.name("key");
        run.post(&grace, &format!("{at}/new"), &[("name", &name), ("expires", "7")]).await?;
    }
    let made = run.house.values(&format!("SELECT id AS value FROM api_keys WHERE name = '{}' AND revoked_at IS NULL", run.name("key")));
    run.post(&grace, &format!("{at}/{}/revocation", made[0]), &[]).await?;
    run.post(&grace, &format!("/account/access/keys/{}/revocation", made[1]), &[]).await?;
    Ok(())
}

async fn programs(run: &mut Run<'_>) -> Result<(), Over> {
    let (system, marketing) = (run.house.key(), run.marketing());
    let at = format!("/v1/admin/groups/{marketing}/api-keys");
    let made = run.call(Method::POST, &at, system.as_str(), json!({ "name": run.name("bot") })).await?.json();
    let (key, id) = (made["value"].as_str().expect("a secret").to_owned(), made["id"].as_str().expect("an id").to_owned());
    let body = json!({ "name": run.name("flow"), "type": "flow", "definition": { "nodes": [], "edges": [] } });
    let flow = run.call(Method::POST, "/v1/workflows", &key, body).await?.json()["id"].as_str().expect("an id").to_owned();
    run.call(Method::PATCH, &format!("/v1/workflows/{flow}"), &key, json!({ "name": run.name("flaw") })).await?;
    run.call(Method::DELETE, &format!("/v1/workflows/{flow}"), &key, json!(null)).await?;
    run.call(Method::DELETE, &format!("{at}/{id}"), system.as_str(), json!(null)).await?;
    Ok(())
}

async fn the_organization(run: &mut Run<'_>) -> Result<(), Over> {
    let grace = run.house.grace().await;
    let name = run.name("Engines");
    let form = AS_IT_WAS.map(|(field, value)| (field, if field == "name" { name.as_str() } else { value }));
    run.post(&grace, "/settings/general", &form).await?;
    Ok(())
}
