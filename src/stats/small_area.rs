//! Small areas: the Fay–Herriot model of direct estimates, by restricted maximum likelihood.
//!
//! `yᵢ = xᵢ'b + vᵢ + eᵢ`, `v ~ (0, s)`, `e ~ (0, Dᵢ)` with known sampling variances. `s` maximizes the
//! restricted likelihood over `s ≥ 0`; where the score at 0 is not positive, `s = 0` and the estimate
//! is the synthetic one. The mean squared error is `g₁ + g₂ + 2 g₃` (Prasad and Rao; Datta and Lahiri).
//!
//! Sources: Fay and Herriot, JASA 74 (1979), 269–277; Rao and Molina, *Small Area Estimation*, 2nd ed.
//! 2015, §6.1–6.2; Datta and Lahiri, Statistica Sinica 10 (2000), 613–627. R: `sae::mseFH(y ~ x, D)`,
//! which stops at a relative change of 1e-4. Assumes that the `Dᵢ` are known and the model holds.

use nalgebra::{Cholesky, DMatrix, DVector, Dyn};
use serde::Serialize;
use std::f64::consts::PI;

use super::num::{real, sum};

/// Steps of Fisher scoring, or halvings where it leaves the bracket.
const MOST_STEPS: usize = 500;
/// Relative change of `s` that counts as none.
const NO_CHANGE: f64 = 1e-15;

/// Why a model cannot be fitted.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SmallAreaError {
    /// Lists of different length.
    #[error("{y} estimates, {variances} variances, {rows} rows of covariates")]
    Lengths {
        /// Number of estimates.
        y: usize,
        /// Number of variances.
        variances: usize,
        /// Number of rows of covariates.
        rows: usize,
    },
    /// A number is missing, infinite, or a variance is not positive.
    #[error("area number {area}: {what} is {value}")]
    BadNumber {
        /// Position of the area, 0-based.
        area: usize,
        /// Which number.
        what: &'static str,
        /// Its value.
        value: f64,
    },
    /// Not more areas than coefficients.
    #[error("{areas} areas cannot carry {columns} coefficients and a variance")]
    TooFewAreas {
        /// Areas.
        areas: usize,
        /// Coefficients.
        columns: usize,
    },
    /// The covariates depend on each other.
    #[error("the covariates are linearly dependent")]
    Dependent,
    /// The likelihood could not be maximized.
    #[error("no convergence")]
    NoConvergence,
}

/// A fitted model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FayHerriot {
    /// Variance between areas that the covariates do not explain.
    pub sigma2: f64,
    /// Coefficients.
    pub beta: Vec<f64>,
    /// Their standard errors.
    pub se_beta: Vec<f64>,
    /// Normal log-likelihood at the estimates.
    pub loglik: f64,
    /// `−2 loglik + 2 (p + 1)`.
    pub aic: f64,
    /// `−2 loglik + ln(m) (p + 1)`.
    pub bic: f64,
    /// Restricted log-likelihood, without its constant.
    pub reml_loglik: f64,
    /// One estimate per area.
    pub areas: Vec<AreaEstimate>,
}

/// The estimate of one area.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct AreaEstimate {
    /// Weight of the direct estimate, `s/(s + D)`.
    pub gamma: f64,
    /// `x'b`.
    pub synthetic: f64,
    /// `γ y + (1 − γ) x'b`.
    pub eblup: f64,
    /// Estimated mean squared error.
    pub mse: f64,
    /// Error that remains when `b` and `s` are known, `γ D`.
    pub g1: f64,
    /// Error of `b`.
    pub g2: f64,
    /// Error of `s`; it enters twice.
    pub g3: f64,
}

