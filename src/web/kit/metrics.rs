//! What Prometheus is told on a port of its own: requests by route, mails that wait, connections, the process. Routes stand as
//! patterns: no id, no token, and no more series than there are addresses.

use std::{
    sync::atomic::{AtomicI64, AtomicU64},
    time::Instant,
};

use actix_web::{
    HttpRequest, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header,
    middleware::Next,
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram, info::Info},
    registry::{Registry, Unit},
};

use super::{doors::Handle, table};
use crate::{base::clock, domain::outbox};

/// Upper ends of the times that requests are sorted by, in seconds.
const TIMES: [f64; 12] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 3.0, 10.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answered {
    method: String,
    route: &'static str,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Asked {
    method: String,
    route: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Mails {
    state: &'static str,
}

type Seconds = Family<Asked, Histogram, fn() -> Histogram>;
type Number = Gauge<f64, AtomicU64>;

/// Counts for as long as the process runs.
pub struct Metrics {
    registry: Registry,
    answered: Family<Answered, Counter>,
    seconds: Seconds,
    in_flight: Gauge,
    database: Gauge,
    connections: Gauge,
    mails: Family<Mails, Gauge<i64, AtomicI64>>,
    mail_waits: Number,
    memory: Gauge,
    files: Gauge,
    threads: Gauge,
    cpu: Number,
}

impl Default for Metrics {
    fn default() -> Self {
        let this = Self {
            registry: Registry::with_prefix("noxus"),
            answered: Family::default(),
            seconds: Family::new_with_constructor(|| Histogram::new(TIMES)),
            in_flight: Gauge::default(),
            database: Gauge::default(),
            connections: Gauge::default(),
            mails: Family::default(),
            mail_waits: Gauge::default(),
            memory: Gauge::default(),
            files: Gauge::default(),
            threads: Gauge::default(),
            cpu: Gauge::default(),
        };
        this.registered()
    }
}

/// A request that is being answered, until it is dropped: also by a client that hangs up.
struct InFlight<'a>(&'a Gauge);

impl<'a> InFlight<'a> {
    fn on(gauge: &'a Gauge) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.0.dec();
    }
}

const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/// Counts a request, where counting is asked for.
pub async fn count<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, actix_web::Error> {
    let Some(metrics) = request.app_data::<Handle>().and_then(|Handle(app)| app.metrics.clone()) else { return next.call(request).await };
    let (began, method) = (Instant::now(), request.method().as_str().to_owned());
    let route = table::pattern(&request);
    // Whatever else a client calls a method is no series of ours.
    let method = if route != "none" && METHODS.contains(&method.as_str()) { method } else { "any".to_owned() };
    let under_way = InFlight::on(&metrics.in_flight);
    let answer = next.call(request).await;
    drop(under_way);
    let status = answer.as_ref().map_or_else(|e| e.as_response_error().status_code(), ServiceResponse::status).as_u16();
    metrics.seconds.get_or_create(&Asked { method: method.clone(), route }).observe(began.elapsed().as_secs_f64());
    metrics.answered.get_or_create(&Answered { method, route, status }).inc();
    answer
}

/// `/metrics`, on its own port.
pub async fn show(request: HttpRequest) -> HttpResponse {
    let Some((app, metrics)) = request.app_data::<Handle>().and_then(|Handle(app)| Some((app, app.metrics.as_ref()?))) else {
        return HttpResponse::NotFound().finish();
    };
    let asked = app.database.look_up(|c| outbox::backlog(c, clock::now())).await;
    metrics.database.set(i64::from(asked.is_ok()));
    metrics.connections.set(i64::from(app.database.connections()));
    match asked {
        Ok(now) => {
            for (state, n) in now.by_state {
                metrics.mails.get_or_create(&Mails { state }).set(n);
            }
            metrics.mail_waits.set(now.overdue.as_seconds_f64());
        }
        Err(e) => tracing::warn!(error = %e, "mails could not be counted"),
    }
    metrics.look_at_the_process();
    let mut text = String::new();
    match encode(&mut text, &metrics.registry) {
        Ok(()) => HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .body(text),
        Err(e) => HttpResponse::InternalServerError().body(e.to_string()),
    }
}

impl Metrics {
    /// Each with its name and what it means.
    fn registered(mut self) -> Self {
        let registry = &mut self.registry;
        registry.register("build", "The release that runs", Info::new([("version", env!("CARGO_PKG_VERSION"))]));
        registry.register("http_requests", "Requests that were answered", self.answered.clone());
        registry.register_with_unit("http_request_duration", "From a request’s head to its answer’s", Unit::Seconds, self.seconds.clone());
        registry.register("http_requests_in_flight", "Requests that are being answered", self.in_flight.clone());
        registry.register("database_up", "Whether the database answered when this was asked for", self.database.clone());
        registry.register("database_connections", "Open connections to the database", self.connections.clone());
        registry.register("mails", "Mails of the last 30 days, by how far they have got", self.mails.clone());
        registry.register_with_unit("mail_waiting", "How long the mail that is due longest has been so", Unit::Seconds, self.mail_waits.clone());
        registry.register_with_unit("process_resident_memory", "Memory in use", Unit::Bytes, self.memory.clone());
        registry.register("process_open_files", "Open files and sockets", self.files.clone());
        registry.register("process_threads", "Threads", self.threads.clone());
        registry.register_with_unit("process_cpu", "Processor time used since the start", Unit::Seconds, self.cpu.clone());
        self
    }

    #[cfg(target_os = "linux")]
    fn look_at_the_process(&self) {
        let Ok(own) = procfs::process::Process::myself() else { return };
        if let Ok(stat) = own.stat() {
            self.memory.set((stat.rss * procfs::page_size()) as i64);
            self.threads.set(stat.num_threads);
            self.cpu.set((stat.utime + stat.stime) as f64 / procfs::ticks_per_second() as f64);
        }
        if let Ok(files) = own.fd_count() {
            self.files.set(files as i64);
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn look_at_the_process(&self) {}
}
