mod invitation;
mod new;
