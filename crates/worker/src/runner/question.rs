//! One question of the page about a text: waiting, or worked on a small step at a time.
//!
//! A generation comes first: it sets the question back, which begins anew afterwards and leaves
//! out what has been told.

use zeroshot_gpt2::{Finding, Inquiry};
use zeroshot_protocol::{Context, Event, Failure, Query, RequestId, Seat, TensorSummary};

use super::divergence::Comparison;
use super::generator::Generator;
use super::pieces;
use super::seats::{Seated, Seats};

/// A question.
pub struct Question {
    /// The request.
    pub id: RequestId,
    seat: Seat,
    query: Query,
    /// How many of its answers have been told: places, answers, depths, or the only one.
    told: usize,
    stage: Stage,
}

enum Stage {
    Waiting,
    /// A model looks into it; so many of its answers had been told before.
    Asking {
        before: usize,
    },
    Comparing(Comparison),
    /// These tensors have been looked through.
    Listing(Vec<TensorSummary>),
    /// All has been told but that it is over.
    Over,
}

impl Question {
    /// A question that waits.
    pub fn new(id: RequestId, seat: Seat, query: Query) -> Self {
        Self { id, seat, query, told: 0, stage: Stage::Waiting }
    }

    /// Whether it needs the model of this seat.
    pub fn needs(&self, seat: Seat) -> bool {
        matches!(self.query, Query::Divergence { .. }) || self.seat == seat
    }

    /// Whether all models are there that it needs.
    ///
    /// # Errors
    /// [`Failure::NoModel`].
    pub fn check<M>(&self, seats: &Seats<M>) -> Result<(), Failure> {
        [Seat::Main, Seat::Rival]
            .into_iter()
            .filter(|&seat| self.needs(seat))
            .try_for_each(|seat| seats.at(seat).map(drop))
    }

    /// Does one small step of it. Its last event is [`Event::Completed`].
    ///
    /// # Errors
    /// Ends it.
    pub fn advance<M: Generator>(
        &mut self,
        seats: &mut Seats<M>,
    ) -> Result<Option<Event>, Failure> {
        if matches!(self.stage, Stage::Waiting) {
            self.stage = self.begin(seats)?;
        }
        let id = self.id;
        match &mut self.stage {
            Stage::Waiting | Stage::Over => Ok(Some(Event::Completed { id })),
            Stage::Comparing(comparison) => {
                let event = comparison.advance(seats, id)?;
                if let Some(Event::Divergence { divergence, .. }) = &event {
                    self.told += divergence.len();
                }
                Ok(event.or(Some(Event::Completed { id })))
            }
            Stage::Asking { before } => {
                let before = *before;
                let seated = seats.at_mut(self.seat)?;
                let finding = seated.work(M::advance_inquiry)?;
                Ok(self.tell(&seated.model, finding, before))
            }
            Stage::Listing(tensors) => {
                let found = seats.at(self.seat)?.ask(|model| model.tensor(tensors.len()))?;
                let Some(found) = found else {
                    let tensors = std::mem::take(tensors);
                    self.told += 1;
                    self.stage = Stage::Over;
                    return Ok(Some(Event::Tensors { id, tensors }));
                };
                tensors.push(pieces::tensor(found));
                Ok(None)
            }
        }
    }

    /// Stops work on it. It can begin again, and go on after what has been told.
    pub fn set_back<M: Generator>(&mut self, seats: &mut Seats<M>) {
        let stage = std::mem::replace(&mut self.stage, Stage::Waiting);
        if matches!(stage, Stage::Asking { .. } | Stage::Comparing(_)) {
            for seat in [Seat::Main, Seat::Rival].into_iter().filter(|&seat| self.needs(seat)) {
                if let Ok(seated) = seats.at_mut(seat) {
                    seated.model.cancel_inquiry();
                }
            }
        }
    }

    fn begin<M: Generator>(&self, seats: &mut Seats<M>) -> Result<Stage, Failure> {
        if let Query::Divergence { context, from } = &self.query {
            let from = from.saturating_add(self.told);
            return Ok(Stage::Comparing(Comparison::begin(seats, context, from)?));
        }
        if matches!(self.query, Query::Tensors) {
            return Ok(if self.told > 0 { Stage::Over } else { Stage::Listing(Vec::new()) });
        }
        let seated = seats.at_mut(self.seat)?;
        let Some(inquiry) = self.inquiry(seated)? else { return Ok(Stage::Over) };
        seated.work(|model| model.inquire(inquiry))?;
        Ok(Stage::Asking { before: self.told })
    }

    /// What the model is asked; nothing if all has been told.
    fn inquiry<M: Generator>(&self, seated: &Seated<M>) -> Result<Option<Inquiry>, Failure> {
        let told = self.told;
        let encode =
            |context: &Context| seated.ask(|model| model.encode(&context.prompt, &context.tokens));
        let only = |inquiry| (told == 0).then_some(inquiry);
        Ok(match &self.query {
            Query::Read { context, from } => {
                let (tokens, from) = (encode(context)?, from.saturating_add(told));
                let all_told = told > 0 && from >= tokens.len();
                (!all_told).then_some(Inquiry::Read { tokens, from })
            }
            Query::Score { context, answers } => {
                let tokens = encode(context)?;
                let rest = answers.iter().skip(told);
                let answers = rest.map(|answer| seated.ask(|model| model.tokenize(answer)));
                let answers: Vec<_> = answers.collect::<Result<_, _>>()?;
                (!answers.is_empty()).then_some(Inquiry::Score { tokens, answers })
            }
            Query::Distribution { context, decoding } => {
                only(Inquiry::Distribution { tokens: encode(context)?, decoding: decoding.clone() })
            }
            &Query::Attention { ref context, layer, position } => {
                only(Inquiry::Attention { tokens: encode(context)?, layer, position })
            }
            Query::Gaze { context, from, spans } => {
                only(Inquiry::Gaze { tokens: encode(context)?, from: *from, spans: spans.clone() })
            }
            &Query::Lens { ref context, positions, top } => {
                Some(Inquiry::Lens { tokens: encode(context)?, positions, top })
            }
            Query::Divergence { .. } | Query::Tensors => None,
        })
    }

    /// The event that a finding is; none where there is nothing to tell, or where it was told
    /// before the question was set back.
    fn tell(&mut self, model: &impl Generator, finding: Finding, before: usize) -> Option<Event> {
        let id = self.id;
        Some(match finding {
            Finding::Working => return None,
            Finding::Prefill { done, total } => Event::Prefill { id, done, total },
            Finding::Read { start, predictions } => {
                self.told += predictions.len();
                let predictions = pieces::predictions(model, &predictions);
                Event::Read { id, start, predictions }
            }
            Finding::Scored { answer, predictions } => {
                self.told += 1;
                let predictions = pieces::predictions(model, &predictions);
                Event::Scored { id, answer: before + answer, predictions }
            }
            Finding::Distribution(distribution) => {
                self.told += 1;
                pieces::distribution(model, id, &distribution)
            }
            Finding::Attention { heads } => {
                self.told += 1;
                Event::Attention { id, heads }
            }
            Finding::Gaze { layers } => {
                self.told += 1;
                Event::Gaze { id, layers }
            }
            // Depths come from 0 upwards, all of them each time.
            Finding::Lens { depth, .. } if depth < before => return None,
            Finding::Lens { depth, glimpses } => {
                self.told += 1;
                let glimpses =
                    glimpses.iter().map(|glimpse| pieces::glimpse(model, glimpse)).collect();
                Event::Lens { id, depth, glimpses }
            }
            Finding::Finished => Event::Completed { id },
        })
    }
}
