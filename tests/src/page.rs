//! The page in the terms of a visitor: roles and names, fields and buttons, the prompt and the answer.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use fantoccini::elements::Element;
use fantoccini::wd::WindowHandle;
use fantoccini::{Client, Locator};
use serde_json::{Value, json};

use crate::driver::Extra;

/// What an element is to assistive technology.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Something to press.
    Button,
    /// A field for text.
    Field,
    /// One of several choices.
    Choice,
    /// A box to tick.
    Check,
    /// A list to choose from.
    List,
    /// What opens a part of the page.
    Summary,
    /// A way to pick files.
    Files,
}

impl Role {
    fn selector(self) -> &'static str {
        match self {
            Self::Button => "button",
            Self::Field => "textarea, input:not([type]), input[type=text], input[type=number]",
            Self::Choice => "input[type=radio]",
            Self::Check => "input[type=checkbox]",
            Self::List => "select",
            Self::Summary => "summary",
            Self::Files => "input[type=file]",
        }
    }
}

/// The page in a browser.
pub struct Page {
    client: Client,
    url: String,
    /// How long anything may take: a forward pass on a busy machine, at most.
    limit: Duration,
}

impl Page {
    pub(crate) fn new(client: Client, url: String, limit: Duration) -> Self {
        Self { client, url, limit }
    }

    /// Opens the page and waits until the model is there.
    pub async fn open(&self) -> Result<()> {
        self.open_at("").await
    }

    /// Opens the page at a path of its site and waits until the model is there.
    pub async fn open_at(&self, path: &str) -> Result<()> {
        self.client.goto(&format!("{}{path}", self.url)).await?;
        self.ready().await
    }

    /// Opens the page and waits for nothing.
    pub async fn open_without_model(&self) -> Result<()> {
        Ok(self.client.goto(&self.url).await?)
    }

    /// Loads the page anew, as the browser's own button does, and waits until the model is there.
    pub async fn reload(&self) -> Result<()> {
        self.client.refresh().await?;
        self.ready().await
    }

    /// Waits until the model is there.
    pub async fn ready(&self) -> Result<()> {
        let ready = "return /ready|就绪/.test(document.querySelector('header')?.innerText)";
        self.until("the model is ready", ready).await
    }

    /// The tab that is in front.
    pub async fn tab(&self) -> Result<WindowHandle> {
        Ok(self.client.window().await?)
    }

    /// Opens another tab, which comes to the front, empty.
    pub async fn new_tab(&self) -> Result<WindowHandle> {
        let tab = self.client.new_window(true).await?.handle;
        self.switch_to(&tab).await?;
        Ok(tab)
    }

    /// Brings a tab to the front.
    pub async fn switch_to(&self, tab: &WindowHandle) -> Result<()> {
        Ok(self.client.switch_to_window(tab.clone()).await?)
    }

    /// Closes the tab in front; another must be brought there.
    pub async fn close_tab(&self) -> Result<()> {
        Ok(self.client.close_window().await?)
    }

    /// The title in the browser's tab.
    pub async fn title(&self) -> Result<String> {
        Ok(self.client.title().await?)
    }

    /// The element with this role and exactly this name.
    pub async fn find(&self, role: Role, name: &str) -> Result<Element> {
        let mut names = Vec::new();
        for element in self.client.find_all(Locator::Css(role.selector())).await? {
            let found = match role {
                // The driver knows no name for it.
                Role::Summary => element.text().await?,
                _ => {
                    let id = element.element_id();
                    let label =
                        self.client.issue_cmd(Extra::computed(&id, "computedlabel")).await?;
                    label.as_str().unwrap_or_default().to_owned()
                }
            };
            if found == name {
                return Ok(element);
            }
            names.push(found);
        }
        bail!("no {role:?} is named {name:?}; there are {names:?}")
    }

    /// Whether there is an element with this role and name that can be used.
    pub async fn offers(&self, role: Role, name: &str) -> Result<bool> {
        match self.find(role, name).await {
            Ok(element) => Ok(element.is_enabled().await?),
            Err(_) => Ok(false),
        }
    }

