//! What happens to the desk and to the tasks of a page as the visitor goes through it.

use super::*;
use crate::state::{DeskAction, Model};
use serde_json::json;
use yew::Reducible;
use zeroshot_protocol::{Decoding, FinishReason, Piece, Prediction, Stats};

fn reduce(state: State, action: Action) -> State {
    Rc::unwrap_or_clone(Rc::new(state).reduce(action))
}

fn lesson() -> Lesson {
    let words = json!({"en": "Words.", "zh-CN": "文字。"});
    let scene = json!({
        "input": {"task": "translate", "from": "english", "to": "german", "text": "A cat."},
        "shot_count": 0,
        "settings": {"max_new_tokens": 9}
    });
    let page = |checks| json!({"title": words, "text": words, "scene": scene, "checks": checks});
    let question = json!({"answer": {"question": words, "choices": [
        {"text": words, "why": words}, {"text": words, "right": true, "why": words}]}});
    let lesson = json!({
        "id": "one", "title": words, "summary": words, "minutes": 3,
        "pages": [
            page(json!([{"do": "run"}, {"do": "change_input"}, {"do": {"shots": {"exactly": 1}}},
                {"do": {"look": "tokens"}}])),
            page(json!([{"do": "branch"}, {"do": question}, {"do": "compare_shots"}])),
        ]
    });
    Lesson::from_json(&lesson.to_string()).expect("sound")
}

fn arrived() -> State {
    let lesson = Ok(Rc::new(lesson()));
    reduce(State::default(), Action::Lesson(LessonAction::Arrived { id: "one".to_owned(), lesson }))
}

fn enter(state: State, page: usize) -> State {
    let at = PageId { lesson: "one".to_owned(), page };
    reduce(state, Action::Lesson(LessonAction::Enter(at)))
}

fn leave(state: State) -> State {
    reduce(state, Action::Lesson(LessonAction::Leave))
}

fn begin(state: State, id: RequestId) -> State {
    let prompt = state.desk().prompt();
    let decoding = state.desk().settings.decoding().expect("usable");
    reduce(state, Action::Begin { id, prompt, decoding })
}

fn end(state: State, id: RequestId) -> State {
    let done = Event::Done {
        id,
        reason: FinishReason::Length,
        text: " Eine Katze.".to_owned(),
        stats: Stats::default(),
    };
    reduce(state, Action::Events { events: vec![done], now: 0.0 })
}

fn ready(mut state: State) -> State {
    state.model = Model::Ready(zeroshot_protocol::ModelSummary {
        architecture: "gpt2".to_owned(),
        n_positions: 8,
        n_layer: 1,
        n_head: 1,
        n_embd: 4,
        vocab_size: 9,
        parameters: 1,
        kind: "F32".to_owned(),
        weight_bytes: 4,
        xxh64: String::new(),
        sha256: String::new(),
    });
    state
}

/// Which tasks of a page are done.
fn ticks(state: &State, page: usize) -> Vec<bool> {
    let doings = state.lessons.doings(&PageId { lesson: "one".to_owned(), page });
    let lesson = lesson();
    let checks = lesson.pages[page].checks.iter().enumerate();
    checks.map(|(number, check)| check.task.is_done(number, &doings)).collect()
}

#[test]
fn the_scene_lies_on_the_desk_and_the_visitors_own_comes_back() {
    let mine = DeskAction::EditPrompt("Mine.".to_owned());
    let state = begin(reduce(arrived(), Action::Desk(mine)), 1);
    let before = end(state, 1);
    let state = enter(before.clone(), 0);
    assert_eq!(state.desk().prompt().text(), "A cat. =");
    assert_eq!(state.desk().settings.decoding().map(|settings| settings.max_new_tokens), Ok(9));
    assert!(state.run().is_none());
    let state = leave(enter(end(begin(state, 2), 2), 1));
    assert_eq!(state.playground, before.playground);
    assert_eq!(state.run().map(|run| run.id), Some(1));
    assert_eq!(state.lessons.open(), None);
}

