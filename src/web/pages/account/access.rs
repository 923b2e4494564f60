//! `/account/access`: what one may do in each workspace and in the organization, why, and whom to ask for more; the keys one made.

pub mod keys;

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{Permitted, WorkspaceSet, explain, grants, need::SignedIn},
    base::{
        clock::{self, Moment},
        ids::{UserId, WorkspaceId},
    },
    db::{Connection, Error as DbError},
    domain::{
        Error,
        api_keys::{self, OwnKey},
        memberships::{self, Membership},
        roles::{self, Role},
    },
    web::kit::{
        Answer, Linked, May, Nav, Query, Shell, render,
        told::{
            self,
            more::{Lack, lacks_in},
        },
        view::{Mark, State, When, day},
    },
};

/// How many workspaces a page explains. They are read all at once: what more of them cost is a longer page.
const EXPLAINED: usize = 20;
/// How many keys are listed.
const KEYS: usize = 100;
/// How many people are named who can change what one may do in the organization.
const NAMED: usize = 2;

#[derive(Deserialize)]
pub struct From {
    /// The last workspace of the page before.
    #[serde(default)]
    after: String,
}

#[derive(Template)]
#[template(path = "pages/account/access.html")]
struct AccessPage {
    shell: Shell,
    everything: Option<Given>,
    places: Vec<Place>,
    archived: usize,
    first: Option<String>,
    next: Option<String>,
    organization: Organization,
    keys: Vec<Key>,
}

/// A role with who gave it.
struct Given {
    role: String,
    by: Option<Linked>,
    on: String,
}

/// A workspace one belongs to. Nothing is explained to an organization admin, who may do everything there anyway.
struct Place {
    mark: Mark,
    given: Given,
    yes: Vec<String>,
    no: Vec<Lack>,
}

struct Organization {
    given: Given,
    words: String,
    ask: Vec<Linked>,
}

struct Key {
    name: String,
    hint: String,
    /// Where it works.
    place: String,
    grant: String,
    /// When, and from where.
    used: Option<(When, String)>,
    /// The day it ends by itself; `None`: never, or it has.
    expires: Option<String>,
    state: State,
    /// Where to revoke it; `None`: it has ended.
    revoke: Option<String>,
}

struct View {
    places: Vec<Place>,
    archived: usize,
    first: bool,
    next: Option<WorkspaceId>,
    organization: Organization,
    keys: Vec<Key>,
    admin: bool,
}

pub async fn show(may: May<SignedIn>, Query(from): Query<From>) -> Answer {
    let (shell, view) = may.page(move |c, may| view(c, may, from.after.parse().ok())).await?;
    let View { places, archived, first, next, organization, keys, admin } = view;
    let everything = admin.then(|| Given { role: organization.given.role.clone(), by: organization.given.by.clone(), on: organization.given.on.clone() });
    render(&AccessPage {
        shell: shell.at("My access", Nav::Access),
        everything,
        places,
        archived,
        first: first.then(|| "/account/access".to_owned()),
        next: next.map(|id| format!("/account/access?after={id}")),
        organization,
        keys,
    })
}

fn view(c: &mut Connection, may: &Permitted<SignedIn>, after: Option<WorkspaceId>) -> Result<View, Error> {
    let all = memberships::of_user(c, may.id())?;
    let admin = may.standing().is_org_admin();
    // Archived, a workspace is closed to all but organization admins: its name too.
    let (open, archived): (Vec<_>, Vec<_>) = all.into_iter().partition(|m| admin || !m.archived);
    let from = after.and_then(|after| open.iter().position(|m| m.workspace == after)).map_or(0, |at| at + 1);
    let more = open.len() > from + EXPLAINED;
    let roles = roles::of_workspaces(c)?;
    let shown: Vec<Membership> = open.into_iter().skip(from).take(EXPLAINED).collect();
    let next = shown.last().filter(|_| more).map(|m| m.workspace.clone());
    let places = explained(c, may, shown, &roles)?;
    Ok(View { places, archived: archived.len(), first: from > 0, next, organization: organization(c, may)?, keys: made(c, may)?, admin })
}

/// The workspaces with what the reader may do in each, from a few statements for all of them.
fn explained(c: &mut Connection, may: &Permitted<SignedIn>, shown: Vec<Membership>, roles: &[Role]) -> Result<Vec<Place>, DbError> {
    let others = shown.iter().filter_map(|m| m.given_by.as_ref()).filter(|by| *by != may.id());
    let names = Linked::each(c, may.standing(), others)?;
    let held = if may.standing().is_org_admin() { None } else { Some(may.standing().by_workspace(c)?) };
    let places: Vec<(&WorkspaceId, WorkspaceSet)> = match &held {
        Some(held) => shown.iter().map(|m| (&m.workspace, held.get(&m.workspace).copied().unwrap_or(WorkspaceSet::NONE))).collect(),
        None => Vec::new(),
    };
    let yes: Vec<Vec<String>> = places.iter().map(|(_, held)| explain::summary(*held).yes).collect();
    let mut explained = yes.into_iter().zip(lacks_in(c, may, &places, roles)?);
    let place = |m: &Membership| {
        let (yes, no) = explained.next().unwrap_or_default();
        let given = Given { role: m.role_name.clone(), by: m.given_by.as_ref().and_then(|by| names.get(by).cloned()), on: day(m.given_at) };
        Place { mark: Mark::of(&m.workspace, &m.workspace_name, m.hue), given, yes, no }
    };
    Ok(shown.iter().map(place).collect())
}

fn organization(c: &mut Connection, may: &Permitted<SignedIn>) -> Result<Organization, DbError> {
    let role = &may.standing().role;
    let words = roles::find(c, &role.role)?.map(|role| role.in_words()).unwrap_or_default();
    let givers = if may.standing().is_org_admin() { Vec::new() } else { grants::givers(c, None, NAMED)? };
    let by = role.by.as_ref().filter(|by| *by != may.id());
    let names = Linked::each(c, may.standing(), givers.iter().map(|giver| &giver.id).chain(by))?;
    let named = |id: &UserId| names.get(id).cloned();
    let given = Given { role: role.name.clone(), by: by.and_then(named), on: day(role.at) };
    Ok(Organization { given, words, ask: givers.iter().filter_map(|giver| named(&giver.id)).collect() })
}

fn made(c: &mut Connection, may: &Permitted<SignedIn>) -> Result<Vec<Key>, DbError> {
    let now = clock::now();
    Ok(api_keys::of_maker(c, may, KEYS)?.into_iter().map(|own| key(own, may.id(), now)).collect())
}

fn key(OwnKey { key, place }: OwnKey, reader: &UserId, now: Moment) -> Key {
    let state = told::keys::state(&key, place.as_deref(), reader);
    let (grant, unrestricted) = told::keys::grant(&key, reader);
    let end = told::keys::end(key.expires_at, now);
    Key {
        hint: key.hint,
        place: place.unwrap_or_else(|| "A workspace you are not in".to_owned()),
        grant: if unrestricted.is_some() { format!("{grant}, not restricted") } else { grant },
        used: key.used.map(|used| (When::of(used.at), told::keys::from_where(&used.address, &used.client))),
        expires: end.on.filter(|_| end.left.is_some() && key.condition.is_live()),
        revoke: key.condition.is_live().then(|| format!("/account/access/keys/{}/revocation", key.id)),
        name: key.name,
        state,
    }
}
