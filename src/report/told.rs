//! Counts as they may be told: exact, under a limit, or to the nearest ten.
//!
//! Pure. For: the pages of results and the files that are exported, so that no file tells what a page hides. Numbers of
//! the office and of the log are told as they are; numbers that come from what residents filled in are not told where
//! they are small, and then neither is the one number from which they could be computed.

use crate::i18n::Lang;
use crate::survey::outcome::{Outcome, Unused};
use crate::survey::result::Counts;

/// A count as it may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// As it is.
    Exact(u64),
    /// Somebody, but fewer than this.
    Under(u64),
    /// To the nearest ten.
    About(u64),
}

impl Told {
    /// Not told where it is small. Nobody is no one to protect, so 0 is 0.
    #[must_use]
    pub const fn veiled(n: u64, smallest: u64) -> Self {
        if n > 0 && n < smallest {
            Self::Under(smallest)
        } else {
            Self::Exact(n)
        }
    }

    /// To the nearest ten, so that what is small beside it cannot be computed.
    #[must_use]
    pub const fn about(n: u64, smallest: u64) -> Self {
        if n < smallest {
            return Self::veiled(n, smallest);
        }
        Self::About(n.saturating_add(5) / 10 * 10)
    }

    /// For a page.
    #[must_use]
    pub fn words(self, lang: Lang) -> String {
        match self {
            Self::Exact(n) => lang.count(n),
            Self::Under(n) => lang.t_with("results-under", &[("n", lang.count(n).into())]),
            Self::About(n) => lang.t_with("results-about", &[("n", lang.count(n).into())]),
        }
    }
}

/// What came of the records of a county, as it may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Records {
    /// Outside the population.
    pub screened_out: Told,
    /// Complete interviews.
    pub complete: Told,
    /// Partial interviews.
    pub partial: Told,
    /// Sent in without an answer.
    pub nothing_answered: Told,
    /// Known whether hasty or not.
    pub marks_kept: Told,
    /// Marked as hasty; absent where too few are known.
    pub flagged: Option<Told>,
}

impl Records {
    /// Whether a number is too small to be told.
    #[must_use]
    pub fn is_any_small(counts: &Counts, smallest: u64) -> bool {
        [
            counts.screened_out,
            counts.partial,
            counts.nothing_answered,
            counts.excluded,
        ]
        .into_iter()
        .any(|n| n > 0 && n < smallest)
    }

    /// Of these counts.
    #[must_use]
    pub fn of(counts: &Counts, smallest: u64) -> Self {
        let veiled = |n| Told::veiled(n, smallest);
        let few = counts.marks_kept < smallest;
        Self {
            screened_out: veiled(counts.screened_out),
            complete: if Self::is_any_small(counts, smallest) {
                Told::about(counts.complete, smallest)
            } else {
                veiled(counts.complete)
            },
            partial: veiled(counts.partial),
            nothing_answered: veiled(counts.nothing_answered),
            marks_kept: if few {
                Told::Under(smallest)
            } else {
                Told::Exact(counts.marks_kept)
            },
            flagged: (!few).then(|| veiled(counts.flagged)),
        }
    }
}

/// What became of the codes that were never used, as it may be told: in the order of [`Outcome::ALL`], then those of
/// which nothing was noted.
#[must_use]
pub fn unused(noted: &Unused, without: u64, smallest: u64) -> ([Told; 5], Told) {
    let counts = Outcome::ALL.map(|outcome| noted.of(outcome));
    let is_any_small = counts.iter().any(|n| *n > 0 && *n < smallest);
    let rest = if is_any_small {
        Told::about(without, smallest)
    } else {
        Told::veiled(without, smallest)
    };
    (counts.map(|n| Told::veiled(n, smallest)), rest)
}

/// A rate in per cent as it may be told: whole where a small number could be computed from it, else with one decimal. With
/// tenths of a per cent of some hundred or thousand invitations, and the codes that were used, every rate gives the
/// interviews back.
#[must_use]
pub fn rate(lang: Lang, counts: &Counts, rate: f64, smallest: u64) -> String {
    let whole = Records::is_any_small(counts, smallest);
    lang.number(rate * 100.0, usize::from(!whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_number_is_not_told_and_nobody_is() {
        assert_eq!(Told::veiled(0, 10), Told::Exact(0));
        assert_eq!(Told::veiled(9, 10), Told::Under(10));
        assert_eq!(Told::veiled(10, 10), Told::Exact(10));
        assert_eq!(Told::about(3, 10), Told::Under(10));
        assert_eq!(Told::about(14, 10), Told::About(10));
        assert_eq!(Told::about(15, 10), Told::About(20));
    }

    /// Whoever adds up what is printed beside the codes that were not used finds no small number again.
    #[test]
    fn what_is_left_does_not_give_a_small_outcome_back() {
        let noted = Unused {
            refusal: 3,
            non_contact: 40,
            ..Unused::default()
        };
        let (told, rest) = unused(&noted, 157, 10);
        assert_eq!(told[0], Told::Under(10));
        assert_eq!(rest, Told::About(160));
        let fits = |refusal: u64| {
            let noted = Unused { refusal, ..noted };
            unused(&noted, 160 - refusal, 10) == (told, rest)
        };
        let same = (1..10).filter(|n| fits(*n)).count();
        assert!(same >= 5, "{same} numbers look alike");
    }

    #[test]
    fn rates_are_whole_where_a_record_count_is_small() {
        let counts = Counts {
            complete: 500,
            partial: 4,
            ..Counts::default()
        };
        assert_eq!(rate(Lang::En, &counts, 0.7437, 10), "74");
        let large = Counts {
            partial: 40,
            ..counts
        };
        assert_eq!(rate(Lang::En, &large, 0.7437, 10), "74.4");
    }
}
