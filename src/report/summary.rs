//! The result of a wave as one table for a terminal: counties, headline, interval, verdict.
//!
//! Pure. Promises: the governing rule stands beside the other one; a line that comes out otherwise
//! when computed in another way is marked; made-up data are said first.

use super::reason::unfit_sentence;
use super::table::{Align, TextTable};
use crate::i18n::Lang;
use crate::stats::threshold::{Finding, NotAssessable, Rule};
use crate::survey::result::{CountyResult, WaveResult};

/// Title, remarks, and one line for each county.
#[must_use]
pub fn summary(lang: Lang, result: &WaveResult) -> String {
    let mut lines = vec![result.wave.titles.get(lang.tag()).to_owned()];
    if result.wave.synthetic {
        lines.push(lang.t("summary-synthetic"));
    }
    for (import, key) in [
        (&result.wave.frame, "summary-synthetic-frame"),
        (&result.wave.margins, "summary-synthetic-margins"),
    ] {
        if import.synthetic {
            lines.push(lang.t_with(key, &[("source", import.source.as_str().into())]));
        }
    }
    if let Some(reason) = &result.wave.early_reason {
        lines.push(lang.t_with("summary-early", &[("reason", reason.as_str().into())]));
    }
    let verdict = &result.plan.verdict;
    lines.push(lang.t_with(
        "summary-rule",
        &[
            ("threshold", lang.percent(verdict.threshold).into()),
            ("rule", rule_code(verdict.rule).into()),
        ],
    ));
    let notes: Vec<String> = result
        .counties
        .iter()
        .flat_map(|county| notes(lang, county))
        .collect();
    let mut text = format!("{}\n\n{}", lines.join("\n"), table(lang, result));
    if !notes.is_empty() {
        text.push('\n');
        text.push_str(&notes.join("\n"));
        text.push('\n');
    }
    text
}

fn table(lang: Lang, result: &WaveResult) -> String {
    let head = |key: &str, align| (lang.t(key), align);
    let mut table = TextTable::new([
        head("summary-county", Align::Left),
        head("summary-invited", Align::Right),
        ("n".to_owned(), Align::Right),
        ("RR2".to_owned(), Align::Right),
        head("summary-approval", Align::Right),
        head("summary-interval", Align::Right),
        head("summary-bounds", Align::Right),
        head("summary-verdict", Align::Left),
        head("summary-other-rule", Align::Left),
    ]);
    for county in &result.counties {
        let estimate = county.approval.estimate.as_ref();
        let range =
            |low: f64, high: f64| format!("{}–{}", lang.percent_bare(low), lang.percent_bare(high));
        let mark = if differs(county) { " *" } else { "" };
        let other = county.approval.judgement.map(|judgement| {
            finding_word(
                lang,
                match judgement.rule {
                    Rule::LowerBound => judgement.point_finding,
                    Rule::Point => judgement.bound_finding,
                },
            )
        });
        let rate = county.rates.get("RR2").copied().flatten();
        table.push([
            name(lang, county).to_owned(),
            lang.count(county.counts.issued),
            lang.count(estimate.map_or(0, |estimate| estimate.figure.n)),
            rate.map_or_else(|| "–".to_owned(), |rate| lang.percent(rate)),
            estimate.map_or_else(|| "–".to_owned(), |e| lang.percent_bare(e.figure.p)),
            estimate.map_or_else(String::new, |e| range(e.interval.low, e.interval.high)),
            estimate.map_or_else(String::new, |e| range(e.bounds.low, e.bounds.high)),
            format!("{}{mark}", finding_word(lang, county.approval.finding)),
            other.unwrap_or_default(),
        ]);
    }
    table.render()
}

fn name(lang: Lang, county: &CountyResult) -> &str {
    match lang {
        Lang::ZhCn => &county.name_zh,
        Lang::En => &county.name_en,
    }
}

fn differs(county: &CountyResult) -> bool {
    county.sensitivity.iter().any(|line| line.differs)
}

/// Why there is no verdict, and what the mark means.
fn notes(lang: Lang, county: &CountyResult) -> Vec<String> {
    let name = name(lang, county);
    let failure = county.weighting_failure.as_deref();
    let mut notes: Vec<String> = county
        .approval
        .obstacles
        .iter()
        .filter(|why| failure.is_none() || **why != NotAssessable::CalibrationFailed)
        .map(|why| {
            let why = unfit_sentence(lang, *why);
            lang.t_with(
                "summary-note",
                &[("county", name.into()), ("why", why.into())],
            )
        })
        .collect();
    if let Some(code) = failure {
        let key = format!("summary-failure-{code}");
        let why = if lang.has(&key) {
            lang.t(&key)
        } else {
            code.to_owned()
        };
        let args = [("county", name.into()), ("why", why.into())];
        notes.push(lang.t_with("summary-weighting-failed", &args));
    }
    if differs(county) {
        notes.push(lang.t_with("summary-differs", &[("county", name.into())]));
    }
    notes
}

