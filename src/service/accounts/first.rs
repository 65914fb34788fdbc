//! The first administrator of an instance, by a link that is good once.
//!
//! For: `minyi serve`, which shows the link, and the page that it leads to. Promises: the office holds the SHA-256 of the
//! link's secret only; a link ends after [`LIFE`], when another is made, when it was used, and once there is an account,
//! whoever made it; however many people use it at once, one account is made.

use std::time::Duration;

use serde_json::json;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::{Accounts, AccountsError, CreateError, SessionToken, SignIn, TRIES, random, subject};
use crate::service::password::Password;
use crate::storage::StoreError;
use crate::storage::office::session::TokenHash;
use crate::storage::office::{account, audit, session, welcome};
use crate::survey::account::{Account, AccountName, Session};
use crate::survey::audit::Entry;
use crate::survey::ids::AccountId;
use crate::survey::role::Role;

/// A link ends this long after it was made.
pub const LIFE: Duration = Duration::from_hours(24);
/// Bytes of a secret: nobody guesses it, so tries are not counted, and nobody can make others wait by trying.
const LENGTH: usize = 16;

/// What the link ends with; no `Debug` of the value.
#[derive(Clone)]
pub struct FirstSecret(Zeroizing<String>);

impl FirstSecret {
    /// The text for the link.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for FirstSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FirstSecret(..)")
    }
}

/// Why no first account was made.
#[derive(Debug, thiserror::Error)]
pub enum FirstError {
    /// There is an account: nothing of this works any more.
    #[error("there is an account already")]
    Over,
    /// The secret is wrong or has ended.
    #[error("the link is not good or no longer")]
    Refused,
    /// The name or the password cannot be taken.
    #[error(transparent)]
    Create(#[from] CreateError),
    /// A mistake of ours or of the machine.
    #[error(transparent)]
    Internal(#[from] AccountsError),
}

impl From<StoreError> for FirstError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

impl FirstError {
    /// Somebody else was in the way: what is there now is seen the next time.
    const fn is_in_the_way(&self) -> bool {
        let Self::Internal(AccountsError::Store(error)) = self else {
            return false;
        };
        matches!(error, StoreError::Contention(_) | StoreError::Duplicate(_))
    }
}

impl Accounts {
    /// Whether nobody has an account yet.
    pub async fn none_yet(&self) -> Result<bool, AccountsError> {
        let mut tx = self.office.0.begin_read("count accounts").await?;
        Ok(account::count(&mut tx.conn()).await? == 0)
    }

    /// A new link's secret while there is no account; every earlier link ends.
    pub async fn offer_first(&self) -> Result<Option<FirstSecret>, AccountsError> {
        if !self.none_yet().await? {
            return Ok(None);
        }
        let bytes = Zeroizing::new(random::<LENGTH>()?);
        let secret = FirstSecret(Zeroizing::new(hex::encode(bytes.as_slice())));
        let mut done = self.offer(&secret).await;
        for _ in 1..TRIES {
            match done {
                // Another node starts at this moment.
                Err(AccountsError::Store(StoreError::Contention(_) | StoreError::Duplicate(_))) => {
                    done = self.offer(&secret).await;
                }
                settled => {
                    done = settled;
                    break;
                }
            }
        }
        Ok(done?.then_some(secret))
    }

    async fn offer(&self, secret: &FirstSecret) -> Result<bool, AccountsError> {
        let now = self.clock.now();
        let mut tx = self.office.0.begin_write("offer first account").await?;
        let mut conn = tx.conn();
        if account::count(&mut conn).await? > 0 {
            return Ok(false);
        }
        welcome::delete(&mut conn).await?;
        welcome::insert(&mut conn, &hash(secret.reveal()), now.plus(LIFE)).await?;
        let detail = json!({"hours": LIFE.as_secs() / 3600});
        let entry = Entry::by_console(now, random()?, "offer_first_account", "accounts", detail);
        audit::insert(&mut conn, &entry).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Makes the first administrator with a name and password of the own choice, and signs in.
    pub async fn claim_first(
        &self,
        secret: &str,
        name: &str,
        password: String,
    ) -> Result<SignIn, FirstError> {
        let hash = hash(secret);
        self.check_first(&hash).await?;
        let name = AccountName::parse(name).map_err(CreateError::from)?;
        let password = Password::chosen(password, name.as_str()).map_err(CreateError::from)?;
        let stored = self.hasher.hash(password).await;
        let stored = stored.map_err(AccountsError::from)?;
        let mut done = self.claim(&hash, &name, &stored).await;
        for _ in 1..TRIES {
            match done {
                Err(error) if error.is_in_the_way() => {
                    done = self.claim(&hash, &name, &stored).await;
                }
                settled => return settled,
            }
        }
        done
    }

    /// Whether the link is good, before anything is computed for it.
    async fn check_first(&self, hash: &TokenHash) -> Result<(), FirstError> {
        let mut tx = self.office.0.begin_read("check first link").await?;
        let mut conn = tx.conn();
        if account::count(&mut conn).await? > 0 {
            return Err(FirstError::Over);
        }
        let found = welcome::find(&mut conn).await?;
        let good = found.is_some_and(|(stored, expires_at)| {
            bool::from(stored.as_slice().ct_eq(hash)) && self.clock.now() < expires_at
        });
        if good {
            Ok(())
        } else {
            Err(FirstError::Refused)
        }
    }

    async fn claim(
        &self,
        hash: &TokenHash,
        name: &AccountName,
        stored: &str,
    ) -> Result<SignIn, FirstError> {
        let now = self.clock.now();
        let token = SessionToken::new()?;
        let made = Account {
            id: AccountId::new(now, random()?),
            name: name.clone(),
            role: Role::Administrator,
            created_at: now,
            disabled_at: None,
        };
        let mut tx = self.office.0.begin_write("make first account").await?;
        let mut conn = tx.conn();
        if account::count(&mut conn).await? > 0 {
            return Err(FirstError::Over);
        }
        if !welcome::take(&mut conn, hash, now).await? {
            return Err(FirstError::Refused);
        }
        account::insert(&mut conn, &made, stored).await?;
        session::insert(&mut conn, &token.hash(), &Session::begun(made.id, now)).await?;
        let detail = json!({"role": made.role.as_str(), "by": "first link"});
        let random = random()?;
        let entry = Entry::by(&made, now, random, "create_account", subject(&made), detail);
        audit::insert(&mut conn, &entry).await?;
        tx.commit().await?;
        Ok(SignIn {
            account: made,
            token,
        })
    }
}

/// The hash of a secret as it was sent: spaces, hyphens and case do not matter.
fn hash(secret: &str) -> TokenHash {
    let plain = secret.chars().filter(char::is_ascii_alphanumeric);
    let plain = Zeroizing::new(plain.collect::<String>().to_ascii_lowercase());
    Sha256::digest(plain.as_bytes()).into()
}
