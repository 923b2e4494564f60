//! Taking a PostgreSQL away without a word to anybody: its network is cut, or it stands still.
//!
//! A network of its own needs root and a kernel that lends it. Where there is none this says so, and takes what needs no
//! privilege: the server is frozen, and nothing but silence comes from it.

use std::{
    fmt,
    process::{Child, Command, Stdio},
};

use super::{
    chance,
    own_postgres::{Cluster, done},
};

pub struct Away {
    // Stopped before its network ends.
    cluster: Cluster,
    network: Option<Network>,
}

impl Away {
    pub fn by_the_network() -> Self {
        match Network::new() {
            Ok(network) => Self { cluster: Cluster::start_at(&network.there, &network.inside()), network: Some(network) },
            Err(why) => {
                println!("NOT the network: this machine lends none ({why}). The server stands still instead.");
                Self::by_standing_still()
            }
        }
    }

    pub fn by_standing_still() -> Self {
        Self { cluster: Cluster::start(), network: None }
    }

    pub fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    pub fn goes(&self) {
        match &self.network {
            Some(network) => network.set("down"),
            None => self.cluster.freeze(),
        }
    }

    pub fn comes_back(&self) {
        match &self.network {
            Some(network) => network.set("up"),
            None => self.cluster.thaw(),
        }
    }
}

impl fmt::Display for Away {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.network.is_some() { "the network was gone" } else { "the server stood still" })
    }
}

/// A pair of network devices: one end here, one in a network namespace, which ends with the process that holds it.
struct Network {
    holder: Child,
    device: String,
    there: String,
}

impl Network {
    fn new() -> Result<Self, String> {
        let holder = Command::new("unshare").args(["-n", "sleep", "infinity"]).stdin(Stdio::null()).spawn().map_err(|e| e.to_string())?;
        // From the block that is kept for trying networks out (RFC 2544).
        let (n, net) = (chance(1 << 15), |n: u64, host: u64| format!("198.{}.{}.{}", 18 + (n >> 14), (n >> 6) & 255, (n & 63) * 4 + host));
        let this = Self { device: format!("nx{n}"), there: net(n, 2), holder };
        this.begin(&net(n, 1))?;
        Ok(this)
    }

    fn begin(&self, here: &str) -> Result<(), String> {
        let (pid, device) = (self.holder.id().to_string(), self.device.as_str());
        let own = |id: &str| std::fs::read_link(format!("/proc/{id}/ns/net"));
        // It takes a moment until it has its namespace.
        for _ in 0..200 {
            if own(&pid).is_ok_and(|theirs| own("self").is_ok_and(|ours| ours != theirs)) {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let peer = format!("{device}p");
        self.try_here(&["link", "add", device, "type", "veth", "peer", "name", &peer, "netns", &pid])?;
        self.try_here(&["addr", "add", &format!("{here}/30"), "dev", device])?;
        self.try_here(&["link", "set", device, "up"])?;
        self.try_there(&["addr", "add", &format!("{}/30", self.there), "dev", &peer])?;
        self.try_there(&["link", "set", &peer, "up"])?;
        self.try_there(&["link", "set", "lo", "up"])
    }

    /// What runs a command in it.
    fn inside(&self) -> Vec<String> {
        ["nsenter".to_owned(), "-t".to_owned(), self.holder.id().to_string(), "-n".to_owned(), "--".to_owned()].to_vec()
    }

    /// The far end: here there is a device all the time, and nothing answers.
    fn set(&self, state: &str) {
        let inside = self.inside();
        done(Command::new(&inside[0]).args(&inside[1..]).args(["ip", "link", "set", &format!("{}p", self.device), state]));
    }

    fn try_here(&self, arguments: &[&str]) -> Result<(), String> {
        attempt(Command::new("ip").args(arguments))
    }

    fn try_there(&self, arguments: &[&str]) -> Result<(), String> {
        let inside = self.inside();
        attempt(Command::new(&inside[0]).args(&inside[1..]).arg("ip").args(arguments))
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        // With the namespace go its device and the end that is here.
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

fn attempt(command: &mut Command) -> Result<(), String> {
    let said = command.output().map_err(|e| format!("{command:?}: {e}"))?;
    if said.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&said.stderr).trim().to_owned()) }
}
