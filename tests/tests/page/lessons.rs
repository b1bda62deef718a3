//! The lessons: gone through by doing them, without a model too, and opened from disk.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use zeroshot_tests::{Page, Role, Site, Test};

/// Goes to an address of the page and waits for the heading of what is there.
async fn go(page: &Page, fragment: &str, heading: &str) -> Result<()> {
    page.js("location.hash = arguments[0]", vec![json!(fragment)]).await?;
    headed(page, heading).await
}

async fn headed(page: &Page, heading: &str) -> Result<()> {
    let there = format!(
        "return [...document.querySelectorAll('main h2')].some(h => h.innerText === {})",
        json!(heading)
    );
    page.until(heading, &there).await
}

/// Presses the link of this text.
async fn follow(page: &Page, text: &str) -> Result<()> {
    let script = "const link = [...document.querySelectorAll('main a')].find(a => a.innerText === arguments[0]);
        if (link) link.click(); return !!link;";
    let found = page.js(script, vec![json!(text)]).await?;
    anyhow::ensure!(found == Value::Bool(true), "there is no link {text:?}");
    Ok(())
}

/// Whether each task is done, as a screen reader hears it.
async fn ticks(page: &Page) -> Result<Vec<bool>> {
    let script =
        "return [...document.querySelectorAll('.task > [role=img]')].map(tick => tick.ariaLabel)";
    let ticks: Vec<String> = serde_json::from_value(page.js(script, Vec::new()).await?)?;
    Ok(ticks.iter().map(|tick| tick == "Done").collect())
}

#[test]
fn a_lesson_is_gone_through_by_doing_it() -> Result<()> {
    Test::new("lesson").run(async |page| {
        page.open().await?;
        page.fill("Text to translate", "This is mine.").await?;
        page.run().await?;
        let (prompt, answer) = (page.prompt().await?, page.answer().await?);

        go(page, "#/lessons", "Lessons").await?;
        page.until(
            "the lessons are there",
            "return document.querySelectorAll('main ol li h3').length === 8",
        )
        .await?;
        follow(page, "What a language model is").await?;
        headed(page, "One thing only").await?;
        assert_eq!(page.prompt().await?, "Once upon a time, there was a little");
        assert_eq!(page.answer().await?, "", "nothing is shown before it is asked for");
        assert_eq!(ticks(page).await?, [false, false]);
        page.run().await?;
        assert!(!page.answer().await?.is_empty());
        assert_eq!(ticks(page).await?, [true, false]);

        page.press(Role::Choice, "The prompt alone").await?;
        assert_eq!(ticks(page).await?, [true, false]);
        let why = page.text_of("return document.querySelector('.why').innerText").await?;
        assert!(why.starts_with("Not quite. The nine tokens"), "{why}");
        page.press(Role::Choice, "The prompt and the nine tokens before").await?;
        assert_eq!(ticks(page).await?, [true, true]);

        // The keys turn the pages, but for those who move among the answers; a task that is open
        // holds nobody back.
        page.js("document.activeElement.blur()", Vec::new()).await?;
        page.keys("\u{e014}").await?;
        headed(page, "A number for every token").await?;
        assert_eq!(ticks(page).await?, [false; 3]);
        page.keys("\u{e014}").await?;
        headed(page, "Always the likeliest").await?;
        follow(page, "Back").await?;
        headed(page, "A number for every token").await?;
        page.run().await?;
        page.press(Role::Button, "Tokens").await?;
        assert_eq!(ticks(page).await?, [true, true, false]);

        follow(page, "Lessons").await?;
        headed(page, "Lessons").await?;
        let facts =
            page.text_of("return document.querySelector('main ol li .facts').innerText").await?;
        assert!(facts.contains("6 pages") && facts.contains("4 of "), "{facts}");

        page.js("location.hash = '#/'", Vec::new()).await?;
        page.until("the playground is back", "return !!document.querySelector('.playground')")
            .await?;
        assert_eq!(page.value("Text to translate").await?, "This is mine.");
        assert_eq!((page.prompt().await?, page.answer().await?), (prompt, answer));
        Ok(())
    })
}

#[test]
fn shots_of_a_lesson_are_put_and_compared() -> Result<()> {
    Test::new("lesson-shots").run(async |page| {
        page.open_at("#/lessons/few-shot/2").await?;
        headed(page, "One example").await?;
        let sentence = "My brother is reading a book. =";
        assert_eq!(page.prompt().await?, sentence);
        page.run().await?;
        let french = page.answer().await?;
        assert_eq!(ticks(page).await?, [true, false]);
        page.press(Role::Choice, "1 shot: one-shot").await?;
        let prompt = page.prompt().await?;
        assert!(prompt.ends_with(sentence) && prompt.contains("Strand"), "{prompt}");
        page.run().await?;
        assert_eq!(ticks(page).await?, [true, true]);
        assert_ne!(page.answer().await?, french, "a German shot changes the language");
        Ok(())
    })
}

