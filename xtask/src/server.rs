//! A small server of static files on this machine, with the headers that a cross-origin isolated page needs.
//!
//! It serves one folder as a static host would: missing files are 404, nothing outside the folder is reachable.
//! Every connection has a thread of its own, so that none can wait for another, however many a browser opens ahead.
//! What is in the folder is up to `page`.

mod files;
mod http;

use std::io::{BufReader, BufWriter};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result};
use http::{Headers, Request, Unreadable};

/// How long a connection may stay silent before it is ended.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server at work; dropping it stops it.
pub struct Server {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Serves `dir` on 127.0.0.1 at `port`; port 0 takes any free one.
    pub fn start(dir: &Path, port: u16) -> Result<Self> {
        Self::start_with(dir, port, Headers::Isolating)
    }

    /// The same, as a static host that can be told nothing does it: without the headers for isolation.
    pub fn start_plain(dir: &Path, port: u16) -> Result<Self> {
        Self::start_with(dir, port, Headers::Plain)
    }

    fn start_with(dir: &Path, port: u16, headers: Headers) -> Result<Self> {
        let dir =
            dir.canonicalize().with_context(|| format!("there is no folder {}", dir.display()))?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .with_context(|| format!("port {port} of 127.0.0.1 cannot be used"))?;
        let address = listener.local_addr()?;
        let stopped = Arc::new(AtomicBool::new(false));
        let thread = std::thread::spawn({
            let stopped = Arc::clone(&stopped);
            move || accept(&listener, &dir.into(), headers, &stopped)
        });
        Ok(Self { address, stopped, thread: Some(thread) })
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
        if let Some(thread) = self.thread.take() {
            // It ends by a panic only, which has been shown.
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::Relaxed);
        // Wakes the thread that waits for connections; where that fails it is not waiting.
        let _ = TcpStream::connect(self.address);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Gives each connection its thread until the server is stopped.
fn accept(listener: &TcpListener, dir: &Arc<Path>, headers: Headers, stopped: &Arc<AtomicBool>) {
    for stream in listener.incoming() {
        if stopped.load(Ordering::Relaxed) {
            break;
        }
        // A connection that broke before it was accepted concerns nobody.
        let Ok(stream) = stream else { continue };
        let (dir, stopped) = (Arc::clone(dir), Arc::clone(stopped));
        std::thread::spawn(move || {
            // A visitor who has gone in the middle of a reply is no error of ours.
            let _ = converse(&stream, &dir, headers, &stopped);
        });
    }
}

/// Answers the requests of one connection.
fn converse(
    stream: &TcpStream,
    dir: &Path,
    headers: Headers,
    stopped: &AtomicBool,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.set_nodelay(true)?;
    let (mut reader, mut writer) =
        (BufReader::new(stream), BufWriter::with_capacity(64 * 1024, stream));
    loop {
        match Request::read(&mut reader) {
            // A server that is down does not answer, on old connections either.
            Ok(_) if stopped.load(Ordering::Relaxed) => return Ok(()),
            Ok(request) => {
                let keep_alive = request.keep_alive && !stopped.load(Ordering::Relaxed);
                files::answer(&request, dir).with_headers(headers).send(
                    &mut writer,
                    request.method == "HEAD",
                    keep_alive,
                )?;
                if !keep_alive {
                    return Ok(());
                }
            }
            Err(Unreadable::Refused(reply)) => return reply.send(&mut writer, false, false),
            Err(Unreadable::Gone) => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
