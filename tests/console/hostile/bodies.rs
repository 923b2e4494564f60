//! Bodies made to take much: deep, many, packed, without end.

use std::{io::Write as _, time::Duration};

use flate2::{Compression, write::GzEncoder};
use noxus_console::base::key::KeySecret;

use tokio::{io::AsyncWriteExt as _, net::TcpStream};

use super::{BORNE, REFUSED, Target};
use crate::support::{
    Console,
    engine::{Engine, Start as _, on_both_databases},
    pictures::packed_zeros,
};

/// 10 MB in some 10 KB.
fn gzip_bomb() -> Vec<u8> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(&vec![b'a'; 10 << 20]).expect("memory");
    packer.finish().expect("memory")
}

/// A head, then a piece of its body again and again.
fn in_pieces(head: Vec<u8>, piece: &[u8], times: usize, end: bool) -> Vec<u8> {
    let mut bytes = head;
    let chunk = [format!("{:x}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat();
    for _ in 0..times {
        bytes.extend(&chunk);
    }
    if end {
        bytes.extend(b"0\r\n\r\n");
    }
    bytes
}

on_both_databases! {
    async fn bodies_made_to_take_much_are_refused(console: Console) {
        let target = Target::of(&console).await;
        target.served.forget_peak();
        let before = target.most_memory();
        let flow = format!("/v1/workflows/{}", target.flow);
        let (mut all, mut borne) = (Vec::<(String, Vec<u8>)>::new(), Vec::new());

        let deep = |open: &str, close: &str, n: usize| format!("{}{}", open.repeat(n), close.repeat(n));
        let lists = deep("[", "]", 100_000);
        let objects = format!("{}1{}", "{\"a\":".repeat(100_000), "}".repeat(100_000));
        let wide = format!("{{{}\"b\":1}}", "\"a\":1,".repeat(100_000));
        let values = [
            ("lists", lists.clone()),
            ("lists without an end", "[".repeat(100_000)),
            ("objects", objects.clone()),
            ("lists in a name", format!("{{\"name\":{lists}}}")),
            ("lists in a definition", format!("{{\"name\":\"x\",\"definition\":{{\"nodes\":{lists},\"edges\":[]}}}}")),
            ("objects in a definition", format!("{{\"name\":\"x\",\"definition\":{objects}}}")),
            ("100,000 fields", wide),
            ("a field twice", r#"{"name":"x","name":"y"}"#.to_owned()),
            ("half a pair in a name", r#"{"name":"\ud800"}"#.to_owned()),
            ("a NUL in a name", r#"{"name":"a\u0000b"}"#.to_owned()),
            ("a huge number", format!("{{\"name\":1{}}}", "0".repeat(1_000))),
            ("a number beyond all", r#"{"name":"x","definition":1e999999}"#.to_owned()),
            ("another language", r#"{name:'x'}"#.to_owned()),
            ("two values", r#"{"name":"x"}{"name":"y"}"#.to_owned()),
            ("not a number", r#"{"name":NaN}"#.to_owned()),
            ("nothing but a mark", "\u{feff}".to_owned()),
            ("a comment", r#"{"name":"x"/**/,"definition":null}"#.to_owned()),
            ("a text", "\"x\"".to_owned()),
            ("nothing", "null".to_owned()),
        ];
        for (name, json) in &values {
            all.push((format!("POST: {name}"), target.call("POST", "/v1/workflows", json.as_bytes())));
            // A change of nothing that is known is none.
            let list = if ["objects", "100,000 fields"].contains(name) { &mut borne } else { &mut all };
            list.push((format!("PATCH: {name}"), target.call("PATCH", &flow, json.as_bytes())));
            all.push((format!("a person: {name}"), target.call("POST", "/v1/admin/users", json.as_bytes())));
        }
        for (name, bytes) in [("UTF-16", &b"{\0\"\0n\0\"\0"[..]), ("no UTF-8", b"{\"name\":\"\xff\"}"), ("an overlong slash", b"{\"name\":\"\xc0\xaf\"}")] {
            all.push((name.into(), target.call("POST", "/v1/workflows", bytes)));
        }

        let kind = "application/x-www-form-urlencoded";
        for (name, form) in [
            ("100,000 fields", "a=b&".repeat(100_000)),
            ("16,000 fields", "a=b&".repeat(16_000)),
            ("a field 10,000 times", "name=b&".repeat(9_000)),
            ("ampersands", "&".repeat(60_000)),
            ("signs of nothing", "%".repeat(60_000)),
            ("nested names", format!("{}=x", "name[a]".repeat(5_000))),
        ] {
            all.push((format!("a form: {name}"), target.browse("POST", "/account/profile", kind, form.as_bytes())));
        }

        let (bomb, zeros) = (gzip_bomb(), packed_zeros(10 << 20));
        for coding in ["gzip", "deflate", "br", "zstd", "gzip, gzip, gzip", "compress", "identity, x"] {
            let coded = format!("Content-Encoding: {coding}");
            for (method, path, opened, kind) in [
                ("POST", "/sign-in", String::new(), kind),
                ("POST", "/account/profile", target.with_cookie(), kind),
                ("POST", "/account/profile/picture", target.with_cookie(), "multipart/form-data; boundary=edge"),
                ("POST", "/v1/workflows", target.with_key(), "application/json"),
                ("PATCH", flow.as_str(), target.with_key(), "application/json"),
                ("POST", "/v1/admin/users", target.with_key(), "application/json"),
            ] {
                let content = format!("Content-Type: {kind}");
                let headers: Vec<&str> = [opened.as_str(), &content, &coded].into_iter().filter(|h| !h.is_empty()).collect();
                for packed in [&bomb, &zeros] {
                    all.push((format!("{method} {path}: {coding}"), target.request(method, path, &headers, packed)));
                }
            }
        }
        target.judge(all, REFUSED).await;
        target.judge(borne, BORNE).await;
        let grown = target.most_memory() - before;
        println!("memory grew by {grown} MB from {before} MB");
        assert!(grown <= 64, "memory grew by {grown} MB");
    }
}

/// Half a minute of waiting, in which no database is asked anything: on one of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_no_end_is_refused() {
    let console = Console::start(Engine::Sqlite).await;
    let target = Target::of(&console).await;
    target.served.forget_peak();
    let before = target.most_memory();
    let head =
        |opened: &str, path: &str, kind: &str| target.request("POST", path, &[opened, &format!("Content-Type: {kind}"), "Transfer-Encoding: chunked"], b"");
    let (cookie, key) = (target.with_cookie(), target.with_key());
    let (form, json, file) = ("application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=edge");
    let part = b"--edge\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\ny\r\n";
    let picture = b"--edge\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"a.png\"\r\n\r\n";
    let mebibyte = vec![b'a'; 1 << 20];
    let upload =
        |first: &[u8], piece: &[u8], times| in_pieces(in_pieces(head(&cookie, "/account/profile/picture", file), first, 1, false), piece, times, false);
    let all = vec![
        ("a form".to_owned(), in_pieces(head(&cookie, "/account/profile", form), &mebibyte, 48, false)),
        ("JSON".to_owned(), in_pieces(head(&key, "/v1/workflows", json), &mebibyte, 48, false)),
        ("blanks as JSON".to_owned(), in_pieces(head(&key, "/v1/workflows", json), &vec![b' '; 1 << 20], 48, false)),
        ("nobody's".to_owned(), in_pieces(head("X: y", "/nowhere", form), &mebibyte, 48, false)),
        ("a file".to_owned(), upload(picture, &mebibyte, 64)),
        ("another field".to_owned(), upload(part, &mebibyte, 64)),
        ("100,000 parts".to_owned(), upload(part, part, 100_000)),
        ("the head of a part".to_owned(), upload(b"--edge\r\n", b"X-Long: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", 200_000)),
        ("before the first part".to_owned(), upload(b"hello\r\n", &mebibyte, 64)),
        ("no last boundary".to_owned(), in_pieces(head(&cookie, "/account/profile/picture", file), &[&picture[..], b"abc\r\n"].concat(), 1, true)),
        ("no boundary at all".to_owned(), in_pieces(head(&cookie, "/account/profile/picture", file), b"abc", 1, true)),
        ("tiny pieces".to_owned(), in_pieces(head(&cookie, "/account/profile", form), b"a", 200_000, false)),
        ("a long line of a piece".to_owned(), [head(&cookie, "/account/profile", form), b"1;x=".to_vec(), mebibyte.clone()].concat()),
        ("a long tail".to_owned(), [in_pieces(head(&cookie, "/account/profile", form), b"a=b", 1, false), b"0\r\nX: ".to_vec(), mebibyte.clone()].concat()),
    ];
    target.judge(all, REFUSED).await;
    let grown = target.most_memory() - before;
    println!("memory grew by {grown} MB from {before} MB");
    assert!(grown <= 64, "memory grew by {grown} MB");
}

on_both_databases! {
    async fn of_a_stranger_nobody_waits_for_a_long_body(console: Console) {
        let target = Target::of(&console).await;
        let head = |path: &str, kind: &str, opened: &str| {
            let head = format!("POST {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nSec-Fetch-Site: same-origin\r\n{opened}Content-Type: {kind}\r\nContent-Length: 900000\r\n\r\n", target.address);
            // So much of it comes, and then nothing.
            [head.as_bytes(), &vec![b'a'; 80_000]].concat()
        };
        let stranger = format!("Authorization: Bearer {}\r\n", KeySecret::random().as_str());
        let flows = format!("/workspaces/{}/flows/new", target.workspace);
        for (request, status) in [
            (head(&flows, "application/x-www-form-urlencoded", ""), 303),
            (head("/v1/workflows", "application/json", &stranger), 401),
        ] {
            let answer = target.send(&request).await;
            assert_eq!(answer.status, Some(status), "{}", answer.text);
            assert!(answer.took < Duration::from_secs(10), "{:?}", answer.took);
        }
    }

    async fn four_long_bodies_of_a_person_are_waited_for_and_no_fifth(console: Console) {
        let target = Target::of(&console).await;
        let begun = format!(
            "POST /v1/workflows HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{}\r\nContent-Type: application/json\r\nContent-Length: 900000\r\n\r\n{}",
            target.address, target.with_key(), "a".repeat(80_000),
        );
        let mut lines = Vec::new();
        for _ in 0..4 {
            let mut line = TcpStream::connect(&target.address).await.expect("a line");
            line.write_all(begun.as_bytes()).await.expect("written");
            lines.push(line);
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        let fifth = target.send(begun.as_bytes()).await;
        assert_eq!(fifth.status, Some(429), "{}", fifth.text);
        assert!(fifth.text.contains("As much as one may send at a time is under way from you already."), "{}", fifth.text);
        // What is short is not counted among them, and each that is given up leaves room for another.
        assert_eq!(target.send(&target.call("POST", "/v1/workflows", br#"{"name":"Short","type":"flow","definition":{"nodes":[],"edges":[]}}"#)).await.status, Some(200));
        drop(lines.pop());
        let long = format!(r#"{{"name":"Long","type":"flow","definition":{{"nodes":[],"edges":[],"note":"{}"}}}}"#, "a".repeat(80_000));
        let answer = target.send(&target.call("POST", "/v1/workflows", long.as_bytes())).await;
        assert_eq!(answer.status, Some(200), "{}", answer.text);
    }
}
