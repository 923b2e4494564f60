//! `/v1/workflows`: the flows of a workspace. A definition is answered byte for byte as it came.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{
    IntoParams, PartialSchema, ToSchema,
    openapi::{
        RefOr, Schema,
        schema::{ArrayBuilder, Object, ObjectBuilder, SchemaType, Type},
    },
};

use crate::{
    access::{
        Permitted,
        need::{SeeFlows, WorkspaceNeed},
        permission::here,
    },
    base::{
        ids::{FlowId, WorkspaceId},
        text::FlowName,
    },
    db::Connection,
    domain::{
        Error,
        flows::{self, Change, Definition, Flow, Kind, NewFlow, Weighed},
    },
    web::{
        api::v1::{BUSY, Done, LARGE, name, some_name},
        kit::{
            At, Calls, Json, JsonAnswer, LargeAnswer, Query, json, json_in,
            numbered::{self, Items},
        },
    },
};

/// A flow, as clients know it.
#[derive(Serialize, ToSchema)]
pub struct Workflow {
    id: FlowId,
    name: String,
    r#type: String,
    group_id: WorkspaceId,
    #[schema(schema_with = definition)]
    definition: Box<RawValue>,
}

impl Workflow {
    fn of<N: WorkspaceNeed>(may: &Permitted<N>, flow: Flow) -> Result<Self, Error> {
        let kept = |e: serde_json::Error| Error::Database(crate::db::Error::Failed(format!("the definition of a flow is no JSON: {e}")));
        Ok(Self {
            id: flow.id,
            name: flow.name,
            r#type: flow.kind.to_string(),
            group_id: may.workspace().id.clone(),
            definition: RawValue::from_string(flow.definition.into()).map_err(kept)?,
        })
    }
}

/// What is posted. Names it does not know are let pass, such as `error_handler`.
#[derive(Deserialize, ToSchema)]
pub struct WorkflowInput {
    #[schema(schema_with = some_name)]
    name: Option<String>,
    #[schema(pattern = "^[a-z0-9_-]{1,40}$")]
    r#type: Option<String>,
    /// The workspace that the key is for, or that the address names.
    #[schema(format = "uuid")]
    group_id: Option<String>,
    #[schema(schema_with = some_definition)]
    definition: Option<Box<RawValue>>,
}

/// The same where something new is posted: name and definition have to be there.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct NewWorkflow(WorkflowInput);

impl PartialSchema for NewWorkflow {
    fn schema() -> RefOr<Schema> {
        let mut schema = WorkflowInput::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.properties.extend([("name".to_owned(), name().into()), ("definition".to_owned(), definition().into())]);
            object.required = vec!["name".to_owned(), "definition".to_owned()];
        }
        schema
    }
}

impl ToSchema for NewWorkflow {}

fn defined(kind: SchemaType) -> Object {
    let list = ArrayBuilder::new().items(Object::with_type(SchemaType::AnyValue)).build();
    let object = ObjectBuilder::new().schema_type(kind).property("nodes", list.clone()).property("edges", list);
    object.required("nodes").required("edges").description(Some("At most 1 MiB, and 100 levels deep.")).build()
}

/// A definition in the document.
fn definition() -> Object {
    defined(Type::Object.into())
}

fn some_definition() -> Object {
    defined(SchemaType::from_iter([Type::Object, Type::Null]))
}

type Wrong = Vec<(&'static str, String)>;

impl WorkflowInput {
    /// What is given, parsed. What is `null` is not given.
    fn change<N: WorkspaceNeed>(&self, may: &Permitted<N>) -> Result<Change, Wrong> {
        let mut wrong = Wrong::new();
        let mut keep = |field, e: String| wrong.push((field, e));
        let name = self.name.as_deref().and_then(|name| FlowName::parse(name).map_err(|e| keep("name", e)).ok());
        let kind = self.r#type.as_deref().and_then(|kind| kind.parse().map_err(|e| keep("type", e)).ok());
        let definition = self.definition.as_ref().and_then(|text| Definition::parse(text.get()).map_err(|e| keep("definition", e.to_string())).ok());
        if self.group_id.as_deref().is_some_and(|id| id != may.workspace().id.as_str()) {
            keep("group_id", "This is another workspace than the one the key is for, or than the one the address names.".to_owned());
        }
        if wrong.is_empty() { Ok(Change { name, kind, definition }) } else { Err(wrong) }
    }

    fn new_flow<N: WorkspaceNeed>(&self, may: &Permitted<N>) -> Result<NewFlow, Error> {
        let (change, mut wrong) = match self.change(may) {
            Ok(change) => (change, Wrong::new()),
            Err(wrong) => (Change::default(), wrong),
        };
        if self.name.is_none() {
            wrong.push(("name", "The flow’s name is missing.".to_owned()));
        }
        if self.definition.is_none() {
            wrong.push(("definition", "The definition is missing. The smallest one is {\"nodes\": [], \"edges\": []}.".to_owned()));
        }
        match (change.name, change.definition) {
            (Some(name), Some(definition)) if wrong.is_empty() => Ok(NewFlow { name, kind: change.kind.unwrap_or_default(), definition }),
            _ => Err(Error::Invalid(wrong)),
        }
    }
}

#[derive(Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ListAsked {
    /// Only flows of this type.
    r#type: Option<String>,
    /// Which page, from 1.
    #[param(value_type = i32, minimum = 1, required = false)]
    page: Option<String>,
    /// How many items it has: 50 unless told.
    #[param(value_type = i32, minimum = 1, maximum = 100, required = false)]
    size: Option<String>,
    /// The same as `size`.
    #[param(value_type = i32, minimum = 1, maximum = 100, required = false)]
    page_size: Option<String>,
}

