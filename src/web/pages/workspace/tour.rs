//! `/workspaces/{workspace}/tour`: a short look around, a plain page a stop, of what the reader's role allows.

use std::str::FromStr;

use askama::Template;
use serde::Deserialize;

use crate::{
    access::{Permitted, need::Member, permission::org::UsersRead},
    base::ids::WorkspaceId,
    db::Connection,
    domain::{
        Error,
        memberships::list::{Listed, Wanted, list},
        roles, sessions,
        tours::{self, State, Stop, Tour},
    },
    web::kit::{
        Answer, At, May, Nav, Posted, Shell, WebError,
        paths::Segment,
        redirect, render,
        shell::offers,
        told::{here::Here, status::as_what},
        tour::{how_long, stops, title},
        view::{Crumb, Face, Mark, members_and_admins},
    },
};

/// How many people are shown.
const SHOWN: usize = 6;

/// The stop a path names.
pub struct StopAt(Stop);

impl FromStr for StopAt {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().map(Self)
    }
}

impl Segment for StopAt {
    const NAME: &'static str = "step";
}

/// The card on a workspace's home.
pub(super) struct Offer {
    pub title: String,
    pub say: String,
    pub stops: Vec<&'static str>,
    pub button: &'static str,
    /// The stop the button leads to.
    pub to: &'static str,
    pub action: String,
}

impl Offer {
    pub(super) fn of(tour: Tour, stops: &[Stop], name: &str, workspace: &WorkspaceId) -> Self {
        let names = stops.iter().map(|stop| title(*stop)).collect();
        let action = format!("/workspaces/{workspace}/tour");
        let at = tour.stop.and_then(|stop| stops.iter().position(|s| *s == stop)).filter(|_| tour.state == State::Open);
        match at {
            Some(at) => Self {
                title: "Go on with the tour?".to_owned(),
                say: format!("You are at stop {} of {}: {}.", at + 1, stops.len(), lower_first(title(stops[at]))),
                stops: Vec::new(),
                button: "Go on",
                to: word(stops[at]),
                action,
            },
            None => Self {
                title: format!("A short look around, {name}?"),
                say: format!("{} You can stop at any time, and find it again under Help.", how_long(stops.len())),
                stops: names,
                button: "Start the tour",
                to: word(Stop::Role),
                action,
            },
        }
    }
}

fn word(stop: Stop) -> &'static str {
    match stop {
        Stop::Role => "role",
        Stop::Flows => "flows",
        Stop::People => "people",
        Stop::Account => "account",
    }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|c| c.to_lowercase().chain(chars).collect()).unwrap_or_default()
}

#[derive(Template)]
#[template(path = "pages/workspace/tour.html")]
struct TourPage {
    shell: Shell,
    mark: Mark,
    crumbs: Vec<Crumb>,
    home: String,
    stop: &'static str,
    heading: &'static str,
    names: Vec<&'static str>,
    now: usize,
    before: Option<String>,
    next: Option<&'static str>,
    here: Here,
    flows: String,
    members: Option<Members>,
}

struct Members {
    count: String,
    some: Vec<(Face, String, String)>,
    all: String,
}

/// Where one is in it, or its beginning.
pub async fn resume(may: May<Member>) -> Answer {
    let (shell, (tour, place)) = may.page(|c, may| Ok((tours::find(c, may)?, may.workspace().id.clone()))).await?;
    let stops = stops(&shell);
    let at = tour.stop.filter(|stop| tour.state == State::Open && stops.contains(stop)).unwrap_or(Stop::Role);
    redirect(&format!("/workspaces/{place}/tour/{}", word(at)))
}

pub async fn show(may: May<Member>, At(StopAt(stop)): At<StopAt>) -> Answer {
    let (shell, (place, here, members)) = may
        .page(move |c, may| {
            let members = if stop == Stop::People { members(c, may)? } else { None };
            Ok((may.workspace().clone(), Here::of(c, may)?, members))
        })
        .await?;
    let stops = stops(&shell);
    let at = stops.iter().position(|s| *s == stop).ok_or(WebError::NotFound)?;
    let home = format!("/workspaces/{}", place.id);
    let members = members.map(|members| Members { all: shell.way_to(Nav::WorkspaceUsers).map_or(members.all, str::to_owned), ..members });
    render(&TourPage {
        mark: Mark::of(&place.id, &place.name, place.hue),
        crumbs: Vec::new(),
        stop: word(stop),
        heading: title(stop),
        names: stops.iter().map(|stop| title(*stop)).collect(),
        now: at + 1,
        before: at.checked_sub(1).map(|before| format!("{home}/tour/{}", word(stops[before]))),
        next: stops.get(at + 1).map(|next| word(*next)),
        here,
        flows: shell.way_to(Nav::Flows).unwrap_or_default().to_owned(),
        members,
        home,
        shell: shell.at(format!("Tour of {}", place.name), Nav::None),
    })
}

fn members(c: &mut Connection, may: &Permitted<Member>) -> Result<Option<Members>, Error> {
    if !offers::<UsersRead, _>(may) {
        return Ok(None);
    }
    let found = list(c, may, &Wanted::default())?;
    let roles = roles::of_workspaces(c)?;
    let count = members_and_admins(found.members, found.admins);
    let who = |row: Listed| {
        let role = as_what(&row, &roles, "Admin, through the organization");
        (Face::of(&row.id, &row.name, &row.email, row.avatar.as_ref()), role, format!("/settings/users/{}", row.id))
    };
    let all = format!("/settings/users?workspace={}", may.workspace().id);
    Ok(Some(Members { count, some: found.rows.into_iter().take(SHOWN).map(who).collect(), all }))
}

#[derive(Deserialize)]
pub struct TourInput {
    /// A stop, `skip` or `done`; nothing: its beginning.
    #[serde(default)]
    to: String,
}

pub async fn submit(may: May<Member>, Posted(input): Posted<TourInput>) -> Answer {
    let to = match input.to.as_str() {
        "" => Some(Stop::Role),
        "skip" | "done" => None,
        stop => Some(stop.parse::<Stop>().map_err(|_| WebError::bad_request("There is no such stop."))?),
    };
    let done = input.to == "done";
    let place = may
        .write(move |tx, may| {
            match to {
                Some(stop) => tours::go(tx, may, stop)?,
                None => {
                    tours::end(tx, may, done)?;
                    sessions::notice(
                        tx,
                        may,
                        if done { "That was the tour. You find it again under Help." } else { "Skipped. You find the tour again under Help." },
                    )?;
                }
            }
            Ok(may.workspace().id.clone())
        })
        .await?;
    match to {
        Some(stop) => redirect(&format!("/workspaces/{place}/tour/{}", word(stop))),
        None => redirect(&format!("/workspaces/{place}")),
    }
}
