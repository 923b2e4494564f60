//! A Chromium of one's own, driven through a chromedriver of one's own; both end with [`Driver`]. Knows nothing about pages.

use std::{
    io::{BufRead, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
    time::Duration,
};

use reqwest::Method;
use serde_json::{Value, json};
use thirtyfour::{
    Capabilities, CapabilitiesHelper, ChromiumLikeCapabilities, DesiredCapabilities, RequestData, SessionId, WebDriver, common::command::FormatRequestData,
    error::WebDriverResult,
};

const FLAGS: [&str; 14] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-breakpad",
    "--disable-features=PasswordLeakDetection,Translate,OptimizationHints",
    "--force-color-profile=srgb",
    "--lang=en-US",
];

/// What makes one browser unlike another.
#[derive(Clone, Copy, Debug, Default)]
pub struct Kind {
    /// A touch screen of 390 × 844 instead of a window of 1280 × 900.
    pub phone: bool,
    pub without_javascript: bool,
}

type Output = BufReader<ChildStdout>;

pub struct Driver {
    /// Taken out on drop: its end must come before the end of the process.
    session: Option<WebDriver>,
    process: Child,
    /// Kept open for what chromedriver may still say.
    _output: Output,
    /// Chromium's process, in case chromedriver is no longer there to end it.
    browser: Option<u64>,
    /// Chromium's profile and everything else it writes. Goes last.
    _home: tempfile::TempDir,
}

impl Driver {
    pub async fn start(kind: Kind) -> Self {
        let home = tempfile::tempdir().expect("a folder for the browser");
        let mut process = Command::new("chromedriver")
            .arg("--port=0")
            .env("HOME", home.path())
            .env("XDG_CONFIG_HOME", home.path())
            .env("XDG_CACHE_HOME", home.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver starts: `tests/run` installs it");
        let mut output = BufReader::new(process.stdout.take().expect("its output is piped"));
        let reading = tokio::task::spawn_blocking(move || (port_in(&mut output), output));
        let (port, output) = reading.await.expect("reading ends");
        let port = port.expect("chromedriver names its port");

        let capabilities = capabilities(kind, home.path()).expect("capabilities are JSON");
        let mut driver = Self { session: None, process, _output: output, browser: None, _home: home };
        let session =
            WebDriver::builder(format!("http://127.0.0.1:{port}"), capabilities).request_timeout(Duration::from_secs(120)).await.expect("Chromium starts");
        driver.browser = session.capabilities().get("goog:processID").and_then(Value::as_u64);
        driver.session = Some(session);
        driver
    }

    pub fn session(&self) -> &WebDriver {
        self.session.as_ref().expect("there until dropped")
    }

    /// Calls the Chrome DevTools Protocol.
    pub async fn devtools(&self, command: &'static str, parameters: Value) -> Value {
        let answer = self.session().cmd(DevTools(command, parameters)).await;
        let answer = answer.and_then(|it| it.value());
        answer.unwrap_or_else(|why| panic!("{command}: {why}"))
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Ends the session, and with it Chromium, in the orderly way. The session's own drop does this, waiting for it.
        let session = self.session.take();
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(session)));
        if ended.is_err()
            && let Some(browser) = self.browser
        {
            let _ = Command::new("kill").arg(browser.to_string()).status();
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// "ChromeDriver was started successfully on port 40431."
fn port_in(output: &mut Output) -> Option<u16> {
    output.lines().map_while(Result::ok).find_map(|line| {
        let (_, port) = line.rsplit_once("successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    })
}

fn capabilities(kind: Kind, home: &std::path::Path) -> WebDriverResult<Capabilities> {
    let mut chrome = DesiredCapabilities::chrome();
    for flag in FLAGS {
        chrome.add_arg(flag)?;
    }
    let profile = home.join("profile");
    chrome.add_arg(&format!("--user-data-dir={}", profile.display()))?;
    chrome.add_arg("--window-size=1280,900")?;
    let mut preferences = json!({ "credentials_enable_service": false });
    if kind.without_javascript {
        preferences["profile.managed_default_content_settings.javascript"] = json!(2);
    }
    chrome.add_experimental_option("prefs", preferences)?;
    if kind.phone {
        let screen = json!({ "width": 390, "height": 844, "pixelRatio": 2.0, "touch": true, "mobile": true });
        chrome.add_experimental_option("mobileEmulation", json!({ "deviceMetrics": screen }))?;
    }
    chrome.set("goog:loggingPrefs", json!({ "browser": "ALL" }))?;
    Ok(chrome.into())
}

#[derive(Debug)]
struct DevTools(&'static str, Value);

impl FormatRequestData for DevTools {
    fn format_request(&self, session: &SessionId) -> RequestData {
        RequestData::new(Method::POST, format!("/session/{session}/goog/cdp/execute")).add_body(json!({ "cmd": self.0, "params": self.1 }))
    }
}
