//! Files of a model hub, over HTTP: `{base}/{owner}/{model}/resolve/{revision}/{file}`. A large one
//! is given out while it arrives, and a transfer that breaks goes on where it was.

use sha2::{Digest, Sha256};
use std::io::Read;
use std::thread::sleep;
use std::time::Duration;
use ureq::http::{Response, StatusCode, header};
use ureq::{Agent, Body};
use zeroshot_gpt2::parts::hexadecimal;

/// Redirects that are followed, to the store where a hub has its large files.
const MAX_REDIRECTS: usize = 5;
/// Configuration, tokenizer, licence: none is longer than this.
const MAX_SMALL: u64 = 64 << 20;
/// How much of a large file is read at once.
const CHUNK: usize = 1 << 18;
/// How often a transfer that makes no headway is tried again.
const TRIES: u32 = 5;
/// The longest wait that a hub may ask for.
const MAX_WAIT: Duration = Duration::from_secs(120);
/// A connection that is silent for so long is broken.
const SILENCE: Duration = Duration::from_secs(30);

/// Why a file did not come.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The hub has no such file, or does not show it to everyone.
    #[error("{url} is not there, or needs an account (HTTP {status})")]
    NotThere { url: String, status: u16 },
    /// Some other refusal.
    #[error("{url} was refused with HTTP {status}")]
    Refused { url: String, status: u16 },
    /// No connection, or one that broke again and again.
    #[error("{url} cannot be fetched: {detail}")]
    Connection { url: String, detail: String },
    /// A text that is not UTF-8, a redirect to nowhere.
    #[error("{url}: {detail}")]
    Odd { url: String, detail: String },
    /// Not the file that the first part was of.
    #[error("{url} has changed while it was fetched; run the command again")]
    Changed { url: String },
    /// Other bytes than the hub says.
    #[error("{url} arrived damaged: its SHA-256 is {found}; expected {expected}")]
    Damaged { url: String, expected: String, found: String },
}

/// A model's repository on a hub.
pub struct Repository {
    agent: Agent,
    base: String,
    name: String,
    revision: String,
    /// How long to wait before the first of several tries.
    backoff: Duration,
}

/// What a hub says of a file.
#[derive(Clone, Debug, Default)]
struct About {
    /// Its SHA-256, where the hub gives it as the tag of a large file.
    sha256: Option<String>,
    /// What tells this version of the file from another.
    tag: Option<String>,
    /// Bytes of the whole file, if they are told.
    bytes: Option<u64>,
    /// The commit that the revision stands for.
    commit: Option<String>,
}

/// A file that has arrived.
pub struct Arrived {
    /// The commit that it is of, if the hub says.
    pub commit: Option<String>,
}

