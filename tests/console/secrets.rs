//! After a whole life of the console, from the set-up to a revoked key, every secret there was is looked for as bytes: in the
//! database, in what the processes logged and printed, and in every answer but the one that shows it.

use std::{
    path::PathBuf,
    process::Command,
    sync::{Arc, Mutex},
};

use noxus_console::{base::key::KeySecret, domain::roles::built_in};
use reqwest::Method;
use serde_json::json;
use tempfile::TempDir;

use crate::support::{
    Client, Page,
    client::Overheard,
    engine::{Database, Engine, Start, on_both_databases},
    mailbox::MailServer,
    process::{Said, Served, free_port, run},
};

const GRACE: &str = "grace@analytical.example";
const JOAN: &str = "joan@analytical.example";
const NEW: &str = "joan.clarke@analytical.example";
const SMTP_LOGIN: &str = "postbox:the-password-of-the-mail-server";

const SET_UP: &str = "mothers of invention gather";
const CHANGED: &str = "seven quiet harbours sleeping";
const JOINED: &str = "bletchley under november rain";
const RESET: &str = "banburismus on a long table";
const WRONG: &str = "what somebody else might try";
const WEAK: &str = "a short word";

/// A secret, and where it may be told: in answers to whoever came with it in the address, in the answer to one path, or nowhere.
struct Secret {
    what: &'static str,
    text: String,
    told_at: &'static str,
}

struct World {
    dir: TempDir,
    database: Database,
    mail: MailServer,
    engine: Engine,
    heard: Arc<Mutex<Vec<Overheard>>>,
    secrets: Vec<Secret>,
}

impl Start for World {
    async fn start(engine: Engine) -> Self {
        let dir = TempDir::new().expect("a folder");
        let mail = MailServer::start_with(&["--login", SMTP_LOGIN]).await;
        Self { database: engine.database(dir.path()), dir, mail, engine, heard: Arc::default(), secrets: Vec::new() }
    }
}

