//! What no browser sends: heads and bodies that never end, broken framing, every odd byte, bombs. Against the real binary, over sockets:
//! each is answered with a refusal in time, nothing panics, and everybody else is served meanwhile.

mod bodies;
mod bytes;
mod framing;
mod lines;
mod slow;

use std::{
    fs::File,
    path::PathBuf,
    sync::atomic::{AtomicUsize, Ordering::SeqCst},
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use crate::support::{
    Console,
    people::PASSWORD,
    process::{Served, figure, free_port},
};

/// The longest anything may take: a body has 30 seconds, a file 60.
const LONGEST: Duration = Duration::from_secs(65);

/// The binary, and what opens its doors.
struct Target {
    served: Served,
    address: String,
    log: PathBuf,
    /// Grace, an organization admin, is signed in with this.
    cookie: String,
    /// Her key of the workspace.
    key: String,
    workspace: String,
    flow: String,
}

/// What came back.
struct Answer {
    /// `None`: nothing that begins as HTTP.
    status: Option<u16>,
    text: String,
    took: Duration,
}

impl Target {
    async fn of(console: &Console) -> Self {
        console.set_up().await;
        let (grace, workspace) = (console.user_named("grace"), console.workspace_named("Marketing"));
        let key = console.key(&grace, Some(&workspace), None).as_str().to_owned();
        let port = free_port();
        let log = console.data_dir().join("hostile.log");
        let mut command = console.command(&["serve"]);
        command.args(["--listen", &format!("127.0.0.1:{port}")]).env("NOXUS_LOG", "warn").stderr(File::create(&log).expect("a log"));
        let served = Served::start(&mut command, port).await;
        let mut this =
            Self { served, address: format!("127.0.0.1:{port}"), log, cookie: String::new(), key, workspace: workspace.to_string(), flow: String::new() };
        let form = format!("email=grace%40analytical.example&password={}", PASSWORD.replace(' ', "+"));
        let entered = this.send(&this.request("POST", "/sign-in", &["Content-Type: application/x-www-form-urlencoded"], form.as_bytes())).await;
        assert_eq!(entered.status, Some(303), "{}", entered.text);
        this.cookie = entered.text.lines().find_map(|line| line.strip_prefix("set-cookie: ")?.split(';').next()).expect("a cookie").to_owned();
        let made = this.send(&this.call("POST", "/v1/workflows", br#"{"name":"A flow","type":"flow","definition":{"nodes":[],"edges":[]}}"#)).await;
        assert_eq!(made.status, Some(200), "{}", made.text);
        this.flow = made.text.split_once("\"id\":\"").and_then(|(_, rest)| rest.get(..36)).expect("an id").to_owned();
        this
    }

    /// A request as bytes, with its length, that asks for the line to end.
    fn request(&self, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
        let mut bytes = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n", self.address).into_bytes();
        for header in headers {
            bytes.extend(format!("{header}\r\n").bytes());
        }
        if !body.is_empty() {
            bytes.extend(format!("Content-Length: {}\r\n", body.len()).bytes());
        }
        bytes.extend(b"\r\n");
        bytes.extend(body);
        bytes
    }

    /// As a program.
    fn call(&self, method: &str, path: &str, body: &[u8]) -> Vec<u8> {
        self.request(method, path, &[&self.with_key(), "Content-Type: application/json"], body)
    }

    /// As Grace's browser.
    fn browse(&self, method: &str, path: &str, content_type: &str, body: &[u8]) -> Vec<u8> {
        let (cookie, kind) = (self.with_cookie(), format!("Content-Type: {content_type}"));
        let headers = if body.is_empty() { vec![cookie.as_str()] } else { vec![cookie.as_str(), kind.as_str()] };
        self.request(method, path, &headers, body)
    }

    fn with_key(&self) -> String {
        format!("Authorization: Bearer {}", self.key)
    }

    fn with_cookie(&self) -> String {
        format!("Cookie: {}", self.cookie)
    }

    /// Sends on a line of its own, and reads until that ends.
    async fn send(&self, bytes: &[u8]) -> Answer {
        let began = Instant::now();
        let line = connect(&self.address).await;
        let (mut reading, mut writing) = line.into_split();
        let bytes = bytes.to_vec();
        // Who is refused early may not be able to send the rest.
        let sending = tokio::spawn(async move {
            let _ = writing.write_all(&bytes).await;
            writing
        });
        let mut got = Vec::new();
        let ended = timeout(LONGEST, reading.read_to_end(&mut got)).await;
        assert!(ended.is_ok(), "a line hangs, with {:?}", String::from_utf8_lossy(&got));
        sending.abort();
        let text = String::from_utf8_lossy(&got).into_owned();
        let status = text.strip_prefix("HTTP/1.1 ").or_else(|| text.strip_prefix("HTTP/1.0 ")).and_then(|rest| rest.get(..3)?.parse().ok());
        Answer { status, text, took: began.elapsed() }
    }

    /// The most memory it held, in MB, since it began or since [`Served::forget_peak`].
    fn most_memory(&self) -> u64 {
        figure(&self.served.pid().to_string(), "VmHWM") / 1024 / 1024
    }

    /// It still serves people and programs, and nothing went wrong inside.
    async fn stands(&self) {
        for request in [self.browse("GET", "/settings/users", "", b""), self.call("GET", "/v1/workflows", b"")] {
            let answer = self.send(&request).await;
            assert_eq!(answer.status, Some(200), "{}", answer.text);
        }
        let log = std::fs::read_to_string(&self.log).expect("the log");
        for bad in ["panicked", "a request failed", "Internal server error"] {
            assert!(!log.contains(bad), "{log}");
        }
    }

    /// Sends all of them, several at a time, and names those whose status is not among the `right` ones.
    async fn judge(&self, all: Vec<(String, Vec<u8>)>, right: std::ops::Range<u16>) {
        use futures_util::StreamExt as _;
        let count = all.len();
        let answers = futures_util::stream::iter(all).map(|(name, bytes)| async move { (name, self.send(&bytes).await) }).buffer_unordered(16);
        let wrong: Vec<String> = answers
            .filter_map(|(name, answer)| {
                let good = answer.status.is_some_and(|status| right.contains(&status));
                std::future::ready((!good).then(|| format!("{name}: {:?} after {:.1?}: {:.300}", answer.status, answer.took, answer.text)))
            })
            .collect()
            .await;
        assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
        self.stands().await;
    }
}

/// From one address after another: one alone has not enough ports.
async fn connect(address: &str) -> TcpStream {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let socket = TcpSocket::new_v4().expect("a socket");
    let from = format!("127.0.0.{}:0", 2 + NEXT.fetch_add(1, SeqCst) % 200);
    socket.bind(from.parse().expect("an address")).expect("a port");
    socket.connect(address.parse().expect("an address")).await.expect("it takes lines")
}

/// A refusal.
const REFUSED: std::ops::Range<u16> = 400..500;
/// Any answer but a fault.
const BORNE: std::ops::Range<u16> = 200..500;
