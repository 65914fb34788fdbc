//! What is odd about a reported value beside those of earlier years. A warning asks for a second look; it
//! never stops a report and never touches a verdict.
//!
//! A count or whole jumps when it differs by more than half of what it was, and by five at least; a number, by
//! more than half; a rate, by more than fifteen points.

use super::indicator::Value;

/// Least difference of counts that is worth a word.
const LEAST: u32 = 5;
/// Difference of rates that is worth a word, in per cent.
const POINTS: u64 = 15;

/// One oddity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// The number differs much from that of the year before.
    Jump,
    /// The whole of a rate differs much from that of the year before.
    WholeJump,
    /// The rate differs much from that of the year before.
    RateJump,
}

impl Oddity {
    /// The code, for sentences by key.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Jump => "jump",
            Self::WholeJump => "whole-jump",
            Self::RateJump => "rate-jump",
        }
    }
}

/// What is odd about a value, given the latest earlier one.
#[must_use]
pub fn oddities(value: &Value, before: &Value) -> Vec<Oddity> {
    match (value, before) {
        (Value::Count { count: now }, Value::Count { count: then }) if jumps(*now, *then) => {
            vec![Oddity::Jump]
        }
        (Value::Amount { amount: now }, Value::Amount { amount: then }) => {
            let (now, then) = (now.ten_thousandths(), then.ten_thousandths());
            let far = now.abs_diff(then).saturating_mul(2) > then.unsigned_abs();
            if far && now != then {
                vec![Oddity::Jump]
            } else {
                Vec::new()
            }
        }
        (Value::Rate { k, m }, Value::Rate { k: k0, m: m0 }) => {
            let whole = jumps(*m, *m0).then_some(Oddity::WholeJump);
            let [k, m, k0, m0] = [*k, *m, *k0, *m0].map(u64::from);
            let (now, then) = (k.saturating_mul(m0), k0.saturating_mul(m));
            let limit = u128::from(POINTS) * u128::from(m) * u128::from(m0);
            let rate = u128::from(now.abs_diff(then)) * 100 > limit;
            let rate = (m > 0 && m0 > 0 && rate).then_some(Oddity::RateJump);
            whole.into_iter().chain(rate).collect()
        }
        _ => Vec::new(),
    }
}

fn jumps(now: u32, then: u32) -> bool {
    let difference = now.abs_diff(then);
    difference >= LEAST && u64::from(difference) * 2 > u64::from(then)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(count: u32) -> Value {
        Value::Count { count }
    }

    fn rate(k: u32, m: u32) -> Value {
        Value::Rate { k, m }
    }

    #[test]
    fn a_count_jumps_by_more_than_half_and_by_five_at_least() {
        assert_eq!(oddities(&count(150), &count(100)), []);
        assert_eq!(oddities(&count(151), &count(100)), [Oddity::Jump]);
        assert_eq!(oddities(&count(49), &count(100)), [Oddity::Jump]);
        assert_eq!(oddities(&count(4), &count(0)), []);
        assert_eq!(oddities(&count(5), &count(0)), [Oddity::Jump]);
    }

    #[test]
    fn a_rate_jumps_by_more_than_fifteen_points_and_its_whole_as_a_count() {
        assert_eq!(oddities(&rate(90, 100), &rate(75, 100)), []);
        assert_eq!(oddities(&rate(91, 100), &rate(75, 100)), [Oddity::RateJump]);
        assert_eq!(
            oddities(&rate(120, 160), &rate(75, 100)),
            [Oddity::WholeJump]
        );
        assert_eq!(
            oddities(&rate(0, 0), &rate(3, 4)),
            [],
            "nothing of nothing is no rate"
        );
    }

    #[test]
    fn a_number_jumps_by_more_than_half_and_kinds_are_never_compared() {
        let amount = |text: &str| Value::Amount {
            amount: text.parse().unwrap(),
        };
        assert_eq!(oddities(&amount("0.75"), &amount("0.5")), []);
        assert_eq!(oddities(&amount("0.76"), &amount("0.5")), [Oddity::Jump]);
        assert_eq!(oddities(&amount("0"), &amount("0")), []);
        assert_eq!(oddities(&count(500), &amount("1")), []);
    }
}
