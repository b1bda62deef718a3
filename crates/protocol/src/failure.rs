//! Why a request failed, as data; the sentences for it are the page's.

use serde::{Deserialize, Serialize};
use zeroshot_decoding::Field;

/// Why a request failed, in terms that the page can put into the visitor's language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Failure {
    /// There is no model to generate with.
    NoModel,
    /// Nothing to continue.
    EmptyPrompt,
    /// The prompt and the tokens asked for do not fit.
    PromptTooLong {
        /// Tokens of the prompt.
        tokens: usize,
        /// Positions in the context.
        n_positions: usize,
    },
    /// A decoding setting is out of range.
    Setting {
        /// Which.
        field: Field,
    },
    /// A file of the model is not there.
    FileMissing {
        /// Its name.
        file: String,
        /// The server's HTTP status.
        status: u16,
    },
    /// The connection broke while a file arrived, and several tries to go on failed. What had
    /// arrived is kept where the source said so.
    Network {
        /// The file's name.
        file: String,
    },
    /// The server asked to be left alone for a while (HTTP 429 or 503).
    TooManyRequests {
        /// Seconds, if it said.
        seconds: Option<u32>,
    },
    /// The hub has no such repository, or hides it (HTTP 401, 403 or 404 on its configuration).
    NoSuchRepository {
        /// `owner/model`, as it was asked for.
        repo: String,
        /// The hub's HTTP status.
        status: u16,
    },
    /// A repository, or what was picked, has no weights in a form that can be read.
    NoWeights {
        /// The files that are there or were looked for, for the visitor to compare.
        files: Vec<String>,
    },
    /// Of the files that were picked, one that is needed is missing.
    NotPicked {
        /// Its usual name.
        file: String,
    },
    /// The file on the server changed while it was fetched: what had arrived was of another one.
    FileChanged {
        /// Its name.
        file: String,
    },
    /// A file is shorter than it says, or was cut.
    FileTruncated {
        /// Its name.
        file: String,
        /// Bytes expected.
        expected: u64,
        /// Bytes found.
        found: u64,
    },
    /// The weights are not the ones that the catalogue lists.
    ChecksumMismatch {
        /// The file's name.
        file: String,
    },
    /// The model is not a GPT-2.
    OtherArchitecture {
        /// What it says it is.
        found: String,
    },
    /// A file cannot be read as what it should be.
    FileInvalid {
        /// Its name.
        file: String,
        /// What is wrong, in English, for those who made the file.
        detail: String,
    },
    /// The two models cut text into different tokens, so what they expect cannot be compared.
    DifferentVocabularies,
    /// The device's memory is not enough.
    OutOfMemory,
    /// Page and worker are of different releases.
    ProtocolMismatch {
        /// The other side's version.
        found: u32,
    },
    /// A mistake of ours.
    Internal {
        /// What happened, in English, for a report.
        detail: String,
    },
}
