//! The forward pass of GPT-2 (Radford et al. 2019, section 2.3), in candle tensors; the
//! counterpart of `GPT2LMHeadModel` in Hugging Face's `modeling_gpt2.py`. GPT-1 (Radford et al.
//! 2018; `modeling_openai.py`) has the same parts, with its layer norms in other places.
//!
//! Which numbers the weights are kept in is [`Matrix`]'s, where they come from [`Builder`]'s
//! (`crate::weights`), and what becomes of the logits `crate::sampling`'s.

use crate::attention::{Attention, causal_mask};
use crate::config::{Activation, ModelType};
use crate::kv_cache::LayerCache;
use crate::linear::{Linear, Matrix};
use crate::ops::{self, LayerNorm};
use crate::weights::{Kind, Naming, Param, TensorType, Weights};
use crate::{Backend, Config, Error, KvCache, Result};
use candle_core::{DType, IndexOp, Tensor};

/// A GPT-2 with its weights.
#[derive(Debug)]
pub struct Model {
    config: Config,
    wte: Matrix,
    /// `[n_positions, n_embd]`
    wpe: Tensor,
    blocks: Vec<Block>,
    /// GPT-1 has none: its last block ends with a norm.
    ln_f: Option<LayerNorm>,
    /// `None` if it is `wte`.
    lm_head: Option<Matrix>,
    backend: Backend,
}

/// A forward pass under way. Until it is through, the cache must hold the tokens that it held when
/// the pass began.
pub(crate) struct Pass {
    /// The residual stream so far: `[tokens, n_embd]`.
    pub(crate) x: Tensor,
    mask: Option<Tensor>,
    tokens: usize,
    /// Blocks that it is through.
    blocks: usize,
}

/// One of a model's parameters, as it is kept in memory.
pub(crate) enum Kept<'a> {
    Matrix(&'a Matrix),
    /// In F32.
    Vector(&'a Tensor),
}

#[derive(Debug)]
struct Block {
    ln_1: LayerNorm,
    attention: Attention,
    ln_2: LayerNorm,
    mlp: Mlp,
    model_type: ModelType,
}

#[derive(Debug)]
struct Mlp {
    up: Linear,
    down: Linear,
    activation: Activation,
    backend: Backend,
}

impl Mlp {
    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let hidden = ops::activate(&self.up.forward(x)?, self.activation, self.backend)?;
        self.down.forward(&hidden)
    }
}

impl Block {
    fn forward(
        &self,
        x: &Tensor,
        mask: Option<&Tensor>,
        cache: &mut LayerCache,
        len: usize,
    ) -> Result<Tensor> {
        let attended = self.attention.forward(&self.attention_input(x)?, mask, cache, len)?;
        match self.model_type {
            // Layer norms come before attention and MLP ("pre-norm"), which add to the residual
            // stream.
            ModelType::Gpt2 => {
                let x = (x + attended)?;
                let mlp = self.mlp.forward(&self.ln_2.forward(&x)?)?;
                Ok((x + mlp)?)
            }
            // Layer norms come after each addition ("post-norm").
            ModelType::Gpt1 => {
                let x = self.ln_1.forward(&(x + attended)?)?;
                let mlp = self.mlp.forward(&x)?;
                self.ln_2.forward(&(x + mlp)?)
            }
        }
    }

    /// What the heads see of the residual stream before the block.
    fn attention_input(&self, x: &Tensor) -> Result<Tensor> {
        match self.model_type {
            ModelType::Gpt2 => self.ln_1.forward(x),
            ModelType::Gpt1 => Ok(x.clone()),
        }
    }
}

