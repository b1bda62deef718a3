//! The safetensors format: eight bytes of length, a JSON header, the tensors end to end.
//! <https://huggingface.co/docs/safetensors>
//!
//! Only the header is read here; the bytes of tensors are the [`super::Builder`]'s.

use super::reader::Reader;
use super::{TensorInfo, TensorType};
use crate::{Error, Result};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};

/// The format's own limit for the JSON header (100 MB, in its reference implementation). Here a
/// tenth is ample: a GPT-2 XL needs 60 kB.
const MAX_HEADER: u64 = 10_000_000;

/// What the header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The tensors, in the order of their bytes.
    pub tensors: Vec<TensorInfo>,
    /// Bytes of the whole file.
    pub file_bytes: u64,
}

/// Reads the header from a file's first bytes; more than the header may be given, and is not
/// looked at.
///
/// # Errors
/// [`Error::Truncated`] if `prefix` ends within the header: try again with as many bytes as it
/// expects. [`Error::Invalid`] if it is not a safetensors header.
pub fn header(prefix: &[u8]) -> Result<Header> {
    let mut reader = Reader::new(prefix);
    let length = reader.u64()?;
    if length > MAX_HEADER {
        return Err(Error::weights(format!(
            "the file is not safetensors: a header of {length} bytes"
        )));
    }
    let json = reader.take(length)?;
    let entries: Entries = serde_json::from_slice(json)
        .map_err(|error| Error::weights(format!("the safetensors header is not valid: {error}")))?;
    let data = 8 + length;
    let mut tensors = Vec::with_capacity(entries.0.len());
    for (name, Entry { dtype, shape, data_offsets: [start, end] }) in entries.0 {
        let tensor_type = match dtype.as_str() {
            "F32" => Some(TensorType::F32),
            "F16" => Some(TensorType::F16),
            "BF16" => Some(TensorType::BF16),
            _ => None,
        };
        let bytes = end.checked_sub(start);
        let expected = tensor_type.map(|kind| kind.bytes(&shape));
        match bytes {
            Some(bytes) if expected.is_none_or(|expected| expected == Some(bytes)) => {
                let start = data.saturating_add(start);
                tensors.push(TensorInfo {
                    name,
                    type_name: dtype,
                    tensor_type,
                    shape,
                    start,
                    bytes,
                });
            }
            _ => {
                return Err(Error::weights(format!(
                    "tensor {name} of type {dtype} and shape {shape:?} cannot lie at bytes {start} to {end}"
                )));
            }
        }
    }
    tensors.sort_by_key(|tensor| (tensor.start, tensor.bytes));
    let mut file_bytes = data;
    for tensor in &tensors {
        // The format allows neither overlaps nor holes.
        if tensor.start != file_bytes {
            return Err(Error::weights(format!(
                "tensor {} begins at byte {}; expected {file_bytes}",
                tensor.name, tensor.start
            )));
        }
        file_bytes = file_bytes.saturating_add(tensor.bytes);
    }
    Ok(Header { tensors, file_bytes })
}

/// The first bytes of a file that holds these tensors, end to end, in this order.
///
/// # Errors
/// If a shape is beyond counting or the type cannot be stored in safetensors.
pub fn header_bytes(tensors: &[(String, TensorType, Vec<usize>)]) -> Result<Vec<u8>> {
    let mut offset = 0u64;
    let mut entries = serde_json::Map::new();
    let format = serde_json::json!({ "format": "pt" });
    entries.insert("__metadata__".to_owned(), format);
    for (name, kind, shape) in tensors {
        let bytes = kind.bytes(shape).filter(|_| kind.is_float());
        let bytes = bytes.ok_or_else(|| Error::UnsupportedType {
            name: name.clone(),
            found: kind.name().to_owned(),
            expected: "F32, F16, BF16",
        })?;
        let entry = serde_json::json!({
            "dtype": kind.name(), "shape": shape, "data_offsets": [offset, offset + bytes],
        });
        entries.insert(name.clone(), entry);
        offset += bytes;
    }
    let mut json = serde_json::Value::Object(entries).to_string().into_bytes();
    // Tensors begin at a multiple of eight, as the reference implementation writes them.
    json.resize(json.len().next_multiple_of(8), b' ');
    let mut header = (json.len() as u64).to_le_bytes().to_vec();
    header.append(&mut json);
    Ok(header)
}

#[derive(serde::Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: [u64; 2],
}

/// The header's object; a list, so that a name that appears twice is seen twice.
struct Entries(Vec<(String, Entry)>);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct EntriesVisitor;
        impl<'de> Visitor<'de> for EntriesVisitor {
            type Value = Entries;

            fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
                f.write_str("an object of tensors")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries, A::Error> {
                let mut entries = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    if name == "__metadata__" {
                        map.next_value::<IgnoredAny>()?;
                    } else {
                        entries.push((name, map.next_value()?));
                    }
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(EntriesVisitor)
    }
}
