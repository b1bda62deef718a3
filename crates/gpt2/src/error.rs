//! What can go wrong, one variant for each thing a caller can tell its user.
//!
//! Messages are whole sentences without the file's name, which only the caller knows;
//! [`Error::part`] says which of a model's files is at fault.

use zeroshot_decoding::OutOfRange;

/// The result of this crate's fallible functions.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The parts of a model, each usually a file of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// `config.json`.
    Config,
    /// `tokenizer.json`, or `vocab.json` with `merges.txt`.
    Tokenizer,
    /// `model.safetensors`, or a `.gguf` file (which holds the other two parts as well).
    Weights,
}

/// Why a model could not be loaded or a text not be generated.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The prompt has no tokens: there is nothing to continue.
    #[error("the prompt is empty")]
    EmptyPrompt,
    /// The prompt fills the context and leaves no room for a single new token.
    #[error("the prompt has {tokens} tokens, and the model's context holds {n_positions}")]
    PromptTooLong {
        /// Tokens of the prompt.
        tokens: usize,
        /// Positions of the model's context.
        n_positions: usize,
    },
    /// A decoding setting is out of range.
    #[error(transparent)]
    Setting(#[from] OutOfRange),
    /// [`crate::Session::advance`] without a run that [`crate::Session::start`] began, or
    /// [`crate::Session::advance_inquiry`] without an inquiry.
    #[error("nothing is under way")]
    NotStarted,

    /// The model is not a GPT-2.
    #[error("the model is a {found}, not a gpt2")]
    OtherArchitecture {
        /// What it says it is.
        found: String,
    },
    /// The file ends before its contents do.
    #[error("the file is cut short: {expected} bytes expected, {found} found")]
    Truncated {
        /// Bytes that the file's own header announces; at least as many as can be known so far.
        expected: u64,
        /// Bytes that are there.
        found: u64,
    },
    /// The weights lack a tensor that the configuration calls for.
    #[error("tensor {name} is missing; expected one of shape {expected:?}")]
    MissingTensor {
        /// Its name in the file's naming scheme.
        name: String,
        /// Its shape in the file's order of dimensions.
        expected: Vec<usize>,
    },
    /// A tensor has another shape than the configuration calls for.
    #[error("tensor {name} has shape {found:?}; expected {expected:?}")]
    MisshapenTensor {
        /// Its name.
        name: String,
        /// The shape that follows from the configuration.
        expected: Vec<usize>,
        /// The shape in the file.
        found: Vec<usize>,
    },
    /// The weights hold a tensor that has no place in the model: the configuration is another
    /// model's.
    #[error("tensor {name} of shape {found:?} has no place in this model; expected no such tensor")]
    UnexpectedTensor {
        /// Its name.
        name: String,
        /// Its shape.
        found: Vec<usize>,
    },
    /// A tensor is stored in a number format that is not supported.
    #[error("tensor {name} is stored as {found}; expected one of {expected}")]
    UnsupportedType {
        /// Its name.
        name: String,
        /// The format in the file.
        found: String,
        /// The formats that can be read from this kind of file.
        expected: &'static str,
    },
    /// Tokenizer and weights are not of the same model.
    #[error("the tokenizer has {tokenizer} entries, and the model's vocabulary {model}")]
    VocabularyMismatch {
        /// Entries of the tokenizer: its greatest id and one.
        tokenizer: usize,
        /// `vocab_size` of the model.
        model: usize,
    },
    /// A file cannot be read as what it should be.
    #[error("{detail}")]
    Invalid {
        /// Which part.
        part: Part,
        /// What is wrong, as a sentence.
        detail: String,
    },
    /// The forward pass gave something other than numbers: the weights are damaged.
    #[error("the model's output holds values that are not numbers: its weights are damaged")]
    NotANumber,
    /// A position, layer or token was named that is not there. Says which, and which are.
    #[error("{0}")]
    OutOfBounds(String),
    /// There is not enough memory for the weights.
    #[error("there is not enough memory for tensor {name}")]
    OutOfMemory {
        /// The tensor that had no room.
        name: String,
    },
    /// A tensor operation failed: a mistake of this crate.
    #[error("tensor operation failed: {0}")]
    Candle(#[from] candle_core::Error),
}

impl Error {
    /// The part of the model that is at fault, if one is.
    pub fn part(&self) -> Option<Part> {
        match self {
            Self::Invalid { part, .. } => Some(*part),
            Self::OtherArchitecture { .. } => Some(Part::Config),
            Self::VocabularyMismatch { .. } => Some(Part::Tokenizer),
            Self::Truncated { .. }
            | Self::MissingTensor { .. }
            | Self::MisshapenTensor { .. }
            | Self::UnexpectedTensor { .. }
            | Self::UnsupportedType { .. }
            | Self::NotANumber => Some(Part::Weights),
            Self::EmptyPrompt
            | Self::PromptTooLong { .. }
            | Self::Setting(_)
            | Self::NotStarted
            | Self::OutOfBounds(_)
            | Self::OutOfMemory { .. }
            | Self::Candle(_) => None,
        }
    }

    pub(crate) fn config(detail: impl Into<String>) -> Self {
        Self::Invalid { part: Part::Config, detail: detail.into() }
    }

    pub(crate) fn tokenizer(detail: impl Into<String>) -> Self {
        Self::Invalid { part: Part::Tokenizer, detail: detail.into() }
    }

    pub(crate) fn weights(detail: impl Into<String>) -> Self {
        Self::Invalid { part: Part::Weights, detail: detail.into() }
    }
}
