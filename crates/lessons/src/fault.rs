//! What is wrong with a lesson file, and where.

use std::fmt;

/// What is wrong with a lesson file. The sentence is for whoever wrote it, in English like the
/// names of the file's fields.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is not JSON of the right shape; the message names the field, the line and the column.
    #[error("{0}")]
    Shape(String),
    /// It has more bytes than a lesson may have.
    #[error("the file has {found} bytes; a lesson has at most {most}")]
    TooLong {
        /// Bytes of the file.
        found: usize,
        /// Bytes allowed.
        most: usize,
    },
    /// A value is not as it should be.
    #[error("{place}: {what}")]
    Value {
        /// Where, e.g. `pages[2].checks[0].question`, counted from 0 as in JSON.
        place: String,
        /// What is wrong with it.
        what: String,
    },
}

/// A place in a lesson file, built up on the way down without allocating.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    above: Option<&'a Self>,
    name: &'a str,
    index: Option<usize>,
}

impl<'a> Place<'a> {
    pub const fn top(name: &'a str) -> Self {
        Self { above: None, name, index: None }
    }

    pub const fn field(&'a self, name: &'a str) -> Self {
        Self { above: Some(self), name, index: None }
    }

    pub const fn item(&'a self, name: &'a str, index: usize) -> Self {
        Self { above: Some(self), name, index: Some(index) }
    }

    pub const fn top_item(name: &'a str, index: usize) -> Self {
        Self { above: None, name, index: Some(index) }
    }

    pub fn fault(&self, what: impl Into<String>) -> Fault {
        Fault::Value { place: self.to_string(), what: what.into() }
    }
}

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(above) = self.above {
            write!(f, "{above}.")?;
        }
        f.write_str(self.name)?;
        match self.index {
            Some(index) => write!(f, "[{index}]"),
            None => Ok(()),
        }
    }
}
