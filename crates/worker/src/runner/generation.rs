//! The one generation under way: its steps as events, and how long they took.

use zeroshot_gpt2::{Finish, Started, Step};
use zeroshot_protocol::{Event, Failure, FinishReason, RequestId, Seat, Stats};

use super::generator::Generator;
use super::pieces;
use super::seats::Seats;

/// A generation under way.
pub struct Generation {
    /// The request.
    pub id: RequestId,
    /// Whose it is.
    pub seat: Seat,
    asked_at: f64,
    first_token_at: Option<f64>,
    stats: Stats,
}

impl Generation {
    /// One that was asked for at `now`.
    pub fn new(id: RequestId, seat: Seat, started: &Started, now: f64) -> Self {
        let stats = Stats {
            prompt_tokens: started.prompt_tokens,
            cached_tokens: started.cached_tokens,
            trimmed_tokens: started.trimmed_tokens,
            ..Stats::default()
        };
        Self { id, seat, asked_at: now, first_token_at: None, stats }
    }

    /// Does one step of it. `clock` is read after the step.
    ///
    /// # Errors
    /// Ends it.
    pub fn advance<M: Generator>(
        &mut self,
        seats: &mut Seats<M>,
        clock: impl Fn() -> f64,
    ) -> Result<Option<Event>, Failure> {
        let seated = seats.at_mut(self.seat)?;
        let step = seated.work(M::advance)?;
        let now = clock();
        let id = self.id;
        Ok(Some(match step {
            Step::Working => return Ok(None),
            Step::Prefill { done, total } => Event::Prefill { id, done, total },
            Step::Token { text, prediction } => {
                self.count_token(now);
                let prediction = pieces::prediction(&seated.model, &prediction);
                Event::Token { id, text, prediction }
            }
            Step::Finished { reason, text } => {
                Event::Done { id, reason: reason_of(reason), text, stats: self.stats }
            }
        }))
    }

    /// Ends it before it is done.
    pub fn cancel<M: Generator>(self, seats: &mut Seats<M>) -> Event {
        let text = seats.at_mut(self.seat).map(|seated| seated.model.cancel()).unwrap_or_default();
        let reason = FinishReason::Cancelled;
        Event::Done { id: self.id, reason, text, stats: self.stats }
    }

    fn count_token(&mut self, now: f64) {
        let first = *self.first_token_at.get_or_insert(now);
        self.stats.new_tokens += 1;
        self.stats.first_token_ms = first - self.asked_at;
        self.stats.decode_ms = now - first;
    }
}

const fn reason_of(finish: Finish) -> FinishReason {
    match finish {
        Finish::EndOfText => FinishReason::EndOfText,
        Finish::Stop => FinishReason::Stop,
        Finish::Length => FinishReason::Length,
        Finish::ContextFull => FinishReason::ContextFull,
    }
}
