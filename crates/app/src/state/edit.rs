//! A change typed straight into the manuscript, carried over to the prompt's parts.
//!
//! The page only learns the whole new text. What it shares with the old one at both ends keeps
//! its parts; what lies between belongs to the part in which the change began.

use zeroshot_prompting::{Part, Prompt, Segment};

/// `prompt` after its text was changed to `text`.
pub fn edited(prompt: &Prompt, text: &str) -> Prompt {
    let old = prompt.text();
    let prefix = common_prefix(&old, text);
    let suffix = common_suffix(&old[prefix..], &text[prefix..]);
    let (old_end, new_end) = (old.len() - suffix, text.len() - suffix);

    let mut segments: Vec<Segment> = Vec::new();
    let mut push = |part: Part, piece: &str| {
        if piece.is_empty() {
            return;
        }
        match segments.last_mut() {
            Some(last) if last.part == part => last.text.push_str(piece),
            _ => segments.push(Segment { part, text: piece.to_owned() }),
        }
    };
    let mut start = 0;
    let mut changed = Some(&text[prefix..new_end]);
    for segment in &prompt.segments {
        let end = start + segment.text.len();
        if start < prefix {
            push(segment.part, &old[start..end.min(prefix)]);
        }
        // The first part that reaches the change takes it: typing at a part's end extends it.
        if end >= prefix
            && let Some(piece) = changed.take()
        {
            push(segment.part, piece);
        }
        if end > old_end {
            push(segment.part, &old[start.max(old_end)..end]);
        }
        start = end;
    }
    if let Some(piece) = changed {
        push(Part::Input, piece);
    }
    Prompt { segments }
}

/// Bytes that both texts begin with, up to a character's border.
fn common_prefix(a: &str, b: &str) -> usize {
    a.char_indices()
        .zip(b.chars())
        .find(|((_, x), y)| x != y)
        .map_or_else(|| a.len().min(b.len()), |((at, _), _)| at)
}

/// Bytes that both texts end with, up to a character's border.
fn common_suffix(a: &str, b: &str) -> usize {
    a.chars()
        .rev()
        .zip(b.chars().rev())
        .take_while(|(x, y)| x == y)
        .map(|(x, _)| x.len_utf8())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prompt(parts: &[(Part, &str)]) -> Prompt {
        Prompt {
            segments: parts
                .iter()
                .map(|&(part, text)| Segment { part, text: text.to_owned() })
                .collect(),
        }
    }

    fn sample() -> Prompt {
        prompt(&[(Part::Shot(0), "a dog = un chien\n"), (Part::Input, "a cat"), (Part::Cue, " =")])
    }

    #[test]
    fn typing_inside_a_part_stays_in_it() {
        let after = edited(&sample(), "a dog = un chien\na black cat =");
        assert_eq!(
            after.segments[1],
            Segment { part: Part::Input, text: "a black cat".to_owned() }
        );
        assert_eq!(after.segments.len(), 3);
    }

    #[test]
    fn text_is_always_what_was_typed() {
        for text in
            ["", "x", "a dog = un chien\n", "a cat =", "全部换掉", "a dog = un chie\na cat =!"]
        {
            assert_eq!(edited(&sample(), text).text(), text);
        }
        assert_eq!(edited(&prompt(&[]), "from nothing").text(), "from nothing");
    }

    #[test]
    fn characters_of_several_bytes_are_not_split() {
        let before = prompt(&[(Part::Input, "é"), (Part::Cue, "è")]);
        assert_eq!(edited(&before, "éêè").text(), "éêè");
        assert_eq!(edited(&before, "ê").text(), "ê");
    }
}
