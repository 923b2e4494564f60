//! What everything else is made of: ids, the clock, parsed text, secrets and tokens. Knows no database, no web, no setting.

pub mod clock;
pub mod html;
pub mod ids;
pub mod key;
pub mod password;
pub mod picture;
pub mod secret;
pub mod text;
pub mod token;
