//! The yearly cycle of a standard: calendar, targets, titles, years in a row, consequences as data.
//!
//! Promise: a deadline is a local day, inclusive to its last moment in the standard's time zone; a
//! title needs a verdict that is met, or an open one that two named people decided with a written
//! reason for each open criterion. Consequences are shown as the notice attaches them; nothing here
//! executes one.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::decision::Decision;
use super::verdict::{Outcome, Verdict};
use super::words::Words;

/// One step of the year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Id.
    pub id: String,
    /// Name.
    pub name: Words,
    /// What happens, who does it, until when.
    pub rule: Words,
}

/// Calendar and targets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cycle {
    /// First year under evaluation.
    pub first_year: i32,
    /// Last year under evaluation.
    pub last_year: i32,
    /// IANA name of the time zone in which deadlines are local days.
    pub time_zone: String,
    /// Month (of the year itself) of the first day on which a county may check itself and apply; December where the standard
    /// does not say.
    #[serde(default = "december")]
    pub begin_month: i8,
    /// First day on which a county may check itself and apply; the first one of the month where the standard does not say.
    #[serde(default = "first")]
    pub begin_day: i8,
    /// Month (of the following year) of the application's last day.
    pub application_month: i8,
    /// Last day of application, inclusive.
    pub application_day: i8,
    /// Titles in consecutive years that lead to a recommendation.
    pub years_in_a_row: u32,
    /// Whether a title by decision counts toward the years in a row.
    pub decided_counts: bool,
    /// The steps in order.
    pub steps: Vec<Step>,
    /// Year → least number of counties that the city aims at.
    pub targets: BTreeMap<i32, u32>,
}

/// The month of [`Cycle::begin_month`] in a standard that does not say it: the notice of 2004 has the self-check in December.
pub(super) const fn december() -> i8 {
    12
}

/// The day of [`Cycle::begin_day`] in a standard that does not say it.
pub(super) const fn first() -> i8 {
    1
}

/// Where a moment lies in the calendar of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Season {
    /// Before the first day of self-check and application.
    Before,
    /// Counties may check themselves and apply.
    Open,
    /// After the last day of application.
    Over,
}

/// The calendar cannot be computed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CycleError {
    /// No such time zone.
    #[error("time zone {zone} is unknown")]
    UnknownZone {
        /// The name.
        zone: String,
    },
    /// No such day.
    #[error("{month}-{day} of {year} is no day")]
    NoSuchDay {
        /// Year.
        year: i32,
        /// Month.
        month: i8,
        /// Day.
        day: i8,
    },
}

impl Cycle {
    /// The first local day on which a county may check itself and apply for the title of `year`.
    pub fn first_day(&self, year: i32) -> Result<Date, CycleError> {
        day(year, self.begin_month, self.begin_day)
    }

    /// The last local day on which a county may apply for the title of `year`.
    pub fn application_day(&self, year: i32) -> Result<Date, CycleError> {
        let next = year.saturating_add(1);
        day(next, self.application_month, self.application_day)
    }

    /// The local day of a moment (microseconds since 1970, UTC).
    pub fn local(&self, at: i64) -> Result<Date, CycleError> {
        let zone = TimeZone::get(&self.time_zone).map_err(|_| CycleError::UnknownZone {
            zone: self.time_zone.clone(),
        })?;
        let at = Timestamp::from_microsecond(at).unwrap_or(Timestamp::MAX);
        Ok(at.to_zoned(zone).date())
    }

    /// Whether something that arrived at `at` (microseconds since 1970, UTC) came by the last day of application. It has no
    /// beginning: values are reported all year round.
    pub fn in_time(&self, year: i32, at: i64) -> Result<bool, CycleError> {
        Ok(self.local(at)? <= self.application_day(year)?)
    }

    /// Where a moment (microseconds since 1970, UTC) lies in the calendar of `year`.
    pub fn season(&self, year: i32, at: i64) -> Result<Season, CycleError> {
        let day = self.local(at)?;
        Ok(if day < self.first_day(year)? {
            Season::Before
        } else if day <= self.application_day(year)? {
            Season::Open
        } else {
            Season::Over
        })
    }

    /// Whether `year` is one of those for which the standard was made.
    #[must_use]
    pub fn covers(&self, year: i32) -> bool {
        (self.first_year..=self.last_year).contains(&year)
    }

    /// How many counties the city aims at for `year`.
    #[must_use]
    pub fn target(&self, year: i32) -> Option<u32> {
        self.targets.get(&year).copied()
    }

    /// How many years up to and including `year` the county has had the title without a gap. Who asks leaves out the years
    /// that do not count, such as those under another standard.
    #[must_use]
    pub fn years_held(&self, titles: &BTreeMap<i32, Title>, year: i32) -> u32 {
        let counts = |year: &i32| match titles.get(year) {
            Some(Title::Named) => true,
            Some(Title::Decided(_)) => self.decided_counts,
            Some(Title::NotNamed) | None => false,
        };
        let first = titles.keys().next().copied().unwrap_or(year);
        let run = (first..=year).rev().take_while(counts).count();
        u32::try_from(run).unwrap_or(u32::MAX)
    }

    /// Whether the county is recommended to the province after `year`.
    #[must_use]
    pub fn recommended(&self, titles: &BTreeMap<i32, Title>, year: i32) -> bool {
        self.years_held(titles, year) >= self.years_in_a_row
    }
}

fn day(year: i32, month: i8, day: i8) -> Result<Date, CycleError> {
    let wrong = || CycleError::NoSuchDay { year, month, day };
    let civil = i16::try_from(year).map_err(|_| wrong())?;
    Date::new(civil, month, day).map_err(|_| wrong())
}

