//! The text as tokens: what the model expected of each, what the settings make of it, other ways
//! to go on, and one token at a time.

use anyhow::{Context, Result};
use zeroshot_tests::{Page, Role, Test};

/// The text of the strip, its signs turned back into what they stand for.
const STRIP: &str = "return [...document.querySelectorAll('.token-strip [role=option]:not(.next)')]
    .map(token => token.textContent.replaceAll('·', ' ').replaceAll('↵', '\\n')).join('')";

/// A sentence, run as it stands; the view of its tokens is open and the prompt has been judged.
async fn tokens_of_a_run(page: &Page) -> Result<()> {
    page.open().await?;
    page.fill("Text to translate", "The cat sleeps.").await?;
    page.open_part("Settings").await?;
    page.run().await?;
    open_view(page).await
}

async fn open_view(page: &Page) -> Result<()> {
    page.press(Role::Button, "Tokens").await?;
    // Nothing is expected of the first token alone.
    let judged =
        "const tokens = [...document.querySelectorAll('.token-strip [role=option]:not(.next)')];
        return tokens.length > 1 && tokens.slice(1).every(token => / bits$/.test(token.ariaLabel))";
    page.until("every token but the first is judged", judged).await
}

/// Points at a token of the continuation.
async fn point_at(page: &Page, token: usize) -> Result<()> {
    let script = format!(
        "const tokens = document.querySelectorAll('.stretch.answer [role=option], .stretch.rest [role=option]');
        tokens[{token}].focus();"
    );
    page.js(&script, Vec::new()).await?;
    page.until(
        "its choices have been heard",
        "return document.querySelectorAll('.token-details .bar').length > 2
            && document.querySelector('.token-details .bar') !== null
            && [...document.querySelectorAll('.token-details > .link')].length > 0",
    )
    .await
}

async fn number(page: &Page, script: &str) -> Result<f64> {
    let value = page.js(script, Vec::new()).await?;
    value.as_f64().with_context(|| format!("{value} should be a number: {script}"))
}

/// The rows of a table, each as the texts of its cells.
async fn rows(page: &Page, table: &str) -> Result<Vec<Vec<String>>> {
    let script = format!(
        "return [...document.querySelectorAll('{table} tbody tr')]
            .map(row => [...row.cells].map(cell => cell.textContent))"
    );
    Ok(serde_json::from_value(page.js(&script, Vec::new()).await?)?)
}

#[test]
fn the_strip_is_the_text_and_its_figures_add_up() -> Result<()> {
    Test::new("tokens").run(async |page| {
        tokens_of_a_run(page).await?;
        let text = page.prompt().await? + &page.generated().await?;
        let strip = page.text_of(STRIP).await?;
        // A text to stop at is in the strip, but not in the answer.
        let stop = strip.strip_prefix(&text).with_context(|| format!("{strip:?} and {text:?}"))?;
        assert!(stop.len() < 16, "{stop:?}");

        // What was greedily taken is the likeliest.
        point_at(page, 0).await?;
        let facts =
            page.text_of("return document.querySelector('.token-facts').textContent").await?;
        assert!(facts.contains("the most likely of"), "{facts}");
        let bar =
            "return document.querySelector('.token-details .bar').classList.contains('chosen')";
        assert_eq!(page.js(bar, Vec::new()).await?, true, "its bar is the first and marked");

        // The loss is the mean of the surprise of every token that was judged.
        let tokens = rows(page, ".tokens-view > .chart .chart-table").await?;
        let loss = rows(page, ".loss").await?;
        for (name, parts) in [("answer", &["answer"][..]), ("all of it", &[][..])] {
            let of_part = |row: &&Vec<String>| parts.is_empty() || parts.contains(&row[2].as_str());
            let bits: Vec<f64> =
                tokens.iter().filter(of_part).filter_map(|row| row[4].parse().ok()).collect();
            let mean = bits.iter().sum::<f64>() / bits.len() as f64;
            let row = loss.iter().find(|row| row[0] == name).context("has a row")?;
            let (told, perplexity): (f64, f64) = (row[3].parse()?, row[4].parse()?);
            assert!((told - mean).abs() < 0.02, "{name}: {mean} bits, the table says {told}");
            assert!((perplexity.log2() - told).abs() < 0.1, "{name}: {row:?}");
        }
        Ok(())
    })
}

