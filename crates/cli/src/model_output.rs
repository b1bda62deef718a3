//! A model's file being written: whole, or in parts that a host of static files takes. A file that
//! was cut off leaves nothing that looks like a model.

use crate::error::Failure;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use zeroshot_gpt2::parts::{self, Cut, Cutter};

/// Where the bytes go.
pub enum ModelOutput {
    /// Written beside its place and moved there when it is whole.
    Whole { path: PathBuf, partial: PathBuf, file: BufWriter<File> },
    /// Parts lie in their place at once; they are a file once the list is there.
    Parts { path: PathBuf, cutter: Box<Cutter>, part: Option<(usize, BufWriter<File>)> },
}

impl ModelOutput {
    /// Begins a file; with `part_bytes`, one in parts of as many bytes.
    pub fn create(path: &Path, part_bytes: Option<u64>) -> Result<Self, Failure> {
        let path = path.to_owned();
        let Some(part_bytes) = part_bytes else {
            let partial = with_suffix(&path, ".partial");
            let file = create(&partial)?;
            return Ok(Self::Whole { path, partial, file });
        };
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let cutter = Box::new(Cutter::new(&name, part_bytes));
        let list = with_suffix(&path, parts::SUFFIX);
        match std::fs::remove_file(&list) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Failure::write(&list)(error));
            }
            _ => {}
        }
        Ok(Self::Parts { path, cutter, part: None })
    }

    /// Takes the next bytes.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        match self {
            Self::Whole { partial, file, .. } => {
                file.write_all(bytes).map_err(Failure::write(partial))
            }
            Self::Parts { path, cutter, part } => {
                for Cut { part: number, bytes } in cutter.write(bytes) {
                    let name = path.with_file_name(cutter.name(number));
                    let file = match part.take() {
                        Some((open, file)) if open == number => file,
                        last => {
                            end(last, &name)?;
                            create(&name)?
                        }
                    };
                    let (_, file) = part.insert((number, file));
                    file.write_all(bytes).map_err(Failure::write(&name))?;
                }
                Ok(())
            }
        }
    }

    /// Ends the file. Says where it is: the file, or the list of its parts.
    pub fn finish(self) -> Result<PathBuf, Failure> {
        match self {
            Self::Whole { path, partial, mut file } => {
                file.flush().map_err(Failure::write(&partial))?;
                drop(file);
                std::fs::rename(&partial, &path).map_err(Failure::write(&path))?;
                Ok(path)
            }
            Self::Parts { path, cutter, part } => {
                end(part, &path)?;
                let list = with_suffix(&path, parts::SUFFIX);
                std::fs::write(&list, cutter.finish().to_json()).map_err(Failure::write(&list))?;
                Ok(list)
            }
        }
    }

    /// Removes what there is of it.
    pub fn discard(self) {
        // Whatever went wrong is already being told.
        match self {
            Self::Whole { partial, .. } => drop(std::fs::remove_file(partial)),
            Self::Parts { path, cutter, part } => {
                for number in 0..=part.map_or(0, |(number, _)| number) {
                    drop(std::fs::remove_file(path.with_file_name(cutter.name(number))));
                }
            }
        }
    }
}

/// Reads a size of parts from the command line: bytes, `50MB` or `25MiB`.
pub fn part_bytes(text: &str) -> Result<u64, String> {
    let (number, unit) = match (text.strip_suffix("MiB"), text.strip_suffix("MB")) {
        (Some(number), _) => (number, 1 << 20),
        (_, Some(number)) => (number, 1_000_000),
        _ => (text, 1),
    };
    let bytes = number.trim().parse::<u64>().ok().and_then(|number| number.checked_mul(unit));
    bytes.filter(|&bytes| bytes > 0).ok_or_else(|| "expected a size such as 50MB".to_owned())
}

fn create(path: &Path) -> Result<BufWriter<File>, Failure> {
    Ok(BufWriter::new(File::create(path).map_err(Failure::write(path))?))
}

fn end(part: Option<(usize, BufWriter<File>)>, path: &Path) -> Result<(), Failure> {
    part.map_or(Ok(()), |(_, mut file)| file.flush().map_err(Failure::write(path)))
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
