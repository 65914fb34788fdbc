//! What would have to be true for the verdict to be another one: how many invented approvals, dropped
//! refusals or flipped answers, in answers at mean weight.
//!
//! The figure is read as `n` answers of equal weight, `a = n p` approvals and `b = n (1 − p)` others,
//! at the design effect and the degrees of freedom it has. To a better verdict the counts are what
//! somebody would have to do to the answers: invent `k` approvals (`a + k`), drop `k` others (`b − k`)
//! or flip `k` of them. To a worse verdict they are what somebody would have had to do already:
//! `k` of the approvals are invented (`a − k`), `k` others were dropped (`b + k`), `k` were flipped.
//! The limits on assessability are left aside.

use super::{Figure, Finding, Rule};
use serde::{Deserialize, Serialize};

/// Past this many times the answers at hand a count no longer says anything.
const FARTHEST: f64 = 1000.0;

/// The smallest manipulation with which the verdict would be another one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tipping {
    /// The rule whose verdict it changes.
    pub rule: Rule,
    /// The verdict as it stands.
    pub from: Finding,
    /// The verdict it would become (or a better one still, going up; a worse one, going down).
    pub to: Finding,
    /// Invented approvals; `None` if no number of them suffices.
    pub stuffed: Option<u64>,
    /// Dropped or silenced answers that do not approve.
    pub dropped: Option<u64>,
    /// Answers flipped to approval.
    pub flipped: Option<u64>,
    /// `dropped` as a share of all who did not approve, before they were dropped.
    pub silenced_share: Option<f64>,
}

#[derive(Clone, Copy)]
enum Way {
    Stuff,
    Drop,
    Flip,
}

/// Share of those who do not approve that has to stay silent to move a true `p` to `threshold` by the
/// point rule: `1 − p (1 − T) / (T (1 − p))`; 0 if it is there already.
///
/// ```
/// let share = minyi::stats::threshold::silenced_share(0.88, 0.90);
/// assert!((share - 0.185).abs() < 5e-4);
/// ```
#[must_use]
pub fn silenced_share(p: f64, threshold: f64) -> f64 {
    (1.0 - p * (1.0 - threshold) / (threshold * (1.0 - p))).max(0.0)
}

impl Figure {
    /// For `rule`, what would have to be true for each other verdict. Empty without answers.
    ///
    /// ```
    /// use minyi::stats::threshold::{Figure, Rule};
    /// let variance = 0.88 * 0.12 / 800.0;
    /// let figure = Figure { p: 0.88, variance, n: 800, kish_n_eff: 800.0, df: 39.0, planned_deff: 1.0 };
    /// // Point rule: reached with 160 invented approvals, 18 others dropped, or 16 flipped.
    /// let found = figure.tipping(0.90, Rule::Point);
    /// assert_eq!((found[0].stuffed, found[0].dropped, found[0].flipped), (Some(160), Some(18), Some(16)));
    /// ```
    #[must_use]
    pub fn tipping(&self, threshold: f64, rule: Rule) -> Vec<Tipping> {
        if self.n == 0 || self.p.is_nan() {
            return Vec::new();
        }
        let from = self.plain_finding(threshold, rule);
        let others: &[Finding] = match rule {
            Rule::Point => &[Finding::Met, Finding::NotMet],
            Rule::LowerBound => &[Finding::Met, Finding::NotDecidable, Finding::NotMet],
        };
        others
            .iter()
            .filter(|to| **to != from)
            .map(|to| self.tip(threshold, rule, from, *to))
            .collect()
    }

    fn tip(&self, threshold: f64, rule: Rule, from: Finding, to: Finding) -> Tipping {
        let up = height(to) > height(from);
        let count = |way| {
            self.smallest(up, way, |figure| {
                let reached = height(figure.plain_finding(threshold, rule));
                if up {
                    reached >= height(to)
                } else {
                    reached <= height(to)
                }
            })
        };
        let dropped = count(Way::Drop);
        let others = self.answers() * (1.0 - self.p);
        let share = |k: f64| if up { k / others } else { k / (others + k) };
        Tipping {
            rule,
            from,
            to,
            stuffed: count(Way::Stuff).and_then(whole),
            dropped: dropped.and_then(whole),
            flipped: count(Way::Flip).and_then(whole),
            silenced_share: dropped.map(share),
        }
    }

    /// The verdict by the numbers alone.
    fn plain_finding(&self, threshold: f64, rule: Rule) -> Finding {
        match rule {
            Rule::Point if self.reaches(threshold) => Finding::Met,
            Rule::Point => Finding::NotMet,
            Rule::LowerBound => self.bound_finding(threshold),
        }
    }

    /// The smallest whole `k` for which `holds`: doubling, halving, then single steps back, because
    /// the bound is monotone but for a small jump where the method of the interval changes.
    fn smallest(&self, up: bool, way: Way, holds: impl Fn(&Figure) -> bool) -> Option<f64> {
        let most = self.most(up, way);
        let works = |k: f64| self.after(up, way, k).is_some_and(|figure| holds(&figure));
        let mut high = 1.0_f64.min(most);
        while !works(high) {
            if high >= most {
                return None;
            }
            high = (2.0 * high).min(most);
        }
        let mut low = (high / 2.0).floor();
        while high - low > 1.0 {
            let middle = f64::midpoint(low, high).floor();
            if works(middle) {
                high = middle;
            } else {
                low = middle;
            }
        }
        while high > 1.0 && works(high - 1.0) {
            high -= 1.0;
        }
        Some(high)
    }

    /// The largest `k` that makes sense.
    fn most(&self, up: bool, way: Way) -> f64 {
        let n = self.answers();
        let (approvals, others) = (n * self.p, n * (1.0 - self.p));
        match (way, up) {
            (Way::Stuff, true) | (Way::Drop, false) => n * FARTHEST,
            (Way::Stuff | Way::Flip, false) => approvals.ceil(),
            (Way::Drop | Way::Flip, true) => others.ceil(),
        }
    }

    /// The figure after `k` answers changed, at the same design effect; `None` if no answer is left.
    fn after(&self, up: bool, way: Way, k: f64) -> Option<Figure> {
        let n = self.answers();
        let (approvals, others) = (n * self.p, n * (1.0 - self.p));
        let sign = if up { 1.0 } else { -1.0 };
        let (yes, no) = match way {
            Way::Stuff => (approvals + sign * k, others),
            Way::Drop => (approvals, others - sign * k),
            Way::Flip => (approvals + sign * k, others - sign * k),
        };
        let size = yes.max(0.0) + no.max(0.0);
        if size <= 0.0 {
            return None;
        }
        let p = yes.max(0.0) / size;
        let growth = size / n;
        Some(Figure {
            p,
            variance: p * (1.0 - p) / (self.n_eff() * growth),
            n: whole(size.round())?,
            kish_n_eff: self.kish_n_eff * growth,
            ..*self
        })
    }
}

/// How good a verdict is.
fn height(finding: Finding) -> i8 {
    match finding {
        Finding::Met => 1,
        Finding::NotMet => -1,
        Finding::NotDecidable | Finding::NotAssessable(_) => 0,
    }
}

/// A whole number of answers, if it is one that a sample can have.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range is checked just before"
)]
fn whole(k: f64) -> Option<u64> {
    (0.0..9e15).contains(&k).then_some(k as u64)
}
