//! Ranks that a survey can show: for each of several proportions the ranks that remain possible.
//!
//! May use `threshold`, `test::multiplicity`, `dist`. For every ordered pair the hypothesis "the first is not above
//! the second" is tested by a one-sided t test of the difference ([`Change::between`]: samples drawn apart,
//! covariance 0, degrees of freedom of both together); Holm's adjustment over all k (k − 1) hypotheses keeps the
//! probability of any false "above" or "below" at or under 1 − level, whatever the dependence. Being directional,
//! the hypotheses leave no room for an error of sign, which two-sided tests with Holm would.
//! A rank is 1 + the number of proportions that are truly larger, so the rank of j lies between 1 + those shown
//! above j and k − those shown below j, for all j at once with that probability. What cannot be compared is shown
//! above and below nothing, and leaves room for itself in every other range.
//! Sources: Mogstad, Romano, Shaikh and Wilhelm, Review of Economic Studies 91 (2024), 476–518, §3 (ranks
//! from stepwise tests of differences); Klein, Wright and Wieczorek, JRSS C 69 (2020), 589–606 (joint regions
//! for rankings); Holm, Scandinavian Journal of Statistics 6 (1979), 65–70. Groups: Piepho, Journal of
//! Computational and Graphical Statistics 13 (2004), 456–466. R: `pt`, `p.adjust(p, "holm")`.

use super::dist::t_cdf;
use super::test::multiplicity::holm;
use super::threshold::{Change, Figure, Gates};

/// Groups beyond which nobody reads them.
const MOST_GROUPS: usize = 40;

/// Which of two proportions is shown to be larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// The first one.
    Above,
    /// The second one.
    Below,
    /// Neither: the two cannot be told apart.
    Alike,
}

/// Two proportions beside each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Place of the first in the list.
    pub first: usize,
    /// Place of the second; always behind the first.
    pub second: usize,
    /// First minus second.
    pub change: Change,
    /// The smaller of the two adjusted one-sided p values.
    pub p_adjusted: f64,
    /// What is shown.
    pub shown: Shown,
}

/// The ranks that remain possible for one proportion; 1 is the largest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RankRange {
    /// The best rank.
    pub best: usize,
    /// The worst rank.
    pub worst: usize,
}

/// Several proportions, pair by pair.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranking {
    /// Every pair that can be compared.
    pub pairs: Vec<Pair>,
    /// The ranks of each, in the order of the list.
    pub ranks: Vec<RankRange>,
}

impl Ranking {
    /// Compares all with all. `None` stands for a proportion that may not be compared; one that is not
    /// assessable by its own numbers is not compared either.
    ///
    /// ```
    /// use minyi::stats::ranking::{RankRange, Ranking};
    /// use minyi::stats::threshold::Figure;
    /// let figure = |p| Some(Figure { p, variance: 1e-4, n: 900, kish_n_eff: 800.0, df: 18.0, planned_deff: 1.5 });
    /// let found = Ranking::of(&[figure(0.95), figure(0.80), figure(0.94)], 0.95);
    /// let range = |best, worst| RankRange { best, worst };
    /// assert_eq!(found.ranks, [range(1, 2), range(3, 3), range(1, 2)]);
    /// ```
    #[must_use]
    pub fn of(figures: &[Option<Figure>], level: f64) -> Self {
        let gates = Gates::passed();
        let mut compared: Vec<(usize, usize, Change)> = Vec::new();
        for (first, one) in figures.iter().enumerate() {
            for (second, other) in figures.iter().enumerate().skip(first + 1) {
                let (Some(one), Some(other)) = (one, other) else {
                    continue;
                };
                let change = Change::between((one, &gates), Some((other, &gates)), true);
                if let Ok(change) = change.and_then(usable) {
                    compared.push((first, second, change));
                }
            }
        }
        let one_sided: Vec<f64> = compared
            .iter()
            .flat_map(|(_, _, change)| {
                let t = change.difference / change.variance.sqrt();
                [t_cdf(-t, change.df), t_cdf(t, change.df)]
            })
            .collect();
        let adjusted = holm(&one_sided);
        let pairs: Vec<Pair> = compared
            .into_iter()
            .zip(adjusted.chunks_exact(2))
            .map(|((first, second, change), p)| pair(first, second, change, p, 1.0 - level))
            .collect();
        let ranks = ranks(figures.len(), &pairs);
        Self { pairs, ranks }
    }

    /// What is shown of these two, seen from the first.
    ///
    /// ```
    /// use minyi::stats::ranking::{Ranking, Shown};
    /// use minyi::stats::threshold::Figure;
    /// let figure = |p| Some(Figure { p, variance: 1e-4, n: 900, kish_n_eff: 800.0, df: 18.0, planned_deff: 1.5 });
    /// let found = Ranking::of(&[figure(0.95), figure(0.80), None], 0.95);
    /// assert_eq!((found.shown(0, 1), found.shown(1, 0)), (Shown::Above, Shown::Below));
    /// assert_eq!(found.shown(0, 2), Shown::Alike);
    /// ```
    #[must_use]
    pub fn shown(&self, one: usize, other: usize) -> Shown {
        let (first, second) = (one.min(other), one.max(other));
        let place = self
            .pairs
            .binary_search_by_key(&(first, second), |pair| (pair.first, pair.second));
        let shown = place
            .ok()
            .and_then(|at| self.pairs.get(at))
            .map_or(Shown::Alike, |pair| pair.shown);
        match (shown, one == first) {
            (Shown::Above, false) => Shown::Below,
            (Shown::Below, false) => Shown::Above,
            (shown, _) => shown,
        }
    }

