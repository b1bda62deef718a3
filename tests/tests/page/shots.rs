//! Shots are edited, and compared: in columns, as a plot, and by two models.

use anyhow::{Context, Result};
use zeroshot_tests::{Page, Role, Test};

async fn lines(page: &Page) -> Result<Vec<String>> {
    Ok(page.prompt().await?.lines().map(str::to_owned).collect())
}

/// Opens the view, at one of its parts.
async fn open_part(page: &Page, part: &str) -> Result<()> {
    page.press(Role::Button, "Shots").await?;
    page.press(Role::Choice, part).await
}

/// Waits until nothing more is being compared.
async fn compared(page: &Page) -> Result<()> {
    let script = "return ![...document.querySelectorAll('#view button')].some(b => b.textContent === 'Stop')";
    page.until("the comparison has ended", script).await
}

/// The texts of all elements that a selector names.
async fn texts(page: &Page, selector: &str) -> Result<Vec<String>> {
    let script = format!(
        "return [...document.querySelectorAll('{selector}')].map(found => found.textContent.trim())"
    );
    Ok(serde_json::from_value(page.js(&script, Vec::new()).await?)?)
}

/// A number as charts write it: `1.2%`, `3 × 10⁻⁷`, or the first of `5 (2 to 9)`.
fn number(text: &str) -> Result<f64> {
    let first = text.split(" (").next().unwrap_or_default();
    let plain: String = first
        .chars()
        .map(|c| {
            "⁰¹²³⁴⁵⁶⁷⁸⁹"
                .chars()
                .position(|raised| raised == c)
                .map_or(c, |digit| char::from(b'0' + digit as u8))
        })
        .collect();
    let plain = plain.replace('⁻', "-").replace(" × 10", "e");
    let plain = plain.strip_prefix("10-").map_or(plain.clone(), |power| format!("1e-{power}"));
    let share = plain.strip_suffix('%');
    let value: f64 =
        share.unwrap_or(&plain).parse().with_context(|| format!("{text:?} should be a number"))?;
    Ok(if share.is_some() { value / 100.0 } else { value })
}

#[test]
fn shots_are_moved_left_out_removed_shuffled_and_restored() -> Result<()> {
    Test::new("shot-editor").run(async |page| {
        page.open().await?;
        page.press(Role::Choice, "3 shots: few-shot").await?;
        page.open_part("Read and change the shots").await?;
        let original = lines(page).await?;
        let of = |order: &[usize]| order.iter().map(|at| original[*at].clone()).collect::<Vec<_>>();

        page.press(Role::Button, "Move shot 3 up").await?;
        assert_eq!(lines(page).await?, of(&[0, 2, 1, 3]));
        let focus = "return document.activeElement.getAttribute('aria-label')";
        assert_eq!(page.text_of(focus).await?, "Move shot 2 up", "the focus stays with the shot");
        page.press(Role::Check, "Shot 1 stands in the prompt").await?;
        assert_eq!(lines(page).await?, of(&[2, 1, 3]));
        page.press(Role::Button, "Remove shot 2").await?;
        assert_eq!(lines(page).await?, of(&[1, 3]));
        page.press(Role::Button, "Add a shot").await?;
        page.fill("Original", "One.").await?;
        page.press(Role::Button, "Back to the original shots").await?;
        assert_eq!(lines(page).await?, original);

        page.press(Role::Choice, "5 shots: few-shot").await?;
        let mut orders = Vec::new();
        for seed in ["7", "8", "7"] {
            page.fill("by seed", seed).await?;
            page.press(Role::Button, "Shuffle").await?;
            orders.push(lines(page).await?);
        }
        assert_eq!(orders[0], orders[2], "the same seed gives the same order");
        assert_ne!(orders[0], orders[1]);
        Ok(())
    })
}

#[test]
fn signs_and_labels_are_put_in_other_words() -> Result<()> {
    Test::new("marks").run(async |page| {
        page.open().await?;
        let usual = page.prompt().await?;
        page.open_part("Other labels and signs").await?;
        page.press(Role::Button, "->").await?;
        assert_eq!(page.prompt().await?, usual.replace(" =", " ->"));
        page.fill("Before each answer", "means").await?;
        page.fill("Before each text", "Wug:").await?;
        let written = page.prompt().await?;
        let marked = |line: &str| line.starts_with("Wug: ") && line.contains(" means");
        assert!(written.lines().all(marked), "{written}");
        page.press(Role::Button, "The wording's own").await?;
        assert_eq!(page.prompt().await?, usual);
        Ok(())
    })
}

