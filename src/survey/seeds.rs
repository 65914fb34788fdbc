//! Seeded answers: answers of auditors who know what they sent, so that whoever deletes or changes answers may hit one of theirs.
//!
//! Pure. A list of seeds is a text that an auditor keeps; before the close only its SHA-256 is deposited, so nobody who could delete
//! knows which records they are. After the close the list is named, each line is held against the record under its commitment, and the
//! records that are there leave before anything is computed. "This record is mine" is no way to remove what residents said:
//!
//! * the list is fixed while nobody can read an answer, and it is named as a whole or not at all;
//! * a record leaves only if the list was deposited before its commitment was in the log. Until then its owner's receipt is all that
//!   tells of it, so a line that was picked out of the public log stays in every figure and is told as late;
//! * the sealed plan states the largest number.
//!
//! The text has lines that end with a line feed: `minyi seeds 1`, `salt` and 64 hexadecimal digits, then for each answer the county's
//! code, the commitment (64 digits) and the answers, `q1=4`, several of one item joined by `+`, all apart by one space. The salt keeps
//! anybody from finding the list by trying.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::analysis::Record;
use super::answer::{Answers, transcribe};
use super::area::AreaCode;
use super::questionnaire::Questionnaire;
use super::time::Instant;

/// First line of a list.
const HEADER: &str = "minyi seeds 1";

/// What a plan announces of seeded answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SeedPlan {
    /// Largest number of seeded answers in the wave.
    pub most: u32,
    /// Days after the close within which they are named; then the plan runs without those that were not.
    pub days: u32,
}

impl SeedPlan {
    /// Until when lists can be named.
    #[must_use]
    pub fn deadline(self, closed_at: Instant) -> Instant {
        let hours = u64::from(self.days) * 24;
        closed_at.plus(Duration::from_hours(hours))
    }
}

/// One seeded answer as its auditor knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seed {
    /// The county whose page it was sent to.
    pub county: AreaCode,
    /// The commitment on the receipt.
    pub commitment: [u8; 32],
    /// What was answered.
    pub answers: Answers,
}

/// Why a text is no list of seeds. Lines are counted from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadList {
    /// It does not begin as a list does.
    #[error("the text does not begin with \"{HEADER}\" and a line with a salt")]
    NoList,
    /// No line names an answer.
    #[error("the list is empty")]
    Empty,
    /// A line without county, commitment and answers.
    #[error("line {0} is not a county, a commitment and answers")]
    Line(usize),
    /// Answers that nobody can have sent.
    #[error("line {0}: the questionnaire has no such answers")]
    Answers(usize),
    /// A commitment that stands there already.
    #[error("line {0}: the commitment stands there already")]
    Twice(usize),
}

/// SHA-256 of a list.
#[must_use]
pub fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// What was sent: its county, its commitment, and pairs of item and code.
pub type Sent = (AreaCode, [u8; 32], Vec<(String, String)>);

/// The text of a list.
#[must_use]
pub fn write(salt: &[u8; 32], seeds: &[Sent]) -> String {
    let mut text = format!("{HEADER}\nsalt {}\n", hex::encode(salt));
    for (county, commitment, answers) in seeds {
        let mut by_item: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (item, code) in answers.iter().filter(|(_, code)| !code.is_empty()) {
            by_item.entry(item).or_default().insert(code);
        }
        let _ = write!(text, "{county} {}", hex::encode(commitment));
        for (item, codes) in by_item {
            let codes: Vec<&str> = codes.into_iter().collect();
            let _ = write!(text, " {item}={}", codes.join("+"));
        }
        text.push('\n');
    }
    text
}

/// Reads what [`write()`] wrote.
pub fn read(questionnaire: &Questionnaire, text: &str) -> Result<Vec<Seed>, BadList> {
    let mut lines = text.split_terminator('\n').zip(1..);
    let header = lines.next().map(|(line, _)| line);
    let salt = lines
        .next()
        .and_then(|(line, _)| line.strip_prefix("salt "));
    if header != Some(HEADER) || salt.and_then(bytes).is_none() {
        return Err(BadList::NoList);
    }
    let mut seen = BTreeSet::new();
    let mut seeds = Vec::new();
    for (line, number) in lines {
        let seed = seed(questionnaire, line, number)?;
        if !seen.insert(seed.commitment) {
            return Err(BadList::Twice(number));
        }
        seeds.push(seed);
    }
    if seeds.is_empty() {
        return Err(BadList::Empty);
    }
    Ok(seeds)
}

