//! What counties report: entered by their reporters, verified or disputed by a second person.
//!
//! For: the pages under `/indicators`. Uses: the office, `evaluation`. Promises: a reporter sees and changes the
//! own county only, and another one is as if it were not there; every report is a new version, and none is ever
//! changed or lost; a value is verified by somebody who did not enter it, and a new version is unverified again;
//! every step is one transaction with its audit entry.

mod evidence;
mod save;
mod table;
mod typed;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::again::{Contended, again};
use super::app::App;
use super::keys::{KeysError, random};
use crate::evaluation::indicator::{Indicator, Kind, Status};
use crate::evaluation::indicator_file::CellProblem;
use crate::evaluation::standard::Standard;
use crate::storage::office::indicator::StoredIndicator;
use crate::storage::office::indicator_version as version;
use crate::storage::office::{self, account, area, audit, indicator, reporter, standard};
use crate::storage::{Conn, StoreError};
use crate::survey::account::{Account, AccountName};
use crate::survey::area::AreaCode;
use crate::survey::audit::Entry;
use crate::survey::ids::{AccountId, IndicatorId};
use crate::survey::role::{Action, Role};
use crate::survey::time::Instant;

pub use self::evidence::{EvidenceProblem, FileKind, LARGEST, add_evidence, open_evidence};
pub use self::save::{Saved, save};
pub use self::table::{Filled, TableProblem, fill, template};
pub use self::typed::{readable, texts};
pub use crate::storage::office::evidence::Evidence;
pub use crate::storage::office::indicator_version::{Ruling, Version};

/// Earlier years beside a value.
pub const EARLIER: i32 = 4;
/// First year that anybody reports.
const FIRST_YEAR: i32 = 1990;

/// Why nothing was shown or changed.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// The person's role does not do this.
    #[error("this is not among this account's rights")]
    Denied,
    /// There is no such county, year, value or file for this person.
    #[error("there is no such report")]
    Unknown,
    /// No standard has been imported.
    #[error("no standard has been imported yet")]
    NoStandard,
    /// What was typed has problems: indicator, column, problem.
    #[error("{} values cannot be taken", .0.len())]
    Values(Vec<ValueProblem>),
    /// The person entered this version.
    #[error("nobody verifies what the own account entered")]
    Own,
    /// There is a later version, or somebody has spoken of this one.
    #[error("this version is not the one to be verified")]
    Past,
    /// A dispute without a reason.
    #[error("a dispute needs a reason")]
    NoReason,
    /// The file cannot be kept.
    #[error("the file cannot be kept")]
    File(EvidenceProblem),
    /// No random bits.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// The office failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Contended for ReportError {
    fn is_contended(&self) -> bool {
        matches!(
            self,
            Self::Store(StoreError::Contention(_) | StoreError::Duplicate(_))
        )
    }
}

/// What is wrong with what was typed for one indicator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueProblem {
    /// Indicator id.
    pub indicator: String,
    /// What is wrong.
    pub problem: TypedProblem,
}

/// Kinds of problems of what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TypedProblem {
    /// As in a file.
    Cell(CellProblem),
    /// A value that was reported cannot be emptied.
    Emptied,
    /// A measure that the standard does not know.
    Measure(String),
}

/// Where a value stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Nobody reported it.
    Missing,
    /// Reported, and nobody has spoken of it.
    Reported,
    /// A second person disputes it.
    Disputed,
    /// A second person verified it.
    Verified,
}

impl Standing {
    /// The code, for sentences by key.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Reported => "reported",
            Self::Disputed => "disputed",
            Self::Verified => "verified",
        }
    }
}

/// How many values of a county and year stand where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Verified ones.
    pub verified: usize,
    /// Reported ones of which nobody has spoken.
    pub reported: usize,
    /// Disputed ones.
    pub disputed: usize,
    /// Those that nobody reported.
    pub missing: usize,
}

/// All counties and years that a person may see.
#[derive(Debug)]
pub struct Overview {
    /// The standard in force.
    pub standard: Standard,
    /// Years, the latest first, each with its counties in the standard's order: code and counts.
    pub years: Vec<(i32, Vec<(String, Counts)>)>,
}

/// What a county reported for a year.
#[derive(Debug)]
pub struct Sheet {
    /// The standard in force.
    pub standard: Standard,
    /// Division code of the county.
    pub county: String,
    /// The year.
    pub year: i32,
    /// Values of this and the earlier years, by year and indicator.
    pub values: BTreeMap<(i32, String), StoredIndicator>,
    /// Versions by indicator, the latest first.
    pub versions: BTreeMap<String, Vec<Version>>,
    /// Files by indicator.
    pub evidence: BTreeMap<String, Vec<Evidence>>,
    /// Who is who.
    pub names: BTreeMap<AccountId, AccountName>,
    /// Whether this person reports.
    pub may_report: bool,
    /// Whether this person verifies.
    pub may_verify: bool,
}

