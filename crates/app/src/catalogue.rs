//! The models that can be chosen, from `models/index.json`: the list that the page was built with,
//! and the one that its site serves now, which whoever hosts the page may have written.
//!
//! What a site serves is checked before anything in it is used: an entry that is not sound is left
//! out. The format is in `docs/models.md`.

use crate::i18n::Locale;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::{
    collections::{HashMap, HashSet},
    rc::Rc,
};
use zeroshot_protocol::{ModelSource, Place, Quantization};

/// Entries beyond this many are left out.
const MOST_ENTRIES: usize = 100;
/// Larger numbers are mistakes; these pass through JavaScript unharmed.
const MOST_BYTES: u64 = 1 << 50;
/// A model of the site that is larger than this is kept on the device: a browser's own cache drops
/// large files early.
const KEEP_FROM_BYTES: u64 = 64_000_000;

/// A model that can be chosen.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Entry {
    pub id: String,
    pub title: String,
    /// A folder beside the list; a model of the hub has none.
    #[serde(default)]
    folder: Option<String>,
    /// Where it is on the hub.
    #[serde(default)]
    hub: Option<OnHub>,
    files: Files,
    /// Bytes of the weights, exactly; 0 if not known.
    #[serde(default)]
    bytes: u64,
    /// By the name of the file.
    #[serde(default)]
    sha256: HashMap<String, String>,
    /// Bytes to fetch, more or less, for a visitor who decides.
    #[serde(default)]
    download: u64,
    /// Tied ones counted once; 0 if not known.
    #[serde(default)]
    pub parameters: u64,
    /// Bytes of the packed weights by type, in memory and on the device.
    #[serde(default)]
    packed: HashMap<String, u64>,
    /// Bytes that a full context takes in memory besides.
    #[serde(default)]
    pub kv_cache: u64,
    #[serde(default)]
    pub licence: String,
    /// What one gets, by language.
    #[serde(default)]
    note: HashMap<String, String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct OnHub {
    repo: String,
    #[serde(default = "main_branch")]
    revision: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Files {
    #[serde(default)]
    config: String,
    #[serde(default)]
    tokenizer: String,
    weights: String,
}

fn main_branch() -> String {
    "main".to_owned()
}

impl Entry {
    /// Whether it comes with the page.
    pub const fn is_of_site(&self) -> bool {
        self.folder.is_some()
    }

    /// Bytes to fetch; 0 if not known.
    pub const fn download(&self) -> u64 {
        if self.download > 0 { self.download } else { self.bytes }
    }

    /// The sentence on what one gets.
    pub fn note(&self, locale: Locale) -> &str {
        let language = locale.tag().split('-').next().unwrap_or_default();
        self.note.get(language).or_else(|| self.note.get("en")).map_or("", String::as_str)
    }

    /// What its numbers can be, the finest first: `None` is as they come.
    pub fn types(&self) -> &'static [Option<Quantization>] {
        use Quantization::{F16, F32, Q4, Q8};
        match (self.files.weights.ends_with(".safetensors"), self.is_of_site()) {
            // What the site packed can be packed further, to see what that does.
            (false, true) => &[None, Some(Q4)],
            (false, false) => &[None],
            (true, true) => &[None, Some(F32), Some(F16), Some(Q8), Some(Q4)],
            // F32 doubles what F16 takes and changes no answer: the files are F32 by habit.
            (true, false) => &[Some(F16), Some(Q8), Some(Q4)],
        }
    }

    /// Bytes of the weights in memory in this type; 0 if not known.
    pub fn packed(&self, kind: Option<Quantization>) -> u64 {
        let Some(kind) = kind else { return self.bytes };
        match self.packed.get(name_of(kind)) {
            Some(bytes) => *bytes,
            None => self.parameters * bits(kind) / 8,
        }
    }

    /// Where it is, and what becomes of it.
    pub fn source(&self, hub: &str, quantization: Option<Quantization>) -> ModelSource {
        let place = match (&self.folder, &self.hub) {
            (None, Some(of)) => Place::Hub {
                base: hub.to_owned(),
                repo: of.repo.clone(),
                revision: of.revision.clone(),
            },
            (folder, _) => Place::Site {
                folder: format!("./models/{}/", folder.as_deref().unwrap_or_default()),
            },
        };
        let small = self.is_of_site() && self.bytes < KEEP_FROM_BYTES;
        ModelSource {
            place,
            sha256: self.sha256.get(&self.files.weights).cloned().unwrap_or_default(),
            config: self.files.config.clone(),
            tokenizer: self.files.tokenizer.clone(),
            weights: self.files.weights.clone(),
            bytes: self.bytes,
            quantization,
            keep: (!small).then(|| self.title.clone()),
        }
    }

    /// Whether nothing in it leads elsewhere than it says, or is longer than one reads.
    fn is_sound(&self) -> bool {
        let text = |text: &str, most: usize| {
            text.chars().count() <= most && !text.chars().any(char::is_control)
        };
        let place = match (&self.folder, &self.hub) {
            (Some(folder), None) => folder.split('/').all(is_plain),
            (None, Some(hub)) => is_repository(&hub.repo) && is_plain(&hub.revision),
            _ => false,
        };
        let Files { config, tokenizer, weights } = &self.files;
        let optional = |name: &str| name.is_empty() || is_plain(name);
        let numbers = [self.bytes, self.download, self.parameters, self.kv_cache];
        place
            && is_plain(&self.id)
            && !self.title.trim().is_empty()
            && text(&self.title, 60)
            && text(&self.licence, 60)
            && self.note.values().all(|note| text(note, 400))
            && is_plain(weights)
            && optional(config)
            && optional(tokenizer)
            && numbers.iter().chain(self.packed.values()).all(|number| *number <= MOST_BYTES)
            && self.sha256.values().all(|digest| is_digest(digest))
    }
}

