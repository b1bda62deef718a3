//! From the page to the worker.

use crate::{Context, ModelSource, RequestId};
use serde::{Deserialize, Serialize};
use zeroshot_decoding::Decoding;

/// From the page to the worker.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    /// Loads a model: from the device where it is kept, else from its source. Answered by
    /// [`Event::Progress`]s, [`Event::Waiting`] where the connection broke, [`Event::Damaged`]
    /// where what was kept cannot be used, then [`Event::Loaded`] or [`Event::Failed`]. The model
    /// before stays until then, and for good if this one fails. What is then still to be put on the
    /// device is, and [`Event::Kept`] tells of it. A second `Load` for the same seat ends the first
    /// without an answer; what had arrived of it stays kept.
    Load {
        /// Names this request.
        id: RequestId,
        /// Which of the two models it becomes.
        #[serde(default)]
        seat: Seat,
        /// Its files.
        model: ModelSource,
        /// Whether nobody has asked for it just now. No other host is asked then: a model of a hub
        /// that is not kept on the device, or whose file is damaged, ends with
        /// [`Event::Completed`].
        #[serde(default)]
        unattended: bool,
    },
    /// Stops fetching for a `Load` until it is resumed. What has arrived stays.
    Pause {
        /// The load.
        id: RequestId,
    },
    /// Goes on with a `Load` that was paused, or that waits to try again.
    Resume {
        /// The load.
        id: RequestId,
    },
    /// Finds out what a model is and takes, from its configuration and the header of its weights,
    /// without fetching the rest. Answered by [`Event::Described`] or [`Event::Failed`].
    Describe {
        /// Names this request.
        id: RequestId,
        /// Its files; those without a name are looked for under their usual names.
        model: ModelSource,
    },
    /// Asks for what is kept on the device. Answered by [`Event::Stored`].
    Storage {
        /// Names this request.
        id: RequestId,
    },
    /// Deletes kept models, and what was kept of those under way. A model in use goes on in
    /// memory. Answered by [`Event::Stored`] with what is left.
    Forget {
        /// Names this request.
        id: RequestId,
        /// The models' keys; none for all.
        keys: Vec<String>,
    },
    /// Gives up the model of a seat and its memory. A generation by it ends as cancelled, a
    /// question about it fails with [`Failure::NoModel`](crate::Failure::NoModel), as they do when
    /// another takes its place; a `Load` for its seat ends without an answer. Of one that is still
    /// being put on the device what is there stays, and the next `Load` goes on from that.
    Unload {
        /// Names this request. Answered by [`Event::Completed`].
        id: RequestId,
        /// Which.
        seat: Seat,
    },
    /// Continues a text. Answered by [`Event::Prefill`]s, [`Event::Token`]s and [`Event::Done`],
    /// or [`Event::Failed`]. Comes before everything that waits, and ends a `Generate` under way
    /// as cancelled.
    Generate {
        /// Names this request.
        id: RequestId,
        /// By which model.
        #[serde(default)]
        seat: Seat,
        /// The whole text that the model continues.
        context: Context,
        /// How.
        decoding: Decoding,
        /// Whether to keep what `Attention`, `Gaze` and `Lens` need while the text is read, so
        /// that they need not read it again.
        #[serde(default)]
        capture: bool,
    },
    /// Ends the request of this id, at work or waiting. A `Generate` answers with
    /// [`Event::Done`], all others with [`Event::Completed`]. What had arrived of a `Load` is
    /// kept on the device where its source says so, and the next `Load` goes on from there.
    Cancel {
        /// The request to end.
        id: RequestId,
    },
    /// Cuts a text into tokens by the main model's tokenizer. Answered by [`Event::Tokenized`],
    /// also while a generation is under way.
    Tokenize {
        /// Names this request.
        id: RequestId,
        /// The text.
        text: String,
    },
    /// Asks for something about a text. These are answered one after the other, after the
    /// generation that is under way: by the events that [`Query`] names, then
    /// [`Event::Completed`], or by [`Event::Failed`]. [`Event::Prefill`] tells of a text that has
    /// to be read first.
    Ask {
        /// Names this request.
        id: RequestId,
        /// Which model.
        #[serde(default)]
        seat: Seat,
        /// What.
        query: Query,
    },
    /// Sets how many threads compute, from 1 to those of [`Event::Ready`]; takes effect with the
    /// next step. Answered by [`Event::Completed`].
    Threads {
        /// Names this request.
        id: RequestId,
        /// How many.
        count: usize,
    },
    /// Reads a file of the page's own site, of at most 1 MiB, as text. Answered by
    /// [`Event::Document`] or [`Event::Failed`].
    Document {
        /// Names this request.
        id: RequestId,
        /// Its address, relative to the page: of plain names, in a folder `lessons/`, or
        /// `models/index.json`.
        path: String,
    },
}

