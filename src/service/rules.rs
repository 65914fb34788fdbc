//! Changes of a sealed wave's rules: asked for, confirmed, in effect at midnight.
//!
//! For: `/organize/{wave}/rules`, `minyi wave rule`, the close. Uses: office; the urn where an open wave's cells
//! change. Promises: two people and a reason; nothing takes effect before the next local midnight; each step is an
//! entry of the audit log; whichever node comes first applies a change, once.

mod reminder;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::again::again;
use super::app::App;
use super::keys::random;
use super::process;
use super::quotas;
use super::terms;
use super::waves::{WaveError, act, allowed, find, record, step_by_clock};
use crate::storage::office::{account, rule_change, sample, wave};
use crate::storage::{Conn, StoreError};
use crate::survey::account::{Account, AccountName};
use crate::survey::area::Area;
use crate::survey::ids::{AccountId, RuleChangeId, WaveId};
use crate::survey::plan::Plan;
use crate::survey::questionnaire::Questionnaire;
use crate::survey::role::Action;
use crate::survey::rule::{Ground, Rule, RuleChange, Unfit};
use crate::survey::sample::{Sample, StratumCode, UnitCode};
use crate::survey::time::Instant;
use crate::survey::wave::{Act, Wave, WaveSlug, WaveState};

pub use self::reminder::{ReminderLine, ReminderList, reminder};

/// How often a running instance looks whether a midnight has come.
const PACE: Duration = Duration::from_secs(5);

/// Why a change is not taken.
#[derive(Debug, thiserror::Error)]
pub enum RuleError {
    /// No such wave, no right, a store.
    #[error(transparent)]
    Wave(#[from] WaveError),
    /// The change does not fit.
    #[error(transparent)]
    Unfit(#[from] Unfit),
}

impl From<StoreError> for RuleError {
    fn from(error: StoreError) -> Self {
        Self::Wave(error.into())
    }
}

/// What somebody asks for. Quota cells are asked for by [`quotas::give`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Another end of fieldwork.
    End(Instant),
    /// A reminder to everybody of these strata.
    Reminder(Vec<StratumCode>),
    /// Answers of this variance unit in no figure.
    Exclusion(UnitCode),
}

/// Asks for a change; another person confirms it.
pub async fn ask(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    wanted: Wanted,
    reason: &str,
) -> Result<RuleChange, RuleError> {
    allowed(person)?;
    let mut tx = app.office.0.begin_write("ask for a change").await?;
    let mut conn = tx.conn();
    let found = find(&mut conn, slug).await?;
    let rule = match wanted {
        Wanted::End(end) => Rule::End {
            before: found.closes_at,
            end,
        },
        Wanted::Reminder(strata) => Rule::Reminder { strata },
        Wanted::Exclusion(unit) => Rule::Exclusion { unit },
    };
    let change = ask_in(&mut conn, app, person, &found, rule, reason).await?;
    tx.commit().await?;
    Ok(change)
}

/// The same within a transaction.
pub(super) async fn ask_in(
    conn: &mut Conn<'_>,
    app: &App,
    person: &Account,
    found: &Wave,
    rule: Rule,
    reason: &str,
) -> Result<RuleChange, RuleError> {
    let act = act(app, person);
    let id = RuleChangeId::new(act.at, random().map_err(WaveError::from)?);
    let known = Known::load(conn, found).await?;
    let change = known.ground(app, found).ask(id, rule, reason, act)?;
    if !rule_change::replace_asked(conn, &change).await? {
        return Err(WaveError::ChangedMeanwhile.into());
    }
    let detail = detail(&change);
    record(conn, person, act.at, "ask_rule", found, detail).await?;
    Ok(change)
}

/// Another person confirms this change; it takes effect at the next local midnight.
pub async fn confirm(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    id: RuleChangeId,
) -> Result<RuleChange, RuleError> {
    allowed(person)?;
    let mut tx = app.office.0.begin_write("confirm a change").await?;
    let mut conn = tx.conn();
    let found = find(&mut conn, slug).await?;
    let act = act(app, person);
    let known = Known::load(&mut conn, &found).await?;
    let change = known.ground(app, &found).confirm(id, act)?;
    if !rule_change::confirm(&mut conn, &change).await? {
        return Err(WaveError::ChangedMeanwhile.into());
    }
    let detail = detail(&change);
    process::append(&mut conn, &found, act.at, "confirm_rule", &detail).await?;
    record(&mut conn, person, act.at, "confirm_rule", &found, detail).await?;
    tx.commit().await?;
    Ok(change)
}

/// Takes back what nobody has confirmed.
pub async fn withdraw(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    id: RuleChangeId,
) -> Result<(), RuleError> {
    allowed(person)?;
    let mut tx = app.office.0.begin_write("withdraw a change").await?;
    let mut conn = tx.conn();
    let found = find(&mut conn, slug).await?;
    let changes = rule_change::list(&mut conn, found.id).await?;
    let asked = changes.into_iter().find(|change| change.id == id);
    let asked = asked.ok_or(Unfit::Gone)?;
    if !rule_change::delete_asked(&mut conn, id).await? {
        return Err(Unfit::Gone.into());
    }
    let detail = detail(&asked);
    let now = app.clock.now();
    record(&mut conn, person, now, "withdraw_rule", &found, detail).await?;
    tx.commit().await?;
    Ok(())
}

fn detail(change: &RuleChange) -> Value {
    let mut detail = json!({
        "change": change.rule,
        "reason": change.reason,
        "asked_by": change.asked.by.to_string(),
    });
    if let (Some(fields), Some((_, effect))) = (detail.as_object_mut(), change.confirmed) {
        fields.insert("effective_at".to_owned(), effect.to_string().into());
    }
    detail
}

/// What a change is checked against.
struct Known {
    sample: Option<Sample>,
    changes: Vec<RuleChange>,
}

impl Known {
    async fn load(conn: &mut Conn<'_>, found: &Wave) -> Result<Self, StoreError> {
        let sample = match found.seed {
            Some(_) => Some(sample::get(conn, found.id).await?),
            None => None,
        };
        Ok(Self {
            sample,
            changes: rule_change::list(conn, found.id).await?,
        })
    }

