//! System keys from the machine's command line. Works beside a console that runs.

use super::{Failed, admin::database, console_origin};
use crate::{
    access::{OrgSet, alias, passes::Operator},
    base::{ids::KeyId, text::KeyName},
    config::{Config, Key},
    domain::{Error, api_keys},
};

pub fn run(config: &Config, command: Key) -> Result<(), Failed> {
    match command {
        Key::Create { system: _, name, permissions } => create(config, &name, &permissions),
        Key::List => list(config),
        Key::Revoke { id } => revoke(config, &id),
    }
}

fn create(config: &Config, name: &str, permissions: &str) -> Result<(), Failed> {
    let name = KeyName::parse(name).map_err(|why| Failed(format!("--name: {why}")))?;
    let keys = permissions.split([',', ' ']).filter(|key| !key.is_empty());
    let set: OrgSet = alias::read(keys).map_err(|key| Failed(format!("--permissions: there is no permission {key:?} in the organization.")))?;
    if set.is_empty() {
        return Err(Failed("--permissions: name at least one.".into()));
    }
    let made = database(config)?.write_now(console_origin(), |tx| api_keys::create_system(tx, Operator::at_the_console(), &name, set))?;
    println!("{name} is a system key with: {set}");
    println!("Its secret, shown only now: {}", made.secret.as_str());
    println!("\n    curl {} -H \"Authorization: Bearer {}\"", config.link("/v1/admin/me"), made.secret.as_str());
    Ok(())
}

fn list(config: &Config) -> Result<(), Failed> {
    let keys = database(config)?.read_now(|c| api_keys::system_keys(c, Operator::at_the_console()).map_err(Error::from))?;
    if keys.is_empty() {
        println!("There is no key of the whole organization that works.");
        return Ok(());
    }
    let width = keys.iter().map(|key| key.name.chars().count()).max().unwrap_or_default();
    println!("Keys of the whole organization:\n");
    for key in &keys {
        let used = key.used.as_ref().map_or("never used".to_owned(), |used| format!("last used {} from {}", used.at.format("%F %R UTC"), used.address));
        println!("    {}  {:<width$}  {}  {used}", key.id, key.name, key.hint);
    }
    println!("\nTo end one: noxus-console key revoke ID");
    Ok(())
}

fn revoke(config: &Config, id: &str) -> Result<(), Failed> {
    let id: KeyId = id.parse().map_err(|_| Failed("This is not the id of a key. noxus-console key list shows them.".into()))?;
    let ended = database(config)?.write_now(console_origin(), |tx| api_keys::revoke_any(tx, Operator::at_the_console(), &id))?;
    println!("{} is revoked: whatever used it is refused from now on.", ended.name);
    if ended.with > 0 {
        println!("Keys that were made through it and ended too: {}", ended.with);
    }
    Ok(())
}
