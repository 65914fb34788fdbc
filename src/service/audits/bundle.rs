//! The auditors' bundle: everything that is published, and all that it was computed from.
//!
//! Promises: openings stand in the order of the log; the same stored wave gives the same bytes.

use std::collections::{BTreeSet, HashMap};

use super::{AuditError, Rerun};
use crate::report::export::audit::{self, R, README, README_ZH, UnitCount};
use crate::service::app::App;
use crate::service::exports::{Files, packed, published_files};
use crate::service::intake::blind::key_list;
use crate::service::intake::record::canonical;
use crate::service::seeds::{self, Deposit};
use crate::service::waves::Material;
use crate::storage::office::{blind, estimate, invitation, replaced_code, sample, seed_deposit};
use crate::storage::urn::{response, spent};
use crate::storage::{Conn, StoreError};
use crate::survey::analysis::Record;
use crate::survey::ids::WaveId;
use crate::survey::response::Response;
use crate::survey::result::WaveResult;
use crate::survey::sample::Sample;
use crate::survey::wave::{Refusal, Wave};

/// What the stores hold of a closed wave.
struct Stored {
    material: Material,
    sample: Sample,
    units: Vec<UnitCount>,
    /// Hashes of all codes, sorted: how they stand in the tree whose root the process log has.
    codes: Vec<[u8; 32]>,
    /// The list of the public keys of blind tokens; none in a wave that was drawn before there were any.
    keys: Option<String>,
    text: String,
    base: Option<String>,
    /// In the order of the log.
    responses: Vec<Response>,
    /// Places of their leaves.
    places: HashMap<[u8; 32], u64>,
    /// Lists of seeded answers.
    seeds: Vec<Deposit>,
    seed: [u8; 32],
}

/// The archive.
pub(super) async fn bytes(app: &App, wave: &Wave) -> Result<Vec<u8>, AuditError> {
    let stored = load(app, wave).await?;
    let result: WaveResult = serde_json::from_str(&stored.text)?;
    let mut files = published_files(app, wave, result.clone()).await?;
    let packing = move || -> Result<Vec<u8>, AuditError> {
        files.extend(written(stored, &result)?);
        Ok(packed(files)?)
    };
    tokio::task::spawn_blocking(packing).await?
}

async fn load(app: &App, wave: &Wave) -> Result<Stored, AuditError> {
    let mut tx = app.office.0.begin_read("records for an audit").await?;
    let mut conn = tx.conn();
    let latest = estimate::find_latest(&mut conn, wave.id).await?;
    let then = latest.ok_or(StoreError::Missing("estimate"))?.created_at;
    let text = estimate::find_text(&mut conn, wave.id, then).await?;
    let base = match wave.base_wave {
        Some(base) => estimate::find_text(&mut conn, base, then).await?,
        None => None,
    };
    let counted = invitation::count_by_unit(&mut conn, wave.id).await?;
    let used_blind = blind::count_by_unit(&mut conn, wave.id).await?;
    let keys = key_list(blind::list_public(&mut conn, wave.id).await?)?;
    let cast_blind = {
        let mut tx = app.urn.0.begin_read("blind tokens for an audit").await?;
        spent::count_blind(&mut tx.conn(), wave.id).await?
    };
    let unit = |one: invitation::Issued| {
        let key = (one.place.county.clone(), one.place.variance_unit.clone());
        UnitCount {
            county: one.place.county.to_string(),
            stratum: one.place.stratum.to_string(),
            unit: one.place.variance_unit.to_string(),
            issued: one.issued,
            used: one.used,
            used_blind: used_blind.get(&key).copied().unwrap_or_default(),
            cast_blind: cast_blind.get(&key).copied().unwrap_or_default(),
        }
    };
    let mut stored = Stored {
        material: Material::load(&mut conn, wave).await?,
        sample: sample::get(&mut conn, wave.id).await?,
        units: counted.into_iter().map(unit).collect(),
        codes: holding(&mut conn, wave.id).await?,
        keys: (!keys.is_empty()).then(|| keys.text()),
        text: text.ok_or(StoreError::Missing("estimate"))?,
        base,
        responses: Vec::new(),
        places: HashMap::new(),
        seeds: seed_deposit::list(&mut conn, wave.id).await?,
        seed: wave
            .seed
            .ok_or(Refusal::Incomplete("seed"))
            .map_err(crate::service::waves::WaveError::from)?,
    };
    drop(tx);
    (stored.responses, stored.places) = responses(app, wave).await?;
    Ok(stored)
}

