//! The ways people use a browser, so that a flow written once is gone through in each of them.

use serde_json::json;

use super::Browser;

/// How somebody goes through a flow.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// By mouse; every page is looked at (see [`Browser::looks_right`]).
    Mouse,
    /// Nothing but keys: what is pressed or filled in is reached by Tab.
    Keyboard,
    WithoutJavaScript,
    /// 390 px, by thumb; every page is looked at.
    Phone,
}

/// A browser in the hand of somebody who uses it in one way.
pub struct Hand {
    pub browser: Browser,
    way: Way,
}

impl Hand {
    pub async fn at(base: &str, way: Way) -> Self {
        let browser = match way {
            Way::Mouse | Way::Keyboard => Browser::open(base).await,
            Way::WithoutJavaScript => Browser::without_javascript(base).await,
            Way::Phone => Browser::phone(base).await,
        };
        Self { browser, way }
    }

    /// Whether pages run scripts.
    pub fn has_scripts(&self) -> bool {
        self.way != Way::WithoutJavaScript
    }

    /// Moves by Tab to what is called so, or begins so: a summary's link may be called as the field it leads to.
    async fn reach(&self, kind: &str, name: &str) {
        let arguments = || vec![json!(kind), json!(name)];
        let question = format!("there is something to {kind} named {name:?}");
        self.browser.until(&question, async || self.browser.script("return page.find(...arguments) !== null", arguments()).await == true).await;
        for _ in 0..200 {
            if self.browser.script("return document.activeElement === page.find(...arguments)", arguments()).await == true {
                return;
            }
            self.browser.keys(&["Tab"]).await;
        }
        panic!("Tab never reaches {name:?} to {kind}");
    }

    pub async fn press(&self, name: &str) {
        if self.way == Way::Keyboard {
            self.reach("press", name).await;
            self.browser.keys(&["Enter"]).await;
        } else {
            // As one who looks before they press: what a script moves has come to rest.
            self.browser.comes_to_rest().await;
            self.leads_on(name).await;
        }
    }

    /// Presses, and presses once more where nothing came of it: a tap is lost now and then when the screen moves under it, and
    /// whoever holds a phone taps again. Only what leads to another page is pressed twice: where a file is answered, the page stays.
    async fn leads_on(&self, name: &str) {
        let leads = "const it = page.find('press', arguments[0]); window.pressed = true; return !!it && it.matches('a[href], form:not([data-again]) button:not([type=button])')";
        let leads = self.browser.script(leads, vec![json!(name)]).await == true;
        self.browser.press(name).await;
        if !(leads && self.way == Way::Phone) {
            return;
        }
        for _ in 0..50 {
            if self.browser.script("return window.pressed === true && document.readyState === 'complete'", vec![]).await != true {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        self.browser.press(name).await;
    }

    /// Replaces what stands in a field.
    pub async fn fill(&self, label: &str, text: &str) {
        if self.way == Way::Keyboard {
            // Reached by Tab, what stands in it is selected, and goes with the first letter.
            self.reach("field", label).await;
            self.browser.keys(&[text]).await;
        } else {
            self.browser.fill(label, text).await;
        }
    }

    /// Ticks or clears a box that is the other way.
    pub async fn toggle(&self, label: &str) {
        if self.way == Way::Keyboard {
            self.reach("tick", label).await;
            self.browser.keys(&["Space"]).await;
        } else if self.browser.is_ticked(label).await {
            self.browser.untick(label).await;
        } else {
            self.browser.tick(label).await;
        }
    }

    /// Waits until the page shows `text`, then looks at it where looks count.
    pub async fn sees(&self, text: &str) {
        self.browser.sees(text).await;
        if matches!(self.way, Way::Mouse | Way::Phone) {
            self.browser.looks_right().await;
        }
    }
}
