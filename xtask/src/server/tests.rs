use std::io::{Read, Write};
use std::path::PathBuf;

use super::files::{Wanted, wanted};
use super::*;

/// A folder with a few files, removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let base =
            std::env::temp_dir().join(format!("zeroshot-server-{}-{name}", std::process::id()));
        let site = base.join("site");
        std::fs::create_dir_all(site.join("models/b c")).unwrap();
        std::fs::write(base.join("secret.txt"), "secret").unwrap();
        std::fs::write(site.join("index.html"), "<title>page</title>").unwrap();
        std::fs::write(site.join("app.wasm"), [0, 97, 115, 109]).unwrap();
        std::fs::write(site.join("models/index.json"), "[]").unwrap();
        std::fs::write(site.join("models/b c/big.gguf"), vec![7; 100_000]).unwrap();
        Self(base)
    }

    fn serve(&self) -> Server {
        Server::start(&self.0.join("site"), 0).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// One request as it goes over the wire, so that no client tidies the path first; the head (in lower case) and body.
fn request(server: &Server, method: &str, path: &str, headers: &str) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(server.address).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n"
    )
    .unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    (String::from_utf8_lossy(&bytes[..end]).to_lowercase(), bytes[end + 4..].to_vec())
}

fn status(head: &str) -> &str {
    head.split(' ').nth(1).unwrap()
}

fn value<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

#[test]
fn serves_files_with_type_length_and_isolation() {
    let folder = Folder::new("files");
    let server = folder.serve();
    for (path, kind, len) in [
        ("/", "text/html; charset=utf-8", "19"),
        ("/?task=translate", "text/html; charset=utf-8", "19"),
        ("/app.wasm", "application/wasm", "4"),
        ("/models/index.json", "application/json", "2"),
        ("/models/b%20c/big.gguf", "application/octet-stream", "100000"),
    ] {
        let (head, body) = request(&server, "GET", path, "");
        assert_eq!(status(&head), "200", "{path}");
        assert_eq!(value(&head, "content-type"), Some(kind), "{path}");
        assert_eq!(value(&head, "content-length"), Some(len), "{path}");
        assert_eq!(body.len().to_string(), len, "{path}");
        assert_eq!(value(&head, "cross-origin-opener-policy"), Some("same-origin"));
        assert_eq!(value(&head, "cross-origin-embedder-policy"), Some("require-corp"));
        assert_eq!(value(&head, "cross-origin-resource-policy"), Some("same-origin"));
    }
}

#[test]
fn head_has_the_length_but_no_body() {
    let folder = Folder::new("head");
    let (head, body) = request(&folder.serve(), "HEAD", "/models/b%20c/big.gguf", "");
    assert_eq!((status(&head), value(&head, "content-length")), ("200", Some("100000")));
    assert!(body.is_empty());
}

#[test]
fn nothing_outside_the_folder_is_reachable() {
    let folder = Folder::new("outside");
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.0.join("secret.txt"), folder.0.join("site/link.txt"))
        .unwrap();
    let server = folder.serve();
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/models/../../secret.txt",
        "/..%2fsecret.txt",
        "/..%5csecret.txt",
        "/link.txt",
        "//../secret.txt",
        "/%00",
        "/%",
        "/%+1",
        "/%ff",
    ] {
        let (head, body) = request(&server, "GET", path, "");
        assert_eq!(status(&head), "404", "{path}");
        assert!(!body.windows(6).any(|window| window == b"secret"), "{path}");
    }
}

#[test]
fn missing_files_are_404_and_folders_get_their_slash() {
    let folder = Folder::new("missing");
    let server = folder.serve();
    for path in ["/none", "/index.html/", "/models/", "/models/none.json"] {
        assert_eq!(status(&request(&server, "GET", path, "").0), "404", "{path}");
    }
    let (head, _) = request(&server, "GET", "/models/b%20c", "");
    assert_eq!((status(&head), value(&head, "location")), ("301", Some("/models/b%20c/")));
    assert_eq!(status(&request(&server, "POST", "/", "Content-Length: 0\r\n").0), "405");
}

#[test]
fn a_kept_copy_is_confirmed_until_the_file_changes() {
    let folder = Folder::new("etag");
    let server = folder.serve();
    let (head, _) = request(&server, "GET", "/index.html", "");
    let tag = value(&head, "etag").unwrap().to_owned();
    let ask = format!("If-None-Match: {tag}\r\n");
    let (head, body) = request(&server, "GET", "/index.html", &ask);
    assert_eq!((status(&head), body.len()), ("304", 0));
    std::fs::write(folder.0.join("site/index.html"), "<title>another page</title>").unwrap();
    assert_eq!(status(&request(&server, "GET", "/index.html", &ask).0), "200");
}