impl Request {
    /// The request's name; of a `Cancel`, `Pause` or `Resume`, that of the other request.
    pub const fn id(&self) -> RequestId {
        match self {
            Self::Load { id, .. }
            | Self::Pause { id }
            | Self::Resume { id }
            | Self::Describe { id, .. }
            | Self::Storage { id }
            | Self::Forget { id, .. }
            | Self::Threads { id, .. }
            | Self::Unload { id, .. }
            | Self::Generate { id, .. }
            | Self::Cancel { id }
            | Self::Tokenize { id, .. }
            | Self::Ask { id, .. }
            | Self::Document { id, .. } => *id,
        }
    }
}

/// The worker can hold two models, for a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seat {
    /// The one that the page works with.
    #[default]
    Main,
    /// The one that it is compared with.
    Rival,
}

/// What can be asked about a text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Query {
    /// What the model expected at each place from token number `from` (1 at least: nothing is
    /// expected of the first) to the end. Answered by [`Event::Read`]s.
    Read {
        /// The text.
        context: Context,
        /// Number of the first token that is judged.
        from: usize,
    },
    /// What the model expects of each answer, at each of its places, after one and the same
    /// prompt. Answered by one [`Event::Scored`] for each.
    Score {
        /// What comes before the answer.
        context: Context,
        /// The answers, each tokenized by itself.
        answers: Vec<String>,
    },
    /// The distribution of the token that follows, before and after the settings. Answered by
    /// [`Event::Distribution`].
    Distribution {
        /// The text.
        context: Context,
        /// The settings.
        decoding: Decoding,
    },
    /// Where each head of one layer looks from one position. Answered by [`Event::Attention`].
    Attention {
        /// The text.
        context: Context,
        /// The layer, from 0.
        layer: usize,
        /// The position that looks, from 0.
        position: usize,
    },
    /// How much each head of every layer looks at stretches of the text, on average over the
    /// positions that look. Answered by [`Event::Gaze`].
    Gaze {
        /// The text.
        context: Context,
        /// The positions that look, from the first to before the second.
        from: (usize, usize),
        /// The stretches that are looked at, each from its first position to before its second.
        spans: Vec<(usize, usize)>,
    },
    /// What each depth of the model would say next (the logit lens), at positions from the first
    /// to before the second. Answered by one [`Event::Lens`] for each depth.
    Lens {
        /// The text.
        context: Context,
        /// The positions.
        positions: (usize, usize),
        /// How many tokens each [`Glimpse`] lists.
        top: usize,
    },
    /// How far the two models' predictions are apart at each place from token number `from` (1 at
    /// least) to the end. Answered by [`Event::Divergence`]s. The seat does not matter; both
    /// models must have the same vocabulary, and the main one's tokenizer reads the prompt. Both
    /// read the text, and [`Event::Prefill`] counts the tokens of both.
    Divergence {
        /// The text.
        context: Context,
        /// Number of the first token that is judged.
        from: usize,
    },
    /// The model's tensors. Answered by [`Event::Tensors`].
    Tensors,
}
