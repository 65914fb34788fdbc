//! Fieldwork as it goes: how many answer where, what became of the other invitations, how it will end.
//!
//! For: the fieldwork page. Promises: nothing is computed from answers; before the close, every number of used codes or
//! outcomes is rounded down to full steps of [`STEP`] per county, and strata move once a day, so that nobody who watches a
//! neighbor sees a tick. Neither noting an outcome nor the counts of outcomes tell whether a code was used: an outcome is
//! counted as it was noted, also where an answer came. Otherwise twenty notes, and one of them moved to another code,
//! would tell of that code.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::again::again;
use super::app::App;
use super::codes::{CodesError, Issued, code};
use super::import::sheet::{CellProblem, Column, Row, RowProblem, Sheet};
use super::seeds;
use super::waves::{Progress, STEP, WaveError, find, progress, record};
use crate::stats::outcome_rate::Rates;
use crate::storage::office::fieldwork_day;
pub use crate::storage::office::fieldwork_day::Day;
use crate::storage::office::{area, estimate, invitation, wave};
use crate::storage::urn::response;
use crate::storage::{Conn, StoreError};
use crate::survey::account::Account;
use crate::survey::area::{Area, AreaCode};
use crate::survey::invitation::Code;
use crate::survey::outcome::{Outcome, Unused, dispositions};
use crate::survey::questionnaire::SampledUnit;
use crate::survey::response::Mode;
use crate::survey::result::Counts;
use crate::survey::role::Action;
use crate::survey::sample::StratumCode;
use crate::survey::time::Instant;
use crate::survey::wave::{Refusal, Wave, WaveKind, WaveSlug, WaveState};

/// Codes of a stratum with one outcome.
type Noted = (AreaCode, StratumCode, Outcome, u64);

/// How often it is looked whether a day has begun.
const PACE: Duration = Duration::from_mins(1);
/// Days whose pace the forecast continues.
const RECENT: usize = 3;
const MICROS_A_DAY: f64 = 86_400e6;

const COLUMNS: [Column; 2] = [
    Column::required("code", &["答题码"]),
    Column::required("outcome", &["结果"]),
];

/// A county in fieldwork.
#[derive(Debug, Clone, PartialEq)]
pub struct CountyBoard {
    /// The county.
    pub area: Area,
    /// Codes issued and used.
    pub progress: Progress,
    /// Invitations by what was noted for them, whether their codes were used or not.
    pub noted: Unused,
    /// Rates in which every used code counts as an interview; after the close the result has the final ones.
    pub rates: Option<Rates>,
}

/// Fieldwork of a wave.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    /// The wave.
    pub wave: Wave,
    /// Counties by code.
    pub counties: Vec<CountyBoard>,
    /// All counties together.
    pub total: (Progress, Unused, Option<Rates>),
    /// Numbers are rounded down to steps.
    pub is_rounded: bool,
    /// Used codes of all counties at the beginning of each day.
    pub days: Vec<(String, u64)>,
    /// Strata at the beginning of the last day that began.
    pub strata: Vec<Day>,
    /// Used codes at the end, if it goes on as in the last days.
    pub forecast: Option<u64>,
    /// Of the used codes those of auditors whose answers left, once the result is there.
    pub seeded: u64,
}

