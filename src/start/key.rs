//! System keys from the machine's command line. Works beside a console that runs.

use super::{Failed, admin::database, console_origin};
use crate::{
    access::{OrgSet, alias, passes::Operator},
    base::text::KeyName,
    config::{Config, Key},
    domain::api_keys,
};

pub fn run(config: &Config, command: Key) -> Result<(), Failed> {
    match command {
        Key::Create { system: _, name, permissions } => create(config, &name, &permissions),
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
