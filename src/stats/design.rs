//! A checked sampling design: which rows share a sampling unit, which units a stratum, and how many
//! units the population has.
//!
//! May use `data`, `num` and the plan's vocabulary. Promises: dense indices, every row in a unit of
//! each stage, n and N of each stratum counted on the whole sample; what cannot be a design is
//! refused with its column and row.

#![expect(
    clippy::indexing_slicing,
    reason = "units and strata are dense indices made here"
)]

mod order;

use serde::Serialize;

use super::data::{Cells, MISSING, Table};
use super::error::StatsError;
use super::num;
use super::plan::spec::{LonelyPsu, TaylorSpec};

/// A design that can be estimated from.
#[derive(Clone, Debug)]
pub struct Design {
    pub(crate) rows: usize,
    pub(crate) counts: Option<Vec<f64>>,
    pub(crate) weights: Vec<f64>,
    pub(crate) stages: Vec<Stage>,
    pub(crate) lonely: LonelyPsu,
    strata_columns: Vec<String>,
    strata_labels: Vec<Vec<String>>,
}

/// One stage of selection. The strata of a later stage are the units of the stage before.
#[derive(Clone, Debug)]
pub(crate) struct Stage {
    /// Row → unit.
    pub(crate) unit: Vec<u32>,
    /// Unit → stratum.
    pub(crate) stratum: Vec<u32>,
    /// Stratum → sampled units.
    pub(crate) sampled: Vec<f64>,
    /// Stratum → population units; infinite without a finite population correction.
    pub(crate) population: Vec<f64>,
    /// Unit → identical units, where a compressed row is itself the unit.
    pub(crate) multiplicity: Option<Vec<f64>>,
    /// Unit → its place when units are sorted by name; none where rows are units.
    pub(crate) place: Option<Vec<u32>>,
}

impl Stage {
    /// 1 − n/N of a stratum: 1 without a finite population correction.
    pub(crate) fn fraction_left(&self, stratum: usize) -> f64 {
        let population = self.population[stratum];
        if population.is_infinite() {
            1.0
        } else {
            (population - self.sampled[stratum]) / population
        }
    }
}

impl Design {
    /// Checks a specification against its data.
    ///
    /// ```
    /// use minyi::stats::data::{Column, Table};
    /// use minyi::stats::design::Design;
    /// use minyi::stats::plan::spec::TaylorSpec;
    ///
    /// let table = Table::new(vec![
    ///     ("psu".to_owned(), Column::labels([Some("a"), Some("a"), Some("b")])),
    ///     ("w".to_owned(), Column::Number(vec![2.0, 2.0, 3.0])),
    /// ])
    /// .unwrap();
    /// let spec = TaylorSpec {
    ///     ids: vec!["psu".to_owned()],
    ///     weights: Some("w".to_owned()),
    ///     ..TaylorSpec::default()
    /// };
    /// let design = Design::new(&spec, &table).unwrap();
    /// assert_eq!(design.units(), 2);
    /// assert_eq!(design.strata(), 1);
    /// ```
    pub fn new(spec: &TaylorSpec, table: &Table) -> Result<Self, StatsError> {
        let strata = Cells::of(table, &spec.strata)?;
        if let Some((row, column)) = strata.missing(table, &spec.strata) {
            return Err(DesignError::MissingStratum { column, row }.into());
        }
        let strata_labels = (0..strata.len())
            .map(|h| strata.labels(table, &spec.strata, h))
            .collect();
        let mut stages = vec![first_stage(spec, table, &strata)?];
        for column in spec.ids.iter().skip(1) {
            let coded = table.codes(column)?;
            let parent = &stages[stages.len() - 1];
            let next = later_stage(parent, column, &coded.codes, coded.labels.len())?;
            stages.push(next);
        }
        let mut design = Self {
            rows: table.rows(),
            counts: table.counts().map(<[f64]>::to_vec),
            weights: Vec::new(),
            stages,
            lonely: spec.lonely_psu,
            strata_columns: spec.strata.clone(),
            strata_labels,
        };
        design.set_population(spec, table)?;
        design.weights = match &spec.weights {
            Some(column) => checked_weights(table, column)?,
            None => design.inverse_fractions(spec)?,
        };
        Ok(design)
    }

