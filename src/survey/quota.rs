//! Quota cells: a county's residents by age band and sex, and where a wave tells them apart by
//! residence, each with a target.
//!
//! In a probability wave a target is watched and nobody is turned away: whom the draw has chosen is
//! asked, however full the cell. In an open wave, whose link goes to everyone, a cell can also be
//! closed when it is full, and its result is no estimate: see Baker et al., Summary Report of the AAPOR
//! Task Force on Non-probability Sampling, Journal of Survey Statistics and Methodology 1 (2013), 90–143.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde::{Deserialize, Serialize};

use super::answer::Answers;
use super::area::AreaCode;
use super::frame::Residence;
use super::plan::{Plan, eligible_codes};
use super::questionnaire::Questionnaire;
use super::wave::WaveKind;

/// What a cell at its target does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuotaRule {
    /// Takes more: the target is only watched.
    Monitor,
    /// Takes no more.
    Close,
}

impl QuotaRule {
    /// The word that stores and files use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Monitor => "monitor",
            Self::Close => "close",
        }
    }

    /// The rule of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Monitor, Self::Close]
            .into_iter()
            .find(|rule| rule.as_str() == word)
    }
}

/// A cell within a county.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Cell {
    /// Code of the age band, as the questionnaire has it.
    pub age: String,
    /// Code of the sex.
    pub sex: String,
    /// Urban or rural, where the wave tells them apart.
    pub residence: Option<Residence>,
}

/// A text that names no cell.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" names no cell")]
pub struct BadCell(pub String);

impl Cell {
    /// Reads what [`Display`](fmt::Display) writes.
    pub fn parse(text: &str) -> Result<Self, BadCell> {
        let bad = || BadCell(text.to_owned());
        let mut parts = text.split('/');
        let mut part = || parts.next().filter(|part| !part.is_empty());
        let (age, sex) = part().zip(part()).ok_or_else(bad)?;
        let residence = match part() {
            None => None,
            Some(word) => Some(Residence::parse(word).ok_or_else(bad)?),
        };
        if parts.next().is_some() {
            return Err(bad());
        }
        Ok(Self {
            age: age.to_owned(),
            sex: sex.to_owned(),
            residence,
        })
    }

    /// The cell of these answers; `None` if age or sex was left out or not asked, or ended the interview.
    #[must_use]
    pub fn of(
        plan: &Plan,
        questionnaire: &Questionnaire,
        answers: &Answers,
        residence: Option<Residence>,
    ) -> Option<Self> {
        let code = |item: &str| {
            let choice = answers.choice(questionnaire, item)?;
            let eligible = eligible_codes(questionnaire.item(item)?);
            eligible
                .contains(choice.code.as_str())
                .then(|| choice.code.clone())
        };
        Some(Self {
            age: code(plan.age_item())?,
            sex: code(plan.sex_item())?,
            residence,
        })
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.age, self.sex)?;
        match self.residence {
            Some(residence) => write!(f, "/{}", residence.as_str()),
            None => Ok(()),
        }
    }
}

impl TryFrom<String> for Cell {
    type Error = BadCell;

    fn try_from(text: String) -> Result<Self, BadCell> {
        Self::parse(&text)
    }
}

impl From<Cell> for String {
    fn from(cell: Cell) -> Self {
        cell.to_string()
    }
}

/// A cell of a county with its target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// The county.
    pub county: AreaCode,
    /// The cell.
    pub cell: Cell,
    /// Answers wanted.
    pub target: u32,
    /// What happens at the target.
    pub rule: QuotaRule,
}

/// Answers of a cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tally {
    /// Counted toward the target.
    pub counted: u64,
    /// Kept, but not counted: they came when no place was left.
    pub uncounted: u64,
}

/// What is wrong with one cell of a list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuotaProblem {
    /// The wave does not ask in that county.
    #[error("county {0} is not in this wave")]
    NoCounty(AreaCode),
    /// The questionnaire has no such age band.
    #[error("the questionnaire has no age band \"{0}\"")]
    NoAge(String),
    /// The questionnaire has no such sex.
    #[error("the questionnaire has no sex \"{0}\"")]
    NoSex(String),
    /// All cells of a wave have a residence, or none has.
    #[error("all cells have a residence, or none has")]
    Residence,
    /// The cell occurs twice.
    #[error("this cell occurs twice")]
    Twice,
    /// A probability wave turns nobody away.
    #[error("a probability wave turns nobody away: its cells can only be watched")]
    Closes,
    /// Not the cells that were sealed: only their targets and rules can change.
    #[error("only the targets and rules of the sealed cells can change")]
    OtherCells,
    /// More answers are counted already.
    #[error("{0} answers are counted already")]
    Counted(u64),
}

/// Which of `quotas` do not fit a wave, by place in the list. Whether cells have a residence is said by
/// the plan of an open wave, which asks for it, and by the list itself in a probability wave.
pub fn check(
    plan: &Plan,
    questionnaire: &Questionnaire,
    quotas: &[Quota],
) -> Result<(), Vec<(usize, QuotaProblem)>> {
    let counties: BTreeSet<&AreaCode> = plan.counties().collect();
    let codes = |item: &str| {
        questionnaire
            .item(item)
            .map(eligible_codes)
            .unwrap_or_default()
    };
    let (ages, sexes) = (codes(plan.age_item()), codes(plan.sex_item()));
    let with_residence = match plan {
        Plan::Open(open) => open.residence,
        Plan::Probability(_) => quotas.first().is_some_and(|q| q.cell.residence.is_some()),
    };
    let mut seen = BTreeSet::new();
    let problem = |quota: &Quota, seen: &mut BTreeSet<(AreaCode, Cell)>| {
        let Quota {
            county, cell, rule, ..
        } = quota;
        if !counties.contains(county) {
            Some(QuotaProblem::NoCounty(county.clone()))
        } else if !ages.contains(cell.age.as_str()) {
            Some(QuotaProblem::NoAge(cell.age.clone()))
        } else if !sexes.contains(cell.sex.as_str()) {
            Some(QuotaProblem::NoSex(cell.sex.clone()))
        } else if cell.residence.is_some() != with_residence {
            Some(QuotaProblem::Residence)
        } else if *rule == QuotaRule::Close && plan.kind() == WaveKind::Probability {
            Some(QuotaProblem::Closes)
        } else if seen.insert((county.clone(), cell.clone())) {
            None
        } else {
            Some(QuotaProblem::Twice)
        }
    };
    let problems: Vec<(usize, QuotaProblem)> = quotas
        .iter()
        .enumerate()
        .filter_map(|(place, quota)| Some((place, problem(quota, &mut seen)?)))
        .collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

/// Which targets of cells that close are below what is counted already. A target that is left out has no
/// limit.
pub fn check_counted(
    quotas: &[Quota],
    tallies: &BTreeMap<(AreaCode, Cell), Tally>,
) -> Result<(), Vec<(usize, QuotaProblem)>> {
    let below = |quota: &Quota| {
        let counted = tallies
            .get(&(quota.county.clone(), quota.cell.clone()))?
            .counted;
        (quota.rule == QuotaRule::Close && u64::from(quota.target) < counted)
            .then_some(QuotaProblem::Counted(counted))
    };
    let problems: Vec<(usize, QuotaProblem)> = quotas
        .iter()
        .enumerate()
        .filter_map(|(place, quota)| Some((place, below(quota)?)))
        .collect();
    if problems.is_empty() {
        Ok(())
    } else {
        Err(problems)
    }
}

#[cfg(test)]
mod tests;
