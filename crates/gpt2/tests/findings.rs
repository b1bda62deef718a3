//! What is found in a text: one view of it agrees with another, to the last bit where both add up in
//! one order.

mod asking;
mod bytes_only;
mod golden;

use asking::{attention, distribution, lens, of_each_kind, read, session, steps, text};
use zeroshot_decoding::Decoding;
use zeroshot_gpt2::{Finding, Inquiry, MAX_BARS, Prediction, Step};

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
            Step::Prefill { .. } | Step::Working => {}
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
        let apart = read(&mut asking::session(), &text, prompt.len());
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
