//! Styles, scripts, fonts and icons, embedded. Each has its hash in its address, so that a browser keeps it for good.

use std::{borrow::Cow, collections::HashMap, sync::LazyLock};

use actix_web::{HttpRequest, HttpResponse, http::header};
use rust_embed::RustEmbed;

use crate::base::secret::hex;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/static"]
struct Static;

/// The files a page's head names.
#[derive(Debug, Clone)]
pub struct Assets {
    pub css: String,
    pub js: String,
    pub favicon: String,
    pub font: String,
    pub icons: String,
}

struct Asset {
    body: Cow<'static, [u8]>,
    kind: &'static str,
}

struct All {
    /// By path below `/assets/`, with the hash and without.
    by_path: HashMap<String, Asset>,
    hashed: HashMap<String, String>,
}

/// The order layers are declared in; components follow the layout, utilities have the last word.
const FIRST: [&str; 5] = ["css/tokens.css", "css/reset.css", "css/fonts.css", "css/base.css", "css/layout.css"];
const LAST: &str = "css/utilities.css";

static ALL: LazyLock<All> = LazyLock::new(|| {
    let mut all = All { by_path: HashMap::new(), hashed: HashMap::new() };
    let mut names: Vec<String> = Static::iter().map(Cow::into_owned).collect();
    names.sort();
    for name in names.iter().filter(|n| !n.ends_with(".css") && !n.ends_with(".js")) {
        if let Some(file) = Static::get(name) {
            all.add(name, file.data);
        }
    }
    let text = |name: &str| Static::get(name).map(|f| String::from_utf8_lossy(&f.data).into_owned()).unwrap_or_default();
    let components = names.iter().filter(|n| n.starts_with("css/components/")).map(String::as_str);
    let mut css: String = FIRST.into_iter().chain(components).chain([LAST]).map(|n| text(n) + "\n").collect();
    for (plain, hashed) in &all.hashed {
        css = css.replace(&format!("\"/assets/{plain}\""), &format!("\"{hashed}\""));
    }
    let js: String = names.iter().filter(|n| n.starts_with("js/behaviours/")).map(|n| text(n) + "\n").collect();
    all.add("console.css", Cow::Owned(css.into_bytes()));
    all.add("console.js", Cow::Owned(js.into_bytes()));
    all
});

impl All {
    fn add(&mut self, name: &str, body: Cow<'static, [u8]>) {
        use sha2::{Digest as _, Sha256};
        let hash = &hex(&Sha256::digest(&body))[..16];
        let path = format!("{hash}/{name}");
        let kind = kind(name);
        self.hashed.insert(name.to_owned(), format!("/assets/{path}"));
        self.by_path.insert(name.to_owned(), Asset { body: body.clone(), kind });
        self.by_path.insert(path, Asset { body, kind });
    }
}

fn kind(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml; charset=utf-8",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        Some("webp") => "image/webp",
        _ => "text/plain; charset=utf-8",
    }
}

impl Assets {
    /// The address of a file below `static`, with its hash; empty where there is none.
    pub fn address(name: &str) -> String {
        ALL.hashed.get(name).cloned().unwrap_or_default()
    }

    pub fn of_pages() -> Self {
        let of = Self::address;
        Self {
            css: of("console.css"),
            js: of("console.js"),
            favicon: of("img/favicon.svg"),
            font: of("fonts/inter-latin-wght-normal.woff2"),
            icons: of("img/icons.svg"),
        }
    }
}

/// Where files are: below `/assets`, and the two that browsers and robots ask for by themselves.
pub const PATHS: [&str; 3] = ["/assets/{file:.*}", "/favicon.ico", "/robots.txt"];

/// Which of [`PATHS`] a path is of.
pub fn pattern(path: &str) -> Option<&'static str> {
    let [below, files @ ..] = PATHS;
    if path.starts_with("/assets/") { Some(below) } else { files.into_iter().find(|file| *file == path) }
}

/// `GET /assets/…`. With its hash a file never changes; without, a browser asks again after an hour.
pub async fn serve(request: HttpRequest) -> HttpResponse {
    let path = match request.path() {
        "/favicon.ico" => "img/favicon.svg",
        "/robots.txt" => "robots.txt",
        _ => request.match_info().query("file"),
    };
    let Some(asset) = ALL.by_path.get(path) else { return HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body("There is no such file.") };
    let hashed = path.split_once('/').is_some_and(|(hash, _)| hash.len() == 16 && hash.bytes().all(|b| b.is_ascii_hexdigit()));
    let cache = if hashed { "public, max-age=31536000, immutable" } else { "public, max-age=3600" };
    HttpResponse::Ok().content_type(asset.kind).insert_header((header::CACHE_CONTROL, cache)).body(asset.body.to_vec())
}
