//! How much memory the real binary takes for files that are made to take much, and the process it reads them in.

use std::{
    fs,
    io::Write as _,
    path::Path,
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use image::ImageFormat;
use noxus_console::base::picture::apart;
use tempfile::TempDir;

use crate::support::{
    Client,
    pictures::{encoded, gradient, hostile, packed_zeros, picture, riff_chunk, webp, with_chunk, with_segment},
    process::{Served, figure, free_port, run},
};

const MB: u64 = 1024 * 1024;

/// Looks all the time at what the processes that the server starts hold, and keeps the most.
struct Watch {
    most: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Watch {
    fn over(server: u32) -> Self {
        let (most, over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (kept, stop) = (most.clone(), over.clone());
        let thread = std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                let tasks = fs::read_dir(format!("/proc/{server}/task")).into_iter().flatten().flatten();
                for task in tasks {
                    let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
                    let held = children.split_whitespace().map(|child| figure(child, "RssAnon")).sum();
                    kept.fetch_max(held, Ordering::Relaxed);
                }
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        Self { most, over, thread: Some(thread) }
    }

    fn most(mut self) -> u64 {
        self.over.store(true, Ordering::Relaxed);
        self.thread.take().expect("it runs").join().expect("it looks to the end");
        self.most.load(Ordering::Relaxed)
    }
}

/// The sample, served by the real binary, and its admin. What it logs is in `log`.
async fn sample(dir: &TempDir) -> (Served, Client) {
    let port = free_port();
    let mut command = run(&["demo", "--data-dir", dir.path().join("sample").to_str().expect("UTF-8"), "--listen", &format!("127.0.0.1:{port}")]);
    let log = fs::File::create(dir.path().join("log")).expect("a file");
    command.env("NOXUS_LOG", "warn").stderr(log);
    let served = Served::start(&mut command, port).await;
    let said = served.said();
    let password = said.split_once("with the password ").and_then(|(_, rest)| rest.split(':').next()).expect("a password").to_owned();
    let grace = Client::new(&served.base);
    grace.post("/sign-in", &[("email", "grace@analytical.example"), ("password", &password)]).await.is(303);
    grace.get("/account/profile").await.is(200);
    (served, grace)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_grows_by_64_mb_at_most() {
    let dir = TempDir::new().expect("a folder");
    let (served, grace) = sample(&dir).await;
    let pid = served.pid().to_string();
    served.forget_peak();
    let before = figure(&pid, "VmRSS");
    let watch = Watch::over(served.pid());

    let zeros = packed_zeros(400 << 20);
    let small = picture(80, 60, ImageFormat::Png);
    let large = encoded(&gradient(4_032, 3_024).into(), ImageFormat::Jpeg);
    grace.upload(&large).await.is(303);
    for kind in [b"iCCP", b"zTXt"] {
        grace.upload(&with_chunk(&small, kind, &[b"x\0\0".as_slice(), &zeros].concat())).await;
    }
    let (mut answers, all) = (0, hostile::all());
    let files = Arc::new(std::sync::Mutex::new(all));
    let senders = (0..4).map(|_| {
        let (grace, files) = (grace.clone(), files.clone());
        tokio::spawn(async move {
            let mut answers = 0;
            loop {
                let Some(file) = files.lock().expect("no panic").pop() else { return answers };
                let answer = grace.send_form(&file.content_type, file.body).await;
                assert!(answer.status.is_client_error(), "{}: {}", file.name, answer.status);
                answers += 1;
            }
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        answers += sender.await.expect("it sends to the end");
    }
    assert!(answers >= 60, "{answers}");

    let (server, apart) = (figure(&pid, "VmHWM").saturating_sub(before), watch.most());
    println!("{answers} files; the server grew by {} MB from {} MB, what reads pictures held up to {} MB", server / MB, before / MB, apart / MB);
    assert!(apart > MB, "the watch saw nothing");
    assert!(server + apart <= 64 * MB, "the server grew by {} MB, what reads pictures held {} MB", server / MB, apart / MB);
    grace.upload(&large).await.is(303);
    let log = fs::read_to_string(dir.path().join("log")).expect("the log");
    assert!(!log.contains("panicked"), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn squares_are_cut_one_after_the_other() {
    let dir = TempDir::new().expect("a folder");
    let (served, grace) = sample(&dir).await;
    let noise = image::RgbImage::from_fn(1_280, 1_280, |x, y| image::Rgb([x, y, x ^ y].map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)));
    let draft = grace.upload(&encoded(&noise.into(), ImageFormat::Jpeg)).await.is(303).location.clone().expect("a draft");
    let cut = || {
        let (grace, draft) = (grace.clone(), draft.clone());
        async move { grace.post(&draft, &[("size", "90"), ("across", "0"), ("down", "0")]).await.status.as_u16() }
    };
    assert_eq!(cut().await, 303);
    served.forget_peak();
    let pid = served.pid().to_string();
    let before = figure(&pid, "VmRSS");
    let all = (0..8).map(|_| tokio::spawn(cut())).collect::<Vec<_>>();
    let mut answers = Vec::new();
    for one in all {
        answers.push(one.await.expect("an answer"));
    }
    let grew = figure(&pid, "VmHWM").saturating_sub(before);
    println!("{answers:?}; the server grew by {} MB", grew / MB);
    assert!(answers.contains(&303) && answers.iter().all(|status| [303, 429].contains(status)), "{answers:?}");
    assert!(grew <= 40 * MB, "the server grew by {} MB", grew / MB);
}

/// What the console runs itself as, on one file: how it ended and what it said.
fn read_apart(file: &[u8]) -> (std::process::ExitStatus, String) {
    let mut child = apart::command(Path::new(env!("CARGO_BIN_EXE_noxus-console"))).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("it starts");
    // It may end before it has read everything.
    let _ = child.stdin.take().expect("its input").write_all(file);
    let done = child.wait_with_output().expect("it ends");
    (done.status, String::from_utf8_lossy(&done.stderr).into_owned())
}

/// So that the files above do what they are made for, and the server would not survive them.
#[test]
fn bombs_go_off_apart_from_the_server() {
    let (status, _) = read_apart(&picture(80, 60, ImageFormat::Png));
    assert!(status.success());
    // What fits just so: 13 megapixels, in a file of almost 5 MB.
    let photo = encoded(&gradient(4_208, 3_120).into(), ImageFormat::Jpeg);
    let filled = (0..90).take_while(|n| photo.len() + n * 65_000 < 5_100_000).fold(photo.clone(), |jpeg, _| with_segment(&jpeg, 0xfe, &[0; 65_000]));
    let (status, said) = read_apart(&filled);
    assert!(status.success() && filled.len() > 5_000_000, "{} bytes, {status}: {said}", filled.len());
    let gradient: image::DynamicImage = gradient(4_208, 3_120).into();
    for picture in [encoded(&gradient, ImageFormat::Png), encoded(&gradient.to_luma8().into(), ImageFormat::Png)] {
        let (status, said) = read_apart(&picture);
        assert!(status.success(), "a PNG of {} bytes, {status}: {said}", picture.len());
    }
    let (status, said) = read_apart(&webp(&riff_chunk(b"VP8L", &hostile::webp_tables())));
    assert!(!status.success() && said.contains("memory allocation of"), "{status}: {said}");
    let progressive = hostile::all().into_iter().find(|file| file.name.starts_with("progressive")).expect("one");
    let start = progressive.body.windows(2).position(|two| two == [0xff, 0xd8]).expect("a JPEG");
    let (status, said) = read_apart(&progressive.body[start..]);
    assert!(!status.success() && said.contains("memory allocation of"), "{status}: {said}");
}
