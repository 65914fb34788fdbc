//! For whom a program speaks: `Authorization: Bearer`.
//!
//! Promises: no cookie is read; a token that is not good is 401 and says so in `WWW-Authenticate` (RFC 6750), one without the scope is
//! 403; what is answered to a token is kept by no cache.

use axum::extract::FromRequestParts;
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE,
};
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use crate::service::app::App;
use crate::survey::account::Account;
use crate::survey::scope::Scope;
use crate::web::error::WebError;
use crate::web::problem::Problem;

/// Whoever a program speaks for, with what its token may.
#[derive(Debug, Clone)]
pub(in crate::web) struct Bearer {
    account: Account,
    scopes: Vec<Scope>,
}

impl Bearer {
    /// The account, if the token has this scope.
    pub(super) fn with(self, scope: Scope) -> Result<Account, WebError> {
        if self.scopes.contains(&scope) {
            Ok(self.account)
        } else {
            Err(Problem::Denied.into())
        }
    }
}

impl FromRequestParts<App> for Bearer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let sent = parts.headers.get(AUTHORIZATION);
        let sent = sent.and_then(|value| value.to_str().ok());
        let secret = sent.and_then(|text| {
            let (scheme, secret) = text.split_once(' ')?;
            scheme
                .eq_ignore_ascii_case("bearer")
                .then_some(secret.trim())
        });
        let Some(secret) = secret else {
            return Err(refused("Bearer"));
        };
        match app.accounts.bearer(secret).await {
            Ok(Some((account, scopes))) => Ok(Self { account, scopes }),
            Ok(None) => Err(refused("Bearer error=\"invalid_token\"")),
            Err(error) => Err(WebError::internal(error).into_response()),
        }
    }
}

fn refused(challenge: &'static str) -> Response {
    let mut response = WebError::from(Problem::SignInNeeded).into_response();
    let challenge = HeaderValue::from_static(challenge);
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}

/// A document for one program.
pub(super) fn private<T: Serialize>(document: &T) -> Response {
    match serde_json::to_vec(document) {
        Ok(bytes) => {
            let headers = [
                (CACHE_CONTROL, "private, no-store"),
                (CONTENT_TYPE, "application/json"),
            ];
            (headers, bytes).into_response()
        }
        Err(error) => WebError::internal(error).into_response(),
    }
}