    fn ground<'a>(&'a self, app: &'a App, wave: &'a Wave) -> Ground<'a> {
        Ground {
            wave,
            sample: self.sample.as_ref(),
            changes: &self.changes,
            zone: &app.zone,
        }
    }
}

/// Changes of a wave as its staff see them.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleBoard {
    /// The wave.
    pub wave: Wave,
    /// Its plan.
    pub plan: Plan,
    /// Its questionnaire, whose words name quota cells.
    pub questionnaire: Questionnaire,
    /// Its counties.
    pub counties: Vec<Area>,
    /// The sample, once it is drawn.
    pub sample: Option<Sample>,
    /// Every change, the first one first.
    pub changes: Vec<RuleChange>,
    /// How far the end can be moved.
    pub farthest_end: Instant,
    /// The midnight at which a change would take effect that is confirmed now.
    pub next_effect: Instant,
    /// The wave has quota cells.
    pub has_quota: bool,
    /// Names of the people who asked and confirmed.
    pub people: BTreeMap<AccountId, AccountName>,
}

/// Changes of a wave as its staff see them.
pub async fn board(app: &App, person: &Account, slug: &WaveSlug) -> Result<RuleBoard, WaveError> {
    if !person.may(Action::WatchFieldwork) {
        return Err(WaveError::Denied);
    }
    let mut tx = app.office.0.begin_read("changes of a wave").await?;
    let mut conn = tx.conn();
    let found = find(&mut conn, slug).await?;
    let plan = wave::get_plan(&mut conn, found.id).await?;
    let counties = super::waves::counties(&mut conn, plan.counties()).await?;
    let form = crate::storage::office::questionnaire::get(&mut conn, &found.questionnaire).await?;
    let known = Known::load(&mut conn, &found).await?;
    let quotas = crate::storage::office::quota::list(&mut conn, found.id).await?;
    let mut people = BTreeMap::new();
    for act in known.changes.iter().flat_map(acts) {
        if let Some(account) = account::find(&mut conn, act.by).await? {
            people.insert(act.by, account.name);
        }
    }
    Ok(RuleBoard {
        farthest_end: known.ground(app, &found).farthest_end(),
        next_effect: app.zone.next_midnight(app.clock.now()),
        has_quota: !quotas.is_empty(),
        wave: found,
        plan,
        questionnaire: form,
        counties,
        sample: known.sample,
        changes: known.changes,
        people,
    })
}

