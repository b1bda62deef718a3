//! One test from start to end: browser, page, the test itself, what must hold in every test, and the traces of a
//! failure.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::PathBuf;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use fantoccini::{Client, ClientBuilder};
use futures_util::FutureExt;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use xtask::{project, tools};

use crate::driver::{Driver, FLAGS};
use crate::elsewhere::Elsewhere;
use crate::{Page, Site};

/// Held by every test for reading, and by one that measures time for writing: it has the machine to itself.
static MACHINE: RwLock<()> = RwLock::new(());

/// What a test wants besides: room for several browsers at once, and a page of one size.
const MORE_FLAGS: [&str; 2] = ["--disable-dev-shm-usage", "--window-size=1280,900"];

/// How a test is run.
pub struct Test {
    name: &'static str,
    languages: &'static str,
    allowed: Vec<&'static str>,
    alone: bool,
    limit: Duration,
}

impl Test {
    /// A test by its name, which also names the traces of its failure.
    pub fn new(name: &'static str) -> Self {
        let limit = Duration::from_secs(60);
        Self { name, languages: "en-US", allowed: Vec::new(), alone: false, limit }
    }

    /// The visitor's languages, in place of English.
    pub fn languages(self, languages: &'static str) -> Self {
        Self { languages, ..self }
    }

    /// Console errors that contain `text` belong to the test.
    pub fn allows(mut self, text: &'static str) -> Self {
        self.allowed.push(text);
        self
    }

    /// The test measures time, so no other runs beside it.
    pub fn alone(self) -> Self {
        Self { alone: true, ..self }
    }

    /// What the test waits for may take ten minutes, in place of one.
    pub fn patient(self) -> Self {
        Self { limit: Duration::from_secs(600), ..self }
    }

    /// Runs `test` on the built page.
    pub fn run(self, test: impl AsyncFnOnce(&Page) -> Result<()>) -> Result<()> {
        self.run_on(&Site::built()?, test)
    }

    /// Runs `test` on `site`.
    ///
    /// In every test, no error may appear on the console and no request may leave the page's origin.
    pub fn run_on(self, site: &Site, test: impl AsyncFnOnce(&Page) -> Result<()>) -> Result<()> {
        let (_shared, _alone) = if self.alone {
            (None, Some(MACHINE.write().unwrap_or_else(PoisonError::into_inner)))
        } else {
            (Some(MACHINE.read().unwrap_or_else(PoisonError::into_inner)), None)
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let browser = tools::find_browser()?;
            let (_driver, url) = Driver::start(&browser)?;
            let elsewhere = Elsewhere::start()?;
            let client = self.connect(&url, &browser, elsewhere.flag()).await?;
            let page = Page::new(client.clone(), site.url(), self.limit);
            let outcome = AssertUnwindSafe(async {
                test(&page).await?;
                self.check(&page, &elsewhere).await
            });
            let outcome = outcome.catch_unwind().await;
            if !matches!(outcome, Ok(Ok(()))) {
                self.trace(&page).await;
            }
            // A browser that is gone already fails to close, and the driver's end ends it anyway.
            let _ = client.close().await;
            outcome.unwrap_or_else(|panic| resume_unwind(panic))
        })
    }

    async fn connect(&self, url: &str, browser: &tools::Browser, proxy: String) -> Result<Client> {
        let mut flags: Vec<String> =
            FLAGS.iter().chain(&MORE_FLAGS).map(|&flag| flag.to_owned()).collect();
        flags.push(proxy);
        flags.push(format!("--accept-lang={}", self.languages));
        let capabilities = json!({
            "browserName": "chrome",
            // ChromeDriver makes a new profile for every session, and removes it.
            "goog:chromeOptions": {"binary": browser.browser, "args": flags},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
            "timeouts": {"pageLoad": 60_000, "script": 60_000},
        });
        let capabilities = capabilities.as_object().cloned().unwrap_or_default();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder
            .capabilities(capabilities)
            .connect(url)
            .await
            .context("Chromium could not be started")
    }

    /// What must hold in every test.
    async fn check(&self, page: &Page, elsewhere: &Elsewhere) -> Result<()> {
        let errors = page.console_errors().await?;
        let unexpected: Vec<_> = errors
            .iter()
            .filter(|error| !self.allowed.iter().any(|allowed| error.contains(allowed)))
            .collect();
        ensure!(unexpected.is_empty(), "errors on the console: {unexpected:#?}");
        let mut strangers = page.requests_elsewhere().await?;
        strangers.extend(elsewhere.asked());
        ensure!(strangers.is_empty(), "requests that leave the page's origin: {strangers:#?}");
        Ok(())
    }

    /// Leaves a picture of the page where it can be looked at.
    async fn trace(&self, page: &Page) {
        let folder: PathBuf = project::root().join("target/browser-tests");
        let picture = folder.join(format!("{}.png", self.name));
        let kept = match page.screenshot().await {
            Ok(png) => std::fs::create_dir_all(&folder)
                .and_then(|()| std::fs::write(&picture, png))
                .is_ok(),
            Err(_) => false,
        };
        if kept {
            eprintln!("{}: the page as it was then is in {}", self.name, picture.display());
        }
        if let Ok(errors) = page.console_errors().await {
            eprintln!("{}: errors on the console: {errors:#?}", self.name);
        }
    }
}
