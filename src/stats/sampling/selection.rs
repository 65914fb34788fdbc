//! One way to name the methods, draw with them and have their joint inclusion probabilities; strata.
//!
//! A stratum's sample comes from its own stream `sample/NAME` under the seed, so it depends neither on the other
//! strata nor on their order, and anyone recomputes it alone. Sources of the methods stand with
//! [`super::simple`], [`super::pps`], [`super::sampford`] and [`super::brewer`]. R: package `sampling`.

use super::simple::{joint as simple_joint, random, systematic as every_nth};
use super::{SamplingError, brewer, pps, sampford};
use crate::stats::num::real;
use crate::stats::rng::{stream, uniform};
use rand::rand_core::Rng;
use serde::{Deserialize, Serialize};

/// How units are selected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Method {
    /// Simple random sampling without replacement.
    Srs,
    /// Every N/n-th unit of the list, from a random start.
    Systematic,
    /// Systematic with probability proportional to size, in the order of the list.
    PpsSystematic,
    /// Sampford's design, with probability proportional to size.
    Sampford,
    /// Brewer's method, with probability proportional to size.
    Brewer,
}

impl Method {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Srs,
        Self::Systematic,
        Self::PpsSystematic,
        Self::Sampford,
        Self::Brewer,
    ];

    /// The word that files and arguments have for it.
    ///
    /// ```
    /// use minyi::stats::sampling::selection::Method;
    /// assert_eq!(Method::PpsSystematic.as_str(), "pps-systematic");
    /// ```
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Srs => "srs",
            Self::Systematic => "systematic",
            Self::PpsSystematic => "pps-systematic",
            Self::Sampford => "sampford",
            Self::Brewer => "brewer",
        }
    }

    /// Whether the chance of a unit grows with its size.
    ///
    /// ```
    /// use minyi::stats::sampling::selection::Method;
    /// assert!(Method::Sampford.uses_size() && !Method::Srs.uses_size());
    /// ```
    #[must_use]
    pub const fn uses_size(self) -> bool {
        matches!(self, Self::PpsSystematic | Self::Sampford | Self::Brewer)
    }

    /// Inclusion probabilities of units of these sizes in a sample of `n`; methods without sizes only
    /// count the units.
    ///
    /// # Errors
    /// A size that is negative or no number; fewer units (of positive size) than `n`.
    ///
    /// ```
    /// use minyi::stats::sampling::selection::Method;
    /// assert_eq!(Method::Srs.probabilities(&[3.0, 1.0], 1).unwrap(), vec![0.5, 0.5]);
    /// assert_eq!(Method::Brewer.probabilities(&[3.0, 1.0], 1).unwrap(), vec![0.75, 0.25]);
    /// ```
    pub fn probabilities(self, sizes: &[f64], n: usize) -> Result<Vec<f64>, SamplingError> {
        if self.uses_size() {
            return pps::inclusion_probabilities(sizes, n);
        }
        if n > sizes.len() {
            return Err(SamplingError::TooMany {
                wanted: n,
                available: sizes.len(),
            });
        }
        Ok(vec![real(n) / real(sizes.len()); sizes.len()])
    }

    /// Draws `n` units; positions in ascending order.
    ///
    /// # Errors
    /// As [`Self::probabilities`] and the method itself.
    ///
    /// ```
    /// use minyi::stats::sampling::selection::Method;
    /// let mut stream = minyi::stats::rng::stream(&[0; 32], "doc");
    /// let drawn = Method::Sampford.select(&[5.0, 9.0, 2.0, 4.0], 2, &mut stream).unwrap();
    /// assert_eq!(drawn.selected.len(), 2);
    /// ```
    pub fn select(
        self,
        sizes: &[f64],
        n: usize,
        rng: &mut impl Rng,
    ) -> Result<Selection, SamplingError> {
        let probabilities = self.probabilities(sizes, n)?;
        let selected = match self {
            Self::Srs => random(rng, sizes.len(), n)?,
            Self::Systematic => every_nth(sizes.len(), n, uniform(rng))?,
            Self::PpsSystematic => pps::systematic(&probabilities, uniform(rng))?,
            Self::Sampford => sampford::sample(&probabilities, rng)?,
            Self::Brewer => brewer::sample(&probabilities, rng)?,
        };
        Ok(Selection {
            method: self,
            probabilities,
            selected,
        })
    }

    /// Joint inclusion probabilities of the units at these positions, in their order; the diagonal
    /// holds π. Systematic methods have pairs with probability 0.
    ///
    /// # Errors
    /// As the method itself; [`SamplingError::NoJoint`] where Brewer's are out of reach.
    ///
    /// ```
    /// use minyi::stats::sampling::selection::Method;
    /// let joint = Method::Srs.joint(&[0.4; 5], &[0, 3]).unwrap();
    /// assert!((joint[0][1] - 0.1).abs() < 1e-15);
    /// ```
    pub fn joint(self, pi: &[f64], among: &[usize]) -> Result<Vec<Vec<f64>>, SamplingError> {
        match self {
            Self::Srs => simple_joint(pi, among),
            // Equal steps on the line of cumulative probabilities are the same starts.
            Self::Systematic | Self::PpsSystematic => pps::joint(pi, among),
            Self::Sampford => sampford::joint(pi, among),
            Self::Brewer => brewer::joint(pi, among),
        }
    }
}

