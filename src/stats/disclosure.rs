//! Disclosure control: what may be printed so that no small group's answers are known, not even by
//! subtraction.
//!
//! Rules: a subgroup is printed only with enough answers, a large enough effective size, and enough
//! answers on either side (so no group is all of one mind); a cell of a distribution under the
//! threshold, zero included, is merged with its neighbor, never only blanked; where a hidden group
//! could be computed from the total, more groups are hidden. A county's headline is always printed,
//! and with it the number on either side: that is not hidden here, and merging takes care that it
//! tells nothing more. Sources: Willenborg and de Waal, *Elements of Statistical Disclosure Control*,
//! 2001, ch. 1 and 6; Hundepool et al., *Statistical Disclosure Control*, 2012, §4.2–4.4.

use serde::{Deserialize, Serialize};

/// Limits under which nothing is printed. A plan may raise them, never lower them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// Fewest answers of a cell, and on either side of a subgroup's approval.
    pub cell: u64,
    /// Fewest answers of a subgroup.
    pub subgroup: u64,
    /// Smallest effective sample size of a subgroup.
    pub subgroup_n_eff: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            cell: 10,
            subgroup: 100,
            subgroup_n_eff: 30.0,
        }
    }
}

/// A subgroup of a county in a breakdown of the headline.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Subgroup {
    /// Answers.
    pub n: u64,
    /// Of these, approving.
    pub approving: u64,
    /// Effective sample size.
    pub n_eff: f64,
}

/// Whether a subgroup is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Printed {
    /// It may be printed.
    Shown,
    /// Too few answers, too small an effective size, or too few on one side.
    TooSmall,
    /// Large enough, but with it another group's hidden figure could be computed.
    Complementary,
}

impl Subgroup {
    /// Whether the group by itself may be printed.
    ///
    /// ```
    /// use minyi::stats::disclosure::{Limits, Subgroup};
    /// let group = Subgroup { n: 120, approving: 112, n_eff: 80.0 };
    /// // Only eight do not approve.
    /// assert!(!group.is_large_enough(&Limits::default()));
    /// assert!(Subgroup { approving: 110, ..group }.is_large_enough(&Limits::default()));
    /// ```
    #[must_use]
    pub fn is_large_enough(&self, limits: &Limits) -> bool {
        self.counts_suffice(limits) && self.n_eff >= limits.subgroup_n_eff
    }

    fn counts_suffice(&self, limits: &Limits) -> bool {
        self.n >= limits.subgroup
            && self.approving >= limits.cell
            && self.n.saturating_sub(self.approving) >= limits.cell
    }
}

/// Which groups of a breakdown are printed, when the whole they add up to is printed too.
///
/// What is hidden is known together, as the total less the printed groups. So there are always at
/// least two hidden groups with answers, which together would be large enough to be printed, and none
/// that had to be hidden is left in bounds narrower than the threshold, even for somebody who knows
/// how many answers each group has; while that is not so, the smallest printed group is hidden too.
///
/// ```
/// use minyi::stats::disclosure::{printed_groups, Limits, Printed, Subgroup};
/// let group = |n| Subgroup { n, approving: n / 2, n_eff: 90.0 };
/// let found = printed_groups(&[group(40), group(300), group(150)], &Limits::default());
/// assert_eq!(found, vec![Printed::TooSmall, Printed::Shown, Printed::Complementary]);
/// ```
#[must_use]
pub fn printed_groups(groups: &[Subgroup], limits: &Limits) -> Vec<Printed> {
    let mut printed: Vec<Printed> = groups
        .iter()
        .map(|group| {
            if group.is_large_enough(limits) {
                Printed::Shown
            } else {
                Printed::TooSmall
            }
        })
        .collect();
    while !hidden_is_safe(groups, &printed, limits) {
        let smallest = groups
            .iter()
            .zip(&printed)
            .enumerate()
            .filter(|(_, (_, state))| **state == Printed::Shown)
            .min_by_key(|(_, (group, _))| group.n)
            .map(|(at, _)| at);
        match smallest.and_then(|at| printed.get_mut(at)) {
            Some(state) => *state = Printed::Complementary,
            // Everything is hidden; what is left to compute is the total, which is printed anyway.
            None => break,
        }
    }
    printed
}

/// Whether the total less the printed groups tells nothing about a small group: the hidden ones
/// together are large enough to be printed, and whoever knows their sizes, too, cannot say of one that
/// is small or nearly of one mind how many approve to within the threshold (of a group smaller than
/// the threshold: nothing at all).
fn hidden_is_safe(groups: &[Subgroup], printed: &[Printed], limits: &Limits) -> bool {
    let hidden: Vec<(&Subgroup, Printed)> = groups
        .iter()
        .zip(printed.iter().copied())
        .filter(|(group, state)| *state != Printed::Shown && group.n > 0)
        .collect();
    let together = Subgroup {
        n: hidden.iter().map(|(group, _)| group.n).sum(),
        approving: hidden.iter().map(|(group, _)| group.approving).sum(),
        n_eff: f64::INFINITY,
    };
    let protected = |(group, state): &(&Subgroup, Printed)| {
        let others = together.n - group.n;
        let most = group.n.min(together.approving);
        let least = together.approving.saturating_sub(others);
        *state != Printed::TooSmall || most - least >= limits.cell.min(group.n)
    };
    hidden.is_empty()
        || (hidden.len() >= 2 && together.counts_suffice(limits) && hidden.iter().all(protected))
}

