//! `judged`: a named assessor's judgement with a written reason and evidence, beside monitored figures.
//!
//! Without assessor, reason and evidence a judgement does not count. A standard may set a limit on
//! the growth of a monitored count; breaking it is not met whatever the assessor wrote.

use serde::{Deserialize, Serialize};

use super::{Inputs, Needs};
use crate::evaluation::amount::Amount;
use crate::evaluation::finding::Finding;
use crate::evaluation::indicator::{Judgement, Kind};
use crate::evaluation::reason::{CriterionResult, JudgementPart, Note, Reason};

/// How a monitored figure is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// As k of m.
    Rate,
    /// As a count.
    Count,
    /// As the growth of a count from the year before.
    Growth,
}

/// A figure to be seen beside the judgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Monitored {
    /// Indicator id.
    pub indicator: String,
    /// How it is shown.
    pub shown: Shown,
}

/// An optional limit on the growth of a count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrowthLimit {
    /// Indicator id of the count.
    pub indicator: String,
    /// Growth may be at most this, in per cent.
    pub percent: Amount,
}

/// A named person's judgement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// Indicator id of the judgement.
    pub indicator: String,
    /// Figures to be seen beside it.
    pub monitored: Vec<Monitored>,
    /// An optional limit that no judgement can lift.
    pub growth_at_most: Option<GrowthLimit>,
}

impl Judged {
    /// The indicators that the rule reads.
    pub(super) fn needs(&self) -> Needs<'_> {
        let mut needs = vec![(self.indicator.as_str(), Kind::Judgement)];
        for figure in &self.monitored {
            let kind = match figure.shown {
                Shown::Rate => Kind::Rate,
                Shown::Count | Shown::Growth => Kind::Count,
            };
            needs.push((&figure.indicator, kind));
        }
        if let Some(limit) = &self.growth_at_most {
            needs.push((&limit.indicator, Kind::Count));
        }
        needs
    }

    /// Whether the rule compares with the year before.
    pub(super) fn reads_growth(&self) -> bool {
        let grows = |figure: &Monitored| figure.shown == Shown::Growth;
        self.growth_at_most.is_some() || self.monitored.iter().any(grows)
    }

    /// The result for one county and year.
    #[must_use]
    pub fn evaluate(&self, inputs: &Inputs<'_>) -> CriterionResult {
        let mut result =
            self.limit_result(inputs)
                .unwrap_or_else(|| match inputs.judgement(&self.indicator) {
                    Ok(judgement) => of_judgement(judgement),
                    Err(reason) => CriterionResult::not_assessable(reason),
                });
        for figure in &self.monitored {
            result.notes.push(note(figure, inputs));
        }
        result
    }

    /// The result when the limit alone decides: broken, or not assessable.
    fn limit_result(&self, inputs: &Inputs<'_>) -> Option<CriterionResult> {
        let limit = self.growth_at_most.as_ref()?;
        let before = inputs.count(&limit.indicator, inputs.year - 1);
        let now = inputs.count(&limit.indicator, inputs.year);
        let (before, now) = match (before, now) {
            (Ok(0), Ok(_)) => {
                let year = inputs.year - 1;
                return Some(CriterionResult::not_assessable(Reason::ZeroBase { year }));
            }
            (Ok(before), Ok(now)) => (before, now),
            (Err(reason), _) | (_, Err(reason)) => {
                return Some(CriterionResult::not_assessable(reason));
            }
        };
        // now / before − 1 > percent / 100  ⇔  100 · 10⁴ · (now − before) > percent · 10⁴ · before
        let growth = (i128::from(now) - i128::from(before)) * 100 * 10_000;
        let most = i128::from(limit.percent.ten_thousandths()) * i128::from(before);
        (growth > most).then(|| {
            CriterionResult::new(
                Finding::NotMet,
                Reason::GrowthOverLimit {
                    growth: f64::from(now) / f64::from(before) - 1.0,
                    percent: limit.percent,
                },
            )
        })
    }
}

