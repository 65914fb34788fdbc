//! Thinning: no rare combination of mode, language, direction and quality bits leaves a batch.
//!
//! Within one variance unit and batch, every combination that is left is shared by at least
//! [`Traits::GROUP`] responses; a unit with fewer responses than that keeps nothing. Rare rows lose
//! first the quality bits, then the direction, then everything. A row that lost something must not
//! stand out by that: where too few do, rows of the largest neighboring group, picked at random,
//! lose the same.

use std::collections::BTreeMap;

use rand::{Rng, RngExt as _};

use super::Traits;

/// How much is taken away: quality bits; direction too; everything.
const STEPS: [fn(&Traits) -> Traits; 3] = [
    |traits| Traits {
        fast: None,
        burst: None,
        ..traits.clone()
    },
    |traits| Traits {
        fast: None,
        burst: None,
        direction: None,
        ..traits.clone()
    },
    |_| Traits::default(),
];

/// Thins the traits of all responses of one variance unit and batch. `random` must be secret.
pub fn thin<R: Rng>(rows: &mut [Traits], random: &mut R) {
    if rows.len() < Traits::GROUP {
        rows.fill(Traits::default());
        return;
    }
    for step in STEPS {
        let rare = rare_rows(rows);
        if rare.is_empty() {
            return;
        }
        let mut targets: BTreeMap<Traits, Vec<usize>> = BTreeMap::new();
        for place in rare {
            if let Some(row) = rows.get(place) {
                targets.entry(step(row)).or_default().push(place);
            }
        }
        for (target, mut moving) in targets {
            if complete(rows, step, &target, &mut moving, random) {
                for place in moving {
                    if let Some(row) = rows.get_mut(place) {
                        *row = target.clone();
                    }
                }
            }
        }
    }
}

fn groups(rows: &[Traits]) -> BTreeMap<Traits, Vec<usize>> {
    let mut groups: BTreeMap<Traits, Vec<usize>> = BTreeMap::new();
    for (place, row) in rows.iter().enumerate() {
        groups.entry(row.clone()).or_default().push(place);
    }
    groups
}

fn rare_rows(rows: &[Traits]) -> Vec<usize> {
    groups(rows)
        .into_values()
        .filter(|group| group.len() < Traits::GROUP)
        .flatten()
        .collect()
}

/// Adds neighbors to the rows that move to `target` until the group is large enough; false if there
/// are too few at this step.
fn complete<R: Rng>(
    rows: &[Traits],
    step: fn(&Traits) -> Traits,
    target: &Traits,
    moving: &mut Vec<usize>,
    random: &mut R,
) -> bool {
    let mut neighbors = groups(rows);
    let there = neighbors.remove(target).unwrap_or_default();
    let fixed = there.iter().filter(|place| !moving.contains(place)).count();
    neighbors.retain(|row, places| {
        places.retain(|place| !moving.contains(place));
        step(row) == *target && !places.is_empty()
    });
    let mut donors: Vec<Vec<usize>> = neighbors.into_values().collect();
    while moving.len() + fixed < Traits::GROUP {
        donors.sort_by_key(Vec::len);
        let Some(mut donor) = donors.pop() else {
            return false;
        };
        let needed = Traits::GROUP - moving.len() - fixed;
        // A donor that would become rare itself gives all its rows.
        let gives = if donor.len() < needed + Traits::GROUP {
            donor.len()
        } else {
            needed
        };
        for _ in 0..gives {
            moving.push(donor.swap_remove(random.random_range(0..donor.len())));
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng as _;
    use rand::rngs::ChaCha20Rng;

    use super::*;
    use crate::survey::response::{Direction, Mode};

    fn row(mode: usize, english: bool, reverse: bool, fast: bool) -> Traits {
        Traits {
            mode: Some(Mode::ALL[mode]),
            language: Some(if english { "en" } else { "zh-CN" }.to_owned()),
            direction: Some(if reverse {
                Direction::Reverse
            } else {
                Direction::Forward
            }),
            fast: Some(fast),
            burst: None,
        }
    }

    fn generator() -> ChaCha20Rng {
        ChaCha20Rng::from_seed([1; 32])
    }

    fn is_kept(before: &Traits, after: &Traits) -> bool {
        (after.mode.is_none() || after.mode == before.mode)
            && (after.language.is_none() || after.language == before.language)
            && (after.direction.is_none() || after.direction == before.direction)
            && (after.fast.is_none() || after.fast == before.fast)
    }

    proptest! {
        #[test]
        fn every_combination_is_shared_by_five_or_nothing_is_left(
            raw in proptest::collection::vec((0..4_usize, any::<bool>(), any::<bool>(), any::<bool>()), 0..60),
        ) {
            let before: Vec<Traits> = raw.iter().map(|r| row(r.0, r.1, r.2, r.3)).collect();
            let mut after = before.clone();
            thin(&mut after, &mut generator());
            if before.len() < Traits::GROUP {
                prop_assert!(after.iter().all(|traits| *traits == Traits::default()));
            } else {
                prop_assert!(rare_rows(&after).is_empty(), "{:?}", groups(&after));
            }
            for (before, after) in before.iter().zip(&after) {
                prop_assert!(is_kept(before, after));
            }
        }
    }

    #[test]
    fn what_is_common_stays() {
        let mut rows = vec![row(0, false, false, false); 5];
        rows.extend(vec![row(0, false, true, false); 7]);
        let before = rows.clone();
        thin(&mut rows, &mut generator());
        assert_eq!(rows, before);
    }

    /// One hasty answer among thirty: it and four others lose the quality bits, and nothing more.
    #[test]
    fn a_single_rare_row_hides_among_four_others() {
        let mut rows = vec![row(0, false, false, false); 30];
        rows[11] = row(0, false, false, true);
        thin(&mut rows, &mut generator());
        let bare: Vec<usize> = (0..30)
            .filter(|place| rows[*place].fast.is_none())
            .collect();
        assert_eq!(bare.len(), 5);
        assert!(bare.contains(&11));
        assert!(
            rows.iter()
                .all(|row| row.direction.is_some() && row.mode.is_some())
        );
    }
}
