//! Signing in at another site that says who somebody is, for accounts that their own person has tied to it.
//!
//! For: the sign-in and the own account. Uses: [`provider`](crate::service::provider). Promises: a provider makes no account
//! and opens none that is not tied; a person ties the own account, signed in, with the password (and the code, if there is
//! one) once more; whoever has a second factor here is asked for it here as well; what came back is good once.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::own::OwnError;
use super::{
    Accounts, AccountsError, Begun, SessionToken, SignIn, SignInError, TRIES, random, record,
    subject, throttle_key,
};
use crate::ledger::seal::SealKey;
use crate::service::ceremony::{self, Spent};
use crate::service::provider::{Flow, Provider, ProviderError};
use crate::storage::StoreError;
use crate::storage::office::tie::{self, Tie};
use crate::storage::office::{account, audit, totp};
use crate::survey::account::Account;
use crate::survey::audit::Entry;
use crate::survey::ids::AccountId;

/// What the way to the provider is for.
const WAY: &[u8] = b"provider";
/// What the page that asks for a code is for.
const CODE: &[u8] = b"provider, then a code";

/// Why the provider leads to no session.
#[derive(Debug, thiserror::Error)]
pub enum ByProviderError {
    /// This instance has none.
    #[error("there is no provider")]
    None,
    /// The provider cannot be reached, or its word does not hold.
    #[error(transparent)]
    Provider(#[from] ProviderError),
    /// What came back is not what this browser was sent with, or it came too late or twice.
    #[error("nothing was asked for, or it came back too late or twice")]
    Lost,
    /// No account is tied to that subject.
    #[error("no account is tied to the subject")]
    Untied,
    /// The subject is tied to another account, or the account to another subject.
    #[error("there is a tie already")]
    Taken,
    /// The account is closed.
    #[error("the account is closed")]
    Closed,
    /// A mistake of ours or of the machine.
    #[error(transparent)]
    Internal(#[from] AccountsError),
}

impl From<StoreError> for ByProviderError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

/// Where a browser is sent.
#[derive(Debug)]
pub struct Sent {
    /// The provider's page.
    pub address: String,
    /// For the browser's cookie.
    pub carried: String,
}

/// What came of the way back.
#[derive(Debug)]
pub enum Back {
    /// A session.
    In {
        /// The session.
        done: SignIn,
        /// Where the visitor was going.
        next: String,
    },
    /// The account has a second factor: its code is asked for; this is for the browser's cookie.
    Code(String),
    /// The account of the person is tied.
    Tied,
}

#[derive(Serialize, Deserialize)]
struct Way {
    flow: Flow,
    /// Whose account is to be tied; none for a sign-in.
    tie: Option<AccountId>,
    next: String,
}

#[derive(Serialize, Deserialize)]
struct Half {
    account: AccountId,
    issuer: String,
    subject: String,
    next: String,
}

/// What a sign-in by a provider writes down.
pub(super) struct ProviderProof<'a> {
    /// The way there, where it is not used up yet.
    pub(super) spent: Option<&'a Spent>,
    /// The provider.
    pub(super) issuer: &'a str,
}

impl Accounts {
    /// The same with a provider.
    #[must_use]
    pub fn with_provider(self, provider: Provider) -> Self {
        Self {
            provider: Some(Arc::new(provider)),
            ..self
        }
    }

    /// The provider's host, where there is one.
    #[must_use]
    pub fn provider_host(&self) -> Option<&str> {
        self.provider.as_deref().map(Provider::host)
    }

    fn provider_here(&self) -> Result<(&Provider, &SealKey), ByProviderError> {
        let provider = self.provider.as_deref().ok_or(ByProviderError::None)?;
        let key = self.ceremonies.as_ref().ok_or(AccountsError::NoKeys)?;
        Ok((provider, key))
    }

    /// Begins a sign-in.
    pub async fn ask_provider(&self, next: &str) -> Result<Sent, ByProviderError> {
        self.send(None, next).await
    }

    async fn send(&self, tie: Option<AccountId>, next: &str) -> Result<Sent, ByProviderError> {
        let (provider, key) = self.provider_here()?;
        let now = self.clock.now();
        let (address, flow) = provider.begin(now).await?;
        let next = next.to_owned();
        let carried = ceremony::begin(key, WAY, now, &Way { flow, tie, next });
        Ok(Sent {
            address,
            carried: carried.map_err(AccountsError::from)?,
        })
    }

