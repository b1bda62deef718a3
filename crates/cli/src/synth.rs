//! `zeroshot synth`: random weights in the shapes of the published GPT-2s. They say nothing, as
//! slowly and in as much memory as the real ones.

use crate::error::Failure;
use crate::model_files::read_vocabulary;
use crate::vocabulary;
use clap::{Args, ValueEnum};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use zeroshot_gpt2::weights::{Kind, Naming, Param, TensorType, pack, parameters, safetensors};
use zeroshot_gpt2::{Config, Prng, Tokenizer, Vocabulary, WeightType};

#[derive(Args)]
pub struct Arguments {
    /// Which of the published models
    #[arg(long, value_enum)]
    size: Size,
    /// What the weights are stored as: f32 and f16 make model.safetensors, the others model.gguf
    #[arg(long = "type", value_name = "TYPE", value_parser = crate::weight_type)]
    weight_type: WeightType,
    /// The same seed and type make the same weights
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// A folder whose tokenizer to use; without it a vocabulary of made-up syllables
    #[arg(long, value_name = "DIR")]
    tokenizer: Option<PathBuf>,
    /// The folder to write
    #[arg(long, short, value_name = "DIR")]
    output: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Size {
    #[value(name = "124M")]
    Small,
    #[value(name = "355M")]
    Medium,
    #[value(name = "774M")]
    Large,
    #[value(name = "1558M")]
    Xl,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let vocabulary = match &arguments.tokenizer {
        None => vocabulary::syllables(),
        Some(folder) => read_vocabulary(folder)?.ok_or_else(|| Failure::Missing {
            folder: folder.clone(),
            file: "tokenizer.json, nor vocab.json and merges.txt",
        })?,
    };
    let vocab_size = Tokenizer::new(vocabulary.clone())?.entries();
    let config = config(arguments.size, vocab_size)?;
    let write = |name: &str, text: &str| {
        let path = arguments.output.join(name);
        std::fs::write(&path, text).map_err(Failure::write(&path))
    };
    std::fs::create_dir_all(&arguments.output).map_err(Failure::write(&arguments.output))?;
    write("config.json", &config.to_json())?;
    write("tokenizer.json", &vocabulary.to_json())?;

    let name = match float(arguments.weight_type) {
        Some(_) => "model.safetensors",
        None => "model.gguf",
    };
    let path = arguments.output.join(name);
    let mut out = BufWriter::new(File::create(&path).map_err(Failure::write(&path))?);
    let mut write = |bytes: Vec<u8>| out.write_all(&bytes).map_err(Failure::write(&path));
    weights(&config, &vocabulary, arguments.weight_type, arguments.seed, &mut write)?;
    out.flush().map_err(Failure::write(&path))
}

/// The floats of a safetensors file; `None` for what only GGUF can hold.
fn float(weight_type: WeightType) -> Option<TensorType> {
    match weight_type {
        WeightType::F32 => Some(TensorType::F32),
        WeightType::F16 => Some(TensorType::F16),
        WeightType::Q8_0 | WeightType::Q4_0M | WeightType::Q4_0 | WeightType::Q4K => None,
    }
}

/// Makes the file of weights, and hands it out a tensor at a time: the largest is 6 GB in F32.
fn weights(
    config: &Config,
    vocabulary: &Vocabulary,
    weight_type: WeightType,
    seed: u64,
    write: &mut impl FnMut(Vec<u8>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let float = float(weight_type);
    write(match float {
        None => pack::header(config, vocabulary, weight_type)?,
        Some(kind) => {
            let shape = |param: Param| param.file_shape(config, Naming::HuggingFace);
            let name = |param: Param| format!("transformer.{}", param.name(Naming::HuggingFace));
            let params = parameters(config).into_iter();
            let list: Vec<_> = params.map(|param| (name(param), kind, shape(param))).collect();
            safetensors::header_bytes(&list)?
        }
    })?;
    let mut prng = Prng::new(seed);
    for param in parameters(config) {
        let values = random(param, config, &mut prng);
        write(match float {
            None => pack::tensor(values, param, config, weight_type)?,
            Some(kind) => pack::float_bytes(&values, kind),
        })?;
    }
    Ok(())
}

fn config(size: Size, vocab_size: usize) -> Result<Config, Failure> {
    let (n_layer, n_head, n_embd) = match size {
        Size::Small => (12, 12, 768),
        Size::Medium => (24, 16, 1024),
        Size::Large => (36, 20, 1280),
        Size::Xl => (48, 25, 1600),
    };
    let end_of_text = vocab_size - 1;
    let json = format!(
        r#"{{"model_type": "gpt2", "n_layer": {n_layer}, "n_head": {n_head}, "n_embd": {n_embd},
            "n_positions": 1024, "vocab_size": {vocab_size}, "activation_function": "gelu_new",
            "bos_token_id": {end_of_text}, "eos_token_id": {end_of_text}}}"#
    );
    Ok(Config::from_json(&json)?)
}

