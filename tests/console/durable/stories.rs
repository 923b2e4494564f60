//! The acts in the order people do them, each story from its beginning. Every act is one request.

mod oneself;

use noxus_console::{base::token::invitation_token, domain::roles::built_in};
use reqwest::Method;
use serde_json::json;

use super::killed::{Over, Run};
use crate::support::{
    Client,
    flows::EMPTY,
    people::{AS_IT_WAS, PASSWORD},
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
        Story::Arriving => oneself::arriving(&mut run).await,
        Story::Declining => declining(&mut run).await,
        Story::Administering => administering(&mut run).await,
        Story::OneselfAndAPicture => oneself::oneself_and_a_picture(&mut run).await,
        Story::AddressAndPassword => oneself::address_and_password(&mut run).await,
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

    /// Somebody is invited to a workspace, on the way to an act: no kill meets it here. Who.
    async fn is_invited_by(&self, by: &Client, of: &str, workspace: &str) -> String {
        let (name, email, base, reader) = (self.name(of), self.email(of), built_in::org_base(), built_in::reader());
        let form = [("name", name.as_str()), ("email", email.as_str()), ("role", base.as_str()), ("workspaces", workspace)];
        let draft = way(by.post(&self.house.to("/settings/users/new"), &form).await.is(303));
        let page = way(by.post(&self.house.to(&draft), &[(&format!("role-{workspace}"), reader.as_str())]).await.is(303));
        page.rsplit('/').next().expect("an id").to_owned()
    }

    /// They come in, also without a kill, and their role in a workspace is withheld: its id.
    async fn comes_in_without(&self, user: &str, workspace: &str) -> String {
        let link = self.house.to(&self.invitation_of(user));
        self.house.visitor().post(&link, &[("display_name", "Ivo"), ("password", PASSWORD)]).await.is(303);
        self.house.value(&format!("SELECT id AS value FROM withheld WHERE user_id = '{user}' AND workspace_id = '{workspace}'"))
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
    // Back a step, and on with another name.
    run.post(&grace, &draft.replace("/roles", "/details"), &[&[("name", "Ida")][..], &form[1..]].concat()).await?;
    let page = way(&run.post(&grace, &draft, &[(&format!("role-{marketing}"), reader.as_str())]).await?);
    run.post(&grace, &format!("{page}/details"), &[("name", "Ida Rhodes"), ("email", &email)]).await?;
    run.post(&grace, &format!("{page}/invitation"), &[]).await?;
    let user = page.rsplit('/').next().expect("an id").to_owned();
    run.post(&grace, &format!("/workspaces/{marketing}/settings/users/{user}/invitation"), &[]).await?;
    run.post(&grace, &format!("{page}/invitation/link"), &[]).await?;
    run.post(&grace, &format!("{page}/invitation/revocation"), &[]).await?;
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
            // Whoever invited opens the link, too: it is not for them.
            run.post(&grace, &format!("{link}/switch"), &[]).await?;
            run.house.has_been_written_to(&user).await;
            run.house.run(&format!("UPDATE invitations SET expires_at = created_at WHERE user_id = '{user}'"));
        }
        run.post(&run.house.visitor(), &format!("{link}/{what}"), &[]).await?;
    }
    Ok(())
}

async fn administering(run: &mut Run<'_>) -> Result<(), Over> {
    let (grace, marketing) = (run.house.grace().await, run.marketing());
    let (user, bob) = run.member("bob", &[]).await?;
    let page = format!("/settings/users/{user}");
    let membership = format!("{page}/workspaces/{marketing}");
    run.post(&grace, &membership, &[("role", built_in::reader().as_str())]).await?;
    run.post(&grace, &membership, &[("role", built_in::editor().as_str())]).await?;
    run.post(&grace, &membership, &[("end", "on")]).await?;
    run.post(&grace, &format!("{page}/role"), &[("role", built_in::org_admin().as_str())]).await?;
    let invited = run.is_invited_by(&bob, "ivo", &marketing).await;
    run.post(&grace, &format!("{page}/role"), &[("role", built_in::org_base().as_str())]).await?;
    // Who invited could not give it any more when they came in.
    let withheld = run.comes_in_without(&invited, &marketing).await;
    run.post(&grace, &format!("/settings/users/{invited}/withheld/{withheld}"), &[]).await?;
    run.post(&grace, "/settings/users/export", &[("status", "active")]).await?;
    run.post(&grace, &format!("{page}/reset"), &[]).await?;
    run.post(&grace, &format!("{page}/deactivation"), &[]).await?;
    run.post(&grace, &format!("{page}/reactivation"), &[]).await?;
    let email = run.email("bob");
    run.post(&grace, &format!("{page}/removal"), &[("email", &email)]).await?;
    Ok(())
}

async fn workspaces(run: &mut Run<'_>) -> Result<(), Over> {
    let grace = run.house.grace().await;
    let room = run.own_workspace(&grace).await?;
    let (at, name) = (format!("/settings/workspaces/{room}"), run.name("hall"));
    run.post(&grace, &format!("{at}/name"), &[("name", &name), ("description", "Large")]).await?;
    run.post(&grace, &format!("/workspaces/{room}/settings/general"), &[("name", &name), ("description", "Small"), ("hue", "5")]).await?;
    run.post(&grace, &format!("/workspaces/{room}/checklist"), &[]).await?;
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
    run.house.run("UPDATE organization SET restored_at = set_up_at, restored_from = set_up_at");
    run.post(&grace, "/settings/restored", &[]).await?;
    Ok(())
}