fn of_judgement(judgement: &Judgement) -> CriterionResult {
    let parts = [
        (&judgement.assessor, JudgementPart::Assessor),
        (&judgement.reason, JudgementPart::Reason),
        (&judgement.evidence, JudgementPart::Evidence),
    ];
    if let Some((_, missing)) = parts.into_iter().find(|(text, _)| text.trim().is_empty()) {
        return CriterionResult::not_assessable(Reason::JudgementIncomplete { missing });
    }
    CriterionResult::new(
        judgement.finding(),
        Reason::Judged {
            assessor: judgement.assessor.clone(),
            reason: judgement.reason.clone(),
            evidence: judgement.evidence.clone(),
            met: judgement.met,
        },
    )
}

fn note(figure: &Monitored, inputs: &Inputs<'_>) -> Note {
    let indicator = figure.indicator.clone();
    let year = inputs.year;
    match figure.shown {
        Shown::Rate => match inputs.rate(&indicator, year) {
            Ok((k, m)) => Note::MonitoredRate { indicator, k, m },
            Err(_) => Note::MonitoredMissing { indicator },
        },
        Shown::Count => match inputs.count(&indicator, year) {
            Ok(count) => Note::MonitoredCount { indicator, count },
            Err(_) => Note::MonitoredMissing { indicator },
        },
        Shown::Growth => match (
            inputs.count(&indicator, year - 1),
            inputs.count(&indicator, year),
        ) {
            (Ok(before), Ok(now)) => Note::MonitoredGrowth {
                indicator,
                before,
                now,
                growth: (before > 0).then(|| f64::from(now) / f64::from(before) - 1.0),
            },
            _ => Note::MonitoredMissing { indicator },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::tests::in_2006;
    use super::*;
    use crate::evaluation::indicator::{Indicator, Indicators, Status, Value};

    fn judgement(assessor: &str, reason: &str, evidence: &str, met: bool) -> Value {
        Value::Judgement {
            judgement: Judgement {
                met,
                assessor: assessor.into(),
                reason: reason.into(),
                evidence: evidence.into(),
            },
        }
    }

    fn plain() -> Rule {
        Rule::Judged(Judged {
            indicator: "x".into(),
            monitored: Vec::new(),
            growth_at_most: None,
        })
    }

    #[test]
    fn a_complete_judgement_is_the_result_with_its_reason() {
        for met in [true, false] {
            let result = in_2006(&plain(), &[(2006, judgement("A", "B", "C", met))]);
            assert_eq!(result.finding, Finding::from_bool(met));
        }
    }

    #[test]
    fn a_judgement_without_assessor_reason_or_evidence_does_not_count() {
        let cases = [
            ("", "r", "e", JudgementPart::Assessor),
            ("a", " ", "e", JudgementPart::Reason),
            ("a", "r", "", JudgementPart::Evidence),
        ];
        for (a, r, e, missing) in cases {
            let result = in_2006(&plain(), &[(2006, judgement(a, r, e, true))]);
            assert_eq!(result.finding, Finding::NotAssessable);
            assert_eq!(result.reason, Reason::JudgementIncomplete { missing });
        }
    }

    #[test]
    fn nobody_judged_is_not_assessable() {
        let result = in_2006(&plain(), &[(2005, judgement("A", "B", "C", true))]);
        assert_eq!(result.reason, Reason::NotJudged);
    }

    #[test]
    fn a_growth_limit_is_inclusive_and_overrides_the_judgement() {
        let rule = Rule::Judged(Judged {
            indicator: "j".into(),
            monitored: vec![Monitored {
                indicator: "c".into(),
                shown: Shown::Growth,
            }],
            growth_at_most: Some(GrowthLimit {
                indicator: "c".into(),
                percent: Amount::whole(10),
            }),
        });
        for (now, expected) in [(110, Finding::Met), (111, Finding::NotMet)] {
            let make = |id: &str, year, value| Indicator {
                county: "140302".into(),
                year,
                id: id.into(),
                status: Status::Reported,
                value,
            };
            let indicators: Indicators = [
                make("j", 2006, judgement("A", "B", "C", true)),
                make("c", 2005, Value::Count { count: 100 }),
                make("c", 2006, Value::Count { count: now }),
            ]
            .into_iter()
            .collect();
            let result = rule.evaluate(&Inputs {
                county: "140302",
                year: 2006,
                reported: indicators.of("140302"),
                survey: None,
            });
            assert_eq!(result.finding, expected, "{now}");
            assert!(matches!(
                result.notes.as_slice(),
                [Note::MonitoredGrowth { before: 100, .. }]
            ));
        }
    }
}
