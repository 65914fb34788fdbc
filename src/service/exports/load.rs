//! What a file is written from, and its writing on a thread that may block.

use rust_xlsxwriter::XlsxError;

use crate::i18n::Lang;
use crate::report::export::codebook::Codebook;
use crate::report::export::outcomes::{self, County, Stratum};
use crate::report::export::paradata::{self, Day};
use crate::report::export::sdmx::sdmx;
use crate::report::export::{Notes, Table, report, results, summary, syntax, workbook};
use crate::report::result::{Assessed, Source, Standing};
use crate::service::app::App;
use crate::service::close::{SOFTWARE, provenance};
use crate::service::corrections::{self, Correction};
use crate::service::decisions;
use crate::service::evaluate;
use crate::service::fieldwork::{self, Board};
use crate::service::imprint;
use crate::service::waves::{STEP, WaveError, counties};
use crate::storage::StoreError;
use crate::storage::office::{
    estimate, fieldwork_day, frame, invitation, margin, questionnaire, wave,
};
use crate::storage::urn::response;
use crate::survey::account::Account;
use crate::survey::area::{Area, AreaCode};
use crate::survey::paradata::{Line, lines};
use crate::survey::plan::{Plan, WavePlan};
use crate::survey::questionnaire::{Questionnaire, SampledUnit};
use crate::survey::result::{Provenance, WaveResult};
use crate::survey::time::Zone;
use crate::survey::wave::{Refusal, Wave, WaveState};

use super::{ExportError, File};

/// The bytes of a file that may be had.
pub(super) async fn file(
    app: &App,
    person: Option<&Account>,
    wave: &Wave,
    file: File,
    lang: Lang,
) -> Result<Vec<u8>, ExportError> {
    let result = result(app, wave).await?;
    match file {
        File::Codebook => codebook(app, wave, result).await,
        File::EstimatesCsv
        | File::SdmxCsv
        | File::AnswersCsv
        | File::TablesXlsx
        | File::EstimatesSps
        | File::AnswersSps => {
            let result = result.ok_or(StoreError::Missing("estimate"))?;
            let zone = app.zone.clone();
            let write = move || of_result(lang, &zone, file, &result);
            Ok(tokio::task::spawn_blocking(write).await??)
        }
        File::ReportXlsx => {
            let result = result.ok_or(StoreError::Missing("estimate"))?;
            report_book(app, wave, result, lang).await
        }
        File::Bundle => {
            let result = result.ok_or(StoreError::Missing("estimate"))?;
            super::bundle::bytes(app, wave, result).await
        }
        File::OutcomesCsv | File::OutcomesXlsx => {
            let (table, sentences) =
                outcomes_table(app, person, wave, result.as_ref(), lang).await?;
            let notes = notes(lang, wave, result.as_ref(), "export-outcomes", sentences);
            written(table, file == File::OutcomesXlsx, lang, notes).await
        }
        File::ParadataCsv | File::ParadataXlsx => {
            let (table, sentences) =
                paradata_table(app, person, wave, result.as_ref(), lang).await?;
            let notes = notes(lang, wave, result.as_ref(), "export-paradata", sentences);
            written(table, file == File::ParadataXlsx, lang, notes).await
        }
    }
}

/// The codebook, with what is stored of the result.
pub(super) async fn codebook(
    app: &App,
    wave: &Wave,
    result: Option<WaveResult>,
) -> Result<Vec<u8>, ExportError> {
    let sealed = sealed(app, wave, result).await?;
    let (wave, zone) = (wave.clone(), app.zone.clone());
    let write = move || {
        let book = Codebook {
            wave: &wave,
            plan: &sealed.plan,
            questionnaire: &sealed.questionnaire,
            counties: &sealed.counties,
            frame: sealed.frame.as_ref(),
            margins: sealed.margins.as_ref(),
            result: sealed.result.as_ref(),
            zone: &zone,
            software: sealed.result.as_ref().map_or(SOFTWARE, |r| &r.software),
        };
        book.write()
    };
    Ok(tokio::task::spawn_blocking(write).await??)
}

