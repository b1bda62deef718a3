//! A small hub on this machine: it leads to a store for the weights, and has bad days.

use sha2::{Digest, Sha256};
use std::collections::{HashMap, VecDeque};
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use zeroshot_gpt2::parts::hexadecimal;

/// What goes wrong with one answer that has some of the weights.
pub enum Fault {
    /// The connection breaks after so many of its bytes.
    Cut(usize),
    /// Another status, with what else the head says.
    Status(u16, &'static str),
}

/// The hub's files, and how it behaves.
pub struct Shelf {
    pub files: HashMap<String, Vec<u8>>,
    pub faults: VecDeque<Fault>,
    pub ranges: bool,
    /// In place of the digest of the weights.
    pub sha256: Option<String>,
    /// Every request for the weights themselves: the byte it began at.
    pub asked: Vec<usize>,
}

pub struct Hub {
    pub url: String,
    pub shelf: Arc<Mutex<Shelf>>,
}

impl Hub {
    /// A hub of one model, `someone/small`.
    pub fn new(files: HashMap<String, Vec<u8>>) -> Self {
        let (faults, asked) = (VecDeque::new(), Vec::new());
        let shelf = Shelf { files, faults, ranges: true, sha256: None, asked };
        let shelf = Arc::new(Mutex::new(shelf));
        let listener = TcpListener::bind("127.0.0.1:0").expect("binds");
        let url = format!("http://{}", listener.local_addr().expect("is bound"));
        let (own, shared) = (url.clone(), shelf.clone());
        // Ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (url, shelf) = (own.clone(), shared.clone());
                // A client that hangs up is what some tests are about.
                std::thread::spawn(move || drop(answer(stream, &url, &shelf)));
            }
        });
        Self { url, shelf }
    }
}

fn answer(stream: TcpStream, url: &str, shelf: &Mutex<Shelf>) -> std::io::Result<()> {
    let mut lines = BufReader::new(stream.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut start = None;
    for line in lines {
        let line = line?.to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        let range = line.strip_prefix("range: bytes=").and_then(|range| range.strip_suffix('-'));
        start = range.and_then(|from| from.parse().ok()).or(start);
    }
    let mut shelf = shelf.lock().expect("not poisoned");
    if let Some(file) = path.strip_prefix("/store/") {
        return send(stream, file, start, &mut shelf);
    }
    let file = path.strip_prefix("/someone/small/resolve/main/");
    let head = match file.and_then(|file| Some((file, shelf.files.get(file)?))) {
        None => "404 Not Found\r\nContent-Length: 0".to_owned(),
        Some(("model.safetensors", bytes)) => {
            let digest = || hexadecimal(&Sha256::digest(bytes));
            let tag = shelf.sha256.clone().unwrap_or_else(digest);
            format!(
                "302 Found\r\nLocation: {url}/store/model.safetensors\r\nX-Repo-Commit: c0ffee\r\n\
                 X-Linked-Size: {}\r\nX-Linked-Etag: \"{tag}\"\r\nContent-Length: 0",
                bytes.len()
            )
        }
        Some((_, bytes)) => {
            let head = format!(
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                bytes.len()
            );
            return (&stream).write_all(&[head.as_bytes(), bytes].concat());
        }
    };
    (&stream).write_all(format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n").as_bytes())
}

fn send(
    mut stream: TcpStream,
    file: &str,
    start: Option<usize>,
    shelf: &mut Shelf,
) -> std::io::Result<()> {
    let bytes = &shelf.files[file];
    let from = start.filter(|_| shelf.ranges).unwrap_or(0);
    shelf.asked.push(from);
    let rest = &bytes[from..];
    let fault = shelf.faults.pop_front();
    if let Some(Fault::Status(status, more)) = fault {
        let head =
            format!("HTTP/1.1 {status} No\r\nConnection: close\r\n{more}Content-Length: 0\r\n\r\n");
        return stream.write_all(head.as_bytes());
    }
    let status = match from {
        0 => "200 OK".to_owned(),
        _ => {
            let (last, whole) = (bytes.len() - 1, bytes.len());
            format!("206 Partial Content\r\nContent-Range: bytes {from}-{last}/{whole}")
        }
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nETag: \"store\"\r\nContent-Length: {}\r\n\r\n",
        rest.len()
    );
    stream.write_all(head.as_bytes())?;
    let sent = match fault {
        Some(Fault::Cut(count)) => &rest[..count.min(rest.len())],
        _ => rest,
    };
    stream.write_all(sent)
}
