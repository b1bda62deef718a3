//! What a sound lesson says, and what is said of one that is not.

use super::*;
use serde_json::{Value, json};

/// A sound lesson that uses everything once.
fn whole() -> Value {
    let text = |en: &str, zh: &str| json!({"en": en, "zh-CN": zh});
    let plain = text("Words.", "文字。");
    json!({
        "id": "one",
        "title": text("One", "一"),
        "summary": plain,
        "minutes": 5,
        "pages": [{
            "title": plain,
            "text": plain,
            "scene": {
                "input": {"task": "translate", "from": "english", "to": "french", "text": "A."},
                "template": "labels",
                "shots": [{"task": "translate", "source": "B.", "target": "C."}],
                "shot_count": 1,
                "settings": {"temperature": 0.5, "seed": 3},
                "expected": "A",
                "also_recorded": [{"shot_count": 0}]
            },
            "controls": ["wording"],
            "checks": [
                {"do": "run"},
                {"do": "change_input"},
                {"do": {"shots": {"at_least": 2}}, "text": plain},
                {"do": {"set": {"setting": "temperature", "is": "above", "value": 1}}},
                {"do": {"look": "tokens"}},
                {"do": "branch"},
                {"do": "compare_shots"},
                {"do": {"answer": {"question": plain, "choices": [
                    {"text": plain, "right": true, "why": plain},
                    {"text": plain, "why": plain}
                ]}}}
            ]
        }, {
            "title": plain,
            "text": plain,
            "figure": {"title": plain, "x": plain, "at": [1, 10],
                "y": plain, "range": [0, 100], "source": plain,
                "series": [{"name": plain, "values": [1.5, 99]}]},
            "tensors": {"highlight": ["wpe"]}
        }]
    })
}

fn fault(change: impl FnOnce(&mut Value)) -> String {
    let mut lesson = whole();
    change(&mut lesson);
    match Lesson::from_json(&lesson.to_string()) {
        Ok(_) => "no fault".to_owned(),
        Err(fault) => fault.to_string(),
    }
}

#[test]
fn a_sound_lesson_is_read_whole() {
    let lesson = Lesson::from_json(&whole().to_string()).expect("sound");
    assert_eq!(lesson.pages.len(), 2);
    assert_eq!(lesson.pages[0].checks.len(), 8);
    assert_eq!(lesson.untranslated(), None);
    assert!(lesson.shows_tensors());
    let controls = [Control::Input, Control::Shots, Control::Wording, Control::Settings];
    assert_eq!(lesson.pages[0].controls(), controls);
}

#[test]
fn a_fault_is_told_with_its_place() {
    let scene = |lesson: &mut Value, field: &str, value: Value| {
        lesson["pages"][0]["scene"][field] = value;
    };
    let page = |lesson: &mut Value, number: usize, field: &str, value: Value| {
        lesson["pages"][number][field] = value;
    };
    let long = vec!["word"; 121].join(" ");
    for (found, expected) in [
        (fault(|lesson| lesson["id"] = json!("No Spaces")), "id: \"No Spaces\" is no id"),
        (fault(|lesson| lesson["minutes"] = json!(0)), "minutes: must be 1 to 60"),
        (fault(|lesson| lesson["pages"] = json!([])), "pages: has 0 pages"),
        (fault(|lesson| lesson["pages"][0]["title"] = json!({})), "pages[0].title: has no text"),
        (
            fault(|lesson| lesson["pages"][1]["text"]["en"] = json!(long)),
            "pages[1].text: has 121 English words; at most 120 are allowed",
        ),
        (
            fault(|lesson| scene(lesson, "template", json!("haiku"))),
            "pages[0].scene.template: \"haiku\" is no wording of this task; there are paper,",
        ),
        (fault(|lesson| scene(lesson, "shot_count", json!(6))), "pages[0].scene.shot_count: is 6"),
        (
            fault(|lesson| scene(lesson, "settings", json!({"temperature": -1}))),
            "pages[0].scene.settings: temperature must be a number from 0 to 10",
        ),
        (
            fault(|lesson| scene(lesson, "also_recorded", json!([{"shot_count": 9}]))),
            "pages[0].scene.also_recorded[0].shot_count: is 9",
        ),
        (
            fault(|lesson| scene(lesson, "view", json!("tokens"))),
            "pages[0].checks[4].do: the scene opens the view \"tokens\" by itself",
        ),
        (
            fault(|lesson| page(lesson, 1, "checks", json!([{"do": "run"}]))),
            "pages[1].checks[0]: needs a prompt",
        ),
        (
            fault(|lesson| page(lesson, 0, "checks", json!([{"do": {"wording": "haiku"}}]))),
            "pages[0].checks[0].do: \"haiku\" is no wording",
        ),
        (
            fault(|lesson| {
                let choices = &mut lesson["pages"][0]["checks"][7]["do"]["answer"]["choices"];
                choices[1]["right"] = json!(true);
            }),
            "pages[0].checks[7].do.answer: needs a choice that is right and one that is wrong",
        ),
        (
            fault(|lesson| lesson["pages"][1]["figure"]["at"] = json!([10, 1])),
            "pages[1].figure.at: must be above 0 and rise",
        ),
        (
            fault(|lesson| lesson["pages"][1]["figure"]["series"][0]["values"] = json!([1, 101])),
            "pages[1].figure.series[0].values: 101 lies outside the range",
        ),
    ] {
        assert!(found.starts_with(expected), "{found:?} should begin with {expected:?}");
    }
}

#[test]
fn an_unknown_field_or_task_is_refused_by_name_and_line() {
    for (found, part) in [
        (fault(|lesson| lesson["titel"] = json!("One")), "unknown field `titel`"),
        (fault(|lesson| lesson["pages"][0]["html"] = json!("<b>")), "unknown field `html`"),
        (
            fault(|lesson| lesson["pages"][0]["checks"][0]["do"] = json!("dance")),
            "unknown variant `dance`",
        ),
        (
            fault(|lesson| lesson["pages"][0]["scene"]["settings"]["heat"] = json!(1)),
            "unknown field `heat`",
        ),
    ] {
        assert!(found.contains(part) && found.contains("line 1"), "{found:?}");
    }
    let broken = Lesson::from_json("{\n  \"id\": oops\n}").expect_err("no JSON").to_string();
    assert!(broken.contains("line 2"), "{broken}");
}

#[test]
fn a_file_of_any_size_or_depth_ends_in_a_fault() {
    let long = " ".repeat(MAX_BYTES + 1);
    assert!(matches!(Lesson::from_json(&long), Err(Fault::TooLong { .. })));
    let deep = "[".repeat(100_000);
    assert!(matches!(Lesson::from_json(&deep), Err(Fault::Shape(_))));
}

#[test]
fn a_text_in_one_language_will_do_and_is_found() {
    let mut lesson = whole();
    lesson["pages"][0]["checks"][7]["do"]["answer"]["question"] = json!({"zh-CN": "问？"});
    let lesson = Lesson::from_json(&lesson.to_string()).expect("sound");
    assert_eq!(lesson.untranslated().map(|text| text.of("en")), Some("问？"));
}
