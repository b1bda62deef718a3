//! From the bytes of a model's files to a session that runs it.

use zeroshot_gpt2::{
    Config, Error, Model, Part, Session, Started, Step, Tokenizer, WeightType, weights::gguf,
};
use zeroshot_protocol::{Decoding, Failure, ModelSource, ModelSummary};

use crate::{failure, runner::Generator};

/// The bytes of a model's files. A GGUF file holds all three parts and can be alone: a file
/// without a name has no bytes.
pub struct Files {
    /// `config.json`
    pub config: Vec<u8>,
    /// `tokenizer.json`
    pub tokenizer: Vec<u8>,
    /// `.safetensors` or `.gguf`
    pub weights: Vec<u8>,
}

/// Whether the configuration is that of a GPT-2, so that nothing else of another model need be
/// fetched.
///
/// # Errors
/// Says what is wrong with it.
pub fn check_config(source: &ModelSource, config: &[u8]) -> Result<(), Failure> {
    if source.config.is_empty() {
        return Ok(());
    }
    read_config(config).map(drop).map_err(|error| failure::of(&error, source))
}

/// Makes the session.
///
/// # Errors
/// Says which file is at fault, and what is wrong with it.
pub fn open(source: &ModelSource, files: Files) -> Result<Session, Failure> {
    session(source, files).map_err(|error| failure::of(&error, source))
}

fn session(source: &ModelSource, files: Files) -> Result<Session, Error> {
    let Files { config, tokenizer, weights } = files;
    let (model, tokenizer) = if source.weights.ends_with(".gguf") {
        let header = gguf::header(&weights)?;
        // First the model: a file that was cut says so, whatever else it lacks.
        let model = Model::from_gguf_header(&header, &weights)?;
        let tokenizer = if source.tokenizer.is_empty() {
            Tokenizer::from_gguf(&header)?
        } else {
            Tokenizer::from_json(&tokenizer)?
        };
        (model, tokenizer)
    } else {
        let tokenizer = Tokenizer::from_json(&tokenizer)?;
        // As exact as the file: packing it to run faster is a choice, made with `zeroshot pack`.
        (Model::from_safetensors(read_config(&config)?, &weights, WeightType::F32)?, tokenizer)
    };
    // The model has its own copy; the cache is allocated next.
    drop(weights);
    Session::new(model, tokenizer)
}

fn read_config(bytes: &[u8]) -> Result<Config, Error> {
    let json = std::str::from_utf8(bytes).map_err(|error| Error::Invalid {
        part: Part::Config,
        detail: format!("the configuration is not UTF-8: {error}"),
    })?;
    Config::from_json(json)
}

/// What the page shows of a session's model.
pub fn summary(session: &Session) -> ModelSummary {
    let config = session.config();
    ModelSummary {
        n_positions: config.n_positions,
        n_layer: config.n_layer,
        n_head: config.n_head,
        n_embd: config.n_embd,
        vocab_size: config.vocab_size,
        parameters: session.parameters(),
    }
}

impl Generator for Session {
    fn start(&mut self, prompt: &str, decoding: &Decoding) -> Result<Started, Error> {
        Self::start(self, prompt, decoding)
    }

    fn advance(&mut self) -> Result<Step, Error> {
        Self::advance(self)
    }

    fn cancel(&mut self) -> String {
        Self::cancel(self)
    }

