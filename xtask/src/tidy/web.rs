//! Rules about what the page is made of besides crates: its texts in each language, and the pins of its tools.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use super::Problem;

/// All locales, a folder each in `folder`, have the same texts with the same places for values.
pub fn locales(folder: &Path) -> Result<Vec<Problem>> {
    let mut locales = BTreeMap::new();
    for locale in entries(folder)? {
        let name = locale.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut texts = Texts::new();
        for path in entries(&locale)? {
            let text = std::fs::read_to_string(&path)?;
            let json: Value = serde_json::from_str(&text)
                .with_context(|| format!("{} is not JSON", path.display()))?;
            collect("", &json, &mut texts);
        }
        locales.insert(name, texts);
    }
    Ok(differences(&locales))
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder)
        .with_context(|| format!("{} cannot be read", folder.display()))?;
    entries.map(|entry| Ok(entry?.path())).collect()
}

/// The texts of one locale by key, nested keys joined by dots.
type Texts = BTreeMap<String, String>;

fn collect(key: &str, json: &Value, texts: &mut Texts) {
    match json {
        Value::Object(entries) => {
            for (name, value) in entries {
                collect(
                    &if key.is_empty() { name.clone() } else { format!("{key}.{name}") },
                    value,
                    texts,
                );
            }
        }
        Value::String(text) => {
            texts.insert(key.to_owned(), text.clone());
        }
        other => {
            texts.insert(key.to_owned(), other.to_string());
        }
    }
}

fn differences(locales: &BTreeMap<String, Texts>) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (name, texts) in locales {
        for (other, others) in locales.iter().filter(|(other, _)| *other != name) {
            for (key, text) in texts {
                match others.get(key) {
                    None => problems.push(Problem::error(format!(
                        "{other} lacks the text {key}, which {name} has"
                    ))),
                    // Each pair is compared once.
                    Some(translation) if name < other && places(text) != places(translation) => {
                        problems.push(Problem::error(format!(
                            "{key} has other places for values in {other} than in {name}"
                        )));
                    }
                    Some(_) => {}
                }
            }
        }
        for (key, _) in texts.iter().filter(|(_, text)| text.trim().is_empty()) {
            problems.push(Problem::error(format!("{name} has an empty text {key}")));
        }
    }
    problems
}

/// The `{places}` of a text, in order of their names.
fn places(text: &str) -> Vec<&str> {
    let mut places: Vec<&str> = text
        .split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}'))
        .map(|(name, _)| name)
        .collect();
    places.sort_unstable();
    places
}

/// Trunk asks for the wasm-bindgen that the crates are pinned to.
pub fn pins(wasm_bindgen: &str, trunk_toml: &str) -> Option<Problem> {
    let line = format!("wasm_bindgen = \"{wasm_bindgen}\"");
    (!trunk_toml.lines().any(|found| found.trim() == line)).then(|| {
        Problem::error(format!("Trunk.toml should say {line}, as Cargo.toml pins that crate"))
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(english: &Value, chinese: &Value) -> usize {
        let locales = [("en", english), ("zh-CN", chinese)].map(|(name, json)| {
            let mut texts = Texts::new();
            collect("", json, &mut texts);
            (name.to_owned(), texts)
        });
        differences(&locales.into_iter().collect()).len()
    }

    #[test]
    fn locales_have_the_same_texts() {
        let english =
            json!({"run": "Run", "failure": {"file": "{file} is cut after {found} bytes"}});
        assert_eq!(
            check(
                &english,
                &json!({"run": "运行", "failure": {"file": "{found} 字节后 {file} 中断"}})
            ),
            0
        );
        assert_eq!(check(&english, &json!({"run": "运行"})), 1);
        assert_eq!(
            check(
                &english,
                &json!({"run": "运行", "stop": "停", "failure": {"file": "{file}{found}"}})
            ),
            1
        );
        assert_eq!(check(&english, &json!({"run": "运行", "failure": {"file": "{file}"}})), 1);
        assert_eq!(check(&english, &json!({"run": " ", "failure": {"file": "{file}{found}"}})), 1);
    }

    #[test]
    fn pins_agree() {
        assert!(pins("0.2.130", "[tools]\nwasm_bindgen = \"0.2.130\"\n").is_none());
        assert!(pins("0.2.131", "[tools]\nwasm_bindgen = \"0.2.130\"\n").is_some());
    }
}
