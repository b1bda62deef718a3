//! How far two models' predictions for one text are apart: each reads the text, then their
//! distributions are compared, some positions a step.

use zeroshot_gpt2::{Error, Finding, Inquiry};
use zeroshot_protocol::{Context, Event, Failure, RequestId, Seat};

use super::generator::Generator;
use super::seats::{Seated, Seats};

/// Positions that one step compares: both models' output layers are read once for all of them.
const TILE: usize = 8;

/// A comparison under way.
pub struct Comparison {
    tokens: Vec<u32>,
    /// Number of the token that is judged next.
    next: usize,
    /// Whose turn it is to read; none when both have.
    reads: Option<Seat>,
}

impl Comparison {
    /// Begins to compare what is expected of the tokens from number `from` on.
    ///
    /// # Errors
    /// [`Failure::NoModel`] if one is missing, [`Failure::DifferentVocabularies`], or what is
    /// wrong with the text.
    pub fn begin<M: Generator>(
        seats: &mut Seats<M>,
        context: &Context,
        from: usize,
    ) -> Result<Self, Failure> {
        let (main, rival) = seats.both_mut()?;
        if !main.model.same_vocabulary(&rival.model) {
            return Err(Failure::DifferentVocabularies);
        }
        let tokens = main.ask(|model| model.encode(&context.prompt, &context.tokens))?;
        if from == 0 || from > tokens.len() {
            let detail = format!("token {from} of {} cannot be judged", tokens.len());
            return main.ask(|_| Err(Error::OutOfBounds(detail)));
        }
        let reads = if from < tokens.len() { Some(Seat::Main) } else { None };
        let comparison = Self { tokens, next: from, reads };
        if reads.is_some() {
            comparison.read(main)?;
        }
        Ok(comparison)
    }

    /// Does one small step; nothing more to say ends in `None`.
    ///
    /// # Errors
    /// Ends it.
    pub fn advance<M: Generator>(
        &mut self,
        seats: &mut Seats<M>,
        id: RequestId,
    ) -> Result<Option<Event>, Failure> {
        let Some(seat) = self.reads else { return self.compare(seats, id) };
        let length = self.tokens.len() - 1;
        let finding = seats.at_mut(seat)?.work(M::advance_inquiry)?;
        // The text is read twice, and told of as one. Its last token is judged without being read.
        let before = if seat == Seat::Main { 0 } else { length };
        let done = match finding {
            Finding::Prefill { done, .. } => done,
            Finding::Finished => {
                self.reads = match seat {
                    Seat::Main => {
                        self.read(seats.at_mut(Seat::Rival)?)?;
                        Some(Seat::Rival)
                    }
                    Seat::Rival => None,
                };
                length
            }
            _ => length,
        };
        Ok(Some(Event::Prefill { id, done: before + done, total: 2 * length }))
    }

    /// Has a model read the text; what it expected of the last token is of no interest here.
    fn read<M: Generator>(&self, seated: &mut Seated<M>) -> Result<(), Failure> {
        let (tokens, from) = (self.tokens.clone(), self.tokens.len() - 1);
        seated.work(|model| model.inquire(Inquiry::Read { tokens, from }))
    }

    fn compare<M: Generator>(
        &mut self,
        seats: &mut Seats<M>,
        id: RequestId,
    ) -> Result<Option<Event>, Failure> {
        let (main, rival) = seats.both_mut()?;
        let start = self.next;
        let end = self.tokens.len().min(start + TILE);
        if start == end {
            return Ok(None);
        }
        let (mut divergence, mut agree) = (Vec::new(), Vec::new());
        let positions = start - 1..end - 1;
        let p = main.work(|model| model.logprobs_at(positions.clone()))?;
        let q = rival.work(|model| model.logprobs_at(positions))?;
        for (p, q) in p.iter().zip(&q) {
            divergence.push(kullback_leibler(p, q));
            agree.push(most_probable(p) == most_probable(q));
        }
        self.next = end;
        Ok(Some(Event::Divergence { id, start, divergence, agree }))
    }
}

/// Kullback-Leibler divergence of `q` from `p`, both given as logarithms: `sum p ln(p / q)`.
fn kullback_leibler(p: &[f32], q: &[f32]) -> f32 {
    let terms = p.iter().zip(q).map(|(&p, &q)| {
        let (p, q) = (f64::from(p), f64::from(q));
        let share = p.exp();
        if share > 0.0 { share * (p - q) } else { 0.0 }
    });
    // Rounding may leave less than nothing; and JSON has no infinity.
    (terms.sum::<f64>() as f32).clamp(0.0, f32::MAX)
}

/// The index of the greatest, the first of equals.
fn most_probable(logprobs: &[f32]) -> Option<usize> {
    let better = |best: Option<usize>, (index, logprob): (usize, &f32)| match best {
        Some(best) if logprobs[best] >= *logprob => Some(best),
        _ => Some(index),
    };
    logprobs.iter().enumerate().fold(None, better)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logarithms<const N: usize>(probabilities: [f32; N]) -> [f32; N] {
        probabilities.map(f32::ln)
    }

    #[test]
    fn the_divergence_is_the_textbook_one() {
        let (p, q) = (logarithms([0.5, 0.25, 0.25]), logarithms([0.25, 0.25, 0.5]));
        // 0.5 ln 2 + 0 - 0.25 ln 2
        let expected = 0.25 * std::f32::consts::LN_2;
        assert!((kullback_leibler(&p, &q) - expected).abs() < 1e-6);
        assert_eq!(kullback_leibler(&p, &p), 0.0);
        // Of one certain token, the other's surprise at it; and the other way round without end.
        let certain = [0.0, f32::NEG_INFINITY, f32::NEG_INFINITY];
        assert!((kullback_leibler(&certain, &q) - 4.0_f32.ln()).abs() < 1e-6);
        assert_eq!(kullback_leibler(&q, &certain), f32::MAX);
    }

    #[test]
    fn of_equally_probable_tokens_the_first_counts() {
        assert_eq!(most_probable(&[-2.0, -1.0, -1.0]), Some(1));
        assert_eq!(most_probable(&[]), None);
    }
}
