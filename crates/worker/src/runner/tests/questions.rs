//! Questions: one after the other, after a generation, and ended or set back on the way.

use std::rc::Rc;

use super::*;
use crate::runner::failed;
use zeroshot_gpt2::{Distribution, Finding, Finish, Glimpse, Inquiry};
use zeroshot_protocol::{Failure, Query, Standing, TensorSummary};

fn read(prompt: &str, from: usize) -> Query {
    Query::Read { context: context(prompt), from }
}

fn found(start: usize, tokens: &[u8]) -> Result<Finding, Error> {
    let predictions = tokens.iter().map(|&token| prediction(token)).collect();
    Ok(Finding::Read { start, predictions })
}

/// What an event tells, in short.
fn short(event: &Event) -> String {
    let texts = |predictions: &[zeroshot_protocol::Prediction]| -> String {
        predictions.iter().map(|prediction| prediction.piece.text.as_str()).collect()
    };
    match event {
        Event::Prefill { id, done, total } => format!("{id} prefill {done}/{total}"),
        Event::Token { id, text, .. } => format!("{id} token {text}"),
        Event::Done { id, .. } => format!("{id} done"),
        Event::Read { id, start, predictions } => {
            format!("{id} read {start} {}", texts(predictions))
        }
        Event::Scored { id, answer, predictions } => {
            format!("{id} scored {answer} {}", texts(predictions))
        }
        Event::Lens { id, depth, .. } => format!("{id} lens {depth}"),
        Event::Attention { id, .. } => format!("{id} attention"),
        Event::Divergence { id, start, agree, .. } => {
            format!("{id} divergence {start} {}", agree.len())
        }
        Event::Tensors { id, .. } => format!("{id} tensors"),
        Event::Completed { id } => format!("{id} completed"),
        other => panic!("{other:?}"),
    }
}

fn shorts(events: &[Event]) -> Vec<String> {
    events.iter().map(short).collect()
}

#[test]
fn they_are_answered_in_order_a_step_at_a_time() {
    let mut runner = runner(Script::finding([
        vec![
            Ok(Finding::Prefill { done: 2, total: 4 }),
            Ok(Finding::Working),
            found(1, b"bc"),
            found(3, b"d"),
        ],
        vec![Ok(Finding::Attention { heads: vec![vec![0.25, 0.75], vec![1.0, 0.0]] })],
    ]));
    assert_eq!(runner.ask(1, Seat::Main, read("abcd", 1)), None);
    let attention = Query::Attention { context: context("ab"), layer: 1, position: 1 };
    assert_eq!(runner.ask(2, Seat::Main, attention), None);
    assert_eq!(runner.at_work(), Some(1));
    assert_eq!(
        runner.advance(|| 1.0),
        Some(Event::Prefill { id: 1, done: 2, total: 4 }),
        "one step, one event"
    );
    let events = rest(&mut runner);
    assert_eq!(
        shorts(&events),
        ["1 read 1 bc", "1 read 3 d", "1 completed", "2 attention", "2 completed"]
    );
    let heads = vec![vec![0.25, 0.75], vec![1.0, 0.0]];
    assert_eq!(events[3], Event::Attention { id: 2, heads });
}

#[test]
fn each_is_put_to_the_model_in_tokens() {
    let script = Script::default();
    let asked = Rc::clone(&script.asked);
    let mut runner = runner(script);
    let context = Context { prompt: "ab".to_owned(), tokens: vec![7] };
    let tokens = vec![97, 98, 7];
    let decoding = Decoding::default();
    let queries = [
        Query::Read { context: context.clone(), from: 2 },
        Query::Score { context: context.clone(), answers: vec!["x".into(), "yz".into()] },
        Query::Distribution { context: context.clone(), decoding: decoding.clone() },
        Query::Attention { context: context.clone(), layer: 3, position: 1 },
        Query::Gaze { context: context.clone(), from: (1, 3), spans: vec![(0, 1)] },
        Query::Lens { context, positions: (0, 3), top: 4 },
    ];
    for (id, query) in (1..).zip(queries) {
        assert_eq!(runner.ask(id, Seat::Main, query), None);
    }
    let ends: Vec<_> = (1..=6).map(|id| Event::Completed { id }).collect();
    assert_eq!(rest(&mut runner), ends);
    let expected = [
        Inquiry::Read { tokens: tokens.clone(), from: 2 },
        Inquiry::Score { tokens: tokens.clone(), answers: vec![vec![120], vec![121, 122]] },
        Inquiry::Distribution { tokens: tokens.clone(), decoding },
        Inquiry::Attention { tokens: tokens.clone(), layer: 3, position: 1 },
        Inquiry::Gaze { tokens: tokens.clone(), from: (1, 3), spans: vec![(0, 1)] },
        Inquiry::Lens { tokens, positions: (0, 3), top: 4 },
    ];
    assert_eq!(*asked.borrow(), expected);
}

