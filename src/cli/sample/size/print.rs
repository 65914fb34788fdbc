//! Sample sizes as tables and as CSV.

use super::{Found, Method};
use crate::i18n::Lang;
use crate::report::csv::{CsvText, number};
use crate::report::table::{Align, TextTable};
use crate::stats::sampling::power::VerdictProbabilities;

/// One table for each question, its assumptions below.
pub(super) fn table(lang: Lang, found: &Found) -> String {
    let mut parts = Vec::new();
    if !found.for_margin.is_empty() {
        parts.push(for_margin(lang, found));
    }
    if !found.margin_of.is_empty() {
        parts.push(margin_of(lang, found));
    }
    if !found.for_verdict.is_empty() {
        parts.push(for_verdict(lang, found));
    }
    if !found.verdicts.is_empty() {
        parts.push(verdicts(lang, found));
    }
    parts.push(format!("{}\n", assumptions(lang, found)));
    parts.join("\n")
}

fn columns(lang: Lang, keys: &[&str]) -> TextTable {
    let heads = keys.iter().map(|key| (lang.t(key), Align::Right));
    TextTable::new(heads)
}

fn for_margin(lang: Lang, found: &Found) -> String {
    let heads = [
        "sample-column-p",
        "sample-column-margin",
        "sample-column-srs",
        "sample-column-answers",
        "sample-column-invitations",
    ];
    let mut table = columns(lang, &heads);
    for row in &found.for_margin {
        table.push([
            share(row.p),
            format!("±{}", share(row.margin)),
            lang.number(row.n_srs.ceil(), 0),
            lang.count(row.answers),
            lang.count(row.invitations),
        ]);
    }
    table.render()
}

fn margin_of(lang: Lang, found: &Found) -> String {
    let heads = [
        "sample-column-p",
        "sample-column-answers",
        "sample-column-margin",
    ];
    let mut table = columns(lang, &heads);
    for row in &found.margin_of {
        let margin = format!("±{}%", lang.number(row.margin * 100.0, 2));
        table.push([share(row.p), lang.count(row.n), margin]);
    }
    table.render()
}

fn for_verdict(lang: Lang, found: &Found) -> String {
    let heads = [
        "sample-column-truth",
        "sample-column-threshold",
        "sample-column-power",
        "sample-column-srs",
        "sample-column-answers",
        "sample-column-invitations",
    ];
    let mut table = columns(lang, &heads);
    for row in &found.for_verdict {
        table.push([
            share(row.truth),
            share(row.threshold),
            share(row.power),
            lang.count(row.size.n_srs),
            lang.count(row.size.n_respondents),
            lang.count(row.size.n_issue),
        ]);
    }
    let method = match found.method {
        Method::Normal => lang.t("sample-method-normal"),
        Method::Exact => lang.t("sample-method-exact"),
    };
    let note = lang.t_with(
        "sample-note-power",
        &[
            ("alpha", share(found.one_sided).into()),
            ("method", method.into()),
        ],
    );
    format!("{}{note}\n", table.render())
}

fn verdicts(lang: Lang, found: &Found) -> String {
    let heads = [
        "sample-column-truth",
        "sample-column-answers",
        "sample-column-point",
        "sample-column-shown",
        "sample-column-below",
        "sample-column-undecided",
    ];
    let mut table = columns(lang, &heads);
    let chance = |p: f64| lang.number(p, 2);
    for row in &found.verdicts {
        table.push([
            share(row.truth),
            lang.count(row.n),
            chance(row.chances.point),
            chance(row.chances.shown),
            chance(row.chances.below),
            chance(row.chances.undecided),
        ]);
    }
    let threshold = found.verdicts.first().map_or(0.0, |row| row.threshold);
    let arguments = [("threshold", share(threshold).into())];
    let note = lang.t_with("sample-note-verdicts", &arguments);
    format!("{}{note}\n", table.render())
}

fn assumptions(lang: Lang, found: &Found) -> String {
    let population = match found.population {
        Some(people) => lang.number(people, 0),
        None => lang.t("sample-population-large"),
    };
    lang.t_with(
        "sample-note-assumptions",
        &[
            ("deff", found.deff.to_string().into()),
            ("level", share(found.level).into()),
            ("population", population.into()),
            ("response", share(found.response_rate).into()),
        ],
    )
}

/// A share as it was given, in percent: `2.5%`, `90%`.
fn share(p: f64) -> String {
    let hundredth = (p * 1e8).round() / 1e6;
    format!("{hundredth}%")
}

/// One line of the CSV; what a question does not have stays empty.
#[derive(Default)]
struct Record {
    question: &'static str,
    p: Option<f64>,
    margin: Option<f64>,
    level: Option<f64>,
    threshold: Option<f64>,
    truth: Option<f64>,
    power: Option<f64>,
    one_sided: Option<f64>,
    method: &'static str,
    srs: Option<f64>,
    answers: Option<u64>,
    invitations: Option<u64>,
    chances: Option<VerdictProbabilities>,
}

/// One record for each answer.
pub(super) fn csv(found: &Found) -> String {
    let mut file = CsvText::new([
        "question",
        "p",
        "margin",
        "level",
        "threshold",
        "truth",
        "power",
        "one_sided",
        "method",
        "deff",
        "population",
        "response_rate",
        "n_srs",
        "answers",
        "invitations",
        "point",
        "shown",
        "below",
        "undecided",
    ]);
    let whole = |n: Option<u64>| n.map(|n| n.to_string()).unwrap_or_default();
    for record in records(found) {
        let chance = |of: fn(VerdictProbabilities) -> f64| number(record.chances.map(of));
        file.push([
            record.question.to_owned(),
            number(record.p),
            number(record.margin),
            number(record.level),
            number(record.threshold),
            number(record.truth),
            number(record.power),
            number(record.one_sided),
            record.method.to_owned(),
            number(Some(found.deff)),
            number(found.population),
            number(Some(found.response_rate)),
            number(record.srs),
            whole(record.answers),
            whole(record.invitations),
            chance(|c| c.point),
            chance(|c| c.shown),
            chance(|c| c.below),
            chance(|c| c.undecided),
        ]);
    }
    file.finish()
}

fn records(found: &Found) -> Vec<Record> {
    let for_margin = found.for_margin.iter().map(|row| Record {
        question: "for_margin",
        p: Some(row.p),
        margin: Some(row.margin),
        level: Some(found.level),
        srs: Some(row.n_srs),
        answers: Some(row.answers),
        invitations: Some(row.invitations),
        ..Record::default()
    });
    let margin_of = found.margin_of.iter().map(|row| Record {
        question: "margin_of",
        p: Some(row.p),
        margin: Some(row.margin),
        level: Some(found.level),
        answers: Some(row.n),
        ..Record::default()
    });
    let for_verdict = found.for_verdict.iter().map(|row| Record {
        question: "for_verdict",
        threshold: Some(row.threshold),
        truth: Some(row.truth),
        power: Some(row.power),
        one_sided: Some(found.one_sided),
        method: match found.method {
            Method::Normal => "normal",
            Method::Exact => "exact",
        },
        srs: Some(super::count(row.size.n_srs)),
        answers: Some(row.size.n_respondents),
        invitations: Some(row.size.n_issue),
        ..Record::default()
    });
    let verdicts = found.verdicts.iter().map(|row| Record {
        question: "verdicts",
        threshold: Some(row.threshold),
        truth: Some(row.truth),
        answers: Some(row.n),
        chances: Some(row.chances),
        ..Record::default()
    });
    let sizes = for_margin.chain(margin_of);
    sizes.chain(for_verdict).chain(verdicts).collect()
}
