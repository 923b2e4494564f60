//! Every setting of the process, and the only reader of the environment. A wrong one stops the start with one sentence
//! that names it. What the organization decides is not here but in its row, behind Settings → General.

use std::{
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
};

use clap::{Args, Parser, Subcommand};
use ipnet::IpNet;
use listenfd::ListenFd;
use url::Url;

/// Where it listens if nothing is said.
const LISTEN: &str = "127.0.0.1:8080";

/// Admin console for people, workspaces, roles, invitations and API keys.
#[derive(Debug, Parser)]
#[command(
    name = "noxus-console",
    version,
    about,
    after_help = "Every option can be given as the environment variable beside it. Without a command the console is served."
)]
pub struct Cli {
    #[command(flatten)]
    pub settings: Settings,
    #[command(subcommand)]
    pub command: Option<Command>,
}

#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Serve the console (what happens without a command)
    Serve,
    /// Read a picture that somebody uploaded, apart from the server: what the console runs itself as
    #[command(hide = true)]
    ReducePicture,
    /// Serve a sample organization from a folder of its own, to look around in
    Demo(Demo),
    /// Organization admins, from the machine's command line
    Admin {
        #[command(subcommand)]
        command: Admin,
    },
    /// Write everything the console keeps, with the master key, into one archive, while it serves
    Backup {
        /// The archive to make, such as noxus-2026-01-31.tar.gz
        file: PathBuf,
    },
    /// Put a backup back into an empty database of either engine, which is also the way from SQLite to PostgreSQL
    Restore {
        /// The archive
        file: PathBuf,
    },
    /// API keys of the whole organization, from the machine's command line
    Key {
        #[command(subcommand)]
        command: Key,
    },
}

#[derive(Debug, Clone, Subcommand)]
pub enum Key {
    /// Make a system key, owned by the service account Operator, and print its secret once
    Create {
        /// A key of the whole organization; no other kind is made here
        #[arg(long, required = true)]
        system: bool,
        /// What will use it
        #[arg(long)]
        name: String,
        /// What it may do, separated by commas: users_read, users_write, … (users:read and users:* are understood too)
        #[arg(long, default_value = "org_admin")]
        permissions: String,
    },
    /// List the keys of the whole organization that work, which no page shows
    List,
    /// Revoke any key at once, and with it what was made through it
    Revoke {
        /// The key's id, as the list shows it
        id: String,
    },
}

#[derive(Debug, Clone, Args)]
pub struct Demo {
    /// How many people; from the 31st on they are made up
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=2_000_000))]
    pub people: u32,
    /// How many workspaces, beside an archived one; from the fifth on they are made up
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub workspaces: u32,
    /// Fill the folder and stop, without serving it
    #[arg(long)]
    pub fill_only: bool,
}

#[derive(Debug, Clone, Subcommand)]
pub enum Admin {
    /// Add an organization admin, and print a link to choose a password
    Create {
        /// The address to sign in with
        #[arg(long)]
        email: String,
        /// The person's name
        #[arg(long)]
        name: String,
        /// Read the password from standard input instead of printing a link
        #[arg(long)]
        password_stdin: bool,
    },
    /// Make an account an active organization admin again, and print a link to choose a password, for when nobody can get in
    Recover {
        /// The account's address; without it, the organization admins are listed
        #[arg(long)]
        email: Option<String>,
        /// Read the password from standard input instead of printing a link
        #[arg(long)]
        password_stdin: bool,
    },
}