impl Repository {
    /// The repository of this name, `owner/model`, at a hub.
    pub fn new(base: &str, name: &str, revision: &str, backoff: Duration) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(SILENCE))
            .timeout_recv_response(Some(SILENCE))
            .timeout_per_read(Some(SILENCE))
            .user_agent(concat!("zeroshot/", env!("CARGO_PKG_VERSION")))
            .build();
        let base = base.trim_end_matches('/').to_owned();
        let (name, revision) = (name.to_owned(), revision.to_owned());
        Self { agent: config.into(), base, name, revision, backoff }
    }

    /// The address of a file.
    pub fn url(&self, file: &str) -> String {
        format!("{}/{}/resolve/{}/{file}", self.base, self.name, self.revision)
    }

    /// A small file; `None` if there is none.
    pub fn small(&self, file: &str) -> Result<Option<Vec<u8>>, HubError> {
        let url = self.url(file);
        let mut tries = Tries::new(self.backoff);
        loop {
            let (mut response, _) = match self.get(&url, 0, None) {
                Ok(answer) => answer,
                Err(error) => {
                    tries.again(error, None)?;
                    continue;
                }
            };
            match response.status() {
                StatusCode::NOT_FOUND => return Ok(None),
                StatusCode::OK => {}
                status => {
                    tries.again(refusal(&url, status), wait_asked_for(&response))?;
                    continue;
                }
            }
            match response.body_mut().with_config().limit(MAX_SMALL).read_to_vec() {
                Ok(bytes) => return Ok(Some(bytes)),
                Err(error) => tries.again(broken(&url, &error), None)?,
            }
        }
    }

    /// Hands out a large file while it arrives, with how many bytes it has in all, if that is
    /// known. Its SHA-256 is checked where the hub says what it should be.
    pub fn large<E: From<HubError>>(
        &self,
        file: &str,
        mut take: impl FnMut(&[u8], Option<u64>) -> Result<(), E>,
    ) -> Result<Arrived, E> {
        let url = self.url(file);
        let mut tries = Tries::new(self.backoff);
        let (mut position, mut digest) = (0u64, Sha256::new());
        let mut first: Option<About> = None;
        let mut buffer = vec![0; CHUNK];
        'connection: loop {
            let tag = first.as_ref().and_then(|about| about.tag.as_deref());
            let (response, about) = match self.get(&url, position, tag) {
                Ok(answer) => answer,
                Err(error) => {
                    tries.again(error, None)?;
                    continue;
                }
            };
            // Without ranges the file begins again, and what is there is passed over.
            let mut skip = match response.status() {
                StatusCode::OK => position,
                StatusCode::PARTIAL_CONTENT if range_start(&response) == Some(position) => 0,
                status => {
                    tries.again(refusal(&url, status), wait_asked_for(&response))?;
                    continue;
                }
            };
            let known = first.get_or_insert_with(|| about.clone());
            if known.tag.is_some() && about.tag.is_some() && known.tag != about.tag {
                return Err(HubError::Changed { url }.into());
            }
            let whole = known.bytes;
            let mut body = response.into_body().into_reader();
            loop {
                let bytes = match body.read(&mut buffer) {
                    Ok(0) if whole.is_none_or(|whole| position >= whole) => break 'connection,
                    Ok(0) => {
                        let detail = format!("it ended after {position} bytes");
                        let error = HubError::Connection { url: url.clone(), detail };
                        tries.again(error, None)?;
                        continue 'connection;
                    }
                    Ok(count) => &buffer[..count],
                    Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                    Err(error) => {
                        tries.again(broken(&url, &error), None)?;
                        continue 'connection;
                    }
                };
                let passed = bytes.len().min(usize::try_from(skip).unwrap_or(usize::MAX));
                skip -= passed as u64;
                let new = &bytes[passed..];
                if !new.is_empty() {
                    position += new.len() as u64;
                    digest.update(new);
                    take(new, whole)?;
                    tries = Tries::new(self.backoff);
                }
            }
        }
        let about = first.unwrap_or_default();
        let found = hexadecimal(&digest.finalize());
        match about.sha256.filter(|expected| *expected != found) {
            Some(expected) => Err(HubError::Damaged { url, expected, found }.into()),
            None => Ok(Arrived { commit: about.commit }),
        }
    }

    /// Asks for a file from byte `start` on, and follows the hub to where it is. What the hub
    /// itself says of it counts more than what its store does.
    fn get(
        &self,
        url: &str,
        start: u64,
        tag: Option<&str>,
    ) -> Result<(Response<Body>, About), HubError> {
        let mut at = url.to_owned();
        let mut about = About::default();
        for _ in 0..=MAX_REDIRECTS {
            let mut request = self.agent.get(&at);
            if start > 0 {
                request = request.header(header::RANGE, format!("bytes={start}-"));
                // The store's tag is another than the hub's, so only the hub's own file is asked
                // for on condition.
                if let Some(tag) = tag.filter(|tag| at == url && tag.starts_with('"')) {
                    request = request.header(header::IF_RANGE, tag);
                }
            }
            let response = request.call().map_err(|error| broken(&at, &error))?;
            about.read(&response);
            if !response.status().is_redirection() {
                return Ok((response, about));
            }
            let to = text(&response, "location").and_then(|to| joined(&at, to));
            at = to.ok_or_else(|| HubError::Odd {
                url: url.to_owned(),
                detail: "the hub leads to an address that cannot be read".to_owned(),
            })?;
        }
        let detail = format!("it leads on more than {MAX_REDIRECTS} times");
        Err(HubError::Odd { url: url.to_owned(), detail })
    }
}

