//! Exact-enough arithmetic: compensated sums, counts as numbers, small conversions.
//!
//! May use nothing. Promises: the same input in the same order gives the same bits, and a sum of
//! any length is good to the last digits (Neumaier, ZAMM 54, 1974, pp. 39–51).

/// A running sum that carries its own rounding error (Neumaier 1974).
///
/// ```
/// use minyi::stats::num::Sum;
/// let mut sum = Sum::default();
/// for x in [1.0, 1e100, 1.0, -1e100] {
///     sum.add(x);
/// }
/// assert_eq!(sum.value(), 2.0);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Sum {
    high: f64,
    low: f64,
}

impl Sum {
    /// Adds one term.
    ///
    /// ```
    /// use minyi::stats::num::Sum;
    /// let mut sum = Sum::default();
    /// for _ in 0..10 {
    ///     sum.add(0.1);
    /// }
    /// assert_eq!(sum.value(), 1.0);
    /// ```
    #[inline]
    pub fn add(&mut self, x: f64) {
        let next = self.high + x;
        self.low += if self.high.abs() >= x.abs() {
            (self.high - next) + x
        } else {
            (x - next) + self.high
        };
        self.high = next;
    }

    /// The sum so far. An overflow or a missing term shows as an infinity or `NaN`.
    ///
    /// ```
    /// use minyi::stats::num::Sum;
    /// let sum: Sum = [1e16, 1.0, -1e16].into_iter().collect();
    /// assert_eq!(sum.value(), 1.0);
    /// ```
    #[inline]
    #[must_use]
    pub fn value(self) -> f64 {
        if self.high.is_finite() {
            self.high + self.low
        } else {
            self.high
        }
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(terms: I) -> Self {
        let mut sum = Self::default();
        for x in terms {
            sum.add(x);
        }
        sum
    }
}

/// The compensated sum of all terms.
///
/// ```
/// assert_eq!(minyi::stats::num::sum([1e16, 1.0, -1e16]), 1.0);
/// ```
#[must_use]
pub fn sum<I: IntoIterator<Item = f64>>(terms: I) -> f64 {
    terms.into_iter().collect::<Sum>().value()
}

/// A count as a number; exact to 2^53.
///
/// ```
/// assert_eq!(minyi::stats::num::real(3), 3.0);
/// ```
#[must_use]
#[expect(
    clippy::cast_precision_loss,
    reason = "counts of rows and cells stay far below 2^53"
)]
pub fn real(n: usize) -> f64 {
    n as f64
}

/// Exactly this number: indicators are written, not computed.
#[expect(clippy::float_cmp, reason = "indicators and counts are exact")]
pub(crate) fn is(x: f64, exactly: f64) -> bool {
    x == exactly
}

/// A dense index; tables hold fewer than `u32::MAX` rows, which [`crate::stats::data::Table`] checks.
pub(crate) fn index(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// A dense index back as a position.
#[inline]
pub(crate) fn at(index: u32) -> usize {
    index as usize
}

/// The root of a variance: one that rounding left below 0 counts as 0, one that does not exist has none.
pub(crate) fn root(variance: f64) -> f64 {
    if variance < 0.0 { 0.0 } else { variance.sqrt() }
}

/// A quotient, which does not exist over nothing.
pub(crate) fn divide(above: f64, below: f64) -> f64 {
    if below == 0.0 {
        f64::NAN
    } else {
        above / below
    }
}

/// The shortest decimal text that reads back to the same number: `3`, not `3.0`.
///
/// ```
/// assert_eq!(minyi::stats::num::text(3.0), "3");
/// ```
#[must_use]
pub fn text(x: f64) -> String {
    format!("{x}")
}

/// How serde writes numbers of results: `NaN` as null, infinities as `"inf"` and `"-inf"`.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands fields over by reference"
)]
pub(crate) fn serialize<S: serde::Serializer>(x: &f64, to: S) -> Result<S::Ok, S::Error> {
    if x.is_nan() {
        to.serialize_none()
    } else if x.is_infinite() {
        to.serialize_str(if *x > 0.0 { "inf" } else { "-inf" })
    } else {
        to.serialize_f64(*x)
    }
}

/// [`serialize`] for a field that may be absent from its document.
#[expect(clippy::ref_option, reason = "serde hands fields over by reference")]
pub(crate) fn serialize_option<S: serde::Serializer>(
    x: &Option<f64>,
    to: S,
) -> Result<S::Ok, S::Error> {
    match x {
        Some(x) => serialize(x, to),
        None => to.serialize_none(),
    }
}

/// A number that serializes as [`serialize`] says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Number(pub(crate) f64);

impl serde::Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        serialize(&self.0, to)
    }
}

/// [`serialize`] for a list.
pub(crate) fn serialize_list<S: serde::Serializer>(x: &[f64], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(x.iter().map(|v| Number(*v)))
}

/// [`serialize`] for a matrix in rows.
pub(crate) fn serialize_matrix<S: serde::Serializer>(
    x: &[Vec<f64>],
    to: S,
) -> Result<S::Ok, S::Error> {
    to.collect_seq(
        x.iter()
            .map(|row| row.iter().map(|v| Number(*v)).collect::<Vec<_>>()),
    )
}
