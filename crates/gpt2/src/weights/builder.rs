//! Takes the tensors of one file, in any order, and makes a model of them.
//!
//! All that can be wrong with names, shapes and formats is found from the header, before the
//! first weight: a wrong file is refused before it is downloaded.

use super::{Naming, Param, TensorInfo, TensorType, WeightType, gguf, parameters, safetensors};
use crate::linear::Matrix;
use crate::{Backend, Config, Error, Model, Result};
use candle_core::quantized::{QStorage, QTensor};
use candle_core::{Device, Tensor};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use zeroshot_kernels::PackedQ8;

/// A model in the making.
pub struct Builder {
    config: Config,
    target: Option<WeightType>,
    backend: Backend,
    naming: Naming,
    expected: HashMap<String, (Param, TensorInfo)>,
    weights: Weights,
}

/// The tensors of a model, ready for the forward pass.
#[derive(Default)]
pub(crate) struct Weights {
    vectors: HashMap<Param, Tensor>,
    matrices: HashMap<Param, Matrix>,
}

impl Builder {
    /// A model of this configuration, from a safetensors file with this header; its matrices are
    /// converted to `target`, or stay in the file's format.
    ///
    /// # Errors
    /// Names a tensor that is missing, misshapen, of an unsupported format, or that has no place
    /// in the model.
    pub fn from_safetensors(
        config: Config,
        header: &safetensors::Header,
        target: Option<WeightType>,
    ) -> Result<Self> {
        let tied = config.tie_word_embeddings;
        let tensors = header.tensors.iter().filter_map(|tensor| {
            let name = tensor.name.strip_prefix("transformer.").unwrap_or(&tensor.name);
            // `attn.bias` and `attn.masked_bias` are the causal mask, which older releases of
            // `transformers` stored as if they were weights; and a head that is tied is ignored
            // as they ignore it.
            let mask = name.starts_with("h.")
                && (name.ends_with(".attn.bias") || name.ends_with(".attn.masked_bias"));
            let head = tied && name == "lm_head.weight";
            (!mask && !head).then(|| (name.to_owned(), tensor.clone()))
        });
        Self::new(config, Naming::HuggingFace, tensors, target)
    }

    /// A model from a GGUF file with this header, which holds the configuration as well; its
    /// matrices are converted to `target`, or stay in the file's format.
    ///
    /// # Errors
    /// As [`Builder::from_safetensors`], and as [`Config::from_gguf`].
    pub fn from_gguf(header: &gguf::Header, target: Option<WeightType>) -> Result<Self> {
        let config = Config::from_gguf(header)?;
        let tensors = header.tensors.iter().map(|tensor| (tensor.name.clone(), tensor.clone()));
        Self::new(config, Naming::Gguf, tensors, target)
    }

    fn new(
        config: Config,
        naming: Naming,
        tensors: impl Iterator<Item = (String, TensorInfo)>,
        target: Option<WeightType>,
    ) -> Result<Self> {
        config.validate()?;
        let mut found: HashMap<String, TensorInfo> = HashMap::new();
        for (name, tensor) in tensors {
            if let Some(first) = found.insert(name, tensor.clone()) {
                return Err(Error::weights(format!(
                    "tensors {} and {} are the same parameter",
                    first.name, tensor.name
                )));
            }
        }
        let mut expected = HashMap::with_capacity(found.len());
        for param in parameters(&config) {
            let name = param.name(naming);
            let shape = param.file_shape(&config, naming);
            let Some(tensor) = found.remove(&name) else {
                return Err(Error::MissingTensor { name, expected: shape });
            };
            if tensor.shape != shape {
                let (name, found) = (tensor.name, tensor.shape);
                return Err(Error::MisshapenTensor { name, expected: shape, found });
            }
            if tensor.tensor_type.is_none() {
                return Err(Error::UnsupportedType {
                    name: tensor.name,
                    found: tensor.type_name,
                    expected: match naming {
                        Naming::HuggingFace => "F32, F16, BF16",
                        Naming::Gguf => {
                            "F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K"
                        }
                    },
                });
            }
            expected.insert(tensor.name.clone(), (param, tensor));
        }
        // Of several, the first by name, so that the same file gives the same message.
        if let Some(tensor) = found.into_values().min_by(|a, b| a.name.cmp(&b.name)) {
            return Err(Error::UnexpectedTensor { name: tensor.name, found: tensor.shape });
        }
        let (backend, weights) = (Backend::default(), Weights::default());
        Ok(Self { config, target, backend, naming, expected, weights })
    }

