//! What comes from outside, as bytes: one function for each reader, for fuzzing.
//!
//! Uses: every reader of files. Promises: nothing here is reached by a command; whatever the bytes are, a
//! function returns. `Err` says which promise of a reader was broken: cargo-fuzz (`fuzz/`) and the tests of
//! the stable tool chain call the same functions.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};

use super::plan_columns;
use super::plan_file;
use super::table_file::{self, Request, TableFileError};
use crate::evaluation::indicator_file;
use crate::evaluation::standard::Standard;
use crate::i18n::Lang;
use crate::report::{estimate as report, refusal};
use crate::service::import::{read_areas, read_frame, read_margins};
use crate::service::quotas;
use crate::service::waves::file;
use crate::stats::data::{Column, Table};
use crate::stats::plan::spec::{ColumnKind, DesignSpec, LonelyPsu};
use crate::stats::plan::{Inputs, Plan, Results};
use crate::survey::invitation::Code;
use crate::survey::time::Zone;

/// Records of the made-up data that a plan of unknown content runs on.
const RECORDS: usize = 12;

/// A plan, JSON or TOML: read, checked, and run on a few records.
pub fn plan(bytes: &[u8]) -> Result<(), String> {
    let Ok(read) = plan_file::read_bytes(Path::new("plan"), bytes, Lang::En) else {
        return Ok(());
    };
    if read.plan.check().is_err() {
        return Ok(());
    }
    let table = made_up(&read.plan)?;
    let mut inputs = Inputs {
        table: Some(&table),
        ..Inputs::default()
    };
    for design in &read.plan.designs {
        if let DesignSpec::Replicate(spec) = design {
            let name = &spec.repweights_columns;
            let column = |at: usize| (format!("{name}{at}"), Column::Number(vec![1.0; RECORDS]));
            let file = Table::new((0..spec.rscales.len()).map(column).collect());
            inputs.replicate_files.insert(
                spec.repweights_file.clone(),
                file.map_err(|e| e.to_string())?,
            );
        }
    }
    let results = read.plan.run(&inputs, &mut |_| {});
    for lang in Lang::ALL {
        let place = |record: usize| record.to_string();
        let _ = report::text(&read.plan, &results, &read.wording, &place);
        for (_, outcome) in results.analyses.iter() {
            if let Err(error) = outcome {
                let _ = refusal::sentence(lang, error, &place);
            }
        }
    }
    let _ = report::csv(&read.plan, &results, &read.wording);
    unreported(&read.plan, &results).map_or(Ok(()), Err)
}

/// Data with every column that a plan names: declared levels in turn, else a few small numbers.
fn made_up(plan: &Plan) -> Result<Table, String> {
    let mut columns: BTreeMap<String, Column> = BTreeMap::new();
    let declared = plan.data.iter().flat_map(|data| &data.columns);
    for column in declared {
        let levels = &column.levels;
        let made = match column.kind {
            ColumnKind::Number => numbers(),
            ColumnKind::Category if !levels.is_empty() => {
                let level = |record: usize| levels.get(record % levels.len()).map(String::as_str);
                Column::labels((0..RECORDS).map(level))
            }
            ColumnKind::String | ColumnKind::Category => {
                Column::labels((0..RECORDS).map(|record| ["a", "b", "c"].get(record % 3).copied()))
            }
        };
        columns.insert(column.name.clone(), made);
    }
    for named in plan_columns::columns(plan) {
        columns.entry(named.column).or_insert_with(numbers);
    }
    columns.entry("record".to_owned()).or_insert_with(numbers);
    Table::new(columns.into_iter().collect()).map_err(|error| error.to_string())
}

fn numbers() -> Column {
    let values = [1.0, 0.0, 1.0, 1.0, 2.0, 1.0, f64::NAN];
    Column::Number(
        (0..RECORDS)
            .filter_map(|at| values.get(at % values.len()).copied())
            .collect(),
    )
}

