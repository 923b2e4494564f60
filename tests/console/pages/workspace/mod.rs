mod checklist;
mod home;
mod tour;
