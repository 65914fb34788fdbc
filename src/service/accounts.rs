//! Accounts and sign-in of the staff.
//!
//! For: the staff's pages and `minyi user`. Uses: the office, [`password`](super::password),
//! [`throttle`](super::throttle). Promises: an unknown name and a wrong password give the same answer
//! for the same work; a sign-in always makes a new token of 256 random bits and ends the session that
//! the browser had; the office holds the token's SHA-256 only; what a person does here is in the
//! audit log in the same transaction.

pub mod access_tokens;
pub mod first;
mod identify;
pub mod others;
pub mod own;
pub mod passkeys;
pub mod provider;
pub mod reporter;

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::TryRng as _;
use rand::rngs::SysRng;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use webauthn_rs::Webauthn;
use webauthn_rs::prelude::WebauthnError;
use zeroize::Zeroizing;

use self::passkeys::PasskeyProof;
use self::provider::ProviderProof;
use super::app::{AppConfig, OpenError, Schema, open_store};
use super::ceremony::CeremonyError;
use super::keys::Keys;
use super::password::{HashError, Hasher, Password, Unfit, Verified};
use super::provider::Provider;
use super::throttle::Throttle;
use crate::ledger::seal::{SealError, SealKey};
use crate::storage::office::session::TokenHash;
use crate::storage::office::{account, audit, passkey, session, totp, welcome};
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
    /// Seals what browsers carry between the two halves of a sign-in.
    ceremonies: Option<SealKey>,
    /// Takes passkeys at the instance's address.
    passkeys: Option<Arc<Webauthn>>,
    /// Another site that says who somebody is.
    provider: Option<Arc<Provider>>,
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
    /// The passkey that stands for password and code.
    passkey: Option<PasskeyProof<'a>>,
    /// The provider whose word stands for the password.
    provider: Option<ProviderProof<'a>>,
}

impl<'a> Begun<'a> {
    /// For the audit log.
    fn detail(&self) -> Value {
        let second_factor = self.step.is_some();
        match (&self.passkey, &self.provider) {
            (Some(proof), _) => json!({"passkey": proof.kept.name}),
            (None, Some(proof)) => {
                json!({"provider": proof.issuer, "second_factor": second_factor})
            }
            (None, None) if second_factor => {
                json!({"rehashed": self.better_hash.is_some(), "second_factor": true})
            }
            (None, None) => json!({"rehashed": self.better_hash.is_some()}),
        }
    }

    /// Nothing but the session that the browser had.
    const fn after(before: Option<&'a SessionToken>) -> Self {
        Self {
            better_hash: None,
            step: None,
            before,
            passkey: None,
            provider: None,
        }
    }
}

/// A fresh session.
#[derive(Debug)]
pub struct SignIn {
    /// Who signed in.
    pub account: Account,
    /// For the browser.
    pub token: SessionToken,
}

