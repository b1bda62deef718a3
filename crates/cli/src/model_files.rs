//! A model on disk: a folder in the Hugging Face layout, a single GGUF file, or the list of the parts
//! that one was cut into. Weights go to their place while they are read, so that a model need not
//! fit into memory twice.

use crate::error::Failure;
use crate::weights_file::{Wanted, WeightsFile};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use zeroshot_gpt2::weights::{Stream, TensorInfo, gguf};
use zeroshot_gpt2::{Config, Error, Session, Tokenizer, Vocabulary, WeightType, parts};

/// The project's own model, where it lies in a checkout.
pub const BUILTIN: &str = "www/models/builtin";

/// How much of a file is read at first, to find its header.
const HEADER_GUESS: u64 = 1 << 20;

/// The files of a model.
pub struct ModelFiles {
    /// What the user named.
    path: PathBuf,
    /// The weights.
    pub weights: PathBuf,
}

impl ModelFiles {
    /// Finds the files of the model that the user named: a folder, a GGUF file, or a list of parts.
    pub fn find(path: &Path) -> Result<Self, Failure> {
        let metadata = path.metadata().map_err(Failure::read(path))?;
        if metadata.is_file() {
            return Ok(Self { path: path.to_owned(), weights: path.to_owned() });
        }
        let weights = path.join("model.safetensors");
        let weights = match Some(weights).filter(|weights| weights.is_file()) {
            None => match only(path, ".gguf")? {
                None => only(path, parts::SUFFIX)?,
                gguf => gguf,
            },
            safetensors => safetensors,
        };
        let file = "model.safetensors and no single .gguf or .parts.json file";
        let missing = || Failure::Missing { folder: path.to_owned(), file };
        Ok(Self { path: path.to_owned(), weights: weights.ok_or_else(missing)? })
    }

    /// The model and its tokenizer, ready to run, its matrices converted to `target`, or left in
    /// the file's format.
    pub fn open(&self, target: Option<WeightType>) -> Result<Session, Failure> {
        let weights = WeightsFile::open(&self.weights)?;
        let is_gguf = weights.is_gguf() || self.is_gguf()?;
        // A tokenizer that lies beside the file is the one its folder's owner means.
        let (mut stream, beside) = if is_gguf {
            (Stream::gguf(target), self.vocabulary_beside()?)
        } else {
            (Stream::safetensors(self.config()?, target), Some(self.vocabulary()?))
        };
        let wrong = || Failure::file(&self.weights);
        weights.read(|bytes| {
            stream.write(bytes).map_err(wrong())?;
            Ok(Wanted::More)
        })?;
        let vocabulary = match (beside, stream.gguf_header()) {
            (None, Some(header)) => Vocabulary::from_gguf(header).map(Some),
            (beside, _) => Ok(beside),
        };
        let model = stream.model().map_err(wrong())?;
        let vocabulary = vocabulary.map_err(wrong())?.ok_or_else(|| self.no_tokenizer())?;
        let tokenizer = Tokenizer::new(vocabulary).map_err(Failure::file(&self.path))?;
        Session::new(model, tokenizer).map_err(Failure::file(&self.path))
    }

    /// The tokenizer alone.
    pub fn tokenizer(&self) -> Result<Tokenizer, Failure> {
        let weights = WeightsFile::open(&self.weights)?;
        let vocabulary = match self.vocabulary_beside()? {
            Some(vocabulary) => vocabulary,
            None if weights.is_gguf() => {
                let mut stream = Stream::gguf(None);
                weights.read(|bytes| {
                    stream.write(bytes).map_err(Failure::file(&self.weights))?;
                    let whole = stream.gguf_header().is_some();
                    Ok(if whole { Wanted::NoMore } else { Wanted::More })
                })?;
                let header = stream.gguf_header().ok_or_else(|| self.no_tokenizer())?;
                Vocabulary::from_gguf(header).map_err(Failure::file(&self.weights))?
            }
            None => self.vocabulary()?,
        };
        Tokenizer::new(vocabulary).map_err(Failure::file(&self.path))
    }

    /// The folder's configuration.
    pub fn config(&self) -> Result<Config, Failure> {
        let path = self.folder().join("config.json");
        let json = std::fs::read_to_string(&path).map_err(Failure::read(&path))?;
        Config::from_json(&json).map_err(Failure::file(&path))
    }

