//! What is known of every county and year.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::accepted::{Cover, Reading, Versions, last};
use super::published::{Published, Shelf, Yardstick};
use crate::evaluation::cycle::{Season, Title};
use crate::evaluation::register::{Ground, Stage, Standing};
use crate::evaluation::standard::{County, Standard};
use crate::service::app::App;
use crate::service::waves::WaveError;
use crate::stats::threshold::NotAssessable;
use crate::storage::office::title_step::{self, Acceptance, TitleStep};
use crate::storage::office::{account, estimate};
use crate::storage::{Conn, StoreError};
use crate::survey::account::AccountName;
use crate::survey::ids::{AccountId, TitleStepId, WaveId};
use crate::survey::result::WaveResult;
use crate::survey::time::Instant;
use crate::survey::together::{self, Together};
use crate::survey::wave::WaveSlug;

/// A county in a year.
#[derive(Debug, Clone)]
pub struct Cell {
    /// The year.
    pub year: i32,
    /// The standard that judged it, or would.
    pub yardstick: Yardstick,
    /// Where today lies in the calendar of the year.
    pub season: Season,
    /// What was done.
    pub steps: Vec<TitleStep>,
    /// Where that leads.
    pub stage: Stage,
    /// The application came in time, as its paper says, but was entered after the last day: a second person decides.
    pub is_claimed: bool,
    /// Whether the values are still those that were accepted, where the county was.
    pub cover: Option<Cover>,
    /// Whether it has the title, and if not, why not.
    pub standing: Standing,
    /// The published result on which the verdict rests.
    pub wave: Option<WaveSlug>,
    /// That result or its values are made up.
    pub synthetic: bool,
    /// Years in a row with the title up to this one, under any version of the same standard.
    pub held: u32,
    /// So many that it may be recommended to the province.
    pub may_be_recommended: bool,
    /// Approval over the years that lead to the recommendation, taken together, where there are so many.
    pub together: Option<Result<Together, NotAssessable>>,
    /// The wave of the published result.
    wave_id: Option<WaveId>,
}

/// A county over the years.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its division code.
    pub county: String,
    /// One cell for each year of the register.
    pub cells: Vec<Cell>,
}

/// Titles over the years.
#[derive(Debug, Clone)]
pub struct Register {
    /// The standard in force.
    pub standard: Arc<Standard>,
    /// The years, the first one first.
    pub years: Vec<i32>,
    /// The standard that judged each year, or would.
    pub yardsticks: BTreeMap<i32, Yardstick>,
    /// Counties of the standard in force in its order; then those that only another year's standard has.
    pub rows: Vec<Row>,
    /// Names of people.
    pub people: BTreeMap<AccountId, AccountName>,
}

impl Register {
    /// A county in a year.
    #[must_use]
    pub fn cell(&self, county: &str, year: i32) -> Option<&Cell> {
        let row = self.rows.iter().find(|row| row.county == county)?;
        row.cells.iter().find(|cell| cell.year == year)
    }

    /// How many counties have the title of a year.
    #[must_use]
    pub fn named(&self, year: i32) -> usize {
        let cells = self.rows.iter().flat_map(|row| &row.cells);
        cells
            .filter(|cell| cell.year == year && cell.standing.title() != Title::NotNamed)
            .count()
    }

    /// A county as the standard in force has it, or the latest year's that has it.
    #[must_use]
    pub fn county(&self, code: &str) -> Option<&County> {
        let mut others = self.yardsticks.values().rev();
        let others = others.find_map(|of| of.standard.county(code));
        self.standard.county(code).or(others)
    }
}

/// The register, from one read; `None` before a standard is imported.
pub async fn register(app: &App) -> Result<Option<Register>, WaveError> {
    let mut tx = app.office.0.begin_read("titles").await?;
    let mut conn = tx.conn();
    let Some(mut register) = load(app, &mut conn).await? else {
        return Ok(None);
    };
    pool(&mut conn, &mut register.rows).await?;
    Ok(Some(register))
}

/// The register without years put together.
pub(super) async fn load(app: &App, conn: &mut Conn<'_>) -> Result<Option<Register>, StoreError> {
    let people = account::list(conn).await?.into_iter();
    let people: BTreeMap<AccountId, AccountName> = people.map(|who| (who.id, who.name)).collect();
    let Some(shelf) = Shelf::load(conn, &people).await? else {
        return Ok(None);
    };
    let Some(in_force) = shelf.in_force() else {
        return Ok(None);
    };
    let mut taken: BTreeMap<(String, i32), Vec<TitleStep>> = BTreeMap::new();
    for step in title_step::list(conn).await? {
        let place = (step.county.clone(), step.year);
        taken.entry(place).or_default().push(step);
    }
    let now = app.clock.now();
    let this_year = i32::from(app.zone.date(now).year());
    let mut years: BTreeSet<i32> = [this_year.saturating_sub(1), this_year].into();
    years.extend(shelf.years());
    years.extend(taken.keys().map(|(_, year)| *year));
    let yardsticks: BTreeMap<i32, Yardstick> = years
        .iter()
        .filter_map(|year| Some((*year, shelf.yardstick(None, *year)?)))
        .collect();
    let maker = Maker {
        now,
        acceptances: title_step::acceptances(conn).await?,
        shelf,
        years: years.into_iter().collect(),
    };
    let mut rows = Vec::new();
    for county in counties(&in_force.standard, &yardsticks) {
        rows.push(maker.row(conn, county, &mut taken).await?);
    }
    Ok(Some(Register {
        rows,
        years: maker.years,
        yardsticks,
        people,
        standard: in_force.standard,
    }))
}

