//! A person with a real browser, in a person's words. Elements are found by the words on them, never by class or id
//! (`tests/support/page.js` does that inside the page); everything waits as a person would, and fails with what was on the page.

#![allow(dead_code, reason = "a vocabulary: not every word is in use every day")]

mod driver;
mod forms;
pub mod hand;
mod keyboard;
mod looks;
mod mouse;

use std::{collections::BTreeMap, sync::Mutex, time::Duration};

use serde_json::{Value, json};
use thirtyfour::{WebElement, error::WebDriverResult};
use tokio::time::{Instant, sleep};

use driver::{Driver, Kind};

const PATIENCE: Duration = Duration::from_secs(10);
const BLINK: Duration = Duration::from_millis(50);
const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/support/page.js"));

/// One Chromium with a fresh profile. It ends with this value.
pub struct Browser {
    base: String,
    kind: Kind,
    driver: Driver,
    /// Emulated media features, because DevTools sets them all at once.
    preferences: Mutex<BTreeMap<String, String>>,
}

impl Browser {
    /// A desktop browser for the site at `base`, such as `http://127.0.0.1:8080`. No page is open yet: see [`Self::go`].
    pub async fn open(base: &str) -> Self {
        Self::of_kind(base, Kind::default()).await
    }

    /// A phone: 390 × 844, touch.
    pub async fn phone(base: &str) -> Self {
        let kind = Kind { phone: true, ..Kind::default() };
        Self::of_kind(base, kind).await
    }

    /// A desktop browser in which no page may run a script.
    pub async fn without_javascript(base: &str) -> Self {
        let kind = Kind { without_javascript: true, ..Kind::default() };
        Self::of_kind(base, kind).await
    }

