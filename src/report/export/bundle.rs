//! What is published of a wave as documents from which everyone computes intervals and verdicts again.
//!
//! Pure. For: the bundle. Promises: nothing is computed here, and no number is in it that is not in the published tables
//! (the change is one of their rows too): what is merged or left out there is absent here. Shares of answers to items
//! have no variance that is published; they are in `answers.csv` alone.

use serde_json::{Value, json};

use crate::evaluation::dossier::Evaluation;
use crate::evaluation::standard::Standard;
use crate::report::result::{RANK_LEVEL, comparable};
use crate::stats::ranking::Ranking;
use crate::stats::threshold::Figure;
use crate::survey::result::{BreakdownBy, CountyResult, Estimate, Sensitivity, Shown, WaveResult};

/// Recomputes with Python's standard library.
pub const PYTHON: &str = include_str!("bundle/reproduce.py");
/// Recomputes with R alone.
pub const R: &str = include_str!("bundle/reproduce.R");
/// What is in it and how to use it, in English.
pub const README: &str = include_str!("bundle/README.md");
/// The same in Chinese.
pub const README_ZH: &str = include_str!("bundle/README.zh-CN.md");

/// Version of the documents' form.
const SCHEMA: u32 = 1;

/// `figures.json`: every published estimate with all that its interval and its verdict rest on.
#[must_use]
pub fn figures(result: &WaveResult) -> Value {
    let facts = &result.wave;
    let mut document = json!({
        "schema": SCHEMA,
        "wave": facts.slug.as_str(),
        "synthetic": facts.synthetic,
        "software": result.software,
        "plan_digest": result.plan_digest,
        "input_digest": result.input_digest,
        "base_wave": facts.base_wave.as_ref(),
        "seed": facts.seed,
        "frame": facts.frame,
        "margins": facts.margins,
        "counties": result.counties.iter().map(county).collect::<Vec<_>>(),
    });
    // Documents of waves without seeds stay as they were signed.
    if let Some(fields) = document.as_object_mut()
        && !facts.seeds.is_empty()
    {
        fields.insert("seeds".to_owned(), json!(facts.seeds));
    }
    document
}

fn county(county: &CountyResult) -> Value {
    let judged = &county.approval;
    let mut figures = vec![json!({
        "figure": "approval", "by": "county", "group": "",
        "estimate": estimate(judged.estimate.as_ref()),
        "finding": judged.finding,
        "obstacles": judged.obstacles,
        "judgement": judged.judgement,
    })];
    for line in &county.sensitivity {
        let name = match line.kind {
            Sensitivity::WithoutUndecided => "approval_without_undecided",
            Sensitivity::WithoutFlagged => "approval_without_flagged",
            Sensitivity::WithExcluded => "approval_with_left_out",
        };
        // Of a line that is withheld there is the finding alone.
        figures.push(json!({
            "figure": name, "by": "county", "group": "",
            "estimate": estimate(line.judged.estimate.as_ref()),
            "finding": line.judged.finding,
            "obstacles": line.judged.obstacles,
            "judgement": line.judged.judgement,
            "withheld": line.withheld,
            "differs": line.differs,
        }));
    }
    for breakdown in &county.breakdowns {
        let by = match breakdown.by {
            BreakdownBy::Sex => "sex",
            BreakdownBy::Age => "age",
            BreakdownBy::Residence => "residence",
        };
        for group in &breakdown.groups {
            let shown = match &group.shown {
                Shown::Estimate(found) => Some(found.as_ref()),
                Shown::TooSmall | Shown::Complementary => None,
            };
            figures.push(json!({
                "figure": "approval", "by": by, "group": group.group,
                "estimate": estimate(shown),
            }));
        }
    }
    figures.push(json!({
        "figure": "safety", "by": "county", "group": "",
        "estimate": estimate(county.safety.as_ref()),
    }));
    let change = &county.change;
    json!({
        "county": county.code.as_str(),
        "name_zh": county.name_zh,
        "name_en": county.name_en,
        "figures": figures,
        "change": {
            "change": change.change,
            "interval": change.interval,
            "judgement": change.judgement,
            "finding": change.finding,
        },
    })
}

fn estimate(found: Option<&Estimate>) -> Value {
    let Some(found) = found else {
        return Value::Null;
    };
    let figure = &found.figure;
    json!({
        "item": found.item,
        "answers": found.approves,
        "p": figure.p,
        "variance": figure.variance,
        "n": figure.n,
        "df": figure.df,
        "n_eff": found.n_eff,
        "kish_n_eff": figure.kish_n_eff,
        "planned_deff": figure.planned_deff,
        "standard_error": found.standard_error,
        "design_effect": found.design_effect,
        "no_answer": found.no_answer,
        "interval": found.interval,
        "bounds": found.bounds,
    })
}

/// `ranks.json`: the ranks that remain possible for each county, as the page of the comparison has them.
#[must_use]
pub fn ranks(result: &WaveResult) -> Value {
    let figures: Vec<Option<Figure>> = result.counties.iter().map(comparable).collect();
    let ranking = Ranking::of(&figures, RANK_LEVEL);
    let counties = result
        .counties
        .iter()
        .zip(figures.iter().zip(&ranking.ranks));
    let counties = counties.map(|(county, (figure, range))| {
        json!({
            "county": county.code.as_str(),
            "compared": figure.is_some(),
            "best": range.best,
            "worst": range.worst,
        })
    });
    json!({
        "schema": SCHEMA,
        "level": RANK_LEVEL,
        "counties": counties.collect::<Vec<_>>(),
    })
}

/// `evaluation.json`: the rules of the standard, the criteria with findings and reasons, and the verdicts, as the dossiers show them.
#[must_use]
pub fn evaluation(
    found: &Evaluation,
    standard: &Standard,
    standard_digest: &str,
    input_digest: &str,
) -> Value {
    let rules = standard.criteria.iter().map(|criterion| {
        json!({ "id": criterion.id, "clause": criterion.clause, "rule": criterion.rule })
    });
    let counties = found.counties.iter().map(|dossier| {
        json!({
            "county": dossier.county,
            "verdict": dossier.verdict,
            "criteria": dossier.criteria,
        })
    });
    json!({
        "schema": SCHEMA,
        "standard": found.standard,
        "version": found.version,
        "standard_digest": standard_digest,
        "input_digest": input_digest,
        "year": found.year,
        "wave": found.wave,
        "synthetic_indicators": found.synthetic_indicators,
        "synthetic_survey": found.synthetic_survey,
        "indicators": found.indicators,
        "unverified": found.unverified,
        "criteria": rules.collect::<Vec<_>>(),
        "counties": counties.collect::<Vec<_>>(),
    })
}