#[test]
fn without_a_model_what_was_recorded_plays() -> Result<()> {
    let model = "models/builtin/model.gguf";
    let site = Site::changed(|folder| Ok(std::fs::remove_file(folder.join(model))?))?;
    Test::new("lesson-recorded").allows("404").run_on(&site, async |page| {
        page.open_without_model().await?;
        page.until("it is known", "return /No model/.test(document.querySelector('header').innerText)")
            .await?;
        go(page, "#/lessons/few-shot/1", "Which language?").await?;
        let stage = "return document.querySelector('.run-bar .primary') !== null";
        page.until("the stage is there", stage).await?;
        // What was recorded arrives after the lesson.
        page.until(
            "the recorded answer is shown",
            "document.querySelector('.run-bar .primary').click();
            return /recorded earlier/.test(document.querySelector('.status [role=status]').innerText)",
        )
        .await?;
        let answer = page.answer().await?;
        assert!(answer.split(' ').count() > 3, "{answer:?}");
        assert!(ticks(page).await?[0], "what was recorded counts");

        // Its tokens, those of the prompt too, and what else might have come.
        page.press(Role::Button, "Tokens").await?;
        let tokens = "return document.querySelectorAll('.token-strip .stretch .token').length";
        page.until("the tokens are shown", &format!("{tokens} > 12")).await?;
        let bars = page.js("return document.querySelectorAll('.token-details .bar').length", Vec::new()).await?;
        assert_eq!(bars, json!(8));

        // The tensors of the model that is not there.
        go(page, "#/lessons/gpt1-to-gpt2/2", "The norm before the block").await?;
        page.until("the tensors are listed", "return !!document.querySelector('.tensor-table')").await?;
        let rows = "return [...document.querySelectorAll('.tensor-table tbody tr')].map(row => row.innerText)";
        let rows: Vec<String> = serde_json::from_value(page.js(rows, Vec::new()).await?)?;
        let norms = rows.iter().filter(|row| row.contains(".ln_1.") || row.contains(".ln_2."));
        assert!(rows.len() >= 4 && norms.count() == rows.len(), "{rows:?}");
        Ok(())
    })
}

/// Chooses a lesson file with this text.
async fn choose(page: &Page, text: &str) -> Result<()> {
    let script = "const input = document.getElementById('from-disk');
        const transfer = new DataTransfer();
        transfer.items.add(new File([arguments[0]], 'mine.json'));
        input.files = transfer.files;
        input.dispatchEvent(new Event('change', {bubbles: true}));";
    page.js(script, vec![json!(text)]).await.map(drop)
}

#[test]
fn a_teachers_file_is_opened_or_told_what_is_wrong_with_it() -> Result<()> {
    let words = |text: &str| json!({"en": text});
    let mut lesson = json!({
        "id": "mine", "title": words("Mine"), "summary": words("My own."), "minutes": 3,
        "pages": [{
            "title": words("My page"),
            "text": words("A `<b>mark</b>` and <i>another</i>, *stressed*."),
            "scene": {"input": {"task": "free", "text": "Good morning,"},
                "settings": {"temperature": 0, "max_new_tokens": 5}},
            "checks": [{"do": "run", "text": words("Run *this*.")}]
        }]
    });
    Test::new("lesson-own").run(async |page| {
        page.open_at("#/lessons").await?;
        headed(page, "Lessons").await?;
        let sound = lesson.to_string();
        lesson["pages"][0]["checks"][0]["do"] = json!({"shots": {"exactly": 9}});
        for (text, part) in [
            (lesson.to_string(), "mine.json cannot be used. pages[0].checks[0].do.shots: a prompt has at most 5 shots."),
            (sound.replacen("minutes", "minuten", 1), "unknown field `minuten`"),
            (" ".repeat(300_000), "the file has 300000 bytes; a lesson has at most 262144"),
        ] {
            choose(page, &text).await?;
            let said = format!(
                "return [...document.querySelectorAll('.own-lessons .alert')].some(p => p.innerText.includes({}))",
                json!(part)
            );
            page.until(part, &said).await?;
        }
        choose(page, &sound).await?;
        headed(page, "My page").await?;
        let html = page.text_of("return document.querySelector('.lesson-text > p:nth-of-type(2)').innerHTML").await?;
        assert_eq!(html, "A <code>&lt;b&gt;mark&lt;/b&gt;</code> and &lt;i&gt;another&lt;/i&gt;, <em>stressed</em>.");
        page.run().await?;
        assert_eq!(ticks(page).await?, [true]);
        follow(page, "All lessons").await?;
        headed(page, "Lessons").await?;
        let own = page.text_of("return document.querySelector('.own-lessons li').innerText").await?;
        assert!(own.contains("Mine") && own.contains("all tasks done"), "{own}");
        Ok(())
    })
}

#[test]
fn every_page_of_every_lesson_opens_and_fits_a_phone() -> Result<()> {
    Test::new("lesson-pages").languages("zh-CN").run(async |page| {
        page.resize(360, 740).await?;
        page.open_at("#/lessons").await?;
        let listed = "return document.querySelectorAll('main ol li h3 a').length === 8";
        page.until("the lessons are there", listed).await?;
        let first = page.js("return [...document.querySelectorAll('main ol li h3 a')].map(a => a.hash)", Vec::new()).await?;
        let first: Vec<String> = serde_json::from_value(first)?;
        for address in first {
            page.js("location.hash = arguments[0]", vec![json!(address)]).await?;
            let id = address.split('/').nth(2).context("an id")?.to_owned();
            for number in 1.. {
                let here = format!("#/lessons/{id}/{number}");
                let open = format!(
                    "return location.hash === {} && /第 {number} 页/.test(document.querySelector('.lesson-place')?.innerText)",
                    json!(here)
                );
                page.until(&here, &open).await?;
                let wide = page.js("return document.documentElement.scrollWidth", Vec::new()).await?;
                assert!(wide.as_u64() <= Some(360), "{here} is {wide} px wide");
                assert!(!ticks(page).await?.is_empty(), "{here} has nothing to do");
                let next = "const next = document.querySelector('.lesson-steps .primary'); return next.hash";
                let next = page.text_of(next).await?;
                if !next.starts_with(&format!("#/lessons/{id}/")) {
                    break;
                }
                page.js("document.querySelector('.lesson-steps .primary').click()", Vec::new()).await?;
            }
        }
        Ok(())
    })
}
