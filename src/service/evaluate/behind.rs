//! What stands behind a county's evaluation: the values that were evaluated, who reported them and who verified them.
//!
//! Promises: values are those of the evaluation, whatever was entered since; names are those of accounts, as on decisions.

use std::collections::BTreeSet;

use super::apply::{StoredEvaluation, rests_on};
use crate::evaluation::indicator::{Indicator, Status, Value};
use crate::report::result::{Behind, Entry};
use crate::service::app::App;
use crate::storage::StoreError;
use crate::storage::office::indicator::StoredIndicator;
use crate::storage::office::indicator_version::Version;
use crate::storage::office::{account, indicator, indicator_version};
use crate::survey::account::AccountName;
use crate::survey::ids::AccountId;
use crate::survey::time::Instant;

/// The values of a county, or of all, on which an evaluation rests; none where they are not known any more.
pub async fn behind(
    app: &App,
    stored: &StoredEvaluation,
    result: &str,
    county: Option<&str>,
) -> Result<Vec<Behind>, StoreError> {
    let mut tx = app.office.0.begin_read("values of a county").await?;
    let mut conn = tx.conn();
    let Some(lines) = rests_on(&mut conn, stored, result).await? else {
        return Ok(Vec::new());
    };
    // Of one county only its lines are read: all begin with its code.
    let head = county.map(|county| format!("{{\"county\":\"{county}\","));
    let head = head.unwrap_or_default();
    let own = lines.lines().filter(|line| line.starts_with(&head));
    let own: Result<Vec<Indicator>, _> = own.map(serde_json::from_str).collect();
    let own = own.map_err(|_| StoreError::Corrupt("values of an evaluation"))?;
    let mut versions = Vec::new();
    let places = own.iter().map(|one| (one.county.as_str(), one.year));
    for (county, year) in places.collect::<BTreeSet<_>>() {
        versions.extend(indicator_version::list(&mut conn, county, year).await?);
    }
    let current = match county {
        Some(county) => indicator::list_of_county(&mut conn, county).await?,
        None => indicator::list(&mut conn).await?,
    };
    let people = account::list(&mut conn).await?.into_iter();
    let people: Vec<(AccountId, AccountName)> = people.map(|who| (who.id, who.name)).collect();
    let entered = Entered {
        until: stored.created_at,
        versions,
        current,
        people,
    };
    let with_entry = |value: Indicator| Behind {
        entry: entered.of(&value),
        value,
    };
    Ok(own.into_iter().map(with_entry).collect())
}

/// Everything that was entered for a county.
struct Entered {
    /// When the standard was applied.
    until: Instant,
    versions: Vec<Version>,
    current: Vec<StoredIndicator>,
    people: Vec<(AccountId, AccountName)>,
}

impl Entered {
    fn name(&self, id: AccountId) -> Option<String> {
        let mut people = self.people.iter();
        people
            .find(|(known, _)| *known == id)
            .map(|(_, name)| name.to_string())
    }

    /// Who stands for this very value: its version on the pages, or else the row that an import wrote.
    fn of(&self, value: &Indicator) -> Option<Entry> {
        self.version(value).or_else(|| self.imported(value))
    }

    fn version(&self, value: &Indicator) -> Option<Entry> {
        let same = |one: &&Version| {
            let other = &one.indicator;
            other.county == value.county
                && (other.year, &other.id, &other.value) == (value.year, &value.id, &value.value)
                && one.entered_at <= self.until
        };
        let found = self.versions.iter().filter(same);
        let found = found.max_by_key(|one| one.number)?;
        let ruling = found.ruling.as_ref();
        let ruling = ruling.filter(|one| one.verified && one.ruled_at <= self.until);
        Some(Entry {
            by: self.name(found.entered_by?)?,
            at: found.entered_at,
            verified: ruling.and_then(|one| Some((self.name(one.ruled_by)?, one.ruled_at))),
        })
    }

    fn imported(&self, value: &Indicator) -> Option<Entry> {
        let same = |one: &&StoredIndicator| {
            let other = &one.indicator;
            other.county == value.county
                && (other.year, &other.id, &other.value) == (value.year, &value.id, &value.value)
                && one.entered_at <= self.until
        };
        let found = self.current.iter().find(same)?;
        let by = match &value.value {
            Value::Judgement { judgement } => judgement.assessor.clone(),
            _ => found.reported_by.clone(),
        };
        let verified = found.verified_by.zip(found.verified_at);
        let verified = verified.filter(|(_, at)| *at <= self.until);
        Some(Entry {
            by,
            at: found.entered_at,
            verified: verified
                .filter(|_| value.status != Status::Synthetic)
                .and_then(|(who, at)| Some((self.name(who)?, at))),
        })
    }
}
