//! The command line: reads the settings, then serves or does what it was told.

use clap::Parser as _;
use noxus_console::{
    base::picture::apart,
    config::{Cli, Command},
    demo,
    start::{self, Failed, admin, backup, key},
};

/// Of what is written in Rust; SQLite, libpq and OpenSSL keep the C library's. A page makes some 1,500 small things and lets go of them, a
/// sixth of its instructions with glibc's.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(failed) => {
            start::say_why(&failed);
            std::process::ExitCode::from(1)
        }
    }
}

fn run(cli: Cli) -> Result<(), Failed> {
    // Before any setting is read: it needs none, and has little memory to spend.
    if let Some(Command::ReducePicture) = cli.command {
        return apart::run().map_err(|e| Failed(e.to_string()));
    }
    let (config, command) = cli.check()?;
    start::log(&config.log, matches!(command, Command::Serve | Command::Demo(_)));
    match command {
        Command::Serve => start::serve(config),
        Command::Demo(wanted) => demo::run(config, &wanted),
        Command::Admin { command } => admin::run(&config, command),
        Command::Key { command } => key::run(&config, command),
        Command::Backup { file } => backup::back_up(&config, &file),
        Command::Restore { file } => backup::restore(&config, &file),
        Command::ReducePicture => Ok(()),
    }
}