/// Who holds a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// The account.
    pub account: Account,
    /// The password was made by somebody else and has to be changed before anything else.
    pub password_due: bool,
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
    /// A reporter needs a county, and this is none.
    #[error("there is no county {0:?}")]
    County(String),
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
    /// The password was made by somebody else and has to be changed on the pages first.
    #[error("the password has to be changed on the pages first")]
    PasswordDue,
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
    /// What is kept of a passkey or asked of it cannot be read or written.
    #[error("what belongs to a passkey cannot be read or written")]
    Document(#[source] serde_json::Error),
    /// A passkey cannot be asked for.
    #[error("a passkey cannot be asked for")]
    Passkey(#[source] WebauthnError),
    /// The state of a ceremony.
    #[error("a sign-in in two halves does not begin")]
    Ceremony(#[from] CeremonyError),
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
            ceremonies: None,
            passkeys: None,
            provider: None,
        }
    }

    /// The same with the keys of second factors and ceremonies.
    #[must_use]
    pub fn with_keys(self, keys: &Keys) -> Self {
        Self {
            seals: Some(keys.second_factors()),
            ceremonies: Some(keys.ceremonies()),
            ..self
        }
    }

    /// The same at the address that people's browsers reach: it takes passkeys.
    #[must_use]
    pub fn at(self, public_url: &str) -> Self {
        Self {
            passkeys: passkeys::at(public_url),
            ..self
        }
    }

    /// The accounts of an office whose tables are those of this version.
    pub async fn open(config: &AppConfig) -> Result<Self, OpenError> {
        let db = open_store(&config.office, Store::Office, Schema::Check).await?;
        Ok(Self::new(Office(db), config.clock.clone()))
    }

    /// Makes an account with a password that its person chose, from the machine's console.
    pub async fn create(
        &self,
        name: &str,
        role: Role,
        password: String,
    ) -> Result<Account, CreateError> {
        self.create_with(name, (role, None), password, false).await
    }

    /// Makes an account, for a county if it reports; where the password is `due`, the person has to choose another one at the first sign-in.
    pub async fn create_with(
        &self,
        name: &str,
        (role, county): (Role, Option<&str>),
        password: String,
        due: bool,
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
        match self.insert(&account, county, &hash, due).await {
            Ok(()) => Ok(account),
            Err(CreateError::Internal(AccountsError::Store(StoreError::Duplicate(_)))) => {
                Err(CreateError::Taken(account.name))
            }
            Err(error) => Err(error),
        }
    }

    async fn insert(
        &self,
        account: &Account,
        county: Option<&str>,
        hash: &str,
        due: bool,
    ) -> Result<(), CreateError> {
        let mut tx = self.office.0.begin_write("create account").await?;
        // Whoever uses the link of the first administrator at this moment finds it gone.
        welcome::delete(&mut tx.conn()).await?;
        account::insert(&mut tx.conn(), account, hash).await?;
        reporter::bind(&mut tx.conn(), account, county).await?;
        let at = account.created_at;
        let subject = subject(account);
        let mut detail = json!({"role": account.role.as_str()});
        if due {
            account::update_due(&mut tx.conn(), account.id, at).await?;
            detail = json!({"role": account.role.as_str(), "password_due": true});
        }
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
            ..Begun::after(before)
        };
        let token = self.settle(&account, &begun).await?;
        let token = token.ok_or(SignInError::Refused)?;
        self.throttle.succeed(&key);
        Ok(SignIn { account, token })
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
        if let Some(proof) = &begun.passkey {
            proof.brought.spent.use_up(&mut conn, now).await?;
            if !passkey::record_use(&mut conn, proof.kept, proof.document, now).await? {
                return Ok(None);
            }
        }
        if let Some(spent) = begun.provider.as_ref().and_then(|proof| proof.spent) {
            spent.use_up(&mut conn, now).await?;
        }
        if let Some(hash) = begun.better_hash {
            account::update_password(&mut conn, account.id, hash).await?;
        }
        if let Some(before) = begun.before {
            session::delete(&mut conn, &before.hash()).await?;
        }
        session::delete_ended(&mut conn, now).await?;
        session::insert(&mut conn, &token.hash(), &Session::begun(account.id, now)).await?;
        record(&mut conn, account, now, "sign_in", begun.detail()).await?;
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
    pub async fn holder(&self, token: &SessionToken) -> Result<Option<Holder>, AccountsError> {
        let hash = token.hash();
        let now = self.clock.now();
        let mut tx = self.office.0.begin_read("find session").await?;
        let found = session::find(&mut tx.conn(), &hash).await?;
        drop(tx);
        let live =
            found.filter(|found| found.session.is_live(now) && found.account.disabled_at.is_none());
        let Some(found) = live else {
            return Ok(None);
        };
        if let Some(end) = found.session.prolonged(now) {
            match self.prolong(&hash, end).await {
                // Another request of the same browser is writing the same.
                Err(StoreError::Contention(_)) | Ok(()) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Some(Holder {
            account: found.account,
            password_due: found.password_due,
        }))
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
        if let Some(found) = found {
            session::delete(&mut conn, &hash).await?;
            record(&mut conn, &found.account, now, "sign_out", Value::Null).await?;
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