/// The settings as given.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// Address and port to listen on
    #[arg(long, env = "NOXUS_LISTEN", default_value = LISTEN, global = true, value_name = "ADDRESS:PORT")]
    pub listen: String,
    /// Where people reach the console; links in mails start with it [default: http:// and the listening address]
    #[arg(long, env = "NOXUS_PUBLIC_URL", global = true, value_name = "URL")]
    pub public_url: Option<String>,
    /// Folder of the database, the master key and mails that were not sent [default: ./data; of demo: ./demo-data]
    #[arg(long, env = "NOXUS_DATA_DIR", global = true, value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
    /// PostgreSQL as postgres://user:password@host/database [default: a SQLite file in the data folder]
    #[arg(long, env = "NOXUS_DATABASE_URL", global = true, hide_env_values = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// Mail server as smtp://user:password@host:587 (STARTTLS) or smtps://… (TLS); without one, mails become .eml files in the data folder [default: none]
    #[arg(long, env = "NOXUS_SMTP_URL", global = true, hide_env_values = true, value_name = "URL")]
    pub smtp_url: Option<String>,
    /// Sender of mails [default: noxus-console@ and the host of the public URL]
    #[arg(long, env = "NOXUS_MAIL_FROM", global = true, value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// File of the master key, 32 bytes in base64, readable by its owner alone [default: master.key in the data folder]
    #[arg(long, env = "NOXUS_MASTER_KEY_FILE", global = true, value_name = "FILE")]
    pub master_key_file: Option<PathBuf>,
    /// Proxies whose Forwarded and X-Forwarded-For headers are believed, as addresses or networks separated by commas [default: none]
    #[arg(long, env = "NOXUS_TRUSTED_PROXIES", default_value = "", hide_default_value = true, global = true, value_name = "NETWORKS")]
    pub trusted_proxies: String,
    /// Cost of a password hash (Argon2id): memory in KiB, passes, lanes
    #[arg(long, env = "NOXUS_PASSWORD_HASH", default_value = "19456,2,1", global = true, value_name = "M,T,P")]
    pub password_hash: String,
    /// Where Prometheus finds /metrics; anybody who reaches it may read it [default: nowhere]
    #[arg(long, env = "NOXUS_METRICS_LISTEN", global = true, value_name = "ADDRESS:PORT")]
    pub metrics_listen: Option<String>,
    /// What is logged: error, warn, info, debug, trace, or a tracing filter; with ",json" at its end, one JSON object a line
    #[arg(long, env = "NOXUS_LOG", default_value = "info", global = true, value_name = "FILTER")]
    pub log: String,
}

/// The socket that systemd (or whoever starts the console as it does, by `LISTEN_FDS`) holds for it: clients wait there while
/// the console restarts.
pub fn inherited_socket() -> Option<TcpListener> {
    ListenFd::from_env().take_tcp_listener(0).ok().flatten()
}

/// A setting that cannot be used: which, and what it should be.
#[derive(Debug)]
pub struct Wrong {
    pub setting: &'static str,
    pub why: String,
}

impl std::fmt::Display for Wrong {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.setting, self.why)
    }
}

impl std::error::Error for Wrong {}

/// The settings, each parsed and good.
#[derive(Debug, Clone)]
pub struct Config {
    pub listen: SocketAddr,
    /// Without a path or a trailing slash in use: links are joined to it.
    pub public_url: Url,
    /// Neither it nor the address to listen on was given: both are the default.
    pub address_is_assumed: bool,
    pub data_dir: PathBuf,
    pub database_url: String,
    pub mail: Mail,
    pub mail_from: String,
    pub master_key_file: PathBuf,
    pub trusted_proxies: Vec<IpNet>,
    pub password_hash: HashCost,
    /// Where metrics are served, if they are.
    pub metrics_listen: Option<SocketAddr>,
    pub log: String,
    /// The console itself, to be run once more for what is done apart.
    pub program: PathBuf,
}

#[derive(Debug, Clone)]
pub enum Mail {
    /// No mail server: each mail is an `.eml` file in this folder.
    Files(PathBuf),
    Smtp(Url),
}

/// What a password hash costs: memory in KiB, passes, lanes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashCost {
    pub memory: u32,
    pub passes: u32,
    pub lanes: u32,
}

impl Cli {
    /// The settings, good, and what to do with them. The sample has a folder of its own, so that it never meets real data.
    pub fn check(mut self) -> Result<(Config, Command), Wrong> {
        let command = self.command.unwrap_or(Command::Serve);
        if matches!(command, Command::Demo(_)) {
            self.settings.data_dir.get_or_insert_with(|| "./demo-data".into());
        }
        Ok((self.settings.check()?, command))
    }
}