impl About {
    /// Adds what a response says and nothing before it has said.
    fn read(&mut self, response: &Response<Body>) {
        let of = |name: &str| text(response, name);
        let tag = of("x-linked-etag").or(of("etag")).map(str::to_owned);
        let digest = |tag: &String| {
            let tag = tag.trim_matches('"').to_ascii_lowercase();
            let is = tag.len() == 64 && tag.bytes().all(|byte| byte.is_ascii_hexdigit());
            is.then_some(tag)
        };
        // Only the hub's own word: a store's tags are of another kind.
        let sha256 = of("x-linked-etag").map(str::to_owned).as_ref().and_then(digest);
        let bytes = || match response.status() {
            StatusCode::OK => of("content-length")?.parse().ok(),
            StatusCode::PARTIAL_CONTENT => {
                of("content-range")?.rsplit_once('/').and_then(|(_, whole)| whole.parse().ok())
            }
            _ => of("x-linked-size")?.parse().ok(),
        };
        self.sha256 = self.sha256.take().or(sha256);
        self.tag = self.tag.take().or(tag);
        self.bytes = self.bytes.or_else(bytes);
        self.commit = self.commit.take().or_else(|| of("x-repo-commit").map(str::to_owned));
    }
}

/// How often something is tried before it is given up.
struct Tries {
    left: u32,
    wait: Duration,
}

impl Tries {
    fn new(backoff: Duration) -> Self {
        Self { left: TRIES, wait: backoff }
    }

    /// Waits before the next try, as long as the other side asks for; or gives up.
    fn again(&mut self, error: HubError, asked: Option<Duration>) -> Result<(), HubError> {
        let lasting = match &error {
            HubError::NotThere { .. } | HubError::Odd { .. } => true,
            HubError::Refused { status, .. } => *status != 408 && *status != 429 && *status < 500,
            _ => false,
        };
        if lasting || self.left == 0 {
            return Err(error);
        }
        self.left -= 1;
        let wait = asked.unwrap_or(self.wait).min(MAX_WAIT);
        eprintln!("zeroshot: {error}; trying again in {:.0} s", wait.as_secs_f64());
        sleep(wait);
        self.wait *= 2;
        Ok(())
    }
}

fn refusal(url: &str, status: StatusCode) -> HubError {
    let (url, status) = (url.to_owned(), status.as_u16());
    match status {
        401 | 403 | 404 => HubError::NotThere { url, status },
        _ => HubError::Refused { url, status },
    }
}

fn broken(url: &str, error: &dyn std::fmt::Display) -> HubError {
    HubError::Connection { url: url.to_owned(), detail: error.to_string() }
}

fn text<'a>(response: &'a Response<Body>, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

/// How long a response asks to wait, in seconds; a date is not looked at.
fn wait_asked_for(response: &Response<Body>) -> Option<Duration> {
    text(response, "retry-after")?.trim().parse().ok().map(Duration::from_secs)
}

/// Where the part of a file begins that a response brings.
fn range_start(response: &Response<Body>) -> Option<u64> {
    let range = text(response, "content-range")?.strip_prefix("bytes ")?;
    range.split_once('-')?.0.trim().parse().ok()
}

/// The address that a redirect from `at` leads to.
fn joined(at: &str, to: &str) -> Option<String> {
    if to.starts_with("https://") || to.starts_with("http://") {
        // Never from a safe connection to one that anybody can change.
        return (to.starts_with("https://") || at.starts_with("http://")).then(|| to.to_owned());
    }
    let (scheme, rest) = at.split_once("://")?;
    let host = rest.split('/').next()?;
    to.starts_with('/').then(|| format!("{scheme}://{host}{to}"))
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn redirects_lead_to_addresses_of_the_same_safety() {
        let at = "https://hub.example/a/b/resolve/main/c";
        assert_eq!(joined(at, "/x/c").as_deref(), Some("https://hub.example/x/c"));
        assert_eq!(joined(at, "https://cdn.example/c").as_deref(), Some("https://cdn.example/c"));
        assert_eq!(joined(at, "http://cdn.example/c"), None);
        assert_eq!(joined("http://localhost:1/c", "http://b/c").as_deref(), Some("http://b/c"));
        assert_eq!(joined(at, "file:///etc/passwd"), None);
        assert_eq!(joined(at, "c"), None);
    }
}
