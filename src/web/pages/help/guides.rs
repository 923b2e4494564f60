//! What the guides say. Pictures are painted by a browser test (`the_pictures_of_the_guides_are_painted`) into `static/img/help`.

use crate::{
    access::{OrgPermission, OrgSet},
    web::kit::{Nav, Shell},
};

pub struct Guide {
    /// As in its address.
    pub name: &'static str,
    pub title: &'static str,
    pub say: &'static str,
    whom: Whom,
    pub steps: &'static [Step],
    /// A button's words, and the page it leads to.
    pub go: Option<(&'static str, Nav)>,
}

pub struct Step {
    /// Words of buttons and pages stand between asterisks.
    pub text: &'static str,
    /// A file of `static/img/help`, and what it shows.
    pub picture: Option<(&'static str, &'static str)>,
}

/// Whom a guide is for: only those who may do what it tells.
enum Whom {
    Everybody,
    /// Who may use a page, in the workspace they are in.
    Of(Nav),
    /// Who holds one of these in the organization.
    Holding(&'static [OrgPermission]),
}

impl Guide {
    pub fn is_for(&self, shell: &Shell, organization: OrgSet) -> bool {
        match self.whom {
            Whom::Everybody => true,
            Whom::Of(page) => shell.way_to(page).is_some(),
            Whom::Holding(some) => some.iter().any(|permission| organization.has(*permission)),
        }
    }
}

/// Where a picture lies below `static`.
pub fn path(file: &str) -> String {
    format!("img/help/{file}")
}

const fn step(text: &'static str) -> Step {
    Step { text, picture: None }
}

const fn shown(text: &'static str, file: &'static str, alt: &'static str) -> Step {
    Step { text, picture: Some((file, alt)) }
}

use OrgPermission as P;

pub const ALL: &[Guide] = &[
    Guide {
        name: "add-a-user",
        title: "Add a user",
        say: "Invite someone and give them their roles",
        whom: Whom::Holding(&[P::UsersWrite]),
        steps: &[
            shown(
                "Under *Settings*, *Users*, press *Add user*. Type their name and email address, leave the organization role at *Org Base* unless they shall administer something, and tick the workspaces they will work in. Press *Next*.",
                "add-user-details.webp",
                "The first step: name, email address, organization role, and workspaces to tick",
            ),
            shown(
                "Choose a role for each workspace. *Reader* is chosen already: give more only where it is needed. Press *Add*.",
                "add-user-roles.webp",
                "The second step: a role for each chosen workspace",
            ),
            step(
                "They get an email with a link. Until they accept, their page says what became of it; there you can send it again, copy the link, or revoke it.",
            ),
        ],
        go: Some(("Open Users", Nav::Users)),
    },
    Guide {
        name: "add-people-to-a-workspace",
        title: "Add people to a workspace",
        say: "Several at once, from the organization",
        whom: Whom::Of(Nav::WorkspaceUsers),
        steps: &[
            step("Under *Workspace settings*, *Users*, press *Add users*."),
            step("Tick everybody who should work here too. Who is in already is shown, and cannot be ticked. Press *Next*."),
            step("Choose one role for everyone, then the exceptions, and press *Add*. Each of them gets an email, and a notice at their next visit."),
        ],
        go: Some(("Open the workspace’s users", Nav::WorkspaceUsers)),
    },
    Guide {
        name: "accept-an-invitation",
        title: "Accept an invitation",
        say: "What the invited person sees",
        whom: Whom::Everybody,
        steps: &[
            step(
                "The email names who invites, the workspaces and the role in each. Its link works for some days, for this address alone; opening it changes nothing yet.",
            ),
            shown(
                "The page shows the same again. Choose how you want to be called and a password of 15 characters or more: a few words are good. Press *Accept and sign in*.",
                "invitation.webp",
                "The invitation: who invites, workspaces and roles, display name and password",
            ),
            step(
                "You are in, with the roles you were given. Whoever has an account with this address signs in instead; whoever did not expect it declines, and the sender is told.",
            ),
            step("If the link has expired, its page has a button that asks for a fresh one."),
        ],
        go: None,
    },
    Guide {
        name: "create-an-api-key",
        title: "Create an API key",
        say: "Restrict it, copy it, try it with curl",
        whom: Whom::Of(Nav::ApiKeys),
        steps: &[
            step("Under *Workspace Control*, *API keys*, create a key. Name it after what will use it, and leave the expiry unless you know better."),
            step(
                "Turn on *Restrict permissions* and tick only what the program needs. A key can never do more than you may yourself, now and later: if your role shrinks, so does the key.",
            ),
            step("Copy the secret: it is shown this once. Put it where the program reads it, never into its source. The page has a curl line to try it with."),
            step("Revoke a key as soon as nothing uses it. It stops at once."),
        ],
        go: Some(("Open API keys", Nav::ApiKeys)),
    },
    Guide {
        name: "which-role-for-whom",
        title: "Which role for whom",
        say: "Reader, Editor, Admin, in words",
        whom: Whom::Of(Nav::Roles),
        steps: &[
            shown(
                "*Settings*, *Roles* says what each role allows and who holds it. In a workspace, a *Reader* runs flows and agents and queries knowledge bases; an *Editor* also creates, edits and deletes them; an *Admin* also manages members, integrations, settings and API keys.",
                "roles.webp",
                "The roles of organization and workspaces, each with what it allows and who holds it",
            ),
            step("Begin with *Reader*. It is quicker to give more when somebody asks than to notice that they have too much."),
            step(
                "In the organization, *Org Base* is for nearly everybody. An *Org Admin* may do everything everywhere: two or three are enough, one is too few.",
            ),
            step("Nobody can give what they do not hold, and nobody can change somebody who holds more."),
        ],
        go: Some(("Open Roles", Nav::Roles)),
    },
    Guide {
        name: "when-someone-leaves",
        title: "When someone leaves",
        say: "Deactivate or remove, and what each does",
        whom: Whom::Holding(&[P::UsersEdit, P::UsersDelete]),
        steps: &[
            shown(
                "Open the person under *Settings*, *Users*. At the foot of their page stands what you may do, and what it does.",
                "leaving.webp",
                "The foot of a person’s page: deactivate and remove, each with what it does",
            ),
            step(
                "*Deactivate* ends their sessions and stops their keys now. Their memberships are kept, so that you can reactivate them as they were: right for a leave, or while things are being handed over.",
            ),
            step(
                "*Remove* ends everything and deletes their name and address. It can’t be undone, so you type their address to confirm. What they made stays.",
            ),
            step("Look through *Workspaces* on their page first: is there a workspace that only they administer?"),
        ],
        go: Some(("Open Users", Nav::Users)),
    },
    Guide {
        name: "review-who-has-access",
        title: "Review who has access",
        say: "Every quarter, in a spreadsheet",
        whom: Whom::Of(Nav::Users),
        steps: &[
            shown(
                "Under *Settings*, *Users*, narrow the list down as you need it: by status, role or workspace. Press *Export CSV*. The file holds everybody the filters select, on all pages.",
                "users.webp",
                "The list of users with its filters and the button Export CSV",
            ),
            step(
                "It has a row for each person and each workspace they have a role in, so that you can filter by workspace and pivot by role. Workspaces you are not in are left out.",
            ),
            step(
                "Look for people who were not active for long, for Admins who need not be, and for people who changed teams. Whoever holds more than they need gets a smaller role.",
            ),
        ],
        go: Some(("Open Users", Nav::Users)),
    },
    Guide {
        name: "see-what-you-may-do",
        title: "See what you may do",
        say: "Your roles, why, and whom to ask for more",
        whom: Whom::Of(Nav::Access),
        steps: &[
            shown(
                "Your name at the foot of the sidebar is a menu. *My access* shows your role in every workspace, who gave it and what it allows, and who can give you more.",
                "my-access.webp",
                "My access: each workspace with role, giver, and what it allows and does not",
            ),
            step("The API keys you made stand there too, with whether they still work."),
            step(
                "*Activity* beside it lists what you did, in every workspace, and what your keys did. If something there was not you, change your password and tell an organization admin.",
            ),
        ],
        go: Some(("Open My access", Nav::Access)),
    },
    Guide {
        name: "your-profile",
        title: "Your profile",
        say: "How you are called, everywhere the same",
        whom: Whom::Of(Nav::Profile),
        steps: &[
            shown(
                "Your name at the foot of the sidebar is a menu: press *Profile*. The name stands in lists and emails; the display name is used where one word is enough.",
                "profile.webp",
                "The profile: name, display name and email address",
            ),
            step("Press *Save*. It is the same in every workspace, and counts at once."),
        ],
        go: Some(("Open Profile", Nav::Profile)),
    },
    Guide {
        name: "password-and-sessions",
        title: "Password and sessions",
        say: "Change it, and see where you are signed in",
        whom: Whom::Of(Nav::Password),
        steps: &[
            step(
                "Your name at the foot of the sidebar is a menu: press *Password and sessions*. Type the current password and a new one of 15 characters or more: a few words are good, and easier to remember than signs.",
            ),
            step("Changing it ends your other sessions, unless you choose to keep them."),
            step("Below stands where you are signed in. End what you do not know, and then change the password."),
            step("If you have forgotten it, the page for signing in sends you a link."),
        ],
        go: Some(("Open Password and sessions", Nav::Password)),
    },
    Guide {
        name: "set-up-mail",
        title: "Set up mail",
        say: "So that invitations arrive by themselves",
        whom: Whom::Holding(&[P::OrgEdit]),
        steps: &[
            step(
                "Without a mail server, invitations wait as .eml files in the folder mail of the data folder, and you pass their links on by hand: a person’s page has *Copy link*.",
            ),
            step(
                "Whoever runs the console sets NOXUS_SMTP_URL, such as smtp://user:password@mail.example.org:587, and NOXUS_PUBLIC_URL, with which links begin, and starts it again.",
            ),
            step("Then invite yourself at a second address. If the mail does not arrive, the person’s page says what the mail server answered."),
        ],
        go: None,
    },
];

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_picture_of_a_guide_is_there() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("static");
        let mut pictures = 0;
        for (file, alt) in ALL.iter().flat_map(|guide| guide.steps).filter_map(|step| step.picture) {
            assert!(root.join(path(file)).is_file(), "{file} is missing: the test the_pictures_of_the_guides_are_painted paints it");
            assert!(alt.len() > 20, "{file} needs words for whoever does not see it");
            pictures += 1;
        }
        let there = std::fs::read_dir(root.join("img/help")).unwrap().count();
        assert_eq!(there, pictures, "a picture that no guide shows, or the same one twice");
    }

    #[test]
    fn every_guide_has_an_address_of_its_own() {
        let mut names: Vec<_> = ALL.iter().map(|guide| guide.name).collect();
        assert!(names.iter().all(|name| name.bytes().all(|b| b == b'-' || b.is_ascii_lowercase())));
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }
}