impl Settings {
    pub fn check(self) -> Result<Config, Wrong> {
        let data_dir = self.data_dir.unwrap_or_else(|| "./data".into());
        let wrong = |setting, why: &str| Wrong { setting, why: why.to_owned() };
        let listen: SocketAddr =
            self.listen.parse().map_err(|_| wrong("NOXUS_LISTEN", &format!("“{}” is not an address and a port, such as 127.0.0.1:8080", self.listen)))?;
        let address_is_assumed = self.public_url.is_none() && self.listen == LISTEN;
        let public_url = public_url(self.public_url.as_deref(), listen)?;
        let database_url = match self.database_url {
            None => data_dir.join("noxus.sqlite").to_string_lossy().into_owned(),
            Some(url) if ["postgres://", "postgresql://"].iter().any(|p| url.starts_with(p)) && Url::parse(&url).is_ok() => url,
            Some(url) if !url.contains("://") && !url.is_empty() => url,
            Some(_) => return Err(wrong("NOXUS_DATABASE_URL", "it is neither postgres://user:password@host/database nor the path of a SQLite file")),
        };
        let mail = match self.smtp_url.as_deref() {
            None | Some("") => Mail::Files(data_dir.join("mail")),
            Some(text) => match Url::parse(text) {
                Ok(url) if ["smtp", "smtps"].contains(&url.scheme()) && url.host_str().is_some_and(|h| !h.is_empty()) => Mail::Smtp(url),
                _ => return Err(wrong("NOXUS_SMTP_URL", "it does not look like smtp://user:password@host:587 or smtps://user:password@host")),
            },
        };
        let mail_from = self.mail_from.unwrap_or_else(|| format!("noxus-console@{}", public_url.host_str().unwrap_or("localhost")));
        if mail_from.parse::<lettre::message::Mailbox>().is_err() {
            return Err(wrong("NOXUS_MAIL_FROM", &format!("“{mail_from}” is not an email address")));
        }
        let mut trusted_proxies = Vec::new();
        for part in self.trusted_proxies.split(',').map(str::trim).filter(|p| !p.is_empty()) {
            let net = part.parse::<IpNet>().or_else(|_| part.parse::<std::net::IpAddr>().map(IpNet::from));
            trusted_proxies.push(net.map_err(|_| wrong("NOXUS_TRUSTED_PROXIES", &format!("“{part}” is neither an address nor a network such as 10.0.0.0/8")))?);
        }
        let metrics_listen = self.metrics_listen.filter(|text| !text.is_empty());
        let metrics_listen = metrics_listen.map(|text| {
            text.parse::<SocketAddr>().map_err(|_| wrong("NOXUS_METRICS_LISTEN", &format!("“{text}” is not an address and a port, such as 127.0.0.1:9464")))
        });
        let metrics_listen = metrics_listen.transpose()?;
        if metrics_listen == Some(listen) {
            return Err(wrong("NOXUS_METRICS_LISTEN", "it is the address of the console itself, which everybody reaches: give a port of its own"));
        }
        if tracing_subscriber::EnvFilter::try_new(self.log.trim_end_matches(",json")).is_err() {
            return Err(wrong("NOXUS_LOG", &format!("“{}” is not a level (error, warn, info, debug, trace) or a tracing filter", self.log)));
        }
        Ok(Config {
            listen,
            public_url,
            address_is_assumed,
            master_key_file: self.master_key_file.unwrap_or_else(|| data_dir.join("master.key")),
            data_dir,
            database_url,
            mail,
            mail_from,
            trusted_proxies,
            password_hash: hash_cost(&self.password_hash)?,
            metrics_listen,
            log: self.log,
            program: std::env::current_exe().unwrap_or_else(|_| "noxus-console".into()),
        })
    }
}

fn public_url(given: Option<&str>, listen: SocketAddr) -> Result<Url, Wrong> {
    let wrong = |why: String| Wrong { setting: "NOXUS_PUBLIC_URL", why };
    let text = given.map_or_else(|| format!("http://{listen}"), str::to_owned);
    let url = Url::parse(&text).map_err(|_| wrong(format!("“{text}” is not a URL such as https://console.example.org")))?;
    match url.scheme() {
        "http" | "https" if url.host_str().is_some() && url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty() => {
            Ok(url)
        }
        "http" | "https" => Err(wrong("it may hold a scheme, a host and a port, and nothing after them".into())),
        other => Err(wrong(format!("it begins with {other}: where it should be http: or https:"))),
    }
}

