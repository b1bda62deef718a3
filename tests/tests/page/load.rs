//! The page comes up, whole and by itself.

use anyhow::Result;
use zeroshot_tests::{Role, Test};

#[test]
fn the_page_loads_with_its_model() -> Result<()> {
    Test::new("loads").run(async |page| {
        page.open().await?;
        assert!(page.title().await?.starts_with("Zeroshot"));
        assert!(page.offers(Role::Button, "Run").await?);
        let requests = page.requests().await?;
        for file in [".css", ".js", "_bg.wasm", "zeroshot-worker", "texts-en-", "examples-"] {
            assert!(
                requests.iter().any(|url| url.contains(file)),
                "{file} is not among {requests:#?}"
            );
        }
        assert_eq!(page.alert().await?, "");
        Ok(())
    })
}

#[test]
fn the_page_is_cross_origin_isolated() -> Result<()> {
    Test::new("isolated").run(async |page| {
        page.open().await?;
        assert_eq!(page.js("return crossOriginIsolated", Vec::new()).await?, true);
        Ok(())
    })
}

#[test]
fn the_page_works_below_a_path_of_its_host() -> Result<()> {
    // As on a host that gives each project a folder.
    let site = zeroshot_tests::Site::changed(|folder| {
        let inner = folder.join("some/where");
        std::fs::create_dir_all(&inner)?;
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            if entry.file_name() != "some" {
                std::fs::rename(entry.path(), inner.join(entry.file_name()))?;
            }
        }
        Ok(())
    })?;
    Test::new("below").run_on(&site, async |page| page.open_at("some/where/").await)
}
