//! A run as a link: its [`Setup`] as JSON in base64url, for the part of an address behind `#`, which
//! never reaches a server.

use super::{Desk, ModelMark, Notice, Phase, Setup, SetupFault, State};
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use zeroshot_prompting::Task;

/// Raised with every change of what a link says.
const VERSION: u32 = 1;

/// Characters of a link that are read at most: many times the longest prompt that a model reads.
const LONGEST: usize = 64 * 1024;

/// Why a link cannot be made or used.
#[derive(Clone, Debug, PartialEq)]
pub enum LinkError {
    TooLong,
    /// It is damaged, or was never a link to a run.
    Unreadable,
    /// It was made by another release of the page.
    OtherVersion(u32),
    Setup(SetupFault),
}

/// What came by a link, until the desk is changed.
#[derive(Clone, Debug, PartialEq)]
pub struct Linked {
    pub task: Task,
    pub desk: Rc<Desk>,
    /// By which it was made.
    pub model: Option<ModelMark>,
}

impl State {
    /// What makes the shown run again, or one of the open desk where there is none; in a link's
    /// form.
    ///
    /// # Errors
    /// Why there can be no link.
    pub fn link(&self) -> Result<String, Notice> {
        let run = self.run().filter(|run| run.phase != Phase::Recorded);
        let setup = match run.and_then(|run| Setup::to_repeat(run)) {
            Some(setup) => setup,
            None => {
                let decoding = self.desk().settings.decoding().map_err(Notice::Unusable)?;
                Setup::of_desk(self.desk(), decoding, self.mark())
            }
        };
        encode(&setup).map_err(Notice::Link)
    }

    /// What came by a link, while the desk is as it was then.
    pub fn linked(&self) -> Option<&Linked> {
        let linked = self.linked.as_ref()?;
        (linked.task == self.playground.task && *linked.desk == *self.desk()).then_some(linked)
    }
}

#[derive(Serialize, Deserialize)]
struct Envelope<T> {
    version: u32,
    run: T,
}

/// The version alone, whatever else is there.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// `setup` in a link's form, for [`Route::Shared`](super::Route::Shared).
///
/// # Errors
/// It is too long for a link.
pub fn encode(setup: &Setup) -> Result<String, LinkError> {
    let envelope = Envelope { version: VERSION, run: setup };
    let json = serde_json::to_vec(&envelope).map_err(|_| LinkError::Unreadable)?;
    let link = BASE64_URL_SAFE_NO_PAD.encode(json);
    if link.len() > LONGEST { Err(LinkError::TooLong) } else { Ok(link) }
}

/// What a link says. Whoever wrote it may have meant harm: nothing of it has been checked yet but
/// that it can be read.
///
/// # Errors
/// Why it cannot be read.
pub fn decode(link: &str) -> Result<Setup, LinkError> {
    if link.len() > LONGEST {
        return Err(LinkError::TooLong);
    }
    let json = BASE64_URL_SAFE_NO_PAD.decode(link).map_err(|_| LinkError::Unreadable)?;
    // As text, like all other JSON of the page: reading bytes would be a second reader for each type.
    let json = String::from_utf8(json).map_err(|_| LinkError::Unreadable)?;
    let Version { version } = serde_json::from_str(&json).map_err(|_| LinkError::Unreadable)?;
    if version != VERSION {
        return Err(LinkError::OtherVersion(version));
    }
    serde_json::from_str::<Envelope<Setup>>(&json)
        .map(|envelope| envelope.run)
        .map_err(|_| LinkError::Unreadable)
}

#[cfg(test)]
mod tests {
    use super::super::setup::tests::setup;
    use super::*;
    use crate::state::{Action, Route};
    use yew::Reducible;

    fn opened(state: State, link: String) -> State {
        Rc::unwrap_or_clone(Rc::new(state).reduce(Action::OpenLink(link)))
    }

    fn packed(json: &str) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(json)
    }

    #[test]
    fn a_link_says_again_what_it_was_made_of() {
        let setup = setup();
        let link = encode(&setup).expect("short enough");
        let address = Route::Shared(link.clone()).to_string();
        assert_eq!(Route::parse(&address), Route::Shared(link.clone()));
        assert_eq!(decode(&link), Ok(setup));
        assert!(link.len() < 2000, "{} characters", link.len());
    }

    #[test]
    fn the_desk_is_as_the_link_says_and_what_was_there_can_be_had_back() {
        let setup = setup();
        let mut state = State::default();
        state.playground.task = Task::Free;
        let before = state.clone();
        let state = opened(state, encode(&setup).expect("short enough"));
        assert_eq!(state.playground.task, Task::Translate);
        assert_eq!(state.desk().settings.decoding(), Ok(setup.settings));
        assert!(state.linked.is_some() && state.active_run().is_none(), "nothing runs by itself");
        let state = Rc::unwrap_or_clone(Rc::new(state).reduce(Action::Undo));
        assert_eq!(state.desk().settings, before.playground.desk_of(Task::Translate).settings);
    }

    #[test]
    fn hostile_links_are_refused_and_nothing_is_lost() {
        let good = encode(&setup()).expect("short enough");
        let deep = "[".repeat(20_000);
        for (link, error) in [
            ("A".repeat(LONGEST + 1), LinkError::TooLong),
            ("not base64!".to_owned(), LinkError::Unreadable),
            (good[..good.len() / 2].to_owned(), LinkError::Unreadable),
            (packed("\u{1}\u{2}"), LinkError::Unreadable),
            (packed(&deep), LinkError::Unreadable),
            (packed("{\"version\":1,\"run\":{}}"), LinkError::Unreadable),
            (packed("{\"version\":2,\"run\":{\"new\":true}}"), LinkError::OtherVersion(2)),
            (packed("{\"version\":-1}"), LinkError::Unreadable),
        ] {
            let before = State::default();
            let after = opened(before.clone(), link);
            assert_eq!(after.notice, Some(Notice::Link(error)));
            assert_eq!(State { notice: None, ..after }, before);
        }
        let mut strange = setup();
        strange.wording.template = "<script>".to_owned();
        let after = opened(State::default(), encode(&strange).expect("short enough"));
        let fault = SetupFault::UnknownWording("<script>".to_owned());
        assert_eq!(after.notice, Some(Notice::Link(LinkError::Setup(fault))));
    }

    #[test]
    fn every_cut_and_every_changed_letter_ends_in_a_value_or_an_error() {
        let good = encode(&setup()).expect("short enough");
        for end in 0..good.len() {
            let _ = decode(&good[..end]).map(|setup| setup.check().map(|_| ()));
        }
        for at in 0..good.len() {
            let mut bytes = good.clone().into_bytes();
            bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
            let changed = String::from_utf8(bytes).expect("ASCII");
            let _ = opened(State::default(), changed);
        }
    }
}
