//! Files that arrive in pieces give the model that the whole file gives, whatever the pieces.

mod golden;

use zeroshot_gpt2::weights::Stream;
use zeroshot_gpt2::{Error, KvCache, Model, WeightType};

/// In the order of the positions.
fn logits(model: &Model) -> Vec<f32> {
    let mut cache = KvCache::new(model.config()).expect("a cache");
    let logits = model.forward_all(&[5, 3, 8, 1, 2], &mut cache).expect("a forward pass");
    logits.flatten_all().expect("flat").to_vec1().expect("floats")
}

fn streamed(mut stream: Stream, file: &[u8], pieces: usize) -> Result<Model, Error> {
    for piece in file.chunks(pieces) {
        stream.write(piece)?;
    }
    assert_eq!(stream.position(), file.len() as u64);
    stream.model()
}

#[test]
fn a_safetensors_file_in_pieces_is_the_whole_file() {
    for name in ["gguf-64", "untied-f16", "bf16-inner", "gelu-new-odd"] {
        let (config, file) = (golden::config(name), golden::safetensors(name));
        for target in [WeightType::F32, WeightType::F16, WeightType::Q8_0, WeightType::Q4_0] {
            let whole = Model::from_safetensors(config.clone(), &file, target).expect("loads");
            let expected = logits(&whole);
            for pieces in [1, 7, 1000, 65_536, file.len()] {
                let stream = Stream::safetensors(config.clone(), Some(target));
                let model = streamed(stream, &file, pieces).expect("loads");
                assert_eq!(logits(&model), expected, "{name} as {target:?}, {pieces} at a time");
            }
        }
    }
}

#[test]
fn a_gguf_file_in_pieces_is_the_whole_file() {
    for kind in ["f32", "f16", "q8_0", "q4_0"] {
        let file = golden::bytes(&format!("random/gguf-64/model-{kind}.gguf"));
        let expected = logits(&Model::from_gguf(&file).expect("loads"));
        for pieces in [13, 4096, file.len()] {
            let model = streamed(Stream::gguf(None), &file, pieces).expect("loads");
            assert_eq!(logits(&model), expected, "{kind}, {pieces} at a time");
        }
    }
}

#[test]
fn a_stream_that_ends_early_says_how_many_bytes_there_should_be() {
    let (config, file) = (golden::config("gguf-64"), golden::safetensors("gguf-64"));
    for found in [0, 4, 500, file.len() / 2, file.len() - 1] {
        let stream = Stream::safetensors(config.clone(), None);
        match streamed(stream, &file[..found], 100) {
            Err(Error::Truncated { expected, found: said }) => {
                assert_eq!(said, found as u64);
                assert!(expected > said, "{expected} of {said}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn matrices_stay_in_the_files_format_unless_another_is_asked_for() {
    let (config, file) = (golden::config("untied-f16"), golden::safetensors("untied-f16"));
    let kept = streamed(Stream::safetensors(config.clone(), None), &file, 999).expect("loads");
    assert_eq!(kept.kind(), "F16");
    // The same numbers in more bytes.
    let wide = Model::from_safetensors(config, &file, WeightType::F32).expect("loads");
    assert_eq!(logits(&kept), logits(&wide));
    assert!(kept.weight_bytes() < wide.weight_bytes());
}
