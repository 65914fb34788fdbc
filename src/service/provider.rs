//! Another site that says who somebody is: OIDC, the authorization code with PKCE.
//!
//! For: [`super::accounts`]. Uses: `openidconnect`, [`super::outgoing`]. Promises: a word of the provider counts only when it
//! is signed with one of its keys by a public-key algorithm, for this instance, for this very sign-in (state, nonce, PKCE), and
//! has not ended; nothing but the subject is read from it; it is asked over https, or on this machine.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::DateTime;
use futures_util::future::BoxFuture;
use openidconnect::core::{
    CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm, CoreProviderMetadata,
};
use openidconnect::{
    AuthorizationCode, ClientId, ClientSecret, CsrfToken, DiscoveryError, IssuerUrl, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, TokenResponse as _,
};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;

use super::outgoing::{Outgoing, OutgoingError, is_allowed};
use crate::survey::time::Instant;

/// Where the provider sends people back to.
pub const BACK: &str = "/account/provider/back";
/// What is known of the provider is asked for again after this, before somebody is sent there.
const FRESH: Duration = Duration::from_mins(10);
/// And after this before a word of it is checked: keys may have changed.
const FRESH_KEYS: Duration = Duration::from_mins(1);
/// After a failure the provider is left alone for so long, and people are told at once.
const FAILED: Duration = Duration::from_secs(15);
/// Signatures that everybody can check and only the provider can make.
const SIGNATURES: [CoreJwsSigningAlgorithm; 6] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Why a provider cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadProvider {
    /// Neither https nor this machine.
    #[error("the issuer's address is neither https nor on this machine")]
    Issuer,
    /// The address of this instance cannot be the way back.
    #[error("the address of this instance cannot be the way back")]
    Back,
    /// TLS cannot be spoken.
    #[error(transparent)]
    Outgoing(#[from] OutgoingError),
}

/// Why the provider's word does not count.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It cannot be reached, or does not speak as it should.
    #[error("the provider cannot be reached or says nothing that can be read: {0}")]
    Away(String),
    /// It says no, or what it says does not hold.
    #[error("the provider's word does not hold: {0}")]
    Refused(String),
}

/// What has to come back.
#[derive(Serialize, Deserialize)]
pub(super) struct Flow {
    state: String,
    nonce: String,
    verifier: String,
}

/// A provider.
pub struct Provider {
    issuer: IssuerUrl,
    client: ClientId,
    secret: ClientSecret,
    back: RedirectUrl,
    outgoing: Outgoing,
    known: Mutex<Option<(Instant, Arc<CoreProviderMetadata>)>>,
    /// Held by the one who asks, so that the others wait for that answer; the last failure, with its time.
    asking: tokio::sync::Mutex<Option<(Instant, String)>>,
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

impl Provider {
    /// The provider of this issuer, which knows this instance by a name and a secret.
    pub fn new(
        issuer: &str,
        client: &str,
        secret: String,
        public_url: &str,
    ) -> Result<Self, BadProvider> {
        if !is_allowed(issuer, true) {
            return Err(BadProvider::Issuer);
        }
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|_| BadProvider::Issuer)?;
        let outgoing = Outgoing::new(issuer.url().scheme() == "http")?;
        let back = format!("{}{BACK}", public_url.trim_end_matches('/'));
        Ok(Self {
            issuer,
            client: ClientId::new(client.to_owned()),
            secret: ClientSecret::new(secret),
            back: RedirectUrl::new(back).map_err(|_| BadProvider::Back)?,
            outgoing,
            known: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
        })
    }

    /// The issuer, as accounts are tied to it.
    #[must_use]
    pub fn issuer(&self) -> &str {
        self.issuer.as_str()
    }

    /// The issuer's host, as people know it.
    #[must_use]
    pub fn host(&self) -> &str {
        self.issuer.url().host_str().unwrap_or_default()
    }

    /// What the provider says of itself, not older than this.
    async fn metadata(
        &self,
        now: Instant,
        fresh: Duration,
    ) -> Result<Arc<CoreProviderMetadata>, ProviderError> {
        if let Some(metadata) = self.known_since(now, fresh) {
            return Ok(metadata);
        }
        let mut failed = self.asking.lock().await;
        // Whoever held the place before has asked meanwhile.
        if let Some(metadata) = self.known_since(now, fresh) {
            return Ok(metadata);
        }
        // A failure may have come after this visitor did, who waited for it.
        if let Some((at, said)) = failed.as_ref()
            && now.since(*at).max(at.since(now)) < FAILED
        {
            return Err(ProviderError::Away(said.clone()));
        }
        let asked = self.discover().await.map(Arc::new);
        let asked = asked.map_err(|error| causes(&error));
        if let Ok(found) = &asked {
            *self.lock() = Some((now, found.clone()));
        }
        *failed = asked.as_ref().err().map(|said| (now, said.clone()));
        drop(failed);
        asked.map_err(ProviderError::Away)
    }

