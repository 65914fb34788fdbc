//! Paper entry: return envelopes are taken in, opened in lots, and every sheet is typed by two people.
//!
//! For: the pages under `/organize/{wave}/paper`. Uses: `service::intake`, the urn's tables of envelopes, lots and sheets. Promises:
//! a code is never beside a sheet; while answers are taken, sheets of a variance unit are opened only where enough came to
//! hide among; nobody reads a sheet twice, nobody sees another one's reading but who settles a difference; a lot enters the record
//! whole. What is not entered before the close is counted in public.

mod returned;

pub(super) use self::returned::leave;
pub use self::returned::{Returned, count, unentered};

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::app::App;
use super::intake::IntakeError;
use super::intake::paper::{self, Desk};
use super::keys::random;
use super::waves::{WaveError, record};
use crate::ledger::seal::{NONCE, SealKey};
use crate::storage::urn::{envelope, gate, lot, sheet};
use crate::storage::{Conn, StoreError};
use crate::survey::account::Account;
use crate::survey::answer::DecodeError;
use crate::survey::area::{Area, AreaCode};
use crate::survey::ids::WaveId;
use crate::survey::invitation::Place;
use crate::survey::paper::{
    LOT, Lot, LotName, Reading, Sealed, Standing, Turn, TypingProblem, Typist, read_typed, settled,
    standing, turn,
};
use crate::survey::questionnaire::Questionnaire;
use crate::survey::response::Direction;
use crate::survey::role::Action;
use crate::survey::wave::{Phase, Wave, WaveSlug, WaveState};

