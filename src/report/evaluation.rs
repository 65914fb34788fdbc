//! An evaluation as tables for a terminal: the verdicts, the matrix, and each county's reasons.

use super::reason::{Speaker, finding_word, outcome_word, sign};
use super::table::{Align, TextTable};
use crate::evaluation::dossier::{Dossier, Evaluation};
use crate::evaluation::finding::Finding;
use crate::evaluation::standard::{Omitted, Standard};
use crate::evaluation::verdict::Outcome;
use crate::i18n::Lang;

/// The finding of an evaluation as one sentence.
#[must_use]
pub fn headline(lang: Lang, evaluation: &Evaluation) -> String {
    let count = |outcome: Outcome| {
        let with = |d: &&Dossier| d.verdict.outcome == outcome;
        evaluation.counties.iter().filter(with).count()
    };
    lang.t_with(
        "evaluate-headline",
        &[
            ("counties", evaluation.counties.len().into()),
            ("met", count(Outcome::Met).into()),
            ("unmet", count(Outcome::NotMet).into()),
            ("open", count(Outcome::Open).into()),
        ],
    )
}

/// The whole evaluation as text.
#[must_use]
pub fn evaluation_text(lang: Lang, standard: &Standard, evaluation: &Evaluation) -> String {
    let tag = lang.tag();
    let year = evaluation.year.to_string();
    let title = lang.t_with("evaluate-title", &[("year", year.into())]);
    let line = lang.t_with(
        "evaluate-standard-line",
        &[
            ("title", standard.title.get(tag).into()),
            ("version", standard.version.into()),
        ],
    );
    let mut parts = vec![format!("{title}\n{line}\n")];
    if evaluation.synthetic_indicators {
        parts.push(format!("! {}\n", lang.t("evaluate-synthetic-indicators")));
    }
    parts.extend(unverified(lang, evaluation).map(|sentence| format!("! {sentence}\n")));
    parts.extend(outside(lang, standard, evaluation).map(|sentence| format!("! {sentence}\n")));
    if evaluation.synthetic_survey {
        parts.push(format!("! {}\n", lang.t("evaluate-synthetic-survey")));
    }
    parts.push(format!("{}\n", headline(lang, evaluation)));
    parts.push(matrix(lang, standard, evaluation));
    parts.push(legend(lang));
    let speaker = Speaker { lang, standard };
    for dossier in &evaluation.counties {
        parts.push(county(&speaker, dossier));
    }
    let left_out = omitted(lang, standard);
    if !left_out.is_empty() {
        let lines = left_out
            .iter()
            .map(|(clauses, why)| format!("  {clauses}\n      {why}\n"));
        let title = lang.t("evaluate-omitted");
        parts.push(format!("{title}\n{}", lines.collect::<String>()));
    }
    parts.join("\n")
}

/// How probable it is that the county's true values satisfy every criterion, or why that is not
/// said; nothing for an evaluation that was stored before it was computed.
#[must_use]
pub fn all_met(lang: Lang, dossier: &Dossier) -> Option<String> {
    match &dossier.all_met {
        Some(found) => {
            let share = whole_percent(found.probability);
            Some(lang.t_with("evaluate-all-met", &[("share", share.into())]))
        }
        None => dossier
            .criteria
            .iter()
            .any(|one| one.result.finding == Finding::NotAssessable)
            .then(|| lang.t("evaluate-all-met-none")),
    }
}

/// A simulated probability in whole per cent: its own error is nearly one.
fn whole_percent(share: f64) -> String {
    if share < 0.01 {
        "<1%".to_owned()
    } else if share > 0.99 {
        ">99%".to_owned()
    } else {
        format!("{:.0}%", share * 100.0)
    }
}

/// How many of the values that the counties reported nobody has verified; `None` if none.
#[must_use]
pub fn unverified(lang: Lang, evaluation: &Evaluation) -> Option<String> {
    let args = [
        ("unverified", evaluation.unverified.into()),
        ("all", evaluation.indicators.into()),
    ];
    (evaluation.unverified > 0).then(|| lang.t_with("evaluate-unverified", &args))
}

/// That the year is none of those for which the standard was made; `None` if it is one.
#[must_use]
pub fn outside(lang: Lang, standard: &Standard, evaluation: &Evaluation) -> Option<String> {
    let cycle = &standard.cycle;
    let is_example = evaluation.synthetic_survey || evaluation.synthetic_indicators;
    let args = [
        ("first", cycle.first_year.to_string().into()),
        ("last", cycle.last_year.to_string().into()),
        ("year", evaluation.year.to_string().into()),
        ("how", if is_example { "example" } else { "word" }.into()),
    ];
    let is_outside = !cycle.covers(evaluation.year);
    is_outside.then(|| lang.t_with("evaluate-outside", &args))
}

