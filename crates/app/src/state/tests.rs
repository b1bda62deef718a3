//! What the page's state makes of the visitor's wishes and the worker's words.

use super::*;
use zeroshot_protocol::{
    Build, Choice, Decoding, Event, FinishReason, Kept, PROTOCOL_VERSION, Piece, Prediction, Seat,
    Stats,
};

pub fn reduce(state: State, action: Action) -> State {
    Rc::unwrap_or_clone(Rc::new(state).reduce(action))
}

fn events(events: Vec<Event>) -> Action {
    Action::Events { events, now: 0.0 }
}

/// The page as it loads its own model by request 1.
pub fn loading() -> State {
    let ready = Event::Ready { protocol: PROTOCOL_VERSION, build: Build::Simd, threads: 1 };
    let state = reduce(State::default(), events(vec![ready]));
    let chosen = Chosen::first().expect("there is one");
    let load = LibraryAction::Load { id: 1, chosen, unattended: true };
    reduce(state, Action::Library(load))
}

fn begun(id: RequestId) -> State {
    let state = loading();
    let prompt = state.desk().prompt();
    reduce(state, Action::Begin { id, prompt, decoding: Decoding::default() })
}

fn token(id: RequestId) -> Event {
    let piece = Piece::new(1, b" oui");
    let top = vec![Choice { piece: piece.clone(), logprob: 0.0 }];
    let prediction = Prediction { piece, logprob: 0.0, rank: 0, entropy: 0.0, top };
    Event::Token { id, text: " oui".to_owned(), prediction }
}

pub fn summary() -> ModelSummary {
    ModelSummary {
        architecture: "gpt2".to_owned(),
        n_positions: 512,
        n_layer: 4,
        n_head: 4,
        n_embd: 256,
        vocab_size: 8000,
        parameters: 5_000_000,
        kind: "F16".to_owned(),
        weight_bytes: 10_000_000,
        xxh64: String::new(),
        sha256: String::new(),
    }
}

#[test]
fn text_arrives_in_the_run_that_asked_for_it() {
    let state = begun(3);
    let state = reduce(state, events(vec![token(2), token(3)]));
    assert_eq!(state.run().map(|run| run.text.as_str()), Some(" oui"));
}

#[test]
fn a_recorded_answer_is_shown_only_under_the_prompt_it_was_recorded_for() {
    let recorded = |state: &State| state.run().is_some_and(|run| run.phase == Phase::Recorded);
    let state = State::default();
    assert!(recorded(&state), "the page opens with an answer");
    let first = state.desk().example.clone().expect("an example is picked");
    let n_shots = state.desk().n_shots;
    let other = usize::from(n_shots == 0);
    let state = reduce(state, Action::Desk(DeskAction::SetShotCount(other)));
    let state = reduce(state, Action::Desk(DeskAction::PickExample(first.clone())));
    assert!(!recorded(&state));
    let state = reduce(state, Action::Desk(DeskAction::SetShotCount(n_shots)));
    let state = reduce(state, Action::Desk(DeskAction::PickExample(first)));
    assert!(recorded(&state));
}

#[test]
fn another_prompt_hides_the_answer_and_the_same_one_shows_it_again() {
    let state = begun(3);
    let input = state.desk().input.clone();
    let other = zeroshot_prompting::Input::Translate {
        from: zeroshot_prompting::Language::English,
        to: zeroshot_prompting::Language::French,
        text: "Something else.".to_owned(),
    };
    let state = reduce(state, Action::Desk(DeskAction::Fill(other)));
    assert_eq!(state.run(), None);
    let state = reduce(state, Action::Desk(DeskAction::Fill(input)));
    assert!(state.run().is_some());
}

#[test]
fn a_model_that_cannot_be_loaded_ends_the_run_that_waits_for_it() {
    let failure = Failure::FileMissing { file: "model.safetensors".to_owned(), status: 404 };
    let failed = Event::Failed { id: Some(1), failure: failure.clone() };
    let state = reduce(begun(3), events(vec![failed]));
    assert_eq!(state.model, Model::Failed(failure.clone()));
    assert_eq!(state.run().map(|run| &run.phase), Some(&Phase::Failed(failure)));
}