/// The report's workbook.
async fn report_book(
    app: &App,
    wave: &Wave,
    result: WaveResult,
    lang: Lang,
) -> Result<Vec<u8>, ExportError> {
    let stored = evaluate::of_wave(app, &wave.slug).await?;
    let said = imprint::of_wave(app, wave).await?;
    let decided = match &stored {
        Some(stored) => decisions::decided(app, stored).await?,
        None => Vec::new(),
    };
    let corrected = corrections::confirmed(app, wave).await?;
    let (zone, published) = (app.zone.clone(), wave.published_at);
    let write = move || {
        let source = Source {
            result: &result,
            assessed: stored.as_ref().map(|stored| Assessed {
                standard: &stored.standard,
                evaluation: &stored.evaluation,
                digest: stored.standard_digest,
                applied_at: stored.created_at,
                software: &stored.software_version,
                decided: &decided,
            }),
            imprint: said.as_ref(),
            standing: published.map_or(Standing::Unpublished, Standing::Published),
            version: None,
            behind: &[],
            zone: &zone,
            lang,
        };
        let tables = [
            summary::results(&result),
            summary::criteria(lang, source.assessed),
            summary::methods(source.method()),
        ];
        let mut notes = about_result(lang, &result);
        notes.title = titled(lang, &result.wave.titles, "export-report");
        let said = |one: &Correction| {
            let at = one.ruling.as_ref().map(|ruling| zone.date(ruling.act.at));
            let date = at.map(|date| lang.date(date)).unwrap_or_default();
            let args = [("date", date.into()), ("note", one.note.clone().into())];
            lang.t_with("correction-corrected", &args)
        };
        notes.sentences.extend(corrected.iter().map(said));
        let asked = summary::questions(lang, &result.questionnaire);
        report(lang, &notes, &tables, &asked)
    };
    Ok(tokio::task::spawn_blocking(write).await??)
}

/// A file of the published tables.
fn of_result(
    lang: Lang,
    zone: &Zone,
    file: File,
    result: &WaveResult,
) -> Result<Vec<u8>, XlsxError> {
    let notes = about_result(lang, result);
    let reads = |table: &Table| {
        let stem = format!("{}-{}", table.name, result.wave.slug);
        syntax(lang, &stem, &notes, table, &questions(lang, result)).into_bytes()
    };
    let (estimates, answers) = (results::estimates(result), results::answers(result));
    match file {
        File::EstimatesCsv => Ok(estimates.csv().into_bytes()),
        File::SdmxCsv => Ok(sdmx(&result.wave, zone, &estimates).into_bytes()),
        File::AnswersCsv => Ok(answers.csv().into_bytes()),
        File::EstimatesSps => Ok(reads(&estimates)),
        File::AnswersSps => Ok(reads(&answers)),
        _ => workbook(lang, &notes, &[estimates, answers]),
    }
}

/// Every item with its sentence, the county named in general.
fn questions(lang: Lang, result: &WaveResult) -> Vec<(String, String)> {
    let county = lang.t("results-this-county");
    let items = result.questionnaire.items.iter();
    let said = items.map(|item| (item.id.clone(), item.text.render(lang.tag(), &county)));
    said.collect()
}

async fn written(
    table: Table,
    is_workbook: bool,
    lang: Lang,
    notes: Notes,
) -> Result<Vec<u8>, ExportError> {
    let write = move || {
        if is_workbook {
            workbook(lang, &notes, std::slice::from_ref(&table))
        } else {
            Ok(table.csv().into_bytes())
        }
    };
    Ok(tokio::task::spawn_blocking(write).await??)
}

/// The stored result, once the wave is closed.
async fn result(app: &App, wave: &Wave) -> Result<Option<WaveResult>, ExportError> {
    if wave.state < WaveState::Closed {
        return Ok(None);
    }
    let mut tx = app.office.0.begin_read("find result").await?;
    let stored = estimate::find_latest(&mut tx.conn(), wave.id).await?;
    let stored = stored.ok_or(StoreError::Missing("estimate"))?;
    Ok(Some(stored.result))
}

