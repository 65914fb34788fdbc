//! Roles of the staff and what each may do.
//!
//! A resident has no account and no role. Which of two needed people acts is not a matter of roles:
//! sealing and closing a wave need two different accounts ([`super::wave`]).

use serde::{Deserialize, Serialize};

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Looks after accounts; runs nothing.
    Administrator,
    /// Imports frames and margins, prepares, draws, opens and closes waves.
    Organizer,
    /// Enters what became of invitations.
    Fieldworker,
    /// Enters and verifies indicators, applies a standard.
    Evaluator,
    /// Reads everything and changes nothing; records without names after the close, under signature.
    Auditor,
    /// Reports the values of one county, and sees nothing of another one.
    Reporter,
}

/// One kind of staff action.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Import areas, frames and margins.
    Import,
    /// Write questionnaires; which of them a wave asks is decided by who runs it.
    WriteQuestionnaires,
    /// Create, seal, draw, open and close a wave; hand out its codes.
    RunWave,
    /// Enter outcomes of invitations that brought no answer.
    EnterOutcomes,
    /// Hand a device of the survey team to residents.
    AssistResidents,
    /// Take in paper forms and type them.
    EnterPaper,
    /// See waves, data and the progress of fieldwork (counts only).
    WatchFieldwork,
    /// See the result of a closed wave before it is published.
    ReadResults,
    /// Save files of a wave; what is in them follows the other rights.
    Export,
    /// Report the values of the own county.
    ReportIndicators,
    /// See what counties reported; a reporter sees the own county only.
    ReadIndicators,
    /// Import reported indicators.
    EnterIndicators,
    /// Verify an indicator that somebody else entered.
    VerifyIndicators,
    /// Apply a standard to a year.
    Evaluate,
    /// Read the audit log.
    ReadAudit,
    /// Take the records of a closed wave, under signature, and say in the process log what came of it.
    Audit,
    /// See and close other people's accounts.
    ManageAccounts,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 6] = [
        Self::Administrator,
        Self::Organizer,
        Self::Fieldworker,
        Self::Evaluator,
        Self::Auditor,
        Self::Reporter,
    ];

    /// The word that stores and commands use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Organizer => "organizer",
            Self::Fieldworker => "fieldworker",
            Self::Evaluator => "evaluator",
            Self::Auditor => "auditor",
            Self::Reporter => "reporter",
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
        use Role::{Administrator, Auditor, Evaluator, Fieldworker, Organizer, Reporter};
        match action {
            Action::Import | Action::RunWave => matches!(self, Organizer),
            Action::WriteQuestionnaires => matches!(self, Administrator | Organizer),
            Action::EnterOutcomes | Action::AssistResidents | Action::EnterPaper => {
                matches!(self, Organizer | Fieldworker)
            }
            Action::WatchFieldwork => !matches!(self, Reporter),
            Action::ReadResults => matches!(self, Organizer | Evaluator | Auditor),
            Action::Export => matches!(self, Administrator | Organizer | Evaluator | Auditor),
            Action::ReportIndicators => matches!(self, Reporter),
            Action::ReadIndicators => {
                matches!(self, Administrator | Evaluator | Auditor | Reporter)
            }
            Action::EnterIndicators | Action::VerifyIndicators | Action::Evaluate => {
                matches!(self, Evaluator)
            }
            Action::ReadAudit => matches!(self, Administrator | Auditor),
            Action::Audit => matches!(self, Auditor),
            Action::ManageAccounts => matches!(self, Administrator),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACTIONS: [Action; 17] = [
        Action::Import,
        Action::WriteQuestionnaires,
        Action::RunWave,
        Action::EnterOutcomes,
        Action::AssistResidents,
        Action::EnterPaper,
        Action::WatchFieldwork,
        Action::ReadResults,
        Action::Export,
        Action::ReportIndicators,
        Action::ReadIndicators,
        Action::EnterIndicators,
        Action::VerifyIndicators,
        Action::Evaluate,
        Action::ReadAudit,
        Action::Audit,
        Action::ManageAccounts,
    ];

    #[test]
    fn who_measures_does_not_judge() {
        assert!(Role::Organizer.may(Action::RunWave) && !Role::Organizer.may(Action::Evaluate));
        assert!(Role::Evaluator.may(Action::Evaluate) && !Role::Evaluator.may(Action::RunWave));
    }

    #[test]
    fn an_auditor_reads_and_changes_nothing() {
        let reads = |action| {
            matches!(
                action,
                Action::WatchFieldwork
                    | Action::ReadResults
                    | Action::Export
                    | Action::ReadIndicators
                    | Action::ReadAudit
                    | Action::Audit
            )
        };
        for action in ACTIONS {
            assert_eq!(Role::Auditor.may(action), reads(action), "{action:?}");
        }
    }

    #[test]
    fn who_looks_after_accounts_has_no_hand_in_a_wave() {
        for action in [
            Action::RunWave,
            Action::Import,
            Action::EnterOutcomes,
            Action::AssistResidents,
            Action::EnterPaper,
            Action::Evaluate,
            Action::Audit,
        ] {
            assert!(!Role::Administrator.may(action), "{action:?}");
        }
        assert!(!Role::Fieldworker.may(Action::ReadResults));
    }

    #[test]
    fn a_reporter_reports_and_reads_indicators_and_nothing_else() {
        for action in ACTIONS {
            let may = matches!(action, Action::ReportIndicators | Action::ReadIndicators);
            assert_eq!(Role::Reporter.may(action), may, "{action:?}");
        }
    }

    #[test]
    fn a_role_reads_back_from_its_word() {
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.as_str()), Some(role));
        }
        assert_eq!(Role::from_word("admin"), None);
    }
}
