//! How the figures of one table are written: percent or plain, and with how many decimals.

use crate::i18n::Lang;

/// The manner of one table, so that its rows can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Figures {
    lang: Lang,
    percent: bool,
    places: usize,
}

/// Digits of the standard error that are shown.
const SIGNIFICANT: i32 = 3;

impl Figures {
    /// Shares as percent with two decimals; other figures with as many decimals as show three digits of
    /// the smallest standard error.
    pub(super) fn of(lang: Lang, percent: bool, errors: impl IntoIterator<Item = f64>) -> Self {
        let least = errors
            .into_iter()
            .filter(|error| error.is_finite() && *error > 0.0)
            .fold(f64::INFINITY, f64::min);
        let places = if percent {
            2
        } else if least.is_finite() {
            let magnitude = least.log10().floor();
            // From 6 decimals for tiny errors to none for large ones.
            (0..=6_usize)
                .zip(0_i32..)
                .find(|&(_, places)| f64::from(places) >= f64::from(SIGNIFICANT - 1) - magnitude)
                .map_or(6, |(places, _)| places)
        } else {
            3
        };
        Self {
            lang,
            percent,
            places,
        }
    }

    /// `%` for a head, or nothing.
    pub(super) fn unit(self) -> &'static str {
        if self.percent { " %" } else { "" }
    }

    /// One figure; a figure that does not exist is a dash.
    pub(super) fn figure(self, value: f64) -> String {
        let scaled = if self.percent { value * 100.0 } else { value };
        self.lang.number(scaled, self.places)
    }

    /// The two ends of an interval.
    pub(super) fn range(self, low: f64, high: f64) -> String {
        if low.is_nan() && high.is_nan() {
            return "–".to_owned();
        }
        format!("{} – {}", self.figure(low), self.figure(high))
    }
}

/// A count of units or an effective number of them.
pub(super) fn count(lang: Lang, value: f64) -> String {
    lang.number(value, 0)
}

/// A number without unit (design effect, statistic); infinity is ∞.
pub(super) fn plain(lang: Lang, value: f64, places: usize) -> String {
    if value == f64::INFINITY {
        "∞".to_owned()
    } else {
        lang.number(value, places)
    }
}

/// Degrees of freedom: whole numbers without decimals.
pub(super) fn degrees(lang: Lang, value: f64) -> String {
    let places = if value.fract() == 0.0 { 0 } else { 2 };
    plain(lang, value, places)
}

/// A p value: four decimals, and never 0.
pub(super) fn p_value(lang: Lang, value: f64) -> String {
    if value < 0.0001 {
        "<0.0001".to_owned()
    } else {
        lang.number(value, 4)
    }
}

/// A confidence as percent: `95 %`, `99.9 %`.
pub(super) fn confidence(level: f64) -> String {
    let percent = (level * 1e6).round() / 1e4;
    format!("{percent} %")
}