/// A number of the results that is neither finite nor explained, with its place. A number that does not
/// exist is null only where nothing is there to compute it from; only degrees of freedom are infinite.
#[must_use]
pub fn unreported(plan: &Plan, results: &Results) -> Option<String> {
    for (id, outcome) in results.weightings.iter() {
        let Ok(result) = outcome else { continue };
        if let Some(row) = result.weights.iter().position(|w| !w.is_finite()) {
            return Some(format!("weighting {id}: weight of record {row}"));
        }
    }
    for analysis in &plan.analyses {
        let Some(Ok(result)) = results.analyses.get(&analysis.id) else {
            continue;
        };
        let found = match serde_json::to_value(result) {
            Ok(document) => walk(
                &analysis.id,
                &document,
                may_lack_variance(plan, &analysis.design),
            ),
            Err(error) => Some(error.to_string()),
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

/// An average over strata, or a variance over replicates, of which none is left.
fn may_lack_variance(plan: &Plan, design: &str) -> bool {
    plan.designs.iter().any(|spec| match spec {
        DesignSpec::Taylor(spec) => spec.id == design && spec.lonely_psu == LonelyPsu::Average,
        DesignSpec::Replicate(_) | DesignSpec::ReplicatesOf(_) => spec.id() == design,
    })
}

fn walk(place: &str, value: &Value, unsure: bool) -> Option<String> {
    match value {
        Value::Object(fields) => fields.iter().find_map(|(name, inner)| {
            let inside = format!("{place}/{name}");
            strange(name, inner, fields, unsure)
                .map(|what| format!("{inside} is {what} in {value}"))
                .or_else(|| walk(&inside, inner, unsure))
        }),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .find_map(|(at, inner)| walk(&format!("{place}/{at}"), inner, unsure)),
        _ => None,
    }
}

/// What is wrong with a field of a result, seen beside its neighbors.
fn strange(
    name: &str,
    value: &Value,
    beside: &Map<String, Value>,
    unsure: bool,
) -> Option<&'static str> {
    let number = |name: &str| beside.get(name).and_then(Value::as_f64);
    let null = |name: &str| beside.get(name).is_some_and(Value::is_null);
    if value
        .as_str()
        .is_some_and(|text| text == "inf" || text == "-inf")
    {
        // A difference without any spread is infinitely many standard errors from 0.
        let certain = name == "t" && number("se").is_some_and(|se| se <= 0.0);
        let explained = certain || matches!(name, "df" | "ddf" | "df_rule");
        return (!explained).then_some("infinite");
    }
    if !value.is_null() {
        return None;
    }
    let nobody = number("n").is_some_and(|n| n < 1.0);
    let alone = number("n").is_some_and(|n| n < 2.0) || degrees(beside).is_some_and(|df| df <= 0.0);
    let ratio = beside
        .get("variable")
        .and_then(Value::as_str)
        .is_some_and(|name| name.contains('/'));
    let quantile = beside.contains_key("p");
    let explained = match name {
        // Of nobody, of a ratio over nothing, of a group without a value.
        "estimate" => nobody || ratio || null("se"),
        "sum_weights" => nobody,
        "se" | "var" => nobody || unsure || alone || quantile || null("estimate"),
        _ => true,
    };
    (!explained).then_some("null")
}

/// The degrees of freedom of a row of results.
fn degrees(row: &Map<String, Value>) -> Option<f64> {
    let intervals = row.get("ci").and_then(Value::as_array);
    let smallest = intervals
        .into_iter()
        .flatten()
        .filter_map(|ci| ci["df"].as_f64());
    smallest.reduce(f64::min)
}

/// A survey file, CSV or XLSX, without declared columns: what is read has one value for each record.
pub fn table(bytes: &[u8]) -> Result<(), String> {
    for numbers in [false, true] {
        let request = Request {
            path: Path::new("data.csv"),
            declared: &[],
            used: &|_| true,
            numbers,
        };
        match table_file::read_bytes(bytes.to_vec(), &request, &mut |_| ()) {
            Ok(loaded) => {
                loaded.line(loaded.table.rows());
                if loaded.table.names().len() != loaded.header.len() {
                    return Err("a column was lost".to_owned());
                }
            }
            Err(TableFileError::Content { problems, .. }) => {
                for problem in problems {
                    problem.sentence(Lang::En, "data.csv");
                }
            }
            Err(_) => {}
        }
    }
    Ok(())
}

/// A file of reported indicators under the standard of 2004.
pub fn indicators(bytes: &[u8]) -> Result<(), String> {
    const STANDARD: &str = include_str!("../../standards/yangquan-2004.toml");
    let standard = Standard::from_toml(STANDARD).map_err(|error| error.to_string())?;
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Err(problems) = indicator_file::read(text, &standard)
        && problems.is_empty()
    {
        return Err("refused without a problem".to_owned());
    }
    Ok(())
}

/// A wave file with the questionnaire that is built in.
pub fn wave(bytes: &[u8]) -> Result<(), String> {
    let zone = Zone::named("Asia/Shanghai").map_err(|error| error.to_string())?;
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = file::read(text, &zone, |name| Err(name.to_owned()));
    }
    Ok(())
}

/// Areas, and with the areas of the demonstration city a frame and margins.
pub fn imports(bytes: &[u8]) -> Result<(), String> {
    const AREAS: &str = include_str!("../../examples/yangquan/areas.csv");
    let areas = read_areas(AREAS.as_bytes()).map_err(|problems| format!("{problems:?}"))?;
    let refused = [
        read_areas(bytes).err(),
        read_frame(bytes, &areas).err(),
        read_margins(bytes, &areas).err(),
        quotas::read(bytes).err(),
    ];
    if refused.iter().flatten().any(Vec::is_empty) {
        return Err("refused without a problem".to_owned());
    }
    Ok(())
}

/// What a resident typed for a code: read or refused; what is read is printed and reads back.
pub fn code(bytes: &[u8]) -> Result<(), String> {
    let typed = String::from_utf8_lossy(bytes);
    match Code::parse(&typed) {
        Ok(code) if Code::parse(&code.printed()) == Ok(code.clone()) => Ok(()),
        Ok(_) => Err("a printed code does not read back".to_owned()),
        Err(_) => Ok(()),
    }
}