    fn count(&self, text: &str) -> Result<usize, Error> {
        Self::count(self, text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroshot_protocol::Event;

    fn source(weights: &str) -> ModelSource {
        ModelSource {
            folder: "./models/test/".to_owned(),
            config: "config.json".to_owned(),
            tokenizer: "tokenizer.json".to_owned(),
            weights: weights.to_owned(),
            bytes: 0,
            sha256: String::new(),
        }
    }

    fn files(config: &str, tokenizer: &str, weights: &[u8]) -> Files {
        Files { config: config.into(), tokenizer: tokenizer.into(), weights: weights.to_vec() }
    }

    #[test]
    fn another_architecture_is_refused_by_its_configuration() {
        let llama = br#"{"model_type":"llama","hidden_size":8}"#;
        let found = "llama".to_owned();
        assert_eq!(
            check_config(&source("m.safetensors"), llama),
            Err(Failure::OtherArchitecture { found })
        );
    }

    #[test]
    fn damaged_files_are_told_apart() {
        const CONFIG: &str = r#"{"model_type":"gpt2","n_layer":1,"n_head":1,"n_embd":4,
            "n_positions":8,"vocab_size":9}"#;
        const TOKENIZER: &str = "{";
        for (weights, files, file) in [
            ("m.safetensors", files(CONFIG, TOKENIZER, b""), "tokenizer.json"),
            ("m.gguf", files(CONFIG, TOKENIZER, b"<!doctype html><p>no</p>"), "m.gguf"),
        ] {
            match open(&source(weights), files) {
                Err(Failure::FileInvalid { file: found, .. }) => assert_eq!(found, file),
                Err(failure) => panic!("{failure:?}"),
                Ok(_) => panic!("{weights} was opened"),
            }
        }
        let Err(failure) = check_config(&source("m.gguf"), &[0xff]) else { panic!("accepted") };
        assert!(matches!(failure, Failure::FileInvalid { file, .. } if file == "config.json"));
    }

    fn golden() -> Vec<u8> {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../tests/golden/random/gguf-64/model-q8_0.gguf"
        );
        std::fs::read(path).expect("a golden model")
    }

    /// A `tokenizer.json` with one token for each byte.
    fn bytes_only() -> String {
        let printable = |byte: &u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
        let mut next = 0x100;
        let vocab: serde_json::Map<_, _> = (0..=255u8)
            .map(|byte| {
                let code = if printable(&byte) { u32::from(byte) } else { next };
                next += u32::from(!printable(&byte));
                (char::from_u32(code).expect("a character").to_string(), byte.into())
            })
            .collect();
        let splitter = serde_json::json!({
            "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true
        });
        serde_json::json!({
            "version": "1.0", "added_tokens": [], "normalizer": null, "truncation": null,
            "padding": null, "pre_tokenizer": splitter, "decoder": splitter,
            "post_processor": null,
            "model": {"type": "BPE", "vocab": vocab, "merges": []}
        })
        .to_string()
    }

    #[test]
    fn an_opened_model_generates_through_the_runner() {
        let source = source("m.gguf");
        let files = Files { config: Vec::new(), tokenizer: bytes_only().into(), weights: golden() };
        let session = open(&source, files).unwrap_or_else(|failure| panic!("{failure:?}"));
        let summary = summary(&session);
        assert_eq!((summary.n_layer, summary.n_embd, summary.n_positions), (2, 64, 48));

        let mut runner = crate::runner::Runner::default();
        runner.replace_model(session, source);
        let decoding = Decoding { max_new_tokens: 5, ..Decoding::default() };
        let mut events = runner.generate(1, "Tom has a ball.", &decoding, 0.0);
        events.extend(std::iter::from_fn(|| runner.advance(|| 1.0)));
        let tokens = events.iter().filter(|event| matches!(event, Event::Token { .. })).count();
        let Some(Event::Done { stats, .. }) = events.last() else { panic!("{events:?}") };
        assert_eq!((stats.prompt_tokens, stats.new_tokens), (15, tokens));
    }

    #[test]
    fn a_gguf_file_that_is_alone_is_blamed_for_all_its_parts() {
        let none = String::new;
        let source = ModelSource { config: none(), tokenizer: none(), ..source("m.gguf") };
        assert_eq!(check_config(&source, &[]), Ok(()));
        let whole = golden();
        let open = |weights: &[u8]| match open(&source, files("", "", weights)) {
            Err(failure) => failure,
            Ok(_) => panic!("opened"),
        };
        // The golden model's tokenizer is only a part of one.
        assert!(matches!(open(&whole), Failure::FileInvalid { file, .. } if file == "m.gguf"));
        let cut = &whole[..whole.len() / 2];
        let (file, found) = ("m.gguf".to_owned(), cut.len() as u64);
        let expected = whole.len() as u64;
        assert_eq!(open(cut), Failure::FileTruncated { file, expected, found });
    }
}
