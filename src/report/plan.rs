//! The plan of a wave in words: what will be asked, of whom, and what will be computed from it.
//!
//! For: the page on which a plan is read before it is sealed, and the method statement of results: both say the same.

use super::result::figures::limit;
use crate::i18n::{Lang, Value};
use crate::stats::threshold::Rule;
use crate::survey::plan::{ApprovalRule, Calibration, OpenPlan, Plan, WavePlan};
use crate::survey::questionnaire::{
    Condition, Item, Kind, Questionnaire, Role, SampledUnit, Shuffle,
};

/// One line: what it is about, and its sentences.
pub type PlanLine = (String, Vec<String>);

/// Between two sentences.
pub(super) const fn gap(lang: Lang) -> &'static str {
    match lang {
        Lang::ZhCn => "",
        Lang::En => " ",
    }
}

fn join(lang: Lang, parts: &[&str]) -> String {
    parts.join(&lang.t("wave-comma"))
}

fn whole(lang: Lang, n: u32) -> Value<'static> {
    lang.count(u64::from(n)).into()
}

/// Who belongs, by what the screening questions exclude.
pub(super) fn population(lang: Lang, questionnaire: &Questionnaire) -> String {
    let tag = lang.tag();
    let county = lang.t("results-this-county");
    let screens = questionnaire
        .items
        .iter()
        .filter(|item| item.role == Role::Screen);
    let screened = screens.filter_map(|item| {
        let ends = item.options.iter().filter(|choice| choice.ends);
        let ends: Vec<&str> = ends.map(|choice| choice.text.get(tag)).collect();
        let args = [
            ("question", item.text.render(tag, &county).into()),
            ("answers", join(lang, &ends).into()),
        ];
        (!ends.is_empty()).then(|| lang.t_with("results-method-screen", &args))
    });
    let screened: Vec<String> = screened.collect();
    let args = [("screened", screened.join(gap(lang)).into())];
    lang.t_with("results-method-population-text", &args)
}

/// How the sample is drawn.
pub(super) fn sample(lang: Lang, plan: &WavePlan) -> String {
    let psus: u64 = plan.sample.counties.iter().map(|c| u64::from(c.psus)).sum();
    let unit = match plan.sample.unit {
        SampledUnit::Person => "person",
        SampledUnit::Household => "household",
    };
    let args = [("unit", unit.into()), ("psus", lang.count(psus).into())];
    lang.t_with("results-method-sample-text", &args)
}

/// How answers are weighted.
pub(super) fn weighting(lang: Lang, plan: &WavePlan) -> String {
    let unit = plan.sample.unit;
    let plan = &plan.weighting;
    let mut parts = Vec::new();
    if unit == SampledUnit::Household {
        let args = [("cap", whole(lang, plan.adults_cap))];
        parts.push(lang.t_with("results-method-adults", &args));
    }
    let args = [
        ("class", whole(lang, plan.class_minimum)),
        ("cell", whole(lang, plan.cell_minimum)),
    ];
    parts.push(lang.t_with("results-method-classes", &args));
    parts.push(match plan.calibration {
        Calibration::Rake { cycles, .. } => {
            lang.t_with("results-method-rake", &[("cycles", whole(lang, cycles))])
        }
        Calibration::CalibrateTrimCalibrate {
            lower_percentile,
            upper_percentile,
            ..
        } => {
            let args = [
                ("lower", percentile(lower_percentile).into()),
                ("upper", percentile(upper_percentile).into()),
            ];
            lang.t_with("results-method-calibrate", &args)
        }
    });
    parts.join(gap(lang))
}

fn percentile(value: f64) -> String {
    limit(value / 100.0).trim_end_matches('%').to_owned()
}

