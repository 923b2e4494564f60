//! Decoding in a process of its own. No decoder promises how much it takes of what somebody made on purpose: a WebP of 5 MB can
//! hold tables that unfold to a gigabyte, long before any of its limits is asked. So the console runs itself once more as `reduce-picture`,
//! with little memory and time that the system holds it to; whatever happens there, the server only reads an answer.

use std::{
    fs::File,
    io::{Read as _, Write as _},
    path::Path,
    process::Stdio,
    time::Duration,
};

use tokio::{process::Command, sync::Semaphore, time::timeout};

use super::{
    LARGEST_FILE, Reduced, reduce,
    reduce::{DAMAGED, TOO_MUCH},
};

/// What the command is called.
pub const COMMAND: &str = "reduce-picture";
/// Bytes of memory it may have for its data: for the pixels of 13 megapixels and their file, each as the allocator rounds it up.
#[cfg(unix)]
const MEMORY: u64 = 58 * 1024 * 1024;
/// Seconds of the processor it may have; and of the clock, for a machine that is busy.
#[cfg(unix)]
const PROCESSOR: u64 = 10;
const CLOCK: Duration = Duration::from_secs(30);
/// How long somebody waits for their turn.
const PATIENCE: Duration = Duration::from_secs(20);

/// One at a time: memory is bounded for the machine, not for each.
static TURN: Semaphore = Semaphore::const_new(1);

/// Why there is nothing to show.
#[derive(Debug)]
pub enum Unreduced {
    /// A sentence for whoever uploaded it.
    Refused(String),
    /// Others were first for too long.
    Busy,
    /// A fault of ours.
    Failed(String),
}

/// `program`, this one, to be run so, and not otherwise: a gigabyte that its allocator maps before the bound is set would be handed out
/// whatever the bound says. So told, it maps what cannot be written to, and makes of that as much its own as it needs, within the bound.
pub fn command(program: &Path) -> std::process::Command {
    let mut command = std::process::Command::new(program);
    command
        .arg(COMMAND)
        .env_clear()
        .env("MIMALLOC_ARENA_EAGER_COMMIT", "0")
        .env("MIMALLOC_PAGE_COMMIT_ON_DEMAND", "1")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// [`reduce`], in a process of its own. `program`: this one.
pub async fn reduce_apart(program: &Path, file: File) -> Result<Reduced, Unreduced> {
    let failed = |what: &str, e: std::io::Error| Unreduced::Failed(format!("{COMMAND} {what}: {e}"));
    let _turn = timeout(PATIENCE, TURN.acquire()).await.map_err(|_| Unreduced::Busy)?;
    let child = Command::from(command(program)).stdin(file).kill_on_drop(true).spawn().map_err(|e| failed("cannot be started", e))?;
    let Ok(answered) = timeout(CLOCK, child.wait_with_output()).await else {
        tracing::warn!("a picture took too long to read");
        return Err(Unreduced::Refused(DAMAGED.into()));
    };
    let answer = answered.map_err(|e| failed("does not answer", e))?;
    if let (true, Some(reduced)) = (answer.status.success(), read(&answer.stdout)) {
        return reduced.map_err(Unreduced::Refused);
    }
    let said = String::from_utf8_lossy(&answer.stderr);
    tracing::warn!(status = %answer.status, said = %said.trim(), "a picture could not be read");
    // Rust's own words where there is no memory left.
    Err(Unreduced::Refused(if said.contains("memory allocation of") { TOO_MUCH } else { DAMAGED }.into()))
}

/// The answer: a zero and the sides of the picture before it, or a one and a sentence.
fn read(answer: &[u8]) -> Option<Result<Reduced, String>> {
    let (kind, rest) = answer.split_first()?;
    if *kind == 1 {
        return Some(Err(String::from_utf8(rest.to_vec()).ok()?));
    }
    let side = |at: usize| Some(u32::from_be_bytes(rest.get(at..at + 4)?.try_into().ok()?));
    Some(Ok(Reduced { width: side(0)?, height: side(4)?, jpeg: rest.get(8..)?.to_vec() }))
}

/// What the command does: reads a file from its input, answers on its output.
pub fn run() -> std::io::Result<()> {
    bound()?;
    let mut file = Vec::with_capacity(LARGEST_FILE + 1);
    std::io::stdin().lock().take(LARGEST_FILE as u64 + 1).read_to_end(&mut file)?;
    let answer = match reduce(file) {
        Ok(Reduced { width, height, jpeg }) => [&[0][..], &width.to_be_bytes(), &height.to_be_bytes(), &jpeg].concat(),
        Err(sentence) => [&[1][..], sentence.as_bytes()].concat(),
    };
    std::io::stdout().lock().write_all(&answer)
}

/// What the system holds this process to from now on. It writes no file, and leaves none of its memory behind.
#[cfg(unix)]
fn bound() -> std::io::Result<()> {
    use rlimit::Resource;
    for (resource, most) in [(Resource::DATA, MEMORY), (Resource::CPU, PROCESSOR), (Resource::FSIZE, 0), (Resource::CORE, 0)] {
        rlimit::setrlimit(resource, most, most)?;
    }
    Ok(())
}

#[cfg(not(unix))]
fn bound() -> std::io::Result<()> {
    Ok(())
}
