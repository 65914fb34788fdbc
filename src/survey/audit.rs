//! An entry of the audit log: who of the staff did what to what, and when.
//!
//! Pure. Promises: an entry never holds a password, a token, a code or an answer; the store keeps
//! entries for good (append only).

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::account::Account;
use super::ids::{AccountId, AuditId};
use super::time::Instant;

/// Actor of what is done on the machine itself, where no account exists yet or none is needed.
pub const CONSOLE: &str = "console";
/// Actor of what people have confirmed earlier and the clock brings about.
pub const CLOCK: &str = "clock";

/// One entry.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Id, sorted by time.
    pub id: AuditId,
    /// When.
    pub at: Instant,
    /// Who; none for the console.
    pub account: Option<AccountId>,
    /// Name of the person at that time, or [`CONSOLE`].
    pub actor: String,
    /// What was done, a stable word such as `sign_in`.
    pub action: String,
    /// To what, such as `wave 2026q4`.
    pub subject: String,
    /// What else belongs to it, as data.
    pub detail: Value,
}

/// The link before the first one.
pub const FIRST: [u8; 32] = [0; 32];

impl Entry {
    /// The digest that ties this entry to all before it: SHA-256(previous ‖ entry as compact JSON with sorted names).
    #[must_use]
    pub fn link(&self, previous: &[u8; 32]) -> [u8; 32] {
        let document = json!({
            "account": self.account.map(|id| id.to_string()),
            "action": self.action,
            "actor": self.actor,
            "at": self.at.micros(),
            "detail": self.detail.to_string(),
            "id": self.id.to_string(),
            "subject": self.subject,
        });
        let mut hash = Sha256::new();
        hash.update(previous);
        hash.update(document.to_string());
        hash.finalize().into()
    }

    /// What a person did.
    #[must_use]
    pub fn by(
        person: &Account,
        at: Instant,
        random: [u8; 10],
        action: &str,
        subject: impl Into<String>,
        detail: Value,
    ) -> Self {
        Self {
            account: Some(person.id),
            ..Self::by_console(at, random, action, subject, detail)
        }
        .named(person.name.as_str())
    }

    /// What was done on the machine itself.
    #[must_use]
    pub fn by_console(
        at: Instant,
        random: [u8; 10],
        action: &str,
        subject: impl Into<String>,
        detail: Value,
    ) -> Self {
        Self {
            id: AuditId::new(at, random),
            at,
            account: None,
            actor: CONSOLE.to_owned(),
            action: action.to_owned(),
            subject: subject.into(),
            detail,
        }
    }

    /// What people have confirmed earlier, at its time.
    #[must_use]
    pub fn by_clock(
        at: Instant,
        random: [u8; 10],
        action: &str,
        subject: impl Into<String>,
        detail: Value,
    ) -> Self {
        Self::by_console(at, random, action, subject, detail).named(CLOCK)
    }

    fn named(mut self, actor: &str) -> Self {
        actor.clone_into(&mut self.actor);
        self
    }
}
