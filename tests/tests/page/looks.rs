//! The page on a phone, in the dark, and for a screen reader.

use anyhow::Result;
use serde_json::Value;
use zeroshot_tests::{Role, Test};

#[test]
fn a_narrow_screen_has_no_sideways_scroll() -> Result<()> {
    Test::new("narrow").run(async |page| {
        for width in [400, 768, 1280] {
            page.resize(width, 800).await?;
            page.open().await?;
            for task in ["Translate", "Answer", "Summarise", "Free"] {
                page.press(Role::Choice, task).await?;
                let wide =
                    page.js("return document.documentElement.scrollWidth", Vec::new()).await?;
                assert!(
                    wide.as_u64() <= Some(width.into()),
                    "{task}, {width} px: the page is {wide} px wide"
                );
            }
            page.run().await?;
            page.open_part("Settings").await?;
            let wide = page.js("return document.documentElement.scrollWidth", Vec::new()).await?;
            assert!(
                wide.as_u64() <= Some(width.into()),
                "after a run, {width} px: the page is {wide} px wide"
            );
        }
        Ok(())
    })
}

#[test]
fn light_and_dark_both_work() -> Result<()> {
    Test::new("dark").run(async |page| {
        page.open().await?;
        let paper = "return getComputedStyle(document.documentElement).backgroundColor";
        let light = page.text_of(paper).await?;
        page.press(Role::Button, "Dark").await?;
        assert_ne!(page.text_of(paper).await?, light);
        page.press(Role::Button, "Light").await?;
        assert_eq!(page.text_of(paper).await?, light);
        Ok(())
    })
}

#[test]
fn every_control_has_a_name() -> Result<()> {
    Test::new("names").run(async |page| {
        page.open().await?;
        for task in ["Translate", "Answer", "Summarise", "Free"] {
            page.press(Role::Choice, task).await?;
            for (role, name) in page.controls().await? {
                assert!(!name.trim().is_empty(), "a {role} of {task} has no name");
            }
        }
        let headings =
            page.js("return [...document.querySelectorAll('h1')].length", Vec::new()).await?;
        assert_eq!(headings, Value::from(1));
        Ok(())
    })
}