    /// The folder's tokenizer.
    pub fn vocabulary(&self) -> Result<Vocabulary, Failure> {
        read_vocabulary(self.folder())?.ok_or_else(|| self.no_tokenizer())
    }

    fn no_tokenizer(&self) -> Failure {
        let file = "tokenizer.json, nor vocab.json and merges.txt";
        Failure::Missing { folder: self.folder().to_owned(), file }
    }

    /// Whether the weights begin as a GGUF file does, whatever they are called.
    fn is_gguf(&self) -> Result<bool, Failure> {
        let mut magic = [0; 4];
        let mut file = File::open(&self.weights).map_err(Failure::read(&self.weights))?;
        Ok(file.read_exact(&mut magic).is_ok() && gguf::is_gguf(&magic))
    }

    /// Reads the header of the weights, whatever its length.
    pub fn header<T>(
        &self,
        file: &mut File,
        parse: impl Fn(&[u8]) -> Result<T, Error>,
    ) -> Result<T, Failure> {
        let failed = || Failure::read(&self.weights);
        let length = file.metadata().map_err(failed())?.len();
        let mut wanted = HEADER_GUESS;
        loop {
            let mut prefix = Vec::new();
            file.seek(SeekFrom::Start(0)).map_err(failed())?;
            file.take(wanted).read_to_end(&mut prefix).map_err(failed())?;
            match parse(&prefix) {
                Err(Error::Truncated { expected, .. }) if (prefix.len() as u64) < length => {
                    wanted = expected.max(2 * wanted);
                }
                header => return header.map_err(Failure::file(&self.weights)),
            }
        }
    }

    /// Checks that the file has as many bytes as its header says.
    pub fn check_length(&self, file: &File, expected: u64) -> Result<(), Failure> {
        let found = file.metadata().map_err(Failure::read(&self.weights))?.len();
        if found < expected {
            let error = Error::Truncated { expected, found };
            return Err(Failure::File { path: self.weights.clone(), error });
        }
        Ok(())
    }

    /// Reads the bytes of one tensor.
    pub fn tensor(&self, file: &mut File, tensor: &TensorInfo) -> Result<Vec<u8>, Failure> {
        let failed = || Failure::read(&self.weights);
        file.seek(SeekFrom::Start(tensor.start)).map_err(failed())?;
        let mut bytes = Vec::new();
        file.take(tensor.bytes).read_to_end(&mut bytes).map_err(failed())?;
        Ok(bytes)
    }

    fn folder(&self) -> &Path {
        if self.path.is_dir() { &self.path } else { self.path.parent().unwrap_or(Path::new(".")) }
    }

    /// The tokenizer files of a folder that was named as a whole; those beside a single GGUF file
    /// may be another model's.
    fn vocabulary_beside(&self) -> Result<Option<Vocabulary>, Failure> {
        if self.path.is_dir() { read_vocabulary(&self.path) } else { Ok(None) }
    }
}

/// Reads the tokenizer files of a folder, if it has any.
pub fn read_vocabulary(folder: &Path) -> Result<Option<Vocabulary>, Failure> {
    let read = |name: &str| {
        let path = folder.join(name);
        std::fs::read(&path).map_err(Failure::read(&path))
    };
    if folder.join("tokenizer.json").is_file() {
        let vocabulary = Vocabulary::from_json(&read("tokenizer.json")?);
        return vocabulary.map(Some).map_err(Failure::file(&folder.join("tokenizer.json")));
    }
    if folder.join("vocab.json").is_file() {
        let vocabulary =
            Vocabulary::from_vocab_and_merges(&read("vocab.json")?, &read("merges.txt")?);
        return vocabulary.map(Some).map_err(Failure::file(&folder.join("vocab.json")));
    }
    Ok(None)
}

/// The folder's file whose name ends like this, if it has exactly one.
fn only(folder: &Path, end: &str) -> Result<Option<PathBuf>, Failure> {
    let entries = folder.read_dir().map_err(Failure::read(folder))?;
    let mut found = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(end));
    Ok(found.next().filter(|_| found.next().is_none()))
}
