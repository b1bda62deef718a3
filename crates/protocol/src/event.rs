//! From the worker to the page.

use crate::{
    Bar, Description, Failure, Glimpse, Kept, Piece, Prediction, RequestId, Seat, Storage,
    TensorSummary,
};
use serde::{Deserialize, Serialize};

/// From the worker to the page. Named from outside (`{"token": {…}}`) and not by a field among the
/// others: each of thousands of tokens is then read in one go, and the page's wasm has no second
/// reader for what was put aside.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The worker is up and listens. Always the first event.
    Ready {
        /// The worker's [`PROTOCOL_VERSION`].
        protocol: u32,
        /// What it was compiled for.
        #[serde(default)]
        build: Build,
        /// The most threads that it can compute with; 1 where it has no threads.
        #[serde(default = "one")]
        threads: usize,
    },
    /// Bytes of the model's files have arrived.
    Progress {
        /// The request.
        id: RequestId,
        /// Bytes so far.
        received: u64,
        /// Bytes in all; 0 if not known.
        total: u64,
        /// Whether they come from the device, where the model is kept, and not over the network.
        #[serde(default)]
        from_device: bool,
    },
    /// The connection broke, or the server asked for patience: a load goes on by itself after a
    /// while, or at once by [`Request::Resume`](crate::Request::Resume).
    Waiting {
        /// The load.
        id: RequestId,
        /// Why.
        failure: Failure,
        /// Seconds until the next try.
        seconds: u32,
    },
    /// What was kept on the device of a model cannot be used and was deleted; it is fetched again.
    Damaged {
        /// The load.
        id: RequestId,
        /// The kept file.
        file: String,
    },
    /// The model can be used.
    Loaded {
        /// The request.
        id: RequestId,
        /// Which of the two models it became.
        #[serde(default)]
        seat: Seat,
        /// What was loaded.
        model: ModelSummary,
        /// Whether it is kept on the device.
        #[serde(default)]
        kept: Kept,
    },
    /// A model that was loaded while it was still being put on the device is kept now, or is not.
    Kept {
        /// The request that loaded it.
        id: RequestId,
        /// Whether, or why not.
        kept: Kept,
    },
    /// What a model is and takes.
    Described {
        /// The request.
        id: RequestId,
        /// By its configuration and header.
        description: Description,
    },
    /// What is kept on the device.
    Stored {
        /// The request.
        id: RequestId,
        /// All of it.
        storage: Storage,
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
        /// The text that this token completes: whole characters only, so it may be empty, and may
        /// hold characters that earlier tokens began.
        text: String,
        /// The token, and what else might have come.
        prediction: Prediction,
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
    /// A text's tokens.
    Tokenized {
        /// The request.
        id: RequestId,
        /// The tokens, in order.
        pieces: Vec<Piece>,
    },
    /// What was expected at some places of a text.
    Read {
        /// The request.
        id: RequestId,
        /// Number of the first of them in the context.
        start: usize,
        /// What was expected there and at those that follow.
        predictions: Vec<Prediction>,
    },
    /// What was expected of one answer.
    Scored {
        /// The request.
        id: RequestId,
        /// Which of the answers, from 0.
        answer: usize,
        /// Each of its tokens.
        predictions: Vec<Prediction>,
    },
    /// The distribution that a token is drawn from.
    Distribution {
        /// The request.
        id: RequestId,
        /// The most probable tokens by the bare logits, best first: [`MAX_BARS`] of them.
        bars: Vec<Bar>,
        /// How many tokens the settings leave to be chosen from.
        kept: usize,
        /// Their share before the settings.
        kept_before: f32,
        /// Entropy before and after the settings, in nats.
        entropy: (f32, f32),
    },
    /// Where the heads of a layer look: for each head the share of every position up to the one
    /// that looks. Each row's sum is 1.
    Attention {
        /// The request.
        id: RequestId,
        /// By head, then by position.
        heads: Vec<Vec<f32>>,
    },
    /// How much the heads look at stretches of the text.
    Gaze {
        /// The request.
        id: RequestId,
        /// By layer, then by head, then by stretch.
        layers: Vec<Vec<Vec<f32>>>,
    },
    /// What one depth of the model would say.
    Lens {
        /// The request.
        id: RequestId,
        /// How many blocks have been passed: 0 for the embeddings alone, the number of layers for
        /// the output.
        depth: usize,
        /// Each position.
        glimpses: Vec<Glimpse>,
    },
    /// How far two models are apart.
    Divergence {
        /// The request.
        id: RequestId,
        /// Number of the first token that was judged.
        start: usize,
        /// Kullback-Leibler divergence of the rival's distribution from the main model's, in nats.
        divergence: Vec<f32>,
        /// Whether both hold the same token for the most probable.
        agree: Vec<bool>,
    },
    /// The model's tensors.
    Tensors {
        /// The request.
        id: RequestId,
        /// All of them.
        tensors: Vec<TensorSummary>,
    },
    /// A file of the page's own site.
    Document {
        /// The request.
        id: RequestId,
        /// What it says.
        text: String,
    },
    /// The request has been carried out, or was cancelled.
    Completed {
        /// The request.
        id: RequestId,
    },
    /// The request failed.
    Failed {
        /// The request; `None` for a message that could not be read.
        id: Option<RequestId>,
        /// Why.
        failure: Failure,
    },
}

