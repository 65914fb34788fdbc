//! Changes of the rules in words.

use super::quota::{cell_words, change_words};
use crate::i18n::Lang;
use crate::survey::area::AreaCode;
use crate::survey::plan::Plan;
use crate::survey::questionnaire::Questionnaire;
use crate::survey::result::RuleNote;
use crate::survey::rule::{LONGEST_REASON, Rule, Unfit};
use crate::survey::sample::StratumCode;
use crate::survey::time::{Instant, Zone};

/// What the words need of a wave.
#[expect(missing_debug_implementations, reason = "holds a function")]
pub struct RuleWords<'a> {
    /// Language.
    pub lang: Lang,
    /// The instance's days.
    pub zone: &'a Zone,
    /// The wave's plan, which says what the parts of a cell are.
    pub plan: Option<&'a Plan>,
    /// Its questionnaire.
    pub questionnaire: &'a Questionnaire,
    /// Names of its counties.
    pub county: &'a dyn Fn(&AreaCode) -> String,
}

impl RuleWords<'_> {
    fn moment(&self, at: Instant) -> String {
        self.lang.moment(self.zone.civil(at))
    }

    /// A stratum: county and residence.
    #[must_use]
    pub fn stratum(&self, code: &StratumCode) -> String {
        let (county, rest) = code.as_str().split_once('-').unwrap_or((code.as_str(), ""));
        let county = AreaCode::parse(county).map_or(county.to_owned(), |code| (self.county)(&code));
        let key = format!("residence-{rest}");
        let residence = if self.lang.has(&key) {
            self.lang.t(&key)
        } else {
            self.lang.t("fieldwork-merged")
        };
        format!("{county} · {residence}")
    }

    /// What a change does, sentence by sentence.
    #[must_use]
    pub fn lines(&self, rule: &Rule) -> Vec<String> {
        let lang = self.lang;
        match rule {
            Rule::End { before, end } => {
                let args = [
                    ("before", self.moment(*before).into()),
                    ("end", self.moment(*end).into()),
                ];
                vec![lang.t_with("rule-end", &args)]
            }
            Rule::Quota { changes } => changes
                .iter()
                .map(|(before, after)| {
                    let cell = match self.plan {
                        Some(plan) => cell_words(lang, self.questionnaire, plan, &after.cell),
                        None => after.cell.to_string(),
                    };
                    let of = format!("{} {cell}", (self.county)(&after.county));
                    change_words(lang, &of, before, after)
                })
                .collect(),
            Rule::Reminder { strata } => {
                let names: Vec<String> = strata.iter().map(|code| self.stratum(code)).collect();
                let names = names.join(&lang.t("wave-comma"));
                vec![lang.t_with("rule-reminder", &[("strata", names.into())])]
            }
            Rule::Exclusion { unit } => {
                vec![lang.t_with("rule-exclusion", &[("unit", unit.as_str().into())])]
            }
        }
    }

    /// A change as the result lists it: what, why, when.
    #[must_use]
    pub fn note(&self, note: &RuleNote) -> String {
        let args = [
            (
                "what",
                self.lines(&note.rule).join(&self.lang.t("rule-and")).into(),
            ),
            ("reason", note.reason.as_str().into()),
            ("when", self.moment(note.effective_at).into()),
        ];
        let key = if note.in_effect {
            "rule-note"
        } else {
            "rule-note-never"
        };
        self.lang.t_with(key, &args)
    }
}

/// Why a change is not taken.
#[must_use]
pub fn unfit(lang: Lang, zone: &Zone, unfit: &Unfit) -> String {
    let moment = |at: &Instant| lang.moment(zone.civil(*at));
    let with = |key: &str, name: &str, value: &str| lang.t_with(key, &[(name, value.into())]);
    match unfit {
        Unfit::Refused(refusal) => super::wave::refusal(lang, zone, refusal),
        Unfit::NoReason => with("rule-no-reason", "most", &LONGEST_REASON.to_string()),
        Unfit::Waits(effect) => with("rule-waits", "when", &moment(effect)),
        Unfit::TooLate(effect) => with("rule-too-late", "when", &moment(effect)),
        Unfit::EndTooSoon(soonest) => with("rule-end-too-soon", "when", &moment(soonest)),
        Unfit::EndTooFar(farthest) => with("rule-end-too-far", "when", &moment(farthest)),
        Unfit::Gone => lang.t("rule-gone"),
        Unfit::Same => lang.t("rule-same"),
        Unfit::NoStratum(name) if name.is_empty() => lang.t("rule-none-chosen"),
        Unfit::NoStratum(name) => with("rule-no-stratum", "name", name),
        Unfit::NoUnit(name) if name.is_empty() => lang.t("rule-no-unit-chosen"),
        Unfit::NoUnit(name) => with("rule-no-unit", "name", name),
        Unfit::ExcludedAlready(unit) => with("rule-excluded-already", "name", unit.as_str()),
    }
}
