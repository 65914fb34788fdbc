//! How each figure was estimated: what, with which variance, degrees of freedom and interval.

use super::source::Source;
use super::{Story, whole};
use crate::report::estimate::Wording;
use crate::stats::interval::Method;
use crate::stats::plan::Plan;
use crate::stats::plan::results::{AnalysisResult, EstimateRow, Group, Results};
use crate::stats::plan::spec::{
    Analysis, AnalysisKind, Condition, ConditionValue, DesignSpec, DfRule, Interval,
    QuantileInterval, QuantileRule, Scalar, Statistic, Step,
};

/// One analysis.
pub(super) fn explain(
    story: &mut Story,
    plan: &Plan,
    results: &Results,
    wording: &Wording,
    asked: &Analysis,
    answer: Option<&AnalysisResult>,
) {
    let title = wording.analysis(&asked.id).to_owned();
    story.section("explain-analysis", &[("title", title.into())]);
    let Some(answer) = answer else {
        story.step("explain-refused", &[], &[]);
        return;
    };
    scope(story, asked, answer);
    estimator(story, &asked.kind);
    if !matches!(asked.kind, AnalysisKind::Degf {}) {
        variance(story, plan, results, asked);
    }
    intervals(story, &asked.kind);
    example(story, answer);
}

/// Whom the figures are about, and with which weights.
fn scope(story: &mut Story, asked: &Analysis, answer: &AnalysisResult) {
    let (key, id) = match &asked.weighting {
        Some(id) => ("explain-with-weighting", id.as_str()),
        None => ("explain-with-design", asked.design.as_str()),
    };
    story.step(key, &[("id", id.into())], &[]);
    if !asked.domain.is_empty() {
        let conditions: Vec<String> = asked.domain.iter().map(condition).collect();
        let conditions = [("conditions", conditions.join(" ∧ ").into())];
        story.step("explain-domain", &conditions, &[Source::LumleyContrasts]);
    }
    if !asked.by.is_empty() {
        let groups = match answer {
            AnalysisResult::Rows(found) => {
                let mut keys: Vec<String> = found
                    .rows
                    .iter()
                    .filter_map(|row| row.group.as_ref().map(Group::key))
                    .collect();
                keys.dedup();
                keys.len()
            }
            AnalysisResult::Contrast(found) => found.groups.len(),
            _ => 0,
        };
        let mut arguments = vec![("columns", asked.by.join(" × ").into())];
        if groups == 0 {
            story.step("explain-by", &arguments, &[Source::LumleyContrasts]);
        } else {
            arguments.push(("count", groups.to_string().into()));
            story.step("explain-by-count", &arguments, &[Source::LumleyContrasts]);
        }
    }
}

fn condition(condition: &Condition) -> String {
    let operator = serde_json::to_value(condition.op).unwrap_or_default();
    let scalar = |scalar: &Scalar| match scalar {
        Scalar::Number(value) => value.to_string(),
        Scalar::Text(text) => text.clone(),
    };
    let value = match &condition.value {
        ConditionValue::One(value) => scalar(value),
        ConditionValue::Many(values) => values.iter().map(scalar).collect::<Vec<_>>().join(", "),
    };
    let operator = operator.as_str().unwrap_or_default();
    format!("{} {operator} {value}", condition.variable)
}

fn estimator(story: &mut Story, kind: &AnalysisKind) {
    let (key, first, second, sources) = estimator_words(kind);
    let arguments = [("variable", first.into()), ("other", second.into())];
    story.step(key, &arguments, sources);
}