/// How the headline is judged.
pub(super) fn verdict(lang: Lang, plan: &WavePlan) -> String {
    let rule = match plan.verdict.rule {
        Rule::LowerBound => "lower_bound",
        Rule::Point => "point",
    };
    let args = [
        ("limit", limit(plan.verdict.threshold).into()),
        ("rule", rule.into()),
    ];
    lang.t_with("results-method-verdict-text", &args)
}

/// What is too small to print.
pub(super) fn disclosure(lang: Lang, plan: &WavePlan) -> String {
    let limits = &plan.disclosure;
    let args = [
        ("cell", whole(lang, limits.cell)),
        ("subgroup", whole(lang, limits.subgroup)),
        ("effective", lang.number(limits.subgroup_n_eff, 0).into()),
    ];
    lang.t_with("results-method-disclosure-text", &args)
}

/// The plan, line by line.
#[must_use]
pub fn lines(lang: Lang, plan: &Plan, questionnaire: &Questionnaire) -> Vec<PlanLine> {
    match plan {
        Plan::Probability(plan) => of_sample(lang, plan, questionnaire),
        Plan::Open(plan) => of_open(lang, plan, questionnaire),
    }
}

fn of_sample(lang: Lang, plan: &WavePlan, questionnaire: &Questionnaire) -> Vec<PlanLine> {
    let line = |key: &str, text: String| (lang.t(key), vec![text]);
    let mut lines = vec![
        (
            lang.t("plan-headline"),
            counted(lang, &plan.approval, questionnaire),
        ),
        line("results-method-verdict", verdict(lang, plan)),
        (
            lang.t("plan-safety"),
            counted(lang, &plan.safety, questionnaire),
        ),
        (lang.t("plan-change"), change(lang, plan)),
        line("results-method-population", population(lang, questionnaire)),
        line("results-method-sample", sample(lang, plan)),
        line("results-method-weighting", weighting(lang, plan)),
        line(
            "results-method-interval",
            lang.t("results-method-interval-text"),
        ),
        line("plan-quality", hasty(lang, plan.quality.fast_seconds)),
        line("results-method-disclosure", disclosure(lang, plan)),
    ];
    lines.extend(plan.seeds.map(|seeds| {
        let args = [
            ("most", whole(lang, seeds.most)),
            ("days", whole(lang, seeds.days)),
        ];
        line(
            "results-method-seeds",
            lang.t_with("plan-seeds-text", &args),
        )
    }));
    lines
}

fn of_open(lang: Lang, plan: &OpenPlan, questionnaire: &Questionnaire) -> Vec<PlanLine> {
    let line = |key: &str, text: String| (lang.t(key), vec![text]);
    let cell = [("cell", whole(lang, plan.smallest_cell))];
    vec![
        line("results-method-sample", lang.t("open-not-a-sample")),
        line("results-method-verdict", lang.t("open-no-verdict")),
        line("results-method-population", population(lang, questionnaire)),
        line("plan-quality", hasty(lang, plan.quality.fast_seconds)),
        line(
            "results-method-disclosure",
            lang.t_with("plan-open-disclosure", &cell),
        ),
    ]
}

/// The item of a figure, the answers that count, and what "can't say" does.
fn counted(lang: Lang, rule: &ApprovalRule, questionnaire: &Questionnaire) -> Vec<String> {
    let Some(item) = questionnaire.item(&rule.item) else {
        return vec![rule.item.clone()];
    };
    let tag = lang.tag();
    let counts = item
        .options
        .iter()
        .filter(|choice| rule.approves.contains(&choice.code));
    let counts: Vec<&str> = counts.map(|choice| choice.text.get(tag)).collect();
    let county = lang.t("results-this-county");
    let args = [
        ("item", item.id.as_str().into()),
        ("question", item.text.render(tag, &county).into()),
        ("answers", join(lang, &counts).into()),
    ];
    let undecided = if rule.undecided_in_denominator {
        "plan-undecided-in"
    } else {
        "plan-undecided-out"
    };
    vec![
        lang.t_with("plan-counts", &args),
        lang.t(undecided),
        lang.t("plan-refusal"),
    ]
}