impl Sheet {
    /// Where an indicator stands.
    #[must_use]
    pub fn standing(&self, id: &str) -> Standing {
        let Some(value) = self.values.get(&(self.year, id.to_owned())) else {
            return Standing::Missing;
        };
        let latest = self.versions.get(id).and_then(|all| all.first());
        let ruling = latest.and_then(|latest| latest.ruling.as_ref());
        if ruling.is_some_and(|ruling| !ruling.verified) {
            Standing::Disputed
        } else if value.is_verified() {
            Standing::Verified
        } else {
            Standing::Reported
        }
    }

    /// Whether something that was entered then is late: after the last day of application, in the standard's zone.
    #[must_use]
    pub fn is_late(&self, at: Instant) -> bool {
        self.standard.cycle.in_time(self.year, at.micros()) == Ok(false)
    }
}

/// Indicators that this county reports, with their kinds: all that the standard reads but judgements, which a named
/// assessor makes.
#[must_use]
pub fn asked<'a>(standard: &'a Standard, county: &str) -> BTreeMap<&'a str, Kind> {
    let elsewhere: BTreeSet<&str> = standard
        .measures
        .iter()
        .filter(|measure| !measure.counties.is_empty())
        .filter(|measure| !measure.counties.iter().any(|code| code == county))
        .map(|measure| measure.id.as_str())
        .collect();
    let kinds = standard.indicator_kinds().into_iter();
    kinds
        .filter(|(id, kind)| *kind != Kind::Judgement && !elsewhere.contains(id))
        .collect()
}

/// The standard in force.
async fn in_force(conn: &mut Conn<'_>) -> Result<Standard, ReportError> {
    let found = standard::find_latest(conn).await?;
    Ok(found.ok_or(ReportError::NoStandard)?.standard)
}

/// The county that a reporter is bound to; none for everybody who sees all of them.
async fn bound(conn: &mut Conn<'_>, person: &Account) -> Result<Option<AreaCode>, ReportError> {
    if !person.may(Action::ReadIndicators) {
        return Err(ReportError::Denied);
    }
    if person.role != Role::Reporter {
        return Ok(None);
    }
    let county = reporter::find(conn, person.id).await?;
    county.map(Some).ok_or(ReportError::Unknown)
}

/// Refuses a county that is not the person's, or not one of the standard, and a year that has not begun.
async fn reach(
    app: &App,
    conn: &mut Conn<'_>,
    person: &Account,
    (county, year): (&str, i32),
) -> Result<Standard, ReportError> {
    let own = bound(conn, person).await?;
    if own.is_some_and(|own| own.as_str() != county) {
        return Err(ReportError::Unknown);
    }
    let standard = in_force(conn).await?;
    let this_year = i32::from(app.zone.date(app.clock.now()).year());
    let code = AreaCode::parse(county).map_err(|_| ReportError::Unknown)?;
    let known = standard.county(county).is_some() && area::list(conn).await?.get(&code).is_some();
    if known && (FIRST_YEAR..=this_year).contains(&year) {
        Ok(standard)
    } else {
        Err(ReportError::Unknown)
    }
}

/// Every county and year that the person may see.
pub async fn overview(app: &App, person: &Account) -> Result<Overview, ReportError> {
    let mut tx = app.office.0.begin_read("overview of indicators").await?;
    let mut conn = tx.conn();
    let own = bound(&mut conn, person).await?;
    let standard = in_force(&mut conn).await?;
    let values = indicator::list(&mut conn).await?;
    let disputed: BTreeSet<(String, i64, String)> =
        version::disputed(&mut conn).await?.into_iter().collect();
    let this_year = i32::from(app.zone.date(app.clock.now()).year());
    let mut years: BTreeSet<i32> = values.iter().map(|value| value.indicator.year).collect();
    years.extend([this_year - 1, this_year]);
    let counties = standard.counties.iter().map(|county| county.code.as_str());
    let counties: Vec<&str> = counties
        .filter(|code| own.as_ref().is_none_or(|own| own.as_str() == *code))
        .collect();
    let mut counts: BTreeMap<(i32, &str), Counts> = BTreeMap::new();
    for stored in &values {
        let Indicator {
            county, year, id, ..
        } = &stored.indicator;
        if !asked(&standard, county).contains_key(id.as_str()) {
            continue;
        }
        let of = counts.entry((*year, county.as_str())).or_default();
        let key = (county.clone(), i64::from(*year), id.clone());
        if disputed.contains(&key) {
            of.disputed += 1;
        } else if stored.is_verified() {
            of.verified += 1;
        } else {
            of.reported += 1;
        }
    }
    let line = |year: i32, code: &str| {
        let mut of = counts.get(&(year, code)).copied().unwrap_or_default();
        let there = of.verified + of.reported + of.disputed;
        of.missing = asked(&standard, code).len().saturating_sub(there);
        (code.to_owned(), of)
    };
    let years = years.into_iter().rev();
    let years = years
        .map(|year| (year, counties.iter().map(|code| line(year, code)).collect()))
        .collect();
    Ok(Overview { standard, years })
}

