//! A model's tensors as they are told of, and what becomes of them when they are converted.

mod golden;

use golden::RANDOM;
use zeroshot_gpt2::weights::safetensors::{self, header_bytes};
use zeroshot_gpt2::weights::{TensorType, pack};
use zeroshot_gpt2::{Backend, KvCache, Model, Scheme, Vocabulary, WeightType};

/// The values of every tensor in a file that is stored in F32, by name.
fn values(file: &[u8]) -> Vec<(String, Vec<usize>, Vec<f64>)> {
    let header = safetensors::header(file).expect("reads");
    let read = |tensor: &zeroshot_gpt2::weights::TensorInfo| {
        assert_eq!(tensor.tensor_type, Some(TensorType::F32));
        let bytes = tensor.slice(file).expect("whole").as_chunks::<4>().0;
        let values = bytes.iter().map(|&bytes| f64::from(f32::from_le_bytes(bytes))).collect();
        let name = tensor.name.strip_prefix("transformer.").unwrap_or(&tensor.name).to_owned();
        (name, tensor.shape.clone(), values)
    };
    header.tensors.iter().map(read).collect()
}

#[test]
fn every_tensor_is_told_of_as_the_file_has_it() {
    for name in ["gelu-new-odd", "gguf-64"] {
        let file = golden::safetensors(name);
        let stored = values(&file);
        for backend in [Backend::Plain, Backend::Kernels] {
            for (target, tolerance) in [
                (WeightType::F32, 1e-6),
                (WeightType::F16, 1e-5),
                (WeightType::Q8_0, 1e-3),
                (WeightType::Q4_0, 2e-2),
            ] {
                let model = golden::converted(golden::config(name), &file, target, backend);
                let told = model.tensors().expect("unpacks");
                assert_eq!((told.len(), model.tensor_count()), (stored.len(), stored.len()));
                for (name, shape, values) in &stored {
                    let told = told.iter().find(|told| &told.name == name).expect("told of");
                    assert_eq!(&told.shape, shape, "{name}");
                    let count = values.len() as f64;
                    let mean = values.iter().sum::<f64>() / count;
                    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / count;
                    for (found, expected) in [(told.mean, mean), (told.std, variance.sqrt())] {
                        let difference = (f64::from(found) - expected).abs();
                        assert!(difference < tolerance, "{name} in {}: {found}", target.name());
                    }
                }
            }
        }
    }
}

#[test]
fn kinds_are_those_in_memory() {
    let file = golden::safetensors("gguf-64");
    for (target, kind) in [
        (WeightType::F32, "F32"),
        (WeightType::F16, "F16"),
        (WeightType::Q8_0, "Q8_0"),
        (WeightType::Q4_0, "Q4_0"),
    ] {
        for backend in [Backend::Plain, Backend::Kernels] {
            let model = golden::converted(golden::config("gguf-64"), &file, target, backend);
            assert_eq!(model.kind(), kind);
            for tensor in model.tensors().expect("unpacks") {
                let matrix = tensor.shape.len() == 2 && tensor.name != "wpe.weight";
                assert_eq!(tensor.kind, if matrix { kind } else { "F32" }, "{}", tensor.name);
            }
        }
    }
    let mixed =
        golden::converted(golden::config("gguf-64"), &file, WeightType::Q4_0M, Backend::Kernels);
    assert_eq!(mixed.kind(), "Q4_0");
    for tensor in mixed.tensors().expect("unpacks") {
        let expected = match tensor.name.as_str() {
            name if name.ends_with("attn.c_attn.weight") => "Q8_0",
            name if name.ends_with("attn.c_proj.weight") => "Q8_0",
            name if name == "wpe.weight" || tensor.shape.len() == 1 => "F32",
            _ => "Q4_0",
        };
        assert_eq!(tensor.kind, expected, "{}", tensor.name);
    }
    let untied = golden::model("untied-f16").tensors().expect("unpacks");
    assert_eq!(untied.last().map(|tensor| tensor.name.as_str()), Some("lm_head.weight"));
    let tied = golden::model("gguf-64");
    assert_eq!(tied.tensors().expect("unpacks").last().expect("some").name, "ln_f.bias");
    assert_eq!(tied.tensor(tied.tensor_count()).expect("none"), None);
    assert_eq!(tied.tensor(usize::MAX).expect("none"), None);
}

