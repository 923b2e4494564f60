mod email;
mod password;
