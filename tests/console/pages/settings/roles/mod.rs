mod holders;
mod list;