/// Fits the model. `x` has one row per area.
///
/// # Errors
/// Inputs that no model can be fitted to, each named.
///
/// ```
/// use minyi::stats::small_area::fay_herriot;
/// let (y, d) = ([1.0, 3.0, 2.0, 6.0], [0.5, 0.5, 0.5, 0.5]);
/// let model = fay_herriot(&y, &d, &vec![vec![1.0]; 4]).unwrap();
/// // With equal D: s + D is the sample variance of y.
/// assert!((model.sigma2 - (14.0 / 3.0 - 0.5)).abs() < 1e-12);
/// ```
pub fn fay_herriot(y: &[f64], d: &[f64], x: &[Vec<f64>]) -> Result<FayHerriot, SmallAreaError> {
    let data = Data::new(y, d, x)?;
    let sigma2 = data.maximize()?;
    let fit = data.fit(sigma2)?;
    let (m, p) = (real(data.y.len()), real(data.x.ncols()));
    let precision = sum(data.d.iter().map(|d| (sigma2 + d).powi(-2)));
    let areas = (0..data.y.len())
        .map(|i| data.area(i, sigma2, precision, &fit))
        .collect();
    let squares = sum(fit.residual.iter().zip(&fit.v).map(|(r, v)| r * r / v));
    let logs = sum(fit.v.iter().map(|v| v.ln()));
    let loglik = -0.5 * (m * (2.0 * PI).ln() + logs + squares);
    Ok(FayHerriot {
        sigma2,
        beta: fit.beta.iter().copied().collect(),
        se_beta: fit.q.diagonal().iter().map(|q| q.sqrt()).collect(),
        loglik,
        aic: -2.0 * loglik + 2.0 * (p + 1.0),
        bic: -2.0 * loglik + m.ln() * (p + 1.0),
        reml_loglik: -0.5 * (logs + fit.log_det + squares),
        areas,
    })
}

struct Data {
    y: DVector<f64>,
    d: Vec<f64>,
    x: DMatrix<f64>,
}

/// Generalized least squares at one value of `s`.
struct Fit {
    v: Vec<f64>,
    /// `(X'V⁻¹X)⁻¹`.
    q: DMatrix<f64>,
    log_det: f64,
    beta: DVector<f64>,
    residual: DVector<f64>,
}

impl Data {
    fn new(y: &[f64], d: &[f64], x: &[Vec<f64>]) -> Result<Self, SmallAreaError> {
        let columns = x.first().map_or(0, Vec::len);
        if y.len() != d.len() || y.len() != x.len() || x.iter().any(|row| row.len() != columns) {
            return Err(SmallAreaError::Lengths {
                y: y.len(),
                variances: d.len(),
                rows: x.len(),
            });
        }
        if columns == 0 || y.len() <= columns {
            return Err(SmallAreaError::TooFewAreas {
                areas: y.len(),
                columns,
            });
        }
        let bad = |what: &'static str, values: &[f64], allowed: fn(f64) -> bool| match values
            .iter()
            .position(|value| !allowed(*value))
        {
            None => Ok(()),
            Some(area) => Err(SmallAreaError::BadNumber {
                area,
                what,
                value: values.get(area).copied().unwrap_or(f64::NAN),
            }),
        };
        bad("estimate", y, f64::is_finite)?;
        bad("variance", d, |d| d.is_finite() && d > 0.0)?;
        for column in 0..columns {
            let values: Vec<f64> = x
                .iter()
                .map(|row| row.get(column).copied().unwrap_or(f64::NAN))
                .collect();
            bad("covariate", &values, f64::is_finite)?;
        }
        Ok(Self {
            y: DVector::from_column_slice(y),
            d: d.to_vec(),
            x: DMatrix::from_row_iterator(y.len(), columns, x.iter().flatten().copied()),
        })
    }

    fn fit(&self, s: f64) -> Result<Fit, SmallAreaError> {
        let v: Vec<f64> = self.d.iter().map(|d| s + d).collect();
        let cholesky = self.information(&v, 1)?;
        let weighted = DVector::from_iterator(v.len(), self.y.iter().zip(&v).map(|(y, v)| y / v));
        let beta = cholesky.solve(&(self.x.transpose() * weighted));
        let residual = &self.y - &self.x * &beta;
        let factor = cholesky.l_dirty().diagonal();
        let log_det = 2.0 * sum(factor.iter().map(|l| l.ln()));
        Ok(Fit {
            v,
            q: cholesky.inverse(),
            log_det,
            beta,
            residual,
        })
    }