impl World {
    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = run(arguments);
        command.arg("--data-dir").arg(self.data()).env("NOXUS_DATABASE_URL", self.database.url()).env("NOXUS_LOG", "debug,actix_http=trace,lettre=trace");
        command.env("NOXUS_SMTP_URL", format!("smtp://{SMTP_LOGIN}@127.0.0.1:{}", self.mail.port()));
        command
    }

    fn visitor(&self, base: &str) -> Client {
        Client::overheard(base, self.heard.clone())
    }

    fn keep(&mut self, what: &'static str, text: &str, told_at: &'static str) {
        assert!(text.len() >= 12, "{what} is {text:?}: too short to be looked for");
        self.secrets.push(Secret { what, text: text.to_owned(), told_at });
    }

    /// The id a browser was given for its session: told in the cookie, which is not looked at.
    fn keep_session(&mut self, page: &Page) {
        let cookie = page.headers.get_all("set-cookie").iter().find_map(|value| value.to_str().ok()).expect("a cookie");
        let value = cookie.split_once('=').and_then(|(_, rest)| rest.split(';').next()).expect("a value").to_owned();
        self.keep("a session", &value, "");
    }

    /// The token at the end of a link.
    fn keep_link(&mut self, what: &'static str, link: &str, told_at: &'static str) {
        let token = link.rsplit(['/', '=']).next().expect("a token").to_owned();
        self.keep(what, &token, told_at);
    }

    async fn mailed(&mut self, to: &str, part: &str, what: &'static str) -> String {
        let link = loop {
            let letter = self.mail.wait_for(to).await;
            if letter.raw.contains(part) || letter.text.contains(part) {
                break letter.link_with(part);
            }
        };
        self.keep_link(what, &link, "/invitation/link");
        link
    }

    /// Everything one does with a console.
    async fn live(&mut self, server: &Served) {
        let base = server.base.clone();
        let said = server.said();
        let set_up = said.split_whitespace().find(|word| word.contains("/setup?token=")).expect("a link").to_owned();
        self.keep_link("the set-up's token", &set_up, "");
        let grace = self.visitor(&base);
        grace.get(&set_up).await.is(200);
        let token = set_up.rsplit('=').next().expect("a token").to_owned();
        let begin = |password: &'static str| {
            vec![
                ("token", token.clone()),
                ("organization", "Analytical Engines".into()),
                ("name", "Grace Hopper".into()),
                ("email", GRACE.into()),
                ("password", password.into()),
                ("workspace", "Marketing".into()),
            ]
        };
        for (password, status) in [(WEAK, 422), (SET_UP, 303)] {
            let form = begin(password);
            let form: Vec<(&str, &str)> = form.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let answer = grace.post("/setup", &form).await;
            answer.is(status);
            if status == 303 {
                self.keep_session(&answer);
            }
        }
        for (email, password) in [(GRACE, WRONG), ("nobody@analytical.example", WRONG)] {
            self.visitor(&base).post("/sign-in", &[("email", email), ("password", password)]).await.is(422);
        }
        let marketing = grace.follow("/").await.attributes("a[href^='/workspaces/']", "href")[0].split('/').nth(2).expect("an id").to_owned();

        let invited = self.invites(&grace, &marketing).await;
        let joan = self.joins(&base, &invited).await;
        self.changes_the_password(&grace, &base).await;
        self.forgets(&base, &grace, &invited.person).await;
        self.moves(&base).await;
        self.uses_keys(&grace, &base, &marketing).await;
        joan.get("/account/access").await;
        for page in [
            "/settings/users",
            "/account/access",
            "/account/activity",
            "/account/password",
            "/account/profile",
            "/settings/general",
            "/help",
            "/settings/roles",
            "/settings/workspaces",
            &invited.person,
            &format!("/workspaces/{marketing}/settings/users"),
            &format!("/workspaces/{marketing}/control/api-keys"),
            &format!("/workspaces/{marketing}/control/api-keys?status=ended"),
        ] {
            grace.get(page).await.is(200);
        }
        grace.post("/settings/users/export", &[]).await.is(200);
        grace.post("/sign-out", &[]).await.is(303);
    }

    /// The wizard, the link copied, the invitation sent anew.
    async fn invites(&mut self, grace: &Client, marketing: &str) -> Invited {
        let details = [("name", "Joan Clarke"), ("email", JOAN), ("role", ""), ("workspaces", marketing)];
        let role = grace.get("/settings/users/new").await.attributes("select[name=role] option[selected]", "value");
        let mut details = details;
        details[2].1 = &role[0];
        let draft = grace.post("/settings/users/new", &details).await.location.expect("the next step");
        let reader = built_in::reader();
        let result = grace.post(&draft, &[(&format!("role-{marketing}"), reader.as_str())]).await.location.expect("the person");
        let person = result.split('?').next().expect("a path").to_owned();
        let first = self.mailed(JOAN, "/invitation/", "the first invitation").await;
        let shown = grace.post(&format!("{person}/invitation/link"), &[]).await;
        assert!(shown.body.contains(first.rsplit('/').next().expect("a token")), "it is shown where one asks for it: {}", shown.text());
        grace.post(&format!("{person}/invitation"), &[]).await.is(303);
        let link = self.mailed(JOAN, "/invitation/", "the second invitation").await;
        Invited { person, first, link }
    }

    async fn joins(&mut self, base: &str, invited: &Invited) -> Client {
        let joan = self.visitor(base);
        assert_ne!(joan.get(&invited.first).await.status, 200, "it has died");
        joan.get(&invited.link).await.is(200);
        joan.post(&invited.link, &[("display_name", "Joan"), ("password", WEAK)]).await.is(422);
        let answer = joan.post(&invited.link, &[("display_name", "Joan"), ("password", JOINED)]).await;
        answer.is(303);
        self.keep_session(&answer);
        // A token where none belongs.
        let token = invited.link.rsplit('/').next().expect("a token");
        for wrong in [format!("/password/reset/{token}"), format!("/nothing/{token}"), format!("/v1/{token}"), format!("/sign-in?next={token}")] {
            joan.get(&wrong).await;
        }
        joan
    }

    async fn changes_the_password(&mut self, grace: &Client, base: &str) {
        grace.post("/account/password", &[("current", WRONG), ("password", CHANGED)]).await.is(422);
        grace.post("/account/password/strength", &[("password", CHANGED)]).await.is(200);
        let answer = grace.post("/account/password", &[("current", SET_UP), ("password", CHANGED)]).await;
        answer.is(303);
        self.keep_session(&answer);
        let elsewhere = self.visitor(base).post("/sign-in", &[("email", GRACE), ("password", CHANGED)]).await;
        self.keep_session(elsewhere.is(303));
        let again = grace.post("/sign-in/again", &[("password", CHANGED), ("next", "/account/email")]).await;
        self.keep_session(again.is(303));
    }

    async fn forgets(&mut self, base: &str, grace: &Client, person: &str) {
        let joan = self.visitor(base);
        joan.post("/password/forgotten", &[("email", JOAN)]).await.is(303);
        let first = self.mailed(JOAN, "/password/reset/", "a link to a new password").await;
        grace.post(&format!("{person}/reset"), &[]).await.is(303);
        let link = self.mailed(JOAN, "/password/reset/", "a link to a new password that an admin started").await;
        joan.get(&first).await.is(410);
        joan.get(&link).await.is(200);
        joan.post(&format!("{link}/strength"), &[("password", RESET)]).await.is(200);
        joan.post(&link, &[("password", WEAK)]).await.is(422);
        joan.post(&link, &[("password", RESET)]).await.is(303);
        joan.get(&link).await.is(410);
    }

    async fn moves(&mut self, base: &str) {
        let joan = self.visitor(base);
        let answer = joan.post("/sign-in", &[("email", JOAN), ("password", RESET)]).await;
        self.keep_session(answer.is(303));
        joan.post("/account/email", &[("email", NEW)]).await.is(303);
        let link = self.mailed(NEW, "/email/confirm/", "a link to another address").await;
        joan.get(&link).await.is(200);
        joan.post(&link, &[]).await.is(303);
        let undo = self.mailed(JOAN, "/email/undo/", "a link back to the address of before").await;
        joan.get(&undo).await.is(200);
        joan.post(&undo, &[]).await.is(303);
    }

    /// Keys from a page, through a key and from the command line; one that never was, and one in the wrong place.
    async fn uses_keys(&mut self, grace: &Client, base: &str, marketing: &str) {
        let page = grace.post(&format!("/workspaces/{marketing}/control/api-keys/new"), &[("name", "shown"), ("expires", "7")]).await;
        let key = page.is(200).secrets().remove(0);
        self.keep("a key made on a page", key.as_str(), "/control/api-keys/new");
        let program = self.visitor(base);
        for path in ["/v1/workflows", "/v1/admin/me", "/v1/nodes", "/v1/admin/users"] {
            program.call(Method::GET, path, &key).await;
        }
        let keys = format!("/v1/admin/groups/{marketing}/api-keys");
        let made = program.call_with(Method::POST, &keys, &key, &json!({ "name": "made" })).await.secrets().remove(0);
        self.keep("a key made through a key", made.as_str(), "/api-keys");
        program.call(Method::GET, &keys, &made).await.is(200);
        let system = Said::of(&mut self.command(&["key", "create", "--system", "--name", "system"]));
        system.ends_well();
        let system = system.out.split_whitespace().find_map(KeySecret::parse).expect("a secret");
        self.keep("a system key", system.as_str(), "");
        let body = json!({ "name": "Alan Turing", "email": "alan@analytical.example" });
        program.call_with(Method::POST, "/v1/admin/users", &system, &body).await.is(200);
        self.mailed("alan@analytical.example", "/invitation/", "the invitation of a program").await;
        let unknown = KeySecret::random();
        self.keep("a key of nobody", unknown.as_str(), "");
        program.call(Method::GET, "/v1/admin/me", &unknown).await.is(401);
        program.send(program.bare(Method::GET, "/v1/admin/me").header("X-API-Key", key.as_str()).bearer_auth(system.as_str())).await;
        program.get(&format!("/v1/workflows?key={}", made.as_str())).await;
        program.get(&format!("/v1/workflows/{}", made.as_str())).await;
        grace.get(&format!("/workspaces/{marketing}/control/api-keys?q={}", made.as_str())).await;
        let list = grace.get(&format!("/workspaces/{marketing}/control/api-keys")).await;
        let revocation = list.attributes("a[href$='/revocation']", "href").remove(0);
        grace.post(&revocation, &[]).await.is(303);
    }

    /// The whole database as bytes.
    fn stored(&self) -> Vec<u8> {
        if self.engine == Engine::Postgres {
            let dump = Command::new("pg_dump").args(["--inserts", self.database.url()]).output().expect("pg_dump runs");
            assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
            return dump.stdout;
        }
        // The file, what it has not taken in yet, and what it forgot and still holds.
        ["noxus.db", "noxus.db-wal"].iter().filter_map(|name| std::fs::read(self.dir.path().join(name)).ok()).flatten().collect()
    }
}

