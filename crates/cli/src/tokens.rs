//! `zeroshot tokens`: how a text is cut.

use crate::error::Failure;
use crate::model_files::{BUILTIN, ModelFiles};
use clap::Args;
use std::io::Write;
use std::path::PathBuf;

#[derive(Args)]
pub struct Arguments {
    /// The text
    #[arg(allow_hyphen_values = true)]
    text: String,
    /// The model whose tokenizer it is: a folder, or a GGUF file
    #[arg(long, short, value_name = "DIR_OR_GGUF", default_value = BUILTIN)]
    model: PathBuf,
}

pub fn run(arguments: &Arguments) -> Result<(), Failure> {
    let tokenizer = ModelFiles::find(&arguments.model)?.tokenizer()?;
    let mut out = std::io::stdout().lock();
    for id in tokenizer.encode(&arguments.text)? {
        let piece = match std::str::from_utf8(tokenizer.bytes(id)) {
            Ok(text) => format!("{text:?}"),
            // A part of a character.
            Err(_) => format!("bytes {:02x?}", tokenizer.bytes(id)),
        };
        writeln!(out, "{id}\t{piece}").map_err(Failure::Output)?;
    }
    Ok(())
}
