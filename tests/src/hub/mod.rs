//! A hub of models as the real one is, with small models and bad days.
//!
//! `/{owner}/{model}/resolve/{revision}/{file}` gives small files at once and leads to a store of another origin for
//! large ones. Both can be read from any page. What goes wrong is told file by file with [`Fault`], and every request
//! is remembered. How bytes are sent is up to `wire`, what is in the files to `checkpoint` and `content`.

mod checkpoint;
mod content;
mod wire;

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;

pub use checkpoint::{Checkpoint, Shape};
pub use content::Content;
use wire::{Listener, Reply, Request};

/// From this size on a file is in the store.
const LARGE: u64 = 1 << 20;

/// A hub and its store; dropping it ends both.
pub struct Hub {
    hub: Mutex<Option<Listener>>,
    store: Mutex<Option<Listener>>,
    urls: (String, String),
    shelf: Arc<Shelf>,
}

/// What goes wrong with the next reply that sends some of a file.
#[derive(Debug, Clone)]
pub enum Fault {
    /// The connection breaks before this byte of the file.
    CutAt(u64),
    /// The hub answers with this status, and with `Retry-After` where seconds are given.
    Status(u16, Option<u32>),
}

/// A request that sent some of a file, or was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// `owner/model/file`.
    pub file: String,
    /// The status of the reply.
    pub status: u16,
    /// The first byte that was sent.
    pub from: u64,
    /// How many bytes were sent.
    pub sent: u64,
}

/// The files of a repository by name, each with the number of its version, which is in its tag.
type Files = HashMap<String, (Content, u32)>;

/// What the hub holds and has done.
#[derive(Default)]
struct Shelf {
    /// By `owner/model`.
    repositories: Mutex<HashMap<String, Files>>,
    faults: Mutex<HashMap<String, VecDeque<Fault>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
    refuses_ranges: AtomicBool,
    /// Bytes a second; 0 for as fast as it goes.
    rate: Arc<AtomicU64>,
}

impl Hub {
    /// Starts an empty hub.
    pub fn start() -> Result<Self> {
        let shelf = Arc::new(Shelf::default());
        let store = Listener::start(Arc::clone(&shelf.asked), {
            let shelf = Arc::clone(&shelf);
            move |request| shelf.store(request)
        })?;
        let store_url = store.url();
        let hub = Listener::start(Arc::clone(&shelf.asked), {
            let (shelf, store_url) = (Arc::clone(&shelf), store_url.clone());
            move |request| shelf.resolve(request, &store_url)
        })?;
        let urls = (hub.url(), store_url);
        Ok(Self { hub: Mutex::new(Some(hub)), store: Mutex::new(Some(store)), urls, shelf })
    }

    /// The hub's address, without a slash at its end.
    pub fn url(&self) -> String {
        self.urls.0.clone()
    }

    /// The store's address, without a slash at its end.
    pub fn store_url(&self) -> String {
        self.urls.1.clone()
    }

    /// Puts a file into a repository; where there is one of the name, in its place and under another tag.
    pub fn publish(&self, repo: &str, file: &str, content: impl Into<Content>) {
        let mut repositories = lock(&self.shelf.repositories);
        let files = repositories.entry(repo.to_owned()).or_default();
        let version = files.get(file).map_or(0, |(_, version)| version + 1);
        files.insert(file.to_owned(), (content.into(), version));
    }

    /// Puts a whole model into a repository.
    pub fn publish_model(&self, repo: &str, model: &Checkpoint) {
        for (file, content) in model.files() {
            self.publish(repo, file, content);
        }
    }

    /// Has this go wrong with a file, once, after what was to go wrong with it before.
    pub fn spoil(&self, repo: &str, file: &str, fault: Fault) {
        lock(&self.shelf.faults).entry(format!("{repo}/{file}")).or_default().push_back(fault);
    }

    /// Sends at most so many bytes a second on each connection from now on; 0 for as fast as it goes.
    pub fn slow_down(&self, rate: u64) {
        self.shelf.rate.store(rate, Ordering::Relaxed);
    }

    /// Answers with whole files only from now on.
    pub fn refuse_ranges(&self) {
        self.shelf.refuses_ranges.store(true, Ordering::Relaxed);
    }

