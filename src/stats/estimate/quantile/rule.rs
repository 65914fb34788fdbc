//! Which number is a quantile of weighted values.
//!
//! May use `num`. Promises: rows of weight 0 do not count; a row with a count is that many rows;
//! below the first value's share the quantile is the smallest value (R 4.1-1 gives the second there,
//! or extrapolates), and a share that is met up to rounding is met. Source: Hyndman and Fan, The
//! American Statistician 50 (1996), pp. 361–365; Shah and Vaish, Proceedings of the ASA Section on
//! Survey Research Methods 2006, pp. 3700–3704 (with weights of mean 1). R: `survey:::qrule_math` and
//! its siblings.

#![expect(
    clippy::indexing_slicing,
    reason = "positions are below the number of values"
)]

use crate::stats::num::{self, Sum};
use crate::stats::plan::spec::QuantileRule;

/// A share is met if it is missed by less than this: the rounding of sums of weights.
const MET: f64 = 1e-12;

/// One row: its value, the weight of each of its units, how many they are.
#[derive(Clone, Copy, Debug)]
struct Row {
    value: f64,
    weight: f64,
    count: f64,
    /// Sum of weights up to and with this row.
    upto: f64,
}

/// Values in increasing order, equal ones in the order of the rows.
#[derive(Clone, Debug)]
pub(crate) struct Ordered {
    order: Vec<usize>,
    rows: Vec<Row>,
}

impl Ordered {
    pub(crate) fn new(
        values: &[f64],
        weight: impl Fn(usize) -> f64,
        count: impl Fn(usize) -> f64,
    ) -> Self {
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
        let order = Self {
            order,
            rows: Vec::new(),
        };
        order.reweighted(values, weight, count)
    }

    /// The same values with other weights.
    pub(crate) fn reweighted(
        &self,
        values: &[f64],
        weight: impl Fn(usize) -> f64,
        count: impl Fn(usize) -> f64,
    ) -> Self {
        let mut sum = Sum::default();
        let mut rows = Vec::with_capacity(values.len());
        for at in &self.order {
            let (weight, count) = (weight(*at), count(*at));
            if weight != 0.0 {
                sum.add(weight * count);
                rows.push(Row {
                    value: values[*at],
                    weight,
                    count,
                    upto: sum.value(),
                });
            }
        }
        Self {
            order: self.order.clone(),
            rows,
        }
    }

    /// The values that have a weight, each once.
    pub(crate) fn distinct(&self) -> Vec<f64> {
        let mut values: Vec<f64> = self.rows.iter().map(|row| row.value).collect();
        values.dedup();
        values
    }

    /// The quantile of a share; `NaN` without values.
    pub(crate) fn quantile(&self, rule: QuantileRule, p: f64) -> f64 {
        let Some(last) = self.rows.last() else {
            return f64::NAN;
        };
        let total = last.upto;
        match rule {
            QuantileRule::Math | QuantileRule::Hf1 => self.step(p, |low, _, _| low),
            QuantileRule::School | QuantileRule::Hf2 => {
                self.step(p, |low, high, _| f64::midpoint(low, high))
            }
            QuantileRule::Hf3 => self.step(
                p,
                |low, high, place| if place.is_multiple_of(2) { low } else { high },
            ),
            QuantileRule::Hf4 => self.between(p, |_, end| end / total),
            QuantileRule::Hf5 => self.between(p, |start, end| f64::midpoint(start, end) / total),
            QuantileRule::Hf6 => self.between(p, |_, end| end / (total + last.weight)),
            QuantileRule::Hf7 => self.between(p, |start, _| start / (total - last.weight)),
            QuantileRule::Hf8 => self.between(p, |start, end| {
                (start / 3.0 + end * 2.0 / 3.0) / (total + last.weight / 3.0)
            }),
            QuantileRule::Hf9 => self.between(p, |start, end| {
                (start * 3.0 / 8.0 + end * 5.0 / 8.0) / (total + last.weight / 4.0)
            }),
            QuantileRule::Shahvaish => self.shah_vaish(p),
        }
    }

