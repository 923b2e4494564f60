mod email;
mod password;
mod profile;
