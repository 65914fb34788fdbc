//! Sentences of the evaluation: findings, reasons, remarks and rules in words and numbers.
//!
//! For: pages and the command line. Uses: `evaluation` and `i18n`. Promises: one sentence per reason
//! in every language, and a printed percentage never seems to be on the other side of its limit.

mod sign;

use crate::evaluation::amount::Amount;
use crate::evaluation::measure::MeasureResult;
use crate::evaluation::reason::{JudgementPart, Note, Reason, Side};
use crate::evaluation::rule::Rule;
use crate::evaluation::standard::Standard;
use crate::i18n::{Lang, Value};
use crate::stats::threshold::{NotAssessable, Rule as SurveyRule};

pub use self::sign::{class, finding_word, outcome_mark, outcome_word, sign, standing_mark};

/// Makes the sentences of one standard in one language.
#[derive(Debug, Clone, Copy)]
pub struct Speaker<'a> {
    /// The language.
    pub lang: Lang,
    /// The standard that names things.
    pub standard: &'a Standard,
}

fn yes(holds: bool) -> Value<'static> {
    if holds { "yes" } else { "no" }.into()
}

fn survey_rule(rule: SurveyRule) -> Value<'static> {
    match rule {
        SurveyRule::LowerBound => "lower_bound",
        SurveyRule::Point => "point",
    }
    .into()
}

/// `90 %` as it stands in the standard.
fn limit(percent: Amount) -> String {
    format!("{percent}%")
}

/// A fraction as a percentage with as many decimals, from one to four, as are needed to be seen on
/// the right side of `limits`.
pub(super) fn apart(value: f64, limits: &[f64]) -> String {
    let shown = |places: usize| format!("{:.places$}", value * 100.0);
    let places = (1..=4).find(|places| {
        let rounded = shown(*places).parse::<f64>().unwrap_or(f64::NAN);
        limits.iter().all(|limit| {
            let exact = (value * 100.0 - limit * 100.0).abs() < 1e-9;
            let side = |x: f64| (x - limit * 100.0).partial_cmp(&0.0);
            exact || side(rounded) == side(value * 100.0)
        })
    });
    let text = shown(places.unwrap_or(4));
    format!("{}%", text.replace('-', "−"))
}

/// A change as a signed percentage, told apart from `limits`.
fn change(value: f64, limits: &[f64]) -> String {
    let text = apart(value, limits);
    if value > 0.0 {
        format!("+{text}")
    } else {
        text
    }
}

fn percent_fraction(percent: Amount) -> f64 {
    i32::try_from(percent.ten_thousandths()).map_or(f64::NAN, |n| f64::from(n) / 1_000_000.0)
}

fn unfit(why: NotAssessable) -> &'static str {
    match why {
        NotAssessable::NotAProbabilitySample => "not_a_probability_sample",
        NotAssessable::CalibrationFailed => "calibration_failed",
        NotAssessable::TooFewAnswers => "too_few_answers",
        NotAssessable::TooSmallEffective => "too_small_effective",
        NotAssessable::TooFewDegreesOfFreedom => "too_few_degrees_of_freedom",
        NotAssessable::NoBaseWave => "no_base_wave",
        NotAssessable::WordingChanged => "wording_changed",
    }
}

/// Why a survey figure cannot be judged, in a sentence.
#[must_use]
pub fn unfit_sentence(lang: Lang, why: NotAssessable) -> String {
    lang.t_with(
        "evaluate-reason-survey-unfit",
        &[("why", unfit(why).into())],
    )
}