#[test]
fn columns_show_what_each_number_of_shots_gives() -> Result<()> {
    Test::new("shot-columns").run(async |page| {
        page.open().await?;
        page.press(Role::Choice, "2 shots: few-shot").await?;
        page.run().await?;
        let answer = page.answer().await?.trim().to_owned();
        open_part(page, "Shots in columns").await?;
        page.press(Role::Button, "Compare").await?;
        compared(page).await?;
        let columns = texts(page, "#view .take-text").await?;
        assert_eq!(columns.len(), 6);
        assert_eq!(columns[2], answer, "the column of two shots is the run with two shots");

        page.fill("Expected answer", &columns[5].to_uppercase()).await?;
        let verdicts = texts(page, "#view .take-verdict").await?;
        for (column, verdict) in columns.iter().zip(&verdicts) {
            let right = column.to_lowercase() == columns[5].to_lowercase();
            assert_eq!(verdict.starts_with('✓'), right, "{column:?}: {verdict}");
        }

        // The visitor's own run is not cut short by it.
        page.open_part("Settings").await?;
        page.fill("Longest continuation", "150").await?;
        page.press(Role::Button, "Run").await?;
        page.js(
            "[...document.querySelectorAll('#view button')].find(b => /^Compare/.test(b.textContent)).click()",
            Vec::new(),
        )
        .await?;
        page.finished().await?;
        compared(page).await?;
        let figures = page.figures().await?;
        assert!(!figures.contains("stopped by you"), "{figures}");
        assert_eq!(texts(page, "#view .take-text").await?.len(), 6);
        Ok(())
    })
}

#[test]
fn the_probability_of_the_expected_answer_is_measured() -> Result<()> {
    Test::new("shot-curve").run(async |page| {
        page.open().await?;
        page.press(Role::Choice, "No shots: zero-shot").await?;
        page.run().await?;
        let answer = page.answer().await?.trim().to_owned();
        open_part(page, "Probability by shots").await?;
        page.fill("Expected answer", &answer).await?;
        page.press(Role::Button, "Measure").await?;
        compared(page).await?;

        let rows = texts(page, "#view .chart-table tbody th").await?;
        assert_eq!(rows, ["0", "1", "2", "3", "4", "5"]);
        let cells = texts(page, "#view .chart-table tbody td").await?;
        let medians = cells.iter().map(|cell| number(cell)).collect::<Result<Vec<_>>>()?;
        assert!(medians.iter().all(|p| *p > 0.0 && *p < 1.0), "{cells:?}");
        let sentence = texts(page, "#view .said").await?.concat();
        let ratio = medians[5] / medians[0];
        let words: Vec<_> = sentence.split(' ').collect();
        let said = words.iter().position(|word| *word == "times").map(|at| words[at - 1]);
        match said {
            Some(said) if sentence.contains("times as likely") => {
                assert!((number(said)? / ratio - 1.0).abs() < 0.05, "{ratio}: {sentence}");
            }
            Some(said) => {
                assert!((number(said)? * ratio - 1.0).abs() < 0.05, "{ratio}: {sentence}");
            }
            None => assert!((ratio - 1.0).abs() < 0.12, "{ratio}: {sentence}"),
        }

        // What greedy decoding writes without shots begins with the likeliest token of all.
        page.press(Role::Choice, "Rank of its first token").await?;
        let ranks = texts(page, "#view .chart-table tbody td").await?;
        assert_eq!(ranks[0], "1", "{ranks:?}");
        Ok(())
    })
}

#[test]
fn a_second_model_is_compared_with_the_first() -> Result<()> {
    Test::new("two-models").run(async |page| {
        page.open().await?;
        open_part(page, "Two models").await?;
        let loaded = |what: &str| {
            format!(
                "return document.querySelector('#view').innerText.includes('Second model: {what}')"
            )
        };
        page.press(Role::Button, "Load it").await?;
        page.until("four bits are there", &loaded("Q4_0")).await?;
        page.press(Role::Button, "Compare").await?;
        compared(page).await?;
        let measured = "return document.querySelector('#view').innerText.includes('nats a token')";
        page.until("the divergence is there", measured).await?;
        let mean = async || -> Result<f64> {
            let said = texts(page, "#view .said").await?.concat();
            let said = said.split("On average ").nth(1).context("it says the mean")?;
            number(said.split(" nats").next().unwrap_or_default())
        };
        assert!(mean().await? > 1e-5, "four bits are not the same");
        let points = texts(page, "#view .chart-table tbody td").await?.len();
        let took = texts(page, "#view .take-state").await?.concat();
        assert!(took.contains(&format!("{points} tokens")), "{points}: {took}");

        // The same model twice says the same.
        let pick = "const list = document.querySelector('#rival'); list.value = '0';
            list.dispatchEvent(new Event('change', {bubbles: true}));";
        page.js(pick, Vec::new()).await?;
        page.press(Role::Button, "Load it").await?;
        page.until("it has gone", "return document.querySelector('#view .takes') === null").await?;
        page.until("the same is there", &loaded("")).await?;
        page.press(Role::Button, "Compare").await?;
        compared(page).await?;
        page.until("the divergence is there", measured).await?;
        assert!(mean().await? < 1e-6);
        let said = texts(page, "#view .said").await?.concat();
        assert!(said.contains("Both wrote the same"), "{said}");
        page.press(Role::Button, "Give it up").await?;
        assert!(!page.offers(Role::Button, "Give it up").await?);
        Ok(())
    })
}