fn finding_word(lang: Lang, finding: Finding) -> String {
    lang.t(match finding {
        Finding::Met => "evaluate-finding-met",
        Finding::NotMet => "evaluate-finding-not_met",
        Finding::NotDecidable => "evaluate-finding-not_decidable",
        Finding::NotAssessable(_) => "evaluate-finding-not_assessable",
    })
}

const fn rule_code(rule: Rule) -> &'static str {
    match rule {
        Rule::LowerBound => "lower_bound",
        Rule::Point => "point",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::survey::plan::WavePlan;
    use crate::survey::questionnaire::{DEFAULT_2026, Questionnaire, SampledUnit};

    /// A county whose approval is judged, and one that nobody answered.
    fn result() -> WaveResult {
        let plan = WavePlan::standard(SampledUnit::Person, Vec::new());
        let questionnaire = Questionnaire::from_toml(DEFAULT_2026).unwrap();
        let interval = |low: f64, high: f64| json!({"low": low, "high": high, "method": "xlogit"});
        let figure = json!({
            "p": 0.934, "variance": 0.0001, "n": 1024, "kish_n_eff": 800.0, "df": 18.0,
            "planned_deff": 1.5
        });
        let estimate = json!({
            "item": "q1", "approves": ["a1"], "figure": figure, "standard_error": 0.01,
            "design_effect": 1.5, "n_eff": 616.0, "interval": interval(0.91, 0.952),
            "bounds": interval(0.914, 0.95), "no_answer": 3
        });
        let judged = json!({
            "estimate": estimate, "finding": "met", "obstacles": [], "tipping": [],
            "judgement": {
                "finding": "met", "rule": "lower_bound", "bound_finding": "met",
                "point_finding": "met", "estimate": 0.934, "lower": 0.914, "upper": 0.95,
                "threshold": 0.9
            }
        });
        let too_few = json!({"not_assessable": "too_few_answers"});
        let nothing = json!({
            "estimate": null, "finding": too_few, "obstacles": ["too_few_answers"],
            "judgement": null, "tipping": []
        });
        let line = json!({"kind": "without_undecided", "judged": nothing, "differs": true});
        let county = |code: &str, zh: &str, en: &str, approval: &Value, lines: Value| {
            json!({
                "code": code, "name_zh": zh, "name_en": en, "approval": approval,
                "sensitivity": lines, "safety": null, "items": [], "breakdowns": [],
                "change": {
                    "base": null, "change": null, "interval": null, "judgement": null,
                    "finding": {"not_assessable": "no_base_wave"}
                },
                "weighting": null, "weighting_failure": null,
                "counts": {
                    "issued": 2000, "used": 1100, "cast": 1100, "leaves": 1100,
                    "screened_out": 10, "complete": 1080, "partial": 10, "nothing_answered": 0,
                    "flagged": 4
                },
                "rates": {"RR2": 0.548}, "reconciliation": []
            })
        };
        let import = |synthetic: bool| json!({"name": "n", "source": "census", "digest": "00", "synthetic": synthetic});
        serde_json::from_value(json!({
            "schema": 1, "software": "minyi", "plan_digest": "00", "input_digest": "00",
            "wave": {
                "slug": "w", "titles": {"zh-CN": "轮次", "en": "Wave"}, "synthetic": false,
                "opens_at": 0, "closes_at": 1, "closed_at": 1, "early_reason": null,
                "seed": "00", "frame": import(false), "margins": import(true),
                "base_wave": null
            },
            "plan": plan, "questionnaire": questionnaire,
            "counties": [
                county("140302", "城区", "Chengqu", &judged, json!([line])),
                county("140321", "平定县", "Pingding", &nothing, json!([])),
            ]
        }))
        .unwrap()
    }

    #[test]
    fn figures_verdicts_and_reservations_stand_in_one_text() {
        let text = summary(Lang::En, &result());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "Wave");
        assert!(
            lines[1].contains("margins are made up or stand-ins: census"),
            "{text}"
        );
        assert!(
            lines[2].contains("90.0%") && lines[2].contains("bound decides"),
            "{text}"
        );
        let cells: Vec<&str> = lines[6].split_whitespace().collect();
        assert_eq!(
            cells[..7],
            [
                "Chengqu",
                "2,000",
                "1,024",
                "54.8%",
                "93.4",
                "91.0–95.2",
                "91.4–95.0"
            ]
        );
        assert!(lines[6].contains("met *"), "{text}");
        assert!(lines[7].contains("not assessable"), "{text}");
        assert!(
            text.contains("Pingding: ") && text.contains("* Chengqu: "),
            "{text}"
        );
        assert!(!text.contains("answers are made up"), "{text}");
    }

    #[test]
    fn a_chinese_reader_gets_chinese_names_and_words() {
        let text = summary(Lang::ZhCn, &result());
        assert!(text.contains("城区") && !text.contains("Chengqu"), "{text}");
        assert!(
            !text.contains("summary-") && !text.contains("evaluate-"),
            "{text}"
        );
    }
}
