//! Small area models of a plan: the columns of the table under the names of the vocabulary.

use serde_json::{Value, json};

use super::Inputs;
use super::spec::SmallArea;
use crate::stats::data::Table;
use crate::stats::error::{PlanError, StatsError};
use crate::stats::small_area::{FayHerriot, fay_herriot};

/// Fits the model and writes it as `expected.json` does.
pub(crate) fn answer(model: &SmallArea, inputs: &Inputs<'_>) -> Result<Value, StatsError> {
    if model.method != "REML" {
        return Err(bad(format!(
            "method {}: REML is the one there is",
            model.method
        )));
    }
    let table = inputs.table.ok_or(PlanError::NoData)?;
    let columns: Vec<(String, Vec<f64>)> = model
        .columns
        .iter()
        .map(|column| covariate(table, column))
        .collect::<Result<_, _>>()?;
    let rows: Vec<Vec<f64>> = (0..table.rows())
        .map(|row| {
            columns
                .iter()
                .filter_map(|(_, values)| values.get(row).copied())
                .collect()
        })
        .collect();
    let fitted = fay_herriot(
        table.numbers(&model.y)?,
        table.numbers(&model.vardir)?,
        &rows,
    )
    .map_err(|error| bad(error.to_string()))?;
    let names: Vec<String> = columns.into_iter().map(|(name, _)| name).collect();
    let areas = table.column(&model.area)?;
    let labels: Vec<String> = (0..table.rows())
        .map(|row| areas.label(row).unwrap_or_default())
        .collect();
    Ok(write(&fitted, &names, &labels))
}

fn bad(reason: String) -> StatsError {
    PlanError::BadInputs { reason }.into()
}

/// One column of the model, under the name that R gives it.
fn covariate(table: &Table, column: &str) -> Result<(String, Vec<f64>), StatsError> {
    if column == "intercept" {
        return Ok(("(Intercept)".to_owned(), vec![1.0; table.rows()]));
    }
    if let Some(variable) = column.strip_prefix("numeric ") {
        return Ok((variable.to_owned(), table.numbers(variable)?.to_vec()));
    }
    let named = column
        .strip_prefix("indicator ")
        .and_then(|rest| rest.split_once('='));
    let Some((variable, level)) = named else {
        return Err(bad(format!(
            "column {column}: intercept, indicator VARIABLE=LEVEL or numeric VARIABLE"
        )));
    };
    let values = table.column(variable)?;
    let indicator = |row| match values.label(row) {
        None => f64::NAN,
        Some(label) => f64::from(u8::from(label == level)),
    };
    Ok((
        format!("{variable}{level}"),
        (0..table.rows()).map(indicator).collect(),
    ))
}

fn write(fitted: &FayHerriot, columns: &[String], labels: &[String]) -> Value {
    let areas: Vec<Value> = fitted
        .areas
        .iter()
        .zip(labels)
        .map(|(found, area)| {
            json!({
                "area": area, "gamma": found.gamma, "synthetic": found.synthetic,
                "eblup": found.eblup, "mse": found.mse,
                "g1": found.g1, "g2": found.g2, "g3": found.g3,
            })
        })
        .collect();
    json!({
        "sigma2": fitted.sigma2, "columns": columns, "beta": fitted.beta,
        "se_beta": fitted.se_beta, "loglik": fitted.loglik, "aic": fitted.aic,
        "bic": fitted.bic, "reml_loglik": fitted.reml_loglik, "areas": areas,
    })
}