    /// The tie of a person's account.
    pub async fn tie_of(&self, person: &Account) -> Result<Option<Tie>, AccountsError> {
        let mut tx = self.office.0.begin_read("tie").await?;
        Ok(tie::of(&mut tx.conn(), person.id).await?)
    }

    /// Begins to tie the own account: a provider's word will be enough then, so password and code are asked for.
    pub async fn ask_tie(
        &self,
        person: &Account,
        current: String,
        code: &str,
    ) -> Result<Result<Sent, ByProviderError>, OwnError> {
        let attempt = self.confirm(person, current).await?;
        if let Some(step) = self.own_step(person, code).await? {
            let mut tx = self.office.0.begin_write("take a step").await?;
            if !totp::take(&mut tx.conn(), person.id, step).await? {
                return Err(OwnError::Refused);
            }
            tx.commit().await?;
        }
        self.throttle.succeed(&attempt.0);
        Ok(self.send(Some(person.id), "").await)
    }

    /// Unties the own account.
    pub async fn untie(&self, person: &Account, current: String) -> Result<(), OwnError> {
        let attempt = self.confirm(person, current).await?;
        self.throttle.undo(&attempt.0);
        let now = self.clock.now();
        let mut tx = self.office.0.begin_write("untie").await?;
        let mut conn = tx.conn();
        let found = tie::of(&mut conn, person.id).await?;
        let found = found.ok_or(OwnError::Changed)?;
        tie::delete(&mut conn, person.id).await?;
        let detail = json!({"provider": found.issuer});
        record(&mut conn, person, now, "untie_provider", detail).await?;
        Ok(tx.commit().await?)
    }

    /// The browser is back from the provider with a state and a code. `person` is who is signed in in it.
    pub async fn back_from_provider(
        &self,
        person: Option<&Account>,
        carried: &str,
        (state, code): (&str, &str),
        before: Option<&SessionToken>,
    ) -> Result<Back, ByProviderError> {
        let (provider, key) = self.provider_here()?;
        let now = self.clock.now();
        let brought = ceremony::bring::<Way>(key, WAY, now, carried);
        let brought = brought.ok_or(ByProviderError::Lost)?;
        let way = &brought.state;
        Provider::check(&way.flow, state, code)?;
        // Used up before the provider is asked: whatever it says, nobody asks it twice with one way.
        self.spend(&brought.spent).await?;
        let subject = provider.finish(now, &way.flow, code).await?;
        let found = match way.tie {
            Some(id) => {
                let person = person.filter(|person| person.id == id);
                let person = person.ok_or(ByProviderError::Lost)?;
                let tie = Tie {
                    issuer: provider.issuer().to_owned(),
                    subject,
                    account: id,
                    created_at: now,
                };
                return self.tie(person, &tie).await;
            }
            None => self.tied(provider.issuer(), &subject).await?,
        };
        let account = found.ok_or(ByProviderError::Untied)?;
        if account.disabled_at.is_some() {
            self.note_provider_refusal(&account, provider.issuer())
                .await?;
            return Err(ByProviderError::Closed);
        }
        if self.own(&account).await?.has_second {
            let half = Half {
                account: account.id,
                issuer: provider.issuer().to_owned(),
                subject,
                next: way.next.clone(),
            };
            let carried = ceremony::begin(key, CODE, now, &half);
            return Ok(Back::Code(carried.map_err(AccountsError::from)?));
        }
        let proof = ProviderProof {
            spent: None,
            issuer: provider.issuer(),
        };
        let begun = Begun {
            provider: Some(proof),
            ..Begun::after(before)
        };
        let token = self.settle(&account, &begun).await;
        let token = token.map_err(lost)?.ok_or(ByProviderError::Lost)?;
        let next = way.next.clone();
        Ok(Back::In {
            done: SignIn { account, token },
            next,
        })
    }

