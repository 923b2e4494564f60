//! What programs speak: JSON, with a key. The same acts as the pages'.

pub mod v1;
