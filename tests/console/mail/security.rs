//! TLS and login.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
};

use noxus_console::domain::outbox::State;
use tempfile::TempDir;

use super::Row;
use crate::support::{
    Console,
    engine::{Engine, Start as _},
    mailbox::{Letter, MailServer},
};

/// Ends with this value.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill().and_then(|()| self.0.wait());
    }
}

/// A certificate nobody vouches for, and its key.
fn self_signed(folder: &Path) -> [String; 2] {
    let [cert, key] = ["cert.pem", "key.pem"].map(|name| folder.join(name).display().to_string());
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30", "-subj", "/CN=localhost"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", &key, "-out", &cert])
        .output()
        .expect("openssl: `tests/run` installs it");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    [cert, key]
}

/// A server with these arguments, which may need a certificate, and what becomes of a mail to it. `PORT` stands in the URL.
async fn send(tls: Option<&str>, login: Option<&str>, url: &str) -> (Row, Vec<Letter>) {
    let folder = TempDir::new().expect("a folder");
    let mut arguments: Vec<String> = Vec::new();
    if let Some(kind) = tls {
        let [cert, key] = self_signed(folder.path());
        arguments.extend(["--tls".into(), kind.into(), "--cert".into(), cert, "--key".into(), key]);
    }
    arguments.extend(login.into_iter().flat_map(|it| ["--login".to_owned(), it.to_owned()]));
    let server = MailServer::start_with(&arguments.iter().map(String::as_str).collect::<Vec<_>>()).await;
    let url = url.replace("PORT", &server.port().to_string());
    let console = Console::start_with(Engine::Sqlite, &["--smtp-url", &url]).await;
    console.set_up().await;
    let alan = console.invited_reader("Alan Turing").await;
    console.ring();
    let row = console.row_when(&alan.letter, |row| row.state != State::Queued || row.problem.is_some()).await;
    (row, server.letters())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_nobody_vouches_for_is_not_believed() {
    let (row, letters) = send(Some("smtps"), None, "smtps://127.0.0.1:PORT").await;
    assert!(row.state == State::Queued && row.problem().starts_with("no secure connection to the mail server: "), "{row:?}");
    assert_eq!(letters.len(), 0);
    // To Linux 0.0.0.0 is this machine as well; to us it is a server like any other.
    let (row, letters) = send(Some("starttls"), None, "smtp://0.0.0.0:PORT").await;
    assert!(row.state == State::Queued && row.problem().starts_with("no secure connection to the mail server: "), "{row:?}");
    assert_eq!(letters.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_the_system_vouches_for_is_believed() {
    let folder = TempDir::new().expect("a folder");
    let [cert, key] = self_signed(folder.path());
    let server = MailServer::start_with(&["--tls", "smtps", "--cert", &cert, "--key", &key, "--login", "ada:s3cret"]).await;
    let mut console = Console::start(Engine::Sqlite).await;
    console.stop_mail();
    console.set_up().await;
    let alan = console.invited_reader("Alan Turing").await;
    // What the system vouches for is a process's own affair: so this is one.
    let _other = Process(
        Command::new(env!("CARGO_BIN_EXE_noxus-console"))
            .env("SSL_CERT_FILE", &cert)
            .env("NOXUS_SMTP_URL", format!("smtps://ada:s3cret@localhost:{}", server.port()))
            .args(["--listen", "127.0.0.1:0", "--public-url", &console.base, "--database-url", &console.app.config.database_url])
            .arg("--data-dir")
            .arg(console.data_dir())
            .stdout(Stdio::null())
            .spawn()
            .expect("the console starts"),
    );
    let row = console.row_when(&alan.letter, |row| row.state != State::Queued || row.problem.is_some()).await;
    assert_eq!(row.state, State::Sent, "{row:?}");
    assert!(server.letters()[0].encrypted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_the_machine_itself_starttls_is_used_with_any_certificate() {
    let (row, letters) = send(Some("starttls"), Some("ada:s3cret/+"), "smtp://ada:s3cret%2F+@localhost:PORT").await;
    assert_eq!(row.state, State::Sent, "{row:?}");
    assert!(letters[0].encrypted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_does_not_leave_the_machine_in_the_clear() {
    let (row, letters) = send(None, Some("ada:s3cret"), "smtp://ada:s3cret@0.0.0.0:PORT").await;
    assert_eq!((row.state, row.problem()), (State::Queued, "the mail server offers no STARTTLS, so the password was not sent"));
    assert_eq!(letters.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_login_is_said_and_the_mail_waits() {
    let (row, letters) = send(Some("starttls"), Some("ada:right"), "smtp://ada:wrong@127.0.0.1:PORT").await;
    assert!(row.state == State::Queued && row.problem().starts_with("the mail server refused the login: 535"), "{row:?}");
    assert!(!row.problem().contains("wrong"), "{row:?}");
    assert_eq!(letters.len(), 0);
}
