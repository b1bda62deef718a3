//! The page's texts, which lie beside its program: the visitor's language, the other one, and neither.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use zeroshot_tests::{Page, Role, Site, Test};

use crate::offline::kept;

/// Part of what the page says where its texts are not to be had, in each language.
const MISSING: [&str; 2] = ["The texts of this page could not be fetched.", "无法取得本页的文字。"];

/// The file of the built page whose name begins so.
fn file(folder: &Path, start: &str) -> Result<PathBuf> {
    let mut names = fs::read_dir(folder)?.flatten().map(|entry| entry.path());
    let is = |path: &PathBuf| {
        path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(start))
    };
    names.find(is).with_context(|| format!("the page should have a file {start}…"))
}

/// Waits until the page is in a language.
async fn speaks(page: &Page, tag: &str, run: &str) -> Result<()> {
    let language = format!("return document.documentElement.lang === '{tag}'");
    page.until(&format!("the page is in {tag}"), &language).await?;
    assert!(page.offers(Role::Button, run).await?);
    Ok(())
}

/// Waits until the page says that its texts are missing.
async fn says_what_is_missing(page: &Page) -> Result<()> {
    page.until(
        "the sentence is there",
        "return document.getElementById('no-texts').checkVisibility()",
    )
    .await?;
    let alert = page.alert().await?;
    assert!(MISSING.iter().all(|sentence| alert.contains(sentence)), "{alert}");
    Ok(())
}

#[test]
fn the_first_language_of_the_visitors_that_the_page_speaks_is_taken_and_can_be_changed()
-> Result<()> {
    Test::new("languages").languages("fr-FR,zh-Hans-CN,en").run(async |page| {
        page.open().await?;
        speaks(page, "zh-CN", "运行").await?;
        assert_eq!(page.title().await?, "Zeroshot：在浏览器里看 GPT-2 凭提示做事");
        page.press(Role::Button, "English").await?;
        speaks(page, "en", "Run").await?;
        page.press(Role::Button, "简体中文").await?;
        speaks(page, "zh-CN", "运行").await?;
        let texts = page.requests().await?.into_iter().filter(|url| url.contains("/texts-"));
        assert_eq!(texts.count(), 2, "each language is asked for once");
        assert_eq!(page.alert().await?, "");
        Ok(())
    })
}

#[test]
fn a_visitor_of_another_language_gets_english() -> Result<()> {
    Test::new("other-language").languages("fr-FR").run(async |page| {
        page.open().await?;
        speaks(page, "en", "Run").await
    })
}

#[test]
fn the_other_language_is_there_without_the_server() -> Result<()> {
    let site = Site::built()?;
    // What the page asks of its host each time, because it may have changed.
    Test::new("language-offline").allows("ERR_CONNECTION_REFUSED").run_on(&site, async |page| {
        page.open().await?;
        kept(page).await?;
        site.go_down();
        page.open().await?;
        page.press(Role::Button, "简体中文").await?;
        speaks(page, "zh-CN", "运行").await
    })
}

#[test]
fn a_page_without_its_texts_says_so_in_both_languages() -> Result<()> {
    type Change = fn(&Path) -> Result<()>;
    let changes: [Change; 4] = [
        |folder| Ok(fs::remove_file(file(folder, "texts-en-")?)?),
        // As a host answers that has a page for everything.
        |folder| Ok(fs::write(file(folder, "texts-en-")?, "<!doctype html><p>Welcome</p>")?),
        |folder| Ok(fs::write(file(folder, "examples-")?, "{\"examples\":[")?),
        |folder| Ok(fs::remove_file(file(folder, "examples-")?)?),
    ];
    for change in changes {
        let site = Site::changed(change)?;
        Test::new("no-texts").allows("404").run_on(&site, async |page| {
            page.open_without_model().await?;
            says_what_is_missing(page).await?;
            let shown = page.text_of("return document.body.innerText").await?;
            assert!(shown.contains("Zeroshot") && !shown.contains("nav.playground"), "{shown}");
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn a_language_that_cannot_be_had_leaves_the_page_as_it_is() -> Result<()> {
    let site = Site::changed(|_| Ok(()))?;
    let mut chinese = None;
    site.change(|folder| {
        let path = file(folder, "texts-zh-CN-")?;
        chinese = Some((path.clone(), fs::read(&path)?));
        Ok(fs::remove_file(path)?)
    })?;
    let (path, texts) = chinese.context("the page speaks Chinese")?;
    Test::new("language-missing").allows("404").run_on(&site, async |page| {
        page.open().await?;
        assert_eq!(page.alert().await?, "", "nobody has asked for it yet");
        page.fill("Text to translate", "Keep this.").await?;
        page.press(Role::Button, "简体中文").await?;
        says_what_is_missing(page).await?;
        speaks(page, "en", "Run").await?;
        assert_eq!(page.value("Text to translate").await?, "Keep this.");

        fs::write(path, texts)?;
        page.press(Role::Button, "简体中文").await?;
        speaks(page, "zh-CN", "运行").await?;
        assert_eq!(page.alert().await?, "");
        Ok(())
    })
}
