//! A tokenizer for the small random models.

use std::collections::HashMap;
use zeroshot_gpt2::{Scheme, Tokenizer, Vocabulary};

/// A tokenizer with one token for each byte, in the order of the bytes, and some more.
pub fn bytes_only(extra: &[&str]) -> Tokenizer {
    Tokenizer::new(vocabulary(extra)).expect("fits together")
}

/// The same as what is in its files.
pub fn vocabulary(extra: &[&str]) -> Vocabulary {
    let printable = |byte: &u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    let mut next = 0x100;
    let characters = (0..=255u8).map(|byte| {
        if printable(&byte) {
            return char::from(byte).to_string();
        }
        next += 1;
        char::from_u32(next - 1).expect("a character").to_string()
    });
    let tokens = characters.chain(extra.iter().map(|&token| token.to_owned()));
    let tokens: HashMap<String, u32> = tokens.zip(0..).collect();
    let scheme = Scheme::ByteLevel { add_prefix_space: false };
    Vocabulary { tokens, merges: Vec::new(), added: Vec::new(), scheme }
}
