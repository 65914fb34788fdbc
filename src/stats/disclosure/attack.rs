//! An attacker with every published number: lists all tables that agree with them, and reads off the
//! smallest and the largest value of each hidden cell. Tables are small and limits scaled down, so
//! that the list is complete and the bounds are exact.

use super::*;
use crate::stats::rng::{below, stream};
use proptest::prelude::*;

/// Limits of the small tables.
const SMALL: Limits = Limits {
    cell: 3,
    subgroup: 8,
    subgroup_n_eff: 0.0,
};

/// Bounds of each group's approvals over all tables that agree with what is printed: the total, the
/// approvals of the shown groups, and, from other tables, how many answers each group has.
fn bounds(groups: &[Subgroup], printed: &[Printed]) -> Vec<(u64, u64)> {
    let mut found = vec![(u64::MAX, 0); groups.len()];
    let total: u64 = groups.iter().map(|group| group.approving).sum();
    let mut guess = Vec::new();
    list(groups, printed, total, &mut guess, &mut found);
    found
}

fn list(
    groups: &[Subgroup],
    printed: &[Printed],
    left: u64,
    guess: &mut Vec<u64>,
    found: &mut [(u64, u64)],
) {
    let Some(group) = groups.get(guess.len()) else {
        if left == 0 {
            for (bound, value) in found.iter_mut().zip(guess.iter()) {
                *bound = (bound.0.min(*value), bound.1.max(*value));
            }
        }
        return;
    };
    let range = match printed[guess.len()] {
        Printed::Shown => group.approving..=group.approving,
        _ => 0..=group.n,
    };
    for approving in range.filter(|approving| *approving <= left) {
        guess.push(approving);
        list(groups, printed, left - approving, guess, found);
        guess.pop();
    }
}

/// Groups that had to be hidden and that the attacker knows to within the threshold.
fn recovered(groups: &[Subgroup], printed: &[Printed], limits: &Limits) -> usize {
    bounds(groups, printed)
        .iter()
        .zip(groups)
        .filter(|((least, most), group)| {
            let wanted = limits.cell.min(group.n);
            !group.is_large_enough(limits) && group.n > 0 && most - least < wanted
        })
        .count()
}

/// Only the threshold, no complementary suppression.
fn leaky(groups: &[Subgroup], limits: &Limits) -> Vec<Printed> {
    let state = |group: &Subgroup| {
        if group.is_large_enough(limits) {
            Printed::Shown
        } else {
            Printed::TooSmall
        }
    };
    groups.iter().map(state).collect()
}

fn group(n: u64, approving: u64) -> Subgroup {
    Subgroup {
        n,
        approving,
        n_eff: 80.0,
    }
}

#[test]
fn without_complementary_suppression_the_attacker_reads_off_the_hidden_group() {
    let groups = [group(40, 30), group(30, 20), group(5, 4)];
    let printed = leaky(&groups, &SMALL);
    assert_eq!(bounds(&groups, &printed)[2], (4, 4));
    assert_eq!(recovered(&groups, &printed, &SMALL), 1);
    let safe = printed_groups(&groups, &SMALL);
    assert_eq!(recovered(&groups, &safe, &SMALL), 0);
    assert_eq!(bounds(&groups, &safe)[2], (0, 5));
}

#[test]
fn two_hidden_groups_that_pin_each_other_take_a_third_with_them() {
    use Printed::{Complementary, Shown, TooSmall};
    // Together 205 answers and 14 approvals: enough to be printed. But who knows that the second group
    // has five answers knows that 9 to 14 of the first 200 approve.
    let groups = [group(200, 9), group(5, 5), group(300, 200), group(400, 300)];
    let limits = Limits::default();
    let leaky = leaky(&groups, &limits);
    assert_eq!(bounds(&groups, &leaky)[0], (9, 14));
    let printed = printed_groups(&groups, &limits);
    assert_eq!(printed, [TooSmall, TooSmall, Complementary, Shown]);
    assert_eq!(bounds(&groups, &printed)[0], (0, 200));
}