    /// `X' V⁻ᵏ X`.
    fn crossed(&self, v: &[f64], power: i32) -> DMatrix<f64> {
        let mut scaled = self.x.clone();
        for (mut row, v) in scaled.row_iter_mut().zip(v) {
            row *= v.powi(-power);
        }
        self.x.transpose() * scaled
    }

    fn information(&self, v: &[f64], power: i32) -> Result<Cholesky<f64, Dyn>, SmallAreaError> {
        let crossed = self.crossed(v, power);
        let scale = crossed.diagonal().max();
        let found = Cholesky::new(crossed).ok_or(SmallAreaError::Dependent)?;
        // A pivot this small is rounding error: one covariate is a sum of others.
        let pivots = found.l_dirty().diagonal();
        if pivots.iter().any(|l| l * l < 1e-12 * scale) {
            return Err(SmallAreaError::Dependent);
        }
        Ok(found)
    }

    /// Score and expected information of the restricted likelihood (Rao and Molina 2015, eq. 6.1.14).
    fn score(&self, s: f64) -> Result<(f64, f64), SmallAreaError> {
        let fit = self.fit(s)?;
        let (two, three) = (self.crossed(&fit.v, 2), self.crossed(&fit.v, 3));
        let middle = &fit.q * &two;
        let inverse = sum(fit.v.iter().map(|v| 1.0 / v));
        let inverse_square = sum(fit.v.iter().map(|v| 1.0 / (v * v)));
        let trace = inverse - middle.trace();
        let squares = sum(fit
            .residual
            .iter()
            .zip(&fit.v)
            .map(|(r, v)| (r / v) * (r / v)));
        let trace_square =
            inverse_square - 2.0 * (&fit.q * three).trace() + (&middle * &middle).trace();
        Ok((0.5 * (squares - trace), 0.5 * trace_square))
    }

    /// Fisher scoring from the median sampling variance, kept between a point with positive and one
    /// with negative score.
    fn maximize(&self) -> Result<f64, SmallAreaError> {
        if self.score(0.0)?.0 <= 0.0 {
            return Ok(0.0);
        }
        let mut sorted = self.d.clone();
        sorted.sort_by(f64::total_cmp);
        let mut s = sorted.get(sorted.len() / 2).copied().unwrap_or(1.0);
        let (mut low, mut high) = (0.0, f64::INFINITY);
        for _ in 0..MOST_STEPS {
            let (score, information) = self.score(s)?;
            if score > 0.0 {
                low = s;
            } else {
                high = s;
            }
            let step = s + score / information;
            let next = if step > low && step < high {
                step
            } else if high.is_finite() {
                f64::midpoint(low, high)
            } else {
                2.0 * s
            };
            if (next - s).abs() <= NO_CHANGE * (1.0 + s) {
                return Ok(next);
            }
            s = next;
        }
        Err(SmallAreaError::NoConvergence)
    }

    fn area(&self, i: usize, s: f64, precision: f64, fit: &Fit) -> AreaEstimate {
        let d = self.d.get(i).copied().unwrap_or(f64::NAN);
        let x = self.x.row(i);
        let synthetic = (x * &fit.beta).sum();
        let gamma = s / (s + d);
        let spread = (x * &fit.q * x.transpose()).sum();
        let g1 = gamma * d;
        let g2 = (1.0 - gamma) * (1.0 - gamma) * spread;
        let g3 = d * d / (s + d).powi(3) * 2.0 / precision;
        AreaEstimate {
            gamma,
            synthetic,
            eblup: synthetic + gamma * fit.residual.get(i).copied().unwrap_or(f64::NAN),
            mse: g1 + g2 + 2.0 * g3,
            g1,
            g2,
            g3,
        }
    }
}

#[cfg(test)]
mod tests;
