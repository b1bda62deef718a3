//! One generation at a time, whichever model's.

use std::cell::Cell;

use super::*;
use crate::runner::failed;
use zeroshot_gpt2::Finish;
use zeroshot_protocol::{Failure, Field, Piece, Stats};

#[test]
fn it_is_told_step_by_step_and_timed() {
    let mut runner = runner(Script::generating([
        Ok(Step::Prefill { done: 3, total: 3 }),
        token(0xc3, ""),
        token(0xa9, "é"),
        token(b'b', "b"),
        Ok(Step::Finished { reason: Finish::Stop, text: "!".to_owned() }),
    ]));
    let started = Event::Prefill { id: 4, done: 1, total: 3 };
    assert_eq!(generate(&mut runner, 4, Seat::Main, 1000.0), [started]);
    let clock = Cell::new(1000.0);
    let tick = || {
        clock.set(clock.get() + 10.0);
        clock.get()
    };
    let events: Vec<_> = std::iter::from_fn(|| runner.advance(tick)).collect();
    assert_eq!(events.len(), 5);
    assert_eq!(events[0], Event::Prefill { id: 4, done: 3, total: 3 });
    let Event::Token { id: 4, text, prediction } = &events[1] else { panic!("{events:?}") };
    assert_eq!(text, "");
    // Half a character is told by its byte.
    let half = Piece { id: 0xc3, text: "\u{fffd}".to_owned(), bytes: vec![0xc3] };
    assert_eq!(prediction.piece, half);
    assert_eq!((prediction.logprob, prediction.rank, prediction.entropy), (-0.5, 0, 1.25));
    let top: Vec<_> = prediction.top.iter().map(|choice| choice.piece.text.as_str()).collect();
    assert_eq!(top, ["\u{fffd}", "z"]);
    let stats = Stats {
        prompt_tokens: 3,
        cached_tokens: 1,
        trimmed_tokens: 0,
        new_tokens: 3,
        first_token_ms: 20.0,
        decode_ms: 20.0,
    };
    let (reason, text) = (FinishReason::Stop, "!".to_owned());
    assert_eq!(events[4], Event::Done { id: 4, reason, text, stats });
    assert!(!runner.has_work());
}

#[test]
fn cancel_ends_it_at_once_with_what_was_held_back() {
    let mut runner = runner(Script::generating([token(b'a', "a"), token(b'b', "b")]));
    generate(&mut runner, 4, Seat::Main, 0.0);
    runner.advance(|| 1.0);
    assert_eq!(runner.cancel(3), None, "another request's id");
    match runner.cancel(4) {
        Some(Event::Done { id: 4, reason: FinishReason::Cancelled, text, stats }) => {
            assert_eq!((text.as_str(), stats.new_tokens), ("held", 1));
        }
        event => panic!("{event:?}"),
    }
    assert_eq!(runner.advance(|| 2.0), None);
    assert_eq!(runner.cancel(4), None);
}

#[test]
fn another_one_of_either_model_and_a_new_model_end_it() {
    let scripts = || Script::generating([token(b'a', "a")]);
    let mut runner = pair(scripts(), scripts());
    generate(&mut runner, 4, Seat::Main, 0.0);
    let events = generate(&mut runner, 5, Seat::Rival, 0.0);
    assert!(is_cancelled(&events[0], 4));
    assert!(matches!(events[1], Event::Prefill { id: 5, .. }));
    // The model of the other seat is another matter.
    assert_eq!(runner.replace_model(Seat::Main, scripts(), source("main.gguf")), []);
    assert!(matches!(runner.advance(|| 1.0), Some(Event::Token { id: 5, .. })));
    let events = runner.replace_model(Seat::Rival, scripts(), source("rival.gguf"));
    assert!(matches!(&events[..], [event] if is_cancelled(event, 5)), "{events:?}");
    assert!(!runner.has_work());
}

#[test]
fn a_model_that_was_given_up_generates_no_more() {
    let mut runner = runner(Script::generating([token(b'a', "a")]));
    generate(&mut runner, 4, Seat::Main, 0.0);
    let events = runner.unload(5, Seat::Main);
    assert!(is_cancelled(&events[0], 4));
    assert_eq!(events[1..], [Event::Completed { id: 5 }]);
    assert_eq!(generate(&mut runner, 6, Seat::Main, 0.0), [failed(6, Failure::NoModel)]);
}

#[test]
fn without_a_model_there_is_none() {
    let mut runner = Runner::<Script>::default();
    let no_model = || failed(4, Failure::NoModel);
    assert_eq!(generate(&mut runner, 4, Seat::Main, 0.0), [no_model()]);
    assert_eq!(runner.tokenize(4, "a"), no_model());
}

#[test]
fn what_cannot_be_started_is_said_and_the_next_request_works() {
    let mut runner = runner(Script::default());
    let default = Decoding::default();
    assert_eq!(
        runner.generate(1, Seat::Main, &context(""), &default, false, 0.0),
        [failed(1, Failure::EmptyPrompt)]
    );
    let nan = Decoding { top_p: f32::NAN, ..default };
    assert_eq!(
        runner.generate(2, Seat::Main, &context("a"), &nan, false, 0.0),
        [failed(2, Failure::Setting { field: Field::TopP })]
    );
    let events = generate(&mut runner, 3, Seat::Main, 0.0);
    assert!(matches!(events[..], [Event::Prefill { id: 3, .. }]));
}

#[test]
fn an_error_on_the_way_ends_it_and_names_the_file() {
    let rival = Script::generating([token(b'a', "a"), Err(Error::NotANumber)]);
    let mut runner = pair(Script::default(), rival);
    generate(&mut runner, 4, Seat::Rival, 0.0);
    runner.advance(|| 1.0);
    let event = runner.advance(|| 2.0);
    let Some(Event::Failed { id: Some(4), failure }) = event else { panic!("{event:?}") };
    assert!(matches!(failure, Failure::FileInvalid { file, .. } if file == "rival.gguf"));
    assert!(!runner.has_work());
}

#[test]
fn text_is_cut_into_tokens_while_it_goes_on() {
    let mut runner = runner(Script::generating([token(b'a', "a")]));
    generate(&mut runner, 4, Seat::Main, 0.0);
    let Event::Tokenized { id: 9, pieces } = runner.tokenize(9, "né") else { panic!("no tokens") };
    let bytes: Vec<_> = pieces.iter().map(Piece::byte_len).collect();
    assert_eq!((pieces[0].text.as_str(), bytes.as_slice()), ("n", &[1, 1, 1][..]));
    assert!(matches!(runner.advance(|| 1.0), Some(Event::Token { id: 4, .. })));
}

#[test]
fn it_goes_on_after_tokens_that_its_text_would_not_be_cut_into() {
    let mut runner = runner(Script::default());
    let context = Context { prompt: "ab".to_owned(), tokens: vec![7, 8, 9] };
    let events = runner.generate(1, Seat::Main, &context, &Decoding::default(), true, 0.0);
    assert_eq!(events, [Event::Prefill { id: 1, done: 1, total: 5 }]);
}
