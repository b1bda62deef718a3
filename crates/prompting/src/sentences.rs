//! Where sentences end, in English, French, German and in scripts with full-width stops, also
//! while the text is still arriving.
//!
//! Written here rather than taken from Unicode's segmentation (UAX 29), which ends a sentence at
//! `Mr. Brown` and `z. B. Brot`, parts `!" cried Tom` and ` »`, and would bring tables larger than
//! the page's whole text code. What it does not do is understand: `Plan B. Then` goes unnoticed.

/// Stops that end a sentence even with no space after them.
const FULL_WIDTH_STOPS: &[char] = &['。', '！', '？', '｡', '．'];
const STOPS: &[char] = &['.', '!', '?', '…'];
/// What may stand between a stop and the space after it. German closes with `“`.
const CLOSERS: &[char] =
    &['"', '\'', '”', '“', '’', '‘', '»', '«', '›', '‹', ')', ']', '}', '」', '』', '）', '】'];
/// Words, lower-cased, whose full stop is followed by a capital inside a sentence. Those that are
/// also words of their own (`no`, `me`, `fig`) or may end a sentence (`etc`) are left out.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "messrs", "dr", "prof", "rev", "gen", "capt", "lt", "sgt", "st", "mt", "vs",
    "mme", "mlle", "hr", "frl", "ca", "bzw", "evtl", "ggf", "inkl", "sog", "bspw", "vgl", "geb",
];
/// The same before a number only.
const BEFORE_NUMBERS: &[&str] = &[
    "no", "nos", "nr", "fig", "vol", "p", "pp", "art", "abs", "tel", "env", "jan", "feb", "mar",
    "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
];
/// German writes ordinals with a full stop: `am 3. Mai`, `die 2. Klasse`.
const BEFORE_ORDINALS: &[&str] = &[
    "am", "vom", "zum", "zur", "im", "bis", "der", "die", "das", "des", "dem", "den", "seit", "ab",
];

/// The byte after the `count`th sentence of `text` and its closing marks; the length of `text`
/// where it holds fewer. A blank line ends the last sentence whatever its number. With `finished`
/// false, an end that more text could undo does not count yet.
pub(crate) fn end_of(text: &str, count: usize, finished: bool) -> usize {
    let mut from = text.len() - text.trim_start().len();
    let paragraph = blank_line(text, from).unwrap_or(text.len());
    let complete = finished || paragraph < text.len();
    for _ in 0..count {
        match sentence_end(&text[..paragraph], from, complete) {
            Some(end) => from = end,
            None => return paragraph,
        }
    }
    if count == 0 { 0 } else { from }
}

/// Where the first blank line after `from` begins (the line end before it included).
fn blank_line(text: &str, from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(found) = text[at..].find('\n') {
        let newline = at + found;
        let rest = &text[newline + 1..];
        let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
        if rest[blank..].starts_with('\n') {
            return Some(text[..newline].trim_end().len());
        }
        at = newline + 1;
    }
    None
}

/// The end of the sentence that begins at `from`, if one can be told.
fn sentence_end(text: &str, from: usize, finished: bool) -> Option<usize> {
    let mut at = from;
    while let Some(found) = text[at..].find(|c| STOPS.contains(&c) || FULL_WIDTH_STOPS.contains(&c))
    {
        let stop = at + found;
        let marks = run(&text[stop..], |c| STOPS.contains(&c) || FULL_WIDTH_STOPS.contains(&c));
        let mut end = stop + marks;
        end += run(&text[end..], |c| CLOSERS.contains(&c));
        end += spaced_guillemet(&text[..end], &text[end..]);
        at = end;

        let gap = run(&text[end..], char::is_whitespace);
        let Some(next) = text[end + gap..].chars().next() else {
            return finished.then_some(end);
        };
        let full_width = text[stop..stop + marks].contains(FULL_WIDTH_STOPS);
        let ends = if full_width {
            true
        } else if gap == 0 || next.is_lowercase() {
            false
        } else {
            &text[stop..end] != "." || !is_abbreviation(&text[from..stop], next)
        };
        if ends {
            return Some(end);
        }
    }
    None
}

/// Bytes at the start of `text` that hold only such characters.
fn run(text: &str, is_one: impl Fn(char) -> bool) -> usize {
    text.len() - text.trim_start_matches(is_one).len()
}

/// French puts a space before a closing guillemet; German may open with the same mark. Of the two
/// it is the closing one if the last guillemet before it opened.
fn spaced_guillemet(before: &str, after: &str) -> usize {
    let gap = run(after, |c| matches!(c, ' ' | '\u{a0}' | '\u{202f}'));
    if gap > 0
        && after[gap..].starts_with('»')
        && before.rfind('«').is_some_and(|open| !before[open..].contains('»'))
    {
        gap + '»'.len_utf8()
    } else {
        0
    }
}