    /// The configuration of the model in the making.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Has the model computed by `backend`, in place of the default one: to be said before the first
    /// tensor is added, for it decides in what order weights are kept.
    pub fn backend(self, backend: Backend) -> Self {
        Self { backend, ..self }
    }

    /// Whether the tensor of this name is one of the model's: the bytes of others can be skipped.
    pub fn wants(&self, name: &str) -> bool {
        self.expected.contains_key(name)
    }

    /// The parameter that the tensor of this name is, if it is one of the model's.
    pub(super) fn param(&self, name: &str) -> Option<&(Param, TensorInfo)> {
        self.expected.get(name)
    }

    /// Takes one tensor's bytes, as they are in the file. Tensors that the model has no use for
    /// are passed over.
    ///
    /// # Errors
    /// [`Error::Truncated`] if the bytes are not as many as the header says.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let Some((param, tensor)) = self.expected.get(name) else { return Ok(()) };
        let stored = tensor.check(bytes)?;
        let shape = param.shape(&self.config);
        if param.kind.is_matrix() {
            let conv1d = self.naming == Naming::HuggingFace && param.kind.is_conv1d();
            let matrix = matrix(bytes, stored, &shape, conv1d, self.target, self.backend)?;
            self.weights.matrices.insert(*param, matrix);
        } else {
            let values = values(bytes, stored, &shape, false)?;
            let vector = Tensor::from_vec(values, shape, &Device::Cpu)?;
            self.weights.vectors.insert(*param, vector);
        }
        Ok(())
    }

    /// The model, once every tensor has been added.
    ///
    /// # Errors
    /// [`Error::MissingTensor`] names one that was not.
    pub fn finish(self) -> Result<Model> {
        Model::new(self.config, self.weights, self.naming, self.backend)
    }

    /// Adds every tensor from the whole file, and finishes.
    pub(crate) fn build(mut self, tensors: &[TensorInfo], file: &[u8]) -> Result<Model> {
        for tensor in tensors {
            self.add(&tensor.name, tensor.slice(file)?)?;
        }
        self.finish()
    }
}

impl Weights {
    /// Takes out a layer norm's weight or bias, a linear layer's bias, or the position embedding.
    pub(crate) fn vector(
        &mut self,
        param: Param,
        config: &Config,
        naming: Naming,
    ) -> Result<Tensor> {
        self.vectors.remove(&param).ok_or_else(|| missing(param, config, naming))
    }

    /// Takes out a linear layer's weight or the token embedding.
    pub(crate) fn matrix(
        &mut self,
        param: Param,
        config: &Config,
        naming: Naming,
    ) -> Result<Matrix> {
        self.matrices.remove(&param).ok_or_else(|| missing(param, config, naming))
    }
}

fn missing(param: Param, config: &Config, naming: Naming) -> Error {
    Error::MissingTensor { name: param.name(naming), expected: param.file_shape(config, naming) }
}

/// A matrix in the form that it is multiplied in; `shape` is `[out, in]`, and a `conv1d`'s bytes
/// are `[in, out]`.
fn matrix(
    bytes: &[u8],
    stored: TensorType,
    shape: &[usize],
    conv1d: bool,
    target: Option<WeightType>,
    backend: Backend,
) -> Result<Matrix> {
    let width = shape.last().copied().unwrap_or(1);
    let kept = match target {
        Some(target) => target.fitting(width, stored),
        None if stored == TensorType::BF16 => TensorType::F32,
        None => stored,
    };
    let packed = kept == TensorType::Q8_0 && backend == Backend::Kernels;
    let rows = shape.iter().product::<usize>() / width;
    if packed && kept == stored && !conv1d {
        return q8(PackedQ8::from_blocks(rows, width, bytes));
    }
    if kept == stored && !conv1d && kept != TensorType::F32 {
        return Ok(Matrix::Packed(Arc::new(from_blocks(bytes, stored, shape)?)));
    }
    let values = values(bytes, stored, shape, conv1d)?;
    if packed {
        return q8(PackedQ8::quantize(rows, width, &values));
    }
    let plain = Tensor::from_vec(values, shape, &Device::Cpu)?;
    Ok(match kept {
        TensorType::F32 => Matrix::Plain(plain),
        packed => Matrix::Packed(Arc::new(QTensor::quantize(&plain, packed.candle())?)),
    })
}

