//! The logit lens in figures: what each depth would say at each position, from which depth on it
//! says what the output says, and how probable the token that came was on the way.
//!
//! Pure; a depth counts the blocks that have been passed, so the last is the output.

use zeroshot_protocol::{Event, Glimpse};

/// What has been heard of each depth, from the embeddings up.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Lens {
    depths: Vec<Vec<Glimpse>>,
}

impl Lens {
    /// The depths among these events, as far as they have come without a gap.
    pub fn new(events: &[Event]) -> Self {
        let mut depths = Vec::new();
        for event in events {
            if let Event::Lens { depth, glimpses, .. } = event
                && *depth == depths.len()
            {
                depths.push(glimpses.clone());
            }
        }
        Self { depths }
    }

    /// How many depths there are so far.
    pub fn len(&self) -> usize {
        self.depths.len()
    }

    /// What one depth says at one position.
    pub fn at(&self, depth: usize, position: usize) -> Option<&Glimpse> {
        let glimpses = self.depths.get(depth)?;
        glimpses.iter().find(|glimpse| glimpse.position == position)
    }

    /// What is said at one position, from the embeddings up.
    fn column(&self, position: usize) -> impl DoubleEndedIterator<Item = &Glimpse> {
        self.depths
            .iter()
            .filter_map(move |glimpses| glimpses.iter().find(|it| it.position == position))
    }

    /// The probability of the token that came, by depth.
    pub fn probabilities(&self, position: usize) -> Vec<f32> {
        let probability = |glimpse: &Glimpse| Some(glimpse.next.as_ref()?.logprob.exp());
        self.column(position).filter_map(probability).collect()
    }

    /// Whether a depth's best guess at a position is what the output, once it is there, guesses.
    pub fn agrees(&self, depth: usize, position: usize, n_layer: usize) -> bool {
        let best = |depth| Some(self.at(depth, position)?.top.first()?.piece.id);
        best(n_layer).is_some() && best(depth) == best(n_layer)
    }

    /// The least depth from which on the token that came stays the best guess, up to the output.
    pub fn appears(&self, position: usize, n_layer: usize) -> Option<usize> {
        let output = self.at(n_layer, position)?;
        let is_best = |glimpse: &&Glimpse| glimpse.next.is_some_and(|next| next.rank == 0);
        is_best(&output).then_some(())?;
        let steady = self.column(position).rev().take_while(is_best).count();
        Some((n_layer + 1).saturating_sub(steady))
    }
}

/// `count` positions to look at, of those that have a next token among `len`, beginning as near to
/// `start` as that allows.
pub fn window(start: usize, count: usize, len: usize) -> (usize, usize) {
    let last = len.saturating_sub(1).max(1);
    let start = start.min(last.saturating_sub(count));
    (start, (start + count).min(last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroshot_protocol::{Choice, Piece, Standing};

    /// The best guess and its probability, and that of token 7, which came.
    fn glimpse(position: usize, best: u32, came: f32) -> Glimpse {
        let choice = Choice { piece: Piece::new(best, b"x"), logprob: -0.5 };
        let rank = u32::from(best != 7);
        let next = Some(Standing { logprob: came.ln(), rank });
        Glimpse { position, top: vec![choice], next }
    }

    fn lens(columns: &[&[u32]]) -> Lens {
        let depth = |depth: usize| Event::Lens {
            id: 1,
            depth,
            glimpses: columns
                .iter()
                .enumerate()
                .map(|(index, column)| glimpse(10 + index, column[depth], 0.1 * depth as f32))
                .collect(),
        };
        Lens::new(&(0..columns[0].len()).map(depth).collect::<Vec<_>>())
    }

    #[test]
    fn a_token_appears_where_it_comes_to_stay() {
        let lens = lens(&[&[1, 7, 2, 7, 7], &[7, 7, 7, 7, 7], &[1, 2, 3, 4, 7], &[7, 7, 7, 7, 2]]);
        let appears: Vec<_> = (10..15).map(|position| lens.appears(position, 4)).collect();
        assert_eq!(appears, [Some(3), Some(0), Some(4), None, None]);
    }

    #[test]
    fn a_depth_agrees_when_it_guesses_what_the_output_does() {
        let lens = lens(&[&[1, 2, 1, 3, 1]]);
        let agrees: Vec<_> = (0..5).map(|depth| lens.agrees(depth, 10, 4)).collect();
        assert_eq!(agrees, [true, false, true, false, true]);
        assert!(!lens.agrees(0, 11, 4), "nothing agrees where nothing was heard");
    }

    #[test]
    fn nothing_is_said_of_the_output_before_it_is_there() {
        let lens = lens(&[&[7, 7, 7]]);
        assert_eq!((lens.len(), lens.appears(10, 4), lens.agrees(0, 10, 4)), (3, None, false));
    }

    #[test]
    fn the_probability_of_what_came_is_followed_through_the_depths() {
        let probabilities = lens(&[&[1, 7, 7]]).probabilities(10);
        assert_eq!(probabilities.len(), 3);
        assert!((probabilities[2] - 0.2).abs() < 1e-6, "{probabilities:?}");
    }

    #[test]
    fn a_window_stays_among_the_positions_that_have_a_next_token() {
        assert_eq!(window(3, 8, 30), (3, 11));
        assert_eq!(window(28, 8, 30), (21, 29), "the last token has no next one");
        assert_eq!(window(2, 8, 6), (0, 5));
        assert_eq!(window(0, 8, 2), (0, 1));
    }
}