impl Speaker<'_> {
    fn say(&self, key: &str, args: &[(&str, Value<'_>)]) -> String {
        self.lang.t_with(key, args)
    }

    fn count(&self, n: u32) -> Value<'static> {
        self.lang.count(u64::from(n)).into()
    }

    /// Why a criterion came out as it did: one sentence.
    #[must_use]
    pub fn reason(&self, reason: &Reason) -> String {
        match reason {
            Reason::Rate { .. } | Reason::Share { .. } => self.share(reason),
            Reason::Growth { .. } | Reason::OwnAverage { .. } => self.own_average(reason),
            Reason::NoEvent { .. } | Reason::Event { .. } | Reason::EventIncomplete { .. } => {
                self.event(reason)
            }
            Reason::Judged { .. }
            | Reason::GrowthOverLimit { .. }
            | Reason::JudgementIncomplete { .. }
            | Reason::NotJudged => self.judged(reason),
            Reason::Survey { .. }
            | Reason::SurveyChange { .. }
            | Reason::SurveyCeiling { .. }
            | Reason::SurveyUnfit { .. }
            | Reason::NoSurvey { .. } => self.survey(reason),
            Reason::Counted { count } => {
                self.say("evaluate-reason-counted", &[("count", (*count).into())])
            }
            Reason::Undefined => self.lang.t("evaluate-reason-undefined"),
            Reason::NothingToJudge => self.lang.t("evaluate-reason-nothing-to-judge"),
            Reason::TooLarge => self.lang.t("evaluate-reason-too-large"),
            Reason::MissingYear { years } => {
                let years: Vec<String> = years.iter().map(ToString::to_string).collect();
                let list = years.join(self.comma());
                self.say("evaluate-reason-missing-year", &[("years", list.into())])
            }
            Reason::ZeroBase { year } => {
                let year = year.to_string();
                self.say("evaluate-reason-zero-base", &[("year", year.into())])
            }
            Reason::WrongKind { needed, found } => {
                let kind = |code: &str| self.lang.t(&format!("evaluate-kind-{code}"));
                self.say(
                    "evaluate-reason-wrong-kind",
                    &[
                        ("needed", kind(needed.code()).into()),
                        ("found", kind(found.code()).into()),
                    ],
                )
            }
        }
    }

    fn comma(&self) -> &'static str {
        match self.lang {
            Lang::ZhCn => "、",
            Lang::En => ", ",
        }
    }

    fn share(&self, reason: &Reason) -> String {
        match reason {
            Reason::Rate {
                k,
                m,
                percent,
                side,
                holds,
            } => {
                let share = f64::from(*k) / f64::from(*m);
                self.say(
                    "evaluate-reason-rate",
                    &[
                        ("k", self.count(*k)),
                        ("m", self.count(*m)),
                        ("share", apart(share, &[percent_fraction(*percent)]).into()),
                        ("limit", limit(*percent).into()),
                        (
                            "side",
                            match side {
                                Side::AtLeast => "at_least",
                                Side::AtMost => "at_most",
                            }
                            .into(),
                        ),
                        ("holds", yes(*holds)),
                    ],
                )
            }
            Reason::Share {
                k,
                m,
                needed,
                percent,
            } => self.say(
                "evaluate-reason-share",
                &[
                    ("k", self.count(*k)),
                    ("m", self.count(*m)),
                    ("needed", self.count(*needed)),
                    ("limit", limit(*percent).into()),
                    ("holds", yes(k >= needed)),
                ],
            ),
            _ => String::new(),
        }
    }

    fn own_average(&self, reason: &Reason) -> String {
        match reason {
            Reason::Growth {
                now,
                before,
                growth,
                mean,
                years,
                below,
            } => self.say(
                "evaluate-reason-growth",
                &[
                    ("now", self.count(*now)),
                    ("before", self.count(*before)),
                    ("growth", change(*growth, &[*mean]).into()),
                    ("mean", change(*mean, &[*growth]).into()),
                    ("years", self.count(*years)),
                    ("holds", yes(*below)),
                ],
            ),
            Reason::OwnAverage {
                k,
                m,
                mean,
                years,
                above,
            } => {
                let share = f64::from(*k) / f64::from(*m);
                self.say(
                    "evaluate-reason-own-average",
                    &[
                        ("k", self.count(*k)),
                        ("m", self.count(*m)),
                        ("share", apart(share, &[*mean]).into()),
                        ("mean", apart(*mean, &[share]).into()),
                        ("years", self.count(*years)),
                        ("holds", yes(*above)),
                    ],
                )
            }
            _ => String::new(),
        }
    }

    fn event(&self, reason: &Reason) -> String {
        let term = |name: &str| -> Value<'static> {
            let named = self.standard.terms.get(name);
            named
                .map_or(name, |words| words.get(self.lang.tag()))
                .to_owned()
                .into()
        };
        match reason {
            Reason::NoEvent { events } => {
                self.say("evaluate-reason-no-event", &[("events", (*events).into())])
            }
            Reason::Event {
                label,
                measure,
                value,
                limit,
                events,
            } => self.say(
                "evaluate-reason-event",
                &[
                    ("label", label.as_str().into()),
                    ("measure", term(measure)),
                    ("value", self.amount(*value).into()),
                    ("limit", self.amount(*limit).into()),
                    ("events", (*events).into()),
                ],
            ),
            Reason::EventIncomplete { label, measure } => self.say(
                "evaluate-reason-event-incomplete",
                &[("label", label.as_str().into()), ("measure", term(measure))],
            ),
            _ => String::new(),
        }
    }

    /// A decimal number with its digits grouped by three.
    fn amount(&self, amount: Amount) -> String {
        let text = amount.to_string();
        let (whole, fraction) = text.split_once('.').map_or((&*text, ""), |(w, f)| (w, f));
        let grouped = whole
            .parse()
            .map_or_else(|_| whole.to_owned(), |n| self.lang.count(n));
        if fraction.is_empty() {
            grouped
        } else {
            format!("{grouped}.{fraction}")
        }
    }

    fn judged(&self, reason: &Reason) -> String {
        match reason {
            Reason::Judged {
                assessor,
                reason,
                evidence,
                met,
            } => self.say(
                "evaluate-reason-judged",
                &[
                    ("assessor", assessor.as_str().into()),
                    ("reason", reason.as_str().into()),
                    ("evidence", evidence.as_str().into()),
                    ("holds", yes(*met)),
                ],
            ),
            Reason::GrowthOverLimit { growth, percent } => self.say(
                "evaluate-reason-growth-over-limit",
                &[
                    (
                        "growth",
                        change(*growth, &[percent_fraction(*percent)]).into(),
                    ),
                    ("limit", limit(*percent).into()),
                ],
            ),
            Reason::JudgementIncomplete { missing } => {
                let missing = match missing {
                    JudgementPart::Assessor => "assessor",
                    JudgementPart::Reason => "reason",
                    JudgementPart::Evidence => "evidence",
                };
                self.say(
                    "evaluate-reason-judgement-incomplete",
                    &[("missing", missing.into())],
                )
            }
            _ => self.lang.t("evaluate-reason-not-judged"),
        }
    }

    fn survey(&self, reason: &Reason) -> String {
        match reason {
            Reason::Survey {
                estimate,
                lower,
                upper,
                n,
                percent,
                rule,
                outcome,
            } => {
                let line = [percent_fraction(*percent)];
                self.say(
                    "evaluate-reason-survey",
                    &[
                        ("estimate", apart(*estimate, &line).into()),
                        ("lower", apart(*lower, &line).into()),
                        ("upper", apart(*upper, &line).into()),
                        ("n", self.lang.count(*n).into()),
                        ("limit", limit(*percent).into()),
                        ("rule", survey_rule(*rule)),
                        ("outcome", outcome.code().into()),
                    ],
                )
            }
            Reason::SurveyChange {
                difference,
                lower,
                upper,
                delta,
                outcome,
            } => self.say(
                "evaluate-reason-survey-change",
                &[
                    ("difference", self.lang.points(*difference).into()),
                    ("lower", self.lang.points(*lower).into()),
                    ("upper", self.lang.points(*upper).into()),
                    ("delta", self.lang.points(*delta).into()),
                    ("outcome", outcome.code().into()),
                ],
            ),
            Reason::SurveyCeiling { lower, percent } => self.say(
                "evaluate-reason-survey-ceiling",
                &[
                    ("lower", apart(*lower, &[percent_fraction(*percent)]).into()),
                    ("limit", limit(*percent).into()),
                ],
            ),
            Reason::SurveyUnfit { why } => unfit_sentence(self.lang, *why),
            Reason::NoSurvey { item } => self.say(
                "evaluate-reason-no-survey",
                &[("item", item.as_str().into())],
            ),
            _ => String::new(),
        }
    }

    /// A remark beside a result.
    #[must_use]
    pub fn note(&self, note: &Note) -> String {
        match note {
            Note::ExactInterval { k, m, lower, upper } => self.say(
                "evaluate-note-exact-interval",
                &[
                    ("k", self.count(*k)),
                    ("m", self.count(*m)),
                    ("range", self.lang.percent_range(*lower, *upper).into()),
                ],
            ),
            Note::SmallCount { m } => {
                self.say("evaluate-note-small-count", &[("m", self.count(*m))])
            }
            Note::Ratchet => self.lang.t("evaluate-note-ratchet"),
            Note::DefinitionsDiffer { mean, compound } => self.say(
                "evaluate-note-definitions-differ",
                &[
                    ("mean", change(*mean, &[*compound]).into()),
                    ("compound", change(*compound, &[*mean]).into()),
                ],
            ),
            Note::Compound { compound } => self.say(
                "evaluate-note-compound",
                &[("compound", change(*compound, &[]).into())],
            ),
            Note::Pooled { pooled, above } => self.say(
                "evaluate-note-pooled",
                &[
                    ("pooled", self.lang.percent(*pooled).into()),
                    ("above", yes(*above)),
                ],
            ),
            Note::OtherRule { rule, finding } => self.say(
                "evaluate-note-other-rule",
                &[
                    ("rule", survey_rule(*rule)),
                    ("finding", finding_word(self.lang, *finding).into()),
                ],
            ),
            monitored => self.monitored(monitored),
        }
    }

    fn monitored(&self, note: &Note) -> String {
        let name = |id: &str| -> Value<'static> {
            self.standard
                .indicator_name(id, self.lang.tag())
                .to_owned()
                .into()
        };
        let aside = |text: String| match self.lang {
            Lang::ZhCn => format!("（{text}）"),
            Lang::En => format!(" ({text})"),
        };
        match note {
            Note::MonitoredRate { indicator, k, m } => {
                let share = if *m == 0 {
                    String::new()
                } else {
                    aside(self.lang.percent(f64::from(*k) / f64::from(*m)))
                };
                self.say(
                    "evaluate-note-monitored-rate",
                    &[
                        ("name", name(indicator)),
                        ("k", self.count(*k)),
                        ("m", self.count(*m)),
                        ("share", share.into()),
                    ],
                )
            }
            Note::MonitoredCount { indicator, count } => self.say(
                "evaluate-note-monitored-count",
                &[("name", name(indicator)), ("count", self.count(*count))],
            ),
            Note::MonitoredGrowth {
                indicator,
                before,
                now,
                growth,
            } => {
                let growth = growth.map_or_else(String::new, |g| aside(change(g, &[])));
                self.say(
                    "evaluate-note-monitored-growth",
                    &[
                        ("name", name(indicator)),
                        ("before", self.count(*before)),
                        ("now", self.count(*now)),
                        ("growth", growth.into()),
                    ],
                )
            }
            Note::MonitoredMissing { indicator } => self.say(
                "evaluate-note-monitored-missing",
                &[("name", name(indicator))],
            ),
            _ => String::new(),
        }
    }

    /// What a rule asks for, in words.
    #[must_use]
    pub fn rule(&self, rule: &Rule) -> String {
        let key = format!("evaluate-rule-{}", rule.code());
        let percent = |p: Amount| -> (&str, Value<'_>) { ("percent", limit(p).into()) };
        match rule {
            Rule::AtLeast(rule) => self.say(&key, &[percent(rule.percent)]),
            Rule::AtMost(rule) => self.say(&key, &[percent(rule.percent)]),
            Rule::ShareAtLeast(rule) => self.say(&key, &[percent(rule.percent)]),
            Rule::BelowOwnAverageGrowth(rule) => self.say(&key, &[("years", rule.years.into())]),
            Rule::AboveOwnAverage(rule) => self.say(&key, &[("years", rule.years.into())]),
            Rule::NoEvent(rule) => {
                let limits: Vec<String> = rule
                    .limits
                    .iter()
                    .map(|one| {
                        let measure = self.standard.term(&one.measure, self.lang.tag());
                        let limit = self.amount(one.at_least);
                        self.say(
                            "evaluate-limit",
                            &[("measure", measure.into()), ("limit", limit.into())],
                        )
                    })
                    .collect();
                self.say(&key, &[("limits", limits.join(self.comma()).into())])
            }
            Rule::None(rule) => match &rule.definition {
                Some(definition) => self.say(
                    "evaluate-rule-none-defined",
                    &[("definition", definition.get(self.lang.tag()).into())],
                ),
                None => self.lang.t(&key),
            },
            Rule::Judged(_) | Rule::SurveyImproved(_) => self.lang.t(&key),
            Rule::SurveyAtLeast(rule) => self.say(
                &key,
                &[percent(rule.percent), ("rule", survey_rule(rule.rule))],
            ),
        }
    }

    /// What came of a monitored measure.
    #[must_use]
    pub fn measure(&self, result: &MeasureResult) -> String {
        match result {
            MeasureResult::Number { value, least, .. } => self.say(
                "evaluate-measure-number",
                &[
                    ("value", self.amount(*value).into()),
                    ("least", self.amount(*least).into()),
                ],
            ),
            MeasureResult::Units { k, m, .. } => self.say(
                "evaluate-measure-units",
                &[("k", self.count(*k)), ("m", self.count(*m))],
            ),
            MeasureResult::NotAsked => self.lang.t("evaluate-measure-not_asked"),
            MeasureResult::NotReported => self.lang.t("evaluate-measure-not_reported"),
        }
    }
}

#[cfg(test)]
mod tests;