    /// The code of an app after the provider; throttled like a sign-in by password.
    pub async fn code_after_provider(
        &self,
        carried: &str,
        code: &str,
        before: Option<&SessionToken>,
    ) -> Result<(SignIn, String), SignInError> {
        let key = self.ceremonies.as_ref().ok_or(AccountsError::NoKeys)?;
        let now = self.clock.now();
        let brought = ceremony::bring::<Half>(key, CODE, now, carried);
        let brought = brought.ok_or(SignInError::Refused)?;
        let half = &brought.state;
        let account = {
            let tx = self.office.0.begin_read("find account").await;
            let mut tx = tx.map_err(AccountsError::from)?;
            let found = account::find(&mut tx.conn(), half.account).await;
            found.map_err(AccountsError::from)?
        };
        let account = account.filter(|account| account.disabled_at.is_none());
        let account = account.ok_or(SignInError::Refused)?;
        let tied = self.tied(&half.issuer, &half.subject).await;
        let tied = tied.map_err(AccountsError::from)?;
        if tied.is_none_or(|tied| tied.id != account.id) {
            return Err(SignInError::Refused);
        }
        let name = throttle_key(account.name.as_str());
        let begun = self.throttle.begin(&name, now);
        begun.map_err(|retry_after| SignInError::Throttled { retry_after })?;
        let step = match self.step(&account, code).await {
            Err(SignInError::Refused) => {
                self.record_refusal(&account).await?;
                return Err(SignInError::Refused);
            }
            // The second factor was removed meanwhile: then the provider is asked again, and says enough.
            step => Some(step?.ok_or(SignInError::Refused)?),
        };
        let proof = ProviderProof {
            spent: Some(&brought.spent),
            issuer: &half.issuer,
        };
        let begun = Begun {
            step,
            provider: Some(proof),
            ..Begun::after(before)
        };
        let token = match self.settle(&account, &begun).await {
            Err(AccountsError::Store(StoreError::Duplicate(_))) => None,
            settled => settled?,
        };
        let token = token.ok_or(SignInError::Refused)?;
        self.throttle.succeed(&name);
        Ok((SignIn { account, token }, half.next.clone()))
    }

    /// Whose account is tied to a subject.
    async fn tied(&self, issuer: &str, subject: &str) -> Result<Option<Account>, StoreError> {
        let mut tx = self.office.0.begin_read("find tie").await?;
        let mut conn = tx.conn();
        match tie::find(&mut conn, issuer, subject).await? {
            Some(tie) => account::find(&mut conn, tie.account).await,
            None => Ok(None),
        }
    }

    /// Uses the way up where it leads to another page first.
    async fn spend(&self, spent: &Spent) -> Result<(), ByProviderError> {
        let now = self.clock.now();
        let mut tx = self.office.0.begin_write("use a way up").await?;
        let used = spent.use_up(&mut tx.conn(), now).await;
        used.map_err(|error| lost(error.into()))?;
        Ok(tx.commit().await?)
    }

    async fn tie(&self, person: &Account, tie: &Tie) -> Result<Back, ByProviderError> {
        let mut done = self.tie_once(person, tie).await;
        for _ in 1..TRIES {
            match done {
                Err(ByProviderError::Internal(error)) if error.is_contention() => {
                    done = self.tie_once(person, tie).await;
                }
                settled => return settled,
            }
        }
        done
    }

    async fn tie_once(&self, person: &Account, tie: &Tie) -> Result<Back, ByProviderError> {
        let now = self.clock.now();
        let mut tx = self.office.0.begin_write("tie account").await?;
        let mut conn = tx.conn();
        if let Err(error) = tie::insert(&mut conn, tie).await {
            return Err(match error {
                StoreError::Duplicate(_) => ByProviderError::Taken,
                other => other.into(),
            });
        }
        let detail = json!({"provider": tie.issuer, "subject": tie.subject});
        record(&mut conn, person, now, "tie_provider", detail).await?;
        tx.commit().await?;
        Ok(Back::Tied)
    }

    async fn note_provider_refusal(
        &self,
        account: &Account,
        issuer: &str,
    ) -> Result<(), AccountsError> {
        let now = self.clock.now();
        let mut tx = self.office.0.begin_write("refuse provider").await?;
        let detail = json!({"disabled": account.disabled_at.is_some(), "provider": issuer});
        let entry = Entry {
            actor: "?".to_owned(),
            ..Entry::by_console(now, random()?, "refuse_sign_in", subject(account), detail)
        };
        audit::insert(&mut tx.conn(), &entry).await?;
        Ok(tx.commit().await?)
    }
}

/// What was used up already is lost.
fn lost(error: AccountsError) -> ByProviderError {
    match error {
        AccountsError::Store(StoreError::Duplicate(_)) => ByProviderError::Lost,
        other => ByProviderError::Internal(other),
    }
}
