//! Approval over several years together, in a sentence and a tag.

use super::figures::{self, Tag, range, share};
use crate::i18n::Lang;
use crate::report::reason::unfit_sentence;
use crate::stats::threshold::{Finding, NotAssessable};
use crate::survey::together::Together;

/// Several years of a county together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TogetherView {
    /// Shown to meet, shown not to meet, not decidable, not assessable.
    pub tag: Tag,
    /// The figure with its interval and bounds, or why there is none.
    pub text: String,
}

impl TogetherView {
    /// In the reader's language.
    #[must_use]
    pub fn new(lang: Lang, found: &Result<Together, NotAssessable>) -> Self {
        let Together {
            figure,
            interval,
            judgement,
        } = match found {
            Ok(found) => found,
            Err(why) => {
                return Self {
                    tag: figures::tag(lang, Finding::NotAssessable(*why)),
                    text: unfit_sentence(lang, *why),
                };
            }
        };
        let line = judgement.threshold;
        let args = [
            ("n", lang.count(figure.n).into()),
            ("estimate", share(judgement.estimate, line).into()),
            ("interval", range(interval.low, interval.high, line).into()),
            (
                "bounds",
                range(judgement.lower, judgement.upper, line).into(),
            ),
            ("limit", lang.percent(line).into()),
        ];
        Self {
            tag: figures::tag(lang, judgement.finding),
            text: lang.t_with("titles-together-figure", &args),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::threshold::{Figure, Gates, Rule};

    #[test]
    fn three_years_together_are_told_with_their_bounds() {
        let year = Figure {
            p: 0.915,
            variance: 1.5e-4,
            n: 800,
            kish_n_eff: 700.0,
            df: 18.0,
            planned_deff: 1.5,
        };
        let figure = Figure::mean_of_waves(&[year, year, year]).unwrap();
        let found = Together {
            figure,
            interval: figure.interval(0.95),
            judgement: figure.judge(0.90, Rule::LowerBound, &Gates::passed()),
        };
        let view = TogetherView::new(Lang::En, &Ok(found));
        assert_eq!(view.tag.class, "met");
        // R: p <- .915; h <- qt(c(.975, .95), 54) * sqrt(5e-5) / (p * (1 - p)); plogis(qlogis(p) + c(-1, 1) * h[i])
        assert_eq!(
            view.text,
            "2,400 answers: 91.5%, 95% interval 89.97–92.8%, one-sided 95% bounds 90.2–92.6%, against 90.0%"
        );
        let refused = TogetherView::new(Lang::ZhCn, &Err(NotAssessable::WordingChanged));
        assert_eq!(refused.tag.class, "open");
        assert!(!refused.text.is_empty());
    }
}
