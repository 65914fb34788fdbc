//! Outcomes of invitations: what became of each code, as AAPOR dispositions, from counts that nothing
//! links.
//!
//! Two sources, which no key joins. The urn's records say for each stratum how many were screened out,
//! are complete (I), partial (P) or without an answer (R, 2.1121). The office says what staff noted
//! for codes that were never used. A used code overrides what staff noted; a code that was redeemed
//! without a record is a break-off (R, 2.12); an unused code with no note is of unknown eligibility,
//! as a household (UH, 3.1) or as a person (UO, 3.2). Source: AAPOR, *Standard Definitions*, 9th ed.
//! 2016, pp. 11–60 (mail and web surveys of specifically named persons, and of unnamed households).

use serde::{Deserialize, Serialize};

use super::invitation::Status;
use super::questionnaire::SampledUnit;
use super::result::Counts;
use crate::stats::outcome_rate::Dispositions;

/// What staff note for a code that brought no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// R, 2.1: said that they will not take part.
    Refusal,
    /// NC, 2.2: the letter arrived, nobody was met.
    NonContact,
    /// O, 2.3: eligible, but ill, away, or without the language.
    Other,
    /// UO, 3.3: the letter came back; whether somebody eligible lives there is not known.
    Undelivered,
    /// NE, 4: no dwelling, moved away, died, under age.
    NotEligible,
}

impl Outcome {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Self; 5] = [
        Self::Refusal,
        Self::NonContact,
        Self::Other,
        Self::Undelivered,
        Self::NotEligible,
    ];

    /// The word that stores and files hold.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Refusal => "refusal",
            Self::NonContact => "non_contact",
            Self::Other => "other",
            Self::Undelivered => "undelivered",
            Self::NotEligible => "not_eligible",
        }
    }

    /// The outcome of that word.
    ///
    /// ```
    /// use minyi::survey::outcome::Outcome;
    /// assert_eq!(Outcome::from_word("undelivered"), Some(Outcome::Undelivered));
    /// ```
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == word)
    }
}

/// What counts of one invitation: a used code overrides what staff noted.
///
/// ```
/// use minyi::survey::{invitation::Status, outcome::{Outcome, standing}};
/// assert_eq!(standing(Status::Used, Some(Outcome::Refusal)), None);
/// ```
#[must_use]
pub fn standing(status: Status, noted: Option<Outcome>) -> Option<Outcome> {
    match status {
        Status::Used | Status::Blind => None,
        Status::Issued => noted,
    }
}

/// Unused codes by what staff noted for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Unused {
    /// Refusals.
    pub refusal: u64,
    /// Non-contacts.
    pub non_contact: u64,
    /// Other eligible non-interviews.
    pub other: u64,
    /// Letters that came back.
    pub undelivered: u64,
    /// Not eligible.
    pub not_eligible: u64,
}

impl Unused {
    /// The count of one outcome.
    #[must_use]
    pub const fn of(&self, outcome: Outcome) -> u64 {
        match outcome {
            Outcome::Refusal => self.refusal,
            Outcome::NonContact => self.non_contact,
            Outcome::Other => self.other,
            Outcome::Undelivered => self.undelivered,
            Outcome::NotEligible => self.not_eligible,
        }
    }

    /// Adds codes with one outcome.
    pub const fn add(&mut self, outcome: Outcome, codes: u64) {
        let slot = match outcome {
            Outcome::Refusal => &mut self.refusal,
            Outcome::NonContact => &mut self.non_contact,
            Outcome::Other => &mut self.other,
            Outcome::Undelivered => &mut self.undelivered,
            Outcome::NotEligible => &mut self.not_eligible,
        };
        *slot += codes;
    }

    /// All unused codes with a note.
    #[must_use]
    pub fn total(&self) -> u64 {
        Outcome::ALL.into_iter().map(|one| self.of(one)).sum()
    }
}

