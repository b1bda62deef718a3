//! The messages between the page and the worker, and the version that both must speak.
//!
//! Messages travel as JSON strings through `postMessage`: small, readable in the browser's
//! console, and checked field by field when they arrive. Weights never travel; text does.
//! What a message *means* is up to `worker` and `app`; this crate holds data only.

mod event;
mod failure;
mod inspection;
mod request;
mod source;
mod storage;

pub use event::{Build, Event, FinishReason, ModelSummary, Stats};
pub use failure::Failure;
pub use inspection::{
    Bar, Choice, Context, Glimpse, MAX_BARS, Piece, Prediction, Standing, TOP_CHOICES,
    TensorSummary,
};

pub use request::{Query, Request, Seat};
pub use source::{ModelSource, Place, Quantization};
pub use storage::{Description, Kept, Shelf, Storage, StoredModel};
pub use zeroshot_decoding::{Decoding, Field, Overflow};

/// Both sides must hold the same number: a page and a worker of different releases, mixed by a
/// cache, say so instead of misreading each other. Raise it with every change of a message.
pub const PROTOCOL_VERSION: u32 = 5;

/// Names a request; everything that answers it carries the same id.
pub type RequestId = u32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_survive_the_journey() {
        let request = Request::Generate {
            id: 7,
            seat: Seat::Main,
            context: Context { prompt: "english: A dog.\nfrench:".to_owned(), tokens: vec![3] },
            decoding: Decoding { stop: vec!["\n".to_owned()], ..Decoding::default() },
            capture: true,
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