/// What a codebook is written from.
struct Sealed {
    plan: WavePlan,
    questionnaire: Questionnaire,
    counties: Vec<Area>,
    frame: Option<Provenance>,
    margins: Option<Provenance>,
    result: Option<WaveResult>,
}

async fn sealed(
    app: &App,
    found: &Wave,
    result: Option<WaveResult>,
) -> Result<Sealed, ExportError> {
    let mut tx = app.office.0.begin_read("sealed wave").await?;
    let mut conn = tx.conn();
    let Plan::Probability(plan) = wave::get_plan(&mut conn, found.id).await? else {
        return Err(WaveError::from(Refusal::NoSample).into());
    };
    let codes = plan.sample.counties.iter().map(|line| &line.county);
    let (frame, margins) = if let Some(result) = &result {
        let facts = &result.wave;
        (Some(facts.frame.clone()), Some(facts.margins.clone()))
    } else {
        let frame = match found.frame {
            Some(id) => Some(provenance(&frame::get(&mut conn, id).await?)),
            None => None,
        };
        let margins = match found.margin_set {
            Some(id) => Some(provenance(&margin::get(&mut conn, id).await?)),
            None => None,
        };
        (frame, margins)
    };
    Ok(Sealed {
        counties: counties(&mut conn, codes).await?,
        questionnaire: questionnaire::get(&mut conn, &found.questionnaire).await?,
        plan: *plan,
        frame,
        margins,
        result,
    })
}

/// The fieldwork page of a wave that is not closed; what is published of one is never made from it.
async fn board(app: &App, person: Option<&Account>, wave: &Wave) -> Result<Board, ExportError> {
    let person = person.ok_or(ExportError::Denied)?;
    Ok(fieldwork::board(app, person, &wave.slug).await?)
}

async fn outcomes_table(
    app: &App,
    person: Option<&Account>,
    found: &Wave,
    result: Option<&WaveResult>,
    lang: Lang,
) -> Result<(Table, Vec<String>), ExportError> {
    let said = |key: &'static str| lang.t(key);
    let Some(result) = result else {
        let board = board(app, person, found).await?;
        let counties: Vec<County> = board.counties.iter().map(county).collect();
        let strata = board.strata.iter().map(|day| Stratum {
            county: day.county.clone(),
            stratum: day.stratum.clone(),
            issued: day.issued,
            used: day.used,
        });
        let strata: Vec<Stratum> = strata.collect();
        let table = outcomes::of_fieldwork(found.slug.as_str(), &counties, &strata);
        let sentences = vec![
            lang.t_with("export-note-steps", &[("step", STEP.to_string().into())]),
            said("export-note-rates"),
        ];
        return Ok((table, sentences));
    };
    let mut tx = app.office.0.begin_read("codes by stratum").await?;
    let issued = invitation::count_by_unit(&mut tx.conn(), found.id).await?;
    drop(tx);
    let mut strata: Vec<Stratum> = Vec::new();
    for unit in issued {
        let (county, stratum) = (&unit.place.county, unit.place.stratum.planned());
        let same = |one: &&mut Stratum| one.county == *county && one.stratum == stratum.as_str();
        match strata.iter_mut().find(same) {
            Some(sum) => {
                sum.issued += unit.issued;
                sum.used += unit.used;
            }
            None => strata.push(Stratum {
                county: county.clone(),
                stratum: stratum.as_str().to_owned(),
                issued: unit.issued,
                used: unit.used,
            }),
        }
    }
    let sentences = vec![
        said("export-note-final"),
        said("export-note-rates"),
        said("export-note-dispositions"),
        with_cell(lang, "export-note-under", result),
    ];
    Ok((outcomes::of_result(result, &strata), sentences))
}

fn county(board: &fieldwork::CountyBoard) -> County {
    County {
        code: board.area.code.clone(),
        names: (board.area.name_zh.clone(), board.area.name_en.clone()),
        issued: board.progress.issued,
        used: board.progress.used,
        noted: board.noted,
        rates: board.rates,
    }
}