    /// Whether these two were compared at all.
    ///
    /// ```
    /// use minyi::stats::ranking::Ranking;
    /// use minyi::stats::threshold::Figure;
    /// let figure = |p| Some(Figure { p, variance: 1e-4, n: 900, kish_n_eff: 800.0, df: 18.0, planned_deff: 1.5 });
    /// let found = Ranking::of(&[figure(0.95), figure(0.80), None], 0.95);
    /// assert!(found.compares(1, 0) && !found.compares(0, 2));
    /// ```
    #[must_use]
    pub fn compares(&self, one: usize, other: usize) -> bool {
        let key = (one.min(other), one.max(other));
        let place = self
            .pairs
            .binary_search_by_key(&key, |pair| (pair.first, pair.second));
        place.is_ok()
    }

    /// The largest groups of two or more within which no two can be told apart, places ascending; a proportion may be in several.
    /// `None` where there are too many groups to be read. What cannot be compared is in no group.
    ///
    /// ```
    /// use minyi::stats::ranking::Ranking;
    /// use minyi::stats::threshold::Figure;
    /// let figure = |p| Some(Figure { p, variance: 1e-4, n: 900, kish_n_eff: 800.0, df: 18.0, planned_deff: 1.5 });
    /// let found = Ranking::of(&[figure(0.95), figure(0.80), figure(0.92), figure(0.89)], 0.95);
    /// assert_eq!(found.groups().unwrap(), [vec![0, 2], vec![2, 3]]);
    /// ```
    #[must_use]
    pub fn groups(&self) -> Option<Vec<Vec<usize>>> {
        let mut all: Vec<usize> = self
            .pairs
            .iter()
            .flat_map(|pair| [pair.first, pair.second])
            .collect();
        all.sort_unstable();
        all.dedup();
        let mut groups = vec![all];
        for pair in self.pairs.iter().filter(|pair| pair.shown != Shown::Alike) {
            groups = split(groups, pair);
            if groups.len() > MOST_GROUPS {
                return None;
            }
        }
        groups.retain(|group| group.len() > 1);
        groups.sort();
        Some(groups)
    }
}

/// A difference with a standard error and degrees of freedom.
fn usable(change: Change) -> Result<Change, super::threshold::NotAssessable> {
    if change.variance > 0.0 && change.df > 0.0 && change.difference.is_finite() {
        Ok(change)
    } else {
        Err(super::threshold::NotAssessable::TooSmallEffective)
    }
}

fn pair(first: usize, second: usize, change: Change, p: &[f64], alpha: f64) -> Pair {
    let (above, below) = match p {
        [above, below] => (*above, *below),
        _ => (f64::NAN, f64::NAN),
    };
    let shown = if above <= alpha {
        Shown::Above
    } else if below <= alpha {
        Shown::Below
    } else {
        Shown::Alike
    };
    Pair {
        first,
        second,
        change,
        p_adjusted: above.min(below),
        shown,
    }
}

fn ranks(n: usize, pairs: &[Pair]) -> Vec<RankRange> {
    let mut ranks = vec![RankRange { best: 1, worst: n }; n];
    for pair in pairs {
        let (above, below) = match pair.shown {
            Shown::Above => (pair.first, pair.second),
            Shown::Below => (pair.second, pair.first),
            Shown::Alike => continue,
        };
        if let Some(range) = ranks.get_mut(above) {
            range.worst -= 1;
        }
        if let Some(range) = ranks.get_mut(below) {
            range.best += 1;
        }
    }
    ranks
}

/// Inserts the pair and absorbs what another group holds.
fn split(groups: Vec<Vec<usize>>, pair: &Pair) -> Vec<Vec<usize>> {
    let mut next: Vec<Vec<usize>> = Vec::with_capacity(groups.len() + 1);
    for group in groups {
        if group.contains(&pair.first) && group.contains(&pair.second) {
            let without = |left: usize| group.iter().copied().filter(|k| *k != left).collect();
            next.push(without(pair.first));
            next.push(without(pair.second));
        } else {
            next.push(group);
        }
    }
    let within = |one: &[usize], other: &[usize]| one.iter().all(|k| other.contains(k));
    let mut kept: Vec<Vec<usize>> = Vec::with_capacity(next.len());
    next.sort_by_key(|group| std::cmp::Reverse(group.len()));
    for group in next {
        if !kept.iter().any(|other| within(&group, other)) {
            kept.push(group);
        }
    }
    kept
}

#[cfg(test)]
mod tests;
