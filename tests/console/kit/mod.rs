//! What holds for every page: headers, cookies, sessions, who may send what from where.

mod origin;
mod sessions;
mod strict;
mod surface;
mod throttle;
