//! The number formats of stored tensors, by ggml's names and sizes (`ggml.h`, `gguf.md`), and the
//! few of them that weights are converted to.

use super::Kind;
use candle_core::quantized::GgmlDType;

/// What the weights of the linear layers and of the token embedding are kept as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightType {
    /// 32-bit floats.
    F32,
    /// 16-bit floats.
    F16,
    /// Blocks of 32 8-bit integers with a 16-bit scale: 8.5 bits a weight.
    Q8_0,
    /// Blocks of 32 4-bit integers with a 16-bit scale: 4.5 bits a weight.
    Q4_0,
    /// [`Q4_0`](Self::Q4_0), with the matrices of attention in [`Q8_0`](Self::Q8_0), which lose
    /// most by four bits and are the smaller part (`docs/quantisation.md`).
    Q4_0M,
    /// Blocks of 256 4-bit integers with two-level scales and offsets: 4.5 bits a weight.
    Q4K,
}

impl WeightType {
    /// All of them, the largest first.
    pub const ALL: [Self; 6] =
        [Self::F32, Self::F16, Self::Q8_0, Self::Q4_0M, Self::Q4_0, Self::Q4K];

    /// The name on command lines and in file names.
    pub const fn name(self) -> &'static str {
        match self {
            Self::F32 => "f32",
            Self::F16 => "f16",
            Self::Q8_0 => "q8_0",
            Self::Q4_0M => "q4_0_m",
            Self::Q4_0 => "q4_0",
            Self::Q4K => "q4_k",
        }
    }

    /// The type of this [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name))
    }

    /// What it makes of a matrix that is for this.
    pub(crate) fn of(self, kind: Kind) -> Self {
        match (self, kind) {
            (Self::Q4_0M, Kind::QkvWeight | Kind::AttentionOutWeight) => Self::Q8_0,
            (Self::Q4_0M, _) => Self::Q4_0,
            _ => self,
        }
    }

    /// What a matrix with rows of `width` is kept as where this type was asked for: a quantised
    /// row must be whole blocks. Q4_K falls back to Q4_0, and where even that does not fit the
    /// `stored` floats are kept.
    pub(crate) fn fitting(self, width: usize, stored: TensorType) -> TensorType {
        let float = if stored == TensorType::F16 { TensorType::F16 } else { TensorType::F32 };
        let candidates: &[TensorType] = match self {
            Self::F32 => &[TensorType::F32],
            Self::F16 => &[TensorType::F16],
            Self::Q8_0 => &[TensorType::Q8_0],
            Self::Q4_0 | Self::Q4_0M => &[TensorType::Q4_0],
            Self::Q4K => &[TensorType::Q4K, TensorType::Q4_0],
        };
        let fits = |kind: &&TensorType| width.is_multiple_of(kind.block());
        candidates.iter().find(fits).copied().unwrap_or(float)
    }
}

macro_rules! tensor_types {
    ($($variant:ident = $id:literal, $name:literal, $ggml:ident;)*) => {
        /// A stored tensor's number format.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[allow(missing_docs, reason = "ggml's own names")]
        pub enum TensorType { $($variant,)* }

        impl TensorType {
            /// The format of this number in a GGUF file (`enum ggml_type`).
            pub fn from_gguf(id: u32) -> Option<Self> {
                match id { $($id => Some(Self::$variant),)* _ => None }
            }

            /// Its number in a GGUF file.
            pub const fn gguf_id(self) -> u32 {
                match self { $(Self::$variant => $id,)* }
            }

            /// ggml's name for it.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            pub(crate) const fn candle(self) -> GgmlDType {
                match self { $(Self::$variant => GgmlDType::$ggml,)* }
            }

            /// The format of candle's name for it, if it is one of these.
            pub(crate) const fn from_candle(kind: GgmlDType) -> Option<Self> {
                match kind { $(GgmlDType::$ggml => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

tensor_types! {
    F32 = 0, "F32", F32;
    F16 = 1, "F16", F16;
    Q4_0 = 2, "Q4_0", Q4_0;
    Q4_1 = 3, "Q4_1", Q4_1;
    Q5_0 = 6, "Q5_0", Q5_0;
    Q5_1 = 7, "Q5_1", Q5_1;
    Q8_0 = 8, "Q8_0", Q8_0;
    Q4K = 12, "Q4_K", Q4K;
    Q5K = 13, "Q5_K", Q5K;
    Q6K = 14, "Q6_K", Q6K;
    BF16 = 30, "BF16", BF16;
}

impl TensorType {
    /// Whether each value is stored by itself.
    pub const fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F16 | Self::BF16)
    }

    /// Values in a block; every row is whole blocks.
    pub fn block(self) -> usize {
        self.candle().block_size()
    }

    /// Bytes of a tensor of `shape`; `None` if that cannot be: rows that are not whole blocks, or
    /// more bytes than can be counted.
    pub fn bytes(self, shape: &[usize]) -> Option<u64> {
        let block = self.block();
        if !shape.last().copied().unwrap_or(1).is_multiple_of(block) {
            return None;
        }
        let elements = shape.iter().try_fold(1u64, |n, &dim| n.checked_mul(dim as u64))?;
        (elements / block as u64).checked_mul(self.candle().type_size() as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_ggml() {
        for (kind, bytes) in [
            (TensorType::F32, 1024),
            (TensorType::F16, 512),
            (TensorType::Q8_0, 272),
            (TensorType::Q4_0, 144),
            (TensorType::Q4K, 144),
            (TensorType::Q6K, 210),
        ] {
            assert_eq!(kind.bytes(&[256]), Some(bytes), "{}", kind.name());
            assert_eq!(TensorType::from_gguf(kind.gguf_id()), Some(kind));
        }
        assert_eq!(TensorType::Q8_0.bytes(&[2, 48]), None, "rows of one block and a half");
        assert_eq!(TensorType::F32.bytes(&[usize::MAX, 2]), None, "overflow");
    }

    #[test]
    fn rows_that_are_not_whole_blocks_fall_back() {
        assert_eq!(WeightType::Q4K.fitting(1600, TensorType::F32), TensorType::Q4_0);
        assert_eq!(WeightType::Q8_0.fitting(20, TensorType::F16), TensorType::F16);
        assert_eq!(WeightType::Q8_0.fitting(20, TensorType::BF16), TensorType::F32);
    }
}
