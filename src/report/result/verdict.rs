//! A county's verdict in full: both rules, what would have to be true for another one, other ways to
//! compute the figure.

use super::Source;
use super::figures::{Cell, Plot, Tag, finding, limit, obstacles, share, tag, tag_of};
use crate::i18n::Lang;
use crate::report::reason::finding_word;
use crate::stats::threshold::{Finding, Judgement, Rule, Tipping};
use crate::survey::result::{CountyResult, Judged, Sensitivity};

/// What one rule says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleView {
    /// The rule.
    pub name: String,
    /// It decides; the other one is printed beside.
    pub governs: bool,
    /// The comparison in words and numbers.
    pub text: String,
    /// The verdict.
    pub tag: Tag,
}

/// What would have to be true for another verdict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TippingView {
    /// By which rule.
    pub rule: String,
    /// One sentence for each other verdict.
    pub sentences: Vec<String>,
}

/// The headline computed in another way.
#[derive(Debug, Clone, PartialEq)]
pub struct SensitivityView {
    /// In which way; the first line is the governing figure.
    pub name: String,
    /// The figure; absent when there is none.
    pub cell: Option<Cell>,
    /// Its own verdict.
    pub tag: Tag,
    /// Why there is none.
    pub obstacles: Vec<String>,
    /// Another verdict than the governing one.
    pub differs: bool,
}

/// The key of a way's name.
pub(super) const fn kind_key(kind: Sensitivity) -> &'static str {
    match kind {
        Sensitivity::WithoutUndecided => "results-without-undecided",
        Sensitivity::WithoutFlagged => "results-without-flagged",
        Sensitivity::WithExcluded => "results-with-excluded",
    }
}

const fn rule_key(rule: Rule) -> &'static str {
    match rule {
        Rule::LowerBound => "results-rule-lower-bound",
        Rule::Point => "results-rule-point",
    }
}

/// Both rules, the governing one first.
pub(super) fn rules(source: &Source<'_>, judgement: &Judgement) -> Vec<RuleView> {
    let line = judgement.threshold;
    let view = |rule: Rule, found: Finding| {
        let code = finding(found).code();
        let args = [
            ("estimate", share(judgement.estimate, line).into()),
            ("lower", share(judgement.lower, line).into()),
            ("upper", share(judgement.upper, line).into()),
            ("limit", limit(line).into()),
            ("outcome", code.into()),
        ];
        let key = match rule {
            Rule::LowerBound => "results-rule-lower-bound-text",
            Rule::Point => "results-rule-point-text",
        };
        RuleView {
            name: source.t(rule_key(rule)),
            governs: rule == judgement.rule,
            text: source.say(key, &args),
            tag: tag(source.lang, found),
        }
    };
    let mut views = vec![
        view(Rule::LowerBound, judgement.bound_finding),
        view(Rule::Point, judgement.point_finding),
    ];
    views.sort_by_key(|view| !view.governs);
    views
}

/// What would have to be true, by rule, the governing one first.
pub(super) fn tipping(source: &Source<'_>, judged: &Judged) -> Vec<TippingView> {
    let governing = source.result.plan.verdict.rule;
    let mut rules = [Rule::LowerBound, Rule::Point];
    rules.sort_by_key(|rule| *rule != governing);
    let of_rule = |rule: Rule| TippingView {
        rule: source.t(rule_key(rule)),
        sentences: judged
            .tipping
            .iter()
            .filter(|tipping| tipping.rule == rule)
            .map(|tipping| sentence(source, tipping))
            .collect(),
    };
    rules
        .into_iter()
        .map(of_rule)
        .filter(|view| !view.sentences.is_empty())
        .collect()
}

fn height(found: Finding) -> i8 {
    match found {
        Finding::Met => 1,
        Finding::NotMet => -1,
        Finding::NotDecidable | Finding::NotAssessable(_) => 0,
    }
}

fn sentence(source: &Source<'_>, tipping: &Tipping) -> String {
    let better = height(tipping.to) > height(tipping.from);
    let way = |key: &str, count: Option<u64>| {
        let share = tipping.silenced_share.unwrap_or(f64::NAN);
        count.map(|k| {
            source.say(
                key,
                &[
                    ("n", k.into()),
                    ("k", source.count(k)),
                    ("share", source.lang.percent(share).into()),
                ],
            )
        })
    };
    let ways = if better {
        [
            way("results-tip-up-dropped", tipping.dropped),
            way("results-tip-up-flipped", tipping.flipped),
            way("results-tip-up-stuffed", tipping.stuffed),
        ]
    } else {
        [
            way("results-tip-down-dropped", tipping.dropped),
            way("results-tip-down-flipped", tipping.flipped),
            way("results-tip-down-stuffed", tipping.stuffed),
        ]
    };
    let ways: Vec<String> = ways.into_iter().flatten().collect();
    let verdict = finding_word(source.lang, finding(tipping.to));
    if ways.is_empty() {
        return source.say("results-tip-never", &[("verdict", verdict.into())]);
    }
    let ways = ways.join(match source.lang {
        Lang::ZhCn => "，或者",
        Lang::En => ", or if ",
    });
    source.say(
        "results-tip",
        &[("verdict", verdict.into()), ("ways", ways.into())],
    )
}

/// The governing figure and the other ways to compute it.
pub(super) fn sensitivity(
    source: &Source<'_>,
    county: &CountyResult,
    plot: &Plot,
) -> Vec<SensitivityView> {
    let view = |name: String, judged: &Judged, differs: bool| SensitivityView {
        name,
        cell: judged
            .estimate
            .as_ref()
            .map(|e| source.cell(e, judged.judgement.as_ref(), judged.finding, plot)),
        tag: tag(source.lang, judged.finding),
        obstacles: obstacles(source.lang, &judged.obstacles),
        differs,
    };
    let smallest = || ("n", source.count(source.smallest()));
    let governing = view(source.t("results-governing"), &county.approval, false);
    let others = county.sensitivity.iter().map(|line| {
        let mut other = view(source.t(kind_key(line.kind)), &line.judged, line.differs);
        if line.withheld {
            other.obstacles.push(match line.kind {
                Sensitivity::WithExcluded => source.t("results-way-place"),
                _ => source.say("results-way-withheld", &[smallest()]),
            });
        }
        other
    });
    let mut views: Vec<SensitivityView> = std::iter::once(governing).chain(others).collect();
    if !has_marks(county) {
        views.push(SensitivityView {
            name: source.t(kind_key(Sensitivity::WithoutFlagged)),
            cell: None,
            tag: tag_of(
                source.lang,
                crate::evaluation::finding::Finding::NotAssessable,
            ),
            obstacles: vec![source.say("results-marks-too-few", &[smallest()])],
            differs: false,
        });
    }
    views
}

/// Whether enough answers kept their marks of haste for the figure without hasty answers.
pub(super) fn has_marks(county: &CountyResult) -> bool {
    county
        .sensitivity
        .iter()
        .any(|line| line.kind == Sensitivity::WithoutFlagged)
}
