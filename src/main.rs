//! The command line: reads the settings, then serves or does what it was told.

use clap::Parser as _;
use noxus_console::{
    config::{Cli, Command},
    start::{self, Failed},
};

fn main() -> std::process::ExitCode {
    let cli = Cli::parse();
    match run(cli) {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(Failed(why)) => {
            eprintln!("noxus-console: {why}");
            std::process::ExitCode::from(1)
        }
    }
}

fn run(cli: Cli) -> Result<(), Failed> {
    let config = cli.settings.check()?;
    start::log(&config.log);
    match cli.command.unwrap_or(Command::Serve) {
        Command::Serve => start::serve(config),
        other => Err(Failed(format!("{other:?} is not there yet"))),
    }
}
