//! Numbers and dates for people.
//!
//! For: every page and report, so that the same figure looks the same everywhere. Uses: nothing but the
//! sentences of `format.ftl`. Promises: one decimal for rates, digits grouped by three, a true minus sign,
//! never "−0". Rounding happens here and only here: comparisons are made on the unrounded figure.

use std::fmt;

use jiff::civil::{Date, DateTime};

use super::Lang;

/// A share between 0 and 1 as a percentage with one decimal: `91.2%`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Percent(pub f64);

/// A difference of two shares in percentage points, with its sign: `+1.4`, `−0.3`, `0.0`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Points(pub f64);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", decimal(self.0 * 100.0, 1))
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = decimal(self.0 * 100.0, 1);
        let plus = text.chars().any(|c| ('1'..='9').contains(&c)) && self.0 > 0.0;
        write!(f, "{}{text}", if plus { "+" } else { "" })
    }
}

/// A number with `places` decimals, its digits grouped by three. Not a number is a dash.
fn decimal(x: f64, places: usize) -> String {
    if !x.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{:.places$}", x.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let zero = !text.chars().any(|c| ('1'..='9').contains(&c));
    let sign = if x < 0.0 && !zero { "−" } else { "" };
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{}{point}{fraction}", group(whole))
}

/// `4136` → `4,136`. Chinese figures in tables use the same grouping as English ones.
fn group(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

impl Lang {
    /// A share between 0 and 1 as a percentage: `91.2%`.
    #[must_use]
    pub fn percent(self, share: f64) -> String {
        Percent(share).to_string()
    }

    /// The same without the sign, for a column whose head carries it: `91.2`.
    #[must_use]
    pub fn percent_bare(self, share: f64) -> String {
        decimal(share * 100.0, 1)
    }

    /// An interval of shares: `90.1–92.2%`.
    #[must_use]
    pub fn percent_range(self, low: f64, high: f64) -> String {
        format!("{}–{}", self.percent_bare(low), self.percent(high))
    }

    /// A difference of shares in percentage points with its sign: `+1.4`.
    #[must_use]
    pub fn points(self, difference: f64) -> String {
        Points(difference).to_string()
    }

    /// A number with a fixed number of decimals: `1.47`, `1,204.0`.
    #[must_use]
    pub fn number(self, x: f64, places: usize) -> String {
        decimal(x, places)
    }

    /// A count: `4,136`.
    #[must_use]
    pub fn count(self, n: u64) -> String {
        group(&n.to_string())
    }

    /// A date in words: `2026年7月1日`, `1 July 2026`.
    #[must_use]
    pub fn date(self, date: Date) -> String {
        let [year, month, day] = [
            i32::from(date.year()),
            date.month().into(),
            date.day().into(),
        ];
        let args = [
            ("year", year.into()),
            ("month", month.into()),
            ("day", day.into()),
        ];
        self.t_with("format-date", &args)
    }

    /// A date with the time of day, in the zone that the caller has chosen: `2026年7月1日 18:00`.
    #[must_use]
    pub fn moment(self, at: DateTime) -> String {
        let time = format!("{:02}:{:02}", at.hour(), at.minute());
        let args = [("date", self.date(at.date()).into()), ("time", time.into())];
        self.t_with("format-moment", &args)
    }
}
