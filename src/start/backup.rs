//! `backup` and `restore`: the files and folders. What an archive holds is the domain's.

use std::{
    fs, io,
    path::{Path, absolute},
};

use super::{Failed, admin, console_origin, folder_of, make_folder, store_key, stored_key, write_whole, wrong_key};
use crate::{
    access::passes::Operator,
    base::secret::MasterKey,
    config::Config,
    db::{self, Database},
    domain::{
        Error,
        backup::{self, Contents},
    },
};

/// The console may serve meanwhile.
pub fn back_up(config: &Config, file: &Path) -> Result<(), Failed> {
    if file.exists() {
        return Err(Failed(format!("{} is there already. Name a file that is not: a backup overwrites nothing.", file.display())));
    }
    let unwritten = |e: io::Error| Failed(format!("{} cannot be written: {e}", file.display()));
    let database = admin::database_as_it_is(config)?;
    let key = stored_key(&config.master_key_file)?.ok_or_else(|| wrong_key(format!("{} is missing.", config.master_key_file.display())))?;
    let contents = write_whole(file, unwritten, |out| {
        let out = io::BufWriter::new(out);
        Ok(database.snapshot_now(|c| backup::write(c, Operator::at_the_console(), &key, folder_of(file), out))?)
    })?;
    println!("{} holds {} as of {}: {}.", file.display(), contents.manifest.organization, moment(&contents), in_words(&contents));
    println!("It holds the master key, too: keep it as you keep the console’s data.");
    Ok(())
}

pub fn restore(config: &Config, file: &Path) -> Result<(), Failed> {
    let archive = fs::File::open(file).map_err(|e| Failed(format!("{} cannot be read: {e}", file.display())))?;
    make_folder(&config.data_dir).map_err(|e| Failed(format!("NOXUS_DATA_DIR: the folder {} cannot be made: {e}", config.data_dir.display())))?;
    let database = Database::open(&config.database_url)?;
    let key_file = &absolute(&config.master_key_file).unwrap_or_else(|_| config.master_key_file.clone());
    let mut made_key = false;
    let restored = database.write_now(console_origin(), |tx| {
        backup::restore(tx, Operator::at_the_console(), archive, |key| {
            made_key = keep(key_file, key).map_err(|Failed(why)| Error::because(why))?;
            Ok(())
        })
    });
    let contents = match restored {
        Ok(contents) => contents,
        // What may be in the database is worth nothing without its key.
        Err(Error::Database(e @ db::Error::InDoubt(_))) => return Err(in_doubt(key_file, &e)),
        Err(e) => {
            if made_key {
                let _ = fs::remove_file(key_file);
            }
            return Err(e.into());
        }
    };
    let place = match Database::file(&config.database_url) {
        Some(file) => file.display().to_string(),
        None => format!("the {} database", database.engine()),
    };
    println!("{} is restored into {place} as of {}: {}.", contents.manifest.organization, moment(&contents), in_words(&contents));
    println!("The master key {} {}.", if made_key { "was written to" } else { "was there already:" }, key_file.display());
    println!("Everybody signs in again. Links sent before are void, and no mail that was waiting goes out: send invitations again under Settings, Users.");
    println!("Whoever was removed since is back, and keys revoked since work again: organization admins are shown which when they sign in.");
    Ok(())
}

/// The database went away while it was committed: the answer may be all that is lost.
fn in_doubt(key_file: &Path, why: &db::Error) -> Failed {
    Failed(format!(
        "NOXUS_DATABASE_URL: {why}. The backup is in it whole or not at all. The master key is in {} and stays there. Once the database answers, run noxus-console \
         admin recover with the same settings: if it lists organization admins, all of it is in, and the console can be started; if it says that there is none, \
         restore again.",
        key_file.display(),
    ))
}

/// Puts the key where the console looks for it. Whether it was not there.
fn keep(file: &Path, key: &MasterKey) -> Result<bool, Failed> {
    match stored_key(file)? {
        Some(there) if there.bytes() == key.bytes() => Ok(false),
        Some(_) => Err(wrong_key(format!("{} holds another key than the backup. Name a file that is not there, or move this one away.", file.display()))),
        None => store_key(file, key).map(|()| true),
    }
}

fn moment(contents: &Contents) -> String {
    contents.manifest.made_at.format("%F %R UTC").to_string()
}

fn in_words(contents: &Contents) -> String {
    let count = |table: &str, one: &str, many: &str| {
        let n = contents.rows.get(table).copied().unwrap_or_default();
        format!("{n} {}", if n == 1 { one } else { many })
    };
    [
        count("users", "account", "accounts"),
        count("workspaces", "workspace", "workspaces"),
        count("api_keys", "API key", "API keys"),
        count("flows", "flow", "flows"),
        count("audit", "audit entry", "audit entries"),
    ]
    .join(", ")
}
