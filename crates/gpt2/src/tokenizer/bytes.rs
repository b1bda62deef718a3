//! The alphabet in which byte-level vocabularies are written: one printable character for each
//! byte (`bytes_to_unicode` in OpenAI's `encoder.py`).

/// The character that stands for a byte.
pub(super) fn to_char(byte: u8) -> char {
    if is_printable(byte) {
        return char::from(byte);
    }
    // The bytes that are not printable by themselves follow at U+0100, in order.
    let before = (0..byte).filter(|&other| !is_printable(other)).count() as u32;
    char::from_u32(0x100 + before).unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The byte that a character stands for.
pub(super) fn from_char(character: char) -> Option<u8> {
    let code = u32::from(character);
    match u8::try_from(code) {
        Ok(byte) => is_printable(byte).then_some(byte),
        Err(_) => {
            let index = usize::try_from(code - 0x100).ok()?;
            (0..=255).filter(|&byte| !is_printable(byte)).nth(index)
        }
    }
}

fn is_printable(byte: u8) -> bool {
    matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_has_a_character_and_back() {
        for byte in 0..=255 {
            assert_eq!(from_char(to_char(byte)), Some(byte));
        }
        assert_eq!((to_char(b' '), to_char(b'\n'), to_char(0xad)), ('Ġ', 'Ċ', 'Ń'));
        assert_eq!((from_char(' '), from_char('ń'), from_char('語')), (None, None, None));
    }
}
