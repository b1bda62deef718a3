//! The forward pass against PyTorch, and against itself in other portions.

mod golden;

use golden::{Golden, RANDOM, argmax, difference};
use zeroshot_gpt2::weights::{Builder, gguf};
use zeroshot_gpt2::{KvCache, Model, WeightType};

/// The largest difference on logits that issue and design allow.
const TOLERANCE: f32 = 1e-3;

fn rows(model: &Model, ids: &[u32]) -> Vec<Vec<f32>> {
    let mut cache = KvCache::new(model.config()).expect("allocates");
    model.forward_all(ids, &mut cache).expect("runs").to_vec2().expect("two dimensions")
}

fn largest_difference(model: &Model, golden: &Golden) -> f32 {
    let rows = rows(model, &golden.ids);
    let each = golden.positions.iter().zip(&golden.logits);
    each.map(|(&position, row)| difference(&rows[position], row)).fold(0.0, f32::max)
}

fn greedy(model: &Model, golden: &Golden) -> Vec<u32> {
    let mut cache = KvCache::new(model.config()).expect("allocates");
    let mut tokens = golden.ids.clone();
    let mut generated = Vec::new();
    while generated.len() < golden.greedy.len() {
        let logits = model.forward(&tokens, &mut cache).expect("runs");
        tokens = vec![argmax(&logits.to_vec1().expect("one dimension"))];
        generated.extend(&tokens);
    }
    generated
}

#[test]
fn safetensors_models_agree_with_transformers() {
    for name in RANDOM {
        let golden: Golden = golden::json(&format!("random/{name}/golden.json"));
        let model = golden::model(name);
        let difference = largest_difference(&model, &golden);
        println!("{name}: {difference:e}");
        assert!(difference < TOLERANCE, "{name}: {difference}");
        assert_eq!(greedy(&model, &golden), golden.greedy, "{name}");
    }
}

/// The golden values are those of the dequantised weights, so these are compared in F32 first:
/// that is the reader alone. The packed weights are then multiplied with activations that are
/// rounded as well (to F16, or to blocks of 8 bits), and differ by that.
#[test]
fn gguf_models_agree_with_transformers() {
    for (kind, packed_tolerance) in
        [("f32", TOLERANCE), ("f16", 0.05), ("q8_0", 0.2), ("q4_0", 0.2)]
    {
        let golden: Golden = golden::json(&format!("random/gguf-64/golden-{kind}.json"));
        let file = golden::bytes(&format!("random/gguf-64/model-{kind}.gguf"));
        let header = gguf::header(&file).expect("reads");
        let mut builder = Builder::from_gguf(&header, Some(WeightType::F32)).expect("a GPT-2");
        for tensor in &header.tensors {
            builder.add(&tensor.name, tensor.slice(&file).expect("whole")).expect("reads");
        }
        let model = builder.model().expect("all there");
        let difference = largest_difference(&model, &golden);
        assert!(difference < TOLERANCE, "{kind} in F32: {difference}");
        assert_eq!(greedy(&model, &golden), golden.greedy, "{kind}");

        let packed = Model::from_gguf(&file).expect("loads");
        let packed_difference = largest_difference(&packed, &golden);
        println!("{kind}: {difference:e}, packed {packed_difference:e}");
        assert!(packed_difference < packed_tolerance, "{kind} packed: {packed_difference}");
    }
}

/// Tensors that arrive in any order make the same model.
#[test]
fn the_order_of_tensors_does_not_matter() {
    let file = golden::bytes("random/gguf-64/model-q8_0.gguf");
    let mut header = gguf::header(&file).expect("reads");
    header.tensors.reverse();
    let mut builder = Builder::from_gguf(&header, None).expect("a GPT-2");
    for tensor in &header.tensors {
        builder.add(&tensor.name, tensor.slice(&file).expect("whole")).expect("reads");
    }
    let reversed = builder.model().expect("all there");
    let ids = [1, 2, 3];
    assert_eq!(rows(&reversed, &ids), rows(&Model::from_gguf(&file).expect("loads"), &ids));
}

