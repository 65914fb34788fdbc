//! Files of a wave to take along: codebook, outcomes and rates, paradata, published tables, the bundle to recompute them.
//!
//! For: the page of files, the page of a result, `minyi export`. Uses: the office, the urn (counts of modes, languages and
//! directions after the close, nothing else). Promises: no file tells what no page tells; before the close nothing is
//! computed from answers; the same wave, file and language give the same bytes, by page and by command; every download
//! by staff is in the audit log before the first byte leaves. Who takes what is published is nobody's concern and is
//! written nowhere.

mod bundle;
mod documents;
mod load;

pub(super) use bundle::{Files, files as published_files, packed};
pub(super) use documents::{digests, digests_of, published_documents};

use rust_xlsxwriter::XlsxError;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::again::again;
use super::app::App;
use super::evaluate::{EvaluationError, StoredEvaluation};
use super::logs::LogError;
use super::waves::{WaveError, find, record};
use crate::i18n::Lang;
use crate::storage::StoreError;
use crate::survey::account::Account;
use crate::survey::result::WaveResult;
use crate::survey::role::Action;
use crate::survey::wave::{Wave, WaveKind, WaveSlug, WaveState};

/// A file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum File {
    /// DDI-Codebook 2.5.
    Codebook,
    /// Outcomes and rates.
    OutcomesCsv,
    /// The same with notes.
    OutcomesXlsx,
    /// Days, modes, languages, directions, marks.
    ParadataCsv,
    /// The same with notes.
    ParadataXlsx,
    /// Estimates by county and group.
    EstimatesCsv,
    /// The estimates for statistical offices.
    SdmxCsv,
    /// Answers to every item.
    AnswersCsv,
    /// Both with notes.
    TablesXlsx,
    /// The report's workbook: results with charts, criteria, methods, dictionary.
    ReportXlsx,
    /// What makes an SPSS file of the estimates.
    EstimatesSps,
    /// What makes an SPSS file of the answers.
    AnswersSps,
    /// Everything that is published of the wave, with scripts that recompute it.
    Bundle,
}

impl File {
    /// Every file, in the order in which they are listed.
    pub const ALL: [Self; 13] = [
        Self::Codebook,
        Self::OutcomesCsv,
        Self::OutcomesXlsx,
        Self::ParadataCsv,
        Self::ParadataXlsx,
        Self::EstimatesCsv,
        Self::SdmxCsv,
        Self::AnswersCsv,
        Self::TablesXlsx,
        Self::ReportXlsx,
        Self::EstimatesSps,
        Self::AnswersSps,
        Self::Bundle,
    ];

    /// Its name in addresses and commands.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Codebook => "codebook.xml",
            Self::OutcomesCsv => "outcomes.csv",
            Self::OutcomesXlsx => "outcomes.xlsx",
            Self::ParadataCsv => "paradata.csv",
            Self::ParadataXlsx => "paradata.xlsx",
            Self::EstimatesCsv => "estimates.csv",
            Self::SdmxCsv => "sdmx.csv",
            Self::AnswersCsv => "answers.csv",
            Self::TablesXlsx => "tables.xlsx",
            Self::ReportXlsx => "report.xlsx",
            Self::EstimatesSps => "estimates.sps",
            Self::AnswersSps => "answers.sps",
            Self::Bundle => "bundle.zip",
        }
    }

    /// The file of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|file| file.name() == name)
    }

    /// Whether everyone may have it once the result is published.
    #[must_use]
    pub const fn is_public(self) -> bool {
        matches!(
            self,
            Self::Codebook
                | Self::EstimatesCsv
                | Self::SdmxCsv
                | Self::AnswersCsv
                | Self::TablesXlsx
                | Self::ReportXlsx
                | Self::EstimatesSps
                | Self::AnswersSps
                | Self::Bundle
        )
    }

    /// What it waits for.
    fn waits(self, wave: &Wave, person: Option<&Account>) -> Option<Wait> {
        let (first, wait) = match self {
            Self::Codebook => (WaveState::Sealed, Wait::Seal),
            Self::OutcomesCsv | Self::OutcomesXlsx => (WaveState::Drawn, Wait::Draw),
            Self::ParadataCsv | Self::ParadataXlsx => (WaveState::Open, Wait::Open),
            Self::EstimatesCsv
            | Self::SdmxCsv
            | Self::AnswersCsv
            | Self::TablesXlsx
            | Self::ReportXlsx
            | Self::EstimatesSps
            | Self::AnswersSps
            | Self::Bundle => (WaveState::Closed, Wait::Close),
        };
        if wave.state < first {
            return Some(wait);
        }
        let reads = person.is_some_and(|person| person.may(Action::ReadResults));
        (wave.state == WaveState::Closed && !reads).then_some(Wait::Publish)
    }
}

