//! How models come, are used, fail, and are remembered.

use super::*;
use crate::state::{
    Action,
    tests::{reduce, summary},
};
use zeroshot_protocol::{Build, PROTOCOL_VERSION, Shelf};

const HUB: &str = "https://hub.example";

fn events(events: Vec<Event>) -> Action {
    Action::Events { events, now: 0.0 }
}

fn act(state: State, action: LibraryAction) -> State {
    reduce(state, Action::Library(action))
}

/// The page once its worker is up.
fn up() -> State {
    let ready = Event::Ready { protocol: PROTOCOL_VERSION, build: Build::Simd, threads: 1 };
    reduce(State::default(), events(vec![ready]))
}

fn first() -> Chosen {
    Chosen::first().expect("there is one")
}

/// A model of the hub.
fn gpt2(kind: Quantization) -> Chosen {
    let catalogue = Catalogue::built_in();
    let entry = catalogue.entries.iter().find(|entry| entry.id == "gpt2").expect("listed");
    Chosen::of(entry, HUB, Some(kind))
}

fn load(state: State, id: RequestId, chosen: Chosen) -> State {
    act(state, LibraryAction::Load { id, chosen, unattended: false })
}

fn loaded(id: RequestId, n_positions: usize) -> Event {
    let model = ModelSummary { n_positions, ..summary() };
    Event::Loaded { id, seat: zeroshot_protocol::Seat::Main, model, kept: Kept::Yes }
}

fn failed(id: RequestId) -> Event {
    let file = "model.safetensors".to_owned();
    Event::Failed { id: Some(id), failure: Failure::Network { file } }
}

/// The page with the first model in use.
fn with_first() -> State {
    let chosen = first();
    let state = act(up(), LibraryAction::Load { id: 1, chosen, unattended: true });
    reduce(state, events(vec![loaded(1, 512)]))
}

fn stored(chosen: &Chosen, complete: bool) -> Storage {
    let model = StoredModel {
        key: "k".to_owned(),
        title: chosen.title.clone(),
        // Found out since it was asked for.
        source: ModelSource { bytes: 99, ..chosen.source.clone() },
        bytes: 50,
        total: 99,
        model: complete.then(summary),
        last_used: 0.0,
    };
    Storage { models: vec![model], shelf: Shelf::FileSystem, ..Storage::default() }
}

#[test]
fn the_model_in_use_stays_until_the_next_is_there() {
    let state = load(with_first(), 2, gpt2(Quantization::Q8));
    let progress = Event::Progress { id: 2, received: 25, total: 100, from_device: false };
    let state = reduce(state, events(vec![progress]));
    assert_eq!(state.n_positions(), Some(512));
    let status = state.model_status();
    assert_eq!(status.in_use, Some((first().title, "F16".to_owned())));
    assert_eq!(status.coming, Some(("GPT-2 124M".to_owned(), Some(25))));
    let state = reduce(state, events(vec![loaded(2, 1024)]));
    assert_eq!(state.n_positions(), Some(1024));
    assert_eq!(state.loads, 2, "views ask again");
    assert!(state.library.uses(&gpt2(Quantization::Q8)));
    assert!(!state.library.uses(&gpt2(Quantization::Q4)), "another type is another model");
    assert_eq!(state.library.remembered, Some(gpt2(Quantization::Q8)));
}

#[test]
fn a_model_that_cannot_be_had_leaves_the_one_in_use() {
    let state = load(with_first(), 2, gpt2(Quantization::Q8));
    let state = reduce(state, events(vec![failed(2)]));
    assert_eq!(state.n_positions(), Some(512));
    assert!(state.library.failure_of(&gpt2(Quantization::Q8)).is_some());
    assert_eq!(state.library.remembered, None);
    assert_eq!(state.model_status().failed, Some("GPT-2 124M".to_owned()));
    let state = load(state, 3, gpt2(Quantization::Q4));
    assert_eq!(state.model_status().failed, None);
}

