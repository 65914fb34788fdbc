//! Accounts of the staff and their sessions: what a name is, how long a session lives.
//!
//! Pure. A resident has neither. Promises: names that differ in case only are one name; a session
//! ends [`IDLE`] after its last use and [`ABSOLUTE`] after the sign-in, whatever comes first.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::ids::AccountId;
use super::role::{Action, Role};
use super::time::Instant;

/// A session ends this long after its last use.
pub const IDLE: Duration = Duration::from_mins(30);
/// A session ends this long after the sign-in.
pub const ABSOLUTE: Duration = Duration::from_hours(12);
/// A use is written down only when it moves the end by this much: one write a minute, not one a page.
const STEP: Duration = Duration::from_mins(1);
/// Longest name, in characters.
const LONGEST: usize = 64;

/// Name with which a person signs in: letters and digits of any script, `.`, `-`, `_`; lower case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AccountName(String);

/// Why a text cannot name an account.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" cannot name an account: letters, digits, '.', '-', '_', at most {LONGEST}")]
pub struct BadAccountName(pub String);

impl AccountName {
    /// Checks the characters and folds the case.
    pub fn parse(text: &str) -> Result<Self, BadAccountName> {
        let name = text.trim().to_lowercase();
        let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-' | '_');
        let starts = name.chars().next().is_some_and(char::is_alphanumeric);
        if starts && name.chars().all(allowed) && name.chars().count() <= LONGEST {
            Ok(Self(name))
        } else {
            Err(BadAccountName(text.to_owned()))
        }
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for AccountName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for AccountName {
    type Error = BadAccountName;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<AccountName> for String {
    fn from(name: AccountName) -> Self {
        name.0
    }
}

/// A person of the staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Id.
    pub id: AccountId,
    /// Name at the sign-in and in the audit log.
    pub name: AccountName,
    /// What the person may do.
    pub role: Role,
    /// When the account was made.
    pub created_at: Instant,
    /// Since when it cannot be used.
    pub disabled_at: Option<Instant>,
}

impl Account {
    /// Whether this person may do that.
    #[must_use]
    pub const fn may(&self, action: Action) -> bool {
        self.disabled_at.is_none() && self.role.may(action)
    }
}

/// A signed-in browser. Its token is known to the browser only; the store holds a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Who signed in.
    pub account: AccountId,
    /// When.
    pub created_at: Instant,
    /// When it ends unless it is used before.
    pub expires_at: Instant,
}

impl Session {
    /// The session that begins with a sign-in.
    #[must_use]
    pub fn begun(account: AccountId, at: Instant) -> Self {
        Self {
            account,
            created_at: at,
            expires_at: at.plus(IDLE),
        }
    }

    /// Whether it has not ended.
    #[must_use]
    pub fn is_live(&self, now: Instant) -> bool {
        now < self.expires_at && now < self.created_at.plus(ABSOLUTE)
    }

    /// The new end after a use now, if that is worth writing down.
    #[must_use]
    pub fn prolonged(&self, now: Instant) -> Option<Instant> {
        let end = now.plus(IDLE).min(self.created_at.plus(ABSOLUTE));
        (end.since(self.expires_at) >= STEP).then_some(end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Instant = Instant::from_micros(1_700_000_000_000_000);

    fn minutes(minutes: u64) -> Instant {
        START.plus(Duration::from_mins(minutes))
    }

    fn session() -> Session {
        Session::begun(AccountId::new(START, [1; 10]), START)
    }

    #[test]
    fn a_session_ends_half_an_hour_after_its_last_use() {
        let mut session = session();
        assert!(session.is_live(minutes(29)) && !session.is_live(minutes(30)));
        session.expires_at = session.prolonged(minutes(29)).unwrap();
        assert!(session.is_live(minutes(58)) && !session.is_live(minutes(59)));
    }

    #[test]
    fn a_session_ends_twelve_hours_after_the_sign_in_however_much_it_is_used() {
        let mut session = session();
        for minute in (20..12 * 60).step_by(20) {
            assert!(session.is_live(minutes(minute)));
            if let Some(end) = session.prolonged(minutes(minute)) {
                session.expires_at = end;
            }
        }
        assert!(session.is_live(minutes(12 * 60 - 1)) && !session.is_live(minutes(12 * 60)));
        assert_eq!(session.prolonged(minutes(12 * 60 - 1)), None);
    }

    #[test]
    fn uses_within_a_minute_are_not_written_down() {
        assert_eq!(
            session().prolonged(START.plus(Duration::from_secs(59))),
            None
        );
        assert!(session().prolonged(minutes(1)).is_some());
    }

    #[test]
    fn names_are_folded_and_checked() {
        let name = |text: &str| AccountName::parse(text).map(String::from);
        assert_eq!(name(" Wang.Fang "), Ok("wang.fang".to_owned()));
        assert_eq!(name("王芳"), Ok("王芳".to_owned()));
        for bad in [
            "",
            " ",
            "-a",
            "a b",
            "a/b",
            "<b>",
            "a\u{202e}b",
            &"a".repeat(65),
        ] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_disabled_account_may_nothing() {
        let mut account = Account {
            id: AccountId::new(START, [1; 10]),
            name: AccountName::parse("ada").unwrap(),
            role: Role::Organizer,
            created_at: START,
            disabled_at: None,
        };
        assert!(account.may(Action::RunWave) && !account.may(Action::Evaluate));
        account.disabled_at = Some(START);
        assert!(!account.may(Action::RunWave));
    }
}
