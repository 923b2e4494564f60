//! Settings → Roles: what each allows and who holds it. Read-only.

pub mod holders;
pub mod list;
