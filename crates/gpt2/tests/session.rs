//! Whole generations: from a prompt to streamed text, and how they end.

mod bytes_only;
mod golden;

use bytes_only::bytes_only;
use zeroshot_decoding::{Decoding, Overflow};
use zeroshot_gpt2::{
    Error, Finding, Finish, Inquiry, KvCache, Model, Result, Session, Started, Step, WeightType,
};

/// 48 positions, 256 tokens.
fn session() -> Session {
    Session::new(golden::model("gguf-64"), bytes_only(&[])).expect("of one model")
}

struct Generated {
    started: Started,
    prefills: Vec<(usize, usize)>,
    ids: Vec<u32>,
    logprobs: Vec<f32>,
    text: String,
    reason: Finish,
}

fn begin(session: &mut Session, prompt: &str, decoding: &Decoding) -> Result<Started> {
    session.start(session.encode(prompt, &[])?, decoding, false)
}

fn generate(session: &mut Session, prompt: &str, decoding: &Decoding) -> Generated {
    let started = begin(session, prompt, decoding).expect("starts");
    let (mut prefills, mut ids, mut logprobs, mut all) = (vec![], vec![], vec![], String::new());
    loop {
        match session.advance().expect("advances") {
            Step::Working => {}
            Step::Prefill { done, total } => prefills.push((done, total)),
            Step::Token { text, prediction } => {
                ids.push(prediction.token);
                logprobs.push(prediction.logprob);
                all += &text;
            }
            Step::Finished { reason, text } => {
                assert!(matches!(session.advance(), Err(Error::NotStarted)));
                let text = all + &text;
                return Generated { started, prefills, ids, logprobs, text, reason };
            }
        }
    }
}

fn tokens(count: usize) -> Decoding {
    Decoding { max_new_tokens: count, ..Decoding::default() }
}

fn sampled(seed: u64) -> Decoding {
    Decoding { temperature: 1.0, seed, ..tokens(12) }
}

#[test]
fn greedy_decoding_follows_the_logits() {
    let mut session = session();
    let generated = generate(&mut session, "Hi", &tokens(5));
    assert_eq!((generated.ids.len(), generated.reason), (5, Finish::Length));
    assert_eq!(generated.text, session.tokenizer().decode(&generated.ids));
    let model = golden::model("gguf-64");
    let mut cache = KvCache::new(model.config()).expect("allocates");
    let mut next = vec![u32::from(b'H'), u32::from(b'i')];
    for (&id, &logprob) in generated.ids.iter().zip(&generated.logprobs) {
        let logits: Vec<f32> =
            model.forward(&next, &mut cache).and_then(|t| Ok(t.to_vec1()?)).expect("runs");
        assert_eq!(id, golden::argmax(&logits));
        let sum: f64 = logits.iter().map(|&logit| f64::from(logit).exp()).sum();
        assert!((f64::from(logprob) - (f64::from(logits[id as usize]) - sum.ln())).abs() < 1e-4);
        next = vec![id];
    }
}

#[test]
fn a_prompt_is_read_in_tiles() {
    let generated = generate(&mut session(), &"x".repeat(40), &tokens(1));
    assert_eq!(generated.prefills, [(32, 40), (40, 40)]);
    let started = Started { prompt_tokens: 40, cached_tokens: 0, trimmed_tokens: 0 };
    assert_eq!(generated.started, started);
}

#[test]
fn the_longest_common_prefix_is_not_read_again() {
    let mut session = session();
    generate(&mut session, "english: one\nfrench:", &tokens(4));
    let second = generate(&mut session, "english: two\nfrench:", &tokens(8));
    assert_eq!(second.started.cached_tokens, "english: ".len());
    assert_eq!(second.prefills, [(20, 20)]);
    let fresh = generate(&mut self::session(), "english: two\nfrench:", &tokens(8));
    assert_eq!(second.ids, fresh.ids);
    // A shorter prompt that the cache holds as a whole.
    let third = generate(&mut session, "english: t", &tokens(4));
    assert_eq!((third.started.cached_tokens, third.prefills), ("english: t".len(), vec![]));
    let fresh = generate(&mut self::session(), "english: t", &tokens(4));
    assert_eq!(third.ids, fresh.ids);
}

