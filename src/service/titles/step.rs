//! A step toward the title: by a county's reporter, or by an evaluator who did not enter the application.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::accepted::{Lacking, Reading, Versions, lacking, last, rests};
use super::register::{Cell, Register, load};
use crate::evaluation::cycle::Season;
use crate::evaluation::register::{Stage, Standing, Step};
use crate::service::again::Contended;
use crate::service::app::App;
use crate::service::keys::random;
use crate::service::waves::WaveError;
use crate::storage::office::title_step::{self, Acceptance, TitleStep};
use crate::storage::office::{audit, reporter};
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
    /// The calendar of the year begins on this day; nothing before it counts.
    #[error("the calendar of the year begins on {0}")]
    TooEarly(Date),
    /// Values on which the county rests that nobody verified, or that are disputed.
    #[error("{} values are not verified", .0.values().map(BTreeSet::len).sum::<usize>())]
    Unverified(Lacking),
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
            // A refused county applies again in time only.
            let open = cell.season == Season::Open;
            let fits = cell.stage.after(step, open).is_some()
                && (cell.season != Season::Before || !step.is_countys())
                && cell.standing != Standing::Outside
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
    let mut tx = app.office.0.begin_read("titles before a step").await?;
    let mut conn = tx.conn();
    reach(&mut conn, person, county, step).await?;
    let register = load(app, &mut conn).await?.ok_or(TitleError::Unknown)?;
    drop(tx);
    let cell = register.cell(county, year).ok_or(TitleError::Unknown)?;
    if cell.standing == Standing::Outside {
        return Err(TitleError::Unknown);
    }
    let now = app.clock.now();
    let moment = Moment::of(cell, person, typed, now)?;
    if step == Step::Recommend && !cell.may_be_recommended {
        return Err(TitleError::TooFew(cell.held));
    }
    let reason = reason(typed, moment.is_claimed)?;
    let reading = Reading {
        standard: &cell.yardstick.standard,
        county,
        year,
    };
    let mut tx = app.office.0.begin_write("step toward a title").await?;
    let mut conn = tx.conn();
    // As it is in this transaction: what was entered meanwhile counts.
    let mut earlier = title_step::list(&mut conn).await?;
    earlier.retain(|one| one.county == county && one.year == year);
    if is_own(earlier.iter(), person, step) {
        return Err(TitleError::Own);
    }
    let stage = stage_now(&mut conn, reading, &earlier).await?;
    let next = stage.after(step, moment.in_time);
    let next = next.ok_or(TitleError::NotNow(stage))?;
    let accepted = match step {
        Step::Accept => Some(accepted(&mut conn, reading, cell.yardstick.digest).await?),
        _ => None,
    };
    let place = (county, year, earlier.len());
    let taken = made(person, place, (step, reason), &moment, now)?;
    title_step::insert(&mut conn, &taken).await?;
    if let Some(accepted) = &accepted {
        title_step::insert_acceptance(&mut conn, taken.id, accepted).await?;
    }
    note(app, &mut conn, person, &taken, accepted.as_ref()).await?;
    tx.commit().await?;
    Ok(next)
}

/// The step as it is stored, after so many earlier ones.
fn made(
    person: &Account,
    (county, year, earlier): (&str, i32, usize),
    (step, reason): (Step, &str),
    moment: &Moment,
    now: Instant,
) -> Result<TitleStep, TitleError> {
    let number = u64::try_from(earlier).unwrap_or(u64::MAX);
    Ok(TitleStep {
        id: TitleStepId::new(now, random().map_err(WaveError::from)?),
        county: county.to_owned(),
        year,
        number: number.saturating_add(1),
        step,
        reason: reason.to_owned(),
        received_at: moment.received,
        in_time: moment.in_time,
        taken: Act {
            by: person.id,
            at: now,
        },
    })
}

/// Where the county stands in this transaction.
async fn stage_now(
    conn: &mut Conn<'_>,
    reading: Reading<'_>,
    steps: &[TitleStep],
) -> Result<Stage, StoreError> {
    let stage = Stage::of(steps.iter().map(|one| (one.step, one.in_time)));
    if !stage.is_accepted() {
        return Ok(stage);
    }
    let acceptances = title_step::acceptances(conn).await?;
    let versions = Versions::of(conn, reading.county).await?;
    let Some((step, stored)) = last(steps, &acceptances) else {
        return Ok(stage);
    };
    let cover = versions.cover(reading, step, stored, None);
    Ok(stage.with(cover.changed.is_empty()))
}

/// What an acceptance rests on, if nothing is lacking.
async fn accepted(
    conn: &mut Conn<'_>,
    reading: Reading<'_>,
    standard: [u8; 32],
) -> Result<Acceptance, TitleError> {
    let left = lacking(conn, reading).await?;
    if left.is_empty() {
        Ok(rests(conn, reading, standard).await?)
    } else {
        Err(TitleError::Unverified(left))
    }
}

/// When a step counts as taken.
struct Moment {
    received: Instant,
    in_time: bool,
    /// A paper says that it came in time, and is entered after the last day: a second person decides on it as on a late one.
    is_claimed: bool,
}

impl Moment {
    fn of(cell: &Cell, person: &Account, typed: &Typed, now: Instant) -> Result<Self, TitleError> {
        let cycle = &cell.yardstick.standard.cycle;
        let received = received(person, typed, now)?;
        let season = |at: Instant| {
            let season = cycle.season(cell.year, at.micros());
            season.map_err(|_| TitleError::Unknown)
        };
        let (then, now) = (season(received)?, season(now)?);
        if typed.step.is_countys() && then == Season::Before {
            let day = cycle.first_day(cell.year);
            return Err(TitleError::TooEarly(day.map_err(|_| TitleError::Unknown)?));
        }
        Ok(Self {
            received,
            in_time: now != Season::Over,
            is_claimed: typed.step == Step::Apply && then == Season::Open && now == Season::Over,
        })
    }
}

/// Whether the person may take this step of this county.
async fn reach(
    conn: &mut Conn<'_>,
    person: &Account,
    county: &str,
    step: Step,
) -> Result<(), TitleError> {
    let own = bound(conn, person).await?;
    if own.as_deref().is_some_and(|own| own != county) {
        return Err(TitleError::Unknown);
    }
    if may(person, own.as_deref(), county, step) {
        Ok(())
    } else {
        Err(TitleError::Denied)
    }
}

fn reason(typed: &Typed, is_claimed: bool) -> Result<&str, TitleError> {
    let reason = typed.reason.trim();
    let length = reason.chars().count();
    let is_needed = typed.step.needs_reason() || is_claimed;
    if length > LONGEST || is_needed && length == 0 {
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
    accepted: Option<&Acceptance>,
) -> Result<(), TitleError> {
    let mut detail = json!({
        "reason": taken.reason,
        "received": app.zone.civil(taken.received_at).to_string(),
        "in_time": taken.in_time,
    });
    if let (Some(accepted), Some(fields)) = (accepted, detail.as_object_mut()) {
        let hex = |digest: &[u8; 32]| Value::from(hex::encode(digest));
        fields.insert("standard".to_owned(), hex(&accepted.standard));
        fields.insert("values".to_owned(), hex(&accepted.digest));
        fields.insert("versions".to_owned(), accepted.versions.len().into());
    }
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
