//! Files that a page gives to be saved.
//!
//! Promises: no cache keeps them; a browser saves them under their name and shows nothing of them.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, HeaderValue};
use axum::response::{IntoResponse, Response};

use super::error::WebError;

/// What is in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Csv,
    Xlsx,
    Xml,
    Toml,
    Sps,
    Zip,
}

impl Kind {
    pub(super) const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xml => "application/xml; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Toml => "application/toml; charset=utf-8",
            Self::Sps => "text/plain; charset=utf-8",
            Self::Zip => "application/zip",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Xml => "xml",
            Self::Toml => "toml",
            Self::Sps => "sps",
            Self::Zip => "zip",
        }
    }
}

/// A file to save; its name, of letters, digits and hyphens, is without the ending.
pub(super) fn download(
    kind: Kind,
    name: &str,
    content: impl Into<Body>,
) -> Result<Response, WebError> {
    let name = format!("attachment; filename=\"{name}.{}\"", kind.extension());
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind.media_type())),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_str(&name).map_err(WebError::internal)?,
        ),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, content.into()).into_response())
}
