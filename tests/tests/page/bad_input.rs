//! What visitors type that cannot be run: each is a clear sentence, and nothing typed is lost.

use anyhow::Result;
use zeroshot_tests::{Role, Test};

#[test]
fn an_empty_prompt_is_named() -> Result<()> {
    Test::new("empty").run(async |page| {
        page.open().await?;
        page.press(Role::Choice, "Free").await?;
        page.fill("Text to continue", "").await?;
        page.press(Role::Button, "Run").await?;
        assert!(
            page.alert().await?.starts_with("There is nothing to run yet."),
            "{}",
            page.alert().await?
        );
        page.fill("Text to continue", "Once").await?;
        page.run().await?;
        assert_eq!(page.alert().await?, "");
        Ok(())
    })
}

#[test]
fn a_hundred_thousand_characters_are_refused_with_the_counts_or_trimmed() -> Result<()> {
    Test::new("long").run(async |page| {
        page.open().await?;
        page.press(Role::Choice, "Free").await?;
        let long: String =
            "One day the little dog ran home. ".chars().cycle().take(100_000).collect();
        page.fill("Text to continue", &long).await?;
        assert_eq!(page.value("Text to continue").await?.chars().count(), 100_000);
        page.run().await?;
        let alert = page.alert().await?;
        assert!(
            alert.starts_with("The prompt has ") && alert.contains("Your text is kept."),
            "{alert}"
        );
        assert_eq!(page.value("Text to continue").await?, long, "nothing typed is lost");
        page.open_part("Settings").await?;
        page.press(Role::Check, "Shorten a prompt that is too long").await?;
        page.run().await?;
        assert_eq!(page.alert().await?, "");
        assert!(page.figures().await?.contains("were dropped"), "{}", page.figures().await?);
        Ok(())
    })
}

#[test]
fn a_setting_that_is_no_number_is_named() -> Result<()> {
    Test::new("nan").run(async |page| {
        page.open().await?;
        page.open_part("Settings").await?;
        for (setting, text) in [
            ("Temperature", "NaN"),
            ("Temperature", "-1"),
            ("Top p", "two"),
            ("Longest continuation", "1e99"),
            ("Seed", ""),
        ] {
            let before = page.value(setting).await?;
            page.fill(setting, text).await?;
            page.press(Role::Button, "Run").await?;
            let alert = page.alert().await?;
            assert!(
                alert.contains(setting) && alert.contains("must be a number"),
                "{setting} {text:?}: {alert:?}"
            );
            assert_eq!(page.value(setting).await?, text, "what was typed is kept");
            page.fill(setting, &before).await?;
        }
        page.run().await?;
        assert_eq!(page.alert().await?, "");
        Ok(())
    })
}

#[test]
fn any_writing_is_taken() -> Result<()> {
    Test::new("writing").run(async |page| {
        page.open().await?;
        page.press(Role::Choice, "Free").await?;
        for text in [
            "👩‍👩‍👧 🏳️‍🌈 \u{1F600}",
            "مرحبا بالعالم، هذا نص",
            "שלום עולם",
            "今天天气很好",
            "e\u{301} a\u{300}",
            "\u{a0}\t x",
        ] {
            page.fill("Text to continue", text).await?;
            assert_eq!(page.prompt().await?, text);
            page.run().await?;
            assert_eq!(page.alert().await?, "", "{text:?}");
            // Characters of several tokens arrive whole: nothing is replaced in what was given.
            page.generated().await?;
        }
        Ok(())
    })
}
