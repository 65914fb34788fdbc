//! Seeded answers of a wave: deposited while it runs, named after its close, out of every figure.
//!
//! For: `/organize/{wave}/seeds`, `minyi wave seeds`, the close, bundles. Uses: office, urn (places of leaves, records), `survey::seeds`.
//! Promises: only an auditor deposits and names; before the close the server has a digest and numbers, nothing else; a list is named as
//! a whole, once, before the deadline that the sealed plan states, and only when no record waits any more; deposit and naming are
//! entries of the process log, which say what is missing or altered; until then nothing is computed from the answers.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Value, json};

use super::app::App;
use super::logs;
use super::waves::{WaveError, act, counties, find, step, subject};
use crate::storage::office::{audit, questionnaire, seed_deposit, wave};
use crate::storage::urn::{leaf, pool, response};
use crate::storage::{Conn, StoreError};
use crate::survey::account::Account;
use crate::survey::analysis::Record;
use crate::survey::answer::DecodeError;
use crate::survey::area::{Area, AreaCode};
use crate::survey::ids::WaveId;
use crate::survey::questionnaire::Questionnaire;
use crate::survey::response::Response;
use crate::survey::role::Action;
use crate::survey::seeds::{self, BadList, Fate, Lying, SeedNote, SeedPlan};
use crate::survey::time::Instant;
use crate::survey::wave::{Wave, WaveSlug, WaveState};

pub use crate::storage::office::seed_deposit::{Deposit, Witnessed};

mod witnessed;

/// What the audit log calls a deposit.
pub const DEPOSITED: &str = "deposit_seeds";
/// What it calls a list that is named.
pub const NAMED: &str = "name_seeds";
/// Leaves that are read at once.
const PAGE: u64 = 10_000;
/// How often a head is cosigned anew when the log grew meanwhile, before a deposit goes without.
const TRIES: usize = 3;
/// Bytes of a list at most.
const LONGEST: usize = 1 << 20;

