//! Ids: UUIDv7, minted here and stored as text. Each kind of thing has its own type, so that they cannot be mixed up.

use std::{fmt, str::FromStr};

/// The text is not a UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not an id")
    }
}

impl std::error::Error for NotAnId {}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(try_from = "String", into = "String")]
        #[schema(format = "uuid")]
        pub struct $name(String);

        impl $name {
            /// A new id; later ones sort after earlier ones.
            #[allow(clippy::new_without_default)]
            pub fn new() -> Self {
                Self(uuid::Uuid::now_v7().to_string())
            }

            /// An id that was kept: only ids are. A page reads hundreds.
            pub fn trusted(text: String) -> Self {
                Self(text)
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// One of the twelve hues of avatars and marks.
            pub fn hue(&self) -> u8 {
                (self.0.bytes().fold(7u32, |sum, b| sum.wrapping_mul(31).wrapping_add(u32::from(b))) % 12) as u8
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        /// Only the hyphenated lower-case spelling counts: an id has one address.
        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let id = uuid::Uuid::try_parse(text).map_err(|_| NotAnId)?.to_string();
                if id == text { Ok(Self(id)) } else { Err(NotAnId) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;
            fn try_from(text: String) -> Result<Self, NotAnId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.0
            }
        }
    )+};
}

ids! {
    /// A person or a service account.
    UserId;
    WorkspaceId;
    RoleId;
    InvitationId;
    DraftId;
    /// A row of the audit.
    AuditId;
    /// A mail that is to be sent.
    LetterId;
    /// A role that was to be given at acceptance and was withheld.
    WithheldId;
    /// A link in mail about one's own account; its token is derived.
    LinkId;
    /// An API key; its secret is something else.
    KeyId;
    FlowId;
}
