//! Damaged and foreign weight files: each is an error that names what is wrong, and none a panic.

mod golden;

use serde_json::{Value, json};
use zeroshot_gpt2::weights::{gguf, gguf_write, safetensors};
use zeroshot_gpt2::{Config, Error, Model, Part, Prng, WeightType};

const NAME: &str = "gelu-new-odd";

fn load(config: Config, file: &[u8]) -> Result<Model, Error> {
    Model::from_safetensors(config, file, WeightType::F32)
}

/// The model's file with its header changed; the tensors' bytes stay.
fn with_header(change: impl FnOnce(&mut serde_json::Map<String, Value>)) -> Vec<u8> {
    let file = golden::safetensors(NAME);
    let length = u64::from_le_bytes(file[..8].try_into().expect("eight")) as usize;
    let mut header = serde_json::from_slice(&file[8..8 + length]).expect("JSON");
    change(&mut header);
    let json = serde_json::to_vec(&header).expect("serialises");
    [&(json.len() as u64).to_le_bytes()[..], &json, &file[8 + length..]].concat()
}

fn message(file: &[u8]) -> String {
    load(golden::config(NAME), file).expect_err("damaged").to_string()
}

#[test]
fn a_missing_tensor_is_named_with_its_shape() {
    let file = with_header(|header| {
        let tensor = header.remove("transformer.h.1.mlp.c_fc.weight").expect("it has one");
        header.insert("transformer.h.1.attn.bias".to_owned(), tensor);
    });
    assert_eq!(
        message(&file),
        "tensor h.1.mlp.c_fc.weight is missing; expected one of shape [36, 144]"
    );
}

#[test]
fn a_misshapen_tensor_is_named_with_both_shapes() {
    let file = with_header(|header| {
        header["transformer.h.0.attn.c_attn.weight"]["shape"] = json!([108, 36]);
    });
    assert_eq!(
        message(&file),
        "tensor transformer.h.0.attn.c_attn.weight has shape [108, 36]; expected [36, 108]"
    );
}

#[test]
fn an_extra_tensor_is_named() {
    let mut config = golden::config(NAME);
    config.n_layer = 1;
    let error = load(config, &golden::safetensors(NAME)).expect_err("a block too many");
    assert_eq!(
        error.to_string(),
        "tensor transformer.h.1.attn.c_attn.bias of shape [108] has no place in this model; \
         expected no such tensor"
    );
    assert_eq!(error.part(), Some(Part::Weights));
}

#[test]
fn a_parameter_that_is_there_twice_is_named() {
    let file = with_header(|header| {
        let tensor = header["transformer.ln_f.bias"].clone();
        let (start, end) = (&tensor["data_offsets"][0], &tensor["data_offsets"][1]);
        let empty = json!({"dtype": "F32", "shape": [0], "data_offsets": [start, start]});
        assert!(start.as_u64() < end.as_u64());
        header.insert("ln_f.bias".to_owned(), empty);
    });
    let message = message(&file);
    assert!(message.ends_with("are the same parameter"), "{message}");
    assert!(message.contains("transformer.ln_f.bias"), "{message}");
}

#[test]
fn a_file_cut_short_says_how_many_bytes_are_missing() {
    let file = golden::safetensors(NAME);
    for cut in [file.len() - 1, file.len() / 2, 4000] {
        let expected = format!("the file is cut short: {} bytes expected, {cut} found", file.len());
        assert_eq!(message(&file[..cut]), expected);
    }
    // Within the header it can only say that much more must come.
    assert_eq!(message(&file[..5]), "the file is cut short: 8 bytes expected, 5 found");
    assert!(matches!(
        load(golden::config(NAME), &file[..100]),
        Err(Error::Truncated { expected, found: 100 }) if expected > 100
    ));
    assert_eq!(message(b""), "the file is cut short: 8 bytes expected, 0 found");
}

#[test]
fn a_header_of_absurd_length_is_refused_before_it_is_read() {
    for length in [10_000_001, u64::MAX, u64::MAX - 7] {
        let file = [&length.to_le_bytes()[..], b"{}"].concat();
        let expected = format!("the file is not safetensors: a header of {length} bytes");
        assert_eq!(message(&file), expected);
    }
}