/// Why nothing was deposited or named.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// Neither auditing nor watching is among the account's rights.
    #[error("seeds are not among this account's rights")]
    Denied,
    /// The sealed plan announces no seeded answers.
    #[error("the plan announces no seeded answers")]
    NotAnnounced,
    /// Deposits are taken while the wave runs, and only then.
    #[error("the wave does not run")]
    NotRunning,
    /// Lists are named after the close and before the result.
    #[error("lists are named after the close and before the result")]
    NotClosing,
    /// The deadline has passed.
    #[error("lists could be named until {0}")]
    TooLate(Instant),
    /// Records still wait in the pool.
    #[error("{0} records wait in the pool")]
    Waiting(u64),
    /// A digest has 64 hexadecimal digits.
    #[error("{0:?} is no SHA-256")]
    NoDigest(String),
    /// A county that the wave does not ask in, or a number that is none.
    #[error("{0:?} is no county of the wave with a number")]
    NoCounty(String),
    /// More than the plan announces.
    #[error("{asked} seeds, {left} are left of {most}")]
    TooMany {
        /// How many were to be deposited.
        asked: u64,
        /// How many the plan leaves.
        left: u64,
        /// How many it announces.
        most: u64,
    },
    /// The digest is deposited already.
    #[error("this digest is deposited already")]
    Deposited,
    /// The text is no list.
    #[error(transparent)]
    List(#[from] BadList),
    /// No list with this digest was deposited.
    #[error("no list with the digest {0} was deposited")]
    NotDeposited(String),
    /// The list is named already.
    #[error("the list is named already")]
    NamedAlready,
    /// The numbers by county are others than those of the deposit.
    #[error("the numbers by county are others than those of the deposit")]
    OtherNumbers,
    /// A commitment of another list.
    #[error("the commitment {0} stands in another list")]
    TwiceNamed(String),
    /// A stored record cannot be read.
    #[error("a stored record cannot be read")]
    Record(#[from] DecodeError),
    /// The wave.
    #[error(transparent)]
    Wave(#[from] WaveError),
}

impl From<StoreError> for SeedError {
    fn from(error: StoreError) -> Self {
        Self::Wave(error.into())
    }
}

/// How the seeds of a wave stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    /// The wave.
    pub wave: Wave,
    /// What its plan announces; nothing if it announces none.
    pub plan: Option<SeedPlan>,
    /// The counties it asks in.
    pub counties: Vec<Area>,
    /// Every deposit, the first one first.
    pub deposits: Vec<Deposit>,
    /// What became of the seeds of a list that is named, by its digest.
    pub fates: BTreeMap<String, BTreeMap<AreaCode, Fate>>,
    /// Until when lists are named, once the wave is closed.
    pub deadline: Option<Instant>,
}

impl Board {
    /// The name of a county for a reader of this language.
    #[must_use]
    pub fn name_of(&self, language: &str, county: &AreaCode) -> String {
        let known = self.counties.iter().find(|area| area.code == *county);
        known.map_or_else(|| county.to_string(), |area| area.name(language).to_owned())
    }
}

/// How the seeds of a wave stand, for auditors and for whoever watches the wave.
pub async fn board(app: &App, person: &Account, slug: &WaveSlug) -> Result<Board, SeedError> {
    if !person.may(Action::Audit) && !person.may(Action::WatchFieldwork) {
        return Err(SeedError::Denied);
    }
    let mut tx = app.office.0.begin_read("seeds of a wave").await?;
    let mut conn = tx.conn();
    let wave = find(&mut conn, slug).await?;
    let (plan, asked_in) = announced(&mut conn, &wave).await?;
    let deposits = seed_deposit::list(&mut conn, wave.id).await?;
    let mut fates = BTreeMap::new();
    for entry in audit::list_subject(&mut conn, &subject(slug)).await? {
        let digest = entry.detail.get("digest").and_then(Value::as_str);
        let (NAMED, Some(digest)) = (entry.action.as_str(), digest) else {
            continue;
        };
        let told = entry.detail.get("counties").cloned().unwrap_or_default();
        let told = serde_json::from_value(told);
        fates.insert(
            digest.to_owned(),
            told.map_err(|_| StoreError::Corrupt("fates of seeds"))?,
        );
    }
    Ok(Board {
        counties: counties(&mut conn, asked_in.iter()).await?,
        fates,
        deadline: deadline(plan, &wave),
        wave,
        plan,
        deposits,
    })
}

/// What the plan of a wave says of seeds, and the counties it asks in.
async fn announced(
    conn: &mut Conn<'_>,
    wave: &Wave,
) -> Result<(Option<SeedPlan>, BTreeSet<AreaCode>), StoreError> {
    let plan = wave::get_plan(conn, wave.id).await?;
    Ok((plan.seeds(), plan.counties().cloned().collect()))
}

fn deadline(plan: Option<SeedPlan>, wave: &Wave) -> Option<Instant> {
    Some(plan?.deadline(wave.closed?.at))
}

/// A SHA-256 in hexadecimal digits.
fn digest_of(text: &str) -> Result<[u8; 32], SeedError> {
    let mut digest = [0; 32];
    hex::decode_to_slice(text.trim(), &mut digest)
        .map_err(|_| SeedError::NoDigest(text.trim().to_owned()))?;
    Ok(digest)
}

/// Numbers by county as people write them: `140302=5 140303=5`.
pub fn numbers(text: &str) -> Result<BTreeMap<AreaCode, u64>, SeedError> {
    let mut found = BTreeMap::new();
    for word in text
        .split([' ', ',', ';', '\n', '\r'])
        .filter(|word| !word.is_empty())
    {
        let read = || {
            let (county, number) = word.split_once('=')?;
            Some((AreaCode::parse(county).ok()?, number.parse::<u64>().ok()?))
        };
        let (county, number) = read().ok_or_else(|| SeedError::NoCounty(word.to_owned()))?;
        if number == 0 || found.insert(county, number).is_some() {
            return Err(SeedError::NoCounty(word.to_owned()));
        }
    }
    if found.is_empty() {
        return Err(SeedError::NoCounty(String::new()));
    }
    Ok(found)
}

/// An auditor deposits the digest of a list, with its numbers by county, while the wave runs; whether other parties saw it.
pub async fn deposit(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    digest: &str,
    numbers: &BTreeMap<AreaCode, u64>,
) -> Result<bool, SeedError> {
    if !person.may(Action::Audit) {
        return Err(SeedError::Denied);
    }
    let digest = digest_of(digest)?;
    for _ in 0..TRIES {
        let Some(before) = witnessed::before(app, slug).await? else {
            break;
        };
        let size = Some(before.size);
        if let Some((wave, deposit)) = put(app, person, slug, (digest, numbers), size).await? {
            return witnessed::after(app, &wave, &deposit, before).await;
        }
    }
    put(app, person, slug, (digest, numbers), None).await?;
    Ok(false)
}

/// Stores a deposit, unless the log of answers has grown beyond the size that was witnessed.
async fn put(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    (digest, numbers): ([u8; 32], &BTreeMap<AreaCode, u64>),
    witnessed: Option<u64>,
) -> Result<Option<(Wave, Deposit)>, SeedError> {
    let act = act(app, person);
    let mut tx = app.office.0.begin_write("deposit seeds").await?;
    let mut conn = tx.conn();
    let wave = find(&mut conn, slug).await?;
    let (plan, asked_in) = announced(&mut conn, &wave).await?;
    let plan = plan.ok_or(SeedError::NotAnnounced)?;
    if wave.state != WaveState::Open {
        return Err(SeedError::NotRunning);
    }
    if let Some(county) = numbers.keys().find(|county| !asked_in.contains(*county)) {
        return Err(SeedError::NoCounty(county.to_string()));
    }
    let before = seed_deposit::list(&mut conn, wave.id).await?;
    if before.iter().any(|one| one.digest == digest) {
        return Err(SeedError::Deposited);
    }
    let taken: u64 = before.iter().flat_map(|one| one.counties.values()).sum();
    let (asked, most) = (numbers.values().sum::<u64>(), u64::from(plan.most));
    let left = most.saturating_sub(taken);
    if asked > left {
        return Err(SeedError::TooMany { asked, left, most });
    }
    // The last thing that is read: what is in the log by now can have been picked out of it.
    let (log_size, _) = logs::settled(app, wave.id).await?;
    if witnessed.is_some_and(|size| size != log_size) {
        return Ok(None);
    }
    let deposit = Deposit {
        digest,
        counties: numbers.clone(),
        log_size,
        deposited: act,
        list: None,
        witnessed: None,
    };
    seed_deposit::insert(&mut conn, wave.id, &deposit).await?;
    let detail = json!({
        "digest": hex::encode(digest),
        "seeds": asked,
        "counties": numbers,
        "log_size": log_size,
    });
    // The wave's row with it: on PostgreSQL a close at the same moment is told so.
    step(&mut conn, person, act.at, DEPOSITED, &wave, &wave, detail).await?;
    tx.commit().await.map_err(WaveError::from)?;
    Ok(Some((wave, deposit)))
}

/// An auditor names a deposited list: what became of its seeds by county.
pub async fn name(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    list: &str,
) -> Result<BTreeMap<AreaCode, Fate>, SeedError> {
    if !person.may(Action::Audit) {
        return Err(SeedError::Denied);
    }
    // Forms send other ends of lines, and people copy without the last one.
    let list = format!("{}\n", list.replace("\r\n", "\n").trim_end());
    if list.len() > LONGEST {
        return Err(BadList::NoList.into());
    }
    let mut tx = app.office.0.begin_write("name seeds").await?;
    // Who waited for others is as late as that.
    let act = act(app, person);
    let mut conn = tx.conn();
    let wave = find(&mut conn, slug).await?;
    let (plan, _) = announced(&mut conn, &wave).await?;
    plan.ok_or(SeedError::NotAnnounced)?;
    if wave.state != WaveState::Closing {
        return Err(SeedError::NotClosing);
    }
    if let Some(until) = deadline(plan, &wave).filter(|until| act.at >= *until) {
        return Err(SeedError::TooLate(until));
    }
    let asked = questionnaire::get(&mut conn, &wave.questionnaire).await?;
    let deposits = seed_deposit::list(&mut conn, wave.id).await?;
    let (deposit, seeds) = fitting(&asked, &deposits, &list)?;
    let fates = fates(app, &wave, &asked, deposit, &seeds).await?;
    seed_deposit::insert_list(&mut conn, wave.id, &deposit.digest, &list, act).await?;
    let detail = json!({ "digest": hex::encode(deposit.digest), "counties": fates });
    step(&mut conn, person, act.at, NAMED, &wave, &wave, detail).await?;
    tx.commit().await.map_err(WaveError::from)?;
    Ok(fates)
}

/// The deposit of a list, and the list.
fn fitting<'d>(
    asked: &Questionnaire,
    deposits: &'d [Deposit],
    list: &str,
) -> Result<(&'d Deposit, Vec<seeds::Seed>), SeedError> {
    let digest = seeds::digest(list);
    let found = deposits.iter().find(|one| one.digest == digest);
    let deposit = found.ok_or_else(|| SeedError::NotDeposited(hex::encode(digest)))?;
    if deposit.list.is_some() {
        return Err(SeedError::NamedAlready);
    }
    let own = seeds::read(asked, list)?;
    if seeds::counted(&own) != deposit.counties {
        return Err(SeedError::OtherNumbers);
    }
    for other in deposits.iter().filter_map(|one| one.list.as_deref()) {
        let other = seeds::read(asked, other)?;
        let others: BTreeSet<[u8; 32]> = other.iter().map(|seed| seed.commitment).collect();
        let twice = own.iter().find(|seed| others.contains(&seed.commitment));
        if let Some(seed) = twice {
            return Err(SeedError::TwiceNamed(hex::encode(seed.commitment)));
        }
    }
    Ok((deposit, own))
}

