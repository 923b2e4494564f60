//! A PostgreSQL with a synchronous standby: the primary is killed under load, the standby promoted, and the console, which is told
//! the addresses of both, goes on.
//!
//! `NOXUS_TESTS_FAILOVERS` says how often.

use std::time::{Duration, Instant};

use tokio::time::sleep;

use super::{BACK_WITHIN, House, as_told, load::Load, own_postgres::Cluster};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_standby_that_is_promoted_has_everything_that_was_acknowledged() {
    for _ in 0..as_told("NOXUS_TESTS_FAILOVERS", 1) {
        let mut primary = Cluster::start();
        let standby = primary.followed();
        let house = House::on(&primary.url_of_both(&standby, "postgres"), &[]).await;
        let load = Load::on(&house);
        let under_way = load.begin(8, 1);
        let began = Instant::now();
        let done = || load.answers.done.lock().unwrap().len();
        // What fifty a second do in three: a machine that is busy with other tests takes longer for it.
        while done() < 150 {
            assert!(began.elapsed() < Duration::from_secs(30), "there was load: {}", done());
            sleep(Duration::from_millis(20)).await;
        }
        let rate = done() as f64 / began.elapsed().as_secs_f64();
        primary.kill();
        sleep(Duration::from_secs(1)).await;
        tokio::task::block_in_place(|| standby.promote());
        let back = load.back().await;
        sleep(Duration::from_secs(1)).await;
        load.end(under_way).await;
        load.holds(&mut house.connection());
        house.is_sound();
        house.did_not_panic();
        println!("{rate:.0} acts a second, then the primary was killed: {}; back {back:.1?} after the standby was promoted", load.told());
        assert!(back < BACK_WITHIN, "it was back after {back:?}");
    }
}
