//! What the reader may do in the workspace they are in, since when, and whom to ask for more.

use super::{
    article,
    more::{Lack, lacks},
};
use crate::{
    access::{Permitted, explain, need::Member},
    db::{Connection, Error},
    domain::roles,
    web::kit::{Linked, view::day},
};

pub struct Here {
    /// `None`: as an organization admin.
    pub given: Option<Given>,
    pub yes: Vec<String>,
    pub no: Vec<Lack>,
}

/// "a Reader, given by Grace Hopper on 19 November"
pub struct Given {
    pub role: String,
    pub by: Option<Linked>,
    pub on: String,
}

impl Here {
    pub fn of(c: &mut Connection, may: &Permitted<Member>) -> Result<Self, Error> {
        let place = may.workspace();
        let given = match &place.membership {
            Some(given) if !place.through_organization() => {
                let by = match &given.by {
                    Some(by) if by != may.id() => Linked::to(c, may.standing(), by)?,
                    _ => None,
                };
                Some(Given { role: article(&given.name), by, on: day(given.at) })
            }
            _ => None,
        };
        let roles = roles::of_workspaces(c)?;
        let no = lacks(c, may, (&place.id, place.may), &roles)?;
        Ok(Self { given, yes: explain::summary(place.may).yes, no })
    }
}
