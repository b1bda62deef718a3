//! What a teacher needs: links that make a run again, the visit's runs and their files, undo, the page on the wall and
//! on paper, masked words.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::cell::RefCell;
use zeroshot_tests::{Page, Role, Site, Test};

/// Keeps what the page copies and saves where a test can read it.
const WATCH: &str =
    "navigator.clipboard.writeText = text => { window.copied = text; return Promise.resolve(); };
    const create = URL.createObjectURL;
    URL.createObjectURL = blob => { window.saved = blob; return create(blob); };";

/// The text of the last file that the page saved.
const SAVED: &str = "const done = arguments[arguments.length - 1]; window.saved.text().then(done);";

/// A sampled translation with one shot, and an example's text changed.
async fn sampled(page: &Page) -> Result<()> {
    page.fill("Text to translate", "The old man is reading a book.").await?;
    page.press(Role::Choice, "1 shot: one-shot").await?;
    page.open_part("Settings").await?;
    page.fill("Temperature", "0.9").await?;
    page.fill("Top k", "50").await?;
    page.fill("Longest continuation", "30").await?;
    page.run().await
}

/// How many runs the list has, and what each of its lines says.
async fn lines(page: &Page) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll('.runs .run')].map(line => line.innerText)";
    let lines = page.js(script, Vec::new()).await?;
    Ok(serde_json::from_value(lines)?)
}

async fn open_history(page: &Page) -> Result<()> {
    page.js("document.querySelector('.history').open = true", Vec::new()).await?;
    page.until("the list is open", "return !!document.querySelector('.take-in')").await
}

/// Chooses a file with this text in the list of runs.
async fn take_in(page: &Page, text: &str) -> Result<()> {
    let script = "const input = document.querySelector('.take-in input');
        const transfer = new DataTransfer();
        transfer.items.add(new File([arguments[0]], 'runs.json'));
        input.files = transfer.files;
        input.dispatchEvent(new Event('change', {bubbles: true}));";
    page.js(script, vec![json!(text)]).await.map(drop)
}

#[test]
fn a_link_makes_the_same_run_in_another_browser() -> Result<()> {
    let site = Site::built()?;
    let made = RefCell::default();
    Test::new("link-made").run_on(&site, async |page| {
        page.open().await?;
        page.js(WATCH, Vec::new()).await?;
        sampled(page).await?;
        page.press(Role::Button, "Copy link").await?;
        let link = page.text_of("return window.copied").await?;
        made.replace((link, page.prompt().await?, page.generated().await?));
        Ok(())
    })?;
    let (link, prompt, text) = made.into_inner();
    assert!(!text.trim().is_empty());
    let at = link.find("#/run/").context("the run stands behind #")?;
    Test::new("link-opened").run_on(&site, async |page| {
        page.open_at(&link[at..]).await?;
        assert_eq!(page.prompt().await?, prompt);
        assert_eq!(page.figures().await?, "", "nothing runs by itself");
        let note = page.text_of("return document.querySelector('.link-note').innerText").await?;
        assert!(
            note.starts_with("This came by a link.") && !note.contains("another model"),
            "{note}"
        );
        page.run().await?;
        assert_eq!(page.generated().await?, text);
        Ok(())
    })
}

#[test]
fn a_damaged_link_says_so_and_loses_nothing() -> Result<()> {
    Test::new("link-damaged").run(async |page| {
        page.open().await?;
        page.fill("Text to translate", "Mine.").await?;
        for (link, sentence) in [
            ("%00%00", "is damaged"),
            ("eyJ2ZXJzaW9uIjoxLCJydW4iOnt9fQ", "is damaged"),
            ("eyJ2ZXJzaW9uIjo5fQ", "another release"),
        ] {
            page.js("location.hash = '#/run/' + arguments[0]", vec![json!(link)]).await?;
            let told = format!(
                "return [...document.querySelectorAll('[role=alert]')].some(a => a.innerText.includes('{sentence}'))"
            );
            page.until(sentence, &told.replace("another release", "of another release")).await?;
            assert_eq!(page.value("Text to translate").await?, "Mine.");
        }
        // A good one replaces the desk, and what was there comes back.
        page.js(WATCH, Vec::new()).await?;
        page.press(Role::Button, "Copy link").await?;
        let link = page.text_of("return window.copied.split('#')[1]").await?;
        page.fill("Text to translate", "Something else.").await?;
        page.js("location.hash = arguments[0]", vec![json!(link)]).await?;
        page.until("the link is opened", "return !!document.querySelector('.link-note')").await?;
        assert_eq!(page.value("Text to translate").await?, "Mine.");
        page.press(Role::Button, "Undo").await?;
        assert_eq!(page.value("Text to translate").await?, "Something else.");
        Ok(())
    })
}

