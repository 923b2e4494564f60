mod home;
mod settings;
