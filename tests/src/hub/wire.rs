//! As much of HTTP as a hub needs: anyone may read, connections are slow or break.
//!
//! Every reply ends its connection. What it says is up to the hub.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::Result;

use super::{Asked, Content, lock};

/// How many bytes are sent at a time.
const PIECE: u64 = 64 << 10;

/// What a page may read of a reply's head, besides what it always may.
const EXPOSED: &str =
    "ETag, Accept-Ranges, Content-Range, Retry-After, X-Error-Code, X-Linked-Size, X-Linked-ETag";

/// A server at a free port; dropping it ends it and all its connections.
pub struct Listener {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// A request for a file.
pub struct Request {
    /// Without its query.
    pub path: String,
    /// Of `Range: bytes=start-end`.
    pub range_start: Option<u64>,
    /// The same.
    pub range_end: Option<u64>,
}

/// A reply in the making.
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    /// The part of a content that is sent.
    pub body: Option<(Content, Range<u64>)>,
    /// Before which byte of the content the connection breaks.
    pub cut: Option<u64>,
    /// The file's name, for the record.
    pub file: String,
    /// Bytes a second, or 0.
    pub rate: Arc<AtomicU64>,
}

impl Reply {
    pub fn new(status: u16) -> Self {
        let (headers, file) = (Vec::new(), String::new());
        Self { status, headers, body: None, cut: None, file, rate: Arc::default() }
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl Listener {
    /// Answers with `reply`, and writes what it sends of files into `asked`.
    pub fn start(
        asked: Arc<Mutex<Vec<Asked>>>,
        reply: impl Fn(&Request) -> Reply + Send + Sync + 'static,
    ) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let stopped = Arc::new(AtomicBool::new(false));
        let (stop, reply) = (Arc::clone(&stopped), Arc::new(reply));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::Relaxed) {
                    break;
                }
                let Ok(stream) = stream else { continue };
                let (stop, reply, asked) =
                    (Arc::clone(&stop), Arc::clone(&reply), Arc::clone(&asked));
                std::thread::spawn(move || {
                    // A page that hangs up in the middle does so on purpose.
                    let _ = converse(&stream, &*reply, &asked, &stop);
                    let _ = stream.shutdown(Shutdown::Both);
                });
            }
        });
        Ok(Self { address, stopped, thread: Some(thread) })
    }

    /// Its address, without a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for connections.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn converse(
    stream: &TcpStream,
    reply: &dyn Fn(&Request) -> Reply,
    asked: &Mutex<Vec<Asked>>,
    stopped: &AtomicBool,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(60)))?;
    let mut lines = BufReader::new(stream).lines();
    let first = lines.next().unwrap_or_else(|| Ok(String::new()))?;
    let mut words = first.split(' ');
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Ok(()) };
    let path = target.split('?').next().unwrap_or_default().to_owned();
    let mut request = Request { path, range_start: None, range_end: None };
    for line in lines {
        let line = line?;
        let Some((name, value)) = line.split_once(':') else { break };
        if let Some((start, end)) =
            value.trim().strip_prefix("bytes=").and_then(|range| range.split_once('-'))
            && name.eq_ignore_ascii_case("range")
        {
            (request.range_start, request.range_end) = (start.parse().ok(), end.parse().ok());
        }
    }
    // A page that may read is not yet one that may ask with headers of its own: the real store refuses such questions.
    let reply = if method == "OPTIONS" { Reply::new(403) } else { reply(&request) };
    send(stream, reply, method, asked, stopped)
}

fn send(
    mut stream: &TcpStream,
    reply: Reply,
    method: &str,
    asked: &Mutex<Vec<Asked>>,
    stopped: &AtomicBool,
) -> std::io::Result<()> {
    let range = reply.body.as_ref().map_or(0..0, |(_, range)| range.clone());
    let mut head = format!("HTTP/1.1 {} Reply\r\nConnection: close\r\n", reply.status);
    head.push_str(&format!("Content-Length: {}\r\n", range.end - range.start));
    if method != "OPTIONS" {
        head.push_str("Access-Control-Allow-Origin: *\r\n");
        head.push_str(&format!("Access-Control-Expose-Headers: {EXPOSED}\r\n"));
    }
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let record = reply.body.as_ref().map(|_| {
        let mut asked = lock(asked);
        let (file, status, from) = (reply.file.clone(), reply.status, range.start);
        asked.push(Asked { file, status, from, sent: 0 });
        asked.len() - 1
    });
    stream.write_all(format!("{head}\r\n").as_bytes())?;
    let (Some((content, range)), Some(record)) = (reply.body, record) else { return Ok(()) };
    if method == "HEAD" {
        return Ok(());
    }
    let mut at = range.start;
    let mut piece = Vec::new();
    while at < range.end && !stopped.load(Ordering::Relaxed) {
        let end = reply.cut.unwrap_or(u64::MAX).min(range.end).min(at + PIECE);
        if end <= at {
            break;
        }
        piece.resize((end - at) as usize, 0);
        content.read(at, &mut piece);
        stream.write_all(&piece)?;
        at = end;
        lock(asked)[record].sent = at - range.start;
        let rate = reply.rate.load(Ordering::Relaxed);
        if rate > 0 {
            std::thread::sleep(Duration::from_secs_f64(piece.len() as f64 / rate as f64));
        }
    }
    Ok(())
}
