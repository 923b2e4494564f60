//! Passwords: what is accepted, and Argon2id on a small pool of threads of its own. More threads would not hash faster, and
//! each fills its own 19 MiB over and over: taken anew for each hash, memory was seen to grow to a gigabyte and to stay with glibc’s allocator.

use std::sync::{Arc, mpsc};

use argon2::{
    Algorithm, Argon2, Block, Params, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash, Salt},
};
use tokio::sync::oneshot;

/// NIST SP 800-63B-4, section 3.1.1.2: at least 15 characters where the password is the only factor.
pub const SHORTEST: usize = 15;
/// A limit on work, not on strength.
pub const LONGEST: usize = 256;

/// Those of at least 15 characters among the million most common, in small letters: of SecLists, its licence beside it.
const COMMON: &str = include_str!("common-passwords.txt");

fn is_common(text: &str) -> bool {
    let text = text.to_lowercase();
    COMMON.lines().any(|common| common == text)
}

/// Characters that are left of a password without the person's own words.
const REMAINING: usize = 8;

/// How many letters and digits are left of a password when some words are taken out of it, the longest first.
fn without(text: &str, words: &[&str]) -> usize {
    let plain = |text: &str| text.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    let mut words: Vec<String> = words.iter().map(|w| plain(w)).filter(|w| !w.is_empty()).collect();
    words.sort_by_key(|w| std::cmp::Reverse(w.len()));
    let left = words.iter().fold(plain(text), |left, word| left.replace(word.as_str(), " "));
    let signs = text.chars().filter(|c| !c.is_alphanumeric() && !c.is_whitespace()).count();
    left.chars().filter(|c| *c != ' ').count() + signs / 2
}

/// So many characters are judged by how they could be guessed: it takes their square in time, seconds for the longest. What follows
/// makes nothing easier to guess.
const JUDGED: usize = 48;

fn score(text: &str, words: &[&str]) -> zxcvbn::Score {
    let end = text.char_indices().nth(JUDGED).map_or(text.len(), |(at, _)| at);
    zxcvbn::zxcvbn(&text[..end], words).score()
}

/// A password somebody chose, and that was found good. Never printed.
#[derive(Clone)]
pub struct Password(String);

impl Password {
    /// Judges a new password; `own_words` are names and addresses of its person, which are easy to guess.
    pub fn choose(text: &str, own_words: &[&str]) -> Result<Self, String> {
        match text.chars().count() {
            0 => return Err("The password is missing.".into()),
            n if n < SHORTEST => return Err(format!("The password is too short: {n} characters, at least {SHORTEST}. A few words are good.")),
            n if n > LONGEST => return Err(format!("The password is too long: {n} characters, at most {LONGEST}.")),
            _ => {}
        }
        if text.contains('\0') {
            return Err("The password holds a character that cannot be typed.".into());
        }
        if is_common(text) {
            return Err("This password is one of the most common ones. Take a few words that do not belong together.".into());
        }
        let words: Vec<&str> = own_words.iter().flat_map(|w| w.split(|c: char| !c.is_alphanumeric()).chain([*w])).filter(|w| w.chars().count() > 1).collect();
        if without(text, &words) < REMAINING || score(text, &words) < zxcvbn::Score::Three {
            return Err("This password is easy to guess. Take a few words that do not belong together.".into());
        }
        Ok(Self(text.to_owned()))
    }

    /// A password made up for somebody: seven groups of letters and digits, 138 bits.
    pub fn made_up() -> Self {
        const ALPHABET: &[u8] = b"abcdefghjkmnpqrstuvwxyz23456789";
        let bytes: [u8; 28] = super::secret::random_bytes();
        let letters: String = bytes.iter().map(|b| ALPHABET[usize::from(*b) % ALPHABET.len()] as char).collect();
        Self(letters.as_bytes().chunks(4).map(|c| std::str::from_utf8(c).unwrap_or_default()).collect::<Vec<_>>().join("-"))
    }

    /// For the one place that shows a made-up password.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// How far a password that is being typed has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strength {
    /// Of four; from three on it is accepted.
    pub level: u8,
    pub words: String,
}

impl Strength {
    /// Judged as [`Password::choose`] does.
    pub fn of(text: &str, own_words: &[&str]) -> Self {
        match Password::choose(text, own_words) {
            Err(_) if text.is_empty() => Self { level: 0, words: String::new() },
            Err(why) => Self { level: if text.chars().count() < SHORTEST { 1 } else { 2 }, words: why },
            Ok(_) if score(text, own_words) >= zxcvbn::Score::Four => Self { level: 4, words: "Very good.".into() },
            Ok(_) => Self { level: 3, words: "Good.".into() },
        }
    }
}