    /// Presses a button, takes a choice, ticks a box, opens a part.
    pub async fn press(&self, role: Role, name: &str) -> Result<()> {
        let element = self.find(role, name).await?;
        let target = match role {
            // The box itself may be drawn by its label.
            Role::Choice | Role::Check => {
                match element.find(Locator::XPath("ancestor::label")).await {
                    Ok(label) => label,
                    Err(_) => element,
                }
            }
            _ => element,
        };
        self.click(target).await.with_context(|| format!("{role:?} {name:?} cannot be pressed"))
    }

    /// Opens a part of the page that is folded, if it is.
    pub async fn open_part(&self, name: &str) -> Result<()> {
        let summary = self.find(Role::Summary, name).await?;
        let details = summary.find(Locator::XPath("parent::details")).await?;
        if details.attr("open").await?.is_none() {
            self.click(summary).await?;
        }
        Ok(())
    }

    /// Clicks in the middle of the screen, where nothing that stays in place (the bar of a phone) lies over it.
    async fn click(&self, element: Element) -> Result<()> {
        let argument = serde_json::to_value(&element)?;
        self.js(
            "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})",
            vec![argument],
        )
        .await?;
        Ok(element.click().await?)
    }

    /// The role and name of everything on the page that can be used.
    pub async fn controls(&self) -> Result<Vec<(String, String)>> {
        let mut controls = Vec::new();
        for element in
            self.client.find_all(Locator::Css("button, input, textarea, select, a[href]")).await?
        {
            let id = element.element_id();
            let computed = async |what: &str| -> Result<String> {
                let value = self.client.issue_cmd(Extra::computed(&id, what)).await?;
                Ok(value.as_str().unwrap_or_default().to_owned())
            };
            let role = computed("computedrole").await?;
            // What is folded away is not there for anyone.
            if role != "none" {
                controls.push((role, computed("computedlabel").await?));
            }
        }
        Ok(controls)
    }

    /// Replaces the text of a field, as pasting does.
    pub async fn fill(&self, name: &str, text: &str) -> Result<()> {
        let field = self.find(Role::Field, name).await?;
        let field = serde_json::to_value(field)?;
        self.js("arguments[0].focus(); arguments[0].select();", vec![field]).await?;
        if text.is_empty() {
            self.keys("\u{e017}").await
        } else {
            self.cdp("Input.insertText", json!({"text": text})).await.map(drop)
        }
    }

    /// Picks files from the disk, as the browser's window for that does.
    pub async fn pick(&self, name: &str, files: &[PathBuf]) -> Result<()> {
        let paths: Vec<_> = files.iter().map(|file| file.to_string_lossy()).collect();
        Ok(self.find(Role::Files, name).await?.send_keys(&paths.join("\n")).await?)
    }

    /// Types keys into whatever has the focus.
    pub async fn keys(&self, keys: &str) -> Result<()> {
        Ok(self.client.active_element().await?.send_keys(keys).await?)
    }

    /// The text in a field.
    pub async fn value(&self, name: &str) -> Result<String> {
        let value = self.find(Role::Field, name).await?.prop("value").await?;
        value.context("a field has a value")
    }

    /// The prompt, exactly as the model gets it.
    pub async fn prompt(&self) -> Result<String> {
        self.value("The prompt, exactly as the model gets it").await
    }

    /// All that the model wrote after the prompt: the answer and what it said next.
    pub async fn generated(&self) -> Result<String> {
        // The manuscript is the prompt and what was written, with names in its margin and a mark at its end.
        let script = "const ink = document.querySelector('.manuscript .ink').cloneNode(true);
            ink.querySelectorAll('.margin').forEach(name => name.remove());
            return ink.textContent.replace(/\\u200b$/, '');";
        let text = self.text_of(script).await?;
        let prompt = self.prompt().await?;
        let generated = text.strip_prefix(&prompt);
        generated
            .map(str::to_owned)
            .with_context(|| format!("{text:?} should begin with the prompt {prompt:?}"))
    }

