//! A standard in words, beyond the one sentence of a rule: its parameters, measures, sums, cycle.
//!
//! For: the pages of standards. Promises: whatever decides something is said, in the reader's language.

use super::reason::Speaker;
use crate::evaluation::measure::{Measure, MeasureRule};
use crate::evaluation::rule::{Average, Judged, Rule, Shown};
use crate::evaluation::standard::document::Difference;
use crate::evaluation::standard::{Criterion, Standard};
use crate::evaluation::sum::{Part, Sum, Term};
use crate::i18n::{Lang, Value};

fn named(lang: Lang, key: &str, name: &str, value: impl Into<Value<'static>>) -> String {
    lang.t_with(key, &[(name, value.into())])
}

fn comma(lang: Lang) -> String {
    lang.t("standards-comma")
}

/// What the rule of a criterion reads, and what the sentence of the rule does not say.
#[must_use]
pub fn details(lang: Lang, standard: &Standard, criterion: &Criterion) -> Vec<String> {
    let mut said = Vec::new();
    let tag = lang.tag();
    match &criterion.rule {
        Rule::SurveyAtLeast(rule) => {
            said.push(named(
                lang,
                "standards-detail-item",
                "item",
                rule.item.clone(),
            ));
        }
        Rule::SurveyImproved(rule) => {
            said.push(named(
                lang,
                "standards-detail-item",
                "item",
                rule.item.clone(),
            ));
            let delta = rule.delta_points.to_string();
            said.push(named(lang, "standards-detail-delta", "points", delta));
            if let Some(ceiling) = rule.ceiling_percent {
                let level = format!("{ceiling}%");
                said.push(named(lang, "standards-detail-ceiling", "level", level));
            }
        }
        Rule::BelowOwnAverageGrowth(rule) => said.push(lang.t(match rule.average {
            Average::Mean => "standards-detail-mean",
            Average::Compound => "standards-detail-compound",
        })),
        Rule::Judged(rule) => said.extend(judged(lang, standard, rule)),
        Rule::None(rule) if rule.definition.is_none() => {
            said.push(lang.t("standards-detail-undefined"));
        }
        _ => {}
    }
    for (id, _) in criterion.rule.needs() {
        if id != criterion.id {
            let name = standard.indicator_name(id, tag).to_owned();
            let args = [("name", name.into()), ("id", id.to_owned().into())];
            said.push(lang.t_with("standards-detail-indicator", &args));
        }
    }
    said
}

fn judged(lang: Lang, standard: &Standard, rule: &Judged) -> Vec<String> {
    let name = |id: &str| standard.indicator_name(id, lang.tag()).to_owned();
    let shown = |shown: Shown| match shown {
        Shown::Rate => "standards-shown-rate",
        Shown::Count => "standards-shown-count",
        Shown::Growth => "standards-shown-growth",
    };
    let beside: Vec<String> = rule
        .monitored
        .iter()
        .map(|one| named(lang, shown(one.shown), "name", name(&one.indicator)))
        .collect();
    let mut said = Vec::new();
    if !beside.is_empty() {
        let names = beside.join(&comma(lang));
        said.push(named(lang, "standards-detail-monitored", "names", names));
    }
    if let Some(limit) = &rule.growth_at_most {
        let args = [
            ("name", name(&limit.indicator).into()),
            ("limit", format!("{}%", limit.percent).into()),
        ];
        said.push(lang.t_with("standards-detail-growth", &args));
    }
    said
}

/// The rule of a criterion in one sentence.
#[must_use]
pub fn rule(lang: Lang, standard: &Standard, criterion: &Criterion) -> String {
    Speaker { lang, standard }.rule(&criterion.rule)
}

