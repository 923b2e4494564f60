//! Builds the application, for main and for the tests alike.

mod line;

use std::{net::TcpListener, time::Duration};

use actix_http::{HttpService, error::DispatchError};
use actix_service::{ServiceFactoryExt as _, map_config};
use actix_web::{
    App as ActixApp, Error,
    body::MessageBody,
    dev::{AppConfig, Extensions, Server, ServiceFactory, ServiceRequest, ServiceResponse, fn_service},
    http::Method,
    middleware::{Compress, from_fn},
    rt::net::TcpStream,
    web,
};
use line::Line;
use tracing::Span;
use tracing_actix_web::{RequestId, RootSpanBuilder, TracingLogger};

use crate::web::{
    kit::{
        App, assets,
        doors::{Handle, nothing_here},
        error, security, session_store, table,
    },
    routes,
};

/// How long a request's head may take to arrive.
const HEAD_DEADLINE: Duration = Duration::from_secs(10);
/// How long somebody idle is kept.
const IDLE: Duration = Duration::from_secs(30);
/// How long the rest of a body that nobody wanted is read past, so that its sender hears the answer.
const LINGER: Duration = Duration::from_secs(1);
/// How many connections wait to be let in, as far as the system allows.
const BACKLOG: i32 = 4_096;
/// The most connections of a worker.
const MOST: usize = 16_000;
/// How many files the console opens besides connections, at most.
const FILES: usize = 256;
/// How long requests in flight may take when the server stops, in seconds.
const DRAIN: u64 = 10;

/// Serves on a runtime of its own until the process is told to stop.
pub fn run(app: App, listener: TcpListener, workers: usize) -> std::io::Result<()> {
    actix_web::rt::System::new().block_on(async move { serve(app, listener, workers)?.await })
}

/// How long a client may take none of what is sent to it: then the line is cut, and what was kept for it is free.
const UNREAD: Duration = Duration::from_secs(30);

/// Serves on a socket that listens already. Stops by SIGTERM or SIGINT, after the requests in flight.
pub fn serve(app: App, listener: TcpListener, workers: usize) -> std::io::Result<Server> {
    // Connections have it from the socket they came in by. Linux alone knows it.
    #[cfg(target_os = "linux")]
    socket2::SockRef::from(&listener).set_tcp_user_timeout(Some(UNREAD))?;
    // Whoever comes in a rush waits here to be let in, and has not to knock again.
    socket2::SockRef::from(&listener).listen(BACKLOG)?;
    let connections = connections(workers);
    let server = Server::build();
    let stop = server.graceful_shutdown_signal();
    let server = server.workers(workers).max_concurrent_connections(connections).shutdown_timeout(DRAIN);
    let server = server.listen("console", listener, move || {
        let stop = stop.clone();
        let http = HttpService::build()
            .client_request_timeout(HEAD_DEADLINE)
            .client_disconnect_timeout(LINGER)
            .keep_alive(IDLE)
            .graceful_shutdown_signal(move || {
                let stop = stop.clone();
                async move { stop.notified().await }
            })
            .on_connect_ext(|line: &Line, data: &mut Extensions| drop(data.insert(line.traffic.clone())))
            .h1(map_config(application(app.clone()), |()| AppConfig::default()));
        let lines = fn_service(|io: TcpStream| async move {
            let peer = io.peer_addr().ok();
            Ok::<_, DispatchError>((Line::new(io), peer))
        });
        lines.and_then(http)
    });
    Ok(server?.run())
}

/// The application: routes and what every request passes through, the outermost last.
fn application(
    app: App,
) -> ActixApp<impl ServiceFactory<ServiceRequest, Config = (), Response = ServiceResponse<impl MessageBody>, Error = Error, InitError = ()>> {
    let sessions = session_store::middleware(&app);
    ActixApp::new()
        .app_data(Handle::new(app))
        .app_data(web::PayloadConfig::new(1 << 20))
        .wrap(from_fn(security::same_site))
        .wrap(from_fn(error::dress))
        .wrap(sessions)
        .wrap(Compress::default())
        .wrap(from_fn(security::headers))
        .wrap(TracingLogger::<RequestSpan>::new())
        .wrap(from_fn(line::during))
        .service(
            web::resource(assets::PATHS)
                .route(web::get().to(assets::serve))
                .route(web::head().to(assets::serve))
                .default_service(table::only(vec![Method::GET, Method::HEAD])),
        )
        .configure(|service| table::mount(routes::table(), service))
        .default_service(web::to(nothing_here))
}

/// How many connections a worker takes: so many that those who only hold them leave room for others, and that the files the console
/// itself opens are never among those that are too many.
fn connections(workers: usize) -> usize {
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(1_024) as usize;
    (files.saturating_sub(FILES) / workers).clamp(64, MOST)
}

/// The span of a request: the route's pattern instead of the path, since a path may hold a token; no query, no body.
pub struct RequestSpan;

impl RootSpanBuilder for RequestSpan {
    fn on_request_start(request: &ServiceRequest) -> Span {
        use actix_web::HttpMessage as _;
        let id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
        let route = request.match_pattern().unwrap_or_else(|| "none".into());
        tracing::info_span!("request", request_id = %id, method = %request.method(), route = %route, status = tracing::field::Empty)
    }

    fn on_request_end<B: actix_web::body::MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, actix_web::Error>) {
        let status = match outcome {
            Ok(response) => response.status().as_u16(),
            Err(e) => e.as_response_error().status_code().as_u16(),
        };
        span.record("status", status);
        span.in_scope(|| tracing::debug!("answered"));
    }
}
