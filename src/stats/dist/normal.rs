//! The normal quantile: Wichura's algorithm AS 241 (Applied Statistics 37 (1988), 477–484), as in R's `qnorm`.
//!
//! Rational functions of the distance from one half, or of the root of the log of the smaller tail; about 16 digits. Simulations
//! draw normals by it, so it costs no iteration and no error function.

#![expect(clippy::excessive_precision, reason = "the published digits")]

/// Up to this distance of p from one half the first function holds.
const CENTER: f64 = 0.425;
/// Up to this root of −ln(tail) the second one.
const FAR: f64 = 5.0;

const A: [f64; 8] = [
    3.387_132_872_796_366_608_0e0,
    1.331_416_678_917_843_774_5e2,
    1.971_590_950_306_551_442_7e3,
    1.373_169_376_550_946_112_5e4,
    4.592_195_393_154_987_145_7e4,
    6.726_577_092_700_870_085_3e4,
    3.343_057_558_358_812_810_5e4,
    2.509_080_928_730_122_672_7e3,
];
const B: [f64; 8] = [
    1.0,
    4.231_333_070_160_091_125_2e1,
    6.871_870_074_920_579_083_0e2,
    5.394_196_021_424_751_107_7e3,
    2.121_379_430_158_659_586_7e4,
    3.930_789_580_009_271_061_0e4,
    2.872_908_573_572_194_267_4e4,
    5.226_495_278_852_854_561_0e3,
];
const C: [f64; 8] = [
    1.423_437_110_749_683_577_34e0,
    4.630_337_846_156_545_295_90e0,
    5.769_497_221_460_691_405_50e0,
    3.647_848_324_763_204_605_04e0,
    1.270_458_252_452_368_382_58e0,
    2.417_807_251_774_506_117_70e-1,
    2.272_384_498_926_918_458_33e-2,
    7.745_450_142_783_414_076_40e-4,
];
const D: [f64; 8] = [
    1.0,
    2.053_191_626_637_758_821_87e0,
    1.676_384_830_183_803_849_40e0,
    6.897_673_349_851_000_045_50e-1,
    1.481_039_764_274_800_745_90e-1,
    1.519_866_656_361_645_719_66e-2,
    5.475_938_084_995_344_946_00e-4,
    1.050_750_071_644_416_843_24e-9,
];
const E: [f64; 8] = [
    6.657_904_643_501_103_777_20e0,
    5.463_784_911_164_114_369_90e0,
    1.784_826_539_917_291_335_80e0,
    2.965_605_718_285_048_912_30e-1,
    2.653_218_952_657_612_309_30e-2,
    1.242_660_947_388_078_438_60e-3,
    2.711_555_568_743_487_578_15e-5,
    2.010_334_399_292_288_132_65e-7,
];
const F: [f64; 8] = [
    1.0,
    5.998_322_065_558_879_376_90e-1,
    1.369_298_809_227_358_053_10e-1,
    1.487_536_129_085_061_485_25e-2,
    7.868_691_311_456_132_591_00e-4,
    1.846_318_317_510_054_681_80e-5,
    1.421_511_758_316_445_888_70e-7,
    2.044_263_103_389_939_785_64e-15,
];

fn polynomial(coefficients: &[f64; 8], at: f64) -> f64 {
    let all = coefficients.iter().rev();
    all.fold(0.0, |sum, coefficient| sum * at + coefficient)
}

fn ratio(over: &[f64; 8], under: &[f64; 8], at: f64) -> f64 {
    polynomial(over, at) / polynomial(under, at)
}

/// The quantile of a `p` in [0, 1]; infinite at its ends.
pub(super) fn quantile(p: f64) -> f64 {
    let center = p - 0.5;
    if center.abs() <= CENTER {
        return center * ratio(&A, &B, CENTER * CENTER - center * center);
    }
    let tail = if center < 0.0 { p } else { 1.0 - p };
    if tail <= 0.0 {
        return center * f64::INFINITY;
    }
    let root = (-tail.ln()).sqrt();
    let size = if root <= FAR {
        ratio(&C, &D, root - 1.6)
    } else {
        ratio(&E, &F, root - FAR)
    };
    size.copysign(center)
}
