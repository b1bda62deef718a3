//! Takes the tensors of one file, in any order, and makes a model of them.
//!
//! All that can be wrong with names, shapes and formats is found from the header, before the
//! first weight: a wrong file is refused before it is downloaded.

use super::filling::{Becoming, Filled, Filling, kept_type};
use super::{Naming, Param, TensorInfo, TensorType, WeightType, gguf, parameters, safetensors};
use crate::linear::Matrix;
use crate::{Backend, Config, Error, Model, Result};
use candle_core::Tensor;
use std::collections::HashMap;

/// A model in the making.
pub struct Builder {
    config: Config,
    target: Option<WeightType>,
    backend: Backend,
    naming: Naming,
    expected: HashMap<String, (Param, TensorInfo)>,
    weights: Weights,
}

/// The tensors of a model, ready for the forward pass. A clone shares their numbers.
#[derive(Clone, Default)]
pub(crate) struct Weights {
    vectors: HashMap<Param, Tensor>,
    matrices: HashMap<Param, Matrix>,
}

/// A parameter that a model in the making already has.
pub(super) enum Added<'a> {
    Vector(&'a Tensor),
    Matrix(&'a Matrix),
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
            // `attn.bias` and `attn.masked_bias` are the causal mask, and `position_ids` the
            // numbers from 0 on, which older releases of `transformers` stored as if they were
            // weights; and a head that is tied is ignored as they ignore it.
            let mask = name == "position_ids"
                || name.starts_with("h.")
                    && (name.ends_with(".attn.bias") || name.ends_with(".attn.masked_bias"));
            let head = tied && name == "lm_head.weight";
            (!mask && !head).then(|| (name.to_owned(), tensor.clone()))
        });
        let naming = Naming::hugging_face(&config);
        Self::new(config, naming, tensors, target)
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
                        Naming::HuggingFace | Naming::HuggingFaceGpt1 => "F32, F16, BF16",
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
        let Some(mut filling) = self.begin(name)? else { return Ok(()) };
        filling.write(bytes)?;
        self.put(filling)
    }

    /// Begins to take the tensor of this name in pieces; `None` if the model has no use for it.
    ///
    /// # Errors
    /// If it cannot be kept.
    pub fn begin(&self, name: &str) -> Result<Option<Filling>> {
        let Some((param, tensor)) = self.expected.get(name) else { return Ok(None) };
        let becoming = Becoming {
            target: self.target,
            backend: self.backend,
            conv1d: self.naming.transposes(param.kind),
        };
        let shape = param.shape(&self.config);
        Filling::new(*param, tensor.clone(), shape, becoming).map(Some)
    }

    /// Begins to take the same parameter from a file of ours that has it as it is kept.
    pub(super) fn begin_kept(&self, param: Param, info: TensorInfo) -> Result<Filling> {
        let becoming = Becoming { target: None, backend: self.backend, conv1d: false };
        Filling::new(param, info, param.shape(&self.config), becoming)
    }

    /// What each of these tensors that the model has is kept as.
    pub(super) fn kept_types<'a>(
        &self,
        tensors: impl IntoIterator<Item = &'a TensorInfo>,
        target: Option<WeightType>,
    ) -> Result<Vec<(Param, TensorType)>> {
        let wanted = tensors.into_iter().filter_map(|tensor| self.expected.get(&tensor.name));
        wanted
            .map(|(param, tensor)| {
                let width = param.shape(&self.config).last().copied().unwrap_or(1);
                Ok((*param, kept_type(*param, width, tensor.stored()?, target)))
            })
            .collect()
    }

    /// A parameter that has been added.
    pub(super) fn added(&self, param: Param) -> Option<Added<'_>> {
        let vector = self.weights.vectors.get(&param).map(Added::Vector);
        vector.or_else(|| self.weights.matrices.get(&param).map(Added::Matrix))
    }

    /// Takes a tensor all of whose bytes have been written.
    ///
    /// # Errors
    /// [`Error::Truncated`] if they are fewer than the header says.
    pub fn put(&mut self, filling: Filling) -> Result<()> {
        let param = filling.param;
        match filling.finish()? {
            Filled::Vector(vector) => drop(self.weights.vectors.insert(param, vector)),
            Filled::Matrix(matrix) => drop(self.weights.matrices.insert(param, matrix)),
        }
        Ok(())
    }

    /// The model, once every tensor has been added. Its weights are those that are here, not copies.
    ///
    /// # Errors
    /// [`Error::MissingTensor`] names one that was not.
    pub fn model(&self) -> Result<Model> {
        Model::new(self.config.clone(), self.weights.clone(), self.naming, self.backend)
    }

    /// Adds every tensor from the whole file, and makes the model.
    pub(crate) fn build(mut self, tensors: &[TensorInfo], file: &[u8]) -> Result<Model> {
        for tensor in tensors {
            self.add(&tensor.name, tensor.slice(file)?)?;
        }
        self.model()
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
