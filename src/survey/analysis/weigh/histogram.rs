//! How the final weights of a county are distributed, told so that no variance unit stands out.
//!
//! A weight is the same for all respondents of a unit, sex and age band, so a class of weights can be the respondents
//! of one unit. A class is told only if it is empty, or holds enough respondents, of at least [`FEWEST_UNITS`] units,
//! of which none has more than half of it (the dominance rule of Hundepool et al., *Statistical Disclosure Control*,
//! 2012, §4.2.2); otherwise it is joined with its neighbor. Shares are whole percentages, without numbers.

use std::collections::BTreeMap;

use crate::survey::analysis::WaveInputs;
use crate::survey::analysis::people::Respondent;
use crate::survey::result::WeightBin;
use crate::survey::sample::UnitCode;

/// Units in a class at least.
const FEWEST_UNITS: usize = 3;
/// Ends of the classes as multiples of the mean; the last one is open.
const EDGES: [f64; 12] = [
    0.0, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0,
];

/// A class before it is told.
struct Class<'a> {
    low: f64,
    high: Option<f64>,
    units: BTreeMap<&'a UnitCode, u64>,
}

impl Class<'_> {
    fn count(&self) -> u64 {
        self.units.values().sum()
    }

    fn is_safe(&self, smallest: u64) -> bool {
        let (n, most) = (self.count(), self.units.values().max());
        n == 0
            || n >= smallest
                && self.units.len() >= FEWEST_UNITS
                && most.is_some_and(|most| 2 * most <= n)
    }
}

