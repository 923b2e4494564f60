//! The permission keys of both scopes and sets of them. Organization and workspace are two enums: `users_edit` here and
//! there are different permissions, and no set can hold both kinds.

use std::{fmt, hash::Hash, marker::PhantomData, str::FromStr};

/// One permission of one scope.
pub trait Permission: Copy + Eq + Hash + fmt::Debug + Send + Sync + 'static {
    /// The word for the scope, as roles are stored with it.
    const SCOPE: &'static str;

    /// Every permission of the scope, in the order pages show them.
    const ALL: &'static [Self];

    fn key(self) -> &'static str;

    /// What it lets its holder do: "Create and edit flows".
    fn words(self) -> &'static str;

    fn bit(self) -> u32;

    /// What holding `set` means: the set and all that it implies.
    fn closure(set: Set<Self>) -> Set<Self>;
}

macro_rules! permissions {
    ($(#[$doc:meta])* $name:ident in $module:ident { $($variant:ident $key:literal $words:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($variant),+ }

        impl $name {
            const KEYS: &'static [(&'static str, &'static str)] = &[$(($key, $words)),+];
        }

        /// Markers: one type for each key, to name it in a proof.
        pub mod $module {
            $(
                #[derive(Debug, Clone, Copy)]
                pub struct $variant;

                impl super::Marker for $variant {
                    type Permission = super::$name;
                    const PERMISSION: super::$name = super::$name::$variant;
                }
            )+
        }

        impl $name {
            const VARIANTS: &'static [Self] = &[$(Self::$variant),+];
        }
    };
}

/// A type that stands for one permission.
pub trait Marker: 'static {
    type Permission: Permission;
    const PERMISSION: Self::Permission;
}

permissions! {
    /// What one may do in one workspace.
    WorkspacePermission in here {
        FlowsRun "flows_run" "Run flows",
        FlowsEdit "flows_edit" "Create and edit flows",
        FlowsDelete "flows_delete" "Delete flows",
        FlowsAdvanced "flows_advanced" "Deploy and version flows",
        AgentsRun "agents_run" "Run and chat with agents",
        AgentsEdit "agents_edit" "Create and edit agents",
        AgentsDelete "agents_delete" "Delete agents",
        AgentsAdvanced "agents_advanced" "Use advanced features of agents",
        KbsQuery "kbs_query" "Query and search knowledge bases",
        KbsEdit "kbs_edit" "Create, upload and edit knowledge bases",
        KbsDelete "kbs_delete" "Delete knowledge bases",
        KbsAdvanced "kbs_advanced" "Use ingestion pipelines",
        WorkspaceAdmin "workspace_admin" "Administer the workspace",
        IntegrationsEdit "integrations_edit" "Connect integrations",
        UsersEdit "users_edit" "Add and change members",
        UsersDelete "users_delete" "Remove members",
    }
}

permissions! {
    /// What one may do in the organization.
    OrgPermission in org {
        UsersRead "users_read" "See people",
        UsersWrite "users_write" "Add people",
        UsersEdit "users_edit" "Change people’s profile, status and organization role",
        UsersDelete "users_delete" "Remove people",
        WorkspaceRead "workspace_read" "See the workspaces one belongs to",
        WorkspaceWrite "workspace_write" "Create workspaces",
        WorkspaceEdit "workspace_edit" "Rename or archive any workspace",
        WorkspaceDelete "workspace_delete" "Delete any workspace",
        OrgRead "org_read" "See the organization",
        OrgEdit "org_edit" "Change the organization’s name and policies",
        OrgAudit "org_audit" "Read the audit log",
        SettingsRead "settings_read" "Open Settings",
        OrgAdmin "org_admin" "Administer the organization and every workspace",
    }
}

impl Permission for WorkspacePermission {
    const SCOPE: &'static str = "workspace";
    const ALL: &'static [Self] = Self::VARIANTS;

    fn key(self) -> &'static str {
        Self::KEYS[self as usize].0
    }

    fn words(self) -> &'static str {
        Self::KEYS[self as usize].1
    }

    fn bit(self) -> u32 {
        1 << self as u32
    }

    /// `workspace_admin` implies the other administration keys, and no key of flows, agents or knowledge bases.
    fn closure(set: Set<Self>) -> Set<Self> {
        use WorkspacePermission::{IntegrationsEdit, UsersDelete, UsersEdit, WorkspaceAdmin};
        if set.has(WorkspaceAdmin) { set | Set::of(&[IntegrationsEdit, UsersEdit, UsersDelete]) } else { set }
    }
}

