//! `zeroshot pack`: a model folder as one GGUF file, which llama.cpp reads too.

use crate::error::Failure;
use crate::model_files::ModelFiles;
use clap::Args;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use zeroshot_gpt2::WeightType;
use zeroshot_gpt2::weights::pack::Packer;
use zeroshot_gpt2::weights::safetensors;

#[derive(Args)]
pub struct Arguments {
    /// A folder in the Hugging Face layout: config.json, model.safetensors and a tokenizer
    #[arg(value_name = "DIR")]
    model: PathBuf,
    /// What to store the matrices as: f32, f16, q8_0, q4_0 or q4_k
    #[arg(long = "type", value_name = "TYPE", value_parser = crate::weight_type)]
    weight_type: WeightType,
    /// The file to write
    #[arg(long, short, value_name = "FILE.gguf")]
    output: PathBuf,
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

    // Written beside its place and moved there when it is whole: a packing that was cut leaves
    // nothing that looks like a model.
    let partial = arguments.output.with_extension("gguf.partial");
    let failed = || Failure::write(&partial);
    let mut out = BufWriter::new(File::create(&partial).map_err(failed())?);
    let mut write = || -> Result<(), Failure> {
        out.write_all(&packer.header(&vocabulary)?).map_err(failed())?;
        for (param, stored) in packer.tensors() {
            let bytes = files.tensor(&mut file, stored)?;
            let packed =
                packer.tensor(*param, stored, &bytes).map_err(Failure::file(&files.weights))?;
            out.write_all(&packed).map_err(failed())?;
        }
        out.flush().map_err(failed())
    };
    let written = write();
    if written.is_err() {
        // Whatever went wrong is already being told.
        let _ = std::fs::remove_file(&partial);
        return written;
    }
    std::fs::rename(&partial, &arguments.output).map_err(Failure::write(&arguments.output))
}
