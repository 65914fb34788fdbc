//! What the acceptance of a county rests on: the version of every value that the standard reads for it.
//!
//! Pure. Promises: a value that got another version, and one that was not there and is there now, are both a difference; the text
//! of the same versions is the same, byte for byte.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A value of one county: its year and its indicator.
pub type Place = (i32, String);

/// The version of each value of one county that a standard reads for one year.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rests(BTreeMap<Place, u64>);

/// One value, as the stored text has it.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    year: i32,
    indicator: String,
    version: u64,
}

impl FromIterator<(Place, u64)> for Rests {
    /// The last one of a place counts.
    fn from_iter<T: IntoIterator<Item = (Place, u64)>>(all: T) -> Self {
        Self(all.into_iter().collect())
    }
}

impl Rests {
    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no value at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The values in this reach: indicator → years before `year`, see [`super::standard::Standard::looks_back`].
    #[must_use]
    pub fn within(&self, reach: &BTreeMap<&str, i32>, year: i32) -> Self {
        let all = self.0.iter();
        let near = all.filter(|((of, id), _)| is_within(reach, year, (*of, id)));
        near.map(|(place, version)| (place.clone(), *version))
            .collect()
    }

    /// Values whose version differs, or that stand on one side only, in order of year and indicator.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<Place> {
        let mine = self.0.iter();
        let differ = mine.filter(|(place, version)| other.0.get(*place) != Some(*version));
        let mut found: Vec<Place> = differ.map(|(place, _)| place.clone()).collect();
        let theirs = other.0.keys();
        found.extend(theirs.filter(|place| !self.0.contains_key(*place)).cloned());
        found.sort();
        found
    }

    /// A list of `{"year":…,"indicator":…,"version":…}` in order of year and indicator.
    #[must_use]
    pub fn to_json(&self) -> String {
        let lines = self.0.iter().map(|((year, indicator), version)| Line {
            year: *year,
            indicator: indicator.clone(),
            version: *version,
        });
        let lines: Vec<Line> = lines.collect();
        serde_json::to_string(&lines).unwrap_or_default()
    }

    /// What such a text says; `None` where it is none.
    #[must_use]
    pub fn from_json(text: &str) -> Option<Self> {
        let lines: Vec<Line> = serde_json::from_str(text).ok()?;
        let lines = lines.into_iter();
        Some(
            lines
                .map(|line| ((line.year, line.indicator), line.version))
                .collect(),
        )
    }
}

/// Whether a value of this year is in the reach of an evaluation of `year`.
#[must_use]
pub fn is_within(reach: &BTreeMap<&str, i32>, year: i32, (of, id): (i32, &str)) -> bool {
    reach
        .get(id)
        .is_some_and(|back| (year.saturating_sub(*back)..=year).contains(&of))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::standard::Standard;

    const STANDARD: &str = include_str!("../../standards/yangquan-2004.toml");

    fn rests(all: &[(i32, &str, u64)]) -> Rests {
        let all = all.iter();
        all.map(|(year, id, version)| ((*year, (*id).to_owned()), *version))
            .collect()
    }

    #[test]
    fn another_version_a_new_value_and_a_lost_one_are_differences() {
        let before = rests(&[(2003, "a", 1), (2004, "a", 1), (2004, "b", 2)]);
        assert_eq!(before.differences(&before), []);
        let after = rests(&[(2003, "a", 2), (2004, "b", 2), (2004, "c", 1)]);
        let place = |year, id: &str| (year, id.to_owned());
        let wanted = [place(2003, "a"), place(2004, "a"), place(2004, "c")];
        assert_eq!(before.differences(&after), wanted);
        assert_eq!(after.differences(&before), wanted);
    }

    #[test]
    fn the_stored_text_reads_as_what_it_was_written_from() {
        let all = rests(&[(2004, "a", 1), (2003, "b", 12)]);
        let text = all.to_json();
        let wanted = r#"[{"year":2003,"indicator":"b","version":12},{"year":2004,"indicator":"a","version":1}]"#;
        assert_eq!(text, wanted);
        assert_eq!(Rests::from_json(&text), Some(all));
        assert_eq!(Rests::from_json("[{}]"), None);
    }

    #[test]
    fn the_notice_looks_back_four_years_at_cases_and_three_at_rates() {
        // From the table of the standard, by hand: growth y−4 … y, own averages y−3 … y, everything else y or y−1.
        let standard = Standard::from_toml(STANDARD).unwrap();
        let reach = standard.looks_back("140302");
        let back = |id: &str| reach.get(id).copied();
        assert_eq!(back("crime.cases"), Some(4));
        for id in ["crime.clearance", "crime.prosecution", "crime.conclusion"] {
            assert_eq!(back(id), Some(3), "{id}");
        }
        assert_eq!(back("crime.violent_cases"), Some(1));
        assert_eq!(back("crime.homicide_clearance"), Some(0));
        assert_eq!(back("measure.county_funding"), Some(0));
        // Patrol teams are asked of three counties only.
        assert_eq!(back("measure.patrol_teams"), None);
        let reach = standard.looks_back("140311");
        assert_eq!(reach.get("measure.patrol_teams"), Some(&0));
        let all = rests(&[
            (1999, "crime.cases", 1),
            (2000, "crime.cases", 1),
            (2001, "crime.clearance", 1),
            (2003, "crime.homicide_clearance", 1),
        ]);
        let wanted = rests(&[(2000, "crime.cases", 1), (2001, "crime.clearance", 1)]);
        assert_eq!(all.within(&reach, 2004), wanted);
    }
}