type Job = Box<dyn FnOnce(&mut Worker) + Send>;

/// A thread that hashes, with the memory it fills.
#[derive(Default)]
struct Worker {
    blocks: Vec<Block>,
}

impl Worker {
    fn output(&mut self, params: &Params, password: &[u8], salt: &[u8]) -> Option<Output> {
        self.blocks.resize(params.block_count(), Block::new());
        let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
        argon2.hash_password_into_with_memory(password, salt, &mut output, &mut self.blocks).ok()?;
        Output::new(&output).ok()
    }

    /// The PHC string, with a salt of its own.
    fn hash(&mut self, params: &Params, password: &[u8]) -> Option<String> {
        let salt = super::secret::random_bytes::<16>();
        phc(params, &salt, self.output(params, password, &salt)?)
    }

    /// The cost of a hash, if this is its password.
    fn verify(&mut self, stored: &str, password: &[u8]) -> Option<Params> {
        let stored = PasswordHash::new(stored).ok()?;
        let params = Params::try_from(&stored).ok()?;
        // Compared in a time that does not tell how much of it was right.
        (stored.hash? == self.output(&params, password, &stored.salt?)?).then_some(params)
    }
}

fn phc(params: &Params, salt: &[u8], output: Output) -> Option<String> {
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params).ok()?,
        salt: Some(Salt::new(salt).ok()?),
        hash: Some(output),
    };
    Some(hash.to_string())
}

/// Looks like a hash, and is of no password: its output is random.
fn decoy(params: &Params) -> Option<String> {
    let output = super::secret::random_bytes::<{ Params::DEFAULT_OUTPUT_LEN }>();
    phc(params, &super::secret::random_bytes::<16>(), Output::new(&output).ok()?)
}

/// Hashes and verifies. Cheap to clone.
#[derive(Clone)]
pub struct Hasher {
    jobs: mpsc::Sender<Job>,
    /// What a password is compared with where there is no account: the same work, and never right.
    decoy: Arc<str>,
    current: Params,
}

/// Whether a password was right, and if its hash should be made anew because the cost has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Right { outdated: bool },
    Wrong,
}

impl Hasher {
    /// `memory` in KiB, passes, lanes.
    pub fn start(memory: u32, passes: u32, lanes: u32) -> Result<Self, String> {
        let params = Params::new(memory, passes, lanes, None).map_err(|e| e.to_string())?;
        // Told now, and not by whoever signs in first.
        std::hint::black_box(Vec::<Block>::new()).try_reserve_exact(params.block_count()).map_err(|_| "there is not so much memory")?;
        let decoy: Arc<str> = decoy(&params).ok_or("this cost cannot be kept with a hash")?.into();
        let (jobs, queue) = mpsc::channel::<Job>();
        let queue = Arc::new(std::sync::Mutex::new(queue));
        for n in 0..2 {
            let queue = queue.clone();
            let work = move || {
                let mut worker = Worker::default();
                loop {
                    let job = queue.lock().map(|q| q.recv());
                    match job {
                        Ok(Ok(job)) => job(&mut worker),
                        _ => return,
                    }
                }
            };
            std::thread::Builder::new().name(format!("password-{n}")).spawn(work).map_err(|e| e.to_string())?;
        }
        Ok(Self { jobs, decoy, current: params })
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce(&mut Worker) -> T + Send + 'static) -> Option<T> {
        let (done, result) = oneshot::channel();
        self.jobs.send(Box::new(move |worker| drop(done.send(work(worker))))).ok()?;
        result.await.ok()
    }

    /// The PHC string to store.
    pub async fn hash(&self, password: &Password) -> String {
        let (text, params) = (password.0.clone(), self.current.clone());
        self.run(move |worker| worker.hash(&params, text.as_bytes()))
            .await
            .flatten()
            .expect("the threads that hash live as long as this, and take every cost that was accepted")
    }

    /// The PHC string of a password that was just found right, at today's cost.
    pub async fn rehash(&self, typed: String) -> String {
        self.hash(&Password(typed)).await
    }

