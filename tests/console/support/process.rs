//! The real binary as a command: what it prints, how it ends, and serving until the test is over.

#![allow(dead_code, reason = "a vocabulary: not every word is in use every day")]

use std::{
    io::Read as _,
    net::TcpListener,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

/// The binary with arguments, none of the caller's settings, and a cheap hash.
pub fn run(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_noxus-console"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("NOXUS_")) {
        command.env_remove(name);
    }
    command.env("NOXUS_PASSWORD_HASH", "64,1,1").env("NOXUS_LOG", "error").args(arguments).stdin(Stdio::null());
    command
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port()
}

/// A figure of `/proc/…/status`, in bytes; 0 where the process is gone.
pub fn figure(pid: &str, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or_default() * 1024
}

/// What a command that ends by itself said.
pub struct Said {
    pub out: String,
    pub err: String,
    pub code: Option<i32>,
}

impl Said {
    pub fn of(command: &mut Command) -> Self {
        let done = command.output().expect("the binary runs");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { out: text(&done.stdout), err: text(&done.stderr), code: done.status.code() }
    }

    /// With something to read on standard input.
    pub fn of_with_input(command: &mut Command, input: &str) -> Self {
        use std::io::Write as _;
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
        // It may stop without reading: that is for the test to judge.
        let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
        let done = child.wait_with_output().expect("it ends");
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { out: text(&done.stdout), err: text(&done.stderr), code: done.status.code() }
    }

    #[track_caller]
    pub fn ends_well(&self) {
        assert_eq!(self.code, Some(0), "{}{}", self.out, self.err);
    }

    /// One sentence, on one line, and exit code 1.
    #[track_caller]
    pub fn fails_saying(&self, words: &str) {
        assert_eq!(self.code, Some(1), "{}{}", self.out, self.err);
        assert!(self.err.contains(words), "{words:?} is not in {:?}", self.err);
        assert_eq!(self.err.trim().lines().count(), 1, "{:?}", self.err);
    }
}

/// A console that serves in a process of its own.
pub struct Served {
    pub base: String,
    child: Child,
    out: Arc<Mutex<String>>,
}

impl Served {
    /// Starts it and waits until it answers.
    pub async fn start(command: &mut Command, port: u16) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the binary runs");
        let mut pipe = child.stdout.take().expect("its output");
        let out = Arc::new(Mutex::new(String::new()));
        let written = out.clone();
        std::thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(n @ 1..) = pipe.read(&mut bytes) {
                written.lock().expect("no panic").push_str(&String::from_utf8_lossy(&bytes[..n]));
            }
        });
        let mut this = Self { base: format!("http://127.0.0.1:{port}"), child, out };
        for _ in 0..300 {
            if reqwest::get(format!("{}/sign-in", this.base)).await.is_ok() {
                return this;
            }
            if let Ok(Some(ended)) = this.child.try_wait() {
                panic!("it ended by itself, {ended}: {}", this.said());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("it does not answer: {}", this.said());
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The most memory that it held (`VmHWM`) counts from now on.
    pub fn forget_peak(&self) {
        std::fs::write(format!("/proc/{}/clear_refs", self.pid()), "5").expect("Linux");
    }

    /// What it has printed so far.
    pub fn said(&self) -> String {
        self.out.lock().expect("no panic").clone()
    }

    /// Tells it to stop, and says how it ended and after how long.
    pub fn stop(mut self) -> (Option<i32>, Duration) {
        let began = Instant::now();
        let told = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("kill runs");
        assert!(told.success());
        let code = self.child.wait().expect("it ends").code();
        (code, began.elapsed())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
