//! From the bytes of a model's files to a session that runs it.

#[cfg(test)]
mod tests;

use zeroshot_gpt2::weights::{Keeping, Stream};
use zeroshot_gpt2::{Config, Error, Model, Part, Session, Tokenizer, Vocabulary, WeightType};
use zeroshot_protocol::{Description, Failure, ModelSource, ModelSummary, Quantization};

use crate::{
    failure,
    hashing::{Digests, Hashing, noted},
};

/// Bytes of a kept file that are asked for at once.
const AT_ONCE: usize = 1 << 20;

/// The files that a tokenizer is read from.
pub enum TokenizerFiles {
    /// None: it is in the weights' file.
    None,
    /// A `tokenizer.json`.
    Json(Vec<u8>),
    /// A `vocab.json` and a `merges.txt`.
    Pair {
        /// The first.
        vocab: Vec<u8>,
        /// The second.
        merges: Vec<u8>,
    },
}

/// A model whose weights arrive.
pub struct Opening<H> {
    source: ModelSource,
    /// Until the tokenizer is made of it; of a GGUF file that holds it, none before it is read.
    vocabulary: Option<Vocabulary>,
    /// Once it is made.
    tokenizer: Option<Result<Tokenizer, Error>>,
    stream: Stream,
    /// Of the weights as they arrive; none of those that were kept.
    hashing: Option<H>,
    /// Where tensors became whole: a mark of the digests each.
    marks: Vec<u64>,
}

impl<H: Hashing> Opening<H> {
    /// Begins with the small files, before the large one is fetched. A GGUF file can hold all that
    /// the others say: a file without a name has no bytes.
    ///
    /// # Errors
    /// Says what is wrong with the configuration or the tokenizer.
    pub fn new(
        source: &ModelSource,
        config: &[u8],
        tokenizer: TokenizerFiles,
        hashing: H,
    ) -> Result<Self, Failure> {
        let blamed = |error: Error| failure::of(&error, source);
        let target = source.quantization.map(weight_type);
        let stream = if is_gguf(source) {
            check_config(source, config)?;
            Stream::gguf(target)
        } else {
            Stream::safetensors(read_config(config).map_err(blamed)?, target)
        };
        let vocabulary = match tokenizer {
            TokenizerFiles::None => None,
            TokenizerFiles::Json(json) => Some(Vocabulary::from_json(&json).map_err(blamed)?),
            TokenizerFiles::Pair { vocab, merges } => {
                Some(Vocabulary::from_vocab_and_merges(&vocab, &merges).map_err(blamed)?)
            }
        };
        Ok(Self::begin(source.clone(), vocabulary, stream, Some(hashing)))
    }

    /// Begins with a file that was kept: it holds everything, and its digests are checked by
    /// whoever reads it.
    pub fn kept(file: &str, source: &ModelSource) -> Self {
        let source = ModelSource {
            config: String::new(),
            tokenizer: String::new(),
            weights: file.to_owned(),
            ..source.clone()
        };
        Self::begin(source, None, Stream::gguf(None), None)
    }

    fn begin(
        source: ModelSource,
        vocabulary: Option<Vocabulary>,
        stream: Stream,
        hashing: Option<H>,
    ) -> Self {
        Self { source, vocabulary, tokenizer: None, stream, hashing, marks: Vec::new() }
    }

    /// Takes the next bytes of the weights.
    ///
    /// # Errors
    /// Says what is wrong with them.
    pub fn write(&mut self, mut bytes: &[u8]) -> Result<(), Failure> {
        let mut start = self.stream.position();
        self.stream.write(bytes).map_err(|error| failure::of(&error, &self.source))?;
        let Some(hashing) = &mut self.hashing else { return Ok(()) };
        for end in self.stream.ends_from(start) {
            let length = usize::try_from(end - start).unwrap_or(usize::MAX);
            let (tensor, rest) = bytes.split_at(length.min(bytes.len()));
            hashing.update(tensor);
            hashing.mark();
            self.marks.push(end);
            (bytes, start) = (rest, end);
        }
        hashing.update(bytes);
        Ok(())
    }

    /// Where the next bytes of the weights are expected to be from.
    pub fn position(&self) -> u64 {
        self.stream.position()
    }