    /// Number of first-stage units in the sample.
    ///
    /// ```
    /// use minyi::stats::data::{Column, Table};
    /// use minyi::stats::design::Design;
    /// use minyi::stats::plan::spec::TaylorSpec;
    ///
    /// let labels = |labels: [&'static str; 4]| Column::labels(labels.map(Some));
    /// let table = Table::new(vec![
    ///     ("village".to_owned(), labels(["a", "a", "b", "c"])),
    ///     ("county".to_owned(), labels(["N", "N", "N", "S"])),
    ///     ("w".to_owned(), Column::Number(vec![2.0, 2.0, 3.0, 5.0])),
    /// ])
    /// .unwrap();
    /// let spec = TaylorSpec {
    ///     ids: vec!["village".to_owned()],
    ///     strata: vec!["county".to_owned()],
    ///     weights: Some("w".to_owned()),
    ///     ..TaylorSpec::default()
    /// };
    /// let design = Design::new(&spec, &table).unwrap();
    /// assert_eq!(design.units(), 3);
    /// ```
    #[must_use]
    pub fn units(&self) -> usize {
        self.stages[0].stratum.len()
    }

    /// Number of first-stage strata in the sample.
    ///
    /// ```
    /// use minyi::stats::data::{Column, Table};
    /// use minyi::stats::design::Design;
    /// use minyi::stats::plan::spec::TaylorSpec;
    ///
    /// let labels = |labels: [&'static str; 4]| Column::labels(labels.map(Some));
    /// let table = Table::new(vec![
    ///     ("village".to_owned(), labels(["a", "a", "b", "c"])),
    ///     ("county".to_owned(), labels(["N", "N", "N", "S"])),
    ///     ("w".to_owned(), Column::Number(vec![2.0, 2.0, 3.0, 5.0])),
    /// ])
    /// .unwrap();
    /// let spec = TaylorSpec {
    ///     ids: vec!["village".to_owned()],
    ///     strata: vec!["county".to_owned()],
    ///     weights: Some("w".to_owned()),
    ///     ..TaylorSpec::default()
    /// };
    /// let design = Design::new(&spec, &table).unwrap();
    /// assert_eq!(design.strata(), 2);
    /// ```
    #[must_use]
    pub fn strata(&self) -> usize {
        self.stages[0].sampled.len()
    }

    /// The weights before any adjustment.
    ///
    /// ```
    /// use minyi::stats::data::{Column, Table};
    /// use minyi::stats::design::Design;
    /// use minyi::stats::plan::spec::TaylorSpec;
    ///
    /// let labels = |labels: [&'static str; 4]| Column::labels(labels.map(Some));
    /// let table = Table::new(vec![
    ///     ("village".to_owned(), labels(["a", "a", "b", "c"])),
    ///     ("county".to_owned(), labels(["N", "N", "N", "S"])),
    ///     ("w".to_owned(), Column::Number(vec![2.0, 2.0, 3.0, 5.0])),
    /// ])
    /// .unwrap();
    /// let spec = TaylorSpec {
    ///     ids: vec!["village".to_owned()],
    ///     strata: vec!["county".to_owned()],
    ///     weights: Some("w".to_owned()),
    ///     ..TaylorSpec::default()
    /// };
    /// let design = Design::new(&spec, &table).unwrap();
    /// assert_eq!(design.weights(), [2.0, 2.0, 3.0, 5.0]);
    /// ```
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// Columns that name the strata, with the labels of one stratum.
    pub(crate) fn stratum_labels(&self, stratum: usize) -> Vec<(String, String)> {
        let labels = self
            .strata_labels
            .get(stratum)
            .map_or(&[][..], Vec::as_slice);
        self.strata_columns
            .iter()
            .cloned()
            .zip(labels.iter().cloned())
            .collect()
    }

