//! Looking into texts: what costs a forward pass and what does not, and what is refused.

mod bytes_only;
mod golden;

use bytes_only::bytes_only;
use zeroshot_decoding::Decoding;
use zeroshot_gpt2::{
    Backend, Distribution, Error, Finding, Glimpse, Inquiry, MAX_BARS, PREFILL_TILE, Prediction,
    Session, Step, WeightType,
};

/// 48 positions, 256 tokens, 2 layers, 4 heads.
fn session() -> Session {
    of(WeightType::F32, Backend::Kernels)
}

fn of(target: WeightType, backend: Backend) -> Session {
    let (config, file) = (golden::config("gguf-64"), golden::safetensors("gguf-64"));
    let model = golden::converted(config, &file, target, backend);
    Session::new(model, bytes_only(&[])).expect("of one model")
}

fn of_each_kind() -> impl Iterator<Item = (String, Session)> {
    let backends = [Backend::Plain, Backend::Kernels];
    backends.into_iter().flat_map(|backend| {
        WeightType::ALL
            .map(|target| (format!("{} by {backend:?}", target.name()), of(target, backend)))
    })
}

fn text(len: u32) -> Vec<u32> {
    (0..len).map(|i| (i * 37 + 5) % 256).collect()
}

/// Every step of an inquiry.
fn steps(session: &mut Session, inquiry: Inquiry) -> Vec<Finding> {
    session.inquire(inquiry).expect("in range");
    let mut found = Vec::new();
    loop {
        match session.advance_inquiry().expect("advances") {
            Finding::Finished => {
                assert!(matches!(session.advance_inquiry(), Err(Error::NotStarted)));
                return found;
            }
            finding => found.push(finding),
        }
    }
}

fn read(session: &mut Session, tokens: &[u32], from: usize) -> Vec<Prediction> {
    let found = steps(session, Inquiry::Read { tokens: tokens.to_vec(), from });
    let parts = found.into_iter().filter_map(|finding| match finding {
        Finding::Read { predictions, .. } => Some(predictions),
        _ => None,
    });
    parts.flatten().collect()
}

fn attention(
    session: &mut Session,
    tokens: &[u32],
    layer: usize,
    position: usize,
) -> Vec<Vec<f32>> {
    let tokens = tokens.to_vec();
    match steps(session, Inquiry::Attention { tokens, layer, position }).pop() {
        Some(Finding::Attention { heads }) => heads,
        other => panic!("{other:?}"),
    }
}

fn lens(session: &mut Session, tokens: &[u32], positions: (usize, usize)) -> Vec<Vec<Glimpse>> {
    let found = steps(session, Inquiry::Lens { tokens: tokens.to_vec(), positions, top: 8 });
    let depths = found.into_iter().filter_map(|finding| match finding {
        Finding::Lens { depth, glimpses } => Some((depth, glimpses)),
        _ => None,
    });
    depths
        .enumerate()
        .map(|(expected, (depth, glimpses))| {
            assert_eq!(depth, expected);
            glimpses
        })
        .collect()
}

fn distribution(session: &mut Session, tokens: &[u32], decoding: &Decoding) -> Distribution {
    let (tokens, decoding) = (tokens.to_vec(), decoding.clone());
    match steps(session, Inquiry::Distribution { tokens, decoding }).pop() {
        Some(Finding::Distribution(distribution)) => distribution,
        other => panic!("{other:?}"),
    }
}

/// Continues a text, and gives it as it is then: the last token has not been read.
fn generate(session: &mut Session, prompt: &[u32], count: usize, capture: bool) -> Vec<u32> {
    let decoding = Decoding { max_new_tokens: count, ..Decoding::default() };
    session.start(prompt.to_vec(), &decoding, capture).expect("starts");
    let mut text = prompt.to_vec();
    loop {
        match session.advance().expect("advances") {
            Step::Prefill { .. } => {}
            Step::Token { prediction, .. } => text.push(prediction.token),
            Step::Finished { .. } => return text,
        }
    }
}

