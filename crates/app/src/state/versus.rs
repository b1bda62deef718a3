//! Two texts side by side: whether an answer is the expected one, and where two continuations part.
//!
//! Pure.

/// Whether two answers say the same, letters' case, space and the marks at their ends aside: what
/// a model leaves open there is not what it was asked.
pub fn same_answer(answer: &str, expected: &str) -> bool {
    let plain = |text: &str| {
        let lower = text.to_lowercase();
        let trimmed = lower.trim_matches(|c: char| !c.is_alphanumeric());
        trimmed.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let expected = plain(expected);
    !expected.is_empty() && plain(answer) == expected
}

/// Where two continuations part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parting {
    /// Nowhere: they are the same.
    Never,
    /// At this token, from 0.
    At(usize),
    /// The first one ends here, where the other goes on.
    LeftEnds(usize),
    /// The second one does.
    RightEnds(usize),
}

/// Where two rows of tokens part.
pub fn parting(left: &[u32], right: &[u32]) -> Parting {
    match left.iter().zip(right).position(|(left, right)| left != right) {
        Some(at) => Parting::At(at),
        None if left.len() < right.len() => Parting::LeftEnds(left.len()),
        None if left.len() > right.len() => Parting::RightEnds(right.len()),
        None => Parting::Never,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_the_expected_one_whatever_stands_at_its_ends() {
        for (answer, expected, same) in [
            (" Le chien dort.", "Le chien dort", true),
            ("le  chien\ndort !", "Le chien dort.", true),
            ("Le chat dort.", "Le chien dort.", false),
            ("l'ami", "lami", false),
            ("", "", false),
            ("…", "?", false),
        ] {
            assert_eq!(same_answer(answer, expected), same, "{answer:?} {expected:?}");
        }
    }

    #[test]
    fn texts_part_at_a_token_or_where_one_ends() {
        assert_eq!(parting(&[1, 2, 3], &[1, 9, 3]), Parting::At(1));
        assert_eq!(parting(&[1, 2], &[1, 2, 3]), Parting::LeftEnds(2));
        assert_eq!(parting(&[1, 2, 3], &[1]), Parting::RightEnds(1));
        assert_eq!(parting(&[1, 2], &[1, 2]), Parting::Never);
    }
}
