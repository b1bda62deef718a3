//! Looking into texts: what costs a forward pass and what does not, how an inquiry ends, and what is
//! refused. What is found is `findings`'.

mod asking;
mod bytes_only;
mod golden;

use asking::{attention, distribution, generate, lens, of_each_kind, read, session, steps, text};
use bytes_only::bytes_only;
use zeroshot_decoding::Decoding;
use zeroshot_gpt2::{Backend, Error, Finding, Glimpse, Inquiry, PREFILL_TILE, Session, WeightType};

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
    let fresh = lens(&mut asking::session(), &tokens, (0, 44));
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
fn an_inquiry_can_be_ended_between_any_two_steps() {
    let mut session = session();
    let tokens = text(44);
    let inquiry = || Inquiry::Lens { tokens: tokens.clone(), positions: (0, 44), top: 3 };
    let whole = steps(&mut session, inquiry());
    // Two tiles are read; each of three depths takes two.
    assert_eq!(whole.len(), 2 + 3 * 2);
    for count in 0..whole.len() {
        let mut session = asking::session();
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
