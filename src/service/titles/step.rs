//! A step toward the title: by a county's reporter, or by an evaluator who did not enter the application.

use std::collections::BTreeSet;

use serde_json::json;

use super::register::{Register, register};
use crate::evaluation::register::{Stage, Step};
use crate::evaluation::standard::Standard;
use crate::service::again::Contended;
use crate::service::app::App;
use crate::service::keys::random;
use crate::service::reports::asked;
use crate::service::waves::WaveError;
use crate::storage::office::indicator::StoredIndicator;
use crate::storage::office::title_step::{self, TitleStep};
use crate::storage::office::{audit, indicator, indicator_version, reporter};
use crate::storage::{Conn, StoreError};
use crate::survey::account::Account;
use crate::survey::audit::Entry;
use crate::survey::ids::TitleStepId;
use crate::survey::role::{Action, Role};
use crate::survey::time::Instant;
use crate::survey::wave::Act;

/// Longest reason, in characters.
pub const LONGEST: usize = 1000;

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum TitleError {
    /// The person may not take it.
    #[error("this step is not among this account's rights")]
    Denied,
    /// There is no such county or year for this person.
    #[error("there is no such county or year")]
    Unknown,
    /// The county does not stand where the step begins.
    #[error("the county is {}, and does not take this step now", .0.as_str())]
    NotNow(Stage),
    /// The person entered the application.
    #[error("whoever entered the application does not decide on it")]
    Own,
    /// The step needs a reason, which has an end.
    #[error("a reason of at most {LONGEST} characters is needed")]
    NoReason,
    /// An application on paper was received at some past moment.
    #[error("the moment at which it was received is missing, or lies in the future")]
    NoMoment,
    /// Values that nobody verified, or that are disputed.
    #[error("{0} values are not verified")]
    Unverified(usize),
    /// Too few years in a row.
    #[error("the county has had the title {0} years in a row")]
    TooFew(u32),
    /// A store failed.
    #[error(transparent)]
    Wave(#[from] WaveError),
}

impl From<StoreError> for TitleError {
    fn from(error: StoreError) -> Self {
        Self::Wave(error.into())
    }
}

impl Contended for TitleError {
    fn is_contended(&self) -> bool {
        // Somebody else took the next number: the step is looked at again.
        matches!(
            self,
            Self::Wave(WaveError::Store(
                StoreError::Contention(_) | StoreError::Duplicate(_)
            ))
        )
    }
}

/// What somebody wants to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed {
    /// The step.
    pub step: Step,
    /// What is written with it.
    pub reason: String,
    /// When an application on paper was received.
    pub received: Option<Instant>,
}

/// Whether a person may take a step of this county at all.
fn may(person: &Account, own: Option<&str>, county: &str, step: Step) -> bool {
    match person.role {
        Role::Reporter => step.is_countys() && own == Some(county),
        _ => person.may(Action::Evaluate) && step != Step::SelfCheck,
    }
}

/// Whether the person entered what is decided on.
fn is_own<'a>(
    mut taken: impl Iterator<Item = &'a TitleStep>,
    person: &Account,
    step: Step,
) -> bool {
    let decides = matches!(step, Step::Admit | Step::Accept | Step::Refuse);
    decides && taken.any(|one| one.step == Step::Apply && one.taken.by == person.id)
}

/// The county to which a reporter is bound.
pub(super) async fn bound(
    conn: &mut Conn<'_>,
    person: &Account,
) -> Result<Option<String>, StoreError> {
    if person.role != Role::Reporter {
        return Ok(None);
    }
    let county = reporter::find(conn, person.id).await?;
    Ok(county.map(|county| county.as_str().to_owned()))
}

/// The steps that a person is offered for each county of a year: those that can be taken now.
pub async fn offered(
    app: &App,
    person: &Account,
    register: &Register,
    year: i32,
) -> Result<BTreeSet<(String, Step)>, TitleError> {
    let mut tx = app.office.0.begin_read("county of a reporter").await?;
    let own = bound(&mut tx.conn(), person).await?;
    drop(tx);
    let mut found = BTreeSet::new();
    for row in &register.rows {
        let Some(cell) = register.cell(&row.county, year) else {
            continue;
        };
        for step in Step::ALL {
            let fits = cell.stage.after(step, true).is_some()
                && may(person, own.as_deref(), &row.county, step)
                && !is_own(cell.steps.iter(), person, step)
                && (step != Step::Recommend || cell.may_be_recommended);
            if fits {
                found.insert((row.county.clone(), step));
            }
        }
    }
    Ok(found)
}

