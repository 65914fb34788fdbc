//! The kinds of refusal that the service may answer, by stable name.
//!
//! For: error pages here and problem documents of the interface for programs. Uses: status codes only.
//! Promises: a slug is never renamed or removed (a snapshot test holds them), and each has a title, an
//! explanation and a next step in every language under the keys that [`Problem::title_key`] and the other
//! two name.

use axum::http::StatusCode;

/// A kind of refusal: its slug is part of the address `/problems/<slug>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Problem {
    /// There is no such page, or the caller may not know of it.
    NotFound,
    /// The page exists, the method does not.
    MethodNotAllowed,
    /// The request cannot be read.
    Malformed,
    /// The request is larger than the page takes.
    TooLarge,
    /// A form of another kind than the page takes.
    UnsupportedForm,
    /// Values that break a rule; the form says which.
    Invalid,
    /// Something else has changed it in the meantime, or it is not in the state that this needs.
    Conflict,
    /// Only for people who have signed in.
    SignInNeeded,
    /// Signed in, but this is not theirs to do.
    Denied,
    /// The request came from another site's page.
    OtherSite,
    /// Too many tries in a short time.
    TooManyTries,
    /// The request took too long to arrive or to answer.
    TimedOut,
    /// More visitors than the service can take at this moment.
    Busy,
    /// Another program of the service does it.
    Elsewhere,
    /// A mistake of ours.
    Internal,
    /// No wave of that name.
    UnknownWave,
    /// The wave has not opened yet.
    NotYetOpen,
    /// The wave has closed.
    WaveClosed,
    /// The answers of this code are already in.
    AlreadyReceived,
}

impl Problem {
    /// All kinds, in the order of their status.
    pub const ALL: [Self; 19] = [
        Self::Malformed,
        Self::SignInNeeded,
        Self::Denied,
        Self::OtherSite,
        Self::NotYetOpen,
        Self::NotFound,
        Self::UnknownWave,
        Self::MethodNotAllowed,
        Self::TimedOut,
        Self::Conflict,
        Self::AlreadyReceived,
        Self::WaveClosed,
        Self::TooLarge,
        Self::UnsupportedForm,
        Self::Invalid,
        Self::TooManyTries,
        Self::Internal,
        Self::Busy,
        Self::Elsewhere,
    ];

    /// The stable name.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::Malformed => "malformed",
            Self::TooLarge => "too-large",
            Self::UnsupportedForm => "unsupported-form",
            Self::Invalid => "invalid",
            Self::Conflict => "conflict",
            Self::SignInNeeded => "sign-in-needed",
            Self::Denied => "denied",
            Self::OtherSite => "other-site",
            Self::TooManyTries => "too-many-tries",
            Self::TimedOut => "timed-out",
            Self::Busy => "busy",
            Self::Elsewhere => "elsewhere",
            Self::Internal => "internal",
            Self::UnknownWave => "unknown-wave",
            Self::NotYetOpen => "not-yet-open",
            Self::WaveClosed => "wave-closed",
            Self::AlreadyReceived => "already-received",
        }
    }

    /// The status of an answer of this kind.
    #[must_use]
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::SignInNeeded => StatusCode::UNAUTHORIZED,
            Self::Denied | Self::OtherSite | Self::NotYetOpen => StatusCode::FORBIDDEN,
            Self::NotFound | Self::UnknownWave => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::TimedOut => StatusCode::REQUEST_TIMEOUT,
            Self::Conflict | Self::AlreadyReceived => StatusCode::CONFLICT,
            Self::WaveClosed => StatusCode::GONE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedForm => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooManyTries => StatusCode::TOO_MANY_REQUESTS,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Busy | Self::Elsewhere => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The kind of an answer that some layer gave by its status alone.
    #[must_use]
    pub fn of_status(status: StatusCode) -> Self {
        let general = |problem: &Self| !matches!(problem, Self::NotYetOpen | Self::OtherSite);
        let same = Self::ALL
            .into_iter()
            .filter(general)
            .find(|p| p.status() == status);
        same.unwrap_or(if status.is_client_error() {
            Self::Malformed
        } else {
            Self::Internal
        })
    }

    /// The kind of a slug.
    #[must_use]
    pub fn of_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.slug() == slug)
    }

    /// Whether the cause is on our side, so that the visitor needs a number to report.
    #[must_use]
    pub const fn is_ours(self) -> bool {
        matches!(self, Self::Internal)
    }

    /// Key of the headline.
    #[must_use]
    pub fn title_key(self) -> String {
        format!("problem-{}-title", self.slug())
    }

    /// Key of the explanation.
    #[must_use]
    pub fn text_key(self) -> String {
        format!("problem-{}-text", self.slug())
    }

    /// Key of the next step.
    #[must_use]
    pub fn next_key(self) -> String {
        format!("problem-{}-next", self.slug())
    }
}

#[cfg(test)]
mod tests {
    use super::Problem;
    use crate::i18n::Lang;

    #[test]
    fn the_kinds_of_refusal_and_their_statuses_stay_as_published() {
        let list: Vec<String> = Problem::ALL
            .iter()
            .map(|p| format!("{} {}", p.status().as_u16(), p.slug()))
            .collect();
        insta::assert_snapshot!(list.join("\n"), @r"
        400 malformed
        401 sign-in-needed
        403 denied
        403 other-site
        403 not-yet-open
        404 not-found
        404 unknown-wave
        405 method-not-allowed
        408 timed-out
        409 conflict
        409 already-received
        410 wave-closed
        413 too-large
        415 unsupported-form
        422 invalid
        429 too-many-tries
        500 internal
        503 busy
        503 elsewhere
        ");
    }

    #[test]
    fn every_refusal_is_explained_with_a_next_step_in_every_language() {
        for problem in Problem::ALL {
            for lang in Lang::ALL {
                for key in [problem.title_key(), problem.text_key(), problem.next_key()] {
                    assert!(lang.has(&key), "{key} in {lang}");
                }
            }
        }
    }

    #[test]
    fn a_slug_and_a_status_lead_back_to_their_kind() {
        for problem in Problem::ALL {
            assert_eq!(Problem::of_slug(problem.slug()), Some(problem));
            assert_eq!(
                Problem::of_status(problem.status()).status(),
                problem.status()
            );
        }
        assert_eq!(Problem::of_slug("no-such"), None);
    }
}