    /// Bytes of the weights' file, once its header is there.
    pub fn file_bytes(&self) -> Option<u64> {
        self.stream.file_bytes()
    }

    /// How the model is kept; `None` before the header of the weights is there. Before
    /// [`Opening::prepare`].
    ///
    /// # Errors
    /// If the tokenizer cannot be read, or the model cannot be said in GGUF.
    pub fn keeping(&mut self) -> Result<Option<Keeping>, Failure> {
        let blamed = |error: Error| failure::of(&error, &self.source);
        if let (None, Some(header)) = (&self.vocabulary, self.stream.gguf_header()) {
            self.vocabulary = Some(Vocabulary::from_gguf(header).map_err(blamed)?);
        }
        match &self.vocabulary {
            Some(vocabulary) => self.stream.keeping(vocabulary).map_err(blamed),
            None => Ok(None),
        }
    }

    /// Makes the tokenizer, if the header of the weights is there: what that takes beside it is
    /// free again before the weights need the room. Whatever is wrong with it is said at the end.
    pub fn prepare(&mut self) {
        if self.tokenizer.is_some() || self.stream.config().is_none() {
            return;
        }
        let header = self.stream.take_gguf_header();
        let vocabulary = match (self.vocabulary.take(), header) {
            (Some(vocabulary), _) => Ok(vocabulary),
            (None, Some(header)) => Vocabulary::from_gguf(&header),
            (None, None) => Vocabulary::from_json(&[]),
        };
        self.tokenizer = Some(vocabulary.and_then(Tokenizer::new));
    }

    /// Appends some of the next bytes of the kept file, as far as the tensors have arrived; says
    /// whether there were any.
    ///
    /// # Errors
    /// If a tensor cannot be read.
    pub fn keep(&self, keeping: &mut Keeping, out: &mut Vec<u8>) -> Result<bool, Failure> {
        let kept = self.stream.keep(keeping, AT_ONCE, out);
        kept.map_err(|error| failure::of(&error, &self.source))
    }

    /// How many bytes of the kept file could be had now.
    pub fn behind(&self, keeping: &mut Keeping) -> u64 {
        self.stream.behind(keeping)
    }

    /// Takes the next bytes of what was kept of an earlier load.
    ///
    /// # Errors
    /// If they are of another model or damaged.
    pub fn restore(&mut self, keeping: &mut Keeping, bytes: &[u8]) -> Result<(), Failure> {
        let restored = self.stream.restore(keeping, bytes);
        restored.map_err(|error| failure::of(&error, &self.source))
    }

    /// All that was kept has been taken; `note` is what was noted of its digests then
    /// ([`crate::hashing::note`]). Says whether the load can go on from it: not where a digest is
    /// listed and would cover a part alone.
    pub fn restored(&mut self, keeping: &mut Keeping, note: &str) -> bool {
        self.stream.restored(keeping);
        let end = self.stream.kept_to(keeping);
        let Some(end) = end.filter(|end| self.marks.last().is_none_or(|before| end > before))
        else {
            // All of it has arrived again.
            return true;
        };
        let is_checked = !self.source.sha256.is_empty();
        let mark = noted(note, end).filter(|mark| !is_checked || mark.sha256.is_some());
        match (mark, &mut self.hashing) {
            (Some(mark), Some(hashing)) => {
                hashing.resume(mark);
                self.marks = vec![end];
            }
            _ => self.hashing = None,
        }
        self.hashing.is_some() || !is_checked
    }

    /// What takes the digests of the weights; none where they are not taken.
    pub fn hashing(&mut self) -> Option<&mut H> {
        self.hashing.as_mut()
    }

    /// Where the last tensor ends that is kept as a whole, and the number of the digests'
    /// mark there.
    pub fn mark(&self, keeping: &Keeping) -> Option<(u64, usize)> {
        let end = self.stream.kept_to(keeping)?;
        Some((end, self.marks.iter().rposition(|&mark| mark == end)?))
    }

