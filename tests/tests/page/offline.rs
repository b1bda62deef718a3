//! The page without the network, and from one version to the next; isolation where the host does not see to it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use zeroshot_tests::{Page, Role, Site, Test};

/// Waits until a version of the page is kept on the device as a whole.
pub async fn kept(page: &Page) -> Result<()> {
    let script = "const done = arguments[arguments.length - 1];
        caches.match(new URL('?complete', document.baseURI)).then(found => done(!!found));";
    page.until_async("the page is kept", script).await
}

/// What the model answers to a sentence.
async fn answer(page: &Page) -> Result<String> {
    page.fill("Text to translate", "The dog is sleeping.").await?;
    page.run().await?;
    page.answer().await
}

/// How often the page itself was asked for since requests were looked at last.
async fn loads(page: &Page, site: &Site) -> Result<usize> {
    Ok(page.requests().await?.iter().filter(|url| **url == site.url()).count())
}

async fn is_isolated(page: &Page) -> Result<bool> {
    Ok(page.js("return crossOriginIsolated", Vec::new()).await? == true)
}

#[test]
fn the_page_works_without_its_server() -> Result<()> {
    let site = Site::built()?;
    // What the page asks of its host each time, because it may have changed.
    Test::new("offline").allows("ERR_CONNECTION_REFUSED").run_on(&site, async |page| {
        page.open().await?;
        let online = answer(page).await?;
        kept(page).await?;
        site.go_down();
        page.open().await?;
        assert_eq!(answer(page).await?, online);
        assert!(is_isolated(page).await?);
        // A file that the first visit had no use for.
        page.js("location.hash = '#/lessons/few-shot'", Vec::new()).await?;
        page.until(
            "the lesson is there",
            "return document.querySelector('main h2')?.innerText.length > 0",
        )
        .await?;
        assert_eq!(page.alert().await?, "");
        Ok(())
    })
}

#[test]
fn a_lesson_that_is_put_on_the_server_is_there_at_the_next_visit() -> Result<()> {
    let site = Site::rebuilt(|_| Ok(()))?;
    let lesson = "lessons/next-token.json";
    Test::new("lesson-offered").allows("ERR_CONNECTION_REFUSED").run_on(&site, async |page| {
        page.open().await?;
        kept(page).await?;
        site.change(|folder| {
            let mut json: Value = serde_json::from_slice(&fs::read(folder.join(lesson))?)?;
            json["title"]["en"] = json!("A title of the teacher's");
            Ok(fs::write(folder.join(lesson), json.to_string())?)
        })?;
        let listed =
            "return document.querySelector('main')?.innerText.includes('A title of the teacher')";
        for _ in 0..2 {
            page.open().await?;
            page.js("location.hash = '#/lessons'", Vec::new()).await?;
            page.until("the lesson is listed as it is now", listed).await?;
            site.go_down();
        }
        Ok(())
    })
}

/// Marks the page, and another of its files, as of a version.
fn mark(folder: &Path, version: &str) -> Result<()> {
    let page = folder.join("index.html");
    let html = fs::read_to_string(&page)?;
    let (_, rest) = html.split_once("<html lang=\"en\"").context("index.html begins so")?;
    let (_, rest) = rest.split_once('>').context("a tag ends")?;
    fs::write(
        &page,
        format!("<!doctype html><html lang=\"en\" data-version=\"{version}\">{rest}"),
    )?;
    Ok(fs::write(folder.join("version.txt"), version)?)
}

/// The versions of the page that is open, and of another file that it would get now.
async fn versions(page: &Page) -> Result<(Value, Value)> {
    let script = "const done = arguments[arguments.length - 1];
        fetch('version.txt').then(reply => reply.text())
            .then(text => done([document.documentElement.dataset.version, text]));";
    let versions = page.js_async(script).await?;
    Ok((versions[0].clone(), versions[1].clone()))
}

#[test]
fn an_update_comes_as_a_whole_when_no_other_tab_is_open() -> Result<()> {
    let site = Site::rebuilt(|folder| mark(folder, "one"))?;
    let (one, two) = ((json!("one"), json!("one")), (json!("two"), json!("two")));
    // Which tab is open counts here to the moment, so no other test takes the processor meanwhile.
    Test::new("update").allows("ERR_CONNECTION_REFUSED").alone().run_on(&site, async |page| {
        page.open().await?;
        kept(page).await?;
        site.update(|folder| mark(folder, "two"))?;

        page.reload().await?;
        assert_eq!(versions(page).await?, one, "the old version, until the new one is complete");
        let first = page.tab().await?;
        page.until_async(
            "the new version waits",
            "const done = arguments[arguments.length - 1];
             navigator.serviceWorker.ready.then(found => done(found.waiting !== null));",
        )
        .await?;

        let second = page.new_tab().await?;
        page.open().await?;
        assert_eq!(versions(page).await?, one, "in a second tab, as the first has it open");
        page.switch_to(&first).await?;
        assert_eq!(versions(page).await?, one, "and what was open stays of one version");
        page.switch_to(&second).await?;
        page.close_tab().await?;
        page.switch_to(&first).await?;

        // A tab that was closed is still there for a moment.
        for _ in 0..10 {
            if versions(page).await.is_ok_and(|found| found == two) {
                break;
            }
            // The page loads itself anew when the new version takes over; the driver may wait in vain then for the
            // load that it asked for itself. What counts is what is there in the end.
            let _ = page.reload().await;
        }
        page.ready().await?;
        assert_eq!(versions(page).await?, two);
        site.go_down();
        page.reload().await?;
        assert_eq!(versions(page).await?, two, "which is kept as the old one was");
        assert!(!answer(page).await?.is_empty());
        let caches = page.js_async("caches.keys().then(arguments[arguments.length - 1])").await?;
        let pages = caches.as_array().into_iter().flatten().filter_map(Value::as_str);
        assert_eq!(pages.filter(|name| name.starts_with("zeroshot page")).count(), 1, "{caches}");
        Ok(())
    })
}

