mod flows;
mod home;
mod settings;
