//! `/v1`, as clients of the platform speak it: every success has a JSON body, every error is `application/problem+json`.

pub mod admin;
pub mod nodes;
pub mod workflows;
