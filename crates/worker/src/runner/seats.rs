//! The two models that the worker can hold, each with the files that it came from.

use zeroshot_gpt2::Error;
use zeroshot_protocol::{Failure, ModelSource, Seat};

use crate::failure;

/// The models.
pub struct Seats<M> {
    main: Option<Seated<M>>,
    rival: Option<Seated<M>>,
}

/// A model, and where its files are.
pub struct Seated<M> {
    /// The model.
    pub model: M,
    /// Its files.
    pub source: ModelSource,
}

impl<M> Default for Seats<M> {
    fn default() -> Self {
        Self { main: None, rival: None }
    }
}

impl<M> Seats<M> {
    /// Puts a model, or none, in the place of the one before.
    pub fn put(&mut self, seat: Seat, seated: Option<Seated<M>>) {
        *match seat {
            Seat::Main => &mut self.main,
            Seat::Rival => &mut self.rival,
        } = seated;
    }

    /// The model of a seat.
    ///
    /// # Errors
    /// [`Failure::NoModel`].
    pub fn at(&self, seat: Seat) -> Result<&Seated<M>, Failure> {
        match seat {
            Seat::Main => &self.main,
            Seat::Rival => &self.rival,
        }
        .as_ref()
        .ok_or(Failure::NoModel)
    }

    /// The same, to work with.
    ///
    /// # Errors
    /// [`Failure::NoModel`].
    pub fn at_mut(&mut self, seat: Seat) -> Result<&mut Seated<M>, Failure> {
        match seat {
            Seat::Main => &mut self.main,
            Seat::Rival => &mut self.rival,
        }
        .as_mut()
        .ok_or(Failure::NoModel)
    }

    /// Both models, the main one first.
    ///
    /// # Errors
    /// [`Failure::NoModel`] if one is missing.
    pub fn both_mut(&mut self) -> Result<(&mut Seated<M>, &mut Seated<M>), Failure> {
        self.main.as_mut().zip(self.rival.as_mut()).ok_or(Failure::NoModel)
    }
}

impl<M> Seated<M> {
    /// Does something with the model; an error becomes a failure that names the file at fault.
    ///
    /// # Errors
    /// Those of `work`.
    pub fn work<T>(&mut self, work: impl FnOnce(&mut M) -> Result<T, Error>) -> Result<T, Failure> {
        work(&mut self.model).map_err(|error| failure::of(&error, &self.source))
    }

    /// Asks something of the model; an error becomes a failure that names the file at fault.
    ///
    /// # Errors
    /// Those of `ask`.
    pub fn ask<T>(&self, ask: impl FnOnce(&M) -> Result<T, Error>) -> Result<T, Failure> {
        ask(&self.model).map_err(|error| failure::of(&error, &self.source))
    }
}
