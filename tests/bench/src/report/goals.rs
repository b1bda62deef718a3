//! The goals of this project's speed, as ratios of figures of one run.

use std::fmt;

use super::Figures;

const PEERS: [&str; 2] = ["wllama", "transformers.js"];

/// Numbers of GPT-2 124M that are read for every token: all but the table of positions.
const READ_PER_TOKEN: f64 = 124_439_808.0 - 1024.0 * 768.0;

/// Bytes of a number in Q8_0: 32 of them have a scale of two bytes.
const BYTES_Q8_0: f64 = 34.0 / 32.0;

/// Parameters by size.
const PARAMETERS: [(&str, f64); 3] =
    [("124M", 124_439_808.0), ("355M", 354_823_168.0), ("774M", 774_030_080.0)];

/// One row.
pub struct Goal {
    /// In words.
    pub what: String,
    /// With so many threads.
    pub threads: usize,
    /// What it has to be.
    pub must: Must,
    /// What it is, where all figures for it are there.
    pub value: Option<f64>,
}

/// What a value has to be.
#[derive(Clone, Copy)]
pub enum Must {
    AtLeast(f64),
    AtMost(f64),
    /// As close to 1 as this.
    Within(f64),
}

impl fmt::Display for Must {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtLeast(least) => write!(f, "≥ {least}"),
            Self::AtMost(most) => write!(f, "≤ {most}"),
            Self::Within(distance) => write!(f, "1 ± {distance}"),
        }
    }
}

impl Goal {
    /// Whether it is reached; `None` where it was not measured.
    pub fn is_met(&self) -> Option<bool> {
        let value = self.value?;
        Some(match self.must {
            Must::AtLeast(least) => value >= least,
            Must::AtMost(most) => value <= most,
            Must::Within(distance) => (value - 1.0).abs() <= distance,
        })
    }
}

/// All of them.
pub fn all(figures: &Figures) -> Vec<Goal> {
    let mut goals = Vec::new();
    for threads in [1, 2] {
        against_peers(figures, threads, &mut goals);
        itself(figures, threads, &mut goals);
        native(figures, threads, &mut goals);
    }
    across_sizes(figures, &mut goals);
    visits(figures, &mut goals);
    goals
}

fn ratio(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    Some(a? / b?)
}

fn against_peers(figures: &Figures, threads: usize, goals: &mut Vec<Goal>) {
    let ours = |metric| figures.best(&["zeroshot"], threads, metric);
    let q8 = |engine, metric| figures.value(engine, "Q8_0", threads, metric);
    let mut add =
        |what: &str, must, value| goals.push(Goal { what: what.to_owned(), threads, must, value });
    add(
        "writing, Q8_0 against wllama Q8_0",
        Must::AtLeast(3.0),
        ratio(q8("zeroshot", "decode_64"), q8("wllama", "decode_64")),
    );
    add(
        "writing, our best type against the best of any peer",
        Must::AtLeast(if threads == 1 { 2.0 } else { 2.5 }),
        ratio(ours("decode_64"), figures.best(&PEERS, threads, "decode_64")),
    );
    add(
        "reading 512 against wllama's best type",
        Must::AtLeast(6.0),
        ratio(ours("prefill_512"), figures.best(&["wllama"], threads, "prefill_512")),
    );
    add(
        "reading 512 against transformers.js's best type",
        Must::AtLeast(1.1),
        ratio(ours("prefill_512"), figures.best(&["transformers.js"], threads, "prefill_512")),
    );
    for (what, metric) in [("first", "load_s"), ("second", "reload_s")] {
        let peers = [("wllama", "Q8_0"), ("transformers.js", "q8")];
        let times =
            peers.iter().filter_map(|(name, kind)| figures.value(name, kind, threads, metric));
        add(
            &format!("{what} load of Q8_0 against the faster peer's 8 bits"),
            Must::AtMost(0.5),
            ratio(q8("zeroshot", metric), times.reduce(f64::min)),
        );
    }
}

