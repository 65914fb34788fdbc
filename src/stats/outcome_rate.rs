//! AAPOR outcome rates from counts of final dispositions.
//!
//! Only counts are needed, so that codes and answers can stay apart. Source: AAPOR, *Standard
//! Definitions*, 9th ed. 2016, pp. 61–64 (rates), 2009 memo by Smith on `e`; R: `outcomerate`.
//! Assumes that every case has one final disposition and that cases have equal weight. RR5, RR6, REF3
//! and CON3 are honest only where no case has unknown eligibility, or `e` is next to zero.

use serde::{Deserialize, Serialize};

/// Final dispositions of all cases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispositions {
    /// I, 1.1: complete interviews.
    pub complete: u64,
    /// P, 1.2: partial interviews.
    pub partial: u64,
    /// R, 2.1: refusals and break-offs.
    pub refusal: u64,
    /// NC, 2.2: non-contacts.
    pub non_contact: u64,
    /// O, 2.0 and 2.3: other eligible non-interviews.
    pub other: u64,
    /// UH, 3.1: unknown whether there is an eligible household.
    pub unknown_household: u64,
    /// UO, 3.2 to 3.9: unknown for another reason.
    pub unknown_other: u64,
    /// NE, 4: not eligible, screened out.
    pub not_eligible: u64,
}

/// The sixteen rates and the eligibility they used. `None` where the denominator is zero.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub struct Rates {
    /// Minimum response rate: complete over all that may be eligible.
    pub rr1: Option<f64>,
    /// RR1 with partial interviews as responses.
    pub rr2: Option<f64>,
    /// Complete over eligible and `e` times unknown.
    pub rr3: Option<f64>,
    /// RR3 with partial interviews as responses.
    pub rr4: Option<f64>,
    /// Maximum response rate: unknown cases are taken as not eligible.
    pub rr5: Option<f64>,
    /// RR5 with partial interviews as responses.
    pub rr6: Option<f64>,
    /// Complete over all contacted.
    pub coop1: Option<f64>,
    /// COOP1 with partial interviews as responses.
    pub coop2: Option<f64>,
    /// Complete over contacted that were able.
    pub coop3: Option<f64>,
    /// COOP3 with partial interviews as responses.
    pub coop4: Option<f64>,
    /// Refusals over all that may be eligible.
    pub ref1: Option<f64>,
    /// Refusals over eligible and `e` times unknown.
    pub ref2: Option<f64>,
    /// Refusals over eligible.
    pub ref3: Option<f64>,
    /// Contacted over all that may be eligible.
    pub con1: Option<f64>,
    /// Contacted over eligible and `e` times unknown.
    pub con2: Option<f64>,
    /// Contacted over eligible.
    pub con3: Option<f64>,
    /// Share of the unknown cases taken as eligible.
    #[serde(rename = "e")]
    pub e: Option<f64>,
}

impl Dispositions {
    /// All rates, with `e` estimated as the eligible share of the cases whose eligibility is known:
    /// `(I + P + R + NC + O) / (I + P + R + NC + O + NE)`, the CASRO method. The method has to be
    /// printed beside the rates.
    ///
    /// ```
    /// use minyi::stats::outcome_rate::Dispositions;
    /// let cases = Dispositions { complete: 60, refusal: 20, unknown_other: 20, ..Dispositions::default() };
    /// assert_eq!(cases.rates().rr1, Some(0.6));
    /// assert_eq!(cases.rates().rr5, Some(0.75));
    /// ```
    #[must_use]
    pub fn rates(&self) -> Rates {
        self.rates_with(self.eligible_share())
    }

    /// All rates with a given `e`, from a source of its own.
    ///
    /// ```
    /// use minyi::stats::outcome_rate::Dispositions;
    /// let cases = Dispositions { complete: 60, unknown_other: 80, ..Dispositions::default() };
    /// assert_eq!(cases.rates_with(Some(0.5)).rr3, Some(0.6));
    /// ```
    #[must_use]
    pub fn rates_with(&self, e: Option<f64>) -> Rates {
        let interviews = real(self.complete + self.partial);
        let complete = real(self.complete);
        let (refusal, other) = (real(self.refusal), real(self.other));
        let eligible = real(self.known_eligible());
        let unknown = real(self.unknown_household + self.unknown_other);
        let contacted = interviews + refusal + other;
        let reached = contacted + real(self.non_contact);
        let likely = e.map(|e| e * unknown);
        let over = |part: f64, whole: f64| (whole > 0.0).then(|| part / whole);
        let over_likely =
            |part: f64, known: f64| likely.and_then(|unknown| over(part, known + unknown));
        Rates {
            rr1: over(complete, eligible + unknown),
            rr2: over(interviews, eligible + unknown),
            rr3: over_likely(complete, eligible),
            rr4: over_likely(interviews, eligible),
            rr5: over(complete, eligible),
            rr6: over(interviews, eligible),
            coop1: over(complete, contacted),
            coop2: over(interviews, contacted),
            coop3: over(complete, interviews + refusal),
            coop4: over(interviews, interviews + refusal),
            ref1: over(refusal, eligible + unknown),
            ref2: over_likely(refusal, eligible),
            ref3: over(refusal, eligible),
            con1: over(contacted, reached + unknown),
            con2: over_likely(contacted, reached),
            con3: over(contacted, reached),
            e,
        }
    }

    /// `e`: the eligible share of the cases whose eligibility is known.
    ///
    /// ```
    /// use minyi::stats::outcome_rate::Dispositions;
    /// let cases = Dispositions { complete: 9, not_eligible: 1, ..Dispositions::default() };
    /// assert_eq!(cases.eligible_share(), Some(0.9));
    /// ```
    #[must_use]
    pub fn eligible_share(&self) -> Option<f64> {
        let eligible = self.known_eligible();
        let known = eligible + self.not_eligible;
        (known > 0).then(|| real(eligible) / real(known))
    }

