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
/// Words whose full stop is followed by a capital inside a sentence, lower-cased.
const ABBREVIATIONS: &[&str] = &[
    "mr", "mrs", "ms", "messrs", "dr", "prof", "rev", "hon", "gen", "col", "capt", "lt", "sgt",
    "st", "mt", "jr", "sr", "vs", "no", "fig", "vol", "pp", "inc", "ltd", "co", "jan", "feb",
    "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", // English
    "mme", "mlle", "mm", "me", "env", "av", "bd", "cf", // French
    "hr", "fr", "frl", "nr", "str", "ca", "bzw", "evtl", "ggf", "inkl", "sog", "bspw", "vgl",
    "abs", "geb", "gest", "tel", // German
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
            &text[stop..end] != "." || !is_abbreviation(&text[from..stop])
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

/// Whether the full stop after `sentence` belongs to its last word.
fn is_abbreviation(sentence: &str) -> bool {
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
        _ => ABBREVIATIONS.contains(&lower.as_str()),
    }
}