/// What becomes of the seeds of one list, once no record waits any more.
async fn fates(
    app: &App,
    wave: &Wave,
    asked: &Questionnaire,
    deposit: &Deposit,
    own: &[seeds::Seed],
) -> Result<BTreeMap<AreaCode, Fate>, SeedError> {
    let mut tx = app.urn.0.begin_read("records under seeds").await?;
    let mut conn = tx.conn();
    let waiting = pool::count_waiting(&mut conn, wave.id).await?;
    let waiting: u64 = waiting.iter().map(|unit| unit.records).sum();
    if waiting > 0 {
        return Err(SeedError::Waiting(waiting));
    }
    let responses = response::list(&mut conn, wave.id).await?;
    let places = places(&mut conn, wave.id).await?;
    drop(tx);
    let wanted: BTreeSet<[u8; 32]> = own.iter().map(|seed| seed.commitment).collect();
    let under = responses
        .iter()
        .filter(|one| wanted.contains(&one.commitment));
    let records = under
        .map(|one| Ok((one.commitment, Record::read(asked, one)?)))
        .collect::<Result<Vec<_>, DecodeError>>()?;
    let lying = records.iter().filter_map(|(commitment, record)| {
        let place = *places.get(commitment)?;
        Some((*commitment, Lying { place, record }))
    });
    Ok(seeds::settle(own, deposit.log_size, &lying.collect()).0)
}

