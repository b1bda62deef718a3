//! The visitor's own files, and a folder of the site.

use std::fs;
use std::path::PathBuf;

use anyhow::Result;
use serde_json::json;
use sha2::{Digest, Sha256};
use xtask::offline::hex;
use zeroshot_tests::hub::{Checkpoint, Hub};
use zeroshot_tests::{Page, Site, Test, native, site};

use super::{continuation, list, open, press, until_kept, until_ready, until_told};
use crate::tasks::flags;

/// A folder for a test's files, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("zeroshot-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The built-in model as it would be called by the command line for these files.
async fn writes_as(page: &Page, model: &std::path::Path, kind: Option<&str>) -> Result<()> {
    let written = continuation(page).await?;
    let mut flags = flags(page).await?;
    flags.extend(kind.map(|kind| format!("--type={kind}")));
    let expected = native::generate_with(model, &page.prompt().await?, &flags)?;
    assert_eq!(written.trim_end(), expected.trim_end());
    Ok(())
}

#[test]
fn a_gguf_file_that_was_picked_is_used_and_kept() -> Result<()> {
    let folder = Folder::new("picked-gguf")?;
    let file = folder.0.join("tales.v2.gguf");
    native::pack(&site::medium()?, "q4_0", &file, None)?;
    Test::new("models-gguf").run(async |page| {
        open(page).await?;
        page.pick("Pick files", std::slice::from_ref(&file)).await?;
        until_told(page, "tales.v2", "to read from your files").await?;
        press(page, "Use tales.v2").await?;
        until_ready(page, "tales.v2, Q4_0").await?;
        writes_as(page, &file, None).await?;
        until_kept(page, "tales.v2, Q4_0").await?;
        page.reload().await?;
        until_ready(page, "tales.v2, Q4_0").await
    })
}

#[test]
fn safetensors_are_picked_with_what_belongs_to_them() -> Result<()> {
    let folder = Folder::new("picked-safetensors")?;
    let model = Checkpoint::medium()?;
    model.write(&folder.0)?;
    let files: Vec<PathBuf> = model.files().iter().map(|(file, _)| folder.0.join(file)).collect();
    let text = Folder::new("picked-text")?;
    let other = text.0.join("model.safetensors");
    fs::write(&other, "This is no model.")?;
    Test::new("models-picked").run(async |page| {
        open(page).await?;
        page.pick("Pick files", &files[1..]).await?;
        let missing = "Of the files that you picked, config.json is missing.";
        until_told(page, "model", missing).await?;
        page.pick("Pick files", &[files[0].clone(), files[1].clone(), other.clone()]).await?;
        until_told(page, "model", "model.safetensors cannot be read: ").await?;
        page.pick("Pick files", &[files[0].clone(), files[1].clone()]).await?;
        until_told(page, "config", "There are no weights that Zeroshot can read.").await?;
        page.pick("Pick files", &files).await?;
        until_told(page, "model", "to read from your files").await?;
        super::choose_type(page, "model", "Q8_0").await?;
        press(page, "Use model").await?;
        until_ready(page, "model, Q8_0").await?;
        writes_as(page, &folder.0, Some("q8_0")).await
    })
}

#[test]
fn a_folder_of_the_site_may_hold_a_model_in_parts() -> Result<()> {
    let hub = Hub::start()?;
    let built_in = site::medium()?;
    let site = Site::rebuilt(|folder| {
        site::use_hub(folder, &hub)?;
        let school = folder.join("models/school");
        fs::create_dir_all(&school)?;
        native::pack(&built_in, "q8_0", &school.join("model.gguf"), Some(2_000_000))?;
        let mut parts = 0;
        for entry in fs::read_dir(&school)? {
            let bytes = fs::metadata(entry?.path())?.len();
            assert!(bytes <= 2_000_000, "a part has {bytes} bytes");
            parts += 1;
        }
        assert!(parts > 2, "{parts} files");
        let whole = Folder::new("parts-whole")?;
        native::pack(&built_in, "q8_0", &whole.0.join("model.gguf"), None)?;
        let bytes = fs::read(whole.0.join("model.gguf"))?;
        let digest = hex(&Sha256::digest(&bytes));
        list(
            folder,
            json!({
                "id": "school", "title": "School", "folder": "school", "bytes": bytes.len(),
                "files": {"weights": "model.gguf.parts.json"},
                "sha256": {"model.gguf.parts.json": digest}, "parameters": 4_800_000,
            }),
        )
    })?;
    Test::new("models-parts").allows("ERR_CONNECTION_REFUSED").run_on(&site, async |page| {
        open(page).await?;
        press(page, "Use School").await?;
        until_ready(page, "School, Q8_0").await?;
        let folder = Folder::new("parts-model")?;
        native::pack(&built_in, "q8_0", &folder.0.join("model.gguf"), None)?;
        writes_as(page, &folder.0.join("model.gguf"), None).await?;
        assert_eq!(hub.asked(), []);
        Ok(())
    })
}
