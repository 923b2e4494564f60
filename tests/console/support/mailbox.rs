//! A real mail server, and the letters it received. The server is `tests/support/smtp.py`.

#![allow(dead_code, reason = "a vocabulary: not every word is in use every day")]

use std::{
    collections::HashSet,
    fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Mutex,
    time::Duration,
};

use mail_parser::{MessageParser, PartType};
use tokio::time::{Instant, sleep};

const PATIENCE: Duration = Duration::from_secs(20);

/// An SMTP server on a free port of 127.0.0.1. It ends with this value.
pub struct MailServer {
    process: Child,
    port: u16,
    folder: tempfile::TempDir,
    /// Files of the letters that `wait_for` already gave out.
    read: Mutex<HashSet<PathBuf>>,
}

/// A message as the server got it.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The envelope's sender.
    pub from: String,
    /// The envelope's recipients.
    pub to: Vec<String>,
    pub subject: String,
    /// Without angle brackets.
    pub message_id: String,
    /// The text part; empty when the message has none.
    pub text: String,
    /// The HTML part; empty when the message has none.
    pub html: String,
    /// Whether it came over TLS.
    pub encrypted: bool,
    /// Every byte of it, headers too.
    pub raw: String,
    file: PathBuf,
}

impl MailServer {
    /// A server that takes every message, without TLS or login.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// The same with more arguments for `smtp.py`, such as `["--login", "ada:secret"]`.
    pub async fn start_with(arguments: &[&str]) -> Self {
        let home = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        let python = home.join(".cache/venv/bin/python");
        assert!(python.exists(), "{} is missing: `tests/run` makes it", python.display());
        let folder = tempfile::tempdir().expect("a folder for mail");
        let mut process = Command::new(python)
            .arg(home.join("support/smtp.py"))
            .arg("--dir")
            .arg(folder.path())
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("smtp.py starts");
        let output = process.stdout.take().expect("its output is piped");
        let first_line = tokio::task::spawn_blocking(move || {
            let mut line = String::new();
            BufReader::new(output).read_line(&mut line).map(|_| line)
        });
        let line = first_line.await.expect("reader ends").expect("a line");
        let Ok(port) = line.trim().parse() else {
            let _ = process.kill();
            panic!("smtp.py ended without naming a port; its own words are above");
        };
        Self { process, port, folder, read: Mutex::default() }
    }

    /// What `NOXUS_SMTP_URL` wants.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// From now on: `accept`, `refuse`, `hang`, `450-then-accept`, `550`, `slow` or `cut`. See `smtp.py`.
    pub fn behave(&self, how: &str) {
        let unfinished = self.folder.path().join(".behaviour.test");
        fs::write(&unfinished, how).and_then(|()| fs::rename(&unfinished, self.folder.path().join("behaviour"))).expect("the behaviour is written");
    }

    /// What it does now; `450-then-accept` turns into `accept` after its one refusal.
    pub fn behaviour(&self) -> String {
        fs::read_to_string(self.folder.path().join("behaviour")).expect("smtp.py wrote it")
    }

    /// Waits until somebody has connected to the server that hangs.
    pub async fn until_somebody_hangs(&self) {
        let deadline = Instant::now() + PATIENCE;
        while !self.folder.path().join("hanging").exists() {
            assert!(Instant::now() < deadline, "nobody connected to the server within {PATIENCE:?}");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Every letter accepted so far, oldest first.
    pub fn letters(&self) -> Vec<Letter> {
        let mut files: Vec<_> = fs::read_dir(self.folder.path())
            .expect("the mail folder")
            .map(|entry| entry.expect("its entries").path())
            .filter(|path| path.extension().is_some_and(|it| it == "eml"))
            .collect();
        files.sort();
        files.into_iter().map(Letter::open).collect()
    }

    /// The next letter to `address`, waiting for it. Each letter is given out once, so a second call waits for a second letter.
    pub async fn wait_for(&self, address: &str) -> Letter {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let letters = self.letters();
            let next = letters
                .iter()
                .find(|it| it.to.iter().any(|to| to.eq_ignore_ascii_case(address)) && self.read.lock().expect("no panic").insert(it.file.clone()));
            if let Some(letter) = next {
                return letter.clone();
            }
            assert!(
                Instant::now() < deadline,
                "no new letter to {address} within {PATIENCE:?}; all letters so far: {:?}",
                letters.iter().map(|it| (&it.to, &it.subject)).collect::<Vec<_>>()
            );
            sleep(Duration::from_millis(50)).await;
        }
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Letter {
    fn open(file: PathBuf) -> Self {
        let raw = fs::read(&file).expect("a letter");
        let envelope = fs::read(file.with_extension("json")).expect("its envelope");
        let envelope: serde_json::Value = serde_json::from_slice(&envelope).expect("JSON");
        let message = MessageParser::default().parse(&raw).expect("a message that can be parsed");
        let (mut text, mut html) = (String::new(), String::new());
        for part in message.text_bodies().chain(message.html_bodies()) {
            match &part.body {
                PartType::Text(words) => text = words.to_string(),
                PartType::Html(markup) => html = markup.to_string(),
                _ => {}
            }
        }
        Self {
            from: envelope["from"].as_str().unwrap_or_default().to_owned(),
            to: envelope["to"].as_array().into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned)).collect(),
            subject: message.subject().unwrap_or_default().to_owned(),
            message_id: message.message_id().unwrap_or_default().to_owned(),
            text,
            html,
            encrypted: envelope["encrypted"] == true,
            raw: String::from_utf8_lossy(&raw).into_owned(),
            file,
        }
    }

    /// The invitation in it.
    pub fn link(&self) -> String {
        self.link_with("/invitation/")
    }

    /// The first http link that contains `part`, from the text, else from the HTML.
    pub fn link_with(&self, part: &str) -> String {
        links(&self.text)
            .chain(links(&self.html))
            .find(|link| link.contains(part))
            .unwrap_or_else(|| panic!("no link with {part:?} in the letter:\n{}\n{}", self.text, self.html))
            .replace("&amp;", "&")
    }
}

fn links(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("http").filter_map(|(start, _)| {
        let rest = &text[start..];
        let end = rest.find(|it: char| it.is_whitespace() || "\"'<>)".contains(it)).unwrap_or(rest.len());
        let link = rest[..end].trim_end_matches(['.', ',']);
        (link.starts_with("http://") || link.starts_with("https://")).then_some(link)
    })
}