/// Until when a closed wave waits for lists; nothing if every list is named, or the deadline has passed.
pub(in crate::service) async fn awaited(
    app: &App,
    wave: &Wave,
) -> Result<Option<Instant>, StoreError> {
    let mut tx = app.office.0.begin_read("seeds of a close").await?;
    let mut conn = tx.conn();
    let deposits = seed_deposit::list(&mut conn, wave.id).await?;
    if deposits.iter().all(|one| one.list.is_some()) {
        return Ok(None);
    }
    let (plan, _) = announced(&mut conn, wave).await?;
    let until = deadline(plan, wave);
    Ok(until.filter(|until| app.clock.now() < *until))
}

/// Commitments of the records that left, once the wave is closed: counts of residents leave them out. None before, since they have
/// not left; none where the urn is with another program.
pub(super) async fn left(app: &App, wave: &Wave) -> Result<BTreeSet<[u8; 32]>, StoreError> {
    if wave.state < WaveState::Closed || app.urn.0.here().is_err() {
        return Ok(BTreeSet::new());
    }
    let mut tx = app.office.0.begin_read("seeds that left").await?;
    let mut conn = tx.conn();
    let deposits = seed_deposit::list(&mut conn, wave.id).await?;
    if deposits.is_empty() {
        return Ok(BTreeSet::new());
    }
    let asked = questionnaire::get(&mut conn, &wave.questionnaire).await?;
    drop(tx);
    let mut tx = app.urn.0.begin_read("places of seeds").await?;
    let mut left = BTreeSet::new();
    for deposit in &deposits {
        let Some(list) = deposit.list.as_deref() else {
            continue;
        };
        let own = seeds::read(&asked, list).map_err(|_| StoreError::Corrupt("list of seeds"))?;
        for seed in own {
            let found = leaf::find(&mut tx.conn(), wave.id, &seed.commitment).await?;
            // Logged before its list was deposited: it stays.
            if found.is_some_and(|leaf| leaf.place >= deposit.log_size) {
                left.insert(seed.commitment);
            }
        }
    }
    Ok(left)
}

