//! `zeroshot fetch`: a model of a hub as one packed GGUF file. Its weights are converted while they
//! arrive; the file as it is on the hub is never there as a whole.

use crate::error::Failure;
use crate::hub::Repository;
use crate::model_output::{ModelOutput, part_bytes};
use crate::progress::Progress;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;
use zeroshot_gpt2::weights::{Keeping, Stream};
use zeroshot_gpt2::{Config, Tokenizer, Vocabulary, WeightType};

/// Bytes of the packed file that are written at once.
const AT_ONCE: usize = 1 << 20;

#[derive(Args)]
#[command(
    after_help = "The models that the page offers: openai-community/gpt2, gpt2-medium, gpt2-large, \
    gpt2-xl and openai-gpt, distilbert/distilgpt2. Any other of their kind will do as well."
)]
pub struct Arguments {
    /// The model's name on the hub
    #[arg(value_name = "OWNER/MODEL", value_parser = repository)]
    model: String,
    /// What to store the matrices as: f32, f16, q8_0, q4_0_m, q4_0 or q4_k
    #[arg(long = "type", value_name = "TYPE", default_value = "q8_0", value_parser = crate::weight_type)]
    weight_type: WeightType,
    /// Write parts of 50 MB, or of this size, and a list of them, for hosts that refuse large files
    #[arg(long, value_name = "SIZE", num_args = 0..=1, require_equals = true,
        default_missing_value = "50MB", value_parser = part_bytes)]
    parts: Option<u64>,
    /// The hub
    #[arg(long, value_name = "URL", default_value = "https://huggingface.co")]
    hub: String,
    /// A branch, a tag or a commit
    #[arg(long, value_name = "NAME", default_value = "main", value_parser = plain)]
    revision: String,
    /// The folder to write into
    #[arg(long, short, value_name = "DIR", default_value = ".")]
    out: PathBuf,
    /// How long to wait before the first of several tries, in milliseconds
    #[arg(long, hide = true, default_value_t = 1000)]
    backoff: u64,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let backoff = Duration::from_millis(arguments.backoff);
    let hub = Repository::new(&arguments.hub, &arguments.model, &arguments.revision, backoff);
    let needed = |file: &'static str| {
        let missing = || Failure::NotOnHub { model: arguments.model.clone(), file };
        hub.small(file)?.ok_or_else(missing)
    };
    let of = |file: &str| Failure::file(hub.url(file).as_ref());

    let config = needed("config.json")?;
    let config = Config::from_json(&String::from_utf8_lossy(&config)).map_err(of("config.json"))?;
    let vocabulary = match hub.small("tokenizer.json")? {
        Some(json) => Vocabulary::from_json(&json).map_err(of("tokenizer.json"))?,
        None => {
            let vocab = needed("vocab.json")?;
            Vocabulary::from_vocab_and_merges(&vocab, &needed("merges.txt")?)
                .map_err(of("vocab.json"))?
        }
    };
    // All that can be refused is refused before the weights are fetched.
    Tokenizer::new(vocabulary.clone())
        .and_then(|tokenizer| tokenizer.check(&config))
        .map_err(of("tokenizer.json"))?;

    std::fs::create_dir_all(&arguments.out).map_err(Failure::write(&arguments.out))?;
    let model = arguments.model.rsplit('/').next().unwrap_or_default();
    let name = format!("{model}-{}.gguf", arguments.weight_type.name());
    let path = arguments.out.join(&name);
    let mut out = ModelOutput::create(&path, arguments.parts)?;
    let commit = match convert(&hub, config, &vocabulary, arguments.weight_type, &mut out) {
        Ok(commit) => commit,
        Err(failure) => {
            out.discard();
            return Err(failure);
        }
    };
    let written = out.finish()?;

    let note = licence(&hub, arguments, commit.as_deref())?;
    let beside = path.with_extension("licence.txt");
    std::fs::write(&beside, note).map_err(Failure::write(&beside))?;
    println!("{}", written.display());
    Ok(())
}