fn bytes(hex: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(hex, &mut bytes).ok()?;
    Some(bytes)
}

fn seed(questionnaire: &Questionnaire, line: &str, number: usize) -> Result<Seed, BadList> {
    let mut words = line.split(' ');
    let county = words.next().and_then(|word| AreaCode::parse(word).ok());
    let commitment = words.next().and_then(bytes);
    let (Some(county), Some(commitment)) = (county, commitment) else {
        return Err(BadList::Line(number));
    };
    let mut pairs = Vec::new();
    for word in words {
        let (item, codes) = word.split_once('=').ok_or(BadList::Line(number))?;
        pairs.extend(
            codes
                .split('+')
                .map(|code| (item.to_owned(), code.to_owned())),
        );
    }
    if pairs.is_empty() {
        return Err(BadList::Line(number));
    }
    let answers = transcribe(questionnaire, &pairs).map_err(|_| BadList::Answers(number))?;
    Ok(Seed {
        county,
        commitment,
        answers,
    })
}

/// Number of seeds by county.
#[must_use]
pub fn counted(seeds: &[Seed]) -> BTreeMap<AreaCode, u64> {
    let mut counts = BTreeMap::new();
    for seed in seeds {
        *counts.entry(seed.county.clone()).or_default() += 1;
    }
    counts
}

/// What became of the seeds of a county.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fate {
    /// There, with the answers that were sent; left.
    pub intact: u64,
    /// There, with other answers or in another county; left.
    pub altered: u64,
    /// Not there.
    pub missing: u64,
    /// There before the list was deposited: stayed in every figure.
    pub late: u64,
}

impl Fate {
    /// All of them.
    #[must_use]
    pub const fn total(self) -> u64 {
        self.intact + self.altered + self.missing + self.late
    }

    /// Records that left.
    #[must_use]
    pub const fn left(self) -> u64 {
        self.intact + self.altered
    }

    /// Together with those of another county.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self {
            intact: self.intact + other.intact,
            altered: self.altered + other.altered,
            missing: self.missing + other.missing,
            late: self.late + other.late,
        }
    }
}

/// A deposited list as everybody may read of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeedNote {
    /// SHA-256 of the list, hexadecimal.
    pub digest: String,
    /// Number of seeds by county, as stated at the deposit.
    pub counties: BTreeMap<AreaCode, u64>,
    /// Leaves in the log at the deposit.
    pub log_size: u64,
    /// When it was deposited.
    pub deposited_at: Instant,
    /// What became of them by county; nothing if the list was never named.
    pub fates: Option<BTreeMap<AreaCode, Fate>>,
}

impl SeedNote {
    /// Number of seeds.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.counties.values().sum()
    }

    /// What became of all of them.
    #[must_use]
    pub fn fate(&self) -> Option<Fate> {
        let fates = self.fates.as_ref()?;
        Some(
            fates
                .values()
                .fold(Fate::default(), |sum, fate| sum.with(*fate)),
        )
    }
}

/// A record under its commitment.
#[derive(Debug, Clone, Copy)]
pub struct Lying<'a> {
    /// Place of its leaf in the log, from 0.
    pub place: u64,
    /// The record.
    pub record: &'a Record,
}

/// Holds a list that was deposited at `log_size` leaves against the records: what became of each seed by county, and the commitments
/// of the records that leave.
#[must_use]
pub fn settle(
    seeds: &[Seed],
    log_size: u64,
    lying: &BTreeMap<[u8; 32], Lying<'_>>,
) -> (BTreeMap<AreaCode, Fate>, BTreeSet<[u8; 32]>) {
    let mut fates: BTreeMap<AreaCode, Fate> = BTreeMap::new();
    let mut leaving = BTreeSet::new();
    for seed in seeds {
        let fate = fates.entry(seed.county.clone()).or_default();
        let Some(Lying { place, record }) = lying.get(&seed.commitment) else {
            fate.missing += 1;
            continue;
        };
        if *place < log_size {
            fate.late += 1;
            continue;
        }
        leaving.insert(seed.commitment);
        if record.answers == seed.answers && record.place.county == seed.county {
            fate.intact += 1;
        } else {
            fate.altered += 1;
        }
    }
    (fates, leaving)
}

#[cfg(test)]
mod tests;
