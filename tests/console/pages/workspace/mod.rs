mod control;
mod home;
