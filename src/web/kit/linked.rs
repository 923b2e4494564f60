//! Somebody named, with their picture: for whoever may see people a link to their page.

use std::collections::HashMap;

use super::view::Face;
use crate::{
    access::{OrgPermission, grants, grants::Standing},
    base::ids::UserId,
    db::{Connection, Error},
    domain::users,
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
        let Some(name) = grants::name_of(c, user)? else { return Ok(None) };
        let found = users::find(c, user)?;
        let has_page = reader.organization.has(OrgPermission::UsersRead) && found.is_some();
        let face = Face::of(user, &name, "", found.as_ref().and_then(|user| user.avatar.as_ref()));
        Ok(Some(Self { name, href: if has_page { format!("/settings/users/{user}") } else { String::new() }, face }))
    }

    /// The same of several at once, such as those a list names. Each is looked up once.
    pub fn each<'a>(c: &mut Connection, reader: &Standing, users: impl IntoIterator<Item = &'a UserId>) -> Result<HashMap<UserId, Self>, Error> {
        let mut found = HashMap::new();
        for user in users {
            if !found.contains_key(user)
                && let Some(linked) = Self::to(c, reader, user)?
            {
                found.insert(user.clone(), linked);
            }
        }
        Ok(found)
    }
}
