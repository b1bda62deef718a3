//! Packing a safetensors model into one GGUF file, tensor by tensor.
//!
//! Matrices are quantised; everything else stays F32, as llama.cpp's `convert_hf_to_gguf.py`
//! leaves it. Reading and writing files is the caller's.

use super::filling::values;
use super::{
    Builder, Naming, Param, TensorInfo, TensorType, WeightType, gguf_write, parameters, safetensors,
};
use crate::{Config, Result, Vocabulary};
use candle_core::quantized::QTensor;
use candle_core::{Device, Tensor};

/// A model on its way from a safetensors file to a packed one.
pub struct Packer {
    config: Config,
    target: WeightType,
    tensors: Vec<(Param, TensorInfo)>,
}

impl Packer {
    /// Checks that the file with this header holds a model of this configuration.
    ///
    /// # Errors
    /// As [`Builder::from_safetensors`].
    pub fn new(config: Config, header: &safetensors::Header, target: WeightType) -> Result<Self> {
        let builder = Builder::from_safetensors(config.clone(), header, None)?;
        let found = header.tensors.iter().filter_map(|tensor| builder.param(&tensor.name));
        let mut tensors: Vec<(Param, TensorInfo)> = found.cloned().collect();
        let order: Vec<Param> = parameters(&config);
        tensors.sort_by_key(|(param, _)| order.iter().position(|other| other == param));
        Ok(Self { config, target, tensors })
    }

    /// The first bytes of the packed file: [`header`].
    ///
    /// # Errors
    /// The same.
    pub fn header(&self, vocabulary: &Vocabulary) -> Result<Vec<u8>> {
        header(&self.config, vocabulary, self.target)
    }

    /// The tensors in the order in which they are packed.
    pub fn tensors(&self) -> &[(Param, TensorInfo)] {
        &self.tensors
    }

    /// One tensor's bytes in the packed file, from its bytes in the safetensors file.
    ///
    /// # Errors
    /// [`Error::Truncated`] if these are fewer than the header says.
    pub fn tensor(&self, param: Param, stored: &TensorInfo, bytes: &[u8]) -> Result<Vec<u8>> {
        let shape = param.shape(&self.config);
        let values = values(bytes, stored.check(bytes)?, &shape, param.kind.is_conv1d())?;
        tensor(values, param, &self.config, self.target)
    }
}

/// What a parameter is stored as in a file packed to `target`.
fn packed_type(param: Param, config: &Config, target: WeightType) -> TensorType {
    if !param.kind.is_matrix() {
        return TensorType::F32;
    }
    let width = param.shape(config).last().copied().unwrap_or(1);
    // Rows that are not whole blocks are those of small models: F16 rather than F32.
    target.of(param.kind).fitting(width, TensorType::F16)
}

/// The first bytes of a packed file: the configuration, the tokenizer and the list of tensors.
/// [`tensor`] of every parameter follows, in the order of [`parameters`].
///
/// # Errors
/// [`Error::Invalid`] if the model cannot be said in GGUF.
pub fn header(config: &Config, vocabulary: &Vocabulary, target: WeightType) -> Result<Vec<u8>> {
    let params = parameters(config).into_iter();
    let tensors: Vec<_> = params.map(|param| (param, packed_type(param, config, target))).collect();
    header_of(config, vocabulary, target, &tensors)
}

/// The same for tensors of any types in any order; `most` is the type of most of them.
pub(super) fn header_of(
    config: &Config,
    vocabulary: &Vocabulary,
    most: WeightType,
    tensors: &[(Param, TensorType)],
) -> Result<Vec<u8>> {
    let mut metadata = config.to_gguf(most)?;
    metadata.extend(vocabulary.to_gguf(config));
    let tensors = tensors.iter();
    let tensors: Vec<_> = tensors
        .map(|&(param, kind)| (param.name(Naming::Gguf), kind, param.shape(config)))
        .collect();
    gguf_write::header(&metadata, &tensors)
}

/// One parameter's bytes in a packed file, with their padding; `values` are in the order of
/// [`Param::shape`].
///
/// # Errors
/// If the values are not as many as the parameter's shape says.
pub fn tensor(
    values: Vec<f32>,
    param: Param,
    config: &Config,
    target: WeightType,
) -> Result<Vec<u8>> {
    let mut bytes = match packed_type(param, config, target) {
        kind @ TensorType::F32 => float_bytes(&values, kind),
        kind => {
            let tensor = Tensor::from_vec(values, param.shape(config), &Device::Cpu)?;
            QTensor::quantize(&tensor, kind.candle())?.data()?.into_owned()
        }
    };
    bytes.resize(bytes.len() + gguf_write::padding(bytes.len() as u64), 0);
    Ok(bytes)
}

/// Values as the bytes of a float type; of any other type, as F32.
pub fn float_bytes(values: &[f32], kind: TensorType) -> Vec<u8> {
    match kind {
        TensorType::F16 => {
            values.iter().flat_map(|&value| half::f16::from_f32(value).to_le_bytes()).collect()
        }
        TensorType::BF16 => {
            values.iter().flat_map(|&value| half::bf16::from_f32(value).to_le_bytes()).collect()
        }
        _ => values.iter().flat_map(|value| value.to_le_bytes()).collect(),
    }
}
