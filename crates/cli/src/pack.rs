//! `zeroshot pack`: a model folder as one GGUF file, which llama.cpp reads too, whole or in parts.

use crate::error::Failure;
use crate::model_files::ModelFiles;
use crate::model_output::{ModelOutput, part_bytes};
use clap::Args;
use std::fs::File;
use std::path::PathBuf;
use zeroshot_gpt2::WeightType;
use zeroshot_gpt2::weights::pack::Packer;
use zeroshot_gpt2::weights::safetensors;

#[derive(Args)]
pub struct Arguments {
    /// A folder in the Hugging Face layout: config.json, model.safetensors and a tokenizer
    #[arg(value_name = "DIR")]
    model: PathBuf,
    /// What to store the matrices as: f32, f16, q8_0, q4_0_m, q4_0 or q4_k
    #[arg(long = "type", value_name = "TYPE", value_parser = crate::weight_type)]
    weight_type: WeightType,
    /// The file to write
    #[arg(long, short, value_name = "FILE.gguf")]
    output: PathBuf,
    /// Write parts of 50 MB, or of this size, and FILE.gguf.parts.json, for hosts that refuse large
    /// files
    #[arg(long, value_name = "SIZE", num_args = 0..=1, require_equals = true,
        default_missing_value = "50MB", value_parser = part_bytes)]
    parts: Option<u64>,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let files = ModelFiles::find(&arguments.model)?;
    let mut file = File::open(&files.weights).map_err(Failure::read(&files.weights))?;
    let header = files.header(&mut file, safetensors::header)?;
    files.check_length(&file, header.file_bytes)?;
    let packer = Packer::new(files.config()?, &header, arguments.weight_type)
        .map_err(Failure::file(&files.weights))?;
    let vocabulary = files.vocabulary()?;
    // Not only for the file's sake: a tokenizer that cannot be used is found now, not by a reader.
    zeroshot_gpt2::Tokenizer::new(vocabulary.clone()).map_err(Failure::file(&arguments.model))?;

    let mut out = ModelOutput::create(&arguments.output, arguments.parts)?;
    let mut write = || -> Result<(), Failure> {
        out.write(&packer.header(&vocabulary)?)?;
        for (param, stored) in packer.tensors() {
            let bytes = files.tensor(&mut file, stored)?;
            let packed =
                packer.tensor(*param, stored, &bytes).map_err(Failure::file(&files.weights))?;
            out.write(&packed)?;
        }
        Ok(())
    };
    match write() {
        Ok(()) => out.finish().map(drop),
        Err(failure) => {
            out.discard();
            Err(failure)
        }
    }
}
