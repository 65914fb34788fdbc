//! How the weights of a county are distributed, as it is stored and told.

use serde::{Deserialize, Serialize};

/// A class of final weights. Its share is a whole percentage, and it holds weights of several variance units, of
/// which none has the most: it tells of no place below the county how many answered there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct WeightBin {
    /// Lower end, as a multiple of the mean weight; belongs to the class.
    pub low: f64,
    /// Upper end; `None` for everything above.
    pub high: Option<f64>,
    /// Share of the respondents, a whole percentage.
    pub share: f64,
}
