//! Accounts and sign-in of the staff.
//!
//! For: the staff's pages and `minyi user`. Uses: the office, [`password`](super::password),
//! [`throttle`](super::throttle). Promises: an unknown name and a wrong password give the same answer
//! for the same work; a sign-in always makes a new token of 256 random bits and ends the session that
//! the browser had; the office holds the token's SHA-256 only; what a person does here is in the
//! audit log in the same transaction.

pub mod others;
pub mod own;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRng as _;
use rand::rngs::SysRng;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::app::{AppConfig, OpenError, Schema, open_store};
use super::keys::Keys;
use super::password::{HashError, Hasher, Password, Unfit, Verified};
use super::throttle::Throttle;
use crate::ledger::seal::{SealError, SealKey};
use crate::storage::office::session::TokenHash;
use crate::storage::office::{account, audit, session, totp};
use crate::storage::{Conn, Office, Store, StoreError};
use crate::survey::account::{Account, AccountName, BadAccountName, Session};
use crate::survey::audit::Entry;
use crate::survey::ids::AccountId;
use crate::survey::role::Role;
use crate::survey::time::{Clock, Instant};

/// The embedded office's file in the folder of an instance's data.
pub(super) const OFFICE_FILE: &str = "office.sqlite";
/// How often a transaction is begun when others are in its way.
const TRIES: u32 = 5;

/// Everything that accounts need. Cheap to clone; clones share the count of failures.
#[derive(Clone)]
pub struct Accounts {
    office: Office,
    clock: Clock,
    hasher: Hasher,
    throttle: Arc<Throttle>,
    /// Opens secrets of second factors; the machine's console has none.
    seals: Option<SealKey>,
}

/// The secret that a signed-in browser keeps in its cookie; no `Debug` of the value.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken(Zeroizing<String>);

/// What goes with a sign-in into one transaction.
struct Begun<'a> {
    /// A better hash of the password.
    better_hash: Option<&'a str>,
    /// The step that the code takes.
    step: Option<u64>,
    /// The session that the browser had.
    before: Option<&'a SessionToken>,
}

/// A fresh session.
#[derive(Debug)]
pub struct SignIn {
    /// Who signed in.
    pub account: Account,
    /// For the browser.
    pub token: SessionToken,
}

