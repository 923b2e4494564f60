mod flows;
mod home;
