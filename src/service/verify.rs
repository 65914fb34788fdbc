//! A bundle verified offline: with nothing but its files, and the instance's key if somebody has it.
//!
//! For: `minyi verify FOLDER|ARCHIVE`. Uses: `ledger`, `survey`, `evaluation`, `report`. Promises: nothing in the bundle is believed
//! because it stands there; each check says what it compared; what cannot be checked is said to be unchecked and never counts as
//! holding; nothing is written and nothing is fetched.

mod bundle;
mod counts;
mod log;
mod published;
mod records;
mod seeds;

use ed25519_dalek::VerifyingKey;
use serde_json::Value;

pub use bundle::{Bundle, BundleError};

use self::log::Log;
use crate::ledger::cosignature::Cosigner;
use crate::report::protocol::{Finding, Outcome, Protocol};
use crate::service::close::SOFTWARE;

/// What a check found: its detail, a difference, or why it could not be made.
enum Verdict {
    Holds(String),
    Broken(String),
    Unchecked(String),
}

impl Verdict {
    fn holds(detail: &(impl ToString + ?Sized)) -> Self {
        Self::Holds(detail.to_string())
    }

    /// What is computed beside what is there.
    fn same(published: Option<&str>, computed: &str) -> Self {
        match published {
            None => Self::Unchecked("not told".to_owned()),
            Some(published) if published == computed => Self::holds(computed),
            Some(published) => Self::Broken(format!("{published}, not {computed}")),
        }
    }

    /// Nothing, or the first difference.
    fn of(difference: Option<String>, detail: &(impl ToString + ?Sized)) -> Self {
        difference.map_or_else(|| Self::holds(detail), Self::Broken)
    }
}

/// A document that is missing or unreadable breaks its check.
impl From<Result<Self, String>> for Verdict {
    fn from(found: Result<Self, String>) -> Self {
        found.unwrap_or_else(Self::Broken)
    }
}

/// Checks in the order in which they were made.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, check: &'static str, found: impl Into<Verdict>) {
        let (outcome, detail) = match found.into() {
            Verdict::Holds(detail) => (Outcome::Holds, detail),
            Verdict::Broken(detail) => (Outcome::Broken, detail),
            Verdict::Unchecked(detail) => (Outcome::Unchecked, detail),
        };
        // One line of the text is one check.
        let detail = detail.replace(['\n', '\r'], " ");
        self.0.push(Finding {
            check,
            outcome,
            detail,
        });
    }
}

/// What the verifier knows by a way of its own.
#[derive(Clone, Copy, Default)]
pub struct Known<'k> {
    /// The instance's key.
    pub key: Option<&'k VerifyingKey>,
    /// Witnesses of its logs.
    pub witnesses: &'k [Cosigner],
}

/// Everything that can be checked of a bundle with the instance's key alone.
#[must_use]
pub fn verify(bundle: &Bundle, key: Option<&VerifyingKey>) -> Protocol {
    let witnesses = &[];
    verify_with(bundle, &Known { key, witnesses })
}

/// Everything that can be checked of a bundle.
#[must_use]
pub fn verify_with(bundle: &Bundle, known: &Known<'_>) -> Protocol {
    let mut findings = Findings::default();
    findings.add(
        "checksums",
        bundle.sums().map(|files| Verdict::holds(&files)),
    );
    let log = Log::read(bundle);
    log::check(bundle, &log, known.key, &mut findings);
    published::check(bundle, &log, &mut findings);
    seeds::check(bundle, &log, known, &mut findings);
    if bundle.has_records() {
        records::check(bundle, &log, &mut findings);
    }
    let word = |document: Option<Value>, field: &str| {
        let value = document.as_ref().and_then(|value| value.get(field));
        let text = value.and_then(Value::as_str).unwrap_or("?");
        text.replace(['\n', '\r'], " ")
    };
    let figures = || bundle.json("figures.json").ok();
    Protocol {
        wave: word(figures(), "wave"),
        bundle: bundle.identity(),
        with_records: bundle.has_records(),
        computed_by: word(figures(), "software"),
        verified_by: SOFTWARE.to_owned(),
        findings: findings.0,
    }
}
