//! How probable an expected answer is after more and more shots: which prompts have to be
//! measured, and what follows from the measurements.
//!
//! Pure. Asking the model is up to the view.

use super::{Desk, MAX_SHOTS};
use zeroshot_prompting::{selections, with_wrong_answers};
use zeroshot_protocol::Prediction;

/// How many choices and orders of the shots are measured for each number of them.
pub const ORDERS: usize = 5;

/// A prompt to be measured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    pub n_shots: usize,
    /// Whether the shots have each other's answers.
    pub mixed: bool,
    pub prompt: String,
}

/// The prompts to measure, for every number of shots up to all that there are: with none once,
/// else with up to [`ORDERS`] choices and orders of them. Each round goes through all numbers, so
/// that a picture of the whole is there early.
pub fn trials(desk: &Desk, with_mixed: bool, seed: u64) -> Vec<Trial> {
    let pool = desk.usable_shots();
    let mixed_pool = with_wrong_answers(&pool, seed);
    let most = pool.len().min(MAX_SHOTS);
    let prompt = |shots: &[_]| desk.written_with(shots).text();
    let mut trials = vec![Trial { n_shots: 0, mixed: false, prompt: prompt(&[]) }];
    // A single shot has nobody to take an answer from.
    let kinds: &[bool] = if with_mixed && pool.len() > 1 { &[false, true] } else { &[false] };
    let ways: Vec<_> = (1..=most).map(|n| selections(pool.len(), n, ORDERS, seed)).collect();
    for round in 0..ORDERS {
        for &mixed in kinds {
            let from = if mixed { &mixed_pool } else { &pool };
            for order in ways.iter().filter_map(|ways| ways.get(round)) {
                let shots: Vec<_> = order.iter().map(|index| from[*index].clone()).collect();
                trials.push(Trial { n_shots: shots.len(), mixed, prompt: prompt(&shots) });
            }
        }
    }
    trials
}

/// The expected answer as the model would go on with it after `prompt`: a word brings the space
/// before it along.
pub fn as_continuation(prompt: &str, answer: &str) -> String {
    let space = if prompt.is_empty() || prompt.ends_with(char::is_whitespace) { "" } else { " " };
    format!("{space}{}", answer.trim())
}

/// How probable an answer was found to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// Logarithm of the probability of all its tokens together.
    pub logprob: f64,
    pub tokens: usize,
    /// How many tokens were more probable than its first.
    pub first_rank: u32,
}

impl Score {
    /// Of what was expected at each token of the answer; `None` of no token.
    pub fn of(predictions: &[Prediction]) -> Option<Self> {
        Some(Self {
            logprob: predictions.iter().map(|prediction| f64::from(prediction.logprob)).sum(),
            tokens: predictions.len(),
            first_rank: predictions.first()?.rank,
        })
    }

    pub fn measured(&self, measure: Measure) -> f64 {
        match measure {
            Measure::PerToken => (self.logprob / self.tokens as f64).exp(),
            Measure::Whole => self.logprob.exp(),
            Measure::Rank => f64::from(self.first_rank) + 1.0,
        }
    }
}

/// What is plotted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// The geometric mean of its tokens' probabilities.
    PerToken,
    /// The product of them.
    Whole,
    /// The rank of its first token, from 1.
    Rank,
}

impl Measure {
    pub const ALL: [Self; 3] = [Self::Whole, Self::PerToken, Self::Rank];

    /// Its name in keys and files.
    pub const fn id(self) -> &'static str {
        match self {
            Self::PerToken => "per_token",
            Self::Whole => "whole",
            Self::Rank => "rank",
        }
    }
}

/// What was found for one number of shots.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    pub n_shots: usize,
    pub median: f64,
    pub lowest: f64,
    pub highest: f64,
}

/// What was found by those trials that have been measured, for each number of shots in order. The
/// trial without shots belongs to both kinds.
pub fn found(scores: &[(&Trial, Score)], mixed: bool, measure: Measure) -> Vec<Found> {
    let of = |n_shots: usize| {
        let these = scores.iter().filter(|(trial, _)| {
            trial.n_shots == n_shots && (trial.mixed == mixed || n_shots == 0)
        });
        let mut values: Vec<_> = these.map(|(_, score)| score.measured(measure)).collect();
        values.sort_by(f64::total_cmp);
        Some(Found {
            n_shots,
            median: median(&values)?,
            lowest: *values.first()?,
            highest: *values.last()?,
        })
    };
    (0..=MAX_SHOTS).filter_map(of).collect()
}

/// The middle one of sorted values; between two, their mean.
fn median(sorted: &[f64]) -> Option<f64> {
    let upper = *sorted.get(sorted.len() / 2)?;
    let lower = sorted[(sorted.len() - 1) / 2];
    Some(f64::midpoint(lower, upper))
}

/// How one number of shots compares with none.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Change {
    /// So many times as likely.
    More(f64),
    /// So many times less likely.
    Less(f64),
    /// Within a tenth.
    Same,
}