/// The sentence of an estimator, what it names, and where the estimator comes from.
#[expect(clippy::too_many_lines, reason = "one arm for each kind of analysis")]
fn estimator_words(kind: &AnalysisKind) -> (&'static str, String, String, &'static [Source]) {
    match kind {
        AnalysisKind::Mean { variables, .. } => {
            ("explain-mean", variables.join(", "), String::new(), &[])
        }
        AnalysisKind::Total { variables, .. } => {
            ("explain-total", variables.join(", "), String::new(), &[])
        }
        AnalysisKind::Ratio {
            numerator,
            denominator,
            ..
        } => (
            "explain-ratio",
            numerator.clone(),
            denominator.clone(),
            &[Source::CochranRatio],
        ),
        AnalysisKind::Proportion {
            variable, level, ..
        } => {
            let level = level.clone().unwrap_or_else(|| "1".to_owned());
            ("explain-proportion", variable.clone(), level, &[])
        }
        AnalysisKind::Contrast { variable, .. } => (
            "explain-contrast",
            variable.clone(),
            String::new(),
            &[Source::LumleyContrasts],
        ),
        AnalysisKind::Chisq { row, col, .. } => (
            "explain-chisq",
            row.clone(),
            col.clone(),
            &[Source::RaoScott],
        ),
        AnalysisKind::Ttest { variable, group } => match group {
            Some(group) => (
                "explain-ttest-groups",
                variable.clone(),
                group.clone(),
                &[Source::LumleyContrasts],
            ),
            None => (
                "explain-ttest",
                variable.clone(),
                String::new(),
                &[Source::LumleyContrasts],
            ),
        },
        AnalysisKind::Degf {} => ("explain-degf", String::new(), String::new(), &[]),
        AnalysisKind::DirectionContrast {
            variable,
            level,
            arm,
            forward,
        } => (
            "explain-direction",
            format!("{variable} = {level}"),
            format!("{arm} = {forward}"),
            &[Source::KrosnickAlwin],
        ),
        AnalysisKind::ModeContrast {
            variable,
            level,
            mode,
            web,
        } => (
            "explain-mode",
            format!("{variable} = {level}"),
            format!("{mode} = {web}"),
            &[Source::HoxModes],
        ),
        AnalysisKind::DuplicateRuns {
            variables, unit, ..
        } => (
            "explain-duplicates",
            variables.join(", "),
            unit.clone(),
            &[Source::Good, Source::PhipsonSmyth],
        ),
        AnalysisKind::Quantile {
            variable, qrule, ..
        } => {
            let rule = serde_json::to_value(qrule).unwrap_or_default();
            let rule = rule.as_str().unwrap_or_default().to_owned();
            let source: &[Source] = match qrule {
                QuantileRule::Shahvaish => &[Source::ShahVaish],
                _ => &[Source::HyndmanFan],
            };
            ("explain-quantile", variable.clone(), rule, source)
        }
    }
}

fn variance(story: &mut Story, plan: &Plan, results: &Results, asked: &Analysis) {
    let lang = story.lang;
    let facts = results
        .designs
        .get(&asked.design)
        .and_then(|f| f.as_ref().ok());
    let linear = plan
        .designs
        .iter()
        .any(|spec| spec.id() == asked.design && matches!(spec, DesignSpec::Taylor(_)));
    if !linear {
        let count = facts.and_then(|facts| facts.replicates).unwrap_or(0);
        let count = [("count", count.to_string().into())];
        story.step(
            "explain-variance-replicates",
            &count,
            &[Source::WolterReplicates],
        );
        return;
    }
    let first = facts.and_then(|facts| facts.stages.first());
    let arguments = [
        (
            "units",
            first
                .map_or_else(String::new, |stage| whole(lang, stage.units))
                .into(),
        ),
        (
            "strata",
            facts.map_or(0, |facts| facts.strata).to_string().into(),
        ),
    ];
    let sources = [Source::Binder, Source::CochranRatio];
    story.step("explain-variance-linear", &arguments, &sources);
    let pipeline = asked.weighting.as_ref();
    let steps = pipeline
        .and_then(|id| plan.weightings.iter().find(|weighting| weighting.id == *id))
        .map_or(&[][..], |weighting| weighting.steps.as_slice());
    let projecting: Vec<&str> = steps
        .iter()
        .filter(|step| {
            matches!(
                step,
                Step::Poststratify { .. } | Step::Rake { .. } | Step::Calibrate { .. }
            )
        })
        .map(Step::op)
        .collect();
    if !projecting.is_empty() {
        let steps = [("steps", projecting.join(", ").into())];
        story.step(
            "explain-variance-residuals",
            &steps,
            &[Source::DevilleSarndal],
        );
    }
}

fn intervals(story: &mut Story, kind: &AnalysisKind) {
    match kind {
        AnalysisKind::Mean { ci, .. }
        | AnalysisKind::Total { ci, .. }
        | AnalysisKind::Ratio { ci, .. } => {
            for asked in ci {
                wald(story, asked.level, Some(asked.df));
            }
        }
        AnalysisKind::Proportion { ci, .. } => ci.iter().for_each(|asked| of_share(story, asked)),
        AnalysisKind::Contrast { df, .. } => wald(story, 0.95, Some(*df)),
        AnalysisKind::Ttest { .. } => {
            story.step("explain-df-test", &[], &[]);
            wald(story, 0.95, None);
        }
        AnalysisKind::Chisq { statistics, .. } => {
            for statistic in statistics {
                let key = match statistic {
                    Statistic::F => "explain-statistic-f",
                    Statistic::Chisq => "explain-statistic-chisq",
                    Statistic::Wald => "explain-statistic-wald",
                    Statistic::AdjWald => "explain-statistic-adj-wald",
                };
                story.step(key, &[], &[Source::RaoScott]);
            }
        }
        AnalysisKind::Quantile { interval, .. } => {
            let (key, source) = match interval {
                QuantileInterval::Score => ("explain-quantile-score", Source::FranciscoFuller),
                QuantileInterval::Quantile => {
                    ("explain-quantile-replicates", Source::WolterReplicates)
                }
                _ => ("explain-quantile-woodruff", Source::Woodruff),
            };
            let name = serde_json::to_value(interval).unwrap_or_default();
            let name = name.as_str().unwrap_or_default().to_owned();
            story.step(key, &[("method", name.into())], &[source]);
        }
        AnalysisKind::DirectionContrast { .. } => {
            story.step("explain-direction-test", &[], &[Source::Binder]);
        }
        AnalysisKind::ModeContrast { .. } => {
            story.step("explain-mode-test", &[], &[Source::Binder, Source::Holm]);
        }
        AnalysisKind::DuplicateRuns { permutations, .. } => {
            let args = [("permutations", permutations.to_string().into())];
            story.step("explain-duplicates-test", &args, &[Source::Holm]);
        }
        AnalysisKind::Degf {} => {}
    }
}