    /// The answer, set apart from what the model said next.
    pub async fn answer(&self) -> Result<String> {
        self.text_of("return document.querySelector('output').textContent").await
    }

    /// What the page says is wrong; empty if nothing is.
    pub async fn alert(&self) -> Result<String> {
        let script = "return [...document.querySelectorAll('[role=alert]')]
            .filter(alert => alert.checkVisibility()).map(alert => alert.innerText.trim())
            .filter(text => text).join('\\n')";
        self.text_of(script).await
    }

    /// The figures of the last run, and how it ended.
    pub async fn figures(&self) -> Result<String> {
        self.text_of("return document.querySelector('.figures').innerText").await
    }

    /// Presses Run and waits for the end.
    pub async fn run(&self) -> Result<()> {
        self.press(Role::Button, "Run").await?;
        self.finished().await
    }

    /// Waits until nothing runs.
    pub async fn finished(&self) -> Result<()> {
        let script = "return ![...document.querySelectorAll('.run-bar button')].some(b => b.textContent === 'Stop')";
        self.until("the run has ended", script).await
    }

    /// Waits until a script's value is true.
    pub async fn until(&self, what: &str, script: &str) -> Result<()> {
        let start = Instant::now();
        while self.js(script, Vec::new()).await? != Value::Bool(true) {
            ensure!(start.elapsed() < self.limit, "waited in vain: {what}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Waits until a script calls its last argument with true, asked again and again.
    pub async fn until_async(&self, what: &str, script: &str) -> Result<()> {
        let start = Instant::now();
        while self.js_async(script).await? != Value::Bool(true) {
            ensure!(start.elapsed() < self.limit, "waited in vain: {what}");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }

    /// Runs a script in the page; its value.
    pub async fn js(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute(script, arguments).await?)
    }

    /// Runs a script in the page that calls its last argument with its value.
    pub async fn js_async(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute_async(script, Vec::new()).await?)
    }

    /// A script's value, which is text.
    pub async fn text_of(&self, script: &str) -> Result<String> {
        let value = self.js(script, Vec::new()).await?;
        Ok(value.as_str().with_context(|| format!("{value} should be text"))?.to_owned())
    }

    /// A command of the Chrome DevTools Protocol.
    pub async fn cdp(&self, command: &str, parameters: Value) -> Result<Value> {
        Ok(self.client.issue_cmd(Extra::cdp(command, parameters)).await?)
    }

    /// A screen of this width and height, in pixels of CSS.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await.map(drop)
    }

    /// The page as a PNG.
    pub async fn screenshot(&self) -> Result<Vec<u8>> {
        Ok(self.client.screenshot().await?)
    }

    /// The console's errors since they were last asked for.
    pub async fn console_errors(&self) -> Result<Vec<String>> {
        let log = self.client.issue_cmd(Extra::log("browser")).await?;
        let entries = log.as_array().into_iter().flatten();
        let errors = entries.filter(|entry| entry["level"] == "SEVERE");
        Ok(errors.map(|entry| entry["message"].as_str().unwrap_or_default().to_owned()).collect())
    }

    /// The addresses that were asked for since this was last called.
    pub async fn requests(&self) -> Result<Vec<String>> {
        let log = self.client.issue_cmd(Extra::log("performance")).await?;
        let entries = log.as_array().into_iter().flatten();
        let messages = entries
            .filter_map(|entry| serde_json::from_str::<Value>(entry["message"].as_str()?).ok());
        let requests =
            messages.filter(|message| message["message"]["method"] == "Network.requestWillBeSent");
        let url = |message: Value| {
            message["message"]["params"]["request"]["url"].as_str().map(str::to_owned)
        };
        Ok(requests.filter_map(url).collect())
    }

    /// Those of the requests that leave the page's origin.
    pub async fn requests_elsewhere(&self) -> Result<Vec<String>> {
        let local = |url: &String| {
            url.starts_with(&self.url) || url.starts_with("data:") || url.starts_with("blob:")
        };
        Ok(self.requests().await?.into_iter().filter(|url| !local(url)).collect())
    }
}