/// Takes a step.
pub async fn take(
    app: &App,
    person: &Account,
    (county, year): (&str, i32),
    typed: &Typed,
) -> Result<Stage, TitleError> {
    let step = typed.step;
    reach(app, person, county, step).await?;
    let register = register(app).await?.ok_or(TitleError::Unknown)?;
    let cell = register.cell(county, year).ok_or(TitleError::Unknown)?;
    let now = app.clock.now();
    let received_at = received(person, typed, now)?;
    let in_time = register.standard.cycle.in_time(year, received_at.micros());
    let in_time = in_time.map_err(|_| TitleError::Unknown)?;
    if step == Step::Recommend && !cell.may_be_recommended {
        return Err(TitleError::TooFew(cell.held));
    }
    let reason = reason(typed)?;
    let mut tx = app.office.0.begin_write("step toward a title").await?;
    let mut conn = tx.conn();
    let earlier = title_step::list(&mut conn).await?;
    let of = |one: &&TitleStep| one.county == county && one.year == year;
    let earlier: Vec<&TitleStep> = earlier.iter().filter(of).collect();
    // As it is in this transaction: what was entered meanwhile counts.
    if is_own(earlier.iter().copied(), person, step) {
        return Err(TitleError::Own);
    }
    let stage = Stage::of(earlier.iter().map(|one| (one.step, one.in_time)));
    let next = stage.after(step, in_time);
    let next = next.ok_or(TitleError::NotNow(stage))?;
    if step == Step::Accept {
        let left = unverified(&mut conn, &register.standard, (county, year)).await?;
        if left > 0 {
            return Err(TitleError::Unverified(left));
        }
    }
    let taken = TitleStep {
        id: TitleStepId::new(now, random().map_err(WaveError::from)?),
        county: county.to_owned(),
        year,
        number: u64::try_from(earlier.len())
            .unwrap_or(u64::MAX)
            .saturating_add(1),
        step,
        reason: reason.to_owned(),
        received_at,
        in_time,
        taken: Act {
            by: person.id,
            at: now,
        },
    };
    title_step::insert(&mut conn, &taken).await?;
    note(app, &mut conn, person, &taken).await?;
    tx.commit().await?;
    Ok(next)
}

/// Whether the person may take this step of this county.
async fn reach(app: &App, person: &Account, county: &str, step: Step) -> Result<(), TitleError> {
    let mut tx = app.office.0.begin_read("county of a reporter").await?;
    let own = bound(&mut tx.conn(), person).await?;
    if own.as_deref().is_some_and(|own| own != county) {
        return Err(TitleError::Unknown);
    }
    if may(person, own.as_deref(), county, step) {
        Ok(())
    } else {
        Err(TitleError::Denied)
    }
}

fn reason(typed: &Typed) -> Result<&str, TitleError> {
    let reason = typed.reason.trim();
    let length = reason.chars().count();
    if length > LONGEST || typed.step.needs_reason() && length == 0 {
        Err(TitleError::NoReason)
    } else {
        Ok(reason)
    }
}

async fn note(
    app: &App,
    conn: &mut Conn<'_>,
    person: &Account,
    taken: &TitleStep,
) -> Result<(), TitleError> {
    let detail = json!({
        "reason": taken.reason,
        "received": app.zone.civil(taken.received_at).to_string(),
        "in_time": taken.in_time,
    });
    let action = format!("title_{}", taken.step.as_str());
    let subject = format!("title {} {}", taken.county, taken.year);
    let bits = random().map_err(WaveError::from)?;
    let entry = Entry::by(person, taken.taken.at, bits, &action, subject, detail);
    Ok(audit::insert(conn, &entry).await?)
}

/// When the step counts as taken: now, but an application on paper when it was received.
fn received(person: &Account, typed: &Typed, now: Instant) -> Result<Instant, TitleError> {
    if typed.step != Step::Apply || person.role == Role::Reporter {
        return Ok(now);
    }
    let received = typed.received.filter(|at| *at <= now);
    received.ok_or(TitleError::NoMoment)
}

/// Reported values of a county and year that nobody verified, or that are disputed; all that are asked for, if none is there.
async fn unverified(
    conn: &mut Conn<'_>,
    standard: &Standard,
    (county, year): (&str, i32),
) -> Result<usize, StoreError> {
    let asked = asked(standard, county);
    let disputed = indicator_version::disputed(conn).await?;
    let is_disputed = |id: &str| {
        let mut all = disputed.iter();
        all.any(|(of, when, name)| of == county && *when == i64::from(year) && name == id)
    };
    let values = indicator::list(conn).await?.into_iter();
    let here = |value: &StoredIndicator| {
        let one = &value.indicator;
        one.county == county && one.year == year && asked.contains_key(one.id.as_str())
    };
    let there: Vec<StoredIndicator> = values.filter(here).collect();
    if there.is_empty() {
        return Ok(asked.len());
    }
    let left = |value: &&StoredIndicator| !value.is_verified() || is_disputed(&value.indicator.id);
    Ok(there.iter().filter(left).count())
}
