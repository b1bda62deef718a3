//! The browser's half, run in a dedicated worker as the model is on the page.
#![cfg(target_arch = "wasm32")]

use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use zeroshot_wasm_tests::{CASES, TOLERANCE, recorded, samples, wrong_tokens};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
fn logits_are_those_of_pytorch() {
    for case in &CASES {
        let difference = case.difference().expect("the model runs");
        assert!(difference <= TOLERANCE, "{}: {difference}", case.name);
    }
}

#[wasm_bindgen_test]
fn greedy_tokens_are_those_of_pytorch() {
    for case in &CASES {
        let (found, expected) = case.greedy().expect("the model runs");
        assert_eq!(found, expected, "{}", case.name);
    }
}

#[wasm_bindgen_test]
fn a_seed_draws_what_it_draws_natively() {
    assert_eq!(samples().expect("all models run"), recorded());
}

#[wasm_bindgen_test]
fn tokens_are_those_of_gpt2() {
    assert_eq!(wrong_tokens().expect("the vocabulary is sound"), Vec::<String>::new());
}
