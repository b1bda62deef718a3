//! Figures: gathered over the rounds, summed up, kept as JSON lines.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use xtask::{command, project, tools::Browser};

use crate::{cases::Case, peers};

/// What one turn of an engine measured: the metric's name and its value.
pub type Figures = Vec<(&'static str, f64)>;

/// One line of `docs/benchmarks.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// `zeroshot`, `wllama`, `transformers.js`, `zeroshot-native`, `llama.cpp`, `page`, `machine`.
    pub engine: String,
    /// The engine's version.
    pub version: String,
    /// `124M`, … or `builtin`.
    pub model: String,
    /// Type of the weights, by the engine's own name.
    #[serde(rename = "type")]
    pub kind: String,
    /// Threads.
    pub threads: usize,
    /// The browser, or `native`.
    pub browser: String,
    /// `load_s`, `reload_s`, `first_token_s`, `prefill_64`, `prefill_512`, `decode_64`,
    /// `decode_900`, `peak_mb`, `bandwidth_gb_s`: seconds, tokens a second, megabytes.
    pub metric: String,
    /// The middle of all rounds.
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The most.
    pub max: f64,
    /// Rounds.
    pub n: usize,
    /// Of the machine's last minute, when the run ended; the run itself is part of it.
    pub load_average: f64,
    /// Of this project, when it was measured.
    pub commit: String,
    /// The processor and its number of cores.
    pub machine: String,
}

/// Where the run takes place.
pub struct Machine {
    browser: String,
    commit: String,
    processor: String,
}

impl Machine {
    /// This one.
    pub fn of(browser: &Browser) -> Result<Self> {
        let version = command::output(Command::new(&browser.browser).arg("--version"));
        let git = |arguments: &[&str]| {
            command::output(Command::new("git").args(arguments).current_dir(project::root()))
        };
        let commit = git(&["rev-parse", "--short", "HEAD"]).unwrap_or_default();
        let changed = git(&["status", "--porcelain", "--untracked-files=no"]);
        let changed = if changed.is_some_and(|list| !list.is_empty()) { "+" } else { "" };
        Ok(Self {
            browser: version.context("the browser does not name its version")?,
            commit: format!("{commit}{changed}"),
            processor: processor(),
        })
    }
}

/// The processor's name and the number of cores, where the system tells.
fn processor() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = info.lines().find(|line| line.starts_with(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    let name = field("model name").unwrap_or_else(|| std::env::consts::ARCH.to_owned());
    let flags = field("flags").unwrap_or_default();
    let has = |flag: &str| flags.split(' ').any(|name| name == flag);
    let widest = if has("avx512_vnni") {
        ", AVX-512 VNNI"
    } else if has("avx2") {
        ", AVX2"
    } else {
        ""
    };
    format!("{name}{widest}, {cores} cores")
}

/// The load average of the last minute.
fn load_average() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(f64::NAN)
}

/// What all rounds measured.
#[derive(Default)]
pub struct Samples(Vec<(Case, &'static str, Vec<f64>)>);

impl Samples {
    /// Takes the figures of one turn.
    pub fn add(&mut self, case: &Case, figures: Figures) {
        for (metric, value) in figures {
            eprintln!("  {metric} {value:.2}");
            let known = self.0.iter_mut().find(|(of, name, _)| of == case && *name == metric);
            match known {
                Some((_, _, values)) => values.push(value),
                None => self.0.push((case.clone(), metric, vec![value])),
            }
        }
    }

    /// The middle, the least and the most of each.
    pub fn summary(self, machine: &Machine) -> Vec<Measurement> {
        let load_average = load_average();
        let summed = self.0.into_iter().map(|(case, metric, mut values)| {
            values.sort_by(f64::total_cmp);
            let n = values.len();
            let browser =
                if case.engine.is_in_browser() { machine.browser.as_str() } else { "native" };
            Measurement {
                engine: case.engine.name().to_owned(),
                version: peers::version(case.engine),
                model: case.model.to_owned(),
                kind: case.kind.to_owned(),
                threads: case.threads,
                browser: browser.to_owned(),
                metric: metric.to_owned(),
                median: median(&values),
                min: values[0],
                max: values[n - 1],
                n,
                load_average,
                commit: machine.commit.clone(),
                machine: machine.processor.clone(),
            }
        });
        summed.collect()
    }
}

/// Of sorted values, at least one.
fn median(values: &[f64]) -> f64 {
    let middle = values.len() / 2;
    if values.len() % 2 == 1 {
        values[middle]
    } else {
        f64::midpoint(values[middle - 1], values[middle])
    }
}

fn file() -> PathBuf {
    project::root().join("docs/benchmarks.jsonl")
}

/// The measurements that were committed last.
pub fn read() -> Result<Vec<Measurement>> {
    let text = std::fs::read_to_string(file()).context("docs/benchmarks.jsonl")?;
    text.lines().map(|line| serde_json::from_str(line).context("docs/benchmarks.jsonl")).collect()
}

/// Puts them in the place of the last ones.
pub fn write(measurements: &[Measurement]) -> Result<()> {
    let lines: Result<Vec<_>, _> = measurements.iter().map(serde_json::to_string).collect();
    std::fs::write(file(), lines?.join("\n") + "\n").context("docs/benchmarks.jsonl")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_between_the_two() {
        assert_eq!(median(&[1.0, 2.0, 9.0]), 2.0);
        assert_eq!(median(&[1.0, 2.0, 4.0, 9.0]), 3.0);
    }
}