#[test]
fn views_of_a_text_that_was_read_take_no_forward_pass() {
    for (name, mut session) in of_each_kind() {
        let tokens = generate(&mut session, &text(35), 5, true);
        // Two tiles, and a pass for each new token but the last.
        let passes = session.passes();
        assert_eq!((tokens.len(), passes), (40, 2 + 4), "{name}");
        let predictions = read(&mut session, &tokens, 1);
        let whole: Vec<u32> = predictions.iter().map(|prediction| prediction.token).collect();
        assert_eq!(whole, tokens[1..]);
        distribution(&mut session, &tokens[..39], &Decoding::default());
        distribution(&mut session, &tokens[..9], &Decoding::default());
        for layer in 0..2 {
            for position in [0, 1, 34, 35, 38] {
                let heads = attention(&mut session, &tokens, layer, position);
                assert_eq!(heads.len(), 4);
                for row in heads {
                    assert_eq!(row.len(), position + 1);
                    assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5, "{name}: {row:?}");
                }
            }
        }
        let spans = vec![(0, 1), (0, 40)];
        steps(&mut session, Inquiry::Gaze { tokens: tokens.clone(), from: (2, 39), spans });
        assert_eq!(lens(&mut session, &tokens, (0, 39)).len(), 3);
        session.logprobs_at(36..39).expect("read");
        assert_eq!(session.passes(), passes, "{name}");
        // The last token was never read: only that is.
        attention(&mut session, &tokens, 0, 39);
        assert_eq!(session.passes(), passes + 1, "{name}");
    }
}

#[test]
fn without_capture_nothing_more_is_kept_and_a_view_reads_once_more() {
    let mut session = session();
    let tokens = generate(&mut session, &text(35), 5, false);
    assert_eq!(session.captured(), 0);
    let passes = session.passes();
    read(&mut session, &tokens, 1);
    distribution(&mut session, &tokens[..39], &Decoding::default());
    assert_eq!((session.captured(), session.passes()), (0, passes));
    let found =
        steps(&mut session, Inquiry::Attention { tokens: tokens.clone(), layer: 1, position: 38 });
    assert_eq!(
        found[..2],
        [(32, 39), (39, 39)].map(|(done, total)| Finding::Prefill { done, total })
    );
    assert_eq!((session.captured(), session.passes()), (39, passes + 2));
    lens(&mut session, &tokens, (0, 39));
    assert_eq!((session.captured(), session.passes()), (39, passes + 2));
    // A run with capture on reads a prompt again that was read without, one without gives it up.
    generate(&mut session, &text(35), 2, false);
    assert_eq!(session.captured(), 0);
    let decoding = Decoding { max_new_tokens: 2, ..Decoding::default() };
    let started = session.start(text(35), &decoding, true).expect("starts");
    assert_eq!(started.cached_tokens, 0);
    generate(&mut session, &text(35), 2, true);
    assert_eq!(session.captured(), 36);
    let started = session.start(text(35), &decoding, true).expect("starts");
    assert_eq!((started.cached_tokens, session.captured()), (35, 35));
}

#[test]
fn an_edited_text_is_read_from_where_it_differs() {
    let mut session = session();
    let mut tokens = text(44);
    lens(&mut session, &tokens, (0, 44));
    tokens[40] = 1;
    let passes = session.passes();
    let edited = lens(&mut session, &tokens, (0, 44));
    assert_eq!((session.captured(), session.passes()), (44, passes + 1));
    let fresh = lens(&mut self::session(), &tokens, (0, 44));
    for (edited, fresh) in edited.iter().flatten().zip(fresh.iter().flatten()) {
        let logprobs = |glimpse: &Glimpse| glimpse.top.iter().map(|top| top.1).collect::<Vec<_>>();
        assert!(golden::difference(&logprobs(edited), &logprobs(fresh)) < 1e-4);
    }
    // The beginning of a text that is there is there as a whole, and the rest stays.
    attention(&mut session, &tokens[..7], 1, 6);
    attention(&mut session, &tokens, 1, 43);
    assert_eq!(session.passes(), passes + 1);
}

