//! The GGUF format of llama.cpp, versions 2 and 3: metadata, a list of tensors, their bytes.
//! <https://github.com/ggml-org/ggml/blob/master/docs/gguf.md>
//!
//! Only the header is read here; what the metadata means is for the rest of [`super`], and the
//! bytes of tensors are the [`super::Builder`]'s. candle has a reader too; this one says how many
//! bytes are missing, works on a file's first part, and cannot panic on a hostile file.

use super::reader::Reader;
use super::{TensorInfo, TensorType};
use crate::{Error, Result};
use std::collections::HashMap;

pub(super) const MAGIC: &[u8; 4] = b"GGUF";
pub(super) const DEFAULT_ALIGNMENT: u64 = 32;
/// `GGML_MAX_DIMS`.
const MAX_DIMS: u32 = 4;

/// A metadata value, of the kinds that a GPT-2 file needs.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Any of the unsigned integers.
    Unsigned(u64),
    /// Any of the signed integers.
    Signed(i64),
    /// Either of the floats.
    Float(f64),
    /// A truth value.
    Bool(bool),
    /// A text.
    String(String),
    /// A list of texts.
    Strings(Vec<String>),
    /// A list of integers.
    Integers(Vec<i64>),
    /// A list of numbers of another kind, which nothing here reads.
    Skipped,
}

/// What the header says.
#[derive(Clone, Debug, PartialEq)]
pub struct Header {
    /// Key and value pairs.
    pub metadata: HashMap<String, Value>,
    /// The tensors, in the order of their bytes.
    pub tensors: Vec<TensorInfo>,
    /// Bytes of the whole file, at least.
    pub file_bytes: u64,
}

/// Whether a file's first bytes are a GGUF file's.
pub fn is_gguf(prefix: &[u8]) -> bool {
    prefix.starts_with(MAGIC)
}

/// Reads the header from a file's first bytes; more than the header may be given, and is not
/// looked at.
///
/// # Errors
/// [`Error::Truncated`] if `prefix` ends within the header: try again with more bytes, if there
/// are more. [`Error::Invalid`] if it is not a GGUF header.
pub fn header(prefix: &[u8]) -> Result<Header> {
    let mut reader = Reader::new(prefix);
    if &reader.array::<4>()? != MAGIC {
        return Err(Error::weights("the file is not GGUF: its first bytes are others"));
    }
    let version = reader.u32()?;
    if !(2..=3).contains(&version) {
        return Err(Error::weights(format!("the file is GGUF version {version}; expected 2 or 3")));
    }
    let tensor_count = reader.u64()?;
    let metadata_count = reader.u64()?;
    // Both lists grow as their entries are found in the file, never by what a count says.
    let mut metadata = HashMap::new();
    for _ in 0..metadata_count {
        let key = string(&mut reader)?;
        let value_type = reader.u32()?;
        let value = value(&mut reader, &key, value_type)?;
        metadata.insert(key, value);
    }
    let mut tensors = Vec::new();
    for _ in 0..tensor_count {
        tensors.push(tensor(&mut reader)?);
    }
    let alignment = match metadata.get("general.alignment") {
        None => DEFAULT_ALIGNMENT,
        Some(&Value::Unsigned(n)) if n.is_power_of_two() && n <= 1 << 20 => n,
        Some(other) => {
            let detail = format!("general.alignment is {other:?}; expected a power of two");
            return Err(Error::weights(detail));
        }
    };
    let data = (reader.position() as u64).next_multiple_of(alignment);
    let mut file_bytes = data;
    for tensor in &mut tensors {
        tensor.start = tensor.start.saturating_add(data);
        file_bytes = file_bytes.max(tensor.end());
    }
    tensors.sort_by_key(|tensor| tensor.start);
    Ok(Header { metadata, tensors, file_bytes })
}

fn string(reader: &mut Reader) -> Result<String> {
    let length = reader.u64()?;
    let bytes = reader.take(length)?;
    String::from_utf8(bytes.to_vec())
        .map_err(|_| Error::weights("the GGUF header holds a text that is not UTF-8"))
}

/// Reads one value; the numbers are those of `enum gguf_metadata_value_type`.
fn value(reader: &mut Reader, key: &str, value_type: u32) -> Result<Value> {
    Ok(match value_type {
        0 => Value::Unsigned(u64::from(reader.array::<1>()?[0])),
        1 => Value::Signed(i64::from(i8::from_le_bytes(reader.array()?))),
        2 => Value::Unsigned(u64::from(u16::from_le_bytes(reader.array()?))),
        3 => Value::Signed(i64::from(i16::from_le_bytes(reader.array()?))),
        4 => Value::Unsigned(u64::from(reader.u32()?)),
        5 => Value::Signed(i64::from(i32::from_le_bytes(reader.array()?))),
        6 => Value::Float(f64::from(f32::from_le_bytes(reader.array()?))),
        7 => Value::Bool(reader.array::<1>()?[0] != 0),
        8 => Value::String(string(reader)?),
        9 => array(reader, key)?,
        10 => Value::Unsigned(reader.u64()?),
        11 => Value::Signed(i64::from_le_bytes(reader.array()?)),
        12 => Value::Float(f64::from_le_bytes(reader.array()?)),
        other => {
            let detail = format!("the value of {key} has the unknown type {other}");
            return Err(Error::weights(detail));
        }
    })
}

fn array(reader: &mut Reader, key: &str) -> Result<Value> {
    let element = reader.u32()?;
    let count = reader.u64()?;
    let bytes_each = match element {
        0 | 1 | 7 => 1,
        2 | 3 => 2,
        4..=6 => 4,
        10..=12 => 8,
        8 => {
            let mut strings = Vec::new();
            for _ in 0..count {
                strings.push(string(reader)?);
            }
            return Ok(Value::Strings(strings));
        }
        other => {
            let detail = format!("{key} is a list of elements of type {other}");
            return Err(Error::weights(detail));
        }
    };
    let bytes = reader.take(count.saturating_mul(bytes_each))?;
    Ok(match element {
        // Token types are I32 (llama.cpp) or U32; nothing else is looked at.
        4 | 5 => {
            let (chunks, _) = bytes.as_chunks();
            Value::Integers(chunks.iter().map(|&c| i64::from(i32::from_le_bytes(c))).collect())
        }
        _ => Value::Skipped,
    })
}

fn tensor(reader: &mut Reader) -> Result<TensorInfo> {
    let name = string(reader)?;
    let dims = reader.u32()?;
    if dims > MAX_DIMS {
        let detail = format!("tensor {name} has {dims} dimensions; expected at most {MAX_DIMS}");
        return Err(Error::weights(detail));
    }
    let mut shape = Vec::with_capacity(dims as usize);
    for _ in 0..dims {
        let dim = usize::try_from(reader.u64()?);
        shape.push(dim.map_err(|_| Error::weights(format!("tensor {name} is too large")))?);
    }
    // GGUF lists the fastest dimension first.
    shape.reverse();
    let id = reader.u32()?;
    let tensor_type = TensorType::from_gguf(id);
    let type_name =
        tensor_type.map_or_else(|| format!("ggml type {id}"), |kind| kind.name().to_owned());
    let start = reader.u64()?;
    let bytes = match tensor_type {
        None => 0,
        Some(kind) => kind.bytes(&shape).ok_or_else(|| {
            let detail =
                format!("tensor {name} of shape {shape:?} cannot be stored as {type_name}");
            Error::weights(detail)
        })?,
    };
    Ok(TensorInfo { name, type_name, tensor_type, shape, start, bytes })
}