fn hash_cost(text: &str) -> Result<HashCost, Wrong> {
    let wrong = || Wrong {
        setting: "NOXUS_PASSWORD_HASH",
        why: format!("“{text}” is not memory in KiB (8 × lanes to 4194304), passes (1 to 100) and lanes (1 to 16), such as 19456,2,1"),
    };
    let numbers: Vec<u32> = text.split(',').map(|n| n.trim().parse().map_err(|_| wrong())).collect::<Result<_, _>>()?;
    match numbers[..] {
        [memory, passes, lanes] if (1..=16).contains(&lanes) && (1..=100).contains(&passes) && (8 * lanes..=4_194_304).contains(&memory) => {
            Ok(HashCost { memory, passes, lanes })
        }
        _ => Err(wrong()),
    }
}

impl Config {
    /// A link into the console. `path` begins with a slash.
    pub fn link(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// Whether what people type crosses a network in the clear.
    pub fn is_exposed(&self) -> bool {
        let here = match self.public_url.host() {
            Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(url::Host::Ipv4(address)) => address.is_loopback(),
            Some(url::Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        !self.is_https() && !here
    }

    /// Where mails go that are not sent, for pages that say so.
    pub fn mail_folder(&self) -> Option<&Path> {
        match &self.mail {
            Mail::Files(folder) => Some(folder),
            Mail::Smtp(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(arguments: &[&str]) -> Result<Config, Wrong> {
        let cli = Cli::try_parse_from([&["noxus-console"], arguments].concat()).expect("options that clap takes");
        cli.settings.check()
    }

    #[test]
    fn the_defaults_are_good() {
        let config = settings(&[]).unwrap();
        assert_eq!(config.public_url.as_str(), "http://127.0.0.1:8080/");
        assert_eq!(config.link("/setup"), "http://127.0.0.1:8080/setup");
        assert_eq!(config.password_hash, HashCost { memory: 19456, passes: 2, lanes: 1 });
    }

    #[test]
    fn what_crosses_a_network_in_the_clear_is_known() {
        for (url, exposed) in [
            ("http://console.example.org", true),
            ("http://10.0.0.1:8080", true),
            ("http://[2001:db8::1]", true),
            ("https://console.example.org", false),
            ("http://localhost:8080", false),
            ("http://127.0.0.2:8080", false),
            ("http://[::1]:8080", false),
        ] {
            assert_eq!(settings(&["--public-url", url, "--mail-from", "console@example.org"]).unwrap().is_exposed(), exposed, "{url}");
        }
        assert!(settings(&["--listen", "0.0.0.0:8080"]).unwrap().is_exposed());
    }

    #[test]
    fn a_wrong_setting_is_named() {
        for (option, value, name) in [
            ("--listen", "8080", "NOXUS_LISTEN"),
            ("--public-url", "console.example.org", "NOXUS_PUBLIC_URL"),
            ("--public-url", "https://example.org/console", "NOXUS_PUBLIC_URL"),
            ("--database-url", "mysql://x", "NOXUS_DATABASE_URL"),
            ("--smtp-url", "mail.example.org", "NOXUS_SMTP_URL"),
            ("--mail-from", "nobody", "NOXUS_MAIL_FROM"),
            ("--trusted-proxies", "10.0.0.0/33", "NOXUS_TRUSTED_PROXIES"),
            ("--password-hash", "1,2", "NOXUS_PASSWORD_HASH"),
            ("--metrics-listen", "9464", "NOXUS_METRICS_LISTEN"),
            ("--metrics-listen", "127.0.0.1:8080", "NOXUS_METRICS_LISTEN"),
            ("--log", "loud=what=ever", "NOXUS_LOG"),
        ] {
            assert_eq!(settings(&[option, value]).expect_err(value).setting, name);
        }
    }
}