fn acts(change: &RuleChange) -> impl Iterator<Item = Act> {
    let confirmed = change.confirmed.map(|(act, _)| act);
    std::iter::once(change.asked).chain(confirmed)
}

/// Confirmed changes of a wave, as its result lists them.
pub(super) async fn confirmed(
    conn: &mut Conn<'_>,
    wave: WaveId,
) -> Result<Vec<crate::survey::result::RuleNote>, StoreError> {
    let changes = rule_change::list(conn, wave).await?;
    let note = |change: RuleChange| {
        let (act, effective_at) = change.confirmed?;
        Some(crate::survey::result::RuleNote {
            rule: change.rule,
            reason: change.reason,
            asked_at: change.asked.at,
            confirmed_at: act.at,
            effective_at,
            in_effect: change.applied_at.is_some(),
        })
    };
    Ok(changes.into_iter().filter_map(note).collect())
}

/// Puts confirmed changes into effect at their midnight until the instance stops.
pub fn keep_applying(app: &App) {
    let owned = app.clone();
    app.tasks.spawn(async move {
        let work = async {
            loop {
                if let Err(error) = apply_due(&owned).await {
                    tracing::warn!(%error, "a change of a wave's rules is not in effect yet");
                }
                tokio::time::sleep(PACE).await;
            }
        };
        owned.stop.run_until_cancelled(work).await;
    });
}

/// Puts every confirmed change into effect whose midnight has come; how many. One that fails keeps no other from it.
pub async fn apply_due(app: &App) -> Result<usize, WaveError> {
    let now = app.clock.now();
    let mut tx = app.office.0.begin_read("changes that are due").await?;
    let due = rule_change::list_due(&mut tx.conn(), now).await?;
    drop(tx);
    let (mut applied, mut failed) = (0, None);
    for change in &due {
        match again(|| apply(app, change, now)).await {
            Ok(done) => applied += usize::from(done),
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    if applied > 0 {
        app.intake.forget();
    }
    match failed {
        None => Ok(applied),
        Some(error) => Err(error),
    }
}

/// Puts one change into effect, unless another node has or the wave is closed.
async fn apply(app: &App, change: &RuleChange, now: Instant) -> Result<bool, WaveError> {
    let mut tx = app.office.0.begin_write("apply a change").await?;
    let mut conn = tx.conn();
    let before = wave::get(&mut conn, change.wave).await?;
    // While nothing ran, fieldwork may have ended: it does not begin again.
    let is_over = matches!(change.rule, Rule::End { .. }) && now >= before.closes_at;
    if before.state > WaveState::Open || is_over {
        return Ok(false);
    }
    let mut after = before.clone();
    let rule = match &change.rule {
        Rule::Quota { changes } => Rule::Quota {
            changes: quotas::apply(app, &mut conn, &before, changes).await?,
        },
        rule => rule.clone(),
    };
    if let Rule::End { end, .. } = rule {
        after.closes_at = end;
        // The urn first: if the office fails then, the same change is applied again.
        if after.state == WaveState::Open {
            terms::keep(&mut conn, &app.urn, &after).await?;
        }
    }
    let done = RuleChange {
        rule,
        applied_at: Some(now),
        ..change.clone()
    };
    if !rule_change::apply(&mut conn, &done).await? {
        return Ok(false);
    }
    let detail = json!({ "change": done.rule });
    step_by_clock(&mut conn, now, "apply_rule", &before, &after, detail).await?;
    tx.commit().await?;
    Ok(true)
}
