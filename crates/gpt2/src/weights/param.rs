//! The parameters of a GPT-2: what each is called in the two kinds of file, and its shape.
//!
//! Names are those of Hugging Face's `modeling_gpt2.py` and of llama.cpp's `LLM_ARCH_GPT2`. GPT-1's
//! (`modeling_openai.py`) are GPT-2's but for the two embeddings.

use crate::Config;
use crate::config::ModelType;

/// Which naming scheme and layout a file follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// Hugging Face's: the matrices of the blocks are `Conv1D`s, stored `[in, out]`.
    HuggingFace,
    /// The same, with the names of GPT-1's embeddings.
    HuggingFaceGpt1,
    /// llama.cpp's: every matrix is stored `[out, in]`.
    Gguf,
}

impl Naming {
    /// Hugging Face's, for a model of this configuration.
    pub fn hugging_face(config: &Config) -> Self {
        match config.model_type {
            ModelType::Gpt2 => Self::HuggingFace,
            ModelType::Gpt1 => Self::HuggingFaceGpt1,
        }
    }

    /// Whether the matrix of this parameter is stored transposed, `[in, out]`.
    pub(super) fn transposes(self, kind: Kind) -> bool {
        self != Self::Gguf && kind.is_conv1d()
    }
}

macro_rules! kinds {
    ($($kind:ident, $block:literal, $hf:literal, $gguf:literal;)*) => {
        /// What a parameter is for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs, reason = "the names say it")]
        pub enum Kind { $($kind,)* }

        impl Kind {
            const ALL: &[(Self, bool)] = &[$((Self::$kind, $block),)*];

            const fn names(self) -> (&'static str, &'static str) {
                match self { $(Self::$kind => ($hf, $gguf),)* }
            }
        }
    };
}

// Kind, whether every block has one, Hugging Face's name, llama.cpp's name.
kinds! {
    TokenEmbedding, false, "wte.weight", "token_embd.weight";
    PositionEmbedding, false, "wpe.weight", "position_embd.weight";
    AttentionNormWeight, true, "ln_1.weight", "attn_norm.weight";
    AttentionNormBias, true, "ln_1.bias", "attn_norm.bias";
    QkvWeight, true, "attn.c_attn.weight", "attn_qkv.weight";
    QkvBias, true, "attn.c_attn.bias", "attn_qkv.bias";
    AttentionOutWeight, true, "attn.c_proj.weight", "attn_output.weight";
    AttentionOutBias, true, "attn.c_proj.bias", "attn_output.bias";
    MlpNormWeight, true, "ln_2.weight", "ffn_norm.weight";
    MlpNormBias, true, "ln_2.bias", "ffn_norm.bias";
    MlpUpWeight, true, "mlp.c_fc.weight", "ffn_up.weight";
    MlpUpBias, true, "mlp.c_fc.bias", "ffn_up.bias";
    MlpDownWeight, true, "mlp.c_proj.weight", "ffn_down.weight";
    MlpDownBias, true, "mlp.c_proj.bias", "ffn_down.bias";
    FinalNormWeight, false, "ln_f.weight", "output_norm.weight";
    FinalNormBias, false, "ln_f.bias", "output_norm.bias";
    Head, false, "lm_head.weight", "output.weight";
}

impl Kind {
    /// Whether it is a matrix that linear layers or the token embedding use, and so may be kept
    /// quantised.
    pub fn is_matrix(self) -> bool {
        use Kind::*;
        matches!(
            self,
            TokenEmbedding | QkvWeight | AttentionOutWeight | MlpUpWeight | MlpDownWeight | Head
        )
    }

    /// Whether Hugging Face stores it as the weight of a `Conv1D`, `[in, out]`.
    pub fn is_conv1d(self) -> bool {
        self.is_matrix() && !matches!(self, Self::TokenEmbedding | Self::Head)
    }
}

/// One parameter of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Param {
    /// What it is for.
    pub kind: Kind,
    /// The block it belongs to, if to one.
    pub layer: Option<usize>,
}

impl Param {
    pub(crate) const fn global(kind: Kind) -> Self {
        Self { kind, layer: None }
    }

    pub(crate) const fn of_block(kind: Kind, layer: usize) -> Self {
        Self { kind, layer: Some(layer) }
    }

    /// Its name in a file; Hugging Face's without the `transformer.` in front.
    pub fn name(self, naming: Naming) -> String {
        let (hugging_face, gguf) = self.kind.names();
        match (naming, self.layer) {
            (Naming::HuggingFaceGpt1, None) if self.kind == Kind::TokenEmbedding => {
                "tokens_embed.weight".to_owned()
            }
            (Naming::HuggingFaceGpt1, None) if self.kind == Kind::PositionEmbedding => {
                "positions_embed.weight".to_owned()
            }
            (Naming::HuggingFace | Naming::HuggingFaceGpt1, None) => hugging_face.to_owned(),
            (Naming::HuggingFace | Naming::HuggingFaceGpt1, Some(layer)) => {
                format!("h.{layer}.{hugging_face}")
            }
            (Naming::Gguf, None) => gguf.to_owned(),
            (Naming::Gguf, Some(layer)) => format!("blk.{layer}.{gguf}"),
        }
    }

    /// Its shape in the forward pass: matrices are `[out, in]`, embeddings `[rows, n_embd]`.
    pub fn shape(self, config: &Config) -> Vec<usize> {
        use Kind::*;
        let (width, inner) = (config.n_embd, config.inner());
        match self.kind {
            TokenEmbedding | Head => vec![config.vocab_size, width],
            PositionEmbedding => vec![config.n_positions, width],
            QkvWeight => vec![3 * width, width],
            QkvBias => vec![3 * width],
            AttentionOutWeight => vec![width, width],
            MlpUpWeight => vec![inner, width],
            MlpUpBias => vec![inner],
            MlpDownWeight => vec![width, inner],
            AttentionNormWeight | AttentionNormBias | AttentionOutBias | MlpNormWeight
            | MlpNormBias | MlpDownBias | FinalNormWeight | FinalNormBias => vec![width],
        }
    }

    /// Its shape in a file of this naming.
    pub fn file_shape(self, config: &Config, naming: Naming) -> Vec<usize> {
        let mut shape = self.shape(config);
        if naming.transposes(self.kind) {
            shape.reverse();
        }
        shape
    }
}

/// Every parameter that a model of this configuration has, embeddings first, in the order of the
/// forward pass. The head is listed only if it is not tied.
pub fn parameters(config: &Config) -> Vec<Param> {
    let globals = |kinds: &[Kind]| kinds.iter().map(|&kind| Param::global(kind)).collect();
    let mut params: Vec<Param> = globals(&[Kind::TokenEmbedding, Kind::PositionEmbedding]);
    for layer in 0..config.n_layer {
        let of_block = Kind::ALL.iter().filter(|(_, block)| *block);
        params.extend(of_block.map(|&(kind, _)| Param::of_block(kind, layer)));
    }
    if config.model_type == ModelType::Gpt2 {
        params.extend(globals(&[Kind::FinalNormWeight, Kind::FinalNormBias]) as Vec<Param>);
    }
    if !config.tie_word_embeddings {
        params.push(Param::global(Kind::Head));
    }
    params
}