/// Every response in the order of the log, and the places of leaves; what has no leaf comes last, where its opening opens nothing.
async fn responses(
    app: &App,
    wave: &Wave,
) -> Result<(Vec<Response>, HashMap<[u8; 32], u64>), StoreError> {
    let mut tx = app.urn.0.begin_read("openings of a log").await?;
    let mut conn = tx.conn();
    let places = seeds::places(&mut conn, wave.id).await?;
    let mut responses = response::list(&mut conn, wave.id).await?;
    responses.sort_by_key(|one| places.get(&one.commitment).copied().unwrap_or(u64::MAX));
    Ok((responses, places))
}

/// What auditors have beyond what is published.
fn written(stored: Stored, result: &WaveResult) -> Result<Files, AuditError> {
    let Stored {
        material,
        sample,
        units,
        codes,
        keys,
        text,
        base,
        responses,
        places,
        seeds: lists,
        seed,
    } = stored;
    let questionnaire = &material.questionnaire;
    let mut records = responses
        .iter()
        .map(|response| Record::read(questionnaire, response))
        .collect::<Result<Vec<_>, _>>()?;
    seeds::mark(questionnaire, &lists, &responses, &places, &mut records)?;
    let base_result: Option<WaveResult> = match &base {
        Some(text) => Some(serde_json::from_str(text)?),
        None => None,
    };
    let (_, workings) = Rerun {
        result,
        plan: &material.plan,
        questionnaire,
        sample: &sample,
        margins: &material.margins,
        records: &records,
        seed,
        base: base_result.as_ref(),
    }
    .run();
    let traits = responses.iter().map(|response| &response.traits);
    let table = audit::records(questionnaire, records.iter().zip(traits));
    let commitments: Vec<[u8; 32]> = responses.iter().map(|one| one.commitment).collect();
    let mut files: Files = vec![
        ("AUDIT.md", README.into()),
        ("AUDIT.zh-CN.md", README_ZH.into()),
        ("audit.R", R.into()),
        ("result.json", text.into_bytes()),
        ("frame.csv", material.frame.lines().into_bytes()),
        ("sample.json", serde_json::to_vec(&sample)?),
        ("units.csv", audit::units(&units).into_bytes()),
        ("codes.txt", lines(&codes).into_bytes()),
        ("leaves.txt", lines(&commitments).into_bytes()),
        ("openings.csv", openings(&responses).into_bytes()),
        ("records.csv", table.into_bytes()),
        ("weights.csv", audit::weights(&workings).into_bytes()),
    ];
    if !lists.is_empty() {
        let beside = commitments.iter().zip(&records);
        let left = beside.filter(|(_, record)| record.seeded);
        let left: Vec<[u8; 32]> = left.map(|(commitment, _)| *commitment).collect();
        files.push(("seeded.txt", lines(&left).into_bytes()));
    }
    files.extend(keys.map(|text| ("keys.txt", text.into_bytes())));
    files.extend(base.map(|text| ("base.json", text.into_bytes())));
    Ok(files)
}

fn lines(hashes: &[[u8; 32]]) -> String {
    let mut text = String::with_capacity(hashes.len() * 65);
    for hash in hashes {
        text.push_str(&hex::encode(hash));
        text.push('\n');
    }
    text
}

/// Salt and canonical bytes of every record, hexadecimal.
fn openings(responses: &[Response]) -> String {
    let mut text = String::from("salt,record\n");
    for response in responses {
        text.push_str(&hex::encode(response.salt));
        text.push(',');
        text.push_str(&hex::encode(canonical(response)));
        text.push('\n');
    }
    text
}

/// Hashes of the codes that hold, sorted: a card made anew takes the place of its first one.
async fn holding(conn: &mut Conn<'_>, wave: WaveId) -> Result<Vec<[u8; 32]>, StoreError> {
    let given = invitation::hashes(conn, wave).await?;
    let replaced = replaced_code::list(conn, wave).await?;
    let empty = replaced_code::list_empty(conn, wave).await?;
    let mut holding: BTreeSet<[u8; 32]> = given.difference(&replaced).copied().collect();
    holding.extend(empty.into_keys());
    Ok(holding.into_iter().collect())
}
