//! What is kept on the device: used without any network, deleted, found damaged, without room, and by two tabs.

use std::fs;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use zeroshot_tests::{Page, Role, Test};

use super::{
    REPO, TITLE, WEIGHTS, continuation, hub_and_changed_site, hub_and_site, open, press, show,
    until_arrived, until_kept, until_ready, until_told,
};
use crate::offline;

/// How the model is called among those that are kept.
const KEPT: &str = "Little, Q8_0";

/// Fetches the model, and waits until it is used and kept.
async fn get(page: &Page) -> Result<()> {
    open(page).await?;
    press(page, &format!("Get {TITLE}")).await?;
    until_ready(page, KEPT).await?;
    until_kept(page, KEPT).await
}

/// The names and lengths of the kept files.
async fn files(page: &Page) -> Result<Vec<Value>> {
    let script = "const done = arguments[arguments.length - 1];
        (async () => {
            const found = [];
            const root = await navigator.storage.getDirectory();
            for await (const [folder, inside] of root)
                for await (const [name, file] of inside)
                    if (name.endsWith('.gguf')) found.push((await file.getFile()).size);
            return found;
        })().then(done, error => done(`${error}`));";
    page.js_async(script).await?.as_array().cloned().context("the files can be listed")
}

#[test]
fn a_kept_model_works_in_flight_mode_and_can_be_deleted() -> Result<()> {
    let (hub, site) = hub_and_site()?;
    Test::new("models-flight").allows("ERR_CONNECTION_REFUSED").run_on(&site, async |page| {
        get(page).await?;
        let first = continuation(page).await?;
        let sent = hub.sent(REPO, WEIGHTS);
        offline::kept(page).await?;
        hub.go_down();
        site.go_down();
        page.reload().await?;
        until_ready(page, KEPT).await?;
        assert_eq!(continuation(page).await?, first);
        assert_eq!(hub.sent(REPO, WEIGHTS), sent);

        show(page).await?;
        until_told(page, KEPT, "last used").await?;
        assert_eq!(files(page).await?.len(), 1);
        press(page, &format!("Delete {TITLE}")).await?;
        press(page, &format!("Keep {TITLE}")).await?;
        press(page, &format!("Delete {TITLE}")).await?;
        press(page, &format!("Yes, delete {TITLE}")).await?;
        page.until(
            "nothing is kept",
            "return document.querySelector('main').innerText.includes('No model is kept yet.')",
        )
        .await?;
        assert_eq!(files(page).await?, Vec::<Value>::new());
        assert_eq!(continuation(page).await?, first, "the model in use goes on");
        page.reload().await?;
        until_ready(page, "Zeroshot builtin, Q8_0").await
    })
}

/// Chromium's reads by a handle fail now and then where another tab has just read the same file.
#[test]
fn a_kept_model_is_asked_for_where_its_handle_fails() -> Result<()> {
    const FAILS: &str = "FileSystemSyncAccessHandle.prototype.read = () => {
        caches.open('failed reads');
        throw new DOMException('', 'InvalidStateError');
    };\n";
    let (hub, site) = hub_and_changed_site(|folder| {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with("zeroshot-worker-") && name.ends_with(".js") {
                fs::write(&path, FAILS.to_owned() + &fs::read_to_string(&path)?)?;
            }
        }
        Ok(())
    })?;
    Test::new("models-handle").run_on(&site, async |page| {
        get(page).await?;
        let (first, sent) = (continuation(page).await?, hub.sent(REPO, WEIGHTS));
        let failed = "const done = arguments[0]; caches.has('failed reads').then(done);";
        assert_eq!(page.js_async(failed).await?, false);
        page.reload().await?;
        until_ready(page, KEPT).await?;
        assert_eq!(page.js_async(failed).await?, true);
        assert_eq!(continuation(page).await?, first);
        assert_eq!(hub.sent(REPO, WEIGHTS), sent, "it comes from the device");
        Ok(())
    })
}

