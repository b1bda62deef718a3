//! Which file a request means, and which part of it: paths, kept copies, ranges, media types.
//!
//! How requests are read and replies written is up to `http`.

use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use super::http::{Reply, Request};

/// The reply to a request for a file below `dir` (which is canonical).
pub fn answer(request: &Request, dir: &Path) -> Reply {
    if !matches!(request.method.as_str(), "GET" | "HEAD") {
        return Reply::text(405, "Only GET and HEAD are served here\n").with("Allow", "GET, HEAD");
    }
    match find(dir, &request.target) {
        Some(Found::File(path)) => file(request, &path),
        Some(Found::Folder(clean)) => Reply::text(301, "").with("Location", &encode(&clean)),
        None => Reply::text(404, "Not found\n"),
    }
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

/// The reply that sends a file, or as much of it as was asked for.
fn file(request: &Request, path: &Path) -> Reply {
    let Ok((mut file, len, etag)) = open(path) else {
        return Reply::text(404, "Not found\n");
    };
    let reply = Reply::empty(200)
        .with("Content-Type", content_type(path))
        .with("ETag", &etag)
        .with("Accept-Ranges", "bytes");
    let kept = request
        .header("If-None-Match")
        .is_some_and(|tags| tags.split(',').map(str::trim).any(|tag| tag == etag || tag == "*"));
    if kept {
        return reply.status(304);
    }
    let same = request.header("If-Range").is_none_or(|tag| tag == etag);
    let range = request.header("Range").filter(|_| same);
    match range.map_or(Wanted::Whole, |range| wanted(range, len)) {
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
pub(super) enum Wanted {
    Whole,
    Part(Range<u64>),
    Impossible,
}

/// Reads a Range header; several parts or anything unknown is answered with the whole file, as HTTP allows.
pub(super) fn wanted(header: &str, len: u64) -> Wanted {
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
