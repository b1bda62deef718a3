//! A small server of static files on this machine, with the headers that a cross-origin isolated page needs.
//!
//! It serves one folder as a static host would: missing files are 404, nothing outside the folder is reachable.
//! What is in the folder is up to `page`.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::net::SocketAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::UNIX_EPOCH;

use anyhow::{Context, Result, anyhow};
use tiny_http::{Header, Method, Request, Response, StatusCode};

/// Requests answered at the same time; a browser opens six connections to a host.
const THREADS: usize = 8;

/// A server at work; dropping it stops it.
pub struct Server {
    http: Arc<tiny_http::Server>,
    threads: Vec<JoinHandle<()>>,
    address: SocketAddr,
}

impl Server {
    /// Serves `dir` on 127.0.0.1 at `port`; port 0 takes any free one.
    pub fn start(dir: &Path, port: u16) -> Result<Self> {
        let dir =
            dir.canonicalize().with_context(|| format!("there is no folder {}", dir.display()))?;
        let http = tiny_http::Server::http(("127.0.0.1", port))
            .map_err(|error| anyhow!("port {port} of 127.0.0.1 cannot be used: {error}"))?;
        let address = http.server_addr().to_ip().context("the server has no IP address")?;
        let http = Arc::new(http);
        let threads = (0..THREADS)
            .map(|_| {
                let (http, dir) = (Arc::clone(&http), dir.clone());
                std::thread::spawn(move || {
                    while let Ok(request) = http.recv() {
                        answer(request, &dir);
                    }
                })
            })
            .collect();
        Ok(Self { http, threads, address })
    }

    /// Serves `dir` at `first` or, where that is taken, at one of the twenty ports after it.
    pub fn start_from(dir: &Path, first: u16) -> Result<Self> {
        let mut result = Self::start(dir, first);
        for port in (first..first.saturating_add(20)).skip(1) {
            if result.is_ok() {
                break;
            }
            result = Self::start(dir, port);
        }
        result
    }

    /// The page's address, with a slash at its end.
    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Serves until the process ends.
    pub fn wait(mut self) {
        for thread in std::mem::take(&mut self.threads) {
            // A thread that panicked is one connection fewer; the others go on.
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        for _ in &self.threads {
            self.http.unblock();
        }
    }
}

/// Answers one request; a visitor who has gone in between is no error of ours.
fn answer(request: Request, dir: &Path) {
    let reply = if matches!(request.method(), Method::Get | Method::Head) {
        find(dir, request.url())
            .map_or_else(|| Reply::text(404, "Not found\n"), |found| reply(&request, found))
    } else {
        Reply::text(405, "Only GET and HEAD are served here\n").with("Allow", "GET, HEAD")
    };
    let _ = request.respond(reply.into_response());
}

/// What a path leads to.
enum Found {
    File(PathBuf),
    /// A folder named without its last slash; relative links in it need one.
    Folder(String),
}

/// Finds the file of a request's path below `dir` (which is canonical).
fn find(dir: &Path, url: &str) -> Option<Found> {
    let path = decode(url.split(['?', '#']).next()?)?;
    let mut file = dir.to_path_buf();
    let mut clean = String::new();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        // ':' is a drive or a stream on Windows; no file of the page has one.
        if part == ".." || part.contains(['\\', '\0', ':']) {
            return None;
        }
        file.push(part);
        clean = format!("{clean}/{part}");
    }
    // A link may not lead out of the folder either.
    let file = file.canonicalize().ok().filter(|file| file.starts_with(dir))?;
    if !file.is_dir() {
        return (!path.ends_with('/')).then_some(Found::File(file));
    }
    if !path.ends_with('/') {
        return Some(Found::Folder(clean + "/"));
    }
    let index = file.join("index.html");
    index.is_file().then_some(Found::File(index))
}