    /// The smallest value with at least the share. Where the share is met exactly, `met` chooses from
    /// this value, the next one and the place of this one among the distinct values, from 1.
    fn step(&self, p: f64, met: impl Fn(f64, f64, usize) -> f64) -> f64 {
        let total = self.rows.last().map_or(0.0, |row| row.upto);
        let aim = p * total;
        let mut place = 0;
        let mut rows = self.rows.iter().peekable();
        let mut value = f64::NAN;
        while let Some(row) = rows.next() {
            value = row.value;
            if rows.peek().is_some_and(|next| num::is(next.value, value)) {
                continue;
            }
            place += 1;
            let off = row.upto - aim;
            if off.abs() <= MET * total.abs() {
                return met(value, rows.peek().map_or(value, |next| next.value), place);
            }
            if off > 0.0 {
                return value;
            }
        }
        value
    }

    /// Linear between the first and the last unit of each row, which stand at the places that `at`
    /// makes of the sums of weights before and after the unit.
    fn between(&self, p: f64, at: impl Fn(f64, f64) -> f64) -> f64 {
        let mut before: Option<(f64, f64)> = None;
        for row in &self.rows {
            let start = row.upto - row.weight * row.count;
            let first = at(start, start + row.weight);
            let last = at(row.upto - row.weight, row.upto);
            if p <= first {
                return match before {
                    Some((place, value)) => {
                        value + (row.value - value) * (p - place) / (first - place)
                    }
                    None => row.value,
                };
            }
            if p <= last {
                return row.value;
            }
            before = Some((last, row.value));
        }
        before.map_or(f64::NAN, |(_, value)| value)
    }