/// The name of a type of numbers, as ggml writes it.
pub const fn name_of(kind: Quantization) -> &'static str {
    match kind {
        Quantization::F32 => "F32",
        Quantization::F16 => "F16",
        Quantization::Q8 => "Q8_0",
        Quantization::Q4 => "Q4_0",
    }
}

/// Bits that a weight takes, rounded up, for a list that does not say what a model takes.
const fn bits(kind: Quantization) -> u64 {
    match kind {
        Quantization::F32 => 32,
        Quantization::F16 => 16,
        Quantization::Q8 => 9,
        Quantization::Q4 => 5,
    }
}

/// A name without a way to another folder or another host.
fn is_plain(name: &str) -> bool {
    let letter = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    (1..=96).contains(&name.len()) && !name.starts_with('.') && name.chars().all(letter)
}

/// Whether it has the form `owner/model`.
pub fn is_repository(name: &str) -> bool {
    name.split_once('/').is_some_and(|(owner, model)| is_plain(owner) && is_plain(model))
}

fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|digit| digit.is_ascii_hexdigit())
}

/// A list of models.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Catalogue {
    pub entries: Vec<Rc<Entry>>,
    /// How many entries of the list were not sound.
    pub left_out: usize,
}

impl Catalogue {
    /// Reads a list; `None` where it is none.
    pub fn from_json(json: &str) -> Option<Self> {
        let values: Vec<&RawValue> = serde_json::from_str(json).ok()?;
        let (all, mut ids) = (values.len(), HashSet::new());
        let sound = |entry: &Entry| entry.is_sound() && ids.insert(entry.id.clone());
        let read = values
            .into_iter()
            .take(MOST_ENTRIES)
            .filter_map(|value| serde_json::from_str::<Entry>(value.get()).ok());
        let entries: Vec<_> = read.filter(sound).map(Rc::new).collect();
        Some(Self { left_out: all - entries.len(), entries })
    }

    /// The list that the page was built with.
    pub fn built_in() -> Rc<Self> {
        thread_local! {
            static BUILT_IN: Rc<Catalogue> = Rc::new(
                Catalogue::from_json(include_str!("../../../www/models/index.json"))
                    .unwrap_or_default(),
            );
        }
        BUILT_IN.with(Rc::clone)
    }
}

/// The name in the list for the model whose weights have this SHA-256.
pub fn id_of_weights(sha256: &str) -> Option<String> {
    let is =
        |entry: &&Rc<Entry>| entry.sha256.get(&entry.files.weights).is_some_and(|of| of == sha256);
    Catalogue::built_in().entries.iter().find(is).map(|entry| entry.id.clone())
}

