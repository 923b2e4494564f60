//! The workspace the list is narrowed down to: where there are few one is chosen, where there are many its name is typed.

use actix_web::HttpResponse;

use super::href;
use crate::{
    access::{grants::Standing, permission::org},
    base::{
        ids::WorkspaceId,
        text::{NAME_LIMIT, fold},
    },
    db::{Connection, Error},
    domain::{
        users::list::Wanted,
        workspaces::{self, Listed},
    },
    web::{
        kit::{Answer, Choice, May, json},
        pages::settings::users::KNOWN,
    },
};

/// Up to so many are read through in a box.
const FEW: usize = 30;
/// How many of those that may be meant are named.
const NAMED: usize = 12;

/// What was typed, and the workspaces that have it in their names.
pub(super) type Meant = (String, Vec<Listed>);

pub(super) struct Place {
    /// All that the reader may enter, unless they are too many to be chosen from.
    few: Option<Vec<Listed>>,
    pub chosen: Option<Listed>,
    unclear: Option<Meant>,
}

/// What is offered.
pub(super) struct Shown {
    /// Nothing where there is no workspace. With one, who is in it can still be told from who is in none.
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

/// What was typed of a name, where the address has no id, as it has in links.
pub(super) fn typed(asked: &str) -> Option<String> {
    let typed: String = asked.trim().chars().take(NAME_LIMIT).collect();
    let is_id = asked.parse::<WorkspaceId>().is_ok();
    (!is_id && !fold(&typed).is_empty()).then_some(typed)
}

impl Place {
    /// `own`: all the reader may know of, if not every one. `unclear`: see [`typed`].
    pub fn of(c: &mut Connection, reader: &Standing, own: Option<&[Listed]>, asked: Option<&WorkspaceId>, unclear: Option<Meant>) -> Result<Self, Error> {
        let few = match own {
            Some(own) => Some(own).filter(|own| own.len() <= FEW).map(<[Listed]>::to_vec),
            None => workspaces::open_if_few(c, reader, FEW)?,
        };
        let chosen = match asked {
            Some(id) => workspaces::find_open(c, reader, id)?,
            None => None,
        };
        Ok(Self { few, chosen, unclear })
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
            Some(few) if !few.is_empty() => std::iter::once(Choice::new("", "Any workspace", chosen.is_none())).chain(few.into_iter().map(choice)).collect(),
            _ => Vec::new(),
        };
        Shown { choices, typed, unclear }
    }
}

impl Unclear {
    fn of(typed: &str, some: &[Listed], wanted: &Wanted, q: &str) -> Self {
        let said = if some.is_empty() {
            format!("No workspace you may enter has “{typed}” in its name: the list is not narrowed down to one.")
        } else {
            format!("Several workspaces have “{typed}” in their names. Choose one to narrow the list down to it:")
        };
        let address = |w: &Listed| href(&Wanted { workspace: Some(w.id.clone()), after: None, ..wanted.clone() }, q, wanted.order, None);
        Self { said, some: some.iter().take(NAMED).map(|w| (w.name.clone(), address(w))).collect(), more: some.len().saturating_sub(NAMED) }
    }
}

/// `GET /settings/users/workspaces`: the names a field suggests; asked for by a script (`behaviours/suggest.js`).
pub async fn names(may: May<org::UsersRead>) -> Answer {
    let open = may.read(|c, may| Ok(workspaces::open_to(c, may.standing(), KNOWN)?)).await?;
    json(&open.into_iter().map(|w| w.name).collect::<Vec<_>>()).map(HttpResponse::from)
}