/// What was drawn from one list.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// The method.
    pub method: Method,
    /// Inclusion probability of every unit of the list.
    pub probabilities: Vec<f64>,
    /// Positions of the selected ones, ascending.
    pub selected: Vec<usize>,
}

impl Selection {
    /// Joint inclusion probabilities of the selected units.
    ///
    /// # Errors
    /// As [`Method::joint`].
    ///
    /// ```
    /// use minyi::stats::sampling::selection::Method;
    /// let mut stream = minyi::stats::rng::stream(&[0; 32], "doc");
    /// let drawn = Method::Srs.select(&[1.0; 10], 2, &mut stream).unwrap();
    /// assert!((drawn.joint().unwrap()[0][1] - 2.0 / 90.0).abs() < 1e-15);
    /// ```
    pub fn joint(&self) -> Result<Vec<Vec<f64>>, SamplingError> {
        self.method.joint(&self.probabilities, &self.selected)
    }
}

/// A stratum to draw from.
#[derive(Clone, Debug, PartialEq)]
pub struct Stratum {
    /// Its name, which names its stream.
    pub name: String,
    /// Sizes of its units in the order of the list; 1 each where the method has no use for them.
    pub sizes: Vec<f64>,
    /// Units to select.
    pub n: usize,
    /// How.
    pub method: Method,
}

/// Draws every stratum by its own method from its own stream.
///
/// # Errors
/// The first stratum that cannot be drawn, by its place in the list, and why.
///
/// ```
/// use minyi::stats::sampling::selection::{Method, Stratum, stratified};
/// let stratum = |name: &str, n, method| Stratum { name: name.to_owned(), sizes: vec![1.0; 8], n, method };
/// let drawn = stratified(&[0; 32], &[stratum("a", 2, Method::Srs), stratum("b", 3, Method::Systematic)]).unwrap();
/// assert_eq!((drawn[0].selected.len(), drawn[1].selected.len()), (2, 3));
/// ```
pub fn stratified(
    seed: &[u8; 32],
    strata: &[Stratum],
) -> Result<Vec<Selection>, (usize, SamplingError)> {
    strata
        .iter()
        .enumerate()
        .map(|(place, stratum)| {
            let mut own = stream(seed, &format!("sample/{}", stratum.name));
            stratum
                .method
                .select(&stratum.sizes, stratum.n, &mut own)
                .map_err(|error| (place, error))
        })
        .collect()
}

#[cfg(test)]
pub(in crate::stats) mod golden;
#[cfg(test)]
mod tests;