/// Why an account was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// The name has characters that no name has.
    #[error(transparent)]
    Name(#[from] BadAccountName),
    /// The name is taken.
    #[error("there is an account {0} already")]
    Taken(AccountName),
    /// The password is too weak.
    #[error(transparent)]
    Password(#[from] Unfit),
    /// A mistake of ours or of the machine.
    #[error(transparent)]
    Internal(#[from] AccountsError),
}

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// The name, the password or the code is wrong, or the account is disabled: never said which.
    #[error("the name, the password or the code is wrong")]
    Refused,
    /// Too many failures with this name.
    #[error("too many failures with this name")]
    Throttled {
        /// How long to wait.
        retry_after: Duration,
    },
    /// A mistake of ours or of the machine.
    #[error(transparent)]
    Internal(#[from] AccountsError),
}

/// A mistake of ours or of the machine.
#[derive(Debug, thiserror::Error)]
pub enum AccountsError {
    /// The office.
    #[error("the office failed")]
    Store(#[from] StoreError),
    /// Hashing a password.
    #[error("a password could not be checked")]
    Hash(#[from] HashError),
    /// The system gave no random bytes.
    #[error("the system gives no random bytes")]
    Random(#[source] rand::rngs::SysError),
    /// A second factor cannot be opened or sealed.
    #[error("the secret of a second factor cannot be opened")]
    Seal(#[source] SealError),
    /// The key of second factors is not at hand.
    #[error("the key of second factors is not at hand")]
    NoKeys,
}

impl AccountsError {
    /// Whether another transaction was in the way, so that the whole step can be taken again.
    const fn is_contention(&self) -> bool {
        matches!(self, Self::Store(StoreError::Contention(_)))
    }
}

impl SessionToken {
    fn new() -> Result<Self, AccountsError> {
        let bytes = Zeroizing::new(random::<32>()?);
        Ok(Self(Zeroizing::new(
            URL_SAFE_NO_PAD.encode(bytes.as_slice()),
        )))
    }

    /// The token that a browser sent, whatever it is.
    #[must_use]
    pub fn sent(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    /// The text for the cookie.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    fn hash(&self) -> TokenHash {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl std::fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionToken(..)")
    }
}

impl Accounts {
    /// The accounts of this office.
    #[must_use]
    pub fn new(office: Office, clock: Clock) -> Self {
        Self {
            office,
            clock,
            hasher: Hasher::default(),
            throttle: Arc::default(),
            seals: None,
        }
    }

    /// The same with the key of second factors.
    #[must_use]
    pub fn with_keys(self, keys: &Keys) -> Self {
        Self {
            seals: Some(keys.second_factors()),
            ..self
        }
    }

    /// The accounts of an office whose tables are those of this version.
    pub async fn open(config: &AppConfig) -> Result<Self, OpenError> {
        let db = open_store(&config.office, Store::Office, Schema::Check).await?;
        Ok(Self::new(Office(db), config.clock.clone()))
    }

    /// Makes an account, from the machine's console.
    pub async fn create(
        &self,
        name: &str,
        role: Role,
        password: String,
    ) -> Result<Account, CreateError> {
        let name = AccountName::parse(name)?;
        let password = Password::chosen(password, name.as_str())?;
        let hash = self.hasher.hash(password).await;
        let hash = hash.map_err(AccountsError::from)?;
        let now = self.clock.now();
        let account = Account {
            id: AccountId::new(now, random()?),
            name,
            role,
            created_at: now,
            disabled_at: None,
        };
        match self.insert(&account, &hash).await {
            Ok(()) => Ok(account),
            Err(AccountsError::Store(StoreError::Duplicate(_))) => {
                Err(CreateError::Taken(account.name))
            }
            Err(error) => Err(error.into()),
        }
    }

    async fn insert(&self, account: &Account, hash: &str) -> Result<(), AccountsError> {
        let mut tx = self.office.0.begin_write("create account").await?;
        account::insert(&mut tx.conn(), account, hash).await?;
        let subject = subject(account);
        let detail = json!({"role": account.role.as_str()});
        let at = account.created_at;
        let entry = Entry::by_console(at, random()?, "create_account", subject, detail);
        audit::insert(&mut tx.conn(), &entry).await?;
        Ok(tx.commit().await?)
    }

    /// Every account, oldest first.
    pub async fn list(&self) -> Result<Vec<Account>, AccountsError> {
        let mut tx = self.office.0.begin_read("list accounts").await?;
        Ok(account::list(&mut tx.conn()).await?)
    }

    /// Signs a person in and ends the session that the browser had before. The code of an app is needed where the
    /// account has one.
    pub async fn sign_in(
        &self,
        name: &str,
        password: String,
        code: &str,
        before: Option<&SessionToken>,
    ) -> Result<SignIn, SignInError> {
        let key = throttle_key(name);
        let (account, better) = self.verify(name, &key, password).await?;
        let step = match self.step(&account, code).await {
            Err(SignInError::Refused) => {
                self.record_refusal(&account).await?;
                return Err(SignInError::Refused);
            }
            step => step?,
        };
        let begun = Begun {
            better_hash: better.as_deref(),
            step,
            before,
        };
        let token = self.settle(&account, &begun).await?;
        let token = token.ok_or(SignInError::Refused)?;
        self.throttle.succeed(&key);
        Ok(SignIn { account, token })
    }

    /// Who this is, by name and password, without a session: for commands. Throttled and written
    /// down like a sign-in.
    pub async fn identify(&self, name: &str, password: String) -> Result<Account, SignInError> {
        let key = throttle_key(name);
        let (account, better) = self.verify(name, &key, password).await?;
        let better = better.as_deref();
        let mut recorded = self.record_identified(&account, better).await;
        for _ in 1..TRIES {
            match recorded {
                Err(error) if error.is_contention() => {
                    recorded = self.record_identified(&account, better).await;
                }
                done => {
                    recorded = done;
                    break;
                }
            }
        }
        recorded?;
        self.throttle.succeed(&key);
        Ok(account)
    }

    async fn record_identified(
        &self,
        account: &Account,
        better_hash: Option<&str>,
    ) -> Result<(), AccountsError> {
        let now = self.clock.now();
        let mut tx = self.office.0.begin_write("identify").await?;
        let mut conn = tx.conn();
        if let Some(hash) = better_hash {
            account::update_password(&mut conn, account.id, hash).await?;
        }
        let detail = json!({"rehashed": better_hash.is_some()});
        record(&mut conn, account, now, "identify", detail).await?;
        Ok(tx.commit().await?)
    }

    /// The account of a name and its password, with a better hash where the stored one is outdated.
    async fn verify(
        &self,
        name: &str,
        key: &str,
        password: String,
    ) -> Result<(Account, Option<String>), SignInError> {
        // A text that cannot be a name is treated as a name that nobody has.
        let parsed = AccountName::parse(name).ok();
        let begun = self.throttle.begin(key, self.clock.now());
        begun.map_err(|retry_after| SignInError::Throttled { retry_after })?;

        let known = match &parsed {
            Some(name) => self.credentials(name).await?,
            None => None,
        };
        let usable = known.as_ref().filter(|c| c.account.disabled_at.is_none());
        let stored = usable.map(|credentials| credentials.password_hash.clone());
        let verified = self.hasher.verify(Password::typed(password), stored).await;
        let better = match verified.map_err(AccountsError::from)? {
            Verified::No => {
                if let Some(known) = known {
                    self.record_refusal(&known.account).await?;
                }
                return Err(SignInError::Refused);
            }
            Verified::Yes => None,
            Verified::Outdated(better) => Some(better),
        };
        let account = known.ok_or(SignInError::Refused)?.account;
        Ok((account, better))
    }

    async fn credentials(
        &self,
        name: &AccountName,
    ) -> Result<Option<account::Credentials>, AccountsError> {
        let mut tx = self.office.0.begin_read("find credentials").await?;
        Ok(account::find_credentials(&mut tx.conn(), name).await?)
    }

    async fn settle(
        &self,
        account: &Account,
        begun: &Begun<'_>,
    ) -> Result<Option<SessionToken>, AccountsError> {
        for _ in 1..TRIES {
            match self.begin(account, begun).await {
                Err(error) if error.is_contention() => {}
                done => return done,
            }
        }
        self.begin(account, begun).await
    }

    /// The session's token; none where somebody else has just used the same code.
    async fn begin(
        &self,
        account: &Account,
        begun: &Begun<'_>,
    ) -> Result<Option<SessionToken>, AccountsError> {
        let now = self.clock.now();
        let token = SessionToken::new()?;
        let mut tx = self.office.0.begin_write("sign in").await?;
        let mut conn = tx.conn();
        if let Some(step) = begun.step
            && !totp::take(&mut conn, account.id, step).await?
        {
            return Ok(None);
        }
        if let Some(hash) = begun.better_hash {
            account::update_password(&mut conn, account.id, hash).await?;
        }
        if let Some(before) = begun.before {
            session::delete(&mut conn, &before.hash()).await?;
        }
        session::delete_ended(&mut conn, now).await?;
        session::insert(&mut conn, &token.hash(), &Session::begun(account.id, now)).await?;
        let rehashed = begun.better_hash.is_some();
        let detail = match begun.step {
            None => json!({"rehashed": rehashed}),
            Some(_) => json!({"rehashed": rehashed, "second_factor": true}),
        };
        record(&mut conn, account, now, "sign_in", detail).await?;
        tx.commit().await?;
        Ok(Some(token))
    }

    async fn record_refusal(&self, account: &Account) -> Result<(), AccountsError> {
        let now = self.clock.now();
        let mut tx = self.office.0.begin_write("refuse sign-in").await?;
        // Not by the person: somebody who typed the person's name.
        let detail = json!({"disabled": account.disabled_at.is_some()});
        let entry = Entry {
            actor: "?".to_owned(),
            ..Entry::by_console(now, random()?, "refuse_sign_in", subject(account), detail)
        };
        audit::insert(&mut tx.conn(), &entry).await?;
        Ok(tx.commit().await?)
    }

    /// Who holds this token, if the session has not ended; counts as a use.
    pub async fn holder(&self, token: &SessionToken) -> Result<Option<Account>, AccountsError> {
        let hash = token.hash();
        let now = self.clock.now();
        let mut tx = self.office.0.begin_read("find session").await?;
        let found = session::find(&mut tx.conn(), &hash).await?;
        drop(tx);
        let live = found
            .filter(|(session, account)| session.is_live(now) && account.disabled_at.is_none());
        let Some((session, account)) = live else {
            return Ok(None);
        };
        if let Some(end) = session.prolonged(now) {
            match self.prolong(&hash, end).await {
                // Another request of the same browser is writing the same.
                Err(StoreError::Contention(_)) | Ok(()) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Some(account))
    }

    async fn prolong(&self, token: &TokenHash, end: Instant) -> Result<(), StoreError> {
        let mut tx = self.office.0.begin_write("prolong session").await?;
        session::update_end(&mut tx.conn(), token, end).await?;
        tx.commit().await
    }

    /// Ends the session of this token.
    pub async fn sign_out(&self, token: &SessionToken) -> Result<(), AccountsError> {
        for _ in 1..TRIES {
            match self.end(token).await {
                Err(error) if error.is_contention() => {}
                done => return done,
            }
        }
        self.end(token).await
    }

    async fn end(&self, token: &SessionToken) -> Result<(), AccountsError> {
        let hash = token.hash();
        let now = self.clock.now();
        let mut tx = self.office.0.begin_write("sign out").await?;
        let mut conn = tx.conn();
        let found = session::find(&mut conn, &hash).await?;
        if let Some((_, account)) = found {
            session::delete(&mut conn, &hash).await?;
            record(&mut conn, &account, now, "sign_out", Value::Null).await?;
        }
        Ok(tx.commit().await?)
    }
}

async fn record(
    conn: &mut Conn<'_>,
    account: &Account,
    at: Instant,
    action: &str,
    detail: Value,
) -> Result<(), AccountsError> {
    let entry = Entry::by(account, at, random()?, action, subject(account), detail);
    Ok(audit::insert(conn, &entry).await?)
}

/// Under which name failures are counted.
fn throttle_key(name: &str) -> String {
    name.trim().to_lowercase().chars().take(65).collect()
}

fn subject(account: &Account) -> String {
    format!("account {}", account.name)
}

fn random<const N: usize>() -> Result<[u8; N], AccountsError> {
    let mut bytes = [0_u8; N];
    SysRng
        .try_fill_bytes(&mut bytes)
        .map_err(AccountsError::Random)?;
    Ok(bytes)
}
