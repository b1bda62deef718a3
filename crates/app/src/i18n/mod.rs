//! The page's texts in the visitor's language, from the locale files in `www/locales`.
//!
//! A text is found by its key; `{name}` in it is a place for a value. The build makes one file of
//! each language's (`xtask::texts`), which `page_files` fetches. The task's own languages (what is
//! translated) have nothing to do with this.

mod class;
mod failure;
mod run;
mod sizes;

pub use class::{import_refusal, link_refusal};
pub use failure::{refusal, sentence, sentence_at};
pub use run::{figures, model_rows, settings, title, transcript};
pub use sizes::bytes;

use std::{collections::HashMap, fmt::Display, rc::Rc};

/// A language of the interface.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Locale {
    #[default]
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

    /// The language of a tag, English where it is none of the page's.
    pub fn of(tag: &str) -> Self {
        Self::ALL.into_iter().find(|locale| locale.tag() == tag).unwrap_or_default()
    }
}

/// The texts of one language; the default has none. Cheap to clone.
#[derive(Clone, Debug, Default)]
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
    /// The texts of `locale` from its file; `None` where that holds something else.
    pub fn from_json(locale: Locale, json: &str) -> Option<Self> {
        let texts = serde_json::from_str(json).ok()?;
        Some(Self { locale, texts: Rc::new(texts) })
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
    use std::{collections::BTreeSet, fs, io, path::Path};

    /// The files of a language, one for each area of the page.
    fn areas(locale: Locale) -> Vec<HashMap<String, String>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www/locales");
        let files = fs::read_dir(folder.join(locale.tag())).expect("a language is a folder");
        let area = |file: io::Result<fs::DirEntry>| {
            let json = fs::read_to_string(file.expect("readable").path()).expect("UTF-8");
            serde_json::from_str(&json).expect("a locale file is a map of texts")
        };
        files.map(area).collect()
    }

    impl I18n {
        /// The texts of a language, as the build puts them together.
        pub fn new(locale: Locale) -> Self {
            Self { locale, texts: Rc::new(areas(locale).into_iter().flatten().collect()) }
        }
    }

    fn keys(locale: Locale) -> BTreeSet<String> {
        let mut keys = BTreeSet::new();
        for key in areas(locale).into_iter().flat_map(HashMap::into_keys) {
            assert!(keys.insert(key.clone()), "{key} stands in two files");
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
    fn a_language_is_known_by_its_tag() {
        for locale in Locale::ALL {
            assert_eq!(Locale::of(locale.tag()), locale);
        }
        assert_eq!(Locale::of("fr"), Locale::English);
    }

    #[test]
    fn what_is_no_map_of_texts_is_refused() {
        let text = |json| Some(I18n::from_json(Locale::Chinese, json)?.t("page.title"));
        assert_eq!(text(r#"{"page.title": "零样本"}"#).as_deref(), Some("零样本"));
        for json in ["", "<!doctype html>", "[]", r#"{"run": 1}"#, r#"{"run": "运行"#] {
            assert_eq!(text(json), None, "{json}");
        }
    }
}
