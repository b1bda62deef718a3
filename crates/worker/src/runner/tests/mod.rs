//! What requests lead to, with a model that says and finds what it was told to.

mod generation;
mod questions;
mod script;

use zeroshot_gpt2::{Error, Prediction, Step};
use zeroshot_protocol::{
    Context, Decoding, Event, FinishReason, ModelSource, Place, RequestId, Seat,
};

use super::Runner;
use script::Script;

fn source(weights: &str) -> ModelSource {
    ModelSource {
        config: "config.json".to_owned(),
        tokenizer: "tokenizer.json".to_owned(),
        weights: weights.to_owned(),
        ..ModelSource::at(Place::Site { folder: "./models/script/".to_owned() })
    }
}

/// A runner with this main model.
fn runner(script: Script) -> Runner<Script> {
    let mut runner = Runner::default();
    assert_eq!(runner.replace_model(Seat::Main, script, source("main.gguf")), []);
    runner
}

/// A runner with both models.
fn pair(main: Script, rival: Script) -> Runner<Script> {
    let mut runner = runner(main);
    assert_eq!(runner.replace_model(Seat::Rival, rival, source("rival.gguf")), []);
    runner
}

fn context(prompt: &str) -> Context {
    Context { prompt: prompt.to_owned(), tokens: Vec::new() }
}

fn generate(runner: &mut Runner<Script>, id: RequestId, seat: Seat, now: f64) -> Vec<Event> {
    runner.generate(id, seat, &context("abc"), &Decoding::default(), false, now)
}

fn prediction(token: u8) -> Prediction {
    let top = vec![(u32::from(token), -0.5), (u32::from(b'z'), -1.5)];
    Prediction { token: token.into(), logprob: -0.5, rank: 0, entropy: 1.25, top }
}

fn token(token: u8, text: &str) -> Result<Step, Error> {
    Ok(Step::Token { text: text.to_owned(), prediction: prediction(token) })
}

/// All that the runner has to tell until nothing is left to do.
fn rest(runner: &mut Runner<Script>) -> Vec<Event> {
    let mut events = Vec::new();
    for _ in 0..1000 {
        if !runner.has_work() {
            return events;
        }
        events.extend(runner.advance(|| 1.0));
    }
    panic!("without end: {events:?}");
}

fn is_cancelled(event: &Event, of: RequestId) -> bool {
    matches!(event, Event::Done { id, reason: FinishReason::Cancelled, .. } if *id == of)
}
