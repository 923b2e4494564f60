//! What one may do, and the keys one made.

pub mod keys;