/// How often a reading is tried when others type the same sheet at the same moment.
const TRIES: usize = 4;
/// When to send again after that.
const AGAIN: Duration = Duration::from_secs(2);

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum PaperError {
    /// The account may not, or the audit log could not be written.
    #[error(transparent)]
    Wave(#[from] WaveError),
    /// The intake refused.
    #[error(transparent)]
    Intake(#[from] IntakeError),
    /// The wave is not in the field.
    #[error("the wave is not in the field")]
    NotNow,
    /// Too few envelopes of this place wait.
    #[error("too few envelopes wait")]
    TooFew,
    /// There is no such lot, or it has no such sheet.
    #[error("there is no such sheet")]
    NoSheet,
    /// Others are to read this sheet, or nobody any more.
    #[error("this sheet is not this person's to read")]
    NotYours(Turn),
    /// What was typed cannot be taken.
    #[error("{} fields cannot be taken", .0.len())]
    Typing(Vec<TypingProblem>),
    /// A stored reading cannot be read.
    #[error("a stored reading cannot be read")]
    Stored(#[from] DecodeError),
}

impl From<StoreError> for PaperError {
    fn from(error: StoreError) -> Self {
        Self::Intake(error.into())
    }
}

/// What lies on the desk.
pub struct Overview {
    /// The wave.
    pub wave: Wave,
    /// Its counties, by code.
    pub counties: BTreeMap<AreaCode, Area>,
    /// Its questionnaire.
    pub questionnaire: Questionnaire,
    /// Envelopes are taken in now.
    pub takes: bool,
    /// Sheets are typed now.
    pub types: bool,
    /// Places whose envelopes may be opened. How many wait there is not said: it would tell when one arrived.
    pub ready: Vec<Place>,
    /// Every lot.
    pub lots: Vec<Progress>,
}

/// How far a lot is.
pub struct Progress {
    /// The lot.
    pub lot: Lot,
    /// Sheets by their standing: untouched, once, differing, settled.
    pub sheets: [u64; 4],
    /// The first sheet that this person can read.
    pub next: Option<u64>,
}

/// A sheet in front of somebody.
pub struct Sheet {
    /// The wave.
    pub wave: Wave,
    /// Its questionnaire.
    pub questionnaire: Questionnaire,
    /// Its county.
    pub county: Area,
    /// Its lot.
    pub lot: Lot,
    /// Its number.
    pub number: u64,
    /// What this person can do.
    pub turn: Turn,
    /// Where two people differ, what both read; else empty.
    pub readings: Vec<Reading>,
}

/// What somebody typed from a sheet.
pub struct Typed {
    /// There is no sheet of this number.
    pub is_missing: bool,
    /// Language of the printed form.
    pub language: String,
    /// Direction of its scales.
    pub direction: Direction,
    /// Numbers of boxes, item by item.
    pub boxes: Vec<(String, String)>,
}

/// What a reading led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entered {
    /// This person's next sheet of the lot.
    Next(u64),
    /// The lot has none for this person now.
    Wait,
    /// It was the last one: the lot is in the record.
    Kept,
}

fn allowed(person: &Account) -> Result<(), WaveError> {
    if person.may(Action::EnterPaper) {
        Ok(())
    } else {
        Err(WaveError::Denied)
    }
}

/// The wave, once its sample is drawn.
async fn desk(app: &App, person: &Account, slug: &WaveSlug) -> Result<Desk, PaperError> {
    allowed(person)?;
    match paper::desk(app, slug.as_str()).await {
        Err(IntakeError::UnknownWave) => Err(WaveError::NoWave(slug.to_string()).into()),
        found => Ok(found?),
    }
}

/// Whether sheets are typed: from the opening to the close.
fn types(wave: &Wave) -> Result<(), PaperError> {
    if wave.state == WaveState::Open {
        Ok(())
    } else {
        Err(PaperError::NotNow)
    }
}

fn takes(app: &App, wave: &Wave) -> bool {
    wave.state == WaveState::Open && matches!(wave.phase(app.clock.now()), Phase::Taking(_))
}

/// A return envelope arrived: its code is spent; where its inner envelope belongs, unopened.
pub async fn accept(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    code: &str,
    instance: &[u8; 16],
) -> Result<Place, PaperError> {
    desk(app, person, slug).await?;
    Ok(paper::accept(app, slug.as_str(), code, instance).await?)
}

/// What may be opened, and how far the lots are.
pub async fn overview(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
) -> Result<Overview, PaperError> {
    let desk = desk(app, person, slug).await?;
    let wave = (*desk.wave).clone();
    let takes = takes(app, &wave);
    let mut tx = app.urn.0.begin_read("paper desk").await?;
    let conn = &mut tx.conn();
    let mut ready = envelope::list(conn, wave.id).await?;
    ready.retain(|(_, waiting)| !takes || *waiting >= LOT);
    if wave.state != WaveState::Open {
        ready.clear();
    }
    let mut lots = Vec::new();
    for lot in lot::list(conn, wave.id).await? {
        let stored = sheet::list(conn, wave.id, &lot).await?;
        lots.push((lot, stored));
    }
    drop(tx);
    let counties = desk.counties.values();
    let me = desk.typist(person.id)?;
    let lots = lots.into_iter().map(|(lot, stored)| {
        let sheets = open(&desk, wave.id, &lot, &stored)?;
        Ok(progress(lot, &sheets, me))
    });
    Ok(Overview {
        takes,
        types: types(&wave).is_ok(),
        questionnaire: (*desk.questionnaire).clone(),
        ready: ready.into_iter().map(|(place, _)| place).collect(),
        lots: lots.collect::<Result<_, PaperError>>()?,
        counties: counties
            .map(|area| (area.code.clone(), area.clone()))
            .collect(),
        wave,
    })
}

/// Opens all envelopes of a place that wait; the name to write on the bundle.
pub async fn open_lot(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    county: &AreaCode,
    unit: &str,
) -> Result<Lot, PaperError> {
    let desk = desk(app, person, slug).await?;
    types(&desk.wave)?;
    let wave = desk.wave.id;
    let waiting = {
        let mut tx = app.urn.0.begin_read("waiting envelopes").await?;
        envelope::list(&mut tx.conn(), wave).await?
    };
    let least = if takes(app, &desk.wave) { LOT } else { 1 };
    let found = waiting
        .into_iter()
        .find(|(place, _)| place.county == *county && place.variance_unit.as_str() == unit);
    let (place, envelopes) = found
        .filter(|(_, waiting)| *waiting >= least)
        .ok_or(PaperError::TooFew)?;
    let lot = Lot {
        name: LotName::from_random(random().map_err(WaveError::from)?),
        place,
        sheets: envelopes,
        entered: 0,
        is_kept: false,
    };
    // Before the urn's transaction, which nobody may hold up: everybody's answers wait for it.
    note(app, person, &desk.wave, "open_lot", &lot, json!({})).await?;
    let mut tx = app.urn.0.begin_intake("open a lot").await?;
    let conn = &mut tx.conn();
    held(conn, &desk.wave, county).await?;
    if !envelope::take(conn, wave, &lot.place, envelopes).await? {
        return Err(PaperError::TooFew);
    }
    if !lot::insert(conn, wave, &lot).await? {
        // The name is taken, once in ten thousand: another one is drawn.
        return Err(IntakeError::Busy { retry_after: AGAIN }.into());
    }
    tx.commit().await?;
    Ok(lot)
}

/// A sheet, as far as this person may see it.
pub async fn show(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    (county, name, number): (&str, &str, u64),
) -> Result<Sheet, PaperError> {
    let desk = desk(app, person, slug).await?;
    let (lot, mut sheets) = find(app, &desk, county, name, number).await?;
    let area = desk.counties.get(county).ok_or(PaperError::NoSheet)?;
    let readings = sheets.remove(&number).unwrap_or_default();
    let turn = match turn_of(&lot, &readings, desk.typist(person.id)?) {
        // Nothing is typed into a wave that is not in the field.
        Turn::Type | Turn::Settle if types(&desk.wave).is_err() => Turn::Done,
        turn => turn,
    };
    let shown = if turn == Turn::Settle {
        readings.into_iter().map(|(_, reading)| reading).collect()
    } else {
        Vec::new()
    };
    Ok(Sheet {
        wave: (*desk.wave).clone(),
        questionnaire: (*desk.questionnaire).clone(),
        county: area.clone(),
        lot,
        number,
        turn,
        readings: shown,
    })
}

/// Takes what this person read from a sheet; the last one of a lot brings the lot into the record.
pub async fn enter(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    (county, name, number): (&str, &str, u64),
    typed: &Typed,
) -> Result<Entered, PaperError> {
    let desk = desk(app, person, slug).await?;
    types(&desk.wave)?;
    let languages = &desk.questionnaire.languages;
    let language = languages
        .iter()
        .find(|language| **language == typed.language);
    let reading = if typed.is_missing {
        Reading::missing(&desk.questionnaire)
    } else {
        Reading {
            language: language.or(languages.first()).cloned().unwrap_or_default(),
            direction: typed.direction,
            answers: read_typed(&desk.questionnaire, &typed.boxes).map_err(PaperError::Typing)?,
            is_missing: false,
        }
    };
    for _ in 0..TRIES {
        if read_once(app, person, &desk, (county, name, number), &reading).await? {
            return onward(app, person, &desk, (county, name, number)).await;
        }
    }
    Err(IntakeError::Busy { retry_after: AGAIN }.into())
}

/// Stores a reading if it is this person's turn; whether nobody else was quicker.
async fn read_once(
    app: &App,
    person: &Account,
    desk: &Desk,
    (county, name, number): (&str, &str, u64),
    reading: &Reading,
) -> Result<bool, PaperError> {
    let me = desk.typist(person.id)?;
    let (lot, sheets) = find(app, desk, county, name, number).await?;
    let readings = sheets.get(&number).map_or(&[][..], Vec::as_slice);
    match turn_of(&lot, readings, me) {
        Turn::Type | Turn::Settle => {}
        // A form that was sent twice.
        Turn::Others | Turn::Done if is_last_of(readings, me, reading) => return Ok(true),
        turn => return Err(PaperError::NotYours(turn)),
    }
    let nth = u64::try_from(readings.len()).unwrap_or(u64::MAX) + 1;
    let record = desk.key()?.seal(
        random::<NONCE>().map_err(WaveError::from)?,
        &context(desk.wave.id, &lot, number),
        &reading.encode(),
        desk.room(),
    );
    let sealed = Sealed {
        sheet: number,
        typist: me,
        record: record.map_err(IntakeError::from)?,
    };
    let detail = json!({ "sheet": number, "reading": nth });
    note(app, person, &desk.wave, "type_sheet", &lot, detail).await?;
    let mut tx = app.urn.0.begin_intake("type a sheet").await?;
    let conn = &mut tx.conn();
    held(conn, &desk.wave, &lot.place.county).await?;
    let is_added = lot::hold(conn, desk.wave.id, &lot).await?
        && sheet::insert(conn, desk.wave.id, &lot, nth, &sealed).await?;
    tx.commit().await?;
    Ok(is_added)
}

/// Nothing is opened or typed behind a close: it waits for this transaction, or was first.
async fn held(conn: &mut Conn<'_>, wave: &Wave, county: &AreaCode) -> Result<(), PaperError> {
    if gate::hold_unshut(conn, wave.id, county).await? {
        Ok(())
    } else {
        Err(PaperError::NotNow)
    }
}

/// Whether this is what the person typed just now.
fn is_last_of(readings: &[(Typist, Reading)], me: Typist, reading: &Reading) -> bool {
    readings
        .last()
        .is_some_and(|(typist, last)| *typist == me && last == reading)
}

/// Where this person goes on, after the lot was kept if it is whole.
async fn onward(
    app: &App,
    person: &Account,
    desk: &Desk,
    (county, name, number): (&str, &str, u64),
) -> Result<Entered, PaperError> {
    let (lot, sheets) = find(app, desk, county, name, number).await?;
    let whole: Option<Vec<Reading>> = (1..=lot.sheets)
        .map(|number| settled(&desk.questionnaire, sheets.get(&number)?))
        .collect();
    if lot.is_kept {
        return Ok(Entered::Kept);
    }
    if let Some(readings) = whole {
        finish(app, person, desk, (&lot, &sheets), readings).await?;
        return Ok(Entered::Kept);
    }
    let me = desk.typist(person.id)?;
    let next = next(&lot, &sheets, me, number).or_else(|| next(&lot, &sheets, me, 0));
    Ok(next.map_or(Entered::Wait, Entered::Next))
}

/// Brings a lot into the record whose sheets are all settled: what [`enter`] does, after an interruption too.
pub async fn finish_lot(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    county: &str,
    name: &str,
) -> Result<Entered, PaperError> {
    let desk = desk(app, person, slug).await?;
    types(&desk.wave)?;
    onward(app, person, &desk, (county, name, 1)).await
}

async fn finish(
    app: &App,
    person: &Account,
    desk: &Desk,
    (lot, sheets): (&Lot, &Sheets),
    readings: Vec<Reading>,
) -> Result<(), PaperError> {
    let thirds = sheets
        .values()
        .filter(|readings| readings.len() > 2)
        .count();
    let missing = readings.iter().filter(|reading| reading.is_missing).count();
    let detail = json!({ "sheets": lot.sheets, "settled_by_a_third": thirds, "missing": missing });
    if paper::keep(app, desk, lot, readings).await? {
        note(app, person, &desk.wave, "keep_lot", lot, detail).await?;
    }
    Ok(())
}

/// Readings by number of their sheet.
type Sheets = BTreeMap<u64, Vec<(Typist, Reading)>>;

/// A lot and its readings; nothing if it has no sheet of this number.
async fn find(
    app: &App,
    desk: &Desk,
    county: &str,
    name: &str,
    number: u64,
) -> Result<(Lot, Sheets), PaperError> {
    let name = LotName::parse(name).ok_or(PaperError::NoSheet)?;
    let county = AreaCode::parse(county).map_err(|_| PaperError::NoSheet)?;
    let wave = desk.wave.id;
    let mut tx = app.urn.0.begin_read("readings of a lot").await?;
    let conn = &mut tx.conn();
    let found = lot::find(conn, wave, &county, &name).await?;
    let lot = found
        .filter(|lot| (1..=lot.sheets).contains(&number))
        .ok_or(PaperError::NoSheet)?;
    let stored = sheet::list(conn, wave, &lot).await?;
    drop(tx);
    let sheets = open(desk, wave, &lot, &stored)?;
    Ok((lot, sheets))
}

fn open(desk: &Desk, wave: WaveId, lot: &Lot, stored: &[Sealed]) -> Result<Sheets, PaperError> {
    let key: SealKey = desk.key()?;
    let mut sheets = Sheets::new();
    for sealed in stored {
        let opened = key
            .open(&context(wave, lot, sealed.sheet), &sealed.record)
            .map_err(IntakeError::from)?;
        let reading = Reading::decode(&desk.questionnaire, &opened)?;
        sheets
            .entry(sealed.sheet)
            .or_default()
            .push((sealed.typist, reading));
    }
    Ok(sheets)
}

/// Where a reading is sealed; authenticated with it.
fn context(wave: WaveId, lot: &Lot, number: u64) -> Vec<u8> {
    [
        b"minyi/v1/sheet".as_slice(),
        wave.as_bytes(),
        lot.place.county.as_str().as_bytes(),
        b"/",
        lot.name.as_str().as_bytes(),
        &number.to_be_bytes(),
    ]
    .concat()
}

fn turn_of(lot: &Lot, readings: &[(Typist, Reading)], me: Typist) -> Turn {
    if lot.is_kept {
        Turn::Done
    } else {
        turn(readings, me)
    }
}

/// The first sheet after this one that the person can read.
fn next(lot: &Lot, sheets: &Sheets, me: Typist, after: u64) -> Option<u64> {
    (after + 1..=lot.sheets).find(|number| {
        let readings = sheets.get(number).map_or(&[][..], Vec::as_slice);
        matches!(turn_of(lot, readings, me), Turn::Type | Turn::Settle)
    })
}

fn progress(lot: Lot, sheets: &Sheets, me: Typist) -> Progress {
    let mut counts = [0; 4];
    for number in 1..=lot.sheets {
        let readings = sheets.get(&number).map_or(&[][..], Vec::as_slice);
        let place = match standing(readings) {
            _ if lot.is_kept => 3,
            Standing::Untouched => 0,
            Standing::Once => 1,
            Standing::Differs => 2,
            Standing::Settled => 3,
        };
        if let Some(count) = counts.get_mut(place) {
            *count += 1;
        }
    }
    Progress {
        next: next(&lot, sheets, me, 0),
        sheets: counts,
        lot,
    }
}

/// What the person did, in the audit log: lots and numbers of sheets, never what is on them.
async fn note(
    app: &App,
    person: &Account,
    wave: &Wave,
    action: &str,
    lot: &Lot,
    mut detail: serde_json::Value,
) -> Result<(), PaperError> {
    if let Some(fields) = detail.as_object_mut() {
        fields.insert("county".to_owned(), lot.place.county.as_str().into());
        fields.insert("lot".to_owned(), lot.name.as_str().into());
    }
    let mut tx = app.office.0.begin_write("note paper work").await?;
    record(
        &mut tx.conn(),
        person,
        app.clock.now(),
        action,
        wave,
        detail,
    )
    .await?;
    tx.commit().await?;
    Ok(())
}
