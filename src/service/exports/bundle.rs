//! The public bundle: what is published of a wave in one archive, with scripts that compute it again.
//!
//! Promises: the same published state gives the same bytes; `SHA256SUMS` names every other file; the signed heads are
//! those that everyone is told, with the cosignatures of that moment.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use serde_json::json;
use sha2::{Digest as _, Sha256};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::documents::{Assessed, documents, pretty};
use super::{ExportError, load};
use crate::evaluation::decision::Decided;
use crate::report::export::bundle::{PYTHON, R, README, README_ZH};
use crate::service::app::App;
use crate::service::decisions;
use crate::service::evaluate::{self, StoredEvaluation};
use crate::service::log_files::{self, Name};
use crate::service::{logs, process, seeds};
use crate::storage::office::{margin, standard};
use crate::survey::result::WaveResult;
use crate::survey::wave::Wave;

/// Names and contents, in the order of the archive.
pub(in crate::service) type Files = Vec<(&'static str, Vec<u8>)>;

/// The archive.
pub(super) async fn bytes(
    app: &App,
    wave: &Wave,
    result: WaveResult,
) -> Result<Vec<u8>, ExportError> {
    let files = files(app, wave, result).await?;
    Ok(tokio::task::spawn_blocking(move || packed(files)).await??)
}

/// The archive of a version that a correction replaced.
pub(super) async fn earlier(
    app: &App,
    wave: &Wave,
    (number, result, stored): (usize, WaveResult, Option<StoredEvaluation>),
) -> Result<Vec<u8>, ExportError> {
    let mut files = files_of(app, wave, result, stored).await?;
    let version = pretty(&json!({ "version": number }))?;
    files.push(("version.json", version));
    Ok(tokio::task::spawn_blocking(move || packed(files)).await??)
}

/// Everything that is published.
pub(in crate::service) async fn files(
    app: &App,
    wave: &Wave,
    result: WaveResult,
) -> Result<Files, ExportError> {
    let stored = evaluate::of_wave(app, &wave.slug).await?;
    files_of(app, wave, result, stored).await
}

/// Everything that is published of a result with its evaluation.
async fn files_of(
    app: &App,
    wave: &Wave,
    result: WaveResult,
    stored: Option<StoredEvaluation>,
) -> Result<Files, ExportError> {
    let mut files: Files = vec![
        ("README.md", README.into()),
        ("README.zh-CN.md", README_ZH.into()),
        ("reproduce.py", PYTHON.into()),
        ("reproduce.R", R.into()),
        ("plan.json", result.plan.to_json().into_bytes()),
        (
            "questionnaire.json",
            serde_json::to_vec(&result.questionnaire)?,
        ),
    ];
    if let Some(id) = wave.margin_set {
        let mut tx = app.office.0.begin_read("margins of a bundle").await?;
        let mut conn = tx.conn();
        let margins = margin::get(&mut conn, id).await?;
        let margins = margin::get_rows(&mut conn, &margins).await?;
        files.push(("margins.csv", margins.lines().into_bytes()));
    }
    let assessed = stored.as_ref().map(|stored| Assessed {
        evaluation: &stored.evaluation,
        standard: &stored.standard,
        standard_digest: &stored.standard_digest,
        input_digest: &stored.input_digest,
    });
    files.extend(documents(&result, assessed.as_ref())?);
    let input = result.input_digest.clone();
    let codebook = load::codebook(app, wave, Some(result)).await?;
    files.push(("codebook.xml", codebook));
    if let Some(stored) = stored {
        rests_on(app, &stored, &input, &mut files).await?;
    }
    let lists = seeds::document(app, wave).await?;
    files.extend(lists.map(|lists| ("seeds.json", lists)));
    logged(app, wave, &mut files).await?;
    Ok(files)
}

/// What an evaluation rests on: the standard's text, the reported values, and decisions of people on what it left open.
async fn rests_on(
    app: &App,
    stored: &StoredEvaluation,
    input: &str,
    files: &mut Files,
) -> Result<(), ExportError> {
    let mut tx = app.office.0.begin_read("text of standard").await?;
    let mut conn = tx.conn();
    let text = standard::get(&mut conn, &stored.standard_digest)
        .await?
        .text;
    let indicators = evaluate::rests_on(&mut conn, stored, input).await?;
    drop(tx);
    files.push(("standard.toml", text.into_bytes()));
    files.extend(indicators.map(|lines| ("indicators.jsonl", lines.into_bytes())));
    let decided = decisions::decided(app, stored).await?;
    let decision = |one: &Decided| {
        json!({
            "county": one.county,
            "reasons": one.decision.reasons(),
            "signed": one.decision.by(),
            "at": one.at.to_string(),
        })
    };
    if !decided.is_empty() {
        let document = json!({ "decisions": decided.iter().map(decision).collect::<Vec<_>>() });
        files.push(("decisions.json", pretty(&document)?));
    }
    Ok(())
}

/// Entries of the process log and both signed heads.
async fn logged(app: &App, wave: &Wave, files: &mut Files) -> Result<(), ExportError> {
    let slug = wave.slug.as_str();
    let entries = process::entries(app, wave).await?;
    let mut lines = String::new();
    for entry in entries {
        lines.push_str(&entry);
        lines.push('\n');
    }
    files.push(("process.jsonl", lines.into_bytes()));
    let head = log_files::find(app, slug, Name::Process, log_files::File::Checkpoint).await?;
    files.extend(head.map(|head| ("process.checkpoint", head)));
    let head = logs::find_checkpoint(app, slug).await?;
    files.extend(head.map(|head| ("answers.checkpoint", head.into_bytes())));
    Ok(())
}

/// The archive of these files, with their digests.
pub(in crate::service) fn packed(mut files: Files) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut sums = String::new();
    for (name, bytes) in &files {
        let digest = hex::encode(Sha256::digest(bytes));
        let _ = writeln!(sums, "{digest}  {name}");
    }
    files.push(("SHA256SUMS", sums.into_bytes()));
    // Without a time of its own, each file has that of the format's beginning.
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(name, options)?;
        archive.write_all(&bytes)?;
    }
    Ok(archive.finish()?.into_inner())
}