#[test]
fn runs_are_kept_named_saved_and_taken_in_again() -> Result<()> {
    Test::new("history").run(async |page| {
        page.open().await?;
        page.js(WATCH, Vec::new()).await?;
        page.fill("Text to translate", "Good morning.").await?;
        page.run().await?;
        let first = (page.prompt().await?, page.generated().await?);
        let answer = page.answer().await?;
        page.fill("Text to translate", "The cat is black.").await?;
        page.run().await?;
        page.open_part("This visit's runs (2)").await?;
        page.until("the runs are listed", "return document.querySelectorAll('.runs .run').length === 2")
            .await?;
        let newest = lines(page).await?;
        assert!(newest[0].contains("The cat is black.") && newest[1].contains("Good morning."), "{newest:?}");

        page.js("document.querySelectorAll('.runs .run')[1].click()", Vec::new()).await?;
        page.until("the first run is shown", "return document.querySelectorAll('.runs .run')[1].ariaCurrent === 'true'")
            .await?;
        assert_eq!((page.prompt().await?, page.generated().await?), first);
        page.fill("Name of this run", "greeting").await?;
        page.keys("\u{e007}").await?;
        page.until("it has its name", "return document.querySelectorAll('.runs .run')[1].innerText.includes('greeting')")
            .await?;

        page.press(Role::Button, "Save as text (Markdown)").await?;
        let text = page.js_async(SAVED).await?;
        let text = text.as_str().context("a text")?;
        for part in [first.0.as_str(), &answer, "greeting", "Temperature", "SHA-256"] {
            assert!(text.contains(part), "{part:?} is not in {text}");
        }
        page.press(Role::Button, "Save runs as a file").await?;
        let file = page.js_async(SAVED).await?;
        let file = file.as_str().context("a text")?.to_owned();

        page.js("location.reload()", Vec::new()).await?;
        page.open().await?;
        open_history(page).await?;
        assert!(lines(page).await?.is_empty());
        take_in(page, &file).await?;
        page.until("they are there", "return document.querySelectorAll('.runs .run').length === 2").await?;
        page.js("document.querySelectorAll('.runs .run')[1].click()", Vec::new()).await?;
        page.until("the first is shown", "return document.querySelectorAll('.runs .run')[1].ariaCurrent === 'true'")
            .await?;
        assert_eq!((page.prompt().await?, page.generated().await?), first);

        let mut bad: Value = serde_json::from_str(&file)?;
        bad["runs"][1]["given"] = json!({"bytes": 9999, "tokens": 0});
        for (text, sentence) in [
            ("not a file", "it is no file of runs from this page"),
            (&bad.to_string(), "run 2 in it cannot be used"),
        ] {
            take_in(page, text).await?;
            let told = format!(
                "return [...document.querySelectorAll('[role=alert]')].some(a => a.innerText.includes('{sentence}'))"
            );
            page.until(sentence, &told).await?;
            assert_eq!(lines(page).await?.len(), 2, "nothing is lost");
        }
        page.press(Role::Button, "Remove this run").await?;
        page.until("one is left", "return document.querySelectorAll('.runs .run').length === 1").await?;
        Ok(())
    })
}

#[test]
fn what_was_done_at_the_desk_can_be_taken_back() -> Result<()> {
    Test::new("undo").run(async |page| {
        page.open().await?;
        let text = page.value("Text to translate").await?;
        let prompt = page.prompt().await?;
        page.fill("Text to translate", "").await?;
        page.find(Role::Field, "Text to translate").await?.send_keys("A bee.").await?;
        page.press(Role::Choice, "No shots: zero-shot").await?;
        page.press(Role::Button, "Undo").await?;
        assert_eq!(page.value("Text to translate").await?, "A bee.");
        // By the keyboard, outside of any text: what was typed is one step.
        page.keys("\u{e009}z").await?;
        let back = format!("return document.querySelector('#text').value === {}", json!(text));
        page.until("the text is back", &back).await?;
        assert_eq!(page.prompt().await?, prompt);
        page.press(Role::Button, "Redo").await?;
        assert_eq!(page.value("Text to translate").await?, "A bee.");
        Ok(())
    })
}

