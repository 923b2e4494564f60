mod list;
mod invitation;
mod new;
