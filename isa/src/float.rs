//! IEEE 754 arithmetic on the bits of data registers.
//!
//! Invariant: a result is a pure function of the operands' bits. Every NaN that comes out is the canonical one,
//! rounding is to nearest, ties to even, and nothing is signalled: there are no exception flags and no rounding
//! modes.
//!
//! A double fills a register. A single lives in the low 32 bits; operations ignore the upper half of their operands
//! and leave it zero in their results.

/// The one NaN that double-precision operations produce.
pub const CANONICAL_NAN_64: u64 = 0x7ff8_0000_0000_0000;
/// The one NaN that single-precision operations produce.
pub const CANONICAL_NAN_32: u64 = 0x7fc0_0000;

/// The operations that exist alike in both widths, stated once.
macro_rules! width {
    ($(#[$doc:meta])* $name:ident, $float:ty, $bits:ty, $nan:expr) => {
        $(#[$doc])*
        pub mod $name {
            fn value(register: u64) -> $float {
                <$float>::from_bits(register as $bits)
            }

            pub(super) fn register(value: $float) -> u64 {
                if value.is_nan() { $nan } else { u64::from(value.to_bits()) }
            }

            /// `a + b`.
            pub fn add(a: u64, b: u64) -> u64 {
                register(value(a) + value(b))
            }

            /// `a - b`.
            pub fn sub(a: u64, b: u64) -> u64 {
                register(value(a) - value(b))
            }

            /// `a * b`.
            pub fn mul(a: u64, b: u64) -> u64 {
                register(value(a) * value(b))
            }

            /// `a / b`; a division by zero gives an infinity, or NaN for 0 / 0.
            pub fn div(a: u64, b: u64) -> u64 {
                register(value(a) / value(b))
            }

            /// The square root; NaN below zero, -0 for -0.
            pub fn sqrt(a: u64) -> u64 {
                register(value(a).sqrt())
            }

            /// `a * b + c`, rounded once.
            pub fn fma(a: u64, b: u64, c: u64) -> u64 {
                register(value(a).mul_add(value(b), value(c)))
            }

            /// IEEE 754-2019 `minimumNumber`: a NaN loses against a number, and -0 is below +0.
            pub fn min(a: u64, b: u64) -> u64 {
                let (a, b) = (value(a), value(b));
                register(if b.is_nan() || a < b || (a == b && a.is_sign_negative()) { a } else { b })
            }

            /// IEEE 754-2019 `maximumNumber`: a NaN loses against a number, and +0 is above -0.
            pub fn max(a: u64, b: u64) -> u64 {
                let (a, b) = (value(a), value(b));
                register(if b.is_nan() || a > b || (a == b && a.is_sign_positive()) { a } else { b })
            }

            /// Whether `a = b`; never for NaN, and always for zeros of either sign.
            pub fn eq(a: u64, b: u64) -> bool {
                value(a) == value(b)
            }

            /// Whether `a < b`; never for NaN.
            pub fn lt(a: u64, b: u64) -> bool {
                value(a) < value(b)
            }

            /// Whether `a <= b`; never for NaN.
            pub fn le(a: u64, b: u64) -> bool {
                value(a) <= value(b)
            }

            /// The nearest value to a signed 64-bit integer.
            pub fn from_signed(a: u64) -> u64 {
                register(a as i64 as $float)
            }

            /// The nearest value to an unsigned 64-bit integer.
            pub fn from_unsigned(a: u64) -> u64 {
                register(a as $float)
            }

            /// The integer toward zero, as a C cast makes it; saturates at the ends of the signed range, and NaN
            /// gives 0.
            pub fn to_signed(a: u64) -> u64 {
                value(a) as i64 as u64
            }

            /// The integer toward zero; saturates at 0 and at 2^64 - 1, and NaN gives 0.
            pub fn to_unsigned(a: u64) -> u64 {
                value(a) as u64
            }
        }
    };
}

width! {
    /// Operations on doubles.
    double, f64, u64, super::CANONICAL_NAN_64
}
width! {
    /// Operations on singles.
    single, f32, u32, super::CANONICAL_NAN_32
}

/// A single as a double; exact.
pub fn widen(a: u64) -> u64 {
    double::register(f64::from(f32::from_bits(a as u32)))
}

/// A double as the nearest single; too large a value gives an infinity.
pub fn narrow(a: u64) -> u64 {
    single::register(f64::from_bits(a) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(value: f64) -> u64 {
        value.to_bits()
    }

    fn s(value: f32) -> u64 {
        u64::from(value.to_bits())
    }

    #[test]
    fn every_nan_is_canonical() {
        let payload = 0xfff0_0000_dead_beef;
        assert_eq!(double::add(payload, d(1.0)), CANONICAL_NAN_64);
        assert_eq!(
            double::sub(d(f64::INFINITY), d(f64::INFINITY)),
            CANONICAL_NAN_64
        );
        assert_eq!(double::mul(d(0.0), d(f64::INFINITY)), CANONICAL_NAN_64);
        assert_eq!(double::div(d(0.0), d(-0.0)), CANONICAL_NAN_64);
        assert_eq!(double::sqrt(d(-1.0)), CANONICAL_NAN_64);
        assert_eq!(
            double::fma(d(0.0), d(f64::INFINITY), payload),
            CANONICAL_NAN_64
        );
        assert_eq!(double::min(payload, payload), CANONICAL_NAN_64);
        assert_eq!(narrow(payload), CANONICAL_NAN_32);
        assert_eq!(widen(0xffff_ffff), CANONICAL_NAN_64);
        assert_eq!(single::div(s(0.0), s(0.0)), CANONICAL_NAN_32);
    }

    #[test]
    fn rounding_is_to_nearest_even() {
        let half_ulp = f64::EPSILON / 2.0;
        assert_eq!(double::add(d(1.0), d(half_ulp)), d(1.0));
        assert_eq!(
            double::add(d(1.0 + f64::EPSILON), d(half_ulp)),
            d(1.0 + 2.0 * f64::EPSILON)
        );
        assert_eq!(
            double::from_unsigned((1 << 53) + 1),
            d(9_007_199_254_740_992.0)
        );
        assert_eq!(
            double::from_unsigned((1 << 53) + 3),
            d(9_007_199_254_740_996.0)
        );
        assert_eq!(
            double::from_unsigned(u64::MAX),
            d(18_446_744_073_709_551_616.0)
        );
        assert_eq!(single::from_signed((1 << 24) + 1), s(16_777_216.0));
        assert_eq!(single::from_signed(u64::MAX), s(-1.0));
        // Rounding to double first would lose the last bit and end on the wrong side.
        assert_eq!(
            single::from_unsigned((1 << 60) + (1 << 36) + 1),
            s(1.152_921_6e18)
        );
        assert_eq!(narrow(d(f64::MAX)), s(f32::INFINITY));
        assert_eq!(double::div(d(1.0), d(3.0)), 0x3fd5_5555_5555_5555);
        assert_eq!(double::sqrt(d(2.0)), 0x3ff6_a09e_667f_3bcd);
    }

    #[test]
    fn the_fused_product_is_rounded_once() {
        let a = 1.0 + f64::EPSILON;
        assert_eq!(
            double::fma(d(a), d(a), d(-(1.0 + 2.0 * f64::EPSILON))),
            d(f64::EPSILON * f64::EPSILON)
        );
        let b = 1.0 + f32::EPSILON;
        assert_eq!(
            single::fma(s(b), s(b), s(-(1.0 + 2.0 * f32::EPSILON))),
            s(f32::EPSILON * f32::EPSILON)
        );
    }

    #[test]
    fn minimum_and_maximum_order_zeros_and_ignore_one_nan() {
        for (a, b) in [(-0.0, 0.0), (0.0, -0.0)] {
            assert_eq!(double::min(d(a), d(b)), d(-0.0));
            assert_eq!(double::max(d(a), d(b)), d(0.0));
            assert_eq!(single::min(s(a as f32), s(b as f32)), s(-0.0));
            assert_eq!(single::max(s(a as f32), s(b as f32)), s(0.0));
        }
        for (a, b) in [(f64::NAN, 3.0), (3.0, f64::NAN)] {
            assert_eq!(double::min(d(a), d(b)), d(3.0));
            assert_eq!(double::max(d(a), d(b)), d(3.0));
        }
        assert_eq!(double::min(d(-3.0), d(2.0)), d(-3.0));
        assert_eq!(double::max(d(-3.0), d(2.0)), d(2.0));
    }

    #[test]
    fn comparisons_with_nan_are_false_and_zeros_are_equal() {
        let nan = CANONICAL_NAN_64;
        assert!(!double::eq(nan, nan) && !double::lt(nan, d(1.0)) && !double::le(nan, nan));
        assert!(
            double::eq(d(0.0), d(-0.0))
                && double::le(d(0.0), d(-0.0))
                && !double::lt(d(-0.0), d(0.0))
        );
        assert!(single::lt(s(1.0), s(2.0)));
    }

    #[test]
    fn conversions_to_integers_truncate_and_saturate() {
        assert_eq!(double::to_signed(d(-1.9)), u64::MAX);
        assert_eq!(double::to_signed(d(2.5)), 2);
        assert_eq!(double::to_signed(d(1e300)), i64::MAX as u64);
        assert_eq!(double::to_signed(d(f64::NEG_INFINITY)), i64::MIN as u64);
        assert_eq!(double::to_signed(CANONICAL_NAN_64), 0);
        assert_eq!(double::to_unsigned(d(-1.0)), 0);
        assert_eq!(double::to_unsigned(d(1e300)), u64::MAX);
        assert_eq!(single::to_signed(s(-7.75)), -7i64 as u64);
        assert_eq!(single::to_unsigned(CANONICAL_NAN_32), 0);
    }

    #[test]
    fn singles_ignore_the_upper_half_and_clear_it() {
        let dirty = 0xdead_beef_0000_0000;
        assert_eq!(single::add(dirty | s(1.5), dirty | s(2.0)), s(3.5));
        assert_eq!(widen(dirty | s(0.1)), d(f64::from(0.1f32)));
    }
}
