//! `/workspaces/{workspace}/settings/users/removal`: the question before one member or several are removed, and the act.

use askama::Template;

use super::{Selected, here, mark, trail, who};
use crate::{
    access::{Permitted, permission::here as permission},
    base::ids::{UserId, WorkspaceId},
    db::Connection,
    domain::{Error, api_keys, invites::Which, memberships, people, sessions, users::User},
    web::kit::{
        Answer, At, May, Nav, Posted, Query, Shell, redirect, render,
        told::{Called, Counts, face, fallen, first_name},
        view::{Crumb, Face, Mark},
    },
};

#[derive(Template)]
#[template(path = "pages/workspace/settings/users/removal.html")]
struct RemovalPage {
    shell: Shell,
    mark: Mark,
    crumbs: Vec<Crumb>,
    title: String,
    /// Each with what stands under the name.
    people: Vec<(Face, String)>,
    ends: Vec<String>,
    stays: Vec<String>,
    open: Option<fallen::Open>,
    keep: String,
    button: String,
    back: String,
}

/// Who would be removed, and what is to be said of that.
struct Data {
    members: Vec<(User, String, Counts)>,
    keys: i64,
    /// For how many of them it is the only workspace.
    only: usize,
    open: Option<fallen::Open>,
    mark: Mark,
}

pub async fn show(may: May<permission::UsersDelete>, At(workspace): At<WorkspaceId>, Query(selected): Query<Selected>) -> Answer {
    let Some(some) = selected.some() else {
        may.read(|_, _| Ok(())).await?;
        return redirect(&here(&workspace));
    };
    let (shell, data) = may.page(move |c, may| load(c, may, &some)).await?;
    let title = match data.members.as_slice() {
        [(user, ..)] => format!("Remove {} from {}?", first_name(&user.name), data.mark.name),
        several => format!("Remove {} people from {}?", several.len(), data.mark.name),
    };
    render(&RemovalPage {
        crumbs: trail(&workspace),
        people: data.members.iter().map(|(user, role, _)| (face(user), format!("{}, {role} here", user.email))).collect(),
        ends: data.ends(),
        stays: data.stays(&shell.organization),
        open: data.open,
        keep: match data.members.as_slice() {
            [(user, ..)] => format!("Keep {}", first_name(&user.name)),
            _ => "Keep them".to_owned(),
        },
        button: match data.members.len() {
            1 => format!("Remove from {}", data.mark.name),
            n => format!("Remove {n} people from {}", data.mark.name),
        },
        back: here(&workspace),
        shell: shell.at(&title, Nav::WorkspaceUsers),
        title,
        mark: data.mark,
    })
}

fn load(c: &mut Connection, may: &Permitted<permission::UsersDelete>, some: &[UserId]) -> Result<Data, Error> {
    let place = may.workspace();
    let found = people::reachable(c, may, some)?;
    let owners: Vec<UserId> = found.iter().map(|(user, _)| user.id.clone()).collect();
    let counts = Counts::of_each(c, &found.iter().map(|(user, _)| user).collect::<Vec<_>>())?;
    let places = memberships::count_of_each(c, &owners)?;
    let members: Vec<(User, String, Counts)> = found.into_iter().zip(counts).map(|((user, m), counts)| (user, m.role_name, counts)).collect();
    let only = members.iter().filter(|(user, _, counts)| *counts == Counts::Now && places.get(&user.id) == Some(&1)).count();
    let who = match members.as_slice() {
        [(user, ..)] => Called::of(user, may.id()).name().to_owned(),
        _ => "they".to_owned(),
    };
    let open = fallen::open(c, may, &owners, Which::In(&place.id), &who)?;
    Ok(Data { open, keys: api_keys::count_owned_in(c, &place.id, &owners)?, members, only, mark: mark(place) })
}

impl Data {
    fn count(&self, counts: Counts) -> usize {
        self.members.iter().filter(|(.., theirs)| *theirs == counts).count()
    }

    fn ends(&self) -> Vec<String> {
        let name = &self.mark.name;
        let (now, accepting, ended) = (self.count(Counts::Now), self.count(Counts::OnceAccepted), self.count(Counts::OnceInvited));
        let mut ends = Vec::new();
        if now > 0 {
            ends.push(format!("Their access to {name} ends now, also in pages they have open."));
            ends.push(match self.keys {
                0 => format!("Their keys of {name} stop. They have none."),
                1 => format!("Their keys of {name} stop: it is one."),
                n => format!("Their keys of {name} stop: there are {n}."),
            });
        }
        let several = self.members.len() > 1;
        match accepting {
            0 => {}
            1 if !several => {
                ends.push(format!("Their invitation no longer gives {name}: links sent before stop working, and a fresh invitation goes out."));
            }
            n => ends.push(format!(
                "{n} of them {} not accepted yet: links sent before stop working, and a fresh invitation without {name} goes out.",
                if n == 1 { "has" } else { "have" }
            )),
        }
        if ended > 0 {
            let whose = if several { format!("A fresh invitation of {ended} of them") } else { "A fresh invitation".to_owned() };
            ends.push(format!("{whose} will not give {name} any more."));
        }
        ends
    }

    fn stays(&self, organization: &str) -> Vec<String> {
        let name = &self.mark.name;
        let mut stays = Vec::new();
        if self.count(Counts::Now) > 0 {
            stays.push("Nothing they made is deleted.".to_owned());
        }
        stays.push(match (self.members.as_slice(), self.only) {
            ([(user, _, Counts::Now)], 1) => {
                let first = first_name(&user.name);
                format!("{first} stays in {organization}. {name} is their only workspace: on their next visit they are told so, and whom to ask.")
            }
            ([(user, _, Counts::Now)], _) => format!("{} stays in {organization}, and in their other workspaces.", first_name(&user.name)),
            ([_], _) => "Everything else they are invited to stays.".to_owned(),
            (_, 0) => format!("They stay in {organization}, and in their other workspaces."),
            (_, only) => format!("They stay in {organization}. For {only} of them {name} is the only workspace: they are told so, and whom to ask."),
        });
        stays
    }
}

pub async fn submit(may: May<permission::UsersDelete>, At(workspace): At<WorkspaceId>, Posted(selected): Posted<Selected>) -> Answer {
    let Some(some) = selected.some() else {
        may.read(|_, _| Ok(())).await?;
        return redirect(&here(&workspace));
    };
    let own = may
        .write(move |tx, may| {
            let ended = people::end_members(tx, may, &some)?;
            let place = &may.workspace().name;
            let text = match ended.as_slice() {
                [one] => {
                    let counts = Counts::of(tx, one)?;
                    let invited = if counts == Counts::Now { "" } else { "invited to " };
                    if invited.is_empty() {
                        format!("{} is no longer in {place}.", one.name)
                    } else {
                        format!("{} is no longer {invited}{place}.{}", one.name, counts.told())
                    }
                }
                several => {
                    let names: Vec<&str> = several.iter().map(|user| user.name.as_str()).collect();
                    format!("{} are no longer in {place}.", who(&names))
                }
            };
            sessions::notice(tx, may, &text)?;
            Ok(!may.workspace().through_organization() && ended.iter().any(|user| user.id == *may.id()))
        })
        .await?;
    redirect(&if own { "/".to_owned() } else { here(&workspace) })
}
