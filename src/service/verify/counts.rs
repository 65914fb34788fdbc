//! Codes and records of each place: what the draw made, what the office counts, what lies in the urn.

use std::collections::BTreeMap;

use crate::report::export::audit::UnitCount;
use crate::survey::analysis::Record;
use crate::survey::result::WaveResult;
use crate::survey::sample::Sample;

/// The first count that does not fit; nothing if all do.
pub(super) fn difference(
    sample: &Sample,
    counts: &[UnitCount],
    records: &[Record],
    result: &WaveResult,
) -> Option<String> {
    by_unit(sample, counts, records).or_else(|| by_county(counts, records, result))
}

/// In each variance unit: codes issued as drawn ≥ codes used ≥ records; codes used for a blind token ≥ tokens with an answer.
fn by_unit(sample: &Sample, counts: &[UnitCount], records: &[Record]) -> Option<String> {
    let mut cast: BTreeMap<(&str, &str, &str), u64> = BTreeMap::new();
    for record in records {
        let place = &record.place;
        let key = (
            place.county.as_str(),
            place.stratum.as_str(),
            place.variance_unit.as_str(),
        );
        *cast.entry(key).or_default() += 1;
    }
    let mut drawn: BTreeMap<(String, String), u64> = BTreeMap::new();
    for ((stratum, unit), issued) in sample.units() {
        drawn.insert((stratum.to_string(), unit.to_string()), issued);
    }
    for one in counts {
        let unit = &one.unit;
        let issued = drawn.remove(&(one.stratum.clone(), unit.clone()));
        if issued != Some(one.issued) {
            let drawn = issued.unwrap_or(0);
            return Some(format!("{unit}: {} codes, {drawn} drawn", one.issued));
        }
        if one.used > one.issued {
            return Some(format!("{unit}: {} used of {}", one.used, one.issued));
        }
        if one.used_blind > one.used || one.cast_blind > one.used_blind {
            return Some(format!(
                "{unit}: {} used, {} of them for a token, {} tokens",
                one.used, one.used_blind, one.cast_blind
            ));
        }
        let key = (one.county.as_str(), one.stratum.as_str(), unit.as_str());
        let records = cast.remove(&key).unwrap_or(0);
        if records > one.used {
            return Some(format!(
                "{unit}: {records} records, {} codes used",
                one.used
            ));
        }
    }
    let left = drawn.into_iter().find(|(_, issued)| *issued > 0);
    if let Some(((_, unit), issued)) = left {
        return Some(format!("{unit}: {issued} codes drawn, none there"));
    }
    let stranger = cast.into_iter().next();
    stranger
        .map(|((county, _, unit), n)| format!("{n} records of {county} {unit}, which is not drawn"))
}

/// In each county the numbers of the result, and its own reconciliation.
fn by_county(counts: &[UnitCount], records: &[Record], result: &WaveResult) -> Option<String> {
    for county in &result.counties {
        let code = county.code.as_str();
        let own = || counts.iter().filter(|one| one.county == code);
        let cast = records.iter().filter(|one| one.place.county == county.code);
        let cast = cast.count() as u64;
        let told = &county.counts;
        for (name, there, told) in [
            (
                "issued",
                own().map(|one| one.issued).sum::<u64>(),
                told.issued,
            ),
            ("used", own().map(|one| one.used).sum::<u64>(), told.used),
            (
                "used for a token",
                own().map(|one| one.used_blind).sum::<u64>(),
                told.blind_used,
            ),
            (
                "tokens",
                own().map(|one| one.cast_blind).sum::<u64>(),
                told.blind_cast,
            ),
            ("cast", cast, told.cast),
            ("leaves", cast, told.leaves),
        ] {
            if there != told {
                return Some(format!("{code} {name}: {there}, published {told}"));
            }
        }
        let broken = county.reconciliation.iter().find(|line| !line.holds);
        if let Some(line) = broken {
            return Some(format!(
                "{code} {:?}: {} and {}",
                line.check, line.more, line.less
            ));
        }
    }
    None
}
