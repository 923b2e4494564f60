mod archive;
mod deletion;
mod list;
mod name;
mod new;
