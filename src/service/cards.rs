//! The file of codes, handed back to be printed: cards, letters, or a list for those who send messages.
//!
//! For: the organizer's page and `minyi wave cards`. Promises: nothing of the file is kept; every code is checked, by its
//! check character and against what the wave has issued, so that a list from before other codes were made is not
//! printed; whether a code was used plays no part and cannot be told from the answer.

mod make;

use std::collections::BTreeMap;

use super::app::App;
use super::codes::{CodesError, Issued, code};
use super::import::sheet::{CellProblem, Column, Row, RowProblem, Sheet};
use super::waves::allowed;
use crate::storage::office::{area, frame, questionnaire};
use crate::storage::{Conn, StoreError};
use crate::survey::account::Account;
use crate::survey::area::{Area, AreaCode, AreaTree};
use crate::survey::invitation::Code;
use crate::survey::questionnaire::Questionnaire;
use crate::survey::wave::{Wave, WaveSlug};

const COLUMNS: [Column; 6] = [
    Column::required("code", &["答题码"]),
    Column::required("county", &["县区代码"]),
    Column::optional("stratum", &["层"]),
    Column::required("community", &["村居代码"]),
    Column::optional("part", &["部分"]),
    Column::optional("link", &["链接"]),
];

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
) -> Result<Invitations, CodesError> {
    allowed(person)?;
    let sheet = Sheet::read(bytes, &COLUMNS).map_err(CodesError::Rows)?;
    let lines = sheet.parse(line).map_err(CodesError::Rows)?;
    let mut tx = app.office.0.begin_read("print invitations").await?;
    let mut conn = tx.conn();
    let mut issued = Issued::load(app, &mut conn, slug).await?;
    let places = Places::load(app, &mut conn, &issued.wave).await?;
    let questionnaire = questionnaire::get(&mut conn, &issued.wave.questionnaire).await?;
    drop(tx);
    let mut problems = Vec::new();
    let mut piles = BTreeMap::new();
    for (at, line) in lines.into_iter().enumerate() {
        let put = match issued.take(&line.code) {
            Ok(_) => places.put(line, &mut piles),
            Err(problem) => Err(("code", problem)),
        };
        if let Err((column, problem)) = put {
            problems.push(sheet.problem(at, column, problem));
        }
    }
    if !problems.is_empty() {
        return Err(CodesError::Rows(problems));
    }
    Ok(Invitations {
        wave: issued.wave,
        questionnaire,
        piles: piles.into_values().collect(),
    })
}

/// County, community and part: what makes a pile.
type Piles = BTreeMap<(AreaCode, AreaCode, u32), Pile>;

/// The places to which invitations go.
struct Places {
    areas: AreaTree,
    /// Names of communities and villages.
    names: BTreeMap<AreaCode, String>,
    /// The wave's address, without a county.
    address: String,
}

impl Places {
    async fn load(app: &App, conn: &mut Conn<'_>, wave: &Wave) -> Result<Self, StoreError> {
        let frame = wave.frame.ok_or(StoreError::Missing("frame"))?;
        let frame = frame::get(conn, frame).await?;
        let units = frame::get_units(conn, &frame).await?;
        let names = units.units().iter();
        Ok(Self {
            areas: area::list(conn).await?,
            names: names
                .map(|unit| (unit.code.clone(), unit.name.clone()))
                .collect(),
            address: format!("{}/s/{}", app.public_url, wave.slug),
        })
    }

    /// Puts an invitation on its pile, or says which of its columns names no place.
    fn put(&self, line: Line, piles: &mut Piles) -> Result<(), (&'static str, CellProblem)> {
        let unknown = |code: &AreaCode| CellProblem::Code(code.to_string());
        let county = self.areas.get(&line.county);
        let county = county.ok_or_else(|| ("county", unknown(&line.county)))?;
        let name = self.names.get(&line.community);
        let name = name.ok_or_else(|| ("community", unknown(&line.community)))?;
        let address = format!("{}/{}", self.address, county.code);
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
        Ok(())
    }
}

fn line(row: &Row<'_>) -> Result<Line, RowProblem> {
    Ok(Line {
        code: code(row)?,
        county: row.area_code("county")?,
        community: row.area_code("community")?,
        part: match row.text("part") {
            "" => 0,
            _ => row.whole("part")?,
        },
    })
}
