//! The one type that turns a refusal into an answer.
//!
//! For: every handler and extractor. Uses: [`Problem`]. Promises: an answer made here has a status, its
//! headers and an empty body; what is to be said travels as [`ErrorInfo`] in the response's extensions, and
//! the layer at the edge ([`super::page`]) says it in the visitor's language. An internal error shows a
//! request number and nothing else; its chain of causes is logged once, here.

use std::error::Error;
use std::time::Duration;

use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};

use super::problem::Problem;
use crate::service::app::Elsewhere;

/// Why a request is refused.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    /// A refusal that needs no data.
    #[error("refused: {}", .0.slug())]
    Refused(Problem),
    /// No room at this moment.
    #[error("no room for the request at this moment")]
    Busy {
        /// How long the caller should wait.
        retry_after: Duration,
    },
    /// It needs a store that another program of the service has.
    #[error("another program does this")]
    Elsewhere,
    /// A mistake of ours.
    #[error("internal error")]
    Internal(#[source] Box<dyn Error + Send + Sync>),
}

/// What the edge layer says about a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorInfo {
    /// The kind.
    pub problem: Problem,
    /// After how many seconds a repeat makes sense.
    pub retry_after: Option<u64>,
}

impl WebError {
    /// A mistake of ours with its cause; no mistake where the cause is that another program has the store.
    pub fn internal(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        let source = source.into();
        let mut cause: Option<&(dyn Error + 'static)> = Some(source.as_ref());
        while let Some(error) = cause {
            if error.is::<Elsewhere>() {
                return Self::Elsewhere;
            }
            cause = error.source();
        }
        Self::Internal(source)
    }

    /// Writes the refusal to the log: the chain of causes of a mistake of ours, else the kind.
    pub(super) fn log(&self) {
        if let Self::Internal(source) = self {
            tracing::error!(error = chain(source.as_ref()), "internal error");
        } else {
            tracing::debug!(problem = self.info().problem.slug(), "refused");
        }
    }

    const fn info(&self) -> ErrorInfo {
        match self {
            Self::Refused(problem) => ErrorInfo {
                problem: *problem,
                retry_after: None,
            },
            Self::Busy { retry_after } => {
                let seconds = retry_after.as_secs();
                let seconds = if seconds == 0 { 1 } else { seconds };
                ErrorInfo {
                    problem: Problem::Busy,
                    retry_after: Some(seconds),
                }
            }
            Self::Elsewhere => ErrorInfo {
                problem: Problem::Elsewhere,
                retry_after: None,
            },
            Self::Internal(_) => ErrorInfo {
                problem: Problem::Internal,
                retry_after: None,
            },
        }
    }
}

impl From<Problem> for WebError {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<askama::Error> for WebError {
    fn from(error: askama::Error) -> Self {
        Self::internal(error)
    }
}

impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let info = self.info();
        self.log();
        let mut response = info.problem.status().into_response();
        if let Some(seconds) = info.retry_after {
            response
                .headers_mut()
                .insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(info);
        response
    }
}

/// An error and its causes in one line, outermost first.
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_status_headers_and_no_body_of_its_own() {
        let response = WebError::Busy {
            retry_after: Duration::from_millis(200),
        }
        .into_response();
        assert_eq!(response.status().as_u16(), 503);
        assert_eq!(response.headers()[RETRY_AFTER], "1");
        let info = response.extensions().get::<ErrorInfo>();
        assert_eq!(info.map(|info| info.problem), Some(Problem::Busy));
    }

    #[test]
    fn a_store_of_another_program_is_no_mistake_of_ours() {
        use crate::service::app::{Store, StoreError};
        use crate::service::intake::IntakeError;
        use crate::service::waves::WaveError;
        let store = || StoreError::from(Elsewhere(Store::Urn));
        let told = [
            WebError::internal(store()),
            WebError::internal(WaveError::from(store())),
            WebError::internal(IntakeError::from(store())),
        ];
        for error in told {
            assert_eq!(error.info().problem, Problem::Elsewhere);
            assert_eq!(error.into_response().status().as_u16(), 503);
        }
        let missing = WebError::internal(StoreError::Missing("row"));
        assert_eq!(missing.info().problem, Problem::Internal);
    }

    #[test]
    fn the_causes_of_an_internal_error_are_joined_for_the_log() {
        let inner = std::io::Error::other("disk full");
        let outer = WebError::internal(inner);
        assert_eq!(chain(&outer), "internal error: disk full");
    }
}
