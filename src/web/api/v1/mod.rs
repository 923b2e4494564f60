//! `/v1`, as clients of the platform speak it: every success has a JSON body, every error is `application/problem+json`.

pub mod admin;
pub mod nodes;
pub mod workflows;

use serde::Serialize;
use utoipa::{
    ToSchema,
    openapi::schema::{Object, ObjectBuilder, SchemaType, Type},
};

use crate::{
    base::text::{NAME_LIMIT, name_pattern},
    web::kit::Room,
};

/// Large answers each person's keys may have under way.
static LARGE: Room = Room::new(4);
const BUSY: &str = "As many large answers as one may have at a time are under way to keys of this owner.";

/// What is answered where there is nothing more to say.
#[derive(Serialize, ToSchema)]
pub struct Done {
    success: bool,
}

impl Done {
    const DONE: Self = Self { success: true };
}

fn named(kind: SchemaType) -> Object {
    ObjectBuilder::new().schema_type(kind).min_length(Some(1)).max_length(Some(NAME_LIMIT)).pattern(Some(name_pattern())).build()
}

/// A name in the document.
fn name() -> Object {
    named(Type::String.into())
}

/// A name that may be left out.
fn some_name() -> Object {
    named(SchemaType::from_iter([Type::String, Type::Null]))
}