#[test]
fn a_model_is_used_while_it_is_put_on_the_device() {
    let (chosen, other) = (gpt2(Quantization::Q8), gpt2(Quantization::Q4));
    let underway = |id| match loaded(id, 1024) {
        Event::Loaded { id, seat, model, .. } => {
            Event::Loaded { id, seat, model, kept: Kept::Underway }
        }
        other => other,
    };
    let state = load(with_first(), 2, chosen.clone());
    let state = reduce(state, events(vec![underway(2)]));
    assert!(state.library.is_being_kept(&chosen) && !state.library.is_being_kept(&other));
    assert_eq!((state.n_positions(), state.library.keepings), (Some(1024), 0));
    assert_eq!(state.library.remembered, Some(chosen.clone()));
    let done = reduce(state.clone(), events(vec![Event::Kept { id: 2, kept: Kept::Yes }]));
    assert_eq!((&done.library.kept, done.library.keepings), (&Kept::Yes, 1));
    assert!(done.library.is_being_kept(&chosen), "until it is known what is kept");

    // The next may be in use before that ends.
    let state = load(state, 3, other.clone());
    let state = reduce(state, events(vec![underway(3)]));
    let full = Kept::NoRoom { needed: 9, available: None };
    let state = reduce(state, events(vec![Event::Kept { id: 2, kept: full.clone() }]));
    assert_eq!((&state.library.kept, state.library.keepings), (&Kept::Underway, 1));
    let state = reduce(state, events(vec![Event::Kept { id: 3, kept: full.clone() }]));
    assert_eq!((&state.library.kept, state.library.keepings), (&full, 2));
    assert!(!state.library.is_being_kept(&other));
}

#[test]
fn what_is_heard_of_a_load_that_was_left_changes_nothing() {
    let state = load(with_first(), 2, gpt2(Quantization::Q8));
    let state = load(state, 3, gpt2(Quantization::Q4));
    let progress = Event::Progress { id: 2, received: 25, total: 100, from_device: false };
    let state = reduce(state, events(vec![progress, failed(2)]));
    let download = state.library.download.as_ref().expect("on its way");
    assert_eq!((download.id, download.received), (3, 0));
    let state = act(state, LibraryAction::Cancel);
    let ended = Event::Completed { id: 3 };
    let state = reduce(state, events(vec![ended, failed(3)]));
    assert_eq!((&state.library.download, state.n_positions()), (&None, Some(512)));
}

#[test]
fn the_page_begins_with_its_own_model() {
    assert_eq!(State::default().wanted(None), None, "nobody listens yet");
    assert_eq!(up().wanted(None), Some(first()));
    let chosen = first();
    let state = act(up(), LibraryAction::Load { id: 1, chosen, unattended: true });
    assert_eq!(state.wanted(None), None);
    assert_eq!(with_first().wanted(None), None);
}

#[test]
fn a_choice_of_earlier_comes_from_the_device_or_not_at_all() {
    let choice = gpt2(Quantization::Q8);
    let wanted = |storage: Option<Result<Storage, Failure>>| {
        let state = match storage {
            Some(storage) => act(up(), LibraryAction::Stored(storage)),
            None => up(),
        };
        state.wanted(Some(&choice)).map(|chosen| chosen.source.place)
    };
    assert_eq!(wanted(None), None, "what is kept is not known yet");
    let kept = stored(&choice, true);
    assert_eq!(wanted(Some(Ok(kept))), Some(choice.source.place.clone()));
    for gone in [
        Ok(Storage::default()),
        Ok(stored(&choice, false)),
        Ok(stored(&gpt2(Quantization::Q4), true)),
        Err(Failure::OutOfMemory),
    ] {
        assert_eq!(wanted(Some(gone)), Some(first().source.place), "the hub is not asked");
    }
}

#[test]
fn a_choice_that_comes_with_the_page_waits_for_nothing() {
    let mut choice = first();
    choice.source.quantization = Some(Quantization::Q4);
    assert_eq!(up().wanted(Some(&choice)), Some(choice.clone()));
    // The page has another file of it since.
    let mut old = choice.clone();
    old.source.sha256 = "0".repeat(64);
    assert_eq!(up().wanted(Some(&old)), Some(choice));
}

