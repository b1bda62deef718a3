//! The run that is shown, as tokens that the model can be asked about.

use super::use_pieces;
use crate::state::{Model, Run, State, Transcript};
use std::rc::Rc;
use yew::prelude::*;
use zeroshot_protocol::ModelSummary;

/// What there is to ask about.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    pub run: Rc<Run>,
    pub transcript: Rc<Transcript>,
    pub model: ModelSummary,
}

/// The finished run that belongs to the open desk, or the key of the sentence that says why there
/// is nothing to ask about.
#[hook]
pub fn use_transcript(state: &State) -> Result<Told, &'static str> {
    let run = state.run().filter(|run| run.is_active() || !run.predictions.is_empty()).cloned();
    let ended = run.clone().filter(|run| !run.is_active());
    let text = ended.as_ref().map(|run| run.context_before(0).prompt);
    // The meter has had the desk's own prompt cut already.
    let cut = state.cut.as_ref().filter(|cut| text.as_ref() == Some(&cut.text));
    let cut = cut.map(|cut| Rc::clone(&cut.pieces));
    let asked = use_pieces(if cut.is_some() { None } else { text });
    let pieces = cut.or(asked);
    let transcript = use_memo((ended, pieces), |(run, pieces)| {
        let (run, pieces) = run.as_ref().zip(pieces.as_ref())?;
        Transcript::new(run, pieces).map(Rc::new)
    });
    let run = run.ok_or("inspect.no_run")?;
    if run.is_active() {
        return Err("attention.writing");
    }
    match (&state.model, &*transcript) {
        (Model::Ready(model), Some(transcript)) => {
            Ok(Told { run, transcript: Rc::clone(transcript), model: model.clone() })
        }
        (Model::Ready(_), None) => Err("attention.cutting"),
        _ => Err("inspect.no_model"),
    }
}
