//! Changes of a sealed wave's rules: its end, its quota cells, a reminder, an exclusion.
//!
//! Pure. Promises: a change needs a reason and two people, takes effect at the next local midnight after its
//! confirmation, and is kept for good; one change of a kind waits at a time, so that nobody confirms what has become
//! something else.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ids::{RuleChangeId, WaveId};
use super::quota::Quota;
use super::sample::{Sample, StratumCode, UnitCode};
use super::time::{Instant, Zone};
use super::wave::{Act, Refusal, Wave, WaveKind, WaveState};

/// How far the end may be moved beyond the earliest one that ever held. What receipts promise counts on it.
pub const FARTHEST: Duration = Duration::from_hours(24 * 14);
/// Longest reason, in characters.
pub const LONGEST_REASON: usize = 500;

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleKind {
    /// The end of fieldwork.
    End,
    /// Targets and rules of quota cells.
    Quota,
    /// A reminder to everybody of a stratum.
    Reminder,
    /// Answers of a variance unit that no figure uses.
    Exclusion,
}

impl RuleKind {
    /// Every kind, in the order in which pages show them.
    pub const ALL: [Self; 4] = [Self::End, Self::Quota, Self::Reminder, Self::Exclusion];

    /// The word that stores and commands use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::End => "end",
            Self::Quota => "quota",
            Self::Reminder => "reminder",
            Self::Exclusion => "exclusion",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// What is changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Rule {
    /// The end of fieldwork.
    End {
        /// The end so far.
        before: Instant,
        /// The new end.
        end: Instant,
    },
    /// Quota cells: before and after, for each that changes.
    Quota {
        /// The changes.
        changes: Vec<(Quota, Quota)>,
    },
    /// Everybody of these strata is reminded.
    Reminder {
        /// The strata.
        strata: Vec<StratumCode>,
    },
    /// Answers of this variance unit are in no figure.
    Exclusion {
        /// The unit.
        unit: UnitCode,
    },
}

impl Rule {
    /// What it is about.
    #[must_use]
    pub const fn kind(&self) -> RuleKind {
        match self {
            Self::End { .. } => RuleKind::End,
            Self::Quota { .. } => RuleKind::Quota,
            Self::Reminder { .. } => RuleKind::Reminder,
            Self::Exclusion { .. } => RuleKind::Exclusion,
        }
    }
}

/// A change, from the request to its effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleChange {
    /// Id, sorted by time.
    pub id: RuleChangeId,
    /// The wave.
    pub wave: WaveId,
    /// What is changed.
    pub rule: Rule,
    /// Why; printed with the result.
    pub reason: String,
    /// Who asked for it, and when.
    pub asked: Act,
    /// Who confirmed it, when, and the midnight at which it takes effect.
    pub confirmed: Option<(Act, Instant)>,
    /// When it took effect.
    pub applied_at: Option<Instant>,
}

/// Why a change is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// The wave, or the person, does not fit.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// No reason, or one that is too long.
    #[error("a reason of at most {LONGEST_REASON} characters is needed")]
    NoReason,
    /// A change of this kind is confirmed and waits for its midnight.
    #[error("another change takes effect at {0}")]
    Waits(Instant),
    /// The wave ends before the change could take effect.
    #[error("the wave ends before {0}, when the change could take effect")]
    TooLate(Instant),
    /// The new end is not after the midnight at which it would take effect.
    #[error("the new end must come after {0}")]
    EndTooSoon(Instant),
    /// The new end is too far from the sealed one.
    #[error("the end can be moved to {0} at most")]
    EndTooFar(Instant),
    /// The request that was confirmed or taken back is not there any more.
    #[error("the request was replaced, taken back or is in effect")]
    Gone,
    /// Nothing would change.
    #[error("nothing would change")]
    Same,
    /// No such stratum was drawn.
    #[error("no stratum {0} was drawn")]
    NoStratum(String),
    /// No such variance unit was drawn.
    #[error("no variance unit {0} was drawn")]
    NoUnit(String),
    /// The unit is excluded already.
    #[error("the variance unit {0} is excluded already")]
    ExcludedAlready(UnitCode),
}

impl Unfit {
    /// Stable name, the key of its sentence.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::NoReason => "rule_no_reason",
            Self::Waits(_) => "rule_waits",
            Self::TooLate(_) => "rule_too_late",
            Self::EndTooSoon(_) => "rule_end_too_soon",
            Self::EndTooFar(_) => "rule_end_too_far",
            Self::Gone => "rule_gone",
            Self::Same => "rule_same",
            Self::NoStratum(_) => "rule_no_stratum",
            Self::NoUnit(_) => "rule_no_unit",
            Self::ExcludedAlready(_) => "rule_excluded_already",
        }
    }
}

/// What is known where a change is asked for and confirmed.
#[derive(Debug, Clone, Copy)]
pub struct Ground<'a> {
    /// The wave.
    pub wave: &'a Wave,
    /// Its sample, once it is drawn.
    pub sample: Option<&'a Sample>,
    /// Every change so far.
    pub changes: &'a [RuleChange],
    /// The instance's days.
    pub zone: &'a Zone,
}

