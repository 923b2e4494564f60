//! A browser without a window: keeps its cookies, follows no redirect by itself, reads pages as a person does.

use std::sync::{Arc, Mutex};

use reqwest::{Method, StatusCode, redirect::Policy};
use scraper::{Html, Selector};

#[derive(Clone)]
pub struct Client {
    base: String,
    http: reqwest::Client,
    heard: Option<Arc<Mutex<Vec<Overheard>>>>,
}

/// An answer that was listened to.
pub struct Overheard {
    /// The address that was asked.
    pub asked: String,
    /// Headers but for cookies, and the body.
    pub text: String,
}

/// An answer.
pub struct Page {
    pub status: StatusCode,
    pub location: Option<String>,
    pub headers: reqwest::header::HeaderMap,
    pub body: String,
}

impl Client {
    pub fn new(base: &str) -> Self {
        let http = reqwest::Client::builder()
            .cookie_store(true)
            .redirect(Policy::none())
            .user_agent("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")
            .build()
            .expect("a client");
        Self { base: base.to_owned(), http, heard: None }
    }

    /// One whose every answer is kept.
    pub fn overheard(base: &str, heard: Arc<Mutex<Vec<Overheard>>>) -> Self {
        Self { heard: Some(heard), ..Self::new(base) }
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.bare(method, path).header("Sec-Fetch-Site", "same-origin")
    }

    /// A request without the headers a browser adds.
    pub fn bare(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let url = if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.base) };
        self.http.request(method, url)
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> Page {
        let response = request.send().await.expect("an answer");
        let asked = response.url().to_string();
        let location = response.headers().get("location").and_then(|v| v.to_str().ok()).map(str::to_owned);
        let page = Page { status: response.status(), location, headers: response.headers().clone(), body: response.text().await.expect("a body") };
        if let Some(heard) = &self.heard {
            let headers = page.headers.iter().filter(|(name, _)| *name != "set-cookie").map(|(_, value)| String::from_utf8_lossy(value.as_bytes()));
            let text = headers.chain([page.body.as_str().into()]).collect::<Vec<_>>().join("\n");
            heard.lock().expect("no panic").push(Overheard { asked, text });
        }
        page
    }

    /// The head of an answer, without its body; `None` where none came.
    pub async fn sent(&self, request: reqwest::RequestBuilder) -> Option<Page> {
        let response = request.send().await.ok()?;
        let location = response.headers().get("location").and_then(|v| v.to_str().ok()).map(str::to_owned);
        Some(Page { status: response.status(), location, headers: response.headers().clone(), body: String::new() })
    }

    pub async fn get(&self, path: &str) -> Page {
        self.send(self.request(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Page {
        self.send(self.request(Method::POST, path).form(form)).await
    }

    /// Posts, and opens the page it leads to.
    pub async fn submit(&self, path: &str, form: &[(&str, &str)]) -> Page {
        let answer = self.post(path, form).await;
        match &answer.location {
            Some(to) => self.follow(to).await,
            None => answer,
        }
    }

    /// Opens a page and goes where it sends one, a few times.
    pub async fn follow(&self, path: &str) -> Page {
        let mut page = self.get(path).await;
        for _ in 0..5 {
            let Some(to) = page.location.clone() else { break };
            page = self.get(&to).await;
        }
        page
    }
}

impl Page {
    pub fn html(&self) -> Html {
        Html::parse_document(&self.body)
    }

    /// The text of the first element a selector finds, with single spaces.
    pub fn text_of(&self, selector: &str) -> String {
        let html = self.html();
        let found = html.select(&Selector::parse(selector).expect("a selector")).next();
        found.map(|e| e.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default()
    }

    /// The texts of all elements a selector finds.
    pub fn texts_of(&self, selector: &str) -> Vec<String> {
        let html = self.html();
        html.select(&Selector::parse(selector).expect("a selector"))
            .map(|e| e.text().collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" "))
            .collect()
    }

    /// An attribute of all elements a selector finds.
    pub fn attributes(&self, selector: &str, name: &str) -> Vec<String> {
        let html = self.html();
        html.select(&Selector::parse(selector).expect("a selector")).filter_map(|e| e.value().attr(name).map(str::to_owned)).collect()
    }

    pub fn title(&self) -> String {
        self.text_of("h1")
    }

    /// Everything a person reads in the content.
    pub fn text(&self) -> String {
        self.text_of("main")
    }

    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        // A date does not break after its day: its space is another one.
        let text = self.text().replace('\u{a0}', " ");
        assert!(text.contains(words), "{words:?} is not on the page ({}, to {:?}): {text}", self.status, self.location);
        self
    }

    #[track_caller]
    pub fn does_not_say(&self, words: &str) -> &Self {
        let text = self.text();
        assert!(!text.contains(words), "{words:?} is on the page: {text}");
        self
    }

    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "to {:?}: {}", self.location, self.text());
        self
    }

    #[track_caller]
    pub fn leads_to(&self, path: &str) -> &Self {
        assert_eq!(self.location.as_deref(), Some(path), "{}: {}", self.status, self.text());
        self
    }
}