/// What a file waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wait {
    /// The seal.
    Seal,
    /// The draw.
    Draw,
    /// The beginning of fieldwork.
    Open,
    /// The close.
    Close,
    /// Publication, for this person.
    Publish,
}

impl Wait {
    /// The key of its sentence.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Seal => "export-wait-seal",
            Self::Draw => "export-wait-draw",
            Self::Open => "export-wait-open",
            Self::Close => "export-wait-close",
            Self::Publish => "export-wait-publish",
        }
    }
}

/// The files of a wave.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// The wave.
    pub wave: Wave,
    /// Each file, and what it waits for; none of an open wave, which has no sample.
    pub files: Vec<(File, Option<Wait>)>,
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The person's role does not export.
    #[error("exporting is not among this account's rights")]
    Denied,
    /// It is not there yet.
    #[error("the file is not there yet: {0:?}")]
    NotYet(Wait),
    /// An open wave has no files.
    #[error("an open wave has no sample")]
    NoSample,
    /// The wave cannot be read.
    #[error(transparent)]
    Wave(#[from] WaveError),
    /// The workbook cannot be written.
    #[error("the workbook cannot be written")]
    Workbook(#[from] XlsxError),
    /// The codebook cannot be written.
    #[error("the codebook cannot be written")]
    Codebook(#[from] std::io::Error),
    /// A document of the bundle cannot be written.
    #[error("a document cannot be written")]
    Document(#[from] serde_json::Error),
    /// The bundle cannot be packed.
    #[error("the bundle cannot be packed")]
    Packing(#[from] zip::result::ZipError),
    /// The evaluation cannot be read.
    #[error("the evaluation cannot be read")]
    Evaluation(#[from] EvaluationError),
    /// The log cannot be read.
    #[error("the log cannot be read")]
    Log(#[from] LogError),
    /// The writing was interrupted.
    #[error("the writing was interrupted")]
    Interrupted(#[from] tokio::task::JoinError),
}

impl From<StoreError> for ExportError {
    fn from(error: StoreError) -> Self {
        Self::Wave(error.into())
    }
}

/// The bundle of a version that a correction replaced: its number from 1, figures and evaluation. Whoever asks has looked it up
/// among what is published.
pub async fn earlier_bundle(
    app: &App,
    wave: &Wave,
    version: (usize, WaveResult, Option<StoredEvaluation>),
) -> Result<Vec<u8>, ExportError> {
    bundle::earlier(app, wave, version).await
}

/// Which files there are for this person.
pub async fn offer(app: &App, person: &Account, slug: &WaveSlug) -> Result<Offer, ExportError> {
    if !person.may(Action::Export) {
        return Err(ExportError::Denied);
    }
    let mut tx = app.office.0.begin_read("list files").await?;
    let wave = find(&mut tx.conn(), slug).await?;
    let files = match wave.kind {
        WaveKind::Open => Vec::new(),
        WaveKind::Probability => File::ALL
            .map(|file| (file, file.waits(&wave, Some(person))))
            .to_vec(),
    };
    Ok(Offer { wave, files })
}

/// A file for one of the staff.
pub async fn make(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    file: File,
    lang: Lang,
) -> Result<Vec<u8>, ExportError> {
    let offer = offer(app, person, slug).await?;
    let offered = offer.files.iter().find(|(offered, _)| *offered == file);
    match offered {
        None => return Err(ExportError::NoSample),
        Some((_, Some(wait))) => return Err(ExportError::NotYet(*wait)),
        Some((_, None)) => {}
    }
    let bytes = load::file(app, Some(person), &offer.wave, file, lang).await?;
    let detail = json!({
        "file": file.name(),
        "language": lang.tag(),
        "sha256": hex::encode(Sha256::digest(&bytes)),
    });
    again(|| note(app, person, &offer.wave, detail.clone())).await?;
    Ok(bytes)
}

async fn note(
    app: &App,
    person: &Account,
    wave: &Wave,
    detail: serde_json::Value,
) -> Result<(), WaveError> {
    let mut tx = app.office.0.begin_write("note export").await?;
    let now = app.clock.now();
    record(&mut tx.conn(), person, now, "export_file", wave, detail).await?;
    Ok(tx.commit().await?)
}

/// A published file for everyone; none where there is nothing published of that name.
pub async fn published(
    app: &App,
    slug: &str,
    file: File,
    lang: Lang,
) -> Result<Option<Vec<u8>>, ExportError> {
    let Ok(slug) = WaveSlug::parse(slug) else {
        return Ok(None);
    };
    let mut tx = app.office.0.begin_read("find published wave").await?;
    let found = crate::storage::office::wave::find_by_slug(&mut tx.conn(), &slug).await?;
    drop(tx);
    let is_there = |wave: &Wave| {
        wave.state == WaveState::Published && wave.kind == WaveKind::Probability && file.is_public()
    };
    match found.filter(is_there) {
        None => Ok(None),
        Some(wave) => load::file(app, None, &wave, file, lang).await.map(Some),
    }
}
