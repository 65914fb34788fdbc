//! Forms with a file.
//!
//! For: pages that take one. Uses: the framework's reader. Promises: as the other extractors; a file is read into
//! memory up to the limit of its route, and a name that a browser sent is only ever shown.

use std::collections::BTreeMap;

use axum::extract::multipart::MultipartError;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;

use super::error::WebError;
use super::problem::Problem;

/// Longest name of a file that is kept, in characters.
const LONGEST_NAME: usize = 120;

/// Fields and file of a form.
#[derive(Debug, Default)]
pub(super) struct Multipart {
    fields: BTreeMap<String, String>,
    /// The file, if one was chosen.
    pub(super) file: Option<SentFile>,
}

/// A file as a browser sends it.
#[derive(Debug)]
pub(super) struct SentFile {
    /// What it is called on the sender's machine.
    pub(super) name: String,
    /// Its bytes.
    pub(super) bytes: Vec<u8>,
}

impl Multipart {
    /// What was typed into a field, without white space around it; empty if there is none.
    pub(super) fn text(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |text| text.trim())
    }
}

impl<S: Send + Sync> FromRequest<S> for Multipart {
    type Rejection = WebError;

    async fn from_request(request: Request, state: &S) -> Result<Self, WebError> {
        let parts = axum::extract::Multipart::from_request(request, state).await;
        let mut parts = parts.map_err(|_| Problem::UnsupportedForm)?;
        let mut read = Self::default();
        while let Some(part) = parts.next_field().await.map_err(refused)? {
            let Some(name) = part.name().map(str::to_owned) else {
                continue;
            };
            match part.file_name().map(str::to_owned) {
                None => {
                    let text = part.text().await.map_err(refused)?;
                    read.fields.insert(name, text);
                }
                Some(file) => {
                    let bytes = part.bytes().await.map_err(refused)?;
                    // A browser sends an unnamed, empty file where none was chosen.
                    if !file.is_empty() || !bytes.is_empty() {
                        read.file = Some(SentFile {
                            name: file.chars().take(LONGEST_NAME).collect(),
                            bytes: bytes.into(),
                        });
                    }
                }
            }
        }
        Ok(read)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "an error is handed over")]
fn refused(error: MultipartError) -> WebError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::TooLarge.into(),
        _ => Problem::Malformed.into(),
    }
}
