//! Compares a password with its hash as often as it can, as the console does at a sign-in and with nothing around it: the same
//! library, the parameters that stand in the hash, as many threads as the console has for it.
//!
//! Two lines on standard input, the hash and the password; arguments: threads, seconds. Prints comparisons and seconds.

use std::{
    env, io,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use argon2::{
    Argon2,
    password_hash::{PasswordVerifier, phc::PasswordHash},
};

fn main() {
    let mut numbers = env::args().skip(1).map(|word| word.parse::<u64>().expect("a number"));
    let (threads, seconds) = (numbers.next().expect("threads"), numbers.next().expect("seconds"));
    let lines: Vec<String> = io::stdin().lines().take(2).collect::<Result<_, _>>().expect("two lines");
    let [hash, password] = &lines[..] else { panic!("two lines: a hash and a password") };
    let hash = PasswordHash::new(hash).expect("a hash");
    let done = AtomicU64::new(0);
    let began = Instant::now();
    let end = began + Duration::from_secs(seconds);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while Instant::now() < end {
                    Argon2::default().verify_password(password.as_bytes(), &hash).expect("the right password");
                    done.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    println!("{} {}", done.load(Ordering::Relaxed), began.elapsed().as_secs_f64());
}
