//! What a person does with the own account: password, second factor, sessions.
//!
//! Promises: each change needs the password again, throttled like a sign-in, and is in the audit log; a new password ends
//! all other sessions.

use std::time::Duration;

use serde_json::{Value, json};

use super::access_tokens::end_all;
use super::{Accounts, AccountsError, SessionToken, SignInError, random, record, throttle_key};
use crate::ledger::seal::NONCE;
use crate::service::password::{Password, Unfit, Verified};
use crate::service::second_factor::{LENGTH, Secret};
use crate::storage::office::session::TokenHash;
use crate::storage::office::totp::{self, Held};
use crate::storage::office::{access_token, account, passkey, session, tie};
use crate::storage::{Conn, StoreError};
use crate::survey::account::Account;
use crate::survey::ids::AccountId;
use crate::survey::time::Instant;

/// Why something of the own account was not changed.
#[derive(Debug, thiserror::Error)]
pub enum OwnError {
    /// The password or the code is wrong.
    #[error("the password or the code is wrong")]
    Refused,
    /// Too many failures.
    #[error("too many failures")]
    Throttled {
        /// How long to wait.
        retry_after: Duration,
    },
    /// The new password is too weak.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// The new password is the one that was to be changed.
    #[error("the new password is the old one")]
    Same,
    /// The passkey cannot be taken: another answer than was asked for, too late, or somebody has it.
    #[error("the passkey cannot be taken")]
    Passkey,
    /// A passkey without a name, or with one that is too long.
    #[error("a passkey needs a name of its own")]
    PasskeyName,
    /// As many passkeys as an account may have.
    #[error("the account has as many passkeys as it may have")]
    PasskeysFull,
    /// A second factor is there already, or is not there.
    #[error("the second factor is not as it was")]
    Changed,
    /// A mistake of ours or of the machine.
    #[error(transparent)]
    Internal(#[from] AccountsError),
}

impl From<StoreError> for OwnError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

impl From<SignInError> for OwnError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Refused | SignInError::PasswordDue => Self::Refused,
            SignInError::Throttled { retry_after } => Self::Throttled { retry_after },
            SignInError::Internal(error) => Self::Internal(error),
        }
    }
}

/// An attempt that counts as a failure until it is said to have succeeded, by the name that it counts for.
pub(super) struct Attempt(pub(super) String);

/// A change of the own account.
enum Change<'a> {
    Password {
        hash: &'a str,
        here: &'a TokenHash,
    },
    /// One of the own, instead of one that somebody else made.
    Choose {
        hash: &'a str,
        here: &'a TokenHash,
    },
    SetSecond(&'a Held),
    RemoveSecond,
    Everywhere,
}

impl Change<'_> {
    /// What the audit log calls it.
    const fn action(&self) -> &'static str {
        match self {
            Self::Password { .. } => "change_password",
            Self::Choose { .. } => "choose_password",
            Self::SetSecond(_) => "set_second_factor",
            Self::RemoveSecond => "remove_second_factor",
            Self::Everywhere => "sign_out_everywhere",
        }
    }

    /// Makes it; says whether the account was as it had to be.
    async fn make(
        &self,
        conn: &mut Conn<'_>,
        person: AccountId,
        now: Instant,
    ) -> Result<bool, AccountsError> {
        match self {
            Self::Password { hash, here } => {
                account::update_password(conn, person, hash).await?;
                session::delete_others(conn, person, here).await?;
                access_token::delete_of(conn, person).await?;
            }
            Self::Choose { hash, here } => {
                if !account::take_due(conn, person).await? {
                    return Ok(false);
                }
                account::update_password(conn, person, hash).await?;
                session::delete_others(conn, person, here).await?;
                access_token::delete_of(conn, person).await?;
            }
            Self::SetSecond(held) => {
                if totp::find(conn, person).await?.is_some() {
                    return Ok(false);
                }
                totp::insert(conn, person, held, now).await?;
            }
            Self::RemoveSecond => return Ok(totp::delete(conn, person).await?),
            Self::Everywhere => end_all(conn, person).await?,
        }
        Ok(true)
    }
}

/// The own account as its page shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Own {
    /// A second factor is needed to sign in.
    pub has_second: bool,
    /// Browsers in which the person is signed in.
    pub sessions: u64,
}