#[test]
fn the_last_depth_of_the_lens_is_the_output_to_the_last_bit() {
    for (name, mut session) in of_each_kind() {
        let tokens = text(44);
        for positions in [(0, 43), (7, 8), (20, 43)] {
            let predictions = read(&mut session, &tokens[..positions.1 + 1], positions.0 + 1);
            let depths = lens(&mut session, &tokens, positions);
            assert_eq!(predictions.len(), depths[2].len());
            for (glimpse, prediction) in depths[2].iter().zip(&predictions) {
                assert_eq!(glimpse.top, prediction.top, "{name}");
                assert_eq!(glimpse.next, Some((prediction.logprob, prediction.rank)), "{name}");
            }
            assert_ne!(depths[1][0].top, depths[2][0].top, "{name}");
        }
        // By itself, as a generation takes it.
        let alone = session.logprobs_at(42..43).expect("read").remove(0);
        let glimpse = &lens(&mut session, &tokens, (42, 43))[2][0];
        assert_eq!(glimpse.top[0].1, alone[glimpse.top[0].0 as usize], "{name}");
        assert_eq!(lens(&mut session, &tokens, (43, 44))[0][0].next, None);
    }
}

#[test]
fn a_generation_tells_what_reading_its_text_finds() {
    let mut session = session();
    let decoding = Decoding { temperature: 1.0, max_new_tokens: 9, ..Decoding::default() };
    session.start(text(20), &decoding, false).expect("starts");
    let (mut tokens, mut told) = (text(20), Vec::new());
    loop {
        match session.advance().expect("advances") {
            Step::Prefill { .. } => {}
            Step::Token { prediction, .. } => {
                tokens.push(prediction.token);
                told.push(prediction);
            }
            Step::Finished { .. } => break,
        }
    }
    let found = read(&mut session, &tokens, 20);
    assert_eq!(found.len(), told.len());
    for (found, told) in found.iter().zip(&told) {
        assert_eq!((found.token, found.rank), (told.token, told.rank));
        assert!((found.logprob - told.logprob).abs() < 1e-5);
        assert!((found.entropy - told.entropy).abs() < 1e-5);
    }
}

#[test]
fn what_the_settings_leave_adds_up_to_one() {
    let mut session = session();
    let tokens = text(30);
    for decoding in [
        Decoding { temperature: 0.8, top_k: 15, ..Decoding::default() },
        Decoding { temperature: 1.5, top_k: 12, top_p: 0.9, ..Decoding::default() },
        Decoding { temperature: 1.0, top_p: 0.3, ..Decoding::default() },
    ] {
        let found = distribution(&mut session, &tokens, &decoding);
        let after: Vec<f32> = found.bars.iter().map(|bar| bar.2).collect();
        assert_eq!(after.len(), MAX_BARS);
        assert_eq!(after.iter().filter(|&&after| after > 0.0).count(), found.kept, "{found:?}");
        assert!((after.iter().sum::<f32>() - 1.0).abs() < 1e-6, "{found:?}");
        assert!(found.kept_before > 0.0 && found.kept_before < 1.0);
        assert!(found.entropy.1 < found.entropy.0);
        // The bare probabilities are those that the position's own logits give.
        let logprobs = session.logprobs_at(29..30).expect("read").remove(0);
        for (token, before, _) in found.bars {
            assert!((logprobs[token as usize].exp() - before).abs() < 1e-6);
        }
    }
    let greedy = distribution(&mut session, &tokens, &Decoding::default());
    assert_eq!((greedy.bars[0].2, greedy.kept, greedy.entropy.1), (1.0, 1, 0.0));
    let rows = session.logprobs_at(2..5).expect("read");
    for row in &rows {
        let total: f64 = row.iter().map(|&logprob| f64::from(logprob).exp()).sum();
        assert!((total - 1.0).abs() < 1e-6);
    }
    // Alone or beside others, to the last bit.
    assert_eq!(session.logprobs_at(3..4).expect("read")[0], rows[1]);
}

