mod general;
mod users;
