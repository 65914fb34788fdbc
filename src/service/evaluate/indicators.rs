//! Importing reported indicators under the standard in force.
//!
//! For: `minyi import indicators` and the evaluation team's pages. Promises: a file is taken whole or
//! not at all; a file's word verifies nothing: what it calls verified is reported until a second person
//! has looked at it; a verified value is never changed by an import; a reported value that differs gets a new
//! version, and the audit log says how many were.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::error::{EvaluationError, ValueKey, allowed};
use crate::evaluation::indicator::{Indicator, Indicators, Status, Value};
use crate::evaluation::indicator_file;
use crate::service::app::App;
use crate::service::keys::random;
use crate::storage::office::indicator::{self, StoredIndicator};
use crate::storage::office::indicator_version::{self, Version};
use crate::storage::office::{area, audit, standard};
use crate::storage::{Conn, StoreError};
use crate::survey::account::Account;
use crate::survey::area::AreaCode;
use crate::survey::audit::Entry;
use crate::survey::ids::IndicatorId;
use crate::survey::role::Action;

/// What an import of indicators did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct IndicatorImport {
    /// Values in the file; the lines of one list are one value.
    pub rows: usize,
    /// Values that were not there before.
    pub new: usize,
    /// Values that replaced another one.
    pub changed: usize,
    /// Values that were there already.
    pub unchanged: usize,
}

/// What becomes of a value of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    New,
    Replaces(IndicatorId),
    Unchanged,
    Refused,
}

impl Fate {
    fn of(value: &Indicator, known: Option<&StoredIndicator>) -> Self {
        let Some(known) = known else {
            return Self::New;
        };
        let same = known.indicator == *value;
        // A county's file goes on saying "reported" after somebody has verified what it says.
        let since_verified = known.indicator.value == value.value
            && known.indicator.status == Status::Verified
            && value.status == Status::Reported;
        match (same || since_verified, known.is_verified()) {
            (true, _) => Self::Unchanged,
            (false, true) => Self::Refused,
            (false, false) => Self::Replaces(known.id),
        }
    }
}

/// Imports indicators from CSV.
pub async fn import_indicators(
    app: &App,
    person: &Account,
    csv: &str,
) -> Result<IndicatorImport, EvaluationError> {
    allowed(person, Action::EnterIndicators)?;
    let mut tx = app.office.0.begin_write("import indicators").await?;
    let mut conn = tx.conn();
    let standard = standard::find_latest(&mut conn).await?;
    let standard = standard.ok_or(EvaluationError::NoStandard)?.standard;
    let values = indicator_file::read(csv, &standard).map_err(EvaluationError::Indicators)?;
    let values: Indicators = values.iter().map(unverified).collect();
    check_areas(&mut conn, &values).await?;
    let fates = fates(&mut conn, &values).await?;
    let counts = write(app, &mut conn, person, &fates).await?;
    let detail = json!({
        "standard": standard.id,
        "version": standard.version,
        "rows": counts.rows,
        "new": counts.new,
        "changed": counts.changed,
        "unchanged": counts.unchanged,
    });
    let (now, action) = (app.clock.now(), "import_indicators");
    let entry = Entry::by(person, now, random()?, action, "indicators", detail);
    audit::insert(&mut conn, &entry).await?;
    tx.commit().await?;
    Ok(counts)
}

/// The same value without the file's word that it is verified.
fn unverified(value: &Indicator) -> Indicator {
    let status = match value.status {
        Status::Synthetic => Status::Synthetic,
        Status::Reported | Status::Verified => Status::Reported,
    };
    Indicator {
        status,
        ..value.clone()
    }
}

/// Every county of the file is an imported area.
async fn check_areas(conn: &mut Conn<'_>, values: &Indicators) -> Result<(), EvaluationError> {
    let areas = area::list(conn).await?;
    let is_there = |code: &str| AreaCode::parse(code).is_ok_and(|code| areas.get(&code).is_some());
    let missing: BTreeSet<&str> = values.counties();
    let missing: Vec<String> = missing
        .into_iter()
        .filter(|code| !is_there(code))
        .map(str::to_owned)
        .collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(EvaluationError::NoArea(missing))
    }
}

/// What becomes of each value, or every verified value that the file would change.
async fn fates<'a>(
    conn: &mut Conn<'_>,
    values: &'a Indicators,
) -> Result<Vec<(&'a Indicator, Fate)>, EvaluationError> {
    let known: BTreeMap<ValueKey, StoredIndicator> = indicator::list(conn)
        .await?
        .into_iter()
        .map(|stored| (ValueKey::of(&stored.indicator), stored))
        .collect();
    let fates: Vec<(&Indicator, Fate)> = values
        .iter()
        .map(|value| (value, Fate::of(value, known.get(&ValueKey::of(value)))))
        .collect();
    let refused: Vec<ValueKey> = fates
        .iter()
        .filter(|(_, fate)| *fate == Fate::Refused)
        .map(|(value, _)| ValueKey::of(value))
        .collect();
    if refused.is_empty() {
        Ok(fates)
    } else {
        Err(EvaluationError::Verified(refused))
    }
}

async fn write(
    app: &App,
    conn: &mut Conn<'_>,
    person: &Account,
    fates: &[(&Indicator, Fate)],
) -> Result<IndicatorImport, EvaluationError> {
    let now = app.clock.now();
    let entered = |id: IndicatorId, value: &Indicator| StoredIndicator {
        id,
        indicator: value.clone(),
        reported_by: reporter(value).to_owned(),
        entered_by: Some(person.id),
        entered_at: now,
        verified_by: None,
        verified_at: None,
    };
    let mut counts = IndicatorImport {
        rows: fates.len(),
        ..IndicatorImport::default()
    };
    for (value, fate) in fates {
        if matches!(fate, Fate::New | Fate::Replaces(_)) {
            let next = Version {
                id: IndicatorId::new(now, random()?),
                number: 0,
                indicator: (*value).clone(),
                entered_by: Some(person.id),
                entered_at: now,
                ruling: None,
            };
            indicator_version::insert(conn, &next).await?;
        }
        match fate {
            Fate::New => {
                let id = IndicatorId::new(now, random()?);
                indicator::insert(conn, &entered(id, value)).await?;
                counts.new += 1;
            }
            Fate::Replaces(id) => {
                if !indicator::update_value(conn, &entered(*id, value)).await? {
                    return Err(StoreError::Missing("indicator").into());
                }
                counts.changed += 1;
            }
            Fate::Unchanged | Fate::Refused => counts.unchanged += 1,
        }
    }
    Ok(counts)
}

/// Who reported a value: the assessor of a judgement, otherwise the county.
fn reporter(value: &Indicator) -> &str {
    match &value.value {
        Value::Judgement { judgement } => &judgement.assessor,
        Value::Count { .. } | Value::Rate { .. } | Value::Amount { .. } | Value::List { .. } => {
            &value.county
        }
    }
}