#[test]
fn answers_share_their_prompt_which_stays() {
    let mut session = session();
    let (prompt, answers) = (text(36), vec![vec![1, 2, 3, 4], vec![9], vec![1, 7], vec![]]);
    let inquiry = Inquiry::Score { tokens: prompt.clone(), answers: answers.clone() };
    let found = steps(&mut session, inquiry);
    // The prompt in two tiles, and the first answer but for its last token. Of the second nothing
    // need be read, and the third begins as the first did.
    let scored: Vec<(usize, Vec<Prediction>)> = found
        .into_iter()
        .filter_map(|finding| match finding {
            Finding::Scored { answer, predictions } => Some((answer, predictions)),
            _ => None,
        })
        .collect();
    assert_eq!(session.passes(), 2 + 1);
    for ((number, predictions), (expected, answer)) in scored.iter().zip(answers.iter().enumerate())
    {
        assert_eq!(*number, expected);
        let text = [&prompt[..], answer].concat();
        let apart = read(&mut self::session(), &text, prompt.len());
        assert_eq!(predictions.len(), answer.len());
        for (found, apart) in predictions.iter().zip(&apart) {
            assert_eq!((found.token, found.rank), (apart.token, apart.rank));
            assert!((found.logprob - apart.logprob).abs() < 1e-4);
        }
    }
    assert_eq!(scored.len(), 4);
    let passes = session.passes();
    distribution(&mut session, &prompt, &Decoding::default());
    assert_eq!(session.passes(), passes);
}

#[test]
fn gaze_is_the_mean_of_attention_over_stretches() {
    for (name, mut session) in of_each_kind() {
        let tokens = text(46);
        let (from, spans) = ((3, 45), vec![(0, 1), (2, 40), (40, 46)]);
        let gaze = Inquiry::Gaze { tokens: tokens.clone(), from, spans: spans.clone() };
        let Some(Finding::Gaze { layers }) = steps(&mut session, gaze).pop() else {
            panic!("no answer")
        };
        assert_eq!((layers.len(), layers[0].len(), layers[0][0].len()), (2, 4, 3));
        for (layer, heads) in layers.iter().enumerate() {
            let mut sums = vec![vec![0f32; 3]; 4];
            for position in from.0..from.1 {
                let rows = attention(&mut session, &tokens, layer, position);
                for (row, sums) in rows.iter().zip(&mut sums) {
                    for (&(start, end), sum) in spans.iter().zip(sums) {
                        *sum += row.iter().take(end).skip(start).sum::<f32>() / 42.0;
                    }
                }
            }
            for (found, expected) in heads.iter().zip(&sums) {
                assert!(golden::difference(found, expected) < 1e-5, "{name}");
            }
        }
    }
}

#[test]
fn an_inquiry_can_be_ended_between_any_two_steps() {
    let mut session = session();
    let tokens = text(44);
    let inquiry = || Inquiry::Lens { tokens: tokens.clone(), positions: (0, 44), top: 3 };
    let whole = steps(&mut session, inquiry());
    // Two tiles are read; each of three depths takes two.
    assert_eq!(whole.len(), 2 + 3 * 2);
    for count in 0..whole.len() {
        let mut session = self::session();
        session.inquire(inquiry()).expect("in range");
        for _ in 0..count {
            session.advance_inquiry().expect("advances");
        }
        session.cancel_inquiry();
        assert!(matches!(session.advance_inquiry(), Err(Error::NotStarted)));
        let again = steps(&mut session, inquiry());
        assert_eq!(again.last(), whole.last(), "after {count} steps");
        assert_eq!(again.len(), whole.len() - count.min(2), "after {count} steps");
    }
}

#[test]
fn a_run_and_an_inquiry_end_each_other() {
    let mut session = session();
    session.start(text(5), &Decoding::default(), false).expect("starts");
    session.inquire(Inquiry::Read { tokens: text(5), from: 1 }).expect("in range");
    assert!(matches!(session.advance(), Err(Error::NotStarted)));
    session.start(text(5), &Decoding::default(), false).expect("starts");
    assert!(matches!(session.advance_inquiry(), Err(Error::NotStarted)));
}

