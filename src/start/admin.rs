//! Organization admins from the machine's command line, for when nobody can get in. Works beside a console that runs.

use std::io::BufRead as _;

use super::{Failed, console_origin, wait};
use crate::{
    access::passes::Operator,
    base::{
        ids::LinkId,
        password::{Hasher, Password},
        secret::MasterKey,
        text::{EmailAddress, PersonName},
        token::PasswordReset,
    },
    config::{Admin, Config},
    db::Database,
    domain::{Error, account, setup},
};

pub fn run(config: &Config, command: Admin) -> Result<(), Failed> {
    match command {
        Admin::Create { email, name, password_stdin } => create(config, &email, &name, password_stdin),
        Admin::Recover { email: Some(email), password_stdin } => recover(config, &email, password_stdin),
        Admin::Recover { email: None, .. } => list(config),
    }
}

/// The database, brought up to date. A mistyped folder must not become a new console.
pub(super) fn database(config: &Config) -> Result<Database, Failed> {
    refuse_if_missing(config)?;
    Ok(Database::open(&config.database_url)?)
}

/// The database with the schema it has, whichever release that is of.
pub(super) fn database_as_it_is(config: &Config) -> Result<Database, Failed> {
    refuse_if_missing(config)?;
    Ok(Database::connect(&config.database_url)?)
}

fn refuse_if_missing(config: &Config) -> Result<(), Failed> {
    let url = &config.database_url;
    if Database::file(url).is_some_and(|file| !file.exists()) {
        return Err(Failed(format!("There is no database at {url}. Give the settings the console runs with: NOXUS_DATA_DIR or NOXUS_DATABASE_URL.")));
    }
    Ok(())
}

fn address(text: &str) -> Result<EmailAddress, Failed> {
    EmailAddress::parse(text).map_err(|why| Failed(format!("--email: {why}")))
}

/// How the admin gets in.
enum Way {
    /// By a password that was given: its hash.
    Given(String),
    /// By a link to choose one, which this key makes.
    Link(MasterKey),
}

impl Way {
    fn of(config: &Config, database: &Database, from_stdin: bool, own_words: &[&str]) -> Result<Self, Failed> {
        if from_stdin { given(config, own_words).map(Self::Given) } else { super::key_of(config, database).map(Self::Link) }
    }

    fn password(&self) -> Option<&str> {
        match self {
            Self::Given(hash) => Some(hash),
            Self::Link(_) => None,
        }
    }
}

/// The hash of the password on standard input.
fn given(config: &Config, own_words: &[&str]) -> Result<String, Failed> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).map_err(|e| Failed(format!("--password-stdin: standard input cannot be read: {e}")))?;
    let password = Password::choose(line.trim_end_matches(['\r', '\n']), own_words).map_err(|why| Failed(format!("--password-stdin: {why}")))?;
    let cost = config.password_hash;
    let hasher = Hasher::start(cost.memory, cost.passes, cost.lanes).map_err(|why| Failed(format!("NOXUS_PASSWORD_HASH: {why}")))?;
    wait(hasher.hash(&password))
}

/// How to get in. A link is shown here, and never again.
fn tell(config: &Config, email: &EmailAddress, way: &Way, link: Option<&LinkId>) {
    match (way, link) {
        (Way::Link(key), Some(link)) => {
            let token = account::token::<PasswordReset>(key, link);
            println!("Choose a password within {} hours, by this link, which works once:\n", account::PRINTED_HOURS);
            println!("    {}\n", config.link(&format!("/password/reset/{token}")));
            println!("Then sign in with {email}. Whoever has the link can choose the password: hand it on as you would a key.");
        }
        _ => println!("Sign in at {} with {email}", config.link("/sign-in")),
    }
    if config.address_is_assumed {
        println!("(The address is assumed: neither NOXUS_PUBLIC_URL nor NOXUS_LISTEN is given here. Give what the console is served with to see its own.)");
    }
}

fn create(config: &Config, email: &str, name: &str, from_stdin: bool) -> Result<(), Failed> {
    let (email, name) = (address(email)?, PersonName::parse(name).map_err(|why| Failed(format!("--name: {why}")))?);
    let database = database(config)?;
    let way = Way::of(config, &database, from_stdin, &[name.as_str(), email.as_str()])?;
    let link = database.write_now(console_origin(), |tx| setup::create_admin(tx, Operator::at_the_console(), &name, &email, way.password()))?;
    println!("{name} is an organization admin.");
    tell(config, &email, &way, link.as_ref());
    Ok(())
}

fn recover(config: &Config, email: &str, from_stdin: bool) -> Result<(), Failed> {
    let email = address(email)?;
    let database = database(config)?;
    let way = Way::of(config, &database, from_stdin, &[email.as_str()])?;
    let (user, link) = database.write_now(console_origin(), |tx| setup::recover_admin(tx, Operator::at_the_console(), &email, way.password()))?;
    println!("{} is an active organization admin. The password and the sessions of before have ended.", user.name);
    tell(config, &email, &way, link.as_ref());
    Ok(())
}

fn list(config: &Config) -> Result<(), Failed> {
    let admins = database(config)?.read_now(|c| setup::admins(c, Operator::at_the_console()).map_err(Error::from))?;
    if admins.is_empty() {
        return Err(Failed("There is no organization admin yet. Start the console and open the link it prints.".into()));
    }
    let width = |of: fn(&(String, String, String)) -> &String| admins.iter().map(|a| of(a).chars().count()).max().unwrap_or_default();
    let (names, addresses) = (width(|a| &a.0), width(|a| &a.1));
    println!("Organization admins:\n");
    for (name, email, status) in &admins {
        println!("    {name:<names$}  {email:<addresses$}  {status}");
    }
    println!("\nTo let one of them in again, or to make any other account an organization admin: noxus-console admin recover --email ADDRESS");
    Ok(())
}
