//! axe-core on every part of the page, in both themes and both languages: nothing serious.

use anyhow::Result;
use serde_json::Value;
use zeroshot_tests::{Page, Test};

const AXE: &str = include_str!("../../axe/axe.min.js");

/// Each view, and what it has once it has heard from the model what it shows.
const VIEWS: [(&str, &str); 4] = [
    ("tokens", "svg"),
    ("shots", "button"),
    ("attention", ".look-figure:not(:empty)"),
    ("layers", "svg"),
];

/// What is serious or critical: the rule, the place, and why.
const FINDINGS: &str = "const done = arguments[arguments.length - 1];
    axe.run(document, {resultTypes: ['violations']}).then(({violations}) => done(violations
        .filter(({impact}) => impact === 'serious' || impact === 'critical')
        .flatMap(({id, nodes}) => nodes.map(node => `${id}: ${node.target}: ${node.failureSummary}`))));";

/// What axe finds in the page as it stands.
async fn check(page: &Page, place: &str, found: &mut Vec<String>) -> Result<()> {
    if page.js("return typeof axe === 'undefined'", Vec::new()).await? == Value::Bool(true) {
        // A script of WebDriver is a function: what axe hands to the page, it gets through `window`.
        page.js(&format!("{AXE}\nwindow.axe = axe;"), Vec::new()).await?;
    }
    let findings = page.js_async(FINDINGS).await?;
    let findings = findings.as_array().into_iter().flatten().filter_map(Value::as_str);
    found.extend(findings.map(|finding| format!("{place}: {finding}")));
    Ok(())
}

async fn press(page: &Page, selector: &str) -> Result<()> {
    page.js(&format!("document.querySelector('{selector}').click()"), Vec::new()).await.map(drop)
}

/// Every part of the page in one language and both themes.
async fn check_all(page: &Page) -> Result<()> {
    let mut found = Vec::new();
    page.open().await?;
    press(page, ".run-bar .primary").await?;
    page.until(
        "the run has ended",
        "return document.querySelector('.figures').innerText !== ''
            && !document.querySelector('.run-bar .primary').disabled
            && document.querySelector('output').ariaBusy === 'false'",
    )
    .await?;
    for theme in ["light", "dark"] {
        let here = |place: &str| format!("{theme}, {place}");
        page.js(&format!("document.documentElement.dataset.theme = '{theme}'"), Vec::new()).await?;
        check(page, &here("playground"), &mut found).await?;
        page.js(
            "document.querySelectorAll('details').forEach(part => part.open = true)",
            Vec::new(),
        )
        .await?;
        page.until("all is open", "return !!document.querySelector('.take-in')").await?;
        check(page, &here("all parts open"), &mut found).await?;
        for (view, there) in VIEWS {
            press(page, &format!("#view-{view}")).await?;
            page.until(view, &format!("return !!document.querySelector('#view {there}')")).await?;
            check(page, &here(view), &mut found).await?;
            press(page, &format!("#view-{view}")).await?;
        }
        page.js(
            "document.querySelectorAll('details').forEach(part => part.open = false)",
            Vec::new(),
        )
        .await?;
        press(page, ".project").await?;
        page.until("it is on the wall", "return !!document.querySelector('.projector-bar')")
            .await?;
        check(page, &here("projector"), &mut found).await?;
        press(page, ".projector-bar .leave").await?;
        page.until("it is back", "return !document.querySelector('.projector-bar')").await?;
        page.js("location.hash = '#/lessons'", Vec::new()).await?;
        let listed = "return !!document.querySelector('main a[href^=\"#/lessons/\"]')";
        page.until("the lessons are listed", listed).await?;
        check(page, &here("lessons"), &mut found).await?;
        press(page, "main a[href^=\"#/lessons/\"]").await?;
        page.until(
            "a lesson is open",
            "return location.hash.split('/').length > 2 && !!document.querySelector('main h2')",
        )
        .await?;
        check(page, &here("a lesson"), &mut found).await?;
        page.js("location.hash = '#/models'", Vec::new()).await?;
        let listed = "return !!document.querySelector('.models-page li h3')";
        page.until("the models are listed", listed).await?;
        check(page, &here("models"), &mut found).await?;
        page.js("location.hash = '#/'", Vec::new()).await?;
        page.until("the playground is back", "return !!document.querySelector('.playground')")
            .await?;
    }
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));
    Ok(())
}

#[test]
fn nothing_serious_is_found_in_english() -> Result<()> {
    Test::new("access-en").run(async |page| check_all(page).await)
}

#[test]
fn nothing_serious_is_found_in_chinese() -> Result<()> {
    Test::new("access-zh").languages("zh-CN").run(async |page| check_all(page).await)
}
