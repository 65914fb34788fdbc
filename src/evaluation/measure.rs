//! Monitored measures: numbers that the notice asks for and that are no gates.
//!
//! They have a number to compare with and never touch a verdict.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::amount::Amount;
use super::indicator::{Kind, Value};
use super::rule::Inputs;
use super::words::Words;

/// A monitored measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Id, also of the indicator that it reads.
    pub id: String,
    /// Place in the notice.
    pub clause: String,
    /// Name.
    pub name: Words,
    /// Codes of the counties concerned; empty means all.
    pub counties: Vec<String>,
    /// What is asked for.
    pub rule: MeasureRule,
}

/// What a measure asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MeasureRule {
    /// One number, at least `least`.
    AmountAtLeast {
        /// Inclusive limit.
        least: Amount,
    },
    /// Every unit of a list has `measure` between two inclusive limits.
    EachBetween {
        /// Name of the units' measure.
        measure: String,
        /// Inclusive lower limit.
        least: Amount,
        /// Inclusive upper limit, if there is one.
        most: Option<Amount>,
    },
    /// All of m.
    All,
    /// A count, at least `least`, with exceptions by county.
    CountAtLeast {
        /// Inclusive limit.
        least: u32,
        /// County code → its own limit.
        by_county: BTreeMap<String, u32>,
    },
}

/// Whether a county keeps a measure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum MeasureResult {
    /// A number against its limit.
    Number {
        /// The number.
        value: Amount,
        /// The limit.
        least: Amount,
        /// Whether it is kept.
        kept: bool,
    },
    /// Units that keep it, of all units.
    Units {
        /// Units that keep it.
        k: u32,
        /// All units.
        m: u32,
        /// Whether all do.
        kept: bool,
    },
    /// Not asked of this county.
    NotAsked,
    /// Not reported, or reported in a form that does not fit.
    NotReported,
}

impl MeasureResult {
    /// Whether the measure is kept; `None` when that is not known or not asked.
    #[must_use]
    pub fn kept(&self) -> Option<bool> {
        match self {
            Self::Number { kept, .. } | Self::Units { kept, .. } => Some(*kept),
            Self::NotAsked | Self::NotReported => None,
        }
    }
}

impl Measure {
    /// The indicator that the measure reads, with its kind.
    #[must_use]
    pub fn needs(&self) -> (&str, Kind) {
        let kind = match self.rule {
            MeasureRule::AmountAtLeast { .. } => Kind::Amount,
            MeasureRule::EachBetween { .. } => Kind::List,
            MeasureRule::All => Kind::Rate,
            MeasureRule::CountAtLeast { .. } => Kind::Count,
        };
        (&self.id, kind)
    }

    /// Whether the county keeps the measure in the year.
    #[must_use]
    pub fn evaluate(&self, inputs: &Inputs<'_>) -> MeasureResult {
        if !self.counties.is_empty() && !self.counties.iter().any(|c| c == inputs.county) {
            return MeasureResult::NotAsked;
        }
        let reported = inputs
            .reported
            .get(inputs.year, &self.id)
            .map(|indicator| &indicator.value);
        match (&self.rule, reported) {
            (MeasureRule::AmountAtLeast { least }, Some(Value::Amount { amount })) => {
                MeasureResult::Number {
                    value: *amount,
                    least: *least,
                    kept: amount >= least,
                }
            }
            (MeasureRule::CountAtLeast { least, by_county }, Some(Value::Count { count })) => {
                let least = by_county.get(inputs.county).unwrap_or(least);
                MeasureResult::Number {
                    value: Amount::whole(*count),
                    least: Amount::whole(*least),
                    kept: count >= least,
                }
            }
            (MeasureRule::All, Some(Value::Rate { k, m })) => MeasureResult::Units {
                k: *k,
                m: *m,
                kept: k == m,
            },
            (
                MeasureRule::EachBetween {
                    measure,
                    least,
                    most,
                },
                Some(Value::List { entries }),
            ) => {
                let values: Option<Vec<Amount>> = entries
                    .iter()
                    .map(|entry| entry.measures.get(measure).copied())
                    .collect();
                values.map_or(MeasureResult::NotReported, |values| {
                    units(&values, *least, *most)
                })
            }
            _ => MeasureResult::NotReported,
        }
    }
}

fn units(values: &[Amount], least: Amount, most: Option<Amount>) -> MeasureResult {
    let inside = |v: &&Amount| **v >= least && most.is_none_or(|most| **v <= most);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let k = count(values.iter().filter(inside).count());
    let m = count(values.len());
    MeasureResult::Units { k, m, kept: k == m }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::indicator::{Entry, Indicator, Indicators, Status};

    fn evaluate(rule: MeasureRule, counties: &[&str], value: Option<Value>) -> MeasureResult {
        let words = Words::new([("en".to_owned(), "m".to_owned())]);
        let measure = Measure {
            id: "m".into(),
            clause: "c".into(),
            name: words,
            counties: counties.iter().map(|c| (*c).to_owned()).collect(),
            rule,
        };
        let indicators: Indicators = value
            .into_iter()
            .map(|value| Indicator {
                county: "140302".into(),
                year: 2006,
                id: "m".into(),
                status: Status::Reported,
                value,
            })
            .collect();
        measure.evaluate(&Inputs {
            county: "140302",
            year: 2006,
            reported: indicators.of("140302"),
            survey: None,
        })
    }

    #[test]
    fn half_a_yuan_per_resident_is_enough_and_less_is_not() {
        for (text, kept) in [("0.5", true), ("0.4999", false)] {
            let amount = text.parse().unwrap();
            let least = "0.5".parse().unwrap();
            let result = evaluate(
                MeasureRule::AmountAtLeast { least },
                &[],
                Some(Value::Amount { amount }),
            );
            assert_eq!(result.kept(), Some(kept));
        }
    }

    #[test]
    fn every_township_team_has_five_to_ten_people() {
        let teams = |sizes: &[u32]| Value::List {
            entries: sizes
                .iter()
                .map(|size| Entry {
                    label: "t".into(),
                    measures: [("people".to_owned(), Amount::whole(*size))].into(),
                })
                .collect(),
        };
        let rule = MeasureRule::EachBetween {
            measure: "people".into(),
            least: Amount::whole(5),
            most: Some(Amount::whole(10)),
        };
        for (sizes, k, kept) in [
            (&[5, 10, 7][..], 3, true),
            (&[4, 10], 1, false),
            (&[5, 11], 1, false),
        ] {
            let result = evaluate(rule.clone(), &[], Some(teams(sizes)));
            let m = u32::try_from(sizes.len()).unwrap();
            assert_eq!(result, MeasureResult::Units { k, m, kept });
        }
    }

    #[test]
    fn a_county_has_its_own_number_of_squads_and_is_not_asked_for_what_concerns_others() {
        let squads = || MeasureRule::CountAtLeast {
            least: 1,
            by_county: [("140302".to_owned(), 2)].into(),
        };
        let one = Some(Value::Count { count: 1 });
        assert_eq!(evaluate(squads(), &[], one.clone()).kept(), Some(false));
        assert_eq!(
            evaluate(squads(), &["140311"], one),
            MeasureResult::NotAsked
        );
        assert_eq!(evaluate(squads(), &[], None), MeasureResult::NotReported);
    }
}