/// From how many bytes of definitions on an answer is large.
const HEAVY: usize = 256 << 10;

pub async fn list(calls: Calls<SeeFlows>, Query(asked): Query<ListAsked>) -> LargeAnswer<Items<Workflow>> {
    let page = numbered::Asked { page: asked.page, size: asked.size, page_size: asked.page_size }.page()?;
    let (skip, size) = (page.skip(), page.size);
    let weighed = calls.look_up(move |c, may| {
        // A type that cannot be one is that of no flow.
        let kind = match asked.r#type.as_deref().map(str::parse::<Kind>) {
            Some(Err(_)) => return Ok(Ok((Vec::new(), 0))),
            given => given.and_then(Result::ok),
        };
        let found = flows::weigh(c, may, kind.as_ref(), skip, size)?;
        if found.bytes > HEAVY { Ok(Err((may.id().clone(), found))) } else { rows(c, may, &found).map(Ok) }
    });
    let (place, (rows, total)) = match weighed.await? {
        Ok(light) => (None, light),
        // Not read before there is room for it.
        Err((owner, heavy)) => (Some(LARGE.enter(&owner, BUSY).await?), calls.read(move |c, may| rows(c, may, &heavy)).await?),
    };
    json_in(place, &page.of(rows, total))
}

fn rows(c: &mut Connection, may: &Permitted<SeeFlows>, found: &Weighed) -> Result<(Vec<Workflow>, i64), Error> {
    let found = flows::numbered(c, may, found)?;
    let rows = found.rows.into_iter().map(|flow| Workflow::of(may, flow)).collect::<Result<Vec<_>, _>>()?;
    Ok((rows, found.total))
}

pub async fn create(calls: Calls<here::FlowsEdit>, Json(NewWorkflow(input)): Json<NewWorkflow>) -> JsonAnswer<Workflow> {
    let created = calls.write(move |tx, may| {
        let id = flows::create(tx, may, &input.new_flow(may)?)?;
        Workflow::of(may, flows::read_back(tx, may, &id)?)
    });
    json(&created.await?)
}

pub async fn read(calls: Calls<SeeFlows>, At(id): At<FlowId>) -> LargeAnswer<Workflow> {
    let read = calls.look_up(move |c, may| Ok((may.id().clone(), Workflow::of(may, flows::find(c, may, &id)?.ok_or(Error::NotFound)?)?)));
    let (owner, flow) = read.await?;
    let place = if flow.definition.get().len() > HEAVY { Some(LARGE.enter(&owner, BUSY).await?) } else { None };
    json_in(place, &flow)
}

pub async fn change(calls: Calls<here::FlowsEdit>, At(id): At<FlowId>, Json(input): Json<WorkflowInput>) -> JsonAnswer<Workflow> {
    let changed = calls.write(move |tx, may| {
        // Whether there is such a flow comes first: of another's nothing is judged.
        flows::read_back(tx, may, &id)?;
        flows::change(tx, may, &id, &input.change(may).map_err(Error::Invalid)?)?;
        Workflow::of(may, flows::read_back(tx, may, &id)?)
    });
    json(&changed.await?)
}

pub async fn remove(calls: Calls<here::FlowsDelete>, At(id): At<FlowId>) -> JsonAnswer<Done> {
    calls.write(move |tx, may| flows::delete(tx, may, &id).map(drop)).await?;
    json(&Done::DONE)
}
