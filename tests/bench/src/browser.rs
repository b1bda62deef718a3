//! One engine in one Chromium: load, prompts of two sizes, decoding at two depths, memory, and the
//! second visit.

use std::path::PathBuf;

use anyhow::{Context, Result};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use xtask::{server::Server, tools};
use zeroshot_tests::{Driver, FLAGS};

use crate::cases::{Case, Engine};
use crate::files::Site;
use crate::measurement::Figures;

/// Tokens that are decoded to measure the speed of it.
const DECODED: u32 = 64;

/// A Chromium with a new profile.
pub struct Session {
    client: Client,
    _driver: Driver,
}

impl Session {
    /// Starts one.
    pub async fn start(browser: &tools::Browser) -> Result<Self> {
        let (driver, url) = Driver::start(browser)?;
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": {"binary": browser.browser, "args": FLAGS},
            "timeouts": {"pageLoad": 600_000, "script": 600_000},
        });
        let capabilities = capabilities.as_object().cloned().unwrap_or_default();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        let client = builder.capabilities(capabilities).connect(&url).await;
        Ok(Self { client: client.context("Chromium could not be started")?, _driver: driver })
    }

    /// Opens an address.
    pub async fn open(&self, url: &str) -> Result<()> {
        Ok(self.client.goto(url).await?)
    }

    /// What a promise of the page comes to.
    pub async fn value(&self, promise: &str) -> Result<Value> {
        let script = format!(
            "const done = arguments[0];
            (async () => ({promise}))().then(value => done({{value}}), error => done({{error: String(error)}}));"
        );
        let answer = self.client.execute_async(&script, Vec::new()).await?;
        match answer.get("error") {
            Some(error) => anyhow::bail!("{error}"),
            None => Ok(answer["value"].clone()),
        }
    }

    /// Ends it.
    pub async fn end(self) {
        // A browser that is gone already fails to close, and the driver's end ends it anyway.
        let _ = self.client.close().await;
    }
}

/// Runs something asynchronous to its end.
pub fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

/// One turn of an engine.
pub fn measure(browser: &tools::Browser, case: &Case, site: &Site) -> Result<Figures> {
    let server = Server::start(site.folder(), 0)?;
    let url = format!("{}{}.html?{}", server.url(), case.engine.name(), setting(case, site)?);
    block_on(async {
        let session = Session::start(browser).await?;
        let figures = turn(&session, &url).await;
        session.end().await;
        figures
    })
}

async fn turn(session: &Session, url: &str) -> Result<Figures> {
    let mut figures = Figures::new();
    session.open(url).await?;
    let loaded = milliseconds(&session.value("await bench.loaded").await?)?;
    let run = async |size: u32, count: u32| {
        let times = session.value(&format!("await bench.run({size}, {count})")).await?;
        Ok::<_, anyhow::Error>((milliseconds(&times["first"])?, milliseconds(&times["rest"])?))
    };
    figures.push(("load_s", loaded / 1e3));
    figures.push(("first_token_s", (loaded + run(16, 1).await?.0) / 1e3));
    // What is put on the device after the load would share the processor with the rest.
    session.value("await bench.kept").await?;
    for (name, size) in [("prefill_64", 64), ("prefill_512", 512)] {
        figures.push((name, f64::from(size) / run(size, 1).await?.0 * 1e3));
    }
    for (name, size) in [("decode_64", 64), ("decode_900", 900)] {
        figures.push((name, f64::from(DECODED) / run(size, DECODED + 1).await?.1 * 1e3));
    }
    if let Some(bytes) = peak_of_renderers() {
        figures.push(("peak_mb", bytes as f64 / 1e6));
    }
    session.open("about:blank").await?;
    session.open(url).await?;
    figures.push(("reload_s", milliseconds(&session.value("await bench.loaded").await?)? / 1e3));
    Ok(figures)
}

fn milliseconds(value: &Value) -> Result<f64> {
    value.as_f64().with_context(|| format!("{value} is no time"))
}

/// What the engine's page is told.
fn setting(case: &Case, site: &Site) -> Result<String> {
    let (model, threads) = (site.model(case), case.threads);
    let setting = match case.engine {
        Engine::Wllama => json!({"model": format!("models/{model}"), "threads": threads}),
        Engine::TransformersJs => json!({"model": model, "dtype": case.kind, "threads": threads}),
        _ => json!({
            "worker": site.worker(threads)?,
            "threads": (threads > 1).then_some(threads),
            "model": {
                "place": {"at": "site", "folder": "/models/"},
                "config": "", "tokenizer": "", "weights": model, "bytes": 0, "sha256": "",
                "keep": "bench",
            },
        }),
    };
    let bytes = setting.to_string().into_bytes();
    Ok(bytes.iter().map(|byte| format!("%{byte:02X}")).collect())
}

/// The most memory that any renderer below this program has had, where the system tells.
fn peak_of_renderers() -> Option<u64> {
    let own = std::process::id();
    let processes = std::fs::read_dir("/proc").ok()?.flatten().map(|entry| entry.path());
    let renderers = processes.filter(|path| {
        std::fs::read(path.join("cmdline"))
            .is_ok_and(|line| String::from_utf8_lossy(&line).contains("--type=renderer"))
            && descends_from(path.clone(), own)
    });
    renderers.filter_map(|path| Some(1024 * status(&path, "VmHWM:")?)).max()
}

fn descends_from(mut path: PathBuf, ancestor: u32) -> bool {
    while let Some(parent) = status(&path, "PPid:").filter(|&parent| parent > 1) {
        if parent == u64::from(ancestor) {
            return true;
        }
        path = PathBuf::from(format!("/proc/{parent}"));
    }
    false
}

/// The number behind a name in a process's status.
fn status(process: &std::path::Path, name: &str) -> Option<u64> {
    let text = std::fs::read_to_string(process.join("status")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}