/// Whether the full stop between `sentence` and `next` belongs to the last word.
fn is_abbreviation(sentence: &str, next: char) -> bool {
    let mut words = sentence.split_whitespace().rev();
    let Some(word) = words.next() else { return false };
    let word = word.trim_start_matches(|c: char| !c.is_alphanumeric());
    let lower = word.to_lowercase();
    let mut letters = word.chars();
    match (letters.next(), letters.next()) {
        // An initial: `J. Smith`, `z. B. Brot`, `M. Dupont`. `I` is a word: `So do I. Then …`.
        (Some(letter), None) if letter.is_alphabetic() => word != "I",
        // `U.S. President`, but `at 5 p.m. He left`.
        (Some(_), Some('.')) => !matches!(lower.as_str(), "a.m" | "p.m"),
        _ if word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit()) => words
            .next()
            .is_some_and(|before| BEFORE_ORDINALS.contains(&before.to_lowercase().as_str())),
        _ => {
            ABBREVIATIONS.contains(&lower.as_str())
                || (next.is_ascii_digit() && BEFORE_NUMBERS.contains(&lower.as_str()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_is_found() {
        // `|` marks where the first sentence must end; without one nothing may be cut off.
        for marked in [
            "He left.| She stayed.",
            " He left.| She stayed.",
            "He met Mr. Brown.| They talked.",
            "It was Dr. No.| They talked.",
            "No.| She was not there.",
            "He lives at No. 5, Green Street.| It is old.",
            "They saw me.| I ran.",
            "J. R. R. Tolkien wrote it.| Many read it.",
            "The U.S. President came.| He spoke.",
            "It begins at 5 p.m.| Come early.",
            "So do I.| Then he left.",
            "It costs 3.50 euros.| That is much.",
            "See example.org for more.| It is free.",
            "He was 12.| Then he was 13.",
            "He left.| 20 men came.",
            "\"Stop!\" cried Tom.| He ran.",
            "\"Stop!\"| He ran.",
            "He said: \"Stop.\"| Then he ran.",
            "(He ran.)| She did not.",
            "Really?!| Yes.",
            "Wait... what?| Yes.",
            "Well…| He left.",
            "He waited… and left.| She stayed.",
            "Il dit : « Viens ! »| Puis il part.",
            "« Viens ! » dit-il.| Puis il part.",
            "M. Dupont est là.| Il attend.",
            "Mme. Martin est là ?| Oui.",
            "Es gibt z. B. Brot.| Es ist frisch.",
            "Am 3. Mai regnet es.| Es ist kalt.",
            "Er geht in die 2. Klasse.| Sie nicht.",
            "„Komm!“| Er kam.",
            "Er ging.| »Komm!«",
            "»Komm!«, rief er.| Sie kam.",
            "Das sind ca. 5 kg.| Das reicht.",
            "\u{4ed6}\u{8d70}\u{4e86}\u{3002}|\u{5979}\u{7559}\u{4e0b}\u{3002}",
            "\u{300c}\u{8d70}\u{5427}\u{ff01}\u{300d}|\u{5979}\u{8bf4}\u{3002}",
            "A headline|\n\nA paragraph.",
            "A headline|\r\n\r\nA paragraph.",
            "A line\nthat goes on.| And more.",
            "no end at all",
            "",
            "...",
            "One sentence.",
        ] {
            let text = marked.replace('|', "");
            let expected = marked.find('|').unwrap_or(text.len());
            assert_eq!(end_of(&text, 1, true), expected, "{marked}");
        }
    }

    #[test]
    fn sentences_are_counted_up_to_a_blank_line() {
        let text = " One. Two! Three? Four.\n\nFive.";
        for (count, kept) in [(0, ""), (1, " One."), (3, " One. Two! Three?")] {
            assert_eq!(&text[..end_of(text, count, true)], kept);
        }
        assert_eq!(&text[..end_of(text, 9, true)], " One. Two! Three? Four.");
    }

    #[test]
    fn an_end_counts_once_what_follows_has_proved_it() {
        for (text, ends) in [
            ("He met Mr.", false),
            ("He met Mr. Br", false),
            ("He left.", false),
            ("He left. ", false),
            ("He left.\"", false),
            ("He left. S", true),
            ("He left.\n\n", true),
            ("He paid 3.", false),
        ] {
            let end = end_of(text, 1, false);
            let cut = end < text.len();
            assert_eq!(cut, ends, "{text:?} ends at {end}");
        }
    }
}
