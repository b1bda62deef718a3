//! `zeroshot compare`: what becomes of a model's predictions when its weights are kept in fewer
//! bits, against the same model in F32.

use crate::error::Failure;
use crate::model_files::{BUILTIN, ModelFiles};
use crate::record::EXAMPLES;
use clap::Args;
use std::path::{Path, PathBuf};
use zeroshot_gpt2::{KvCache, Model, PREFILL_TILE, WeightType};
use zeroshot_prompting::{ExampleSet, Template};

#[derive(Args)]
#[command(
    after_help = "Prints a table in Markdown. docs/quantisation.md says what its columns are."
)]
pub struct Arguments {
    /// A folder in the Hugging Face layout, with weights in floats
    #[arg(long, short, value_name = "DIR", default_value = BUILTIN)]
    model: PathBuf,
    /// A text to read; without it, the page's examples with the answers that are expected
    #[arg(long, value_name = "FILE")]
    text: Option<PathBuf>,
    /// The types to compare with F32
    #[arg(long, value_name = "TYPE", value_delimiter = ',', value_parser = crate::weight_type,
        default_value = "f16,q8_0,q4_0_m,q4_0")]
    types: Vec<WeightType>,
    /// Read at most so many tokens
    #[arg(long, value_name = "N", default_value_t = 8192)]
    tokens: usize,
    /// How many of them the model sees at once; its context, unless said
    #[arg(long, value_name = "N")]
    window: Option<usize>,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let files = ModelFiles::find(&arguments.model)?;
    let reference = files.open(Some(WeightType::F32))?;
    let window = arguments.window.unwrap_or(usize::MAX).min(reference.config().n_positions);
    let mut windows: Vec<Vec<u32>> = Vec::new();
    let mut left = arguments.tokens;
    for text in texts(arguments.text.as_deref())? {
        let tokens = reference.encode(&text, &[])?;
        let taken = &tokens[..tokens.len().min(left)];
        left -= taken.len();
        // Of a single token nothing is predicted.
        windows.extend(taken.chunks(window.max(2)).filter(|w| w.len() > 1).map(<[u32]>::to_vec));
    }
    if windows.is_empty() {
        return Err(Failure::Usage("the text has no two tokens".to_owned()));
    }
    let predicted: usize = windows.iter().map(|window| window.len() - 1).sum();
    println!("{predicted} tokens were predicted, in {} texts or windows.\n", windows.len());
    println!(
        "| type | MB | bits a weight | perplexity | KL divergence | its worst hundredth | same best token |"
    );
    println!("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
    let own = read(reference.model(), reference.model(), &windows)?;
    print(reference.model(), "f32", &own);
    for &kind in &arguments.types {
        let other = files.open(Some(kind))?;
        let comparison = read(reference.model(), other.model(), &windows)?;
        print(other.model(), kind.name(), &comparison);
    }
    Ok(())
}

/// The texts to read, each from its own beginning.
fn texts(file: Option<&Path>) -> Result<Vec<String>, Failure> {
    let path = file.unwrap_or(Path::new(EXAMPLES));
    let text = std::fs::read_to_string(path).map_err(Failure::read(path))?;
    if file.is_some() {
        return Ok(vec![text]);
    }
    let set = ExampleSet::from_json(&text)
        .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    let written = set.examples.iter().map(|example| {
        let template = Template::default_of(example.input.task());
        let expected = example.expected.as_deref().unwrap_or_default();
        format!("{} {expected}", set.prompt_of(example, template).text())
    });
    Ok(written.collect())
}

/// How two models differ over some texts.
#[derive(Default)]
struct Comparison {
    /// Sum of the other model's surprise at each token, in nats.
    surprise: f64,
    /// At each place, the Kullback-Leibler divergence of the other model's distribution from the
    /// reference's, in nats.
    divergences: Vec<f64>,
    /// Places where both have the same most probable token.
    agreed: usize,
}