async fn paradata_table(
    app: &App,
    person: Option<&Account>,
    found: &Wave,
    result: Option<&WaveResult>,
    lang: Lang,
) -> Result<(Table, Vec<String>), ExportError> {
    let days_said = lang.t_with("export-note-days", &[("step", STEP.to_string().into())]);
    let Some(result) = result else {
        let board = board(app, person, found).await?;
        let days = board.days.into_iter().map(|(day, used)| Day {
            day,
            county: None,
            used,
        });
        let days: Vec<Day> = days.collect();
        let table = paradata::of_fieldwork(found.slug.as_str(), &days);
        return Ok((table, vec![days_said]));
    };
    let mut tx = app.office.0.begin_read("days of fieldwork").await?;
    let counted = fieldwork_day::list(&mut tx.conn(), found.id).await?;
    drop(tx);
    let days = counted.into_iter().filter(|day| day.stratum.is_empty());
    let days = days.map(|day| Day {
        day: day.day,
        county: Some(day.county),
        used: day.used,
    });
    let days: Vec<Day> = days.collect();
    let lines = traits(app, found, result).await?;
    let sentences = vec![
        days_said,
        with_cell(lang, "export-note-joined", result),
        with_cell(lang, "export-note-under", result),
    ];
    Ok((paradata::of_result(result, &days, &lines), sentences))
}

/// Modes, languages and directions of the logged responses; their answers are not looked at.
async fn traits(app: &App, found: &Wave, result: &WaveResult) -> Result<Vec<Line>, ExportError> {
    let mut tx = app.urn.0.begin_read("count modes").await?;
    let responses = response::list(&mut tx.conn(), found.id).await?;
    drop(tx);
    let smallest = u64::from(result.plan.disclosure.cell);
    let rows = responses.iter();
    let rows = rows.map(|one| (&one.place.county, &one.traits));
    let sampled = |county: &AreaCode| result.county(county.as_str()).is_some();
    Ok(lines(&rows.filter(|(county, _)| sampled(county)), smallest))
}

fn with_cell(lang: Lang, key: &'static str, result: &WaveResult) -> String {
    let cell = u64::from(result.plan.disclosure.cell);
    lang.t_with(key, &[("cell", lang.count(cell).into())])
}

fn about_result(lang: Lang, result: &WaveResult) -> Notes {
    let household = result.plan.sample.unit == SampledUnit::Household;
    let psus = result
        .plan
        .sample
        .counties
        .iter()
        .map(|c| u64::from(c.psus));
    let sample = [
        (
            "unit",
            if household { "household" } else { "person" }.into(),
        ),
        ("psus", lang.count(psus.sum()).into()),
    ];
    let mut sentences = vec![
        lang.t("export-note-result"),
        lang.t("export-note-shown"),
        lang.t("export-note-multiple"),
        lang.t_with("results-method-sample-text", &sample),
        lang.t("results-method-interval-text"),
        lang.t("results-method-limits-text"),
        lang.t_with(
            "export-note-digest",
            &[("digest", result.plan_digest.as_str().into())],
        ),
    ];
    if result.wave.synthetic {
        sentences.insert(0, lang.t("export-note-synthetic"));
    }
    Notes {
        title: titled(lang, &result.wave.titles, "export-tables"),
        sentences,
        at: result.wave.closed_at,
    }
}

fn titled(lang: Lang, titles: &crate::survey::questionnaire::Text, key: &str) -> String {
    format!("{} · {}", titles.get(lang.tag()), lang.t(key))
}

fn notes(
    lang: Lang,
    wave: &Wave,
    result: Option<&WaveResult>,
    key: &str,
    mut sentences: Vec<String>,
) -> Notes {
    if wave.synthetic {
        sentences.insert(0, lang.t("export-note-synthetic"));
    }
    Notes {
        title: titled(lang, &wave.titles, key),
        sentences,
        at: result.map_or(wave.opens_at, |result| result.wave.closed_at),
    }
}
