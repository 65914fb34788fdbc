//! Nonresponse adjustment by weighting class: respondents take over their class.
//!
//! May use `data`, `num`. Promises: the sum of weights (or the number of units) of each class is
//! kept; nonrespondents leave the sample, strata and units stay. Source: Oh and Scheuren, in
//! *Incomplete Data in Sample Surveys* 2, 1983, pp. 143–184.

#![expect(
    clippy::indexing_slicing,
    reason = "classes are dense indices of rows of one table"
)]

use super::WeightingError;
use crate::stats::data::{Cells, MISSING, Table};
use crate::stats::error::StatsError;
use crate::stats::num::{self, Sum};
use crate::stats::plan::spec::ClassMethod;

/// Classes and respondents of a table.
#[derive(Clone, Debug)]
pub(crate) struct Nonresponse {
    class: Vec<u32>,
    columns: Vec<String>,
    /// Class → its labels.
    labels: Vec<Vec<String>>,
    responded: Vec<bool>,
    method: ClassMethod,
}

impl Nonresponse {
    pub(crate) fn new(
        table: &Table,
        present: &[bool],
        columns: &[String],
        response: &str,
        method: ClassMethod,
    ) -> Result<Self, StatsError> {
        let values = table.numbers(response)?;
        let bad = (0..table.rows()).find(|row| {
            present[*row] && !num::is(values[*row], 1.0) && !num::is(values[*row], 0.0)
        });
        if let Some(row) = bad {
            return Err(WeightingError::BadResponse {
                column: response.to_owned(),
                row,
            }
            .into());
        }
        let cells = Cells::with_missing(table, columns)?;
        let responded: Vec<bool> = values.iter().map(|x| num::is(*x, 1.0)).collect();
        let mut sampled = vec![false; cells.len()];
        let mut answered = vec![false; cells.len()];
        for row in (0..table.rows()).filter(|row| present[*row]) {
            let class = num::at(cells.codes[row]);
            sampled[class] = true;
            answered[class] |= responded[row];
        }
        if let Some(class) = (0..cells.len()).find(|c| sampled[*c] && !answered[*c]) {
            return Err(WeightingError::ClassWithoutRespondents {
                columns: columns.to_vec(),
                labels: cells.labels(table, columns, class),
            }
            .into());
        }
        let class = (0..table.rows())
            .map(|row| {
                if present[row] {
                    cells.codes[row]
                } else {
                    MISSING
                }
            })
            .collect();
        Ok(Self {
            class,
            columns: columns.to_vec(),
            labels: (0..cells.len())
                .map(|class| cells.labels(table, columns, class))
                .collect(),
            responded,
            method,
        })
    }

    /// Number of classes.
    pub(crate) fn len(&self) -> usize {
        self.labels.len()
    }

    /// Who stays in the sample.
    pub(crate) fn stays(&self, row: usize) -> bool {
        self.class[row] != MISSING && self.responded[row]
    }

    pub(crate) fn apply(
        &self,
        weights: &mut [f64],
        counts: Option<&[f64]>,
    ) -> Result<(), WeightingError> {
        let factor = self.factors(weights, counts)?;
        for (row, w) in weights.iter_mut().enumerate() {
            if self.stays(row) {
                *w *= factor[num::at(self.class[row])];
            } else {
                *w = 0.0;
            }
        }
        Ok(())
    }

    /// A class whose weights are all 0 keeps them; one with weight, but none on respondents, is an
    /// error.
    fn factors(&self, weights: &[f64], counts: Option<&[f64]>) -> Result<Vec<f64>, WeightingError> {
        let mut all = vec![Sum::default(); self.labels.len()];
        let mut answered = vec![Sum::default(); self.labels.len()];
        for (row, &class) in self.class.iter().enumerate() {
            if class == MISSING {
                continue;
            }
            let count = counts.map_or(1.0, |c| c[row]);
            let size = match self.method {
                ClassMethod::Weighted => count * weights[row],
                ClassMethod::Count if weights[row] > 0.0 => count,
                ClassMethod::Count => 0.0,
            };
            all[num::at(class)].add(size);
            if self.responded[row] {
                answered[num::at(class)].add(size);
            }
        }
        all.iter()
            .zip(&answered)
            .zip(&self.labels)
            .map(
                |((all, answered), labels)| match (all.value(), answered.value()) {
                    (0.0, 0.0) => Ok(1.0),
                    (_, 0.0) => Err(WeightingError::ClassWithoutRespondents {
                        columns: self.columns.clone(),
                        labels: labels.clone(),
                    }),
                    (all, answered) => Ok(all / answered),
                },
            )
            .collect()
    }
}
