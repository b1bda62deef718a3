//! The files that the page's own program reads: its texts, one file for each language, and its examples.
//!
//! What they say lies below `www`; this module puts them beside the built page, in a form to be sent, and tells
//! index.html their names, which come from what is in them: a page never meets the texts of another version.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::offline;

/// Where index.html is told the files.
const PLACE: &str = "const FILES = { texts: {}, examples: \"\" };";

/// Writes the files, made of those in `www`, into `dist` and tells its page of them.
pub fn install(www: &Path, dist: &Path) -> Result<()> {
    let mut texts = BTreeMap::new();
    for locale in entries(&www.join("locales"))? {
        let tag = locale.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let file = write(dist, &format!("texts-{tag}"), &of_language(&locale)?)?;
        texts.insert(tag, file);
    }
    let examples = write(dist, "examples", &parse(&www.join("examples.json"))?)?;
    let files = json!({"texts": texts, "examples": examples});
    let page = dist.join("index.html");
    let text = std::fs::read_to_string(&page)?;
    Ok(std::fs::write(&page, with_files(&text, &files)?)?)
}

/// The texts of a language, those of all its files together.
fn of_language(folder: &Path) -> Result<Value> {
    let mut all = serde_json::Map::new();
    for path in entries(folder)? {
        let area = parse(&path)?;
        let area = area.as_object().with_context(|| format!("{} is no map", path.display()))?;
        for (key, text) in area {
            let before = all.insert(key.clone(), text.clone());
            ensure!(before.is_none(), "{key} stands in two files of {}", folder.display());
        }
    }
    Ok(all.into())
}

/// Writes a file without the spaces that are for people; its address.
fn write(dist: &Path, name: &str, content: &Value) -> Result<String> {
    let content = content.to_string();
    let name = format!("{name}-{}.json", offline::hex(&Sha256::digest(&content)[..8]));
    std::fs::write(dist.join(&name), content)?;
    Ok(format!("./{name}"))
}

fn parse(path: &Path) -> Result<Value> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", path.display()))
}

/// What is in a folder, but for what an editor keeps there, in order.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    paths.sort();
    Ok(paths)
}

/// The page's text with the files in it.
fn with_files(page: &str, files: &Value) -> Result<String> {
    ensure!(page.matches(PLACE).count() == 1, "index.html should say `{PLACE}` once");
    Ok(page.replace(PLACE, &format!("const FILES = {files};")))
}

#[cfg(test)]
mod tests {
    use std::fs::{create_dir_all, read_dir, read_to_string, remove_dir_all, write as put};

    use super::*;
    use crate::project;

    /// A folder of sources with this text in two languages, and one of a page; what becomes of it.
    fn installed(test: &str, areas: [&str; 2]) -> Result<Vec<(String, String)>> {
        let name = format!("zeroshot-texts-{test}-{}", std::process::id());
        let root = std::env::temp_dir().join(name);
        let (www, dist) = (root.join("www"), root.join("dist"));
        for folder in [&www.join("locales/en"), &www.join("locales/zh-CN"), &dist] {
            create_dir_all(folder)?;
        }
        for (area, text) in ["a.json", "b.json"].into_iter().zip(areas) {
            put(www.join("locales/en").join(area), text)?;
        }
        put(www.join("locales/zh-CN/a.json"), r#"{"run": "运行"}"#)?;
        put(www.join("locales/en/.a.json.swp"), "an editor's")?;
        put(www.join("examples.json"), "{ \"examples\": [] }\n")?;
        put(dist.join("index.html"), format!("<script>{PLACE}</script>"))?;
        let done = install(&www, &dist);
        let files = read_dir(&dist)?.map(|entry| {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Ok((name, read_to_string(path)?))
        });
        let mut files = files.collect::<Result<Vec<_>>>()?;
        files.sort();
        remove_dir_all(&root)?;
        done.map(|()| files)
    }

    #[test]
    fn each_language_is_one_file_that_the_page_is_told_of() -> Result<()> {
        let files = installed("one", [r#"{ "run": "Run" }"#, r#"{ "stop": "Stop" }"#])?;
        let [(examples, _), (_, page), (english, texts), (chinese, _)] = &files[..] else {
            panic!("{files:?}");
        };
        assert_eq!(texts, r#"{"run":"Run","stop":"Stop"}"#);
        assert!(english.starts_with("texts-en-") && chinese.starts_with("texts-zh-CN-"));
        assert!(examples.starts_with("examples-"));
        assert!(
            [english, chinese, examples].iter().all(|name| page.contains(&format!("./{name}")))
        );

        let changed = installed("other", [r#"{ "run": "Go" }"#, r#"{ "stop": "Stop" }"#])?;
        assert_ne!(changed[2].0, *english, "other texts, another name");
        assert_eq!(changed[3].0, *chinese);
        Ok(())
    }

    #[test]
    fn a_text_that_stands_twice_or_a_broken_file_stops_the_build() {
        for (areas, part) in [
            ([r#"{"run": "Run"}"#, r#"{"run": "Go"}"#], "run stands in two files"),
            ([r#"{"run": "Run"}"#, "{"], "b.json is not JSON"),
            ([r#"{"run": "Run"}"#, "[]"], "b.json is no map"),
        ] {
            let error = installed("broken", areas).expect_err(part).to_string();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn the_page_has_a_place_for_the_files() -> Result<()> {
        let page = read_to_string(project::root().join("index.html"))?;
        with_files(&page, &json!({})).map(drop)
    }
}
