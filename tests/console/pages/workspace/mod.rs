mod checklist;
mod control;
mod flows;
mod home;
mod settings;
mod tour;
