//! The tokenizer against GPT-2's own, over more than 200 strings; and how it takes odd files and
//! long texts.

mod golden;

use golden::Tokens;
use serde::Deserialize;
use std::time::{Duration, Instant};
use zeroshot_gpt2::Tokenizer;
use zeroshot_gpt2::text_stream::TextStream;

#[derive(Deserialize)]
struct File {
    gpt2: Vec<Tokens>,
}

fn gpt2() -> Tokenizer {
    let vocab = golden::bytes("gpt2-tokenizer/vocab.json");
    let merges = golden::bytes("gpt2-tokenizer/merges.txt");
    Tokenizer::from_vocab_and_merges(&vocab, &merges).expect("GPT-2's own")
}

/// A `tokenizer.json` as `transformers` writes it, with what a test changes in it.
fn json(change: impl FnOnce(&mut serde_json::Value)) -> Vec<u8> {
    let vocab: serde_json::Value = golden::json("gpt2-tokenizer/vocab.json");
    let merges: Vec<String> = golden::text("gpt2-tokenizer/merges.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("#version"))
        .map(str::to_owned)
        .collect();
    let mut file = serde_json::json!({
        "version": "1.0", "truncation": null, "padding": null,
        "added_tokens": [{
            "id": 50256, "content": "<|endoftext|>", "single_word": false, "lstrip": false,
            "rstrip": false, "normalized": true, "special": true
        }],
        "normalizer": null,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true},
        "post_processor": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false},
        "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true},
        "model": {
            "type": "BPE", "dropout": null, "unk_token": null,
            "continuing_subword_prefix": "", "end_of_word_suffix": "", "fuse_unk": false,
            "vocab": vocab, "merges": merges
        }
    });
    change(&mut file);
    serde_json::to_vec(&file).expect("serialises")
}

#[test]
fn ids_are_those_of_transformers() {
    let tokens: File = golden::json("tokens.json");
    assert!(tokens.gpt2.len() >= 200);
    for tokenizer in [gpt2(), Tokenizer::from_json(&json(|_| {})).expect("valid")] {
        for Tokens { text, ids } in &tokens.gpt2 {
            assert_eq!(&tokenizer.encode(text).expect("encodes"), ids, "{text:?}");
        }
    }
}

#[test]
fn ids_stream_back_to_the_text() {
    let tokens: File = golden::json("tokens.json");
    let tokenizer = gpt2();
    for Tokens { text, ids } in &tokens.gpt2 {
        assert_eq!(&tokenizer.decode(ids), text);
        let mut stream = TextStream::new(&[]);
        let mut streamed: String = ids.iter().map(|&id| stream.push(tokenizer.bytes(id))).collect();
        streamed += &stream.finish();
        assert_eq!(&streamed, text);
    }
}

#[test]
fn ids_without_a_token_have_no_bytes() {
    let tokenizer = gpt2();
    assert_eq!(tokenizer.entries(), 50257);
    assert_eq!(tokenizer.end_of_text(), Some(50256));
    assert_eq!(tokenizer.bytes(50256), b"<|endoftext|>");
    assert_eq!(tokenizer.bytes(50257), b"");
    assert_eq!(tokenizer.bytes(u32::MAX), b"");
}

/// One word, one run of spaces, one run of line ends and plain prose, 100,000 characters each: a
/// merge that looked at every pair again, or a splitter that went back at every character, would
/// take minutes.
#[test]
fn long_texts_are_encoded_quickly() {
    let tokenizer = gpt2();
    let prose = "The quick brown fox jumps over the lazy dog, doesn't it? ";
    for unit in ["a", "ab", " ", "\n", " \n", "!", "7", "é", "😀", "语", prose] {
        let text: String = unit.chars().cycle().take(100_000).collect();
        let started = Instant::now();
        let ids = tokenizer.encode(&text).expect("encodes");
        assert_eq!(tokenizer.decode(&ids), text);
        let took = started.elapsed();
        assert!(took < Duration::from_secs(20), "{unit:?} took {took:?}");
    }
}

#[test]
fn tokenizers_of_another_kind_are_named() {
    type Fault = fn(&mut serde_json::Value);
    let faults: [(Fault, &str); 8] = [
        (|file| file["model"]["type"] = "WordPiece".into(), "the tokenizer has a WordPiece model"),
        (
            |file| file["normalizer"] = serde_json::json!({"type": "NFC"}),
            "the tokenizer has a NFC normalizer",
        ),
        (
            |file| file["pre_tokenizer"] = serde_json::json!({"type": "Metaspace"}),
            "the tokenizer has a Metaspace pre-tokenizer",
        ),
        (
            |file| file["post_processor"] = serde_json::json!({"type": "TemplateProcessing"}),
            "the tokenizer has a TemplateProcessing post-processor",
        ),
        (
            |file| file["model"]["merges"] = serde_json::json!(["Ġ t", "qq zz"]),
            "the merge of qq and zz needs the token qqzz, which is not in the vocabulary",
        ),
        (
            |file| file["model"]["merges"] = serde_json::json!(["abc"]),
            "the merge \"abc\" is not two tokens",
        ),
        (
            |file| drop(file["model"]["vocab"].as_object_mut().map(|vocab| vocab.remove("Ġ"))),
            "the tokenizer's vocabulary has no token for byte 0x20",
        ),
        (
            |file| file["added_tokens"][0]["id"] = 4_000_000_000_u32.into(),
            "the tokenizer has a token with id 4000000000",
        ),
    ];
    for (fault, message) in faults {
        let error = Tokenizer::from_json(&json(fault)).err().expect(message);
        assert!(error.to_string().starts_with(message), "{error}");
    }
    let error = Tokenizer::from_json(b"{\"model\": ").err().expect("cut short");
    assert!(error.to_string().starts_with("the tokenizer cannot be read: EOF"), "{error}");
}

#[test]
fn vocab_and_merges_of_two_models_are_refused() {
    let vocab = golden::bytes("gpt2-tokenizer/vocab.json");
    let error = Tokenizer::from_vocab_and_merges(&vocab, "#version: 0.2\nĠ ĠĠxq\n".as_bytes());
    assert_eq!(
        error.err().expect("refused").to_string(),
        "the merge of Ġ and ĠĠxq needs the token ĠĠxq, which is not in the vocabulary"
    );
}
