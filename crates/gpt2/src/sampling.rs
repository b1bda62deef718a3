//! From logits to the next token, in the order of Hugging Face's `generate`: repetition penalty,
//! temperature, top-k, top-p (`logits_process.py`), then a draw.
//!
//! Exponentials and logarithms are `libm`'s, in software: the platform's own differ in their last
//! bits between a processor and a browser, and then so would the text of a seed.

use crate::{Error, Prng, Result};
use std::borrow::Cow;
use zeroshot_decoding::Decoding;

/// Draws tokens by the settings of one generation.
#[derive(Clone, Debug)]
pub struct Sampler {
    decoding: Decoding,
    prng: Prng,
}

impl Sampler {
    /// A sampler at the start of its seed's sequence.
    ///
    /// # Errors
    /// [`Error::Setting`] if a setting is out of range.
    pub fn new(decoding: Decoding) -> Result<Self> {
        decoding.validate()?;
        let prng = Prng::new(decoding.seed);
        Ok(Self { decoding, prng })
    }

    /// The next token after `context`, prompt and generated tokens both.
    ///
    /// # Errors
    /// [`Error::NotANumber`] if the logits are none.
    pub fn sample(&mut self, logits: &[f32], context: &[u32]) -> Result<u32> {
        let kept = distribution(logits, context, &self.decoding)?;
        let total: f64 = kept.iter().map(|&(_, probability)| f64::from(probability)).sum();
        // One number for every token, needed or not, so that the sequence does not depend on how
        // many tokens were kept.
        let mut left = self.prng.uniform() * total;
        for &(token, probability) in &kept {
            left -= f64::from(probability);
            if left < 0.0 {
                return Ok(token);
            }
        }
        // Rounding may leave a crumb: it is the last token's that has any probability.
        let last = kept.iter().rfind(|&&(_, probability)| probability > 0.0);
        last.map(|&(token, _)| token).ok_or(Error::NotANumber)
    }
}

/// The tokens that may be drawn, with their probabilities, the most likely first; of equally
/// likely ones the lower id first. Greedy decoding keeps one.
///
/// # Errors
/// [`Error::NotANumber`] if a logit is NaN or infinite, minus infinity aside.
pub fn distribution(
    logits: &[f32],
    context: &[u32],
    decoding: &Decoding,
) -> Result<Vec<(u32, f32)>> {
    check(logits)?;
    let mut scores = Cow::Borrowed(logits);
    if decoding.repetition_penalty != 1.0 {
        penalise_repetition(scores.to_mut(), context, decoding.repetition_penalty);
    }
    if decoding.is_greedy() {
        let best = argmax(&scores).ok_or(Error::NotANumber)?;
        return Ok(vec![(best, 1.0)]);
    }
    let mut kept: Vec<(u32, f32)> = (0..)
        .zip(scores.iter())
        // Plus zero: so that -0 and 0 are equal in the total order that sorting goes by.
        .map(|(token, &score)| (token, score / decoding.temperature + 0.0))
        .filter(|&(_, score)| score != f32::NEG_INFINITY)
        .collect();
    // A small temperature can take finite logits beyond the range.
    if kept.iter().any(|(_, score)| !score.is_finite()) {
        return Err(Error::NotANumber);
    }
    keep_top_k(&mut kept, decoding.top_k);
    keep_top_p(&mut kept, decoding.top_p);
    let probabilities = softmax(&kept);
    let mut kept: Vec<(u32, f32)> =
        kept.iter().map(|&(token, _)| token).zip(probabilities).collect();
    kept.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    Ok(kept)
}

/// Looks at every logit, whatever those before it are: so that many are looked at at once.
fn check(logits: &[f32]) -> Result<()> {
    let below_infinity = |all: bool, &logit: &f32| all & (logit < f32::INFINITY);
    let finite = |any: bool, &logit: &f32| any | (logit > f32::NEG_INFINITY);
    // NaN is below nothing.
    let all_numbers = logits.iter().fold(true, below_infinity);
    let any_finite = logits.iter().fold(false, finite);
    if all_numbers && any_finite { Ok(()) } else { Err(Error::NotANumber) }
}

/// The index of the greatest score, the first of equals (as `torch.argmax`).
fn argmax(scores: &[f32]) -> Option<u32> {
    let greatest = zeroshot_kernels::largest(scores);
    (0..).zip(scores).find(|&(_, &score)| score == greatest).map(|(token, _)| token)
}

/// Keskar et al. 2019, section 4.1; once for each token of the context, however often it occurs.
fn penalise_repetition(scores: &mut [f32], context: &[u32], penalty: f32) {
    let mut seen = context.to_vec();
    seen.sort_unstable();
    seen.dedup();
    for token in seen {
        if let Some(score) = scores.get_mut(token as usize) {
            *score = if *score < 0.0 { *score * penalty } else { *score / penalty };
        }
    }
}

/// Drops every token that scores below the `top_k`th; ties with it stay.
fn keep_top_k(kept: &mut Vec<(u32, f32)>, top_k: usize) {
    if top_k == 0 || top_k >= kept.len() {
        return;
    }
    let mut scores: Vec<f32> = kept.iter().map(|&(_, score)| score).collect();
    let (_, &mut threshold, _) = scores.select_nth_unstable_by(top_k - 1, |a, b| b.total_cmp(a));
    kept.retain(|&(_, score)| score >= threshold);
}

