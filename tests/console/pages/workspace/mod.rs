mod checklist;
mod flows;
mod home;
mod settings;
mod tour;
