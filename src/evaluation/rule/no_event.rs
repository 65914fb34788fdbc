//! `no_event`: no reported event reaches any of several limits; limits are inclusive, joined by or.
//!
//! An event that lacks a measure counts as soon as another of its measures reaches a limit;
//! otherwise the criterion is not assessable, because the missing measure could decide.

use serde::{Deserialize, Serialize};

use super::Inputs;
use crate::evaluation::amount::Amount;
use crate::evaluation::finding::Finding;
use crate::evaluation::indicator::Entry;
use crate::evaluation::reason::{CriterionResult, Reason};

/// One limit on one measure of an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EventLimit {
    /// The measure's name, such as `deaths`.
    pub measure: String,
    /// The event counts from this value on.
    pub at_least: Amount,
}

/// No event of the list reaches any limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoEvent {
    /// Indicator id of the list of events.
    pub indicator: String,
    /// The limits, joined by or.
    pub limits: Vec<EventLimit>,
}

impl NoEvent {
    /// The result for one county and year.
    #[must_use]
    pub fn evaluate(&self, inputs: &Inputs<'_>) -> CriterionResult {
        let events = match inputs.list(&self.indicator, inputs.year) {
            Ok(events) => events,
            Err(reason) => return CriterionResult::not_assessable(reason),
        };
        let reached: Vec<_> = events.iter().filter_map(|e| self.reached(e)).collect();
        if let Some((event, limit, value)) = reached.first() {
            return CriterionResult::new(
                Finding::NotMet,
                Reason::Event {
                    label: event.label.clone(),
                    measure: limit.measure.clone(),
                    value: *value,
                    limit: limit.at_least,
                    events: u32::try_from(reached.len()).unwrap_or(u32::MAX),
                },
            );
        }
        for event in events {
            for limit in &self.limits {
                if !event.measures.contains_key(&limit.measure) {
                    return CriterionResult::not_assessable(Reason::EventIncomplete {
                        label: event.label.clone(),
                        measure: limit.measure.clone(),
                    });
                }
            }
        }
        CriterionResult::new(
            Finding::Met,
            Reason::NoEvent {
                events: u32::try_from(events.len()).unwrap_or(u32::MAX),
            },
        )
    }

    fn reached<'a>(&'a self, event: &'a Entry) -> Option<(&'a Entry, &'a EventLimit, Amount)> {
        self.limits.iter().find_map(|limit| {
            let value = *event.measures.get(&limit.measure)?;
            (value >= limit.at_least).then_some((event, limit, value))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::tests::in_2006;
    use super::*;
    use crate::evaluation::indicator::Value;

    fn fire(deaths: &str, injured: &str, loss: &str, households: &str) -> Entry {
        let measures = [
            ("deaths", deaths),
            ("injured", injured),
            ("loss", loss),
            ("households", households),
        ];
        Entry {
            label: "fire".into(),
            measures: measures
                .into_iter()
                .filter(|(_, v)| !v.is_empty())
                .map(|(n, v)| (n.to_owned(), v.parse().unwrap()))
                .collect(),
        }
    }

    fn judge(entries: Vec<Entry>) -> CriterionResult {
        let limits = [
            ("deaths", 3),
            ("injured", 10),
            ("loss", 300_000),
            ("households", 30),
        ];
        let rule = Rule::NoEvent(NoEvent {
            indicator: "x".into(),
            limits: limits
                .into_iter()
                .map(|(measure, at)| EventLimit {
                    measure: measure.to_owned(),
                    at_least: Amount::whole(at),
                })
                .collect(),
        });
        in_2006(&rule, &[(2006, Value::List { entries })])
    }

    #[test]
    fn each_limit_of_the_notice_is_inclusive_and_one_is_enough() {
        let cases = [
            (["2", "9", "299999", "29"], Finding::Met),
            (["2", "9", "299999.99", "29"], Finding::Met),
            (["3", "0", "0", "0"], Finding::NotMet),
            (["0", "10", "0", "0"], Finding::NotMet),
            (["0", "0", "300000", "0"], Finding::NotMet),
            (["0", "0", "0", "30"], Finding::NotMet),
        ];
        for ([deaths, injured, loss, households], expected) in cases {
            let result = judge(vec![fire(deaths, injured, loss, households)]);
            assert_eq!(result.finding, expected, "{deaths} {injured} {loss}");
        }
    }

    #[test]
    fn limits_are_of_one_fire_and_never_added_over_fires() {
        let two = vec![
            fire("2", "9", "299999", "29"),
            fire("2", "9", "299999", "29"),
        ];
        let result = judge(two);
        assert_eq!(result.finding, Finding::Met);
        assert_eq!(result.reason, Reason::NoEvent { events: 2 });
    }

    #[test]
    fn a_missing_measure_is_not_a_pass() {
        let result = judge(vec![fire("2", "9", "", "29")]);
        assert_eq!(result.finding, Finding::NotAssessable);
        let reason = Reason::EventIncomplete {
            label: "fire".into(),
            measure: "loss".into(),
        };
        assert_eq!(result.reason, reason);
    }

    #[test]
    fn a_missing_measure_does_not_save_a_fire_that_reaches_another_limit() {
        assert_eq!(judge(vec![fire("3", "", "", "")]).finding, Finding::NotMet);
    }

    #[test]
    fn reporting_that_there_was_no_fire_is_met_and_reporting_nothing_is_not() {
        assert_eq!(judge(Vec::new()).finding, Finding::Met);
    }
}