    /// True if later stages contribute to the variance: they exist, and the first has an fpc.
    pub(crate) fn multistage(&self) -> bool {
        self.stages.len() > 1 && self.stages[0].population.iter().any(|n| n.is_finite())
    }

    fn set_population(&mut self, spec: &TaylorSpec, table: &Table) -> Result<(), StatsError> {
        if spec.fpc.len() > self.stages.len() {
            return Err(DesignError::TooManyFpc {
                columns: spec.fpc.len(),
                stages: self.stages.len(),
            }
            .into());
        }
        let columns = spec
            .fpc
            .iter()
            .map(|column| Ok((column, present_numbers(table, column)?)))
            .collect::<Result<Vec<_>, StatsError>>()?;
        let counts = columns.iter().any(|(_, v)| v.iter().any(|x| *x > 1.0));
        for (at, (column, values)) in columns.iter().enumerate() {
            let bad = |x: &f64| if counts { *x < 1.0 } else { *x <= 0.0 };
            if let Some(row) = values.iter().position(bad) {
                return Err(DesignError::MixedFpc {
                    column: (*column).clone(),
                    row,
                }
                .into());
            }
            let stage = &mut self.stages[at];
            let mut seen = vec![f64::NAN; stage.sampled.len()];
            for (row, value) in values.iter().enumerate() {
                let h = num::at(stage.stratum[num::at(stage.unit[row])]);
                if seen[h].is_nan() {
                    seen[h] = *value;
                } else if (seen[h] - value).abs() > 1e-12 * seen[h] {
                    return Err(DesignError::FpcVaries {
                        column: (*column).clone(),
                        row,
                        expected: seen[h],
                    }
                    .into());
                }
                let n = stage.sampled[h];
                let population = if counts { *value } else { n / value };
                if population < n * (1.0 - 1e-12) {
                    return Err(DesignError::FpcBelowSample {
                        column: (*column).clone(),
                        row,
                        sampled: n,
                        population,
                    }
                    .into());
                }
                stage.population[h] = population.max(n);
            }
        }
        Ok(())
    }

    fn inverse_fractions(&self, spec: &TaylorSpec) -> Result<Vec<f64>, DesignError> {
        if spec.fpc.len() < self.stages.len() {
            return Err(DesignError::WeightsNeeded);
        }
        Ok((0..self.rows)
            .map(|row| {
                let probability: f64 = self
                    .stages
                    .iter()
                    .map(|stage| {
                        let h = num::at(stage.stratum[num::at(stage.unit[row])]);
                        stage.sampled[h] / stage.population[h]
                    })
                    .product();
                1.0 / probability
            })
            .collect())
    }
}

fn first_stage(spec: &TaylorSpec, table: &Table, strata: &Cells) -> Result<Stage, StatsError> {
    let rows = table.rows();
    let Some(column) = spec.ids.first() else {
        let multiplicity = table.counts().map(<[f64]>::to_vec);
        return Ok(Stage::new(
            Cells::each(rows).codes,
            strata.codes.clone(),
            strata.len(),
            multiplicity,
        ));
    };
    let ids = table.codes(column)?;
    if let Some(row) = ids.codes.iter().position(|code| *code == MISSING) {
        return Err(DesignError::MissingId {
            column: column.clone(),
            row,
        }
        .into());
    }
    let units = if spec.nest {
        strata.cross(&ids.codes, ids.labels.len())
    } else {
        Cells::one(rows).cross(&ids.codes, ids.labels.len())
    };
    let stratum: Vec<u32> = units
        .first
        .iter()
        .map(|row| strata.codes[num::at(*row)])
        .collect();
    let split = (0..rows).find(|row| strata.codes[*row] != stratum[num::at(units.codes[*row])]);
    if let Some(row) = split {
        let home = num::at(stratum[num::at(units.codes[row])]);
        return Err(DesignError::UnitInTwoStrata {
            column: column.clone(),
            row,
            unit: ids.labels[num::at(ids.codes[row])].clone(),
            stratum: strata.labels(table, &spec.strata, num::at(strata.codes[row])),
            expected: strata.labels(table, &spec.strata, home),
        }
        .into());
    }
    let place = order::sorted_places(&ids.labels);
    let place = units
        .first
        .iter()
        .map(|row| place[num::at(ids.codes[num::at(*row)])])
        .collect();
    let stage = Stage::new(units.codes, stratum, strata.len(), None);
    Ok(Stage {
        place: Some(place),
        ..stage
    })
}

