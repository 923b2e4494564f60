//! How a message leaves: to a mail server, or into a file where there is none.
//!
//! Over SMTP each letter has a connection of its own, made step by step: so each step has its deadline (lettre's own ends
//! with connecting), a broken connection is never used again, and what the server refused, the login or the mail, is known.

use std::{
    fs, io,
    io::Write as _,
    net::IpAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use lettre::{
    Message,
    transport::smtp::{
        Error as SmtpError,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, TlsParameters},
        extension::ClientId,
    },
};
use percent_encoding::percent_decode_str;
use tokio::time::timeout;
use url::Url;

use crate::config::{Config, Mail};

/// How long the server may take for one answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long it may take to accept the mail itself: servers judge it before they answer.
const PATIENCE_FOR_MAIL: Duration = Duration::from_secs(60);
/// The longest problem that is kept, in characters.
const LONGEST_PROBLEM: usize = 200;

/// How sending ended. A problem is a phrase that follows "not delivered: ".
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Sent,
    /// Worth another try.
    NotNow(String),
    Never(String),
}

pub(super) enum Transport {
    Files(PathBuf),
    Smtp(Box<Server>),
}

/// The mail server, as its URL says.
pub(super) struct Server {
    host: String,
    port: u16,
    login: Option<Credentials>,
    tls: Tls,
    /// Nothing leaves the machine: nobody is in between, and the certificate of a local relay is usually made up.
    is_loopback: bool,
    hello: ClientId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tls {
    /// From the first byte: `smtps://`.
    Implicit,
    /// STARTTLS or nothing: a password does not cross a network in the clear.
    Required,
    WhenOffered,
}

impl Transport {
    pub fn new(config: &Config) -> Self {
        match &config.mail {
            Mail::Files(folder) => Self::Files(folder.clone()),
            Mail::Smtp(url) => Self::Smtp(Box::new(Server::new(url, &config.public_url))),
        }
    }

    /// `name`: of the file, where it becomes one.
    pub async fn send(&self, name: &str, message: &Message) -> Outcome {
        match self {
            Self::Files(folder) => {
                let (folder, name, content) = (folder.clone(), format!("{name}.eml"), message.formatted());
                match tokio::task::spawn_blocking(move || keep(&folder, &name, &content)).await {
                    Ok(Ok(())) => Outcome::Sent,
                    Ok(Err(e)) => Outcome::NotNow(clean(&format!("the file cannot be written: {e}"))),
                    Err(e) => Outcome::NotNow(clean(&e.to_string())),
                }
            }
            Self::Smtp(server) => match server.send(message).await {
                Ok(()) => Outcome::Sent,
                Err(problem) => problem,
            },
        }
    }
}

/// Writes a file that is there whole or not at all, and that others cannot read: a mail holds a link.
fn keep(folder: &Path, name: &str, content: &[u8]) -> io::Result<()> {
    let (mut folders, mut files) = (fs::DirBuilder::new(), fs::OpenOptions::new());
    folders.recursive(true);
    files.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        std::os::unix::fs::DirBuilderExt::mode(&mut folders, 0o700);
        std::os::unix::fs::OpenOptionsExt::mode(&mut files, 0o600);
    }
    folders.create(folder)?;
    let unfinished = folder.join(format!(".{name}.new"));
    let mut file = files.open(&unfinished)?;
    file.write_all(content)?;
    file.sync_all()?;
    fs::rename(&unfinished, folder.join(name))
}

impl Server {
    fn new(url: &Url, public: &Url) -> Self {
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        let is_loopback = host.eq_ignore_ascii_case("localhost") || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        let decode = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let login = (!url.username().is_empty()).then(|| Credentials::new(decode(url.username()), decode(url.password().unwrap_or_default())));
        let tls = match (url.scheme(), &login) {
            ("smtps", _) => Tls::Implicit,
            (_, Some(_)) if !is_loopback => Tls::Required,
            _ => Tls::WhenOffered,
        };
        // RFC 8314 and RFC 6409: submission with a login has ports of its own.
        let usual = match (tls, &login) {
            (Tls::Implicit, _) => 465,
            (_, Some(_)) => 587,
            (_, None) => 25,
        };
        let hello = match public.host() {
            Some(url::Host::Ipv4(ip)) => ClientId::Ipv4(ip),
            Some(url::Host::Ipv6(ip)) => ClientId::Ipv6(ip),
            Some(url::Host::Domain(name)) => ClientId::Domain(name.to_owned()),
            None => ClientId::default(),
        };
        Self { port: url.port().unwrap_or(usual), host, login, tls, is_loopback, hello }
    }

