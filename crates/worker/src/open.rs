//! From the bytes of a model's files to a session that runs it.

use sha2::{Digest, Sha256};
use zeroshot_gpt2::weights::Stream;
use zeroshot_gpt2::{Config, Error, Part, Session, Tokenizer, WeightType};
use zeroshot_protocol::{Failure, ModelSource, ModelSummary, Quantization};

use crate::{arrival::check_digest, failure};

/// A model whose weights arrive.
pub struct Opening {
    source: ModelSource,
    /// The bytes of `tokenizer.json`; of a GGUF file that holds the tokenizer, none.
    tokenizer: Vec<u8>,
    stream: Stream,
    digest: Sha256,
}

impl Opening {
    /// Begins with the small files, before the large one is fetched. A GGUF file can hold all that
    /// the others say: a file without a name has no bytes.
    ///
    /// # Errors
    /// Says what is wrong with the configuration.
    pub fn new(source: &ModelSource, config: &[u8], tokenizer: Vec<u8>) -> Result<Self, Failure> {
        let target = source.quantization.map(weight_type);
        let stream = if source.weights.ends_with(".gguf") {
            check_config(source, config)?;
            Stream::gguf(target)
        } else {
            let config = read_config(config).map_err(|error| failure::of(&error, source))?;
            Stream::safetensors(config, target)
        };
        Ok(Self { source: source.clone(), tokenizer, stream, digest: Sha256::new() })
    }

    /// Takes the next bytes of the weights.
    ///
    /// # Errors
    /// Says what is wrong with them.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        self.digest.update(bytes);
        self.stream.write(bytes).map_err(|error| failure::of(&error, &self.source))
    }

    /// The session, and the SHA-256 of the weights in hexadecimal.
    ///
    /// # Errors
    /// Says which file is at fault, and what is wrong with it.
    pub fn finish(self) -> Result<(Session, String), Failure> {
        let Self { source, tokenizer, stream, digest } = self;
        let digest = digest.finalize();
        let opened = || -> Result<(Session, Vec<u8>), Error> {
            // First the model: a file that was cut says so, whatever else it lacks.
            let vocabulary = stream.gguf_header().cloned();
            let model = stream.finish()?;
            let tokenizer = match vocabulary {
                Some(header) if source.tokenizer.is_empty() => Tokenizer::from_gguf(&header)?,
                _ => Tokenizer::from_json(&tokenizer)?,
            };
            Ok((Session::new(model, tokenizer)?, digest.to_vec()))
        };
        let (session, digest) = opened().map_err(|error| failure::of(&error, &source))?;
        let digest = check_digest(&source.weights, &source.sha256, &digest)?;
        Ok((session, digest))
    }
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

const fn weight_type(quantization: Quantization) -> WeightType {
    match quantization {
        Quantization::F32 => WeightType::F32,
        Quantization::F16 => WeightType::F16,
        Quantization::Q8 => WeightType::Q8_0,
        Quantization::Q4 => WeightType::Q4_0,
    }
}

fn read_config(bytes: &[u8]) -> Result<Config, Error> {
    let json = std::str::from_utf8(bytes).map_err(|error| Error::Invalid {
        part: Part::Config,
        detail: format!("the configuration is not UTF-8: {error}"),
    })?;
    Config::from_json(json)
}

