//! Runs written to a file, and files that are read back or refused.

use super::*;
use crate::state::{
    Action, State,
    tests::{loading, reduce, summary},
};
use serde_json::{Value, json};
use zeroshot_protocol::{Choice, Decoding, Event, Piece};

fn model() -> ModelSummary {
    ModelSummary { sha256: "ab".repeat(32), ..summary() }
}

fn prediction(id: u32, text: &str) -> Prediction {
    let piece = Piece::new(id, text.as_bytes());
    let top = vec![Choice { piece: piece.clone(), logprob: -0.25 }];
    Prediction { piece, logprob: -0.25, rank: 0, entropy: 0.5, top }
}

/// A visit with a run, and a branch of it.
fn visit() -> State {
    let loaded = Event::Loaded {
        id: 1,
        seat: zeroshot_protocol::Seat::Main,
        model: model(),
        kept: zeroshot_protocol::Kept::NotAsked,
    };
    let state = reduce(loading(), Action::Events { events: vec![loaded], now: 1.0 });
    let prompt = state.desk().prompt();
    let decoding = Decoding { seed: 5, ..Decoding::default() };
    let state = reduce(state, Action::Begin { id: 3, prompt, decoding });
    let token =
        |id| Event::Token { id, text: " oui".to_owned(), prediction: prediction(7, " oui") };
    let done = |id| Event::Done {
        id,
        reason: FinishReason::Length,
        text: String::new(),
        stats: Stats { new_tokens: 2, ..Stats::default() },
    };
    let events = vec![token(3), token(3), done(3)];
    let state = reduce(state, Action::Events { events, now: 500.0 });
    let state = reduce(state, Action::NameRun(3, "the first".to_owned()));
    let branch = Action::Branch { id: 4, at: 1, token: prediction(9, " non") };
    let state = reduce(state, branch);
    reduce(state, Action::Events { events: vec![token(4), done(4)], now: 900.0 })
}

fn read_into(state: &State, json: &str) -> Result<Vec<Run>, ImportError> {
    let model = model();
    let place = Place {
        playground: &state.playground,
        model: Some(&model),
        epoch: 1000.0,
        room: 5,
        most: 200,
    };
    let mut last = 100;
    read(json, &place, || {
        last += 1;
        last
    })
}

fn change(json: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut value: Value = serde_json::from_str(json).expect("JSON");
    change(&mut value);
    value.to_string()
}

#[test]
fn runs_come_back_whole() {
    let state = visit();
    let json = write(state.runs.all(), 2000.0);
    let runs = read_into(&State::default(), &json).expect("its own file");
    assert_eq!(runs.iter().map(|run| run.id).collect::<Vec<_>>(), [101, 102]);
    assert_eq!(runs[1].parent, Some((101, 1)));
    assert_eq!(runs[0].name.as_deref(), Some("the first"));
    assert_eq!(runs[0].asked_at, Some(1500.0), "by the clock of the page that reads it");
    for (old, new) in state.runs.all().iter().filter(|run| run.id > 0).zip(&runs) {
        assert_eq!((&old.text, &old.predictions), (&new.text, &new.predictions));
        assert_eq!((&old.prompt, &old.decoding), (&new.prompt, &new.decoding));
        assert_eq!((old.given, &old.phase), (new.given, &new.phase));
        assert_eq!((old.stats, &old.model), (new.stats, &new.model));
    }
}

#[test]
fn the_file_in_the_documentation_is_one() {
    let page = include_str!("../../../../../docs/runs.md");
    let example = page.split("```json\n").nth(1).and_then(|rest| rest.split("```").next());
    let runs = read_into(&State::default(), example.expect("an example")).expect("a file");
    let run = &runs[0];
    assert_eq!((run.task, run.prompt.text().as_str()), (Task::Free, "Once"));
    assert_eq!((run.text.as_str(), run.given.bytes), (" upon a time", 5));
    assert_eq!(run.decoding.seed, 7);
}

#[test]
fn an_imported_run_is_shown_with_its_desk() {
    let json = write(visit().runs.all(), 0.0);
    let state = State::default();
    let runs = read_into(&state, &json).expect("its own file");
    let state = reduce(state, Action::Import(runs));
    let state = reduce(state, Action::ShowRun(101));
    assert_eq!(state.run().map(|run| run.text.as_str()), Some(" oui oui"));
}

#[test]
fn tokens_of_another_model_are_left_out_but_not_its_text() {
    let json = write(visit().runs.all(), 0.0);
    let other = change(&json, |file| {
        for run in file["runs"].as_array_mut().expect("runs") {
            run["setup"]["model"]["sha256"] = json!("cd".repeat(32));
        }
    });
    let runs = read_into(&State::default(), &other).expect("sound");
    assert_eq!((runs[1].text.as_str(), runs[1].predictions.len()), (" oui non oui", 0));
    assert!(runs[1].model_input().tokens.is_empty(), "no numbers of another vocabulary");
}

#[test]
fn what_is_no_file_of_runs_is_refused_by_name() {
    let json = write(visit().runs.all(), 0.0);
    let state = State::default();
    let refused = |json: &str| read_into(&state, json).expect_err("is refused");
    assert_eq!(refused(""), ImportError::OtherFile);
    assert_eq!(refused("{\"format\":\"other\",\"version\":1}"), ImportError::OtherFile);
    let later = change(&json, |file| file["version"] = json!(7));
    assert_eq!(refused(&later), ImportError::OtherVersion(7));
    let strange = change(&json, |file| file["runs"][0]["colour"] = json!("red"));
    assert!(matches!(refused(&strange), ImportError::Damaged(_)));
    let many = change(&json, |file| file["runs"] = json!(vec![file["runs"][0].clone(); 6]));
    assert_eq!(refused(&many), ImportError::TooMany { most: 200 });
}

#[test]
fn a_run_that_contradicts_itself_is_refused_by_its_number() {
    let json = write(visit().runs.all(), 0.0);
    let changes: [fn(&mut Value); 7] = [
        |run| run["given"] = json!({"bytes": 999, "tokens": 0}),
        |run| run["given"] = json!({"bytes": 0, "tokens": 999}),
        |run| run["branch_of"]["token"] = json!(999),
        |run| run["branch_of"]["run"] = run["id"].clone(),
        |run| run["id"] = json!(3),
        |run| run["tokens"][0]["top"] = json!([]),
        |run| {
            run["text"] = json!("é");
            run["given"] = json!({"bytes": 1, "tokens": 0});
        },
    ];
    for (number, contradict) in changes.into_iter().enumerate() {
        let bad = change(&json, |file| contradict(&mut file["runs"][1]));
        let expected = ImportError::Run { number: 2, fault: RunFault::Inconsistent };
        assert_eq!(read_into(&State::default(), &bad), Err(expected), "change {number}");
    }
}

#[test]
fn numbers_beyond_the_vocabulary_never_reach_the_model() {
    let json = write(visit().runs.all(), 0.0);
    let bad = change(&json, |file| {
        file["runs"][0]["tokens"][0]["piece"]["id"] = json!(4_000_000_000_u32);
    });
    let runs = read_into(&State::default(), &bad).expect("the text can be had");
    assert!(runs[0].predictions.is_empty());
}
