//! Packing a safetensors model into one GGUF file, tensor by tensor.
//!
//! Matrices are quantised; everything else stays F32, as llama.cpp's `convert_hf_to_gguf.py`
//! leaves it.

use super::builder::{to_f32, transposed};
use super::{Builder, Naming, Param, TensorType, WeightType, gguf_write, parameters, safetensors};
use crate::{Config, Error, Result, Vocabulary};
use candle_core::quantized::QTensor;
use candle_core::{Device, Tensor};
use std::io::Write;

/// What a parameter is stored as in a file packed to `target`.
pub fn packed_type(param: Param, config: &Config, target: WeightType) -> TensorType {
    if !param.kind.is_matrix() {
        return TensorType::F32;
    }
    let width = param.shape(config).last().copied().unwrap_or(1);
    // A row that is not whole blocks is rare and small: F16 rather than F32, as llama.cpp does.
    target.fitting(width, TensorType::F16)
}

/// Writes the model of a safetensors file, with its tokenizer, as a GGUF file.
///
/// # Errors
/// As [`Builder::from_safetensors`] for the file; `Error::Invalid` if the model or the tokenizer
/// cannot be said in GGUF. The outer result is of `out`.
pub fn pack(
    config: &Config,
    file: &[u8],
    vocabulary: &Vocabulary,
    target: WeightType,
    out: &mut impl Write,
) -> std::io::Result<Result<()>> {
    let mut write = || -> Result<std::io::Result<()>> {
        let header = safetensors::header(file)?;
        // For its checks: every parameter is there, in its shape.
        Builder::from_safetensors(config.clone(), &header, None)?;
        if let Err(error) = out.write_all(&header_bytes(config, vocabulary, target)?) {
            return Ok(Err(error));
        }
        for param in parameters(config) {
            let name = param.name(Naming::HuggingFace);
            let stored = header.tensors.iter().find(|tensor| {
                tensor.name.strip_prefix("transformer.").unwrap_or(&tensor.name) == name
            });
            let Some((stored, Some(stored_type))) = stored.map(|s| (s, s.tensor_type)) else {
                let expected = param.file_shape(config, Naming::HuggingFace);
                return Err(Error::MissingTensor { name, expected });
            };
            let mut values = to_f32(stored.slice(file)?, stored_type, &stored.shape)?;
            if param.kind.is_conv1d() {
                values = transposed(&values, stored.shape[0], stored.shape[1]);
            }
            if let Err(error) = out.write_all(&tensor_bytes(values, param, config, target)?) {
                return Ok(Err(error));
            }
        }
        Ok(Ok(()))
    };
    match write() {
        Ok(Ok(())) => Ok(Ok(())),
        Ok(Err(io)) => Err(io),
        Err(error) => Ok(Err(error)),
    }
}

/// The first bytes of a packed file: the configuration, the tokenizer and the list of tensors.
/// [`tensor_bytes`] of every parameter follow, in the order of [`parameters`].
///
/// # Errors
/// If the model or the tokenizer cannot be said in GGUF.
pub fn header_bytes(
    config: &Config,
    vocabulary: &Vocabulary,
    target: WeightType,
) -> Result<Vec<u8>> {
    let mut metadata = config.to_gguf()?;
    metadata.extend(vocabulary.to_gguf(config));
    let tensors: Vec<_> = parameters(config)
        .into_iter()
        .map(|param| {
            let kind = packed_type(param, config, target);
            (param.name(Naming::Gguf), kind, param.shape(config))
        })
        .collect();
    gguf_write::header(&metadata, &tensors)
}

/// One parameter's bytes in a packed file, with their padding; `values` are in the order of
/// [`Param::shape`].
///
/// # Errors
/// If the values are not as many as the parameter's shape says.
pub fn tensor_bytes(
    values: Vec<f32>,
    param: Param,
    config: &Config,
    target: WeightType,
) -> Result<Vec<u8>> {
    let mut bytes = match packed_type(param, config, target) {
        TensorType::F32 => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
        kind => {
            let tensor = Tensor::from_vec(values, param.shape(config), &Device::Cpu)?;
            QTensor::quantize(&tensor, kind.candle())?.data()?.into_owned()
        }
    };
    bytes.resize(bytes.len() + gguf_write::padding(bytes.len() as u64), 0);
    Ok(bytes)
}
