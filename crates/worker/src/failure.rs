//! What went wrong, in the protocol's words: the model crate knows what is the matter, the worker
//! knows which file it came from.

use zeroshot_gpt2::{Error, Part};
use zeroshot_protocol::{Failure, ModelSource};

/// The failure that an error of the model crate is; `source` names the model's files.
pub fn of(error: &Error, source: &ModelSource) -> Failure {
    let file = match error.part() {
        Some(Part::Config) => &source.config,
        Some(Part::Tokenizer) => &source.tokenizer,
        Some(Part::Weights) | None => &source.weights,
    };
    // A GGUF file can hold the other parts as well.
    let file = if file.is_empty() { &source.weights } else { file };
    let (file, detail) = (file.clone(), error.to_string());
    match error {
        Error::EmptyPrompt => Failure::EmptyPrompt,
        Error::PromptTooLong { tokens, n_positions } => {
            Failure::PromptTooLong { tokens: *tokens, n_positions: *n_positions }
        }
        Error::Setting(out_of_range) => Failure::Setting { field: out_of_range.field },
        Error::OtherArchitecture { found } => Failure::OtherArchitecture { found: found.clone() },
        Error::Truncated { expected, found } => {
            Failure::FileTruncated { file, expected: *expected, found: *found }
        }
        Error::OutOfMemory { .. } => Failure::OutOfMemory,
        Error::MissingTensor { .. }
        | Error::MisshapenTensor { .. }
        | Error::UnexpectedTensor { .. }
        | Error::UnsupportedType { .. }
        | Error::VocabularyMismatch { .. }
        | Error::NotANumber
        | Error::Invalid { .. } => Failure::FileInvalid { file, detail },
        Error::NotStarted | Error::OutOfBounds(_) | Error::Candle(_) => {
            Failure::Internal { detail }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroshot_protocol::Place;

    #[test]
    fn a_fault_is_laid_to_the_file_that_it_is_in() {
        let source = ModelSource {
            config: "config.json".to_owned(),
            tokenizer: "tokenizer.json".to_owned(),
            weights: "model.gguf".to_owned(),
            ..ModelSource::at(Place::Site { folder: "./models/small/".to_owned() })
        };
        let invalid = |part| Error::Invalid { part, detail: "not JSON".to_owned() };
        for (error, file) in [
            (invalid(Part::Config), "config.json"),
            (invalid(Part::Tokenizer), "tokenizer.json"),
            (invalid(Part::Weights), "model.gguf"),
            (Error::VocabularyMismatch { tokenizer: 3, model: 2 }, "tokenizer.json"),
            (Error::NotANumber, "model.gguf"),
        ] {
            match of(&error, &source) {
                Failure::FileInvalid { file: found, .. } => assert_eq!(found, file, "{error}"),
                failure => panic!("{error} became {failure:?}"),
            }
        }
        assert_eq!(
            of(&Error::Truncated { expected: 9, found: 4 }, &source),
            Failure::FileTruncated { file: "model.gguf".to_owned(), expected: 9, found: 4 }
        );
    }
}
