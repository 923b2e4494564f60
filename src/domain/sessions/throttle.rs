//! Slowing down who tries passwords. Failures are counted in the database, so every node knows them, by three gates: the
//! account from this address, the address, and the account from anywhere. Only the first two ever make somebody wait, so the
//! owner who comes from elsewhere gets in whatever others try; under attack from many places each of them gets fewer tries.

use std::net::IpAddr;

use crate::{
    base::{clock, secret},
    db::{Connection, Error, Tx},
};

use super::queries;

/// Failures of an account from one address before it has to wait.
const PAIR: i32 = 10;
/// The same while the account is being tried from many addresses.
const PAIR_UNDER_ATTACK: i32 = 3;
/// Failures from an address, whatever the account.
const ADDRESS: i32 = 20;
/// Failures of an account from other addresses that count as an attack.
const ACCOUNT: i32 = 10;
/// Minutes after the last failure in which a count is forgotten.
const MEMORY: i64 = 15;
/// The longest wait in seconds.
const LONGEST_WAIT: i64 = 300;

#[derive(Clone)]
pub(in crate::domain) struct Gates {
    pair: String,
    address: String,
    account: String,
}

/// Hashed, so that the table holds no address of anybody.
pub(in crate::domain) fn gates(email_key: &str, address: &str) -> Gates {
    gates_of("throttle", email_key, address)
}

/// Gates of something else that is counted as tries are, each purpose by itself.
pub(in crate::domain) fn gates_of(purpose: &str, email_key: &str, address: &str) -> Gates {
    let gate = |parts: &str| secret::fingerprint(purpose, parts.as_bytes());
    let address = network(address);
    Gates { pair: gate(&format!("pair {email_key} {address}")), address: gate(&format!("address {address}")), account: gate(&format!("account {email_key}")) }
}

/// Whoever has one address of IPv6 has all of its /64 (RFC 6177, section 2), so that counts as one.
fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(v6)) => v6.segments()[..4].iter().map(|part| format!("{part:x}:")).collect(),
        _ => address.to_owned(),
    }
}

/// Seconds to wait before the next try; 0: none.
fn wait(c: &mut Connection, gates: &Gates) -> Result<i64, Error> {
    let now = clock::now();
    let mut failures = |key: &str| -> Result<(i32, i64), Error> {
        let counted = queries::failures(c, key)?.filter(|(_, last)| now < *last + clock::minutes(MEMORY));
        Ok(counted.map_or((0, 0), |(n, last)| (n, (now - last).num_seconds())))
    };
    let (account, _) = failures(&gates.account)?;
    let (pair, pair_since) = failures(&gates.pair)?;
    let pair_limit = if account - pair >= ACCOUNT { PAIR_UNDER_ATTACK } else { PAIR };
    let (address, address_since) = failures(&gates.address)?;
    Ok(left(pair, pair_limit, pair_since).max(left(address, ADDRESS, address_since)))
}

/// Doubles with every failure past the limit.
fn left(failures: i32, limit: i32, seconds_since: i64) -> i64 {
    if failures < limit {
        return 0;
    }
    let wait = 5i64.checked_shl((failures - limit).clamp(0, 10) as u32).unwrap_or(LONGEST_WAIT).min(LONGEST_WAIT);
    (wait - seconds_since).max(0)
}

/// Lets a try in and counts it as failed until it is [`forgive`]n; or says how many seconds to wait.
pub(in crate::domain) fn admit(tx: &mut Tx, gates: &Gates) -> Result<i64, Error> {
    let wait = wait(tx, gates)?;
    if wait == 0 {
        for key in [&gates.pair, &gates.address, &gates.account] {
            let (now, forgotten) = (tx.now, tx.now - clock::minutes(MEMORY));
            queries::count_failure(tx, key, now, forgotten)?;
        }
    }
    Ok(wait)
}

/// The owner was here: what was counted against the account from here is gone, and this try was none against the others.
pub(in crate::domain) fn forgive(tx: &mut Tx, gates: &Gates) -> Result<(), Error> {
    queries::forget_failures(tx, &gates.pair)?;
    queries::uncount_failure(tx, &gates.address)?;
    queries::uncount_failure(tx, &gates.account)
}

pub(super) fn sweep(tx: &mut Tx) -> Result<(), Error> {
    let forgotten = tx.now - clock::minutes(MEMORY);
    queries::delete_failures_before(tx, forgotten)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        assert_eq!(network("2001:db8:1:1::1"), network("2001:db8:1:1:ffff::2"));
        assert_ne!(network("2001:db8:1:1::1"), network("2001:db8:1:2::1"));
        assert_ne!(network("10.0.0.1"), network("10.0.0.2"));
    }

    #[test]
    fn the_wait_doubles_and_ends() {
        assert_eq!(left(9, 10, 0), 0);
        assert_eq!(left(10, 10, 0), 5);
        assert_eq!(left(12, 10, 0), 20);
        assert_eq!(left(12, 10, 20), 0);
        assert_eq!(left(1000, 10, 0), LONGEST_WAIT);
    }
}
