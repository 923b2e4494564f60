//! Starting and stopping the real binary, and its commands: what it prints, what it refuses, how it ends.

use std::{fs, net::TcpListener, os::unix::fs::PermissionsExt as _, path::PathBuf, time::Duration};

use diesel::prelude::*;
use noxus_console::{
    base::{
        clock::{self, Moment},
        key::KeySecret,
    },
    db::schema::{account_links, invitations},
    domain::roles::built_in,
};
use tempfile::TempDir;

use crate::support::{
    Client, Console,
    engine::{Engine, Start, on_both_databases},
    links::CHOSEN,
    people::PASSWORD,
    process::{Said, Served, free_port, run},
};

/// A folder to start in, and a database.
struct Place {
    dir: TempDir,
    database: crate::support::engine::Database,
}

impl Start for Place {
    async fn start(engine: Engine) -> Self {
        let dir = TempDir::new().expect("a folder");
        Self { database: engine.database(dir.path()), dir }
    }
}

impl Place {
    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn serve(&self, port: u16) -> std::process::Command {
        let mut command = run(&["--data-dir", self.data().to_str().expect("UTF-8"), "--database-url", self.database.url()]);
        command.args(["--listen", &format!("127.0.0.1:{port}")]);
        command
    }

    async fn served(&self) -> Served {
        let port = free_port();
        Served::start(&mut self.serve(port), port).await
    }

    /// Starts, and stops at once: everything is made.
    async fn made(engine: Engine) -> Self {
        let place = Self::start(engine).await;
        place.served().await.stop();
        place
    }
}

/// Path of the link that a command printed.
fn printed_link(text: &str) -> String {
    let at = text.find("/password/reset/").unwrap_or_else(|| panic!("no link in {text}"));
    text[at..].split_whitespace().next().expect("a link").to_owned()
}

/// The browser of whoever chose a password behind the link that a command printed: it works once.
async fn chosen_behind(console: &Console, text: &str, email: &str) -> Client {
    let (link, browser) = (printed_link(text), console.visitor());
    browser.post(&link, &[("password", CHOSEN)]).await.leads_to("/sign-in?chosen=true");
    browser.post(&link, &[("password", CHOSEN)]).await.is(410).says("This link was used already");
    browser.post("/sign-in", &[("email", email), ("password", CHOSEN)]).await.is(303);
    browser
}

fn links(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| line.contains("/setup?token=")).map(str::to_owned).collect()
}