/// Fetches the weights and writes them packed, a tensor as soon as it is there. Returns the commit
/// that they are of.
fn convert(
    hub: &Repository,
    config: Config,
    vocabulary: &Vocabulary,
    target: WeightType,
    out: &mut ModelOutput,
) -> Result<Option<String>, Failure> {
    const FILE: &str = "model.safetensors";
    let wrong = || Failure::file(hub.url(FILE).as_ref());
    let mut stream = Stream::safetensors(config, Some(target));
    let mut keeping: Option<Keeping> = None;
    let mut packed = Vec::with_capacity(2 * AT_ONCE);
    let mut progress = Progress::new(FILE);
    let arrived = hub.large(FILE, |bytes, whole| {
        progress.add(bytes.len() as u64, whole);
        stream.write(bytes).map_err(wrong())?;
        if keeping.is_none() {
            keeping = stream.keeping(vocabulary).map_err(wrong())?;
        }
        let Some(keeping) = &mut keeping else { return Ok(()) };
        while stream.keep(keeping, AT_ONCE, &mut packed).map_err(wrong())? {
            out.write(&packed)?;
            packed.clear();
        }
        Ok::<(), Failure>(())
    })?;
    // Nothing is missing.
    stream.model().map_err(wrong())?;
    Ok(arrived.commit)
}

/// Where the file comes from, under which licence, and what was done to it.
fn licence(
    hub: &Repository,
    arguments: &Arguments,
    commit: Option<&str>,
) -> Result<String, Failure> {
    let card = hub.small("README.md")?.unwrap_or_default();
    let card = String::from_utf8_lossy(&card);
    let stated = stated_licence(&card).unwrap_or("none is stated in its model card");
    let revision = commit.unwrap_or(&arguments.revision);
    let Arguments { model, hub: base, weight_type, .. } = arguments;
    let mut note = format!(
        "Model: {model}\nFrom: {base}/{model}, revision {revision}\nLicence: {stated}\n\
         Changes: the weights were converted to {} by zeroshot {}; nothing else was changed.\n",
        weight_type.name(),
        env!("CARGO_PKG_VERSION"),
    );
    for file in ["LICENSE", "LICENSE.txt", "LICENSE.md"] {
        if let Some(text) = hub.small(file)? {
            note += &format!("\n{file}, as it came with the model:\n\n");
            note += &String::from_utf8_lossy(&text);
            break;
        }
    }
    Ok(note)
}

/// The licence that a model card's metadata names.
fn stated_licence(card: &str) -> Option<&str> {
    let metadata = card.strip_prefix("---")?.split("\n---").next()?;
    let line = metadata.lines().find_map(|line| line.strip_prefix("license:"))?;
    Some(line.trim().trim_matches(['"', '\''])).filter(|licence| !licence.is_empty())
}

/// Reads `owner/model`, or the name alone of a model that is older than owners.
fn repository(text: &str) -> Result<String, String> {
    let names: Vec<&str> = text.split('/').collect();
    if names.len() <= 2 && names.iter().all(|name| plain(name).is_ok()) {
        return Ok(text.to_owned());
    }
    Err("expected a name such as openai-community/gpt2".to_owned())
}

/// Reads a name that can stand in an address as it is.
fn plain(text: &str) -> Result<String, String> {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if text.bytes().all(letters) && !matches!(text, "" | "." | "..") {
        return Ok(text.to_owned());
    }
    Err("expected letters, digits, dots, dashes or underscores".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_licence_is_the_one_of_the_cards_metadata() {
        assert_eq!(stated_licence("---\nlanguage: en\nlicense: mit\n---\n# GPT-2"), Some("mit"));
        assert_eq!(stated_licence("---\nlicense: \"apache-2.0\"\n---"), Some("apache-2.0"));
        assert_eq!(stated_licence("# GPT-2\nlicense: mit"), None);
        assert_eq!(stated_licence("---\nlanguage: en\n---\nlicense: mit"), None);
    }

    #[test]
    fn names_stay_within_the_hub() {
        for name in ["gpt2", "openai-community/gpt2-xl", "a_b/c.d"] {
            assert_eq!(repository(name).as_deref(), Ok(name));
        }
        for name in ["", "/", "a/", "../b", "a/..", "a/b/c", "a b/c", "a/b?c", "https://a/b"] {
            assert!(repository(name).is_err(), "{name}");
        }
    }
}
