//! Passkeys: a device that proves who somebody is, with a finger, a face or a number that stays on it.
//!
//! For: the sign-in and the own account. Uses: `webauthn-rs`. Promises: a passkey is found by the device and asks its owner
//! (discoverable, user verification), so that it stands for password and second factor both; it is good at the instance's
//! public address alone; a challenge is good once and for five minutes; a counter that does not move on is refused and written
//! down, as a device may have been copied; failures are throttled under the account's name like those of passwords.

use std::sync::Arc;

use serde_json::{Value, json};
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential, Url, WebauthnError,
};
use webauthn_rs::{Webauthn, WebauthnBuilder};

use super::own::OwnError;
use super::{
    Accounts, AccountsError, Begun, SessionToken, SignIn, SignInError, TRIES, random, record,
    subject, throttle_key,
};
use crate::ledger::seal::SealKey;
use crate::service::ceremony::{self, Brought};
use crate::storage::StoreError;
use crate::storage::office::passkey::{self, Kept};
use crate::storage::office::{account, audit, totp};
use crate::survey::account::Account;
use crate::survey::audit::Entry;
use crate::survey::ids::AccountId;

/// Longest name of a passkey, in characters.
pub const LONGEST_NAME: usize = 64;
/// Passkeys that an account may have: the challenge of a new one names all of them and has to fit into a cookie.
pub const MOST_PASSKEYS: usize = 10;
/// What a challenge of the sign-in is for.
const SIGN_IN: &[u8] = b"passkey sign-in";

/// A question to a browser: what it asks the device, and what it brings back with the answer.
#[derive(Debug)]
pub struct Question {
    /// Options of `navigator.credentials`, with bytes as base64url.
    pub options: Value,
    /// For the browser's cookie.
    pub carried: String,
}

/// A passkey that is to be added.
#[derive(Debug)]
pub struct NewPasskey<'a> {
    /// What its owner calls it.
    pub name: &'a str,
    /// What the browser carried.
    pub carried: &'a str,
    /// What the device answered, as JSON.
    pub answer: &'a str,
    /// Of an app, where the account has one.
    pub code: &'a str,
}

/// What became of a new passkey.
enum Added {
    Kept,
    /// The code of the app was used before.
    CodeUsed,
    Full,
}

/// What takes passkeys at this address; none where browsers have none.
pub(super) fn at(public_url: &str) -> Option<Arc<Webauthn>> {
    let url = Url::parse(public_url).ok()?;
    let host = url.domain()?;
    let builder = WebauthnBuilder::new(host, &url).ok()?;
    // On this machine itself the port is whatever is free.
    let builder = builder.allow_any_port(host == "localhost").rp_name("Minyi");
    builder.build().ok().map(Arc::new)
}

fn for_account(id: AccountId) -> Vec<u8> {
    [b"passkey of ".as_slice(), id.as_bytes()].concat()
}

impl Accounts {
    fn passkeys_here(&self) -> Option<(&Webauthn, &SealKey)> {
        Some((self.passkeys.as_deref()?, self.ceremonies.as_ref()?))
    }

    /// Whether browsers have passkeys for this instance's address.
    #[must_use]
    pub fn takes_passkeys(&self) -> bool {
        self.passkeys_here().is_some()
    }

    /// The passkeys of a person.
    pub async fn passkeys_of(&self, person: &Account) -> Result<Vec<Kept>, AccountsError> {
        let mut tx = self.office.0.begin_read("passkeys").await?;
        Ok(passkey::of(&mut tx.conn(), person.id).await?)
    }

    /// Begins to add a passkey; nothing where there are none at this address.
    pub async fn ask_new_passkey(
        &self,
        person: &Account,
    ) -> Result<Option<Question>, AccountsError> {
        let Some((webauthn, key)) = self.passkeys_here() else {
            return Ok(None);
        };
        let known = self.passkeys_of(person).await?;
        let known = known
            .into_iter()
            .map(|kept| CredentialID::from(kept.credential));
        let name = person.name.as_str();
        let asked = webauthn.start_passkey_registration(
            person.id.uuid(),
            name,
            name,
            Some(known.collect()),
        );
        let (options, state) = asked.map_err(AccountsError::Passkey)?;
        let mut options = serde_json::to_value(options).map_err(AccountsError::Document)?;
        // Found by the device itself, so that nobody types a name; the answer is checked the same way.
        if let Some(selection) = options.pointer_mut("/publicKey/authenticatorSelection") {
            selection["residentKey"] = json!("required");
            selection["requireResidentKey"] = json!(true);
        }
        let purpose = for_account(person.id);
        let carried = ceremony::begin(key, &purpose, self.clock.now(), &state)?;
        Ok(Some(Question { options, carried }))
    }

