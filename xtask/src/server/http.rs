//! As much of HTTP/1.1 as a browser needs to load files: reading requests, writing replies with isolation headers.
//!
//! Which file a request means is up to `files`.

use std::io::{self, BufRead, Read, Write};

/// The longest head of a request, in bytes.
const MOST_HEAD: u64 = 16 * 1024;

/// A request without its body, which no request for a file has.
pub struct Request {
    /// GET, HEAD or another.
    pub method: String,
    /// The path, still encoded, with its query.
    pub target: String,
    headers: Vec<(String, String)>,
    /// Whether the browser may send another on the same connection.
    pub keep_alive: bool,
}

/// What came in place of a request.
pub enum Unreadable {
    /// The connection ended, or broke, or nothing came for too long.
    Gone,
    /// It was no request; this is the reply to it.
    Refused(Reply),
}

impl Request {
    /// Reads the next request from a connection.
    pub fn read(from: &mut impl BufRead) -> Result<Self, Unreadable> {
        let mut from = from.take(MOST_HEAD);
        let mut lines = Vec::new();
        loop {
            let mut line = Vec::new();
            match from.read_until(b'\n', &mut line) {
                Ok(_) if line.ends_with(b"\n") => {}
                Ok(_) if from.limit() == 0 => {
                    return Err(Unreadable::Refused(Reply::text(431, "The request is too long\n")));
                }
                Ok(_) | Err(_) => return Err(Unreadable::Gone),
            }
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            match (line.is_empty(), lines.is_empty()) {
                (true, false) => break,
                // An empty line before a request is to be overlooked.
                (true, true) => {}
                _ => lines.push(line),
            }
        }
        Self::parse(&lines)
            .ok_or_else(|| Unreadable::Refused(Reply::text(400, "This is no HTTP request\n")))
    }

    fn parse(lines: &[String]) -> Option<Self> {
        let (first, rest) = lines.split_first()?;
        let mut words = first.split(' ');
        let (method, target, version) = (words.next()?, words.next()?, words.next()?);
        if words.next().is_some() || !version.starts_with("HTTP/1.") {
            return None;
        }
        let headers: Option<Vec<_>> = rest
            .iter()
            .map(|line| {
                line.split_once(':').map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
            })
            .collect();
        let mut request = Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: headers?,
            keep_alive: false,
        };
        let closes =
            request.header("Connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        // A body would have to be skipped to find the next request; none is expected, so the connection ends.
        let has_body = request.header("Content-Length").is_some_and(|length| length != "0")
            || request.header("Transfer-Encoding").is_some();
        request.keep_alive = version != "HTTP/1.0" && !closes && !has_body;
        Some(request)
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }
}

/// What a server says with every file.
#[derive(Clone, Copy)]
pub enum Headers {
    /// That the page is isolated, which threads need.
    Isolating,
    /// Nothing of its own.
    Plain,
}

/// A reply in the making.
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Box<dyn Read + Send>,
    len: u64,
}

impl Reply {
    pub fn empty(status: u16) -> Self {
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

    pub fn text(status: u16, text: &'static str) -> Self {
        Self::empty(status)
            .with("Content-Type", "text/plain; charset=utf-8")
            .body(text.as_bytes(), text.len() as u64)
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn with_headers(mut self, headers: Headers) -> Self {
        if matches!(headers, Headers::Plain) {
            self.headers.retain(|(name, _)| !name.starts_with("Cross-Origin-"));
        }
        self
    }

    pub fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub fn body(self, body: impl Read + Send + 'static, len: u64) -> Self {
        Self { body: Box::new(body.take(len)), len, ..self }
    }

    /// Sends it; nothing but its head where `head_only`.
    pub fn send(
        mut self,
        to: &mut impl Write,
        head_only: bool,
        keep_alive: bool,
    ) -> io::Result<()> {
        let mut head = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        // A length at every size: progress in bytes depends on it. A 304 would tell that of the kept copy, or none.
        if self.status != 304 {
            head.push_str(&format!("Content-Length: {}\r\n", self.len));
        }
        let connection = if keep_alive { "keep-alive" } else { "close" };
        head.push_str(&format!("Connection: {connection}\r\n\r\n"));
        to.write_all(head.as_bytes())?;
        if !head_only {
            let sent = io::copy(&mut self.body, to)?;
            if sent < self.len {
                // The file has become shorter: only a broken connection tells that to the browser.
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        to.flush()
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        301 => "Moved Permanently",
        304 => "Not Modified",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        416 => "Range Not Satisfiable",
        431 => "Request Header Fields Too Large",
        _ => "Internal Server Error",
    }
}
