//! The documents in which a result is published, and their digests for the process log.
//!
//! For: publishing, corrections, the bundle. Promises: whoever publishes says in the process log which bytes are published, so
//! that a figure that is changed afterwards is another document than the one that was signed.

use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use crate::evaluation::dossier::Evaluation;
use crate::evaluation::standard::Standard;
use crate::report::export::{bundle, results};
use crate::storage::office::evaluation::Applied;
use crate::storage::office::{estimate, evaluation, standard};
use crate::storage::{Conn, StoreError};
use crate::survey::result::WaveResult;
use crate::survey::wave::Wave;

/// Names and contents.
pub(in crate::service) type Documents = Vec<(&'static str, Vec<u8>)>;

/// An evaluation with what it rests on.
pub(super) struct Assessed<'a> {
    pub(super) evaluation: &'a Evaluation,
    pub(super) standard: &'a Standard,
    pub(super) standard_digest: &'a [u8; 32],
    pub(super) input_digest: &'a [u8; 32],
}

/// Figures, tables, and the evaluation if there is one.
pub(super) fn documents(
    result: &WaveResult,
    assessed: Option<&Assessed<'_>>,
) -> Result<Documents, serde_json::Error> {
    let mut found = vec![
        ("figures.json", pretty(&bundle::figures(result))?),
        (
            "estimates.csv",
            results::estimates(result).csv().into_bytes(),
        ),
        ("answers.csv", results::answers(result).csv().into_bytes()),
        ("ranks.json", pretty(&bundle::ranks(result))?),
    ];
    if let Some(assessed) = assessed {
        let document = bundle::evaluation(
            assessed.evaluation,
            assessed.standard,
            &hex::encode(assessed.standard_digest),
            &hex::encode(assessed.input_digest),
        );
        found.push(("evaluation.json", pretty(&document)?));
    }
    Ok(found)
}

/// Figures and tables of a result alone, as they are published.
pub(in crate::service) fn published_documents(
    result: &WaveResult,
) -> Result<Documents, serde_json::Error> {
    documents(result, None)
}

/// A document as people read it.
pub(super) fn pretty(document: &Value) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(document)?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// SHA-256 of each document of the version that holds now, by its name; null where a wave has no estimates.
pub(in crate::service) async fn digests(
    conn: &mut Conn<'_>,
    wave: &Wave,
) -> Result<Value, StoreError> {
    let Some(stored) = estimate::find_latest(conn, wave.id).await? else {
        return Ok(Value::Null);
    };
    let applied = evaluation::find_latest(conn, wave.id).await?;
    digests_of(conn, &stored.result, applied.as_ref()).await
}

/// The same of a version that is about to hold.
pub(in crate::service) async fn digests_of(
    conn: &mut Conn<'_>,
    result: &WaveResult,
    applied: Option<&Applied>,
) -> Result<Value, StoreError> {
    let stored = match applied {
        Some(applied) => Some(standard::get(conn, &applied.standard).await?.standard),
        None => None,
    };
    let assessed = applied
        .zip(stored.as_ref())
        .map(|(applied, standard)| Assessed {
            evaluation: &applied.evaluation,
            standard,
            standard_digest: &applied.standard,
            input_digest: &applied.input_digest,
        });
    let found = documents(result, assessed.as_ref());
    let found = found.map_err(|_| StoreError::Corrupt("document"))?;
    let digest = |(name, bytes): (&str, Vec<u8>)| {
        let digest = hex::encode(Sha256::digest(bytes));
        (name.to_owned(), Value::from(digest))
    };
    Ok(Value::Object(
        found.into_iter().map(digest).collect::<Map<_, _>>(),
    ))
}
