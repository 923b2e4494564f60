//! What went wrong, and the page that says so. A handler returns [`WebError`]; [`dress`] turns it into `error.html`, in the
//! shell of whoever asked, with the request's id.

use std::fmt;

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, StatusCode, header},
    middleware::Next,
};
use askama::Template;

use super::{
    App, Shell, origin, problem, refused, session_store,
    shell::Link,
    table::Ways,
    view::{Crumb, Face},
};
use crate::{
    access::{
        Permitted, Refused,
        explain::Denial,
        grants::Standing,
        need::{Missing, SignedIn},
        permission::OrgPermission,
    },
    base::text::lower_first,
    db, domain,
};

#[derive(Debug)]
pub enum WebError {
    /// Sign in first, then go on to this path.
    SignIn {
        next: String,
    },
    /// Give the password again, then go on to this path.
    Confirm {
        next: String,
    },
    /// The API: no key, or one that opens nothing.
    Unauthorized(String),
    Denied(Box<Denial>),
    NotFound,
    /// They may, and it cannot be done now: the sentence says why.
    Refusal(String),
    /// The request itself is wrong.
    BadRequest(String),
    /// The API: values that are wrong, by field; no field is the whole.
    Unprocessable(Vec<(String, String)>),
    /// A cross-site request, or one whose origin cannot be told.
    Forged,
    Unavailable(String),
    /// The database went away over it: all of it was done, or nothing.
    InDoubt(String),
    /// They have as much under way as one may have: the sentence says what.
    Busy(&'static str),
    Full,
    Fault(String),
}

impl WebError {
    pub fn bad_request(sentence: &str) -> Self {
        Self::BadRequest(sentence.to_owned())
    }

    /// A fault of ours: the log has the details, the page has the request's id.
    pub fn fault(e: &dyn fmt::Display) -> Self {
        Self::Fault(e.to_string())
    }
}

impl From<db::Error> for WebError {
    fn from(e: db::Error) -> Self {
        match e {
            db::Error::Unavailable(why) => Self::Unavailable(why),
            db::Error::InDoubt(why) => Self::InDoubt(why),
            db::Error::Full => Self::Full,
            db::Error::Duplicate | db::Error::Failed(_) => Self::fault(&e),
        }
    }
}

impl From<Refused> for WebError {
    fn from(e: Refused) -> Self {
        match e {
            Refused::NotSignedIn => Self::SignIn { next: String::new() },
            Refused::DeadKey(dead, _) => problem::dead(dead),
            Refused::NoWorkspaceNamed => {
                Self::Unprocessable(vec![("group_id".into(), "A system key belongs to no workspace. Name the one you mean: ?group_id=….".into())])
            }
            Refused::NotFound => Self::NotFound,
            Refused::Denied(denial) => Self::Denied(denial),
            Refused::Unconfirmed => Self::Confirm { next: String::new() },
            Refused::Database(e) => e.into(),
        }
    }
}

impl From<domain::Error> for WebError {
    fn from(e: domain::Error) -> Self {
        match e {
            domain::Error::Refused(e) => e.into(),
            domain::Error::NotFound => Self::NotFound,
            domain::Error::Unconfirmed => Self::Confirm { next: String::new() },
            domain::Error::Refusal(refusal) => Self::Refusal(refusal.to_string()),
            domain::Error::Invalid(problems) => Self::Refusal(problems.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(" ")),
            domain::Error::Database(e) => e.into(),
        }
    }
}

impl fmt::Display for WebError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.status_code())
    }
}

impl ResponseError for WebError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::SignIn { .. } | Self::Confirm { .. } => StatusCode::SEE_OTHER,
            Self::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            Self::Denied(_) | Self::Forged => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Refusal(_) => StatusCode::CONFLICT,
            Self::BadRequest(_) => StatusCode::BAD_REQUEST,
            Self::Unprocessable(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Busy(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Unavailable(_) | Self::InDoubt(_) | Self::Full => StatusCode::SERVICE_UNAVAILABLE,
            Self::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// Only the bones: [`dress`] makes the page, since it knows the request.
    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        match self {
            Self::SignIn { next } => response.insert_header((header::LOCATION, with_next("/sign-in", next))).finish(),
            Self::Confirm { next } => response.insert_header((header::LOCATION, with_next("/sign-in/again", next))).finish(),
            Self::Unauthorized(_) => response.insert_header((header::WWW_AUTHENTICATE, "Bearer")).finish(),
            Self::Unavailable(_) | Self::InDoubt(_) | Self::Full | Self::Busy(_) => response.insert_header((header::RETRY_AFTER, "5")).finish(),
            _ => response.finish(),
        }
    }
}

