//! Builds the application, for main and for the tests alike.

use std::{net::TcpListener, time::Duration};

use actix_web::{
    App as ActixApp, HttpServer,
    dev::{Server, ServiceRequest, ServiceResponse},
    middleware::{Compress, from_fn},
    web,
};
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
    let server = HttpServer::new(move || {
        let handle = Handle::new(app.clone());
        ActixApp::new()
            .app_data(handle)
            .app_data(web::PayloadConfig::new(1 << 20))
            .wrap(from_fn(security::same_site))
            .wrap(from_fn(error::dress))
            .wrap(session_store::middleware(&app))
            .wrap(Compress::default())
            .wrap(from_fn(security::headers))
            .wrap(TracingLogger::<RequestSpan>::new())
            .service(web::resource(assets::PATHS).route(web::get().to(assets::serve)).route(web::head().to(assets::serve)))
            .configure(|service| table::mount(routes::table(), service))
            .default_service(web::to(nothing_here))
    });
    Ok(server
        .workers(workers)
        .client_request_timeout(HEAD_DEADLINE)
        .keep_alive(Duration::from_secs(30))
        .max_connections(5_000)
        .shutdown_timeout(DRAIN)
        .listen(listener)?
        .run())
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
