//! Where a request comes from: its id, the client's address, the browser.

use std::net::IpAddr;

use actix_web::{HttpMessage as _, HttpRequest, http::header};
use forwarded_header_value::{ForwardedHeaderValue, Identifier};
use tracing_actix_web::RequestId;

use super::App;
use crate::db::Origin;

/// The id in the log, on error pages, in `X-Request-Id` and in the audit.
pub fn request_id(request: &HttpRequest) -> String {
    request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default()
}

pub fn origin(request: &HttpRequest, app: &App) -> Origin {
    let browser = request.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok()).unwrap_or_default();
    Origin {
        request_id: request_id(request),
        address: address(request, app).map(|a| a.to_string()).unwrap_or_default(),
        browser: browser.chars().take(200).collect(),
        key: None,
    }
}

/// The client's address. Forwarding headers count only as far as they were written by configured proxies: the list is read
/// from its end, and the first address that is no such proxy is the client.
pub fn address(request: &HttpRequest, app: &App) -> Option<IpAddr> {
    let trusted = |a: &IpAddr| app.config.trusted_proxies.iter().any(|net| net.contains(a));
    let peer = request.peer_addr()?.ip().to_canonical();
    if !trusted(&peer) {
        return Some(peer);
    }
    let mut client = peer;
    for hop in forwarded(request).into_iter().rev() {
        match hop {
            Some(address) => client = address,
            None => break,
        }
        if !trusted(&client) {
            break;
        }
    }
    Some(client)
}

/// The hops as listed, the client first; `None` where one is no address.
fn forwarded(request: &HttpRequest) -> Vec<Option<IpAddr>> {
    let joined = |name: &str| {
        let values: Vec<&str> = request.headers().get_all(name).filter_map(|v| v.to_str().ok()).collect();
        if values.is_empty() { None } else { Some(values.join(",")) }
    };
    if let Some(text) = joined("forwarded") {
        let Ok(list) = ForwardedHeaderValue::from_forwarded(&text) else { return Vec::new() };
        return list
            .iter()
            .map(|stanza| match stanza.forwarded_for {
                Some(Identifier::SocketAddr(a)) => Some(a.ip().to_canonical()),
                Some(Identifier::IpAddr(a)) => Some(a.to_canonical()),
                _ => None,
            })
            .collect();
    }
    joined("x-forwarded-for").map(|text| text.split(',').map(|part| part.trim().parse::<IpAddr>().ok().map(|a| a.to_canonical())).collect()).unwrap_or_default()
}
