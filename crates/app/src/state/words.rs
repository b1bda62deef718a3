//! Words that a teacher does not want to see on the wall, masked where the page shows what a model
//! wrote. What the model gets, and what is exported, stays as it is.

use std::rc::Rc;

/// Stands for each letter that is masked.
const MASK: char = '▪';

/// The words to mask. Cheap to clone.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MaskedWords {
    /// As they were typed.
    text: Rc<str>,
    words: Rc<Vec<Word>>,
}

#[derive(Clone, Debug, PartialEq)]
struct Word {
    letters: Vec<char>,
    /// Whether longer words that begin with it are meant too: it was written with `*`.
    begins: bool,
}

impl MaskedWords {
    /// Reads a list: words or phrases between commas or line ends, `*` at an end for "and whatever
    /// begins with it".
    pub fn parse(text: &str) -> Self {
        let words = text.split([',', '，', '、', ';', '；', '\n']).filter_map(|entry| {
            let entry = entry.trim();
            let word = entry.trim_end_matches('*').trim_end();
            let letters: Vec<char> = word.chars().collect();
            (!letters.is_empty()).then_some(Word { letters, begins: word.len() < entry.len() })
        });
        Self { words: Rc::new(words.collect()), text: text.into() }
    }

    /// The list as it was typed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// `text` with every letter of these words masked. It keeps its number of characters.
    pub fn mask(&self, text: &str) -> String {
        if self.words.is_empty() {
            return text.to_owned();
        }
        let letters: Vec<char> = text.chars().collect();
        let mut masked = letters.clone();
        for word in self.words.iter() {
            for start in 0..letters.len() {
                if let Some(end) = word.end(&letters, start) {
                    let found = masked[start..end].iter_mut();
                    found
                        .filter(|letter| !letter.is_whitespace())
                        .for_each(|letter| *letter = MASK);
                }
            }
        }
        masked.into_iter().collect()
    }
}

impl Word {
    /// Where it ends in `text`, if it stands at `start` as a word.
    fn end(&self, text: &[char], start: usize) -> Option<usize> {
        let end = start + self.letters.len();
        let here = text.get(start..end)?;
        let same = |(a, b): (&char, &char)| a == b || a.to_lowercase().eq(b.to_lowercase());
        if !here.iter().zip(&self.letters).all(same) {
            return None;
        }
        let before = start.checked_sub(1).map(|at| text[at]);
        if before.is_some_and(|before| joined(before, here[0])) {
            return None;
        }
        let mut end = end;
        while let Some(&next) = text.get(end)
            && joined(text[end - 1], next)
        {
            if !self.begins {
                return None;
            }
            end += 1;
        }
        Some(end)
    }
}

/// Whether two neighbours belong to one word. Scripts without spaces have no words that could be
/// told apart here.
fn joined(a: char, b: char) -> bool {
    let spaced = |letter: char| letter.is_alphanumeric() && (letter as u32) < 0x2e80;
    spaced(a) && spaced(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(list: &str, text: &str) -> String {
        MaskedWords::parse(list).mask(text)
    }

    #[test]
    fn whole_words_are_masked_in_any_case() {
        assert_eq!(masked("gun", "A gun, a Gun, a gunner."), "A ▪▪▪, a ▪▪▪, a gunner.");
        assert_eq!(masked("été", "L'ÉTÉ, étés"), "L'▪▪▪, étés");
    }

    #[test]
    fn a_star_stands_for_any_ending() {
        assert_eq!(masked("gun*", "guns, gunners, begun"), "▪▪▪▪, ▪▪▪▪▪▪▪, begun");
    }

    #[test]
    fn lists_are_read_as_teachers_write_them() {
        let list = "gun, to  kill\n枪，";
        assert_eq!(masked(list, "to  kill with a gun"), "▪▪  ▪▪▪▪ with a ▪▪▪");
        assert_eq!(masked(list, "手枪很多"), "手▪很多");
        assert_eq!(MaskedWords::parse(list).text(), list);
    }

    #[test]
    fn nothing_is_masked_by_nothing() {
        for list in ["", " , \n*,", "x"] {
            assert_eq!(masked(list, "Any text, any words."), "Any text, any words.");
        }
    }

    #[test]
    fn the_number_of_characters_stays() {
        let text = "Straße İstanbul ǅ 👩‍👩‍👧 gun";
        let after = masked("straße, istanbul, gun*", text);
        assert_eq!(after.chars().count(), text.chars().count());
    }
}