/// What a measure asks for, and of whom.
#[must_use]
pub fn measure(lang: Lang, standard: &Standard, measure: &Measure) -> Vec<String> {
    let tag = lang.tag();
    let county = |code: &str| {
        standard
            .county(code)
            .map_or(code, |one| one.name.get(tag))
            .to_owned()
    };
    let mut said = Vec::new();
    match &measure.rule {
        MeasureRule::AmountAtLeast { least } => {
            said.push(named(
                lang,
                "standards-measure-least",
                "least",
                least.to_string(),
            ));
        }
        MeasureRule::EachBetween {
            measure,
            least,
            most,
        } => {
            let args = [
                ("measure", standard.term(measure, tag).to_owned().into()),
                ("least", least.to_string().into()),
                ("most", most.unwrap_or(*least).to_string().into()),
                ("open", if most.is_none() { "yes" } else { "no" }.into()),
            ];
            said.push(lang.t_with("standards-measure-each", &args));
        }
        MeasureRule::All => said.push(lang.t("standards-measure-all")),
        MeasureRule::CountAtLeast { least, by_county } => {
            said.push(named(
                lang,
                "standards-measure-least",
                "least",
                least.to_string(),
            ));
            for (code, least) in by_county {
                let args = [
                    ("county", county(code).into()),
                    ("least", least.to_string().into()),
                ];
                said.push(lang.t_with("standards-measure-county", &args));
            }
        }
    }
    if !measure.counties.is_empty() {
        let names: Vec<String> = measure.counties.iter().map(|code| county(code)).collect();
        let names = names.join(&comma(lang));
        said.push(named(lang, "standards-measure-only", "names", names));
    }
    said
}

/// One number of an indicator by its name.
#[must_use]
pub fn term(lang: Lang, standard: &Standard, term: &Term) -> String {
    let name = standard.indicator_name(&term.indicator, lang.tag());
    let key = match term.part {
        Part::Number => "indicators-term",
        Part::K => "indicators-term-k",
        Part::M => "indicators-term-m",
    };
    named(lang, key, "name", name.to_owned())
}

/// What must add up.
#[must_use]
pub fn sum(lang: Lang, standard: &Standard, sum: &Sum) -> String {
    let parts: Vec<String> = sum
        .parts
        .iter()
        .map(|one| term(lang, standard, one))
        .collect();
    let args = [
        ("names", parts.join(&lang.t("indicators-and")).into()),
        ("whole", term(lang, standard, &sum.total).into()),
    ];
    let key = if sum.all {
        "standards-sum-all"
    } else {
        "standards-sum-some"
    };
    lang.t_with(key, &args)
}

/// What differs from an earlier standard, in a sentence.
#[must_use]
pub fn difference(lang: Lang, difference: &Difference) -> String {
    match difference {
        Difference::Added(id) => named(lang, "standards-added", "id", id.clone()),
        Difference::Removed(id) => named(lang, "standards-removed", "id", id.clone()),
        Difference::Changed(id) => named(lang, "standards-changed", "id", id.clone()),
        Difference::Order => lang.t("standards-reordered"),
        Difference::Section(name) => named(lang, "standards-section", "name", name.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../standards/yangquan-2004.toml");

    #[test]
    fn every_part_of_the_shipped_standard_is_said_in_every_language() {
        let standard = Standard::from_toml(SHIPPED).unwrap();
        for lang in Lang::ALL {
            let details = standard
                .criteria
                .iter()
                .flat_map(|one| details(lang, &standard, one));
            let measures = standard
                .measures
                .iter()
                .flat_map(|one| measure(lang, &standard, one));
            let sums = standard.sums.iter().map(|one| sum(lang, &standard, one));
            let all: Vec<String> = details.chain(measures).chain(sums).collect();
            assert!(all.len() > 20, "{all:?}");
            for sentence in all {
                let is_said = !sentence.contains("standards-") && !sentence.contains("{$");
                assert!(is_said && !sentence.contains("indicators-"), "{sentence}");
            }
        }
    }

    #[test]
    fn what_a_sentence_of_the_rule_leaves_out_is_said_beside_it() {
        let text = SHIPPED.replacen(
            "item = \"q2\", delta_points = 0",
            "item = \"q2\", delta_points = 1.5, ceiling_percent = 95",
            1,
        );
        let text = text.replacen(
            "shown = \"growth\" }] }",
            "shown = \"growth\" }], growth_at_most = { indicator = \"crime.violent_cases\", percent = 5 } }",
            1,
        );
        let standard = Standard::from_toml(&text).unwrap();
        let said = |id: &str| {
            let criterion = standard.criterion(id).unwrap();
            details(Lang::En, &standard, criterion).join(" ")
        };
        let improved = said("approval.security");
        for part in ["q2", "1.5", "95%"] {
            assert!(improved.contains(part), "{improved}");
        }
        assert!(said("crime.violent_growth").contains("5%"));
        assert!(said("crime.growth").contains("crime.cases"));
    }
}
