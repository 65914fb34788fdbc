//! Named streams of random numbers: the same seed and label give the same numbers on every machine,
//! in every version.
//!
//! The generator is `ChaCha20`, whose output is specified bit for bit (RFC 8439 block function with a
//! 64-bit stream number). A stream's key is derived from the 32-byte seed and the label by `ChaCha20`
//! itself, as a cascade: `key₀ = seed`; for each 8-byte word of the message,
//! `keyᵢ₊₁` = the first 32 bytes of `ChaCha20` under `keyᵢ` with that word as stream number. The message
//! is the label's length in bytes, then the label, both little-endian and filled with zero bytes to a
//! full word; the length in front makes it prefix-free, so that distinct labels give independent keys
//! (Goldreich, Goldwasser and Micali, JACM 33 (1986), 792–807; Bellare, Canetti and Krawczyk 1996).
//! Adding a label to a seed, or numbering streams, would let two purposes meet by chance.

mod deviate;

pub use deviate::{beta, gamma, t_factor};
pub use rand::rngs::ChaCha20Rng as Stream;

use rand::SeedableRng as _;
use rand::rand_core::Rng;
use rand::rngs::ChaCha20Rng;

use super::dist::normal_quantile;

/// The stream that belongs to `seed` and `label`.
///
/// ```
/// use minyi::stats::rng::{stream, uniform};
/// let seed = [7; 32];
/// let (mut one, mut same) = (stream(&seed, "draw"), stream(&seed, "draw"));
/// assert_eq!(uniform(&mut one), uniform(&mut same));
/// assert_ne!(uniform(&mut one), uniform(&mut stream(&seed, "other")));
/// ```
#[must_use]
pub fn stream(seed: &[u8; 32], label: &str) -> ChaCha20Rng {
    let bytes = label.as_bytes();
    let length = (bytes.len() as u64).to_le_bytes();
    let mut key = *seed;
    for word in length.chunks(8).chain(bytes.chunks(8)) {
        let mut filled = [0; 8];
        for (to, from) in filled.iter_mut().zip(word) {
            *to = *from;
        }
        let mut block = ChaCha20Rng::from_seed(key);
        block.set_stream(u64::from_le_bytes(filled));
        block.fill_bytes(&mut key);
    }
    ChaCha20Rng::from_seed(key)
}

/// A number in [0, 1) with 53 random bits: the high bits of one 64-bit word.
///
/// ```
/// let mut stream = minyi::stats::rng::stream(&[0; 32], "doc");
/// assert!((0.0..1.0).contains(&minyi::stats::rng::uniform(&mut stream)));
/// ```
#[expect(clippy::cast_precision_loss, reason = "53 bits fit exactly")]
pub fn uniform(rng: &mut impl Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}

/// A whole number in `0..n`, every one with exactly the same probability; 0 for `n = 0`.
///
/// ```
/// let mut stream = minyi::stats::rng::stream(&[0; 32], "doc");
/// assert!(minyi::stats::rng::below(&mut stream, 6) < 6);
/// ```
pub fn below(rng: &mut impl Rng, n: usize) -> usize {
    let n = n as u64;
    if n == 0 {
        return 0;
    }
    // The last, incomplete run of n among the 2⁶⁴ words is thrown back.
    let excess = (u64::MAX % n + 1) % n;
    loop {
        let word = rng.next_u64();
        if word <= u64::MAX - excess {
            return usize::try_from(word % n).unwrap_or(0);
        }
    }
}

/// A random order, all orders with the same probability (Fisher and Yates, as in Knuth, *The Art of
/// Computer Programming* 2, 3rd ed. 1997, §3.4.2, algorithm P).
///
/// ```
/// let mut order = [1, 2, 3, 4];
/// minyi::stats::rng::shuffle(&mut minyi::stats::rng::stream(&[0; 32], "doc"), &mut order);
/// order.sort_unstable();
/// assert_eq!(order, [1, 2, 3, 4]);
/// ```
pub fn shuffle<T>(rng: &mut impl Rng, items: &mut [T]) {
    for last in (1..items.len()).rev() {
        items.swap(last, below(rng, last + 1));
    }
}