fn read(reference: &Model, other: &Model, windows: &[Vec<u32>]) -> Result<Comparison, Failure> {
    let mut comparison = Comparison::default();
    for window in windows {
        let mut caches = (reference.cache()?, other.cache()?);
        for (tile, start) in window.chunks(PREFILL_TILE).zip((0..).step_by(PREFILL_TILE)) {
            let ours = rows(reference, tile, &mut caches.0)?;
            let theirs = rows(other, tile, &mut caches.1)?;
            for ((ours, theirs), next) in ours.iter().zip(&theirs).zip(&window[start + 1..]) {
                comparison.add(ours, theirs, *next as usize);
            }
        }
    }
    Ok(comparison)
}

fn rows(model: &Model, tokens: &[u32], cache: &mut KvCache) -> Result<Vec<Vec<f32>>, Failure> {
    let logits = model.forward_all(tokens, cache)?;
    Ok(logits.to_vec2().map_err(zeroshot_gpt2::Error::from)?)
}

impl Comparison {
    /// Adds a place, by the logits of both models and the token that comes there.
    fn add(&mut self, ours: &[f32], theirs: &[f32], next: usize) {
        let (p, q) = (logprobs(ours), logprobs(theirs));
        let divergence: f64 = p.iter().zip(&q).map(|(p, q)| p.exp() * (p - q)).sum();
        // Rounding may make it negative where both are the same.
        self.divergences.push(divergence.max(0.0));
        self.surprise -= q[next];
        self.agreed += usize::from(best(ours) == best(theirs));
    }

    fn perplexity(&self) -> f64 {
        (self.surprise / self.divergences.len() as f64).exp()
    }

    fn mean(&self) -> f64 {
        self.divergences.iter().sum::<f64>() / self.divergences.len() as f64
    }

    /// The divergence that one place in a hundred exceeds.
    fn worst_hundredth(&self) -> f64 {
        let mut sorted = self.divergences.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() * 99 / 100).copied().unwrap_or_default()
    }
}

fn print(model: &Model, name: &str, comparison: &Comparison) {
    let bytes = model.weight_bytes() as f64;
    println!(
        "| {name} | {:.1} | {:.2} | {:.3} | {:.5} | {:.4} | {:.2} % |",
        bytes / 1e6,
        8.0 * bytes / model.config().parameters() as f64,
        comparison.perplexity(),
        comparison.mean(),
        comparison.worst_hundredth(),
        100.0 * comparison.agreed as f64 / comparison.divergences.len() as f64
    );
}

/// The logarithms of the probabilities.
fn logprobs(logits: &[f32]) -> Vec<f64> {
    let greatest = f64::from(logits.iter().copied().fold(f32::MIN, f32::max));
    let sum: f64 = logits.iter().map(|&logit| (f64::from(logit) - greatest).exp()).sum();
    let norm = greatest + sum.ln();
    logits.iter().map(|&logit| f64::from(logit) - norm).collect()
}

fn best(logits: &[f32]) -> Option<usize> {
    (0..logits.len()).max_by(|&a, &b| logits[a].total_cmp(&logits[b]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: p = (1/2, 1/4, 1/4), q = (1/4, 1/2, 1/4).
    #[test]
    fn a_divergence_is_the_one_of_the_textbook() {
        let mut comparison = Comparison::default();
        let logits = |p: [f32; 3]| p.map(|p| p.ln() + 3.0);
        comparison.add(&logits([0.5, 0.25, 0.25]), &logits([0.25, 0.5, 0.25]), 0);
        let expected = 0.25 * 2f64.ln();
        assert!((comparison.mean() - expected).abs() < 1e-6, "{}", comparison.mean());
        assert!((comparison.perplexity() - 4.0).abs() < 1e-5);
        assert_eq!(comparison.agreed, 0);
        comparison.add(&logits([0.5, 0.25, 0.25]), &logits([0.5, 0.25, 0.25]), 0);
        assert!((comparison.mean() - expected / 2.0).abs() < 1e-6);
        assert!((comparison.perplexity() - 8f64.sqrt()).abs() < 1e-5);
        assert_eq!(comparison.agreed, 1);
        assert!((comparison.worst_hundredth() - expected).abs() < 1e-6);
    }
}