    /// Compares what was typed with the stored hash; without one, does the same work and says no.
    pub async fn verify(&self, typed: String, stored: Option<String>) -> Verdict {
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.decoy.to_string());
        let current = self.current.clone();
        let verdict = self.run(move |worker| {
            if typed.chars().count() > LONGEST {
                return Verdict::Wrong;
            }
            match worker.verify(&stored, typed.as_bytes()) {
                Some(p) => Verdict::Right { outdated: (p.m_cost(), p.t_cost(), p.p_cost()) != (current.m_cost(), current.t_cost(), current.p_cost()) },
                None => Verdict::Wrong,
            }
        });
        match verdict.await {
            Some(verdict) if known => verdict,
            _ => Verdict::Wrong,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_right_password_and_only_that() {
        let hasher = Hasher::start(64, 1, 1).unwrap();
        let stored = hasher.hash(&Password::choose("correct horse battery staple", &[]).unwrap()).await;
        assert_eq!(hasher.verify("correct horse battery staple".into(), Some(stored.clone())).await, Verdict::Right { outdated: false });
        assert_eq!(hasher.verify("correct horse battery stapler".into(), Some(stored.clone())).await, Verdict::Wrong);
        for nearly in [
            "correct horse battery stapl",
            "Correct horse battery staple",
            "CORRECT HORSE BATTERY STAPLE",
            " correct horse battery staple",
            "correct horse battery staple ",
        ] {
            assert_eq!(hasher.verify(nearly.into(), Some(stored.clone())).await, Verdict::Wrong, "{nearly:?}");
        }
        assert_eq!(hasher.verify("correct horse battery staple".into(), None).await, Verdict::Wrong);
        let dearer = Hasher::start(128, 1, 1).unwrap();
        assert_eq!(dearer.verify("correct horse battery staple".into(), Some(stored)).await, Verdict::Right { outdated: true });
    }

    #[test]
    fn strength_follows_what_is_accepted() {
        let level = |text: &str| Strength::of(text, &["Ada Lovelace"]).level;
        assert_eq!((level(""), level("short"), level("aaaaaaaaaaaaaaaa"), level("Ada Lovelace Ada")), (0, 1, 2, 2));
        assert!(level("four unrelated little words") >= 3);
    }

    #[test]
    fn weak_passwords_are_told_why() {
        for weak in ["", "short", "aaaaaaaaaaaaaaaaaaaa", "lovelacelovelace", &"x".repeat(257)] {
            assert!(Password::choose(weak, &["Ada Lovelace", "ada@analytical.example"]).is_err(), "{weak}");
        }
        // None of the common ones, and nobody's name.
        for easy in ["abcabcabcabcabcabc", "passwordpasswordpassword", "qwertyqwertyqwerty!"] {
            assert!(Password::choose(easy, &[]).is_err_and(|why| why.contains("easy to guess")), "{easy}");
        }
        let margaret = ["Margaret Hamilton", "li@analytical.example", "Analytical Engines"];
        for own in ["margarethamilton2026", "Margaret Hamilton Margaret Hamilton", "li@analytical.example", "LI@ANALYTICAL.EXAMPLE!", "Hamilton.Margaret.1969"]
        {
            assert!(Password::choose(own, &margaret).is_err(), "{own}");
        }
        assert!(Password::choose("margaret keeps seven lighthouses", &margaret).is_ok());
    }

    #[test]
    fn the_most_common_ones_are_refused() {
        assert!(COMMON.lines().count() >= 3_000 && COMMON.lines().all(|line| line.chars().count() >= SHORTEST));
        for common in COMMON.lines() {
            assert!(Password::choose(common, &[]).is_err(), "{common}");
        }
        // However it is written, and though nothing in it is easy to guess.
        for common in ["bpgjldsgjldthnf", "BpgjldsGjldthnf"] {
            assert!(Password::choose(common, &[]).is_err_and(|why| why.contains("most common")), "{common}");
        }
        assert!(Password::choose("bpgjldsgjldthnx", &[]).is_ok());
    }

    #[test]
    fn none_takes_long_to_judge() {
        // Nearly every character stands for several letters.
        let costly = "a4@b8c({[<e3g69i1!|l1|7o0s$5t+7x%z2".repeat(8);
        let costly: String = costly.chars().take(LONGEST).collect();
        let began = std::time::Instant::now();
        let _ = Strength::of(&costly, &["Ada Lovelace"]);
        assert!(began.elapsed() < std::time::Duration::from_secs(2), "{:?}", began.elapsed());
    }

    #[test]
    fn one_that_is_made_up_has_128_bits_at_least() {
        let made = Password::made_up();
        assert!(Password::choose(made.reveal(), &[]).is_ok());
        let letters = made.reveal().chars().filter(|c| *c != '-').count() as f64;
        assert!(letters * 31_f64.log2() >= 128.0, "{letters} of 31 letters and digits");
        assert_ne!(made.reveal(), Password::made_up().reveal());
    }

    #[test]
    fn a_long_sentence_is_taken_and_so_is_one_of_small_letters_alone() {
        let sentence = "quiet harbours lend their lanterns to every passing fisherman who sings of copper kettles";
        assert!(sentence.len() > 64 && Password::choose(sentence, &[]).is_ok());
        assert!(Password::choose(&format!("{sentence}, {}", sentence.to_uppercase()), &[]).is_ok());
    }
}