#[test]
fn the_settings_redraw_the_choice_as_they_are_typed() -> Result<()> {
    Test::new("tokens-settings").run(async |page| {
        tokens_of_a_run(page).await?;
        page.fill("Temperature", "1").await?;
        page.fill("Top k", "3").await?;
        point_at(page, 1).await?;
        let kept = "return document.querySelector('.token-details').textContent.includes('keep 3 of')";
        page.until("three tokens are kept", kept).await?;
        let after = "return [...document.querySelectorAll('.token-details .chart-table tbody td:last-child')]
            .map(cell => parseFloat(cell.textContent))";
        let after: Vec<f64> = serde_json::from_value(page.js(after, Vec::new()).await?)?;
        let sum: f64 = after.iter().sum();
        assert!((sum - 100.0).abs() < 0.5, "{after:?} should make 100%");
        assert_eq!(after.iter().filter(|share| **share > 0.0).count(), 3, "{after:?}");
        let cut = "return document.querySelectorAll('.token-details .bar.cut').length";
        assert_eq!(number(page, cut).await?, after.len() as f64 - 3.0);
        page.fill("Top k", "1").await?;
        let kept = "return document.querySelector('.token-details').textContent.includes('keep 1 of')";
        page.until("one token is kept", kept).await
    })
}

#[test]
fn another_token_makes_a_branch_that_is_kept_beside_the_first_run() -> Result<()> {
    Test::new("tokens-branch").run(async |page| {
        tokens_of_a_run(page).await?;
        let first = page.generated().await?;
        point_at(page, 1).await?;
        let begins = "return document.querySelector('.stretch.answer [role=option]').textContent";
        let begins = page.text_of(begins).await?.replace('·', " ");
        let other =
            "return document.querySelectorAll('.token-details .bar .bar-label')[1].textContent";
        let other = page.text_of(other).await?.replace('·', " ");
        page.js(
            "document.querySelectorAll('.token-details .bar-buttons button')[1].click()",
            Vec::new(),
        )
        .await?;
        page.until(
            "there are two runs",
            "return document.querySelectorAll('.branches li').length === 2",
        )
        .await?;
        page.finished().await?;
        let branch = page.generated().await?;
        assert!(
            branch.starts_with(&format!("{begins}{other}")),
            "{branch:?}: {begins:?}, {other:?}"
        );

        page.press(Role::Button, "Compare with run 1").await?;
        let parting = page.text_of("return document.querySelector('.parting').textContent").await?;
        assert!(parting.contains("token 2 of the continuation"), "{parting}");
        assert_eq!(parting.matches('%').count(), 2, "{parting}");

        page.fill("Name of the run that is shown", "the other way").await?;
        page.keys("\u{e007}").await?;
        page.press(Role::Button, "run 1").await?;
        assert_eq!(page.generated().await?, first, "the first run is as it was");
        page.press(Role::Button, "the other way").await?;
        assert_eq!(page.generated().await?, branch);
        Ok(())
    })
}

