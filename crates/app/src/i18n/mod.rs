//! The page's texts in the visitor's language, from the locale files in `www/locales`.
//!
//! A text is found by its key; `{name}` in it is a place for a value. The task's own languages
//! (what is translated) have nothing to do with this.

mod class;
mod failure;
mod run;
mod sizes;

pub use class::{import_refusal, link_refusal};
pub use failure::{refusal, sentence, sentence_at};
pub use run::{figures, settings, title, transcript};
pub use sizes::bytes;

use std::{collections::HashMap, fmt::Display, rc::Rc};

/// The files of one locale.
macro_rules! areas {
    ($locale:literal) => {
        &[
            include_str!(concat!("../../../../www/locales/", $locale, "/page.json")),
            include_str!(concat!("../../../../www/locales/", $locale, "/inspect.json")),
            include_str!(concat!("../../../../www/locales/", $locale, "/tokens.json")),
            include_str!(concat!("../../../../www/locales/", $locale, "/shots.json")),
            include_str!(concat!("../../../../www/locales/", $locale, "/attention.json")),
            include_str!(concat!("../../../../www/locales/", $locale, "/layers.json")),
            include_str!(concat!("../../../../www/locales/", $locale, "/lessons.json")),
            include_str!(concat!("../../../../www/locales/", $locale, "/class.json")),
            include_str!(concat!("../../../../www/locales/", $locale, "/models.json")),
        ]
    };
}

/// A language of the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Locale {
    English,
    Chinese,
}

impl Locale {
    pub const ALL: [Self; 2] = [Self::English, Self::Chinese];

    /// The language tag, as in `<html lang>`.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }

    /// The language's own name for itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "简体中文",
        }
    }

    /// The first of the browser's languages that the page speaks, else English.
    pub fn preferred<S: AsRef<str>>(tags: impl IntoIterator<Item = S>) -> Self {
        for tag in tags {
            let language = tag.as_ref().split(['-', '_']).next().unwrap_or_default();
            match language.to_ascii_lowercase().as_str() {
                "en" => return Self::English,
                "zh" => return Self::Chinese,
                _ => {}
            }
        }
        Self::English
    }

    /// The locale's files, one for each area of the page.
    const fn sources(self) -> &'static [&'static str] {
        match self {
            Self::English => areas!("en"),
            Self::Chinese => areas!("zh-CN"),
        }
    }
}

/// The texts of one language. Cheap to clone.
#[derive(Clone, Debug)]
pub struct I18n {
    pub locale: Locale,
    texts: Rc<HashMap<String, String>>,
}

impl PartialEq for I18n {
    fn eq(&self, other: &Self) -> bool {
        self.locale == other.locale
    }
}

impl I18n {
    /// The texts of `locale`. The files are part of the build and checked by this crate's tests.
    pub fn new(locale: Locale) -> Self {
        let areas = locale.sources().iter().map(|source| {
            serde_json::from_str::<HashMap<String, String>>(source).unwrap_or_default()
        });
        Self { locale, texts: Rc::new(areas.flatten().collect()) }
    }

    /// The text of `key`; the key itself where it is missing, so that a gap shows.
    pub fn t(&self, key: &str) -> String {
        self.texts.get(key).map_or_else(|| key.to_owned(), Clone::clone)
    }

    /// Sentences in a row.
    pub fn in_a_row(&self, sentences: &[String]) -> String {
        sentences.join(match self.locale {
            Locale::English => " ",
            Locale::Chinese => "",
        })
    }

    /// The text of `key` with each `{name}` replaced by its value.
    pub fn tf(&self, key: &str, values: &[(&str, &dyn Display)]) -> String {
        let mut text = self.t(key);
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), &value.to_string());
        }
        text
    }
}

/// `count` in millions, to one decimal: of parameters, or of bytes as MB.
pub fn millions(count: u64) -> String {
    format!("{:.1}", count as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{collections::BTreeSet, fs, path::Path};

    fn keys(locale: Locale) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        for source in locale.sources() {
            let texts: HashMap<String, String> =
                serde_json::from_str(source).expect("a locale file is a map of texts");
            for key in texts.into_keys() {
                assert!(keys.insert(key.clone()), "{key} stands in two files");
            }
        }
        keys
    }

    fn rust_files(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("the sources are there") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                rust_files(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(fs::read_to_string(path).expect("UTF-8"));
            }
        }
    }

    #[test]
    fn locales_have_the_same_keys() {
        assert_eq!(keys(Locale::English), keys(Locale::Chinese));
    }

    #[test]
    fn every_key_written_in_the_sources_has_a_text() {
        let mut files = Vec::new();
        rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        let known = keys(Locale::English);
        let mut seen = 0;
        for source in &files {
            for call in [".t(\"", ".tf(\"", ".tf(\n"] {
                for rest in source.split(call).skip(1) {
                    let rest = rest.trim_start().trim_start_matches('"');
                    let key = rest.split('"').next().unwrap_or_default();
                    if key.starts_with(|first: char| first.is_ascii_lowercase()) {
                        assert!(known.contains(key), "no text for {key:?}");
                        seen += 1;
                    }
                }
            }
        }
        assert!(seen > 40, "only {seen} keys found: has the way of writing them changed?");
    }

    #[test]
    fn values_go_where_their_names_are() {
        let i18n = I18n::new(Locale::English);
        let text = i18n.tf("meter.tokens", &[("used", &212), ("size", &512)]);
        assert!(text.contains("212") && text.contains("512"), "{text}");
    }

    #[test]
    fn the_browsers_first_known_language_wins() {
        assert_eq!(Locale::preferred(["fr-FR", "zh-Hans-CN", "en"]), Locale::Chinese);
        assert_eq!(Locale::preferred(["fr-FR"]), Locale::English);
        assert_eq!(Locale::preferred(Vec::<String>::new()), Locale::English);
    }
}
