//! Style and script, embedded in the program.
//!
//! For: templates and the asset route. Uses: the files under `assets/`. Promises: an asset's address
//! contains the digest of its bytes, so it may be cached for ever.

use std::sync::LazyLock;

use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};

use super::error::WebError;
use super::extract::Path;
use super::problem::Problem;

const LOOK: &str = include_str!("../../assets/look.css");
const REPORT: &str = include_str!("../../assets/report.css");

/// A file that is served under an address of its own.
#[derive(Debug)]
pub(super) struct Asset {
    /// The address, with the digest of the bytes.
    pub(super) path: String,
    body: String,
}

/// The style sheet of all pages but the resident's.
pub(super) fn look() -> &'static Asset {
    static ASSET: LazyLock<Asset> = LazyLock::new(|| {
        let body = format!("{}\n{}", lean(LOOK), lean(REPORT));
        let digest = hex::encode(Sha256::digest(&body));
        Asset {
            path: format!("/assets/look.{}.css", digest.get(..12).unwrap_or(&digest)),
            body,
        }
    });
    &ASSET
}

/// Drops indentation, empty lines and lines that are comments. Enough, because compression does the rest;
/// the sources must not hold a string over several lines.
fn lean(source: &str) -> String {
    let kept = source.lines().map(str::trim).filter(|line| {
        let comment = line.starts_with("//") || (line.starts_with("/*") && line.ends_with("*/"));
        !line.is_empty() && !comment
    });
    kept.collect::<Vec<_>>().join("\n")
}

/// `GET /assets/{file}`.
pub(super) async fn get(Path(file): Path<String>) -> Result<Response, WebError> {
    let asset = look();
    if asset.path.strip_prefix("/assets/") != Some(file.as_str()) {
        return Err(Problem::NotFound.into());
    }
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/css; charset=utf-8"),
        ),
        (
            CACHE_CONTROL,
            HeaderValue::from_static("public, max-age=31536000, immutable"),
        ),
    ];
    Ok((headers, asset.body.as_str()).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_indentation_are_not_sent() {
        assert_eq!(
            lean("/* a */\n  b {\n    c: d;\n  }\n\n// e\n"),
            "b {\nc: d;\n}"
        );
    }
}