#[test]
fn a_class_goes_on_one_token_at_a_time() -> Result<()> {
    Test::new("tokens-step").run(async |page| {
        tokens_of_a_run(page).await?;
        let whole = page.generated().await?;
        page.press(Role::Check, "One token at a time").await?;
        page.press(Role::Button, "Begin again after the prompt").await?;
        page.until(
            "the prompt stands alone",
            "return document.querySelectorAll('.stretch.answer').length === 0",
        )
        .await?;
        let bars = "return document.querySelectorAll('.step .bar').length";
        assert_eq!(number(page, bars).await?, 0.0, "nothing is given away");
        page.fill("Your guess", "le").await?;
        page.keys("\u{e007}").await?;
        let told = "return /the .*most likely of/.test(document.querySelector('.step').textContent)";
        page.until("the guess has a rank", told).await?;
        assert!(number(page, bars).await? > 2.0, "the bars are there");
        // The settings are greedy, so that what is drawn is what the whole run began with.
        let mut texts = Vec::new();
        for token in 1..=2 {
            page.keys("\u{e014}").await?;
            let grown = format!(
                "return document.querySelectorAll('.token-strip [role=option]:not(.next)').length
                    === document.querySelectorAll('.stretch:not(.answer):not(.rest) [role=option]').length + {token}"
            );
            page.until("one token more", &grown).await?;
            assert_eq!(number(page, bars).await?, 0.0, "the next one is hidden again");
            texts.push(page.generated().await?);
            page.until(
                "the next can be revealed",
                "return document.querySelector('.step .primary').ariaDisabled === 'false'",
            )
            .await?;
            page.keys(" ").await?;
            page.until("revealed", "return document.querySelectorAll('.step .bar').length > 2").await?;
        }
        for text in &texts {
            assert!(!text.is_empty() && whole.starts_with(text.as_str()), "{texts:?} of {whole:?}");
        }
        assert!(texts[1].len() > texts[0].len(), "{texts:?}");
        // The likeliest row is pressed, not drawn.
        page.press(Role::Button, "Take the likeliest").await?;
        page.until(
            "a third token",
            "return document.querySelectorAll('.stretch.answer [role=option], .stretch.rest [role=option]').length === 3",
        )
        .await
    })
}

#[test]
fn any_pasted_text_is_judged_and_walked_through_by_keyboard() -> Result<()> {
    Test::new("tokens-pasted").run(async |page| {
        page.open().await?;
        page.press(Role::Choice, "Free").await?;
        page.fill("Text to continue", "The dog is in the garden. 猫").await?;
        open_view(page).await?;
        let bytes =
            number(page, "return document.querySelectorAll('.token-strip .byte').length").await?;
        assert_eq!(bytes, 3.0, "a character that is split is shown by its bytes");
        let loss = rows(page, ".loss").await?;
        assert_eq!((loss.len(), loss[0][0].as_str()), (1, "prompt"), "{loss:?}");
        let likely: f64 = loss[0][4].parse()?;
        page.fill("Text to continue", "Garden dog in. is the The 猫").await?;
        page.until(
            "the other text is judged",
            "const tokens = [...document.querySelectorAll('.token-strip [role=option]:not(.next)')];
            return tokens[0].textContent.startsWith('G')
                && tokens.slice(1).every(token => / bits$/.test(token.ariaLabel))",
        )
        .await?;
        let unlikely: f64 = rows(page, ".loss").await?[0][4].replace(',', "").parse()?;
        assert!(unlikely > 2.0 * likely, "order matters: {likely} and {unlikely}");

        page.js("document.querySelector('.token-strip [tabindex=\"0\"]').focus()", Vec::new())
            .await?;
        page.keys("\u{e011}").await?;
        let place = "return document.querySelector('.token-place').textContent";
        page.until(
            "the first token",
            "return document.querySelector('.token-place')?.textContent.startsWith('token 1,')",
        )
        .await?;
        page.keys("\u{e014}").await?;
        page.until(
            "the second token",
            "return document.querySelector('.token-place')?.textContent.startsWith('token 2,')",
        )
        .await?;
        assert!(page.text_of(place).await?.contains("input"));
        assert_eq!(
            number(
                page,
                "return document.querySelectorAll('.token-strip [tabindex=\"0\"]').length"
            )
            .await?,
            1.0,
            "one stop for the tab key"
        );
        Ok(())
    })
}
