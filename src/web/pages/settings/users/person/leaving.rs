//! What ends somebody's time here, for whoever may end it; for oneself, why not.

use super::Viewed;
use crate::{
    access::OrgPermission,
    db::Connection,
    domain::{Error, sessions},
    web::kit::told::Stage,
};

#[derive(Default)]
pub(super) struct Leaving {
    pub title: String,
    pub deactivate: bool,
    pub reactivate: bool,
    pub remove: bool,
    /// Oneself: why not.
    pub oneself: &'static str,
    /// What ends of them: a sentence with the space before it, or nothing.
    pub sessions: String,
    /// What removing ends and keeps.
    pub removing: &'static str,
}

impl Leaving {
    pub fn is_empty(&self) -> bool {
        !(self.deactivate || self.reactivate || self.remove) && self.oneself.is_empty()
    }
}

impl Viewed<'_> {
    pub(super) fn leaving(&self, c: &mut Connection) -> Result<Leaving, Error> {
        let edits = self.own.has(OrgPermission::UsersEdit);
        let deletes = self.own.has(OrgPermission::UsersDelete);
        if self.called.you {
            let oneself = match (edits || deletes, self.may_step_down) {
                (false, _) => "",
                (true, true) => "You cannot deactivate or remove yourself. Another organization admin can.",
                (true, false) => "You are the last active organization admin. Before you leave, make somebody else one: they can deactivate or remove you.",
            };
            return Ok(Leaving { title: "If you leave".to_owned(), oneself, ..Leaving::default() });
        }
        if !self.within_reach() {
            return Ok(Leaving::default());
        }
        let (stage, first) = (self.stage, &self.called.first);
        Ok(Leaving {
            title: match stage {
                Stage::Active => format!("When {first} leaves"),
                Stage::Invited => format!("End the invitation of {first}"),
                Stage::Ended => format!("Delete what is kept of {first}"),
                Stage::Deactivated => format!("{first} is deactivated"),
            },
            deactivate: edits && stage == Stage::Active,
            reactivate: edits && stage == Stage::Deactivated,
            remove: deletes,
            oneself: "",
            sessions: match sessions::count(c, &self.user.id)? {
                0 => String::new(),
                1 => " Their session ends now.".to_owned(),
                n => format!(" Their {n} sessions end now."),
            },
            removing: match stage {
                Stage::Active => "Ends their memberships and sessions, and deletes their personal data. What they made stays, and the audit keeps a pseudonym.",
                Stage::Deactivated => "Ends their memberships, and deletes their personal data. What they made stays, and the audit keeps a pseudonym.",
                Stage::Invited => "Ends the invitation and the roles that go with it, and deletes the name and the address. The audit keeps a pseudonym.",
                Stage::Ended => {
                    "The invitation has ended. This also takes back the roles that went with it, and deletes the name and the address. The audit keeps a pseudonym."
                }
            },
        })
    }
}
