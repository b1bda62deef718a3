//! Models besides the built-in one: from a hub, from the visitor's files, from a folder of the site, and from the
//! device, where they are kept.

mod arriving;
mod kept;
mod own;
mod refused;

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use xtask::offline::hex;
use zeroshot_tests::hub::{Checkpoint, Hub, Shape};
use zeroshot_tests::{Page, Role, Site, site};

/// The repository that most tests fetch, and what the list calls it.
const REPO: &str = "zeroshot/little";
const TITLE: &str = "Little";

/// The file that is large.
const WEIGHTS: &str = "model.safetensors";

/// A hub with the medium built-in model's files in [`REPO`], and the page with that in its list.
fn hub_and_site() -> Result<(Hub, Site)> {
    hub_and_changed_site(|_| Ok(()))
}

/// The same with a page that `change` has done something to.
fn hub_and_changed_site(change: impl FnOnce(&Path) -> Result<()>) -> Result<(Hub, Site)> {
    let hub = Hub::start()?;
    let model = Checkpoint::medium()?;
    hub.publish_model(REPO, &model);
    let digest = hex(&Sha256::digest(model.weights.to_vec()));
    let site = Site::rebuilt(|folder| {
        change(folder)?;
        site::use_hub(folder, &hub)?;
        list(
            folder,
            json!({
                "id": "little", "title": TITLE, "hub": {"repo": REPO}, "download": model.weights.len(),
                "files": {"config": "config.json", "tokenizer": "tokenizer.json", "weights": WEIGHTS},
                "sha256": {WEIGHTS: digest}, "parameters": 4_800_000, "licence": "CC-BY-SA-4.0",
            }),
        )
    })?;
    Ok((hub, site))
}

/// Puts an entry into the site's list of models.
fn list(folder: &Path, entry: Value) -> Result<()> {
    let path = folder.join("models/index.json");
    let mut entries: Vec<Value> = serde_json::from_slice(&fs::read(&path)?)?;
    entries.push(entry);
    Ok(fs::write(path, json!(entries).to_string())?)
}

/// Random weights of 28 MB in F32; with `ZEROSHOT_TEST_124M` set, those of GPT-2 124M.
fn random() -> Result<Checkpoint> {
    if std::env::var_os("ZEROSHOT_TEST_124M").is_some() {
        return Checkpoint::gpt2();
    }
    Checkpoint::random(Shape { n_layer: 6, n_head: 4, n_embd: 256, n_positions: 256 })
}

/// Opens the page, and the models on it.
async fn open(page: &Page) -> Result<()> {
    page.open().await?;
    show(page).await
}

/// Goes to the models.
async fn show(page: &Page) -> Result<()> {
    page.js("location.hash = '#/models'", Vec::new()).await?;
    page.until("the models are listed", "return !!document.querySelector('.models-page li h3')")
        .await
}

/// The place of a model on the page: in the list, among what is kept, or as one that was looked up.
fn place(title: &str) -> String {
    format!(
        "[...document.querySelectorAll('.models-page li, .models-page .found')]
            .filter(place => place.querySelector('h3').innerText === {})",
        json!(title)
    )
}

/// Presses a button once it is there.
async fn press(page: &Page, name: &str) -> Result<()> {
    for _ in 0..100 {
        if page.offers(Role::Button, name).await? {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    page.press(Role::Button, name).await
}

/// All that the page says about a model.
async fn told(page: &Page, title: &str) -> Result<String> {
    page.text_of(&format!("return {}.map(place => place.innerText).join('\\n')", place(title)))
        .await
}

/// Waits until the page says this about a model.
async fn until_told(page: &Page, title: &str, part: &str) -> Result<()> {
    let script =
        format!("return {}.some(place => place.innerText.includes({}))", place(title), json!(part));
    match page.until(part, &script).await {
        Ok(()) => Ok(()),
        Err(error) => anyhow::bail!("{error}; it says {:?}", told(page, title).await?),
    }
}

/// The bytes that have arrived, by the bar of progress; 0 where there is none.
async fn arrived(page: &Page) -> Result<f64> {
    let script = "return document.querySelector('.arrival progress')?.position ?? 0";
    Ok(page.js(script, Vec::new()).await?.as_f64().unwrap_or_default())
}

/// Waits until more than this share has arrived.
async fn until_arrived(page: &Page, share: f64) -> Result<()> {
    let script = format!("return document.querySelector('.arrival progress')?.position > {share}");
    page.until("some has arrived", &script).await
}

/// Waits until the model in use is this one, by the status in the page's head.
async fn until_ready(page: &Page, status: &str) -> Result<()> {
    let script = format!(
        "return document.querySelector('header').innerText.includes({})",
        json!(format!("{status}: ready"))
    );
    match page.until(status, &script).await {
        Ok(()) => Ok(()),
        Err(error) => {
            let head = page.text_of("return document.querySelector('header').innerText").await?;
            let main = page.text_of("return document.querySelector('main').innerText").await?;
            anyhow::bail!("{error}; the page says {head:?} and {main:?}")
        }
    }
}

/// Waits until all of a model is on the device, which goes on when it is used already; shows the models.
async fn until_kept(page: &Page, title: &str) -> Result<()> {
    show(page).await?;
    let script = format!(
        "return {}.map(place => place.querySelector('.facts').innerText)
            .some(facts => facts.includes('last used') && !/still being kept|are here/.test(facts))",
        place(title)
    );
    match page.until("it is kept", &script).await {
        Ok(()) => Ok(()),
        Err(error) => anyhow::bail!("{error}; the page says {:?}", told(page, title).await?),
    }
}

/// Looks a repository up by its name, and waits for what was found.
async fn look_up(page: &Page, repo: &str) -> Result<()> {
    page.fill("Name on the hub, owner/model", repo).await?;
    press(page, "Look it up").await
}

/// Takes a type for a model.
async fn choose_type(page: &Page, title: &str, name: &str) -> Result<()> {
    let list = page.find(Role::List, &format!("Type of {title}")).await?;
    let script = "const [list, name] = arguments;
        list.selectedIndex = [...list.options].findIndex(option => option.text.startsWith(name));
        list.dispatchEvent(new Event('change', {bubbles: true}));";
    page.js(script, vec![serde_json::to_value(list)?, json!(name)]).await.map(drop)
}

/// What the model in use writes for a sentence to be translated: the same each time.
async fn continuation(page: &Page) -> Result<String> {
    page.js("location.hash = '#/'", Vec::new()).await?;
    page.until("the desk is there", "return !!document.querySelector('.run-bar')").await?;
    page.fill("Text to translate", "The house is big.").await?;
    page.run().await?;
    page.generated().await
}
