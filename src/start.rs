//! Everything before the first request: the data folder, the master key, the database, the set-up link.

pub mod admin;
pub mod backup;
pub mod key;

use std::{
    fs,
    io::{self, IsTerminal as _},
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::{Arc, OnceLock},
};

use base64::Engine as _;

use crate::{
    access::passes::Operator,
    base::{
        password::Hasher,
        secret::{MasterKey, random_token},
    },
    config::{self, Config, Wrong},
    db::{Database, Origin},
    domain::{Error, organization, setup},
    mail::{Post, Worker},
    web::kit::App,
};

/// Why the console did not start, in one sentence.
#[derive(Debug)]
pub struct Failed(pub String);

impl From<Wrong> for Failed {
    fn from(e: Wrong) -> Self {
        Self(e.to_string())
    }
}

impl From<Error> for Failed {
    fn from(e: Error) -> Self {
        Self(match e {
            Error::Refusal(refusal) => refusal.to_string(),
            Error::Database(e) => format!("NOXUS_DATABASE_URL: {e}"),
            other => format!("{other:?}"),
        })
    }
}

impl From<crate::db::Error> for Failed {
    fn from(e: crate::db::Error) -> Self {
        Error::Database(e).into()
    }
}

/// Waits for what would not block a server, where there is none.
pub fn wait<T>(work: impl Future<Output = T>) -> Result<T, Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(|e| Failed(format!("no runtime: {e}")))?;
    Ok(runtime.block_on(work))
}

/// What an act on the machine's command line comes from.
pub fn console_origin() -> Origin {
    Origin { request_id: format!("console-{}", &random_token()[..12]), address: "console".into(), ..Origin::default() }
}

/// Opens everything the console works with.
pub fn open(config: Config) -> Result<App, Failed> {
    make_folder(&config.data_dir).map_err(|e| Failed(format!("NOXUS_DATA_DIR: the folder {} cannot be made: {e}", config.data_dir.display())))?;
    let cost = config.password_hash;
    let hasher = Hasher::start(cost.memory, cost.passes, cost.lanes).map_err(|why| Failed(format!("NOXUS_PASSWORD_HASH: {why}")))?;
    let database = Database::open(&config.database_url)?;
    let known = database.read_now(|c| organization::knows_a_master_key(c).map_err(Error::from))?;
    let key = master_key(&config.master_key_file, known)?;
    let fingerprint = key.fingerprint();
    database.write_now(console_origin(), |tx| organization::adopt_master_key(tx, &fingerprint))?;
    Ok(App::new(database, hasher, Arc::new(config), key))
}

/// Makes the data folder where it is missing, for its owner alone: what lies in it is everybody's.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Reads the master key, or makes one at the very first start; never beside a database that was made with another.
fn master_key(file: &Path, database_has_one: bool) -> Result<MasterKey, Failed> {
    match stored_key(file)? {
        Some(key) => Ok(key),
        None if database_has_one => Err(wrong_key(format!(
            "{} is missing, and the database was made with one. Put it back from a backup: without it no link in a mail works.",
            file.display()
        ))),
        None => {
            let key = MasterKey::random();
            store_key(file, &key)?;
            Ok(key)
        }
    }
}

/// The master key that a database was made with, for a command beside it.
fn key_of(config: &Config, database: &Database) -> Result<MasterKey, Failed> {
    let key = master_key(&config.master_key_file, true)?;
    let fingerprint = key.fingerprint();
    if database.read_now(|c| organization::is_master_key(c, &fingerprint).map_err(Error::from))? {
        return Ok(key);
    }
    Err(wrong_key(format!("{} is not the one the database was made with.", config.master_key_file.display())))
}

fn wrong_key(why: String) -> Failed {
    Failed(format!("NOXUS_MASTER_KEY_FILE: {why}"))
}

/// `None`: there is no such file.
fn stored_key(file: &Path) -> Result<Option<MasterKey>, Failed> {
    let text = match fs::read_to_string(file) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(wrong_key(format!("{} cannot be read: {e}", file.display()))),
    };
    refuse_if_others_can_read(file)?;
    let bytes = base64::engine::general_purpose::STANDARD.decode(text.trim()).ok().and_then(|b| <[u8; 32]>::try_from(b).ok());
    let key = bytes.map(MasterKey::new).ok_or_else(|| wrong_key(format!("{} does not hold 32 bytes in base64.", file.display())))?;
    Ok(Some(key))
}

fn store_key(file: &Path, key: &MasterKey) -> Result<(), Failed> {
    use std::io::Write as _;
    let failed = |e: io::Error| wrong_key(format!("{} cannot be written: {e}", file.display()));
    // A start that was killed here must not leave half a key, which no later start takes.
    write_whole(file, failed, |mut out| writeln!(out, "{}", base64::engine::general_purpose::STANDARD.encode(key.bytes())).map_err(failed))
}

