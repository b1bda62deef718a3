//! What the model expected at one place of a text, from the logits there: by the whole vocabulary,
//! before temperature and truncation.
//!
//! Exponentials are the kernels' and logarithms `libm`'s: the same bits natively and in a browser.

use crate::{Error, Result};
use zeroshot_kernels::softmax_totals;

/// How many tokens [`Prediction::top`] lists.
pub const TOP_CHOICES: usize = 8;

/// What the model expected at one place of a text, and the token that stands there.
#[derive(Clone, Debug, PartialEq)]
pub struct Prediction {
    /// The token that stands there.
    pub token: u32,
    /// Natural logarithm of its probability.
    pub logprob: f32,
    /// How many tokens were more probable.
    pub rank: u32,
    /// Entropy of the distribution, in nats.
    pub entropy: f32,
    /// The [`TOP_CHOICES`] most probable tokens and the logarithms of their probabilities, the
    /// best first; of equally probable ones the lower id first.
    pub top: Vec<(u32, f32)>,
}

impl Prediction {
    /// What these logits expected of `token`. One that has no logit has probability 0.
    ///
    /// # Errors
    /// [`Error::NotANumber`] if a logit is NaN or infinite, or all of them are minus infinity.
    pub fn new(logits: &[f32], token: u32) -> Result<Self> {
        let softmax = Softmax::new(logits, TOP_CHOICES)?;
        let (logprob, rank) = softmax.standing(logits, token);
        let entropy = softmax.entropy;
        Ok(Self { token, logprob, rank, entropy, top: softmax.top })
    }
}

/// The softmax of some logits, without a list of all its values.
pub(crate) struct Softmax {
    greatest: f32,
    /// Logarithm of the sum of all exponentials, these taken of the distances from `greatest`.
    log_sum: f64,
    /// In nats.
    pub(crate) entropy: f32,
    /// The most probable tokens with the logarithms of their probabilities, the best first.
    pub(crate) top: Vec<(u32, f32)>,
}

impl Softmax {
    /// With the `top` most probable tokens.
    ///
    /// # Errors
    /// [`Error::NotANumber`] if a logit is NaN or infinite, or all of them are minus infinity.
    pub(crate) fn new(logits: &[f32], top: usize) -> Result<Self> {
        let totals = softmax_totals(logits);
        if !totals.sum.is_finite() {
            return Err(Error::NotANumber);
        }
        let log_sum = libm::log(totals.sum);
        // The logarithm of the sum, less the mean distance from the greatest.
        let entropy = (log_sum - totals.distances / totals.sum).max(0.0) as f32;
        let greatest = totals.largest;
        let mut softmax = Self { greatest, log_sum, entropy, top: Vec::new() };
        let best = best(logits, top).into_iter();
        softmax.top = best.map(|(token, logit)| (token, softmax.logprob(logit))).collect();
        Ok(softmax)
    }

    /// The logarithm of the probability of a token with this logit.
    pub(crate) fn logprob(&self, logit: f32) -> f32 {
        (f64::from(logit - self.greatest) - self.log_sum) as f32
    }

    /// The same for a token, and how many are more probable.
    pub(crate) fn standing(&self, logits: &[f32], token: u32) -> (f32, u32) {
        let logit = logits.get(token as usize).copied().unwrap_or(f32::NEG_INFINITY);
        let rank = logits.iter().map(|&other| u32::from(other > logit)).sum();
        (self.logprob(logit), rank)
    }
}

/// The greatest logits with their tokens, the best first, without sorting the rest.
fn best(logits: &[f32], count: usize) -> Vec<(u32, f32)> {
    /// Logits that are compared at once: hardly ever is one of them among the best.
    const CHUNK: usize = 32;
    let mut kept: Vec<(u32, f32)> = Vec::new();
    let cut = |kept: &mut Vec<(u32, f32)>| {
        if kept.len() > count {
            kept.select_nth_unstable_by(count, better_first);
            kept.truncate(count);
        }
    };
    // Tokens come by rising ids, so that one equal to the threshold comes after `count` that are
    // no worse.
    let mut threshold = f32::NEG_INFINITY;
    for (chunk, first) in logits.chunks(CHUNK).zip((0..).step_by(CHUNK)) {
        if !chunk.iter().fold(false, |any, &logit| any | (logit > threshold)) {
            continue;
        }
        let above = (first..).zip(chunk).filter(|&(_, &logit)| logit > threshold);
        // Plus zero: so that -0 and 0 are equal in the total order that sorting goes by.
        kept.extend(above.map(|(token, &logit)| (token, logit + 0.0)));
        if kept.len() >= count.saturating_add(CHUNK) {
            cut(&mut kept);
            threshold = kept.iter().map(|&(_, logit)| logit).fold(f32::INFINITY, f32::min);
        }
    }
    cut(&mut kept);
    kept.sort_unstable_by(better_first);
    kept
}

fn better_first(a: &(u32, f32), b: &(u32, f32)) -> std::cmp::Ordering {
    b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_of_the_bare_logits() {
        let prediction = Prediction::new(&[1.0f32, 2.0, 3.0], 1).expect("numbers");
        assert!((prediction.logprob - -1.407_605_9).abs() < 1e-6);
        assert_eq!((prediction.token, prediction.rank), (1, 1));
        assert!((prediction.entropy - 0.832_395_1).abs() < 1e-6, "{}", prediction.entropy);
        let top: Vec<u32> = prediction.top.iter().map(|&(token, _)| token).collect();
        assert_eq!(top, [2, 1, 0]);
        assert!((prediction.top[0].1 - -0.407_605_96).abs() < 1e-6);
    }

    #[test]
    fn the_best_are_those_of_a_full_sort_and_of_equals_the_lower_ids() {
        // Many equal values, in no order.
        let logits: Vec<f32> = (0..5000u32).map(|i| ((i * 7919) % 613) as f32 / 7.0).collect();
        for count in [0, 1, 8, 20, 400, 5000, 9000] {
            let mut sorted: Vec<(u32, f32)> = (0..).zip(logits.iter().copied()).collect();
            sorted.sort_by(better_first);
            sorted.truncate(count);
            let found = Softmax::new(&logits, count).expect("numbers").top;
            let ids = |list: &[(u32, f32)]| list.iter().map(|&(id, _)| id).collect::<Vec<_>>();
            assert_eq!(ids(&found), ids(&sorted), "{count}");
        }
    }

    #[test]
    fn minus_infinity_is_impossible_and_everything_else_not_finite_is_refused() {
        let prediction = Prediction::new(&[f32::NEG_INFINITY, 0.0], 0).expect("one number");
        assert_eq!((prediction.logprob, prediction.rank), (f32::NEG_INFINITY, 1));
        assert_eq!(prediction.top, vec![(1, 0.0)]);
        assert!(prediction.entropy < 1e-30, "{}", prediction.entropy);
        for logits in [&[f32::NAN, 0.0][..], &[f32::INFINITY, 0.0], &[f32::NEG_INFINITY], &[]] {
            assert!(matches!(Prediction::new(logits, 0), Err(Error::NotANumber)));
        }
        let outside = Prediction::new(&[0.0, 1.0], 7).expect("numbers");
        assert_eq!((outside.logprob, outside.rank), (f32::NEG_INFINITY, 2));
    }
}
