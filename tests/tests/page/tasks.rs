//! The tasks on real input, and that the page writes what the command line writes.

use anyhow::Result;
use zeroshot_tests::{Page, Role, Test, native};

/// The settings as the page shows them, as flags of the command line.
pub async fn flags(page: &Page) -> Result<Vec<String>> {
    page.open_part("Settings").await?;
    let mut flags = Vec::new();
    for (name, flag) in [
        ("Temperature", "temperature"),
        ("Top k", "top-k"),
        ("Top p", "top-p"),
        ("Repetition penalty", "repetition-penalty"),
        ("Longest continuation", "max-new-tokens"),
        ("Seed", "seed"),
    ] {
        flags.push(format!("--{flag}={}", page.value(name).await?));
    }
    for stop in page.value("Stop at").await?.lines().filter(|line| !line.is_empty()) {
        flags.push(format!("--stop={}", stop.replace("\\n", "\n")));
    }
    Ok(flags)
}

/// Runs what is in the fields and compares with the command line; what was generated.
async fn run_like_the_command_line(page: &Page) -> Result<String> {
    page.run().await?;
    let (prompt, generated) = (page.prompt().await?, page.generated().await?);
    assert!(!generated.trim().is_empty(), "nothing came after {prompt:?}");
    let expected = native::generate(&prompt, &flags(page).await?)?;
    // White space at the very end is not shown: it would be an empty page below the answer.
    assert_eq!(generated.trim_end(), expected.trim_end(), "after {prompt:?}");
    let answer = page.answer().await?;
    assert!(generated.contains(answer.trim()), "{answer:?} is not in {generated:?}");
    Ok(generated)
}

#[test]
fn it_translates() -> Result<()> {
    Test::new("translates").run(async |page| {
        page.open().await?;
        page.press(Role::Choice, "Translate").await?;
        page.fill("Text to translate", "The house is big.").await?;
        assert!(page.prompt().await?.contains("The house is big. ="));
        run_like_the_command_line(page).await?;
        assert!(!page.answer().await?.contains('\n'), "the answer is one sentence");
        Ok(())
    })
}

#[test]
fn it_answers_a_question() -> Result<()> {
    Test::new("answers").run(async |page| {
        page.open().await?;
        page.press(Role::Choice, "Answer").await?;
        page.fill("Passage", "Anna has a red ball. Tom has a blue car. They play in the garden.")
            .await?;
        page.fill("Question", "What does Tom have?").await?;
        assert!(page.prompt().await?.ends_with("A:"));
        run_like_the_command_line(page).await?;
        Ok(())
    })
}

#[test]
fn it_summarises() -> Result<()> {
    Test::new("summarises").run(async |page| {
        page.open().await?;
        page.press(Role::Choice, "Summarise").await?;
        page.fill(
            "Text to summarise",
            "A little dog lost its way. It walked all day. In the evening a girl found it.",
        )
        .await?;
        // The paper draws from the two likeliest tokens: only a seed makes two runs alike.
        page.open_part("Settings").await?;
        page.press(Role::Check, "Keep this seed").await?;
        page.fill("Seed", "2019").await?;
        assert_eq!(page.value("Top k").await?, "2");
        run_like_the_command_line(page).await?;
        Ok(())
    })
}

#[test]
fn it_continues_an_edited_prompt() -> Result<()> {
    Test::new("edited").run(async |page| {
        page.open().await?;
        let edited = "Good morning. = Bonjour.\nGood night. =";
        page.fill("The prompt, exactly as the model gets it", edited).await?;
        assert_eq!(page.prompt().await?, edited);
        run_like_the_command_line(page).await?;
        page.press(Role::Button, "Let the fields write it again").await?;
        assert_ne!(page.prompt().await?, edited);
        Ok(())
    })
}

#[test]
fn shots_stand_in_the_prompt() -> Result<()> {
    Test::new("shots").run(async |page| {
        page.open().await?;
        page.press(Role::Choice, "Translate").await?;
        page.press(Role::Choice, "No shots: zero-shot").await?;
        let zero = page.prompt().await?;
        page.press(Role::Choice, "3 shots: few-shot").await?;
        let three = page.prompt().await?;
        assert!(three.ends_with(&zero), "{three:?} should end with {zero:?}");
        assert_eq!(three.lines().count(), zero.lines().count() + 3);
        run_like_the_command_line(page).await?;
        Ok(())
    })
}
