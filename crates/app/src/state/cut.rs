//! The open desk's prompt as the tokenizer cuts it.

use super::State;
use std::rc::Rc;
use zeroshot_protocol::Piece;

/// A text and its tokens.
#[derive(Clone, Debug, PartialEq)]
pub struct Cut {
    pub text: String,
    pub pieces: Rc<Vec<Piece>>,
}

impl State {
    /// The open desk's prompt in tokens, once it has been cut.
    pub fn pieces(&self) -> Option<&Rc<Vec<Piece>>> {
        let cut = self.cut.as_ref()?;
        (cut.text == self.desk().prompt().text()).then_some(&cut.pieces)
    }
}