#[test]
fn findings_are_told_with_the_text_of_their_tokens() {
    let bars = vec![(97, 0.5, 1.0), (98, 0.25, 0.0)];
    let glimpse = Glimpse { position: 2, top: vec![(98, -0.25)], next: Some((-3.0, 7)) };
    let mut runner = runner(Script::finding([
        vec![Ok(Finding::Distribution(Distribution {
            bars,
            kept: 3,
            kept_before: 0.75,
            entropy: (2.0, 1.0),
        }))],
        vec![Ok(Finding::Lens { depth: 0, glimpses: vec![glimpse] })],
        vec![Ok(Finding::Gaze { layers: vec![vec![vec![0.5]]] })],
    ]));
    let context = || context("abc");
    let decoding = Decoding::default();
    runner.ask(1, Seat::Main, Query::Distribution { context: context(), decoding });
    runner.ask(2, Seat::Main, Query::Lens { context: context(), positions: (2, 3), top: 1 });
    let gaze = Query::Gaze { context: context(), from: (1, 2), spans: vec![(0, 1)] };
    runner.ask(3, Seat::Main, gaze);
    let events = rest(&mut runner);
    let Event::Distribution { id: 1, bars, kept: 3, kept_before: 0.75, entropy: (2.0, 1.0) } =
        &events[0]
    else {
        panic!("{events:?}")
    };
    assert_eq!(bars[1].piece.text, "b");
    assert_eq!((bars[1].before, bars[1].after), (0.25, 0.0));
    let Event::Lens { id: 2, depth: 0, glimpses } = &events[2] else { panic!("{events:?}") };
    assert_eq!((glimpses[0].position, glimpses[0].top[0].piece.text.as_str()), (2, "b"));
    assert_eq!(glimpses[0].next, Some(Standing { logprob: -3.0, rank: 7 }));
    assert_eq!(events[4], Event::Gaze { id: 3, layers: vec![vec![vec![0.5]]] });
}

