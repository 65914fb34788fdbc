//! Tokens with which programs act for somebody of the staff, within scopes.
//!
//! For: `/account/tokens` and the interface for programs. Promises: making one asks for the password (and the code of the app, where
//! there is one) again; the secret is shown once and the office holds its SHA-256; a token never does what its owner may not, and is
//! ended with every session of its owner, by its owner, and by its date.

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::own::OwnError;
use super::{Accounts, AccountsError, random, record};
use crate::storage::StoreError;
use crate::storage::office::access_token;
pub use crate::storage::office::access_token::AccessToken;
use crate::storage::office::{session, totp};
use crate::survey::account::Account;
use crate::survey::ids::AccountId;
use crate::survey::scope::Scope;

/// Longest name of a token, in characters.
pub const LONGEST_NAME: usize = 64;
/// Tokens that an account may have.
pub const MOST_TOKENS: usize = 20;
/// Days that a token may live.
pub const LIVES: [u64; 3] = [30, 90, 365];
/// By this a secret that lies about is recognised.
const PREFIX: &str = "minyi_";
const DAY: Duration = Duration::from_hours(24);

/// The secret of a token; shown once.
pub struct TokenSecret(Zeroizing<String>);

impl TokenSecret {
    /// For its owner.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for TokenSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenSecret")
    }
}

/// A token that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewToken<'a> {
    /// What its owner calls it.
    pub name: &'a str,
    /// What it may.
    pub scopes: &'a [Scope],
    /// How many days it lives: one of [`LIVES`].
    pub days: u64,
    /// Of an app, where the account has one.
    pub code: &'a str,
}

/// Why no token was made or ended.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    /// No name, or one that is too long.
    #[error("a token needs a name of at most {LONGEST_NAME} characters")]
    Name,
    /// No scope, or one that the owner's role has nothing for, or a life that is not offered.
    #[error("a token needs a scope that its owner has, and a life that is offered")]
    Scope,
    /// As many as an account may have.
    #[error("the account has as many tokens as it may have")]
    Full,
    /// Password, code, store.
    #[error(transparent)]
    Own(#[from] OwnError),
}

impl From<StoreError> for TokenError {
    fn from(error: StoreError) -> Self {
        Self::Own(error.into())
    }
}

impl From<AccountsError> for TokenError {
    fn from(error: AccountsError) -> Self {
        Self::Own(error.into())
    }
}

fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Ends whatever speaks for an account: sessions of browsers and tokens of programs.
pub(super) async fn end_all(
    conn: &mut crate::storage::Conn<'_>,
    account: AccountId,
) -> Result<(), StoreError> {
    session::delete_of(conn, account).await?;
    access_token::delete_of(conn, account).await
}

impl Accounts {
    /// Makes a token; its secret is never shown again.
    ///
    /// # Errors
    /// A name, scope or life that cannot be, a wrong password or code, too many tokens.
    pub async fn make_token(
        &self,
        person: &Account,
        current: String,
        new: &NewToken<'_>,
    ) -> Result<TokenSecret, TokenError> {
        let name = new.name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(TokenError::Name);
        }
        let is_fit = !new.scopes.is_empty()
            && new.scopes.iter().all(|scope| scope.is_for(person.role))
            && LIVES.contains(&new.days);
        if !is_fit {
            return Err(TokenError::Scope);
        }
        let attempt = self.confirm(person, current).await?;
        let step = self.own_step(person, new.code).await;
        let step = step.map_err(OwnError::from)?;
        self.throttle.succeed(&attempt.0);
        let bits = URL_SAFE_NO_PAD.encode(random::<32>()?);
        let secret = Zeroizing::new(format!("{PREFIX}{bits}"));
        let now = self.clock.now();
        let days = u32::try_from(new.days).unwrap_or(u32::MAX);
        let kept = AccessToken {
            hash: hash(&secret),
            account: person.id,
            name: name.to_owned(),
            scopes: new.scopes.to_vec(),
            created_at: now,
            expires_at: now.plus(DAY.saturating_mul(days)),
        };
        let mut tx = self.office.0.begin_write("make token").await?;
        let mut conn = tx.conn();
        if let Some(step) = step
            && !totp::take(&mut conn, person.id, step).await?
        {
            return Err(OwnError::Refused.into());
        }
        access_token::delete_ended(&mut conn, person.id, now).await?;
        if access_token::of(&mut conn, person.id).await?.len() >= MOST_TOKENS {
            return Err(TokenError::Full);
        }
        access_token::insert(&mut conn, &kept).await?;
        let words: Vec<&str> = kept.scopes.iter().map(|scope| scope.as_str()).collect();
        let detail = json!({"token": kept.name, "scopes": words, "days": new.days});
        record(&mut conn, person, now, "make_token", detail).await?;
        tx.commit().await?;
        Ok(TokenSecret(secret))
    }

    /// The tokens of a person that are good now, the oldest first.
    ///
    /// # Errors
    /// The office failed.
    pub async fn tokens_of(&self, person: &Account) -> Result<Vec<AccessToken>, AccountsError> {
        let now = self.clock.now();
        let mut tx = self.office.0.begin_read("tokens").await?;
        let mut found = access_token::of(&mut tx.conn(), person.id).await?;
        found.retain(|token| now < token.expires_at);
        Ok(found)
    }

    /// Ends a token of the own account; no password is asked for, so that a secret that got out is ended at once.
    ///
    /// # Errors
    /// There is no such token any more, or the office failed.
    pub async fn end_token(&self, person: &Account, hash: &[u8]) -> Result<(), TokenError> {
        let now = self.clock.now();
        let mut tx = self.office.0.begin_write("end token").await?;
        let mut conn = tx.conn();
        let found = access_token::of(&mut conn, person.id).await?;
        let found = found.into_iter().find(|token| token.hash == hash);
        let found = found.ok_or(OwnError::Changed)?;
        if !access_token::delete(&mut conn, person.id, hash).await? {
            return Err(OwnError::Changed.into());
        }
        let detail = json!({"token": found.name});
        record(&mut conn, person, now, "end_token", detail).await?;
        Ok(tx.commit().await?)
    }

    /// For whom a program speaks with this secret; none where it is no token that is good now.
    ///
    /// # Errors
    /// The office failed.
    pub async fn bearer(
        &self,
        secret: &str,
    ) -> Result<Option<(Account, Vec<Scope>)>, AccountsError> {
        if !secret.starts_with(PREFIX) {
            return Ok(None);
        }
        let now = self.clock.now();
        let mut tx = self.office.0.begin_read("bearer of a token").await?;
        let found = access_token::find(&mut tx.conn(), &hash(secret)).await?;
        let good = found.filter(|found| {
            now < found.expires_at && found.account.disabled_at.is_none() && !found.password_due
        });
        Ok(good.map(|found| (found.account, found.scopes)))
    }
}
