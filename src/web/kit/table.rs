//! What the table of routes is written with. A line says method, path and need; the handler's door must be of that very need,
//! or it does not compile. Only what stands in the table is mounted.

use std::{marker::PhantomData, sync::Arc};

use actix_web::{
    FromRequest, Handler, HttpResponse, Resource, Responder, Route,
    dev::ServiceRequest,
    http::{Method, header},
    web,
};

use super::{
    assets,
    doors::{Calls, May, Visitor},
    error::WebError,
    openapi::{Call, Told},
};
use crate::access::{
    grants::Standing,
    need::{Confirmed, Need},
};

/// One line of the table.
pub struct Line {
    pub method: Method,
    pub path: &'static str,
    /// Whether it is the API's: let in by a key, never by a cookie.
    pub by_key: bool,
    /// What it is for, in the document of the API.
    pub about: &'static str,
    open_to: OpenTo,
    tell: fn(&mut Call),
    mount: Box<dyn FnOnce(Resource) -> Resource>,
}

impl Line {
    /// Says what it is for: every line of the API does.
    pub fn about(self, about: &'static str) -> Self {
        Self { about, ..self }
    }

    /// Tells what its handler takes and answers, if it is the API's.
    pub fn tell(&self, call: &mut Call) {
        (self.tell)(call);
    }
}

/// What a line asks for, as it is written in the table.
pub trait Asked: 'static {
    const BY_KEY: bool = false;

    /// Whether it is met by somebody who is signed in, or by nobody. A need of a workspace is not, outside of one.
    fn open_to(_: Option<&Standing>) -> bool {
        true
    }
}

/// Anybody: what may be done is decided by the pass that the act asks for.
pub struct Public;
/// Whoever holds the set-up link, while there is no organization.
pub struct SetUpLink;
/// Whoever holds an invitation's link.
pub struct InvitationLink;
/// Whoever holds a link in mail about an account.
pub struct AccountLink;
/// A need of the API, asked of the key in the header.
pub struct ByKey<N>(PhantomData<fn() -> N>);
pub fn key<N: Need>(_: N) -> ByKey<N> {
    ByKey(PhantomData)
}
/// A need, and the password given lately.
pub fn sure<N: Need>(need: N) -> Confirmed<N> {
    Confirmed(need)
}

impl Asked for Public {}
impl Asked for SetUpLink {}
impl Asked for InvitationLink {}
impl Asked for AccountLink {}
impl<N: Need> Asked for ByKey<N> {
    const BY_KEY: bool = true;
}
impl<N: Need> Asked for N {
    fn open_to(standing: Option<&Standing>) -> bool {
        standing.is_some_and(N::met)
    }
}

/// A handler's arguments that begin with a door for `A`. Those of the API tell what they take.
pub trait Behind<A> {
    fn tell(_: &mut Call) {}
}

macro_rules! behind {
    ($($rest:ident),*) => {
        impl<N: Need, $($rest),*> Behind<N> for (May<N>, $($rest,)*) {}
        impl<N: Need, $($rest: Told),*> Behind<ByKey<N>> for (Calls<N>, $($rest,)*) {
            fn tell(call: &mut Call) {
                Calls::<N>::tell(call);
                $($rest::tell(call);)*
            }
        }
        impl<$($rest),*> Behind<Public> for (Visitor, $($rest,)*) {}
        impl<$($rest),*> Behind<SetUpLink> for (Visitor, $($rest,)*) {}
        impl<$($rest),*> Behind<InvitationLink> for (Visitor, $($rest,)*) {}
        impl<$($rest),*> Behind<AccountLink> for (Visitor, $($rest,)*) {}
    };
}
behind!();
behind!(R1);
behind!(R1, R2);
behind!(R1, R2, R3);

/// What a handler of a line for `A` answers. Those of the API answer what can be told.
pub trait Answers<A>: Responder + 'static {
    fn tell(_: &mut Call) {}
}
impl<N: Need, R: Responder + 'static> Answers<N> for R {}
impl<R: Responder + 'static> Answers<Public> for R {}
impl<R: Responder + 'static> Answers<SetUpLink> for R {}
impl<R: Responder + 'static> Answers<InvitationLink> for R {}
impl<R: Responder + 'static> Answers<AccountLink> for R {}
impl<N: Need, T: Responder + Told + 'static> Answers<ByKey<N>> for Result<T, WebError> {
    fn tell(call: &mut Call) {
        T::tell(call);
    }
}

