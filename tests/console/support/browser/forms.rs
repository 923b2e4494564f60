//! Filling in forms, by the words of their labels.

use std::path::Path;

use serde_json::json;
use thirtyfour::{WebElement, error::WebDriverResult};

use super::{Browser, Wanted};

impl Browser {
    /// Types into the field with this label, replacing what was there. A date is given as 2031-01-31.
    pub async fn fill(&self, label: &str, text: &str) {
        self.with(Wanted::new("field", label), async |field| {
            let kind = field.prop("type").await?.unwrap_or_default();
            if ["date", "time", "datetime-local", "color", "range"].contains(&kind.as_str()) {
                // Typing into these depends on the locale.
                let arguments = vec![field.to_json()?, json!(text)];
                self.try_script("page.setValue(...arguments)", arguments).await?;
                return Ok(());
            }
            field.clear().await?;
            field.send_keys(text).await
        })
        .await;
    }

    /// What the field with this label holds.
    pub async fn value(&self, label: &str) -> String {
        let field = self.wait_for(Wanted::new("field", label)).await;
        let value = field.prop("value").await.expect("a field has a value");
        value.unwrap_or_default()
    }

    /// Takes an option of the select, or of the group of radio buttons, with this label.
    pub async fn choose(&self, label: &str, option: &str) {
        let question = format!("{label:?} offers {option:?}");
        self.until(&question, async || self.try_choose(label, option).await.unwrap_or(false)).await;
    }

    async fn try_choose(&self, label: &str, option: &str) -> WebDriverResult<bool> {
        if let Some(select) = self.find(Wanted::new("select", label)).await? {
            let arguments = vec![select.to_json()?, json!(option)];
            let found = self.element("return page.option(...arguments)", arguments).await?;
            let Some(option) = found else {
                return Ok(false);
            };
            return option.click().await.map(|()| true);
        }
        let arguments = vec![json!(label), json!(option)];
        let found = self.element("return page.radio(...arguments)", arguments).await?;
        let Some(radio) = found else {
            return Ok(false);
        };
        self.switch(&radio, true).await.map(|()| true)
    }

    /// Ticks the checkbox with this label, if it is not.
    pub async fn tick(&self, label: &str) {
        self.with(Wanted::new("tick", label), async |it| self.switch(&it, true).await).await;
    }

    /// Clears the checkbox with this label, if it is ticked.
    pub async fn untick(&self, label: &str) {
        self.with(Wanted::new("tick", label), async |it| self.switch(&it, false).await).await;
    }

    /// Whether the checkbox with this label is ticked.
    pub async fn is_ticked(&self, label: &str) -> bool {
        let found = self.wait_for(Wanted::new("tick", label)).await;
        found.is_selected().await.expect("a checkbox is ticked or not")
    }

    async fn switch(&self, control: &WebElement, on: bool) -> WebDriverResult<()> {
        if control.is_selected().await? != on && control.click().await.is_err() {
            // Its own box is hidden and its label drawn instead.
            let label = self.element("return page.label(...arguments)", vec![control.to_json()?]).await?;
            label.expect("the control, at least").click().await?;
        }
        Ok(())
    }

    /// Chooses a file for the file field with this label.
    pub async fn attach(&self, label: &str, file: impl AsRef<Path>) {
        let file = file.as_ref().display().to_string();
        self.with(Wanted::new("file", label), async |it| it.send_keys(file.as_str()).await).await;
    }
}
