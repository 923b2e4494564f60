//! Somebody named, with their picture: for whoever may see people a link to their page.

use std::collections::HashMap;

use super::view::Face;
use crate::{
    access::{OrgPermission, grants, grants::Standing},
    base::ids::UserId,
    db::{Connection, Error},
};

#[derive(Debug, Clone)]
pub struct Linked {
    pub name: String,
    /// Empty where there is no page to go to.
    pub href: String,
    /// The circle, without the address.
    pub face: Face,
}

impl Linked {
    /// `None`: there is nobody of that id. A removed person has a name that stands in, and no page.
    pub fn to(c: &mut Connection, reader: &Standing, user: &UserId) -> Result<Option<Self>, Error> {
        Ok(Self::each(c, reader, [user])?.remove(user))
    }

    /// The same of several at once, such as those a list names, in one statement.
    pub fn each<'a>(c: &mut Connection, reader: &Standing, users: impl IntoIterator<Item = &'a UserId>) -> Result<HashMap<UserId, Self>, Error> {
        let sees = reader.organization.has(OrgPermission::UsersRead);
        let linked = |(id, called): (UserId, grants::Called)| {
            let href = if sees && !called.removed { format!("/settings/users/{id}") } else { String::new() };
            let face = Face::of(&id, &called.name, "", called.avatar.as_ref());
            (id, Self { name: called.name, href, face })
        };
        Ok(grants::names_of(c, users)?.into_iter().map(linked).collect())
    }
}
