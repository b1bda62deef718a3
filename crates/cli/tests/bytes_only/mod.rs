//! A tokenizer for the small random models.

use zeroshot_gpt2::{Scheme, Vocabulary};

/// One token for each byte, in the order of the byte.
pub fn bytes_only() -> Vocabulary {
    let printable = |byte: u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    let mut next = '\u{100}'..;
    let mut character = |byte: u8| {
        let other = if printable(byte) { None } else { next.next() };
        other.unwrap_or(char::from(byte)).to_string()
    };
    let tokens = (0..=255).map(|byte| (character(byte), u32::from(byte))).collect();
    Vocabulary {
        tokens,
        merges: Vec::new(),
        added: Vec::new(),
        scheme: Scheme::ByteLevel { add_prefix_space: false },
    }
}
