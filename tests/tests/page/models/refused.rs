//! Models that cannot be had: each has a sentence of its own, and the model in use stays.

use anyhow::Result;
use zeroshot_tests::hub::{Checkpoint, Content, Fault, Hub};
use zeroshot_tests::{Page, Role, Test};

use super::{
    REPO, TITLE, WEIGHTS, continuation, hub_and_site, look_up, open, press, show, until_ready,
    until_told,
};

/// Publishes a model of which `change` has done something to the files.
fn publish(hub: &Hub, repo: &str, change: impl FnOnce(&mut Checkpoint)) -> Result<()> {
    let mut model = Checkpoint::medium()?;
    change(&mut model);
    hub.publish_model(repo, &model);
    Ok(())
}

/// The built-in model works as before.
async fn goes_on(page: &Page) -> Result<()> {
    until_ready(page, "Zeroshot builtin, Q8_0").await?;
    assert!(!continuation(page).await?.is_empty());
    Ok(())
}

#[test]
fn what_is_looked_up_in_vain_is_named() -> Result<()> {
    let (hub, site) = hub_and_site()?;
    let text = |content: &Content| String::from_utf8_lossy(&content.to_vec()).into_owned();
    publish(&hub, "other/llama", |model| {
        model.config = text(&model.config).replace("\"gpt2\"", "\"llama\"").into();
    })?;
    publish(&hub, "other/no-config", |model| model.config = "{".into())?;
    publish(&hub, "other/no-header", |model| model.weights = vec![b'<'; 2_000_000].into())?;
    let model = Checkpoint::medium()?;
    hub.publish("other/no-weights", "config.json", model.config);
    hub.publish("other/no-weights", "tokenizer.json", model.tokenizer);
    hub.publish("other/no-weights", "pytorch_model.bin", *b"PK");
    let test = Test::new("models-refused").allows("status of 401").allows("status of 404");
    test.run_on(&site, async |page| {
        open(page).await?;
        for (repo, sentence) in [
            ("nobody/nothing", "The hub has no model named nobody/nothing, or does not show it to everybody (status 401)."),
            ("other/llama", "This model is of another kind (llama), and Zeroshot runs GPT-2 models only."),
            ("other/no-config", "config.json of this model cannot be read: "),
            ("other/no-header", "model.safetensors of this model cannot be read: "),
            ("other/no-weights", "There are no weights that Zeroshot can read."),
        ] {
            look_up(page, repo).await?;
            until_told(page, repo, sentence).await?;
        }
        page.fill("Name on the hub, owner/model", "../../etc").await?;
        press(page, "Look it up").await?;
        page.until(
            "the name is refused",
            "return [...document.querySelectorAll('[role=alert]')]
                .some(alert => alert.innerText.startsWith('A name on the hub has two parts, owner/model'))",
        )
        .await?;
        goes_on(page).await
    })
}

#[test]
fn weights_that_are_not_those_of_the_list_are_refused() -> Result<()> {
    let (hub, site) = hub_and_site()?;
    hub.publish(REPO, WEIGHTS, Checkpoint::medium()?.weights.damaged(5_000_000));
    Test::new("models-wrong").run_on(&site, async |page| {
        open(page).await?;
        press(page, &format!("Get {TITLE}")).await?;
        until_told(page, TITLE, "model.safetensors is not the one that was expected").await?;
        assert!(page.offers(Role::Button, &format!("Get {TITLE}")).await?, "nothing of it is kept");
        goes_on(page).await?;
        // Once the hub has the right ones, they are had.
        hub.publish(REPO, WEIGHTS, Checkpoint::medium()?.weights);
        show(page).await?;
        press(page, &format!("Get {TITLE}")).await?;
        until_ready(page, "Little, Q8_0").await
    })
}

#[test]
fn a_hub_that_asks_for_patience_gets_it() -> Result<()> {
    let (hub, site) = hub_and_site()?;
    hub.spoil(REPO, WEIGHTS, Fault::Status(429, Some(3)));
    Test::new("models-busy").allows("status of 429").run_on(&site, async |page| {
        open(page).await?;
        press(page, &format!("Get {TITLE}")).await?;
        until_told(page, TITLE, "The model hub asks for some patience").await?;
        until_told(page, TITLE, "Next try in ").await?;
        until_ready(page, "Little, Q8_0").await?;
        Ok(())
    })
}

#[test]
fn a_file_that_changes_on_its_way_is_named() -> Result<()> {
    let (hub, site) = hub_and_site()?;
    hub.spoil(REPO, WEIGHTS, Fault::CutAt(6_000_000));
    let test = Test::new("models-changed").allows("ERR_CONTENT_LENGTH_MISMATCH");
    test.run_on(&site, async |page| {
        open(page).await?;
        press(page, &format!("Get {TITLE}")).await?;
        until_told(page, TITLE, "The connection to the hub broke").await?;
        hub.publish(REPO, WEIGHTS, Checkpoint::medium()?.weights);
        until_told(page, TITLE, "model.safetensors changed on the server while it was fetched")
            .await?;
        goes_on(page).await
    })
}

#[test]
fn a_hub_that_is_gone_is_tried_again_until_it_is_given_up() -> Result<()> {
    let (hub, site) = hub_and_site()?;
    hub.go_down();
    Test::new("models-gone").allows("ERR_CONNECTION_REFUSED").run_on(&site, async |page| {
        open(page).await?;
        press(page, &format!("Get {TITLE}")).await?;
        until_told(page, TITLE, "The connection to the hub broke while config.json arrived.").await?;
        until_told(page, TITLE, "Next try in ").await?;
        press(page, "Cancel").await?;
        page.until(
            "it can be got again",
            "return [...document.querySelectorAll('button')].some(b => b.innerText.startsWith('Get'))",
        )
        .await?;
        goes_on(page).await
    })
}