    fn lock(&self) -> MutexGuard<'_, Option<(Instant, Arc<CoreProviderMetadata>)>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known_since(&self, now: Instant, fresh: Duration) -> Option<Arc<CoreProviderMetadata>> {
        let known = self.lock().clone();
        let (since, metadata) = known?;
        (since <= now && now.since(since) < fresh).then_some(metadata)
    }

    /// Asks the provider what it says of itself. Boxed, because the library's future does not tell that it may move to
    /// another thread.
    fn discover(
        &self,
    ) -> BoxFuture<'_, Result<CoreProviderMetadata, DiscoveryError<OutgoingError>>> {
        Box::pin(CoreProviderMetadata::discover_async(
            self.issuer.clone(),
            &self.outgoing,
        ))
    }

    /// Begins: where to send the browser, and what has to come back.
    pub(super) async fn begin(&self, now: Instant) -> Result<(String, Flow), ProviderError> {
        let metadata = self.metadata(now, FRESH).await?;
        let secret = Some(self.secret.clone());
        let client =
            CoreClient::from_provider_metadata((*metadata).clone(), self.client.clone(), secret)
                .set_redirect_uri(self.back.clone());
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (address, state, nonce) = client
            .authorize_url(
                CoreAuthenticationFlow::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .set_pkce_challenge(challenge)
            .url();
        if !is_allowed(address.as_str(), self.issuer.url().scheme() == "http") {
            let said = "the page to sign in at is neither https nor on this machine";
            return Err(ProviderError::Away(said.to_owned()));
        }
        let flow = Flow {
            state: state.into_secret(),
            nonce: nonce.secret().clone(),
            verifier: verifier.into_secret(),
        };
        Ok((address.to_string(), flow))
    }

    /// Whether what came back answers what was asked, before anybody is asked about it.
    pub(super) fn check(flow: &Flow, state: &str, code: &str) -> Result<(), ProviderError> {
        let refused = |text: &str| Err(ProviderError::Refused(text.to_owned()));
        if !bool::from(state.as_bytes().ct_eq(flow.state.as_bytes())) {
            return refused("another state came back");
        }
        if code.is_empty() {
            return refused("no code came back");
        }
        Ok(())
    }

    /// Ends: the subject that the provider names, if all that came back holds.
    pub(super) async fn finish(
        &self,
        now: Instant,
        flow: &Flow,
        code: &str,
    ) -> Result<String, ProviderError> {
        let refused = |text: &str| ProviderError::Refused(text.to_owned());
        let metadata = self.metadata(now, FRESH_KEYS).await?;
        let secret = Some(self.secret.clone());
        let client =
            CoreClient::from_provider_metadata((*metadata).clone(), self.client.clone(), secret)
                .set_redirect_uri(self.back.clone());
        let request = client
            .exchange_code(AuthorizationCode::new(code.to_owned()))
            .map_err(|error| ProviderError::Away(error.to_string()))?
            .set_pkce_verifier(PkceCodeVerifier::new(flow.verifier.clone()));
        let asked: BoxFuture<'_, _> = Box::pin(request.request_async(&self.outgoing));
        let tokens = asked.await;
        let tokens = tokens.map_err(|error| match error {
            openidconnect::RequestTokenError::ServerResponse(said) => {
                ProviderError::Refused(said.to_string())
            }
            other => ProviderError::Away(causes(&other)),
        })?;
        let word = tokens.id_token();
        let word = word.ok_or_else(|| refused("there is no ID token"))?;
        let at = DateTime::from_timestamp_micros(now.micros());
        let at = at.ok_or_else(|| refused("the clock is out of range"))?;
        let verifier = client
            .id_token_verifier()
            .set_allowed_algs(SIGNATURES)
            .set_time_fn(move || at);
        let claims = word.claims(&verifier, &Nonce::new(flow.nonce.clone()));
        let claims = claims.map_err(|error| ProviderError::Refused(causes(&error)))?;
        Ok(claims.subject().as_str().to_owned())
    }
}

/// An error with its causes in one line.
fn causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
