//! Who may do what. [`permission`] has the keys and sets, [`scope`] the algebra (pure), [`grants`] reads what somebody
//! holds, [`permitted`] makes the proof that every act asks for, [`passes`] the few ways in without an account,
//! [`explain`] says why, [`alias`] reads keys as clients spell them. Pages and acts never compare roles or names: they hold a proof.

pub mod actor;
pub mod alias;
pub mod explain;
pub mod grants;
pub mod need;
pub mod passes;
pub mod permission;
pub mod permitted;
pub mod scope;

pub use permission::{OrgPermission, OrgSet, Permission, Set, WorkspacePermission, WorkspaceSet};
pub use permitted::{Asking, Permitted, Refused};