#[test]
fn a_text_that_was_left_is_gone_back_to_without_reading_it_again() {
    let mut session = session();
    let (shots, plain) = ("one = un\ntwo = deux\ncat =", "translate cat:");
    let first = generate(&mut session, shots, &sampled(3));
    let other = generate(&mut session, plain, &sampled(3));
    assert_eq!(other.started.cached_tokens, 0, "they have no beginning in common");
    let passes = session.passes();
    let again = generate(&mut session, shots, &sampled(3));
    assert_eq!(again.started.cached_tokens, shots.len().min(24), "half of the context is kept");
    assert_eq!((&again.ids, &again.logprobs), (&first.ids, &first.logprobs));
    let back = generate(&mut session, plain, &sampled(3));
    assert_eq!(back.started.cached_tokens, plain.len());
    assert_eq!((&back.ids, &back.logprobs), (&other.ids, &other.logprobs));
    // What is beyond the half of the first text, and all but the first token of each answer.
    assert_eq!(session.passes(), passes + 1 + 2 * 11);
}

#[test]
fn several_texts_with_one_beginning_are_kept_from_where_they_part() {
    let mut session = session();
    let texts = ["say: cats", "say: dogs", "say: bird"];
    let first: Vec<_> = texts.map(|text| generate(&mut session, text, &tokens(2)).ids).into();
    // Another text pushes their beginning out of the cache as well.
    generate(&mut session, "x", &tokens(1));
    let passes = session.passes();
    for (text, first) in texts.iter().zip(&first) {
        let again = generate(&mut session, text, &tokens(1));
        assert_eq!(again.started.cached_tokens, text.len(), "{text}");
        assert_eq!(again.ids[0], first[0], "{text}");
    }
    assert_eq!(session.passes(), passes, "nothing was read");
}

#[test]
fn what_was_generated_is_part_of_the_prefix() {
    let mut session = session();
    // For the next prompt to have the same tokens, the text must be ASCII here.
    let decoding = Decoding { temperature: 2.0, ..tokens(6) };
    let seed = (0..1000).find(|&seed| {
        let generated = generate(&mut session, "Hi", &Decoding { seed, ..decoding.clone() });
        generated.text.is_ascii() && generated.reason == Finish::Length
    });
    let decoding = Decoding { seed: seed.expect("one of them"), ..decoding };
    let first = generate(&mut session, "Hi", &decoding);
    let next = generate(&mut session, &format!("Hi{}!", first.text), &decoding);
    // The last token generated was never read.
    assert_eq!(next.started.cached_tokens, 2 + 5);
}

#[test]
fn the_same_prompt_and_seed_give_the_same_text_to_the_last_bit() {
    let mut session = session();
    let first = generate(&mut session, "Once upon a time", &sampled(5));
    let again = generate(&mut session, "Once upon a time", &sampled(5));
    assert_eq!((&again.ids, &again.logprobs), (&first.ids, &first.logprobs));
    assert_eq!(again.started.cached_tokens, 16);
    assert_eq!(again.prefills, []);
    let other = generate(&mut session, "Once upon a time", &sampled(6));
    assert_ne!(other.ids, first.ids);
    // In between the cache held something else.
    generate(&mut session, "Once more", &sampled(5));
    assert_eq!(generate(&mut session, "Once upon a time", &sampled(5)).ids, first.ids);
}

