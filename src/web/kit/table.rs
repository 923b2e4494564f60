//! What the table of routes is written with. A line says method, path and need; the handler's door must be of that very need,
//! or it does not compile. Only what stands in the table is mounted.

use actix_web::{FromRequest, Handler, Resource, Responder, http::Method, web};

use super::doors::{May, Visitor};
use crate::access::need::{Confirmed, Need};

/// One line of the table.
pub struct Line {
    pub method: Method,
    pub path: &'static str,
    /// What it asks for, in words: `organization users_read`.
    pub need: String,
    /// Whether the password must have been given lately.
    pub sure: bool,
    mount: Box<dyn FnOnce(Resource) -> Resource>,
}

/// What a line asks for, as it is written in the table.
pub trait Asked: 'static {
    fn name() -> String;
    const SURE: bool = false;
}

/// Anybody: what may be done is decided by the pass that the act asks for.
pub struct Public;
/// Whoever holds the set-up link, while there is no organization.
pub struct SetUpLink;
/// Whoever holds an invitation's link.
pub struct InvitationLink;
/// A need, and the password given lately.
pub fn sure<N: Need>(need: N) -> Confirmed<N> {
    Confirmed(need)
}

impl Asked for Public {
    fn name() -> String {
        "anyone".into()
    }
}
impl Asked for SetUpLink {
    fn name() -> String {
        "set-up link".into()
    }
}
impl Asked for InvitationLink {
    fn name() -> String {
        "invitation link".into()
    }
}
impl<N: Need> Asked for N {
    fn name() -> String {
        N::name()
    }
    const SURE: bool = N::CONFIRMED;
}

/// A handler's arguments that begin with a door for `A`.
pub trait Behind<A> {}

macro_rules! behind {
    ($($rest:ident),*) => {
        impl<N: Need, $($rest),*> Behind<N> for (May<N>, $($rest,)*) {}
        impl<$($rest),*> Behind<Public> for (Visitor, $($rest,)*) {}
        impl<$($rest),*> Behind<SetUpLink> for (Visitor, $($rest,)*) {}
        impl<$($rest),*> Behind<InvitationLink> for (Visitor, $($rest,)*) {}
    };
}
behind!();
behind!(R1);
behind!(R1, R2);
behind!(R1, R2, R3);

pub fn get<A, F, Args>(path: &'static str, need: A, handler: F) -> Line
where
    A: Asked,
    F: Handler<Args>,
    Args: FromRequest + Behind<A> + 'static,
    F::Output: Responder + 'static,
{
    line(Method::GET, path, need, handler)
}

pub fn post<A, F, Args>(path: &'static str, need: A, handler: F) -> Line
where
    A: Asked,
    F: Handler<Args>,
    Args: FromRequest + Behind<A> + 'static,
    F::Output: Responder + 'static,
{
    line(Method::POST, path, need, handler)
}

fn line<A, F, Args>(method: Method, path: &'static str, _: A, handler: F) -> Line
where
    A: Asked,
    F: Handler<Args>,
    Args: FromRequest + Behind<A> + 'static,
    F::Output: Responder + 'static,
{
    let verb = method.clone();
    let mount = Box::new(move |resource: Resource| {
        let resource = resource.route(web::method(verb.clone()).to(handler.clone()));
        // A page answers HEAD as it answers GET, without the body.
        if verb == Method::GET { resource.route(web::head().to(handler)) } else { resource }
    });
    Line { method, path, need: A::name(), sure: A::SURE, mount }
}

/// Mounts the table: one resource a path, so that an unknown method is told from an unknown address.
pub fn mount(lines: Vec<Line>, service: &mut web::ServiceConfig) {
    let mut resources: Vec<(&'static str, Resource)> = Vec::new();
    for line in lines {
        match resources.iter().position(|(path, _)| *path == line.path) {
            Some(at) => {
                let (path, resource) = resources.remove(at);
                resources.insert(at, (path, (line.mount)(resource)));
            }
            None => resources.push((line.path, (line.mount)(web::resource(line.path)))),
        }
    }
    for (_, resource) in resources {
        service.service(resource);
    }
}
