mod general;
mod roles;
mod users;
mod workspaces;
