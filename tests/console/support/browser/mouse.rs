//! A pointer that holds on to something and moves.

use serde_json::json;

use super::Browser;

impl Browser {
    /// Presses on the middle of what a selector finds, moves by some pixels, and lets go.
    pub async fn drag(&self, selector: &str, across: f64, down: f64) {
        let middle = "const it = document.querySelector(arguments[0]); it.scrollIntoView(); const r = it.getBoundingClientRect(); \
                      return [r.x + r.width / 2, r.y + r.height / 2]";
        let at = self.script(middle, vec![json!(selector)]).await;
        let (x, y) = (at[0].as_f64().expect("a number"), at[1].as_f64().expect("a number"));
        for (kind, x, y, held) in [
            ("mousePressed", x, y, 1),
            ("mouseMoved", x + across / 2.0, y + down / 2.0, 1),
            ("mouseMoved", x + across, y + down, 1),
            ("mouseReleased", x + across, y + down, 0),
        ] {
            let event = json!({ "type": kind, "x": x, "y": y, "button": "left", "buttons": held, "clickCount": 1 });
            self.driver.devtools("Input.dispatchMouseEvent", event).await;
        }
    }
}
