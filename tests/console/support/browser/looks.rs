//! Judging a page as a whole: does it fit, can everybody read it, does the browser complain. See [`Browser::looks_right`].

use std::path::Path;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};

use super::Browser;

/// From the narrowest phone to a wide window; 720 px is a 1440 px window at 200 % zoom.
const WIDTHS: [u32; 6] = [320, 390, 720, 768, 1000, 1440];

const AXE_RUN: &str = r"
const done = arguments[arguments.length - 1];
// The bar that sticks to the window's foot covers part of whatever is scrolled below it: no target is too small for that.
document.querySelectorAll('.bulk').forEach(bar => bar.style.position = 'static');
axe.run(document, {
    runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
    resultTypes: ['violations'],
}).then(
    found => done(found.violations.flatMap(it => it.nodes.map(node =>
        `${it.id}: ${it.help}\n      ${node.html}\n      ${node.failureSummary.replaceAll('\n', ' ')}`))),
    why => done([`axe failed: ${why}`]));
";

impl Browser {
    /// Asserts that the page fits every width without sideways scrolling, that axe finds nothing on a phone and on a
    /// desktop, light and dark, and that the browser reported no error in a script and no breach of the page's policy.
    pub async fn looks_right(&self) {
        let mut wrong = self.complaints().await;
        for width in WIDTHS {
            self.set_width(width, 900).await;
            let out = self.sideways().await;
            if !out.is_empty() {
                wrong.push(format!("at {width} px it does not fit: {out}"));
            }
        }
        for (width, theme) in [(390, "light"), (1440, "light"), (1440, "dark")] {
            self.set_width(width, 900).await;
            self.theme(theme).await;
            let found = self.axe().await;
            wrong.extend(found.into_iter().map(|it| format!("at {width} px, {theme}, axe: {it}")));
        }
        self.theme("light").await;
        self.own_width().await;
        assert!(wrong.is_empty(), "{} does not look right:\n  {}", self.url().await, wrong.join("\n  "));
    }

    /// What does not fit beside each other at the width there is now; empty if all does.
    pub async fn sideways(&self) -> String {
        let out = self.script("return [...page.stickingOut(), ...page.crowded()]", vec![]).await;
        if out.as_array().is_some_and(|it| !it.is_empty()) { out.to_string() } else { String::new() }
    }

    /// What axe-core finds wrong: one entry an element, with rule, markup and advice. Nothing in a browser without
    /// JavaScript, where axe cannot run.
    pub async fn axe(&self) -> Vec<String> {
        if self.kind.without_javascript {
            return Vec::new();
        }
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/.cache/node/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(&file).unwrap_or_else(|why| panic!("{}: {why}; `tests/run` fetches it", file.display()));
        // A colour that is still on its way from one theme to the other is nobody's choice.
        let still = "getComputedStyle(document.body).color; return document.getAnimations().every(it => it.playState !== 'running')";
        self.until("nothing moves", async || self.script(still, vec![]).await == json!(true)).await;
        let session = self.driver.session();
        session.execute(format!("if (!window.axe) {{ {axe} }}"), vec![]).await.expect("axe loads");
        let found = session.execute_async(AXE_RUN, vec![]).await.expect("axe runs");
        found.convert().expect("a list of texts")
    }

    /// Errors of scripts and breaches of the page's Content-Security-Policy since the last call. A refusal such as 422 is not one.
    pub async fn complaints(&self) -> Vec<String> {
        let log = self.driver.session().browser_log().await;
        let log = log.expect("chromedriver keeps the log");
        log.into_iter()
            .map(|entry| serde_json::to_value(entry).expect("JSON"))
            .filter(|entry| entry["level"] == "SEVERE" && entry["source"] != "network")
            .map(|entry| format!("the browser says: {}", entry["message"].as_str().unwrap_or_default()))
            .collect()
    }

    /// The size of the viewport in CSS pixels, from now on. Shorter or longer than the window does not matter.
    pub async fn set_width(&self, width: u32, height: u32) {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 0, "mobile": false });
        self.driver.devtools("Emulation.setDeviceMetricsOverride", size).await;
        self.until(&format!("the page is {width} px wide"), async || self.script("return innerWidth", vec![]).await == json!(width)).await;
    }

    /// Back to what this browser began with.
    async fn own_width(&self) {
        if self.kind.phone {
            let screen = json!({ "width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": true });
            self.driver.devtools("Emulation.setDeviceMetricsOverride", screen).await;
        } else {
            self.driver.devtools("Emulation.clearDeviceMetricsOverride", json!({})).await;
        }
    }

    /// `light` or `dark`, as the system would say.
    pub async fn theme(&self, scheme: &str) {
        self.prefers("prefers-color-scheme", scheme).await;
    }

    /// Any other preference of the system, such as `("forced-colors", "active")`. Preferences add up.
    pub async fn prefers(&self, feature: &str, value: &str) {
        let features: Vec<Value> = {
            let mut preferences = self.preferences.lock().expect("no panic");
            preferences.insert(feature.to_owned(), value.to_owned());
            let all = preferences.iter();
            all.map(|(name, value)| json!({ "name": name, "value": value })).collect()
        };
        self.driver.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
    }

    /// What stands in the window, as a WebP of one and a half times its size: small, and sharp enough to read.
    pub async fn picture(&self, width: u32, height: u32) -> Vec<u8> {
        self.set_width(width, height).await;
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1.5, "mobile": false });
        self.driver.devtools("Emulation.setDeviceMetricsOverride", size).await;
        let shot = self.driver.devtools("Page.captureScreenshot", json!({ "format": "webp", "quality": 80 })).await;
        self.own_width().await;
        BASE64_STANDARD.decode(shot["data"].as_str().expect("base64")).expect("base64")
    }

    /// Writes a PNG of the whole page, also of what is below the fold.
    pub async fn screenshot(&self, path: impl AsRef<Path>) {
        let whole = json!({ "format": "png", "captureBeyondViewport": true });
        let shot = self.driver.devtools("Page.captureScreenshot", whole).await;
        let png = BASE64_STANDARD.decode(shot["data"].as_str().expect("base64")).expect("base64");
        std::fs::write(path, png).expect("the picture is written");
    }
}
