//! What is chosen by chance, and no matter for what.

use fastrand::Rng;

/// One of some values.
pub(crate) fn choose<'a, T>(rng: &mut Rng, values: &'a [T]) -> &'a T {
    &values[rng.usize(0..values.len())]
}

/// A number at an edge of something, or any.
pub(crate) fn interesting(rng: &mut Rng) -> u64 {
    match rng.u8(0..10) {
        0 => 0,
        1 => rng.u64(0..16),
        2 => rng.u64(0..5000),
        3 => 1 << rng.u32(0..64),
        4 => (1u64 << rng.u32(0..64)).wrapping_sub(1),
        5 => rng.i64(-20..0) as u64,
        6 => f64::to_bits(f64::from(rng.i16(..)) / 8.0),
        7 => f32::to_bits(f32::from(rng.i16(..)) / 8.0).into(),
        8 => *choose(
            rng,
            &[i64::MIN as u64, i64::MAX as u64, 0x7ff8 << 48, 0xfff0 << 48],
        ),
        _ => rng.u64(..),
    }
}
