//! What an invitation names and can no longer give, in words.

use super::why::Named;
use crate::{
    access::{OrgPermission, Permitted, explain::list, grants, need::Need},
    base::ids::UserId,
    db::Connection,
    domain::{
        Error,
        invites::{self, Dependents, Fallen, Lost, Which},
        people, users,
    },
};

/// "Editor in Research", "Org Admin in the organization".
pub fn what(fallen: &Fallen) -> String {
    role_in(&fallen.role_name, fallen.workspace.as_ref().map(|workspace| workspace.name.as_str()))
}

/// The same of a role and a workspace; without one, of the organization.
pub fn role_in(role: &str, workspace: Option<&str>) -> String {
    format!("{role} in {}", workspace.unwrap_or("the organization"))
}

/// Why, to follow "because".
pub fn because(fallen: &Fallen, reader: &UserId) -> String {
    match fallen.lost {
        Lost::Gone => "whoever gave it is no longer here".to_owned(),
        _ if fallen.by == *reader => "you gave it, and may no longer give it".to_owned(),
        Lost::Deactivated => format!("{}, who gave it, is deactivated", fallen.by_name),
        Lost::Less => format!("{}, who gave it, may no longer give it", fallen.by_name),
    }
}

/// What became the sender's own gift: a sentence of its own, with the space before it.
pub fn adopted(adopted: &[Fallen]) -> String {
    let names: Vec<String> = adopted.iter().map(what).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match names.len() {
        0 => String::new(),
        1 => format!(" {} is given by you from now on.", list(&names)),
        _ => format!(" {} are given by you from now on.", list(&names)),
    }
}

/// "Joan Clarke, Alan Turing and 3 more".
fn named(dependents: &Dependents) -> String {
    let more = dependents.count - dependents.some.len() as i64;
    let more = (more > 0).then(|| format!("{more} more"));
    let names: Vec<&str> = dependents.some.iter().map(|one| one.name.as_str()).chain(more.as_deref()).collect();
    list(&names)
}

/// How many things and people a sentence names.
const NAMED: usize = 3;

/// To somebody who has accepted: what could not be given to them, and whom to ask.
pub fn told_after(c: &mut Connection, user: &UserId) -> Result<Option<String>, Error> {
    let withheld = people::withheld_of(c, user)?;
    let Some(first) = withheld.first() else { return Ok(None) };
    let of = |w: &people::Withheld| role_in(&w.role_name, w.workspace.as_ref().map(|workspace| workspace.name.as_str()));
    let mut names: Vec<String> = withheld.iter().take(NAMED).map(of).collect();
    if withheld.len() > NAMED {
        names.push(format!("{} more", withheld.len() - NAMED));
    }
    let place = first.workspace.as_ref().map(|workspace| workspace.id.clone());
    let givers: Vec<String> = grants::givers(c, place.as_ref(), NAMED)?.into_iter().filter(|giver| giver.id != *user).map(|giver| giver.name).collect();
    let ask = if givers.is_empty() { String::new() } else { format!(" Ask {}.", either(&givers)) };
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let it = if withheld.len() == 1 { "it" } else { "them" };
    Ok(Some(format!("{} could not be given: whoever wanted to give {it} no longer can.{ask}", list(&names))))
}

/// "a, b or c".
fn either(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}

/// Before somebody is to hold less: whose open invitations carry what they gave, and the way on.
pub struct Open {
    pub lead: String,
    /// Without an address for a reader who may not see people.
    pub people: Vec<Named>,
    pub more: i64,
    pub way: String,
}

/// `who`: how the givers are called in a sentence.
pub fn open<N: Need>(c: &mut Connection, may: &Permitted<N>, givers: &[UserId], which: Which, who: &str) -> Result<Option<Open>, Error> {
    let dependents = invites::dependents(c, givers, which)?;
    if dependents.count == 0 {
        return Ok(None);
    }
    let sees = may.organization().has(OrgPermission::UsersRead);
    let named = |one: &users::Named| {
        let named = Named::of(&one.id, &one.name, may.id());
        if sees { named } else { Named { href: String::new(), ..named } }
    };
    let alone = givers == [may.id().clone()];
    let way =
        if alone { "Ask somebody who may give it to resend them." } else { "Resend these invitations from their pages, and you are the one who gives it." };
    Ok(Some(Open {
        lead: format!("Open invitations carry what {who} gave:"),
        people: dependents.some.iter().map(named).collect(),
        more: dependents.count - dependents.some.len() as i64,
        way: format!("What {who} may no longer give then is withheld when they accept. {way}"),
    }))
}

/// After somebody was shut out: the same in a sentence of its own, with the space before it.
pub fn left(dependents: &Dependents) -> String {
    match dependents.count {
        0 => String::new(),
        _ => format!(" Open invitations carry what they gave, which is withheld unless you resend them: {}.", named(dependents)),
    }
}