/// candle reinterprets packed bytes as blocks, and panics where these are not aligned.
#[test]
fn packed_weights_may_lie_at_any_address() {
    let file = golden::bytes("random/gguf-64/model-q8_0.gguf");
    let expected = rows(&Model::from_gguf(&file).expect("loads"), &[1, 2]);
    for offset in 1..4 {
        let moved = [&vec![0; offset][..], &file].concat();
        let model = Model::from_gguf(&moved[offset..]).expect("loads");
        assert_eq!(rows(&model, &[1, 2]), expected);
    }
}

#[test]
fn one_go_tiles_and_single_tokens_agree() {
    for name in RANDOM {
        let model = golden::model(name);
        let ids: Vec<u32> =
            (0..24).map(|i| (i * 37 + 5) % model.config().vocab_size as u32).collect();
        let whole = rows(&model, &ids);
        for tile in [1, 5, 7, 23] {
            let mut cache = KvCache::new(model.config()).expect("allocates");
            for (index, part) in ids.chunks(tile).enumerate() {
                let last = model.forward(part, &mut cache).expect("runs");
                let last: Vec<f32> = last.to_vec1().expect("one dimension");
                let position = (index * tile + part.len()) - 1;
                let difference = difference(&last, &whole[position]);
                assert!(difference < 1e-4, "{name}, tiles of {tile}, at {position}: {difference}");
            }
        }
    }
}

#[test]
fn a_truncated_cache_forgets_the_rest() {
    let model = golden::model("gelu-new-odd");
    let mut cache = KvCache::new(model.config()).expect("allocates");
    model.forward(&[1, 2, 3, 4, 5], &mut cache).expect("runs");
    cache.truncate(2);
    let after: Vec<f32> =
        model.forward(&[9, 8], &mut cache).and_then(|t| Ok(t.to_vec1()?)).expect("runs");
    assert_eq!(cache.len(), 4);
    assert!(difference(&after, &rows(&model, &[1, 2, 9, 8])[3]) < 1e-4);
}

#[test]
fn the_last_position_can_be_used_and_no_more() {
    let model = golden::model("gelu-new-odd");
    let ids = vec![7; model.config().n_positions];
    let mut cache = KvCache::new(model.config()).expect("allocates");
    model.forward(&ids, &mut cache).expect("the whole context");
    let error = model.forward(&[7], &mut cache).expect_err("one too many");
    assert_eq!(error.to_string(), "1 tokens after 40 do not fit into a context of 40");
    cache.truncate(1);
    let error = model.forward(&[101], &mut cache).expect_err("not a token");
    assert_eq!(error.to_string(), "token 101 is not in a vocabulary of 101");
    assert_eq!(cache.len(), 1);
}

/// Where rows are whole blocks, quantising on load gives the model that the GGUF file of the same
/// type holds: the blocks are the same as the `gguf` package's.
#[test]
fn quantising_on_load_is_near_the_packed_file() {
    for (kind, target) in [("q8_0", WeightType::Q8_0), ("q4_0", WeightType::Q4_0)] {
        let file = golden::bytes(&format!("random/gguf-64/model-{kind}.gguf"));
        let packed = rows(&Model::from_gguf(&file).expect("loads"), &[3, 1, 4, 1, 5]);
        let config = golden::config("gguf-64");
        let loaded = Model::from_safetensors(config, &golden::safetensors("gguf-64"), target)
            .expect("loads");
        assert!(loaded.weight_bytes() < golden::model("gguf-64").weight_bytes() / 2);
        let loaded = rows(&loaded, &[3, 1, 4, 1, 5]);
        let difference =
            packed.iter().zip(&loaded).map(|(a, b)| difference(a, b)).fold(0.0, f32::max);
        println!("{kind}: {difference:e}");
        assert!(difference < 0.05, "{kind}: {difference}");
    }
}