/// A standard normal deviate, by the quantile of one uniform number.
///
/// ```
/// let mut stream = minyi::stats::rng::stream(&[0; 32], "doc");
/// assert!(minyi::stats::rng::normal(&mut stream).abs() < 9.0);
/// ```
pub fn normal(rng: &mut impl Rng) -> f64 {
    // The middle of the cell keeps 0 and 1 out.
    normal_quantile(uniform(rng) + 0.5 / 9_007_199_254_740_992.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::dist::chi_square_sf;

    fn words(seed: [u8; 32], label: &str) -> [u64; 3] {
        let mut stream = stream(&seed, label);
        [stream.next_u64(), stream.next_u64(), stream.next_u64()]
    }

    #[test]
    fn the_block_function_is_the_published_one() {
        // RFC 8439, A.1, test vector 1: all-zero key and nonce, first words of the key stream.
        let mut zero = ChaCha20Rng::from_seed([0; 32]);
        assert_eq!(
            zero.next_u32(),
            u32::from_le_bytes([0x76, 0xb8, 0xe0, 0xad])
        );
        assert_eq!(
            zero.next_u32(),
            u32::from_le_bytes([0xa0, 0xf1, 0x3d, 0x90])
        );
    }

    #[test]
    fn the_first_words_of_a_stream_never_change() {
        let counting: [u8; 32] = std::array::from_fn(|i| u8::try_from(i).unwrap());
        assert_eq!(words([0; 32], ""), GOLDEN_EMPTY);
        assert_eq!(words([0; 32], "draw"), GOLDEN_DRAW);
        assert_eq!(
            words(counting, "wave/2026q4/stratum/140302-urban"),
            GOLDEN_LONG
        );
    }

    /// Computed by a separate implementation of RFC 8439, `rng/golden.py`.
    const GOLDEN_EMPTY: [u64; 3] = [
        11_654_647_981_089_815_984,
        3_703_537_981_511_549_780,
        1_431_684_808_409_631_931,
    ];
    const GOLDEN_DRAW: [u64; 3] = [
        17_468_895_730_874_705_772,
        17_224_994_466_202_900_281,
        3_603_678_327_549_467_844,
    ];
    const GOLDEN_LONG: [u64; 3] = [
        3_288_756_570_157_100_912,
        6_925_364_713_896_339_109,
        13_554_073_099_529_370_689,
    ];

    #[test]
    fn labels_that_differ_only_in_filling_or_by_a_prefix_are_different_streams() {
        let mut seen = std::collections::BTreeSet::new();
        for label in [
            "",
            "\0",
            "\0\0",
            "a",
            "a\0",
            "abcdefgh",
            "abcdefgh\0",
            "abcdefg",
            "b",
        ] {
            assert!(seen.insert(words([1; 32], label)), "{label:?}");
        }
        assert!(seen.insert(words([2; 32], "a")));
    }

    #[test]
    fn uniform_numbers_and_small_integers_are_uniform() {
        let mut stream = stream(&[3; 32], "uniformity");
        let (mut tenths, mut sevenths) = ([0.0; 10], [0.0; 7]);
        for _ in 0..70_000 {
            let tenth = (uniform(&mut stream) * 10.0).floor();
            let place = (0..10).find(|k| f64::from(*k) >= tenth).unwrap();
            tenths[usize::try_from(place).unwrap()] += 1.0;
            sevenths[below(&mut stream, 7)] += 1.0;
        }
        let distance = |cells: &[f64], each: f64| -> f64 {
            cells.iter().map(|n| (n - each).powi(2) / each).sum()
        };
        assert!(chi_square_sf(distance(&tenths, 7_000.0), 9.0) > 1e-4);
        assert!(chi_square_sf(distance(&sevenths, 10_000.0), 6.0) > 1e-4);
        assert_eq!(below(&mut stream, 0), 0);
        assert_eq!(below(&mut stream, 1), 0);
    }

    #[test]
    fn every_order_of_three_is_equally_likely() {
        let mut stream = stream(&[4; 32], "orders");
        let mut seen = std::collections::BTreeMap::new();
        for _ in 0..12_000 {
            let mut order = [0, 1, 2];
            shuffle(&mut stream, &mut order);
            *seen.entry(order).or_insert(0.0) += 1.0;
        }
        let distance: f64 = seen
            .values()
            .map(|n: &f64| (n - 2_000.0).powi(2) / 2_000.0)
            .sum();
        assert_eq!(seen.len(), 6);
        assert!(chi_square_sf(distance, 5.0) > 1e-4);
    }

    #[test]
    fn normal_deviates_have_mean_zero_and_variance_one() {
        let mut stream = stream(&[5; 32], "normal");
        let draws: Vec<f64> = (0..40_000).map(|_| normal(&mut stream)).collect();
        let mean = draws.iter().sum::<f64>() / 40_000.0;
        let variance = draws.iter().map(|x| x * x).sum::<f64>() / 40_000.0;
        assert!(mean.abs() < 4.0 / 200.0 && (variance - 1.0).abs() < 4.0 * 2.0_f64.sqrt() / 200.0);
    }
}