/// Undoes percent-encoding; nothing where it is malformed or not UTF-8.
fn decode(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next()?, rest.next()?];
            let hex = std::str::from_utf8(&digits).ok().filter(|hex| !hex.starts_with('+'))?;
            bytes.push(u8::from_str_radix(hex, 16).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

fn reply(request: &Request, found: Found) -> Reply {
    let path = match found {
        Found::File(path) => path,
        Found::Folder(clean) => return Reply::text(301, "").with("Location", &encode(&clean)),
    };
    let Ok((mut file, len, etag)) = open(&path) else {
        return Reply::text(404, "Not found\n");
    };
    let header = |name: &'static str| {
        request
            .headers()
            .iter()
            .find(|header| header.field.equiv(name))
            .map(|header| header.value.as_str())
    };
    let reply = Reply::empty(200)
        .with("Content-Type", content_type(&path))
        .with("ETag", &etag)
        .with("Accept-Ranges", "bytes");
    if header("If-None-Match").is_some_and(|tags| {
        tags.split(',').any(|tag| matches!(tag.trim(), tag if tag == etag || tag == "*"))
    }) {
        return reply.status(304);
    }
    let same = header("If-Range").is_none_or(|tag| tag == etag);
    match header("Range").filter(|_| same).map_or(Wanted::Whole, |range| wanted(range, len)) {
        Wanted::Whole => reply.body(file, len),
        Wanted::Part(range) => match file.seek(SeekFrom::Start(range.start)) {
            Ok(_) => reply
                .status(206)
                .with("Content-Range", &format!("bytes {}-{}/{len}", range.start, range.end - 1))
                .body(file, range.end - range.start),
            Err(_) => Reply::text(500, "The file cannot be read\n"),
        },
        Wanted::Impossible => {
            Reply::text(416, "No such range\n").with("Content-Range", &format!("bytes */{len}"))
        }
    }
}

/// Opens a file; its length, and a tag that changes whenever it does.
fn open(path: &Path) -> std::io::Result<(File, u64, String)> {
    let file = File::open(path)?;
    let data = file.metadata()?;
    let changed = data.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    Ok((file, data.len(), format!("\"{:x}-{changed:x}\"", data.len())))
}

/// The part of a file that a Range header asks for.
#[derive(Debug, PartialEq)]
enum Wanted {
    Whole,
    Part(Range<u64>),
    Impossible,
}

/// Reads a Range header; several parts or anything unknown is answered with the whole file, as HTTP allows.
fn wanted(header: &str, len: u64) -> Wanted {
    let Some((start, end)) = header.strip_prefix("bytes=").and_then(|range| range.split_once('-'))
    else {
        return Wanted::Whole;
    };
    let number = |text: &str| text.trim().parse::<u64>().ok();
    let range = match (start.trim(), end.trim()) {
        ("", last) => match number(last) {
            Some(last) => len.saturating_sub(last)..len,
            None => return Wanted::Whole,
        },
        (start, "") => match number(start) {
            Some(start) => start..len,
            None => return Wanted::Whole,
        },
        (start, end) => match (number(start), number(end)) {
            (Some(start), Some(end)) if start <= end => start..end.saturating_add(1).min(len),
            _ => return Wanted::Whole,
        },
    };
    if range.start < range.end { Wanted::Part(range) } else { Wanted::Impossible }
}

/// Encodes what a Location header cannot hold as it is.
fn encode(path: &str) -> String {
    path.bytes()
        .map(|byte| match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            byte if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// The media type by a file's ending.
fn content_type(path: &Path) -> &'static str {
    let ending = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    match ending.as_str() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// A reply in the making.
struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Box<dyn Read + Send>,
    len: u64,
}

impl Reply {
    fn empty(status: u16) -> Self {
        let headers = [
            // Isolation: what a page needs for threads, and what a resource needs to be loaded by such a page.
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Embedder-Policy", "require-corp"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("X-Content-Type-Options", "nosniff"),
            // The browser keeps files but asks each time: a rebuilt page is never mixed with an old one.
            ("Cache-Control", "no-cache"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec();
        Self { status, headers, body: Box::new(std::io::empty()), len: 0 }
    }

    fn text(status: u16, text: &'static str) -> Self {
        Self::empty(status)
            .with("Content-Type", "text/plain; charset=utf-8")
            .body(text.as_bytes(), text.len() as u64)
    }

    fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    fn body(self, body: impl Read + Send + 'static, len: u64) -> Self {
        Self { body: Box::new(body.take(len)), len, ..self }
    }

    fn into_response(self) -> Response<Box<dyn Read + Send>> {
        let headers = self
            .headers
            .iter()
            .filter_map(|(name, value)| Header::from_bytes(name.as_bytes(), value.as_bytes()).ok())
            .collect();
        let len = usize::try_from(self.len).ok();
        // A length at every size: progress in bytes depends on it.
        Response::new(StatusCode(self.status), headers, self.body, len, None)
            .with_chunked_threshold(usize::MAX)
    }
}

#[cfg(test)]
mod tests;
