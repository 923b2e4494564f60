//! What the fuzzer begins with holds: each committed seed goes through the function that its target checks.

use std::path::Path;

#[path = "../fuzz/src/lib.rs"]
mod holds;

#[test]
fn what_the_fuzzer_begins_with_holds() {
    for (target, holds) in holds::TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/seeds").join(target);
        let seeds: Vec<_> = std::fs::read_dir(&folder).expect("a folder of seeds").map(|entry| entry.expect("a seed").path()).collect();
        assert!(seeds.len() >= 10, "{target} has {} seeds", seeds.len());
        for seed in seeds {
            let input = std::fs::read(&seed).expect("a seed");
            assert!(std::panic::catch_unwind(|| holds(&input)).is_ok(), "{}", seed.display());
        }
    }
}
