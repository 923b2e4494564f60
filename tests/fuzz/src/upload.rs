//! A picture on its way in: the form that carries it is read the same in however many pieces it comes, hands on a part of itself or a
//! sentence, and what is made of the picture is one that this console wrote.

use std::{
    io::{Read as _, Seek as _},
    sync::LazyLock,
};

use actix_web::{FromRequest as _, ResponseError as _, dev::Payload, error::PayloadError, test::TestRequest, web::Bytes};
use futures_util::stream;
use noxus_console::{
    base::{
        ids::UserId,
        password::Hasher,
        picture::{LARGEST_FILE, LONGER_SIDE, SHORTEST_SIDE, SIDES, Square, cut, reduce},
        secret::MasterKey,
    },
    config::{Cli, Config},
    web::kit::{doors::Tools, upload::Arriving},
};

/// The boundary that the seeds were made with.
const BOUNDARY: &str = "edge";

struct Here {
    hasher: Hasher,
    config: Config,
    key: MasterKey,
    who: UserId,
    _folder: tempfile::TempDir,
}

static HERE: LazyLock<Here> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    let cli = <Cli as clap::Parser>::parse_from(["noxus-console", "--data-dir", &folder.path().to_string_lossy()]);
    Here {
        hasher: Hasher::start(64, 1, 1).expect("a hasher"),
        config: cli.settings.check().expect("good settings"),
        key: MasterKey::new([7; 32]),
        who: UserId::new(),
        _folder: folder,
    }
});

#[derive(Debug, PartialEq)]
enum Came {
    File(Vec<u8>),
    /// A sentence for the form.
    Said(String),
    /// A status, and no form again.
    Refused(u16),
}

/// The first byte says in pieces of how many bytes the rest arrives.
pub fn holds(input: &[u8]) {
    let Some((piece, body)) = input.split_first() else { return };
    let whole = arrive(body, body.len());
    assert_eq!(arrive(body, usize::from(*piece)), whole, "in pieces of {piece}");
    match whole {
        Came::File(file) => {
            assert!(file.len() <= LARGEST_FILE && body.windows(file.len()).any(|part| part == file), "a part of what was sent");
            is_made_good(file);
        }
        Came::Said(sentence) => assert!(sentence.ends_with('.'), "{sentence}"),
        Came::Refused(status) => assert!((400..500).contains(&status), "{status}"),
    }
}

fn arrive(body: &[u8], piece: usize) -> Came {
    let here = &*HERE;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let request = TestRequest::default().insert_header(("content-type", format!("multipart/form-data; boundary={BOUNDARY}"))).to_http_request();
        let pieces: Vec<Result<Bytes, PayloadError>> = body.chunks(piece.max(1)).map(|part| Ok(Bytes::copy_from_slice(part))).collect();
        let mut payload: Payload = Payload::Stream { payload: Box::pin(stream::iter(pieces)) };
        let form = Arriving::from_request(&request, &mut payload).await.expect("it is not read yet");
        let tools = Tools { hasher: &here.hasher, config: &here.config, key: &here.key };
        match form.file(tools, &here.who, "picture", LARGEST_FILE).await {
            Ok(Ok(arrived)) => {
                let (mut file, mut bytes) = (arrived.file, Vec::new());
                file.rewind().and_then(|()| file.read_to_end(&mut bytes)).expect("it can be read");
                Came::File(bytes)
            }
            Ok(Err(sentence)) => Came::Said(sentence),
            Err(e) => Came::Refused(e.status_code().as_u16()),
        }
    })
}

fn is_made_good(file: Vec<u8>) {
    let reduced = match reduce(file) {
        Ok(reduced) => reduced,
        Err(sentence) => return assert!(sentence.len() > 20 && sentence.ends_with('.'), "{sentence}"),
    };
    let (width, height) = (reduced.width, reduced.height);
    assert!(width.min(height) >= SHORTEST_SIDE && width.max(height) <= LONGER_SIDE, "{width} × {height}");
    let sides = |jpeg: &[u8]| image::load_from_memory_with_format(jpeg, image::ImageFormat::Jpeg).map(|i| (i.width(), i.height())).expect("a JPEG");
    assert_eq!(sides(&reduced.jpeg), (width, height));
    for square in [Square::MIDDLE, Square::of(10.0, 100.0, 100.0)] {
        let avatar = cut(&reduced.jpeg, square).expect("what was made here can be cut");
        for (jpeg, side) in avatar.jpegs.iter().zip(SIDES) {
            assert_eq!(sides(jpeg), (side, side));
        }
    }
    let again = reduce(reduced.jpeg).expect("what was made here can be read");
    assert_eq!((again.width, again.height), (width, height));
}