on_both_databases! {
    async fn it_prints_one_link_until_it_is_set_up_and_a_newer_one_ends_it(place: Place) {
        let first = place.served().await;
        let old = links(&first.said());
        assert_eq!(old.len(), 1, "{}", first.said());
        first.stop();
        let second = place.served().await;
        let new = links(&second.said());
        assert_eq!(new.len(), 1, "{}", second.said());
        let token = |link: &str| link.split_once("token=").expect("a token").1.to_owned();
        assert_ne!(token(&old[0]), token(&new[0]));
        let browser = Client::new(&second.base);
        browser.get(&format!("/setup?token={}", token(&old[0]))).await.is(404);
        browser.get(&new[0]).await.is(200);
        let token = token(&new[0]);
        let form = [("token", token.as_str()), ("organization", "O"), ("name", "Grace Hopper"), ("email", "grace@analytical.example"), ("password", "four unrelated little words"), ("workspace", "W")];
        browser.post("/setup", &form).await.is(303);
        second.stop();
        let third = place.served().await;
        assert!(links(&third.said()).is_empty(), "{}", third.said());
        assert!(third.said().contains(&third.base), "it says where it listens: {}", third.said());
    }

    async fn it_ends_by_sigterm(place: Place) {
        let (code, took) = place.served().await.stop();
        assert_eq!(code, Some(0));
        assert!(took < Duration::from_secs(5), "{took:?}");
    }

    async fn admins_come_from_the_command_line_beside_a_console_that_runs(console: Console) {
        console.set_up().await;
        let admin = |arguments: &[&str]| {
            let mut command = console.command(&["admin"]);
            command.args(arguments);
            command
        };
        let create = ["create", "--email", "Barbara@analytical.example", "--name", "Barbara Liskov"];
        let made = Said::of(&mut admin(&create));
        made.ends_well();
        assert!(made.out.contains("http://127.0.0.1:8080/password/reset/") && made.out.contains("The address is assumed"), "{}", made.out);
        for (setting, value, base) in [("NOXUS_PUBLIC_URL", "https://console.example.org", "https://console.example.org"), ("NOXUS_LISTEN", "127.0.0.1:9090", "http://127.0.0.1:9090")] {
            let (email, name) = (format!("{}@analytical.example", setting.to_lowercase()), setting.replace('_', " "));
            let said = Said::of(admin(&["create", "--email", &email, "--name", &name]).env(setting, value));
            said.ends_well();
            assert!(said.out.contains(&format!("{base}/password/reset/")) && !said.out.contains("assumed"), "{}", said.out);
        }
        let barbara = chosen_behind(&console, &made.out, "barbara@analytical.example").await;
        barbara.get("/settings/users").await.is(200).says("Barbara Liskov");
        Said::of(&mut admin(&create)).fails_saying("Barbara Liskov has this address already");
        // Recovered, neither her sessions nor her password are of use; the link to another one is, once.
        let recovered = Said::of(&mut admin(&["recover", "--email", "barbara@analytical.example"]));
        recovered.ends_well();
        assert_eq!(barbara.get("/settings/users").await.status, 303);
        assert!(!console.lets_in("barbara@analytical.example", CHOSEN).await);
        let barbara = chosen_behind(&console, &recovered.out, "barbara@analytical.example").await;
        // A password that is given works at once, and needs no master key.
        let given = "another sentence of unlikely words";
        let recovered = Said::of_with_input(&mut admin(&["recover", "--email", "barbara@analytical.example", "--password-stdin"]), &format!("{given}\n"));
        recovered.ends_well();
        assert!(!recovered.out.contains(given), "a password that was given is not printed");
        assert_eq!(barbara.get("/settings/users").await.status, 303);
        console.visitor().post("/sign-in", &[("email", "barbara@analytical.example"), ("password", given)]).await.is(303);
        Said::of(admin(&["recover", "--email", "barbara@analytical.example"]).env("NOXUS_MASTER_KEY_FILE", "/nonexistent/key")).fails_saying("NOXUS_MASTER_KEY_FILE:");
        assert!(console.lets_in("barbara@analytical.example", given).await, "and where there is none nothing is changed");
        let list = Said::of(&mut admin(&["recover"]));
        list.ends_well();
        for words in ["Grace Hopper", "grace@analytical.example", "Barbara Liskov", "active"] {
            assert!(list.out.contains(words), "{}", list.out);
        }
        // Of whoever is invited it says whether they can still come in.
        let grace = console.sign_in("grace").await;
        for (name, state) in [("Dean Declined", "declined"), ("Rex Revoked", "revoked"), ("Ina Invited", "pending")] {
            let user = console.invited_by_as(&grace, name, built_in::org_admin(), &[]).await;
            console.rows(|c| diesel::update(invitations::table.filter(invitations::user_id.eq(&user))).set(invitations::state.eq(state)).execute(c));
        }
        let list = Said::of(&mut admin(&["recover"]));
        let said = |name: &str| list.out.lines().find(|line| line.contains(name)).and_then(|line| line.split_whitespace().last()).unwrap_or_default().to_owned();
        assert_eq!(["Dean", "Rex", "Ina"].map(said), ["declined", "revoked", "invited"], "{}", list.out);
        // What cannot be.
        Said::of(&mut admin(&["recover", "--email", "nobody@analytical.example"])).fails_saying("Nobody has the address nobody@analytical.example");
        Said::of(&mut admin(&["recover", "--email", "nobody"])).fails_saying("--email: This is not an email address");
        Said::of(&mut admin(&["create", "--email", "x@analytical.example", "--name", " "])).fails_saying("--name: The name is missing");
        Said::of_with_input(&mut admin(&["recover", "--email", "grace@analytical.example", "--password-stdin"]), "short\n").fails_saying("--password-stdin: The password is too short");
        console.sign_in("grace").await;
    }

    async fn a_printed_link_works_for_a_day(console: Console) {
        console.set_up().await;
        let made = Said::of(&mut console.command(&["admin", "create", "--email", "barbara@analytical.example", "--name", "Barbara Liskov"]));
        let link = printed_link(&made.out);
        console.visitor().get(&link).await.is(200).says("Choose a new password");
        let day = clock::days(1);
        let (made_at, ends): (Moment, Moment) = console.rows(|c| account_links::table.select((account_links::created_at, account_links::expires_at)).first(c));
        assert_eq!(ends - made_at, day);
        let a_day_ago = (account_links::created_at.eq(made_at - day), account_links::expires_at.eq(ends - day));
        console.rows(|c| diesel::update(account_links::table).set(a_day_ago).execute(c));
        console.visitor().get(&link).await.is(410).says("This link has expired").says("It worked for 24 hours.");
    }

    async fn system_keys_are_made_listed_and_revoked_from_the_command_line(console: Console) {
        console.set_up().await;
        let url = console.app.config.database_url.clone();
        let key = |arguments: &[&str]| {
            let mut command = run(&["key"]);
            command.args(arguments).args(["--database-url", &url, "--data-dir", "/nonexistent"]);
            Said::of(&mut command)
        };
        let none = key(&["list"]);
        none.ends_well();
        assert!(none.out.contains("There is no key of the whole organization"), "{}", none.out);
        let made = key(&["create", "--system", "--name", "directory sync", "--permissions", "users:read"]);
        made.ends_well();
        let at = made.out.find("noxus_").expect("the secret");
        let secret = KeySecret::parse(&made.out[at..at + 48]).expect("a key");
        let program = console.visitor();
        program.call(reqwest::Method::GET, "/v1/admin/me", &secret).await.is(200);
        let list = key(&["list"]);
        list.ends_well();
        let id = console.key_id(&secret).to_string();
        assert!(list.out.contains(&format!("{id}  directory sync  {}  last used", secret.hint())) && !list.out.contains(secret.as_str()), "{}", list.out);
        let revoked = key(&["revoke", &id]);
        revoked.ends_well();
        assert!(revoked.out.contains("directory sync is revoked"), "{}", revoked.out);
        assert!(program.call(reqwest::Method::GET, "/v1/admin/me", &secret).await.problem(401).contains("was revoked"));
        key(&["revoke", &id]).fails_saying("directory sync was revoked already.");
        key(&["revoke", "x"]).fails_saying("This is not the id of a key");
        key(&["revoke", noxus_console::base::ids::KeyId::new().as_str()]).fails_saying("There is no key with this id.");
        assert!(!key(&["list"]).out.contains(&id));
    }

    async fn a_deactivated_account_is_recovered(console: Console) {
        console.set_up().await;
        console.person("Dora Deactivated", noxus_console::domain::roles::built_in::org_base(), "deactivated").await;
        let url = console.app.config.database_url.clone();
        let said = Said::of_with_input(run(&["admin", "recover", "--email", "dora@analytical.example", "--password-stdin", "--database-url", &url]).env("NOXUS_DATA_DIR", "/nonexistent"), PASSWORD);
        said.ends_well();
        console.sign_in("dora").await.get("/settings/users").await.is(200);
    }

    async fn before_the_set_up_there_is_no_admin_to_make(console: Console) {
        Said::of(&mut console.command(&["admin", "create", "--email", "a@analytical.example", "--name", "A"])).fails_saying("Nothing is set up yet");
        Said::of(&mut console.command(&["admin", "recover"])).fails_saying("There is no organization admin yet");
    }

    async fn what_it_keeps_is_its_owners_alone(place: Place) {
        let mode = |path: &std::path::Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
        let served = place.served().await;
        let link = links(&served.said()).remove(0);
        let token = link.split_once("token=").expect("a token").1;
        let browser = Client::new(&served.base);
        let form = [("token", token), ("organization", "O"), ("name", "Grace Hopper"), ("email", "grace@analytical.example"), ("password", "four unrelated little words"), ("workspace", "W")];
        browser.post("/setup", &form).await.is(303);
        assert_eq!(mode(&place.data()), 0o700);
        assert_eq!(mode(&place.data().join("master.key")), 0o600);
        let file = PathBuf::from(place.database.url());
        if !file.exists() {
            return;
        }
        let beside = |end: &str| PathBuf::from(format!("{}{end}", file.display()));
        for file in [beside(""), beside("-wal"), beside("-shm")] {
            assert_eq!(mode(&file), 0o600, "{}", file.display());
        }
        // One that others could read is closed.
        served.stop();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).expect("a mode");
        let _again = place.served().await;
        for file in [beside(""), beside("-wal"), beside("-shm")] {
            assert_eq!(mode(&file), 0o600, "{}", file.display());
        }
    }

    async fn without_its_master_key_it_does_not_start(place: Place) {
        place.served().await.stop();
        let (key, aside) = (place.data().join("master.key"), place.data().join("aside"));
        fs::rename(&key, &aside).expect("the key is there");
        Said::of(&mut place.serve(free_port())).fails_saying("NOXUS_MASTER_KEY_FILE:");
        assert!(!key.exists(), "no new key beside a database that has data");
        // Another key.
        let elsewhere = Place::made(Engine::Sqlite).await;
        fs::copy(elsewhere.data().join("master.key"), &key).expect("a copy");
        Said::of(&mut place.serve(free_port())).fails_saying("The master key is not the one this database was made with");
        // The right one again, but readable by others.
        fs::rename(&aside, &key).expect("back");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o640)).expect("a mode");
        Said::of(&mut place.serve(free_port())).fails_saying("NOXUS_MASTER_KEY_FILE: others can read");
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("a mode");
        place.served().await.stop();
    }
}

