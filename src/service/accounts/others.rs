//! What an administrator does with other people's accounts.
//!
//! Promises: only administrators; a password that is made here is shown once, stored as a hash, and has to be changed at
//! the first sign-in; nobody closes the own
//! account, so that one administrator is always left; everything is in the audit log with the administrator's name.

use serde_json::json;

use super::access_tokens::end_all;
use super::reporter::bind;
use super::{Accounts, AccountsError, CreateError, random, subject};
use crate::service::again::{Contended, again};
use crate::service::password::Password;
use crate::storage::StoreError;
use crate::storage::office::{account, audit, passkey, tie, totp};
use crate::survey::account::{Account, AccountName};
use crate::survey::audit::Entry;
use crate::survey::ids::AccountId;
use crate::survey::role::{Action, Role};

/// Why another account was not changed.
#[derive(Debug, thiserror::Error)]
pub enum OthersError {
    /// The person's role does not look after accounts.
    #[error("looking after accounts is not among this account's rights")]
    Denied,
    /// There is no such account.
    #[error("there is no such account")]
    Unknown,
    /// The own account.
    #[error("nobody closes the own account")]
    Own,
    /// The account was not made.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// A mistake of ours or of the machine.
    #[error(transparent)]
    Internal(#[from] AccountsError),
}

impl From<StoreError> for OthersError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

impl Contended for OthersError {
    fn is_contended(&self) -> bool {
        matches!(self, Self::Internal(error) if error.is_contention())
    }
}

/// An account as administrators see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The account.
    pub account: Account,
    /// A sign-in needs a code from an app.
    pub has_second: bool,
    /// How many passkeys there are.
    pub passkeys: usize,
    /// The person signs in at a provider, too.
    pub is_tied: bool,
}

/// A change of somebody's account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OthersChange {
    /// Nobody signs in with it any more.
    Close,
    /// It can be used again.
    Open,
    /// The second factor, all passkeys and the tie to a provider go: the person lost the device.
    ResetSecond,
}

impl OthersChange {
    const fn action(self) -> &'static str {
        match self {
            Self::Close => "disable_account",
            Self::Open => "enable_account",
            Self::ResetSecond => "reset_second_factor",
        }
    }
}

impl Accounts {
    /// Every account, the oldest first.
    pub async fn all(&self, person: &Account) -> Result<Vec<Listed>, OthersError> {
        allowed(person)?;
        let mut tx = self.office.0.begin_read("list accounts").await?;
        let mut conn = tx.conn();
        let mut all = Vec::new();
        for account in account::list(&mut conn).await? {
            let has_second = totp::find(&mut conn, account.id).await?.is_some();
            let passkeys = passkey::of(&mut conn, account.id).await?.len();
            let is_tied = tie::of(&mut conn, account.id).await?.is_some();
            all.push(Listed {
                account,
                has_second,
                passkeys,
                is_tied,
            });
        }
        Ok(all)
    }

    /// Makes an account with a password that is shown once.
    pub async fn make(
        &self,
        person: &Account,
        name: &str,
        role: Role,
    ) -> Result<(Account, String), OthersError> {
        self.make_for(person, name, role, None).await
    }

    /// The same for a county, which a reporter needs.
    pub async fn make_for(
        &self,
        person: &Account,
        name: &str,
        role: Role,
        county: Option<&str>,
    ) -> Result<(Account, String), OthersError> {
        allowed(person)?;
        let name = AccountName::parse(name).map_err(CreateError::from)?;
        let password = Password::generated().map_err(AccountsError::from)?;
        let shown = password.reveal().to_owned();
        let hash = self
            .hasher
            .hash(password)
            .await
            .map_err(AccountsError::from)?;
        let now = self.clock.now();
        let made = Account {
            id: AccountId::new(now, random()?),
            name,
            role,
            created_at: now,
            disabled_at: None,
        };
        let mut tx = self.office.0.begin_write("make account").await?;
        let mut conn = tx.conn();
        match account::insert(&mut conn, &made, &hash).await {
            Err(StoreError::Duplicate(_)) => return Err(CreateError::Taken(made.name).into()),
            done => done?,
        }
        bind(&mut conn, &made, county).await?;
        // Somebody else has seen this password.
        account::update_due(&mut conn, made.id, now).await?;
        let detail = match county.filter(|_| role == Role::Reporter) {
            Some(county) => {
                json!({"role": role.as_str(), "county": county, "password_due": true})
            }
            None => json!({"role": role.as_str(), "password_due": true}),
        };
        let entry = Entry::by(
            person,
            now,
            random()?,
            "create_account",
            subject(&made),
            detail,
        );
        audit::insert(&mut conn, &entry).await?;
        tx.commit().await?;
        Ok((made, shown))
    }

    /// Changes somebody's account; every session and token of it ends.
    pub async fn change_other(
        &self,
        person: &Account,
        id: AccountId,
        change: OthersChange,
    ) -> Result<Account, OthersError> {
        again(|| self.change_other_once(person, id, change)).await
    }

    async fn change_other_once(
        &self,
        person: &Account,
        id: AccountId,
        change: OthersChange,
    ) -> Result<Account, OthersError> {
        allowed(person)?;
        if id == person.id && change == OthersChange::Close {
            return Err(OthersError::Own);
        }
        let now = self.clock.now();
        let mut tx = self.office.0.begin_write("change account").await?;
        let mut conn = tx.conn();
        // Of two administrators who close each other at one moment, one stays.
        if !account::hold(&mut conn, person.id).await? {
            return Err(OthersError::Denied);
        }
        let found = account::find(&mut conn, id).await?;
        let found = found.ok_or(OthersError::Unknown)?;
        match change {
            OthersChange::Close => account::update_disabled(&mut conn, id, Some(now)).await?,
            OthersChange::Open => account::update_disabled(&mut conn, id, None).await?,
            OthersChange::ResetSecond => {
                totp::delete(&mut conn, id).await?;
                passkey::delete_of(&mut conn, id).await?;
                // Without a second factor the provider's word alone would open the account.
                tie::delete(&mut conn, id).await?;
            }
        }
        end_all(&mut conn, id).await?;
        let detail = json!({"role": found.role.as_str()});
        let action = change.action();
        let entry = Entry::by(person, now, random()?, action, subject(&found), detail);
        audit::insert(&mut conn, &entry).await?;
        tx.commit().await?;
        Ok(found)
    }
}

fn allowed(person: &Account) -> Result<(), OthersError> {
    if person.may(Action::ManageAccounts) {
        Ok(())
    } else {
        Err(OthersError::Denied)
    }
}
