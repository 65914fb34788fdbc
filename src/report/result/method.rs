//! How the wave was measured, line by line: enough to judge it and to compute it again.

use super::Source;
use super::figures::limit;
use super::wave::answers;
use crate::i18n::Value;
use crate::report::rule::RuleWords;
use crate::stats::threshold::Rule;
use crate::survey::area::AreaCode;
use crate::survey::plan::{Calibration, Plan};
use crate::survey::questionnaire::{Role, SampledUnit};
use crate::survey::result::Provenance;

/// One line of the method statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodLine {
    /// What it is about.
    pub name: String,
    /// The sentences.
    pub text: String,
    /// A digest or seed to compare, where the line has one.
    pub code: Option<String>,
}

pub(super) fn lines(source: &Source<'_>) -> Vec<MethodLine> {
    let result = source.result;
    let line = |key: &str, text: String, code: Option<String>| MethodLine {
        name: source.t(key),
        text,
        code,
    };
    let plain = |key: &str, text: String| line(key, text, None);
    let facts = &result.wave;
    let mut lines = vec![
        plain("results-method-mode", source.t("results-method-mode-text")),
        plain("results-method-population", population(source)),
        plain("results-method-dates", dates(source)),
        plain("results-method-sample", sample(source)),
        plain("results-method-sizes", sizes(source)),
        plain("results-method-weighting", weighting(source)),
        plain(
            "results-method-interval",
            source.t("results-method-interval-text"),
        ),
        plain("results-method-verdict", verdict(source)),
        plain(
            "results-method-limits",
            source.t("results-method-limits-text"),
        ),
        plain("results-method-disclosure", disclosure(source)),
        line(
            "results-method-frame",
            provenance(source, &facts.frame),
            Some(facts.frame.digest.clone()),
        ),
        line(
            "results-method-margins",
            provenance(source, &facts.margins),
            Some(facts.margins.digest.clone()),
        ),
        line(
            "results-method-seed",
            seed(source),
            Some(facts.seed.clone()),
        ),
        line(
            "results-method-plan",
            source.t("results-method-plan-text"),
            Some(result.plan_digest.clone()),
        ),
        line(
            "results-method-input",
            source.t("results-method-input-text"),
            Some(result.input_digest.clone()),
        ),
        plain("results-method-software", result.software.clone()),
    ];
    if !facts.changes.is_empty() {
        // Beside the dates, which they may have moved.
        lines.insert(3, plain("results-method-changes", changes(source)));
    }
    lines
}

/// Rules that two people changed after the seal, each with its reason.
fn changes(source: &Source<'_>) -> String {
    let plan = Plan::Probability(Box::new(source.result.plan.clone()));
    let county = |code: &AreaCode| {
        let county = source.result.county(code.as_str());
        county.map_or_else(|| code.to_string(), |county| source.name_of(county))
    };
    let words = RuleWords {
        lang: source.lang,
        zone: source.zone,
        plan: Some(&plan),
        questionnaire: &source.result.questionnaire,
        county: &county,
    };
    let notes = source.result.wave.changes.iter();
    let notes: Vec<String> = notes.map(|note| words.note(note)).collect();
    notes.join(gap(source))
}

/// The public text of the draw, and how to draw again.
fn seed(source: &Source<'_>) -> String {
    let mut text = source.t("results-method-seed-text");
    if let Some(words) = &source.result.wave.seed_text {
        text.push_str(gap(source));
        text.push_str(&source.say(
            "results-method-seed-words",
            &[("text", words.as_str().into())],
        ));
    }
    text
}

/// Who belongs, by what the screening questions exclude.
fn population(source: &Source<'_>) -> String {
    let tag = source.lang.tag();
    let county = source.t("results-this-county");
    let items = source.result.questionnaire.items.iter();
    let screened = items
        .filter(|item| item.role == Role::Screen)
        .filter_map(|item| {
            let ends: Vec<String> = item
                .options
                .iter()
                .filter(|choice| choice.ends)
                .map(|choice| choice.text.get(tag).to_owned())
                .collect();
            (!ends.is_empty()).then(|| {
                source.say(
                    "results-method-screen",
                    &[
                        ("question", item.text.render(tag, &county).into()),
                        ("answers", source.join(&ends).into()),
                    ],
                )
            })
        });
    let screened: Vec<String> = screened.collect();
    source.say(
        "results-method-population-text",
        &[("screened", screened.join(gap(source)).into())],
    )
}

