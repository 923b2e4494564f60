//! How far a password being typed has come: judged on the server alone, asked for by a script (`behaviours/strength.js`).

use actix_web::HttpResponse;
use serde::{Deserialize, Serialize};

use super::{Answer, json};
use crate::base::password::{LONGEST, Strength};

#[derive(Deserialize)]
pub struct StrengthInput {
    pub password: String,
}

#[derive(Serialize)]
struct Said {
    /// Of four.
    level: u8,
    words: String,
}

/// Answers what is to be said of it. Nothing of the password is in the answer.
pub fn say(input: &StrengthInput, own_words: &[String]) -> Answer {
    // More than is ever judged is not even looked at.
    let typed: String = input.password.chars().take(LONGEST + 1).collect();
    let own: Vec<&str> = own_words.iter().map(String::as_str).collect();
    let Strength { level, words } = Strength::of(&typed, &own);
    json(&Said { level, words }).map(HttpResponse::from)
}
