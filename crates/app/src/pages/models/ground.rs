//! What every part of the models page stands on: what is known of models and the device, and the
//! way to ask for more.

use crate::{
    hooks::Loader,
    state::{Device, Library, Obstacle, fit, must_give_way, needed, too_little_room},
};
use std::rc::Rc;
use zeroshot_protocol::Quantization;

/// What every part of the page stands on.
#[derive(Clone, PartialEq)]
pub struct Ground {
    pub library: Rc<Library>,
    pub device: Device,
    /// The hub's address.
    pub hub: Rc<str>,
    /// Bytes in memory of the model in use.
    pub in_use: u64,
    pub loader: Loader,
}

/// What becomes of a model on this device.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    pub fits: Result<(), Obstacle>,
    /// Whether the model in use has to make room.
    pub gives_way: bool,
    /// Bytes that may still be kept, where that is too little.
    pub room: Option<u64>,
}

impl Ground {
    /// What becomes of a model with weights of `packed` bytes in these numbers.
    pub fn judge(&self, kind: Option<Quantization>, packed: u64, kv_cache: u64) -> Verdict {
        let needed = needed(kind, packed, kv_cache);
        let storage = self.library.storage.as_deref();
        Verdict {
            fits: fit(needed, &self.device),
            gives_way: must_give_way(needed, self.in_use),
            room: storage.and_then(|storage| too_little_room(packed, storage)),
        }
    }
}