/// Places of the commitments in a wave's log.
pub(super) async fn places(
    conn: &mut Conn<'_>,
    wave: WaveId,
) -> Result<HashMap<[u8; 32], u64>, StoreError> {
    let mut places = HashMap::new();
    loop {
        let from = places.len() as u64;
        let leaves = leaf::list(conn, wave, from, PAGE).await?;
        if leaves.is_empty() {
            return Ok(places);
        }
        for leaf in leaves {
            if places.insert(leaf.commitment, leaf.place).is_some() {
                return Err(StoreError::Corrupt("commitment"));
            }
        }
    }
}

/// Marks the records that lists name, and says what became of every deposit. Responses stand beside their records.
pub(super) fn mark(
    asked: &Questionnaire,
    deposits: &[Deposit],
    responses: &[Response],
    places: &HashMap<[u8; 32], u64>,
    records: &mut [Record],
) -> Result<Vec<SeedNote>, BadList> {
    let mut leaving = BTreeSet::new();
    let mut notes = Vec::new();
    let lying: BTreeMap<[u8; 32], Lying<'_>> = responses
        .iter()
        .zip(records.iter())
        .filter_map(|(response, record)| {
            let place = *places.get(&response.commitment)?;
            Some((response.commitment, Lying { place, record }))
        })
        .collect();
    for deposit in deposits {
        let mut note = SeedNote {
            digest: hex::encode(deposit.digest),
            counties: deposit.counties.clone(),
            log_size: deposit.log_size,
            deposited_at: deposit.deposited.at,
            fates: None,
        };
        if let Some(list) = &deposit.list {
            let own = seeds::read(asked, list)?;
            let (fates, left) = seeds::settle(&own, deposit.log_size, &lying);
            note.fates = Some(fates);
            leaving.extend(left);
        }
        notes.push(note);
    }
    drop(lying);
    for (response, record) in responses.iter().zip(records) {
        record.seeded = leaving.contains(&response.commitment);
    }
    Ok(notes)
}

/// Every deposit with its list, as bundles have them; nothing where there are none.
pub(super) async fn document(app: &App, wave: &Wave) -> Result<Option<Vec<u8>>, StoreError> {
    let mut tx = app.office.0.begin_read("seeds for a bundle").await?;
    let deposits = seed_deposit::list(&mut tx.conn(), wave.id).await?;
    if deposits.is_empty() {
        return Ok(None);
    }
    let one = |deposit: &Deposit| {
        json!({
            "digest": hex::encode(deposit.digest),
            "counties": deposit.counties,
            "log_size": deposit.log_size,
            "list": deposit.list,
            "witnessed": deposit.witnessed,
        })
    };
    let document = json!({ "deposits": deposits.iter().map(one).collect::<Vec<_>>() });
    let bytes = serde_json::to_vec_pretty(&document);
    Ok(Some(bytes.map_err(|_| StoreError::Corrupt("seeds"))?))
}