/// The file of a random model with its numbers stored in another float.
fn stored_as(name: &str, kind: TensorType) -> Vec<u8> {
    let tensors = values(&golden::safetensors(name));
    let list: Vec<_> =
        tensors.iter().map(|(name, shape, _)| (name.clone(), kind, shape.clone())).collect();
    let mut file = header_bytes(&list).expect("floats");
    for (_, _, values) in tensors {
        let values: Vec<f32> = values.into_iter().map(|value| value as f32).collect();
        file.extend(pack::float_bytes(&values, kind));
    }
    file
}

fn packed(name: &str, file: &[u8], target: WeightType) -> Vec<u8> {
    let vocab = golden::config(name).vocab_size as u32;
    let tokens = (0..vocab).map(|id| (format!("t{id}"), id)).collect();
    let vocabulary = Vocabulary {
        tokens,
        merges: Vec::new(),
        added: Vec::new(),
        scheme: Scheme::ByteLevel { add_prefix_space: false },
    };
    golden::packed(name, file, &vocabulary, target)
}

fn rows(model: &Model) -> Vec<Vec<f32>> {
    let mut cache = KvCache::new(model.config()).expect("allocates");
    let logits = model.forward_all(&[3, 1, 4, 1, 5, 9, 2, 6], &mut cache).expect("runs");
    logits.to_vec2().expect("two dimensions")
}

/// Converting while a file arrives gives the very model that `zeroshot pack` makes of it: the same
/// numbers, and the same output to the last bit.
#[test]
fn converting_on_arrival_is_packing() {
    for stored in [TensorType::F32, TensorType::F16, TensorType::BF16] {
        let file = stored_as("gguf-64", stored);
        for target in WeightType::ALL {
            for backend in [Backend::Plain, Backend::Kernels] {
                let config = golden::config("gguf-64");
                let loaded = golden::converted(config, &file, target, backend);
                let packed = golden::of_gguf(&packed("gguf-64", &file, target), None, backend);
                let what = format!("{} to {} by {backend:?}", stored.name(), target.name());
                assert_eq!(loaded.weight_bytes(), packed.weight_bytes(), "{what}");
                let both = [&loaded, &packed].map(|model| model.tensors().expect("unpacks"));
                assert_eq!(both[0], both[1], "{what}");
                assert_eq!(rows(&loaded), rows(&packed), "{what}");
            }
        }
    }
}

/// A converted model gives way to a smaller one, whatever it was stored as.
#[test]
fn a_packed_file_can_be_converted_again() {
    let file = packed("gguf-64", &golden::safetensors("gguf-64"), WeightType::Q8_0);
    for backend in [Backend::Plain, Backend::Kernels] {
        let model = golden::of_gguf(&file, Some(WeightType::Q4_0), backend);
        assert_eq!(model.kind(), "Q4_0");
        assert!(rows(&model).iter().flatten().all(|logit| logit.is_finite()));
    }
}

#[test]
fn rows_that_are_not_whole_blocks_stay_floats() {
    let mut widths = (0, 0);
    for name in RANDOM {
        let (config, file) = (golden::config(name), golden::safetensors(name));
        let model = golden::converted(config, &file, WeightType::Q4_0, Backend::Kernels);
        for tensor in model.tensors().expect("unpacks") {
            let embedding = tensor.name == "wte.weight" || tensor.name == "lm_head.weight";
            // In this layout the weights of linear layers are `[in, out]`.
            let width = match tensor.shape[..] {
                _ if tensor.name == "wpe.weight" => continue,
                [_, width] if embedding => width,
                [width, _] => width,
                _ => continue,
            };
            let whole = width.is_multiple_of(32);
            assert_eq!(tensor.kind == "Q4_0", whole, "{} of {name}", tensor.name);
            widths = if whole { (widths.0 + 1, widths.1) } else { (widths.0, widths.1 + 1) };
        }
    }
    assert!(widths.0 > 0 && widths.1 > 0, "both kinds are among them");
}
