//! The organization: its name and policies, which hold from the next request.

mod queries;

use crate::{
    access::{Permitted, permission::org},
    base::{
        clock::Moment,
        ids::UserId,
        text::{EmailAddress, OrganizationName, is_domain},
    },
    db::{Connection, Error as DbError, Tx},
    domain::{Error, audit},
};

#[derive(Debug, Clone)]
pub struct Organization {
    pub name: String,
    /// Domains an invited address may have; empty: any.
    pub allowed_domains: Vec<String>,
    /// Days a link in an invitation works.
    pub invitation_days: i32,
    /// Hours without a request after which one signs in again.
    pub session_idle_hours: i32,
    /// Hours after which one signs in again in any case.
    pub session_max_hours: i32,
    /// The longest life of an API key in days, if it is limited.
    pub key_max_days: Option<i32>,
    /// An address or a URL people with questions are sent to; may be empty.
    pub support: String,
    pub changed_at: Option<Moment>,
    pub changed_by: Option<UserId>,
    pub set_up: bool,
    /// Restored from a backup, and not looked through yet by an organization admin.
    pub restored: Option<Restored>,
}

/// When the console was put back to how it was, and to when.
#[derive(Debug, Clone, Copy)]
pub struct Restored {
    pub at: Moment,
    pub made_at: Moment,
}

impl Organization {
    /// Whether an address may be invited.
    pub fn allows(&self, email: &EmailAddress) -> bool {
        self.allowed_domains.is_empty() || self.allowed_domains.contains(&email.domain())
    }
}

/// The organization as it is now.
pub fn load(c: &mut Connection) -> Result<Organization, DbError> {
    queries::load(c)
}

/// The policies as a form gives them: all text, judged together.
#[derive(Debug, Clone, Default)]
pub struct Policies {
    pub name: String,
    pub allowed_domains: String,
    pub invitation_days: String,
    pub session_idle_hours: String,
    pub session_max_hours: String,
    pub key_max_days: String,
    pub support: String,
}

/// Changes name and policies. Refuses with every problem at once.
pub fn change(tx: &mut Tx, may: &Permitted<org::OrgEdit>, policies: &Policies) -> Result<(), Error> {
    let before = queries::load(tx)?;
    let after = judge(policies, &before)?;
    let differences = differences(&before, &after);
    if differences.is_empty() {
        return Ok(());
    }
    let mut entry = audit::entry("organization.changed").by(may.id());
    for (field, old, new) in differences {
        entry = entry.changed(field, old, new);
    }
    queries::update(tx, &after, may.id())?;
    entry.write(tx)?;
    Ok(())
}

fn judge(given: &Policies, before: &Organization) -> Result<Organization, Error> {
    let mut problems = Vec::new();
    let mut number = |field: &'static str, text: &str, unit: &str, from: i32, to: i32| match text.trim().parse::<i32>() {
        Ok(n) if (from..=to).contains(&n) => Some(n),
        _ => {
            problems.push((field, format!("Give a whole number of {unit}, from {from} to {to}.")));
            None
        }
    };
    let invitation_days = number("invitation_days", &given.invitation_days, "days", 1, 90);
    let idle = number("session_idle_hours", &given.session_idle_hours, "hours", 1, 720);
    let longest = number("session_max_hours", &given.session_max_hours, "hours", 1, 2160);
    let key_max_days = if given.key_max_days.trim().is_empty() { Some(None) } else { number("key_max_days", &given.key_max_days, "days", 1, 3650).map(Some) };
    if let (Some(idle), Some(longest)) = (idle, longest)
        && idle > longest
    {
        problems.push(("session_idle_hours", format!("Give at most {longest} hours: a session ends then in any case.")));
    }
    let name = OrganizationName::parse(&given.name).map_err(|why| problems.push(("name", why))).ok();
    let allowed_domains = domains(&given.allowed_domains).map_err(|why| problems.push(("allowed_domains", why))).ok();
    let support = support(&given.support).map_err(|why| problems.push(("support", why))).ok();
    match (name, allowed_domains, invitation_days, idle, longest, key_max_days, support) {
        (Some(name), Some(allowed_domains), Some(invitation_days), Some(session_idle_hours), Some(session_max_hours), Some(key_max_days), Some(support))
            if problems.is_empty() =>
        {
            Ok(Organization {
                name: name.as_str().into(),
                allowed_domains,
                invitation_days,
                session_idle_hours,
                session_max_hours,
                key_max_days,
                support,
                ..before.clone()
            })
        }
        _ => {
            // In the order of the form, whatever was judged first.
            problems.sort_by_key(|(field, _)| FIELDS.iter().position(|f| f == field));
            Err(Error::Invalid(problems))
        }
    }
}

