//! Builds the application, for main and for the tests alike.

mod line;

use std::{net::TcpListener, time::Duration};

use actix_http::{HttpService, error::DispatchError};
use actix_service::{ServiceFactoryExt as _, map_config};
use actix_web::{
    App as ActixApp, Error, HttpServer,
    body::MessageBody,
    dev::{AppConfig, Extensions, Server, ServerHandle, ServiceFactory, ServiceRequest, ServiceResponse, fn_service},
    http::Method,
    middleware::{Compress, Condition, from_fn},
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
        error, metrics, security, session_store, table,
    },
    routes,
};

/// How long a request's head may take to arrive.
const HEAD_DEADLINE: Duration = Duration::from_secs(10);
/// How long connections that came in already may take to reach a worker when the server stops: one that has not is dropped.
const HANDED_OVER: Duration = Duration::from_millis(100);
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

/// Serves on a runtime of its own until the process is told to stop; `metrics` on a port of their own, if they are wanted.
pub fn run(app: App, listener: TcpListener, metrics: Option<TcpListener>, workers: usize) -> std::io::Result<()> {
    actix_web::rt::System::new().block_on(async move {
        let app = if metrics.is_some() { app.counted() } else { app };
        let mut telling = None;
        if let Some(on) = metrics {
            let told = serve_metrics(app.clone(), on)?;
            telling = Some(told.handle());
            actix_web::rt::spawn(told);
        }
        let server = serve(app, listener, workers)?;
        actix_web::rt::spawn(stop_when_told(server.handle()));
        let served = server.await;
        if let Some(telling) = telling {
            telling.stop(false).await;
        }
        served
    })
}

/// At SIGTERM or SIGINT: takes nothing new, and answers what is under way. Whoever comes now waits in the socket, where somebody
/// else holds it, and is turned away where nobody does.
async fn stop_when_told(server: ServerHandle) {
    told_to_stop().await;
    server.pause().await;
    actix_web::rt::time::sleep(HANDED_OVER).await;
    server.stop(true).await;
}

#[cfg(unix)]
async fn told_to_stop() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

#[cfg(not(unix))]
async fn told_to_stop() {
    let _ = tokio::signal::ctrl_c().await;
}

/// `/metrics` and nothing else. It is there until the console itself has stopped.
fn serve_metrics(app: App, listener: TcpListener) -> std::io::Result<Server> {
    let server =
        HttpServer::new(move || ActixApp::new().app_data(Handle::new(app.clone())).service(web::resource("/metrics").route(web::get().to(metrics::show))));
    Ok(server.workers(1).disable_signals().listen(listener)?.run())
}

/// How long a client may take none of what is sent to it: then the line is cut, and what was kept for it is free.
const UNREAD: Duration = Duration::from_secs(30);

/// Serves on a socket that listens already, until its handle stops it.
pub fn serve(app: App, listener: TcpListener, workers: usize) -> std::io::Result<Server> {
    // Connections have it from the socket they came in by. Linux alone knows it.
    #[cfg(target_os = "linux")]
    socket2::SockRef::from(&listener).set_tcp_user_timeout(Some(UNREAD))?;
    // Whoever comes in a rush waits here to be let in, and has not to knock again.
    socket2::SockRef::from(&listener).listen(BACKLOG)?;
    let connections = connections(workers);
    let server = Server::build();
    let stop = server.graceful_shutdown_signal();
    let server = server.workers(workers).max_concurrent_connections(connections).shutdown_timeout(DRAIN).disable_signals();
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
    let counting = Condition::new(app.is_counted(), from_fn(metrics::count));
    ActixApp::new()
        .app_data(Handle::new(app))
        .app_data(web::PayloadConfig::new(1 << 20))
        .wrap(from_fn(security::same_site))
        .wrap(from_fn(error::dress))
        .wrap(sessions)
        .wrap(Compress::default())
        .wrap(from_fn(security::headers))
        .wrap(counting)
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
        let route = table::pattern(request);
        tracing::info_span!(
            "request",
            request_id = %id,
            method = %request.method(),
            route = route,
            actor = tracing::field::Empty,
            key = tracing::field::Empty,
            workspace = tracing::field::Empty,
            status = tracing::field::Empty
        )
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
