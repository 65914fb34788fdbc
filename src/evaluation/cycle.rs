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
    /// The last local day on which a county may apply for the title of `year`.
    pub fn application_day(&self, year: i32) -> Result<Date, CycleError> {
        let (month, day) = (self.application_month, self.application_day);
        let wrong = || CycleError::NoSuchDay {
            year: year.saturating_add(1),
            month,
            day,
        };
        let next = i16::try_from(year.saturating_add(1)).map_err(|_| wrong())?;
        Date::new(next, month, day).map_err(|_| wrong())
    }

    /// Whether an application that arrived at `at` (microseconds since 1970, UTC) is in time.
    pub fn in_time(&self, year: i32, at: i64) -> Result<bool, CycleError> {
        let zone = TimeZone::get(&self.time_zone).map_err(|_| CycleError::UnknownZone {
            zone: self.time_zone.clone(),
        })?;
        let last = self.application_day(year)?;
        let local = Timestamp::from_microsecond(at)
            .unwrap_or(Timestamp::MAX)
            .to_zoned(zone)
            .date();
        Ok(local <= last)
    }

    /// How many counties the city aims at for `year`.
    #[must_use]
    pub fn target(&self, year: i32) -> Option<u32> {
        self.targets.get(&year).copied()
    }

    /// How many years up to and including `year` the county has had the title without a gap.
    #[must_use]
    pub fn years_held(&self, titles: &BTreeMap<i32, Title>, year: i32) -> u32 {
        let counts = |year: &i32| match titles.get(year) {
            Some(Title::Named) => true,
            Some(Title::Decided(_)) => self.decided_counts,
            Some(Title::NotNamed) | None => false,
        };
        let run = (self.first_year..=year).rev().take_while(counts).count();
        u32::try_from(run).unwrap_or(u32::MAX)
    }

    /// Whether the county is recommended to the province after `year`.
    #[must_use]
    pub fn recommended(&self, titles: &BTreeMap<i32, Title>, year: i32) -> bool {
        self.years_held(titles, year) >= self.years_in_a_row
    }
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
