//! What the runner needs of a model: [`Session`], or a script in tests.

use std::ops::Range;
use zeroshot_gpt2::{Error, Finding, Inquiry, Session, Started, Step, TensorSummary};
use zeroshot_protocol::Decoding;

/// What a model does for the runner.
pub trait Generator {
    /// The tokens of a prompt, and those that follow it.
    fn encode(&self, prompt: &str, after: &[u32]) -> Result<Vec<u32>, Error>;
    /// The tokens of a text by itself.
    fn tokenize(&self, text: &str) -> Result<Vec<u32>, Error>;
    /// The bytes that a token stands for.
    fn bytes(&self, token: u32) -> &[u8];
    /// Whether every token stands for the same bytes in both models.
    fn same_vocabulary(&self, other: &Self) -> bool;

    /// Begins to continue some tokens; `capture` keeps what inquiries need of them.
    fn start(
        &mut self,
        tokens: Vec<u32>,
        decoding: &Decoding,
        capture: bool,
    ) -> Result<Started, Error>;
    /// Does one small step of it.
    fn advance(&mut self) -> Result<Step, Error>;
    /// Ends it; gives the text that was held back.
    fn cancel(&mut self) -> String;

    /// Begins to look into something.
    fn inquire(&mut self, inquiry: Inquiry) -> Result<(), Error>;
    /// Does one small step of it.
    fn advance_inquiry(&mut self) -> Result<Finding, Error>;
    /// Ends it.
    fn cancel_inquiry(&mut self);
    /// Logarithms of all probabilities of what follows each of some positions of the text that the
    /// last inquiry read.
    fn logprobs_at(&mut self, positions: Range<usize>) -> Result<Vec<Vec<f32>>, Error>;
    /// The model's tensor of this number, from 0; none after the last.
    fn tensor(&self, index: usize) -> Result<Option<TensorSummary>, Error>;
}

impl Generator for Session {
    fn encode(&self, prompt: &str, after: &[u32]) -> Result<Vec<u32>, Error> {
        Self::encode(self, prompt, after)
    }

    fn tokenize(&self, text: &str) -> Result<Vec<u32>, Error> {
        self.tokenizer().encode(text)
    }

    fn bytes(&self, token: u32) -> &[u8] {
        self.tokenizer().bytes(token)
    }

    fn same_vocabulary(&self, other: &Self) -> bool {
        let (own, others) = (self.tokenizer(), other.tokenizer());
        let entries = u32::try_from(own.entries()).unwrap_or(u32::MAX);
        // Rows beyond the tokenizer's entries take a share of the probability as well.
        self.config().vocab_size == other.config().vocab_size
            && own.entries() == others.entries()
            && (0..entries).all(|token| own.bytes(token) == others.bytes(token))
    }

    fn start(
        &mut self,
        tokens: Vec<u32>,
        decoding: &Decoding,
        capture: bool,
    ) -> Result<Started, Error> {
        Self::start(self, tokens, decoding, capture)
    }

    fn advance(&mut self) -> Result<Step, Error> {
        Self::advance(self)
    }

    fn cancel(&mut self) -> String {
        Self::cancel(self)
    }

    fn inquire(&mut self, inquiry: Inquiry) -> Result<(), Error> {
        Self::inquire(self, inquiry)
    }

    fn advance_inquiry(&mut self) -> Result<Finding, Error> {
        Self::advance_inquiry(self)
    }

    fn cancel_inquiry(&mut self) {
        Self::cancel_inquiry(self);
    }

    fn logprobs_at(&mut self, positions: Range<usize>) -> Result<Vec<Vec<f32>>, Error> {
        Self::logprobs_at(self, positions)
    }

    fn tensor(&self, index: usize) -> Result<Option<TensorSummary>, Error> {
        self.model().tensor(index)
    }
}