fn wald(story: &mut Story, level: f64, rule: Option<DfRule>) {
    let df = rule.map_or_else(String::new, |rule| degrees(story, rule));
    let arguments = [("confidence", percent(level).into()), ("df", df.into())];
    let key = match rule {
        Some(_) => "explain-interval-t",
        None => "explain-interval-t-test",
    };
    story.step(key, &arguments, &[]);
}

fn of_share(story: &mut Story, asked: &Interval) {
    let df = degrees(story, asked.df);
    for method in &asked.methods {
        let (formula, sources) = method_of(*method);
        let arguments = [
            ("confidence", percent(asked.level).into()),
            ("method", method.name().into()),
            ("formula", formula.into()),
            ("df", df.clone().into()),
        ];
        story.step("explain-interval-share", &arguments, sources);
    }
}

/// The formula of an interval for a share, and where it is from.
const fn method_of(method: Method) -> (&'static str, &'static [Source]) {
    match method {
        Method::Logit | Method::Xlogit => (
            "expit(logit p ∓ q √V / (p(1 − p)))",
            &[Source::LumleyIntervals],
        ),
        Method::Asin => (
            "sin²(asin √p ∓ q √V / (2 √(p(1 − p))))",
            &[Source::LumleyIntervals],
        ),
        Method::Beta => (
            "Clopper–Pearson(n* = p(1 − p)/V · (t(α/2, n − 1)/t(α/2, df))²)",
            &[Source::KornGraubard, Source::ClopperPearson],
        ),
        Method::Mean => ("p ∓ q √V", &[]),
        Method::Wilson => (
            "{π: (p − π)² ≤ q² π(1 − π)/n}, n = p(1 − p)/V",
            &[Source::Wilson],
        ),
        Method::WilsonKish => (
            "{π: (p − π)² ≤ q² π(1 − π)/n}, n = (Σw)²/Σw²",
            &[Source::Wilson, Source::KishWeights],
        ),
        Method::BetaKish => (
            "Clopper–Pearson(n* = (Σw)²/Σw²)",
            &[Source::ClopperPearson, Source::KishWeights],
        ),
        Method::Likelihood => (
            "{π: 2n [p ln(p/π) + (1 − p) ln((1 − p)/(1 − π))] ≤ q²}, n = p(1 − p)/V · (m − 1)/m",
            &[Source::RaoScott],
        ),
    }
}

fn degrees(story: &Story, rule: DfRule) -> String {
    let lang = story.lang;
    match rule {
        DfRule::Design => lang.t("explain-df-design"),
        DfRule::Domain => lang.t("explain-df-domain"),
        DfRule::Infinite => lang.t("explain-df-infinite"),
        DfRule::Number(df) => lang.t_with("explain-df-number", &[("df", df.to_string().into())]),
    }
}

fn percent(level: f64) -> String {
    format!("{} %", (level * 1e6).round() / 1e4)
}

/// The first figure, written out.
fn example(story: &mut Story, answer: &AnalysisResult) {
    let AnalysisResult::Rows(found) = answer else {
        return;
    };
    let Some(row) = found.rows.first() else {
        return;
    };
    let lang = story.lang;
    let mut arguments = vec![
        ("name", name(row).into()),
        ("n", whole(lang, row.n).into()),
        ("estimate", lang.number(row.estimate, 5).into()),
        ("se", lang.number(row.se, 5).into()),
    ];
    match row.ci.first() {
        None => story.step("explain-example", &arguments, &[]),
        Some(ci) => {
            let df = if ci.df.is_infinite() {
                "∞".to_owned()
            } else {
                lang.number(ci.df, 0)
            };
            arguments.push(("df", df.into()));
            arguments.push(("low", lang.number(ci.low, 5).into()));
            arguments.push(("high", lang.number(ci.high, 5).into()));
            story.step("explain-example-interval", &arguments, &[]);
        }
    }
}

fn name(row: &EstimateRow) -> String {
    let parts = [
        row.group
            .as_ref()
            .map(|group| group.key().replace('|', " · ")),
        Some(row.variable.clone()),
        row.level.clone(),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(", ")
}