impl Ground<'_> {
    /// How far the end can be moved: counted from the earliest end that ever held, because receipts of that time promise by it.
    #[must_use]
    pub fn farthest_end(&self) -> Instant {
        let held = self.changes.iter().filter(|one| one.applied_at.is_some());
        let ends = held.filter_map(|change| match change.rule {
            Rule::End { before, end } => Some(before.min(end)),
            _ => None,
        });
        let earliest = ends.fold(self.wave.closes_at, Instant::min);
        earliest.plus(FARTHEST)
    }

    /// The change of this kind that is not in effect yet.
    #[must_use]
    pub fn waiting(&self, kind: RuleKind) -> Option<&RuleChange> {
        self.changes
            .iter()
            .find(|change| change.rule.kind() == kind && change.applied_at.is_none())
    }

    /// Whether a change fits now; the midnight at which it would take effect.
    pub fn check(&self, rule: &Rule, reason: &str, now: Instant) -> Result<Instant, Unfit> {
        let wave = self.wave;
        let needed = match rule.kind() {
            RuleKind::End | RuleKind::Quota => WaveState::Sealed,
            RuleKind::Reminder | RuleKind::Exclusion => WaveState::Drawn,
        };
        if wave.kind == WaveKind::Open && needed == WaveState::Drawn {
            return Err(Refusal::NoSample.into());
        }
        if wave.state < needed || wave.state > WaveState::Open {
            return Err(Refusal::State {
                kind: wave.kind,
                found: wave.state,
                needed: needed.max(WaveState::Open),
            }
            .into());
        }
        if reason.is_empty() || reason.chars().count() > LONGEST_REASON {
            return Err(Unfit::NoReason);
        }
        let effect = self.zone.next_midnight(now);
        // What fieldwork must not have passed by; answers are left out of figures after it, too.
        if rule.kind() != RuleKind::Exclusion && wave.closes_at <= effect {
            return Err(Unfit::TooLate(effect));
        }
        match rule {
            Rule::End { end, .. } => self.check_end(*end, effect)?,
            Rule::Quota { changes } if changes.is_empty() => return Err(Unfit::Same),
            Rule::Quota { .. } => {}
            Rule::Reminder { strata } => self.check_strata(strata)?,
            Rule::Exclusion { unit } => self.check_unit(unit)?,
        }
        Ok(effect)
    }

    fn check_end(&self, end: Instant, effect: Instant) -> Result<(), Unfit> {
        if end == self.wave.closes_at {
            return Err(Unfit::Same);
        }
        let soonest = effect.max(self.wave.opens_at);
        if end <= soonest {
            return Err(Unfit::EndTooSoon(soonest));
        }
        let farthest = self.farthest_end();
        if end > farthest {
            return Err(Unfit::EndTooFar(farthest));
        }
        Ok(())
    }

    fn check_strata(&self, strata: &[StratumCode]) -> Result<(), Unfit> {
        if strata.is_empty() {
            return Err(Unfit::NoStratum(String::new()));
        }
        let drawn = |code: &StratumCode| {
            let sample = self.sample.iter();
            sample
                .flat_map(|sample| &sample.strata)
                .any(|line| line.stratum.planned() == *code)
        };
        match strata.iter().find(|code| !drawn(code)) {
            Some(code) => Err(Unfit::NoStratum(code.as_str().to_owned())),
            None => Ok(()),
        }
    }

    fn check_unit(&self, unit: &UnitCode) -> Result<(), Unfit> {
        let mut units = self.sample.iter().flat_map(|sample| &sample.psus);
        if !units.any(|psu| psu.variance_unit == *unit) {
            return Err(Unfit::NoUnit(unit.as_str().to_owned()));
        }
        let excluded = |change: &RuleChange| {
            change.applied_at.is_some()
                && matches!(&change.rule, Rule::Exclusion { unit: other } if other == unit)
        };
        if self.changes.iter().any(excluded) {
            return Err(Unfit::ExcludedAlready(unit.clone()));
        }
        Ok(())
    }

    /// Somebody asks for a change; asking again replaces what nobody has confirmed yet.
    pub fn ask(
        &self,
        id: RuleChangeId,
        rule: Rule,
        reason: &str,
        act: Act,
    ) -> Result<RuleChange, Unfit> {
        if let Some((_, effect)) = self
            .waiting(rule.kind())
            .and_then(|change| change.confirmed)
        {
            return Err(Unfit::Waits(effect));
        }
        let reason = reason.trim();
        self.check(&rule, reason, act.at)?;
        Ok(RuleChange {
            id,
            wave: self.wave.id,
            rule,
            reason: reason.to_owned(),
            asked: act,
            confirmed: None,
            applied_at: None,
        })
    }

    /// Another person confirms it: this very request, not another one of its kind that has taken its place.
    pub fn confirm(&self, id: RuleChangeId, act: Act) -> Result<RuleChange, Unfit> {
        let mut waiting = self.changes.iter().filter(|one| one.applied_at.is_none());
        let change = waiting.find(|one| one.id == id).ok_or(Unfit::Gone)?;
        if let Some((_, effect)) = change.confirmed {
            return Err(Unfit::Waits(effect));
        }
        if change.asked.by == act.by {
            return Err(Refusal::SamePerson.into());
        }
        let effect = self.check(&change.rule, &change.reason, act.at)?;
        Ok(RuleChange {
            confirmed: Some((act, effect)),
            ..change.clone()
        })
    }
}

#[cfg(test)]
mod tests;