/// Between two sentences.
fn gap(source: &Source<'_>) -> &'static str {
    match source.lang {
        crate::i18n::Lang::ZhCn => "",
        crate::i18n::Lang::En => " ",
    }
}

fn dates(source: &Source<'_>) -> String {
    let facts = &source.result.wave;
    let moment = |at| -> Value<'static> { source.lang.moment(source.zone.civil(at)).into() };
    let mut text = source.say(
        "results-method-dates-text",
        &[
            ("opens", moment(facts.opens_at)),
            ("closes", moment(facts.closes_at)),
            ("closed", moment(facts.closed_at)),
        ],
    );
    if let Some(reason) = &facts.early_reason {
        text.push_str(gap(source));
        text.push_str(&source.say(
            "results-method-early",
            &[("reason", reason.as_str().into())],
        ));
    }
    text
}

fn sample(source: &Source<'_>) -> String {
    let plan = &source.result.plan.sample;
    let psus: u64 = plan.counties.iter().map(|c| u64::from(c.psus)).sum();
    let unit = match plan.unit {
        SampledUnit::Person => "person",
        SampledUnit::Household => "household",
    };
    source.say(
        "results-method-sample-text",
        &[("unit", unit.into()), ("psus", source.count(psus))],
    )
}

/// Invitations and answers to the headline by county.
fn sizes(source: &Source<'_>) -> String {
    let parts: Vec<String> = source
        .result
        .counties
        .iter()
        .map(|county| {
            source.say(
                "results-method-size",
                &[
                    ("county", source.name_of(county).into()),
                    ("issued", source.count(county.counts.issued)),
                    ("answers", source.count(answers(county))),
                ],
            )
        })
        .collect();
    source.say(
        "results-method-sizes-text",
        &[("counties", source.join(&parts).into())],
    )
}

fn weighting(source: &Source<'_>) -> String {
    let plan = &source.result.plan.weighting;
    let whole = |n: u32| source.count(u64::from(n));
    let mut parts = Vec::new();
    if source.result.plan.sample.unit == SampledUnit::Household {
        parts.push(source.say("results-method-adults", &[("cap", whole(plan.adults_cap))]));
    }
    parts.push(source.say(
        "results-method-classes",
        &[
            ("class", whole(plan.class_minimum)),
            ("cell", whole(plan.cell_minimum)),
        ],
    ));
    parts.push(match plan.calibration {
        Calibration::Rake { cycles, .. } => {
            source.say("results-method-rake", &[("cycles", whole(cycles))])
        }
        Calibration::CalibrateTrimCalibrate {
            lower_percentile,
            upper_percentile,
            ..
        } => source.say(
            "results-method-calibrate",
            &[
                ("lower", percentile(lower_percentile).into()),
                ("upper", percentile(upper_percentile).into()),
            ],
        ),
    });
    parts.join(gap(source))
}

fn percentile(value: f64) -> String {
    limit(value / 100.0).trim_end_matches('%').to_owned()
}

fn verdict(source: &Source<'_>) -> String {
    let rule = match source.result.plan.verdict.rule {
        Rule::LowerBound => "lower_bound",
        Rule::Point => "point",
    };
    source.say(
        "results-method-verdict-text",
        &[
            ("limit", limit(source.threshold()).into()),
            ("rule", rule.into()),
        ],
    )
}

fn disclosure(source: &Source<'_>) -> String {
    let limits = &source.result.plan.disclosure;
    source.say(
        "results-method-disclosure-text",
        &[
            ("cell", source.count(u64::from(limits.cell))),
            ("subgroup", source.count(u64::from(limits.subgroup))),
            (
                "effective",
                source.lang.number(limits.subgroup_n_eff, 0).into(),
            ),
        ],
    )
}

fn provenance(source: &Source<'_>, from: &Provenance) -> String {
    source.say(
        "results-method-provenance",
        &[
            ("name", from.name.as_str().into()),
            ("source", from.source.as_str().into()),
            ("standin", if from.synthetic { "yes" } else { "no" }.into()),
        ],
    )
}
