//! The page as a visitor meets it: from following the link to the first word of its own model,
//! with an empty profile, with a thin network, and at the second visit.

use anyhow::{Context, Result};
use xtask::{server::Server, tools};

use crate::browser::{Session, block_on};
use crate::files::Site;
use crate::measurement::Figures;
use crate::throttle::Throttle;

/// Presses Run as soon as it can be pressed, and waits until the model has written something. The
/// answer that was recorded goes when a run begins. Seconds since the visitor followed the link.
const FIRST_WORD: &str = "await new Promise((resolve, reject) => {
    const output = () => document.querySelector('output')?.textContent ?? '';
    let stage = 'waiting';
    const look = setInterval(() => {
        if (stage === 'waiting') {
            const isRun = button => button.textContent === 'Run' && !button.disabled;
            const run = [...document.querySelectorAll('.run-bar button')].find(isRun);
            if (run) { run.click(); stage = 'begun'; }
        } else if (stage === 'begun') {
            if (output() === '') stage = 'reading';
        } else if (output() !== '') {
            clearInterval(look);
            resolve(performance.now() / 1000);
        }
        if (performance.now() > 60000) { clearInterval(look); reject(`still ${stage}`); }
    }, 4);
})";

/// Waits until the service worker has put the page on the device: until then the first visit is not
/// over, and a second one shares the processor with it.
const KEPT: &str = "await new Promise(async (resolve) => {
    await navigator.serviceWorker.ready;
    const files = async () => {
        const names = await caches.keys();
        const of = async name => (await (await caches.open(name)).keys()).length;
        return (await Promise.all(names.map(of))).reduce((all, some) => all + some, 0);
    };
    let before = -1;
    const look = async () => {
        const now = await files();
        if (now > 0 && now === before) return resolve();
        before = now;
        setTimeout(look, 500);
    };
    look();
})";

/// One visit of each kind.
pub fn measure(browser: &tools::Browser, site: &Site) -> Result<Figures> {
    let server = Server::start(&site.folder().join("page"), 0)?;
    let throttle = Throttle::before(&server)?;
    block_on(async {
        let mut figures = Figures::new();
        let session = Session::start(browser).await?;
        figures.push(("visit_s", first_word(&session, &server.url()).await?));
        session.value(KEPT).await?;
        session.open("about:blank").await?;
        figures.push(("revisit_s", first_word(&session, &server.url()).await?));
        session.end().await;
        let session = Session::start(browser).await?;
        figures.push(("visit_50mbit_s", first_word(&session, &throttle.url()).await?));
        session.end().await;
        Ok(figures)
    })
}

async fn first_word(session: &Session, url: &str) -> Result<f64> {
    session.open(url).await?;
    session.value(FIRST_WORD).await?.as_f64().context("no time")
}
