//! The public bundle: what is published of a wave in one archive, with scripts that compute it again.
//!
//! Promises: the same published state gives the same bytes; `SHA256SUMS` names every other file; the signed heads are
//! those that everyone is told, with the cosignatures of that moment.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{ExportError, load};
use crate::report::export::bundle::{self, PYTHON, R, README, README_ZH};
use crate::report::export::results;
use crate::service::app::App;
use crate::service::log_files::{self, Name};
use crate::service::{evaluate, logs, process};
use crate::storage::office::standard;
use crate::survey::result::WaveResult;
use crate::survey::wave::Wave;

/// Names and contents, in the order of the archive.
type Files = Vec<(&'static str, Vec<u8>)>;

/// The archive.
pub(super) async fn bytes(
    app: &App,
    wave: &Wave,
    result: WaveResult,
) -> Result<Vec<u8>, ExportError> {
    let mut files: Files = vec![
        ("README.md", README.into()),
        ("README.zh-CN.md", README_ZH.into()),
        ("reproduce.py", PYTHON.into()),
        ("reproduce.R", R.into()),
        ("plan.json", result.plan.to_json().into_bytes()),
        (
            "questionnaire.json",
            pretty(&serde_json::to_value(&result.questionnaire)?)?,
        ),
        ("figures.json", pretty(&bundle::figures(&result))?),
        (
            "estimates.csv",
            results::estimates(&result).csv().into_bytes(),
        ),
        ("answers.csv", results::answers(&result).csv().into_bytes()),
    ];
    let codebook = load::codebook(app, wave, Some(result)).await?;
    files.push(("codebook.xml", codebook));
    evaluated(app, wave, &mut files).await?;
    logged(app, wave, &mut files).await?;
    Ok(tokio::task::spawn_blocking(move || packed(files)).await??)
}

/// The standard that was applied and what came of it, if one was.
async fn evaluated(app: &App, wave: &Wave, files: &mut Files) -> Result<(), ExportError> {
    let Some(found) = evaluate::of_wave(app, &wave.slug).await? else {
        return Ok(());
    };
    let mut tx = app.office.0.begin_read("text of standard").await?;
    let text = standard::get(&mut tx.conn(), &found.standard_digest)
        .await?
        .text;
    drop(tx);
    let (standard, input) = (
        hex::encode(found.standard_digest),
        hex::encode(found.input_digest),
    );
    let document = bundle::evaluation(&found.evaluation, &found.standard, &standard, &input);
    files.push(("standard.toml", text.into_bytes()));
    files.push(("evaluation.json", pretty(&document)?));
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

fn pretty(document: &Value) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(document)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn packed(mut files: Files) -> Result<Vec<u8>, zip::result::ZipError> {
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
