//! A model on its way from the hub: how far it is, over breaks and pauses, and what is there afterwards.

use std::time::Duration;

use anyhow::{Context, Result};
use zeroshot_tests::hub::{Fault, Hub};
use zeroshot_tests::{Page, Site, Test, native};

use super::{
    REPO, TITLE, WEIGHTS, arrived, choose_type, continuation, hub_and_site, look_up, open, press,
    random, show, told, until_arrived, until_kept, until_ready, until_told,
};
use crate::tasks::flags;

#[test]
fn nobody_else_is_asked_before_a_model_is_chosen() -> Result<()> {
    let (hub, site) = hub_and_site()?;
    Test::new("models-privacy").run_on(&site, async |page| {
        open(page).await?;
        until_told(page, TITLE, "to fetch from the hub").await?;
        assert!(!continuation(page).await?.is_empty());
        page.reload().await?;
        assert_eq!(hub.asked(), []);
        show(page).await?;
        press(page, &format!("Get {TITLE}")).await?;
        until_ready(page, "Little, Q8_0").await?;
        assert!(!hub.asked().is_empty());
        Ok(())
    })
}

#[test]
fn a_model_of_the_list_comes_with_its_progress() -> Result<()> {
    let (hub, site) = hub_and_site()?;
    hub.slow_down(4_000_000);
    Test::new("models-list").run_on(&site, async |page| {
        open(page).await?;
        press(page, &format!("Get {TITLE}")).await?;
        until_arrived(page, 0.4).await?;
        // The rate is told after a second.
        until_told(page, TITLE, "MB a second").await?;
        let told = told(page, TITLE).await?;
        for part in [" of 9.8", "MB a second", "s left", "over the network"] {
            assert!(told.contains(part), "{part} is missing: {told}");
        }
        let head = page.text_of("return document.querySelector('header').innerText").await?;
        assert!(head.contains("Little: loading, "), "{head}");
        assert!(!continuation(page).await?.is_empty(), "the model in use goes on meanwhile");
        show(page).await?;
        until_ready(page, "Little, Q8_0").await?;
        until_told(page, TITLE, "In use").await?;
        until_kept(page, "Little, Q8_0").await?;
        assert_eq!(hub.sent(REPO, WEIGHTS), 9_658_312, "once, and as a whole");
        Ok(())
    })
}

/// The issue's own case: F32 weights that nobody has heard of, in eight bits, over two breaks, and the hub gone at the
/// next visit.
async fn by_its_name(page: &Page, hub: &Hub, repo: &str, bytes: u64) -> Result<()> {
    open(page).await?;
    look_up(page, repo).await?;
    until_told(page, repo, "to fetch from the hub").await?;
    for part in [3, 7] {
        hub.spoil(repo, WEIGHTS, Fault::CutAt(bytes * part / 10));
    }
    choose_type(page, repo, "Q8_0").await?;
    press(page, &format!("Get {repo}")).await?;
    until_ready(page, &format!("{repo}, Q8_0")).await?;
    until_kept(page, &format!("{repo}, Q8_0")).await
}

#[test]
fn a_model_by_its_name_comes_over_two_breaks_and_stays() -> Result<()> {
    let (hub, model) = (Hub::start()?, random()?);
    let (repo, bytes) = ("someone/random.f32", model.weights.len());
    hub.publish_model(repo, &model);
    let folder = std::env::temp_dir().join(format!("zeroshot-random-{}", std::process::id()));
    model.write(&folder)?;
    let site = Site::with_hub(&hub)?;
    let test = Test::new("models-name").patient().allows("ERR_CONTENT_LENGTH_MISMATCH");
    let outcome = test.allows("ERR_CONNECTION_REFUSED").run_on(&site, async |page| {
        by_its_name(page, &hub, repo, bytes).await?;
        let sent = hub.sent(repo, WEIGHTS);
        // Looking it up reads the header, and what is on the way when a connection breaks is lost.
        assert!(sent < bytes + bytes / 2, "{sent} bytes were sent of {bytes}");
        let resumed = hub.asked().iter().filter(|asked| asked.from > 0).count();
        assert!(resumed >= 2, "it went on in the middle: {:#?}", hub.asked());

        let first = continuation(page).await?;
        let mut flags = flags(page).await?;
        flags.push("--type=q8_0".to_owned());
        let expected = native::generate_with(&folder, &page.prompt().await?, &flags)?;
        assert_eq!(first.trim_end(), expected.trim_end());

        hub.go_down();
        page.reload().await?;
        until_ready(page, &format!("{repo}, Q8_0")).await?;
        assert_eq!(continuation(page).await?, first, "from the device it is the same model");
        assert_eq!(hub.sent(repo, WEIGHTS), sent);
        Ok(())
    });
    let _ = std::fs::remove_dir_all(&folder);
    outcome
}

#[test]
fn a_host_that_sends_whole_files_only_is_read_again_up_to_the_break() -> Result<()> {
    let (hub, site) = hub_and_site()?;
    hub.refuse_ranges();
    hub.spoil(REPO, WEIGHTS, Fault::CutAt(6_000_000));
    Test::new("models-whole").allows("ERR_CONTENT_LENGTH_MISMATCH").run_on(&site, async |page| {
        open(page).await?;
        press(page, &format!("Get {TITLE}")).await?;
        until_ready(page, "Little, Q8_0").await?;
        assert_eq!(hub.sent(REPO, WEIGHTS), 6_000_000 + 9_658_312);
        Ok(())
    })
}

#[test]
fn a_model_can_be_held_up_and_given_up_and_goes_on_where_it_was() -> Result<()> {
    let (hub, site) = hub_and_site()?;
    hub.slow_down(1_500_000);
    Test::new("models-pause").run_on(&site, async |page| {
        open(page).await?;
        press(page, &format!("Get {TITLE}")).await?;
        until_arrived(page, 0.3).await?;
        press(page, "Pause").await?;
        until_told(page, TITLE, "Paused. What has arrived is kept.").await?;
        // What was being read when it was told to.
        tokio::time::sleep(Duration::from_millis(500)).await;
        let before = arrived(page).await?;
        tokio::time::sleep(Duration::from_millis(1000)).await;
        assert_eq!(arrived(page).await?, before, "nothing comes");
        press(page, "Resume").await?;
        until_arrived(page, before + 0.05).await?;

        press(page, "Cancel").await?;
        until_told(page, TITLE, " are here").await?;
        let head = page.text_of("return document.querySelector('header').innerText").await?;
        assert!(head.contains("Zeroshot builtin, Q8_0: ready"), "{head}");
        let asked = hub.asked().len();
        hub.slow_down(0);
        press(page, &format!("Go on {TITLE}")).await?;
        until_ready(page, "Little, Q8_0").await?;
        let last =
            hub.asked()[asked..].iter().rfind(|asked| asked.file.ends_with(WEIGHTS)).cloned();
        let from = last.context("the weights were asked for")?.from;
        assert!(from > 1_000_000, "it went on from {from}");
        assert!(!continuation(page).await?.is_empty());
        assert_eq!(page.alert().await?, "");
        Ok(())
    })
}
