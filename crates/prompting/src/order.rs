//! Orders and mixtures of shots that a seed gives again: for shuffling, for asking how much the
//! order matters, and for telling whether the model heeds the pairing of texts and answers.

use std::collections::HashSet;

use crate::input::Shot;

/// Pseudo-random numbers: splitmix64 (Steele, Lea, Flood 2014), which is all that shuffling a
/// handful of shots asks for.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`, each as likely as the others but for one part in 2^32 or less.
    fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }
}

/// The numbers below `len` in an order that `seed` decides (Fisher and Yates's shuffle).
pub fn permutation(len: usize, seed: u64) -> Vec<usize> {
    let mut random = SplitMix(seed);
    let mut order: Vec<usize> = (0..len).collect();
    for last in (1..len).rev() {
        order.swap(last, random.below(last + 1));
    }
    order
}

/// Up to `count` ways to take `n` out of `len` in some order, no two the same; which ones is up
/// to `seed`. Fewer where there are fewer.
pub fn selections(len: usize, n: usize, count: usize, seed: u64) -> Vec<Vec<usize>> {
    let n = n.min(len);
    let ways = (len + 1 - n..=len).fold(1_usize, usize::saturating_mul);
    let wanted = count.min(ways);
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    let mut random = SplitMix(seed);
    while found.len() < wanted {
        let mut selection = permutation(len, random.next());
        selection.truncate(n);
        if seen.insert(selection.clone()) {
            found.push(selection);
        }
    }
    found
}

/// `shots` with their answers dealt out anew, so that none keeps its own (Sattolo's shuffle):
/// texts, answers and form are the same, only the pairing is wrong. One shot alone stays as it is.
pub fn with_wrong_answers(shots: &[Shot], seed: u64) -> Vec<Shot> {
    let mut random = SplitMix(seed);
    let mut from: Vec<usize> = (0..shots.len()).collect();
    for last in (1..from.len()).rev() {
        from.swap(last, random.below(last));
    }
    let answers = from.into_iter().map(|index| shots[index].answer().to_owned());
    shots.iter().zip(answers).map(|(shot, answer)| shot.clone().with_answer(answer)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shots() -> Vec<Shot> {
        let pair = |(source, target): (&str, &str)| Shot::Translate {
            source: source.to_owned(),
            target: target.to_owned(),
        };
        [("a", "A"), ("b", "B"), ("c", "C"), ("d", "D")].map(pair).into()
    }

    #[test]
    fn a_seed_gives_the_same_order_in_every_release() {
        // The first number that the authors' C program prints for seed 0.
        assert_eq!(SplitMix(0).next(), 0xe220_a839_7b1d_cdaf);
        assert_eq!(permutation(5, 2), [0, 3, 1, 4, 2]);
        let orders: HashSet<_> = (0..50).map(|seed| permutation(4, seed)).collect();
        assert!(orders.len() > 15, "50 seeds gave only {} of the 24 orders", orders.len());
    }

    #[test]
    fn selections_differ_and_end_where_there_are_no_more() {
        for (len, n, count, found) in [(5, 1, 5, 5), (5, 3, 5, 5), (3, 3, 9, 6), (2, 1, 5, 2)] {
            let all = selections(len, n, count, 7);
            assert_eq!(all.len(), found);
            assert_eq!(all.iter().collect::<HashSet<_>>().len(), found);
            for selection in &all {
                assert_eq!(selection.len(), n);
                assert_eq!(selection.iter().collect::<HashSet<_>>().len(), n);
                assert!(selection.iter().all(|index| *index < len));
            }
        }
        assert_eq!(selections(0, 3, 5, 7), [Vec::<usize>::new()]);
    }

    #[test]
    fn no_shot_keeps_its_answer_and_every_answer_stays() {
        for seed in 0..20 {
            let mixed = with_wrong_answers(&shots(), seed);
            for (shot, before) in mixed.iter().zip(shots()) {
                assert_ne!(shot.answer(), before.answer(), "seed {seed}");
                assert_eq!(shot.fields()[0], before.fields()[0]);
            }
            let mut answers: Vec<_> = mixed.iter().map(Shot::answer).collect();
            answers.sort_unstable();
            assert_eq!(answers, ["A", "B", "C", "D"]);
        }
        assert_eq!(with_wrong_answers(&shots()[..1], 3), shots()[..1]);
    }
}
