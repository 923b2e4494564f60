mod list;
mod new;
mod revocation;
