//! A page whose model is broken, and a browser that cannot run it: each has its sentence.

use std::fs::{self, File};

use anyhow::{Context, Result};
use serde_json::json;
use zeroshot_tests::{Page, Role, Site, Test};

const MODEL: &str = "models/builtin/model.gguf";

/// Waits for a sentence that contains `part`, with what was typed still there.
async fn sentence(page: &Page, part: &str) -> Result<()> {
    page.open_without_model().await?;
    page.until("the page is there", "return document.querySelector('textarea') !== null").await?;
    page.fill("Text to translate", "Keep this.").await?;
    let found = format!(
        "return [...document.querySelectorAll('[role=alert]')].some(alert => alert.innerText.includes({}))",
        json!(part)
    );
    if let Err(error) = page.until(part, &found).await {
        anyhow::bail!("{error}; the page says {:?}", page.alert().await?);
    }
    assert_eq!(page.value("Text to translate").await?, "Keep this.");
    page.press(Role::Button, "Run").await?;
    assert!(!page.alert().await?.is_empty(), "Run says why there is no answer");
    Ok(())
}

#[test]
fn a_truncated_model_is_named_with_its_sizes() -> Result<()> {
    let site = Site::changed(|folder| {
        let file = File::options().write(true).open(folder.join(MODEL))?;
        Ok(file.set_len(file.metadata()?.len() / 2)?)
    })?;
    Test::new("truncated").run_on(&site, async |page| {
        sentence(page, "The model's file model.gguf arrived with ").await
    })
}

#[test]
fn a_damaged_model_is_named() -> Result<()> {
    let site = Site::changed(|folder| {
        let mut bytes = fs::read(folder.join(MODEL))?;
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        Ok(fs::write(folder.join(MODEL), bytes)?)
    })?;
    Test::new("damaged").run_on(&site, async |page| {
        sentence(page, "is not the one that this page was made with").await
    })
}

#[test]
fn a_missing_model_is_named() -> Result<()> {
    let site = Site::changed(|folder| Ok(fs::remove_dir_all(folder.join("models"))?))?;
    Test::new("missing")
        .allows("404")
        .run_on(&site, async |page| sentence(page, "is not on the server (status 404)").await)
}

#[test]
fn a_model_of_another_architecture_is_named() -> Result<()> {
    let site = Site::changed(|folder| {
        let path = folder.join(MODEL);
        let mut bytes = fs::read(&path)?;
        let name = bytes.windows(4).position(|window| window == b"gpt2").context("its name")?;
        bytes[name..name + 4].copy_from_slice(b"gptj");
        Ok(fs::write(path, bytes)?)
    })?;
    Test::new("other")
        .run_on(&site, async |page| sentence(page, "This model is of another kind (gptj)").await)
}

#[test]
fn a_browser_without_simd_is_told() -> Result<()> {
    Test::new("no-simd").run(async |page| {
        let source = json!({"source": "WebAssembly.validate = () => false;"});
        page.cdp("Page.addScriptToEvaluateOnNewDocument", source).await?;
        page.open_without_model().await?;
        page.until(
            "the sentence is there",
            "return document.getElementById('no-simd').checkVisibility()",
        )
        .await?;
        assert!(page.alert().await?.contains("This browser lacks a part of WebAssembly (SIMD)"));
        Ok(())
    })
}
