//! The attention view: what the answer looked at, and what one token looks at.

use anyhow::{Context, Result};
use zeroshot_tests::{Page, Role, Test};

/// A run of the first example, and the view that looks into it.
async fn open(page: &Page) -> Result<()> {
    page.open().await?;
    page.run().await?;
    page.press(Role::Button, "Attention").await?;
    let drawn = "return document.querySelector('.look-text [aria-selected=true]') !== null
        && document.querySelector('.look-head') !== null";
    page.until("a token looks", drawn).await
}

/// The numbers in per cent that a script finds as texts.
async fn percents(page: &Page, script: &str) -> Result<Vec<f64>> {
    let texts = page.js(script, Vec::new()).await?;
    let texts = texts.as_array().context("texts")?.clone();
    let percent = |text: &serde_json::Value| {
        let text = text.as_str().unwrap_or_default();
        // Less than a hundredth of a per cent is written as a power of ten.
        if text.contains("10⁻") {
            return Ok(0.0);
        }
        text.trim_end_matches('%').parse().with_context(|| format!("{text:?} should be a share"))
    };
    texts.iter().map(percent).collect()
}

/// The shares of the table under the text, row by row; its sum is the last.
async fn look(page: &Page, column: usize) -> Result<Vec<f64>> {
    let script = format!(
        "return [...document.querySelectorAll('.shares tbody tr, .shares tfoot tr')]
            .map(row => row.cells[{column}].textContent)"
    );
    percents(page, &script).await
}

const LOOKING: &str =
    "return document.querySelector('.look-text [aria-selected=true] .look-word').textContent";

#[test]
fn the_answers_attention_is_shared_out_among_the_parts() -> Result<()> {
    Test::new("attention-parts").run(async |page| {
        open(page).await?;
        let names = page.js("return [...document.querySelectorAll('.parts .chart-table tbody th')].map(th => th.textContent)", Vec::new()).await?;
        let names: Vec<String> = serde_json::from_value(names)?;
        for part in ["first token", "shot 1", "input", "cue"] {
            assert!(names.iter().any(|name| name == part), "{part:?} is not among {names:?}");
        }
        let shares = percents(page, "return [...document.querySelectorAll('.parts .chart-table tbody td')].map(td => td.textContent)").await?;
        let sum: f64 = shares.iter().sum();
        assert!((sum - 100.0).abs() < 0.5, "{shares:?} are {sum}% together");

        // The sentence names the part that has most.
        let parts = names.iter().zip(&shares).filter(|(name, _)| *name != "first token");
        let (most, share) = parts.max_by(|a, b| a.1.total_cmp(b.1)).context("there are parts")?;
        let sentence = page.text_of("return document.querySelector('.parts .finding').textContent").await?;
        let most = if most == "answer so far" { "written so far" } else { most };
        assert!(sentence.contains(most), "{most:?} is not named: {sentence}");
        assert!(sentence.contains(&format!("{share:.0}% of its attention")), "{share}: {sentence}");

        // Each layer shares out all it has, too; its cells are rounded.
        let layers = page.js("return document.querySelectorAll('.parts .heat tbody tr').length", Vec::new()).await?;
        assert_eq!(layers, 8);
        let row = "return [...document.querySelectorAll('.parts .heat tbody tr:last-child td')].map(td => td.textContent.replace('<1', '0.5'))";
        let sum: f64 = percents(page, row).await?.iter().sum();
        assert!((sum - 100.0).abs() < 4.0, "a layer's cells are {sum}% together");
        Ok(())
    })
}

#[test]
fn a_token_looks_at_those_before_it_and_the_keys_choose_another() -> Result<()> {
    Test::new("attention-look").run(async |page| {
        open(page).await?;
        let answer = page.answer().await?;
        let looking = page.text_of(LOOKING).await?;
        assert!(answer.trim().starts_with(looking.trim()), "{looking:?} does not begin {answer:?}");
        page.open_part("All shares as a table").await?;
        page.until("the table is there", "return document.querySelector('.shares tfoot') !== null")
            .await?;
        let before = look(page, 3).await?;
        let (sum, shares) = before.split_last().context("there is a sum")?;
        assert!((sum - 100.0).abs() < 0.011, "the row's sum is {sum}");
        assert!((shares.iter().sum::<f64>() - 100.0).abs() < 0.01 * shares.len() as f64);

        page.press(Role::Check, "Leave the first token out").await?;
        page.until(
            "the shares are scaled",
            "return document.querySelectorAll('.shares thead th').length === 5",
        )
        .await?;
        let left = look(page, 4).await?;
        assert_eq!(left[0], 0.0, "the first token is left out");
        let (sum, _) = left.split_last().context("there is a sum")?;
        assert!((sum - 100.0).abs() < 0.011, "the rest is the whole: {sum}");

        page.js("document.querySelector('.look-text').focus()", Vec::new()).await?;
        page.keys("\u{e014}").await?;
        let more = format!(
            "return document.querySelectorAll('.shares tbody tr').length === {}",
            shares.len() + 1
        );
        page.until("the next token looks, at one token more", &more).await?;
        assert_ne!(page.text_of(LOOKING).await?, looking);
        Ok(())
    })
}

#[test]
fn a_cell_of_a_layer_shows_its_heads_and_the_head_that_looks_there_most() -> Result<()> {
    Test::new("attention-cell").run(async |page| {
        open(page).await?;
        // Layer 2, the part after the first token.
        page.js("document.getElementById('gaze-1-1').click()", Vec::new()).await?;
        let heads = "return [...document.querySelectorAll('.parts .chart:last-of-type .chart-table tbody td')].map(td => td.textContent)";
        page.until("the heads are there", "return document.querySelectorAll('.parts .chart').length === 2").await?;
        let heads = percents(page, heads).await?;
        assert_eq!(heads.len(), 4);
        let most = heads.iter().copied().fold(0.0, f64::max);
        let most = heads.iter().position(|share| *share == most).context("one has most")?;
        page.until("layer 2 is drawn", "return document.querySelector('.look-controls select').value === '2 of 8'").await?;
        let head = page.text_of("return document.querySelectorAll('.look-controls select')[1].value").await?;
        assert_eq!(head, format!("head {}", most + 1));
        let cell: f64 = percents(page, "return [document.getElementById('gaze-1-1').textContent]").await?[0];
        let mean = heads.iter().sum::<f64>() / 4.0;
        assert!((mean - cell).abs() < 0.6, "the cell says {cell}%, its heads {heads:?}");
        Ok(())
    })
}
