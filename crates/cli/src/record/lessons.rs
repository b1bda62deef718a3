//! What the model says to the scenes of the lessons, each lesson's in a file of its own.

use super::{Recorder, read, unwritable, write};
use crate::error::Failure;
use std::fmt::Write;
use std::path::Path;
use zeroshot_gpt2::{Prediction, Session};
use zeroshot_lessons::{Fault, Index, Lesson, Recording, Scene, Take};
use zeroshot_prompting::ExampleSet;
use zeroshot_protocol as protocol;

/// Logarithms are kept to this many parts of one. Processors differ below.
const PARTS: f32 = 1e4;
/// So much apart two that were recorded on different processors may be.
const APART: f32 = 2e-3;

pub fn record(
    recorder: &mut Recorder,
    folder: &Path,
    examples: &ExampleSet,
) -> Result<(), Failure> {
    let path = folder.join("index.json");
    let index = Index::from_json(&read(&path)?).map_err(unsound(&path))?;
    for id in &index.lessons {
        let path = folder.join(format!("{id}.json"));
        let lesson = Lesson::from_json(&read(&path)?).map_err(unsound(&path))?;
        let recording = recording(recorder, &lesson, examples)?;
        let path = folder.join("recorded").join(format!("{id}.json"));
        if recorder.check {
            let there = Recording::from_json(&read(&path)?).map_err(unsound(&path))?;
            if let Some(text) = difference(&there, &recording) {
                return Err(Failure::Outdated { what: format!("lesson {id}"), text });
            }
        } else {
            write(&path, json(&recording).map_err(unwritable(&path))?)?;
        }
    }
    Ok(())
}

/// For `map_err`: the file at `path` is not sound.
fn unsound(path: &Path) -> impl FnOnce(Fault) -> Failure {
    let path = path.display().to_string();
    move |fault| Failure::Usage(format!("{path}: {fault}"))
}

fn recording(
    recorder: &mut Recorder,
    lesson: &Lesson,
    examples: &ExampleSet,
) -> Result<Recording, Failure> {
    let mut takes: Vec<Take> = Vec::new();
    let scenes = lesson.pages.iter().filter_map(|page| page.scene.as_ref());
    for (prompt, decoding) in scenes.flat_map(|scene: &Scene| scene.takes(examples)) {
        if takes.iter().any(|take| take.prompt == prompt && take.decoding == decoding) {
            continue;
        }
        let (text, found) = recorder.complete(&prompt, &decoding)?;
        let last = prompt.lines().next_back().unwrap_or_default();
        println!("{}: {last}{}", lesson.id, text.trim_end().replace('\n', " / "));
        let session = &recorder.session;
        let pieces = session.encode(&prompt, &[])?.into_iter().map(|token| piece(session, token));
        let predictions = found.iter().map(|found| prediction(session, found));
        takes.push(Take {
            pieces: pieces.collect(),
            predictions: predictions.collect(),
            prompt,
            decoding,
            text,
        });
    }
    let mut tensors = Vec::new();
    if lesson.shows_tensors() {
        for tensor in recorder.session.tensors()? {
            tensors.push(protocol::TensorSummary {
                name: tensor.name,
                shape: tensor.shape,
                kind: tensor.kind.to_owned(),
                mean: rounded(tensor.mean),
                std: rounded(tensor.std),
            });
        }
    }
    let vocab_size = recorder.session.config().vocab_size;
    Ok(Recording { model: recorder.model.clone(), vocab_size, takes, tensors })
}

/// A token and its bytes.
fn piece(session: &Session, token: u32) -> protocol::Piece {
    protocol::Piece::new(token, session.tokenizer().bytes(token))
}

/// What was expected at one place, in the words of the protocol.
fn prediction(session: &Session, found: &Prediction) -> protocol::Prediction {
    let choice = |&(token, logprob): &(u32, f32)| protocol::Choice {
        piece: piece(session, token),
        logprob: rounded(logprob),
    };
    protocol::Prediction {
        piece: piece(session, found.token),
        logprob: rounded(found.logprob),
        rank: found.rank,
        entropy: rounded(found.entropy),
        top: found.top.iter().map(choice).collect(),
    }
}

/// JSON has no infinity: an impossible token is as good as one of probability e to the -1000.
fn rounded(value: f32) -> f32 {
    (value.max(-1000.0) * PARTS).round() / PARTS
}

/// One line for each take, so that a change can be seen.
fn json(recording: &Recording) -> Result<String, serde_json::Error> {
    let lines = |items: Vec<String>| items.join(",\n");
    let takes = recording.takes.iter().map(serde_json::to_string);
    let tensors = recording.tensors.iter().map(serde_json::to_string);
    let mut json = format!(
        "{{\"model\":{},\"vocab_size\":{},\"takes\":[\n{}\n]",
        serde_json::to_string(&recording.model)?,
        recording.vocab_size,
        lines(takes.collect::<Result<_, _>>()?)
    );
    if !recording.tensors.is_empty() {
        // Writing to a string does not fail.
        let _ = write!(json, ",\"tensors\":[\n{}\n]", lines(tensors.collect::<Result<_, _>>()?));
    }
    json.push_str("}\n");
    Ok(json)
}

/// What the model says now, if it is not what is there.
fn difference(there: &Recording, now: &Recording) -> Option<String> {
    let near = |a: f32, b: f32| (a - b).abs() <= APART;
    let same = |a: &Take, b: &Take| {
        let tokens = a.predictions.iter().zip(&b.predictions);
        (&a.prompt, &a.pieces, &a.decoding, &a.text) == (&b.prompt, &b.pieces, &b.decoding, &b.text)
            && a.predictions.len() == b.predictions.len()
            && tokens.into_iter().all(|(a, b)| {
                a.piece == b.piece && near(a.logprob, b.logprob) && near(a.entropy, b.entropy)
            })
    };
    let mut pairs = there.takes.iter().zip(&now.takes);
    if let Some((_, now)) = pairs.find(|(there, now)| !same(there, now)) {
        return Some(format!("{}{}", now.prompt, now.text));
    }
    let mut tensors = there.tensors.iter().zip(&now.tensors);
    let tensor = tensors.find(|(there, now)| {
        (&there.name, &there.shape) != (&now.name, &now.shape)
            || !near(there.std, now.std)
            || !near(there.mean, now.mean)
    });
    if let Some((_, now)) = tensor {
        return Some(now.name.clone());
    }
    let counts = |recording: &Recording| (recording.takes.len(), recording.tensors.len());
    (counts(there) != counts(now) || there.model != now.model)
        .then(|| format!("{} takes and {} tensors", now.takes.len(), now.tensors.len()))
}
