//! What a model expected of tokens, as figures: bits, perplexity, ranks, and the steps of the
//! scales they are coloured by.
//!
//! Pure numbers; their words are the locale files', their colours the styles'.

use std::f64::consts::LN_2;
use zeroshot_protocol::Prediction;

/// Nats, as all logarithms of the protocol are, in bits.
pub fn bits(nats: f32) -> f64 {
    f64::from(nats) / LN_2
}

/// The surprisal of a token, in bits: 0 for a certain one.
pub fn surprisal(logprob: f32) -> f64 {
    // Adding 0 makes 0 of -0, which would be written with its sign.
    bits(-logprob).max(0.0) + 0.0
}

/// From so many bits of surprisal on, a token is coloured one step further.
pub const SURPRISAL_STEPS: [f64; 5] = [1.0, 2.0, 4.0, 7.0, 11.0];

/// From so many more probable tokens on, a token is coloured one step further.
pub const RANK_STEPS: [u32; 5] = [1, 5, 20, 100, 1000];

/// The step of the scale for a surprisal.
pub fn heat_of_surprisal(bits: f64) -> usize {
    SURPRISAL_STEPS.iter().filter(|step| bits >= **step).count()
}

/// The step of the scale for a rank, which is 0 for the most probable token.
pub fn heat_of_rank(rank: u32) -> usize {
    RANK_STEPS.iter().filter(|step| rank >= **step).count()
}

/// How well a model foresaw some tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Loss {
    /// How many tokens there are.
    pub tokens: usize,
    /// How many of them something was expected of: all but the first of a text.
    pub judged: usize,
    /// Bytes of the judged ones.
    pub bytes: usize,
    /// Their surprisal together, in nats.
    pub nats: f64,
}

impl Loss {
    /// Of these tokens: what was expected of each, where it is known, and its length in bytes.
    pub fn of<'a>(tokens: impl Iterator<Item = (Option<&'a Prediction>, usize)>) -> Self {
        let mut loss = Self::default();
        for (prediction, bytes) in tokens {
            loss.tokens += 1;
            if let Some(prediction) = prediction {
                loss.judged += 1;
                loss.bytes += bytes;
                loss.nats -= f64::from(prediction.logprob);
            }
        }
        loss
    }

    /// Mean loss, in nats a token; `None` if nothing was judged.
    pub fn mean(&self) -> Option<f64> {
        (self.judged > 0).then(|| self.nats / self.judged as f64)
    }

    /// Mean loss, in bits a token.
    pub fn mean_bits(&self) -> Option<f64> {
        self.mean().map(|mean| mean / LN_2)
    }

    /// Among how many equally likely tokens the model was in doubt, on average.
    pub fn perplexity(&self) -> Option<f64> {
        self.mean().map(f64::exp)
    }

    /// Bits for each byte of text, which can be compared between tokenizers.
    pub fn bits_per_byte(&self) -> Option<f64> {
        (self.bytes > 0).then(|| self.nats / LN_2 / self.bytes as f64)
    }
}

/// `count` with its thousands set apart: `6,000`.
pub fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `number` as English counts: `1st`, `2nd`, `3rd`, `11th`.
pub fn ordinal(number: usize) -> String {
    let ending = match (number % 10, number % 100) {
        (1, tens) if tens != 11 => "st",
        (2, tens) if tens != 12 => "nd",
        (3, tens) if tens != 13 => "rd",
        _ => "th",
    };
    grouped(number) + ending
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroshot_protocol::Piece;

    fn expected(probability: f32) -> Prediction {
        let piece = Piece::new(0, b"ab");
        let logprob = probability.ln();
        Prediction { piece, logprob, rank: 0, entropy: 0.0, top: Vec::new() }
    }

    #[test]
    fn a_coin_is_one_bit() {
        assert!((surprisal(0.5f32.ln()) - 1.0).abs() < 1e-6);
        assert_eq!(surprisal(0.0).to_string(), "0");
    }

    #[test]
    fn the_scales_have_six_steps() {
        let heats = [0.0, 1.0, 3.9, 4.0, 10.0, 30.0].map(heat_of_surprisal);
        assert_eq!(heats, [0, 1, 2, 3, 4, 5]);
        assert_eq!([0, 1, 4, 5, 19, 999, 1000].map(heat_of_rank), [0, 1, 1, 2, 2, 4, 5]);
    }

    #[test]
    fn the_first_token_of_a_text_counts_but_is_not_judged() {
        let (quarter, whole) = (expected(0.25), expected(1.0));
        let loss = Loss::of([(None, 2), (Some(&quarter), 2), (Some(&whole), 2)].into_iter());
        assert_eq!((loss.tokens, loss.judged, loss.bytes), (3, 2, 4));
        let close = |value: Option<f64>, to: f64| value.is_some_and(|v| (v - to).abs() < 1e-6);
        assert!(close(loss.mean_bits(), 1.0), "{loss:?}");
        assert!(close(loss.perplexity(), 2.0), "{loss:?}");
        assert!(close(loss.bits_per_byte(), 0.5), "{loss:?}");
        assert_eq!(Loss::default().perplexity(), None);
    }

    #[test]
    fn numbers_are_read_as_english_counts() {
        let words = [1, 2, 3, 4, 11, 12, 13, 21, 112, 1003].map(ordinal);
        let expected =
            ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "112th", "1,003rd"];
        assert_eq!(words, expected);
        assert_eq!(
            [0, 999, 6000, 1_234_567].map(grouped),
            ["0", "999", "6,000", "1,234,567"].map(str::to_owned)
        );
    }
}
