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

/// How many of the values that the counties reported nobody has verified; `None` if none.
#[must_use]
pub fn unverified(lang: Lang, evaluation: &Evaluation) -> Option<String> {
    let args = [
        ("unverified", evaluation.unverified.into()),
        ("all", evaluation.indicators.into()),
    ];
    (evaluation.unverified > 0).then(|| lang.t_with("evaluate-unverified", &args))
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
