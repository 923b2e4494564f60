//! Adding people, their roles, and their leaving.

use super::{Guide, P, W, Whom, only, shown, step};
use crate::web::kit::Nav;

pub(super) const PEOPLE: &[Guide] = &[
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
        whom: Whom::Each(&[Whom::Here(W::UsersEdit), Whom::Holding(&[P::UsersRead])]),
        steps: &[
            step("Under *Workspace settings*, *Users*, press *Add users*."),
            shown(
                "Tick everybody who should work here too. Who is in already is shown, and cannot be ticked. Press *Next*.",
                "add-members.webp",
                "The first step: people of the organization to tick, and below who is in the workspace already",
            ),
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
        name: "which-role-for-whom",
        title: "Which role for whom",
        say: "Reader, Editor, Admin, in words",
        whom: Whom::Of(Nav::Roles),
        steps: &[
            shown(
                "*Settings*, *Roles* says what each role allows and who holds it. In a workspace, a *Reader* sees the flows; an *Editor* also creates, edits and deletes them; an *Admin* also manages members, settings and API keys.",
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
            only(
                Whom::Holding(&[P::UsersEdit]),
                "*Deactivate* ends their sessions and stops their keys now. Their memberships are kept, so that you can reactivate them as they were: right for a leave, or while things are being handed over.",
            ),
            only(
                Whom::Holding(&[P::UsersDelete]),
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
];