impl Permission for OrgPermission {
    const SCOPE: &'static str = "organization";
    const ALL: &'static [Self] = Self::VARIANTS;

    fn key(self) -> &'static str {
        Self::KEYS[self as usize].0
    }

    fn words(self) -> &'static str {
        Self::KEYS[self as usize].1
    }

    fn bit(self) -> u32 {
        1 << self as u32
    }

    /// `org_admin` implies every key of the organization.
    fn closure(set: Set<Self>) -> Set<Self> {
        if set.has(OrgPermission::OrgAdmin) { Set::all() } else { set }
    }
}

/// A set of permissions of one scope: bits in memory, sorted keys as text in the database.
pub struct Set<P>(u32, PhantomData<fn() -> P>);

pub type WorkspaceSet = Set<WorkspacePermission>;
pub type OrgSet = Set<OrgPermission>;

impl<P: Permission> Set<P> {
    pub const NONE: Self = Self(0, PhantomData);

    pub fn of(permissions: &[P]) -> Self {
        permissions.iter().copied().collect()
    }

    pub fn all() -> Self {
        Self::of(P::ALL)
    }

    pub fn has(self, permission: P) -> bool {
        self.0 & permission.bit() != 0
    }

    /// Whether everything in `other` is in this set too.
    pub fn covers(self, other: Self) -> bool {
        other.0 & !self.0 == 0
    }

    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    pub fn iter(self) -> impl Iterator<Item = P> {
        P::ALL.iter().copied().filter(move |p| self.has(*p))
    }

    pub fn closure(self) -> Self {
        P::closure(self)
    }

    /// The keys, sorted, as they are stored.
    pub fn keys(self) -> Vec<&'static str> {
        let mut keys: Vec<_> = self.iter().map(P::key).collect();
        keys.sort_unstable();
        keys
    }

    pub fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0, PhantomData)
    }
}

impl<P> Clone for Set<P> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<P> Copy for Set<P> {}
impl<P> PartialEq for Set<P> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<P> Eq for Set<P> {}

impl<P: Permission> std::ops::BitOr for Set<P> {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0, PhantomData)
    }
}

impl<P: Permission> std::ops::BitAnd for Set<P> {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0, PhantomData)
    }
}

impl<P: Permission> FromIterator<P> for Set<P> {
    fn from_iter<I: IntoIterator<Item = P>>(permissions: I) -> Self {
        Self(permissions.into_iter().fold(0, |bits, p| bits | p.bit()), PhantomData)
    }
}

impl<P: Permission> fmt::Display for Set<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.keys().join(" "))
    }
}

impl<P: Permission> fmt::Debug for Set<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{self}}}")
    }
}

/// Reads stored text. A key that is unknown grants nothing: a newer or mistyped key never widens what somebody may do.
impl<P: Permission> FromStr for Set<P> {
    type Err = std::convert::Infallible;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(text.split_whitespace().filter_map(|key| P::ALL.iter().copied().find(|p| p.key() == key)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_sixteen_and_thirteen() {
        assert_eq!(WorkspaceSet::all().len(), 16);
        assert_eq!(OrgSet::all().len(), 13);
    }

    #[test]
    fn each_has_a_key_and_words_of_its_own() {
        fn of<P: Permission>() {
            for p in P::ALL.iter().copied() {
                assert!(!p.key().is_empty() && p.words().starts_with(char::is_uppercase), "{p:?}: {} {}", p.key(), p.words());
                let alike = P::ALL.iter().filter(|other| other.key() == p.key() || other.words() == p.words());
                assert_eq!(alike.count(), 1, "{p:?}");
            }
        }
        of::<WorkspacePermission>();
        of::<OrgPermission>();
    }

    #[test]
    fn text_is_sorted_and_an_unknown_key_grants_nothing() {
        let set: WorkspaceSet = "kbs_query flows_run everything users_read".parse().unwrap();
        assert_eq!(set.to_string(), "flows_run kbs_query");
        let org: OrgSet = "flows_run".parse().unwrap();
        assert!(org.is_empty());
    }
}