    /// All that was asked for and has been answered, with what is being sent now.
    pub fn asked(&self) -> Vec<Asked> {
        lock(&self.shelf.asked).clone()
    }

    /// Bytes of a file that were sent so far, in all replies together.
    pub fn sent(&self, repo: &str, file: &str) -> u64 {
        let name = format!("{repo}/{file}");
        self.asked().iter().filter(|asked| asked.file == name).map(|asked| asked.sent).sum()
    }

    /// Ends the hub and its store: nobody answers at their addresses any more.
    pub fn go_down(&self) {
        lock(&self.hub).take();
        lock(&self.store).take();
    }
}

impl Shelf {
    /// The hub's own reply.
    fn resolve(&self, request: &Request, store: &str) -> Reply {
        let parts: Vec<&str> = request.path.trim_start_matches('/').splitn(5, '/').collect();
        let [owner, model, "resolve", _revision, file] = parts[..] else {
            return self.refusal(&request.path, 404, None);
        };
        let repo = format!("{owner}/{model}");
        let name = format!("{repo}/{file}");
        if let Some(Fault::Status(status, seconds)) =
            self.take_fault(&name, |fault| matches!(fault, Fault::Status(..)))
        {
            return self.refusal(&name, status, seconds);
        }
        let repositories = lock(&self.repositories);
        let Some(files) = repositories.get(&repo) else {
            // It does not say whether a repository is hidden or not there at all.
            return self.refusal(&name, 401, None).with("X-Error-Code", "RepoNotFound");
        };
        let Some((content, version)) = files.get(file) else {
            return self.refusal(&name, 404, None).with("X-Error-Code", "EntryNotFound");
        };
        if content.len() >= LARGE {
            return Reply::new(302)
                .with("Location", &format!("{store}/{name}?signature=of-this-hour"))
                .with("X-Linked-Size", &content.len().to_string());
        }
        self.send(request, &name, content, *version)
    }

    /// The reply of the store, where a large file is.
    fn store(&self, request: &Request) -> Reply {
        let name = request.path.trim_start_matches('/').to_owned();
        let repositories = lock(&self.repositories);
        let found = name.match_indices('/').nth(1).and_then(|(slash, _)| {
            repositories.get(&name[..slash]).and_then(|files| files.get(&name[slash + 1..]))
        });
        match found {
            Some((content, version)) => self.send(request, &name, content, *version),
            None => self.refusal(&name, 404, None),
        }
    }

    fn send(&self, request: &Request, name: &str, content: &Content, version: u32) -> Reply {
        let len = content.len();
        let accepts = !self.refuses_ranges.load(Ordering::Relaxed);
        let from = request.range_start.filter(|_| accepts);
        if from.is_some_and(|from| from >= len) {
            return self.refusal(name, 416, None).with("Content-Range", &format!("bytes */{len}"));
        }
        let cut = self
            .take_fault(name, |fault| matches!(fault, Fault::CutAt(at) if *at > from.unwrap_or(0)));
        let end = request.range_end.filter(|_| from.is_some()).map_or(len, |end| len.min(end + 1));
        let mut reply = Reply::new(if from.is_some() { 206 } else { 200 })
            .with("ETag", &format!("\"{version}-{len:x}\""))
            .with("Accept-Ranges", if accepts { "bytes" } else { "none" });
        if let Some(from) = from {
            reply = reply.with("Content-Range", &format!("bytes {from}-{}/{len}", end - 1));
        }
        reply.body = Some((content.clone(), from.unwrap_or(0)..end));
        reply.cut = match cut {
            Some(Fault::CutAt(at)) => Some(at),
            _ => None,
        };
        reply.file = name.to_owned();
        reply.rate = Arc::clone(&self.rate);
        reply
    }

    fn refusal(&self, name: &str, status: u16, retry_after: Option<u32>) -> Reply {
        lock(&self.asked).push(Asked { file: name.to_owned(), status, from: 0, sent: 0 });
        let reply = Reply::new(status);
        match retry_after {
            Some(seconds) => reply.with("Retry-After", &seconds.to_string()),
            None => reply,
        }
    }

    /// The next fault of a file, if it is of this kind.
    fn take_fault(&self, name: &str, is: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let mut faults = lock(&self.faults);
        let faults = faults.get_mut(name)?;
        if faults.front().is_some_and(is) { faults.pop_front() } else { None }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