#[test]
fn the_wall_shows_prompt_and_answer_alone_and_is_led_by_keys() -> Result<()> {
    Test::new("projector").run(async |page| {
        page.open().await?;
        page.run().await?;
        let (all, answer) = (page.generated().await?, page.answer().await?);
        page.press(Role::Button, "Projector").await?;
        page.until("it is on the wall", "return !!document.querySelector('.projector-bar')")
            .await?;
        let size = "const ink = document.querySelector('.ink');
            return parseFloat(getComputedStyle(ink).fontSize) * ink.currentCSSZoom";
        assert!(page.js(size, Vec::new()).await?.as_f64() >= Some(28.0));
        for gone in [".page-head", ".ask", ".choose", ".run-bar", ".about"] {
            let script = format!("return document.querySelector('{gone}').checkVisibility()");
            assert_eq!(page.js(&script, Vec::new()).await?, false, "{gone}");
        }
        let keys = "return !!document.querySelector('.projector-bar .keys')";
        assert_eq!(page.js(keys, Vec::new()).await?, true, "the keys are told");
        // Home covers the answer, an arrow uncovers one token, End all.
        page.keys("\u{e011}").await?;
        page.until(
            "the answer is covered",
            "return document.querySelector('output').textContent === ''",
        )
        .await?;
        assert_eq!(page.js(keys, Vec::new()).await?, false, "once");
        page.keys("\u{e014}").await?;
        page.until(
            "a token is there",
            "return document.querySelector('output').textContent !== ''",
        )
        .await?;
        let one = page.generated().await?;
        assert!(all.starts_with(&one) && one.len() < answer.len(), "{one:?} of {all:?}");
        page.keys("\u{e010}").await?;
        let whole =
            format!("return document.querySelector('output').textContent === {}", json!(answer));
        page.until("all is there", &whole).await?;
        assert_eq!(page.generated().await?, all);
        page.keys("\u{e00c}").await?;
        page.until(
            "the desk is back",
            "return document.querySelector('.page-head').checkVisibility()",
        )
        .await?;
        Ok(())
    })
}

#[test]
fn on_paper_are_prompt_answer_settings_and_model_and_no_controls() -> Result<()> {
    Test::new("print").run(async |page| {
        page.open().await?;
        page.press(Role::Button, "Dark").await?;
        page.run().await?;
        page.cdp("Emulation.setEmulatedMedia", json!({"media": "print"})).await?;
        page.js("dispatchEvent(new Event('beforeprint'))", Vec::new()).await?;
        page.until("the note is written", "return !!document.querySelector('.print-note')").await?;
        let paper = page.text_of("return document.body.innerText").await?;
        for part in ["Temperature", "builtin", "SHA-256", "Printed on", &page.answer().await?] {
            assert!(paper.contains(part), "{part:?} is not in {paper}");
        }
        let controls = "return [...document.querySelectorAll('button, input, textarea, summary')]
            .filter(control => control.checkVisibility()).length";
        assert_eq!(page.js(controls, Vec::new()).await?, 0);
        let ink = "return getComputedStyle(document.querySelector('.part.answer')).color";
        assert_eq!(page.text_of(ink).await?, "rgb(0, 0, 0)", "black in the dark theme too");
        Ok(())
    })
}

#[test]
fn words_of_a_list_are_masked_in_the_answer() -> Result<()> {
    Test::new("masked").run(async |page| {
        page.open().await?;
        let warning = "return !!document.querySelector('.unfiltered')";
        assert_eq!(page.js(warning, Vec::new()).await?, true, "said before the first run");
        page.run().await?;
        assert_eq!(page.js(warning, Vec::new()).await?, false, "and once");
        let answer = page.answer().await?;
        let word: String = answer.chars().take_while(|letter| letter.is_alphabetic()).collect();
        assert!(!word.is_empty(), "{answer:?}");
        page.open_part("Words to mask").await?;
        page.fill("Words that are not to be shown", &word.to_uppercase()).await?;
        let masked = page.answer().await?;
        assert!(masked.starts_with(&"▪".repeat(word.chars().count())), "{masked:?}");
        assert!(!page.generated().await?.contains(&word));
        assert_eq!(masked.chars().count(), answer.chars().count(), "the rest stays");
        Ok(())
    })
}
