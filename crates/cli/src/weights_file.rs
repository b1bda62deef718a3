//! A file of weights on disk, whole or in parts, read from beginning to end. The parts' digests are
//! checked while they are read.

use crate::error::Failure;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use zeroshot_gpt2::parts::{self, Checker, Parts};

/// How much is read at once.
const CHUNK: usize = 1 << 20;

/// The file.
pub struct WeightsFile {
    /// What the user would call it: the file, or the list of its parts.
    pub path: PathBuf,
    parts: Option<Parts>,
}

impl WeightsFile {
    /// The file at this path, which may be the list of its parts.
    pub fn open(path: &Path) -> Result<Self, Failure> {
        let path = path.to_owned();
        if !path.to_string_lossy().ends_with(parts::SUFFIX) {
            return Ok(Self { path, parts: None });
        }
        let json = std::fs::read(&path).map_err(Failure::read(&path))?;
        match Parts::from_json(&json) {
            Ok(parts) => Ok(Self { path, parts: Some(parts) }),
            Err(error) => Err(Failure::Parts { path, error }),
        }
    }

    /// Whether it holds configuration and tokenizer as well.
    pub fn is_gguf(&self) -> bool {
        let whole = self.parts.as_ref().map(|parts| Path::new(&parts.whole.file));
        whole.unwrap_or(&self.path).extension().is_some_and(|end| end == "gguf")
    }

    /// Hands out its bytes in order, for as long as they are wanted.
    pub fn read(
        &self,
        mut take: impl FnMut(&[u8]) -> Result<Wanted, Failure>,
    ) -> Result<(), Failure> {
        let Some(list) = &self.parts else {
            return self.chunks(&self.path, &mut take).map(drop);
        };
        let mut checker = Checker::new(list);
        let wrong = |error| Failure::Parts { path: self.path.clone(), error };
        for part in &list.parts {
            let path = self.path.with_file_name(&part.file);
            let wanted = self.chunks(&path, &mut |bytes: &[u8]| {
                checker.write(bytes).map_err(wrong)?;
                take(bytes)
            })?;
            if wanted == Wanted::NoMore {
                return Ok(());
            }
            checker.end_part().map_err(wrong)?;
        }
        checker.finish().map_err(wrong)
    }

    fn chunks(
        &self,
        path: &Path,
        take: &mut impl FnMut(&[u8]) -> Result<Wanted, Failure>,
    ) -> Result<Wanted, Failure> {
        let mut file = File::open(path).map_err(Failure::read(path))?;
        let mut buffer = vec![0; CHUNK];
        loop {
            match file.read(&mut buffer) {
                Ok(0) => return Ok(Wanted::More),
                Ok(count) => {
                    if take(&buffer[..count])? == Wanted::NoMore {
                        return Ok(Wanted::NoMore);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Failure::read(path)(error)),
            }
        }
    }
}

/// Whether whoever takes a file's bytes wants those that follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    More,
    NoMore,
}
