//! A vocabulary of GPT-2's size that is nobody's: every byte, and 50,000 merges of letters into
//! syllables and of syllables into words. It cuts English into somewhat more tokens than the real
//! one.

use std::collections::HashMap;
use zeroshot_gpt2::{Added, END_OF_TEXT, Scheme, Vocabulary};

/// Merges of GPT-2.
const MERGES: usize = 50_000;

/// By frequency in English, so that the more frequent syllables come first.
const LETTERS: &str = "etaoinshrdlcumwfgypbvkjxqz";

/// Makes the vocabulary: 256 bytes, 50,000 merges and `<|endoftext|>`.
pub fn syllables() -> Vocabulary {
    let letters: Vec<String> = LETTERS.chars().map(String::from).collect();
    let join = |left: &[String], right: &[String]| -> Vec<(String, String)> {
        // In diagonals: both of a pair's parts are frequent before either is rare.
        let mut pairs: Vec<(usize, usize)> =
            (0..left.len()).flat_map(|l| (0..right.len()).map(move |r| (l, r))).collect();
        pairs.sort_by_key(|(l, r)| (l + r, *l));
        pairs.into_iter().map(|(l, r)| (left[l].clone(), right[r].clone())).collect()
    };
    let text = |pairs: &[(String, String)]| -> Vec<String> {
        pairs.iter().map(|(left, right)| format!("{left}{right}")).collect()
    };
    // "Ġ" is the space before a word.
    let begin = join(&["Ġ".to_owned()], &letters);
    let middle = join(&letters, &letters);
    let begins: Vec<String> = text(&begin);
    let middles = text(&middle);
    let all: Vec<String> = begins.iter().chain(&middles).cloned().collect();
    let words = join(&all, &middles);
    let merges: Vec<(String, String)> =
        begin.into_iter().chain(middle).chain(words).take(MERGES).collect();

    let printable = |byte: &u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    let others = ('\u{100}'..).take(256 - (0..=255).filter(printable).count());
    let bytes = (0..=255).filter(printable).map(char::from).chain(others).map(String::from);
    let tokens: HashMap<String, u32> =
        bytes.chain(text(&merges)).chain([END_OF_TEXT.to_owned()]).zip(0..).collect();
    let added = vec![Added::special(END_OF_TEXT, tokens[END_OF_TEXT])];
    Vocabulary { tokens, merges, added, scheme: Scheme::ByteLevel { add_prefix_space: false } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroshot_gpt2::Tokenizer;

    #[test]
    fn the_vocabulary_is_of_gpt2s_size_and_can_be_used() {
        let tokenizer = Tokenizer::new(syllables()).expect("fits together");
        assert_eq!((tokenizer.entries(), tokenizer.end_of_text()), (50257, Some(50256)));
        let ids = tokenizer.encode("the sea and the stone\n").expect("encodes");
        assert!(ids.len() <= 12, "{ids:?}");
        assert_eq!(tokenizer.decode(&ids), "the sea and the stone\n");
    }
}
