//! Workspace Control: what programs come with.

pub mod api_keys;
