//! The whole URL table. Each line says what it needs; nothing else is mounted.

use super::{
    kit::table::{InvitationLink, Line, Public, SetUpLink, get, post, sure},
    pages::{home, settings::users, setup, sign_in},
};
use crate::access::{
    need::{ManageWorkspace, Member, RestoreWorkspace, SignedIn},
    permission::org,
};

#[rustfmt::skip]
pub fn table() -> Vec<Line> {
    vec![
        // Arriving
        get("/", SignedIn, home::show),
        get("/setup", SetUpLink, setup::show),
        post("/setup", SetUpLink, setup::submit),
        get("/sign-in", Public, sign_in::show),
        post("/sign-in", Public, sign_in::submit),
        get("/sign-in/again", SignedIn, sign_in::ask_again),
        post("/sign-in/again", SignedIn, sign_in::confirm),
        post("/sign-out", SignedIn, sign_in::sign_out),
        // Settings: users
        get("/settings/users", org::UsersRead, users::list::show),
    ]
}
