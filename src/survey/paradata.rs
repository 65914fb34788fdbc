//! Paradata: how many responses came in which mode, language and direction, by county, as far as it may be told.
//!
//! Pure. Promises: a value that nobody in the wave has is not named; in a county a value with fewer responses than the
//! plan's limit is joined with its neighbor, never only left out, so that the numbers of a county always add up to its
//! responses and nothing can be computed from their sum; no two properties are crossed.

use std::collections::{BTreeMap, BTreeSet};

use super::area::AreaCode;
use super::response::{Direction, Mode, Traits};
use crate::stats::disclosure::{Distribution, merged_cells};

/// What was lost in thinning.
pub const UNKNOWN: &str = "unknown";

/// A property of responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Property {
    /// How the answers came.
    Mode,
    /// Language of the page.
    Language,
    /// Direction of the scales.
    Direction,
}

impl Property {
    /// Every property.
    pub const ALL: [Self; 3] = [Self::Mode, Self::Language, Self::Direction];

    /// The word that files hold.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mode => "mode",
            Self::Language => "language",
            Self::Direction => "direction",
        }
    }

    fn of(self, traits: &Traits) -> Option<&str> {
        match self {
            Self::Mode => traits.mode.map(Mode::as_str),
            Self::Language => traits.language.as_deref(),
            Self::Direction => traits.direction.map(Direction::as_str),
        }
    }

    /// Where a value stands in the list, so that neighbors are alike.
    fn place(self, value: &str) -> usize {
        // Own phones beside own phones.
        let mode = match Mode::from_word(value) {
            Some(Mode::Blind) => Some(0),
            _ => (1..)
                .zip(Mode::ALL)
                .find_map(|(place, mode)| (mode.as_str() == value).then_some(place)),
        };
        match self {
            _ if value == UNKNOWN => usize::MAX,
            Self::Mode => mode.unwrap_or(usize::MAX - 1),
            Self::Language | Self::Direction => 0,
        }
    }
}

/// Responses of a county that share a value, or one of several that were joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The county.
    pub county: AreaCode,
    /// The property.
    pub property: Property,
    /// Its values.
    pub values: Vec<String>,
    /// Responses.
    pub responses: u64,
}

/// Counts of all counties; `smallest` is the fewest responses that a line may tell.
#[must_use]
pub fn lines<'a>(
    responses: &(impl Iterator<Item = (&'a AreaCode, &'a Traits)> + Clone),
    smallest: u64,
) -> Vec<Line> {
    let mut lines = Vec::new();
    let counties: BTreeSet<&AreaCode> = responses.clone().map(|(county, _)| county).collect();
    for property in Property::ALL {
        let mut counts: BTreeMap<(&AreaCode, &str), u64> = BTreeMap::new();
        for (county, traits) in responses.clone() {
            let value = property.of(traits).unwrap_or(UNKNOWN);
            *counts.entry((county, value)).or_default() += 1;
        }
        let values: BTreeSet<&str> = counts.keys().map(|(_, value)| *value).collect();
        let mut values: Vec<&str> = values.into_iter().collect();
        values.sort_by_key(|value| (property.place(value), *value));
        for county in &counties {
            let count = |value: &str| counts.get(&(*county, value)).copied().unwrap_or_default();
            lines.extend(joined(&values, count, smallest).into_iter().map(
                |(values, responses)| Line {
                    county: (*county).clone(),
                    property,
                    values,
                    responses,
                },
            ));
        }
    }
    lines.sort_by(|a, b| a.county.cmp(&b.county).then(a.property.cmp(&b.property)));
    lines
}