fn change(lang: Lang, plan: &WavePlan) -> Vec<String> {
    let delta = [("delta", limit(plan.change.delta).into())];
    let mut texts = vec![lang.t_with("plan-change-text", &delta)];
    texts.extend(plan.change.ceiling.map(|ceiling| {
        let args = [("ceiling", limit(ceiling).into())];
        lang.t_with("plan-change-ceiling", &args)
    }));
    texts
}

fn hasty(lang: Lang, seconds: u32) -> String {
    lang.t_with("plan-quality-text", &[("seconds", whole(lang, seconds))])
}

/// An item as it is read before it is sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemLine {
    /// Its name in forms and files.
    pub id: String,
    /// What it is for.
    pub role: String,
    /// The sentence.
    pub text: String,
    /// Options in the order of their codes, with what each does beside being an answer.
    pub options: Vec<(String, Option<String>)>,
    /// How it is asked: several answers, skipped unless, order, optional.
    pub notes: Vec<String>,
}

/// The questionnaire, item by item.
#[must_use]
pub fn items(lang: Lang, questionnaire: &Questionnaire) -> Vec<ItemLine> {
    let tag = lang.tag();
    let county = lang.t("results-this-county");
    let line = |item: &Item| ItemLine {
        id: item.id.clone(),
        role: lang.t(match item.role {
            Role::Screen => "plan-role-screen",
            Role::Demographic => "plan-role-demographic",
            Role::Substantive => "plan-role-substantive",
            Role::Conduct => "plan-role-conduct",
        }),
        text: item.text.render(tag, &county),
        options: item
            .options
            .iter()
            .map(|choice| {
                let marks = [
                    (choice.approves, "plan-mark-approves"),
                    (choice.ends, "plan-mark-ends"),
                    (choice.exclusive, "plan-mark-exclusive"),
                    (choice.undecided, "plan-mark-undecided"),
                    (choice.refusal, "plan-mark-refusal"),
                ];
                let marks = marks.into_iter().filter(|(is, _)| *is);
                let marks: Vec<String> = marks.map(|(_, key)| lang.t(key)).collect();
                let marks = (!marks.is_empty()).then(|| marks.join(&lang.t("wave-comma")));
                (choice.text.get(tag).to_owned(), marks)
            })
            .collect(),
        notes: notes(lang, questionnaire, item),
    };
    questionnaire.items.iter().map(line).collect()
}

fn notes(lang: Lang, questionnaire: &Questionnaire, item: &Item) -> Vec<String> {
    let mut notes = Vec::new();
    if let Kind::Multiple { max } = item.kind {
        let max = u64::try_from(max).unwrap_or(u64::MAX);
        notes.push(lang.t_with("plan-multiple", &[("max", lang.count(max).into())]));
    }
    if let Some(Condition::Answered {
        item: other,
        any_of,
    }) = &item.asked_if
    {
        let earlier = questionnaire.item(other);
        let answers = any_of.iter().map(|code| {
            let options = earlier
                .map(|item| item.options.as_slice())
                .unwrap_or_default();
            let choice = options.iter().find(|choice| choice.code == *code);
            choice.map_or(code.as_str(), |choice| choice.text.get(lang.tag()))
        });
        let answers: Vec<&str> = answers.collect();
        let args = [
            ("item", other.as_str().into()),
            ("answers", join(lang, &answers).into()),
        ];
        notes.push(lang.t_with("plan-asked-if", &args));
    }
    match item.shuffle {
        Shuffle::None => {}
        Shuffle::Ends => notes.push(lang.t("plan-shuffle-ends")),
        Shuffle::All => notes.push(lang.t("plan-shuffle-all")),
    }
    if item.reverse {
        notes.push(lang.t("plan-reverse"));
    }
    if item.optional {
        notes.push(lang.t("plan-optional"));
    }
    notes
}