/// The final dispositions of all invitations of a county.
///
/// ```
/// use minyi::survey::{outcome::{Unused, dispositions}, questionnaire::SampledUnit, result::Counts};
/// let counts = Counts { issued: 10, used: 6, cast: 5, complete: 5, ..Counts::default() };
/// let found = dispositions(SampledUnit::Person, &counts);
/// assert_eq!((found.complete, found.refusal, found.unknown_other), (5, 1, 4));
/// ```
#[must_use]
pub fn dispositions(unit: SampledUnit, counts: &Counts) -> Dispositions {
    let noted = counts.unused;
    // A form that came back and was not entered is a lost record (2.36), not a break-off.
    let lost = counts.envelopes.saturating_sub(counts.entered);
    let broken_off = counts.used.saturating_sub(counts.cast).saturating_sub(lost);
    let unnoted = counts
        .issued
        .saturating_sub(counts.used)
        .saturating_sub(noted.total());
    let (households, persons) = match unit {
        SampledUnit::Household => (unnoted, 0),
        SampledUnit::Person => (0, unnoted),
    };
    Dispositions {
        complete: counts.complete,
        partial: counts.partial,
        refusal: counts.nothing_answered + broken_off + noted.refusal,
        non_contact: noted.non_contact,
        other: noted.other + counts.excluded + lost,
        unknown_household: households,
        unknown_other: persons + noted.undelivered,
        not_eligible: counts.screened_out + noted.not_eligible,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts() -> Counts {
        Counts {
            issued: 1000,
            used: 620,
            cast: 610,
            leaves: 610,
            screened_out: 40,
            complete: 500,
            partial: 60,
            nothing_answered: 10,
            flagged: 3,
            marks_kept: 3,
            excluded: 0,
            seeded: 0,
            envelopes: 0,
            entered: 0,
            blind_used: 0,
            blind_cast: 0,
            unused: Unused {
                refusal: 50,
                non_contact: 70,
                other: 20,
                undelivered: 30,
                not_eligible: 10,
            },
        }
    }

    #[test]
    fn every_invitation_has_one_disposition_and_unnoted_ones_depend_on_the_unit() {
        let person = dispositions(SampledUnit::Person, &counts());
        let expected = Dispositions {
            complete: 500,
            partial: 60,
            // 10 without an answer (2.1121), 10 redeemed but not cast (2.12), 50 noted by staff.
            refusal: 70,
            non_contact: 70,
            other: 20,
            unknown_household: 0,
            // 1000 issued − 620 used − 180 noted = 200 without a note, and 30 undelivered.
            unknown_other: 230,
            not_eligible: 50,
        };
        assert_eq!(person, expected);
        let household = dispositions(SampledUnit::Household, &counts());
        assert_eq!(
            household,
            Dispositions {
                unknown_household: 200,
                unknown_other: 30,
                ..expected
            }
        );
        let all = [500, 60, 70, 70, 20, 230, 50];
        assert_eq!(all.iter().sum::<u64>(), 1000);
    }

    #[test]
    fn a_paper_form_that_was_not_entered_is_a_lost_record_and_no_refusal() {
        let paper = Counts {
            envelopes: 30,
            entered: 26,
            ..counts()
        };
        let (with, without) = (
            dispositions(SampledUnit::Person, &paper),
            dispositions(SampledUnit::Person, &counts()),
        );
        assert_eq!(
            (with.other, with.refusal),
            (without.other + 4, without.refusal - 4)
        );
        assert_eq!(with.rates().rr1, without.rates().rr1);
    }

    #[test]
    fn the_rates_are_those_of_the_definitions() {
        let rates = dispositions(SampledUnit::Person, &counts()).rates();
        let e = 720.0 / 770.0;
        for (name, found, expected) in [
            ("e", rates.e, e),
            ("RR1", rates.rr1, 500.0 / 950.0),
            ("RR2", rates.rr2, 560.0 / 950.0),
            ("RR3", rates.rr3, 500.0 / (720.0 + e * 230.0)),
            ("RR4", rates.rr4, 560.0 / (720.0 + e * 230.0)),
            ("RR5", rates.rr5, 500.0 / 720.0),
            ("RR6", rates.rr6, 560.0 / 720.0),
            ("COOP1", rates.coop1, 500.0 / 650.0),
            ("COOP4", rates.coop4, 560.0 / 630.0),
            ("REF1", rates.ref1, 70.0 / 950.0),
            ("CON1", rates.con1, 650.0 / 950.0),
            ("CON3", rates.con3, 650.0 / 720.0),
        ] {
            assert!((found.unwrap() - expected).abs() < 1e-14, "{name}");
        }
    }

    #[test]
    fn a_used_code_overrides_every_outcome_that_staff_noted() {
        for noted in Outcome::ALL {
            assert_eq!(standing(Status::Used, Some(noted)), None);
            assert_eq!(standing(Status::Issued, Some(noted)), Some(noted));
            assert_eq!(Outcome::from_word(noted.as_str()), Some(noted));
        }
        assert_eq!(standing(Status::Issued, None), None);
        assert_eq!(Outcome::from_word("gone"), None);
    }

    #[test]
    fn nobody_is_counted_below_zero_when_the_office_lost_count() {
        let broken = Counts {
            issued: 5,
            used: 9,
            cast: 12,
            ..Counts::default()
        };
        let found = dispositions(SampledUnit::Person, &broken);
        assert_eq!((found.refusal, found.unknown_other), (0, 0));
    }

    #[test]
    fn counts_stored_before_outcomes_were_kept_read_back_without_any() {
        let mut stored = serde_json::to_value(Counts::default()).unwrap();
        stored.as_object_mut().unwrap().remove("unused");
        let read: Counts = serde_json::from_value(stored).unwrap();
        assert_eq!(read, Counts::default());
    }
}
