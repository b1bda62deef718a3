//! A model whose file arrives in pieces, of any length: first the header, then each tensor goes
//! straight to the place where it stays. Never more of the file is held than the header, one
//! vector, or some rows of a matrix.

use super::{Builder, Filling, Keeping, Param, TensorInfo, WeightType, gguf, safetensors};
use crate::{Config, Error, Model, Result, Vocabulary};

/// A header longer than this is not one of a GPT-2: its vocabulary takes a few megabytes.
const MAX_HEADER: usize = 64 << 20;

/// A model on its way.
pub struct Stream {
    target: Option<WeightType>,
    stage: Stage,
    /// Bytes of the file so far.
    position: u64,
}

enum Stage {
    /// The header has not yet come as a whole.
    Header {
        format: Format,
        bytes: Vec<u8>,
    },
    Tensors(Box<Tensors>),
}

/// What the file is.
enum Format {
    Safetensors(Box<Config>),
    Gguf,
}

/// The tensors of a file, in the order of their bytes.
struct Tensors {
    builder: Builder,
    tensors: Vec<TensorInfo>,
    /// The first that is not yet whole; after the last, their number.
    next: usize,
    filling: Option<Filling>,
    file_bytes: u64,
    gguf: Option<gguf::Header>,
}

impl Stream {
    /// A safetensors file of a model of this configuration; its matrices are converted to `target`,
    /// or stay in the file's format.
    pub fn safetensors(config: Config, target: Option<WeightType>) -> Self {
        Self::new(Format::Safetensors(Box::new(config)), target)
    }

    /// A GGUF file; its matrices are converted to `target`, or stay in the file's format.
    pub fn gguf(target: Option<WeightType>) -> Self {
        Self::new(Format::Gguf, target)
    }

    fn new(format: Format, target: Option<WeightType>) -> Self {
        Self { target, stage: Stage::Header { format, bytes: Vec::new() }, position: 0 }
    }

    /// Bytes of the file that have been taken: where a transfer that broke has to go on.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Bytes of the whole file, once its header is there.
    pub fn file_bytes(&self) -> Option<u64> {
        self.tensors().map(|tensors| tensors.file_bytes)
    }

    /// The header of a GGUF file, once it is there: it holds the tokenizer.
    pub fn gguf_header(&self) -> Option<&gguf::Header> {
        self.tensors()?.gguf.as_ref()
    }

    /// Gives the header of a GGUF file away, once it is there and what it holds has been read: its
    /// lists of tokens and merges are megabytes.
    pub fn take_gguf_header(&mut self) -> Option<gguf::Header> {
        match &mut self.stage {
            Stage::Header { .. } => None,
            Stage::Tensors(tensors) => tensors.gguf.take(),
        }
    }

    /// The model's configuration, once the header is there.
    pub fn config(&self) -> Option<&Config> {
        self.tensors().map(|tensors| tensors.builder.config())
    }

    /// Bytes of the weights once they are converted to `target`, or left in the file's format;
    /// once the header is there.
    ///
    /// # Errors
    /// If a tensor cannot be kept.
    pub fn packed_bytes(&self, target: Option<WeightType>) -> Result<Option<u64>> {
        let Some(Tensors { builder, tensors, .. }) = self.tensors() else { return Ok(None) };
        let kept = builder.kept_types(tensors, target)?;
        let bytes = kept.iter().map(|(param, kind)| kind.bytes(&param.shape(builder.config())));
        Ok(bytes.sum())
    }

    /// Where the model's tensors end that have become whole by the file's bytes from `start` on, in
    /// order.
    pub fn ends_from(&self, start: u64) -> impl Iterator<Item = u64> {
        self.tensors().into_iter().flat_map(move |Tensors { builder, tensors, next, .. }| {
            let first = tensors.partition_point(|tensor| tensor.end() <= start);
            let whole = tensors.get(first..*next).unwrap_or_default().iter();
            whole.filter(|tensor| builder.wants(&tensor.name)).map(TensorInfo::end)
        })
    }

