//! `docs/benchmarks.md` and its plots, made from the measurements; and the change of a quick run
//! against them.

mod goals;
mod plot;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::{Context, Result};
use xtask::project;

use crate::measurement::Measurement;

/// The metrics of a table of engines, with what they are called there.
const METRICS: [(&str, &str); 9] = [
    ("load_s", "first load, s"),
    ("reload_s", "second load, s"),
    ("first_token_s", "first token, s"),
    ("prefill_64", "read 64, tokens/s"),
    ("prefill_512", "read 512, tokens/s"),
    ("decode_64", "write after 64, tokens/s"),
    ("decode_900", "write after 900, tokens/s"),
    ("peak_mb", "peak, MB"),
    ("bandwidth_gb_s", "GB/s"),
];

/// What the figures of one engine and setting are found by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a> {
    model: &'a str,
    threads: usize,
    engine: &'a str,
    kind: &'a str,
}

/// Looks figures up.
struct Figures<'a>(&'a [Measurement]);

impl<'a> Figures<'a> {
    fn of(
        &self,
        engine: &str,
        kind: &str,
        threads: usize,
        metric: &str,
    ) -> Option<&'a Measurement> {
        self.on("124M", engine, kind, threads, metric)
    }

    fn on(
        &self,
        model: &str,
        engine: &str,
        kind: &str,
        threads: usize,
        metric: &str,
    ) -> Option<&'a Measurement> {
        self.0.iter().find(|m| {
            (m.model.as_str(), m.engine.as_str(), m.kind.as_str()) == (model, engine, kind)
                && m.threads == threads
                && m.metric == metric
        })
    }

    /// The median.
    fn value(&self, engine: &str, kind: &str, threads: usize, metric: &str) -> Option<f64> {
        Some(self.of(engine, kind, threads, metric)?.median)
    }

    /// The greatest median of any type of these engines.
    fn best(&self, engines: &[&str], threads: usize, metric: &str) -> Option<f64> {
        let of = |m: &&Measurement| {
            m.model == "124M"
                && engines.contains(&m.engine.as_str())
                && m.threads == threads
                && m.metric == metric
        };
        self.0.iter().filter(of).map(|m| m.median).reduce(f64::max)
    }

    fn keys(&self) -> BTreeSet<Key<'a>> {
        let key = |m: &'a Measurement| Key {
            model: &m.model,
            threads: m.threads,
            engine: &m.engine,
            kind: &m.kind,
        };
        self.0.iter().map(key).collect()
    }
}

/// Writes the document and its plots.
pub fn write(measurements: &[Measurement]) -> Result<()> {
    let docs = project::root().join("docs");
    let figures = Figures(measurements);
    let plots = docs.join("benchmarks");
    std::fs::create_dir_all(&plots)?;
    for (name, metric, title) in [
        ("decode.svg", "decode_64", "Writing after 64 tokens, tokens a second"),
        ("prefill.svg", "prefill_512", "Reading 512 tokens, tokens a second"),
    ] {
        std::fs::write(plots.join(name), plot::bars(measurements, metric, title))?;
    }
    let text = document(&figures).context("there are no measurements")?;
    std::fs::write(docs.join("benchmarks.md"), text).context("docs/benchmarks.md")
}

fn document(figures: &Figures) -> Option<String> {
    let first = figures.0.first()?;
    let browser = figures.0.iter().find(|m| m.browser != "native").map_or("", |m| &m.browser);
    let rounds = figures.0.iter().map(|m| m.n).max()?;
    let turns = if rounds == 1 { "round" } else { "rounds" };
    let mut text = format!(
        "# Benchmarks\n\n\
        Made by `cargo xtask bench` from `benchmarks.jsonl`; do not edit. {}. {browser}, headless. \
        Commit {}. Load average at the end {:.1}. Medians of {rounds} {turns}, in which the engines took turns, \
        each in a profile of its own. Random weights in GPT-2's shapes: what they say means nothing, \
        what they take is the same. A prompt that an engine has seen before is never used twice.\n\n\
        ![Writing](benchmarks/decode.svg)\n\n![Reading](benchmarks/prefill.svg)\n\n## Goals\n\n\
        | | threads | must | reached | |\n| --- | ---: | ---: | ---: | --- |\n",
        first.machine, first.commit, first.load_average
    );
    for goal in goals::all(figures) {
        let reached = goal.value.map_or("not measured".to_owned(), |value| format!("{value:.2}"));
        let verdict = match goal.is_met() {
            Some(true) => "met",
            Some(false) => "short",
            None => "",
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {reached} | {verdict} |",
            goal.what, goal.threads, goal.must
        );
    }
    text += "\n## Figures\n\nMedian, and in brackets the least and the most.\n";
    let keys = figures.keys();
    let models: BTreeSet<&str> = keys.iter().map(|key| key.model).collect();
    for model in models {
        let of_model: Vec<&Key> = keys.iter().filter(|key| key.model == model).collect();
        let metrics: Vec<_> = METRICS
            .iter()
            .filter(|(metric, _)| figures.0.iter().any(|m| m.model == model && m.metric == *metric))
            .collect();
        if metrics.is_empty() {
            continue;
        }
        let _ = write!(text, "\n### {model}\n\n| engine | type | threads |");
        for (_, name) in &metrics {
            let _ = write!(text, " {name} |");
        }
        let _ = write!(text, "\n| --- | --- | ---: |{}\n", " ---: |".repeat(metrics.len()));
        for key in of_model {
            let _ = write!(text, "| {} | {} | {} |", key.engine, key.kind, key.threads);
            for (metric, _) in &metrics {
                let cell = figures.on(model, key.engine, key.kind, key.threads, metric).map(cell);
                let _ = write!(text, " {} |", cell.unwrap_or_default());
            }
            text.push('\n');
        }
    }
    let versions: BTreeSet<String> =
        figures.0.iter().map(|m| format!("{} {}", m.engine, m.version)).collect();
    let versions: Vec<String> = versions.into_iter().collect();
    let _ = writeln!(text, "\nVersions: {}.", versions.join(", "));
    Some(text)
}

fn cell(measurement: &Measurement) -> String {
    let Measurement { median, min, max, .. } = measurement;
    let digits = if *median < 10.0 { 2 } else { usize::from(*median < 100.0) };
    format!("{median:.digits$} ({min:.digits$} to {max:.digits$})")
}

/// Prints each measurement beside the one that was committed.
pub fn print_change(now: &[Measurement], before: &[Measurement]) {
    let before = Figures(before);
    for m in now {
        let old = before.on(&m.model, &m.engine, &m.kind, m.threads, &m.metric);
        let change = old.map_or("new".to_owned(), |old| {
            format!("{:+.0} % of {:.2}", (m.median / old.median - 1.0) * 100.0, old.median)
        });
        println!(
            "{:16} {:8} {:5} {} threads  {:14} {:9.2}  {change}",
            m.engine, m.model, m.kind, m.threads, m.metric, m.median
        );
    }
}
