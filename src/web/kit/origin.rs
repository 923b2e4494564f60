//! Where a request comes from: its id, the client's address, the browser.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Once,
};

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
        if request.headers().contains_key("forwarded") || request.headers().contains_key("x-forwarded-for") {
            static TOLD: Once = Once::new();
            TOLD.call_once(|| tracing::warn!(%peer, "a forwarding header is not believed: if this peer is your proxy, name it in NOXUS_TRUSTED_PROXIES"));
        }
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

/// The hops as listed, the client first; `None` where one is no address. A proxy writes one of the two headers and may pass
/// the client's own other one on: where they disagree, neither is believed.
fn forwarded(request: &HttpRequest) -> Vec<Option<IpAddr>> {
    let joined = |name: &str| {
        let values: Vec<&str> = request.headers().get_all(name).filter_map(|v| v.to_str().ok()).collect();
        if values.is_empty() { None } else { Some(values.join(",")) }
    };
    let standard = joined("forwarded").map(|text| match ForwardedHeaderValue::from_forwarded(&text) {
        Ok(list) => list.iter().map(|stanza| stanza.forwarded_for.as_ref().and_then(identified)).collect(),
        Err(_) => Vec::new(),
    });
    let usual: Option<Vec<_>> = joined("x-forwarded-for").map(|text| text.split(',').map(|part| listed(part.trim())).collect());
    match (standard, usual) {
        (Some(a), Some(b)) if a == b => a,
        (Some(_), Some(_)) => Vec::new(),
        (one, other) => one.or(other).unwrap_or_default(),
    }
}

fn identified(who: &Identifier) -> Option<IpAddr> {
    match who {
        Identifier::SocketAddr(a) => Some(a.ip().to_canonical()),
        Identifier::IpAddr(a) => Some(a.to_canonical()),
        _ => None,
    }
}

/// An address; some proxies put the port behind it.
fn listed(text: &str) -> Option<IpAddr> {
    let address = text.parse::<IpAddr>().or_else(|_| text.parse::<SocketAddr>().map(|a| a.ip())).or_else(|_| text.trim_matches(['[', ']']).parse::<IpAddr>());
    address.ok().map(|a| a.to_canonical())
}
