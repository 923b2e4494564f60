//! `POST /settings/users/export`: everybody the list's filters select, as a file for a spreadsheet: a row for each person and
//! each workspace they have a role in, which is what one sorts, filters and pivots at a review.

use std::{collections::HashMap, rc::Rc};

use super::{Narrowed, in_organization, unknown};
use crate::{
    access::{OrgPermission, OrgSet, Permitted, permission::org},
    base::{clock, ids::UserId},
    db::{Connection, Error as DbError},
    domain::{
        memberships::{self, Belonging},
        roles,
        users::{
            export,
            list::{Cursor, Listed, Wanted},
        },
        workspaces,
    },
    web::{
        kit::{
            Answer, May, Posted, csv, redirect,
            told::{sees_every_workspace, status},
            view::instant,
        },
        pages::settings::users::KNOWN,
    },
};

const COLUMNS: [&str; 7] = ["Name", "Email", "Organization role", "Status", "Last active", "Workspace", "Role in workspace"];

/// Where the file is between two batches.
struct At {
    may: Rc<May<org::UsersRead>>,
    wanted: Wanted,
    after: Option<Cursor>,
}

/// After signing in one comes back to an address; this one has no page of its own.
pub async fn back(may: May<org::UsersRead>) -> Answer {
    may.read(|_, _| Ok(())).await?;
    redirect("/settings/users")
}

pub async fn submit(may: May<org::UsersRead>, Posted(narrowed): Posted<Narrowed>) -> Answer {
    let mut wanted = narrowed.wanted();
    wanted.after = None;
    let wanted = may
        .write(move |tx, may| {
            // As the list does: a filter that the reader could not have chosen is none.
            let roles = roles::of_organization(tx)?;
            wanted.role = wanted.role.filter(|id| roles.iter().any(|role| role.id == *id));
            wanted.workspace = match &wanted.workspace {
                Some(id) => workspaces::find_open(tx, may.standing(), id)?.map(|w| w.id),
                None => None,
            };
            export::begin(tx, may, &wanted)?;
            Ok(wanted)
        })
        .await?;
    let name = format!("users-{}.csv", clock::now().format("%Y-%m-%d"));
    csv::download(&name, &COLUMNS, At { may: Rc::new(may), wanted, after: None }, batch)
}

/// Each batch is judged anew: whoever may no longer see people gets no more of them.
async fn batch(at: At) -> Result<(Vec<Vec<String>>, Option<At>), crate::web::kit::WebError> {
    let At { may, wanted, after } = at;
    let asked = wanted.clone();
    let (rows, next) = may.read(move |c, may| Ok(people(c, may, &asked, after.as_ref())?)).await?;
    Ok((rows, next.map(|next| At { may, wanted, after: Some(next) })))
}

fn people(c: &mut Connection, may: &Permitted<org::UsersRead>, wanted: &Wanted, after: Option<&Cursor>) -> Result<(Vec<Vec<String>>, Option<Cursor>), DbError> {
    let (people, next) = export::batch(c, may, wanted, after)?;
    let ids: Vec<UserId> = people.iter().map(|person| person.id.clone()).collect();
    let all = sees_every_workspace(may.organization());
    let known = if all { Vec::new() } else { workspaces::open_to(c, may.standing(), KNOWN)? };
    let mut places: HashMap<UserId, Vec<Belonging>> = HashMap::new();
    for belonging in memberships::of_users(c, &ids)? {
        if all || known.iter().any(|w| w.id == belonging.workspace) {
            places.entry(belonging.user.clone()).or_default().push(belonging);
        }
    }
    let organization = roles::of_organization(c)?;
    let organization = in_organization(&organization);
    let rows = people.into_iter().flat_map(|person| {
        let places = places.remove(&person.id).unwrap_or_default();
        lines(&person, organization.get(&person.role).copied().unwrap_or_else(unknown), places)
    });
    Ok((rows.collect(), next))
}

/// One row for each role; one with an empty end for whoever has none that the reader knows of.
fn lines(person: &Listed, (role, organization): (&str, OrgSet), places: Vec<Belonging>) -> Vec<Vec<String>> {
    let mut places: Vec<(String, String)> = places.into_iter().map(|belonging| (belonging.name, belonging.role)).collect();
    if organization.has(OrgPermission::OrgAdmin) {
        places.insert(0, ("All workspaces".to_owned(), "Admin, through the organization".to_owned()));
    }
    if places.is_empty() {
        places.push(Default::default());
    }
    let seen = person.last_active_at.map(instant).unwrap_or_default();
    let status = status::state(person.status, person.deactivated.as_ref(), person.invitation.as_ref()).word;
    let own = [person.name.as_str(), &person.email, role, &status, &seen];
    let line = |place: (String, String)| own.into_iter().map(str::to_owned).chain([place.0, place.1]).collect();
    places.into_iter().map(line).collect()
}
