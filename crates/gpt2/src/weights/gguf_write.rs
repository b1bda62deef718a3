//! Writing the GGUF format, version 3, so that llama.cpp and the `gguf` package read it.
//!
//! What goes into a file is [`super::pack`]'s; this is the format alone.

use super::TensorType;
use super::gguf::{DEFAULT_ALIGNMENT, MAGIC, Value};
use crate::{Error, Result};

/// The first bytes of a file with this metadata and these tensors, up to the first tensor's. The
/// tensors' bytes follow in this order, each padded with [`padding`].
///
/// Integers are written as U32 where they fit, floats as F32: the types that llama.cpp expects.
///
/// # Errors
/// If a tensor's rows are not whole blocks of its type.
pub fn header(
    metadata: &[(String, Value)],
    tensors: &[(String, TensorType, Vec<usize>)],
) -> Result<Vec<u8>> {
    let mut out = MAGIC.to_vec();
    out.extend(3u32.to_le_bytes());
    out.extend((tensors.len() as u64).to_le_bytes());
    out.extend((metadata.len() as u64).to_le_bytes());
    for (key, value) in metadata {
        write_string(&mut out, key);
        write_value(&mut out, value);
    }
    let mut offset = 0u64;
    for (name, kind, shape) in tensors {
        let bytes = kind.bytes(shape).ok_or_else(|| {
            let kind = kind.name();
            Error::weights(format!("tensor {name} of shape {shape:?} cannot be stored as {kind}"))
        })?;
        write_string(&mut out, name);
        out.extend((shape.len() as u32).to_le_bytes());
        for &dim in shape.iter().rev() {
            out.extend((dim as u64).to_le_bytes());
        }
        out.extend(kind.gguf_id().to_le_bytes());
        out.extend(offset.to_le_bytes());
        offset += bytes + padding(bytes) as u64;
    }
    out.resize(out.len() + padding(out.len() as u64), 0);
    Ok(out)
}

/// How many zero bytes follow `bytes` of a tensor.
pub fn padding(bytes: u64) -> usize {
    (bytes.next_multiple_of(DEFAULT_ALIGNMENT) - bytes) as usize
}

fn write_string(out: &mut Vec<u8>, text: &str) {
    out.extend((text.len() as u64).to_le_bytes());
    out.extend(text.as_bytes());
}

fn write_value(out: &mut Vec<u8>, value: &Value) {
    let tag = |out: &mut Vec<u8>, tag: u32| out.extend(tag.to_le_bytes());
    match value {
        Value::Unsigned(value) => match u32::try_from(*value) {
            Ok(value) => {
                tag(out, 4);
                out.extend(value.to_le_bytes());
            }
            Err(_) => {
                tag(out, 10);
                out.extend(value.to_le_bytes());
            }
        },
        Value::Signed(value) => {
            tag(out, 11);
            out.extend(value.to_le_bytes());
        }
        Value::Float(value) => {
            tag(out, 6);
            out.extend((*value as f32).to_le_bytes());
        }
        Value::Bool(value) => {
            tag(out, 7);
            out.push(u8::from(*value));
        }
        Value::String(text) => {
            tag(out, 8);
            write_string(out, text);
        }
        Value::Strings(texts) => {
            tag(out, 9);
            tag(out, 8);
            out.extend((texts.len() as u64).to_le_bytes());
            for text in texts {
                write_string(out, text);
            }
        }
        Value::Integers(values) => {
            tag(out, 9);
            tag(out, 5);
            out.extend((values.len() as u64).to_le_bytes());
            for &value in values {
                out.extend((value as i32).to_le_bytes());
            }
        }
        // An empty list: what was skipped was not kept.
        Value::Skipped => {
            tag(out, 9);
            tag(out, 4);
            out.extend(0u64.to_le_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::gguf;
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let metadata = vec![
            ("a.number".to_owned(), Value::Unsigned(7)),
            ("a.float".to_owned(), Value::Float(0.5)),
            ("a.text".to_owned(), Value::String("Ġé".to_owned())),
            ("texts".to_owned(), Value::Strings(vec!["a b".to_owned(), String::new()])),
            ("integers".to_owned(), Value::Integers(vec![1, -3])),
        ];
        let tensors = vec![
            ("one".to_owned(), TensorType::F32, vec![3]),
            ("two".to_owned(), TensorType::Q8_0, vec![2, 32]),
        ];
        let bytes = header(&metadata, &tensors).expect("writes");
        let read = gguf::header(&bytes).expect("reads");
        for (key, value) in metadata {
            assert_eq!(read.metadata.get(&key), Some(&value), "{key}");
        }
        let [one, two] = read.tensors.as_slice() else { panic!("two tensors") };
        assert_eq!((one.start, one.bytes), (bytes.len() as u64, 12));
        assert_eq!((two.start, two.bytes), (bytes.len() as u64 + 32, 68));
        assert_eq!(two.shape, [2, 32]);
        assert_eq!(read.file_bytes, bytes.len() as u64 + 32 + 68);
    }
}