    /// Adds a passkey: from now on it is enough to sign in, so password and code are asked for once more.
    pub async fn add_passkey(
        &self,
        person: &Account,
        current: String,
        new: &NewPasskey<'_>,
    ) -> Result<(), OwnError> {
        let (webauthn, key) = self.passkeys_here().ok_or(OwnError::Passkey)?;
        let name = new.name.trim();
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            return Err(OwnError::PasskeyName);
        }
        let attempt = self.confirm(person, current).await?;
        let step = self.own_step(person, new.code).await?;
        self.throttle.succeed(&attempt.0);
        let (now, purpose) = (self.clock.now(), for_account(person.id));
        let brought = ceremony::bring::<PasskeyRegistration>(key, &purpose, now, new.carried);
        let brought = brought.ok_or(OwnError::Passkey)?;
        let answer: RegisterPublicKeyCredential =
            serde_json::from_str(new.answer).map_err(|_| OwnError::Passkey)?;
        let made = webauthn.finish_passkey_registration(&answer, &brought.state);
        let made = made.map_err(|_| OwnError::Passkey)?;
        let kept = Kept {
            credential: made.cred_id().clone(),
            account: person.id,
            name: name.to_owned(),
            document: serde_json::to_string(&made).map_err(AccountsError::Document)?,
            created_at: now,
            used_at: None,
        };
        let mut done = self.keep_passkey(person, &brought, &kept, step).await;
        for _ in 1..TRIES {
            match done {
                Err(error) if error.is_contention() => {
                    done = self.keep_passkey(person, &brought, &kept, step).await;
                }
                settled => {
                    done = settled;
                    break;
                }
            }
        }
        match done {
            Ok(Added::Kept) => Ok(()),
            Ok(Added::Full) => Err(OwnError::PasskeysFull),
            // A challenge that was used, or a credential that somebody has.
            Err(AccountsError::Store(StoreError::Duplicate(_))) => Err(OwnError::Passkey),
            Ok(Added::CodeUsed) => Err(OwnError::Refused),
            Err(error) => Err(error.into()),
        }
    }

    async fn keep_passkey(
        &self,
        person: &Account,
        brought: &Brought<PasskeyRegistration>,
        kept: &Kept,
        step: Option<u64>,
    ) -> Result<Added, AccountsError> {
        let now = self.clock.now();
        let mut tx = self.office.0.begin_write("add passkey").await?;
        let mut conn = tx.conn();
        brought.spent.use_up(&mut conn, now).await?;
        if let Some(step) = step
            && !totp::take(&mut conn, person.id, step).await?
        {
            return Ok(Added::CodeUsed);
        }
        if passkey::of(&mut conn, person.id).await?.len() >= MOST_PASSKEYS {
            return Ok(Added::Full);
        }
        passkey::insert(&mut conn, kept).await?;
        let detail = json!({"passkey": kept.name});
        record(&mut conn, person, now, "add_passkey", detail).await?;
        tx.commit().await?;
        Ok(Added::Kept)
    }

    /// Removes a passkey of the own account. The password stays, so nobody is locked out by it.
    pub async fn remove_passkey(
        &self,
        person: &Account,
        current: String,
        credential: &[u8],
    ) -> Result<(), OwnError> {
        let attempt = self.confirm(person, current).await?;
        self.throttle.undo(&attempt.0);
        let now = self.clock.now();
        let mut tx = self.office.0.begin_write("remove passkey").await?;
        let mut conn = tx.conn();
        let found = passkey::find(&mut conn, credential).await?;
        let found = found.filter(|kept| kept.account == person.id);
        let found = found.ok_or(OwnError::Changed)?;
        if !passkey::delete(&mut conn, person.id, credential).await? {
            return Err(OwnError::Changed);
        }
        let detail = json!({"passkey": found.name});
        record(&mut conn, person, now, "remove_passkey", detail).await?;
        Ok(tx.commit().await?)
    }

    /// Begins a sign-in by whichever passkey the browser finds; nothing where there are none at this address.
    pub fn ask_passkey(&self) -> Result<Option<Question>, AccountsError> {
        let Some((webauthn, key)) = self.passkeys_here() else {
            return Ok(None);
        };
        let asked = webauthn.start_discoverable_authentication();
        let (options, state) = asked.map_err(AccountsError::Passkey)?;
        let options = serde_json::to_value(options).map_err(AccountsError::Document)?;
        let carried = ceremony::begin(key, SIGN_IN, self.clock.now(), &state)?;
        Ok(Some(Question { options, carried }))
    }

    /// Signs in whoever the passkey belongs to, without password or code, and ends the session that the browser had.
    pub async fn sign_in_with_passkey(
        &self,
        carried: &str,
        answer: &str,
        before: Option<&SessionToken>,
    ) -> Result<SignIn, SignInError> {
        let (webauthn, key) = self.passkeys_here().ok_or(SignInError::Refused)?;
        let now = self.clock.now();
        let brought = ceremony::bring::<DiscoverableAuthentication>(key, SIGN_IN, now, carried);
        let brought = brought.ok_or(SignInError::Refused)?;
        let answer: PublicKeyCredential =
            serde_json::from_str(answer).map_err(|_| SignInError::Refused)?;
        let named = webauthn.identify_discoverable_authentication(&answer);
        let (owner, credential) = named.map_err(|_| SignInError::Refused)?;
        let owner = AccountId::from_uuid(owner);
        let (kept, account) = self.owner(owner, credential).await?;
        let throttled = throttle_key(account.name.as_str());
        let begun = self.throttle.begin(&throttled, now);
        begun.map_err(|retry_after| SignInError::Throttled { retry_after })?;
        let mut stored: Passkey =
            serde_json::from_str(&kept.document).map_err(AccountsError::Document)?;
        let checked = webauthn.finish_discoverable_authentication_v2(
            &answer,
            brought.state.clone(),
            DiscoverableKey::from(&stored),
        );
        let checked = match checked {
            Ok(checked) if checked.user_verified() && account.disabled_at.is_none() => checked,
            refused => {
                let copied = matches!(refused, Err(WebauthnError::CredentialPossibleCompromise));
                self.record_passkey_refusal(&account, &kept, copied).await?;
                return Err(SignInError::Refused);
            }
        };
        let _ = stored.update_credential(&checked);
        let document = serde_json::to_string(&stored).map_err(AccountsError::Document)?;
        let proof = PasskeyProof {
            brought: &brought,
            kept: &kept,
            document: &document,
        };
        let begun = Begun {
            passkey: Some(proof),
            ..Begun::after(before)
        };
        let token = match self.settle(&account, &begun).await {
            Err(AccountsError::Store(StoreError::Duplicate(_))) => None,
            settled => settled?,
        };
        let token = token.ok_or(SignInError::Refused)?;
        self.throttle.succeed(&throttled);
        Ok(SignIn { account, token })
    }

    /// The passkey of a credential, and its owner, who must be the one that the device names.
    async fn owner(
        &self,
        owner: AccountId,
        credential: &[u8],
    ) -> Result<(Kept, Account), SignInError> {
        let found = async {
            let mut tx = self.office.0.begin_read("find passkey").await?;
            let mut conn = tx.conn();
            let Some(kept) = passkey::find(&mut conn, credential).await? else {
                return Ok(None);
            };
            let account = account::find(&mut conn, kept.account).await?;
            Ok::<_, StoreError>(account.map(|account| (kept, account)))
        };
        let found = found.await.map_err(AccountsError::from)?;
        found
            .filter(|(_, account)| account.id == owner)
            .ok_or(SignInError::Refused)
    }

    async fn record_passkey_refusal(
        &self,
        account: &Account,
        kept: &Kept,
        copied: bool,
    ) -> Result<(), AccountsError> {
        let now = self.clock.now();
        let mut tx = self.office.0.begin_write("refuse passkey").await?;
        let detail = json!({
            "disabled": account.disabled_at.is_some(),
            "passkey": kept.name,
            "counter_went_back": copied,
        });
        let entry = Entry {
            actor: "?".to_owned(),
            ..Entry::by_console(now, random()?, "refuse_sign_in", subject(account), detail)
        };
        audit::insert(&mut tx.conn(), &entry).await?;
        Ok(tx.commit().await?)
    }
}

/// What a sign-in by passkey writes down.
pub(super) struct PasskeyProof<'a> {
    /// The challenge.
    pub(super) brought: &'a Brought<DiscoverableAuthentication>,
    /// The passkey as it was read.
    pub(super) kept: &'a Kept,
    /// The passkey with its new counter.
    pub(super) document: &'a str,
}
