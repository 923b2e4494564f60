//! The command line: reads the settings, then serves or does what it was told.

use clap::Parser as _;
use noxus_console::{
    config::{Cli, Command},
    demo,
    start::{self, Failed, admin, key},
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
    let (config, command) = cli.check()?;
    start::log(&config.log);
    match command {
        Command::Serve => start::serve(config),
        Command::Demo(wanted) => demo::run(config, &wanted),
        Command::Admin { command } => admin::run(&config, command),
        Command::Key { command } => key::run(&config, command),
    }
}
