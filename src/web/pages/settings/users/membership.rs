//! `/settings/users/{user}/workspaces/{workspace}`: somebody's role in one workspace, given, changed or ended by whoever may there.

use askama::Template;
use serde::Deserialize;

use super::{crumbs, href};
use crate::{
    access::{OrgPermission, Permitted, need::SignedIn, permission::here, scope::may_grant},
    base::ids::{RoleId, UserId},
    db::Connection,
    domain::{
        Error,
        invites::Which,
        memberships::{self, Membership},
        people,
        roles::{self, Role, built_in},
        sessions,
        users::User,
    },
    web::kit::{
        Answer, At, Choice, May, Nav, Posted, Problem, Shell, WebError, redirect, render, render_unprocessable,
        told::{Called, Counts, article, face, fallen},
        view::{Crumb, Face, Mark},
    },
};

#[derive(Deserialize)]
pub struct MembershipInput {
    #[serde(default)]
    role: String,
    /// Ends it, instead of giving a role.
    #[serde(default)]
    end: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/settings/users/membership.html")]
struct MembershipPage {
    shell: Shell,
    crumbs: Vec<Crumb>,
    title: String,
    /// Ends it: "Remove Ada from Marketing", "Leave Marketing".
    ending: String,
    end_button: String,
    staying: String,
    face: Face,
    mark: Mark,
    small: String,
    /// When it counts.
    hint: String,
    /// Roles the viewer may give, with their words; empty: none.
    choices: Vec<Choice>,
    is_member: bool,
    may_end: bool,
    ends: Vec<String>,
    stays: Vec<String>,
    open: Option<fallen::Open>,
    problems: Vec<Problem>,
    problem: Option<String>,
    back: String,
}

struct Data {
    user: User,
    membership: Option<Membership>,
    counts: Counts,
    roles: Vec<Role>,
    may_end: bool,
    only: bool,
}

pub async fn show(may: May<SignedIn>, At(user): At<UserId>) -> Answer {
    render(&page(&may, user, None).await?)
}

async fn page(may: &May<SignedIn>, user: UserId, chosen: Option<&str>) -> Result<MembershipPage, WebError> {
    let (shell, (data, mark, open)) = may
        .page(move |c, may| {
            let data = load(c, may, &user)?;
            let place = may.standing().place().ok_or(Error::NotFound)?;
            let called = Called::of(&data.user, may.id());
            let open = fallen::open(c, may, std::slice::from_ref(&data.user.id), Which::In(&place.id), called.name())?;
            Ok((data, Mark::of(&place.id, &place.name, place.hue), open))
        })
        .await?;
    Ok(MembershipPage { open, ..view(shell, data, mark, chosen) })
}

/// For whoever gives roles there, or ends them. The workspace is the proof's: for others it does not exist, or they are told
/// what they lack.
fn load(c: &mut Connection, may: &Permitted<SignedIn>, user: &UserId) -> Result<Data, Error> {
    let ends = may.also::<here::UsersDelete>();
    let Some(gives) = may.also::<here::UsersEdit>() else {
        let ends = match ends {
            Some(ends) => ends,
            None => return Err(may.require::<here::UsersEdit>(c).err().map_or(Error::NotFound, Error::from)),
        };
        let (user, membership) = people::member(c, &ends, user)?;
        let only = memberships::is_only(c, &user.id, &ends.workspace().id)?;
        return Ok(Data { counts: Counts::of(c, &user)?, user, may_end: membership.is_some(), membership, roles: Vec::new(), only });
    };
    let here = gives.workspace();
    let (user, membership) = people::member(c, &gives, user)?;
    let all = roles::of_workspaces(c)?;
    let fits = all.into_iter().filter(|role| role.in_workspace(&here.id).is_some_and(|set| may_grant(here.may, set)));
    let only = memberships::is_only(c, &user.id, &here.id)?;
    Ok(Data { counts: Counts::of(c, &user)?, may_end: ends.is_some() && membership.is_some(), roles: fits.collect(), user, membership, only })
}

fn view(shell: Shell, data: Data, mark: Mark, chosen: Option<&str>) -> MembershipPage {
    let Data { user, membership, counts, roles, may_end, only } = data;
    let called = Called::in_shell(&user, &shell);
    let first = called.first.clone();
    let title = match &membership {
        Some(_) => format!("Change {} role in {}", called.whose(), mark.name),
        None => format!("Add {} to {}", if called.you { "yourself" } else { &first }, mark.name),
    };
    let least = built_in::reader();
    let now = membership.as_ref().map_or(&least, |m| &m.role);
    let selected = chosen.unwrap_or(now.as_str());
    let choices = roles.iter().map(|role| Choice { hint: role.description.clone(), ..Choice::new(role.id.as_str(), &role.name, role.id.as_str() == selected) });
    let small = match &membership {
        Some(m) => format!("{}, {} here", user.email, m.role_name),
        None => user.email.clone(),
    };
    let left = if counts != Counts::Now {
        "Everything else they are invited to stays.".to_owned()
    } else {
        stays(&called, &shell.organization, only.then_some(&mark.name))
    };
    MembershipPage {
        crumbs: crumbs(&user),
        face: face(&user),
        small,
        hint: counts.hint(&called),
        ending: if called.you { format!("Leave {}", mark.name) } else { format!("Remove {first} from {}", mark.name) },
        end_button: if called.you { format!("Leave {}", mark.name) } else { format!("Remove from {}", mark.name) },
        staying: if called.you { "Stay in it".to_owned() } else { format!("Keep {first}") },
        choices: choices.collect(),
        is_member: membership.is_some(),
        may_end,
        ends: vec![match counts {
            Counts::Now if called.you => format!("Your access to {} ends now, also in pages you have open.", mark.name),
            Counts::Now => format!("Their access to {} ends now, also in pages they have open.", mark.name),
            Counts::OnceAccepted => format!("Their invitation no longer gives {}: links sent before stop working, and a fresh invitation goes out.", mark.name),
            Counts::OnceInvited => format!("A fresh invitation will not give {} any more.", mark.name),
        }],
        stays: if counts == Counts::Now { vec![format!("Nothing {} made is deleted.", called.they()), left] } else { vec![left] },
        open: None,
        problems: Vec::new(),
        problem: None,
        back: href(&user),
        shell: shell.at(&title, Nav::Users),
        title,
        mark,
    }
}

/// Where somebody still is without this one, which may be their `only` workspace.
fn stays(called: &Called, organization: &str, only: Option<&String>) -> String {
    let first = &called.first;
    match (called.you, only) {
        (true, Some(only)) => format!("You stay in {organization}. {only} is your only workspace: afterwards a page says so, and whom to ask."),
        (true, None) => format!("You stay in {organization}, and in your other workspaces."),
        (false, Some(only)) => {
            format!("{first} stays in {organization}. {only} is their only workspace: on their next visit they are told so, and whom to ask.")
        }
        (false, None) => format!("{first} stays in {organization}, and in their other workspaces."),
    }
}

pub async fn submit(may: May<SignedIn>, At(user): At<UserId>, Posted(input): Posted<MembershipInput>) -> Answer {
    let back = format!("/settings/users/{user}");
    let (target, ending, role) = (user.clone(), input.end.is_some(), input.role.parse::<RoleId>().ok());
    let done = may
        .try_write(move |tx, may| {
            let notice = if ending {
                let may = may.require::<here::UsersDelete>(tx)?;
                let user = people::end_membership(tx, &may, &target)?;
                let counts = Counts::of(tx, &user)?;
                if counts == Counts::Now {
                    format!("{} is no longer in {}.", user.name, may.workspace().name)
                } else {
                    format!("{} is no longer invited to {}.{}", user.name, may.workspace().name, counts.told())
                }
            } else {
                let may = may.require::<here::UsersEdit>(tx)?;
                let role = role.ok_or_else(|| Error::because("Choose a role."))?;
                let (user, role) = people::give_membership(tx, &may, &target, &role)?;
                let counts = Counts::of(tx, &user)?;
                if counts == Counts::Now {
                    format!("{} has the role {} in {} now.", user.name, role.name, may.workspace().name)
                } else {
                    format!("{} will be {} in {}.{}", user.name, article(&role.name), may.workspace().name, counts.told())
                }
            };
            sessions::notice(tx, may, &notice)?;
            Ok(may.organization().has(OrgPermission::UsersRead))
        })
        .await?;
    match done {
        Ok(sees_people) => redirect(if sees_people { &back } else { "/" }),
        Err(Error::Refusal(why)) => {
            let mut page = page(&may, user, Some(&input.role)).await?;
            page.problems.push(Problem { field: String::new(), label: String::new(), text: why.to_string() });
            page.problem = Some(why.to_string()).filter(|_| !input.role.is_empty());
            render_unprocessable(&page)
        }
        Err(other) => Err(other.into()),
    }
}
