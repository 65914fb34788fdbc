//! Roles of the staff and what each may do.
//!
//! A resident has no account and no role. Which of two needed people acts is not a matter of roles:
//! sealing and closing a wave need two different accounts ([`super::wave`]).

use serde::{Deserialize, Serialize};

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Imports frames and margins, prepares, draws, opens and closes waves.
    Organizer,
    /// Enters and verifies indicators, applies a standard.
    Evaluator,
}

/// One kind of staff action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Import areas, frames and margins.
    Import,
    /// Create, seal, draw, open and close a wave; hand out its codes.
    RunWave,
    /// See the progress of fieldwork (counts only).
    WatchFieldwork,
    /// Enter or import reported indicators.
    EnterIndicators,
    /// Verify an indicator that somebody else entered.
    VerifyIndicators,
    /// Apply a standard to a year.
    Evaluate,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 2] = [Self::Organizer, Self::Evaluator];

    /// The word that stores and commands use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organizer => "organizer",
            Self::Evaluator => "evaluator",
        }
    }

    /// The role of that word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }

    /// Whether this role may do that.
    #[must_use]
    pub const fn may(self, action: Action) -> bool {
        match action {
            Action::Import | Action::RunWave => matches!(self, Self::Organizer),
            Action::WatchFieldwork => true,
            Action::EnterIndicators | Action::VerifyIndicators | Action::Evaluate => {
                matches!(self, Self::Evaluator)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_measures_does_not_judge() {
        assert!(Role::Organizer.may(Action::RunWave) && !Role::Organizer.may(Action::Evaluate));
        assert!(Role::Evaluator.may(Action::Evaluate) && !Role::Evaluator.may(Action::RunWave));
    }

    #[test]
    fn a_role_reads_back_from_its_word() {
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.as_str()), Some(role));
        }
        assert_eq!(Role::from_word("admin"), None);
    }
}
