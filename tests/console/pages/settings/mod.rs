mod users;
mod workspaces;
