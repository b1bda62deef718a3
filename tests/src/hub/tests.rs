use std::io::{Read, Write};
use std::net::TcpStream;

use super::*;

/// One request as a browser makes it; the head and as much of the body as came.
fn get(url: &str, headers: &str) -> (String, Vec<u8>) {
    let (host, path) = url.trim_start_matches("http://").split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\n{headers}\r\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    (String::from_utf8_lossy(&bytes[..end]).into_owned(), bytes[end + 4..].to_vec())
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[test]
fn files_are_where_the_hub_says_and_break_off_as_told() {
    let hub = Hub::start().unwrap();
    let large: Vec<u8> = (0..2_000_000u32).map(|number| number as u8).collect();
    hub.publish("a/b", "config.json", *b"{}");
    hub.publish("a/b", "model.safetensors", large.clone());
    let address = |file: &str| format!("{}/a/b/resolve/main/{file}", hub.url());

    let (head, body) = get(&address("config.json"), "");
    assert!(head.starts_with("HTTP/1.1 200 ") && head.contains("Access-Control-Allow-Origin: *"));
    assert_eq!(body, b"{}");

    let (head, _) = get(&address("model.safetensors"), "");
    assert!(head.starts_with("HTTP/1.1 302 "), "{head}");
    let store = header(&head, "Location").unwrap().to_owned();
    assert!(store.starts_with(&hub.store_url()));
    hub.spoil("a/b", "model.safetensors", Fault::CutAt(1_000_001));
    let (head, body) = get(&store, "");
    assert_eq!(header(&head, "Content-Length"), Some("2000000"));
    assert_eq!(body, large[..1_000_001]);
    let (head, body) = get(&store, "Range: bytes=1000001-\r\n");
    assert_eq!(header(&head, "Content-Range"), Some("bytes 1000001-1999999/2000000"));
    assert_eq!(body, large[1_000_001..]);
    assert_eq!(hub.sent("a/b", "model.safetensors"), 2_000_000);

    let tag = |head: &str| header(head, "ETag").unwrap().to_owned();
    let before = tag(&get(&store, "").0);
    hub.publish("a/b", "model.safetensors", large);
    assert_ne!(tag(&get(&store, "").0), before);
    hub.refuse_ranges();
    assert!(get(&store, "Range: bytes=5-\r\n").0.starts_with("HTTP/1.1 200 "));

    hub.spoil("a/b", "config.json", Fault::Status(429, Some(7)));
    let (head, _) = get(&address("config.json"), "");
    assert!(head.starts_with("HTTP/1.1 429 ") && header(&head, "Retry-After") == Some("7"));
    assert!(get(&address("config.json"), "").0.starts_with("HTTP/1.1 200 "));
    assert!(get(&address("none"), "").0.starts_with("HTTP/1.1 404 "));
    let hidden = format!("{}/a/c/resolve/main/config.json", hub.url());
    assert!(get(&hidden, "").0.starts_with("HTTP/1.1 401 "));

    hub.go_down();
    assert!(TcpStream::connect(hub.url().trim_start_matches("http://")).is_err());
}
