//! The process log of a wave: what was fixed, drawn, opened, changed, closed and published, in this order.
//!
//! For: whoever wants to know that a rule was there before the answers. Uses: office, `ledger`. Promises:
//! an entry stands with the step that it tells in one transaction; it names no person and nothing of an
//! answer; entries are never changed, and the log's signed head covers them as it covers the answers'
//! commitments. Digests stand for documents: whoever has the document can compare.

use serde_json::{Map, Value};

use super::app::App;
use super::logs;
use crate::ledger::checkpoint::Checkpoint;
use crate::ledger::tree::Frontier;
use crate::storage::office::process_entry;
use crate::storage::{Conn, StoreError};
use crate::survey::time::Instant;
use crate::survey::wave::Wave;

/// What stands in a process log's address and name in the place of a number.
pub const NAME: &str = "process";

/// Steps that everybody may read, their names in the log, and the fields of the step that go with them.
const TOLD: &[(&str, &str, &[&str])] = &[
    (
        "confirm_seal",
        "sealed",
        &[
            "plan",
            "questionnaire",
            "frame",
            "margins",
            "quota",
            "standard",
        ],
    ),
    (
        "draw_sample",
        "drawn",
        &[
            "seed_text",
            "seed",
            "sample",
            "invitations",
            "invitations_by_stratum",
            "codes",
            "blind_keys",
            "blind_units",
        ],
    ),
    (
        "reissue_codes",
        "codes_made_anew",
        &["invitations", "codes"],
    ),
    ("reissue_card", "card_made_anew", &["codes"]),
    ("open_wave", "opened", &[]),
    (
        "confirm_rule",
        "change_decided",
        &["change", "reason", "effective_at"],
    ),
    ("apply_rule", "change_in_effect", &["change"]),
    ("restored", "log_begun_anew", &["log", "lost"]),
    (
        "deposit_seeds",
        "seeds_deposited",
        &["digest", "seeds", "counties", "log_size"],
    ),
    ("confirm_close", "closed", &[]),
    ("name_seeds", "seeds_named", &["digest", "counties"]),
    (
        "store_result",
        "result",
        &[
            "plan",
            "questionnaire",
            "frame",
            "margins",
            "input",
            "software",
            "result",
            "answers",
            "root",
            "standard",
            "evaluation",
        ],
    ),
    ("destroy_codes", "codes_destroyed", &["stated"]),
    ("destroy_urn_keys", "urn_keys_destroyed", &["stated"]),
    (
        "change_standard",
        "standard_in_force",
        &["standard", "id", "version"],
    ),
    (
        "apply_standard",
        "evaluated",
        &["standard", "evaluation", "year", "software"],
    ),
    ("announce_result", "announced", &["release_at", "before"]),
    ("publish_wave", "published", &["imprint", "documents"]),
    (
        "confirm_correction",
        "corrected",
        &[
            "version",
            "scope",
            "note",
            "changes",
            "plan",
            "questionnaire",
            "frame",
            "margins",
            "input",
            "software",
            "result",
            "standard",
            "evaluation",
            "documents",
        ],
    ),
    ("attest_audit", "audited", &["bundle", "protocol", "agrees"]),
    (
        "confirm_decision",
        "title_by_decision",
        &["county", "year", "reasons", "standard"],
    ),
];

/// Appends what a step says to everybody; nothing if it says nothing.
pub(super) async fn append(
    conn: &mut Conn<'_>,
    wave: &Wave,
    at: Instant,
    action: &str,
    detail: &Value,
) -> Result<(), StoreError> {
    let Some(entry) = entry(wave, at, action, detail) else {
        return Ok(());
    };
    let place = process_entry::count_of(conn, wave.id).await?;
    process_entry::insert(conn, wave.id, place, &entry).await
}

/// Whether a wave has a record at all: one that was sealed before there were records has none, and none is begun later.
pub(super) async fn has_begun(conn: &mut Conn<'_>, wave: &Wave) -> Result<bool, StoreError> {
    Ok(process_entry::count_of(conn, wave.id).await? > 0)
}

/// An entry: JSON with its fields in alphabetical order.
fn entry(wave: &Wave, at: Instant, action: &str, detail: &Value) -> Option<String> {
    let (_, event, fields) = TOLD.iter().find(|(name, ..)| *name == action)?;
    let mut told = Map::new();
    for field in *fields {
        if let Some(value) = detail.get(*field) {
            told.insert((*field).to_owned(), value.clone());
        }
    }
    let mut add = |name: &str, value: Value| told.insert(name.to_owned(), value);
    add("at", at.to_string().into());
    add("event", (*event).into());
    add("wave", wave.slug.to_string().into());
    match *event {
        "sealed" => {
            add("opens_at", wave.opens_at.to_string().into());
            add("closes_at", wave.closes_at.to_string().into());
            add("kind", wave.kind.as_str().into());
            let codes_until = super::retention::stated(wave);
            add("codes_until", codes_until.to_string().into());
        }
        "closed" => {
            let request = wave.close_request.as_ref();
            let early = request.and_then(|request| request.early_reason.clone());
            add("early_reason", early.into());
        }
        _ => {}
    }
    told.sort_keys();
    Some(Value::Object(told).to_string())
}

/// Every entry of a wave.
pub(super) async fn entries(app: &App, wave: &Wave) -> Result<Vec<String>, StoreError> {
    let mut tx = app.office.0.begin_read("process log").await?;
    process_entry::list(&mut tx.conn(), wave.id).await
}

/// The signed head over these entries.
pub(super) fn checkpoint(app: &App, wave: &Wave, entries: &[String]) -> String {
    let tree = Frontier::of(entries.iter().map(String::as_bytes));
    let checkpoint = Checkpoint {
        origin: logs::origin_named(&app.public_url, &wave.slug, NAME),
        size: tree.size(),
        root: tree.root(),
    };
    checkpoint.sign(app.keys.signing())
}