#[test]
fn a_worker_of_another_release_is_not_used() {
    let state = reduce(
        State::default(),
        events(vec![Event::Ready { protocol: 999, build: Build::Simd, threads: 1 }]),
    );
    assert_eq!(state.model, Model::Failed(Failure::ProtocolMismatch { found: 999 }));
}

#[test]
fn a_run_that_fails_leaves_the_model_alone() {
    let loaded = Event::Loaded { id: 1, seat: Seat::Main, model: summary(), kept: Kept::NotAsked };
    let failure = Failure::PromptTooLong { tokens: 900, n_positions: 512 };
    let failed = Event::Failed { id: Some(3), failure: failure.clone() };
    let state = reduce(begun(3), events(vec![loaded, failed]));
    assert_eq!(state.model, Model::Ready(summary()));
    assert_eq!(state.run().map(|run| &run.phase), Some(&Phase::Failed(failure)));
}

#[test]
fn only_the_last_prompt_is_cut() {
    let ask = |id, prompt: &str| Action::Tokenize { id, prompt: prompt.to_owned() };
    let cut = |id| Event::Tokenized { id, pieces: vec![Piece::new(id, b"x")] };
    let state = reduce(State::default(), ask(5, "a"));
    let state = reduce(state, ask(6, "ab"));
    let state = reduce(state, events(vec![cut(5)]));
    assert_eq!(state.cut, None);
    let state = reduce(state, events(vec![cut(6)]));
    let cut = state.cut.expect("the last one");
    assert_eq!((cut.text.as_str(), cut.pieces[0].id), ("ab", 6));
}

#[test]
fn a_branch_stands_beside_the_run_that_it_leaves() {
    let state = reduce(begun(3), events(vec![token(3), token(3)]));
    let piece = Piece::new(2, b" non");
    let token = Prediction { piece, logprob: -2.0, rank: 1, entropy: 1.0, top: Vec::new() };
    let state = reduce(state, Action::Branch { id: 4, at: 0, token });
    assert_eq!(state.run().map(|run| run.text.as_str()), Some(" non"));
    let state = reduce(state, Action::ShowRun(3));
    assert_eq!(state.run().map(|run| run.text.as_str()), Some(" oui oui"));
}

#[test]
fn an_earlier_run_comes_back_with_its_desk() {
    let first = begun(3);
    let before = first.desk().prompt();
    let state = reduce(first, Action::Desk(DeskAction::EditPrompt("Else".to_owned())));
    let prompt = state.desk().prompt();
    let state = reduce(state, Action::Begin { id: 4, prompt, decoding: Decoding::default() });
    let state = reduce(state, Action::ShowRun(3));
    assert_eq!((state.desk().prompt(), state.run().map(|run| run.id)), (before, Some(3)));
}

#[test]
fn a_rival_that_cannot_be_loaded_leaves_the_model_alone() {
    let loaded = Event::Loaded { id: 1, seat: Seat::Main, model: summary(), kept: Kept::NotAsked };
    let state = reduce(loading(), events(vec![loaded]));
    let state = reduce(state, Action::LoadRival { id: 9 });
    let progress = Event::Progress { id: 9, received: 5, total: 10, from_device: false };
    let state = reduce(state, events(vec![progress]));
    assert_eq!(state.rival, Some(Model::Loading { received: 5, total: 10 }));
    let failed = Event::Failed { id: Some(9), failure: Failure::OutOfMemory };
    let state = reduce(state, events(vec![failed]));
    assert_eq!(state.rival, Some(Model::Failed(Failure::OutOfMemory)));
    assert_eq!(state.model, Model::Ready(summary()));
}

#[test]
fn a_finished_run_is_no_longer_active() {
    let done = Event::Done {
        id: 3,
        reason: FinishReason::Cancelled,
        text: String::new(),
        stats: Stats::default(),
    };
    let state = reduce(begun(3), events(vec![done]));
    assert!(state.active_run().is_none());
}