impl Accounts {
    /// How the own account stands.
    pub async fn own(&self, person: &Account) -> Result<Own, AccountsError> {
        let now = self.clock.now();
        let mut tx = self.office.0.begin_read("own account").await?;
        let mut conn = tx.conn();
        Ok(Own {
            has_second: totp::find(&mut conn, person.id).await?.is_some(),
            sessions: session::count(&mut conn, person.id, now).await?,
        })
    }

    /// A new password; every other session ends.
    pub async fn change_password(
        &self,
        person: &Account,
        here: &SessionToken,
        current: String,
        chosen: String,
    ) -> Result<(), OwnError> {
        let attempt = self.confirm(person, current).await?;
        self.throttle.undo(&attempt.0);
        let password = Password::chosen(chosen, person.name.as_str())?;
        let hash = self
            .hasher
            .hash(password)
            .await
            .map_err(AccountsError::from)?;
        let here = here.hash();
        let change = Change::Password {
            hash: &hash,
            here: &here,
        };
        self.change(person, &change).await
    }

    /// A password of the own instead of one that somebody else made, at the first sign-in; every other session ends. The
    /// session that asks has just begun with the old one, so that it is not asked for again.
    pub async fn choose_password(
        &self,
        person: &Account,
        here: &SessionToken,
        chosen: String,
    ) -> Result<(), OwnError> {
        let password = Password::chosen(chosen.clone(), person.name.as_str())?;
        let known = self.credentials(&person.name).await?;
        let known = known.filter(|known| known.password_due);
        let stored = known.ok_or(OwnError::Changed)?.password_hash;
        let verified = self
            .hasher
            .verify(Password::typed(chosen), Some(stored))
            .await;
        if !matches!(verified.map_err(AccountsError::from)?, Verified::No) {
            return Err(OwnError::Same);
        }
        let hash = self.hasher.hash(password).await;
        let hash = hash.map_err(AccountsError::from)?;
        let here = here.hash();
        let change = Change::Choose {
            hash: &hash,
            here: &here,
        };
        self.change(person, &change).await
    }

    /// From now on a sign-in needs a code from the app that shares this secret.
    pub async fn set_second(
        &self,
        person: &Account,
        current: String,
        secret: &Secret,
        code: &str,
    ) -> Result<(), OwnError> {
        let attempt = self.confirm(person, current).await?;
        let step = secret.step(code, self.clock.now());
        let step = step.ok_or(OwnError::Refused)?;
        // The secret is the sender's own: its code proves nothing of the account.
        self.throttle.undo(&attempt.0);
        let held = Held {
            secret: self.sealed(person.id, secret)?,
            last_step: step,
        };
        self.change(person, &Change::SetSecond(&held)).await
    }

    /// From now on a password is enough.
    pub async fn remove_second(
        &self,
        person: &Account,
        current: String,
        code: &str,
    ) -> Result<(), OwnError> {
        let attempt = self.confirm(person, current).await?;
        let step = self.own_step(person, code).await?;
        self.throttle.succeed(&attempt.0);
        if step.is_none() {
            return Err(OwnError::Changed);
        }
        self.change(person, &Change::RemoveSecond).await
    }

    /// Ends every session of the person, this one too, and every token.
    pub async fn sign_out_everywhere(&self, person: &Account) -> Result<(), OwnError> {
        self.change(person, &Change::Everywhere).await
    }

    /// The password once more. It counts as a failure until all that was asked for is right: otherwise somebody with
    /// the password could guess codes without end.
    pub(super) async fn confirm(
        &self,
        person: &Account,
        current: String,
    ) -> Result<Attempt, OwnError> {
        let key = throttle_key(person.name.as_str());
        let (known, _) = self.verify(person.name.as_str(), &key, current).await?;
        if known.id == person.id {
            Ok(Attempt(key))
        } else {
            Err(OwnError::Refused)
        }
    }

    /// A change with its audit entry; tried again while others are in the way.
    async fn change(&self, person: &Account, change: &Change<'_>) -> Result<(), OwnError> {
        let mut done = self.change_once(person, change).await;
        for _ in 1..super::TRIES {
            match done {
                Err(error) if error.is_contention() => {
                    done = self.change_once(person, change).await;
                }
                settled => {
                    done = settled;
                    break;
                }
            }
        }
        if done? {
            Ok(())
        } else {
            Err(OwnError::Changed)
        }
    }

