//! The settings of decoding as flags; what is not given is the recipe's.

use clap::Args;
use zeroshot_decoding::{Decoding, Overflow};

#[derive(Args)]
#[command(next_help_heading = "Decoding")]
pub struct DecodingFlags {
    /// Divides the logits; 0 always takes the most likely token [default: the task's, or 0]
    #[arg(long, value_name = "T", allow_negative_numbers = true)]
    temperature: Option<f32>,
    /// Draw from the K most likely tokens only; 0 is all of them
    #[arg(long, value_name = "K")]
    top_k: Option<usize>,
    /// Draw from the smallest set of tokens whose probabilities reach P
    #[arg(long, value_name = "P", allow_negative_numbers = true)]
    top_p: Option<f32>,
    /// Make tokens that are in the text already less likely; 1 changes nothing
    #[arg(long, value_name = "R", allow_negative_numbers = true)]
    repetition_penalty: Option<f32>,
    /// End after N tokens
    #[arg(long, short = 'n', value_name = "N")]
    max_new_tokens: Option<usize>,
    /// The same seed draws the same text
    #[arg(long, value_name = "SEED")]
    seed: Option<u64>,
    /// End before this text appears; may be given several times
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    stop: Vec<String>,
    /// Drop the beginning of a prompt that is too long, instead of refusing it
    #[arg(long)]
    trim_left: bool,
}

impl DecodingFlags {
    /// The recipe with what the flags say.
    pub fn over(&self, recipe: Decoding) -> Decoding {
        Decoding {
            temperature: self.temperature.unwrap_or(recipe.temperature),
            top_k: self.top_k.unwrap_or(recipe.top_k),
            top_p: self.top_p.unwrap_or(recipe.top_p),
            repetition_penalty: self.repetition_penalty.unwrap_or(recipe.repetition_penalty),
            max_new_tokens: self.max_new_tokens.unwrap_or(recipe.max_new_tokens),
            seed: self.seed.unwrap_or(recipe.seed),
            stop: if self.stop.is_empty() { recipe.stop } else { self.stop.clone() },
            overflow: if self.trim_left { Overflow::TrimLeft } else { recipe.overflow },
        }
    }
}
