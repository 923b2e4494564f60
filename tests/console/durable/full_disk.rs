//! The disk is full: acts are refused with 503, pages are still read, and once there is room all goes on. Nothing acknowledged
//! is lost, and nothing is done in part, wherever in an act the room ended.
//!
//! `NOXUS_TESTS_DISK_ROUNDS` says how often it fills up, each time with a little other room left.

use std::process::Command;

use noxus_console::base::key::KeySecret;

use super::{
    BACK_WITHIN, House, as_told, chance,
    disk::Disk,
    load::{Load, opened},
    own_postgres::Cluster,
    rows::sound,
};
use crate::support::{Client, engine::Engine};

const MIB: usize = 12;

/// Room for what is kept of each round, so that the disk is never full of that alone.
fn room(rounds: usize) -> usize {
    MIB + rounds * 3 / 2
}

/// Fills the disk again and again. `dies`: whether the server is killed on the full disk, and has to start on it.
async fn filled(house: &mut House, disk: &Disk, load: &Load, rounds: usize, dies: bool) {
    let client = Client::new("");
    let grace = house.grace().await;
    let mut killed = 0;
    for round in 0..rounds {
        let mut here = load.moved(house);
        disk.fill_but(chance(64) * 4096);
        let (mut refused, mut tried) = (0, 0);
        while refused < 3 {
            refused += usize::from(here.write(&client, tried % 3 == 0, 20_000).await == 503);
            tried += 1;
            assert!(tried < 200, "the disk is not full");
        }
        // What is there is shown all the same.
        assert_eq!((here.read(&client, 0).await, here.read(&client, 1).await), (200, 200));
        grace.get(&house.to("/settings/users")).await.is(200).says("Grace Hopper");
        if dies && round % 3 == 2 {
            house.kill();
            house.serve().await;
            here = load.moved(house);
            assert_eq!(here.read(&client, 1).await, 200, "it reads after a start on a full disk");
            killed += 1;
        }
        disk.make_room();
        let back = here.back().await;
        assert!(back < BACK_WITHIN, "once there was room it was back after {back:?}");
    }
    println!("the disk was full {rounds} times, {killed} times the server was killed then: {}", load.told());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_acts_are_refused_and_nothing_is_lost() {
    let rounds = as_told("NOXUS_TESTS_DISK_ROUNDS", 6);
    let disk = match Disk::of(room(rounds)) {
        Ok(disk) => disk,
        Err(why) => {
            println!("NOT a full disk: this machine lends none ({why}). Files may not grow instead.");
            return files_may_not_grow().await;
        }
    };
    let data = disk.path().join("data");
    let mut house = House::at(Engine::Sqlite, data.join("noxus.db").display().to_string(), data, Box::new(()));
    house.before = disk.inside();
    // What it logs has no more room than what it keeps.
    house.log = disk.seen_from_here().join("log");
    house.serve().await;
    house.set_up().await;
    let key: KeySecret = house.key();
    let marketing = marketing_by(&house, &key).await;
    let load = Load::of(&house, &marketing);
    filled(&mut house, &disk, &load, rounds, true).await;
    house.did_not_panic();
    house.served.take().expect("it is served").stop();
    let aside = tempfile::TempDir::new().expect("a folder");
    disk.copy("data", aside.path());
    let mut c = opened(&aside.path().join("noxus.db"));
    load.holds(&mut c);
    sound(&mut c, Engine::Sqlite);
}

/// The id of the workspace, asked of the console: its database is out of reach here.
async fn marketing_by(house: &House, key: &KeySecret) -> String {
    let groups = house.visitor().call(reqwest::Method::GET, &house.to("/v1/admin/groups"), key).await.json();
    groups[0]["id"].as_str().expect("an id").to_owned()
}

/// The limit of `ulimit -f`: what would make a file longer is refused.
async fn files_may_not_grow() {
    let dir = tempfile::TempDir::new().expect("a folder");
    let data = dir.path().join("data");
    let mut house = House::at(Engine::Sqlite, data.join("noxus.db").display().to_string(), data, Box::new(dir));
    house.serve().await;
    house.set_up().await;
    let load = Load::on(&house);
    house.served.take().expect("it is served").stop();
    // In blocks of 512 bytes, of which the database has some by now.
    house.before = ["sh", "-c", "trap '' XFSZ; ulimit -f 2000; exec \"$0\" \"$@\""].map(str::to_owned).to_vec();
    house.serve().await;
    let (here, client) = (load.moved(&house), Client::new(""));
    let mut refused = 0;
    for tried in 0.. {
        refused += usize::from(here.write(&client, tried % 3 == 0, 20_000).await == 503);
        if refused == 3 {
            break;
        }
        assert!(tried < 400, "files grow on");
    }
    assert_eq!(here.read(&client, 1).await, 200);
    house.kill();
    house.before = Vec::new();
    house.serve().await;
    load.moved(&house).back().await;
    load.holds(&mut house.connection());
    house.is_sound();
    house.did_not_panic();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_of_postgres_acts_are_refused_and_nothing_is_lost() {
    let rounds = as_told("NOXUS_TESTS_DISK_ROUNDS", 6);
    let disk = match Disk::of(2 * room(rounds)) {
        Ok(disk) => disk,
        Err(why) => {
            println!("NOT a full disk of PostgreSQL: this machine lends none ({why}), and nothing else makes one full without privilege.");
            return;
        }
    };
    // The tables lie on the small disk; what the server needs to go on lies elsewhere.
    let tables = disk.path().join("tables");
    let inside = disk.inside();
    let mut make = Command::new(&inside[0]);
    let owner = if super::own_postgres::is_root() { "chown postgres:" } else { "true" };
    make.args(&inside[1..]).args(["sh", "-c", &format!("mkdir {0} && {owner} {0}", tables.display())]);
    super::own_postgres::done(&mut make);
    let cluster = Cluster::start_at("127.0.0.1", &inside);
    cluster.sql(&format!("CREATE TABLESPACE small LOCATION '{}'", tables.display()));
    cluster.sql("CREATE DATABASE console TABLESPACE small");
    let mut house = House::on(&cluster.url("console"), &[]).await;
    let load = Load::on(&house);
    filled(&mut house, &disk, &load, rounds, true).await;
    println!("{}", house.complaints());
    load.holds(&mut house.connection());
    house.is_sound();
    house.did_not_panic();
}
