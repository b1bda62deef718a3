//! The built page, served as it is or as a changed copy.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use xtask::project;
use xtask::server::Server;

/// The page at an address of its own.
pub struct Site {
    server: Server,
    /// A copy, removed with the site.
    copy: Option<PathBuf>,
}

impl Site {
    /// The page as it was built.
    pub fn built() -> Result<Self> {
        Ok(Self { server: Server::start(&built()?, 0)?, copy: None })
    }

    /// A copy of the page that `change` has done something to.
    pub fn changed(change: impl FnOnce(&Path) -> Result<()>) -> Result<Self> {
        static COPIES: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
        let number = COPIES.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let copy =
            std::env::temp_dir().join(format!("zeroshot-site-{}-{number}", std::process::id()));
        copy_folder(&built()?, &copy)?;
        change(&copy)?;
        Ok(Self { server: Server::start(&copy, 0)?, copy: Some(copy) })
    }

    /// Its address, with a slash at its end.
    pub fn url(&self) -> String {
        self.server.url()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(copy) = &self.copy {
            // What stays behind lies in the folder for such things.
            let _ = std::fs::remove_dir_all(copy);
        }
    }
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

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to).with_context(|| to.display().to_string())?;
    for entry in std::fs::read_dir(from)? {
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
