//! The file of codes, handed back to be printed: cards, letters, or a list for those who send messages.
//!
//! For: the organizer's page and `minyi wave cards`. Promises: nothing of the file is kept; every code is checked, by its
//! check character and against what the wave has issued, so that a list from before other codes were made is not
//! printed; whether a code was used plays no part and cannot be told from the answer.

mod make;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::app::App;
use super::import::sheet::{CellProblem, Column, Row, RowProblem, Sheet};
use super::keys::WaveKeys;
use super::waves::{WaveError, allowed, find};
use crate::storage::office::{area, frame, invitation, questionnaire, wave_key};
use crate::storage::{Conn, StoreError};
use crate::survey::account::Account;
use crate::survey::area::{Area, AreaCode, AreaTree};
use crate::survey::invitation::Code;
use crate::survey::questionnaire::Questionnaire;
use crate::survey::wave::{Refusal, Wave, WaveSlug, WaveState};

const COLUMNS: [Column; 6] = [
    Column::required("code", &["答题码"]),
    Column::required("county", &["县区代码"]),
    Column::optional("stratum", &["层"]),
    Column::required("community", &["村居代码"]),
    Column::optional("part", &["部分"]),
    Column::optional("link", &["链接"]),
];

/// Why nothing is printed.
#[derive(Debug, thiserror::Error)]
pub enum CardsError {
    /// The wave does not take it.
    #[error(transparent)]
    Wave(#[from] WaveError),
    /// The file is refused.
    #[error("the file has {} problems", .0.len())]
    Rows(Vec<RowProblem>),
}

impl From<StoreError> for CardsError {
    fn from(error: StoreError) -> Self {
        Self::Wave(error.into())
    }
}

/// Invitations of a wave, ready to be printed.
#[derive(Debug)]
pub struct Invitations {
    /// The wave.
    pub wave: Wave,
    /// Its questionnaire.
    pub questionnaire: Questionnaire,
    /// Piles by county, community and part.
    pub piles: Vec<Pile>,
}

/// The invitations of one community.
#[derive(Debug)]
pub struct Pile {
    /// The county.
    pub county: Area,
    /// Code of the community or village.
    pub community: AreaCode,
    /// Its name in the frame.
    pub name: String,
    /// Part of a community that was taken with certainty, from 1; 0 otherwise.
    pub part: u32,
    /// One invitation each.
    pub cards: Vec<Card>,
}

/// One invitation.
pub struct Card {
    /// The code as printed.
    pub code: String,
    /// The survey's address for this county, without the code.
    pub address: String,
    /// The address with the code behind `#`.
    pub link: String,
}

impl std::fmt::Debug for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Card").finish_non_exhaustive()
    }
}

struct Line {
    code: Code,
    county: AreaCode,
    community: AreaCode,
    part: u32,
}

/// Reads the file of codes and sorts it into piles.
pub async fn invitations(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    bytes: &[u8],
) -> Result<Invitations, CardsError> {
    allowed(person)?;
    let sheet = Sheet::read(bytes, &COLUMNS).map_err(CardsError::Rows)?;
    let lines = sheet.parse(line).map_err(CardsError::Rows)?;
    let mut tx = app.office.0.begin_read("print invitations").await?;
    let mut conn = tx.conn();
    let wave = find(&mut conn, slug).await?;
    if !matches!(wave.state, WaveState::Drawn | WaveState::Open) {
        let refused = Refusal::State {
            kind: wave.kind,
            found: wave.state,
            needed: WaveState::Drawn,
        };
        return Err(WaveError::from(refused).into());
    }
    let known = Known::load(app, &mut conn, &wave).await?;
    let questionnaire = questionnaire::get(&mut conn, &wave.questionnaire).await?;
    drop(tx);
    let piles = known.sort(&wave, lines, &|place, column, problem| {
        sheet.problem(place, column, problem)
    });
    Ok(Invitations {
        wave,
        questionnaire,
        piles: piles.map_err(CardsError::Rows)?,
    })
}

/// What lines are held against.
struct Known {
    /// Hashes of the codes of the wave.
    issued: BTreeSet<[u8; 32]>,
    keys: WaveKeys,
    areas: AreaTree,
    /// Names of communities and villages.
    names: BTreeMap<AreaCode, String>,
    public_url: Arc<str>,
}

impl Known {
    async fn load(app: &App, conn: &mut Conn<'_>, wave: &Wave) -> Result<Self, CardsError> {
        let wrapped = wave_key::find(conn, wave.id).await?;
        let wrapped = wrapped.ok_or(StoreError::Missing("wave keys"))?;
        let frame = wave.frame.ok_or(StoreError::Missing("frame"))?;
        let frame = frame::get(conn, frame).await?;
        let units = frame::get_units(conn, &frame).await?;
        Ok(Self {
            issued: invitation::hashes(conn, wave.id).await?,
            keys: app.keys.wave(wave.id, &wrapped).map_err(WaveError::from)?,
            areas: area::list(conn).await?,
            names: units
                .units()
                .iter()
                .map(|unit| (unit.code.clone(), unit.name.clone()))
                .collect(),
            public_url: app.public_url.clone(),
        })
    }

    /// Piles by county, community and part, or every line that has no place in one.
    fn sort(
        &self,
        wave: &Wave,
        lines: Vec<Line>,
        problem: &dyn Fn(usize, &'static str, CellProblem) -> RowProblem,
    ) -> Result<Vec<Pile>, Vec<RowProblem>> {
        let mut problems = Vec::new();
        let mut seen = BTreeSet::new();
        let mut piles: BTreeMap<(AreaCode, AreaCode, u32), Pile> = BTreeMap::new();
        for (place, line) in lines.into_iter().enumerate() {
            let mut refuse = |column, what| problems.push(problem(place, column, what));
            let hash = line.code.hash(&self.keys.pepper, wave.id);
            let county = self.areas.get(&line.county);
            match (county, self.names.get(&line.community)) {
                _ if !self.issued.contains(hash.as_bytes()) => {
                    refuse("code", CellProblem::OtherCode);
                }
                _ if !seen.insert(*hash.as_bytes()) => refuse("code", CellProblem::CodeTwice),
                (None, _) => refuse("county", CellProblem::Code(line.county.to_string())),
                (_, None) => refuse("community", CellProblem::Code(line.community.to_string())),
                (Some(county), Some(name)) => {
                    let address = format!("{}/s/{}/{}", self.public_url, wave.slug, county.code);
                    let code = line.code.printed();
                    let key = (line.county, line.community.clone(), line.part);
                    let pile = piles.entry(key).or_insert_with(|| Pile {
                        county: county.clone(),
                        community: line.community,
                        name: name.clone(),
                        part: line.part,
                        cards: Vec::new(),
                    });
                    pile.cards.push(Card {
                        link: format!("{address}#{code}"),
                        address,
                        code,
                    });
                }
            }
        }
        if problems.is_empty() {
            Ok(piles.into_values().collect())
        } else {
            Err(problems)
        }
    }
}

fn line(row: &Row<'_>) -> Result<Line, RowProblem> {
    let code = row.filled("code")?;
    let code = Code::parse(&code).map_err(|_| row.problem("code", CellProblem::BadCode))?;
    Ok(Line {
        code,
        county: row.area_code("county")?,
        community: row.area_code("community")?,
        part: match row.text("part") {
            "" => 0,
            _ => row.whole("part")?,
        },
    })
}
