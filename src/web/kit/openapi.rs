//! The API's document (OpenAPI 3.1), made of the table of routes. What a call takes and answers is told by the types of its handler,
//! so the document says what there is.

use std::collections::BTreeSet;

use actix_web::http::{Method, StatusCode};
use utoipa::{
    PartialSchema as _, ToSchema,
    openapi::{
        Components, Content, Header, HttpMethod, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, Paths, Ref, RefOr, Required, Response, ResponseBuilder,
        Schema,
        link::LinkBuilder,
        path::{Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn},
        request_body::RequestBodyBuilder,
        schema::{Object, ObjectBuilder, SchemaFormat, Type},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use super::{
    problem::{self, Problem},
    table::Line,
};

const ABOUT: &str = "People, workspaces, roles, keys and flows of this console, for programs with an API key. Every error is \
                     application/problem+json. Each address that takes GET takes HEAD; any other method than its own is answered 405, with Allow.";

/// What a handler takes or answers.
pub trait Told {
    fn tell(call: &mut Call);
}

/// A call, as its handler's types tell it.
#[derive(Default)]
pub struct Call {
    parameters: Vec<Parameter>,
    body: Option<RefOr<Schema>>,
    answer: Option<RefOr<Schema>>,
    refusals: BTreeSet<StatusCode>,
    /// Whether it is judged in a workspace that the query names, unless the path does.
    names_workspace: bool,
    schemas: Vec<(String, RefOr<Schema>)>,
}

impl Call {
    pub fn is_refused(&mut self, statuses: impl IntoIterator<Item = StatusCode>) {
        self.refusals.extend(statuses);
    }

    pub fn names_workspace(&mut self) {
        self.names_workspace = true;
    }

    pub fn asks(&mut self, parameters: Vec<Parameter>) {
        self.parameters.extend(parameters);
    }

    pub fn takes<T: ToSchema>(&mut self) {
        self.body = Some(self.schema_of::<T>());
    }

    pub fn answers<T: ToSchema>(&mut self) {
        self.answer = Some(self.schema_of::<T>());
    }

    /// By its name, but for a list, which has none.
    fn schema_of<T: ToSchema>(&mut self) -> RefOr<Schema> {
        T::schemas(&mut self.schemas);
        match T::schema() {
            list @ RefOr::T(Schema::Array(_)) => list,
            named => {
                self.schemas.push((T::name().into_owned(), named));
                Ref::from_schema_name(T::name()).into()
            }
        }
    }
}

/// The document of the API's lines among these.
pub fn document(lines: &[Line]) -> OpenApi {
    let mut components = Components::new();
    let mut paths = Paths::new();
    let mut refusals: BTreeSet<StatusCode> = BTreeSet::new();
    for line in lines.iter().filter(|line| problem::is_api(line.path)) {
        let mut call = Call::default();
        line.tell(&mut call);
        call.is_at(line);
        refusals.extend(&call.refusals);
        components.schemas.extend(std::mem::take(&mut call.schemas));
        paths.add_path_operation(line.path, vec![verb(&line.method)], call.operation(line, lines));
    }
    let mut named = vec![(Problem::name().into_owned(), Problem::schema())];
    Problem::schemas(&mut named);
    components.schemas.extend(named);
    components.responses.extend(refusals.into_iter().map(|status| (status.as_str().to_owned(), refusal(status).into())));
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("noxus_…").build();
    let header = SecurityScheme::ApiKey(ApiKey::Header(ApiKeyValue::new("X-API-Key")));
    components.security_schemes.extend([("bearer".to_owned(), SecurityScheme::Http(bearer).into()), ("header".to_owned(), header.into())]);
    let license = LicenseBuilder::new().name(env!("CARGO_PKG_LICENSE")).identifier(Some(env!("CARGO_PKG_LICENSE"))).build();
    let info = InfoBuilder::new().title(env!("CARGO_PKG_NAME")).version(env!("CARGO_PKG_VERSION")).description(Some(ABOUT)).license(Some(license));
    OpenApiBuilder::new().info(info.build()).paths(paths).components(Some(components)).build()
}

impl Call {
    /// What the table says by itself: ids in the path, and whether it is an act.
    fn is_at(&mut self, line: &Line) {
        for hole in holes(line.path) {
            let parameter = ParameterBuilder::new().name(hole).parameter_in(ParameterIn::Path).required(Required::True).schema(Some(id()));
            self.parameters.push(parameter.build());
            self.is_refused([StatusCode::NOT_FOUND]);
        }
        if self.names_workspace && !line.path.contains("{workspace}") {
            let about = "The workspace that is meant. A workspace’s key means its own without being told.";
            let parameter = ParameterBuilder::new().name("group_id").parameter_in(ParameterIn::Query).description(Some(about)).schema(Some(id()));
            self.parameters.push(parameter.build());
            self.is_refused([StatusCode::NOT_FOUND]);
        }
        if !line.method.is_safe() {
            self.is_refused([StatusCode::CONFLICT]);
        }
    }

    fn operation(self, line: &Line, lines: &[Line]) -> Operation {
        let keys = ["bearer", "header"].map(|way| SecurityRequirement::new(way, [""; 0]));
        let answer = self.answer.clone().unwrap_or_else(|| Object::new().into());
        let mut done = ResponseBuilder::new().description("Done").content("application/json", Content::new(Some(answer))).header("X-Request-Id", text());
        if line.method == Method::POST {
            for item in lines.iter().filter(|item| is_item_of(line.path, item.path)) {
                done = done.link(operation_id(item), self.link(line.path, item));
            }
        }
        let mut operation = OperationBuilder::new()
            .operation_id(Some(operation_id(line)))
            .summary(Some(line.about))
            .parameters((!self.parameters.is_empty()).then_some(self.parameters))
            .securities(Some(keys.into_iter().filter(|_| line.by_key)))
            .response("200", done.build());
        if let Some(body) = self.body {
            let body = RequestBodyBuilder::new().required(Some(Required::True)).content("application/json", Content::new(Some(body)));
            operation = operation.request_body(Some(body.build()));
        }
        for status in self.refusals {
            operation = operation.response(status.as_str(), Ref::from_response_name(status.as_str()));
        }
        operation.build()
    }

    /// How what was made is asked for.
    fn link(&self, made_at: &str, item: &Line) -> utoipa::openapi::link::Link {
        let mut link = LinkBuilder::new().operation_id(operation_id(item));
        for hole in holes(item.path) {
            let known = made_at.contains(&format!("{{{hole}}}"));
            link = link.parameter(hole, if known { format!("$request.path.{hole}") } else { "$response.body#/id".to_owned() });
        }
        if self.parameters.iter().any(|parameter| parameter.name == "group_id") {
            link = link.parameter("group_id", "$request.query.group_id");
        }
        link.build()
    }
}

/// The names in braces of a path.
fn holes(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}

/// Whether an address is that of one thing in a collection.
fn is_item_of(collection: &str, path: &str) -> bool {
    path.strip_prefix(collection).and_then(|rest| rest.strip_prefix('/')).is_some_and(|rest| rest.starts_with('{') && !rest.contains('/'))
}

/// `GET /v1/workflows/{flow}` as `get_workflows_flow`.
fn operation_id(line: &Line) -> String {
    let words = line.path.trim_start_matches("/v1/").split(['/', '-', '.']).map(|word| word.trim_matches(['{', '}']));
    std::iter::once(line.method.as_str().to_lowercase().as_str()).chain(words).collect::<Vec<_>>().join("_")
}

fn verb(method: &Method) -> HttpMethod {
    match method.as_str() {
        "POST" => HttpMethod::Post,
        "PATCH" => HttpMethod::Patch,
        "DELETE" => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

fn id() -> Object {
    ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::Custom("uuid".to_owned()))).build()
}

fn text() -> Header {
    Header::new(ObjectBuilder::new().schema_type(Type::String).build())
}

fn refusal(status: StatusCode) -> Response {
    let problem = Content::new(Some(Ref::from_schema_name(Problem::name())));
    let response = ResponseBuilder::new().description(meaning(status)).content("application/problem+json", problem).header("X-Request-Id", text());
    match status {
        StatusCode::UNAUTHORIZED => response.header("WWW-Authenticate", text()).build(),
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => response.header("Retry-After", text()).build(),
        _ => response.build(),
    }
}

fn meaning(status: StatusCode) -> &'static str {
    match status {
        StatusCode::BAD_REQUEST => "The request cannot be read: no JSON, another content type, too large, two keys.",
        StatusCode::UNAUTHORIZED => "No key, or one that opens nothing: unknown, revoked, expired, its owner not active.",
        StatusCode::FORBIDDEN => "The key may not. detail names the permission, and whether key or owner lack it.",
        StatusCode::NOT_FOUND => "Nothing there, or nothing that this key may know of.",
        StatusCode::CONFLICT => "Not now: the address is somebody’s already, or more would be given than is held. Nothing was changed.",
        StatusCode::UNPROCESSABLE_ENTITY => "Values are wrong. errors names each.",
        StatusCode::TOO_MANY_REQUESTS => "As many large answers as one may have are under way.",
        StatusCode::SERVICE_UNAVAILABLE => "The database is away or full. detail says that nothing was changed, or to look before asking again.",
        _ => status.canonical_reason().unwrap_or_default(),
    }
}
