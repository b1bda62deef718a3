//! A slice of which several threads write parts of their own.

#![allow(unsafe_code, reason = "different threads write different parts of one slice")]

use crate::lanes::LANES;
use std::ops::Range;

/// A slice of which several threads write different parts.
#[derive(Clone, Copy)]
pub(crate) struct Parts<'a> {
    start: *mut f32,
    len: usize,
    slice: std::marker::PhantomData<&'a mut [f32]>,
}

// SAFETY: it only hands out parts, to callers who promise that no two of them overlap.
unsafe impl Send for Parts<'_> {}
// SAFETY: the same.
unsafe impl Sync for Parts<'_> {}

impl<'a> Parts<'a> {
    pub(crate) fn new(slice: &'a mut [f32]) -> Self {
        Self { start: slice.as_mut_ptr(), len: slice.len(), slice: std::marker::PhantomData }
    }

    /// A part of the slice.
    ///
    /// # Safety
    /// No other part that is in use may overlap with it.
    ///
    /// # Panics
    /// If the slice has no such part.
    #[allow(clippy::mut_from_ref, reason = "different parts are different slices")]
    pub(crate) unsafe fn part(&self, range: Range<usize>) -> &'a mut [f32] {
        assert!(range.start <= range.end && range.end <= self.len);
        // SAFETY: the range lies within the slice, and the caller promises that nobody else has it.
        unsafe { std::slice::from_raw_parts_mut(self.start.add(range.start), range.len()) }
    }
}

/// Writes what a product gives for some rows, of which `out` has as many, plus their bias.
#[inline(always)]
pub(crate) fn put_rows(out: &mut [f32], sums: [f32; LANES], bias: Option<&[f32]>) {
    // Not by `copy_from_slice`: for eight numbers, its call takes longer than they do.
    for (out, sum) in out.iter_mut().zip(sums) {
        *out = sum;
    }
    for (out, bias) in out.iter_mut().zip(bias.unwrap_or_default()) {
        *out += bias;
    }
}