/// The verbs a line begins with.
macro_rules! verbs {
    ($($verb:ident $method:ident),+) => {$(
        pub fn $verb<A, F, Args>(path: &'static str, need: A, handler: F) -> Line
        where
            A: Asked,
            F: Handler<Args>,
            Args: FromRequest + Behind<A> + 'static,
            F::Output: Answers<A>,
        {
            line(Method::$method, path, need, handler)
        }
    )+};
}
verbs!(get GET, post POST, patch PATCH, delete DELETE);

fn line<A, F, Args>(method: Method, path: &'static str, _: A, handler: F) -> Line
where
    A: Asked,
    F: Handler<Args>,
    Args: FromRequest + Behind<A> + 'static,
    F::Output: Answers<A>,
{
    let verb = method.clone();
    let mount = Box::new(move |resource: Resource| {
        let resource = resource.route(web::method(verb.clone()).to(handler.clone()));
        // A page answers HEAD as it answers GET, without the body.
        if verb == Method::GET { resource.route(web::head().to(handler)) } else { resource }
    });
    let tell = |call: &mut Call| {
        <Args as Behind<A>>::tell(call);
        <F::Output as Answers<A>>::tell(call);
    };
    Line { method, path, by_key: A::BY_KEY, about: "", open_to: A::open_to, tell, mount }
}

/// Mounts the table: one resource a path, so that an unknown method is told from an unknown address. Those without a hole come
/// first: they are compared as they stand, where for each of the others a regular expression is tried.
pub fn mount(mut lines: Vec<Line>, service: &mut web::ServiceConfig) {
    lines.sort_by_key(|line| line.path.contains('{'));
    service.app_data(Ways::of(&lines));
    let mut addresses: Vec<(&'static str, Vec<Line>)> = Vec::new();
    for line in lines {
        match addresses.iter_mut().find(|(path, _)| *path == line.path) {
            Some((_, there)) => there.push(line),
            None => addresses.push((line.path, vec![line])),
        }
    }
    for (path, lines) in addresses {
        let methods = lines.iter().flat_map(|line| Some(line.method.clone()).into_iter().chain((line.method == Method::GET).then_some(Method::HEAD)));
        let others = only(methods.collect());
        let resource = lines.into_iter().fold(web::resource(path), |resource, line| (line.mount)(resource));
        service.service(resource.default_service(others));
    }
}

/// What an address answers to other methods: which it takes (RFC 9110, section 15.5.6).
pub fn only(methods: Vec<Method>) -> Route {
    let allow = header::Allow(methods);
    web::to(move || std::future::ready(HttpResponse::MethodNotAllowed().insert_header(allow.clone()).finish()))
}

/// The pattern of the address a request is for: of the table, of the assets, or "none".
pub fn pattern(request: &ServiceRequest) -> &'static str {
    let path = request.path();
    let of_table = request.app_data::<Ways>().and_then(|ways| ways.pattern(path));
    of_table.or_else(|| assets::pattern(path)).unwrap_or("none")
}

/// Every address in the order they are looked up in, and for whom it has a page, if it has one.
#[derive(Clone)]
pub struct Ways(Arc<[(&'static str, Option<OpenTo>)]>);

/// Whether something is open to somebody who is signed in, or to nobody.
type OpenTo = fn(Option<&Standing>) -> bool;

impl Ways {
    fn of(lines: &[Line]) -> Self {
        let mut all: Vec<(&'static str, Option<OpenTo>)> = Vec::new();
        for line in lines {
            let page = (line.method == Method::GET && !line.by_key).then_some(line.open_to);
            match all.iter_mut().find(|(path, _)| *path == line.path) {
                Some((_, open_to)) => *open_to = open_to.or(page),
                None => all.push((line.path, page)),
            }
        }
        Self(all.into())
    }

    /// The way back from something that was refused at a path: to the nearest page above it that is open to whoever asked, which
    /// is the one it is about. What was posted may have nothing above it but its own form.
    pub fn back(&self, method: &Method, path: &str, standing: Option<&Standing>) -> Option<String> {
        let above = std::iter::successors(path.rsplit_once('/'), |(above, _)| above.rsplit_once('/')).map(|(above, _)| above);
        let own = Some(path).filter(|_| *method != Method::GET && *method != Method::HEAD);
        above.chain(own).find(|path| self.leads_to(path, standing)).map(str::to_owned)
    }

    /// Whether there is a page at a path, for anybody. Some addresses are only posted to.
    pub fn is_page(&self, path: &str) -> bool {
        self.page(path).is_some()
    }

    /// The nearest page above a path that is only posted to; itself, if it is a page.
    pub fn nearest(&self, path: &str) -> Option<String> {
        std::iter::successors(Some(path), |path| path.rsplit_once('/').map(|(above, _)| above)).find(|path| self.is_page(path)).map(str::to_owned)
    }

    fn leads_to(&self, path: &str, standing: Option<&Standing>) -> bool {
        self.page(path).is_some_and(|open_to| open_to(standing))
    }

    /// The pattern that a path answers to. Asked of every request, twice over where it is counted: actix would try a regular
    /// expression for each address.
    pub fn pattern(&self, path: &str) -> Option<&'static str> {
        self.first(path).map(|(pattern, _)| *pattern)
    }

    fn page(&self, path: &str) -> Option<OpenTo> {
        self.first(path).and_then(|(_, open_to)| *open_to)
    }

    /// The first address that fits is the one that answers.
    fn first(&self, path: &str) -> Option<&(&'static str, Option<OpenTo>)> {
        let fits = |pattern: &str| {
            // Nearly all are told apart by how they begin.
            if !path.starts_with(pattern.split('{').next().unwrap_or_default()) {
                return false;
            }
            let mut parts = path.split('/');
            pattern.split('/').all(|hole| parts.next().is_some_and(|part| hole == part || (hole.starts_with('{') && !part.is_empty())))
                && parts.next().is_none()
        };
        self.0.iter().find(|(pattern, _)| fits(pattern))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_is_the_nearest_open_page_above() {
        let (open, shut): (OpenTo, OpenTo) = (|_| true, |_| false);
        let page = |path, open_to| (path, Some(open_to));
        let ways = Ways(Arc::new([
            page("/", open),
            page("/users", open),
            ("/users/removal", None),
            page("/users/{user}", open),
            page("/users/{user}/role", open),
            ("/users/{user}/withheld/{withheld}", None),
            page("/secrets", shut),
            page("/secrets/{secret}/name", open),
            page("/general", open),
            ("/sign-out", None),
        ]));
        let back = |method: Method, path: &str| ways.back(&method, path, None);
        assert_eq!(back(Method::GET, "/users/1/role").as_deref(), Some("/users/1"));
        assert_eq!(back(Method::POST, "/users/1/role").as_deref(), Some("/users/1"));
        assert_eq!(back(Method::GET, "/users/1/gone/there").as_deref(), Some("/users/1"));
        assert_eq!(back(Method::GET, "/users/1").as_deref(), Some("/users"));
        assert_eq!(back(Method::GET, "/secrets/1/name"), None);
        assert_eq!(back(Method::GET, "/general"), None);
        assert_eq!(back(Method::POST, "/general").as_deref(), Some("/general"));
        // What is only posted to is no page, also where another address would fit.
        assert!(ways.is_page("/") && ways.is_page("/users/1/role") && ways.is_page("/secrets"));
        assert!(!ways.is_page("/users/removal") && !ways.is_page("/sign-out") && !ways.is_page("/nowhere"));
        assert_eq!(ways.nearest("/users/1/withheld/2").as_deref(), Some("/users/1"));
        assert_eq!(ways.nearest("/users/removal").as_deref(), Some("/users"));
        assert_eq!(ways.nearest("/sign-out"), None);
    }
}
