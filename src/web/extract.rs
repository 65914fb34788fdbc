//! Extractors whose refusals get the site's own error page.
//!
//! For: every handler; the linter bans the framework's originals. Uses: the originals. Promises: what
//! cannot be read ends in a [`WebError`], so that the visitor reads a sentence and finds a way on.

use axum::extract::rejection::{FormRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::error::WebError;
use super::problem::Problem;

/// Typed parts of the path. What does not parse is a page that does not exist.
#[derive(Debug, Clone, Copy)]
pub struct Path<T>(pub T);

/// Typed parts of the query.
#[derive(Debug, Clone, Copy)]
pub struct Query<T>(pub T);

/// A form's fields, URL-encoded.
#[derive(Debug, Clone)]
pub struct Form<T>(pub T);

#[expect(clippy::disallowed_types, reason = "this is the wrapper")]
impl<T, S> FromRequestParts<S> for Path<T>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, WebError> {
        let found = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        found
            .map(|path| Self(path.0))
            .map_err(|rejection| match rejection {
                PathRejection::FailedToDeserializePathParams(_) => Problem::NotFound.into(),
                other => WebError::internal(other.to_string()),
            })
    }
}

#[expect(clippy::disallowed_types, reason = "this is the wrapper")]
impl<T, S> FromRequestParts<S> for Query<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, WebError> {
        let found = axum::extract::Query::<T>::from_request_parts(parts, state).await;
        found
            .map(|query| Self(query.0))
            .map_err(|_: QueryRejection| Problem::Malformed.into())
    }
}

#[expect(clippy::disallowed_types, reason = "this is the wrapper")]
impl<T, S> FromRequest<S> for Form<T>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = WebError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebError> {
        let found = axum::Form::<T>::from_request(request, state).await;
        found
            .map(|form| Self(form.0))
            .map_err(|rejection| of_form(&rejection).into())
    }
}

fn of_form(rejection: &FormRejection) -> Problem {
    match rejection {
        FormRejection::InvalidFormContentType(_) => Problem::UnsupportedForm,
        FormRejection::BytesRejection(inner) if inner.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::TooLarge
        }
        _ => Problem::Malformed,
    }
}