#[test]
fn a_host_without_isolation_headers_takes_one_reload() -> Result<()> {
    let site = Site::plain()?;
    Test::new("isolation").run_on(&site, async |page| {
        page.open().await?;
        page.until("the page is isolated", "return crossOriginIsolated").await?;
        page.ready().await?;
        assert_eq!(loads(page, &site).await?, 2, "once, and once more");
        assert!(!answer(page).await?.is_empty());
        kept(page).await?;
        page.open().await?;
        assert!(is_isolated(page).await?);
        assert_eq!(loads(page, &site).await?, 1, "the next visit is isolated at once");
        Ok(())
    })
}

#[test]
fn what_cannot_be_isolated_is_not_reloaded_again_and_again() -> Result<()> {
    let site = Site::plain_changed(|folder| {
        let path = folder.join("service-worker.js");
        let script = fs::read_to_string(&path)?;
        Ok(fs::write(path, script.replace("Cross-Origin-", "X-Cross-Origin-"))?)
    })?;
    Test::new("not-isolated").run_on(&site, async |page| {
        for _ in 0..2 {
            page.open().await?;
            kept(page).await?;
        }
        page.until("a service worker is there", "return !!navigator.serviceWorker.controller")
            .await?;
        page.ready().await?;
        assert!(!is_isolated(page).await?);
        assert_eq!(loads(page, &site).await?, 3, "two visits, and one try");
        assert!(!answer(page).await?.is_empty());
        Ok(())
    })
}

#[test]
fn a_page_in_use_is_not_reloaded() -> Result<()> {
    let site = Site::plain()?;
    Test::new("in-use").run_on(&site, async |page| {
        let source = "addEventListener('DOMContentLoaded', () =>
            document.dispatchEvent(new KeyboardEvent('keydown', {key: 'a'})))";
        page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({"source": source})).await?;
        page.open().await?;
        page.fill("Text to translate", "Keep this.").await?;
        page.until("a service worker is there", "return !!navigator.serviceWorker.controller")
            .await?;
        kept(page).await?;
        assert_eq!(page.value("Text to translate").await?, "Keep this.");
        assert_eq!(loads(page, &site).await?, 1);
        Ok(())
    })
}

#[test]
fn a_browser_without_service_workers_is_told_nothing() -> Result<()> {
    Test::new("no-service-workers").run(async |page| {
        let source = "Object.defineProperty(Navigator.prototype, 'serviceWorker',
            {get() { throw new DOMException('not here', 'SecurityError'); }});";
        page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({"source": source})).await?;
        page.open().await?;
        assert!(!answer(page).await?.is_empty());
        assert_eq!(page.alert().await?, "");
        assert!(page.offers(Role::Button, "Run").await?);
        Ok(())
    })
}

#[test]
fn the_page_can_be_installed() -> Result<()> {
    Test::new("install").run(async |page| {
        page.open().await?;
        kept(page).await?;
        let manifest = page.cdp("Page.getAppManifest", json!({})).await?;
        assert_eq!(manifest["errors"], json!([]), "{manifest}");
        let data: Value = serde_json::from_str(manifest["data"].as_str().unwrap_or_default())?;
        assert_eq!(data["name"], "Zeroshot");
        for icon in data["icons"].as_array().into_iter().flatten() {
            let script = format!(
                "const done = arguments[arguments.length - 1];
                 const image = new Image();
                 image.onload = () => done([image.naturalWidth, image.naturalHeight]);
                 image.onerror = () => done('not an image');
                 image.src = {};",
                icon["src"]
            );
            let (size, image) = (&icon["sizes"], page.js_async(&script).await?);
            assert!(
                size == "any" || size == &json!(format!("{}x{}", image[0], image[1])),
                "{icon}"
            );
        }
        let errors = page.cdp("Page.getInstallabilityErrors", json!({})).await?;
        assert_eq!(errors["installabilityErrors"], json!([]));
        Ok(())
    })
}
