//! A drawn sample as a table, as CSV and as JSON. Each of them names seed, frame and method.

use serde::Serialize;

use super::Drawn;
use crate::i18n::Lang;
use crate::report::csv::{CsvText, number};
use crate::report::table::{Align, TextTable};

/// One selected unit.
#[derive(Debug, Serialize)]
struct Line<'a> {
    stratum: &'a str,
    order: usize,
    unit: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<f64>,
    inclusion_probability: f64,
    weight: f64,
}

/// The whole result.
#[derive(Debug, Serialize)]
pub(super) struct Document<'a> {
    method: &'static str,
    seed_text: &'a str,
    seed: String,
    frame: FrameOf<'a>,
    strata: Vec<StratumOf<'a>>,
    selected: Vec<Line<'a>>,
}

#[derive(Debug, Serialize)]
struct FrameOf<'a> {
    file: &'a str,
    sha256: &'a str,
    units: usize,
}

#[derive(Debug, Serialize)]
struct StratumOf<'a> {
    stratum: &'a str,
    units: usize,
    size: f64,
    n: usize,
}

fn units(drawn: &Drawn) -> Vec<Line<'_>> {
    let strata = drawn.frame.strata.iter().zip(&drawn.selections);
    strata
        .flat_map(|(stratum, selection)| {
            let places = selection.selected.iter().enumerate();
            places.filter_map(move |(order, place)| {
                let row = stratum.rows.get(*place)?;
                let probability = selection.probabilities.get(*place).copied()?;
                Some(Line {
                    stratum: &stratum.name,
                    order: order + 1,
                    unit: drawn.frame.id(*row),
                    size: drawn.method.uses_size().then(|| drawn.frame.size(*row)),
                    inclusion_probability: probability,
                    weight: 1.0 / probability,
                })
            })
        })
        .collect()
}

/// The JSON document.
pub(super) fn document(drawn: &Drawn) -> Document<'_> {
    let strata = drawn.strata.iter().map(|stratum| StratumOf {
        stratum: &stratum.name,
        units: stratum.sizes.len(),
        size: crate::stats::num::sum(stratum.sizes.iter().copied()),
        n: stratum.n,
    });
    Document {
        method: drawn.method.as_str(),
        seed_text: &drawn.seed_text,
        seed: hex::encode(drawn.seed),
        frame: FrameOf {
            file: &drawn.frame.file,
            sha256: &drawn.frame.sha256,
            units: drawn.frame.units(),
        },
        strata: strata.collect(),
        selected: units(drawn),
    }
}

/// For people.
pub(super) fn table(lang: Lang, drawn: &Drawn) -> String {
    let count = |n: usize| lang.count(u64::try_from(n).unwrap_or(u64::MAX));
    let selected = units(drawn);
    let head = lang.t_with(
        "sample-drawn",
        &[
            ("n", count(selected.len()).into()),
            ("units", count(drawn.frame.units()).into()),
            (
                "method",
                lang.t(&format!("sample-method-{}", drawn.method.as_str()))
                    .into(),
            ),
        ],
    );
    let frame = lang.t_with(
        "sample-drawn-frame",
        &[
            ("file", drawn.frame.file.as_str().into()),
            ("digest", drawn.frame.sha256.as_str().into()),
        ],
    );
    let seed = super::wave::seed_line(lang, &drawn.seed_text, &drawn.seed);
    let mut table = TextTable::new([
        (lang.t("sample-column-stratum"), Align::Left),
        (lang.t("sample-column-order"), Align::Right),
        (lang.t("sample-column-unit"), Align::Left),
        (lang.t("sample-column-size"), Align::Right),
        (lang.t("sample-column-probability"), Align::Right),
        (lang.t("sample-column-weight"), Align::Right),
    ]);
    for unit in selected {
        table.push([
            unit.stratum.to_owned(),
            unit.order.to_string(),
            unit.unit.to_owned(),
            unit.size.map(|size| size.to_string()).unwrap_or_default(),
            lang.number(unit.inclusion_probability, 6),
            lang.number(unit.weight, 4),
        ]);
    }
    format!("{head}\n{frame}\n{seed}\n\n{}", table.render())
}

/// One line for each unit; method, seed and frame stand on each, so that no line can be parted from them.
pub(super) fn csv(drawn: &Drawn) -> String {
    let mut file = CsvText::new([
        "stratum",
        "order",
        "unit",
        "size",
        "inclusion_probability",
        "weight",
        "method",
        "seed",
        "frame_sha256",
    ]);
    let seed = hex::encode(drawn.seed);
    for unit in units(drawn) {
        file.push([
            unit.stratum,
            &unit.order.to_string(),
            unit.unit,
            &number(unit.size),
            &number(Some(unit.inclusion_probability)),
            &number(Some(unit.weight)),
            drawn.method.as_str(),
            &seed,
            &drawn.frame.sha256,
        ]);
    }
    file.finish()
}