/// Somebody who was invited, with both links.
struct Invited {
    person: String,
    first: String,
    link: String,
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

on_both_databases! {
    async fn after_a_whole_life_no_secret_is_found_anywhere(world: World) {
        let mut world = world;
        for (what, text) in [("the first password", SET_UP), ("a changed password", CHANGED), ("an invited one's password", JOINED), ("a new password after a reset", RESET), ("a wrong password", WRONG), ("a refused password", WEAK), ("the mail server's password", "the-password-of-the-mail-server")] {
            world.keep(what, text, "");
        }
        let (port, log) = (free_port(), world.dir.path().join("log"));
        let mut command = world.command(&["--listen", &format!("127.0.0.1:{port}")]);
        command.stderr(std::fs::File::create(&log).expect("a file"));
        let server = Served::start(&mut command, port).await;
        world.live(&server).await;
        let master = std::fs::read_to_string(world.data().join("master.key")).expect("the master key");
        world.keep("the master key", master.trim(), "");
        let said = server.said();
        // What is deleted is to be gone from the file, too: so it is read while it serves, and after.
        let mut stored = world.stored();
        server.stop();
        stored.extend(world.stored());
        assert!(holds(&stored, "joan") && holds(&stored, "key.revoked"), "the database tells of what was done");
        let logged = std::fs::read(&log).expect("the log");
        assert!(holds(&logged, "/invitation/{token}") && holds(&logged, "/password/reset/{token}"), "the log tells of the requests");
        let heard = world.heard.lock().expect("no panic");
        assert!(heard.len() >= 70, "{}", heard.len());
        let mut found = Vec::new();
        for Secret { what, text, told_at } in &world.secrets {
            if holds(&stored, text) {
                found.push(format!("{what} in the database"));
            }
            if holds(&logged, text) {
                found.push(format!("{what} in the log"));
            }
            if *what != "the set-up's token" && said.contains(text.as_str()) {
                found.push(format!("{what} in what was printed"));
            }
            let mut told = 0;
            for answer in heard.iter().filter(|answer| answer.text.contains(text.as_str())) {
                let shows = !told_at.is_empty() && answer.asked.ends_with(told_at);
                told += usize::from(shows);
                let came_with_it = answer.asked.contains(text.as_str()) || (*what == "the set-up's token" && answer.asked.ends_with("/setup"));
                if !(shows || came_with_it) {
                    found.push(format!("{what} in the answer to {}", answer.asked));
                }
            }
            if what.starts_with("a key made") {
                assert_eq!(told, 1, "{what} is told once");
            }
        }
        assert!(found.is_empty(), "{found:#?}\n{}", String::from_utf8_lossy(&logged).lines().filter(|line| world.secrets.iter().any(|secret| line.contains(&secret.text))).take(20).collect::<Vec<_>>().join("\n"));
        assert!(world.secrets.len() > 25, "{}", world.secrets.len());
    }
}