#[test]
fn parts_of_a_file_can_be_asked_for() {
    let folder = Folder::new("range");
    std::fs::write(folder.0.join("site/digits.bin"), "0123456789").unwrap();
    let server = folder.serve();
    let part = |range: &str| request(&server, "GET", "/digits.bin", &format!("Range: {range}\r\n"));
    for (range, content_range, text) in [
        ("bytes=2-4", "bytes 2-4/10", "234"),
        ("bytes=7-", "bytes 7-9/10", "789"),
        ("bytes=-2", "bytes 8-9/10", "89"),
    ] {
        let (head, body) = part(range);
        assert_eq!(
            (status(&head), value(&head, "content-range")),
            ("206", Some(content_range)),
            "{range}"
        );
        assert_eq!(String::from_utf8_lossy(&body), text, "{range}");
    }
    let (head, _) = part("bytes=10-");
    assert_eq!((status(&head), value(&head, "content-range")), ("416", Some("bytes */10")));
    assert_eq!(wanted("bytes=0-1,3-4", 10), Wanted::Whole);
    assert_eq!(wanted("bytes=4-2", 10), Wanted::Whole);
    assert_eq!(wanted("lines=1-2", 10), Wanted::Whole);
    assert_eq!(wanted("bytes=0-99999999999999999999", 10), Wanted::Whole);
    assert_eq!(wanted("bytes=3-18446744073709551615", 10), Wanted::Part(3..10));
    // A file that changed in between is sent whole.
    let (head, _) =
        request(&server, "GET", "/digits.bin", "Range: bytes=2-4\r\nIf-Range: \"old\"\r\n");
    assert_eq!(status(&head), "200");
}

#[test]
fn a_slow_visitor_does_not_hold_up_the_others() {
    let folder = Folder::new("slow");
    std::fs::write(folder.0.join("site/huge.bin"), vec![0; 30_000_000]).unwrap();
    let server = folder.serve();
    let mut slow = TcpStream::connect(server.address).unwrap();
    write!(slow, "GET /huge.bin HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert_eq!(status(&request(&server, "GET", "/", "").0), "200");
}

#[test]
fn silent_connections_do_not_hold_up_the_others() {
    let folder = Folder::new("silent");
    let server = folder.serve();
    // A browser opens connections ahead and leaves them silent.
    let _silent: Vec<_> = (0..64).map(|_| TcpStream::connect(server.address).unwrap()).collect();
    assert_eq!(status(&request(&server, "GET", "/", "").0), "200");
}

#[test]
fn one_connection_carries_several_requests() {
    let folder = Folder::new("several");
    let server = folder.serve();
    let mut stream = TcpStream::connect(server.address).unwrap();
    write!(stream, "GET /app.wasm HTTP/1.1\r\nHost: x\r\n\r\nHEAD / HTTP/1.1\r\nHost: x\r\n\r\n")
        .unwrap();
    write!(stream, "GET /models/index.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        .unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    assert_eq!(text.matches("HTTP/1.1 200 OK").count(), 3, "{text}");
    assert!(text.ends_with("\r\n\r\n[]"), "{text}");
}

#[test]
fn what_is_no_request_is_refused() {
    let folder = Folder::new("refused");
    let server = folder.serve();
    let reply = |text: &str| {
        let mut stream = TcpStream::connect(server.address).unwrap();
        // The server may answer and close before it has read all of this.
        let _ = stream.write_all(text.as_bytes());
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).split(' ').nth(1).map(str::to_owned)
    };
    assert_eq!(reply("hello\r\n\r\n").as_deref(), Some("400"));
    assert_eq!(reply("GET / HTTP/2.0\r\n\r\n").as_deref(), Some("400"));
    assert_eq!(reply("GET / HTTP/1.1\r\nno colon\r\n\r\n").as_deref(), Some("400"));
    assert_eq!(
        reply(&format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(16_379))).as_deref(),
        Some("431")
    );
    assert_eq!(reply("GET / HTTP/1.1\r\nHost"), None, "cut off");
    assert_eq!(status(&request(&server, "GET", "/", "").0), "200", "the server goes on");
}

#[test]
fn a_stopped_server_frees_its_port() {
    let folder = Folder::new("stopped");
    let server = folder.serve();
    let port = server.address.port();
    drop(server);
    assert!(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());
}

#[test]
fn a_taken_port_is_left_for_the_next() {
    let folder = Folder::new("port");
    let first = folder.serve();
    assert!(Server::start(&folder.0, first.address.port()).is_err());
    let second = Server::start_from(&folder.0.join("site"), first.address.port()).unwrap();
    assert_ne!(second.url(), first.url());
    assert_eq!(status(&request(&second, "GET", "/", "").0), "200");
}
