mod confirm;
mod undo;