    async fn change_once(
        &self,
        person: &Account,
        change: &Change<'_>,
    ) -> Result<bool, AccountsError> {
        let now = self.clock.now();
        let mut tx = self.office.0.begin_write("change own account").await?;
        let mut conn = tx.conn();
        if !change.make(&mut conn, person.id, now).await? {
            return Ok(false);
        }
        record(&mut conn, person, now, change.action(), Value::Null).await?;
        tx.commit().await?;
        Ok(true)
    }

    fn sealed(&self, account: AccountId, secret: &Secret) -> Result<Vec<u8>, AccountsError> {
        let seals = self.seals.as_ref().ok_or(AccountsError::NoKeys)?;
        let nonce = random::<NONCE>()?;
        let sealed = seals.seal(nonce, account.as_bytes(), secret.as_bytes(), LENGTH);
        sealed.map_err(AccountsError::Seal)
    }

    /// The same where somebody is signed in already: a wrong code is written down like one at the sign-in.
    pub(super) async fn own_step(
        &self,
        person: &Account,
        code: &str,
    ) -> Result<Option<u64>, SignInError> {
        let step = self.step(person, code).await;
        if matches!(step, Err(SignInError::Refused)) {
            self.record_refusal(person).await?;
        }
        step
    }

    /// The step that a code takes, if the account has a second factor; a code that is wrong or was taken is refused.
    pub(super) async fn step(
        &self,
        account: &Account,
        code: &str,
    ) -> Result<Option<u64>, SignInError> {
        let mut tx = self.begin_read_second().await?;
        let held = totp::find(&mut tx.conn(), account.id).await;
        drop(tx);
        let Some(held) = held.map_err(AccountsError::from)? else {
            return Ok(None);
        };
        let seals = self.seals.as_ref().ok_or(AccountsError::NoKeys)?;
        let opened = seals.open(account.id.as_bytes(), &held.secret);
        let opened = opened.map_err(AccountsError::Seal)?;
        let secret = Secret::from_bytes(&opened).ok_or(AccountsError::NoKeys)?;
        let step = secret.step(code, self.clock.now());
        match step.filter(|step| *step > held.last_step) {
            Some(step) => Ok(Some(step)),
            None => Err(SignInError::Refused),
        }
    }

    async fn begin_read_second(&self) -> Result<crate::storage::Tx, AccountsError> {
        Ok(self.office.0.begin_read("second factor").await?)
    }

    /// Removes the second factor and the passkeys of somebody who lost the device, from the machine's console; says whether there is such
    /// an account.
    pub async fn reset_second(&self, name: &str) -> Result<bool, AccountsError> {
        let Some(found) = self.named(name).await? else {
            return Ok(false);
        };
        let mut tx = self.office.0.begin_write("reset second factor").await?;
        let mut conn = tx.conn();
        totp::delete(&mut conn, found.id).await?;
        passkey::delete_of(&mut conn, found.id).await?;
        tie::delete(&mut conn, found.id).await?;
        end_all(&mut conn, found.id).await?;
        self.note_console(&mut conn, &found, "reset_second_factor")
            .await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Closes an account or opens it again, from the machine's console; says whether there is one.
    pub async fn set_disabled(&self, name: &str, disabled: bool) -> Result<bool, AccountsError> {
        let Some(found) = self.named(name).await? else {
            return Ok(false);
        };
        let at = disabled.then(|| self.clock.now());
        let mut tx = self.office.0.begin_write("close account").await?;
        let mut conn = tx.conn();
        account::update_disabled(&mut conn, found.id, at).await?;
        end_all(&mut conn, found.id).await?;
        let action = if disabled {
            "disable_account"
        } else {
            "enable_account"
        };
        self.note_console(&mut conn, &found, action).await?;
        tx.commit().await?;
        Ok(true)
    }

    async fn named(&self, name: &str) -> Result<Option<Account>, AccountsError> {
        let Ok(name) = crate::survey::account::AccountName::parse(name) else {
            return Ok(None);
        };
        let found = self.credentials(&name).await?;
        Ok(found.map(|found| found.account))
    }

    async fn note_console(
        &self,
        conn: &mut Conn<'_>,
        account: &Account,
        action: &str,
    ) -> Result<(), AccountsError> {
        let entry = crate::survey::audit::Entry::by_console(
            self.clock.now(),
            random()?,
            action,
            super::subject(account),
            json!({ "role": account.role.as_str() }),
        );
        Ok(crate::storage::office::audit::insert(conn, &entry).await?)
    }
}
