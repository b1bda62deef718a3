//! What the page's state makes of the worker's words.

use super::{Cut, Model, State};
use std::rc::Rc;
use zeroshot_protocol::{Event, Failure, PROTOCOL_VERSION};

impl State {
    pub(super) fn receive(&mut self, event: Event, now: f64) {
        match event {
            Event::Ready { protocol, .. } if protocol != PROTOCOL_VERSION => {
                self.model = Model::Failed(Failure::ProtocolMismatch { found: protocol });
            }
            Event::Ready { build, threads, .. } => {
                self.engine = Some((build, threads));
                self.model = Model::Loading { received: 0, total: 0 };
            }
            event if self.receive_download(&event, now) => {}
            Event::Progress { id, received, total, .. } if self.loading_rival == Some(id) => {
                self.rival = Some(Model::Loading { received, total });
            }
            // One that was given up while it arrived is no longer wanted.
            Event::Loaded { id, model, .. } if self.loading_rival == Some(id) => {
                self.loads += 1;
                self.loading_rival = None;
                self.rival = Some(Model::Ready(model));
            }
            Event::Kept { id, kept } => self.library.end_keeping(id, kept),
            Event::Tokenized { id, pieces } => {
                if let Some((_, text)) = self.tokenizing.take_if(|(of, _)| *of == id) {
                    self.cut = Some(Cut { text, pieces: Rc::new(pieces) });
                }
            }
            Event::Prefill { id, .. } | Event::Token { id, .. } | Event::Done { id, .. } => {
                self.runs.receive(id, &event, now);
            }
            Event::Failed { id: Some(id), .. } if self.runs.receive(id, &event, now) => {}
            Event::Failed { id: Some(id), failure } if self.loading_rival == Some(id) => {
                self.loading_rival = None;
                self.rival = Some(Model::Failed(failure));
            }
            // Tokens that could not be had only leave the meter empty.
            Event::Failed { id: Some(id), .. } => {
                self.tokenizing.take_if(|(of, _)| *of == id);
            }
            Event::Failed { id: None, failure } => self.fail(failure),
            // Answers to questions go to those who asked.
            _ => {}
        }
    }

    /// A failure of the worker itself or of the last model's files: whatever waits for them fails
    /// too.
    pub(super) fn fail(&mut self, failure: Failure) {
        self.runs.fail_active(&failure);
        self.model = Model::Failed(failure);
    }
}
