//! Models are opened from the bytes of their files, and told apart where they cannot be.

use super::*;
use crate::arrival::check_digest;
use crate::hashing::{Digests, Hashes, note};
use zeroshot_protocol::{Context, Decoding, Event, Place, Query, Seat};

fn source(weights: &str) -> ModelSource {
    ModelSource {
        config: "config.json".to_owned(),
        tokenizer: "tokenizer.json".to_owned(),
        weights: weights.to_owned(),
        ..ModelSource::at(Place::Site { folder: "./models/test/".to_owned() })
    }
}

fn open(
    source: &ModelSource,
    config: &str,
    tokenizer: &str,
    weights: &[u8],
) -> Result<(Session, Digests), Failure> {
    let tokenizer = match tokenizer {
        "" => TokenizerFiles::None,
        json => TokenizerFiles::Json(json.into()),
    };
    let mut opening = begin(source, config.as_bytes(), tokenizer)?;
    for piece in weights.chunks(10_000) {
        opening.write(piece)?;
    }
    finish(&mut opening, source)
}

fn begin(
    source: &ModelSource,
    config: &[u8],
    tokenizer: TokenizerFiles,
) -> Result<Opening<Hashes>, Failure> {
    Opening::new(source, config, tokenizer, Hashes::of(&source.sha256))
}

/// As a catalogue lists it.
fn sha256(file: &[u8]) -> String {
    let mut hashes = Hashes::of("any");
    hashes.update(file);
    hashes.digests().sha256
}

/// The session and the digests of its weights, empty if they were not taken.
fn finish(
    opening: &mut Opening<Hashes>,
    source: &ModelSource,
) -> Result<(Session, Digests), Failure> {
    let session = opening.session()?;
    let digests = opening.hashing().map(|hashing| hashing.digests());
    if let Some(digests) = &digests {
        check_digest(&source.weights, &source.sha256, &digests.sha256)?;
    }
    Ok((session, digests.unwrap_or_default()))
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
    let cut = golden();
    let bytes = bytes_only();
    for (tokenizer, weights, file) in [
        (bytes.as_str(), &b"<!doctype html><p>no</p>"[..], "m.gguf"),
        // Before the weights are looked at: they need not be fetched.
        ("{", &cut, "tokenizer.json"),
    ] {
        match open(&source("m.gguf"), CONFIG, tokenizer, weights) {
            Err(Failure::FileInvalid { file: found, .. }) => assert_eq!(found, file),
            Err(failure) => panic!("{failure:?}"),
            Ok(_) => panic!("{file} was taken"),
        }
    }
    let Err(failure) = check_config(&source("m.gguf"), &[0xff]) else { panic!("accepted") };
    assert!(matches!(failure, Failure::FileInvalid { file, .. } if file == "config.json"));
}

