//! What a person asked for and cannot have, in sentences.

use crate::cli::Failure;
use crate::i18n::Lang;
use crate::report::wave::sampling_problem;
use crate::stats::sampling::SamplingError;

/// A number of the command line with the range in which it makes sense.
pub(super) struct Bounds {
    /// The option, `--margin`.
    pub(super) option: &'static str,
    /// Smallest value.
    pub(super) low: f64,
    /// Largest value.
    pub(super) high: f64,
    /// Whether the two themselves make sense.
    pub(super) closed: (bool, bool),
}

impl Bounds {
    /// Strictly between 0 and 1.
    pub(super) const fn share(option: &'static str) -> Self {
        Self {
            option,
            low: 0.0,
            high: 1.0,
            closed: (false, false),
        }
    }

    /// Adds a sentence for each value outside.
    pub(super) fn check(&self, lang: Lang, values: &[f64], problems: &mut Vec<String>) {
        for value in values {
            let low = *value > self.low || (self.closed.0 && *value >= self.low);
            let high = *value < self.high || (self.closed.1 && *value <= self.high);
            if !(low && high) {
                let key = match self.closed {
                    (false, false) => "sample-number-between",
                    (false, true) => "sample-number-above",
                    (true, false) => "sample-number-below",
                    (true, true) => "sample-number-from",
                };
                problems.push(lang.t_with(
                    key,
                    &[
                        ("option", self.option.into()),
                        ("value", value.to_string().into()),
                        ("low", self.low.to_string().into()),
                        ("high", self.high.to_string().into()),
                    ],
                ));
            }
        }
    }
}

/// All problems together, or none.
pub(super) fn none_of(problems: Vec<String>) -> Result<(), Failure> {
    if problems.is_empty() {
        Ok(())
    } else {
        Err(Failure::Input(problems))
    }
}

/// What the engine refused, beyond what was checked before.
pub(super) fn plain(lang: Lang, error: &SamplingError) -> Failure {
    Failure::input(sentence(lang, error))
}

/// What the engine refused, in the words of a frame of any kind of unit.
pub(super) fn sentence(lang: Lang, error: &SamplingError) -> String {
    match error {
        SamplingError::TooMany { wanted, available } => lang.t_with(
            "sample-too-many",
            &[
                ("wanted", wanted.to_string().into()),
                ("available", available.to_string().into()),
            ],
        ),
        SamplingError::OutOfRange { what: "n", .. } => lang.t("sample-size-too-large"),
        SamplingError::OutOfRange {
            what: "n / deff", ..
        } => lang.t("sample-too-few-independent"),
        SamplingError::OutOfRange {
            what: "population", ..
        } => lang.t("sample-population-below-n"),
        SamplingError::OutOfRange {
            what: "sum of shares" | "share",
            ..
        } => lang.t("sample-no-shares"),
        SamplingError::TooFew { n } => {
            lang.t_with("sample-too-few", &[("n", lang.number(*n, 0).into())])
        }
        other => sampling_problem(lang, other),
    }
}

/// The same for one stratum.
pub(super) fn in_stratum(lang: Lang, stratum: &str, error: &SamplingError) -> String {
    if stratum.is_empty() {
        return sentence(lang, error);
    }
    lang.t_with(
        "sample-in-stratum",
        &[
            ("stratum", crate::cli::table_file::quoted(stratum).into()),
            ("reason", sentence(lang, error).into()),
        ],
    )
}
