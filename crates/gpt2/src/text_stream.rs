//! From the bytes of tokens to text that can be shown: whole characters only, and nothing that
//! may yet turn out to be a stop string.

/// A streaming decoder with stop strings.
///
/// The concatenation of all texts it returns is the generated text, lossily decoded as UTF-8, up
/// to the first stop string.
#[derive(Clone, Debug, Default)]
pub struct TextStream {
    /// The first bytes of a character that is not complete.
    bytes: Vec<u8>,
    /// Decoded text that may be the beginning of a stop string.
    held: String,
    stop: Vec<String>,
    stopped: bool,
}

impl TextStream {
    /// A stream that ends before the first of these strings. Empty ones are ignored.
    pub fn new(stop: &[String]) -> Self {
        let stop = stop.iter().filter(|text| !text.is_empty()).cloned().collect();
        Self { stop, ..Self::default() }
    }

    /// Whether a stop string has appeared. Nothing is returned after that.
    pub fn stopped(&self) -> bool {
        self.stopped
    }

    /// Takes a token's bytes and returns the text that can be shown now.
    pub fn push(&mut self, bytes: &[u8]) -> String {
        if self.stopped {
            return String::new();
        }
        self.bytes.extend_from_slice(bytes);
        let mut complete = self.bytes.len();
        // `error_len` is `None` only for bytes at the end that could still become a character.
        for chunk in self.bytes.utf8_chunks() {
            let invalid = chunk.invalid();
            let at_end = std::ptr::eq(invalid.as_ptr_range().end, self.bytes.as_ptr_range().end);
            self.held.push_str(chunk.valid());
            if at_end && is_unfinished(invalid) {
                complete -= invalid.len();
            } else if !invalid.is_empty() {
                self.held.push(char::REPLACEMENT_CHARACTER);
            }
        }
        self.bytes.drain(..complete);
        self.release()
    }

    /// Ends the stream and returns the rest; an incomplete character becomes U+FFFD.
    pub fn finish(&mut self) -> String {
        let mut rest = String::new();
        if !self.stopped && !self.bytes.is_empty() {
            self.bytes.clear();
            self.held.push(char::REPLACEMENT_CHARACTER);
            rest = self.release();
        }
        rest + &std::mem::take(&mut self.held)
    }

    fn release(&mut self) -> String {
        let found = self.stop.iter().filter_map(|stop| self.held.find(stop.as_str())).min();
        if let Some(position) = found {
            self.stopped = true;
            let mut text = std::mem::take(&mut self.held);
            text.truncate(position);
            return text;
        }
        let kept = self.held.split_off(self.held.len() - self.possible_stop());
        std::mem::replace(&mut self.held, kept)
    }

    /// Length of the longest end of the held text that is the beginning of a stop string.
    fn possible_stop(&self) -> usize {
        let longest = |stop: &String| {
            let ends = (1..stop.len()).rev().filter(|&length| stop.is_char_boundary(length));
            ends.into_iter().find(|&length| self.held.ends_with(&stop[..length])).unwrap_or(0)
        };
        self.stop.iter().map(longest).max().unwrap_or(0)
    }
}

/// Whether bytes that are not UTF-8 are the beginning of a character.
fn is_unfinished(bytes: &[u8]) -> bool {
    !bytes.is_empty() && std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(stop: &[&str], tokens: &[&[u8]]) -> (Vec<String>, String, bool) {
        let stop: Vec<String> = stop.iter().map(|&text| text.to_owned()).collect();
        let mut stream = TextStream::new(&stop);
        let texts = tokens.iter().map(|token| stream.push(token)).collect();
        let rest = stream.finish();
        (texts, rest, stream.stopped())
    }

    #[test]
    fn characters_arrive_whole() {
        let (texts, rest, _) = stream(&[], &[b"a\xf0\x9f", b"\x98", b"\x80b", b"\xc3"]);
        assert_eq!(texts, ["a", "", "😀b", ""]);
        assert_eq!(rest, "\u{fffd}");
    }

    #[test]
    fn bytes_that_are_no_character_are_replaced_as_the_standard_library_does() {
        for bytes in [&b"a\xff\xfeb"[..], b"\xe2\x82z", b"\xf0\x9f\x98\xc3\xa9", b"\xed\xa0\x80"] {
            for cut in 0..=bytes.len() {
                let (texts, rest, _) = stream(&[], &[&bytes[..cut], &bytes[cut..]]);
                let whole = texts.concat() + &rest;
                assert_eq!(whole, String::from_utf8_lossy(bytes), "{bytes:?} cut at {cut}");
            }
        }
    }

    #[test]
    fn text_that_may_become_a_stop_string_is_held_back() {
        let (texts, rest, stopped) =
            stream(&["\n\nQ:"], &[b"A dog.\n", b"\n", b"R", b"\n", b"\nQ:x"]);
        assert_eq!(texts, ["A dog.", "", "\n\nR", "", ""]);
        assert_eq!((rest.as_str(), stopped), ("", true));
    }

    #[test]
    fn a_stop_string_inside_a_token_ends_the_text_before_it() {
        let (texts, rest, stopped) = stream(&["."], &[b"Hi. There", b" more"]);
        assert_eq!((texts.concat().as_str(), rest.as_str(), stopped), ("Hi", "", true));
    }

    #[test]
    fn the_earliest_of_several_stop_strings_counts() {
        let (texts, _, stopped) = stream(&["world", "lo"], &[b"hel", b"lo world"]);
        assert_eq!((texts.concat().as_str(), stopped), ("hel", true));
    }

    #[test]
    fn held_text_comes_out_at_the_end() {
        let (texts, rest, stopped) = stream(&["abc", ""], &[b"xab"]);
        assert_eq!((texts.concat().as_str(), rest.as_str(), stopped), ("x", "ab", false));
    }

    #[test]
    fn a_stop_string_may_end_in_a_character_that_tokens_split() {
        let (texts, _, stopped) = stream(&["é"], &[b"caf\xc3", b"\xa9s"]);
        assert_eq!((texts.concat().as_str(), stopped), ("caf", true));
    }

    #[test]
    fn a_repeated_beginning_does_not_hide_the_stop_string() {
        let (texts, rest, stopped) = stream(&["aab"], &[b"a", b"a", b"a", b"b", b"c"]);
        assert_eq!((texts.concat().as_str(), rest.as_str(), stopped), ("a", "", true));
    }
}