fn q8(packed: Result<PackedQ8, zeroshot_kernels::Error>) -> Result<Matrix> {
    match packed {
        Ok(packed) => Ok(Matrix::Q8(Arc::new(packed))),
        Err(error) => Err(Error::weights(error.to_string())),
    }
}

/// The tensor of blocks that are already in ggml's layout.
fn from_blocks(bytes: &[u8], stored: TensorType, shape: &[usize]) -> Result<QTensor> {
    // candle reinterprets the bytes as blocks of 16-bit fields, and panics if they do not lie at
    // an address that allows it; where they lie depends on the file.
    const ALIGNMENT: usize = 16;
    let mut copy;
    let aligned = if bytes.as_ptr().align_offset(ALIGNMENT) == 0 {
        bytes
    } else {
        copy = vec![0; bytes.len() + ALIGNMENT];
        let start = copy.as_ptr().align_offset(ALIGNMENT).min(ALIGNMENT);
        let aligned = &mut copy[start..start + bytes.len()];
        aligned.copy_from_slice(bytes);
        aligned
    };
    let storage = QStorage::from_data(Cow::Borrowed(aligned), &Device::Cpu, stored.candle())?;
    Ok(QTensor::new(storage, shape)?)
}

/// The values of a stored tensor in the order of `shape`; a `conv1d`'s bytes are of its transpose.
pub(super) fn values(
    bytes: &[u8],
    stored: TensorType,
    shape: &[usize],
    conv1d: bool,
) -> Result<Vec<f32>> {
    let values = to_f32(bytes, stored, shape)?;
    Ok(match shape {
        &[rows, columns] if conv1d => transposed(&values, columns, rows),
        _ => values,
    })
}

/// The values of a stored tensor, in the order they are stored in.
fn to_f32(bytes: &[u8], stored: TensorType, shape: &[usize]) -> Result<Vec<f32>> {
    Ok(match stored {
        TensorType::F32 => bytes.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect(),
        TensorType::F16 => {
            bytes.as_chunks().0.iter().map(|&b| half::f16::from_le_bytes(b).to_f32()).collect()
        }
        TensorType::BF16 => {
            bytes.as_chunks().0.iter().map(|&b| half::bf16::from_le_bytes(b).to_f32()).collect()
        }
        _ => {
            let blocks = from_blocks(bytes, stored, shape)?;
            blocks.dequantize(&Device::Cpu)?.flatten_all()?.to_vec1()?
        }
    })
}

/// The transpose of a row-major matrix. In square tiles, so that reading and writing both stay
/// within the processor's cache: plain loops take several times as long on GPT-2 XL's matrices.
fn transposed(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    const TILE: usize = 32;
    let mut out = vec![0.0; values.len()];
    for row in (0..rows).step_by(TILE) {
        for column in (0..columns).step_by(TILE) {
            for r in row..(row + TILE).min(rows) {
                for c in column..(column + TILE).min(columns) {
                    out[c * rows + r] = values[r * columns + c];
                }
            }
        }
    }
    out
}

impl Model {
    /// A model from the whole of a safetensors file; its matrices are converted to `target`.
    ///
    /// # Errors
    /// As [`Builder::from_safetensors`], and [`Error::Truncated`] if the file is cut short.
    pub fn from_safetensors(config: Config, file: &[u8], target: WeightType) -> Result<Self> {
        let header = safetensors::header(file)?;
        check_length(header.file_bytes, file)?;
        Builder::from_safetensors(config, &header, Some(target))?.build(&header.tensors, file)
    }

    /// A model from the whole of a GGUF file, its matrices in the file's own formats.
    ///
    /// # Errors
    /// As [`Builder::from_gguf`], and [`Error::Truncated`] if the file is cut short.
    pub fn from_gguf(file: &[u8]) -> Result<Self> {
        let header = gguf::header(file)?;
        Self::from_gguf_header(&header, file, None)
    }

    /// As [`Model::from_gguf`], for callers that need the header's tokenizer as well; its matrices
    /// are converted to `target`, or stay in the file's own formats.
    ///
    /// # Errors
    /// The same.
    pub fn from_gguf_header(
        header: &gguf::Header,
        file: &[u8],
        target: Option<WeightType>,
    ) -> Result<Self> {
        let builder = Builder::from_gguf(header, target)?;
        check_length(header.file_bytes, file)?;
        builder.build(&header.tensors, file)
    }
}

fn check_length(expected: u64, file: &[u8]) -> Result<()> {
    let found = file.len() as u64;
    if found < expected { Err(Error::Truncated { expected, found }) } else { Ok(()) }
}
