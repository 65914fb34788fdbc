//! The rules at their edges, and attempts to undo them by subtraction.

use super::*;
use proptest::prelude::*;

fn group(n: u64, approving: u64) -> Subgroup {
    Subgroup {
        n,
        approving,
        n_eff: 80.0,
    }
}

fn shown(groups: &[Subgroup]) -> Vec<Printed> {
    printed_groups(groups, &Limits::default())
}

fn merge(counts: &[u64], sides: &[u8]) -> Option<Vec<Vec<usize>>> {
    let cells = Distribution {
        sides,
        everybody: None,
    };
    merged_cells(&cells, 10, |set| set.iter().map(|k| counts[*k]).sum())
}

#[test]
fn a_subgroup_is_printed_at_its_limits_and_not_one_answer_below() {
    let limits = Limits::default();
    let at = Subgroup {
        n: 100,
        approving: 10,
        n_eff: 30.0,
    };
    assert!(at.is_large_enough(&limits));
    assert!(
        Subgroup {
            approving: 90,
            ..at
        }
        .is_large_enough(&limits)
    );
    for below in [
        Subgroup { n: 99, ..at },
        Subgroup { approving: 9, ..at },
        Subgroup {
            approving: 91,
            ..at
        },
        Subgroup { approving: 0, ..at },
        Subgroup {
            approving: 100,
            ..at
        },
        Subgroup { n_eff: 29.9, ..at },
        Subgroup {
            n_eff: f64::NAN,
            ..at
        },
    ] {
        assert!(!below.is_large_enough(&limits), "{below:?}");
    }
}

#[test]
fn one_hidden_group_takes_a_second_with_it() {
    use Printed::{Complementary, Shown, TooSmall};
    assert_eq!(shown(&[group(400, 300), group(400, 300)]), [Shown, Shown]);
    assert_eq!(
        shown(&[group(400, 300), group(60, 30)]),
        [Complementary, TooSmall]
    );
    // All of one mind: hidden, although large.
    assert_eq!(
        shown(&[group(400, 300), group(300, 300), group(200, 150)]),
        [Shown, TooSmall, Complementary]
    );
    // Two hidden groups that together are still small need a third.
    assert_eq!(
        shown(&[
            group(20, 10),
            group(30, 15),
            group(300, 200),
            group(350, 200)
        ]),
        [TooSmall, TooSmall, Complementary, Shown]
    );
    // Two hidden groups that together are large need none.
    assert_eq!(
        shown(&[group(60, 30), group(70, 35), group(300, 200)]),
        [TooSmall, TooSmall, Shown]
    );
    // A group without a single answer has nothing to hide.
    assert_eq!(
        shown(&[group(0, 0), group(300, 200), group(350, 200)]),
        [TooSmall, Shown, Shown]
    );
}

#[test]
fn small_cells_are_merged_within_their_side_of_the_headline() {
    let sides = [1, 1, 0, 0, 0];
    assert_eq!(merge(&[300, 200, 40, 20, 15], &sides).unwrap().len(), 5);
    // Merged with "not very satisfied", the 8 would be the headline less "very satisfied".
    let fairly = merge(&[300, 8, 40, 20, 15], &sides).unwrap();
    assert_eq!(fairly, [vec![0, 1], vec![2], vec![3], vec![4]]);
    let zero = merge(&[300, 200, 40, 20, 0], &sides).unwrap();
    assert_eq!(zero, [vec![0], vec![1], vec![2], vec![3, 4]]);
    let chain = merge(&[300, 200, 12, 4, 4], &sides).unwrap();
    assert_eq!(chain, [vec![0], vec![1], vec![2, 3, 4]]);
    let few = merge(&[300, 200, 3, 2, 4], &sides).unwrap();
    assert_eq!(
        few,
        [vec![0], vec![1, 2, 3, 4]],
        "nine in all on the other side"
    );
}

#[test]
fn where_all_would_be_one_cell_nothing_is_printed() {
    assert_eq!(merge(&[500, 0, 0], &[1, 1, 0]), None);
    assert_eq!(merge(&[4, 3], &[1, 0]), None);
    assert_eq!(merge(&[500], &[1]), None);
    assert_eq!(merge(&[], &[]), None);
}

