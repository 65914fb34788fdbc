//! A reporter saves the form: whatever differs from the latest version becomes the next one.

use std::collections::BTreeMap;

use serde_json::json;

use super::{ReportError, asked, reach, typed};
use crate::evaluation::indicator::{Indicator, Status};
use crate::service::again::again;
use crate::service::app::App;
use crate::service::keys::random;
use crate::storage::Conn;
use crate::storage::office::audit;
use crate::storage::office::indicator::{self, StoredIndicator};
use crate::storage::office::indicator_version::{self as version, Version};
use crate::survey::account::Account;
use crate::survey::audit::Entry;
use crate::survey::ids::IndicatorId;
use crate::survey::role::Action;

/// What a save did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Saved {
    /// Values that are new or differ: each has a new version.
    pub versions: usize,
    /// Values that were there already.
    pub unchanged: usize,
}

/// Takes the whole form or nothing of it.
pub async fn save(
    app: &App,
    person: &Account,
    place: (&str, i32),
    fields: &BTreeMap<String, String>,
) -> Result<Saved, ReportError> {
    if !person.may(Action::ReportIndicators) {
        return Err(ReportError::Denied);
    }
    again(|| save_once(app, person, place, fields)).await
}

async fn save_once(
    app: &App,
    person: &Account,
    (county, year): (&str, i32),
    fields: &BTreeMap<String, String>,
) -> Result<Saved, ReportError> {
    let mut tx = app.office.0.begin_write("report indicators").await?;
    let mut conn = tx.conn();
    let standard = reach(app, &mut conn, person, (county, year)).await?;
    let asked = asked(&standard, county);
    let sent = typed::read(&standard, (county, year), &asked, fields)?;
    let known: BTreeMap<String, StoredIndicator> = indicator::list(&mut conn)
        .await?
        .into_iter()
        .filter(|one| one.indicator.county == county && one.indicator.year == year)
        .map(|one| (one.indicator.id.clone(), one))
        .collect();
    let gone = known.keys().filter(|id| asked.contains_key(id.as_str()));
    let gone = gone.filter(|id| sent.get(county, year, id).is_none());
    let emptied: Vec<_> = gone.map(|id| typed::emptied(id.clone())).collect();
    if !emptied.is_empty() {
        return Err(ReportError::Values(emptied));
    }
    let mut saved = Saved::default();
    let mut changed = Vec::new();
    for value in sent.iter() {
        let before = known.get(&value.id);
        if before.is_some_and(|before| before.indicator.value == value.value) {
            saved.unchanged += 1;
            continue;
        }
        let number = append(app, &mut conn, person, value, before).await?;
        changed.push(json!({"indicator": value.id, "version": number}));
        saved.versions += 1;
    }
    if saved.versions > 0 {
        let now = app.clock.now();
        let subject = format!("indicators {county} {year}");
        let detail = json!({"values": changed});
        let action = "report_indicators";
        let entry = Entry::by(person, now, random()?, action, subject, detail);
        audit::insert(&mut conn, &entry).await?;
        tx.commit().await?;
    }
    Ok(saved)
}

/// Adds the next version, and puts it in the place of the one that evaluations read: unverified again.
async fn append(
    app: &App,
    conn: &mut Conn<'_>,
    person: &Account,
    value: &Indicator,
    before: Option<&StoredIndicator>,
) -> Result<u64, ReportError> {
    let now = app.clock.now();
    let head = StoredIndicator {
        id: match before {
            Some(before) => before.id,
            None => IndicatorId::new(now, random()?),
        },
        indicator: Indicator {
            status: Status::Reported,
            ..value.clone()
        },
        reported_by: value.county.clone(),
        entered_by: Some(person.id),
        entered_at: now,
        verified_by: None,
        verified_at: None,
    };
    match before {
        Some(_) => indicator::update(conn, &head).await?,
        None => indicator::insert(conn, &head).await?,
    }
    let next = Version {
        id: IndicatorId::new(now, random()?),
        number: 0,
        indicator: head.indicator,
        entered_by: Some(person.id),
        entered_at: now,
        ruling: None,
    };
    Ok(version::insert(conn, &next).await?)
}