/// Counties of the standard in force, then those of other years' standards, the latest first.
fn counties(standard: &Standard, yardsticks: &BTreeMap<i32, Yardstick>) -> Vec<String> {
    let others = yardsticks.values().rev().map(|of| of.standard.as_ref());
    let mut found: Vec<String> = Vec::new();
    for county in std::iter::once(standard)
        .chain(others)
        .flat_map(|of| &of.counties)
    {
        if !found.contains(&county.code) {
            found.push(county.code.clone());
        }
    }
    found
}

/// What rows are made from.
struct Maker {
    now: Instant,
    acceptances: BTreeMap<TitleStepId, Acceptance>,
    shelf: Shelf,
    years: Vec<i32>,
}

impl Maker {
    async fn row(
        &self,
        conn: &mut Conn<'_>,
        county: String,
        taken: &mut BTreeMap<(String, i32), Vec<TitleStep>>,
    ) -> Result<Row, StoreError> {
        let mut titles: BTreeMap<i32, (Arc<Standard>, Title)> = BTreeMap::new();
        let mut versions: Option<Versions> = None;
        let mut cells = Vec::new();
        for year in &self.years {
            let place = (county.clone(), *year);
            let steps = taken.remove(&place).unwrap_or_default();
            if last(&steps, &self.acceptances).is_some() && versions.is_none() {
                versions = Some(Versions::of(conn, &county).await?);
            }
            let yardstick = self.shelf.yardstick(Some(&county), *year);
            let yardstick = yardstick.ok_or(StoreError::Corrupt("standard of a year"))?;
            let mut cell = self.cell(place, yardstick, steps, versions.as_ref());
            let standard = Arc::clone(&cell.yardstick.standard);
            titles.insert(*year, (Arc::clone(&standard), cell.standing.title()));
            let same = titles
                .iter()
                .filter(|(year, (of, _))| of.id == standard.id && **year >= of.cycle.first_year);
            let same: BTreeMap<i32, Title> = same
                .map(|(year, (_, title))| (*year, title.clone()))
                .collect();
            cell.held = standard.cycle.years_held(&same, *year);
            cell.may_be_recommended = standard.cycle.recommended(&same, *year);
            cells.push(cell);
        }
        Ok(Row { county, cells })
    }

    /// The cell, of which [`Self::row`] counts the years.
    fn cell(
        &self,
        (county, year): (String, i32),
        yardstick: Yardstick,
        steps: Vec<TitleStep>,
        versions: Option<&Versions>,
    ) -> Cell {
        let standard = &yardstick.standard;
        let cycle = &standard.cycle;
        let reading = Reading {
            standard,
            county: &county,
            year,
        };
        let is_under = standard.county(&county).is_some();
        // A calendar that cannot be computed never opens.
        let season = cycle.season(year, self.now.micros());
        let season = season.unwrap_or(Season::Before);
        let found = self.shelf.cells.get(&(county.clone(), year));
        let cover =
            last(&steps, &self.acceptances)
                .zip(versions)
                .map(|((step, stored), versions)| {
                    versions.cover(reading, step, stored, found.map(|found| found.evaluated_at))
                });
        let stage = Stage::of(steps.iter().map(|step| (step.step, step.in_time)));
        let covers = cover.as_ref().is_none_or(|cover| cover.changed.is_empty());
        let stage = stage.with(covers);
        let standing = Standing::of(&Ground {
            stage,
            season,
            verdict: found.map(|found| &found.verdict),
            decision: found.and_then(|found| found.decision.as_ref()),
            same_values: cover
                .as_ref()
                .is_none_or(|cover| cover.otherwise.is_empty()),
        });
        let is_unknown =
            steps.is_empty() && found.is_none() && season == Season::Over && !yardstick.was_there;
        let claims = |step: &TitleStep| {
            let said = cycle.in_time(year, step.received_at.micros());
            !step.in_time && said == Ok(true)
        };
        Cell {
            year,
            season,
            is_claimed: stage == Stage::Late && steps.iter().any(claims),
            standing: match (is_under, is_unknown) {
                (false, _) => Standing::Outside,
                (true, true) => Standing::Unrecorded,
                (true, false) => standing,
            },
            stage,
            cover,
            wave: found.map(|found| found.wave.1.clone()),
            wave_id: found.map(|found| found.wave.0),
            synthetic: found.is_some_and(|found: &Published| found.synthetic),
            held: 0,
            may_be_recommended: false,
            together: None,
            steps,
            yardstick,
        }
    }
}

/// Puts the years together in each cell from which a county may be recommended.
async fn pool(conn: &mut Conn<'_>, rows: &mut [Row]) -> Result<(), StoreError> {
    let mut results: BTreeMap<WaveId, Option<WaveResult>> = BTreeMap::new();
    for row in rows {
        let waves: BTreeMap<i32, WaveId> = row
            .cells
            .iter()
            .filter_map(|cell| Some((cell.year, cell.wave_id?)))
            .collect();
        for cell in row.cells.iter_mut().filter(|cell| cell.may_be_recommended) {
            let back = cell
                .yardstick
                .standard
                .cycle
                .years_in_a_row
                .saturating_sub(1);
            let first = cell.year.saturating_sub_unsigned(back);
            for id in waves.range(first..=cell.year).map(|(_, id)| id) {
                if !results.contains_key(id) {
                    let stored = estimate::find_latest(conn, *id).await?;
                    results.insert(*id, stored.map(|stored| stored.result));
                }
            }
            let found = waves.range(first..=cell.year);
            let found = found.filter_map(|(_, id)| results.get(id)?.as_ref());
            let found: Vec<&WaveResult> = found.collect();
            cell.together = Some(together::approval(&found, &row.county));
        }
    }
    Ok(())
}
