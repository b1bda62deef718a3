//! Whether a model fits this device, decided before anything of it is fetched.
//!
//! Browsers tell little: Chromium the memory, in steps and to a most; others nothing. So what is
//! said here is a judgement, and only what wasm cannot address is final.

use zeroshot_protocol::{Quantization, Storage};

/// What 32-bit wasm can address.
pub const WASM: u64 = 1 << 32;
/// Beside the weights and a full context: the program, the tokenizer, and what a load holds at a
/// time.
const BESIDES: u64 = 150_000_000;
/// What a phone's browser leaves a page, more or less; beyond it the page is ended.
const PHONE: u64 = 1_200_000_000;

/// What is known of the device.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Device {
    /// Bytes of memory, as far as the browser tells.
    pub memory: Option<u64>,
    pub is_phone: bool,
}

impl Device {
    /// Bytes that a page may use: half of the memory, since others use it too.
    pub fn usable(&self) -> u64 {
        let most = if self.is_phone { PHONE } else { WASM };
        self.memory.map_or(most, |memory| most.min(memory / 2))
    }
}

/// Why a model does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// No page can use so much memory, on no device.
    Wasm { needed: u64 },
    /// More than a phone's browser leaves a page.
    Phone { needed: u64, usable: u64 },
    /// More than a page should use of this device's memory.
    Memory { needed: u64, usable: u64 },
}

impl Obstacle {
    /// Whether trying is of no use.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Wasm { .. })
    }
}

/// Bytes that a model takes in memory, at most, with weights of `packed` bytes in these numbers and
/// a full context, whose keys and values take `kv_cache` bytes in F32.
pub const fn needed(kind: Option<Quantization>, packed: u64, kv_cache: u64) -> u64 {
    // As `Model::cache` of zeroshot-gpt2 has it: F16 beside weights of 8 and 4 bits.
    let kv_cache = match kind {
        Some(Quantization::Q8 | Quantization::Q4) => kv_cache / 2,
        _ => kv_cache,
    };
    packed.saturating_add(kv_cache).saturating_add(BESIDES)
}

/// Whether so much fits the device.
///
/// # Errors
/// Why it does not.
pub fn fit(needed: u64, device: &Device) -> Result<(), Obstacle> {
    let usable = device.usable();
    if needed > WASM {
        Err(Obstacle::Wasm { needed })
    } else if needed <= usable {
        Ok(())
    } else if device.is_phone {
        Err(Obstacle::Phone { needed, usable })
    } else {
        Err(Obstacle::Memory { needed, usable })
    }
}

/// Whether the model in use has to go before the next can come, because wasm cannot hold both.
pub const fn must_give_way(needed: u64, in_use: u64) -> bool {
    needed <= WASM && needed.saturating_add(in_use) > WASM
}

/// Bytes that the browser still lets this site keep, if that is less than `bytes`.
pub fn too_little_room(bytes: u64, storage: &Storage) -> Option<u64> {
    let left = storage.quota?.saturating_sub(storage.usage.unwrap_or_default());
    (left < bytes).then_some(left)
}

/// The type that is offered first: eight bits where they fit, since they are half of sixteen and
/// no reader finds the difference; else the finest that fits; else the smallest.
pub fn best_type(
    types: &[Option<Quantization>],
    fits: impl Fn(Option<Quantization>) -> bool,
) -> Option<Quantization> {
    let eight = Some(Quantization::Q8);
    // What comes with the page, and what is packed, stays as it is.
    if types.first().is_none_or(Option::is_none) {
        None
    } else if types.contains(&eight) && fits(eight) {
        eight
    } else {
        let smallest = types.last().copied().flatten();
        types.iter().copied().find(|kind| fits(*kind)).flatten().or(smallest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Catalogue;

    const GB: u64 = 1_000_000_000;

    /// The type that is offered for a model of the catalogue, and whether it fits.
    fn offered(id: &str, device: Device) -> (Option<Quantization>, Result<(), Obstacle>) {
        let catalogue = Catalogue::built_in();
        let entry = catalogue.entries.iter().find(|entry| entry.id == id).expect("listed");
        let fits = |kind| fit(needed(kind, entry.packed(kind), entry.kv_cache), &device);
        let best = best_type(entry.types(), |kind| fits(kind).is_ok());
        (best, fits(best))
    }

    #[test]
    fn every_gpt2_fits_a_computer_with_eight_gigabytes() {
        for device in [
            Device { memory: Some(8 << 30), is_phone: false },
            Device { memory: None, is_phone: false },
        ] {
            for id in ["distilgpt2", "gpt2", "gpt2-medium", "gpt2-large", "gpt2-xl", "openai-gpt"] {
                assert_eq!(offered(id, device), (Some(Quantization::Q8), Ok(())), "{id}");
            }
            assert_eq!(offered("builtin", device), (None, Ok(())));
        }
    }

    #[test]
    fn a_smaller_computer_gets_coarser_numbers_or_a_reason() {
        let device = Device { memory: Some(4 << 30), is_phone: false };
        assert_eq!(offered("gpt2-xl", device), (Some(Quantization::Q8), Ok(())));
        let device = Device { memory: Some(3 << 30), is_phone: false };
        assert_eq!(offered("gpt2-large", device), (Some(Quantization::Q8), Ok(())));
        assert_eq!(offered("gpt2-xl", device), (Some(Quantization::Q4), Ok(())));
        let device = Device { memory: Some(2 << 30), is_phone: false };
        let (kind, fits) = offered("gpt2-xl", device);
        assert_eq!(kind, Some(Quantization::Q4), "the smallest is offered");
        assert!(matches!(fits, Err(Obstacle::Memory { usable: 1_073_741_824, .. })), "{fits:?}");
    }

    #[test]
    fn a_phone_gets_the_small_ones() {
        let phone = Device { memory: None, is_phone: true };
        assert_eq!(offered("gpt2", phone), (Some(Quantization::Q8), Ok(())));
        assert!(matches!(offered("gpt2-xl", phone).1, Err(Obstacle::Phone { .. })));
        let old = Device { memory: Some(1 << 30), is_phone: true };
        assert_eq!(offered("gpt2-medium", old), (Some(Quantization::Q4), Ok(())));
        assert!(matches!(offered("gpt2-large", old).1, Err(Obstacle::Phone { .. })));
    }

    #[test]
    fn what_wasm_cannot_address_is_final() {
        let device = Device { memory: Some(64 << 30), is_phone: false };
        let too_large = fit(5 * GB, &device).expect_err("too large");
        assert!(too_large.is_final());
        let phone = Device { memory: None, is_phone: true };
        assert!(!fit(2 * GB, &phone).expect_err("too large").is_final());
    }

    #[test]
    fn the_model_in_use_gives_way_only_where_both_do_not_fit() {
        assert!(!must_give_way(2 * GB, GB));
        assert!(must_give_way(2 * GB, 3 * GB));
        assert!(!must_give_way(5 * GB, GB), "that does not fit either way");
    }

    #[test]
    fn room_is_what_the_browser_lets_the_site_keep() {
        let mut storage = Storage { quota: Some(GB), usage: Some(GB / 2), ..Storage::default() };
        assert_eq!(too_little_room(GB / 2, &storage), None);
        assert_eq!(too_little_room(GB / 2 + 1, &storage), Some(GB / 2));
        storage.quota = None;
        assert_eq!(too_little_room(GB, &storage), None, "it does not say");
    }
}
