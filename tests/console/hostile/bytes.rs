//! Every byte, and every odd string of them, wherever a request has room for one.

use super::{BORNE, REFUSED, Target};
use crate::support::{Console, engine::on_both_databases};

/// Every byte between two letters.
fn each_byte() -> impl Iterator<Item = Vec<u8>> {
    (0..=255u8).map(|byte| vec![b'a', byte, b'b'])
}

/// What programs trip over: as it stands, and with signs for those bytes that no address may hold.
fn odd() -> Vec<Vec<u8>> {
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
    let mut all: Vec<Vec<u8>> = strings.map(<[u8]>::to_vec).into();
    all.extend([0, b'%', b'.', 0xff].map(|byte| vec![byte]));
    all.extend([8 << 10, 64 << 10].map(|length| vec![b'a'; length]));
    all
}

/// A request for each odd string in each of some places, and for each byte in the first ones.
fn requests(places: &[(&str, Vec<u8>)], thorough: usize) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for (n, (place, request)) in places.iter().enumerate() {
        let bytes = each_byte().filter(|_| n < thorough);
        all.extend(odd().into_iter().chain(bytes).map(|odd| (named(place, &odd), with(request.clone(), &odd))));
    }
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
            ("the API", target.call("GET", "/v1/workflows/~", b"")),
            ("a form", target.browse("POST", "/settings/users/~/deactivation", forms(), b"x=y")),
            ("a link in mail", target.request("GET", "/invitation/~", &[], b"")),
            ("a picture", target.browse("GET", "/avatars/~/64", "", b"")),
            ("a change", target.call("PATCH", &flows, br#"{"name":"x"}"#)),
            ("nowhere", target.request("GET", "/nowhere~", &[], b"")),
            ("files", target.request("GET", "/assets/~", &[], b"")),
        ];
        target.judge(requests(&places, 2), REFUSED).await;
    }

    async fn odd_queries_forms_and_cookies_are_borne(console: Console) {
        let target = Target::of(&console).await;
        let (name, _) = target.cookie.split_once('=').unwrap();
        let places = [
            ("a search", target.browse("GET", "/settings/users?q=~", "", b"")),
            ("a session", target.request("GET", "/settings/users", &[&format!("Cookie: {name}=~")], b"")),
            ("a page's filters", target.browse("GET", "/settings/users?status=~&role=~&order=~&after=~", "", b"")),
            ("where to go on to", target.request("GET", "/sign-in?next=~", &[], b"")),
            ("a query's name", target.browse("GET", "/settings/users?~=x", "", b"")),
            ("a page of the API", target.call("GET", "/v1/workflows?page=~", b"")),
            ("a workspace", target.call("GET", "/v1/workflows?group_id=~", b"")),
            ("a cookie", target.request("GET", "/settings/users", &["Cookie: ~"], b"")),
            ("a session that was sent", target.request("GET", "/settings/users", &[&format!("Cookie: {}~", target.cookie)], b"")),
            ("a session of a form", target.request("POST", "/account/profile", &[&format!("Cookie: {name}=~"), "Content-Type: application/x-www-form-urlencoded"], b"x=y")),
        ];
        let mut all = requests(&places, 2);
        for odd in odd().into_iter().chain(each_byte()) {
            let body = [b"name=", &odd[..], b"&display_name=x"].concat();
            all.push((named("a name", &odd), target.browse("POST", "/account/profile", forms(), &body)));
            let body = [br#"{"name":""#, &odd[..], br#"","definition":{"nodes":[],"edges":[]}}"#].concat();
            all.push((named("JSON", &odd), target.call("POST", "/v1/workflows", &body)));
        }
        for odd in odd() {
            all.push((named("a field's name", &odd), target.browse("POST", "/account/profile", forms(), &[&odd[..], b"=x"].concat())));
            let body = [b"email=", &odd[..], b"&password=", &odd, b"&next=", &odd].concat();
            all.push((named("signing in", &odd), target.request("POST", "/sign-in", &["Content-Type: application/x-www-form-urlencoded"], &body)));
        }
        target.judge(all, BORNE).await;
    }

    async fn odd_heads_are_borne(console: Console) {
        let target = Target::of(&console).await;
        let names = [
            "User-Agent", "Host", "Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Accept", "Accept-Encoding", "Accept-Language", "Origin",
            "Referer", "Sec-Fetch-Site", "Authorization", "X-API-Key", "If-None-Match", "If-Modified-Since", "Range", "Expect", "Upgrade", "TE", "Trailer",
            "Content-Encoding", "X-Request-Id", "X-HTTP-Method-Override", "Max-Forwards",
        ];
        let mut places = vec![("a header's name", target.request("GET", "/sign-in", &["X~: y"], b""))];
        places.extend(names.map(|name| (name, target.request("GET", "/settings/users", &[&format!("{name}: ~"), &target.with_cookie()], b""))));
        places.extend(names.map(|name| (name, target.request("GET", "/v1/workflows", &[&format!("{name}: ~")], b""))));
        let kind = "Content-Type: ~";
        places.extend([
            ("a header without a colon", target.request("GET", "/sign-in", &["~"], b"")),
            ("a form's type", target.request("POST", "/sign-in", &[kind], b"email=a&password=b")),
            ("JSON's type", target.request("POST", "/v1/workflows", &[&target.with_key(), kind], b"{}")),
            ("a file's type", target.browse("POST", "/account/profile/picture", "multipart/form-data; boundary=~", b"--x--")),
        ]);
        // The name of a header, and the first one's value: each byte.
        let mut all = requests(&places, 2);
        // The parser below us (actix-http 3.20) panics at a name of 65,535 letters: the line is cut, the log tells, nothing else happens.
        all.retain(|(place, request)| !place.starts_with("a header's name") || request.len() < 65_535);
        target.judge(all, BORNE).await;
        // Nothing of a head is ever part of the answer's.
        let injected = target.send(&target.request("GET", "/sign-in?next=%0d%0aX-Injected:%20yes", &[], b"")).await;
        assert!(!injected.text.to_lowercase().split("\r\n\r\n").next().unwrap().contains("x-injected"), "{}", injected.text);
    }

    async fn what_is_far_too_long_is_refused(console: Console) {
        let target = Target::of(&console).await;
        target.served.forget_peak();
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