/// How fieldwork of a wave goes.
pub async fn board(app: &App, person: &Account, slug: &WaveSlug) -> Result<Board, WaveError> {
    if !person.may(Action::WatchFieldwork) {
        return Err(WaveError::Denied);
    }
    let now = app.clock.now();
    let mut tx = app.office.0.begin_read("watch fieldwork").await?;
    let mut conn = tx.conn();
    let wave = find(&mut conn, slug).await?;
    if wave.kind != WaveKind::Probability {
        return Err(Refusal::NoSample.into());
    }
    let unit = wave::get_plan(&mut conn, wave.id).await?.unit();
    let issued = progress(&mut conn, wave.id).await?;
    let notes = invitation::count_noted(&mut conn, wave.id).await?;
    let areas = area::list(&mut conn).await?;
    let lines = fieldwork_day::list(&mut conn, wave.id).await?;
    let seeded = seeded(&mut conn, &wave).await?;
    drop(tx);
    let is_rounded = matches!(wave.state, WaveState::Open | WaveState::Closing);
    let round = |count: u64| count - if is_rounded { count % STEP } else { 0 };
    let mut counties = Vec::new();
    for (county, exact) in issued {
        let area = areas.get(&county);
        let area = area.ok_or(StoreError::Corrupt("county of invitations"))?;
        let noted = notes.get(&county).copied().unwrap_or_default();
        let progress = Progress {
            issued: exact.issued,
            used: round(exact.used),
        };
        let mut shown = Unused::default();
        for outcome in Outcome::ALL {
            shown.add(outcome, round(noted.of(outcome)));
        }
        counties.push(CountyBoard {
            area: area.clone(),
            rates: rates(unit, wave.state, progress, shown),
            progress,
            noted: shown,
        });
    }
    let (all, noted) = sum(&counties);
    let days = by_day(&lines);
    Ok(Board {
        forecast: (wave.state == WaveState::Open)
            .then(|| forecast(app, &wave, &days, all, now))
            .flatten(),
        strata: strata(&days, lines),
        total: (all, noted, rates(unit, wave.state, all, noted)),
        wave,
        counties,
        is_rounded,
        days,
        seeded,
    })
}

/// Codes of auditors whose answers left, once the result is there.
async fn seeded(conn: &mut Conn<'_>, wave: &Wave) -> Result<u64, StoreError> {
    if wave.state < WaveState::Closed {
        return Ok(0);
    }
    let found = estimate::find_latest(conn, wave.id).await?;
    Ok(found.map_or(0, |stored| {
        let counties = stored.result.counties.iter();
        counties.map(|county| county.counts.seeded).sum()
    }))
}

/// How the answers of a county came, as far as they are in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModeMix {
    /// The county.
    pub county: AreaCode,
    /// Answers by mode, rounded down to steps while the wave runs; last those whose mode was not kept.
    pub answers: [u64; Mode::ALL.len() + 1],
}

/// How answers came, from those that a batch has moved to the record: none of them is a minute old, and no batch has fewer than
/// twenty. Nothing where the urn is with another program.
pub async fn modes(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
) -> Result<Vec<ModeMix>, WaveError> {
    if !person.may(Action::WatchFieldwork) {
        return Err(WaveError::Denied);
    }
    let mut tx = app.office.0.begin_read("wave of modes").await?;
    let wave = find(&mut tx.conn(), slug).await?;
    drop(tx);
    if app.urn.0.here().is_err() {
        return Ok(Vec::new());
    }
    let mut tx = app.urn.0.begin_read("modes").await?;
    let mut counts = response::count_by_mode(&mut tx.conn(), wave.id).await?;
    drop(tx);
    // Auditors' own answers left with the close: they are nobody's of the population.
    let seeded = seeds::left(app, &wave).await?;
    if !seeded.is_empty() {
        let mut tx = app.urn.0.begin_read("modes of seeds").await?;
        let left = response::count_by_mode_of(&mut tx.conn(), wave.id, &seeded).await?;
        for (place, number) in left {
            if let Some(count) = counts.get_mut(&place) {
                *count = count.saturating_sub(number);
            }
        }
    }
    let is_rounded = matches!(wave.state, WaveState::Open | WaveState::Closing);
    let mut mixes: Vec<ModeMix> = Vec::new();
    for ((county, mode), count) in counts {
        if mixes.last().is_none_or(|last| last.county != county) {
            mixes.push(ModeMix {
                county,
                answers: [0; Mode::ALL.len() + 1],
            });
        }
        let place = Mode::ALL.iter().position(|one| Some(*one) == mode);
        let shown = if is_rounded {
            count - count % STEP
        } else {
            count
        };
        let answers = mixes.last_mut().map(|mix| &mut mix.answers);
        let place = place.unwrap_or(Mode::ALL.len());
        if let Some(answer) = answers.and_then(|answers| answers.get_mut(place)) {
            *answer = shown;
        }
    }
    Ok(mixes)
}

/// Strata at the beginning of the last day.
fn strata(days: &[(String, u64)], mut lines: Vec<Day>) -> Vec<Day> {
    let last = days.last().map(|(day, _)| day.as_str());
    lines.retain(|line| Some(line.day.as_str()) == last && !line.stratum.is_empty());
    lines
}