#[test]
fn the_leaky_rule_loses_groups_in_many_tables_and_ours_in_none() {
    let mut rng = stream(&[15; 32], "tables");
    let (mut lost, mut kept) = (0, 0);
    let tables = 400;
    for _ in 0..tables {
        let groups: Vec<Subgroup> = (0..2 + below(&mut rng, 3))
            .map(|_| {
                let n = below(&mut rng, 16);
                group(n as u64, below(&mut rng, n + 1) as u64)
            })
            .collect();
        lost += usize::from(recovered(&groups, &leaky(&groups, &SMALL), &SMALL) > 0);
        let printed = printed_groups(&groups, &SMALL);
        let some = printed.contains(&Printed::Shown);
        kept += usize::from(some && recovered(&groups, &printed, &SMALL) > 0);
    }
    assert_eq!(kept, 0);
    assert!(lost > tables / 5, "{lost}");
}

/// Bounds of each cell of a distribution over all counts that agree with the merged cells and with
/// the number on either side of the headline.
fn cell_bounds(counts: &[u64], sides: &[u8], merged: &[Vec<usize>]) -> Vec<(u64, u64)> {
    let sum = |of: &[u64], pick: &dyn Fn(usize) -> bool| -> u64 {
        (0..of.len()).filter(|k| pick(*k)).map(|k| of[k]).sum()
    };
    let most: u64 = counts.iter().sum();
    let mut found = vec![(u64::MAX, 0); counts.len()];
    let mut guess = vec![0; counts.len()];
    loop {
        let agrees = merged.iter().all(|cell| {
            let inside = |k: usize| cell.contains(&k);
            sum(&guess, &inside) == sum(counts, &inside)
        }) && sum(&guess, &|k| sides[k] == 1) == sum(counts, &|k| sides[k] == 1);
        if agrees {
            for (bound, value) in found.iter_mut().zip(&guess) {
                *bound = (bound.0.min(*value), bound.1.max(*value));
            }
        }
        // The next vector, like an odometer; no cell exceeds the merged cell that holds it.
        let cap = |k: usize| {
            let cell = merged.iter().find(|cell| cell.contains(&k));
            cell.map_or(most, |cell| sum(counts, &|j| cell.contains(&j)))
        };
        let Some(at) = (0..guess.len()).find(|k| guess[*k] < cap(*k)) else {
            return found;
        };
        guess[at] += 1;
        guess[..at].fill(0);
    }
}

fn merge(counts: &[u64], sides: &[u8]) -> Option<Vec<Vec<usize>>> {
    let cells = Distribution {
        sides,
        everybody: None,
    };
    merged_cells(&cells, SMALL.cell, |set| {
        set.iter().map(|k| counts[*k]).sum()
    })
}

#[test]
fn blanking_a_cell_or_merging_it_across_the_headline_gives_it_away() {
    let (counts, sides) = ([7, 2, 5, 4], [1, 1, 0, 0]);
    let across = vec![vec![0], vec![1, 2], vec![3]];
    assert_eq!(cell_bounds(&counts, &sides, &across)[1], (2, 2));
    let blanked = vec![vec![0], vec![2], vec![3]];
    assert_eq!(cell_bounds(&counts, &sides, &blanked)[1], (2, 2));
    let ours = merge(&counts, &sides).unwrap();
    assert_eq!(cell_bounds(&counts, &sides, &ours)[1], (0, 9));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_small_cell_of_a_distribution_is_recovered(
        counts in prop::collection::vec(0_u64..7, 4), cut in 1_usize..4,
    ) {
        let sides: Vec<u8> = (0..4).map(|k| u8::from(k < cut)).collect();
        let Some(merged) = merge(&counts, &sides) else { return Ok(()) };
        let found = cell_bounds(&counts, &sides, &merged);
        for (k, (least, most)) in found.iter().enumerate() {
            let side: u64 = (0..4).filter(|j| sides[*j] == sides[k]).map(|j| counts[j]).sum();
            // A side that is small as a whole is known from the headline, which is always printed.
            if counts[k] < SMALL.cell && side >= SMALL.cell {
                prop_assert!(most - least >= SMALL.cell, "{counts:?} {merged:?} {k}: {found:?}");
            }
        }
    }
}
