mod groups;
mod roles;
mod users;