fn with_next(path: &str, next: &str) -> String {
    if next.is_empty() || next == "/" {
        return path.to_owned();
    }
    format!("{path}?next={}", url::form_urlencoded::byte_serialize(next.as_bytes()).collect::<String>())
}

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    shell: Shell,
    title: String,
    say: String,
    crumbs: Vec<Crumb>,
    refusal: Option<RefusalView>,
    back: Option<Link>,
    request: String,
}

struct RefusalView {
    role: String,
    missing: String,
    key: String,
    smallest: String,
    givers: Vec<GiverView>,
}

struct GiverView {
    face: Face,
    href: String,
    small: String,
}

/// Middleware: gives every answer that is an error its page.
pub async fn dress(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse, actix_web::Error> {
    let app = request.app_data::<super::doors::Handle>().map(|handle| handle.0.clone());
    let response = next.call(request).await?;
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return Ok(response.map_into_boxed_body());
    }
    let Some(app) = app else { return Ok(response.map_into_boxed_body()) };
    refused::tell(&app, &response);
    if response.headers().contains_key(header::CONTENT_TYPE) {
        return Ok(response.map_into_boxed_body());
    }
    let (http, bones) = response.into_parts();
    let unexpected = unexpected(status);
    let error = bones.error().and_then(|e| e.as_error::<WebError>()).unwrap_or(&unexpected);
    let id = origin::request_id(&http);
    if let WebError::Fault(why) | WebError::Unavailable(why) | WebError::InDoubt(why) = error {
        tracing::error!(request_id = %id, error = db::one_line(why), "a request failed");
    }
    let mut answer = HttpResponse::build(status);
    for (name, value) in bones.headers() {
        answer.append_header((name.clone(), value.clone()));
    }
    if problem::is_api(http.path()) {
        let answer = problem::answer(answer, status, error, &id);
        return Ok(ServiceResponse::new(http, answer));
    }
    let answer = match page_of(&http, &app, error, id).await.render() {
        Ok(html) => answer.content_type("text/html; charset=utf-8").body(html),
        Err(e) => {
            tracing::error!(error = %e, "the error page itself failed");
            answer.content_type("text/plain; charset=utf-8").body("Something went wrong.")
        }
    };
    Ok(ServiceResponse::new(http, answer))
}

/// An error of actix itself: no such address, a method that is not allowed, a request that cannot be read.
fn unexpected(status: StatusCode) -> WebError {
    match status {
        StatusCode::NOT_FOUND => WebError::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => WebError::bad_request("This address does not take this kind of request."),
        s if s.is_client_error() => WebError::bad_request("The request cannot be read."),
        s => WebError::Fault(s.to_string()),
    }
}

async fn page_of(request: &HttpRequest, app: &App, error: &WebError, id: String) -> ErrorPage {
    let down = matches!(error, WebError::Unavailable(_) | WebError::InDoubt(_) | WebError::Full);
    let (shell, standing) = if down { (Shell::bare("", ""), None) } else { shell_of(request, app).await };
    let signed_in = shell.me.is_some();
    let home = || {
        Some(if signed_in {
            Link { label: "Go to your workspace".into(), href: "/".into() }
        } else {
            Link { label: "Sign in".into(), href: "/sign-in".into() }
        })
    };
    let (title, say, back) = match error {
        WebError::Denied(denial) => {
            let (title, say) = denied(denial);
            (title, say, home())
        }
        WebError::NotFound => {
            ("There is nothing at this address".into(), "It may have been mistyped, removed, or belong to a workspace you are not in.".into(), home())
        }
        WebError::Refusal(why) => {
            let back = request.app_data::<Ways>().and_then(|ways| ways.back(request.method(), request.path(), standing.as_ref()));
            let back = back.map(|href| Link { label: "Go back".into(), href }).or_else(home);
            if *request.method() == Method::GET {
                ("This cannot be done now".into(), why.clone(), back)
            } else {
                ("This was not done".into(), format!("{why} Nothing was changed."), back)
            }
        }
        WebError::BadRequest(why) => ("This request cannot be read".into(), format!("{why} Nothing was changed."), home()),
        WebError::Forged => (
            "This request came from another site".into(),
            "To keep you safe, only pages of this console may change things here. Open the console itself and try again. Nothing was changed.".into(),
            home(),
        ),
        WebError::Unavailable(_) => ("The database cannot be reached".into(), "Nothing was changed. Try again in a few seconds.".into(), None),
        WebError::InDoubt(_) => (
            "The database went away while this was saved".into(),
            "It was done whole or not at all. Wait a few seconds, then look whether it is there before you do it again.".into(),
            None,
        ),
        WebError::Busy(why) => ("Too much at once".into(), format!("{why} Nothing was changed."), home()),
        WebError::Full => ("Storage is full".into(), "Nothing was changed. Whoever runs this console has to make room first.".into(), None),
        _ => (
            "Something went wrong".into(),
            "It is our fault, not yours, and nothing was changed. Try again; if it stays, tell support the request number below.".into(),
            home(),
        ),
    };
    let refusal = match error {
        WebError::Denied(denial) => Some(refusal_view(denial)),
        _ => None,
    };
    ErrorPage { shell: shell.at(title.clone(), super::Nav::None), title, say, crumbs: Vec::new(), refusal, back, request: id }
}