/// All counties together.
fn sum(counties: &[CountyBoard]) -> (Progress, Unused) {
    let mut total = (Progress::default(), Unused::default());
    for county in counties {
        total.0.issued += county.progress.issued;
        total.0.used += county.progress.used;
        for outcome in Outcome::ALL {
            total.1.add(outcome, county.noted.of(outcome));
        }
    }
    total
}

/// Rates before the close: whether an interview is complete is known from its answers only, so every used code counts
/// as one. After it the result has the rates.
fn rates(unit: SampledUnit, state: WaveState, progress: Progress, unused: Unused) -> Option<Rates> {
    if state >= WaveState::Closed {
        return None;
    }
    let counts = Counts {
        issued: progress.issued,
        used: progress.used,
        cast: progress.used,
        complete: progress.used,
        unused,
        ..Counts::default()
    };
    Some(dispositions(unit, &counts).rates())
}

fn by_day(lines: &[Day]) -> Vec<(String, u64)> {
    let mut days: BTreeMap<&str, u64> = BTreeMap::new();
    for line in lines.iter().filter(|line| line.stratum.is_empty()) {
        *days.entry(&line.day).or_default() += line.used;
    }
    days.into_iter()
        .map(|(day, used)| (day.to_owned(), used))
        .collect()
}

/// What the pace of the last days comes to at the announced end; never more than there are codes.
fn forecast(
    app: &App,
    wave: &Wave,
    days: &[(String, u64)],
    now_used: Progress,
    now: Instant,
) -> Option<u64> {
    let back = days.len().saturating_sub(RECENT);
    let (day, then_used) = days.get(back)?;
    let then = app.zone.parse(day).ok()?.max(wave.opens_at);
    let days_of = |later: Instant, earlier: Instant| {
        micros(later.micros().saturating_sub(earlier.micros())) / MICROS_A_DAY
    };
    let passed = days_of(now, then);
    // Half a day says too little.
    if passed < 0.5 || now >= wave.closes_at {
        return None;
    }
    let gained = micros(i64::try_from(now_used.used.saturating_sub(*then_used)).ok()?);
    let more = gained / passed * days_of(wave.closes_at, now);
    let codes = (now_used.used + whole(more)).min(now_used.issued);
    Some(codes - codes % STEP)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "spans of weeks, codes of a wave"
)]
fn micros(number: i64) -> f64 {
    number as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of codes, not below zero"
)]
fn whole(number: f64) -> u64 {
    number.max(0.0).floor() as u64
}

/// Keeps the counts of the day that has begun, if nobody has yet.
pub async fn count_day(app: &App, wave: &Wave) -> Result<(), StoreError> {
    let today = app.zone.date(app.clock.now()).to_string();
    let mut tx = app.office.0.begin_read("count of today").await?;
    let mut conn = tx.conn();
    if fieldwork_day::latest(&mut conn, wave.id).await?.as_ref() == Some(&today) {
        return Ok(());
    }
    let issued = invitation::count_by_unit(&mut conn, wave.id).await?;
    let noted = invitation::count_noted_by_stratum(&mut conn, wave.id).await?;
    drop(tx);
    let lines = lines(&today, &issued, &noted);
    let mut tx = app.office.0.begin_write("count of today").await?;
    fieldwork_day::insert(&mut tx.conn(), wave.id, &lines).await?;
    tx.commit().await
}

/// Counties and strata, rounded down. A place that was drawn with certainty is a stratum of its own for estimates; here it is
/// counted with its county's other places, because nobody counts a single community.
fn lines(day: &str, issued: &[invitation::Issued], noted: &[Noted]) -> Vec<Day> {
    let mut sums: BTreeMap<(AreaCode, String), (Progress, Unused)> = BTreeMap::new();
    let both = |stratum: &StratumCode| [String::new(), stratum.planned().to_string()];
    for unit in issued {
        for stratum in both(&unit.place.stratum) {
            let (sum, _) = sums
                .entry((unit.place.county.clone(), stratum))
                .or_default();
            sum.issued += unit.issued;
            sum.used += unit.used;
        }
    }
    for (county, stratum, outcome, codes) in noted {
        for stratum in both(stratum) {
            let (_, sum) = sums.entry((county.clone(), stratum)).or_default();
            sum.add(*outcome, *codes);
        }
    }
    let line = |((county, stratum), (sum, noted)): (_, (Progress, Unused))| {
        let mut shown = Unused::default();
        for outcome in Outcome::ALL {
            let codes = noted.of(outcome);
            shown.add(outcome, codes - codes % STEP);
        }
        Day {
            day: day.to_owned(),
            county,
            stratum,
            issued: sum.issued,
            used: sum.used - sum.used % STEP,
            noted: shown,
        }
    };
    sums.into_iter().map(line).collect()
}