impl Model {
    pub(crate) fn new(
        config: Config,
        mut weights: Weights,
        naming: Naming,
        backend: Backend,
    ) -> Result<Self> {
        let mut vector = |param: Param| weights.vector(param, &config, naming);
        let mut norm = |weight, bias, layer| {
            let (weight, bias) =
                (vector(Param { kind: weight, layer })?, vector(Param { kind: bias, layer })?);
            Ok::<_, Error>(LayerNorm { weight, bias, epsilon: config.layer_norm_epsilon, backend })
        };
        let mut norms = Vec::with_capacity(config.n_layer);
        for layer in (0..config.n_layer).map(Some) {
            let ln_1 = norm(Kind::AttentionNormWeight, Kind::AttentionNormBias, layer)?;
            norms.push((ln_1, norm(Kind::MlpNormWeight, Kind::MlpNormBias, layer)?));
        }
        let ln_f = match config.model_type {
            ModelType::Gpt2 => Some(norm(Kind::FinalNormWeight, Kind::FinalNormBias, None)?),
            ModelType::Gpt1 => None,
        };
        let wpe = vector(Param::global(Kind::PositionEmbedding))?;

        let mut linear = |weight, bias, layer| {
            let bias = weights.vector(Param::of_block(bias, layer), &config, naming)?;
            let weight = weights.matrix(Param::of_block(weight, layer), &config, naming)?;
            Ok::<_, Error>(Linear { weight, bias })
        };
        let mut blocks = Vec::with_capacity(config.n_layer);
        for (layer, (ln_1, ln_2)) in norms.into_iter().enumerate() {
            let attention = Attention {
                qkv: linear(Kind::QkvWeight, Kind::QkvBias, layer)?,
                out: linear(Kind::AttentionOutWeight, Kind::AttentionOutBias, layer)?,
                n_head: config.n_head,
                scale: Attention::scale(&config, layer),
                backend,
            };
            let mlp = Mlp {
                up: linear(Kind::MlpUpWeight, Kind::MlpUpBias, layer)?,
                down: linear(Kind::MlpDownWeight, Kind::MlpDownBias, layer)?,
                activation: config.activation_function,
                backend,
            };
            blocks.push(Block { ln_1, attention, ln_2, mlp, model_type: config.model_type });
        }
        let mut matrix = |kind| weights.matrix(Param::global(kind), &config, naming);
        let wte = matrix(Kind::TokenEmbedding)?;
        let lm_head = if config.tie_word_embeddings { None } else { Some(matrix(Kind::Head)?) };
        Ok(Self { config, wte, wpe, blocks, ln_f, lm_head, backend })
    }

    /// Its configuration.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// An empty cache for it: in 8 bits where the kernels attend to it and most of the weights have
    /// no more; else in F32.
    ///
    /// # Errors
    /// [`Error::Candle`] if it cannot be allocated.
    pub fn cache(&self) -> Result<KvCache> {
        KvCache::of_type(&self.config, self.cache_type())
    }

    /// Bytes that such a cache takes: one allocation for the keys and one for the values of each
    /// block, all as large.
    pub fn cache_bytes(&self) -> usize {
        KvCache::bytes(&self.config, self.cache_type())
    }

    fn cache_type(&self) -> DType {
        let packed = [TensorType::Q8_0, TensorType::Q4_0].map(TensorType::name);
        let narrow = self.backend == Backend::Kernels && packed.contains(&self.kind());
        if narrow { DType::U8 } else { DType::F32 }
    }

    /// Reads `tokens` after those in the cache, and returns the logits of what follows the last
    /// of them: `[vocab_size]`.
    ///
    /// # Errors
    /// [`Error::OutOfBounds`] if there are no tokens, if they do not fit into the context, or if
    /// one is not of the vocabulary; the cache is then as it was.
    pub fn forward(&self, tokens: &[u32], cache: &mut KvCache) -> Result<Tensor> {
        let hidden = self.hidden(tokens, cache)?;
        // The output layer is the largest matrix: only the last position is taken through it.
        Ok(self.logits(&hidden.narrow(0, tokens.len() - 1, 1)?)?.i(0)?)
    }

    /// As [`Model::forward`], and returns the logits of what follows each of the tokens:
    /// `[tokens, vocab_size]`.
    ///
    /// # Errors
    /// The same.
    pub fn forward_all(&self, tokens: &[u32], cache: &mut KvCache) -> Result<Tensor> {
        self.logits(&self.hidden(tokens, cache)?)
    }

    /// Reads `tokens` after those in the cache, and returns the residual stream after the last
    /// block: `[tokens, n_embd]`.
    fn hidden(&self, tokens: &[u32], cache: &mut KvCache) -> Result<Tensor> {
        let mut pass = self.begin(tokens, cache)?;
        self.go_on(&mut pass, cache, self.blocks.len(), |_| ())?;
        Ok(pass.x)
    }

