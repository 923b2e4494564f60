//! The workspace the list is narrowed down to: where there are few one is chosen, where there are many its name is typed.

use actix_web::HttpResponse;

use super::href;
use crate::{
    access::{grants::Standing, permission::org},
    base::text::fold,
    db::{Connection, Error},
    domain::{
        users::list::Wanted,
        workspaces::{self, Listed},
    },
    web::{
        kit::{Answer, Choice, May, json},
        pages::settings::users::{KNOWN, OFFERED},
    },
};

/// Up to so many are read through in a box.
const FEW: usize = 30;
/// How many of those that may be meant are named.
const NAMED: usize = 12;

/// The most characters of a name that count.
const LONGEST: usize = 100;

pub(super) struct Place {
    /// All that the reader may enter, unless they are too many to be chosen from.
    few: Option<Vec<Listed>>,
    pub chosen: Option<Listed>,
    /// What was typed instead of one, and whose names hold it.
    unclear: Option<(String, Vec<Listed>)>,
}

/// What is offered.
pub(super) struct Shown {
    /// Nothing where there is one workspace, or none.
    pub choices: Vec<Choice>,
    /// What stands in the field, where the choices would be too many.
    pub typed: Option<String>,
    pub unclear: Option<Unclear>,
}

/// Says that no one workspace is meant.
pub(super) struct Unclear {
    pub said: String,
    /// Name and address of those that may be.
    pub some: Vec<(String, String)>,
    pub more: usize,
}

impl Place {
    /// `typed`: an id, as in links, or what somebody typed of a name. `own`: all the reader may know of, if not every one.
    pub fn of(c: &mut Connection, reader: &Standing, own: Option<&[Listed]>, typed: &str) -> Result<Self, Error> {
        let typed: String = typed.trim().chars().take(LONGEST).collect();
        let mut open = |limit| match own {
            Some(own) => Ok(own.iter().take(limit).cloned().collect()),
            None => workspaces::open_to(c, reader, limit),
        };
        let some = open(FEW + 1)?;
        let mut place = Self { few: Some(some).filter(|some| some.len() <= FEW), chosen: None, unclear: None };
        match (typed.parse(), fold(&typed)) {
            (Ok(id), _) => place.chosen = workspaces::find_open(c, reader, &id)?,
            (_, part) if part.is_empty() => {}
            (_, part) => {
                let mut some: Vec<Listed> = open(KNOWN)?;
                some.retain(|w| fold(&w.name).contains(&part));
                match some.iter().position(|w| fold(&w.name) == part).or((some.len() == 1).then_some(0)) {
                    Some(at) => place.chosen = Some(some.swap_remove(at)),
                    None => place.unclear = Some((typed, some)),
                }
            }
        }
        Ok(place)
    }

    pub fn shown(self, wanted: &Wanted, q: &str) -> Shown {
        let chosen = self.chosen.as_ref();
        let unclear = self.unclear.as_ref().map(|(typed, some)| Unclear::of(typed, some, wanted, q));
        let typed = self.few.is_none().then(|| match (chosen, self.unclear) {
            (Some(chosen), _) => chosen.name.clone(),
            (None, unclear) => unclear.map(|(typed, _)| typed).unwrap_or_default(),
        });
        let choice = |w: Listed| {
            let selected = chosen.is_some_and(|chosen| chosen.id == w.id);
            Choice::new(w.id, w.name, selected)
        };
        let choices = match self.few {
            Some(few) if few.len() > 1 => std::iter::once(Choice::new("", "Any workspace", chosen.is_none())).chain(few.into_iter().map(choice)).collect(),
            _ => Vec::new(),
        };
        Shown { choices, typed, unclear }
    }
}

impl Unclear {
    fn of(typed: &str, some: &[Listed], wanted: &Wanted, q: &str) -> Self {
        let said = if some.is_empty() {
            format!("No workspace you may enter has “{typed}” in its name. People of all workspaces are shown.")
        } else {
            format!("Several workspaces have “{typed}” in their names; people of all workspaces are shown until you choose one:")
        };
        let address = |w: &Listed| href(&Wanted { workspace: Some(w.id.clone()), after: None, ..wanted.clone() }, q, wanted.order, None);
        Self { said, some: some.iter().take(NAMED).map(|w| (w.name.clone(), address(w))).collect(), more: some.len().saturating_sub(NAMED) }
    }
}

/// `GET /settings/users/workspaces`: the names a field suggests; asked for by a script (`behaviours/suggest.js`).
pub async fn names(may: May<org::UsersRead>) -> Answer {
    let open = may.read(|c, may| Ok(workspaces::open_to(c, may.standing(), OFFERED)?)).await?;
    json(&open.into_iter().map(|w| w.name).collect::<Vec<_>>()).map(HttpResponse::from)
}