/// Counts each day of every wave in fieldwork until the instance stops.
pub fn keep_counting(app: &App) {
    let owned = app.clone();
    app.tasks.spawn(async move {
        let work = async {
            loop {
                if let Err(error) = count_days(&owned).await {
                    tracing::warn!(%error, "a day of fieldwork is not counted yet");
                }
                tokio::time::sleep(PACE).await;
            }
        };
        owned.stop.run_until_cancelled(work).await;
    });
}

/// Counts the day of every wave in fieldwork.
pub async fn count_days(app: &App) -> Result<(), StoreError> {
    let mut tx = app.office.0.begin_read("waves in fieldwork").await?;
    let waves = wave::list(&mut tx.conn()).await?;
    drop(tx);
    let running =
        |wave: &&Wave| wave.kind == WaveKind::Probability && wave.state == WaveState::Open;
    for wave in waves.iter().filter(running) {
        count_day(app, wave).await?;
    }
    Ok(())
}

/// Notes what became of invitations, by a file of codes and outcomes.
pub async fn note_file(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    bytes: &[u8],
) -> Result<usize, CodesError> {
    let sheet = Sheet::read(bytes, &COLUMNS).map_err(CodesError::Rows)?;
    let lines = sheet.parse(line).map_err(CodesError::Rows)?;
    let place = |at: usize, problem| sheet.problem(at, "code", problem);
    again(|| note_all(app, person, slug, &lines, &place)).await
}

/// Notes what became of one invitation, or takes the note back.
pub async fn note_one(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    code: Code,
    note: Note,
) -> Result<usize, CodesError> {
    let place = |_, problem| RowProblem {
        row: None,
        column: None,
        problem,
    };
    let lines = [(code, note)];
    again(|| note_all(app, person, slug, &lines, &place)).await
}

fn line(row: &Row<'_>) -> Result<(Code, Note), RowProblem> {
    let words = "refusal, non_contact, other, undelivered, not_eligible, none";
    Ok((code(row)?, row.word("outcome", Note::from_word, words)?))
}

/// What is noted for an invitation; nothing takes a note back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Note(pub Option<Outcome>);

impl Note {
    /// Reads an English or Chinese word.
    #[must_use]
    pub fn from_word(text: &str) -> Option<Self> {
        let outcome = match text.trim() {
            "none" | "撤销" => return Some(Self(None)),
            "拒绝" => Outcome::Refusal,
            "未接触到" => Outcome::NonContact,
            "其他" => Outcome::Other,
            "未送达" => Outcome::Undelivered,
            "不合格" => Outcome::NotEligible,
            word => Outcome::from_word(word)?,
        };
        Some(Self(Some(outcome)))
    }
}

async fn note_all(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    lines: &[(Code, Note)],
    place: &(impl Fn(usize, CellProblem) -> RowProblem + Sync),
) -> Result<usize, CodesError> {
    if !person.may(Action::EnterOutcomes) {
        return Err(WaveError::Denied.into());
    }
    let mut tx = app.office.0.begin_write("note outcomes").await?;
    let mut conn = tx.conn();
    let codes = lines.iter().map(|(code, _)| code);
    let mut issued = Issued::load_for(app, &mut conn, slug, codes).await?;
    let mut problems = Vec::new();
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for (at, (code, Note(outcome))) in lines.iter().enumerate() {
        match issued.take(code) {
            Err(problem) => problems.push(place(at, problem)),
            Ok(hash) if problems.is_empty() => {
                invitation::update_outcome(&mut conn, issued.wave.id, &hash, *outcome).await?;
                let word = outcome.map_or("none", Outcome::as_str);
                *counts.entry(word).or_default() += 1;
            }
            Ok(_) => {}
        }
    }
    if !problems.is_empty() {
        return Err(CodesError::Rows(problems));
    }
    record(
        &mut conn,
        person,
        app.clock.now(),
        "note_outcomes",
        &issued.wave,
        json!(counts),
    )
    .await?;
    tx.commit().await?;
    Ok(lines.len())
}
