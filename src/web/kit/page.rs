//! Answers: a rendered page, or the way to another.

use actix_web::{HttpResponse, http::StatusCode, http::header};
use askama::Template;

use super::WebError;

/// Room for a long page, in bytes: one that grows as it is written is copied again and again.
const LONG: usize = 96 << 10;

/// What every handler of a page returns.
pub type Answer = Result<HttpResponse, WebError>;

/// The page, 200.
pub fn render(page: &impl Template) -> Answer {
    render_as(StatusCode::OK, page)
}

/// The same page again with what is wrong on it, 422.
pub fn render_unprocessable(page: &impl Template) -> Answer {
    render_as(StatusCode::UNPROCESSABLE_ENTITY, page)
}

pub fn render_as(status: StatusCode, page: &impl Template) -> Answer {
    Ok(html_page(status, written(page)?))
}

pub(super) fn written(page: &impl Template) -> Result<String, WebError> {
    let mut html = String::with_capacity(LONG);
    page.render_into(&mut html).map_err(|e| WebError::fault(&e))?;
    // It is kept until whoever asked has taken it, which may be long.
    html.shrink_to_fit();
    Ok(html)
}

pub(super) fn html_page(status: StatusCode, html: String) -> HttpResponse {
    HttpResponse::build(status).content_type("text/html; charset=utf-8").body(html)
}

/// 303: on to a page, after something was done.
pub fn redirect(to: &str) -> Answer {
    Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, to)).finish())
}
