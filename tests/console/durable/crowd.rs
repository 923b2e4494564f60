//! Sixteen who write beside sixteen who read, and commands of the machine among them that write into the same database.
//!
//! `NOXUS_TESTS_CROWD_SECONDS` says how long.

use std::{
    sync::atomic::Ordering::SeqCst,
    time::{Duration, Instant},
};

use super::{House, as_told, load::Load};
use crate::support::{engine::on_both_databases, process::Said};

on_both_databases! {
    async fn sixteen_write_and_sixteen_read_and_nothing_acknowledged_is_lost(house: House) {
        let seconds = as_told("NOXUS_TESTS_CROWD_SECONDS", 4) as u64;
        let load = Load::on(&house);
        let under_way = load.begin(16, 16);
        let (began, mut made) = (Instant::now(), 0);
        while began.elapsed() < Duration::from_secs(seconds) {
            // Another process: on SQLite it waits for the same file.
            let mut command = house.command(&["key", "create", "--system", "--name", "key of the crowd"]);
            let said = tokio::task::block_in_place(|| Said::of(&mut command));
            // It may find no turn in five seconds, and then says so.
            match said.code {
                Some(0) => made += 1,
                _ => said.fails_saying("the database cannot be reached: "),
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        load.end(under_way).await;
        println!("{seconds} s and {made} commands: {}", load.told());
        load.holds(&mut house.connection());
        assert_eq!(house.values("SELECT id AS value FROM api_keys WHERE name = 'key of the crowd'").len(), made);
        house.is_sound();
        house.did_not_panic();
        let (done, later) = (load.answers.done.lock().unwrap().len(), load.answers.later.load(SeqCst));
        assert!(done > 16 && later * 100 <= done, "{later} were told to come back, beside {done} acts");
    }
}