#[test]
fn cancel_ends_a_run_between_any_two_steps() {
    let mut session = session();
    let whole = generate(&mut session, &"ab".repeat(20), &tokens(4));
    for steps in 0..5 {
        let mut session = self::session();
        begin(&mut session, &"ab".repeat(20), &tokens(4)).expect("starts");
        for _ in 0..steps {
            session.advance().expect("advances");
        }
        session.cancel();
        assert!(matches!(session.advance(), Err(Error::NotStarted)));
        let again = generate(&mut session, &"ab".repeat(20), &tokens(4));
        assert_eq!(again.ids, whole.ids, "after {steps} steps");
        assert_eq!(again.started.cached_tokens, [0, 32, 40, 40, 40][steps]);
    }
}

#[test]
fn a_stop_string_ends_the_text_before_it() {
    let mut session = session();
    let whole = generate(&mut session, "Hi", &tokens(12));
    let characters: Vec<char> = whole.text.chars().collect();
    let stop: String = characters[3..5].iter().collect();
    let end = whole.text.find(&stop).expect("it is there");
    let stopped = generate(&mut session, "Hi", &Decoding { stop: vec![stop], ..tokens(12) });
    assert_eq!(stopped.reason, Finish::Stop);
    assert_eq!(stopped.text, whole.text[..end]);
    assert!(stopped.ids.len() < 12);
}

#[test]
fn the_end_of_text_token_ends_the_text_and_is_not_part_of_it() {
    let mut config = golden::config("gguf-64");
    let whole = generate(&mut session(), "Hi", &tokens(12));
    config.eos_token_id = Some(whole.ids[4]);
    let file = golden::safetensors("gguf-64");
    let model = Model::from_safetensors(config, &file, WeightType::F32).expect("loads");
    let mut session = Session::new(model, bytes_only(&[])).expect("of one model");
    let ended = generate(&mut session, "Hi", &tokens(12));
    assert_eq!(ended.reason, Finish::EndOfText);
    let end = whole.ids.iter().position(|id| *id == whole.ids[4]).expect("it is there");
    assert_eq!(ended.ids, whole.ids[..end]);
}

#[test]
fn generation_ends_when_the_context_is_full() {
    let generated = generate(&mut session(), &"x".repeat(45), &tokens(10));
    assert_eq!((generated.ids.len(), generated.reason), (3, Finish::ContextFull));
}

#[test]
fn a_prompt_that_leaves_no_room_is_refused_with_the_counts() {
    let error = begin(&mut session(), &"x".repeat(48), &tokens(1)).expect_err("no room");
    assert_eq!(error.to_string(), "the prompt has 48 tokens, and the model's context holds 48");
    let error = begin(&mut session(), &"x".repeat(100_000), &tokens(1)).expect_err("no room");
    assert!(matches!(error, Error::PromptTooLong { tokens: 100_000, n_positions: 48 }));
}

#[test]
fn a_long_prompt_is_trimmed_from_the_left_when_asked() {
    let trim = |count| Decoding { overflow: Overflow::TrimLeft, ..tokens(count) };
    let prompt = format!("{}the end of it", "x".repeat(100));
    let mut session = session();
    let trimmed = generate(&mut session, &prompt, &trim(35));
    let started = Started { prompt_tokens: 13, cached_tokens: 0, trimmed_tokens: 100 };
    assert_eq!(trimmed.started, started);
    assert_eq!((trimmed.ids.len(), trimmed.reason), (35, Finish::Length));
    let bare = generate(&mut self::session(), "the end of it", &tokens(35));
    assert_eq!(trimmed.ids, bare.ids);
    // More new tokens than positions: half of the context is the prompt's.
    let started = begin(&mut session, &prompt, &trim(4000)).expect("starts");
    assert_eq!((started.prompt_tokens, started.trimmed_tokens), (24, 89));
    // A prompt that fits is left alone.
    let started = begin(&mut session, "the end of it", &trim(35)).expect("starts");
    assert_eq!(started.trimmed_tokens, 0);
}