#[test]
fn a_header_that_contradicts_itself_is_refused() {
    let entry = |dtype: &str, shape: Value, start: u64, end: u64| {
        let header = json!({"a": {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}});
        let json = header.to_string();
        let file = [&(json.len() as u64).to_le_bytes()[..], json.as_bytes(), &[0; 64]].concat();
        safetensors::header(&file).map(|header| header.tensors.len()).map_err(|e| e.to_string())
    };
    assert_eq!(entry("F32", json!([2, 2]), 0, 16), Ok(1));
    let refused = |dtype, shape, start, end| entry(dtype, shape, start, end).expect_err("refused");
    for (dtype, shape, start, end) in [
        ("F32", json!([2, 2]), 0, 12),
        ("F32", json!([2, 2]), 16, 0),
        ("F32", json!([u64::MAX, u64::MAX]), 0, 16),
        ("F16", json!([1u64 << 63, 2]), 0, 0),
        ("I64", json!([1]), u64::MAX, 0),
    ] {
        assert!(refused(dtype, shape, start, end).contains("cannot lie at bytes"));
    }
    let hole = refused("F32", json!([1]), 8, 12);
    assert!(hole.starts_with("tensor a begins at byte"), "{hole}");
    assert!(refused("F32", json!([-1]), 0, 4).contains("is not valid: invalid value"));
    assert!(refused("F32", json!("no"), 0, 4).contains("is not valid: invalid type"));
}

#[test]
fn number_formats_that_cannot_be_read_are_named() {
    let file = with_header(|header| header["transformer.ln_f.bias"]["dtype"] = "F8_E4M3".into());
    assert_eq!(
        message(&file),
        "tensor transformer.ln_f.bias is stored as F8_E4M3; expected one of F32, F16, BF16"
    );
}

#[test]
fn files_of_another_kind_are_refused() {
    let pickle = b"PK\x03\x04\x00\x00\x00\x00pytorch_model";
    assert!(
        message(pickle).starts_with("the file is cut short") || message(pickle).contains("not")
    );
    let html = b"<!DOCTYPE html><html><body>404 Not Found</body></html>";
    assert!(message(html).starts_with("the file is not safetensors: a header of"));
    let error = Model::from_gguf(html).expect_err("not GGUF");
    assert_eq!(error.to_string(), "the file is not GGUF: its first bytes are others");
}

fn gguf_file() -> Vec<u8> {
    golden::bytes("random/gguf-64/model-q8_0.gguf")
}

/// Replaces the first occurrence of some bytes by as many others.
fn replaced(mut file: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let at = file.windows(from.len()).position(|window| window == from).expect("it is there");
    file[at..at + to.len()].copy_from_slice(to);
    file
}

#[test]
fn a_gguf_of_another_architecture_is_named() {
    let file = replaced(gguf_file(), b"gpt2", b"bert");
    let error = Model::from_gguf(&file).expect_err("a BERT");
    assert_eq!(error.to_string(), "the model is a bert, not a gpt2");
    assert_eq!(error.part(), Some(Part::Config));
}

#[test]
fn a_gguf_with_a_renamed_tensor_lacks_one() {
    let file = replaced(gguf_file(), b"blk.1.ffn_down.weight", b"blk.1.ffn_side.weight");
    assert_eq!(
        Model::from_gguf(&file).expect_err("misses one").to_string(),
        "tensor blk.1.ffn_down.weight is missing; expected one of shape [64, 256]"
    );
}

#[test]
fn a_gguf_without_a_size_says_which() {
    let file = replaced(gguf_file(), b"gpt2.block_count", b"gpt2.black_count");
    assert_eq!(
        Model::from_gguf(&file).expect_err("no layers").to_string(),
        "the GGUF metadata lacks gpt2.block_count"
    );
}

