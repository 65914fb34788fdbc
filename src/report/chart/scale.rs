//! The common scale of a chart: which values it shows, where they lie, where its ticks are.

/// How values of a scale are written at its ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    /// Shares between 0 and 1, written as percent.
    #[default]
    Percent,
    /// Anything else, written as it is.
    Number,
}

/// A range of values, drawn from left to right.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    low: f64,
    high: f64,
    step: f64,
    unit: Unit,
}

impl Scale {
    /// A scale that shows every finite one of `values`, with ends and ticks at round numbers.
    /// Shares that lie within 0 and 1 keep the scale within 0 and 1.
    #[must_use]
    pub fn fitting(values: impl IntoIterator<Item = f64>, unit: Unit) -> Self {
        let mut low = f64::INFINITY;
        let mut high = f64::NEG_INFINITY;
        for value in values.into_iter().filter(|value| value.is_finite()) {
            low = low.min(value);
            high = high.max(value);
        }
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        let spread = high - low;
        // All values equal: show a tenth of their size around them, or one unit around zero.
        let spread = if spread > 0.0 {
            spread
        } else if low == 0.0 {
            1.0
        } else {
            low.abs() * 0.1
        };
        let step = round_step(spread / 4.0);
        let (low, high) = if low < high {
            (low, high)
        } else {
            (low - spread / 2.0, high + spread / 2.0)
        };
        let within = unit == Unit::Percent && low >= 0.0 && high <= 1.0;
        let mut scale = Self {
            low: (low / step + 1e-9).floor() * step,
            high: (high / step - 1e-9).ceil() * step,
            step,
            unit,
        };
        if within {
            scale.low = scale.low.max(0.0);
            scale.high = scale.high.min(1.0);
        }
        scale
    }

    /// Where a value lies between the left end (0) and the right end (100); values outside lie at the end.
    #[must_use]
    pub fn position(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low) * 100.0).clamp(0.0, 100.0)
    }

    /// Whether a value lies within the ends.
    #[must_use]
    pub fn shows(&self, value: f64) -> bool {
        let slack = self.step * 1e-6;
        (self.low - slack..=self.high + slack).contains(&value)
    }

    /// The values at which a line is drawn and a number written.
    #[must_use]
    pub fn ticks(&self) -> Vec<f64> {
        let mut ticks = Vec::new();
        let mut index = (self.low / self.step).round();
        while index * self.step <= self.high + self.step * 1e-6 {
            ticks.push(index * self.step);
            index += 1.0;
        }
        ticks
    }

    /// A value as it is written at a tick: as many decimals as the step needs.
    #[must_use]
    pub fn label(&self, value: f64) -> String {
        let (value, step, sign) = match self.unit {
            Unit::Percent => (value * 100.0, self.step * 100.0, "%"),
            Unit::Number => (value, self.step, ""),
        };
        let decimals = (0..9)
            .find(|&places| {
                let shifted = step * 10f64.powi(places);
                (shifted - shifted.round()).abs() < 1e-6
            })
            .unwrap_or(9);
        let digits = usize::try_from(decimals).unwrap_or(0);
        let text = format!("{value:.digits$}");
        // A tick at zero may be a rounding error below it.
        let text = match text.strip_prefix('-') {
            Some(rest) if rest.chars().all(|c| c == '0' || c == '.') => rest.to_owned(),
            _ => text,
        };
        format!("{}{sign}", grouped(&text))
    }
}

/// The smallest of 1, 2, 5 times a power of ten that is not below `least`.
fn round_step(least: f64) -> f64 {
    let power = 10f64.powf(least.log10().floor());
    [1.0, 2.0, 5.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|&step| step >= least * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

/// Digits before the decimal point in groups of three.
fn grouped(number: &str) -> String {
    let (sign, rest) = match number.strip_prefix('-') {
        Some(rest) => ("−", rest),
        None => ("", number),
    };
    let (whole, fraction) = rest
        .split_once('.')
        .map_or((rest, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut text = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}
