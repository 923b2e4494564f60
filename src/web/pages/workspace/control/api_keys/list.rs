//! `/workspaces/{workspace}/control/api-keys`: every key with its owner, what it may do, when it was used, and how it is with it.

use askama::Template;
use serde::Deserialize;

use super::href;
use crate::{
    access::{OrgPermission, Permitted, grants::Place, need::WorkspaceNeed, permission::here},
    base::{
        clock::{self, Moment},
        ids::UserId,
    },
    db::{Connection, Error as DbError},
    domain::{
        api_keys::{self, Entry, Filter, From, List},
        users::list::Count,
    },
    web::kit::{
        Answer, May, Nav, Query, Shell, Takes,
        told::{
            in_a_sentence,
            keys::{self, End},
            matching,
        },
        view::{Crumb, Face, Mark, State, When, thousands, utc},
    },
};

/// Up to how many keys nobody needs a search.
const FEW: i64 = 10;

#[derive(Deserialize, Default)]
#[serde(default)]
pub struct Asked {
    q: String,
    status: String,
    after: String,
    before: String,
}

#[derive(Template)]
#[template(path = "pages/workspace/control/api_keys/list.html")]
struct ListPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    mark: Mark,
    href: String,
    archived: bool,
    ready: Option<Ready>,
    ended: bool,
    tabs: Vec<Tab>,
    searches: bool,
    q: String,
    clear: String,
    count: String,
    rows: Vec<Row>,
    newer: Option<String>,
    older: Option<String>,
}

/// A key that was just made. This answer alone has its secret.
pub(super) struct Ready {
    pub name: String,
    pub secret: String,
    pub curl: String,
}

struct Tab {
    label: String,
    href: String,
    current: bool,
}

struct Row {
    /// Where its own pages begin.
    href: String,
    name: String,
    hint: String,
    owner: Face,
    /// Empty: the name is no link.
    owner_href: String,
    grant: String,
    /// What stands under it: for a key that is not restricted.
    unrestricted: Option<&'static str>,
    used: Option<Used>,
    created: Option<Created>,
    end: End,
    state: State,
    live: bool,
}

/// When a key was made that was never used.
struct Created {
    /// "4 minutes ago", within a sentence.
    ago: String,
    utc: String,
}

struct Used {
    at: When,
    from: String,
    /// The program as it names itself, whole.
    client: String,
}

struct View {
    list: List,
    rows: Vec<Row>,
    place: Place,
    mark: Mark,
}

pub async fn show(may: May<here::WorkspaceAdmin>, Query(asked): Query<Asked>) -> Answer {
    page(&may, asked, None).await
}

/// The list, and above it the key that was just made, if one was.
pub(super) async fn page<N: WorkspaceNeed>(may: &May<N>, asked: Asked, ready: Option<Ready>) -> Answer {
    let filter = Filter { ended: asked.status == "ended", search: asked.q.clone(), from: from(&asked) };
    may.show(
        if filter.search.is_empty() { Takes::AMoment } else { Takes::AWhile },
        move |c, may| {
            let may = may.require::<here::WorkspaceAdmin>(c)?;
            Ok(view(c, &may, &filter)?)
        },
        move |shell, view| dress(shell, view, &asked, ready),
    )
    .await
}

fn from(asked: &Asked) -> From {
    match (asked.after.parse(), asked.before.parse()) {
        (Ok(key), _) => From::After(key),
        (_, Ok(key)) => From::Before(key),
        _ => From::Start,
    }
}

fn view(c: &mut Connection, may: &Permitted<here::WorkspaceAdmin>, filter: &Filter) -> Result<View, DbError> {
    let (mut list, place, now) = (api_keys::list(c, may, filter)?, may.workspace(), clock::now());
    let sees_people = may.organization().has(OrgPermission::UsersRead);
    let here = href(place);
    let rows = std::mem::take(&mut list.rows).into_iter().map(|key| row(key, &here, &place.name, may.id(), sees_people, now)).collect();
    Ok(View { rows, list, place: place.clone(), mark: Mark::of(&place.id, &place.name, place.hue) })
}

fn row(key: Entry, here: &str, place: &str, reader: &UserId, sees_people: bool, now: Moment) -> Row {
    let (grant, unrestricted) = keys::grant(&key, reader);
    let state = keys::state(&key, Some(place), reader);
    let created = key.used.is_none().then(|| Created { ago: in_a_sentence(key.created_at), utc: utc(key.created_at) });
    let owner = key.owner;
    let has_page = sees_people && !owner.email.is_empty();
    Row {
        href: [here, "/", key.id.as_str()].concat(),
        name: key.name,
        hint: key.hint,
        owner_href: if has_page { ["/settings/users/", owner.id.as_str()].concat() } else { String::new() },
        owner: Face::of(&owner.id, owner.name, owner.email, owner.avatar.as_ref()),
        grant,
        unrestricted,
        used: key.used.map(|used| Used { at: When::of(used.at), from: keys::from_where(&used.address, &used.client), client: used.client }),
        created,
        end: keys::end(key.expires_at, now),
        state,
        live: key.condition.is_live(),
    }
}

fn dress(shell: Shell, view: View, asked: &Asked, ready: Option<Ready>) -> ListPage {
    let View { list, rows, place, mark } = view;
    let (here, q, ended) = (href(&place), asked.q.trim(), asked.status == "ended");
    let link = |from: Option<&From>| {
        let (name, key) = match from? {
            From::Start => return None,
            From::After(key) => ("after", key),
            From::Before(key) => ("before", key),
        };
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("q", q), ("status", if ended { "ended" } else { "" }), (name, key.as_str())].into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        Some(format!("{here}?{}", query.finish()))
    };
    let (newer, older) = (link(list.newer.as_ref()), link(list.older.as_ref()));
    let own = if ended { format!("{here}?status=ended") } else { here.clone() };
    let tab = |label: &str, n: i64, href: String, current: bool| Tab { label: format!("{label} ({})", thousands(n)), href, current };
    let all = if ended { list.ended } else { list.live };
    let in_words = |n: i64| if n == 1 { "1 key".to_owned() } else { format!("{} keys", thousands(n)) };
    let title = match &ready {
        Some(ready) => format!("{} is ready", ready.name),
        None => format!("API keys of {}", place.name),
    };
    ListPage {
        shell: shell.at(title, Nav::ApiKeys),
        crumbs: vec![Crumb::text("Workspace Control")],
        mark,
        archived: place.archived,
        ready,
        ended,
        tabs: if ended || list.ended > 0 {
            vec![tab("In use", list.live, here.clone(), !ended), tab("Ended", list.ended, format!("{here}?status=ended"), ended)]
        } else {
            Vec::new()
        },
        searches: all > FEW || !q.is_empty(),
        clear: if q.is_empty() { String::new() } else { own },
        q: q.to_owned(),
        count: match list.found {
            // What was counted before may have ended since.
            Some(Count::MoreThan(n)) if n >= all => in_words(all),
            Some(found) => matching(found, &in_words(all)),
            None => in_words(all),
        },
        rows,
        newer,
        older,
        href: here,
    }
}
