//! GPT-1: its forward pass, its tokenizer and all that stands on them, against `transformers`.

mod golden;

use golden::{argmax, difference};
use serde::Deserialize;
use zeroshot_decoding::Decoding;
use zeroshot_gpt2::weights::{Stream, gguf, safetensors};
use zeroshot_gpt2::{
    Backend, Config, Error, Finding, Inquiry, KvCache, Model, Scheme, Session, Step, Tokenizer,
    Vocabulary, WeightType,
};

const TOLERANCE: f32 = 1e-3;

#[derive(Deserialize)]
struct Golden {
    ids: Vec<u32>,
    positions: Vec<usize>,
    logits: Vec<Vec<f32>>,
    greedy: Vec<u32>,
    /// By layer and head, from the last of `ids`.
    attention: Vec<Vec<Vec<f32>>>,
    /// By depth, after the last of `ids`.
    lens: Vec<Vec<(u32, f32)>>,
}

#[derive(Deserialize)]
struct Tokens {
    text: String,
    ids: Vec<u32>,
    decoded: String,
}

fn golden() -> Golden {
    golden::json("random/gpt1/golden.json")
}

fn model(target: WeightType, backend: Backend) -> Model {
    golden::converted(golden::config("gpt1"), &golden::safetensors("gpt1"), target, backend)
}

fn tokenizer() -> Tokenizer {
    Tokenizer::from_json(&golden::bytes("random/gpt1/tokenizer.json")).expect("GPT-1's kind")
}

fn session(backend: Backend) -> Session {
    Session::new(model(WeightType::F32, backend), tokenizer()).expect("of one model")
}

/// The file with every tensor under another name.
fn renamed(file: &[u8], name: impl Fn(&str) -> String) -> Vec<u8> {
    let header = safetensors::header(file).expect("reads");
    let kept = header.tensors.iter().filter(|tensor| tensor.tensor_type.is_some());
    let list: Vec<_> = kept
        .clone()
        .map(|t| (name(&t.name), t.tensor_type.expect("a float"), t.shape.clone()))
        .collect();
    let mut out = safetensors::header_bytes(&list).expect("floats");
    kept.for_each(|tensor| out.extend(tensor.slice(file).expect("whole")));
    out
}

fn greedy(model: &Model, golden: &Golden) -> Vec<u32> {
    let mut cache = KvCache::new(model.config()).expect("allocates");
    let (mut tokens, mut generated) = (golden.ids.clone(), Vec::new());
    while generated.len() < golden.greedy.len() {
        let logits = model.forward(&tokens, &mut cache).expect("runs");
        tokens = vec![argmax(&logits.to_vec1().expect("one dimension"))];
        generated.extend(&tokens);
    }
    generated
}

fn rows(model: &Model, ids: &[u32]) -> Vec<Vec<f32>> {
    let mut cache = KvCache::new(model.config()).expect("allocates");
    model.forward_all(ids, &mut cache).expect("runs").to_vec2().expect("two dimensions")
}

#[test]
fn logits_and_greedy_text_are_those_of_transformers() {
    let golden = golden();
    for backend in [Backend::Plain, Backend::Kernels] {
        let model = model(WeightType::F32, backend);
        let rows = rows(&model, &golden.ids);
        for (&position, expected) in golden.positions.iter().zip(&golden.logits) {
            let difference = difference(&rows[position], expected);
            assert!(difference < TOLERANCE, "{backend:?} at {position}: {difference}");
        }
        assert_eq!(greedy(&model, &golden), golden.greedy, "{backend:?}");
    }
}

#[test]
fn packed_weights_are_near() {
    let golden = golden();
    for (target, tolerance) in [(WeightType::F16, 0.01), (WeightType::Q8_0, 0.15)] {
        let rows = rows(&model(target, Backend::Kernels), &golden.ids);
        let difference = difference(&rows[12], &golden.logits[3]);
        assert!(difference > 0.0 && difference < tolerance, "{target:?}: {difference}");
    }
}

#[test]
fn names_may_have_a_prefix_and_files_may_come_in_pieces() {
    let (config, file) = (golden::config("gpt1"), golden::safetensors("gpt1"));
    let expected = rows(&model(WeightType::Q8_0, Backend::Kernels), &[1, 2, 3]);
    let prefixed = renamed(&file, |name| format!("transformer.{name}"));
    for file in [file, prefixed] {
        let mut stream = Stream::safetensors(config.clone(), Some(WeightType::Q8_0));
        file.chunks(1000).try_for_each(|piece| stream.write(piece)).expect("a GPT-1");
        assert_eq!(rows(&stream.model().expect("whole"), &[1, 2, 3]), expected);
    }
}

