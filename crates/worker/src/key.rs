//! What a kept model is called on the device: the same for the same files turned into the same
//! type, another for any other.

use sha2::{Digest, Sha256};
use zeroshot_gpt2::parts::hexadecimal;
use zeroshot_protocol::{ModelSource, Place};

/// Letters of the part that people read.
const READABLE: usize = 48;

/// Bytes of the digest that tells one from all others.
const DIGEST: usize = 8;

/// The key of a model. `site` is the address that the folders of [`Place::Site`] are relative to:
/// several pages of one origin share what is kept.
pub fn of(source: &ModelSource, site: &str) -> String {
    let quantization = source.quantization.map_or_else(
        || "as-is".to_owned(),
        |kind| serde_json::to_string(&kind).unwrap_or_default(),
    );
    let (name, place) = match &source.place {
        Place::Site { folder } => (last(folder), format!("site\n{site}\n{folder}")),
        Place::Hub { base, repo, revision } => {
            (last(repo), format!("hub\n{base}\n{repo}\n{revision}"))
        }
        // Two files of one name and one length are taken for one.
        Place::Picked => ("picked", format!("picked\n{}", source.bytes)),
    };
    let whole = format!("{place}\n{}\n{quantization}", source.weights);
    let digest = Sha256::digest(whole.as_bytes());
    let digest = hexadecimal(&digest[..DIGEST]);
    let readable = format!("{name}-{}-{quantization}", source.weights);
    let letters = readable.bytes().filter(|byte| *byte != b'"').map(|byte| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' => char::from(byte),
        _ => '-',
    });
    let readable: String = letters.take(READABLE).collect();
    format!("{readable}-{digest}")
}

/// Whether this can be a key: what stands on the device, or in a message, may be anything.
pub fn is_key(key: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    (2 * DIGEST..=READABLE + 1 + 2 * DIGEST).contains(&key.len()) && key.bytes().all(letter)
}

fn last(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use zeroshot_protocol::Quantization;

    fn source() -> ModelSource {
        ModelSource {
            place: Place::Hub {
                base: "https://huggingface.co".to_owned(),
                repo: "openai-community/gpt2".to_owned(),
                revision: "main".to_owned(),
            },
            config: "config.json".to_owned(),
            tokenizer: "tokenizer.json".to_owned(),
            weights: "model.safetensors".to_owned(),
            bytes: 0,
            sha256: String::new(),
            quantization: Some(Quantization::Q8),
            keep: Some("GPT-2".to_owned()),
        }
    }

    #[test]
    fn a_key_is_a_name_that_people_can_read() {
        let key = of(&source(), "https://example.org/");
        assert!(key.starts_with("gpt2-model-safetensors-Q8_0-"), "{key}");
        assert!(is_key(&key));
        let place = Place::Site { folder: "./models/模型 ../../".to_owned() };
        assert!(is_key(&of(&ModelSource { place, ..source() }, "")));
        for key in ["", "a", "../etc/passwd-0123456789abcdef", "gpt2.gguf-0123456789abcdef"] {
            assert!(!is_key(key), "{key}");
        }
    }

    #[test]
    fn only_what_makes_another_file_makes_another_key() {
        let site = "https://example.org/a/";
        let key = of(&source(), site);
        for same in [
            ModelSource { keep: None, ..source() },
            ModelSource { bytes: 7, sha256: "0a".to_owned(), ..source() },
            ModelSource { config: String::new(), ..source() },
        ] {
            assert_eq!(of(&same, site), key);
        }
        assert_eq!(of(&source(), "https://example.org/b/"), key, "a hub is a hub everywhere");
        let hub = |repo: &str, revision: &str| Place::Hub {
            base: "https://huggingface.co".to_owned(),
            repo: repo.to_owned(),
            revision: revision.to_owned(),
        };
        let folder = || Place::Site { folder: "./models/gpt2/".to_owned() };
        let mut keys = vec![key];
        for (other, site) in [
            (ModelSource { quantization: None, ..source() }, site),
            (ModelSource { quantization: Some(Quantization::Q4), ..source() }, site),
            (ModelSource { weights: "other.safetensors".to_owned(), ..source() }, site),
            (ModelSource { place: hub("other/gpt2", "main"), ..source() }, site),
            (ModelSource { place: hub("openai-community/gpt2", "v2"), ..source() }, site),
            (ModelSource { place: folder(), ..source() }, site),
            (ModelSource { place: folder(), ..source() }, "https://example.org/b/"),
            (ModelSource { place: Place::Picked, bytes: 5, ..source() }, site),
            (ModelSource { place: Place::Picked, bytes: 6, ..source() }, site),
        ] {
            keys.push(of(&other, site));
        }
        let mut different = keys.clone();
        different.sort();
        different.dedup();
        assert_eq!(different.len(), keys.len(), "{keys:?}");
    }
}
