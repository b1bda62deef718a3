//! The built page, served as it is or as a changed copy, by a server that can go away and come back.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use xtask::server::Server;
use xtask::{offline, project};

use crate::hub::Hub;

/// The page at an address of its own.
pub struct Site {
    folder: PathBuf,
    /// Whether the folder is a copy, removed with the site.
    is_copy: bool,
    isolates: bool,
    url: String,
    server: Mutex<Option<Server>>,
}

impl Site {
    /// The page as it was built.
    pub fn built() -> Result<Self> {
        Self::serve(built()?, false, true)
    }

    /// The page as it was built, on a host that sends no headers for isolation.
    pub fn plain() -> Result<Self> {
        Self::serve(built()?, false, false)
    }

    /// A copy of the page that `change` has done something to, behind the back of the build.
    pub fn changed(change: impl FnOnce(&Path) -> Result<()>) -> Result<Self> {
        Self::serve(copy(change)?, true, true)
    }

    /// The same on a host that sends no headers for isolation.
    pub fn plain_changed(change: impl FnOnce(&Path) -> Result<()>) -> Result<Self> {
        Self::serve(copy(change)?, true, false)
    }

    /// A copy of the page as it would be built after `change`.
    pub fn rebuilt(change: impl FnOnce(&Path) -> Result<()>) -> Result<Self> {
        Self::changed(|folder| {
            change(folder)?;
            offline::write(folder).map(drop)
        })
    }

    /// A copy of the page as it would be built for another hub than the real one.
    pub fn with_hub(hub: &Hub) -> Result<Self> {
        Self::rebuilt(|folder| use_hub(folder, hub))
    }

    fn serve(folder: PathBuf, is_copy: bool, isolates: bool) -> Result<Self> {
        let server = start(&folder, 0, isolates)?;
        let url = server.url();
        Ok(Self { folder, is_copy, isolates, url, server: Mutex::new(Some(server)) })
    }

    /// Its address, with a slash at its end.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// Changes what is served, behind the back of the build.
    pub fn change(&self, change: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        ensure!(self.is_copy, "the built page itself is not to be changed");
        change(&self.folder)
    }

    /// Puts another build of the page in the place of this one, as an upload does.
    pub fn update(&self, change: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
        self.change(change)?;
        offline::write(&self.folder).map(drop)
    }

    /// Takes the server away: nobody answers at its address any more.
    pub fn go_down(&self) {
        self.server.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// Brings the server back, at the same address.
    pub fn come_back(&self) -> Result<()> {
        let port = self.url.trim_end_matches('/').rsplit(':').next().and_then(|p| p.parse().ok());
        let server = start(&self.folder, port.context("a site has a port")?, self.isolates)?;
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
        Ok(())
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if self.is_copy {
            // What stays behind lies in the folder for such things.
            let _ = std::fs::remove_dir_all(&self.folder);
        }
    }
}

/// Makes the page in a folder ask this hub, in place of the real one.
pub fn use_hub(folder: &Path, hub: &Hub) -> Result<()> {
    let path = folder.join("index.html");
    let page = std::fs::read_to_string(&path)?;
    let named = format!("<meta name=\"zeroshot-hub\" content=\"{REAL_HUB}\"");
    ensure!(page.contains(&named), "index.html should name its hub: {named}");
    let page = page.replace(&named, &named.replace(REAL_HUB, &hub.url()));
    let (before, policy, after) = {
        let start =
            page.find("connect-src 'self'").context("the policy should name what is asked")?;
        let len = page[start..].find([';', '"']).context("the policy should end")?;
        (&page[..start], &page[start..start + len], &page[start + len..])
    };
    ensure!(policy.contains(REAL_HUB), "the policy should allow the hub: {policy}");
    let origins = format!("connect-src 'self' {} {}", hub.url(), hub.store_url());
    Ok(std::fs::write(&path, format!("{before}{origins}{after}"))?)
}

const REAL_HUB: &str = "https://huggingface.co";

fn start(folder: &Path, port: u16, isolates: bool) -> Result<Server> {
    if isolates { Server::start(folder, port) } else { Server::start_plain(folder, port) }
}

/// The folder of the built page.
pub fn built() -> Result<PathBuf> {
    let dist = project::dist();
    ensure!(
        dist.join("index.html").is_file(),
        "the page is not built yet: please run `cargo xtask build`"
    );
    Ok(dist)
}

/// The folder of the medium one of the page's own models: the one in the Hugging Face layout.
pub fn medium() -> Result<PathBuf> {
    Ok(built()?.join("models/builtin-medium"))
}

/// Copies the page, and has something done to the copy; its folder.
fn copy(change: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    static COPIES: AtomicUsize = AtomicUsize::new(0);
    let number = COPIES.fetch_add(1, Ordering::Relaxed);
    let copy = std::env::temp_dir().join(format!("zeroshot-site-{}-{number}", std::process::id()));
    copy_folder(&built()?, &copy)?;
    change(&copy)?;
    Ok(copy)
}

/// Copies a folder and all that is in it.
pub fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to).with_context(|| to.display().to_string())?;
    for entry in std::fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
