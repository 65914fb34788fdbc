//! Style and script, embedded in the program.
//!
//! For: templates and the asset route. Uses: the files under `assets/`. Promises: an asset's address
//! contains the digest of its bytes, so it may be cached for ever; the resident's page carries its style
//! and script in the document itself, allowed by digest in its security policy, so that the first visit is
//! one request.

use std::sync::LazyLock;

use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha2::{Digest as _, Sha256};

use super::error::WebError;
use super::extract::Path;
use super::problem::Problem;
use crate::report::cards::STYLE;

const LOOK: &str = include_str!("../../assets/look.css");
const REPORT: &str = include_str!("../../assets/report.css");
const STAFF: &str = include_str!("../../assets/staff.css");
const STAFF_SCRIPT: &str = include_str!("../../assets/staff.js");
const CHECK_SCRIPT: &str = include_str!("../../assets/check.js");
const SIGN_IN_SCRIPT: &str = include_str!("../../assets/sign-in.js");
const RESPOND_STYLE: &str = include_str!("../../assets/respond.css");
const RESPOND_SCRIPT: &str = include_str!("../../assets/respond.js");
const BLIND_SCRIPT: &str = include_str!("../../assets/blind.js");
const CHALLENGE_SCRIPT: &str = include_str!("../../assets/challenge.js");

/// A file that is served under an address of its own.
#[derive(Debug)]
pub(super) struct Asset {
    /// The address, with the digest of the bytes.
    pub(super) path: String,
    kind: &'static str,
    body: String,
}

/// What the resident's page carries in the document.
#[derive(Debug)]
pub(super) struct Inline {
    /// The style, without comments and indentation.
    pub(super) style: String,
    /// The script, likewise.
    pub(super) script: String,
    /// The page's security policy, which allows these two by their digests and nothing else.
    pub(super) policy: HeaderValue,
}

/// The style sheet of all pages but the resident's.
pub(super) fn look() -> &'static Asset {
    static ASSET: LazyLock<Asset> = LazyLock::new(|| {
        let body = [LOOK, REPORT, STAFF].map(lean).join("\n");
        Asset::new("look", "css", "text/css; charset=utf-8", body)
    });
    &ASSET
}

/// The script of the staff's pages.
pub(super) fn staff() -> &'static Asset {
    static ASSET: LazyLock<Asset> = LazyLock::new(|| {
        let body = lean(STAFF_SCRIPT);
        Asset::new("staff", "js", "text/javascript; charset=utf-8", body)
    });
    &ASSET
}

/// The script of the ways in: what stands in the address of the first link, passkeys.
pub(super) fn sign_in() -> &'static Asset {
    static ASSET: LazyLock<Asset> = LazyLock::new(|| {
        let body = lean(SIGN_IN_SCRIPT);
        Asset::new("sign-in", "js", "text/javascript; charset=utf-8", body)
    });
    &ASSET
}

/// The script that looks a receipt up.
pub(super) fn check() -> &'static Asset {
    static ASSET: LazyLock<Asset> = LazyLock::new(|| {
        let body = lean(CHECK_SCRIPT);
        Asset::new("check", "js", "text/javascript; charset=utf-8", body)
    });
    &ASSET
}

/// The script that sends a resident's code and answers apart; loaded when they are sent.
pub(super) fn blind() -> &'static Asset {
    static ASSET: LazyLock<Asset> = LazyLock::new(|| {
        let body = lean(BLIND_SCRIPT);
        Asset::new("blind", "js", "text/javascript; charset=utf-8", body)
    });
    &ASSET
}

/// The script with which a resident tries the service before sending; loaded when that is asked for.
pub(super) fn challenge() -> &'static Asset {
    static ASSET: LazyLock<Asset> = LazyLock::new(|| {
        let body = lean(CHALLENGE_SCRIPT);
        Asset::new("challenge", "js", "text/javascript; charset=utf-8", body)
    });
    &ASSET
}

impl Asset {
    fn new(name: &str, extension: &str, kind: &'static str, body: String) -> Self {
        let digest = hex::encode(Sha256::digest(&body));
        let short = digest.get(..12).unwrap_or(&digest);
        Self {
            path: format!("/assets/{name}.{short}.{extension}"),
            kind,
            body,
        }
    }
}

/// Style, script and policy of the resident's page.
pub(super) fn respond() -> &'static Inline {
    static INLINE: LazyLock<Inline> = LazyLock::new(|| {
        // The script that sends comes from an address of its own.
        let rest =
            "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
        inline(" 'self'", rest)
    });
    &INLINE
}

/// The same for a page that is only looked at: it stands in a frame of the editor, and nothing can be sent from it.
pub(super) fn preview() -> &'static Inline {
    static INLINE: LazyLock<Inline> = LazyLock::new(|| {
        inline(
            "",
            "form-action 'none'; base-uri 'none'; frame-ancestors 'self'",
        )
    });
    &INLINE
}

/// Style and script of the resident's page, and a policy that allows them and the rest.
fn inline(scripts: &str, rest: &str) -> Inline {
    let (style, script) = (
        lean(&format!("{LOOK}\n{RESPOND_STYLE}")),
        lean(RESPOND_SCRIPT),
    );
    let digest = |text: &str| STANDARD.encode(Sha256::digest(text));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'{scripts}; img-src data:; {rest}",
        digest(&style),
        digest(&script)
    );
    let policy = HeaderValue::from_str(&policy);
    // Base64 and the words above are always a header value; the stricter policy is a safe answer.
    let policy = policy.unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"));
    Inline {
        style,
        script,
        policy,
    }
}

/// The security policy of pages to print, which carry their style and load nothing.
pub(super) fn print_policy() -> &'static HeaderValue {
    static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
        let digest = STANDARD.encode(Sha256::digest(STYLE));
        let policy = format!(
            "default-src 'none'; style-src 'sha256-{digest}'; img-src data:; form-action 'none'; \
             base-uri 'none'; frame-ancestors 'none'"
        );
        let policy = HeaderValue::from_str(&policy);
        policy.unwrap_or_else(|_| HeaderValue::from_static("default-src 'none'"))
    });
    &POLICY
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
    let all = [look(), staff(), sign_in(), check(), blind(), challenge()];
    let found = all
        .into_iter()
        .find(|asset| asset.path.strip_prefix("/assets/") == Some(file.as_str()));
    let asset = found.ok_or(Problem::NotFound)?;
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(asset.kind)),
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
    fn the_policy_allows_exactly_the_bytes_that_the_page_carries() {
        let inline = respond();
        let policy = inline.policy.to_str().unwrap();
        for text in [&inline.style, &inline.script] {
            assert!(
                policy.contains(&STANDARD.encode(Sha256::digest(text))),
                "{policy}"
            );
        }
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"));
    }

    #[test]
    fn the_script_ends_no_element_early() {
        assert!(!respond().script.contains("</") && !respond().style.contains("</"));
    }

    #[test]
    fn comments_and_indentation_are_not_sent() {
        assert_eq!(
            lean("/* a */\n  b {\n    c: d;\n  }\n\n// e\n"),
            "b {\nc: d;\n}"
        );
    }
}