#[tokio::test]
async fn a_wrong_setting_stops_the_start_with_a_sentence_that_names_it() {
    let place = Place::start(Engine::Sqlite).await;
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = taken.local_addr().expect("an address").to_string();
    let file = place.dir.path().join("a-file");
    fs::write(&file, "not a folder").expect("a file");
    let inside = file.join("data").display().to_string();
    let key = place.dir.path().join("short.key");
    fs::write(&key, "c2hvcnQ=").expect("a file");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).expect("a mode");
    let cases = [
        ("NOXUS_LISTEN", "localhost"),
        ("NOXUS_LISTEN", taken.as_str()),
        ("NOXUS_PUBLIC_URL", "console.example.org"),
        ("NOXUS_DATA_DIR", inside.as_str()),
        ("NOXUS_DATABASE_URL", "mysql://x"),
        ("NOXUS_DATABASE_URL", "postgres://nobody@127.0.0.1:1/none"),
        ("NOXUS_SMTP_URL", "mail.example.org"),
        ("NOXUS_MAIL_FROM", "nobody"),
        ("NOXUS_MASTER_KEY_FILE", key.to_str().expect("UTF-8")),
        ("NOXUS_TRUSTED_PROXIES", "somewhere"),
        ("NOXUS_PASSWORD_HASH", "1,2"),
        ("NOXUS_LOG", "loud=what=ever"),
    ];
    for (setting, value) in cases {
        let mut command = run(&[]);
        command.env("NOXUS_LISTEN", format!("127.0.0.1:{}", free_port())).env("NOXUS_DATA_DIR", place.data()).env(setting, value);
        let said = Said::of(&mut command);
        said.fails_saying(&format!("noxus-console: {setting}: "));
        assert!(said.out.is_empty(), "{setting}: {}", said.out);
    }
}