#[test]
fn a_damaged_kept_model_is_found_and_fetched_again() -> Result<()> {
    let (hub, site) = hub_and_site()?;
    Test::new("models-damaged").run_on(&site, async |page| {
        get(page).await?;
        let first = continuation(page).await?;
        let damage = "const done = arguments[arguments.length - 1];
            (async () => {
                const root = await navigator.storage.getDirectory();
                for await (const [folder, inside] of root)
                    for await (const [name, handle] of inside)
                        if (name.endsWith('.gguf')) {
                            const file = await handle.getFile(), position = file.size >> 1;
                            const [byte] = new Uint8Array(await file.slice(position, position + 1).arrayBuffer());
                            const writable = await handle.createWritable({keepExistingData: true});
                            await writable.write({type: 'write', position, data: new Uint8Array([byte ^ 1])});
                            await writable.close();
                            return true;
                        }
                return 'no file';
            })().then(done, error => done(`${error}`));";
        assert_eq!(page.js_async(damage).await?, true);
        page.reload().await?;
        until_ready(page, "Zeroshot builtin, Q8_0").await?;
        show(page).await?;
        until_told(page, TITLE, "What was kept of it was damaged and has been deleted.").await?;
        let before = hub.sent(REPO, WEIGHTS);
        press(page, &format!("Get {TITLE}")).await?;
        until_ready(page, KEPT).await?;
        assert_eq!(hub.sent(REPO, WEIGHTS), before + 9_658_312, "it was fetched again, after a click");
        assert_eq!(continuation(page).await?, first);
        until_kept(page, KEPT).await?;
        page.reload().await?;
        until_ready(page, KEPT).await
    })
}

#[test]
fn a_page_that_is_closed_before_all_is_kept_goes_on_from_what_is() -> Result<()> {
    let (hub, site) = hub_and_site()?;
    Test::new("models-closed").run_on(&site, async |page| {
        open(page).await?;
        press(page, &format!("Get {TITLE}")).await?;
        until_ready(page, KEPT).await?;
        // Whether all of it was kept by then is a matter of luck.
        page.reload().await?;
        show(page).await?;
        let script =
            "return document.querySelector('header').innerText.includes('Little, Q8_0: ready')
            || [...document.querySelectorAll('button')].some(b => b.innerText.startsWith('Go on'))";
        page.until("it is used again, or can go on", script).await?;
        if page.offers(Role::Button, &format!("Go on {TITLE}")).await? {
            press(page, &format!("Go on {TITLE}")).await?;
        }
        until_ready(page, KEPT).await?;
        until_kept(page, KEPT).await?;
        let first = continuation(page).await?;
        hub.go_down();
        page.reload().await?;
        until_ready(page, KEPT).await?;
        assert_eq!(continuation(page).await?, first);
        Ok(())
    })
}

#[test]
fn without_room_a_model_works_until_the_page_is_closed() -> Result<()> {
    let (_hub, site) = hub_and_site()?;
    Test::new("models-no-room").run_on(&site, async |page| {
        open(page).await?;
        let origin = site.url();
        let quota = json!({"origin": origin.trim_end_matches('/'), "quotaSize": 2_000_000});
        page.cdp("Storage.overrideQuotaForOrigin", quota).await?;
        press(page, &format!("Get {TITLE}")).await?;
        until_ready(page, KEPT).await?;
        // With the room that the browser says it has, where it says so.
        let said =
            "return /The model in use takes 5.75 MB, .* room .*: it works until you close the page/
            .test(document.querySelector('main').innerText)";
        if let Err(error) = page.until("it is not kept", said).await {
            let kept = "return document.querySelector('[aria-labelledby=kept]').innerText";
            anyhow::bail!("{error}; the page says {:?}", page.text_of(kept).await?);
        }
        assert!(!continuation(page).await?.is_empty());
        assert_eq!(files(page).await?, Vec::<Value>::new(), "no half of it stays behind");
        Ok(())
    })
}

#[test]
fn two_tabs_that_fetch_one_model_keep_one_that_is_sound() -> Result<()> {
    let (hub, site) = hub_and_site()?;
    hub.slow_down(200_000);
    Test::new("models-tabs").run_on(&site, async |page| {
        open(page).await?;
        press(page, &format!("Get {TITLE}")).await?;
        until_arrived(page, 0.1).await?;
        let first = page.tab().await?;
        let second = page.new_tab().await?;
        open(page).await?;
        until_told(page, TITLE, " to fetch from the hub").await?;
        let action = match page.offers(Role::Button, &format!("Get {TITLE}")).await? {
            true => "Get",
            false => "Go on",
        };
        press(page, &format!("{action} {TITLE}")).await?;
        hub.slow_down(0);
        until_ready(page, KEPT).await?;
        let written = continuation(page).await?;
        page.switch_to(&first).await?;
        until_ready(page, KEPT).await?;
        assert_eq!(continuation(page).await?, written);
        show(page).await?;
        until_kept(page, KEPT).await?;
        assert_eq!(files(page).await?.len(), 1);

        hub.go_down();
        for tab in [&first, &second] {
            page.switch_to(tab).await?;
            page.reload().await?;
            until_ready(page, KEPT).await?;
            assert_eq!(continuation(page).await?, written);
        }
        Ok(())
    })
}
