//! The exponential function for probabilities.

use wide::{f64x2, u64x2};

/// ln 2 in two parts: the product of the first with a whole number of up to 11 bits is exact.
const LN_2: [f64; 2] = [f64::from_bits(0x3fe6_2e42_fee0_0000), f64::from_bits(0x3dea_39ef_3579_3c76)];

/// Coefficients of `x (eˣ + 1) / (eˣ − 1) − 2` in x², as FDLIBM (`e_exp.c`) has them.
const P: [f64; 5] = [
    f64::from_bits(0x3fc5_5555_5555_553e),
    f64::from_bits(0xbf66_c16c_16be_bd93),
    f64::from_bits(0x3f11_566a_af25_de2c),
    f64::from_bits(0xbebb_bd41_c5d2_6bf1),
    f64::from_bits(0x3e66_3769_72be_a4d0),
];

/// From here on to 0 `1 + x` is `e^x`: -2⁻²⁸.
const LEAST_LINEAR: f64 = f64::from_bits(0xbe30_0000_0000_0000);

/// Below this `e^x` is taken for 0; it is less than 10⁻³⁰⁷.
const LEAST: f64 = -708.0;

/// Added to a small number it leaves the nearest whole one in the lowest bits: 1.5 · 2⁵².
const TO_WHOLE: f64 = 6_755_399_441_055_744.0;

/// `e^x` of numbers up to 0, minus infinity included: the bits that `libm::exp` gives, and so the same on every machine.
///
/// It takes FDLIBM's steps, but has no branches. A number here is a difference of scores, of which no processor foresees the size,
/// and to learn it, it waits for the scores: for a short text that takes a tenth of all time.
#[inline]
pub(crate) fn exp_up_to_zero(x: f64x2) -> f64x2 {
    let splat = f64x2::splat;
    let reduced = x.fast_max(splat(LEAST));
    // The nearest whole power of two, half ones away from zero.
    let less_half = splat(std::f64::consts::LOG2_E) * reduced - splat(0.5);
    let whole = less_half + splat(TO_WHOLE) - splat(TO_WHOLE);
    let power = whole + (whole.simd_lt(less_half) & splat(1.0));
    let (high, low) = (reduced - power * splat(LN_2[0]), power * splat(LN_2[1]));
    let rest = high - low;
    let square = rest * rest;
    let [p1, p2, p3, p4, p5] = P.map(splat);
    let c = rest - square * (p1 + square * (p2 + square * (p3 + square * (p4 + square * p5))));
    let of_rest = splat(1.0) + (rest * c / (splat(2.0) - c) - low + high);
    // The lowest bits become the exponent, the others are shifted out.
    let exponent = bytemuck::cast::<_, u64x2>(power + splat(TO_WHOLE)) << 52;
    let two_to_power: f64x2 = bytemuck::cast(exponent + u64x2::splat(1023 << 52));
    let exponential = x.simd_gt(splat(LEAST_LINEAR)).select(splat(1.0) + x, of_rest * two_to_power);
    x.simd_lt(splat(LEAST)).select(f64x2::ZERO, exponential)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn differs(x: f64) -> bool {
        let [first, second] = exp_up_to_zero(f64x2::new([x, -1.0])).to_array();
        assert_eq!(second.to_bits(), libm::exp(-1.0).to_bits());
        first.to_bits() != if x < LEAST { 0 } else { libm::exp(x).to_bits() }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]
        #[test]
        fn it_is_the_exponential_of_libm(size in -60.0..9.5_f64, near_zero in -2.0..0.0_f64) {
            for x in [-size.exp2(), near_zero] {
                prop_assert!(!differs(x), "{}", x);
            }
        }
    }

    #[test]
    fn so_it_is_at_the_borders() {
        let half = std::f64::consts::LN_2 / 2.0;
        let mut borders = vec![0.0, LEAST_LINEAR, -f64::MIN_POSITIVE, LEAST, -1e30, f64::NEG_INFINITY];
        borders.extend((1..2000).step_by(2).map(|halves| -half * f64::from(halves)));
        for border in borders {
            for x in [border.next_up().min(0.0), border, border.next_down()] {
                assert!(!differs(x), "{x}");
            }
        }
    }
}
