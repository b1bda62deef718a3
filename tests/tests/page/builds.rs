//! The worker's builds: the best one runs, any can be named, all write the same, and one that does not start gives way
//! to the next without a word.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::json;
use zeroshot_tests::{Page, Role, Site, Test};

/// All builds, the best first.
const BUILDS: [&str; 3] = ["threads", "relaxed", "simd"];

/// Those that the page was built with.
async fn offered(page: &Page) -> Result<Vec<&'static str>> {
    let html = page.text_of("return document.documentElement.outerHTML").await?;
    let has = |build: &&str| html.contains(&format!("\"./zeroshot-worker-{build}-"));
    Ok(BUILDS.into_iter().filter(has).collect())
}

/// The builds whose scripts were fetched since this was last asked.
async fn fetched(page: &Page) -> Result<Vec<&'static str>> {
    let requests = page.requests().await?;
    let is = |build: &&str| {
        let script = format!("zeroshot-worker-{build}-");
        requests.iter().any(|url| url.contains(&script) && url.ends_with(".js"))
    };
    Ok(BUILDS.into_iter().filter(is).collect())
}

/// What the model writes to one and the same text.
async fn writes(page: &Page) -> Result<String> {
    page.press(Role::Choice, "Translate").await?;
    page.fill("Text to translate", "My brother reads a book.").await?;
    page.run().await?;
    page.generated().await
}

/// How many workers of the page there are: its own, and those of that one.
async fn workers(page: &Page) -> Result<usize> {
    // Without a filter, threads are not told.
    let targets = page.cdp("Target.getTargets", json!({"filter": [{}]})).await?;
    let targets = targets["targetInfos"].as_array().context("targets")?;
    Ok(targets.iter().filter(|target| target["type"] == "worker").count())
}

#[test]
fn the_best_build_runs_and_every_build_writes_the_same() -> Result<()> {
    Test::new("builds").run(async |page| {
        page.open().await?;
        let offered = offered(page).await?;
        let best = *offered.first().context("the page has a worker")?;
        assert_eq!(fetched(page).await?, [best]);
        if best == "threads" {
            // As many as web::threads says.
            let processors = page.js("return navigator.hardwareConcurrency", Vec::new()).await?;
            let processors = usize::try_from(processors.as_u64().unwrap_or(1))?;
            let threads = if processors == 1 { 1 } else { (processors / 2).clamp(2, 4) };
            let start = Instant::now();
            while workers(page).await? < threads && start.elapsed() < Duration::from_secs(20) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            assert_eq!(workers(page).await?, threads, "one that does not work ends itself");
        }
        let written = writes(page).await?;
        assert!(!written.trim().is_empty());
        for build in &offered[1..] {
            page.open_at(&format!("?worker={build}")).await?;
            assert_eq!(fetched(page).await?, [*build]);
            assert_eq!(writes(page).await?, written, "{build}");
        }
        Ok(())
    })
}

#[test]
fn a_build_that_does_not_start_gives_way_to_the_next() -> Result<()> {
    let site = Site::changed(|folder| {
        let mut programs = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let name = entry?.file_name().to_string_lossy().into_owned();
            if name.starts_with("zeroshot-worker-") && name.ends_with(".wasm") {
                programs.push(name);
            }
        }
        // All but the one for every browser.
        for name in programs.iter().filter(|name| !name.contains("-simd-")) {
            std::fs::write(folder.join(name), "damaged")?;
        }
        Ok(())
    })?;
    Test::new("builds_fall_back").run_on(&site, async |page| {
        page.open().await?;
        assert_eq!(fetched(page).await?, offered(page).await?, "one after the other");
        assert!(!writes(page).await?.trim().is_empty());
        assert_eq!(page.alert().await?, "");
        Ok(())
    })
}