    async fn of_kind(base: &str, kind: Kind) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), kind, driver: Driver::start(kind).await, preferences: Mutex::default() }
    }

    /// Opens a path of the site, or a whole address (such as a link from a letter).
    pub async fn go(&self, to: &str) {
        let address = if to.starts_with('/') { format!("{}{to}", self.base) } else { to.to_owned() };
        let went = self.driver.session().goto(&address).await;
        went.unwrap_or_else(|why| panic!("cannot open {address}: {why}"));
    }

    pub async fn reload(&self) {
        self.driver.session().refresh().await.expect("the page reloads");
    }

    pub async fn back(&self) {
        self.driver.session().back().await.expect("there is a page to go back to");
    }

    /// The whole address of the page.
    pub async fn url(&self) -> String {
        let url = self.driver.session().current_url().await;
        url.expect("a page has an address").to_string()
    }

    /// The path of the page's address, without query.
    pub async fn path(&self) -> String {
        let url = self.driver.session().current_url().await;
        url.expect("a page has an address").path().to_owned()
    }

    pub async fn title(&self) -> String {
        self.driver.session().title().await.expect("a page has a title")
    }

    /// All visible text, white space collapsed.
    pub async fn text(&self) -> String {
        let text = self.script("return page.text()", vec![]).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Waits until the page shows `text`, as it is displayed (`text-transform` counts).
    pub async fn sees(&self, text: &str) {
        let question = format!("the page shows {text:?}");
        self.until(&question, async || self.text().await.contains(text)).await;
    }

    /// Waits until the page does not show `text`.
    pub async fn does_not_see(&self, text: &str) {
        let question = format!("the page does not show {text:?}");
        self.until(&question, async || !self.text().await.contains(text)).await;
    }

    /// Waits until the page's path is this one.
    pub async fn is_at(&self, path: &str) {
        let question = format!("the path is {path}");
        self.until(&question, async || self.path().await == path).await;
    }

    /// Clicks the link or button with this name; else the first whose name begins so.
    pub async fn press(&self, name: &str) {
        self.with(Wanted::new("press", name), async |it| it.click().await).await;
    }

    /// The same, inside the smallest row, list item, group or form that shows `part`: `press_in("Ada Lovelace", "Edit")`.
    pub async fn press_in(&self, part: &str, name: &str) {
        let wanted = Wanted { part: Some(part), ..Wanted::new("press", name) };
        self.with(wanted, async |it| it.click().await).await;
    }

    /// Whether a link or button with this name can be pressed now. Does not wait.
    pub async fn offers(&self, name: &str) -> bool {
        let found = self.find(Wanted::new("press", name)).await;
        found.expect("the page can be searched").is_some()
    }

    /// Gives the browser a cookie for the site, as if a response had set it.
    pub async fn set_cookie(&self, name: &str, value: &str) {
        let cookie = json!({ "name": name, "value": value, "url": self.base, "httpOnly": true });
        self.driver.devtools("Network.setCookie", cookie).await;
    }

    /// A cookie that the browser holds for the site, also one that scripts cannot read.
    pub async fn cookie(&self, name: &str) -> Option<String> {
        let site = json!({ "urls": [self.base] });
        let held = self.driver.devtools("Network.getCookies", site).await;
        let held = held["cookies"].as_array()?;
        let found = held.iter().find(|it| it["name"] == name)?;
        found["value"].as_str().map(str::to_owned)
    }

    /// Waits until nothing on the page moves any more.
    pub async fn comes_to_rest(&self) {
        let places = "return JSON.stringify([document.readyState, scrollY, ...page.all('press').map(it => Math.round(it.getBoundingClientRect().top))])";
        let mut before = String::new();
        self.until("the page comes to rest", async || {
            let now = self.try_script(places, vec![]).await.map(|it| it.to_string()).unwrap_or_default();
            let rests = now == before && now.contains("complete");
            before = now;
            rests
        })
        .await;
    }

    /// Forgets every cookie, as one does who comes from another machine.
    pub async fn forget_cookies(&self) {
        self.driver.devtools("Network.clearBrowserCookies", json!({})).await;
    }

    /// Runs `code` in the page, with `page` (see `page.js`) and `arguments` in reach, and returns what it returns.
    pub async fn script(&self, code: &str, arguments: Vec<Value>) -> Value {
        let outcome = self.try_script(code, arguments).await;
        outcome.unwrap_or_else(|why| panic!("`{code}` failed: {why}"))
    }

    async fn try_script(&self, code: &str, arguments: Vec<Value>) -> WebDriverResult<Value> {
        let session = self.driver.session();
        let outcome = session.execute(format!("{PAGE}\n{code}"), arguments).await;
        outcome.map(|it| it.json().clone())
    }

    async fn element(&self, code: &str, arguments: Vec<Value>) -> WebDriverResult<Option<WebElement>> {
        let session = self.driver.session();
        let found = session.execute(format!("{PAGE}\n{code}"), arguments).await?;
        if found.json().is_null() {
            return Ok(None);
        }
        found.element().map(Some)
    }

    async fn find(&self, wanted: Wanted<'_>) -> WebDriverResult<Option<WebElement>> {
        let arguments = vec![json!(wanted.kind), json!(wanted.name), json!(wanted.part)];
        self.element("return page.find(...arguments)", arguments).await
    }

    async fn wait_for(&self, wanted: Wanted<'_>) -> WebElement {
        let mut found = None;
        self.until(&wanted.question(), async || {
            found = self.find(wanted).await.ok().flatten();
            found.is_some()
        })
        .await;
        found.expect("waited for")
    }

    /// Finds and acts, both anew while the page is still changing under it.
    async fn with(&self, wanted: Wanted<'_>, act: impl AsyncFn(WebElement) -> WebDriverResult<()>) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let found = self.wait_for(wanted).await;
            match act(found).await {
                Ok(()) => return,
                Err(_) if Instant::now() < deadline => sleep(BLINK).await,
                Err(why) => panic!("{} but cannot be used: {why}", wanted.question()),
            }
        }
    }

    pub async fn until(&self, question: &str, mut holds: impl AsyncFnMut() -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !holds().await {
            if Instant::now() >= deadline {
                panic!("waited {PATIENCE:?} until {question}\n{}", self.describe().await);
            }
            sleep(BLINK).await;
        }
    }

    /// The page in words, for the message of a failed test.
    async fn describe(&self) -> String {
        let seen = self.try_script("return page.describe()", vec![]).await;
        let Ok(seen) = seen else {
            return "and the page cannot be asked what it shows".to_owned();
        };
        let word = |key: &str| seen[key].as_str().unwrap_or_default().to_owned();
        format!("address: {}\nheading: {}\ntext: {}\nto press: {}\nfields: {}", word("address"), word("h1"), word("text"), seen["buttons"], seen["fields"],)
    }
}

/// What to look for: a kind of `page.js`, its name, and where.
#[derive(Clone, Copy)]
struct Wanted<'a> {
    kind: &'a str,
    name: &'a str,
    part: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    fn new(kind: &'a str, name: &'a str) -> Self {
        Self { kind, name, part: None }
    }

    fn question(self) -> String {
        let Self { kind, name, part } = self;
        let place = part.map(|it| format!(" beside {it:?}")).unwrap_or_default();
        format!("there is something to {kind} named {name:?}{place}")
    }
}
