//! Where a model's files are fetched from, and whether an address may be asked at all: a hub's is
//! put together from names that a visitor types or a link brings.

use zeroshot_protocol::{Failure, Place};

/// An address, and how it may be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The address; relative ones are of the page's own site.
    pub url: String,
    /// Whether it is another site's: then no credentials and no referrer are sent there. All others
    /// must not lead away from the page's own.
    pub elsewhere: bool,
}

impl Address {
    /// The address of one of a model's files.
    ///
    /// # Errors
    /// [`Failure::NoSuchRepository`] for what cannot be a repository's name,
    /// [`Failure::FileInvalid`] for a hub, a revision or a file that cannot be asked for.
    pub fn of(place: &Place, file: &str) -> Result<Self, Failure> {
        match place {
            Place::Site { folder } => Ok(Self { url: format!("{folder}{file}"), elsewhere: false }),
            Place::Hub { base, repo, revision } => {
                if !is_hub(base) {
                    let detail = "expected the address of a hub, beginning with https://";
                    return Err(invalid(base, detail));
                }
                if !is_plain_path(repo) || repo.split('/').count() > 2 {
                    return Err(Failure::NoSuchRepository { repo: repo.clone(), status: 404 });
                }
                if !is_plain_path(revision) {
                    return Err(invalid(revision, "expected a branch, a tag or a commit"));
                }
                if !is_plain_path(file) {
                    return Err(invalid(file, "expected a path of plain names"));
                }
                let revision = revision.replace('/', "%2F");
                let url = format!("{base}/{repo}/resolve/{revision}/{file}");
                Ok(Self { url, elsewhere: true })
            }
            Place::Picked => Err(Failure::NotPicked { file: file.to_owned() }),
        }
    }
}

/// Whether a path is one of plain names: letters, digits and a few marks, so that no other address
/// can be asked for by it.
pub fn is_plain_path(path: &str) -> bool {
    let plain = |name: &str| {
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        !name.is_empty() && name != "." && name != ".." && name.bytes().all(letters)
    };
    path.split('/').all(plain)
}

/// Whether this is the address of a hub: `https`, or this machine itself, which is how a hub is
/// tried out; a host, a port, a path, and nothing else.
fn is_hub(base: &str) -> bool {
    let (rest, secure) = match base.strip_prefix("https://") {
        Some(rest) => (rest, true),
        None => match base.strip_prefix("http://") {
            Some(rest) => (rest, false),
            None => return false,
        },
    };
    let (authority, path) = rest.split_once('/').map_or((rest, None), |(a, p)| (a, Some(p)));
    let (host, port) = authority.split_once(':').map_or((authority, None), |(h, p)| (h, Some(p)));
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|port| port > 0);
    let allowed = secure || host == "localhost" || host == "127.0.0.1";
    allowed
        && !host.contains('_')
        && is_plain_path(host)
        && port.is_none_or(is_port)
        && path.is_none_or(is_plain_path)
}

fn invalid(file: &str, detail: &str) -> Failure {
    Failure::FileInvalid { file: file.to_owned(), detail: detail.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hub(base: &str, repo: &str, revision: &str) -> Place {
        let [base, repo, revision] = [base, repo, revision].map(str::to_owned);
        Place::Hub { base, repo, revision }
    }

    #[test]
    fn a_hubs_files_have_the_hubs_addresses() {
        for (place, file, url) in [
            (
                hub("https://huggingface.co", "openai-community/gpt2", "main"),
                "model.safetensors",
                "https://huggingface.co/openai-community/gpt2/resolve/main/model.safetensors",
            ),
            (
                hub("http://127.0.0.1:8123", "gpt2", "refs/pr/1"),
                "config.json",
                "http://127.0.0.1:8123/gpt2/resolve/refs%2Fpr%2F1/config.json",
            ),
            (
                hub("https://mirror.example.org/hub", "a/b.c", "v1.0"),
                "sub/x.gguf",
                "https://mirror.example.org/hub/a/b.c/resolve/v1.0/sub/x.gguf",
            ),
        ] {
            let address = Address::of(&place, file).expect("plain");
            assert_eq!(address, Address { url: url.to_owned(), elsewhere: true });
        }
    }

    #[test]
    fn nothing_else_can_be_asked_for_by_a_hubs_name() {
        for base in [
            "",
            "huggingface.co",
            "http://huggingface.co",
            "ftp://huggingface.co",
            "https://",
            "https://user@huggingface.co",
            "https://huggingface.co:99999",
            "https://huggingface.co/",
            "https://huggingface.co/a?b",
            "https://huggingface.co#a",
            "https://huggingface.co\\@evil.example",
            "http://localhost.evil.example",
            "http://127.0.0.1@evil.example",
            "https://hugging face.co",
            "javascript:alert(1)",
        ] {
            let found = Address::of(&hub(base, "a/b", "main"), "config.json");
            assert!(matches!(found, Err(Failure::FileInvalid { .. })), "{base}");
        }
        for repo in ["", "/", "a/", "a/b/c", "../b", "a b/c", "a/b?c", "a/b#", "ä/b", "a/%2e%2e"] {
            let found = Address::of(&hub("https://huggingface.co", repo, "main"), "config.json");
            let expected = Failure::NoSuchRepository { repo: repo.to_owned(), status: 404 };
            assert_eq!(found, Err(expected));
        }
        for (revision, file) in
            [("", "a"), ("..", "a"), ("a?", "a"), ("main", ""), ("main", "../a")]
        {
            let found = Address::of(&hub("https://huggingface.co", "a/b", revision), file);
            assert!(matches!(found, Err(Failure::FileInvalid { .. })), "{revision} {file}");
        }
    }

    #[test]
    fn the_sites_own_files_stay_with_the_site() {
        let place = Place::Site { folder: "./models/small/".to_owned() };
        let address = Address::of(&place, "model.gguf").expect("an address");
        let url = "./models/small/model.gguf".to_owned();
        assert_eq!(address, Address { url, elsewhere: false });
        let failure = Failure::NotPicked { file: "model.gguf".to_owned() };
        assert_eq!(Address::of(&Place::Picked, "model.gguf"), Err(failure));
    }
}