#[test]
fn what_is_not_there_is_named_with_what_is() {
    let mut session = session();
    let tokens = text(10);
    let mut message = |inquiry| session.inquire(inquiry).expect_err("out of range").to_string();
    let read = |from| Inquiry::Read { tokens: tokens.clone(), from };
    assert_eq!(message(read(0)), "token number 0 is not there; expected one from 1 to 10");
    assert!(message(read(usize::MAX)).ends_with("expected one from 1 to 10"));
    let attention =
        |layer, position| Inquiry::Attention { tokens: tokens.clone(), layer, position };
    assert_eq!(message(attention(2, 0)), "layer 2 is not there; expected one from 0 to 1");
    assert_eq!(message(attention(1, 10)), "position 10 is not there; expected one from 0 to 9");
    assert!(message(attention(usize::MAX, usize::MAX)).starts_with("layer "));
    for positions in [(0, 11), (5, 5), (9, 3), (usize::MAX, usize::MAX), (3, usize::MAX)] {
        let tokens = tokens.clone();
        let text = message(Inquiry::Lens { tokens: tokens.clone(), positions, top: usize::MAX });
        assert!(text.ends_with("expected some from 0 to before 10"), "{text}");
        let gaze = |from, span| Inquiry::Gaze { tokens: tokens.clone(), from, spans: vec![span] };
        assert!(message(gaze(positions, (0, 1))).starts_with("the positions that look"));
        assert!(message(gaze((0, 1), positions)).starts_with("a stretch from"));
    }
    let distribution = |tokens| Inquiry::Distribution { tokens, decoding: Decoding::default() };
    assert_eq!(message(distribution(vec![1, 256])), "token 256 is not in a vocabulary of 256");
    assert_eq!(message(distribution(Vec::new())), "the prompt is empty");
    let nan = Decoding { top_p: f32::NAN, ..Decoding::default() };
    let nan = Inquiry::Distribution { tokens: tokens.clone(), decoding: nan };
    assert_eq!(message(nan), "top_p must be a number from 0 to 1");
    let long = "the prompt has 49 tokens, and the model's context holds 48";
    assert_eq!(message(distribution(text(49))), long);
    let score = |answer| Inquiry::Score { tokens: tokens.clone(), answers: vec![vec![1], answer] };
    assert_eq!(message(score(text(39))), long);
    assert_eq!(message(score(vec![u32::MAX])), "token 4294967295 is not in a vocabulary of 256");
    // The whole context can be looked at.
    read_all(&mut session);
    let beyond = session.logprobs_at(46..48);
    assert!(beyond.is_err_and(|error| error.to_string().contains("before 47")));
    assert!(session.logprobs_at(1..usize::MAX).is_err());
    let error = session.encode("Hi", &[3, 300]).expect_err("no such token");
    assert_eq!(error.to_string(), "token 300 is not in a vocabulary of 256");
    assert_eq!(session.encode("Hi", &[3, 255]).expect("all there"), [72, 105, 3, 255]);
    let started = session.start(vec![1, 999], &Decoding::default(), true);
    assert!(matches!(started, Err(Error::OutOfBounds(_))));
}

fn read_all(session: &mut Session) {
    let all = read(session, &text(48), 1);
    assert_eq!(all.len(), 47);
    let tokens = text(48);
    let lens = Inquiry::Lens { tokens, positions: (0, 1), top: usize::MAX };
    let found = steps(session, lens);
    let Some(Finding::Lens { glimpses, .. }) = found.last() else { panic!("{found:?}") };
    assert_eq!(glimpses[0].top.len(), 256);
    assert!(read(session, &text(48), 48).is_empty());
    assert!(read(session, &[1], 1).is_empty());
    read(session, &text(48), 1);
}

#[test]
fn a_step_takes_no_more_than_a_tile() {
    let mut session = session();
    let found = steps(&mut session, Inquiry::Read { tokens: text(48), from: 1 });
    let sizes: Vec<usize> = found
        .iter()
        .filter_map(|finding| match finding {
            Finding::Read { predictions, .. } => Some(predictions.len()),
            _ => None,
        })
        .collect();
    assert_eq!(sizes, [PREFILL_TILE, 47 - PREFILL_TILE]);
}

#[test]
fn damaged_weights_are_reported() {
    let file = golden::damaged();
    let model =
        golden::converted(golden::config("gguf-64"), &file, WeightType::F32, Backend::Kernels);
    let mut session = Session::new(model, bytes_only(&[])).expect("of one model");
    for inquiry in [
        Inquiry::Read { tokens: text(5), from: 1 },
        Inquiry::Distribution { tokens: text(5), decoding: Decoding::default() },
        Inquiry::Lens { tokens: text(5), positions: (0, 5), top: 2 },
        Inquiry::Score { tokens: text(5), answers: vec![vec![1]] },
    ] {
        session.inquire(inquiry).expect("in range");
        let error = loop {
            match session.advance_inquiry() {
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        assert!(matches!(error, Error::NotANumber));
        assert!(matches!(session.advance_inquiry(), Err(Error::NotStarted)));
    }
}
