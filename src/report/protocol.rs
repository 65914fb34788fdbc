//! What a verification found: a text to be hashed, and a page that an auditor can sign.
//!
//! Pure. For: `minyi verify` of a bundle. Promises: the text is the same on every machine and in every language, so that
//! its SHA-256 stands for what was found; each check says in words what it shows and what it cannot show.

use std::fmt::Write as _;

use askama::Template;
use sha2::{Digest as _, Sha256};

use crate::i18n::Lang;

/// What came of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It holds.
    Holds,
    /// It does not.
    Broken,
    /// It could not be made.
    Unchecked,
}

impl Outcome {
    /// The word of the text.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Broken => "broken",
            Self::Unchecked => "unchecked",
        }
    }

    /// The sign of the page, beside its word.
    const fn sign(self) -> &'static str {
        match self {
            Self::Holds => "✓",
            Self::Broken => "✕",
            Self::Unchecked => "–",
        }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its name: a word of the text, and the key of its sentences.
    pub check: &'static str,
    /// What came of it.
    pub outcome: Outcome,
    /// Numbers, or the first difference, in words of the documents.
    pub detail: String,
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protocol {
    /// The wave's name in addresses.
    pub wave: String,
    /// SHA-256 of the bundle's `SHA256SUMS`, hexadecimal.
    pub bundle: String,
    /// With the records: the auditors' bundle.
    pub with_records: bool,
    /// Program and version that computed the result.
    pub computed_by: String,
    /// Program and version that verified.
    pub verified_by: String,
    /// Every check, in order.
    pub findings: Vec<Finding>,
}

impl Protocol {
    /// The text that stands for what was found.
    #[must_use]
    pub fn text(&self) -> String {
        let kind = if self.with_records { "audit" } else { "public" };
        let mut text = format!(
            "minyi protocol 1\nwave {}\nbundle {kind} {}\ncomputed by {}\nverified by {}\n",
            self.wave, self.bundle, self.computed_by, self.verified_by
        );
        for finding in &self.findings {
            // writing to a String cannot fail
            let _ = write!(text, "{} {}", finding.check, finding.outcome.as_str());
            if !finding.detail.is_empty() {
                let _ = write!(text, " {}", finding.detail);
            }
            text.push('\n');
        }
        text
    }

    /// SHA-256 of the text, hexadecimal.
    #[must_use]
    pub fn digest(&self) -> String {
        hex::encode(Sha256::digest(self.text()))
    }

    /// Nothing that was checked is broken.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.findings
            .iter()
            .all(|finding| finding.outcome != Outcome::Broken)
    }

    /// One line a check, in words.
    #[must_use]
    pub fn lines(&self, lang: Lang) -> Vec<String> {
        let line = |finding: &Finding| {
            let row = Row::of(lang, finding);
            let detail = if row.detail.is_empty() {
                String::new()
            } else {
                format!(" ({})", row.detail)
            };
            format!("{} {}: {}{detail}", row.sign, row.title, row.word)
        };
        self.findings.iter().map(line).collect()
    }
}

/// A row of the page.
struct Row {
    sign: &'static str,
    word: String,
    class: &'static str,
    title: String,
    shows: String,
    cannot: String,
    detail: String,
}

impl Row {
    fn of(lang: Lang, finding: &Finding) -> Self {
        let check = finding.check.replace('_', "-");
        Self {
            sign: finding.outcome.sign(),
            word: lang.t(&format!("protocol-{}", finding.outcome.as_str())),
            class: finding.outcome.as_str(),
            title: lang.t(&format!("protocol-{check}")),
            shows: lang.t(&format!("protocol-{check}-shows")),
            cannot: lang.t(&format!("protocol-{check}-cannot")),
            detail: finding.detail.clone(),
        }
    }
}

#[derive(Template)]
#[template(path = "protocol.html")]
struct Sheet<'a> {
    lang: Lang,
    protocol: &'a Protocol,
    rows: Vec<Row>,
    text: String,
    digest: String,
}

impl Sheet<'_> {
    fn t(&self, key: &str) -> String {
        self.lang.t(key)
    }
}

/// The page: one file that needs nothing else, to be printed and signed.
pub fn page(lang: Lang, protocol: &Protocol) -> Result<String, askama::Error> {
    Sheet {
        lang,
        protocol,
        rows: protocol
            .findings
            .iter()
            .map(|finding| Row::of(lang, finding))
            .collect(),
        text: protocol.text(),
        digest: protocol.digest(),
    }
    .render()
}