/// A distribution whose cells shall be merged until none is small.
#[derive(Clone, Copy, Debug)]
pub struct Distribution<'a> {
    /// For each cell, in the order of the answers, the side of the headline it is on, as a place on a
    /// line. The number on each side is printed, so a small cell is merged within its side first, and
    /// then with the nearest side: merged across, it could be computed from the headline.
    pub sides: &'a [u8],
    /// Everybody who answered, if a cell that holds nearly all of them has to be hidden as well. Cells
    /// that exclude each other do not need it: a full cell leaves the others empty.
    pub everybody: Option<u64>,
}

/// Merges cells of fewer than `smallest` answers with their neighbors. `count` gives the answers of a
/// set of cells together, so that cells which people may tick together are not counted twice. Gives
/// the merged cells as positions in ascending order, or `None` where nothing can be printed.
///
/// ```
/// use minyi::stats::disclosure::{merged_cells, Distribution};
/// let counts = [700, 60, 25, 4, 11_u64];
/// let cells = Distribution { sides: &[1, 1, 0, 0, 0], everybody: None };
/// let merged = merged_cells(&cells, 10, |set| set.iter().map(|k| counts[*k]).sum());
/// assert_eq!(merged.unwrap(), vec![vec![0], vec![1], vec![2], vec![3, 4]]);
/// ```
#[must_use]
pub fn merged_cells(
    cells: &Distribution<'_>,
    smallest: u64,
    count: impl Fn(&[usize]) -> u64,
) -> Option<Vec<Vec<usize>>> {
    let mut merged: Vec<Vec<usize>> = (0..cells.sides.len()).map(|k| vec![k]).collect();
    // What of a cell somebody can compute who knows how many answers each side has: the cell itself,
    // or, where it reaches over sides, the part on a side of which more is printed elsewhere.
    let known = |cell: &[usize]| {
        let parts = cell.chunk_by(|a, b| cells.sides.get(*a) == cells.sides.get(*b));
        let within = parts.clone().count() < 2;
        let counted = parts
            .filter(|part| within || !is_whole_side(part, cells.sides))
            .map(&count);
        counted.min().unwrap_or_else(|| count(cell))
    };
    while let Some(at) = position_of_smallest(&merged, &known, smallest) {
        let partner = neighbor(&merged, at, cells.sides, &count)?;
        let taken = merged.remove(at.max(partner));
        let kept = merged.get_mut(at.min(partner))?;
        kept.extend(taken);
        kept.sort_unstable();
    }
    let full = |cell: &Vec<usize>| {
        cells
            .everybody
            .is_some_and(|all| all.saturating_sub(count(cell)) < smallest)
    };
    let tells = merged.len() > 1 && !merged.iter().any(full);
    tells.then_some(merged)
}

/// Whether these positions are all of their side.
fn is_whole_side(part: &[usize], sides: &[u8]) -> bool {
    let side = part.first().and_then(|k| sides.get(*k));
    sides.iter().filter(|other| Some(*other) == side).count() == part.len()
}

fn position_of_smallest(
    merged: &[Vec<usize>],
    count: &impl Fn(&[usize]) -> u64,
    smallest: u64,
) -> Option<usize> {
    merged
        .iter()
        .map(|cell| count(cell))
        .enumerate()
        .filter(|(_, n)| *n < smallest)
        .min_by_key(|(_, n)| *n)
        .map(|(at, _)| at)
}

/// The cell next to `at` on the same side (the smaller of two equally near), or else on the nearest.
fn neighbor(
    merged: &[Vec<usize>],
    at: usize,
    sides: &[u8],
    count: &impl Fn(&[usize]) -> u64,
) -> Option<usize> {
    let own = merged.get(at)?;
    let side = |k: &usize| sides.get(*k).copied().unwrap_or_default();
    let apart = |cell: &[usize]| {
        let pairs = own
            .iter()
            .flat_map(|a| cell.iter().map(move |b| side(a).abs_diff(side(b))));
        pairs.max()
    };
    merged
        .iter()
        .enumerate()
        .filter(|(k, _)| *k != at)
        .min_by_key(|(k, cell)| (apart(cell), k.abs_diff(at), count(cell)))
        .map(|(k, _)| k)
}

#[cfg(test)]
mod attack;
#[cfg(test)]
mod tests;