fn itself(figures: &Figures, threads: usize, goals: &mut Vec<Goal>) {
    let q8 = |threads, metric| figures.value("zeroshot", "Q8_0", threads, metric);
    let mut add =
        |what: &str, must, value| goals.push(Goal { what: what.to_owned(), threads, must, value });
    let bandwidth = figures.value("machine", "", threads, "bandwidth_gb_s");
    let limit = bandwidth.map(|gb| gb * 1e9 / (READ_PER_TOKEN * BYTES_Q8_0));
    if threads == 1 {
        add(
            "writing, Q8_0 against the memory's limit",
            Must::AtLeast(0.5),
            ratio(q8(1, "decode_64"), limit),
        );
        add("peak of the renderer, Q8_0, MB", Must::AtMost(350.0), q8(1, "peak_mb"));
        add(
            "reading 512 against reading 64, tokens a second",
            Must::Within(0.15),
            ratio(q8(1, "prefill_512"), q8(1, "prefill_64")),
        );
    } else {
        for (what, metric) in [("writing", "decode_64"), ("reading 512", "prefill_512")] {
            add(
                &format!("{what}, two threads against one, Q8_0"),
                Must::AtLeast(1.6),
                ratio(q8(2, metric), q8(1, metric)),
            );
        }
    }
    add(
        "writing after 900 against after 64, Q8_0",
        Must::AtLeast(0.8),
        ratio(q8(threads, "decode_900"), q8(threads, "decode_64")),
    );
}

fn native(figures: &Figures, threads: usize, goals: &mut Vec<Goal>) {
    for kind in ["Q8_0", "Q4_0"] {
        for (what, metric) in [("writing", "decode_64"), ("reading 512", "prefill_512")] {
            let value = |engine| figures.value(engine, kind, threads, metric);
            goals.push(Goal {
                what: format!("natively, {what}, {kind} against llama.cpp"),
                threads,
                must: Must::AtLeast(0.7),
                value: ratio(value("zeroshot-native"), value("llama.cpp")),
            });
        }
    }
}

/// Writing should take time in proportion to the parameters.
fn across_sizes(figures: &Figures, goals: &mut Vec<Goal>) {
    let per_parameter = |(model, parameters): (&str, f64)| {
        Some(figures.on(model, "zeroshot", "Q8_0", 1, "decode_64")?.median * parameters)
    };
    for size in &PARAMETERS[1..] {
        goals.push(Goal {
            what: format!("writing with {} against 124M, by parameters", size.0),
            threads: 1,
            must: Must::Within(0.15),
            value: ratio(per_parameter(*size), per_parameter(PARAMETERS[0])),
        });
    }
}

fn visits(figures: &Figures, goals: &mut Vec<Goal>) {
    for (what, metric, most) in [
        ("the page, first visit to the first word, s", "visit_s", 2.0),
        ("the same at 50 Mbit/s and 40 ms", "visit_50mbit_s", 4.0),
        ("the page, second visit to the first word, s", "revisit_s", 1.0),
    ] {
        let value = figures.on("builtin", "page", "Q8_0", 1, metric).map(|m| m.median);
        goals.push(Goal { what: what.to_owned(), threads: 1, must: Must::AtMost(most), value });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measurement::Measurement;

    fn measured(engine: &str, kind: &str, metric: &str, median: f64) -> Measurement {
        Measurement {
            engine: engine.to_owned(),
            version: String::new(),
            model: "124M".to_owned(),
            kind: kind.to_owned(),
            threads: 1,
            browser: String::new(),
            metric: metric.to_owned(),
            median,
            min: median,
            max: median,
            n: 1,
            load_average: 0.0,
            commit: String::new(),
            machine: String::new(),
        }
    }

    #[test]
    fn a_goal_compares_our_best_type_with_the_best_of_the_peers() {
        let figures = [
            measured("zeroshot", "Q8_0", "decode_64", 60.0),
            measured("zeroshot", "Q4_0", "decode_64", 90.0),
            measured("wllama", "Q8_0", "decode_64", 12.0),
            measured("transformers.js", "q8", "decode_64", 30.0),
        ];
        let goals = all(&Figures(&figures));
        let value = |what: &str| {
            let goal = goals.iter().find(|goal| goal.what.contains(what)).expect("a goal");
            (goal.value, goal.is_met())
        };
        assert_eq!(value("against wllama Q8_0"), (Some(5.0), Some(true)));
        assert_eq!(value("the best of any peer"), (Some(3.0), Some(true)));
        assert_eq!(value("against llama.cpp"), (None, None));
    }
}
