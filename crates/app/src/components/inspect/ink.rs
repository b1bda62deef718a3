//! How a token is written so that its spaces, line ends and lone bytes can be seen.

use zeroshot_protocol::Piece;

/// A stretch of a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ink {
    Text(String),
    /// A sign for what has no ink of its own.
    Blank(char),
    /// A byte that is only a part of a character.
    Byte(u8),
}

/// What a token is written as.
pub fn inks(piece: &Piece) -> Vec<Ink> {
    let bytes = if piece.bytes.is_empty() { piece.text.as_bytes() } else { &piece.bytes };
    let mut inks = Vec::new();
    for chunk in bytes.utf8_chunks() {
        for character in chunk.valid().chars() {
            match (sign(character), inks.last_mut()) {
                (Some(sign), _) => inks.push(Ink::Blank(sign)),
                (None, Some(Ink::Text(text))) => text.push(character),
                (None, _) => inks.push(Ink::Text(character.to_string())),
            }
        }
        inks.extend(chunk.invalid().iter().map(|byte| Ink::Byte(*byte)));
    }
    inks
}

/// The same on one line of plain text.
pub fn plain(piece: &Piece) -> String {
    inks(piece)
        .into_iter()
        .map(|ink| match ink {
            Ink::Text(text) => text,
            Ink::Blank(sign) => sign.to_string(),
            Ink::Byte(byte) => format!("‹{byte:02X}›"),
        })
        .collect()
}

/// The same in a sentence.
pub fn quoted(piece: &Piece) -> String {
    format!("“{}”", plain(piece))
}

/// Its bytes in hexadecimal.
pub fn hex(piece: &Piece) -> String {
    let bytes = if piece.bytes.is_empty() { piece.text.as_bytes() } else { &piece.bytes };
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" ")
}

/// How many line ends it has.
pub fn line_ends(piece: &Piece) -> usize {
    piece.text.matches('\n').count()
}

const fn sign(character: char) -> Option<char> {
    match character {
        ' ' => Some('·'),
        '\n' => Some('↵'),
        '\r' => Some('␍'),
        '\t' => Some('→'),
        '\u{a0}' | '\u{202f}' | '\u{3000}' => Some('°'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spaces_and_line_ends_have_a_sign() {
        assert_eq!(plain(&Piece::new(0, b" chat noir\n")), "·chat·noir↵");
        assert_eq!(line_ends(&Piece::new(0, b"\n\n")), 2);
    }

    #[test]
    fn bytes_that_are_no_character_are_numbers() {
        let piece = Piece::new(0, b" \xe7\x8c");
        assert_eq!((plain(&piece).as_str(), hex(&piece).as_str()), ("·‹E7›‹8C›", "20 E7 8C"));
        assert_eq!(inks(&Piece::new(0, "é".as_bytes())), [Ink::Text("é".to_owned())]);
    }
}
