//! `share_at_least`: a share of units (townships, communities, villages), rounded up.
//!
//! `needed = ⌈percent · m / 100⌉`; `m = 0` (no village in a purely urban district) is not applicable.

use serde::{Deserialize, Serialize};

use super::{Inputs, SMALL_COUNT};
use crate::evaluation::amount::Amount;
use crate::evaluation::exact::ceil_share;
use crate::evaluation::finding::Finding;
use crate::evaluation::reason::{CriterionResult, Note, Reason};

/// At least `percent` per cent of the units, rounded up to whole units.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareAtLeast {
    /// Indicator id of the units that meet, of all units.
    pub indicator: String,
    /// The limit in per cent.
    pub percent: Amount,
}

impl ShareAtLeast {
    /// The result for one county and year. Units are counted completely, so no interval is shown.
    #[must_use]
    pub fn evaluate(&self, inputs: &Inputs<'_>) -> CriterionResult {
        let (k, m) = match inputs.rate(&self.indicator, inputs.year) {
            Ok((_, 0)) => {
                return CriterionResult::new(Finding::NotApplicable, Reason::NothingToJudge);
            }
            Ok(rate) => rate,
            Err(reason) => return CriterionResult::not_assessable(reason),
        };
        let needed = ceil_share(m, self.percent);
        let result = CriterionResult::new(
            Finding::from_bool(k >= needed),
            Reason::Share {
                k,
                m,
                needed,
                percent: self.percent,
            },
        );
        if m < SMALL_COUNT {
            result.with(Note::SmallCount { m })
        } else {
            result
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::super::tests::{in_2006, rate};
    use super::*;

    fn finding(k: u32, m: u32) -> Finding {
        let rule = Rule::ShareAtLeast(ShareAtLeast {
            indicator: "x".into(),
            percent: Amount::whole(80),
        });
        in_2006(&rule, &[(2006, rate(k, m))]).finding
    }

    #[test]
    fn five_of_six_townships_are_enough_and_four_are_not() {
        assert_eq!(finding(5, 6), Finding::Met);
        assert_eq!(finding(4, 6), Finding::NotMet);
    }

    #[test]
    fn eight_of_ten_is_exactly_eighty_per_cent() {
        assert_eq!(finding(8, 10), Finding::Met);
        assert_eq!(finding(7, 10), Finding::NotMet);
        assert_eq!(finding(11, 13), Finding::Met);
        assert_eq!(finding(10, 13), Finding::NotMet);
    }

    #[test]
    fn a_district_without_villages_has_nothing_to_judge() {
        assert_eq!(finding(0, 0), Finding::NotApplicable);
    }
}