/// What the page shows of a session's model; `sha256` is its weights' in hexadecimal.
pub fn summary(session: &Session, sha256: String) -> ModelSummary {
    let config = session.config();
    ModelSummary {
        architecture: "gpt2".to_owned(),
        n_positions: config.n_positions,
        n_layer: config.n_layer,
        n_head: config.n_head,
        n_embd: config.n_embd,
        vocab_size: config.vocab_size,
        parameters: session.parameters(),
        kind: session.kind().to_owned(),
        weight_bytes: session.weight_bytes(),
        sha256,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroshot_protocol::{Context, Decoding, Event, Place, Query, Seat};

    fn source(weights: &str) -> ModelSource {
        ModelSource {
            place: Place::Site { folder: "./models/test/".to_owned() },
            config: "config.json".to_owned(),
            tokenizer: "tokenizer.json".to_owned(),
            weights: weights.to_owned(),
            bytes: 0,
            sha256: String::new(),
            quantization: None,
            keep: None,
        }
    }

    fn open(
        source: &ModelSource,
        config: &str,
        tokenizer: &str,
        weights: &[u8],
    ) -> Result<(Session, String), Failure> {
        let mut opening = Opening::new(source, config.as_bytes(), tokenizer.into())?;
        for piece in weights.chunks(10_000) {
            opening.write(piece)?;
        }
        opening.finish()
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
        let cut = golden();
        for (weights, bytes, file) in [
            ("m.gguf", &b"<!doctype html><p>no</p>"[..], "m.gguf"),
            ("m.gguf", &cut, "tokenizer.json"),
        ] {
            match open(&source(weights), CONFIG, TOKENIZER, bytes) {
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

    fn opened(source: &ModelSource) -> Session {
        let source = ModelSource { config: String::new(), ..source.clone() };
        let opened = open(&source, "", &bytes_only(), &golden());
        opened.unwrap_or_else(|failure| panic!("{failure:?}")).0
    }

    #[test]
    fn weights_are_held_to_the_catalogues_digest() {
        let listed = |sha256: &str| ModelSource {
            config: String::new(),
            sha256: sha256.to_owned(),
            ..source("m.gguf")
        };
        let (_, digest) = open(&listed(""), "", &bytes_only(), &golden()).expect("opens");
        assert_eq!(digest.len(), 64);
        assert!(open(&listed(&digest), "", &bytes_only(), &golden()).is_ok());
        let mut damaged = golden();
        *damaged.last_mut().expect("not empty") ^= 1;
        let mismatch = Failure::ChecksumMismatch { file: "m.gguf".to_owned() };
        match open(&listed(&digest), "", &bytes_only(), &damaged) {
            Err(failure) => assert_eq!(failure, mismatch),
            Ok(_) => panic!("opened"),
        }
    }

    #[test]
    fn an_opened_model_generates_through_the_runner() {
        let source = source("m.gguf");
        let session = opened(&source);
        let summary = summary(&session, "0a".to_owned());
        assert_eq!((summary.n_layer, summary.n_embd, summary.n_positions), (2, 64, 48));
        assert_eq!((summary.kind.as_str(), summary.sha256.as_str()), ("Q8_0", "0a"));

        let mut runner = crate::runner::Runner::default();
        runner.replace_model(Seat::Main, session, source);
        let decoding = Decoding { max_new_tokens: 5, ..Decoding::default() };
        let context = Context { prompt: "Tom has a ball.".to_owned(), tokens: Vec::new() };
        let mut events = runner.generate(1, Seat::Main, &context, &decoding, false, 0.0);
        events.extend(std::iter::from_fn(|| runner.advance(|| 1.0)));
        let tokens = events.iter().filter(|event| matches!(event, Event::Token { .. })).count();
        let Some(Event::Done { stats, .. }) = events.last() else { panic!("{events:?}") };
        assert_eq!((stats.prompt_tokens, stats.new_tokens), (15, tokens));
    }

    #[test]
    fn matrices_are_turned_into_the_type_that_was_asked_for() {
        let bytes = |quantization| {
            let source = ModelSource { quantization, ..source("m.gguf") };
            let summary = summary(&opened(&source), String::new());
            (summary.kind, summary.weight_bytes)
        };
        let (stored, most) = bytes(None);
        assert_eq!(stored, "Q8_0");
        let (kind, fewer) = bytes(Some(Quantization::Q4));
        assert_eq!(kind, "Q4_0");
        assert!(fewer < most, "{fewer} of {most}");
        let (kind, more) = bytes(Some(Quantization::F32));
        assert_eq!(kind, "F32");
        assert!(more > 2 * most, "{more} of {most}");
    }

    #[test]
    fn opened_models_are_looked_into_and_compared_through_the_runner() {
        let main = source("m.gguf");
        let rival = ModelSource { quantization: Some(Quantization::Q4), ..main.clone() };
        let mut runner = crate::runner::Runner::default();
        runner.replace_model(Seat::Main, opened(&main), main);
        runner.replace_model(Seat::Rival, opened(&rival), rival);
        let context = || Context { prompt: "Tom has a ball.".to_owned(), tokens: vec![10] };
        let queries = [
            Query::Read { context: context(), from: 1 },
            Query::Score { context: context(), answers: vec!["He".to_owned(), "I".to_owned()] },
            Query::Attention { context: context(), layer: 1, position: 15 },
            Query::Lens { context: context(), positions: (15, 16), top: 3 },
            Query::Divergence { context: context(), from: 1 },
            Query::Tensors,
        ];
        for (id, query) in (1..).zip(queries) {
            assert_eq!(runner.ask(id, Seat::Main, query), None);
        }
        let mut events = Vec::new();
        while runner.has_work() {
            events.extend(runner.advance(|| 1.0));
        }
        let ended: Vec<_> = events.iter().filter(|event| event.is_last()).map(Event::id).collect();
        assert_eq!(ended, (1..=6).map(Some).collect::<Vec<_>>(), "{events:?}");
        let (mut read, mut apart) = (Vec::new(), Vec::new());
        for event in events {
            match event {
                Event::Read { predictions, .. } => read.extend(predictions),
                Event::Divergence { divergence, .. } => apart.extend(divergence),
                Event::Failed { failure, .. } => panic!("{failure:?}"),
                Event::Tensors { tensors, .. } => assert_eq!(tensors.len(), 28),
                _ => {}
            }
        }
        let text: String = read.iter().map(|prediction| prediction.piece.text.as_str()).collect();
        assert_eq!(text, "om has a ball.\n");
        // Four bits for eight: another distribution, and not by far.
        assert_eq!(apart.len(), 15);
        assert!(apart.iter().all(|&nats| nats > 0.0 && nats < 1.0), "{apart:?}");
    }

    #[test]
    fn a_gguf_file_that_is_alone_is_blamed_for_all_its_parts() {
        let none = String::new;
        let source = ModelSource { config: none(), tokenizer: none(), ..source("m.gguf") };
        assert_eq!(check_config(&source, &[]), Ok(()));
        let whole = golden();
        let open = |weights: &[u8]| match open(&source, "", "", weights) {
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