fn later_stage(
    parent: &Stage,
    column: &str,
    ids: &[u32],
    levels: usize,
) -> Result<Stage, DesignError> {
    if let Some(row) = ids.iter().position(|code| *code == MISSING) {
        return Err(DesignError::MissingId {
            column: column.to_owned(),
            row,
        });
    }
    let above = Cells {
        codes: parent.unit.clone(),
        first: vec![0; parent.stratum.len()],
    };
    let units = above.cross(ids, levels);
    let stratum = units
        .first
        .iter()
        .map(|row| parent.unit[num::at(*row)])
        .collect();
    Ok(Stage::new(units.codes, stratum, parent.stratum.len(), None))
}

impl Stage {
    fn new(
        unit: Vec<u32>,
        stratum: Vec<u32>,
        strata: usize,
        multiplicity: Option<Vec<f64>>,
    ) -> Self {
        let mut sampled = vec![0.0; strata];
        for (at, h) in stratum.iter().enumerate() {
            sampled[num::at(*h)] += multiplicity.as_ref().map_or(1.0, |m| m[at]);
        }
        Self {
            unit,
            stratum,
            sampled,
            population: vec![f64::INFINITY; strata],
            multiplicity,
            place: None,
        }
    }
}

/// Numbers of a column in which none may be missing.
pub(crate) fn present_numbers<'a>(table: &'a Table, column: &str) -> Result<&'a [f64], StatsError> {
    let values = table.numbers(column)?;
    match values.iter().position(|x| x.is_nan()) {
        Some(row) => Err(DesignError::MissingNumber {
            column: column.to_owned(),
            row,
        }
        .into()),
        None => Ok(values),
    }
}

/// Weights of a column: none missing, none negative.
pub(crate) fn checked_weights(table: &Table, column: &str) -> Result<Vec<f64>, StatsError> {
    let values = present_numbers(table, column)?;
    match values.iter().position(|x| *x < 0.0) {
        Some(row) => Err(DesignError::NegativeWeight {
            column: column.to_owned(),
            row,
            value: values[row],
        }
        .into()),
        None => Ok(values.to_vec()),
    }
}