/// Whether a county has the title of a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "title", content = "decision")]
pub enum Title {
    /// The verdict is met.
    Named,
    /// The verdict is open, and two people decided.
    Decided(Decision),
    /// No title.
    NotNamed,
}

impl Title {
    /// The title that a verdict carries on its own.
    #[must_use]
    pub fn of(verdict: &Verdict) -> Self {
        match verdict.outcome {
            Outcome::Met => Self::Named,
            Outcome::NotMet | Outcome::Open => Self::NotNamed,
        }
    }
}

/// One rung of the ladder of consequences.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    /// Consecutive years.
    pub years: u32,
    /// What the notice attaches to meeting the standard.
    pub met: Words,
    /// What it attaches to missing the standard and the yearly management targets.
    pub missed: Words,
}

/// What the notice attaches to results.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consequences {
    /// Place in the notice.
    pub clause: String,
    /// The posts concerned.
    pub posts: Vec<Words>,
    /// The ladder by consecutive years.
    pub ladder: Vec<Rung>,
    /// Who gets neither.
    pub neither: Words,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::finding::Finding;

    fn cycle() -> Cycle {
        Cycle {
            first_year: 2004,
            last_year: 2006,
            time_zone: "Asia/Shanghai".into(),
            begin_month: december(),
            begin_day: first(),
            application_month: 1,
            application_day: 10,
            years_in_a_row: 3,
            decided_counts: true,
            steps: Vec::new(),
            targets: [(2004, 1), (2005, 2), (2006, 5)].into(),
        }
    }

    fn micros(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_microsecond()
    }

    #[test]
    fn the_tenth_of_january_is_in_time_to_its_last_second_in_shanghai() {
        // 23:59:59 in Shanghai (UTC+8) is 15:59:59 UTC
        let cycle = cycle();
        assert_eq!(
            cycle.in_time(2004, micros("2005-01-10T15:59:59.999999Z")),
            Ok(true)
        );
        assert_eq!(
            cycle.in_time(2004, micros("2005-01-10T16:00:00Z")),
            Ok(false)
        );
        assert_eq!(
            cycle.in_time(2004, micros("2004-12-01T00:00:00Z")),
            Ok(true)
        );
    }

    #[test]
    fn the_calendar_has_a_beginning_a_middle_and_an_end() {
        // Midnight in Shanghai is 16:00 UTC of the day before.
        let cycle = cycle();
        let at = |text| cycle.season(2026, micros(text)).unwrap();
        assert_eq!(at("2026-11-20T04:00:00Z"), Season::Before);
        assert_eq!(at("2026-11-30T15:59:59.999999Z"), Season::Before);
        assert_eq!(at("2026-11-30T16:00:00Z"), Season::Open);
        assert_eq!(at("2027-01-10T15:59:59.999999Z"), Season::Open);
        assert_eq!(at("2027-01-10T16:00:00Z"), Season::Over);
        assert_eq!(at("1970-01-01T00:00:00Z"), Season::Before);
        assert_eq!(cycle.first_day(2026).unwrap().to_string(), "2026-12-01");
        assert!(cycle.covers(2004) && cycle.covers(2006));
        assert!(!cycle.covers(2003) && !cycle.covers(2007));
    }

    #[test]
    fn a_cycle_that_was_stored_without_its_beginning_begins_in_december() {
        let mut stored = serde_json::to_value(cycle()).unwrap();
        let fields = stored.as_object_mut().unwrap();
        assert!(fields.remove("begin_month").is_some());
        assert!(fields.remove("begin_day").is_some());
        let read: Cycle = serde_json::from_value(stored).unwrap();
        assert_eq!(read, cycle());
    }

    #[test]
    fn an_unknown_zone_is_an_error_and_not_utc() {
        let mut cycle = cycle();
        cycle.time_zone = "Asia/Nowhere".into();
        assert!(cycle.in_time(2004, 0).is_err());
    }

    #[test]
    fn three_years_in_a_row_recommend_and_a_gap_starts_again() {
        let cycle = cycle();
        let mut titles: BTreeMap<i32, Title> =
            (2004..=2006).map(|year| (year, Title::Named)).collect();
        assert!(cycle.recommended(&titles, 2006));
        assert!(!cycle.recommended(&titles, 2005));
        titles.insert(2005, Title::NotNamed);
        assert_eq!(cycle.years_held(&titles, 2006), 1);
        titles.remove(&2005);
        assert_eq!(cycle.years_held(&titles, 2006), 1);
    }

    #[test]
    fn a_title_by_decision_counts_unless_the_standard_says_otherwise() {
        let mut cycle = cycle();
        let open = Verdict::of([("a", Finding::NotDecidable)]);
        let reasons: BTreeMap<String, String> = [("a".to_owned(), "because".to_owned())].into();
        let decision = Decision::new(&open, ["Li", "Wang"], &reasons);
        let titles: BTreeMap<i32, Title> = [
            (2004, Title::Named),
            (2005, Title::Decided(decision.unwrap())),
            (2006, Title::Named),
        ]
        .into();
        assert!(cycle.recommended(&titles, 2006));
        cycle.decided_counts = false;
        assert_eq!(cycle.years_held(&titles, 2006), 1);
    }

    #[test]
    fn an_open_verdict_is_no_title_by_itself() {
        let open = Verdict::of([("a", Finding::NotDecidable)]);
        assert_eq!(Title::of(&open), Title::NotNamed);
    }
}
