//! Where a request begins and ends: what two readers might read in two ways is refused, and the line with it.

use std::time::Duration;

use super::{BORNE, REFUSED, Target};
use crate::support::{Console, engine::on_both_databases};

on_both_databases! {
    async fn what_could_be_read_in_two_ways_is_refused(console: Console) {
        let target = Target::of(&console).await;
        let form = "Host: x\r\nContent-Type: application/x-www-form-urlencoded\r\n";
        let smuggled = "GET /settings/users HTTP/1.1\r\nHost: x\r\n\r\n";
        let post = |headers: &str, body: &str| format!("POST /sign-in HTTP/1.1\r\n{form}{headers}\r\n{body}").into_bytes();
        let line = |first: &str| format!("{first}\r\nHost: x\r\nConnection: close\r\n\r\n").into_bytes();
        let broken = [
            ("both lengths", post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", &format!("0\r\n\r\n{smuggled}"))),
            ("both lengths, the other way round", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n", &format!("0\r\n\r\n{smuggled}"))),
            ("two lengths", post("Content-Length: 3\r\nContent-Length: 100\r\n", "a=b")),
            ("a list of lengths", post("Content-Length: 3, 100\r\n", "a=b")),
            ("a negative length", post("Content-Length: -1\r\n", "a=b")),
            ("a length with a plus", post("Content-Length: +3\r\n", "a=b")),
            ("a length in hex", post("Content-Length: 0x3\r\n", "a=b")),
            ("a huge length", post("Content-Length: 99999999999999999999999\r\n", "a=b")),
            ("a length that is no number", post("Content-Length: three\r\n", "a=b")),
            ("no length", post("Content-Length: \r\n", "a=b")),
            ("a blank before the colon", post("Content-Length : 3\r\n", "a=b")),
            ("an unknown encoding", post("Transfer-Encoding: cow\r\n", "0\r\n\r\n")),
            ("chunked twice", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")),
            ("chunked not last", post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n")),
            ("chunked with a tail", post("Transfer-Encoding: chunkedx\r\n", "0\r\n\r\n")),
            ("two encodings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n")),
            ("a vertical tab", post("Transfer-Encoding:\x0bchunked\r\n", "0\r\n\r\n")),
            ("a folded header", post("X-Folded: a\r\n b\r\nContent-Length: 3\r\n", "a=b")),
            ("a header before all", b"GET /sign-in HTTP/1.1\r\n X: y\r\nHost: x\r\n\r\n".to_vec()),
            ("a carriage return alone", b"GET /sign-in HTTP/1.1\r\nX: y\rZ: w\r\nHost: x\r\n\r\n".to_vec()),
            ("a NUL in a header", b"GET /sign-in HTTP/1.1\r\nX: a\0b\r\nHost: x\r\n\r\n".to_vec()),
            ("HTTP/0.9", b"GET /sign-in\r\n\r\n".to_vec()),
            ("HTTP/2, known before", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0".to_vec()),
            ("HTTP/3", line("GET /sign-in HTTP/3.0")),
            ("HTTP/1.2", line("GET /sign-in HTTP/1.2")),
            ("no version", line("GET /sign-in HTTP/")),
            ("another protocol", line("GET /sign-in ICAP/1.0")),
            ("no target", line("GET HTTP/1.1")),
            ("no method", line("/sign-in HTTP/1.1")),
            ("a blank too many", line("GET  /sign-in HTTP/1.1")),
            ("a tab", line("GET\t/sign-in\tHTTP/1.1")),
            ("a target without its slash", line("GET sign-in HTTP/1.1")),
            ("TLS", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n\r\n".to_vec()),
            ("SMTP", b"EHLO mail.example\r\nMAIL FROM:<a@b.example>\r\n\r\n".to_vec()),
            ("SSH", b"SSH-2.0-OpenSSH_9.9\r\n\r\n".to_vec()),
            ("zeros", vec![0; 4096]),
            ("all bytes", (0..=255).chain(*b"\r\n\r\n").collect()),
        ];
        let all: Vec<(String, Vec<u8>)> = broken.map(|(name, bytes)| (name.to_owned(), bytes)).into();
        target.judge(all.clone(), REFUSED).await;
        // One answer each: nothing that was smuggled in has one of its own.
        for (name, bytes) in all.iter().filter(|(name, _)| name.starts_with("both")) {
            let answer = target.send(bytes).await;
            assert_eq!(answer.text.matches("HTTP/1.1 ").count(), 1, "{name}: {}", answer.text);
        }
        // In the midst of a body there may be no answer: the line is cut, and nothing behind it is read.
        let pieces = [
            ("a chunk of no number", post("Transfer-Encoding: chunked\r\n", "g\r\na=b\r\n0\r\n\r\n")),
            ("a negative chunk", post("Transfer-Encoding: chunked\r\n", "-1\r\na=b\r\n0\r\n\r\n")),
            ("a chunk in hex", post("Transfer-Encoding: chunked\r\n", "0x3\r\na=b\r\n0\r\n\r\n")),
            ("a huge chunk", post("Transfer-Encoding: chunked\r\n", "fffffffffffffffffffff\r\na=b\r\n0\r\n\r\n")),
            ("a chunk longer than it says", post("Transfer-Encoding: chunked\r\n", "1\r\na=b\r\n0\r\n\r\n")),
            ("a chunk that ends with a line end alone", post("Transfer-Encoding: chunked\r\n", "3\na=b\n0\n\n")),
        ];
        for (name, bytes) in pieces {
            let answer = target.send(&[&bytes[..], smuggled.as_bytes()].concat()).await;
            let good = answer.text.is_empty() || answer.status.is_some_and(|status| REFUSED.contains(&status)) && answer.text.matches("HTTP/1.1 ").count() == 1;
            assert!(good && answer.took < Duration::from_secs(5), "{name}: {:.1?}: {}", answer.took, answer.text);
        }
        target.stands().await;
    }

    async fn odd_methods_and_targets_are_refused(console: Console) {
        let target = Target::of(&console).await;
        let mut all = Vec::new();
        for method in ["PUT", "TRACE", "OPTIONS", "PROPFIND", "PATCH", "DELETE", "get", "BREW", "G", "M-SEARCH", "CONNECT"] {
            for path in ["/sign-in", "/settings/users", "/nowhere", "/assets/console.css", "*"] {
                all.push((format!("{method} {path}"), target.browse(method, path, "", b"")));
            }
            // What the API takes there is another test's.
            all.push((format!("{method} /v1/nodes"), target.call(method, "/v1/nodes", b"")));
        }
        for path in ["evil.example:443", "http://evil.example", "http://evil.example/nowhere", "*", "/sign-in/../settings/users/x", "//sign-in", "/./sign-in", "/sign-in/"] {
            all.push((format!("GET {path}"), target.request("GET", path, &[], b"")));
        }
        target.judge(all, BORNE).await;
        for (method, path, allow) in [
            ("DELETE", "/sign-in", "GET, HEAD, POST"),
            ("POST", "/v1/nodes", "GET, HEAD"),
            ("PUT", "/v1/workflows/x", "GET, HEAD, PATCH, DELETE"),
            ("BREW", "/sign-out", "POST"),
            ("POST", "/robots.txt", "GET, HEAD"),
        ] {
            let answer = target.send(&target.request(method, path, &["Content-Length: 0"], b"")).await;
            assert_eq!(answer.status, Some(405), "{method} {path}: {}", answer.text);
            assert!(answer.text.contains(&format!("\r\nallow: {allow}\r\n")), "{method} {path}: {}", answer.text);
        }
        // As a proxy is asked, and by an old client: answered as anybody is, and nobody else's address is in it.
        for request in ["GET http://evil.example/sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "GET /sign-in HTTP/1.0\r\n\r\n"] {
            let answer = target.send(request.as_bytes()).await;
            assert!(answer.status == Some(200) && !answer.text.contains("evil"), "{request}: {}", answer.text);
        }
        // Nothing else is spoken.
        let upgrade = ["Upgrade: h2c", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA"];
        let answer = target.send(&target.request("GET", "/sign-in", &upgrade, b"")).await;
        assert_eq!(answer.status, Some(200), "{}", answer.text);
        let unmet = target.send(&target.request("POST", "/sign-in", &["Content-Type: application/x-www-form-urlencoded", "Expect: a-miracle"], b"email=a&password=b")).await;
        assert!(unmet.status.is_some_and(|status| REFUSED.contains(&status)), "{}", unmet.text);
    }
}