impl Event {
    /// The request that it answers, if it answers one.
    pub const fn id(&self) -> Option<RequestId> {
        match self {
            Self::Ready { .. } => None,
            Self::Failed { id, .. } => *id,
            Self::Progress { id, .. }
            | Self::Waiting { id, .. }
            | Self::Damaged { id, .. }
            | Self::Described { id, .. }
            | Self::Stored { id, .. }
            | Self::Loaded { id, .. }
            | Self::Kept { id, .. }
            | Self::Prefill { id, .. }
            | Self::Token { id, .. }
            | Self::Done { id, .. }
            | Self::Tokenized { id, .. }
            | Self::Read { id, .. }
            | Self::Scored { id, .. }
            | Self::Distribution { id, .. }
            | Self::Attention { id, .. }
            | Self::Gaze { id, .. }
            | Self::Lens { id, .. }
            | Self::Divergence { id, .. }
            | Self::Tensors { id, .. }
            | Self::Document { id, .. }
            | Self::Completed { id } => Some(*id),
        }
    }

    /// Whether nothing more will come for its request.
    pub const fn is_last(&self) -> bool {
        if let Self::Loaded { kept, .. } = self {
            return !matches!(kept, Kept::Underway);
        }
        matches!(
            self,
            Self::Kept { .. }
                | Self::Described { .. }
                | Self::Stored { .. }
                | Self::Done { .. }
                | Self::Tokenized { .. }
                | Self::Document { .. }
                | Self::Completed { .. }
                | Self::Failed { .. }
        )
    }
}

/// What a worker was compiled for: one source, other instructions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Build {
    /// `simd128`, on one thread: every browser of today.
    #[default]
    Simd,
    /// With relaxed SIMD, on one thread.
    Relaxed,
    /// With relaxed SIMD and threads.
    Threads,
}

const fn one() -> usize {
    1
}

fn gpt2() -> String {
    "gpt2".to_owned()
}

/// What the page shows of a loaded model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ModelSummary {
    /// `gpt2` or `openai-gpt`.
    #[serde(default = "gpt2")]
    pub architecture: String,
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
    /// The type of most of its numbers in memory, e.g. `F16`, `Q8_0`.
    pub kind: String,
    /// Bytes that its weights take in memory.
    pub weight_bytes: u64,
    /// XXH64 of the weights' file in hexadecimal, as it arrived: one model is told from another by
    /// it. Empty if it was not taken.
    #[serde(default)]
    pub xxh64: String,
    /// SHA-256 of the same, which is the one that was listed; empty if none was.
    pub sha256: String,
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