/// Writes a file that is there whole or not at all, for its owner alone, and never over another.
fn write_whole<T>(file: &Path, failed: impl Fn(io::Error) -> Failed, write: impl FnOnce(&fs::File) -> Result<T, Failed>) -> Result<T, Failed> {
    let folder = folder_of(file);
    let part = tempfile::Builder::new().prefix(".").suffix(".part").tempfile_in(folder).map_err(&failed)?;
    let done = write(part.as_file())?;
    part.as_file().sync_all().map_err(&failed)?;
    part.persist_noclobber(file).map_err(|e| failed(e.error))?;
    fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(&failed)?;
    Ok(done)
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(unix)]
fn refuse_if_others_can_read(file: &Path) -> Result<(), Failed> {
    use std::os::unix::fs::MetadataExt as _;
    let mode = fs::metadata(file).map(|m| m.mode()).unwrap_or_default();
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        Err(Failed(format!("NOXUS_MASTER_KEY_FILE: others can read {}. Run: chmod 600 {}", file.display(), file.display())))
    }
}

#[cfg(not(unix))]
fn refuse_if_others_can_read(_: &Path) -> Result<(), Failed> {
    Ok(())
}

/// The link to finish the set-up, while it is not: a new one at each start.
pub fn setup_link(app: &App) -> Result<Option<String>, Failed> {
    let token = app.database().write_now(console_origin(), |tx| setup::renew_link(tx, Operator::at_the_console()))?;
    Ok(token.map(|token| app.config.link(&format!("/setup?token={token}"))))
}

pub fn listen(config: &Config) -> Result<TcpListener, Failed> {
    match config::inherited_socket() {
        Some(listener) => Ok(listener),
        None => bind("NOXUS_LISTEN", config.listen),
    }
}

fn bind(setting: &str, address: SocketAddr) -> Result<TcpListener, Failed> {
    TcpListener::bind(address).map_err(|e| Failed(format!("{setting}: {address} cannot be listened on: {e}")))
}

/// Whether a program reads what is logged, so that whatever else is said is a line of it.
static FOR_A_PROGRAM: OnceLock<bool> = OnceLock::new();

fn is_for_a_program() -> bool {
    FOR_A_PROGRAM.get().copied().unwrap_or_default()
}

/// Logs to standard error, in UTC. `serves`: what is logged may be for a program; a command is read by who gave it.
pub fn log(filter: &str, serves: bool) {
    use tracing_subscriber::{EnvFilter, fmt};
    let (filter, json) = filter.strip_suffix(",json").map_or((filter, false), |f| (f, serves));
    // What arrives that is no HTTP is answered with 400, and is no fault of ours that an operator should look at.
    let filter = EnvFilter::try_new(format!("actix_http::h1::dispatcher=off,{filter}")).unwrap_or_else(|_| EnvFilter::new("info"));
    // What the start says is said at every level: there is a link among it that nobody finds anywhere else.
    let filter = if json { filter.add_directive(SAID_ALWAYS.parse().expect("a directive")) } else { filter };
    let _ = FOR_A_PROGRAM.set(json);
    // Colours are for eyes, not for files.
    let builder = fmt().with_env_filter(filter).with_ansi(io::stderr().is_terminal()).with_writer(io::stderr);
    if json { builder.json().init() } else { builder.init() }
}

/// The target of what the start says.
const SAID: &str = "noxus_console::said";
const SAID_ALWAYS: &str = "noxus_console::said=info";

/// Says where it listens, and where people reach it.
pub fn say_where(config: &Config, listener: &TcpListener) {
    let address = listener.local_addr().map_or_else(|_| "a socket".to_owned(), |address| address.to_string());
    let public_url = config.link("/");
    if is_for_a_program() {
        tracing::info!(target: SAID, address, public_url, "the console listens");
    } else {
        println!("noxus-console listens on {address}; people reach it at {public_url}");
    }
}

fn say_setup_link(link: &str) {
    if is_for_a_program() {
        tracing::info!(target: SAID, link, "open this link to finish the set-up");
    } else {
        println!("Open this link to finish the set-up:\n\n    {link}\n");
    }
}

/// Says why it ends.
pub fn say_why(Failed(why): &Failed) {
    if is_for_a_program() {
        tracing::error!(target: SAID, "{why}");
    } else {
        eprintln!("noxus-console: {why}");
    }
}

/// Opens, says where it listens, and serves until it is told to stop.
pub fn serve(config: Config) -> Result<(), Failed> {
    let listener = listen(&config)?;
    if config.is_exposed() {
        tracing::warn!(
            "NOXUS_PUBLIC_URL begins with http:, so passwords cross the network in the clear. Put a proxy with TLS in front, and give its https: address."
        );
    }
    let app = open(config)?;
    say_where(&app.config, &listener);
    if let Some(link) = setup_link(&app)? {
        say_setup_link(&link);
    }
    run(app, listener)
}

/// Serves until SIGTERM or SIGINT, then lets requests in flight finish.
pub fn run(app: App, listener: TcpListener) -> Result<(), Failed> {
    let metrics = app.config.metrics_listen.map(|address| bind("NOXUS_METRICS_LISTEN", address)).transpose()?;
    let mail = mail(&app)?;
    let workers = std::thread::available_parallelism().map_or(2, usize::from).clamp(2, 8);
    let served = crate::server::run(app, listener, metrics, workers).map_err(|e| Failed(format!("the server stopped: {e}")));
    mail.stop();
    served
}

/// Starts sending what the outbox holds.
pub fn mail(app: &App) -> Result<Worker, Failed> {
    let post = Post { database: app.database().clone(), config: app.config.clone(), key: app.key.clone(), bell: app.mail.clone(), runs: app.mail_runs.clone() };
    Worker::start(post).map_err(|e| Failed(format!("the mail worker did not start: {e}")))
}
