//! Samples of every row of the model card's table that may be shipped, written anew by the model
//! that ships: the same text as PyTorch's, greedy in F32, and so the same figures.

mod golden;

use golden::builtin;
use serde::Deserialize;
use zeroshot_decoding::Decoding;
use zeroshot_gpt2::{Session, Step};

#[derive(Deserialize)]
struct Samples {
    rows: Vec<Row>,
}

/// A hundred prompts of one task.
#[derive(Deserialize)]
struct Row {
    name: String,
    /// How many texts are one of the answers, by SQuAD's rule.
    exact: usize,
    tokens: usize,
    items: Vec<Item>,
}

#[derive(Deserialize)]
struct Item {
    prompt: String,
    text: String,
    answers: Vec<String>,
}

fn session() -> Session {
    let (model, tokenizer) = (builtin::packed("builtin"), builtin::packed_tokenizer("builtin"));
    Session::new(model, tokenizer).expect("of one model")
}

/// The first line that the model writes after `prompt`.
fn line(session: &mut Session, prompt: &str, tokens: usize) -> String {
    let stop = vec!["\n".to_owned()];
    let decoding = Decoding { max_new_tokens: tokens, stop, ..Decoding::default() };
    let tokens = session.encode(prompt, &[]).expect("encodes");
    session.start(tokens, &decoding, false).expect("starts");
    let mut written = String::new();
    loop {
        match session.advance().expect("advances") {
            Step::Prefill { .. } | Step::Working => {}
            Step::Token { text, .. } => written += &text,
            Step::Finished { text, .. } => return (written + &text).trim().to_owned(),
        }
    }
}

/// As SQuAD's script compares: lower case, no ASCII punctuation, no articles.
fn normal(text: &str) -> String {
    let lower = text.to_lowercase();
    let plain: String = lower.chars().filter(|c| !c.is_ascii_punctuation()).collect();
    let words = plain.split_whitespace().filter(|word| !["a", "an", "the"].contains(word));
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn every_row_is_written_as_by_transformers() {
    let golden: Samples = golden::json("samples.json");
    let mut session = session();
    assert!(golden.rows.len() >= 7, "{} rows", golden.rows.len());
    for Row { name, exact, tokens, items } in &golden.rows {
        assert!(items.len() >= 90, "{name}: {} items", items.len());
        let mut right = 0;
        for Item { prompt, text, answers } in items {
            let written = line(&mut session, prompt, *tokens);
            assert_eq!(&written, text, "{name}: {prompt}");
            right += usize::from(answers.iter().any(|answer| normal(answer) == normal(&written)));
        }
        assert_eq!(right, *exact, "{name}");
    }
}