    async fn send(&self, message: &Message) -> Result<(), Outcome> {
        let implicit = if self.tls == Tls::Implicit { Some(self.certificates()?) } else { None };
        let connecting = AsyncSmtpConnection::connect_tokio1((self.host.as_str(), self.port), Some(PATIENCE), &self.hello, implicit, None);
        let mut connection = within(PATIENCE, connecting).await?.map_err(|e| judge(&e))?;
        if self.tls == Tls::Required || self.tls == Tls::WhenOffered && connection.can_starttls() {
            if !connection.can_starttls() {
                return Err(Outcome::NotNow("the mail server offers no STARTTLS, so the password was not sent".into()));
            }
            within(PATIENCE, connection.starttls(self.certificates()?, &self.hello)).await?.map_err(|e| judge(&e))?;
        }
        if let Some(login) = &self.login {
            // Refused is the console, not the mail: that is for the operator to mend, and the mail waits.
            let answer = within(PATIENCE, connection.auth(DEFAULT_MECHANISMS, login)).await?;
            answer.map_err(|e| Outcome::NotNow(clean(&format!("the mail server refused the login: {}", words(&e)))))?;
        }
        within(PATIENCE_FOR_MAIL, connection.send(message.envelope(), &message.formatted())).await?.map_err(|e| judge(&e))?;
        // The mail is out whatever is answered to the goodbye.
        let _ = timeout(Duration::from_secs(2), connection.quit()).await;
        Ok(())
    }

    /// Which certificates are believed: those the system's roots vouch for.
    fn certificates(&self) -> Result<TlsParameters, Outcome> {
        let parameters = TlsParameters::builder(self.host.clone());
        let trusting = self.is_loopback && self.tls != Tls::Implicit;
        parameters.dangerous_accept_invalid_certs(trusting).build().map_err(|e| judge(&e))
    }
}

async fn within<T>(patience: Duration, step: impl Future<Output = T>) -> Result<T, Outcome> {
    timeout(patience, step).await.map_err(|_| Outcome::NotNow(format!("the mail server did not answer within {} seconds", patience.as_secs())))
}

fn judge(e: &SmtpError) -> Outcome {
    let words = words(e);
    if e.is_permanent() {
        Outcome::Never(clean(&format!("the mail server answered: {words}")))
    } else if e.is_transient() {
        Outcome::NotNow(clean(&format!("the mail server answered: {words}")))
    } else if e.is_tls() || is_bad_handshake(e) {
        Outcome::NotNow(clean(&format!("no secure connection to the mail server: {words}")))
    } else if e.is_response() {
        Outcome::NotNow(clean(&format!("the mail server broke off: {words}")))
    } else {
        Outcome::NotNow(clean(&format!("the mail server cannot be reached: {words}")))
    }
}

/// lettre calls a certificate that is not believed a broken connection; the TLS library says "invalid data". So does reading,
/// of an answer in another alphabet.
fn is_bad_handshake(e: &SmtpError) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(e);
    while let Some(one) = cause {
        if let Some(io) = one.downcast_ref::<io::Error>() {
            return io.kind() == io::ErrorKind::InvalidData && !io.to_string().contains("UTF-8");
        }
        cause = one.source();
    }
    false
}

/// The server's code and words, or what the system says.
fn words(e: &SmtpError) -> String {
    let mut cause: &dyn std::error::Error = e;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    match e.status() {
        Some(code) => format!("{code} {cause}"),
        None => cause.to_string(),
    }
}

/// One line that can be shown.
fn clean(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= LONGEST_PROBLEM { line } else { line.chars().take(LONGEST_PROBLEM - 1).chain(['…']).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(url: &str) -> Server {
        Server::new(&url.parse().unwrap(), &"https://console.example.org".parse().unwrap())
    }

    #[test]
    fn what_a_url_means() {
        for (url, port, tls) in [
            ("smtps://mail.example.org", 465, Tls::Implicit),
            ("smtps://ada:x@mail.example.org:4650", 4650, Tls::Implicit),
            ("smtp://ada:x@mail.example.org", 587, Tls::Required),
            ("smtp://mail.example.org", 25, Tls::WhenOffered),
            ("smtp://ada:x@localhost", 587, Tls::WhenOffered),
            ("smtp://[::1]:2525", 2525, Tls::WhenOffered),
        ] {
            let server = server(url);
            assert_eq!((server.port, server.tls), (port, tls), "{url}");
        }
        let login = server("smtp://ada%40x.example:p%2Fa%3As+s@mail.example.org").login;
        assert_eq!(login, Some(Credentials::new("ada@x.example".into(), "p/a:s+s".into())));
        assert_eq!(server("smtp://[::1]:2525").host, "::1");
    }

    #[test]
    fn a_problem_is_one_short_line() {
        assert_eq!(clean("550 no\r\n  such\u{7}mailbox"), "550 no such mailbox");
        assert_eq!(clean(&"ö".repeat(300)).chars().count(), LONGEST_PROBLEM);
    }
}
