//! One’s own account.

use super::{Guide, Whom, shown, step};
use crate::web::kit::Nav;

pub(super) const OWN: &[Guide] = &[
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
            step("Your picture and your email address stand there too. Each has a guide of its own."),
        ],
        go: Some(("Open Profile", Nav::Profile)),
    },
    Guide {
        name: "your-picture",
        title: "Your picture",
        say: "Upload one, choose the square, remove it",
        whom: Whom::Of(Nav::Profile),
        steps: &[
            step("Your name at the foot of the sidebar is a menu: press *Profile*, then *Upload a picture*. PNG, JPEG, WebP and GIF up to 5 MB are taken."),
            shown(
                "Choose the square: drag it, or move *Size*, *Across* and *Down*. Beside it stands how it will look. Press *Use this square*.",
                "picture.webp",
                "The upload with the square of it that is used, sliders for the square, and how it will look",
            ),
            step("It is shown wherever you are named. *Remove picture* takes it away, and your initials stand there again."),
        ],
        go: Some(("Open Profile", Nav::Profile)),
    },
    Guide {
        name: "change-your-address",
        title: "Change your email address",
        say: "From the new mailbox, with a way back",
        whom: Whom::Of(Nav::Profile),
        steps: &[
            shown(
                "Under *Profile*, beside *Email address*, press *Change*. If you signed in a while ago, you give your password again. Type the new address and press *Send the link*.",
                "address.webp",
                "The form for another address, with the address of now above it",
            ),
            step(
                "Open the link in the new mailbox while you are signed in, and confirm. Until then you sign in with the address of before; *Keep the address* ends the link.",
            ),
            step(
                "The old mailbox gets a letter too. If it was not you, *Undo the change* in it gives the account its old address back for 7 days, ends every session, and leads to a new password.",
            ),
        ],
        go: Some(("Open Profile", Nav::Profile)),
    },
    Guide {
        name: "password-and-sessions",
        title: "Password and sessions",
        say: "Change it, and see where you are signed in",
        whom: Whom::Of(Nav::Password),
        steps: &[
            shown(
                "Your name at the foot of the sidebar is a menu: press *Password and sessions*. Type the current password and a new one of 15 characters or more: a few words are good, and easier to remember than signs.",
                "password.webp",
                "The form for a new password, and below where one is signed in",
            ),
            step("Changing it ends your other sessions, unless you choose to keep them."),
            step("Below stands where you are signed in. End what you do not know, and then change the password."),
        ],
        go: Some(("Open Password and sessions", Nav::Password)),
    },
    Guide {
        name: "forgotten-password",
        title: "Forgotten password",
        say: "A new one, by a link to your mailbox",
        whom: Whom::Everybody,
        steps: &[
            shown(
                "On the page for signing in, press *Forgotten your password?*. Give your address and press *Send me a link*.",
                "forgotten.webp",
                "The page that asks for the address the link goes to",
            ),
            step("The link works once, and for 30 minutes. Choose a new password of 15 characters or more. You are signed out everywhere else then."),
            step(
                "The page answers alike whether it knows the address or not. If no mail comes, look at how you wrote the address, then ask an organization admin: they can send you such a link.",
            ),
        ],
        go: None,
    },
];
