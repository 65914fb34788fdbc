//! What is known of every county and year.

use std::collections::{BTreeMap, BTreeSet};

use crate::evaluation::cycle::Title;
use crate::evaluation::decision::Decision;
use crate::evaluation::register::{Stage, Standing};
use crate::evaluation::standard::Standard;
use crate::evaluation::verdict::Verdict;
use crate::service::app::App;
use crate::service::evaluate::{EvaluationError, of_wave, standard_in_force};
use crate::service::waves::WaveError;
use crate::service::{decisions, results};
use crate::stats::threshold::NotAssessable;
use crate::storage::StoreError;
use crate::storage::office::title_step::{self, TitleStep};
use crate::storage::office::{account, wave};
use crate::survey::account::AccountName;
use crate::survey::ids::AccountId;
use crate::survey::result::WaveResult;
use crate::survey::together::{self, Together};
use crate::survey::wave::{WaveKind, WaveSlug, WaveState};

/// A county in a year.
#[derive(Debug, Clone)]
pub struct Cell {
    /// The year.
    pub year: i32,
    /// What was done.
    pub steps: Vec<TitleStep>,
    /// Where that leads.
    pub stage: Stage,
    /// Whether it has the title, and if not, why not.
    pub standing: Standing,
    /// The published result on which the verdict rests.
    pub wave: Option<WaveSlug>,
    /// That result or its values are made up.
    pub synthetic: bool,
    /// Years in a row with the title up to this one.
    pub held: u32,
    /// So many that it may be recommended to the province.
    pub may_be_recommended: bool,
    /// Approval over the years that lead to the recommendation, taken together, where there are so many.
    pub together: Option<Result<Together, NotAssessable>>,
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
    pub standard: Standard,
    /// The years, the first one first.
    pub years: Vec<i32>,
    /// Counties in the standard's order.
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
}

/// What is published of a county in a year.
struct Published {
    wave: WaveSlug,
    synthetic: bool,
    verdict: Verdict,
    decision: Option<Decision>,
}

/// The register; `None` before a standard is imported.
pub async fn register(app: &App) -> Result<Option<Register>, WaveError> {
    let standard = match standard_in_force(app).await {
        Ok(Some(standard)) => standard,
        Ok(None) => return Ok(None),
        Err(error) => return Err(wave_error(error)),
    };
    let published = published(app).await?;
    let mut tx = app.office.0.begin_read("titles").await?;
    let mut conn = tx.conn();
    let steps = title_step::list(&mut conn).await?;
    let people = account::list(&mut conn).await?.into_iter();
    let people = people.map(|who| (who.id, who.name)).collect();
    drop(tx);
    let this_year = i32::from(app.zone.date(app.clock.now()).year());
    let mut years: BTreeSet<i32> = [this_year.saturating_sub(1), this_year].into();
    years.extend(published.keys().map(|(_, year)| *year));
    years.extend(steps.iter().map(|step| step.year));
    let years: Vec<i32> = years.into_iter().collect();
    let mut rows: Vec<Row> = standard
        .counties
        .iter()
        .map(|county| {
            let code = county.code.as_str();
            let mut titles = BTreeMap::new();
            let cell = |year: &i32| {
                let of = |step: &&TitleStep| step.county == code && step.year == *year;
                let steps: Vec<TitleStep> = steps.iter().filter(of).cloned().collect();
                let stage = Stage::of(steps.iter().map(|step| (step.step, step.in_time)));
                let found = published.get(&(code.to_owned(), *year));
                let verdict = found.map(|found| &found.verdict);
                let decision = found.and_then(|found| found.decision.as_ref());
                let standing = Standing::of(stage, verdict, decision);
                titles.insert(*year, standing.title());
                Cell {
                    year: *year,
                    stage,
                    wave: found.map(|found| found.wave.clone()),
                    synthetic: found.is_some_and(|found| found.synthetic),
                    held: standard.cycle.years_held(&titles, *year),
                    may_be_recommended: standard.cycle.recommended(&titles, *year),
                    together: None,
                    standing,
                    steps,
                }
            };
            Row {
                county: code.to_owned(),
                cells: years.iter().map(cell).collect(),
            }
        })
        .collect();
    pool(app, &mut rows, standard.cycle.years_in_a_row).await?;
    Ok(Some(Register {
        rows,
        years,
        people,
        standard: standard.clone(),
    }))
}

/// Puts the years together in each cell from which a county may be recommended.
async fn pool(app: &App, rows: &mut [Row], years: u32) -> Result<(), WaveError> {
    let mut results: BTreeMap<WaveSlug, WaveResult> = BTreeMap::new();
    for row in rows {
        let waves: BTreeMap<i32, WaveSlug> = row
            .cells
            .iter()
            .filter_map(|cell| Some((cell.year, cell.wave.clone()?)))
            .collect();
        for cell in row.cells.iter_mut().filter(|cell| cell.may_be_recommended) {
            let first = cell.year.saturating_sub_unsigned(years.saturating_sub(1));
            let slugs: Vec<&WaveSlug> = waves
                .range(first..=cell.year)
                .map(|(_, slug)| slug)
                .collect();
            for slug in &slugs {
                if results.contains_key(*slug) {
                    continue;
                }
                if let Some((_, result)) = results::find(app, None, slug.as_str()).await? {
                    results.insert((*slug).clone(), result);
                }
            }
            let found: Vec<&WaveResult> =
                slugs.iter().filter_map(|slug| results.get(*slug)).collect();
            cell.together = Some(together::approval(&found, &row.county));
        }
    }
    Ok(())
}

/// What is published, by county and year; of several waves of one year the latest one counts, but none that is made up before
/// one that is not.
async fn published(app: &App) -> Result<BTreeMap<(String, i32), Published>, WaveError> {
    let mut tx = app.office.0.begin_read("published waves").await?;
    let mut waves = wave::list(&mut tx.conn()).await?;
    drop(tx);
    waves.sort_by_key(|wave| wave.synthetic);
    let mut found = BTreeMap::new();
    for wave in waves {
        if wave.state != WaveState::Published || wave.kind != WaveKind::Probability {
            continue;
        }
        let Some(stored) = of_wave(app, &wave.slug).await.map_err(wave_error)? else {
            continue;
        };
        let decided = decisions::decided(app, &stored).await?;
        for dossier in &stored.evaluation.counties {
            let mut held = decided.iter();
            let decision = held.find(|one| one.county == dossier.county);
            let key = (dossier.county.clone(), stored.evaluation.year);
            found.entry(key).or_insert_with(|| Published {
                wave: wave.slug.clone(),
                synthetic: wave.synthetic || stored.evaluation.synthetic_indicators,
                verdict: dossier.verdict.clone(),
                decision: decision.map(|one| one.decision.clone()),
            });
        }
    }
    Ok(found)
}

fn wave_error(error: EvaluationError) -> WaveError {
    match error {
        EvaluationError::Wave(error) => error,
        _ => WaveError::Store(StoreError::Corrupt("evaluation")),
    }
}