#[test]
fn tasks_tick_when_what_was_done_comes_to_an_end() {
    let state = begin(enter(ready(arrived()), 0), 1);
    assert_eq!(ticks(&state, 0), [false; 4], "it has only begun");
    let state = end(state, 1);
    assert_eq!(ticks(&state, 0), [true, false, false, false]);
    let state = reduce(state, Action::Desk(DeskAction::SetShotCount(1)));
    let state = end(begin(state, 2), 2);
    assert_eq!(ticks(&state, 0), [true, false, true, false]);
    let written = state.desk().prompt().text().replace("cat", "dog");
    let state = reduce(state, Action::Desk(DeskAction::EditPrompt(written)));
    let state = reduce(end(begin(state, 3), 3), Action::Look(Some(View::Tokens)));
    assert_eq!(ticks(&state, 0), [true; 4]);
    assert_eq!(state.lessons.done(&lesson()), (4, 7));
    assert_eq!(ticks(&leave(state), 0), [true; 4], "what was done stays done");
}

#[test]
fn other_shots_are_no_other_input() {
    let state = reduce(enter(ready(arrived()), 0), Action::Desk(DeskAction::SetShotCount(2)));
    let cue = state.desk().prompt().text() + " ";
    let state = reduce(state, Action::Desk(DeskAction::EditPrompt(cue)));
    assert_eq!(ticks(&end(begin(state, 1), 1), 0), [true, false, false, false]);
}

#[test]
fn questions_and_branches_are_noted_on_their_own_page() {
    let state = end(begin(enter(ready(arrived()), 1), 1), 1);
    let answer = |choice| Action::Lesson(LessonAction::Answer { task: 1, choice });
    let state = reduce(state, answer(0));
    assert_eq!(ticks(&state, 1), [false; 3]);
    let state = reduce(state, answer(1));
    assert_eq!(ticks(&state, 1), [false, true, false]);
    let piece = Piece::new(1, b"Der");
    let token = Prediction { piece, logprob: -1.0, rank: 1, entropy: 1.0, top: Vec::new() };
    let state = reduce(state, Action::Branch { id: 2, at: 0, token });
    assert_eq!(ticks(&state, 1), [true, true, false]);
    assert_eq!(ticks(&state, 0), [false; 4]);
}

fn recorded(state: State) -> State {
    let piece = Piece::new(7, b" Eine");
    let prediction = Prediction { piece, logprob: -0.5, rank: 0, entropy: 1.0, top: Vec::new() };
    let take = zeroshot_lessons::Take {
        prompt: "A cat. =".to_owned(),
        pieces: vec![Piece::new(3, b"A cat."), Piece::new(4, b" =")],
        decoding: Decoding { max_new_tokens: 9, ..Decoding::default() },
        text: " Eine".to_owned(),
        predictions: vec![prediction],
    };
    let recording = Recording { takes: vec![take], ..Recording::default() };
    let recording = Rc::new(recording);
    let id = "one".to_owned();
    reduce(state, Action::Lesson(LessonAction::Recorded { id, recording }))
}

#[test]
fn before_a_model_is_there_and_without_one_the_recorded_answer_plays() {
    let failed = || Model::Failed(Failure::OutOfMemory);
    for model in [Model::Loading { received: 1, total: 2 }, failed()] {
        let mut state = enter(recorded(arrived()), 0);
        state.model = model;
        let state = begin(state, 1);
        let run = state.run().expect("it is shown");
        assert_eq!((&run.phase, run.text.as_str()), (&Phase::Recorded, " Eine"));
        assert_eq!(run.predictions.len(), 1);
        assert_eq!(state.pieces().map(|pieces| pieces.len()), Some(2));
        assert_eq!(ticks(&state, 0), [true, false, false, false]);
    }
}

#[test]
fn what_was_not_recorded_waits_for_the_model_and_what_was_is_run_by_one_that_is_there() {
    let state = enter(recorded(arrived()), 0);
    let other = DeskAction::EditPrompt("A dog. =".to_owned());
    let state = begin(reduce(state, Action::Desk(other)), 1);
    assert_eq!(state.run().map(|run| &run.phase), Some(&Phase::Waiting));
    let state = begin(enter(ready(recorded(arrived())), 0), 1);
    assert_eq!(state.run().map(|run| &run.phase), Some(&Phase::Waiting));
}