#[test]
fn missing_tensors_are_named_as_gpt1_names_them() {
    let file = renamed(&golden::safetensors("gpt1"), |name| name.replace("tokens_", "other_"));
    let error = Model::from_safetensors(golden::config("gpt1"), &file, WeightType::F32);
    let message = "tensor tokens_embed.weight is missing; expected one of shape [321, 64]";
    assert_eq!(error.expect_err("renamed").to_string(), message);

    // A GPT-2 has the norm after the last block that a GPT-1 has not.
    let json = golden::text("random/gpt1/config.json").replace("openai-gpt", "gpt2");
    let file = renamed(&golden::safetensors("gpt1"), |name| {
        name.replace("tokens_embed", "wte").replace("positions_embed", "wpe")
    });
    let gpt2 = Config::from_json(&json).expect("valid");
    match Model::from_safetensors(gpt2, &file, WeightType::F32) {
        Err(Error::MissingTensor { name, .. }) => assert_eq!(name, "ln_f.weight"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_inside_is_what_transformers_has_there() {
    let golden = golden();
    let last = golden.ids.len() - 1;
    for backend in [Backend::Plain, Backend::Kernels] {
        let mut session = session(backend);
        for (layer, expected) in golden.attention.iter().enumerate() {
            let tokens = golden.ids.clone();
            let found = ask(&mut session, Inquiry::Attention { tokens, layer, position: last });
            let [Finding::Attention { heads }] = &found[..] else { panic!("{found:?}") };
            for (head, expected) in heads.iter().zip(expected) {
                assert!(difference(head, expected) < TOLERANCE, "{backend:?}, layer {layer}");
            }
        }
        let (tokens, positions) = (golden.ids.clone(), (last, last + 1));
        let found = ask(&mut session, Inquiry::Lens { tokens, positions, top: 5 });
        assert_eq!(found.len(), golden.lens.len());
        for (found, expected) in found.iter().zip(&golden.lens) {
            let Finding::Lens { depth, glimpses } = found else { panic!("{found:?}") };
            for (&(id, logprob), &(expected_id, expected)) in glimpses[0].top.iter().zip(expected) {
                assert_eq!(id, expected_id, "{backend:?}, depth {depth}");
                assert!((logprob - expected).abs() < TOLERANCE, "{backend:?}, depth {depth}");
            }
        }
    }
}

fn ask(session: &mut Session, inquiry: Inquiry) -> Vec<Finding> {
    session.inquire(inquiry).expect("can be asked");
    let next = || session.advance_inquiry().expect("advances");
    let told = std::iter::repeat_with(next).take_while(|finding| *finding != Finding::Finished);
    told.filter(|finding| !matches!(finding, Finding::Prefill { .. } | Finding::Working)).collect()
}

#[test]
fn ids_and_texts_are_those_of_transformers() {
    let expected: Vec<Tokens> = golden::json("random/gpt1/tokens.json");
    assert!(expected.len() >= 200);
    let (vocab, merges) =
        (golden::bytes("random/gpt1/vocab.json"), golden::bytes("random/gpt1/merges.txt"));
    let parts = Vocabulary::from_vocab_and_merges(&vocab, &merges).expect("GPT-1's kind");
    assert_eq!(parts.scheme, Scheme::Words);
    let written = Tokenizer::from_json(parts.to_json().as_bytes()).expect("as it was written");
    let parts = Tokenizer::new(parts).expect("fits together");
    for tokenizer in [tokenizer(), parts, written] {
        for Tokens { text, ids, decoded } in &expected {
            assert_eq!(&tokenizer.encode(text).expect("encodes"), ids, "{text:?}");
            assert_eq!(&tokenizer.decode(ids), decoded, "{text:?}");
        }
    }
}

/// What is generated goes on from the prompt as one would write it, and a space comes with the
/// word after it.
#[test]
fn generated_text_goes_on_from_the_prompt() {
    let mut session = session(Backend::default());
    let prompt = "The dog runs on";
    let tokens = session.encode(prompt, &[]).expect("encodes");
    let decoding = Decoding { max_new_tokens: 20, ..Decoding::default() };
    session.start(tokens.clone(), &decoding, false).expect("starts");
    let (mut text, mut all) = (String::new(), tokens);
    loop {
        match session.advance().expect("advances") {
            Step::Prefill { .. } | Step::Working => {}
            Step::Token { text: more, prediction } => {
                assert!(!more.ends_with(' '), "{more:?}");
                text += &more;
                all.push(prediction.token);
            }
            Step::Finished { text: more, .. } => break text += &more,
        }
    }
    assert!(text.starts_with(' '), "{text:?}");
    let whole = session.tokenizer().decode(&all);
    assert_eq!(format!("the dog runs on{text}"), whole);
}

#[test]
fn a_packed_file_holds_the_model_and_its_tokenizer() {
    let (config, file) = (golden::config("gpt1"), golden::safetensors("gpt1"));
    let vocabulary =
        Vocabulary::from_json(&golden::bytes("random/gpt1/tokenizer.json")).expect("GPT-1's kind");
    let packed = golden::packed("gpt1", &file, &vocabulary, WeightType::Q8_0);
    let header = gguf::header(&packed).expect("reads");
    assert_eq!(Config::from_gguf(&header).expect("valid").model_type, config.model_type);
    let loaded = Model::from_gguf(&packed).expect("loads");
    let expected = rows(&model(WeightType::Q8_0, Backend::Kernels), &[5, 6, 7]);
    assert_eq!(rows(&loaded, &[5, 6, 7]), expected);
    let tokenizer = Tokenizer::from_gguf(&header).expect("is in it");
    let text = "Hello, world! 你好";
    assert_eq!(tokenizer.encode(text).ok(), self::tokenizer().encode(text).ok());
}

#[test]
fn tokenizers_that_are_not_quite_gpt1s_are_named() {
    let json = golden::text("random/gpt1/tokenizer.json");
    for (from, to, message) in [
        (
            r#""lowercase":true"#,
            r#""lowercase":false"#,
            "a BertNormalizer that does not make everything lower case",
        ),
        ("BertNormalizer", "NFD", "a NFD normalizer"),
        ("BertPreTokenizer", "Whitespace", "a Whitespace pre-tokenizer"),
        (r#""end_of_word_suffix":"</w>""#, r#""end_of_word_suffix":"@@""#, "words that end in @@"),
    ] {
        assert!(json.contains(from));
        let error = Tokenizer::from_json(json.replace(from, to).as_bytes()).err().expect(message);
        let message = format!("the tokenizer has {message}; expected ");
        assert!(error.to_string().starts_with(&message), "{error}");
    }
    let error = Tokenizer::from_json(json.replace("<unk>", "<who>").as_bytes()).err();
    let message = "the tokenizer's vocabulary has no token <unk>";
    assert_eq!(error.expect("refused").to_string(), message);
}
