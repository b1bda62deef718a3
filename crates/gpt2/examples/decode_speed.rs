//! How fast a model decodes with capture off and on, in turns, so that whatever else the machine
//! does falls on both:
//!
//! `cargo run --release -p zeroshot-gpt2 --example decode_speed -- FILE.gguf`
//!
//! `zeroshot synth --size 124M --type q8_0 -o DIR` makes a `DIR/model.gguf` of GPT-2's size.

use std::time::Instant;
use zeroshot_decoding::Decoding;
use zeroshot_gpt2::weights::gguf;
use zeroshot_gpt2::{Model, Session, Step, Tokenizer};

const ROUNDS: usize = 7;
const NEW_TOKENS: usize = 64;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("name a GGUF file")?;
    let file = std::fs::read(path)?;
    let header = gguf::header(&file)?;
    let model = Model::from_gguf_header(&header, &file, None)?;
    let mut session = Session::new(model, Tokenizer::from_gguf(&header)?)?;
    drop(file);
    let prompt: Vec<u32> = (0..100).map(|i| (i * 37 + 5) % 1000).collect();
    let mut speeds = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        for (capture, speeds) in [false, true].into_iter().zip(&mut speeds) {
            // Sampled, so that a model of random weights does not go round in a circle.
            let (seed, max_new_tokens) = (round as u64, NEW_TOKENS);
            let decoding = Decoding {
                temperature: 1.0,
                top_k: 40,
                seed,
                max_new_tokens,
                ..Decoding::default()
            };
            session.start(prompt.clone(), &decoding, capture)?;
            let (mut begun, mut tokens) = (None, 0);
            loop {
                match session.advance()? {
                    Step::Prefill { .. } | Step::Working => {}
                    // The first takes no forward pass.
                    Step::Token { .. } if begun.is_none() => begun = Some(Instant::now()),
                    Step::Token { .. } => tokens += 1,
                    Step::Finished { .. } => break,
                }
            }
            let seconds = begun.map_or(0.0, |begun| begun.elapsed().as_secs_f64());
            speeds.push(f64::from(tokens) / seconds.max(1e-9));
        }
    }
    for (name, mut speeds) in ["off", "on"].into_iter().zip(speeds) {
        speeds.sort_unstable_by(f64::total_cmp);
        let (median, best) = (speeds[ROUNDS / 2], speeds[ROUNDS - 1]);
        println!(
            "capture {name}: {median:.1} tokens a second (median of {ROUNDS}; best {best:.1})"
        );
    }
    Ok(())
}
