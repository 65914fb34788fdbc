//! What acceptances rest on, and whether it is still so.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use crate::evaluation::acceptance::{Place, Rests, is_within};
use crate::evaluation::indicator::{Indicators, Kind};
use crate::evaluation::register::Step;
use crate::evaluation::standard::Standard;
use crate::service::evaluate::lines;
use crate::storage::office::indicator;
use crate::storage::office::indicator_version::{self, Entered};
use crate::storage::office::title_step::{Acceptance, TitleStep};
use crate::storage::{Conn, StoreError};
use crate::survey::ids::TitleStepId;
use crate::survey::time::Instant;

/// Values of a county that are lacking for its acceptance: year → indicators.
pub type Lacking = BTreeMap<i32, BTreeSet<String>>;

/// Whether the values of a county are still those that were accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// When the application was accepted.
    pub at: Instant,
    /// Values that changed since, or were not there.
    pub changed: Vec<Place>,
    /// Values that the published evaluation read in another version than the accepted one.
    pub otherwise: Vec<Place>,
}

/// A standard, a county, a year: what is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) standard: &'a Standard,
    pub(super) county: &'a str,
    pub(super) year: i32,
}

/// Every version of every value of one county, the first one of each first.
pub(super) struct Versions(Vec<Entered>);

impl Versions {
    pub(super) async fn of(conn: &mut Conn<'_>, county: &str) -> Result<Self, StoreError> {
        Ok(Self(indicator_version::entered(conn, county).await?))
    }

    /// What is read now, or was at a moment.
    fn read_by(&self, reading: Reading<'_>, until: Option<Instant>) -> Rests {
        let reach = reading.standard.looks_back(reading.county);
        let there = self.0.iter().filter_map(|one| {
            let year = i32::try_from(one.year).ok()?;
            let is_read = is_within(&reach, reading.year, (year, one.name.as_str()));
            let is_there = until.is_none_or(|until| one.entered_at <= until);
            let version = u64::try_from(one.version).ok()?;
            (is_read && is_there).then(|| ((year, one.name.clone()), version))
        });
        there.collect()
    }

    /// Whether an acceptance covers the values as they are, and as an evaluation of this moment read them.
    pub(super) fn cover(
        &self,
        reading: Reading<'_>,
        step: &TitleStep,
        stored: Option<&Acceptance>,
        evaluated_at: Option<Instant>,
    ) -> Cover {
        let reach = reading.standard.looks_back(reading.county);
        let accepted = match stored {
            Some(stored) => stored.versions.within(&reach, reading.year),
            // From before acceptances stored it.
            None => self.read_by(reading, Some(step.taken.at)),
        };
        let evaluated = evaluated_at.map(|at| self.read_by(reading, Some(at)));
        Cover {
            at: step.taken.at,
            changed: accepted.differences(&self.read_by(reading, None)),
            otherwise: evaluated.map_or_else(Vec::new, |then| accepted.differences(&then)),
        }
    }
}

/// What the acceptance would rest on at this moment, with the digest of the standard's text.
pub(super) async fn rests(
    conn: &mut Conn<'_>,
    reading: Reading<'_>,
    standard: [u8; 32],
) -> Result<Acceptance, StoreError> {
    let reach = reading.standard.looks_back(reading.county);
    let values = indicator::list(conn).await?.into_iter();
    let values: Indicators = values
        .map(|stored| stored.indicator)
        .filter(|value| value.county == reading.county)
        .filter(|value| is_within(&reach, reading.year, (value.year, value.id.as_str())))
        .collect();
    let versions = Versions::of(conn, reading.county).await?;
    Ok(Acceptance {
        standard,
        digest: Sha256::digest(lines(&values)).into(),
        versions: versions.read_by(reading, None),
    })
}

/// Values that the standard reads for the county and year and nobody verified, or that are disputed. Judgements carry the name and
/// the reason of their assessor and are not verified again. A value that nobody reported is not lacking: its criterion
/// is not assessable; but a county without a single value of the year has nothing that could be accepted.
pub(super) async fn lacking(
    conn: &mut Conn<'_>,
    reading: Reading<'_>,
) -> Result<Lacking, StoreError> {
    let (county, year) = (reading.county, reading.year);
    let kinds = reading.standard.indicator_kinds();
    let mut reach = reading.standard.looks_back(county);
    reach.retain(|id, _| kinds.get(id) != Some(&Kind::Judgement));
    let disputed = indicator_version::disputed(conn).await?.into_iter();
    let disputed: BTreeSet<(i64, String)> = disputed
        .filter(|(of, _, _)| of == county)
        .map(|(_, when, name)| (when, name))
        .collect();
    let mut found = Lacking::new();
    let mut is_there = false;
    for stored in indicator::list(conn).await? {
        let value = &stored.indicator;
        if value.county != county || !is_within(&reach, year, (value.year, value.id.as_str())) {
            continue;
        }
        is_there |= value.year == year;
        let is_disputed = disputed.contains(&(i64::from(value.year), value.id.clone()));
        if !stored.is_verified() || is_disputed {
            let of_year = found.entry(value.year).or_default();
            of_year.insert(value.id.clone());
        }
    }
    if !is_there {
        let all = reach.into_keys().map(str::to_owned);
        found.insert(year, all.collect());
    }
    Ok(found)
}

/// The last acceptance among the steps of a county and year, with what it rests on.
pub(super) fn last<'a>(
    steps: &'a [TitleStep],
    stored: &'a BTreeMap<TitleStepId, Acceptance>,
) -> Option<(&'a TitleStep, Option<&'a Acceptance>)> {
    let step = steps.iter().rev().find(|one| one.step == Step::Accept)?;
    Some((step, stored.get(&step.id)))
}
