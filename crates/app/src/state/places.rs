//! Where each token of a run stands: in which part of the prompt, or in the continuation.
//!
//! Pure arithmetic on the bytes that tokens stand for; what is drawn of it is the views'.

use std::ops::Range;
use zeroshot_prompting::{Part, Prompt};
use zeroshot_protocol::Piece;

/// Where one token stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The part of the prompt that it belongs to; `None` in the continuation.
    pub part: Option<Part>,
    /// Its bytes in the whole text, prompt and continuation.
    pub bytes: Range<usize>,
}

/// The place of every token of a prompt, then of its continuation, in the order of the text.
///
/// A token that reaches over several parts belongs to the one in which its last byte that is not
/// space lies: " =" after "a cat " is cue, not input.
pub fn places<'a>(
    prompt: &Prompt,
    prompt_pieces: &'a [Piece],
    continuation: impl Iterator<Item = &'a Piece>,
) -> Vec<Place> {
    let text = prompt.text();
    let mut ends = Vec::with_capacity(prompt.segments.len());
    let mut end = 0;
    for segment in &prompt.segments {
        end += segment.text.len();
        ends.push((end, segment.part));
    }
    // The part in which the byte before `end` lies.
    let part_before = |end: usize| {
        let after = ends.partition_point(|(segment_end, _)| *segment_end < end);
        ends.get(after).or(ends.last()).map(|(_, part)| *part)
    };
    let mut at = 0;
    let mut bytes_of = move |piece: &Piece| {
        let start = at;
        at += piece.byte_len();
        start..at
    };
    let mut places: Vec<Place> = prompt_pieces
        .iter()
        .map(|piece| {
            let bytes = bytes_of(piece);
            let inked = text.as_bytes().get(bytes.clone()).unwrap_or_default();
            let spaces = inked.len() - inked.trim_ascii_end().len();
            let last = if spaces < inked.len() { bytes.end - spaces } else { bytes.end };
            Place { part: part_before(last), bytes }
        })
        .collect();
    places.extend(continuation.map(|piece| Place { part: None, bytes: bytes_of(piece) }));
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroshot_prompting::Segment;

    fn prompt(parts: &[(Part, &str)]) -> Prompt {
        let segment = |&(part, text): &(Part, &str)| Segment { part, text: text.to_owned() };
        Prompt { segments: parts.iter().map(segment).collect() }
    }

    fn pieces(texts: &[&[u8]]) -> Vec<Piece> {
        texts.iter().map(|bytes| Piece::new(0, bytes)).collect()
    }

    fn parts_of(prompt: &Prompt, pieces: &[Piece]) -> Vec<Option<Part>> {
        places(prompt, pieces, [].iter()).into_iter().map(|place| place.part).collect()
    }

    #[test]
    fn each_token_belongs_to_the_part_it_stands_in() {
        let prompt = prompt(&[
            (Part::Shot(0), "a dog = un chien\n"),
            (Part::Input, "a cat"),
            (Part::Cue, " ="),
        ]);
        let cut = [b"a".as_slice(), b" dog", b" = un", b" chien", b"\n", b"a", b" cat", b" ="];
        let prompt_pieces = pieces(&cut);
        let continuation = pieces(&[b" un", b" chat"]);
        let places = places(&prompt, &prompt_pieces, continuation.iter());
        assert_eq!(places.len(), 10);
        let parts: Vec<_> = places.iter().map(|place| place.part).collect();
        let (shot, input) = (Some(Part::Shot(0)), Some(Part::Input));
        assert_eq!(parts[..5], [shot; 5]);
        assert_eq!(parts[5..], [input, input, Some(Part::Cue), None, None]);
        assert_eq!(places[8].bytes, 24..27, "the continuation goes on where the prompt ends");
    }

    #[test]
    fn a_token_over_two_parts_belongs_to_its_last_ink() {
        let prompt =
            prompt(&[(Part::Instruction, "Q: "), (Part::Input, "who\n"), (Part::Cue, "\nA:")]);
        let cut = pieces(&[b"Q", b":", b" who", b"\n\n", b"A", b":"]);
        let cue = Some(Part::Cue);
        let instruction = Some(Part::Instruction);
        let input = Some(Part::Input);
        assert_eq!(parts_of(&prompt, &cut), [instruction, instruction, input, cue, cue, cue]);
        // Its ink lies in the first part, its line end in the second.
        let cut = pieces(&[b"Q: ", b"who\n\n", b"A:"]);
        assert_eq!(parts_of(&prompt, &cut), [instruction, input, cue]);
    }

    #[test]
    fn tokens_that_split_a_character_are_counted_by_their_bytes() {
        let prompt = prompt(&[(Part::Input, "猫"), (Part::Cue, " =")]);
        let cut = pieces(&[b"\xe7\x8c", b"\xab", b" ="]);
        let parts = [Some(Part::Input), Some(Part::Input), Some(Part::Cue)];
        assert_eq!(parts_of(&prompt, &cut), parts);
    }

    #[test]
    fn tokens_beyond_the_prompt_are_no_reason_to_panic() {
        let prompt = prompt(&[(Part::Input, "a")]);
        assert_eq!(parts_of(&prompt, &pieces(&[b"a", b"b"])), [Some(Part::Input); 2]);
        assert_eq!(parts_of(&Prompt::default(), &pieces(&[b"a"])), [None]);
    }
}