fn golden() -> Vec<u8> {
    let path =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/golden/random/gguf-64/model-q8_0.gguf");
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
    let digest = sha256(&golden());
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
    let summary = summary(&session, Digests { xxh64: "0b".to_owned(), sha256: "0a".to_owned() });
    assert_eq!((summary.n_layer, summary.n_embd, summary.n_positions), (2, 64, 48));
    assert_eq!((summary.xxh64.as_str(), summary.sha256.as_str()), ("0b", "0a"));
    assert_eq!(summary.kind, "Q8_0");

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
        let summary = summary(&opened(&source), Digests::default());
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

/// Takes what is kept of an opening, all that is there.
fn keep(opening: &Opening<Hashes>, keeping: &mut Keeping, kept: &mut Vec<u8>) {
    while opening.keep(keeping, kept).expect("can be kept") {}
}

/// What is noted beside it.
fn noted(opening: &mut Opening<Hashes>, keeping: &Keeping) -> String {
    let (position, mark) = opening.mark(keeping).expect("a tensor is whole");
    note(position, &opening.hashing().expect("is taken").marked(mark))
}

#[test]
fn a_load_that_was_cut_off_ends_with_the_digest_of_the_whole_file() {
    let source = || ModelSource { config: String::new(), ..source("m.gguf") };
    let begin = |source: &ModelSource| {
        begin(source, &[], TokenizerFiles::Json(bytes_only().into())).expect("begins")
    };
    let file = golden();
    let digest = sha256(&file);
    let (_, whole) = open(&source(), "", &bytes_only(), &file).expect("opens");
    assert_eq!((whole.xxh64.len(), whole.sha256.as_str()), (16, ""));

    let cut_off = |listed: &str| {
        let mut first = begin(&ModelSource { sha256: listed.to_owned(), ..source() });
        for piece in file[..file.len() / 2].chunks(1000) {
            first.write(piece).expect("reads");
        }
        let mut keeping = first.keeping().expect("can be said").expect("the header is there");
        let mut kept = Vec::new();
        keep(&first, &mut keeping, &mut kept);
        assert_eq!(keeping.whole(), kept.len() as u64);
        (kept, noted(&mut first, &keeping))
    };
    let (kept, checked) = cut_off(&digest);
    let (_, unchecked) = cut_off("");

    for (mark, listed, goes_on) in [
        (checked.as_str(), digest.as_str(), true),
        (checked.as_str(), "", true),
        (unchecked.as_str(), "", true),
        // It came to be listed meanwhile.
        (unchecked.as_str(), digest.as_str(), false),
        // Whoever changed the mark cannot make another file pass.
        ("", digest.as_str(), false),
        ("9:00ff", digest.as_str(), false),
        ("", "", true),
    ] {
        let source = ModelSource { sha256: listed.to_owned(), ..source() };
        let mut second = begin(&source);
        second.write(&file[..20_000]).expect("reads");
        let mut keeping = second.keeping().expect("can be said").expect("the header is there");
        second.restore(&mut keeping, &kept).expect("of the same model");
        assert_eq!(second.restored(&mut keeping, mark), goes_on, "{mark}");
        let position = usize::try_from(second.position()).expect("small");
        assert!(position > 20_000 && position <= file.len() / 2);
        second.write(&file[position..]).expect("reads");
        if goes_on {
            let (session, found) = finish(&mut second, &source).expect("opens");
            assert_eq!(session.config().n_layer, 2);
            let expected = match mark {
                "" => Digests::default(),
                _ => Digests { sha256: listed.to_owned(), ..whole.clone() },
            };
            assert_eq!(found, expected);
        }
    }
}

#[test]
fn a_model_that_was_used_before_it_was_kept_goes_on_from_what_is_there() {
    let file = golden();
    let source = ModelSource { config: String::new(), ..source("m.gguf") };
    let source = ModelSource { sha256: sha256(&file), ..source };
    let begin = || begin(&source, &[], TokenizerFiles::Json(bytes_only().into())).expect("begins");
    let mut first = begin();
    first.write(&file).expect("reads");
    let mut keeping = first.keeping().expect("can be said").expect("the header is there");
    let (_session, _) = finish(&mut first, &source).expect("opens");

    // The page is closed before anything is noted, between two tensors, and at the end.
    let (mut kept, mut cuts) = (Vec::new(), vec![(Vec::new(), String::new())]);
    loop {
        let part = first.stream.keep(&mut keeping, 10_000, &mut kept);
        if !part.expect("can be kept") {
            break;
        }
        if keeping.whole() == keeping.position() && first.mark(&keeping).is_some() {
            cuts.push((kept.clone(), noted(&mut first, &keeping)));
        }
    }
    assert_eq!((first.behind(&mut keeping), cuts.len()), (0, 29));
    for (there, note) in cuts {
        let mut second = begin();
        second.write(&file[..20_000]).expect("reads");
        let mut keeping = second.keeping().expect("can be said").expect("the header is there");
        second.restore(&mut keeping, &there).expect("of the same model");
        assert!(second.restored(&mut keeping, &note), "from {} bytes", there.len());
        assert_eq!(keeping.position(), there.len() as u64);
        let position = usize::try_from(second.position()).expect("small");
        second.write(&file[position..]).expect("reads");
        finish(&mut second, &source).expect("it is the listed file");
        let mut again = there;
        keep(&second, &mut keeping, &mut again);
        assert!(again == kept);
    }
}

#[test]
fn what_a_model_takes_is_known_from_its_header() {
    let file = golden();
    let source = ModelSource { config: String::new(), ..source("m.gguf") };
    let mut opening = begin(&source, &[], TokenizerFiles::None).expect("begins");
    assert_eq!(opening.describe(), Ok(None));
    opening.write(&file[..20_000]).expect("reads");
    let description = opening.describe().expect("can be kept").expect("is there");
    assert_eq!(description.download, file.len() as u64);
    assert_eq!(description.source.bytes, description.download);
    assert_eq!((description.architecture.as_str(), description.n_positions), ("gpt2", 48));
    assert_eq!(description.kv_cache, 2 * 2 * 48 * 64 * 4);
    let of = |kind| {
        let of_kind = |(other, _): &&(Quantization, u64)| *other == kind;
        description.packed.iter().find(of_kind).expect("listed").1
    };
    let quantization = Some(Quantization::Q4);
    let session = opened(&ModelSource { quantization, ..source });
    assert!(session.weight_bytes().abs_diff(of(Quantization::Q4)) < session.weight_bytes() / 20);
    assert!(of(Quantization::F32) > of(Quantization::F16));
    assert!(of(Quantization::F16) > of(Quantization::Q8));
}
