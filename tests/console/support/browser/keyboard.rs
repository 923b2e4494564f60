//! Real key presses, for those who use nothing else.

use thirtyfour::Key;

use super::Browser;

impl Browser {
    /// Presses keys, wherever the focus is: `Tab`, `Shift+Tab`, `Enter`, `Space`, `Escape`, `Up`, `Down`, `Left`,
    /// `Right`, `Home`, `End`, `Backspace`; anything else is typed as text.
    pub async fn keys(&self, keys: &[&str]) {
        for key in keys {
            let chain = self.driver.session().action_chain();
            let chain = match *key {
                "Shift+Tab" => chain.key_down(Key::Shift).send_keys(Key::Tab).key_up(Key::Shift),
                text => match named(text) {
                    Some(key) => chain.send_keys(key),
                    None => chain.send_keys(text),
                },
            };
            // At the press of a key a page may be left, before the key is let go.
            if let Err(e) = chain.perform().await {
                assert!(e.to_string().contains("aborted by navigation"), "keys can be pressed: {e}");
            }
        }
    }

    /// Presses Tab until the element with this name has the focus.
    pub async fn focus_on(&self, name: &str) {
        let mut passed = Vec::new();
        for _ in 0..200 {
            let focused = self.focused().await;
            if focused == name {
                return;
            }
            passed.push(focused);
            self.keys(&["Tab"]).await;
        }
        passed.dedup();
        passed.truncate(40);
        panic!("Tab never reaches {name:?}; it goes through {passed:?}");
    }

    /// The name of what has the focus; empty when nothing has it.
    pub async fn focused(&self) -> String {
        let name = self.script("return page.focused()", vec![]).await;
        name.as_str().unwrap_or_default().to_owned()
    }
}

fn named(key: &str) -> Option<Key> {
    Some(match key {
        "Tab" => Key::Tab,
        "Enter" => Key::Enter,
        "Space" => Key::Space,
        "Escape" => Key::Escape,
        "Up" => Key::Up,
        "Down" => Key::Down,
        "Left" => Key::Left,
        "Right" => Key::Right,
        "Home" => Key::Home,
        "End" => Key::End,
        "Backspace" => Key::Backspace,
        _ => return None,
    })
}