    /// How the model is kept in a file of its own; `None` before the header is there.
    ///
    /// # Errors
    /// [`Error::Invalid`] if the model cannot be said in GGUF.
    pub fn keeping(&self, vocabulary: &Vocabulary) -> Result<Option<Keeping>> {
        let Some(Tensors { builder, tensors, .. }) = self.tensors() else { return Ok(None) };
        let kept = builder.kept_types(tensors, self.target)?;
        Keeping::new(builder.config(), vocabulary, &kept).map(Some)
    }

    /// Appends the next bytes of the kept file, about `most` of them, as far as the tensors have
    /// arrived; says whether there were any.
    ///
    /// # Errors
    /// If a tensor cannot be read.
    pub fn keep(&self, keeping: &mut Keeping, most: usize, out: &mut Vec<u8>) -> Result<bool> {
        self.tensors().map_or(Ok(false), |tensors| keeping.give(&tensors.builder, most, out))
    }

    /// How many bytes of the kept file could be had now: of tensors that have arrived.
    pub fn behind(&self, keeping: &mut Keeping) -> u64 {
        self.tensors().map_or(0, |tensors| keeping.behind(&tensors.builder))
    }

    /// Where, in the file that arrives, the last tensor ends that is kept as a whole; `None` before
    /// the first.
    pub fn kept_to(&self, keeping: &Keeping) -> Option<u64> {
        let tensors = self.tensors()?;
        tensors.tensors.get(tensors.index_of(keeping.last()?)?).map(TensorInfo::end)
    }

    /// Takes the next bytes of what was kept of an earlier load, in place of the file's own, after
    /// the header has been written: every tensor that becomes whole by them need not arrive, and
    /// [`Stream::position`] goes on behind it. [`Stream::restored`] comes after the last of them.
    ///
    /// # Errors
    /// [`Error::Invalid`] if they are of another model or other settings.
    pub fn restore(&mut self, keeping: &mut Keeping, bytes: &[u8]) -> Result<()> {
        let Stage::Tensors(tensors) = &mut self.stage else { return Ok(()) };
        if !keeping.is_same_header(bytes) {
            return Err(Error::weights("what was kept is of another model"));
        }
        if let Some(end) = tensors.restore(keeping, bytes)? {
            self.position = self.position.max(end);
        }
        Ok(())
    }

    /// All that was kept has been read back; what there is of the next tensor is dropped.
    pub fn restored(&mut self, keeping: &mut Keeping) {
        keeping.rewind();
    }

    fn tensors(&self) -> Option<&Tensors> {
        match &self.stage {
            Stage::Header { .. } => None,
            Stage::Tensors(tensors) => Some(tensors),
        }
    }

    /// Takes the next bytes of the file. What comes after the last tensor is passed over.
    ///
    /// # Errors
    /// As [`Builder::from_safetensors`], [`Builder::from_gguf`] and [`Filling::write`].
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let (target, start) = (self.target, self.position);
        self.position += bytes.len() as u64;
        match &mut self.stage {
            Stage::Tensors(tensors) => tensors.write(start, bytes),
            Stage::Header { format, bytes: so_far } => {
                so_far.extend_from_slice(bytes);
                let tensors = match format.tensors(so_far, target) {
                    // The header goes on in the next bytes.
                    Err(Error::Truncated { .. }) if so_far.len() <= MAX_HEADER => return Ok(()),
                    Err(Error::Truncated { .. }) => {
                        let detail = format!("its header is longer than {MAX_HEADER} bytes");
                        return Err(Error::weights(detail));
                    }
                    tensors => tensors?,
                };
                // The first bytes after the header came with its last.
                let bytes = std::mem::take(so_far);
                let mut tensors = Box::new(tensors);
                tensors.write(0, &bytes)?;
                self.stage = Stage::Tensors(tensors);
                Ok(())
            }
        }
    }

    /// The model, once the whole file has been written. Both have the same weights in memory, so
    /// what has not been kept by then still can be: [`Stream::keep`].
    ///
    /// # Errors
    /// [`Error::Truncated`] if it ends too early.
    pub fn model(&self) -> Result<Model> {
        match &self.stage {
            Stage::Header { format, bytes } => match format.tensors(bytes, self.target) {
                Err(error) => Err(error),
                Ok(tensors) => Err(tensors.truncated(self.position)),
            },
            Stage::Tensors(tensors) if self.position < tensors.file_bytes => {
                Err(tensors.truncated(self.position))
            }
            Stage::Tensors(tensors) => tensors.builder.model(),
        }
    }
}

