//! The alphabet in which byte-level vocabularies are written: one printable character for each
//! byte (`bytes_to_unicode` in OpenAI's `encoder.py`).

/// The characters of all bytes lie below this.
const END: usize = 0x144;

/// The character that stands for each byte, and the byte that each character stands for.
pub(super) struct ByteAlphabet {
    characters: [char; 256],
    bytes: [Option<u8>; END],
}

impl ByteAlphabet {
    pub(super) fn new() -> Self {
        let (mut characters, mut bytes) = (['\0'; 256], [None; END]);
        // The bytes that are not printable by themselves follow at U+0100, in order.
        let mut next = '\u{100}'..;
        for byte in 0..=255 {
            let printable = matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
            let character = if printable { Some(char::from(byte)) } else { next.next() };
            let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
            characters[usize::from(byte)] = character;
            if let Some(entry) = bytes.get_mut(character as usize) {
                *entry = Some(byte);
            }
        }
        Self { characters, bytes }
    }

    pub(super) fn character(&self, byte: u8) -> char {
        self.characters[usize::from(byte)]
    }

    pub(super) fn byte(&self, character: char) -> Option<u8> {
        self.bytes.get(character as usize).copied().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_a_character_and_back() {
        let alphabet = ByteAlphabet::new();
        for byte in 0..=255 {
            assert_eq!(alphabet.byte(alphabet.character(byte)), Some(byte));
        }
        let characters = [b' ', b'\n', 0xad].map(|byte| alphabet.character(byte));
        assert_eq!(characters, ['Ġ', 'Ċ', 'Ń']);
        assert_eq!([' ', 'ń', '語'].map(|other| alphabet.byte(other)), [None; 3]);
    }
}