    /// The last unit whose place (S + ½ − w/2)/(n + 1) is at most the share, with weights of mean 1.
    fn shah_vaish(&self, p: f64) -> f64 {
        let n: f64 = self.rows.iter().map(|row| row.count).sum();
        let total = self.rows.last().map_or(f64::NAN, |row| row.upto);
        let mean = total / n;
        let mut value = self.rows.first().map_or(f64::NAN, |row| row.value);
        for row in &self.rows {
            let start = (row.upto - row.weight * row.count) / mean;
            let first = (start + 0.5 + row.weight / mean / 2.0) / (n + 1.0);
            if first > p + MET {
                break;
            }
            value = row.value;
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: [QuantileRule; 12] = [
        QuantileRule::Math,
        QuantileRule::School,
        QuantileRule::Shahvaish,
        QuantileRule::Hf1,
        QuantileRule::Hf2,
        QuantileRule::Hf3,
        QuantileRule::Hf4,
        QuantileRule::Hf5,
        QuantileRule::Hf6,
        QuantileRule::Hf7,
        QuantileRule::Hf8,
        QuantileRule::Hf9,
    ];

    fn ordered(rows: &[(f64, f64, f64)]) -> Ordered {
        let values: Vec<f64> = rows.iter().map(|row| row.0).collect();
        Ordered::new(&values, |at| rows[at].1, |at| rows[at].2)
    }

    #[test]
    fn agrees_with_r_on_unequal_weights() {
        // R 4.2.2, survey 4.1-1: qrule_*(c(5, 1, 3, 8, 2, 9, 3), c(1, 2, 1.5, 1, 3, .5, 1), p).
        let rows = [
            (5.0, 1.0, 1.0),
            (1.0, 2.0, 1.0),
            (3.0, 1.5, 1.0),
            (8.0, 1.0, 1.0),
            (2.0, 3.0, 1.0),
            (9.0, 0.5, 1.0),
            (3.0, 1.0, 1.0),
            (7.0, 0.0, 1.0),
        ];
        let values = ordered(&rows);
        for (rule, want) in &GOLDEN {
            for (p, want) in [0.25, 0.5, 0.75, 0.85].iter().zip(want) {
                let got = values.quantile(*rule, *p);
                assert!((got - want).abs() < 1e-12, "{rule:?} {p}: {got}, {want}");
            }
        }
    }

    /// Shah and Vaish's rule as in [`Ordered::shah_vaish`]: R forgets to divide w/2 by the mean weight.
    const GOLDEN: [(QuantileRule, [f64; 4]); 12] = [
        (QuantileRule::Math, [2.0, 2.0, 3.0, 5.0]),
        (QuantileRule::School, [2.0, 2.5, 4.0, 6.5]),
        (QuantileRule::Shahvaish, [1.0, 2.0, 3.0, 8.0]),
        (QuantileRule::Hf1, [2.0, 2.0, 3.0, 5.0]),
        (QuantileRule::Hf2, [2.0, 2.5, 4.0, 6.5]),
        (QuantileRule::Hf3, [2.0, 2.0, 5.0, 5.0]),
        (QuantileRule::Hf4, [7.0 / 6.0, 2.0, 3.0, 5.0]),
        (QuantileRule::Hf5, [1.6, 8.0 / 3.0, 4.0, 6.5]),
        (
            QuantileRule::Hf6,
            [1.0 + 5.0 / 24.0, 13.0 / 6.0, 3.75, 6.275],
        ),
        (QuantileRule::Hf7, [2.125, 35.0 / 12.0, 4.25, 6.725]),
        (
            QuantileRule::Hf8,
            [1.453_125, 61.0 / 24.0, 47.0 / 12.0, 6.425],
        ),
        (
            QuantileRule::Hf9,
            [125.0 / 84.0, 85.0 / 33.0, 3.9375, 6.443_75],
        ),
    ];

    #[test]
    fn a_count_is_that_many_rows() {
        let merged = ordered(&[(1.0, 0.5, 3.0), (2.0, 2.0, 2.0), (4.0, 1.0, 1.0)]);
        let rows = ordered(&[
            (1.0, 0.5, 1.0),
            (1.0, 0.5, 1.0),
            (1.0, 0.5, 1.0),
            (2.0, 2.0, 1.0),
            (2.0, 2.0, 1.0),
            (4.0, 1.0, 1.0),
        ]);
        for rule in RULES {
            for p in 1_u32..100 {
                let p = f64::from(p) / 100.0;
                let (one, other) = (merged.quantile(rule, p), rows.quantile(rule, p));
                assert!((one - other).abs() < 1e-12, "{rule:?} {p}: {one}, {other}");
            }
        }
    }

    #[test]
    fn no_rule_leaves_the_range_and_none_falls() {
        let values = ordered(&[
            (3.0, 1.0, 1.0),
            (1.0, 4.0, 2.0),
            (7.0, 0.5, 1.0),
            (1.5, 2.0, 1.0),
        ]);
        for rule in RULES {
            let mut last = f64::NEG_INFINITY;
            for p in 0_u32..=1000 {
                let value = values.quantile(rule, f64::from(p) / 1000.0);
                assert!(
                    (1.0..=7.0).contains(&value) && value >= last,
                    "{rule:?} {p}"
                );
                last = value;
            }
        }
    }

    #[test]
    fn a_share_that_is_met_up_to_rounding_is_met() {
        let tenths: Vec<(f64, f64, f64)> = (1_u8..=10).map(|x| (f64::from(x), 0.1, 1.0)).collect();
        let values = ordered(&tenths);
        assert!(num::is(values.quantile(QuantileRule::Math, 0.3), 3.0));
        assert!(num::is(values.quantile(QuantileRule::School, 0.3), 3.5));
        assert!(num::is(values.quantile(QuantileRule::Hf3, 0.3), 4.0));
        assert!(num::is(values.quantile(QuantileRule::Hf3, 0.4), 4.0));
        assert!(ordered(&[]).quantile(QuantileRule::Math, 0.5).is_nan());
    }
}
