//! Rules about the lessons that come with the page: each is listed, sound, in every language, and recorded.

use std::path::Path;

use anyhow::{Context, Result};
use zeroshot_lessons::{Index, Lesson, Recording};

use super::Problem;

/// Checks every lesson of a folder.
pub fn check(folder: &Path) -> Result<Vec<Problem>> {
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))
    };
    let index = match Index::from_json(&read("index.json")?) {
        Ok(index) => index,
        Err(fault) => return Ok(vec![Problem::error(format!("www/lessons/index.json: {fault}"))]),
    };
    let mut problems = Vec::new();
    for id in &index.lessons {
        let recording = read(&format!("recorded/{id}.json")).ok();
        problems.extend(lesson(id, &read(&format!("{id}.json"))?, recording.as_deref()));
    }
    for entry in std::fs::read_dir(folder)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let id = name.strip_suffix(".json").filter(|id| *id != "index");
        if let Some(id) = id.filter(|id| !index.lessons.iter().any(|listed| listed == id)) {
            problems.push(Problem::error(format!("www/lessons/index.json does not list {id}")));
        }
    }
    Ok(problems)
}

/// What is wrong with one lesson.
fn lesson(id: &str, json: &str, recording: Option<&str>) -> Vec<Problem> {
    let error = |what: String| vec![Problem::error(format!("www/lessons/{id}.json: {what}"))];
    let lesson = match Lesson::from_json(json) {
        Ok(lesson) => lesson,
        Err(fault) => return error(fault.to_string()),
    };
    if lesson.id != id {
        return error(format!("the id should be that of the file, not {}", lesson.id));
    }
    if let Some(text) = lesson.untranslated() {
        return error(format!("{:?} is not in every language", text.of("en")));
    }
    if !(5..=10).contains(&lesson.minutes) {
        return error("a lesson of the page takes 5 to 10 minutes".to_owned());
    }
    if let Some(page) = lesson.pages.iter().position(|page| page.checks.is_empty()) {
        return error(format!("pages[{page}]: there is nothing to do"));
    }
    match recording.map(Recording::from_json) {
        None => error("nothing is recorded for it; run `zeroshot record`".to_owned()),
        Some(Err(fault)) => error(format!("its recording is unsound: {fault}")),
        Some(Ok(_)) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const RECORDING: &str = r#"{"model": "builtin", "vocab_size": 9, "takes": []}"#;

    fn whole() -> Value {
        let words = json!({"en": "Words.", "zh-CN": "文字。"});
        let question = json!({"do": {"answer": {"question": words, "choices": [
            {"text": words, "right": true, "why": words}, {"text": words, "why": words}]}}});
        json!({"id": "one", "title": words, "summary": words, "minutes": 5,
            "pages": [{"title": words, "text": words, "checks": [question]}]})
    }

    fn problems(change: impl FnOnce(&mut Value), recording: Option<&str>) -> String {
        let mut json = whole();
        change(&mut json);
        let problems = lesson("one", &json.to_string(), recording);
        problems.into_iter().map(|problem| problem.sentence).collect()
    }

    #[test]
    fn a_lesson_of_the_page_is_whole_and_recorded() {
        assert_eq!(problems(|_| (), Some(RECORDING)), "");
        for (found, part) in [
            (problems(|_| (), None), "nothing is recorded"),
            (problems(|_| (), Some("{}")), "its recording is unsound"),
            (
                problems(|json| json["id"] = json!("two"), Some(RECORDING)),
                "should be that of the file",
            ),
            (problems(|json| json["minutes"] = json!(30), Some(RECORDING)), "5 to 10 minutes"),
            (
                problems(|json| json["pages"][0]["text"] = json!({"en": "Hm."}), Some(RECORDING)),
                "\"Hm.\" is not in every language",
            ),
            (
                problems(|json| json["pages"][0]["checks"] = json!([]), Some(RECORDING)),
                "pages[0]: there is nothing to do",
            ),
            (problems(|json| json["titel"] = json!(1), Some(RECORDING)), "unknown field `titel`"),
        ] {
            assert!(found.contains(part), "{found:?} should say {part:?}");
        }
    }
}
