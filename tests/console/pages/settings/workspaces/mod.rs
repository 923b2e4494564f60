mod archive;
mod list;
mod name;
mod new;
