//! How the choice of a token looks under some settings: the most probable tokens before and after
//! them, and how much they cut. What the settings do is [`crate::sampling`]'s.

use crate::prediction::Softmax;
use crate::{Result, sampling};
use zeroshot_decoding::Decoding;

/// How many tokens [`Distribution::bars`] lists.
pub const MAX_BARS: usize = 20;

/// The distribution that a token is drawn from, beside that of the bare logits.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    /// The [`MAX_BARS`] most probable tokens by the bare logits, the best first: each with its
    /// probability by these, and by the settings: zero if they cut it.
    pub bars: Vec<(u32, f32, f32)>,
    /// How many tokens the settings leave to be chosen from.
    pub kept: usize,
    /// The share of these by the bare logits.
    pub kept_before: f32,
    /// Entropy by the bare logits and by the settings, in nats.
    pub entropy: (f32, f32),
}

impl Distribution {
    /// Of the token after `context`, whose tokens a repetition penalty goes by.
    ///
    /// # Errors
    /// [`crate::Error::NotANumber`] if a logit is NaN or infinite, minus infinity aside.
    pub fn new(logits: &[f32], context: &[u32], decoding: &Decoding) -> Result<Self> {
        let softmax = Softmax::new(logits, MAX_BARS)?;
        let kept = sampling::distribution(logits, context, decoding)?;
        let probability = |logprob: f32| libm::exp(f64::from(logprob));
        let mut bars: Vec<(u32, f32, f32)> = softmax
            .top
            .iter()
            .map(|&(token, logprob)| (token, probability(logprob) as f32, 0.0))
            .collect();
        let (mut kept_before, mut entropy) = (0.0, 0.0);
        for &(token, after) in &kept {
            if let Some(bar) = bars.iter_mut().find(|bar| bar.0 == token) {
                bar.2 = after;
            }
            let logit = logits.get(token as usize).copied().unwrap_or(f32::NEG_INFINITY);
            kept_before += probability(softmax.logprob(logit));
            if after > 0.0 {
                entropy -= f64::from(after) * libm::log(f64::from(after));
            }
        }
        Ok(Self {
            bars,
            kept: kept.len(),
            kept_before: kept_before.min(1.0) as f32,
            entropy: (softmax.entropy, entropy.max(0.0) as f32),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOGITS: [f32; 5] = [0.5, 2.0, -1.0, 2.0, 1.0];

    #[test]
    fn greedy_leaves_one() {
        let found = Distribution::new(&LOGITS, &[], &Decoding::default()).expect("numbers");
        assert_eq!((found.kept, found.entropy.1), (1, 0.0));
        let (token, before, after) = found.bars[0];
        assert_eq!((token, after), (1, 1.0));
        assert_eq!(found.kept_before, before);
        assert!(found.bars[1..].iter().all(|&(_, before, after)| before > 0.0 && after == 0.0));
    }

    #[test]
    fn settings_that_change_nothing_leave_both_equal() {
        let decoding = Decoding { temperature: 1.0, ..Decoding::default() };
        let found = Distribution::new(&LOGITS, &[1, 2], &decoding).expect("numbers");
        assert_eq!(found.kept, 5);
        assert!((found.kept_before - 1.0).abs() < 1e-6);
        assert!((found.entropy.0 - found.entropy.1).abs() < 1e-6);
        assert!(found.bars.iter().all(|&(_, before, after)| (before - after).abs() < 1e-6));
    }

    #[test]
    fn cut_tokens_are_listed_with_nothing_left() {
        let decoding = Decoding { temperature: 0.7, top_k: 3, ..Decoding::default() };
        let found = Distribution::new(&LOGITS, &[], &decoding).expect("numbers");
        let tokens: Vec<u32> = found.bars.iter().map(|bar| bar.0).collect();
        assert_eq!(tokens, [1, 3, 4, 0, 2]);
        let after: Vec<f32> = found.bars.iter().map(|bar| bar.2).collect();
        assert!(after[..3].iter().all(|&after| after > 0.0));
        assert_eq!(after[3..], [0.0, 0.0]);
        assert!((after.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        let before: f32 = found.bars[..3].iter().map(|bar| bar.1).sum();
        assert!((found.kept_before - before).abs() < 1e-6);
    }
}
