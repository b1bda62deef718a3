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
use zeroshot_gpt2::{Config, Prng, Tokenizer, WeightType};

#[derive(Args)]
pub struct Arguments {
    /// Which of the published models
    #[arg(long, value_enum)]
    size: Size,
    /// What the weights are stored as: f32 and f16 make model.safetensors, the others model.gguf
    #[arg(long = "type", value_name = "TYPE", value_parser = crate::weight_type)]
    weight_type: WeightType,
    /// The same seed makes the same weights
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

    let float = match arguments.weight_type {
        WeightType::F32 => Some(TensorType::F32),
        WeightType::F16 => Some(TensorType::F16),
        WeightType::Q8_0 | WeightType::Q4_0 | WeightType::Q4K => None,
    };
    let name = if float.is_some() { "model.safetensors" } else { "model.gguf" };
    let path = arguments.output.join(name);
    let failed = || Failure::write(&path);
    let mut out = BufWriter::new(File::create(&path).map_err(failed())?);
    let header = match float {
        None => pack::header(&config, &vocabulary, arguments.weight_type)?,
        Some(kind) => {
            let shape = |param: Param| param.file_shape(&config, Naming::HuggingFace);
            let name = |param: Param| format!("transformer.{}", param.name(Naming::HuggingFace));
            let params = parameters(&config).into_iter();
            let list: Vec<_> = params.map(|param| (name(param), kind, shape(param))).collect();
            safetensors::header_bytes(&list)?
        }
    };
    out.write_all(&header).map_err(failed())?;
    // One tensor at a time: the largest model is 6 GB in F32.
    let mut prng = Prng::new(arguments.seed);
    for param in parameters(&config) {
        let values = random(param, &config, &mut prng);
        let bytes = match float {
            None => pack::tensor(values, param, &config, arguments.weight_type)?,
            Some(kind) => pack::float_bytes(&values, kind),
        };
        out.write_all(&bytes).map_err(failed())?;
    }
    out.flush().map_err(failed())
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
