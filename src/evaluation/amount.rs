//! Exact decimal numbers with four places: money, percentages, figures per resident.
//!
//! Promise: what was written is what is compared. 299,999.99 yuan is below 300,000 and 75 % is
//! exactly three quarters; no binary fraction stands between a county and its verdict.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Ten-thousandths in one unit.
const SCALE: i64 = 10_000;

/// A number with at most four decimal places, kept in ten-thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Amount(i64);

/// The text is not a decimal number with at most four places that fits in 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number with at most four places")]
pub struct NotAnAmount;

impl Amount {
    /// Zero.
    pub const ZERO: Self = Self(0);

    /// A whole number of units.
    #[must_use]
    pub fn whole(units: u32) -> Self {
        Self(i64::from(units) * SCALE)
    }

    /// The sum of both, unless it leaves 64 bits.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The number in ten-thousandths of a unit.
    #[must_use]
    pub fn ten_thousandths(self) -> i64 {
        self.0
    }
}

impl FromStr for Amount {
    type Err = NotAnAmount;

    fn from_str(text: &str) -> Result<Self, NotAnAmount> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) || fraction.len() > 4 {
            return Err(NotAnAmount);
        }
        let whole: i64 = whole.parse().map_err(|_| NotAnAmount)?;
        let fraction: i64 = format!("{fraction:0<4}").parse().map_err(|_| NotAnAmount)?;
        let size = whole
            .checked_mul(SCALE)
            .and_then(|w| w.checked_add(fraction))
            .ok_or(NotAnAmount)?;
        Ok(Self(if negative { -size } else { size }))
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let size = self.0.unsigned_abs();
        let scale = SCALE.unsigned_abs();
        let (whole, fraction) = (size / scale, size % scale);
        if fraction == 0 {
            write!(f, "{sign}{whole}")
        } else {
            let places = format!("{fraction:04}");
            write!(f, "{sign}{whole}.{}", places.trim_end_matches('0'))
        }
    }
}

impl TryFrom<String> for Amount {
    type Error = NotAnAmount;

    fn try_from(text: String) -> Result<Self, NotAnAmount> {
        text.parse()
    }
}

impl From<Amount> for String {
    fn from(amount: Amount) -> Self {
        amount.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_and_writes_the_same_number() {
        for text in ["0", "75", "299999.99", "0.5", "-1.25", "300000", "0.0001"] {
            assert_eq!(text.parse::<Amount>().unwrap().to_string(), text);
        }
        assert_eq!("1.50".parse::<Amount>().unwrap().to_string(), "1.5");
    }

    #[test]
    fn refuses_what_is_no_plain_decimal() {
        for text in [
            "",
            "-",
            "1.",
            ".5",
            "1,000",
            "1e3",
            "NaN",
            "0.00001",
            "99999999999999999999",
        ] {
            assert_eq!(text.parse::<Amount>(), Err(NotAnAmount), "{text}");
        }
    }

    #[test]
    fn one_fen_below_three_hundred_thousand_yuan_is_below() {
        let below: Amount = "299999.99".parse().unwrap();
        assert!(below < Amount::whole(300_000));
        assert!("300000".parse::<Amount>().unwrap() >= Amount::whole(300_000));
    }
}
