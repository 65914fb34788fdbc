//! Auditors' own records leave with their invitations: every figure is as if neither had ever been there.

use super::*;

#[test]
fn a_seeded_record_leaves_with_its_invitation_and_is_counted() {
    let mut golden = Golden::new();
    let whole = golden.analyze(None);
    let mut without = Golden::new();
    let (mut kept, mut number) = (Vec::new(), 0);
    for (place, record) in golden.records.iter_mut().enumerate() {
        // Among them complete and partial interviews and people who were screened out.
        record.seeded = place % 37 == 5;
        if record.seeded {
            number += 1;
            let unit = &record.place.variance_unit;
            let mut of_unit = without.sample.psus.iter_mut();
            let psu = of_unit.find(|psu| psu.variance_unit == *unit && psu.invitations > 0);
            psu.unwrap().invitations -= 1;
        } else {
            kept.push(record.clone());
        }
    }
    without.records = kept;
    let county = code("140302");
    let tally = without.tallies.get_mut(&county).unwrap();
    tally.issued -= number;
    tally.used -= number;
    tally.leaves -= number;
    let (seeded, absent) = (golden.analyze(None), without.analyze(None));
    let (found, expected) = (&seeded.counties[0], &absent.counties[0]);
    assert!(number > 10);
    assert_eq!(found.approval, expected.approval);
    assert_eq!(found.safety, expected.safety);
    assert_eq!(found.items, expected.items);
    assert_eq!(found.breakdowns, expected.breakdowns);
    assert_eq!(found.weighting, expected.weighting);
    assert_eq!(found.rates, expected.rates, "nor are they in a denominator");
    assert_eq!(found.signs, expected.signs);
    assert_ne!(found.approval, whole.counties[0].approval);
    // They are counted, and the counts agree.
    let counts = &found.counts;
    assert_eq!((counts.seeded, expected.counts.seeded), (number, 0));
    assert_eq!(
        counts.cast,
        counts.eligible() + counts.screened_out + number
    );
    assert_eq!(counts.cast, whole.counties[0].counts.cast);
    assert!(found.reconciliation.iter().all(|line| line.holds));
    assert_ne!(seeded.input_digest, whole.input_digest);
}
