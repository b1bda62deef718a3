//! A proxy that lets nothing through and remembers what was asked for.
//!
//! The browser's log of requests knows the page's only. Whatever is asked of another host, by the page, its worker or
//! the browser itself, goes to the proxy.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;

/// Hosts that Chromium itself calls, whatever page is open, and that the page has no business with.
const BROWSERS_OWN: [&str; 4] = ["google.com", "googleapis.com", "gvt1.com", "gstatic.com"];

/// The proxy; dropping it ends it.
pub struct Elsewhere {
    address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
    stopped: Arc<AtomicBool>,
}

impl Elsewhere {
    /// Starts it at a free port.
    pub fn start() -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let asked = Arc::new(Mutex::new(Vec::new()));
        let stopped = Arc::new(AtomicBool::new(false));
        let (record, stop) = (Arc::clone(&asked), Arc::clone(&stopped));
        std::thread::spawn(move || {
            for stream in
                listener.incoming().flatten().take_while(|_| !stop.load(Ordering::Relaxed))
            {
                if let Some(request) = refuse(&stream) {
                    record.lock().unwrap_or_else(PoisonError::into_inner).push(request);
                }
            }
        });
        Ok(Self { address, asked, stopped })
    }

    /// The browser's flag that sends it everything which is not for this machine.
    pub fn flag(&self) -> String {
        format!("--proxy-server=http://{}", self.address)
    }

    /// What was asked for so far, but for what the browser asks on its own account.
    pub fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        asked.iter().filter(|request| !is_browsers_own(request)).cloned().collect()
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for connections.
        let _ = TcpStream::connect(self.address);
    }
}

/// Whether a request's first line, as a proxy gets it, names a host that the browser calls by itself.
fn is_browsers_own(request: &str) -> bool {
    let target = request.split(' ').nth(1).unwrap_or_default();
    let target = target.split_once("://").map_or(target, |(_, rest)| rest);
    let host = target.split(['/', ':', '?']).next().unwrap_or_default();
    BROWSERS_OWN.iter().any(|own| host == *own || host.ends_with(&format!(".{own}")))
}

/// Answers one request with a refusal; its first line.
fn refuse(stream: &TcpStream) -> Option<String> {
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).ok()?;
    let mut stream = stream;
    // The browser may have hung up: the request was made all the same.
    let _ = stream
        .write_all(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    (!line.trim().is_empty()).then(|| line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn the_browsers_own_calls_are_told_apart() {
        assert!(is_browsers_own("CONNECT accounts.google.com:443 HTTP/1.1"));
        assert!(is_browsers_own("GET http://clients2.google.com/time?x=1 HTTP/1.1"));
        assert!(!is_browsers_own("CONNECT huggingface.co:443 HTTP/1.1"));
        assert!(!is_browsers_own("GET http://notgoogle.com/ HTTP/1.1"));
        assert!(!is_browsers_own("GET http://example.org/google.com HTTP/1.1"));
    }

    #[test]
    fn a_request_is_refused_and_remembered() {
        let elsewhere = Elsewhere::start().unwrap();
        let mut stream = TcpStream::connect(elsewhere.address).unwrap();
        stream.write_all(b"CONNECT example.org:443 HTTP/1.1\r\n\r\n").unwrap();
        let mut reply = String::new();
        // Closing with unread bytes may reset the connection after the reply.
        let _ = stream.read_to_string(&mut reply);
        assert!(reply.is_empty() || reply.starts_with("HTTP/1.1 403"), "{reply}");
        let start = std::time::Instant::now();
        while elsewhere.asked().is_empty() && start.elapsed() < Duration::from_secs(5) {
            std::thread::yield_now();
        }
        assert_eq!(elsewhere.asked(), ["CONNECT example.org:443 HTTP/1.1"]);
    }
}
