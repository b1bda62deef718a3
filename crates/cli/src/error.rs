//! How a command fails: one sentence each, and the program's exit code.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A file or folder cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A file or folder cannot be written.
    #[error("cannot write {}: {error}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// A model folder lacks a file.
    #[error("{} has no {file}", folder.display())]
    Missing {
        /// The folder.
        folder: PathBuf,
        /// What was looked for.
        file: &'static str,
    },
    /// A model's file is not as it should be.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What is wrong with it.
        error: zeroshot_gpt2::Error,
    },
    /// A file in parts is not as its list says.
    #[error("{}: {error}", path.display())]
    Parts {
        /// The list.
        path: PathBuf,
        /// What is wrong.
        error: zeroshot_gpt2::parts::PartsError,
    },
    /// A model on a hub lacks a file.
    #[error("{model} has no {file} on the hub")]
    NotOnHub {
        /// The model.
        model: String,
        /// What was looked for.
        file: &'static str,
    },
    /// A file did not come from a hub.
    #[error(transparent)]
    Hub(#[from] crate::hub::HubError),
    /// The model cannot do what was asked.
    #[error("{0}")]
    Model(#[from] zeroshot_gpt2::Error),
    /// A recorded answer is not what the model says.
    #[error(
        "what was recorded for {what} is out of date: the model says {text:?}; run `zeroshot record`"
    )]
    Outdated {
        /// The example or lesson.
        what: String,
        /// All that the model writes now.
        text: String,
    },
    /// Options that do not go together, or a value that cannot be.
    #[error("{0}")]
    Usage(String),
    /// Nobody takes the output.
    #[error("cannot write the output: {0}")]
    Output(io::Error),
}

impl Failure {
    /// The program's exit code.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_)
            | Self::Model(zeroshot_gpt2::Error::Setting(_) | zeroshot_gpt2::Error::EmptyPrompt) => {
                ExitCode::from(2)
            }
            _ => ExitCode::FAILURE,
        }
    }

    /// For `map_err`: reading `path` failed.
    pub fn read(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |error| Self::Read { path, error }
    }

    /// For `map_err`: writing `path` failed.
    pub fn write(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        |error| Self::Write { path, error }
    }

    /// For `map_err`: `path` is not as it should be.
    pub fn file(path: &Path) -> impl FnOnce(zeroshot_gpt2::Error) -> Self + use<> {
        let path = path.to_owned();
        |error| Self::File { path, error }
    }
}