/// The model that the page starts with: the first of the list that it was built with.
pub fn first() -> Option<Rc<Entry>> {
    Catalogue::built_in().entries.first().cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};
    use std::{fs, path::Path};

    const HUB: &str = "https://hub.example";

    fn list(entries: &[Value]) -> Catalogue {
        Catalogue::from_json(&json!(entries).to_string()).expect("a list")
    }

    fn entry() -> Value {
        json!({
            "id": "one", "title": "One", "hub": {"repo": "owner/one"},
            "files": {"config": "config.json", "weights": "model.safetensors"},
            "parameters": 32_000_000, "packed": {"Q8_0": 34_000_000}
        })
    }

    #[test]
    fn the_first_model_is_where_the_list_says() {
        let source = first().expect("the list has a first entry").source(HUB, None);
        let www = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www");
        let Place::Site { folder } = &source.place else { panic!("{:?}", source.place) };
        let folder = www.join(folder);
        // A GGUF file holds the others.
        assert!(source.config.is_empty() && source.tokenizer.is_empty());
        assert!(source.weights.ends_with(".gguf") && folder.join(&source.weights).is_file());
        let size = fs::metadata(folder.join(&source.weights)).expect("readable").len();
        assert_eq!(size, source.bytes);
        assert_eq!((source.sha256.len(), source.keep), (64, None));
    }

    #[test]
    fn every_entry_of_the_pages_list_is_sound_and_told_in_both_languages() {
        let catalogue = Catalogue::built_in();
        assert_eq!(catalogue.left_out, 0);
        for entry in &catalogue.entries {
            assert!(!entry.licence.is_empty() && entry.parameters > 0, "{}", entry.id);
            assert!(entry.download() > 0, "{}", entry.id);
            assert_ne!(entry.note(Locale::English), entry.note(Locale::Chinese), "{}", entry.id);
        }
    }

    #[test]
    fn what_the_hubs_models_take_follows_from_their_parameters() {
        let on_hub = |entry: &&Rc<Entry>| !entry.is_of_site();
        let catalogue = Catalogue::built_in();
        let hub: Vec<_> = catalogue.entries.iter().filter(on_hub).collect();
        assert!(hub.len() >= 6, "the five of GPT-2's family and GPT-1");
        for entry in hub {
            for (kind, bits) in
                [(Quantization::F16, 16.0), (Quantization::Q8, 8.5), (Quantization::Q4, 4.5)]
            {
                // The positions and what is no matrix stay in 32 bits.
                let packed = entry.packed(Some(kind)) as f64 * 8.0 / entry.parameters as f64;
                assert!((bits..bits + 0.4).contains(&packed), "{} {packed}", entry.id);
            }
            let f32_bytes = entry.parameters * 4;
            assert!(entry.download() >= f32_bytes, "{}: the hub's files are F32", entry.id);
            let keep = entry.source(HUB, None).keep;
            assert_eq!(keep.as_deref(), Some(entry.title.as_str()));
        }
    }

    #[test]
    fn an_entry_that_leads_elsewhere_or_is_no_entry_is_left_out() {
        let with = |key: &str, value: Value| {
            let mut entry = entry();
            entry[key] = value;
            entry
        };
        assert_eq!(list(&[entry()]).left_out, 0);
        for unsound in [
            json!("one"),
            json!({}),
            with("folder", json!("one")),
            with("hub", json!({"repo": "owner"})),
            with("hub", json!({"repo": "../../one"})),
            with("hub", json!({"repo": "owner/one", "revision": "a?b"})),
            with("title", json!(" ")),
            with("title", json!("x".repeat(61))),
            with("title", json!("One\u{202e}\n")),
            with("note", json!({"en": "x".repeat(401)})),
            with("files", json!({"weights": "//elsewhere.example/model.safetensors"})),
            with("files", json!({"weights": ""})),
            with("parameters", json!(-1)),
            with("packed", json!({"Q8_0": u64::MAX})),
            with("sha256", json!({"model.safetensors": "abc"})),
        ] {
            let catalogue = list(&[unsound.clone(), with("id", json!("two"))]);
            assert_eq!((catalogue.entries.len(), catalogue.left_out), (1, 1), "{unsound}");
        }
        let mut on_site = with("hub", Value::Null);
        for folder in ["..", "a/../b", "https://elsewhere.example", "/a", "a//b", ""] {
            on_site["folder"] = json!(folder);
            assert_eq!(list(&[on_site.clone()]).left_out, 1, "{folder}");
        }
        on_site["folder"] = json!("school/gpt2");
        assert_eq!(list(&[on_site]).left_out, 0);
    }

    #[test]
    fn a_list_is_read_to_its_most_and_names_nothing_twice() {
        assert_eq!(list(&[entry(), entry()]).left_out, 1);
        let many = (0..150).map(|number| {
            let mut entry = entry();
            entry["id"] = json!(format!("model-{number}"));
            entry
        });
        let many = list(&many.collect::<Vec<_>>());
        assert_eq!((many.entries.len(), many.left_out), (MOST_ENTRIES, 50));
        assert_eq!(Catalogue::from_json("{}"), None);
        assert_eq!(Catalogue::from_json("<!doctype html>"), None);
    }

    #[test]
    fn what_a_list_does_not_say_is_reckoned_from_the_parameters() {
        let entry = &list(&[entry()]).entries[0];
        assert_eq!(entry.packed(Some(Quantization::Q8)), 34_000_000);
        assert_eq!(entry.packed(Some(Quantization::F16)), 64_000_000);
    }
}