#[test]
fn a_full_cell_of_answers_that_may_be_ticked_together_hides_the_item() {
    // 100 people, bit sets of what each ticked: the first answer by 95, the second by 40.
    let ticked: Vec<u8> = (0..100)
        .map(|k| u8::from(k < 95) | (u8::from(k % 5 < 2) << 1) | (u8::from(k < 3) << 2))
        .collect();
    let count = |set: &[usize]| {
        ticked
            .iter()
            .filter(|bits| set.iter().any(|k| *bits & (1 << k) != 0))
            .count() as u64
    };
    let cells = |everybody| Distribution {
        sides: &[0, 0, 0],
        everybody,
    };
    assert_eq!(merged_cells(&cells(Some(100)), 10, count), None);
    let open = merged_cells(&cells(None), 10, count).unwrap();
    assert_eq!(open, [vec![0], vec![1, 2]]);
    assert_eq!(count(&open[1]), 41, "two of the three are counted once");
}

/// What an outsider can find out about each group: the smallest and the largest number of answers and
/// of approvals that agree with the total and with the printed groups.
fn attack(groups: &[Subgroup], printed: &[Printed]) -> Option<(u64, u64, usize)> {
    let total: (u64, u64) = (
        groups.iter().map(|g| g.n).sum(),
        groups.iter().map(|g| g.approving).sum(),
    );
    let open = groups
        .iter()
        .zip(printed)
        .filter(|(_, state)| **state == Printed::Shown);
    let known = open.fold((0, 0), |sum, (g, _)| (sum.0 + g.n, sum.1 + g.approving));
    let hidden = printed
        .iter()
        .filter(|state| **state != Printed::Shown)
        .count();
    (hidden > 0).then_some((total.0 - known.0, total.1 - known.1, hidden))
}

proptest! {
    #[test]
    fn subtraction_never_gives_a_small_group_or_a_unanimous_one(
        raw in prop::collection::vec((0_u64..260, 0.0..=1.0_f64), 2..8),
    ) {
        let groups: Vec<Subgroup> = raw
            .iter()
            .map(|(n, share)| {
                let approving = (0..=*n).find(|k| {
                    f64::from(u32::try_from(*k).unwrap())
                        >= share * f64::from(u32::try_from(*n).unwrap())
                });
                group(*n, approving.unwrap())
            })
            .collect();
        let limits = Limits::default();
        let printed = printed_groups(&groups, &limits);
        for (group, state) in groups.iter().zip(&printed) {
            prop_assert_eq!(group.is_large_enough(&limits), *state != Printed::TooSmall);
        }
        let everything_hidden = printed.iter().all(|state| *state != Printed::Shown);
        if let Some((n, approving, hidden)) = attack(&groups, &printed) {
            let nobody = n == 0;
            let large = n >= 100 && approving >= 10 && n - approving >= 10 && hidden >= 2;
            prop_assert!(nobody || large || everything_hidden, "{n} {approving} {printed:?}");
        }
    }

    /// Every cell that an outsider can compute from the merged distribution and the headline is a
    /// union of merged cells, or of the parts of one that the headline cuts.
    #[test]
    fn the_headline_gives_no_small_cell_that_it_did_not_give_before(
        counts in prop::collection::vec(0_u64..120, 5), cut in 1_usize..5,
    ) {
        let sides: Vec<u8> = (0..5).map(|k| u8::from(k < cut)).collect();
        let Some(merged) = merge(&counts, &sides) else { return Ok(()) };
        let yes: u64 = counts[..cut].iter().sum();
        let no: u64 = counts[cut..].iter().sum();
        let mut covered: Vec<usize> = merged.concat();
        covered.sort_unstable();
        prop_assert_eq!(covered, (0..5).collect::<Vec<_>>());
        for cell in &merged {
            let n: u64 = cell.iter().map(|k| counts[*k]).sum();
            prop_assert!(n >= 10);
            let inside = |side: bool| -> u64 {
                cell.iter().filter(|k| (**k < cut) == side).map(|k| counts[*k]).sum()
            };
            let crosses = cell.iter().any(|k| *k < cut) && cell.iter().any(|k| *k >= cut);
            // Only a side that is small as a whole, and known from the headline, is merged across.
            if crosses {
                let small_side = yes < 10 && inside(true) == yes || no < 10 && inside(false) == no;
                prop_assert!(small_side, "{counts:?} {merged:?}");
            }
        }
    }
}
