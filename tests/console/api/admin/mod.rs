mod groups;
mod users;
