//! Shapes, scales and sizes that cannot be are refused.

use super::*;

#[test]
fn shapes_that_do_not_fit_are_refused() {
    assert_eq!(PackedQ8::quantize(2, 48, &[0.0; 96]).unwrap_err(), Error::Columns(48));
    assert_eq!(PackedQ8::quantize(2, 0, &[]).unwrap_err(), Error::Columns(0));
    let error = PackedQ8::from_blocks(2, 32, &[0; 34]).unwrap_err();
    assert_eq!(error, Error::Length { expected: 68, found: 34 });
    assert_eq!(error.to_string(), "the matrix is 34 long; its shape says 68");
}

#[test]
fn scales_that_are_not_finite_are_refused() {
    for bits in [0x7c00_u16, 0xfc00, 0x7e00] {
        let mut block = [1; PackedQ8::BLOCK_BYTES];
        block[..2].copy_from_slice(&bits.to_le_bytes());
        assert_eq!(PackedQ8::from_blocks(1, BLOCK, &block).unwrap_err(), Error::Scale);
    }
    for value in [f32::INFINITY, 1e8] {
        assert_eq!(PackedQ8::quantize(1, BLOCK, &[value; BLOCK]).unwrap_err(), Error::Scale);
    }
}

#[test]
fn a_matrix_beyond_all_memory_is_refused() {
    let rows = usize::MAX / (4 * BLOCK);
    assert_eq!(PackedQ8::zeros(rows, BLOCK).unwrap_err(), Error::Memory);
    assert_eq!(crate::PackedF32::zeros(rows, BLOCK).unwrap_err(), Error::Memory);
}
