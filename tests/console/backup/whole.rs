//! Nothing is missing, on whichever engine it was and comes back.

use std::{
    collections::BTreeSet,
    os::unix::fs::PermissionsExt as _,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst},
};

use diesel::prelude::*;
use noxus_console::db::archive::{LEFT_OUT, TABLES};
use serde_json::Value;
use tempfile::TempDir;

use super::{Elsewhere, back_up, files};
use crate::support::{
    Console,
    declared::tables,
    engine::{Engine, Start, on_both_databases},
    process::{Said, run},
};

/// A sample organization of the real binary, which has something of everything but what people do in pages.
struct Sample {
    place: Elsewhere,
}

impl Start for Sample {
    async fn start(engine: Engine) -> Self {
        let place = Elsewhere::new(engine);
        Said::of(&mut place.command(&["demo", "--fill-only"])).ends_well();
        Self { place }
    }
}

/// The lines of a table without the columns that a restoration changes, in one order.
fn lines(text: &str, but: &[&str]) -> BTreeSet<String> {
    let line = |line: &str| {
        let mut row: Value = serde_json::from_str(line).expect("a row in JSON");
        for column in but {
            assert!(row.as_object_mut().expect("an object").remove(*column).is_some(), "{column} is a column");
        }
        row.to_string()
    };
    text.lines().map(line).collect()
}

on_both_databases! {
    async fn a_backup_comes_back_whole_in_either_database(sample: Sample) {
        let archive = sample.place.back_up("first.tar.gz");
        assert_eq!(archive.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let before = files(&archive);
        assert_eq!(before["master.key"].trim(), std::fs::read_to_string(sample.place.data().join("master.key")).unwrap().trim());
        for engine in Engine::BOTH {
            let place = Elsewhere::restored(&archive, engine);
            assert_eq!(std::fs::metadata(place.data().join("master.key")).unwrap().permissions().mode() & 0o777, 0o600);
            let after = files(&place.back_up("second.tar.gz"));
            assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>());
            for table in TABLES {
                let changed: &[&str] = match table.name {
                    "organization" => &["restored_at", "restored_from"],
                    "invitations" => &["generation", "mail_state", "mail_problem"],
                    "outbox" => &["state"],
                    "account_links" => &["ended_at"],
                    _ => &[],
                };
                let file = format!("{}.jsonl", table.name);
                let (before, after) = (lines(&before[&file], changed), lines(&after[&file], changed));
                let new: Vec<&String> = after.difference(&before).collect();
                assert!(before.is_subset(&after), "{file} misses rows on {engine:?}");
                let told = usize::from(table.name == "audit");
                assert_eq!(new.len(), told, "{file} on {engine:?}: {new:?}");
            }
        }
        let some = |table: &str| before[&format!("{table}.jsonl")].lines().count();
        for table in ["users", "memberships", "invitations", "outbox", "api_keys", "flows", "audit", "audit_personal", "withheld", "user_prefixes"] {
            assert!(some(table) > 0, "the sample has {table}");
        }
    }

    async fn a_backup_under_load_is_of_one_moment(console: Console) {
        let grace = console.set_up().await;
        let (done, added) = (AtomicBool::new(false), AtomicUsize::new(0));
        let adding = async {
            for n in 0.. {
                if done.load(SeqCst) {
                    break;
                }
                // Beside the person: an audit row, a draft that goes, an invitation, a mail.
                console.invited_by(&grace, &format!("Guest{n} Person"), &[]).await;
                added.fetch_add(1, SeqCst);
            }
        };
        let backing_up = async {
            let mut archives = Vec::new();
            for n in 0.. {
                if n >= 4 && added.load(SeqCst) > 10 {
                    break;
                }
                let (file, mut command) = (console.data_dir().join(format!("{n}.tar.gz")), console.command(&["backup"]));
                command.arg(&file);
                tokio::task::spawn_blocking(move || Said::of(&mut command).ends_well()).await.unwrap();
                archives.push(file);
            }
            done.store(true, SeqCst);
            archives
        };
        let (archives, ()) = tokio::join!(backing_up, adding);
        for archive in archives {
            let files = files(&archive);
            let count = |table: &str| files[&format!("{table}.jsonl")].lines().count();
            // All but the admin were invited.
            assert_eq!(count("users"), count("invitations") + 1);
            assert_eq!(count("outbox"), count("invitations"));
            assert_eq!(files["audit.jsonl"].matches("\"user.invited\"").count(), count("invitations"));
            Elsewhere::restored(&archive, console.engine);
        }
    }

    async fn what_people_did_in_pages_comes_back_too(console: Console) {
        console.set_up().await;
        let ada = console.member_of_organization("Ada Lovelace").await;
        let marketing = console.workspace_named("Marketing");
        console.flow(&marketing, "Weekly digest");
        let parent = console.key(&ada, Some(&marketing), None);
        let child = console.key(&ada, Some(&marketing), None);
        let (parent, child) = (console.key_id(&parent), console.key_id(&child));
        // A key may come before the one it was made through, whatever order its database gives.
        console.rows(|c| {
            use noxus_console::db::schema::api_keys;
            diesel::update(api_keys::table.find(&parent)).set(api_keys::parent_id.eq(child.as_str())).execute(c)
        });
        let archive = back_up(&console, "backup.tar.gz");
        for engine in Engine::BOTH {
            let after = files(&Elsewhere::restored(&archive, engine).back_up("again.tar.gz"));
            assert!(after["api_keys.jsonl"].contains(&format!("\"parent_id\":\"{child}\"")));
            assert!(after["flows.jsonl"].contains("Weekly digest"));
        }
    }
}

#[test]
fn every_table_is_in_a_backup_or_left_out_for_a_reason() {
    assert_eq!(tables(), TABLES.iter().map(|table| table.name).chain(LEFT_OUT).collect::<BTreeSet<_>>());
}

#[test]
fn a_large_one_takes_little_memory() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("data");
    let with = |arguments: &[&str]| {
        let mut command = run(arguments);
        command.args(["--data-dir", data.to_str().unwrap()]);
        command
    };
    Said::of(&mut with(&["demo", "--people", "20000", "--workspaces", "20", "--fill-only"])).ends_well();
    let (archive, peak) = (dir.path().join("a.tar.gz"), dir.path().join("peak"));
    for arguments in [vec!["backup"], vec!["restore", "--database-url", dir.path().join("elsewhere.db").to_str().unwrap()]] {
        let command = with(&arguments);
        let mut timed = std::process::Command::new("python3");
        // Peak of the child in KiB, as the kernel counts it.
        timed.args(["-c", "import resource, subprocess, sys; code = subprocess.call(sys.argv[2:]); open(sys.argv[1], 'w').write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)); sys.exit(code)"]);
        timed.arg(&peak).arg(command.get_program()).args(command.get_args()).arg(&archive);
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => timed.env(name, value),
                None => timed.env_remove(name),
            };
        }
        Said::of(&mut timed).ends_well();
        let kib: u64 = std::fs::read_to_string(&peak).unwrap().parse().unwrap();
        assert!(kib < 80 * 1024, "{arguments:?} took {kib} KiB");
    }
}