/// The shell of whoever asked, and what they may do; a bare one for nobody. It never depends on the address asked for.
async fn shell_of(request: &HttpRequest, app: &App) -> (Shell, Option<Standing>) {
    let caller = session_store::caller(request);
    let loaded = app
        .database
        .read(move |c| {
            let me = Permitted::<SignedIn>::judge(c, &caller, None).ok();
            match me.as_ref().and_then(|me| Some((me.standing(), me.session()?))) {
                Some((standing, session)) => Shell::load(c, standing, session, None).map(|shell| (shell, Some(standing.clone()))),
                None => domain::organization::load(c).map(|o| (Shell::bare(&o.name, &o.support), None)),
            }
            .map_err(WebError::from)
        })
        .await;
    let (mut shell, standing) = loaded.unwrap_or_else(|_| (Shell::bare("", ""), None));
    shell.notice = None;
    (shell, standing)
}

fn refusal_view(denial: &Denial) -> RefusalView {
    let sees_people = denial.standing.organization.has(OrgPermission::UsersRead);
    let in_workspace = matches!(denial.missing, Missing::Workspace(_));
    let given = match denial.standing.place() {
        Some(place) if in_workspace => place.membership.as_ref().map(|m| m.name.clone()),
        _ => Some(denial.standing.role.name.clone()),
    };
    RefusalView {
        role: given.unwrap_or_default(),
        missing: if denial.missing == Missing::Nothing { "A role in this workspace".to_owned() } else { denial.missing.words().to_owned() },
        key: denial.missing.key().to_owned(),
        smallest: denial.smallest_role.clone().unwrap_or_default(),
        givers: denial
            .givers
            .iter()
            .map(|g| GiverView {
                face: Face::of(&g.id, &g.name, if sees_people { &g.email } else { "" }, g.avatar.as_ref()),
                href: if sees_people { format!("/settings/users/{}", g.id) } else { String::new() },
                small: g.role.clone(),
            })
            .collect(),
    }
}

/// Title and sentence of a refusal.
fn denied(denial: &Denial) -> (String, String) {
    let place = denial.standing.place().map(|p| p.name.as_str());
    match (denial.missing, place) {
        (Missing::Nothing, place) => (
            format!("You are not in {}", place.unwrap_or("it")),
            "Your organization role lets you manage workspaces. To work in this one, somebody has to add you to it.".to_owned(),
        ),
        (missing, place) => {
            let what = lower_first(missing.words());
            let what = match place {
                Some(name) if what.ends_with("the workspace") => what.replace("the workspace", name),
                Some(name) => format!("{what} in {name}"),
                None => what,
            };
            (format!("You may not {what}"), format!("{} needs a permission that your role does not have. Nothing was changed.", gerund(missing.words())))
        }
    }
}

/// "See people" as "Seeing people".
fn gerund(words: &str) -> String {
    let (verb, rest) = words.split_once(' ').unwrap_or((words, ""));
    let verb = match verb {
        "See" => "Seeing".to_owned(),
        "Run" => "Running".to_owned(),
        v if v.ends_with('e') => format!("{}ing", &v[..v.len() - 1]),
        v => format!("{v}ing"),
    };
    format!("{verb} {rest}")
}