/// The clauses that a standard leaves out on purpose, and why.
#[must_use]
pub fn omitted(lang: Lang, standard: &Standard) -> Vec<(String, String)> {
    let comma = match lang {
        Lang::ZhCn => "、",
        Lang::En => ", ",
    };
    let one = |omitted: &Omitted| {
        let clauses = omitted.clauses.join(comma);
        let args = [("clauses", clauses.into())];
        let why = omitted.reason.get(lang.tag()).to_owned();
        (lang.t_with("evaluate-omitted-clauses", &args), why)
    };
    standard.omitted.iter().map(one).collect()
}

fn name<'a>(standard: &'a Standard, code: &'a str, tag: &str) -> &'a str {
    standard.county(code).map_or(code, |c| c.name.get(tag))
}

fn matrix(lang: Lang, standard: &Standard, evaluation: &Evaluation) -> String {
    let tag = lang.tag();
    let counties = evaluation
        .counties
        .iter()
        .map(|d| (name(standard, &d.county, tag).to_owned(), Align::Left));
    let head = [
        (lang.t("evaluate-clause"), Align::Left),
        (lang.t("evaluate-criterion"), Align::Left),
    ];
    let mut table = TextTable::new(head.into_iter().chain(counties));
    let verdicts = evaluation
        .counties
        .iter()
        .map(|d| outcome_word(lang, d.verdict.outcome));
    table.push(
        [String::new(), lang.t("evaluate-verdict")]
            .into_iter()
            .chain(verdicts),
    );
    for criterion in &standard.criteria {
        let signs = evaluation.counties.iter().map(|dossier| {
            let finding = dossier.finding(&criterion.id);
            finding.map_or("", sign).to_owned()
        });
        let first = [
            criterion.clause.clone(),
            criterion.short.get(tag).to_owned(),
        ];
        table.push(first.into_iter().chain(signs));
    }
    table.render()
}

fn legend(lang: Lang) -> String {
    let marks: Vec<String> = Finding::ALL
        .iter()
        .map(|f| format!("{} {}", sign(*f), finding_word(lang, *f)))
        .collect();
    format!("{}\n", marks.join("   "))
}

/// A county's criteria with their reasons; remarks are indented below.
fn county(speaker: &Speaker<'_>, dossier: &Dossier) -> String {
    let (lang, standard) = (speaker.lang, speaker.standard);
    let tag = lang.tag();
    let verdict = outcome_word(lang, dossier.verdict.outcome);
    let mut lines = vec![format!(
        "{} {}: {verdict}",
        dossier.county,
        name(standard, &dossier.county, tag)
    )];
    if let Some(pivot) = dossier.verdict.decided_by() {
        let name = standard
            .criterion(pivot.criterion)
            .map_or(pivot.criterion, |c| c.name.get(tag));
        lines.push(format!(
            "  {}",
            lang.t_with(
                "evaluate-pivot",
                &[("name", name.into()), ("then", pivot.then.code().into())]
            )
        ));
    }
    if let Some(line) = all_met(lang, dossier) {
        lines.push(format!("  {line}"));
    }
    for outcome in &dossier.criteria {
        let named = standard.criterion(&outcome.id);
        let criterion = named.map_or(outcome.id.as_str(), |c| c.name.get(tag));
        let clause = named.map_or("", |c| c.clause.as_str());
        lines.push(format!(
            "  {} {clause} {criterion} [{}]",
            sign(outcome.result.finding),
            finding_word(lang, outcome.result.finding),
        ));
        lines.push(format!("      {}", speaker.reason(&outcome.result.reason)));
        for note in &outcome.result.notes {
            lines.push(format!("      · {}", speaker.note(note)));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluation::indicator::Indicators;
    use crate::evaluation::uncertainty::AllMet;

    fn dossier() -> Dossier {
        let standard =
            Standard::from_toml(include_str!("../../standards/yangquan-2004.toml")).unwrap();
        let all = Evaluation::of(&standard, &Indicators::new(), None, 2026);
        all.counties[0].clone()
    }

    #[test]
    fn a_probability_is_said_in_whole_per_cent_and_never_as_none_or_all() {
        let with = |probability| Dossier {
            all_met: Some(AllMet {
                probability,
                draws: 4000,
                each: vec![],
            }),
            ..dossier()
        };
        for (probability, share) in [
            (0.0, "<1%"),
            (0.0099, "<1%"),
            (0.01, "1%"),
            (0.374, "37%"),
            (0.99, "99%"),
            (1.0, ">99%"),
        ] {
            for lang in Lang::ALL {
                let line = all_met(lang, &with(probability)).unwrap();
                assert!(line.contains(share), "{line}");
            }
        }
    }

    #[test]
    fn while_a_criterion_is_not_assessable_that_is_said_instead() {
        let silent = dossier();
        assert_eq!(silent.all_met, None);
        let line = all_met(Lang::ALL[0], &silent).unwrap();
        assert_eq!(line, Lang::ALL[0].t("evaluate-all-met-none"));
        let old = Dossier {
            criteria: vec![],
            ..silent
        };
        assert_eq!(all_met(Lang::ALL[0], &old), None);
    }
}