/// How what was found last compares with what was found first; `None` where there is only one.
pub fn change(found: &[Found]) -> Option<(usize, Change)> {
    let (first, last) = (found.first()?, found.last()?);
    let ratio = last.median / first.median;
    if first.n_shots == last.n_shots || !ratio.is_finite() || ratio == 0.0 {
        return None;
    }
    let change = match ratio {
        ratio if ratio > 1.1 => Change::More(ratio),
        ratio if ratio < 1.0 / 1.1 => Change::Less(1.0 / ratio),
        _ => Change::Same,
    };
    Some((last.n_shots, change))
}

/// The largest factor that choice and order of the shots make, at any number of them.
pub fn largest_factor(found: &[Found]) -> Option<f64> {
    let factors = found.iter().map(|found| found.highest / found.lowest);
    factors.filter(|factor| factor.is_finite()).max_by(f64::total_cmp)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::{Action, DeskAction, State};
    use std::{collections::HashSet, rc::Rc};
    use yew::Reducible;
    use zeroshot_protocol::Piece;

    fn desk() -> Desk {
        State::default().desk().clone()
    }

    fn score(logprob: f64) -> Score {
        Score { logprob, tokens: 2, first_rank: 3 }
    }

    #[test]
    fn every_number_of_shots_is_tried_in_several_orders() {
        let trials = trials(&desk(), true, 1);
        assert_eq!(trials.iter().filter(|trial| trial.n_shots == 0).count(), 1);
        for n_shots in 1..=MAX_SHOTS {
            for mixed in [false, true] {
                let these =
                    trials.iter().filter(|trial| (trial.n_shots, trial.mixed) == (n_shots, mixed));
                let prompts: HashSet<_> = these.map(|trial| &trial.prompt).collect();
                assert_eq!(prompts.len(), ORDERS, "{n_shots} shots, mixed: {mixed}");
            }
        }
        let first: Vec<_> = trials[..=MAX_SHOTS].iter().map(|trial| trial.n_shots).collect();
        assert_eq!(first, [0, 1, 2, 3, 4, 5], "a whole picture comes first");
        assert!(trials.iter().all(|trial| trial.prompt.ends_with(&trials[0].prompt)));
    }

    #[test]
    fn a_shot_that_is_off_is_in_no_trial() {
        let state = Rc::new(State::default());
        let off = Action::Desk(DeskAction::SwitchShot { index: 0, off: true });
        let state = state.reduce(off);
        let text = state.desk().shots()[0].fields()[0].1.to_owned();
        let trials = trials(state.desk(), false, 1);
        assert!(trials.len() > ORDERS && trials.iter().all(|trial| !trial.prompt.contains(&text)));
    }

    #[test]
    fn a_score_is_a_product_a_mean_and_a_rank() {
        let of = |logprob: f32, rank| Prediction {
            piece: Piece::new(1, b"a"),
            logprob,
            rank,
            entropy: 0.0,
            top: Vec::new(),
        };
        let score = Score::of(&[of(0.5_f32.ln(), 4), of(0.125_f32.ln(), 0)]).expect("has tokens");
        assert!((score.measured(Measure::Whole) - 0.0625).abs() < 1e-6);
        assert!((score.measured(Measure::PerToken) - 0.25).abs() < 1e-6);
        assert_eq!(score.measured(Measure::Rank), 5.0);
        assert_eq!(Score::of(&[]), None);
    }

    #[test]
    fn the_median_and_the_ends_of_what_was_found_are_told() {
        let trial = |n_shots, mixed| Trial { n_shots, mixed, prompt: String::new() };
        let (none, two, wrong) = (trial(0, false), trial(2, false), trial(2, true));
        let scores = [
            (&none, score(0.01_f64.ln())),
            (&two, score(0.3_f64.ln())),
            (&two, score(0.1_f64.ln())),
            (&wrong, score(0.005_f64.ln())),
            (&two, score(0.12_f64.ln())),
        ];
        let paired = found(&scores, false, Measure::Whole);
        let shots: Vec<_> = paired.iter().map(|found| found.n_shots).collect();
        assert_eq!(shots, [0, 2]);
        assert!((paired[1].median - 0.12).abs() < 1e-9);
        assert!((largest_factor(&paired).expect("two") - 3.0).abs() < 1e-9);
        let Some((2, Change::More(times))) = change(&paired) else { panic!("{paired:?}") };
        assert!((times - 12.0).abs() < 1e-6);
        let mixed = found(&scores, true, Measure::Whole);
        let Some((2, Change::Less(times))) = change(&mixed) else { panic!("{mixed:?}") };
        assert!((times - 2.0).abs() < 1e-6);
        assert_eq!(change(&paired[..1]), None);
    }

    #[test]
    fn the_answer_follows_with_a_space_unless_a_line_begins() {
        assert_eq!(as_continuation("A dog. =", "Un chien. "), " Un chien.");
        assert_eq!(as_continuation("It rained.\n", "Rain."), "Rain.");
    }
}