const FIELDS: [&str; 7] = ["name", "allowed_domains", "invitation_days", "session_idle_hours", "session_max_hours", "key_max_days", "support"];

/// Domains separated by commas or spaces, lower-cased, each once.
fn domains(text: &str) -> Result<Vec<String>, String> {
    let mut found: Vec<String> = Vec::new();
    for word in text.split([',', ';', ' ', '\n', '\r', '\t']).map(|w| w.trim_start_matches('@')).filter(|w| !w.is_empty()) {
        let domain = word.to_ascii_lowercase();
        if !is_domain(&domain) {
            return Err(format!("“{word}” is not a domain. Write domains such as example.com, separated by commas."));
        }
        if !found.contains(&domain) {
            found.push(domain);
        }
    }
    if found.len() > 50 { Err("Give at most 50 domains.".into()) } else { Ok(found) }
}

/// An address, or an http(s) URL, or nothing.
fn support(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(String::new());
    }
    if text.len() > 200 {
        return Err("Give at most 200 characters.".into());
    }
    // A URL parser takes what a database does not.
    if text.chars().any(char::is_control) {
        return Err("The support address holds a character that cannot be shown. Type it again.".into());
    }
    match url::Url::parse(text) {
        Ok(url) if ["http", "https"].contains(&url.scheme()) && url.host_str().is_some() => Ok(url.into()),
        _ => EmailAddress::parse(text).map(|e| e.as_str().to_owned()).map_err(|_| "Give an email address, or a link that begins with https://.".to_owned()),
    }
}

fn differences(before: &Organization, after: &Organization) -> Vec<(&'static str, String, String)> {
    let fields = |o: &Organization| {
        [
            o.name.clone(),
            o.allowed_domains.join(", "),
            o.invitation_days.to_string(),
            o.session_idle_hours.to_string(),
            o.session_max_hours.to_string(),
            o.key_max_days.map(|d| d.to_string()).unwrap_or_default(),
            o.support.clone(),
        ]
    };
    let both = fields(before).into_iter().zip(fields(after));
    FIELDS.into_iter().zip(both).filter(|(_, (a, b))| a != b).map(|(field, (a, b))| (field, a, b)).collect()
}

/// Checks the master key against the one the database knows; the first start writes it. `Err`: another key.
pub fn adopt_master_key(tx: &mut Tx, fingerprint: &str) -> Result<(), Error> {
    match queries::master_key(tx)? {
        None => Ok(queries::set_master_key(tx, fingerprint)?),
        Some(known) if known == fingerprint => Ok(()),
        Some(_) => {
            Err(Error::because("The master key is not the one this database was made with. Put the right file back: with another key no link in a mail works."))
        }
    }
}

/// Whether this is the fingerprint of the key the database was made with.
pub fn is_master_key(c: &mut Connection, fingerprint: &str) -> Result<bool, DbError> {
    Ok(queries::master_key(c)?.as_deref() == Some(fingerprint))
}

/// Whether the database was ever started with a master key.
pub fn knows_a_master_key(c: &mut Connection) -> Result<bool, DbError> {
    Ok(queries::master_key(c)?.is_some())
}
