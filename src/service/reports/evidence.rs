//! Files that stand behind a value: a short list of kinds, known by their first bytes and their ending alike.
//!
//! Promises: a file is kept as it was sent, under the SHA-256 of its content; it is never shown, only saved.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{ReportError, asked, reach, subject};
use crate::service::app::App;
use crate::service::keys::random;
use crate::storage::StoreError;
use crate::storage::office::audit;
use crate::storage::office::evidence::{self, Evidence};
use crate::survey::account::Account;
use crate::survey::audit::Entry;
use crate::survey::role::Action;

/// Largest file, in bytes.
pub const LARGEST: usize = 10 * 1024 * 1024;

/// Files of one value at most: they go into every backup.
const MOST: usize = 10;

/// Kinds of files that are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A document.
    Pdf,
    /// A picture.
    Png,
    /// A photograph.
    Jpeg,
    /// A workbook.
    Xlsx,
    /// A table as text.
    Csv,
}

/// Why a file is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceProblem {
    /// Nothing was chosen, or the file is empty.
    Empty,
    /// Larger than [`LARGEST`].
    TooLarge,
    /// The ending is not on the list.
    Ending,
    /// The content is not what the ending says.
    Content,
    /// The value has this file already.
    Again,
    /// The value has as many files as it may.
    TooMany,
}

impl EvidenceProblem {
    /// The code, for sentences by key.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLarge => "too-large",
            Self::Ending => "ending",
            Self::Content => "content",
            Self::Again => "again",
            Self::TooMany => "too-many",
        }
    }
}

impl FileKind {
    const ALL: [Self; 5] = [Self::Pdf, Self::Png, Self::Jpeg, Self::Xlsx, Self::Csv];

    /// The word that stores use, and the ending under which it is saved.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pdf => "pdf",
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Xlsx => "xlsx",
            Self::Csv => "csv",
        }
    }

    /// What a browser is told that it is.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    /// The kind that name and content agree on.
    pub fn of(name: &str, content: &[u8]) -> Result<Self, EvidenceProblem> {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        let kind = match ending.to_ascii_lowercase().as_str() {
            "pdf" => Self::Pdf,
            "png" => Self::Png,
            "jpg" | "jpeg" => Self::Jpeg,
            "xlsx" => Self::Xlsx,
            "csv" => Self::Csv,
            _ => return Err(EvidenceProblem::Ending),
        };
        let fits = match kind {
            Self::Pdf => content.starts_with(b"%PDF-"),
            Self::Png => content.starts_with(b"\x89PNG\r\n\x1a\n"),
            Self::Jpeg => content.starts_with(b"\xff\xd8\xff"),
            // A workbook is an archive with a part of this name.
            Self::Xlsx => {
                content.starts_with(b"PK\x03\x04") && content.windows(3).any(|part| part == b"xl/")
            }
            Self::Csv => std::str::from_utf8(content).is_ok() && !content.contains(&0),
        };
        if fits {
            Ok(kind)
        } else {
            Err(EvidenceProblem::Content)
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Keeps a file behind a value of the reporter's county.
pub async fn add_evidence(
    app: &App,
    person: &Account,
    (county, year): (&str, i32),
    indicator: &str,
    (name, content): (&str, Vec<u8>),
) -> Result<(), ReportError> {
    if !person.may(Action::ReportIndicators) {
        return Err(ReportError::Denied);
    }
    let mut tx = app.office.0.begin_write("add evidence").await?;
    let mut conn = tx.conn();
    let standard = reach(app, &mut conn, person, (county, year)).await?;
    if !asked(&standard, county).contains_key(indicator) {
        return Err(ReportError::Unknown);
    }
    let kind = check(name, &content).map_err(ReportError::File)?;
    let there = evidence::list(&mut conn, county, year).await?;
    if there
        .iter()
        .filter(|one| one.indicator == indicator)
        .count()
        >= MOST
    {
        return Err(ReportError::File(EvidenceProblem::TooMany));
    }
    let now = app.clock.now();
    let kept = Evidence {
        county: county.to_owned(),
        year,
        indicator: indicator.to_owned(),
        digest: Sha256::digest(&content).into(),
        kind: kind.as_str().to_owned(),
        file_name: name.to_owned(),
        added_by: person.id,
        added_at: now,
    };
    match evidence::insert(&mut conn, &kept, content).await {
        Err(StoreError::Duplicate(_)) => return Err(ReportError::File(EvidenceProblem::Again)),
        done => done?,
    }
    let detail = json!({"sha256": hex::encode(kept.digest), "kind": kept.kind});
    let about = subject(county, year, indicator);
    let entry = Entry::by(person, now, random()?, "add_evidence", about, detail);
    audit::insert(&mut conn, &entry).await?;
    Ok(tx.commit().await?)
}

fn check(name: &str, content: &[u8]) -> Result<FileKind, EvidenceProblem> {
    if content.is_empty() {
        return Err(EvidenceProblem::Empty);
    }
    if content.len() > LARGEST {
        return Err(EvidenceProblem::TooLarge);
    }
    FileKind::of(name, content)
}

/// A file of a county's year.
pub async fn open_evidence(
    app: &App,
    person: &Account,
    (county, year): (&str, i32),
    digest: &str,
) -> Result<(FileKind, Vec<u8>), ReportError> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(digest, &mut bytes).map_err(|_| ReportError::Unknown)?;
    let mut tx = app.office.0.begin_read("open evidence").await?;
    let mut conn = tx.conn();
    reach(app, &mut conn, person, (county, year)).await?;
    let found = evidence::content(&mut conn, (county, year), &bytes).await?;
    let (kind, content) = found.ok_or(ReportError::Unknown)?;
    let kind = FileKind::from_word(&kind).ok_or(StoreError::Corrupt("kind of evidence"))?;
    Ok((kind, content))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_both_its_ending_and_its_first_bytes_say() {
        let kinds: [(&str, &[u8], Result<FileKind, EvidenceProblem>); 7] = [
            ("a.PDF", b"%PDF-1.7", Ok(FileKind::Pdf)),
            ("a.jpg", b"\xff\xd8\xff\xe0", Ok(FileKind::Jpeg)),
            ("a.csv", "县,数\n".as_bytes(), Ok(FileKind::Csv)),
            ("a.xlsx", b"PK\x03\x04..xl/workbook.xml", Ok(FileKind::Xlsx)),
            ("a.xlsx", b"PK\x03\x04..evil", Err(EvidenceProblem::Content)),
            ("a.png", b"<script>", Err(EvidenceProblem::Content)),
            ("a.svg", b"<svg>", Err(EvidenceProblem::Ending)),
        ];
        for (name, content, wanted) in kinds {
            assert_eq!(FileKind::of(name, content), wanted, "{name}");
        }
        assert_eq!(check("a.pdf", b""), Err(EvidenceProblem::Empty));
        let large = vec![b'a'; LARGEST + 1];
        assert_eq!(check("a.csv", &large), Err(EvidenceProblem::TooLarge));
    }
}
