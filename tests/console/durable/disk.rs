//! A small disk of a test's own: a tmpfs in a mount namespace, which ends with the process that holds it.
//!
//! Root may have one, and elsewhere whoever may have a user namespace. Where the machine lends none this says so, and takes a
//! limit on the size of files instead: the system refuses to write in the same places, with another word for it.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

use super::own_postgres::is_root;

pub struct Disk {
    holder: Child,
    folder: TempDir,
}

impl Disk {
    /// Of so many MiB.
    pub fn of(size: usize) -> Result<Self, String> {
        let folder = TempDir::new().expect("a folder");
        let at = folder.path().display();
        let hold = format!("mount -t tmpfs -o size={size}m,mode=0755 none {at} && echo ready && exec sleep infinity");
        let own = if is_root() { "-m" } else { "-rm" };
        let mut command = Command::new("unshare");
        command.args([own, "sh", "-c", &hold]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut holder = command.spawn().map_err(|e| e.to_string())?;
        let mut line = String::new();
        let _ = BufReader::new(holder.stdout.take().expect("its output")).read_line(&mut line);
        if line.trim() == "ready" {
            return Ok(Self { holder, folder });
        }
        let _ = holder.kill();
        let said = holder.wait_with_output().map(|said| String::from_utf8_lossy(&said.stderr).trim().to_owned());
        Err(said.unwrap_or_default())
    }

    /// What runs a command where it is.
    pub fn inside(&self) -> Vec<String> {
        let pid = self.holder.id().to_string();
        let own = if is_root() { &["-m"][..] } else { &["-U", "--preserve-credentials", "-m"] };
        ["nsenter", "-t", &pid].iter().chain(own).chain(&["--"]).map(|word| (*word).to_owned()).collect()
    }

    /// Its folder, for those inside.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The same, for those outside.
    pub fn seen_from_here(&self) -> PathBuf {
        let inside = self.path().strip_prefix("/").expect("a whole path");
        PathBuf::from(format!("/proc/{}/root", self.holder.id())).join(inside)
    }

    fn filling(&self) -> PathBuf {
        self.seen_from_here().join("filling")
    }

    /// Takes all the room there is but for so many bytes.
    pub fn fill_but(&self, left: u64) {
        let mut file = fs::File::create(self.filling()).expect("a file");
        let block = [0; 4096];
        let mut written = 0;
        while file.write_all(&block).is_ok() {
            written += block.len() as u64;
        }
        file.set_len(written.saturating_sub(left)).expect("a shorter file");
    }

    pub fn make_room(&self) {
        fs::remove_file(self.filling()).expect("it was filled");
    }

    /// Copies what lies in one of its folders to another disk, to be looked at there: SQLite does not find its way in from here.
    pub fn copy(&self, folder: &str, to: &Path) {
        for entry in fs::read_dir(self.seen_from_here().join(folder)).expect("the folder") {
            let entry = entry.expect("its entries");
            if entry.path().is_file() {
                fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
            }
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}
