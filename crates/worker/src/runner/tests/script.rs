//! A model that says and finds what it was told to. Its tokens are bytes.

use std::{cell::RefCell, collections::VecDeque, ops::Range, rc::Rc};

use zeroshot_gpt2::{Error, Finding, Inquiry, Started, Step, TensorSummary};
use zeroshot_protocol::Decoding;

use crate::runner::Generator;

const BYTES: [u8; 256] = {
    let mut bytes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        bytes[byte] = byte as u8;
        byte += 1;
    }
    bytes
};

#[derive(Default)]
pub struct Script {
    /// What a generation will do.
    pub steps: VecDeque<Result<Step, Error>>,
    /// The text that it holds back.
    pub held_back: String,
    /// What inquiries will find, the next one's first.
    pub findings: VecDeque<Vec<Result<Finding, Error>>>,
    /// What is left of the one under way; none if none is.
    pub finding: Option<VecDeque<Result<Finding, Error>>>,
    /// What it was asked.
    pub asked: Rc<RefCell<Vec<Inquiry>>>,
    /// The probabilities that it gives to the tokens 0, 1, … at every position.
    pub probabilities: Vec<f32>,
    /// Models with different names have different vocabularies.
    pub vocabulary: &'static str,
}

impl Script {
    /// One that will generate by these steps.
    pub fn generating(steps: impl IntoIterator<Item = Result<Step, Error>>) -> Self {
        let steps = steps.into_iter().collect();
        Self { steps, held_back: "held".to_owned(), ..Self::default() }
    }

    /// One whose inquiries will find these.
    pub fn finding<const N: usize>(findings: [Vec<Result<Finding, Error>>; N]) -> Self {
        Self { findings: findings.into(), ..Self::default() }
    }
}

impl Generator for Script {
    fn encode(&self, prompt: &str, after: &[u32]) -> Result<Vec<u32>, Error> {
        let mut tokens = self.tokenize(prompt)?;
        tokens.extend(after);
        Ok(tokens)
    }

    fn tokenize(&self, text: &str) -> Result<Vec<u32>, Error> {
        Ok(text.bytes().map(u32::from).collect())
    }

    fn bytes(&self, token: u32) -> &[u8] {
        let index = token as usize;
        BYTES.get(index..=index).unwrap_or_default()
    }

    fn same_vocabulary(&self, other: &Self) -> bool {
        self.vocabulary == other.vocabulary
    }

    fn start(
        &mut self,
        tokens: Vec<u32>,
        decoding: &Decoding,
        _capture: bool,
    ) -> Result<Started, Error> {
        assert!(self.finding.is_none(), "an inquiry is under way");
        decoding.validate()?;
        if tokens.is_empty() {
            return Err(Error::EmptyPrompt);
        }
        Ok(Started { prompt_tokens: tokens.len(), cached_tokens: 1, trimmed_tokens: 0 })
    }

    fn advance(&mut self) -> Result<Step, Error> {
        self.steps.pop_front().unwrap_or(Err(Error::NotStarted))
    }

    fn cancel(&mut self) -> String {
        self.steps.clear();
        std::mem::take(&mut self.held_back)
    }

    fn inquire(&mut self, inquiry: Inquiry) -> Result<(), Error> {
        assert!(self.finding.is_none(), "an inquiry is under way");
        self.asked.borrow_mut().push(inquiry);
        let mut findings: VecDeque<_> = self.findings.pop_front().unwrap_or_default().into();
        findings.push_back(Ok(Finding::Finished));
        self.finding = Some(findings);
        Ok(())
    }

    fn advance_inquiry(&mut self) -> Result<Finding, Error> {
        let finding = self.finding.as_mut().and_then(VecDeque::pop_front);
        let finding = finding.unwrap_or(Err(Error::NotStarted));
        if matches!(finding, Ok(Finding::Finished)) {
            self.finding = None;
        }
        finding
    }

    fn cancel_inquiry(&mut self) {
        self.finding = None;
    }

    fn logprobs_at(&mut self, positions: Range<usize>) -> Result<Vec<Vec<f32>>, Error> {
        let row: Vec<f32> = self.probabilities.iter().map(|share| share.ln()).collect();
        Ok(vec![row; positions.len()])
    }

    fn tensor(&self, index: usize) -> Result<Option<TensorSummary>, Error> {
        let names = ["wte.weight", "h.0.attn.c_attn.weight"];
        Ok(names.get(index).map(|name| TensorSummary {
            name: (*name).to_owned(),
            shape: vec![4, 12],
            kind: "F16",
            mean: 0.5,
            std: 2.0,
        }))
    }
}