/// Values with their counts, small ones joined; everything in one where nothing else may be told.
fn joined(values: &[&str], count: impl Fn(&str) -> u64, smallest: u64) -> Vec<(Vec<String>, u64)> {
    // Mode and language are lost together: whoever adds up the known ones of the one knows how many are known of the
    // other. So what is known is joined with what is known, and with the rest only where there is too little of it.
    let sides: Vec<u8> = values
        .iter()
        .map(|value| u8::from(*value == UNKNOWN))
        .collect();
    let cells = Distribution {
        sides: &sides,
        everybody: None,
    };
    let total = |set: &[usize]| -> u64 {
        let found = set.iter().filter_map(|k| values.get(*k));
        found.map(|value| count(value)).sum()
    };
    let merged =
        merged_cells(&cells, smallest, total).unwrap_or_else(|| vec![(0..values.len()).collect()]);
    merged
        .into_iter()
        .map(|set| {
            let words = set.iter().filter_map(|k| values.get(*k));
            (words.map(|word| (*word).to_owned()).collect(), total(&set))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn traits(mode: usize, english: bool) -> Traits {
        Traits {
            mode: Mode::ALL.get(mode).copied(),
            language: Some(if english { "en" } else { "zh-CN" }.to_owned()),
            ..Traits::default()
        }
    }

    fn code(text: &str) -> AreaCode {
        AreaCode::parse(text).unwrap()
    }

    #[test]
    fn small_values_are_joined_and_absent_ones_are_not_named() {
        let (a, b) = (code("140321"), code("140322"));
        let mut rows = vec![(&a, traits(0, false)); 200];
        rows.extend(vec![(&a, traits(3, false)); 4]);
        rows.extend(vec![(&b, traits(0, false)); 50]);
        rows.extend(vec![(&b, traits(3, true)); 12]);
        let all = lines(&rows.iter().map(|(county, traits)| (*county, traits)), 10);
        let of = |county: &AreaCode, property| -> Vec<(String, u64)> {
            all.iter()
                .filter(|line| line.county == *county && line.property == property)
                .map(|line| (line.values.join("+"), line.responses))
                .collect()
        };
        let pair = |values: &str, n| (values.to_owned(), n);
        assert_eq!(of(&a, Property::Mode), [pair("web+paper", 204)]);
        assert_eq!(of(&b, Property::Mode), [pair("web", 50), pair("paper", 12)]);
        assert_eq!(of(&a, Property::Language), [pair("en+zh-CN", 204)]);
        assert_eq!(of(&a, Property::Direction), [pair("unknown", 204)]);
    }

    /// Otherwise the known languages less the known modes would give the five.
    #[test]
    fn a_small_value_is_not_joined_with_what_was_lost() {
        let county = code("140322");
        let mut rows = vec![(&county, traits(0, false)); 510];
        rows.extend(vec![(&county, traits(1, false)); 5]);
        rows.extend(vec![(&county, Traits::default()); 385]);
        let found = lines(&rows.iter().map(|(county, traits)| (*county, traits)), 10);
        let of = |property| -> Vec<(String, u64)> {
            let own = found.iter().filter(|line| line.property == property);
            own.map(|line| (line.values.join("+"), line.responses))
                .collect()
        };
        let pair = |values: &str, n| (values.to_owned(), n);
        let both = [pair("web+plain", 515), pair("unknown", 385)];
        assert_eq!(of(Property::Mode), both);
        assert_eq!(
            of(Property::Language),
            [pair("zh-CN", 515), pair("unknown", 385)]
        );
    }

    proptest! {
        #[test]
        fn no_line_is_small_unless_it_is_the_whole_county(
            raw in proptest::collection::vec((0..3_usize, 0..5_usize, any::<bool>()), 1..120),
        ) {
            let counties = ["140321", "140322", "140302"].map(code);
            let rows: Vec<(&AreaCode, Traits)> = raw
                .iter()
                .map(|row| (&counties[row.0], traits(row.1, row.2)))
                .collect();
            let found = lines(&rows.iter().map(|(county, traits)| (*county, traits)), 10);
            for county in &counties {
                let n = rows.iter().filter(|row| row.0 == county).count() as u64;
                for property in Property::ALL {
                    let own: Vec<&Line> = found
                        .iter()
                        .filter(|line| line.county == *county && line.property == property)
                        .collect();
                    prop_assert_eq!(own.iter().map(|line| line.responses).sum::<u64>(), n);
                    prop_assert!(own.len() < 2 || own.iter().all(|line| line.responses >= 10));
                }
            }
        }
    }
}
