//! The layers' view: what each depth of the model would say.

use anyhow::{Context, Result};
use zeroshot_tests::{Page, Role, Test};

async fn open(page: &Page) -> Result<()> {
    page.open().await?;
    page.run().await?;
    page.press(Role::Button, "Layers").await?;
    page.until("every depth has spoken", &whole("lens")).await
}

/// Whether the last row of a table of the lens is filled.
fn whole(id: &str) -> String {
    format!("return document.getElementById('{id}-8-0') !== null")
}

async fn texts(page: &Page, script: &str) -> Result<Vec<String>> {
    Ok(serde_json::from_value(page.js(script, Vec::new()).await?)?)
}

const CAME: &str = "return [...document.querySelectorAll('.heat thead th > span:last-child')].map(it => it.textContent)";

#[test]
fn the_last_row_is_what_the_model_wrote() -> Result<()> {
    Test::new("layers-output").run(async |page| {
        open(page).await?;
        let rows = texts(page, "return [...document.querySelectorAll('.heat tbody th')].map(th => th.textContent)").await?;
        let blocks = (1..8).map(|block| format!("block {block}"));
        let depths = ["embedding".to_owned()].into_iter().chain(blocks).chain(["output".to_owned()]);
        assert_eq!(rows, depths.collect::<Vec<_>>());
        // The first example is decoded greedily, so each token that came is the output's best guess.
        // Two of the prompt's own come first.
        let came = texts(page, CAME).await?;
        let output = texts(page, "return [...document.querySelectorAll('.heat tbody tr:last-child td')].map(td => td.textContent)").await?;
        assert!(came.len() > 4, "{came:?}");
        assert_eq!(came[2..], output[2..]);
        let answer = page.generated().await?;
        assert!(answer.trim_start().starts_with(came[2].trim_start_matches('·')), "{came:?} is not of {answer:?}");
        let agree = page.js("return [...document.querySelectorAll('.heat tbody tr:last-child td')].every(td => td.classList.contains('marked'))", Vec::new()).await?;
        assert_eq!(agree, true, "the output agrees with itself");
        Ok(())
    })
}

#[test]
fn the_keys_go_through_the_depths_and_tell_of_the_token_that_came() -> Result<()> {
    Test::new("layers-keys").run(async |page| {
        open(page).await?;
        let details = "return document.querySelector('.lens-details').textContent";
        let output = page.text_of(details).await?;
        assert!(output.starts_with("output, after") && output.ends_with("place 1."), "{output}");
        page.js("document.querySelector('.heat td[tabindex=\"0\"]').focus()", Vec::new()).await?;
        page.keys("\u{e013}").await?;
        page.until("another depth is told of", "return document.querySelector('.lens-details').textContent.startsWith('block 7, after')").await?;
        // The plot has a point for each depth, the last of them what the table says.
        let plotted = texts(page, "return [...document.querySelectorAll('.layers .chart-table tbody td')].map(td => td.textContent)").await?;
        assert_eq!(plotted.len(), 9);
        let last = plotted.last().context("there are points")?;
        assert!(output.contains(&format!(": {last}, place 1.")), "{last} is not in {output}");
        Ok(())
    })
}

#[test]
fn the_same_is_read_without_the_shots() -> Result<()> {
    Test::new("layers-zero").run(async |page| {
        open(page).await?;
        page.press(Role::Check, "Read it without the shots too").await?;
        page.until("every depth has spoken again", &whole("lens-zero")).await?;
        page.until("it is said", "return document.querySelector('.layers .finding').textContent.includes('without them')").await?;
        let lines = page.js("return document.querySelectorAll('.layers .chart-line').length", Vec::new()).await?;
        assert_eq!(lines, 2);
        // The tokens that came are the same ones.
        let tables = texts(page, "return [...document.querySelectorAll('.heat')].map(table =>
            [...table.querySelectorAll('thead th > span:last-child')].map(it => it.textContent).join(' '))").await?;
        assert!(tables[0].ends_with(&tables[1]) && !tables[1].is_empty(), "{tables:?}");
        Ok(())
    })
}