#[test]
fn nothing_to_continue_and_settings_out_of_range_are_refused() {
    let mut session = session();
    assert_eq!(
        begin(&mut session, "", &tokens(1)).expect_err("empty").to_string(),
        "the prompt is empty"
    );
    let nan = Decoding { temperature: f32::NAN, ..tokens(1) };
    assert_eq!(
        begin(&mut session, "Hi", &nan).expect_err("NaN").to_string(),
        "temperature must be a number from 0 to 10"
    );
    assert!(matches!(session.advance(), Err(Error::NotStarted)));
}

#[test]
fn a_tokenizer_of_another_model_is_refused() {
    let one_more = Session::new(golden::model("gguf-64"), bytes_only(&["extra"]));
    assert_eq!(
        one_more.err().expect("refused").to_string(),
        "the tokenizer has 257 entries, and the model's vocabulary 256"
    );
    let other = Session::new(golden::model("gelu-new-odd"), bytes_only(&[]));
    assert!(matches!(other.err(), Some(Error::VocabularyMismatch { tokenizer: 256, model: 101 })));
}

#[test]
fn weights_that_are_not_numbers_are_reported() {
    let file = golden::damaged();
    let model =
        Model::from_safetensors(golden::config("gguf-64"), &file, WeightType::F32).expect("loads");
    let mut session = Session::new(model, bytes_only(&[])).expect("of one model");
    begin(&mut session, "Hi", &tokens(3)).expect("starts");
    session.advance().expect("reads the prompt");
    assert!(matches!(session.advance(), Err(Error::NotANumber)));
    assert!(matches!(session.advance(), Err(Error::NotStarted)));
}

#[test]
fn any_text_can_be_a_prompt() {
    let mut session = session();
    for prompt in ["\0", "👩🏾‍🚀", "שלום", "a\u{301}", "\u{feff}", " ", "\r\n", "<|endoftext|>"]
    {
        let generated = generate(&mut session, prompt, &tokens(3));
        assert_eq!(
            generated.started.prompt_tokens,
            session.encode(prompt, &[]).expect("encodes").len()
        );
        assert_eq!(generated.ids.len(), 3);
    }
}

/// A large model is gone through in parts, between which a run can be ended; what was half read then
/// leaves nothing behind.
#[test]
fn small_steps_change_nothing() {
    let decoding = Decoding { max_new_tokens: 6, ..Decoding::default() };
    let prompt = "A prompt of thirty-one tokens.";
    let whole = generate(&mut session(), prompt, &decoding);
    let mut session = session();
    session.set_step(1);
    for parts_before_the_end in [1, 2, 5] {
        begin(&mut session, "Another text", &decoding).expect("starts");
        for _ in 0..parts_before_the_end {
            session.advance().expect("advances");
        }
        session.cancel();
        begin(&mut session, prompt, &decoding).expect("starts");
        let first = session.advance().expect("advances");
        assert_eq!(first, Step::Working, "after the first of two blocks");
        session.cancel();
        let parts = generate(&mut session, prompt, &decoding);
        assert_eq!((parts.ids, parts.logprobs), (whole.ids.clone(), whole.logprobs.clone()));
        session.start(vec![1], &decoding, false).expect("starts");
        session.cancel();
    }
}

#[test]
fn small_steps_answer_an_inquiry_alike() {
    let tokens: Vec<u32> = (0..40).map(|token| token * 37 % 256).collect();
    let ask = |step: Option<usize>| {
        let mut session = session();
        step.into_iter().for_each(|step| session.set_step(step));
        session.inquire(Inquiry::Read { tokens: tokens.clone(), from: 1 }).expect("in range");
        let (mut predictions, mut steps) = (Vec::new(), 0);
        loop {
            steps += 1;
            match session.advance_inquiry().expect("advances") {
                Finding::Finished => return (predictions, steps),
                Finding::Read { predictions: more, .. } => predictions.extend(more),
                _ => {}
            }
        }
    };
    let ((whole, few), (parts, many)) = (ask(None), ask(Some(1)));
    assert_eq!(parts, whole);
    assert!(many > 5 * few, "{many} steps for {few}");
}
