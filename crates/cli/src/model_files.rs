//! A model on disk: a folder in the Hugging Face layout, or a single GGUF file. Weights are read
//! one tensor at a time, so that a model need not fit into memory twice.

use crate::error::Failure;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use zeroshot_gpt2::weights::{Builder, TensorInfo, TensorType, gguf, safetensors};
use zeroshot_gpt2::{Config, Error, Model, Session, Tokenizer, Vocabulary, WeightType};

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
    /// Finds the files of the model that the user named: a folder, or a GGUF file.
    pub fn find(path: &Path) -> Result<Self, Failure> {
        let metadata = path.metadata().map_err(Failure::read(path))?;
        if metadata.is_file() {
            return Ok(Self { path: path.to_owned(), weights: path.to_owned() });
        }
        let weights = path.join("model.safetensors");
        let weights = if weights.is_file() { Some(weights) } else { only_gguf(path)? };
        let file = "model.safetensors and no single .gguf file";
        let missing = || Failure::Missing { folder: path.to_owned(), file };
        Ok(Self { path: path.to_owned(), weights: weights.ok_or_else(missing)? })
    }

    /// The model and its tokenizer, ready to run, its matrices converted to `target`.
    pub fn open(&self, target: Option<WeightType>) -> Result<Session, Failure> {
        let mut file = File::open(&self.weights).map_err(Failure::read(&self.weights))?;
        let mut magic = [0; 4];
        let is_gguf = file.read(&mut magic).is_ok_and(|_| gguf::is_gguf(&magic));
        let (model, tokenizer) = if is_gguf {
            let header = self.header(&mut file, gguf::header)?;
            self.check_length(&file, header.file_bytes)?;
            let target = target.or(floats_as_f32(&header.tensors));
            let builder =
                Builder::from_gguf(&header, target).map_err(Failure::file(&self.weights))?;
            // A tokenizer that lies beside the file is the one its folder's owner means.
            let tokenizer = match self.vocabulary_beside()? {
                Some(vocabulary) => Tokenizer::new(vocabulary),
                None => Tokenizer::from_gguf(&header),
            };
            (self.build(builder, &header.tensors, &mut file)?, tokenizer)
        } else {
            let config = self.config()?;
            let tokenizer = Tokenizer::new(self.vocabulary()?);
            let header = self.header(&mut file, safetensors::header)?;
            self.check_length(&file, header.file_bytes)?;
            let target = target.or(floats_as_f32(&header.tensors));
            let builder = Builder::from_safetensors(config, &header, target)
                .map_err(Failure::file(&self.weights))?;
            (self.build(builder, &header.tensors, &mut file)?, tokenizer)
        };
        let tokenizer = tokenizer.map_err(Failure::file(&self.path))?;
        Session::new(model, tokenizer).map_err(Failure::file(&self.path))
    }

    /// The tokenizer alone.
    pub fn tokenizer(&self) -> Result<Tokenizer, Failure> {
        let vocabulary = match self.vocabulary_beside()? {
            Some(vocabulary) => vocabulary,
            None if self.weights.extension().is_some_and(|end| end == "gguf") => {
                let mut file = File::open(&self.weights).map_err(Failure::read(&self.weights))?;
                let header = self.header(&mut file, gguf::header)?;
                Vocabulary::from_gguf(&header).map_err(Failure::file(&self.weights))?
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
        read_vocabulary(self.folder())?.ok_or_else(|| Failure::Missing {
            folder: self.folder().to_owned(),
            file: "tokenizer.json, nor vocab.json and merges.txt",
        })
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

    fn build(
        &self,
        mut builder: Builder,
        tensors: &[TensorInfo],
        file: &mut File,
    ) -> Result<Model, Failure> {
        for tensor in tensors {
            if !builder.wants(&tensor.name) {
                continue;
            }
            let bytes = self.tensor(file, tensor)?;
            builder.add(&tensor.name, &bytes).map_err(Failure::file(&self.weights))?;
        }
        builder.finish().map_err(Failure::file(&self.weights))
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

/// What a file of nothing but floats is kept as: F32. candle multiplies F16 by converting every
/// weight in software on most desktop processors, some ten times as slowly.
fn floats_as_f32(tensors: &[TensorInfo]) -> Option<WeightType> {
    let float = |tensor: &TensorInfo| tensor.tensor_type.is_none_or(TensorType::is_float);
    tensors.iter().all(float).then_some(WeightType::F32)
}

/// The folder's GGUF file, if it has exactly one.
fn only_gguf(folder: &Path) -> Result<Option<PathBuf>, Failure> {
    let entries = folder.read_dir().map_err(Failure::read(folder))?;
    let mut found = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "gguf"));
    Ok(found.next().filter(|_| found.next().is_none()))
}