    /// What the model is and takes, once the header of the weights is there.
    ///
    /// # Errors
    /// If a tensor cannot be kept in one of the types.
    pub fn describe(&self) -> Result<Option<Description>, Failure> {
        let blamed = |error: Error| failure::of(&error, &self.source);
        let (Some(config), Some(download)) = (self.stream.config(), self.stream.file_bytes())
        else {
            return Ok(None);
        };
        let mut packed = Vec::new();
        for kind in [Quantization::F32, Quantization::F16, Quantization::Q8, Quantization::Q4] {
            let bytes = self.stream.packed_bytes(Some(weight_type(kind))).map_err(blamed)?;
            packed.push((kind, bytes.unwrap_or_default()));
        }
        // Keys and values of every position in every block, in F32.
        let numbers = [2, config.n_layer, config.n_positions, config.n_embd];
        let kv_cache = numbers.into_iter().fold(4, |all: u64, n| all.saturating_mul(n as u64));
        let source = ModelSource { bytes: download, ..self.source.clone() };
        Ok(Some(Description {
            source,
            architecture: config.model_type.name().to_owned(),
            parameters: config.parameters(),
            n_positions: config.n_positions,
            download,
            packed,
            kv_cache,
        }))
    }

    /// The session, once all of the weights have arrived. It has the tokenizer; the weights are
    /// here too, so that what is not kept yet still can be.
    ///
    /// # Errors
    /// Says which file is at fault, and what is wrong with it.
    pub fn session(&mut self) -> Result<Session, Failure> {
        self.prepare();
        let blamed = |error: Error| failure::of(&error, &self.source);
        // First the model: a file that was cut says so, whatever else it lacks.
        let model = self.stream.model().map_err(blamed)?;
        check_memory(&model)?;
        // A model that is whole has a header, and so a tokenizer or what is wrong with it.
        let tokenizer = self.tokenizer.take().unwrap_or_else(|| Tokenizer::from_json(&[]));
        let session = tokenizer.and_then(|tokenizer| Session::new(model, tokenizer));
        session.map_err(blamed)
    }
}

/// Whether there is room for the keys and values of a full context. They are allocated where a
/// lack of memory would stop the worker without a word.
fn check_memory(model: &Model) -> Result<(), Failure> {
    let tensors = 2 * model.config().n_layer;
    let bytes = model.cache_bytes() / tensors.max(1);
    let mut probes = Vec::new();
    for _ in 0..tensors {
        let mut probe: Vec<u8> = Vec::new();
        probe.try_reserve_exact(bytes).map_err(|_| Failure::OutOfMemory)?;
        // An allocation that nobody looks at could be left out.
        probes.push(std::hint::black_box(probe));
    }
    Ok(())
}

/// Whether the weights are a GGUF file, by their name.
pub fn is_gguf(source: &ModelSource) -> bool {
    let name = source.weights.strip_suffix(".parts.json").unwrap_or(&source.weights);
    name.ends_with(".gguf")
}

/// Whether the configuration is that of a GPT-2, so that nothing else of another model need be
/// fetched.
///
/// # Errors
/// Says what is wrong with it.
pub fn check_config(source: &ModelSource, config: &[u8]) -> Result<(), Failure> {
    if source.config.is_empty() {
        return Ok(());
    }
    read_config(config).map(drop).map_err(|error| failure::of(&error, source))
}

const fn weight_type(quantization: Quantization) -> WeightType {
    match quantization {
        Quantization::F32 => WeightType::F32,
        Quantization::F16 => WeightType::F16,
        Quantization::Q8 => WeightType::Q8_0,
        Quantization::Q4 => WeightType::Q4_0,
    }
}

fn read_config(bytes: &[u8]) -> Result<Config, Error> {
    let json = std::str::from_utf8(bytes).map_err(|error| Error::Invalid {
        part: Part::Config,
        detail: format!("the configuration is not UTF-8: {error}"),
    })?;
    Config::from_json(json)
}

/// What the page shows of a session's model; the digests are those of its weights' file.
pub fn summary(session: &Session, Digests { xxh64, sha256 }: Digests) -> ModelSummary {
    let config = session.config();
    ModelSummary {
        architecture: config.model_type.name().to_owned(),
        n_positions: config.n_positions,
        n_layer: config.n_layer,
        n_head: config.n_head,
        n_embd: config.n_embd,
        vocab_size: config.vocab_size,
        parameters: session.parameters(),
        kind: session.kind().to_owned(),
        weight_bytes: session.weight_bytes(),
        xxh64,
        sha256,
    }
}
