//! What is kept of a load is a model file of its own, and a load that was cut off goes on from it.

mod golden;

use zeroshot_gpt2::weights::{Keeping, Stream};
use zeroshot_gpt2::{Error, KvCache, Model, Vocabulary, WeightType};

const SOME: [(&str, Option<WeightType>); 7] = [
    ("gguf-64", Some(WeightType::Q8_0)),
    ("gguf-64", Some(WeightType::Q4_0)),
    ("gguf-64", Some(WeightType::F16)),
    ("untied-f16", None),
    ("bf16-inner", Some(WeightType::F32)),
    ("gpt1", Some(WeightType::Q8_0)),
    // Its rows are not whole blocks, so it stays as it is.
    ("gelu-new-odd", Some(WeightType::Q8_0)),
];

fn vocabulary() -> Vocabulary {
    Vocabulary::from_vocab_and_merges(br#"{"a":0,"b":1}"#, b"").expect("a vocabulary")
}

fn stream(name: &str, target: Option<WeightType>) -> Stream {
    Stream::safetensors(golden::config(name), target)
}

/// In the order of the positions.
fn logits(model: &Model) -> Vec<f32> {
    let mut cache = KvCache::new(model.config()).expect("a cache");
    let logits = model.forward_all(&[5, 3, 8, 1, 2], &mut cache).expect("a forward pass");
    logits.flatten_all().expect("flat").to_vec1().expect("floats")
}

/// Writes a file from where the stream is, and keeps what arrives.
fn go_on(stream: &mut Stream, keeping: &mut Option<Keeping>, file: &[u8], kept: &mut Vec<u8>) {
    let rest = &file[stream.position() as usize..];
    for piece in rest.chunks(1000) {
        stream.write(piece).expect("reads");
        if keeping.is_none() {
            *keeping = stream.keeping(&vocabulary()).expect("can be said");
        }
        let Some(keeping) = keeping else { continue };
        while stream.keep(keeping, 700, kept).expect("can be read") {}
        assert_eq!(keeping.position(), kept.len() as u64);
    }
}

/// The kept file of a whole load, and the model.
fn whole(name: &str, target: Option<WeightType>) -> (Vec<u8>, Model) {
    let (mut stream, mut keeping, mut kept) = (stream(name, target), None, Vec::new());
    go_on(&mut stream, &mut keeping, &golden::safetensors(name), &mut kept);
    assert_eq!(keeping.map(|keeping| keeping.file_bytes()), Some(kept.len() as u64));
    (kept, stream.model().expect("all there"))
}

#[test]
fn what_is_kept_is_the_same_model() {
    for (name, target) in SOME {
        let (kept, model) = whole(name, target);
        let again = Model::from_gguf(&kept).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(logits(&again), logits(&model), "{name} as {target:?}");
        assert_eq!(again.kind(), model.kind());
        assert_eq!(again.weight_bytes(), model.weight_bytes());
    }
}

#[test]
fn what_is_left_can_be_kept_when_the_model_is_there() {
    for (name, target) in SOME {
        let (expected, model) = whole(name, target);
        let file = golden::safetensors(name);
        let (first, rest) = file.split_at(file.len() / 2);
        let mut stream = stream(name, target);
        stream.write(first).expect("reads");
        let mut keeping = stream.keeping(&vocabulary()).expect("can be said").expect("is there");
        let (mut kept, mut behind) = (Vec::new(), stream.behind(&mut keeping));
        assert_eq!(stream.kept_to(&keeping), None);
        while stream.keep(&mut keeping, 700, &mut kept).expect("can be read") {
            assert!(stream.behind(&mut keeping) < behind);
            behind = stream.behind(&mut keeping);
        }
        assert_eq!(behind, 0);
        assert_eq!(stream.kept_to(&keeping), stream.ends_from(0).last());

        stream.write(rest).expect("reads");
        let made = stream.model().expect("all there");
        assert_eq!(stream.behind(&mut keeping), keeping.file_bytes() - kept.len() as u64);
        while stream.keep(&mut keeping, 700, &mut kept).expect("can be read") {
            assert!(keeping.whole() <= keeping.position());
        }
        assert!(kept == expected, "{name} as {target:?}");
        let later = first.len() as u64;
        assert!(stream.ends_from(later).all(|end| end > later) && stream.ends_from(0).is_sorted());
        assert_eq!(stream.kept_to(&keeping), stream.ends_from(later).last());
        drop(stream);
        assert_eq!(logits(&made), logits(&model));
    }
}

#[test]
fn a_load_that_was_cut_off_goes_on_from_what_was_kept() {
    for (name, target) in SOME {
        let (expected, model) = whole(name, target);
        let file = golden::safetensors(name);
        let mut positions = Vec::new();
        for share in [0, 1, 30, 55, 99, 100] {
            let there = &expected[..expected.len() * share / 100];
            let mut stream = stream(name, target);
            // The header comes again, and with it the beginning of the first tensor.
            let first = file.len().min(9000);
            stream.write(&file[..first]).expect("reads");
            let keeping = stream.keeping(&vocabulary()).expect("can be said");
            let mut keeping = keeping.expect("the header is there");
            for piece in there.chunks(777) {
                stream.restore(&mut keeping, piece).expect("of the same model");
            }
            stream.restored(&mut keeping);
            // Where the last of them ends in the source.
            assert!(stream.kept_to(&keeping).is_none_or(|end| end <= stream.position()));
            positions.push(stream.position());

            let mut kept = there[..keeping.whole() as usize].to_vec();
            go_on(&mut stream, &mut Some(keeping), &file, &mut kept);
            // Where nothing is left to arrive, something may be left to keep.
            assert!(kept == expected, "{name} as {target:?} from {share} %");
            assert_eq!(logits(&stream.model().expect("all there")), logits(&model));
        }
        assert!(positions.is_sorted() && positions[2] > 9000, "{positions:?}");
        assert_eq!(positions.last(), Some(&(file.len() as u64)), "nothing has to come again");
    }
}

#[test]
fn what_was_kept_of_another_model_is_refused() {
    let (mut other, _) = whole("gguf-64", Some(WeightType::Q4_0));
    let file = golden::safetensors("gguf-64");
    let restore = |there: &[u8]| {
        let mut stream = stream("gguf-64", Some(WeightType::Q8_0));
        stream.write(&file).expect("reads");
        let mut keeping = stream.keeping(&vocabulary()).expect("can be said").expect("is there");
        there.chunks(500).try_for_each(|piece| stream.restore(&mut keeping, piece))
    };
    assert!(matches!(restore(&other), Err(Error::Invalid { .. })));
    assert!(matches!(restore(b"no model at all"), Err(Error::Invalid { .. })));
    other.clear();
    assert!(restore(&other).is_ok());
}

#[test]
fn scales_that_are_no_numbers_are_refused_when_they_are_read_back() {
    let (mut kept, _) = whole("gguf-64", Some(WeightType::Q8_0));
    let file = golden::safetensors("gguf-64");
    let mut stream = stream("gguf-64", Some(WeightType::Q8_0));
    stream.write(&file[..9000]).expect("reads");
    let mut keeping = stream.keeping(&vocabulary()).expect("can be said").expect("is there");
    let tensors = kept.len() - 20_000;
    kept[tensors..].fill(0xff);
    assert!(stream.restore(&mut keeping, &kept).is_err());
}

#[test]
fn how_much_a_model_takes_is_known_from_its_header() {
    for target in WeightType::ALL {
        let mut stream = stream("gguf-64", None);
        assert!(matches!(stream.packed_bytes(Some(target)), Ok(None)));
        stream.write(&golden::safetensors("gguf-64")[..9000]).expect("reads");
        let bytes = stream.packed_bytes(Some(target)).expect("can be kept").expect("is there");
        let file = golden::safetensors("gguf-64");
        let model = Model::from_safetensors(golden::config("gguf-64"), &file, target);
        let found = model.expect("loads").weight_bytes();
        // In memory, the last group of rows is filled up.
        assert!(bytes <= found && found - bytes < found / 20, "{target:?}: {bytes}, {found}");
    }
}
