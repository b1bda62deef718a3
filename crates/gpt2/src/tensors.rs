//! A model's tensors, one after the other: what each is called, its shape, how it is kept and how
//! its numbers are spread.

use crate::model::Kept;
use crate::weights::{Naming, parameters};
use crate::{Model, Result};
use candle_core::Tensor;

/// Rows that are unpacked at once, so that no matrix is there twice.
const ROWS: usize = 64;

/// One of a model's tensors.
#[derive(Clone, Debug, PartialEq)]
pub struct TensorSummary {
    /// Its name in Hugging Face's layout, e.g. `h.0.attn.c_attn.weight`.
    pub name: String,
    /// Its shape there.
    pub shape: Vec<usize>,
    /// The type of its numbers in memory, by ggml's name: `F32`, `F16`, `Q8_0`, ...
    pub kind: &'static str,
    /// Mean of its numbers.
    pub mean: f32,
    /// Their standard deviation.
    pub std: f32,
}

impl Model {
    /// How many tensors the model has; a head that is tied is not one.
    pub fn tensor_count(&self) -> usize {
        parameters(self.config()).len()
    }

    /// The tensor of this number, in the order of the forward pass; `None` from
    /// [`Model::tensor_count`] on. Takes as long as it takes to unpack it: for a caller that has
    /// others to listen to, one is a small step.
    ///
    /// # Errors
    /// [`crate::Error::Candle`] if it cannot be unpacked.
    pub fn tensor(&self, index: usize) -> Result<Option<TensorSummary>> {
        let param = parameters(self.config()).get(index).copied();
        let Some((param, kept)) = param.and_then(|param| Some((param, self.parameter(param)?)))
        else {
            return Ok(None);
        };
        let mut moments = Moments::default();
        match kept {
            Kept::Vector(tensor) => moments.add(tensor)?,
            Kept::Matrix(matrix) => {
                let rows: Vec<u32> = (0..).take(matrix.shape()?.0).collect();
                for rows in rows.chunks(ROWS) {
                    moments.add(&matrix.rows(rows)?)?;
                }
            }
        }
        let (mean, std) = moments.finish();
        let naming = Naming::hugging_face(self.config());
        let name = param.name(naming);
        let shape = param.file_shape(self.config(), naming);
        Ok(Some(TensorSummary { name, shape, kind: kept.kind(), mean, std }))
    }

    /// All of them.
    ///
    /// # Errors
    /// The same.
    pub fn tensors(&self) -> Result<Vec<TensorSummary>> {
        (0..self.tensor_count()).filter_map(|index| self.tensor(index).transpose()).collect()
    }

    /// Bytes that its tensors take in memory.
    pub fn weight_bytes(&self) -> u64 {
        let kept = parameters(self.config()).into_iter().filter_map(|param| self.parameter(param));
        kept.map(|kept| match kept {
            Kept::Matrix(matrix) => matrix.bytes(),
            Kept::Vector(tensor) => 4 * tensor.elem_count() as u64,
        })
        .sum()
    }

    /// The type that most of its numbers are kept in, by ggml's name.
    pub fn kind(&self) -> &'static str {
        let mut counts: Vec<(&'static str, usize)> = Vec::new();
        for param in parameters(self.config()) {
            let Some(kept) = self.parameter(param) else { continue };
            let count: usize = param.shape(self.config()).iter().product();
            match counts.iter_mut().find(|(kind, _)| *kind == kept.kind()) {
                Some((_, total)) => *total += count,
                None => counts.push((kept.kind(), count)),
            }
        }
        counts.into_iter().max_by_key(|&(_, count)| count).map_or("F32", |(kind, _)| kind)
    }
}

impl Kept<'_> {
    fn kind(&self) -> &'static str {
        match self {
            Self::Matrix(matrix) => matrix.kind(),
            Self::Vector(_) => "F32",
        }
    }
}

/// Sums that mean and standard deviation follow from; in F64, for millions of numbers.
#[derive(Default)]
struct Moments {
    count: usize,
    sum: f64,
    squares: f64,
}

impl Moments {
    fn add(&mut self, tensor: &Tensor) -> Result<()> {
        for value in tensor.flatten_all()?.to_vec1::<f32>()? {
            let value = f64::from(value);
            self.count += 1;
            self.sum += value;
            self.squares += value * value;
        }
        Ok(())
    }

    fn finish(&self) -> (f32, f32) {
        let count = self.count.max(1) as f64;
        let mean = self.sum / count;
        let variance = (self.squares / count - mean * mean).max(0.0);
        (mean as f32, variance.sqrt() as f32)
    }
}