    fn known_eligible(&self) -> u64 {
        self.complete + self.partial + self.refusal + self.non_contact + self.other
    }
}

impl Rates {
    /// The rates by their names, in the order in which they are printed.
    ///
    /// ```
    /// let rates = minyi::stats::outcome_rate::Dispositions::default().rates();
    /// assert_eq!(rates.named()[0], ("RR1", None));
    /// ```
    #[must_use]
    pub fn named(&self) -> [(&'static str, Option<f64>); 17] {
        [
            ("RR1", self.rr1),
            ("RR2", self.rr2),
            ("RR3", self.rr3),
            ("RR4", self.rr4),
            ("RR5", self.rr5),
            ("RR6", self.rr6),
            ("COOP1", self.coop1),
            ("COOP2", self.coop2),
            ("COOP3", self.coop3),
            ("COOP4", self.coop4),
            ("REF1", self.ref1),
            ("REF2", self.ref2),
            ("REF3", self.ref3),
            ("CON1", self.con1),
            ("CON2", self.con2),
            ("CON3", self.con3),
            ("e", self.e),
        ]
    }
}

#[expect(clippy::cast_precision_loss, reason = "cases stay far below 2^53")]
fn real(n: u64) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Worked example of the R package outcomerate 1.0.1 (README): twelve cases, `e` estimated.
    #[test]
    fn the_published_worked_example_is_reproduced() {
        let cases = Dispositions {
            complete: 4,
            partial: 2,
            refusal: 1,
            non_contact: 1,
            other: 1,
            unknown_household: 1,
            unknown_other: 1,
            not_eligible: 1,
        };
        let published = [
            ("RR1", 0.364),
            ("RR2", 0.545),
            ("RR3", 0.370),
            ("RR4", 0.556),
            ("RR5", 0.444),
            ("RR6", 0.667),
            ("COOP1", 0.500),
            ("COOP2", 0.750),
            ("COOP3", 0.571),
            ("COOP4", 0.857),
            ("REF1", 0.091),
            ("REF2", 0.093),
            ("REF3", 0.111),
            ("CON1", 0.727),
            ("CON2", 0.741),
            ("CON3", 0.889),
            ("e", 0.900),
        ];
        for ((name, got), (wanted, value)) in cases.rates().named().into_iter().zip(published) {
            assert_eq!(name, wanted);
            assert!((got.unwrap() - value).abs() < 5e-4, "{name}: {got:?}");
        }
    }

    /// Worked example of the R package responserates (README): 100 interviews, 20 non-contacts.
    #[test]
    fn a_second_published_example_is_reproduced() {
        let cases = Dispositions {
            complete: 100,
            non_contact: 20,
            ..Dispositions::default()
        };
        for (name, rate) in cases.rates().named() {
            let published = match name {
                "COOP1" | "COOP2" | "COOP3" | "COOP4" | "e" => 1.0,
                "REF1" | "REF2" | "REF3" => 0.0,
                _ => 0.833,
            };
            assert!((rate.unwrap() - published).abs() < 5e-4, "{name}: {rate:?}");
        }
    }

    #[test]
    fn a_rate_without_cases_does_not_exist() {
        assert!(
            Dispositions::default()
                .rates()
                .named()
                .iter()
                .all(|(_, rate)| rate.is_none())
        );
        let unknown = Dispositions {
            unknown_household: 5,
            ..Dispositions::default()
        };
        let rates = unknown.rates();
        assert_eq!((rates.rr1, rates.rr3, rates.rr5), (Some(0.0), None, None));
        assert_eq!(unknown.rates_with(Some(0.2)).rr3, Some(0.0));
    }

    #[test]
    fn rates_are_stored_under_their_names() {
        let stored = serde_json::to_value(Dispositions::default().rates()).unwrap();
        let keys: Vec<&str> = stored
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let names: Vec<&str> = Dispositions::default()
            .rates()
            .named()
            .iter()
            .map(|(name, _)| *name)
            .collect();
        assert_eq!(keys, names);
    }

    proptest! {
        #[test]
        fn rates_are_ordered_and_identities_hold(
            i in 1_u64..500, p in 0_u64..100, r in 0_u64..300, nc in 0_u64..300, o in 0_u64..50,
            uh in 0_u64..300, uo in 0_u64..300, ne in 0_u64..200,
        ) {
            let cases = Dispositions {
                complete: i, partial: p, refusal: r, non_contact: nc, other: o,
                unknown_household: uh, unknown_other: uo, not_eligible: ne,
            };
            let rates = cases.rates();
            let value = |rate: Option<f64>| rate.unwrap();
            prop_assert!(value(rates.rr1) <= value(rates.rr3) && value(rates.rr3) <= value(rates.rr5));
            prop_assert!(value(rates.con1) <= value(rates.con2) && value(rates.con2) <= value(rates.con3));
            prop_assert!(value(rates.ref1) <= value(rates.ref2) && value(rates.ref2) <= value(rates.ref3));
            prop_assert!(rates.named().iter().all(|(_, rate)| (0.0..=1.0).contains(&rate.unwrap())));
            // A response is a contact that cooperates: RR6 = COOP2 · CON3.
            let product = value(rates.coop2) * value(rates.con3);
            prop_assert!((value(rates.rr6) - product).abs() < 1e-12);
            let all_eligible = cases.rates_with(Some(1.0));
            prop_assert_eq!(all_eligible.rr3, rates.rr1);
            prop_assert_eq!(cases.rates_with(Some(0.0)).rr3, rates.rr5);
        }
    }
}