    /// Begins to read `tokens` after those in the cache.
    ///
    /// # Errors
    /// Those of [`Model::forward`].
    pub(crate) fn begin(&self, tokens: &[u32], cache: &KvCache) -> Result<Pass> {
        cache.check_room(tokens.len())?;
        if tokens.is_empty() {
            return Err(Error::OutOfBounds("a forward pass needs a token".to_owned()));
        }
        let vocab = self.config.vocab_size;
        if let Some(id) = tokens.iter().find(|&&id| id as usize >= vocab) {
            return Err(Error::OutOfBounds(format!(
                "token {id} is not in a vocabulary of {vocab}"
            )));
        }
        let positions = self.wpe.narrow(0, cache.len(), tokens.len())?;
        let x = (self.wte.rows(tokens)? + positions)?;
        let mask = match self.backend {
            Backend::Plain => causal_mask(tokens.len(), cache.len())?,
            Backend::Kernels => None,
        };
        Ok(Pass { x, mask, tokens: tokens.len(), blocks: 0 })
    }

    /// Goes on through at most so many blocks. Whether those were the last; then the tokens are in
    /// the cache. `observe` is shown the residual stream before each block.
    pub(crate) fn go_on(
        &self,
        pass: &mut Pass,
        cache: &mut KvCache,
        blocks: usize,
        mut observe: impl FnMut(&Tensor),
    ) -> Result<bool> {
        let (layers, len) = cache.layers();
        for (block, layer) in self.blocks.iter().zip(layers).skip(pass.blocks).take(blocks) {
            observe(&pass.x);
            pass.x = block.forward(&pass.x, pass.mask.as_ref(), layer, len)?;
            pass.blocks += 1;
        }
        if pass.blocks < self.blocks.len() {
            return Ok(false);
        }
        cache.extend(pass.tokens);
        Ok(true)
    }

    /// The final layer norm and the head, on the residual stream after the last block, or on that
    /// of any other depth (the "logit lens"): `[tokens, n_embd]` to `[tokens, vocab_size]`.
    pub(crate) fn logits(&self, hidden: &Tensor) -> Result<Tensor> {
        let head = self.lm_head.as_ref().unwrap_or(&self.wte);
        match &self.ln_f {
            Some(ln_f) => head.multiply(&ln_f.forward(hidden)?),
            None => head.multiply(hidden),
        }
    }

    /// How much each head of a block looks at each position: of tokens whose residual stream before
    /// that block is `x`, at the positions from `start` on, all of which are in the cache.
    /// `[n_head, tokens, start + tokens]`, where each row's sum is 1.
    pub(crate) fn attention(
        &self,
        layer: usize,
        x: &Tensor,
        start: usize,
        cache: &KvCache,
    ) -> Result<Tensor> {
        let (Some(block), Some(cache)) = (self.blocks.get(layer), cache.layer(layer)) else {
            return Err(Error::OutOfBounds(format!("there is no layer {layer}")));
        };
        block.attention.look(&block.attention_input(x)?, start, cache)
    }

    /// A parameter as it is kept; `None` if the model has no such one.
    pub(crate) fn parameter(&self, param: Param) -> Option<Kept<'_>> {
        use Kind::*;
        let block = || self.blocks.get(param.layer?);
        Some(match param.kind {
            TokenEmbedding => Kept::Matrix(&self.wte),
            PositionEmbedding => Kept::Vector(&self.wpe),
            Head => Kept::Matrix(self.lm_head.as_ref()?),
            FinalNormWeight => Kept::Vector(&self.ln_f.as_ref()?.weight),
            FinalNormBias => Kept::Vector(&self.ln_f.as_ref()?.bias),
            AttentionNormWeight => Kept::Vector(&block()?.ln_1.weight),
            AttentionNormBias => Kept::Vector(&block()?.ln_1.bias),
            QkvWeight => Kept::Matrix(&block()?.attention.qkv.weight),
            QkvBias => Kept::Vector(&block()?.attention.qkv.bias),
            AttentionOutWeight => Kept::Matrix(&block()?.attention.out.weight),
            AttentionOutBias => Kept::Vector(&block()?.attention.out.bias),
            MlpNormWeight => Kept::Vector(&block()?.ln_2.weight),
            MlpNormBias => Kept::Vector(&block()?.ln_2.bias),
            MlpUpWeight => Kept::Matrix(&block()?.mlp.up.weight),
            MlpUpBias => Kept::Vector(&block()?.mlp.up.bias),
            MlpDownWeight => Kept::Matrix(&block()?.mlp.down.weight),
            MlpDownBias => Kept::Vector(&block()?.mlp.down.bias),
        })
    }
}