#[test]
fn a_generation_comes_first_and_none_is_lost_or_told_twice() {
    let mut script = Script::finding([
        vec![Ok(Finding::Prefill { done: 2, total: 4 }), found(1, b"b"), found(2, b"cd")],
        vec![found(2, b"cd")],
    ]);
    script.steps =
        [token(b'x', "x"), Ok(Step::Finished { reason: Finish::Length, text: String::new() })]
            .into();
    let asked = Rc::clone(&script.asked);
    let mut runner = runner(script);
    runner.ask(1, Seat::Main, read("abcd", 1));
    runner.ask(2, Seat::Main, Query::Tensors);
    let before: Vec<_> = (0..2).filter_map(|_| runner.advance(|| 1.0)).collect();
    assert_eq!(shorts(&before), ["1 prefill 2/4", "1 read 1 b"]);
    assert_eq!(shorts(&generate(&mut runner, 3, Seat::Main, 0.0)), ["3 prefill 1/3"]);
    assert_eq!(runner.at_work(), Some(3));
    assert_eq!(
        shorts(&rest(&mut runner)),
        ["3 token x", "3 done", "1 read 2 cd", "1 completed", "2 tensors", "2 completed"]
    );
    let froms: Vec<_> = asked
        .borrow()
        .iter()
        .map(|inquiry| match inquiry {
            Inquiry::Read { from, .. } => *from,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(froms, [1, 2]);
}

#[test]
fn answers_and_depths_go_on_where_they_were_set_back() {
    let scored =
        |answer, token| Ok(Finding::Scored { answer, predictions: vec![prediction(token)] });
    let lens = |depth| Ok(Finding::Lens { depth, glimpses: Vec::new() });
    let mut runner = runner(Script::finding([
        vec![scored(0, b'x'), scored(1, b'y')],
        vec![scored(0, b'y')],
        vec![lens(0), lens(1), lens(2)],
        vec![lens(0), lens(1), lens(2)],
    ]));
    let answers = vec!["x".to_owned(), "y".to_owned()];
    runner.ask(1, Seat::Main, Query::Score { context: context("a"), answers });
    runner.ask(2, Seat::Main, Query::Lens { context: context("a"), positions: (0, 1), top: 1 });
    let mut events = Vec::new();
    // In the middle of the answers, after the last of them, and in the middle of the depths.
    for steps in [1, 1, 3] {
        events.extend((0..steps).filter_map(|_| runner.advance(|| 1.0)));
        generate(&mut runner, 9, Seat::Main, 0.0);
        assert!(runner.cancel(9).is_some_and(|event| is_cancelled(&event, 9)));
    }
    events.extend(rest(&mut runner));
    assert_eq!(
        shorts(&events),
        [
            "1 scored 0 x",
            "1 scored 1 y",
            "1 completed",
            "2 lens 0",
            "2 lens 1",
            "2 lens 2",
            "2 completed"
        ]
    );
}

#[test]
fn one_model_is_asked_while_the_other_generates() {
    let main = Script::finding([vec![found(1, b"b"), found(2, b"c")]]);
    let done = Ok(Step::Finished { reason: Finish::Length, text: String::new() });
    let mut runner = pair(main, Script::generating([done]));
    runner.ask(1, Seat::Main, read("abc", 1));
    assert_eq!(runner.advance(|| 1.0).as_ref().map(short).as_deref(), Some("1 read 1 b"));
    generate(&mut runner, 2, Seat::Rival, 0.0);
    // It waits for the other's generation, but need not begin anew.
    assert_eq!(shorts(&rest(&mut runner)), ["2 done", "1 read 2 c", "1 completed"]);
}

#[test]
fn cancel_ends_one_at_work_or_waiting() {
    let mut runner = runner(Script::finding([vec![found(1, b"b"), found(2, b"c")], Vec::new()]));
    for id in 1..=3 {
        runner.ask(id, Seat::Main, read("abc", 1));
    }
    runner.advance(|| 1.0);
    assert_eq!(runner.cancel(2), Some(Event::Completed { id: 2 }));
    assert_eq!(runner.cancel(1), Some(Event::Completed { id: 1 }));
    assert_eq!(runner.cancel(1), None);
    assert_eq!(rest(&mut runner), [Event::Completed { id: 3 }]);
}

#[test]
fn they_fail_with_the_model_that_they_were_about() {
    let mut runner = pair(Script::finding([vec![found(1, b"b")]]), Script::default());
    runner.ask(1, Seat::Main, read("abc", 1));
    runner.ask(2, Seat::Rival, Query::Tensors);
    runner.ask(3, Seat::Main, Query::Divergence { context: context("ab"), from: 1 });
    runner.ask(4, Seat::Main, Query::Tensors);
    runner.advance(|| 1.0);
    let no_model = |id| failed(id, Failure::NoModel);
    let events = runner.replace_model(Seat::Rival, Script::default(), source("rival.gguf"));
    assert_eq!(events, [no_model(2), no_model(3)]);
    let events = runner.unload(5, Seat::Main);
    assert_eq!(events, [no_model(1), no_model(4), Event::Completed { id: 5 }]);
    assert!(!runner.has_work());
    assert_eq!(runner.ask(6, Seat::Main, Query::Tensors), Some(no_model(6)));
    let divergence = Query::Divergence { context: context("ab"), from: 1 };
    assert_eq!(runner.ask(7, Seat::Rival, divergence), Some(no_model(7)));
}

#[test]
fn one_that_fails_does_not_stop_the_next() {
    let outside = || Err(Error::OutOfBounds("layer 9 of 2".to_owned()));
    let mut runner = runner(Script::finding([vec![outside()], vec![found(1, b"b")]]));
    runner.ask(1, Seat::Main, read("ab", 1));
    runner.ask(2, Seat::Main, read("ab", 1));
    let events = rest(&mut runner);
    let detail = "layer 9 of 2".to_owned();
    assert_eq!(events[0], failed(1, Failure::Internal { detail }));
    assert_eq!(shorts(&events[1..]), ["2 read 1 b", "2 completed"]);
}

#[test]
fn tensors_are_listed() {
    let mut runner = runner(Script::default());
    runner.ask(1, Seat::Main, Query::Tensors);
    assert_eq!(runner.advance(|| 1.0), None, "one tensor a step, and told of all together");
    let tensors = ["wte.weight", "h.0.attn.c_attn.weight"].map(|name| TensorSummary {
        name: name.to_owned(),
        shape: vec![4, 12],
        kind: "F16".to_owned(),
        mean: 0.5,
        std: 2.0,
    });
    let tensors = tensors.to_vec();
    assert_eq!(rest(&mut runner), [Event::Tensors { id: 1, tensors }, Event::Completed { id: 1 }]);
}

fn distributed(probabilities: &[f32]) -> Script {
    let prefill = Ok(Finding::Prefill { done: 9, total: 10 });
    let again = Ok(Finding::Prefill { done: 10, total: 10 });
    let mut script = Script::finding([vec![prefill], vec![again]]);
    script.probabilities = probabilities.to_vec();
    script
}

#[test]
fn two_models_are_compared_some_positions_at_a_time() {
    let mut runner = pair(distributed(&[0.5, 0.25, 0.25]), distributed(&[0.25, 0.25, 0.5]));
    runner.ask(1, Seat::Main, Query::Divergence { context: context("hello world"), from: 1 });
    let events = rest(&mut runner);
    assert_eq!(
        shorts(&events),
        [
            "1 prefill 9/20",
            "1 prefill 10/20",
            "1 prefill 19/20",
            "1 prefill 20/20",
            "1 divergence 1 8",
            "1 divergence 9 2",
            "1 completed"
        ]
    );
    let Event::Divergence { divergence, agree, .. } = &events[4] else { panic!("{events:?}") };
    let expected = 0.25 * std::f32::consts::LN_2;
    assert!(divergence.iter().all(|found| (found - expected).abs() < 1e-6), "{divergence:?}");
    assert_eq!(*agree, [false; 8]);
}

#[test]
fn a_comparison_goes_on_where_it_was_set_back_by_either_model() {
    let (main, rival) = (distributed(&[0.5, 0.5]), distributed(&[0.5, 0.5]));
    let mut runner = pair(main, rival);
    runner.ask(1, Seat::Main, Query::Divergence { context: context("hello world"), from: 1 });
    let before: Vec<_> = (0..5).filter_map(|_| runner.advance(|| 1.0)).collect();
    assert_eq!(before.last().map(short).as_deref(), Some("1 divergence 1 8"));
    generate(&mut runner, 2, Seat::Rival, 0.0);
    runner.cancel(2);
    let events = rest(&mut runner);
    assert_eq!(shorts(&events)[3..], ["1 prefill 20/20", "1 divergence 9 2", "1 completed"]);
    let Event::Divergence { divergence, agree, .. } = &events[4] else { panic!("{events:?}") };
    assert_eq!((divergence.as_slice(), agree.as_slice()), (&[0.0; 2][..], &[true; 2][..]));
}

#[test]
fn models_that_cut_text_differently_are_not_compared() {
    let rival = Script { vocabulary: "characters", ..Script::default() };
    let mut runner = pair(Script::default(), rival);
    let divergence = |from| Query::Divergence { context: context("abc"), from };
    runner.ask(1, Seat::Main, divergence(1));
    assert_eq!(rest(&mut runner), [failed(1, Failure::DifferentVocabularies)]);
}

#[test]
fn a_comparison_of_nothing_is_refused_or_done_at_once() {
    let mut runner = pair(Script::default(), Script::default());
    for (id, from) in [(1, 0), (2, 4), (3, 3)] {
        runner.ask(id, Seat::Main, Query::Divergence { context: context("abc"), from });
    }
    let events = rest(&mut runner);
    for (event, request) in events.iter().zip([1, 2]) {
        let Event::Failed { id, failure: Failure::Internal { .. } } = event else {
            panic!("{event:?}")
        };
        assert_eq!(*id, Some(request));
    }
    assert_eq!(events[2..], [Event::Completed { id: 3 }]);
}