#[test]
fn a_gguf_cut_short_says_how_many_bytes_are_missing() {
    let file = gguf_file();
    let header = gguf::header(&file).expect("reads");
    assert!(header.file_bytes <= file.len() as u64);
    let cut = header.file_bytes as usize - 1;
    assert_eq!(
        Model::from_gguf(&file[..cut]).expect_err("cut").to_string(),
        format!("the file is cut short: {} bytes expected, {cut} found", header.file_bytes)
    );
    for cut in
        (0..file.len()).step_by(97).take_while(|&cut| cut < header.tensors[0].start as usize - 32)
    {
        let error = Model::from_gguf(&file[..cut]).expect_err("cut");
        assert!(matches!(error, Error::Truncated { found, .. } if found == cut as u64), "{error}");
    }
}

/// candle's reader divides by it.
#[test]
fn an_alignment_of_zero_is_refused() {
    for alignment in [0, 24, 1 << 40] {
        let metadata = [("general.alignment".to_owned(), gguf::Value::Unsigned(alignment))];
        let file = gguf_write::header(&metadata, &[]).expect("writes");
        assert_eq!(
            gguf::header(&file).expect_err("no alignment").to_string(),
            format!("general.alignment is Unsigned({alignment}); expected a power of two")
        );
    }
}

/// Counts and lengths that a hostile file could make an allocation of.
#[test]
fn absurd_counts_in_a_gguf_are_not_believed() {
    let start = |tensors: u64, metadata: u64| {
        [&b"GGUF\x03\0\0\0"[..], &tensors.to_le_bytes(), &metadata.to_le_bytes()].concat()
    };
    let key = [&4u64.to_le_bytes()[..], b"name"].concat();
    let string = |length: u64| [&key[..], &8u32.to_le_bytes(), &length.to_le_bytes()].concat();
    let array = |kind: u32, count: u64| {
        [&key[..], &9u32.to_le_bytes(), &kind.to_le_bytes(), &count.to_le_bytes()].concat()
    };
    for file in [
        start(u64::MAX, 0),
        start(0, u64::MAX),
        [start(0, 1), string(u64::MAX)].concat(),
        [start(0, 1), array(8, u64::MAX)].concat(),
        [start(0, 1), array(4, u64::MAX)].concat(),
        [start(0, 1), array(12, 1 << 61)].concat(),
    ] {
        let error = gguf::header(&file).expect_err("not that long");
        assert!(matches!(error, Error::Truncated { .. }), "{error}");
    }
    let nested = [start(0, 1), array(9, 1)].concat();
    assert_eq!(
        gguf::header(&nested).expect_err("nested").to_string(),
        "name is a list of elements of type 9"
    );
    let tensor = [&start(1, 0)[..], &key, &5u32.to_le_bytes()].concat();
    assert_eq!(
        gguf::header(&tensor).expect_err("five").to_string(),
        "tensor name has 5 dimensions; expected at most 4"
    );
    let huge = [
        &start(1, 0)[..],
        &key,
        &2u32.to_le_bytes(),
        &u64::MAX.to_le_bytes(),
        &u64::MAX.to_le_bytes(),
        &0u32.to_le_bytes(),
        &0u64.to_le_bytes(),
    ]
    .concat();
    let error = gguf::header(&huge).expect_err("beyond counting").to_string();
    assert!(error.ends_with("cannot be stored as F32"), "{error}");
}

/// Some thousand files with bytes flipped at random: whatever they say, no panic.
#[test]
fn flipped_bytes_never_panic() {
    let mut prng = Prng::new(1);
    let mut draw = |below: usize| (prng.next_u64() % below as u64) as usize;
    let (tensors, packed) = (golden::safetensors(NAME), gguf_file());
    let mut loaded = 0;
    for _ in 0..1500 {
        let (mut a, mut b) = (tensors.clone(), packed.clone());
        for _ in 0..=draw(3) {
            // Within the headers, where it hurts.
            let at = draw(2600);
            a[at] ^= 1 << draw(8);
            let at = draw(9000);
            b[at] ^= 1 << draw(8);
        }
        loaded += usize::from(load(golden::config(NAME), &a).is_ok());
        loaded += usize::from(Model::from_gguf(&b).is_ok());
    }
    // Some flips (in the metadata's text, say) do no harm; most do.
    assert!((1..2000).contains(&loaded), "{loaded} of 3000 loaded");
}
