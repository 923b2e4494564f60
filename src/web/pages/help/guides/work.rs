//! What a workspace is for, and what whoever runs the console sets up.

use super::{Guide, P, W, Whom, only, shown, step};
use crate::web::kit::Nav;

pub(super) const WORK: &[Guide] = &[
    Guide {
        name: "flows",
        title: "Flows",
        say: "What a workspace automates, kept for programs",
        whom: Whom::Of(Nav::Flows),
        steps: &[
            shown(
                "*Flows*, under the name of the workspace, lists them. Open one to see its definition in JSON, who made it, and who changed it when.",
                "flows.webp",
                "The flows of a workspace, each with who changed it last and when",
            ),
            only(
                Whom::Here(W::FlowsEdit),
                "*Create flow* asks for a name and a definition; *Edit* on the page of a flow changes either. What you save counts at once, for programs too.",
            ),
            only(Whom::Here(W::FlowsDelete), "*Delete* on the page of a flow removes it for everybody. It can’t be undone."),
            step("Programs list and read flows through the API, and change them if their key may. The console keeps flows; it does not run them."),
            only(Whom::Of(Nav::ApiKeys), "A program needs a key of the workspace: see the guide *Create an API key*."),
        ],
        go: Some(("Open Flows", Nav::Flows)),
    },
    Guide {
        name: "create-an-api-key",
        title: "Create an API key",
        say: "Restrict it, copy it, try it with curl",
        whom: Whom::Of(Nav::ApiKeys),
        steps: &[
            step("Under *Workspace Control*, *API keys*, create a key. Name it after what will use it, and leave the expiry unless you know better."),
            shown(
                "*Restrict permissions* is on: tick only what the program needs. A key can never do more than you may yourself, now and later: if your role shrinks, so does the key.",
                "api-key.webp",
                "The form of a key: name, expiry, and the permissions to tick",
            ),
            step("Copy the secret: it is shown this once. Put it where the program reads it, never into its source. The page has a curl line to try it with."),
            step("Revoke a key as soon as nothing uses it. It stops at once."),
        ],
        go: Some(("Open API keys", Nav::ApiKeys)),
    },
    Guide {
        name: "set-up-mail",
        title: "Set up mail",
        say: "So that invitations arrive by themselves",
        whom: Whom::Holding(&[P::OrgEdit]),
        steps: &[
            step("Without a mail server, invitations wait as .eml files in the folder mail of the data folder, and somebody passes their links on by hand."),
            only(Whom::Holding(&[P::UsersWrite]), "Whoever is invited has the link on their page, under *Settings*, *Users*: press *Copy link*."),
            shown(
                "Whoever runs the console sets NOXUS_SMTP_URL, such as smtp://user:password@mail.example.org:587, and NOXUS_PUBLIC_URL, with which links begin, and starts it again. Until then the page of whoever is invited says that no mail server is set up.",
                "mail.webp",
                "The page of somebody invited: no mail server is set up, and buttons to copy the link and to resend",
            ),
            only(
                Whom::Holding(&[P::UsersWrite]),
                "Then invite yourself at a second address. If the mail does not arrive, the person’s page says what the mail server answered.",
            ),
        ],
        go: None,
    },
];