#[test]
fn where_the_choice_of_earlier_fails_or_is_declined_the_pages_own_comes() {
    let choice = gpt2(Quantization::Q8);
    let state = act(up(), LibraryAction::Stored(Ok(stored(&choice, true))));
    let chosen = choice.clone();
    let coming = act(state, LibraryAction::Load { id: 1, chosen, unattended: true });
    let failing = reduce(coming.clone(), events(vec![failed(1)]));
    assert_eq!(failing.wanted(Some(&choice)), Some(first()));
    assert!(failing.library.failure_of(&choice).is_some());
    let declined = act(coming, LibraryAction::Cancel);
    assert_eq!(declined.wanted(Some(&choice)), Some(first()));
    // It is the last that is tried.
    let chosen = first();
    let state = act(failing, LibraryAction::Load { id: 2, chosen, unattended: true });
    let state = reduce(state, events(vec![failed(2)]));
    assert_eq!(state.wanted(Some(&choice)), None);
    assert!(matches!(state.model, Model::Failed(_)));
}

#[test]
fn a_damaged_file_is_fetched_again_only_for_someone_who_asked() {
    let damaged = || Event::Damaged { id: 2, file: "gpt2.gguf".to_owned() };
    let chosen = gpt2(Quantization::Q8);
    let attended = load(with_first(), 2, chosen.clone());
    let attended = reduce(attended, events(vec![damaged()]));
    assert!(attended.library.download.is_some());
    let begun = LibraryAction::Load { id: 2, chosen: chosen.clone(), unattended: true };
    let given_up = Event::Completed { id: 2 };
    let ended = reduce(act(up(), begun), events(vec![damaged(), given_up]));
    assert_eq!(ended.library.damaged, Some(chosen.clone()));
    assert_eq!(ended.wanted(Some(&chosen)), Some(first()));
    let again = load(ended, 3, chosen);
    assert_eq!(again.library.damaged, None);
}

#[test]
fn a_load_waits_is_paused_and_goes_on() {
    let flow = |state: &State| state.library.download.as_ref().map(|of| of.flow.clone());
    let state = load(with_first(), 2, gpt2(Quantization::Q8));
    let failure = Failure::TooManyRequests { seconds: Some(30) };
    let waiting = Event::Waiting { id: 2, failure: failure.clone(), seconds: 30 };
    let state = reduce(state, Action::Events { events: vec![waiting], now: 1000.0 });
    assert_eq!(flow(&state), Some(Flow::Waiting { failure, until: 31_000.0 }));
    let state = act(state, LibraryAction::Resume);
    assert_eq!(flow(&state), Some(Flow::Coming));
    let state = act(state, LibraryAction::Pause);
    assert_eq!(flow(&state), Some(Flow::Paused));
}

#[test]
fn a_model_that_makes_room_is_had_back_if_the_next_fails() {
    let state = act(with_first(), LibraryAction::GiveWay);
    assert_eq!((state.n_positions(), &state.library.in_use), (None, &None));
    let state = load(state, 2, gpt2(Quantization::F16));
    let state = reduce(state, events(vec![failed(2)]));
    assert_eq!(state.wanted(None), Some(first()));
}

#[test]
fn what_comes_with_the_page_and_what_is_kept_can_be_compared_with() {
    let mut state = up();
    let of_site = state.library.offered();
    assert!(of_site.iter().all(|chosen| matches!(chosen.source.place, Place::Site { .. })));
    assert!(of_site.len() >= 5, "the page's own in every type");
    let kept = gpt2(Quantization::Q8);
    state = act(state, LibraryAction::Stored(Ok(stored(&kept, true))));
    let offered = state.library.offered();
    assert_eq!(offered.len(), of_site.len() + 1);
    assert!(offered.last().expect("not empty").is(&kept.source));
    state = act(state, LibraryAction::Stored(Ok(stored(&kept, false))));
    assert_eq!(state.library.offered().len(), of_site.len(), "half a model is none");
}

#[test]
fn picked_models_are_told_apart_by_their_titles() {
    let mut one = gpt2(Quantization::Q8);
    one.source.place = Place::Picked;
    let mut other = one.clone();
    other.source.keep = Some("another".to_owned());
    assert!(one.is(&one.source) && !one.is(&other.source));
}