/// Nucleus sampling (Holtzman et al. 2020): drops the least likely tokens while what is dropped
/// adds up to no more than `1 - top_p`. The most likely one always stays.
///
/// As in `transformers`, probabilities and threshold are F32, the sum is carried in F64 and
/// rounded to F32 at each step (`torch.cumsum`), and of equals the lower ids go first.
fn keep_top_p(kept: &mut Vec<(u32, f32)>, top_p: f32) {
    if top_p >= 1.0 || kept.is_empty() {
        return;
    }
    // The threshold is computed from the decimal that the user wrote, as Python does.
    let decimal = libm::round(f64::from(top_p) * 1e7) / 1e7;
    let threshold = (1.0 - decimal) as f32;
    // The crowd of tokens that are too unlikely to reach half the threshold even together is
    // dropped without sorting it: most of a vocabulary, and most of the time that this takes.
    let crowd = threshold / (2 * kept.len()) as f32;
    let mut sum = 0.0f64;
    let mut likely = Vec::new();
    for (&(token, score), probability) in kept.iter().zip(softmax(kept)) {
        if probability < crowd {
            sum += f64::from(probability);
        } else {
            likely.push((token, score, probability));
        }
    }
    likely.sort_unstable_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    let dropped = likely
        .iter()
        .take_while(|&&(_, _, probability)| {
            sum += f64::from(probability);
            sum as f32 <= threshold
        })
        .count();
    let dropped = dropped.min(likely.len().saturating_sub(1));
    *kept = likely[dropped..].iter().map(|&(token, score, _)| (token, score)).collect();
}

/// Probabilities of scores, in their order.
fn softmax(kept: &[(u32, f32)]) -> Vec<f32> {
    let greatest = kept.iter().map(|&(_, score)| score).fold(f32::NEG_INFINITY, f32::max);
    let exponentials: Vec<f64> =
        kept.iter().map(|&(_, score)| libm::exp(f64::from(score - greatest))).collect();
    let sum: f64 = exponentials.iter().sum();
    exponentials.iter().map(|exponential| (exponential / sum) as f32).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(kept: &[(u32, f32)]) -> Vec<u32> {
        kept.iter().map(|&(token, _)| token).collect()
    }

    #[test]
    fn greedy_takes_the_first_of_equals() {
        let decoding = Decoding::default();
        let kept = distribution(&[0.0, 2.0, 2.0], &[], &decoding).expect("numbers");
        assert_eq!(kept, [(1, 1.0)]);
    }

    #[test]
    fn top_k_keeps_ties_with_the_last() {
        let decoding = Decoding { temperature: 1.0, top_k: 2, ..Decoding::default() };
        let kept = distribution(&[1.0, 3.0, 1.0, 0.5], &[], &decoding).expect("numbers");
        assert_eq!(tokens(&kept), [1, 0, 2]);
    }

    #[test]
    fn top_p_keeps_the_smallest_set_that_reaches_it() {
        // Probabilities 0.5, 0.25, 0.125, 0.125.
        let logits = [0.5f32, 0.25, 0.125, 0.125].map(f32::ln);
        let kept = |top_p| {
            let decoding = Decoding { temperature: 1.0, top_p, ..Decoding::default() };
            tokens(&distribution(&logits, &[], &decoding).expect("numbers"))
        };
        assert_eq!(kept(0.0), [0]);
        assert_eq!(kept(0.4), [0]);
        assert_eq!(kept(0.6), [0, 1]);
        // Of the two equal ones, the lower id is dropped first, as in `transformers`.
        assert_eq!(kept(0.8), [0, 1, 3]);
        assert_eq!(kept(1.0), [0, 1, 2, 3]);
    }

    #[test]
    fn repetition_is_penalised_once_per_token() {
        let decoding =
            Decoding { temperature: 1.0, repetition_penalty: 2.0, ..Decoding::default() };
        let kept = distribution(&[2.0, -1.0, 1.0], &[0, 0, 1, 0], &decoding).expect("numbers");
        let expected = distribution(
            &[1.0, -2.0, 1.0],
            &[],
            &Decoding { temperature: 1.0, ..Decoding::default() },
        );
        assert_eq!(kept, expected.expect("numbers"));
    }

    #[test]
    fn damaged_logits_are_refused() {
        let decoding = Decoding { temperature: 1.0, ..Decoding::default() };
        for logits in [&[f32::NAN, 0.0][..], &[f32::INFINITY, 0.0], &[f32::NEG_INFINITY], &[]] {
            assert!(matches!(distribution(logits, &[], &decoding), Err(Error::NotANumber)));
            assert!(distribution(logits, &[], &Decoding::default()).is_err());
        }
        let kept = distribution(&[f32::NEG_INFINITY, 0.0], &[], &decoding).expect("one number");
        assert_eq!(kept, [(1, 1.0)]);
    }

    #[test]
    fn draws_follow_the_probabilities_and_the_seed() {
        let logits = [0.7f32.ln(), 0.3f32.ln()];
        let draw = |seed| {
            let decoding = Decoding { temperature: 1.0, seed, ..Decoding::default() };
            let mut sampler = Sampler::new(decoding).expect("valid");
            (0..2000).map(|_| sampler.sample(&logits, &[]).expect("numbers")).collect::<Vec<_>>()
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
        let ones = draw(1).iter().filter(|&&token| token == 1).count();
        assert!((540..660).contains(&ones), "{ones} of 2000 at probability 0.3");
    }
}