/// Values spread as GPT-2's are at the start of its training: norms do nothing, biases are zero,
/// matrices have standard deviation 0.02, and those that add to the residual stream less.
fn random(param: Param, config: &Config, prng: &mut Prng) -> Vec<f32> {
    use Kind::*;
    let count = param.shape(config).iter().product();
    let deviation = match param.kind {
        AttentionNormWeight | MlpNormWeight | FinalNormWeight => return vec![1.0; count],
        kind if !kind.is_matrix() && kind != PositionEmbedding => return vec![0.0; count],
        PositionEmbedding => 0.01,
        AttentionOutWeight | MlpDownWeight => 0.02 / (2.0 * config.n_layer as f32).sqrt(),
        _ => 0.02,
    };
    // The sum of four uniform numbers is near enough to a normal one, and takes a billion of them
    // in seconds: of variance 4/12, in units of 2^16, around 2.
    let scale = deviation / (65536.0 * (4.0f32 / 12.0).sqrt());
    let draw = |_| {
        let bits = prng.next_u64();
        let sum: u64 = (0..4).map(|part| bits >> (16 * part) & 0xffff).sum();
        (sum as f32 - 2.0 * 65535.0) * scale
    };
    (0..count).map(draw).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroshot_gpt2::{KvCache, Model};

    #[test]
    fn every_size_has_its_published_number_of_parameters() {
        for (size, millions) in
            [(Size::Small, 124), (Size::Medium, 355), (Size::Large, 774), (Size::Xl, 1558)]
        {
            let parameters = config(size, 50257).expect("valid").parameters();
            assert_eq!((parameters as f64 / 1e6).round(), f64::from(millions));
        }
    }

    #[test]
    fn every_type_makes_a_model_that_runs() {
        let small = Config {
            n_layer: 2,
            n_head: 2,
            n_embd: 64,
            n_positions: 8,
            ..config(Size::Small, 50257).expect("valid")
        };
        let vocabulary = vocabulary::syllables();
        let logits = |weight_type, seed| {
            let mut file = Vec::new();
            let mut write = |bytes: Vec<u8>| {
                file.extend(bytes);
                Ok(())
            };
            weights(&small, &vocabulary, weight_type, seed, &mut write).expect("writes");
            let model = match float(weight_type) {
                Some(_) => Model::from_safetensors(small.clone(), &file, weight_type),
                None => Model::from_gguf(&file),
            };
            let model = model.expect("loads");
            let mut cache = KvCache::new(model.config()).expect("allocates");
            let logits = model.forward(&[1, 2, 3], &mut cache).expect("runs");
            logits.to_vec1::<f32>().expect("one dimension")
        };
        let exact = logits(WeightType::F32, 1);
        let spread = exact.iter().fold(0f32, |greatest, logit| greatest.max(logit.abs()));
        assert!((0.3..2.0).contains(&spread), "{spread}");
        assert_eq!(logits(WeightType::F32, 1), exact);
        assert_ne!(logits(WeightType::F32, 2), exact);
        let similarity = |a: &[f32], b: &[f32]| {
            let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
            dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
        };
        // Conv1D weights are stored the other way round in safetensors, so only the floats are
        // the same model.
        assert!(similarity(&exact, &logits(WeightType::F16, 1)) > 0.999);
        assert!(similarity(&logits(WeightType::Q8_0, 1), &logits(WeightType::Q4_0, 1)) > 0.9);
    }
}
