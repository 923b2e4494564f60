//! Enums that stand in a column as one word.

/// `words! { Status { Active "active", … } }`: the enum, its text, and its column.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$about:meta])* $variant:ident $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$about])* $variant),+ }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;
            fn from_str(text: &str) -> Result<Self, String> {
                match text { $($word => Ok(Self::$variant),)+ _ => Err(format!("unknown {}: {text}", stringify!($name))) }
            }
        }

        $crate::text_column!($name);
    };
}
pub(in crate::domain) use words;
