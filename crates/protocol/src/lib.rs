//! The messages between the page and the worker, and the version that both must speak.
//!
//! Messages travel as JSON strings through `postMessage`: small, readable in the browser's
//! console, and checked field by field when they arrive. Weights never travel; text does.
//! What a message *means* is up to `worker` and `app`; this crate holds data only.

use serde::{Deserialize, Serialize};
pub use zeroshot_decoding::{Decoding, Field, Overflow};

/// Both sides must hold the same number: a page and a worker of different releases, mixed by a
/// cache, say so instead of misreading each other. Raise it with every change of a message.
pub const PROTOCOL_VERSION: u32 = 1;

/// Names a request; everything that answers it carries the same id.
pub type RequestId = u32;

/// From the page to the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    /// Loads a model in the Hugging Face layout from a folder of files on the page's own origin.
    /// Answered by [`Event::Progress`]s, then [`Event::Loaded`] or [`Event::Failed`]. The model
    /// before stays until then, and for good if this one fails. A second `Load` ends the first
    /// without an answer.
    Load {
        /// Names this request.
        id: RequestId,
        /// The folder and the files in it.
        model: ModelSource,
    },
    /// Continues `prompt`. Answered by [`Event::Prefill`]s, [`Event::Token`]s and
    /// [`Event::Done`], or [`Event::Failed`]. A second `Generate` ends the first as cancelled.
    Generate {
        /// Names this request.
        id: RequestId,
        /// The whole text that the model continues.
        prompt: String,
        /// How.
        decoding: Decoding,
    },
    /// Ends the `Generate` of this id before its next token.
    Cancel {
        /// The request to end.
        id: RequestId,
    },
    /// Counts the tokens of a prompt. Answered by [`Event::Counted`].
    Count {
        /// Names this request.
        id: RequestId,
        /// The text to count.
        prompt: String,
    },
}

/// Where a model's files are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelSource {
    /// The folder's address, ending in `/`.
    pub folder: String,
    /// File name of the configuration, usually `config.json`; empty for a GGUF file that holds it.
    pub config: String,
    /// File name of the tokenizer, usually `tokenizer.json`; empty for a GGUF file that holds it.
    pub tokenizer: String,
    /// File name of the weights: `.safetensors` or `.gguf`.
    pub weights: String,
    /// Bytes of the weights, for progress where the server does not say; 0 if not known.
    pub bytes: u64,
    /// SHA-256 of the weights in hexadecimal; empty if not known. A file that differs is refused.
    pub sha256: String,
}

/// From the worker to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Event {
    /// The worker is up and listens. Always the first event.
    Ready {
        /// The worker's [`PROTOCOL_VERSION`].
        protocol: u32,
    },
    /// Bytes of the model's files have arrived.
    Progress {
        /// The request.
        id: RequestId,
        /// Bytes so far.
        received: u64,
        /// Bytes in all; 0 if not known.
        total: u64,
    },
    /// The model can be used.
    Loaded {
        /// The request.
        id: RequestId,
        /// What was loaded.
        model: ModelSummary,
    },
    /// A part of the prompt has been read.
    Prefill {
        /// The request.
        id: RequestId,
        /// Prompt tokens read so far, those found in the cache included.
        done: usize,
        /// Prompt tokens in all.
        total: usize,
    },
    /// One generated token.
    Token {
        /// The request.
        id: RequestId,
        /// The token.
        token: u32,
        /// The text that this token completes: whole characters only, so it may be empty, and may
        /// hold characters that earlier tokens began.
        text: String,
        /// Natural logarithm of the token's probability, before temperature and truncation.
        logprob: f32,
    },
    /// The generation ended.
    Done {
        /// The request.
        id: RequestId,
        /// Why.
        reason: FinishReason,
        /// Text that was held back because it might have become a stop string, or a character
        /// that the last tokens left incomplete (as U+FFFD); the end of what was generated.
        text: String,
        /// What it took.
        stats: Stats,
    },
    /// The number of tokens of a prompt.
    Counted {
        /// The request.
        id: RequestId,
        /// Tokens in it.
        tokens: usize,
    },
    /// The request failed.
    Failed {
        /// The request; `None` for a message that could not be read.
        id: Option<RequestId>,
        /// Why.
        failure: Failure,
    },
}

/// What the page shows of a loaded model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelSummary {
    /// Positions in the context.
    pub n_positions: usize,
    /// Blocks.
    pub n_layer: usize,
    /// Attention heads in each block.
    pub n_head: usize,
    /// Width.
    pub n_embd: usize,
    /// Entries of the vocabulary.
    pub vocab_size: usize,
    /// Parameters, tied ones counted once.
    pub parameters: u64,
}

/// Why a generation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FinishReason {
    /// The model wrote its end-of-text token.
    EndOfText,
    /// A stop string appeared.
    Stop,
    /// `max_new_tokens` were generated.
    Length,
    /// The context is full.
    ContextFull,
    /// The page cancelled it.
    Cancelled,
}

/// What a generation took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Stats {
    /// Tokens of the prompt.
    pub prompt_tokens: usize,
    /// Of these, found in the cache from the run before.
    pub cached_tokens: usize,
    /// Tokens dropped from the left of the prompt.
    pub trimmed_tokens: usize,
    /// Tokens generated.
    pub new_tokens: usize,
    /// Milliseconds from the request to the first token.
    pub first_token_ms: f64,
    /// Milliseconds from the first token to the last.
    pub decode_ms: f64,
}

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
    /// The connection broke while a file arrived.
    Network {
        /// The file's name.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_survive_the_journey() {
        let request = Request::Generate {
            id: 7,
            prompt: "english: A dog.\nfrench:".to_owned(),
            decoding: Decoding { stop: vec!["\n".to_owned()], ..Decoding::default() },
        };
        let json = serde_json::to_string(&request).expect("serialises");
        assert_eq!(serde_json::from_str::<Request>(&json).expect("parses"), request);

        let event = Event::Failed {
            id: Some(7),
            failure: Failure::PromptTooLong { tokens: 900, n_positions: 512 },
        };
        let json = serde_json::to_string(&event).expect("serialises");
        assert_eq!(serde_json::from_str::<Event>(&json).expect("parses"), event);
    }

    #[test]
    fn unknown_messages_are_refused() {
        assert!(serde_json::from_str::<Request>(r#"{"type":"format_disk","id":1}"#).is_err());
    }
}
