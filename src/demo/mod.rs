//! The sample organization: a folder of its own, filled once and then served like any other. Refuses to touch a folder or a
//! database that holds something else. What is in it: [`people`], [`crowd`],
//! [`workspaces`] and [`keys`], put together as a [`sample`]; how it gets there: [`fill`], [`history`].

mod crowd;
mod fill;
mod flows;
mod history;
mod keys;
mod people;
mod rows;
mod sample;
mod workspaces;

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
    time::Instant,
};

use crate::{
    base::password::Password,
    config::{Config, Demo},
    db::Database,
    domain::{Error, setup},
    start::{self, Failed},
    web::kit::App,
};

/// The file that marks a folder as the sample's. It keeps the password of everybody in it.
const MARKER: &str = "demo";

/// Fills the folder unless it is filled, says who can sign in, and serves.
pub fn run(config: Config, wanted: &Demo) -> Result<(), Failed> {
    // A taken port shall be told before anything is written.
    let listener = if wanted.fill_only { None } else { Some(start::listen(&config)?) };
    let marker = config.data_dir.join(MARKER);
    let password = match read_marker(&marker)? {
        Some(password) => password,
        None => {
            refuse_other_data(&config)?;
            write_marker(&marker)?
        }
    };
    let app = start::open(config)?;
    let open = app.database().read_now(|c| setup::is_open(c).map_err(Error::from))?;
    if open {
        fill_now(&app, wanted, &password)?;
    }
    tell(&app, &password);
    match listener {
        Some(listener) => {
            start::say_where(&app.config, &listener);
            start::run(app, listener)
        }
        None => Ok(()),
    }
}

/// Only an absent or empty folder, and a database in which nobody has set up, become a sample.
fn refuse_other_data(config: &Config) -> Result<(), Failed> {
    let folder = config.data_dir.display();
    let failed = |e: io::Error| Failed(format!("NOXUS_DATA_DIR: the folder {folder} cannot be read: {e}"));
    match fs::read_dir(&config.data_dir) {
        Ok(mut entries) => {
            if entries.next().transpose().map_err(failed)?.is_some() {
                return Err(Failed(format!(
                    "The folder {folder} holds other data, so the sample does not go there. Give --data-dir an empty folder, or leave it out."
                )));
            }
        }
        Err(e) if e.kind() == io::ErrorKind::NotFound => {}
        Err(e) => return Err(failed(e)),
    }
    let elsewhere = !Path::new(&config.database_url).starts_with(&config.data_dir);
    if elsewhere && holds_an_organization(&config.database_url)? {
        return Err(Failed(
            "NOXUS_DATABASE_URL: this database holds an organization that is no sample. Name an empty database, or leave the setting out.".into(),
        ));
    }
    Ok(())
}

fn holds_an_organization(url: &str) -> Result<bool, Failed> {
    let database = Database::open(url)?;
    Ok(!database.read_now(|c| setup::is_open(c).map_err(Error::from))?)
}

fn read_marker(marker: &Path) -> Result<Option<String>, Failed> {
    match fs::read_to_string(marker) {
        Ok(text) => match text.lines().map(str::trim).rfind(|line| !line.is_empty()) {
            Some(password) => Ok(Some(password.to_owned())),
            None => Err(Failed(format!("{} is empty; it should end with the sample’s password. Delete the folder to begin anew.", marker.display()))),
        },
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(Failed(format!("{} cannot be read: {e}", marker.display()))),
    }
}

fn write_marker(marker: &Path) -> Result<String, Failed> {
    let password = Password::made_up();
    let written = || -> io::Result<()> {
        start::make_folder(marker.parent().unwrap_or(Path::new(".")))?;
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(marker)?;
        writeln!(file, "This folder holds the sample organization of noxus-console. Everybody’s password in it:\n{}", password.reveal())?;
        file.sync_all()
    };
    written().map_err(|e| Failed(format!("NOXUS_DATA_DIR: {} cannot be written: {e}", marker.display())))?;
    Ok(password.reveal().to_owned())
}

fn fill_now(app: &App, wanted: &Demo, password: &str) -> Result<(), Failed> {
    println!("Filling {} with {} people and {} workspaces …", app.config.data_dir.display(), wanted.people, wanted.workspaces);
    let began = Instant::now();
    let hash = start::wait(app.hasher.rehash(password.to_owned()))?;
    let (people, workspaces) = (wanted.people as usize, wanted.workspaces as usize);
    app.database().write_now(start::console_origin(), |tx| fill::fill(tx, people, workspaces, &hash).map_err(Error::from))?;
    println!("Filled in {:.1} s.", began.elapsed().as_secs_f32());
    Ok(())
}

fn tell(app: &App, password: &str) {
    println!("Analytical Engines, a sample organization in {}. Who can sign in, all with the password {password}:\n", app.config.data_dir.display());
    let known = people::known(people::TRY.len());
    for (local, what) in people::TRY {
        if let Some(person) = known.iter().find(|p| p.local == local) {
            println!("    {:<15} {:<28} {what}", person.name, format!("{local}@{}", sample::DOMAIN));
        }
    }
    println!();
}