impl Format {
    /// [`Error::Truncated`] if `prefix` ends within the header.
    fn tensors(&self, prefix: &[u8], target: Option<WeightType>) -> Result<Tensors> {
        let (builder, tensors, file_bytes, gguf) = match self {
            Self::Safetensors(config) => {
                let header = safetensors::header(prefix)?;
                let builder = Builder::from_safetensors(Config::clone(config), &header, target)?;
                (builder, header.tensors, header.file_bytes, None)
            }
            Self::Gguf => {
                let mut header = gguf::header(prefix)?;
                let builder = Builder::from_gguf(&header, target)?;
                let tensors = std::mem::take(&mut header.tensors);
                (builder, tensors, header.file_bytes, Some(header))
            }
        };
        Ok(Tensors { builder, tensors, next: 0, filling: None, file_bytes, gguf })
    }
}

impl Tensors {
    /// Takes the file's bytes from position `start` on.
    fn write(&mut self, start: u64, bytes: &[u8]) -> Result<()> {
        while let Some(tensor) = self.tensors.get(self.next) {
            let Reach { part, begun, whole } = Reach::of(tensor, start, bytes);
            if !begun {
                break;
            }
            if self.filling.is_none() {
                self.filling = self.builder.begin(&tensor.name)?;
            }
            if let Some(filling) = &mut self.filling {
                filling.write(part)?;
            }
            if !whole {
                break;
            }
            if let Some(filling) = self.filling.take() {
                self.builder.put(filling)?;
            }
            self.next += 1;
        }
        Ok(())
    }

    /// Takes a kept file's bytes from where it is. Where, in the file that the tensors come from,
    /// the last one ends that became whole.
    fn restore(&mut self, keeping: &mut Keeping, bytes: &[u8]) -> Result<Option<u64>> {
        let (start, mut last) = (keeping.position(), None);
        while let Some((param, kept)) = keeping.tensor().cloned() {
            let Reach { part, begun, whole } = Reach::of(&kept, start, bytes);
            if !begun {
                break;
            }
            let mut filling = match keeping.filling.take() {
                Some(filling) => filling,
                None => self.builder.begin_kept(param, kept)?,
            };
            filling.write(part)?;
            if !whole {
                keeping.filling = Some(filling);
                break;
            }
            self.builder.put(filling)?;
            keeping.pass();
            if let Some(index) = self.index_of(param).filter(|&index| index >= self.next) {
                // What had arrived of it, or of one before it, is not needed.
                self.filling = None;
                self.next = index + 1;
                last = Some(self.tensors[index].end());
            }
        }
        keeping.count(bytes.len());
        Ok(last)
    }

    /// Which of the file's tensors this parameter is.
    fn index_of(&self, param: Param) -> Option<usize> {
        let is_it = |tensor: &TensorInfo| {
            self.builder.param(&tensor.name).is_some_and(|(other, _)| *other == param)
        };
        self.tensors.iter().position(is_it)
    }

    fn truncated(&self, found: u64) -> Error {
        Error::Truncated { expected: self.file_bytes, found }
    }
}

/// How far some bytes of a file reach into one of its tensors.
struct Reach<'a> {
    /// Those that are the tensor's.
    part: &'a [u8],
    /// Whether the tensor begins before they end.
    begun: bool,
    /// Whether it ends with them, or before.
    whole: bool,
}

impl<'a> Reach<'a> {
    fn of(tensor: &TensorInfo, start: u64, bytes: &'a [u8]) -> Self {
        let end = start + bytes.len() as u64;
        let within = |position: u64| (position.clamp(start, end) - start) as usize;
        let last = tensor.end();
        Self {
            part: &bytes[within(tensor.start)..within(last)],
            begun: tensor.start < end || tensor.bytes == 0,
            whole: last <= end,
        }
    }
}