/// What a county reported for a year, with everything beside it.
pub async fn sheet(
    app: &App,
    person: &Account,
    county: &str,
    year: i32,
) -> Result<Sheet, ReportError> {
    let mut tx = app.office.0.begin_read("sheet of indicators").await?;
    let mut conn = tx.conn();
    let standard = reach(app, &mut conn, person, (county, year)).await?;
    let values = indicator::list(&mut conn).await?.into_iter();
    let near = |value: &StoredIndicator| {
        value.indicator.county == county && (year - EARLIER..=year).contains(&value.indicator.year)
    };
    let values = values
        .filter(near)
        .map(|value| ((value.indicator.year, value.indicator.id.clone()), value))
        .collect();
    let mut versions: BTreeMap<String, Vec<Version>> = BTreeMap::new();
    for one in version::list(&mut conn, county, year).await? {
        versions
            .entry(one.indicator.id.clone())
            .or_default()
            .push(one);
    }
    let mut evidence: BTreeMap<String, Vec<Evidence>> = BTreeMap::new();
    for one in office::evidence::list(&mut conn, county, year).await? {
        evidence.entry(one.indicator.clone()).or_default().push(one);
    }
    let people = account::list(&mut conn).await?.into_iter();
    Ok(Sheet {
        standard,
        county: county.to_owned(),
        year,
        values,
        versions,
        evidence,
        names: people.map(|who| (who.id, who.name)).collect(),
        may_report: person.may(Action::ReportIndicators),
        may_verify: person.may(Action::VerifyIndicators),
    })
}

/// A second person verifies a version, or disputes it with a reason.
pub async fn rule(
    app: &App,
    person: &Account,
    place: (&str, i32),
    id: IndicatorId,
    dispute: Option<&str>,
) -> Result<(), ReportError> {
    again(|| rule_once(app, person, place, id, dispute)).await
}

async fn rule_once(
    app: &App,
    person: &Account,
    (county, year): (&str, i32),
    id: IndicatorId,
    dispute: Option<&str>,
) -> Result<(), ReportError> {
    if !person.may(Action::VerifyIndicators) {
        return Err(ReportError::Denied);
    }
    let reason = dispute.map(str::trim);
    if reason.is_some_and(str::is_empty) {
        return Err(ReportError::NoReason);
    }
    let mut tx = app.office.0.begin_write("rule on indicator").await?;
    let mut conn = tx.conn();
    reach(app, &mut conn, person, (county, year)).await?;
    let versions = version::list(&mut conn, county, year).await?;
    let found = versions.iter().find(|version| version.id == id);
    let found = found.ok_or(ReportError::Unknown)?;
    let name = found.indicator.id.as_str();
    let latest = versions.iter().find(|version| version.indicator.id == name);
    if latest.is_none_or(|latest| latest.id != id) || found.ruling.is_some() {
        return Err(ReportError::Past);
    }
    if found.entered_by == Some(person.id) {
        return Err(ReportError::Own);
    }
    let now = app.clock.now();
    let ruling = Ruling {
        verified: reason.is_none(),
        reason: reason.unwrap_or_default().to_owned(),
        ruled_by: person.id,
        ruled_at: now,
    };
    version::insert_ruling(&mut conn, id, &ruling).await?;
    if ruling.verified {
        mark(&mut conn, found, &ruling).await?;
    }
    let action = if ruling.verified {
        "verify_indicator"
    } else {
        "dispute_indicator"
    };
    let detail = json!({"version": found.number, "reason": ruling.reason});
    let subject = subject(county, year, name);
    let entry = Entry::by(person, now, random()?, action, subject, detail);
    audit::insert(&mut conn, &entry).await?;
    Ok(tx.commit().await?)
}

/// The value that evaluations read is verified from now on; an invented one stays marked as such.
async fn mark(conn: &mut Conn<'_>, found: &Version, ruling: &Ruling) -> Result<(), ReportError> {
    let one = &found.indicator;
    let head = indicator::list(conn).await?.into_iter().find(|value| {
        let value = &value.indicator;
        value.county == one.county && value.year == one.year && value.id == one.id
    });
    let mut head = head.ok_or(StoreError::Missing("indicator"))?;
    if head.indicator.status == Status::Reported {
        head.indicator.status = Status::Verified;
    }
    head.verified_by = Some(ruling.ruled_by);
    head.verified_at = Some(ruling.ruled_at);
    Ok(indicator::update(conn, &head).await?)
}

/// A value in the audit log.
fn subject(county: &str, year: i32, indicator: &str) -> String {
    format!("indicator {county} {year} {indicator}")
}
