//! Headers that every answer has, and the refusal of requests that other sites make.

use actix_web::{
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderName, HeaderValue},
    middleware::Next,
};

use super::{WebError, doors::Handle, origin, problem};

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Middleware: the headers.
pub async fn headers(request: ServiceRequest, next: Next<impl MessageBody>) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let https = request.app_data::<Handle>().is_some_and(|h| h.0.config.is_https());
    let id = origin::request_id(request.request());
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    // What people uploaded has a stricter one of its own.
    let has_policy = headers.contains_key(header::CONTENT_SECURITY_POLICY);
    let mut set = |name: HeaderName, value: &'static str| headers.insert(name, HeaderValue::from_static(value));
    if !has_policy {
        set(header::CONTENT_SECURITY_POLICY, CSP);
    }
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    // Not `no-referrer`: with it a form would be sent with `Origin: null`.
    set(header::REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    set(HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=(), usb=()");
    if https {
        set(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static("x-request-id"), id);
    }
    Ok(response)
}

/// Middleware: unsafe requests come from our own pages, or not at all. Links in webmail arrive cross-site and are safe requests.
/// The API is left out: no browser adds a key to a request by itself, as it adds a cookie.
pub async fn same_site(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse, actix_web::Error> {
    if request.method().is_safe() || problem::is_api(request.path()) || is_ours(&request) {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    }
    Ok(request.error_response(WebError::Forged))
}

fn is_ours(request: &ServiceRequest) -> bool {
    let value = |name: &str| request.headers().get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = value("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    // Plain http on a local network sends no Sec-Fetch headers.
    match value("origin") {
        Some(origin) => request.app_data::<Handle>().is_some_and(|h| h.0.config.public_url.origin().ascii_serialization() == origin),
        None => !request.headers().contains_key(header::COOKIE),
    }
}