#[test]
fn a_command_in_the_wrong_folder_makes_no_new_console() {
    let dir = TempDir::new().expect("a folder");
    let data = dir.path().join("mistyped");
    Said::of(run(&["admin", "recover"]).env("NOXUS_DATA_DIR", &data)).fails_saying("There is no database at");
    assert!(!data.exists());
}

#[test]
fn help_says_what_can_be_set() {
    let help = Said::of(&mut run(&["--help"]));
    help.ends_well();
    for words in ["serve", "demo", "admin", "--listen", "NOXUS_LISTEN", "127.0.0.1:8080", "NOXUS_DATABASE_URL", "postgres://", "NOXUS_SMTP_URL"] {
        assert!(help.out.contains(words), "{words} is not in {}", help.out);
    }
    for (command, words) in [
        (&["demo", "--help"][..], &["--people", "--workspaces", "--fill-only", "./demo-data"][..]),
        (&["admin", "--help"], &["create", "recover"]),
        (&["admin", "create", "--help"], &["--email", "--name", "--password-stdin"]),
        (&["admin", "recover", "--help"], &["--email", "--password-stdin", "listed"]),
    ] {
        let help = Said::of(&mut run(command));
        help.ends_well();
        for word in words {
            assert!(help.out.contains(word), "{command:?}: {word} is not in {}", help.out);
        }
    }
}

#[test]
fn no_secret_of_the_environment_is_printed() {
    let help = Said::of(run(&["--help"]).env("NOXUS_DATABASE_URL", "postgres://u:hunter2@h/d").env("NOXUS_SMTP_URL", "smtp://u:hunter2@h"));
    help.ends_well();
    assert!(!help.out.contains("hunter2"));
    let failed = Said::of(run(&[]).env("NOXUS_DATABASE_URL", "postgres://nobody:hunter2@127.0.0.1:1/none").env("NOXUS_DATA_DIR", "/nonexistent/x"));
    assert!(!failed.err.contains("hunter2"), "{}", failed.err);
}