/// Why something is no design. Rows count from 0.
#[derive(Clone, Debug, PartialEq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum DesignError {
    /// A sampling unit without id.
    #[error("column {column}, row {row}: no id")]
    MissingId {
        /// The column.
        column: String,
        /// The first such row.
        row: usize,
    },
    /// A row without stratum.
    #[error("column {column}, row {row}: no stratum")]
    MissingStratum {
        /// The column.
        column: String,
        /// The first such row.
        row: usize,
    },
    /// A weight or population number is missing.
    #[error("column {column}, row {row}: no number")]
    MissingNumber {
        /// The column.
        column: String,
        /// The first such row.
        row: usize,
    },
    /// A weight below 0.
    #[error("column {column}, row {row}: weight {value}")]
    NegativeWeight {
        /// The column.
        column: String,
        /// The first such row.
        row: usize,
        /// The weight.
        value: f64,
    },
    /// A unit id that occurs in two strata, though ids are not declared to be nested.
    #[error("column {column}, row {row}: unit {unit} is in two strata")]
    UnitInTwoStrata {
        /// The id column.
        column: String,
        /// The first row in another stratum than the unit's first row.
        row: usize,
        /// The unit's id.
        unit: String,
        /// The stratum of that row.
        stratum: Vec<String>,
        /// The stratum of the unit's first row.
        expected: Vec<String>,
    },
    /// More fpc columns than stages.
    #[error("{columns} fpc columns for {stages} stages")]
    TooManyFpc {
        /// Number of columns.
        columns: usize,
        /// Number of stages.
        stages: usize,
    },
    /// Population counts must all be ≥ 1, sampling fractions all in (0, 1].
    #[error("column {column}, row {row}: neither population count nor fraction")]
    MixedFpc {
        /// The column.
        column: String,
        /// The first such row.
        row: usize,
    },
    /// The population number of a stratum is not constant.
    #[error("column {column}, row {row}: expected {expected}")]
    FpcVaries {
        /// The column.
        column: String,
        /// The first other row.
        row: usize,
        /// The number in the stratum's first row.
        expected: f64,
    },
    /// More units were sampled than exist.
    #[error("column {column}, row {row}: {sampled} sampled of {population}")]
    FpcBelowSample {
        /// The column.
        column: String,
        /// The first such row.
        row: usize,
        /// Sampled units.
        sampled: f64,
        /// Population units.
        population: f64,
    },
    /// Without a weight column every stage needs an fpc.
    #[error("no weights, and not every stage has an fpc")]
    WeightsNeeded,
    /// A stratum with one sampling unit, and the rule for it is to refuse.
    #[error("stage {stage}: a stratum has only one sampling unit")]
    LonelyPsu {
        /// The stage, from 1.
        stage: usize,
        /// The stratum's columns and labels (of the first-stage stratum).
        stratum: Vec<(String, String)>,
    },
    /// A design of replicates cannot do what needs sampling units.
    #[error("replicates: {reason}")]
    BadReplicates {
        /// Which number does not fit.
        reason: String,
    },
    /// Half samples need two units in every stratum.
    #[error("stratum has {units} units, half samples need 2")]
    NotTwoUnits {
        /// Units in the stratum.
        units: f64,
        /// The stratum's columns and labels.
        stratum: Vec<(String, String)>,
    },
    /// JK1 leaves out units whatever their stratum, so there may be only one.
    #[error("jk1 of a design with {strata} strata")]
    StrataInJk1 {
        /// Number of strata.
        strata: usize,
    },
    /// A method that has no place for a finite population correction.
    #[error("{method} cannot use an fpc")]
    FpcUnusable {
        /// The method.
        method: &'static str,
    },
    /// A rule for lonely strata that has no meaning for a method.
    #[error("{method}: a stratum has one unit, and rule {rule:?} has no meaning for it")]
    LonelyRule {
        /// The method.
        method: &'static str,
        /// The rule.
        rule: LonelyPsu,
        /// The stratum's columns and labels.
        stratum: Vec<(String, String)>,
    },
    /// Every unit of the population is in the sample: there is no replicate to make.
    #[error("nothing is left to sample")]
    NothingLeftToSample,
    /// More strata than half samples can balance.
    #[error("{strata} strata, half samples balance at most {most}")]
    TooManyStrata {
        /// Number of strata.
        strata: usize,
        /// The largest number.
        most: usize,
    },
    /// More replicates times units than memory should hold.
    #[error("{replicates} replicates of {cells} cells are more than {most}")]
    TooManyFactors {
        /// Number of replicates.
        replicates: usize,
        /// Sampling units, or cells of units and weighting classes.
        cells: usize,
        /// The largest product.
        most: usize,
    },
    /// Rows that are sampling units themselves stand for several: which of them is left out?
    #[error("merged rows are several sampling units each")]
    MergedUnits,
}