/// The classes of the respondents' weights. `None` where they would have to be one class.
pub(super) fn of(
    inputs: &WaveInputs<'_>,
    respondents: &[&Respondent<'_>],
    weights: &[f64],
) -> Option<Vec<WeightBin>> {
    let units: Vec<&UnitCode> = respondents
        .iter()
        .map(|person| &person.record.place.variance_unit)
        .collect();
    told(weights, &units, u64::from(inputs.plan.disclosure.cell))
}

/// The same; `units` has the variance unit of each weight, and a class holds `smallest` at least.
fn told(weights: &[f64], units: &[&UnitCode], smallest: u64) -> Option<Vec<WeightBin>> {
    let total = weights.len() as u64;
    let mean = weights.iter().sum::<f64>() / super::real(total);
    if total == 0 || !mean.is_finite() || mean <= 0.0 {
        return None;
    }
    let mut classes: Vec<Class<'_>> = EDGES
        .iter()
        .enumerate()
        .map(|(at, low)| Class {
            low: *low,
            high: EDGES.get(at + 1).copied(),
            units: BTreeMap::new(),
        })
        .collect();
    for (weight, unit) in weights.iter().zip(units.iter().copied()) {
        let multiple = weight / mean;
        let class = classes.iter_mut().rev().find(|class| multiple >= class.low);
        if let Some(class) = class {
            *class.units.entry(unit).or_default() += 1;
        }
    }
    while let Some(at) = unsafe_class(&classes, smallest) {
        join(&mut classes, at)?;
    }
    trim(&mut classes);
    let several = classes.len() > 1;
    several.then(|| classes.iter().map(|class| bin(class, total)).collect())
}

/// The smallest class that may not be told.
fn unsafe_class(classes: &[Class<'_>], smallest: u64) -> Option<usize> {
    classes
        .iter()
        .enumerate()
        .filter(|(_, class)| !class.is_safe(smallest))
        .min_by_key(|(_, class)| class.count())
        .map(|(at, _)| at)
}

/// Joins a class with the smaller of its neighbors that has somebody in it, or with an empty one on the way there.
fn join(classes: &mut Vec<Class<'_>>, at: usize) -> Option<()> {
    let occupied = |class: &Class<'_>| (class.count() > 0).then(|| class.count());
    let below = classes.get(..at)?.iter().rev().find_map(occupied);
    let above = classes.get(at + 1..)?.iter().find_map(occupied);
    let first = match (below, above) {
        (Some(below), Some(above)) if below <= above => at - 1,
        (_, Some(_)) => at,
        (Some(_), None) => at - 1,
        (None, None) => return None,
    };
    let taken = classes.remove(first + 1);
    let kept = classes.get_mut(first)?;
    kept.high = taken.high;
    for (unit, n) in taken.units {
        *kept.units.entry(unit).or_default() += n;
    }
    Some(())
}

/// Takes off empty classes at both ends.
fn trim(classes: &mut Vec<Class<'_>>) {
    while classes.last().is_some_and(|class| class.count() == 0) {
        classes.pop();
    }
    let first = classes.iter().position(|class| class.count() > 0);
    classes.drain(..first.unwrap_or(0));
}

fn bin(class: &Class<'_>, total: u64) -> WeightBin {
    let share = super::real(class.count()) / super::real(total);
    WeightBin {
        low: class.low,
        high: class.high,
        share: (100.0 * share).round() / 100.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::rng::{below, stream, uniform};
    use crate::survey::analysis::weigh::real;

    fn codes(n: usize) -> Vec<UnitCode> {
        (0..n)
            .map(|k| UnitCode::new(format!("140302-urban-{k:02}")))
            .collect()
    }

    #[test]
    fn weights_of_many_units_are_told_as_they_are_counted() {
        let units = codes(4);
        // Forty of each unit: half of them at 0.5 (mean 1), half at 1.5.
        let (mut weights, mut of) = (Vec::new(), Vec::new());
        for unit in &units {
            for k in 0..40 {
                weights.push(if k < 20 { 5.0 } else { 15.0 });
                of.push(unit);
            }
        }
        let found = super::told(&weights, &of, 10).unwrap();
        let occupied: Vec<_> = found.iter().filter(|bin| bin.share > 0.0).collect();
        assert_eq!(occupied.len(), 2);
        assert_eq!((occupied[0].low, occupied[0].high), (0.5, Some(0.75)));
        assert_eq!((occupied[1].low, occupied[1].share), (1.5, 0.5));
        assert_eq!(
            (found[0].low, found.last().unwrap().high),
            (0.5, Some(1.75))
        );
    }

    /// One unit with few answers has weights of its own: its class is joined until others hide it.
    #[test]
    fn a_unit_that_weighs_more_than_all_others_does_not_stand_out() {
        let units = codes(5);
        let (mut weights, mut of) = (Vec::new(), Vec::new());
        for (k, unit) in units.iter().enumerate() {
            for _ in 0..30 {
                weights.push(if k == 4 {
                    40.0
                } else {
                    10.0 + 3.0 * f64::from(u8::try_from(k).unwrap())
                });
                of.push(unit);
            }
        }
        // All that would keep the heavy unit from standing alone joins into one class, and one class tells nothing.
        assert_eq!(super::told(&weights, &of, 10), None);
        assert_eq!(
            super::told(&weights[..30], &of[..30], 10),
            None,
            "one unit alone"
        );
        assert_eq!(super::told(&[], &[], 10), None);
    }

    /// Whatever the weights, every class that is told is empty or of several units, and all classes hold everybody.
    #[test]
    fn no_class_is_of_one_unit_whatever_the_weights() {
        let mut rng = stream(&[3; 32], "weights");
        let units = codes(9);
        let mut told = 0;
        for round in 0..300 {
            let (mut weights, mut of) = (Vec::new(), Vec::new());
            for unit in &units {
                let factor = 0.3 + 2.0 * uniform(&mut rng);
                let spread = f64::from(round % 4) * 0.3;
                let people = 5 + below(&mut rng, 60);
                for _ in 0..people {
                    weights.push(factor * (1.0 + spread * uniform(&mut rng)));
                    of.push(unit);
                }
            }
            let Some(bins) = super::told(&weights, &of, 10) else {
                continue;
            };
            told += 1;
            let mean = weights.iter().sum::<f64>() / real(weights.len() as u64);
            let mut seen = 0;
            for bin in &bins {
                let inside =
                    |w: f64| w / mean >= bin.low && bin.high.is_none_or(|high| w / mean < high);
                let mut of_unit: BTreeMap<&UnitCode, usize> = BTreeMap::new();
                for (weight, unit) in weights.iter().zip(&of) {
                    if inside(*weight) {
                        *of_unit.entry(unit).or_default() += 1;
                    }
                }
                let n: usize = of_unit.values().sum();
                seen += n;
                let most = of_unit.values().max().copied().unwrap_or_default();
                assert!(
                    n == 0 || n >= 10 && of_unit.len() >= 3 && 2 * most <= n,
                    "{bin:?}"
                );
                assert!(
                    (bin.share - real(n as u64) / real(weights.len() as u64)).abs()
                        <= 0.005 + 1e-12
                );
            }
            assert_eq!(seen, weights.len());
        }
        assert!(told > 200, "{told} of 300 are told");
    }
}
