//! The order of strata and units by name: what is numbered so does not depend on the order of the rows.

#![expect(
    clippy::indexing_slicing,
    reason = "labels, strata and units are dense indices of one design"
)]

use super::Design;
use crate::stats::num;

impl Design {
    /// Stratum → its first-stage units, both in the order of their names, which no permutation of the
    /// rows changes; units that are rows stay in their order.
    pub(crate) fn sorted_units(&self) -> Vec<(usize, Vec<usize>)> {
        let stage = &self.stages[0];
        let mut strata: Vec<(usize, Vec<usize>)> =
            (0..stage.sampled.len()).map(|h| (h, Vec::new())).collect();
        for (unit, h) in stage.stratum.iter().enumerate() {
            strata[num::at(*h)].1.push(unit);
        }
        if let Some(place) = &stage.place {
            for (_, units) in &mut strata {
                units.sort_by_key(|unit| place[*unit]);
            }
        }
        strata
            .sort_by(|(a, _), (b, _)| self.strata_labels.get(*a).cmp(&self.strata_labels.get(*b)));
        strata
    }
}

/// Label → its place among the sorted labels.
pub(super) fn sorted_places(labels: &[String]) -> Vec<u32> {
    let mut order: Vec<usize> = (0..labels.len()).collect();
    order.sort_by(|a, b| labels[*a].cmp(&labels[*b]));
    let mut places = vec![0; labels.len()];
    for (place, label) in (0..).zip(order) {
        places[label] = place;
    }
    places
}
