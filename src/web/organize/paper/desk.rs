//! The desk: forms to print, envelopes that arrive, lots that are opened and typed.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::{address, refusal};
use crate::service::app::App;
use crate::service::intake::IntakeError;
use crate::service::keys::random;
use crate::service::paper::{self, Entered, Overview, PaperError, Progress};
use crate::survey::account::Account;
use crate::survey::area::AreaCode;
use crate::survey::invitation::Place;
use crate::survey::paper::LOT;
use crate::survey::questionnaire::Direction;
use crate::survey::wave::WaveSlug;
use crate::web::error::WebError;
use crate::web::extract::{Form, Path};
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::respond::code_problem;
use crate::web::respond::paper::{Printed, directions, mark, print as print_form};
use crate::web::session::Staff;

/// A county's forms to print.
struct County {
    name: String,
    /// Mark and address.
    forms: Vec<(&'static str, String)>,
}

/// Envelopes that may be opened.
struct Ready {
    county: String,
    county_code: String,
    unit: String,
}

/// A lot of the list.
struct Line {
    name: String,
    county: String,
    county_code: String,
    unit: String,
    sheets: u64,
    /// How far it is, in words.
    state: String,
    /// The next sheet of the one who reads the page.
    next: Option<(u64, String)>,
    /// Everything is settled, and yet it is not in the record.
    is_stuck: bool,
}

#[derive(Template)]
#[template(path = "paper/desk.html")]
struct DeskPage {
    page: Page,
    back: String,
    title: String,
    action: String,
    errors: Vec<String>,
    done: Option<String>,
    takes: bool,
    is_open: bool,
    instance: String,
    code: String,
    counties: Vec<County>,
    ready: Vec<Ready>,
    lots: Vec<Line>,
    least: u64,
}

/// What is done at the desk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    Envelope,
    Open,
    Finish,
}

/// What the desk's forms send.
#[derive(Deserialize)]
pub(in crate::web) struct Sent {
    what: What,
    #[serde(default)]
    instance: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    county: String,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    lot: String,
}

/// `GET /organize/{wave}/paper`.
pub(in crate::web) async fn show(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let slug = WaveSlug::parse(&slug).map_err(|_| Problem::UnknownWave)?;
    desk(&app, page, &person, &slug, Said::default()).await
}

/// `POST /organize/{wave}/paper`.
pub(in crate::web) async fn act(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, WebError> {
    let slug = WaveSlug::parse(&slug).map_err(|_| Problem::UnknownWave)?;
    let said = match sent.what {
        What::Envelope => match envelope(&app, &person, &slug, &sent).await {
            Ok(place) => {
                let args = [("unit", place.variance_unit.as_str().into())];
                Said {
                    done: Some(page.t_with("paper-arrived", &args)),
                    ..Said::default()
                }
            }
            Err(error) => {
                let sentence = sentence(&app, &page, error)?;
                Said {
                    errors: vec![sentence],
                    code: sent.code,
                    instance: Some(sent.instance),
                    ..Said::default()
                }
            }
        },
        What::Open => {
            let county = AreaCode::parse(&sent.county).map_err(|_| Problem::NotFound)?;
            match paper::open_lot(&app, &person, &slug, &county, &sent.unit).await {
                Ok(lot) => {
                    let args = [
                        ("lot", lot.name.as_str().into()),
                        ("sheets", lot.sheets.into()),
                    ];
                    Said {
                        done: Some(page.t_with("paper-opened", &args)),
                        ..Said::default()
                    }
                }
                Err(error) => Said::refused(sentence(&app, &page, error)?),
            }
        }
        What::Finish => {
            let lot = (sent.county.as_str(), sent.lot.as_str());
            match paper::finish_lot(&app, &person, &slug, lot.0, lot.1).await {
                Ok(Entered::Kept) => {
                    return Ok(
                        Redirect::to(&page.link(&address(slug.as_str(), ""))).into_response()
                    );
                }
                Ok(_) => Said::default(),
                Err(error) => Said::refused(sentence(&app, &page, error)?),
            }
        }
    };
    let refused = !said.errors.is_empty();
    let shown = desk(&app, page, &person, &slug, said).await?;
    if refused {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response());
    }
    Ok(shown)
}

async fn envelope(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    sent: &Sent,
) -> Result<Place, PaperError> {
    let mut instance = [0; 16];
    hex::decode_to_slice(&sent.instance, &mut instance).map_err(|_| PaperError::NoSheet)?;
    // A reader of QR codes types the whole address.
    let code = sent.code.rsplit('#').next().unwrap_or_default();
    paper::accept(app, person, slug, code, &instance).await
}

/// What the page says after something was tried.
#[derive(Default)]
struct Said {
    errors: Vec<String>,
    done: Option<String>,
    code: String,
    /// Of a form that was refused: it may be sent again as it is.
    instance: Option<String>,
}

impl Said {
    fn refused(sentence: String) -> Self {
        Self {
            errors: vec![sentence],
            ..Self::default()
        }
    }
}

/// What happened and what to do.
fn sentence(app: &App, page: &Page, error: PaperError) -> Result<String, WebError> {
    let moment = |at| page.lang.moment(app.zone.civil(at));
    Ok(match error {
        PaperError::TooFew => page.t("paper-too-few"),
        PaperError::NotNow => page.t("paper-not-now"),
        PaperError::Intake(IntakeError::BadCodeForm(problem)) => code_problem(page.lang, problem),
        PaperError::Intake(IntakeError::UnknownCode) => page.t("paper-unknown"),
        PaperError::Intake(IntakeError::AlreadyReceived | IntakeError::UsedElsewhere) => {
            page.t("paper-used")
        }
        PaperError::Intake(IntakeError::Replaced) => page.t("paper-replaced"),
        PaperError::Intake(IntakeError::NotYetOpen { opens_at }) => {
            page.t_with("paper-not-yet", &[("opens", moment(opens_at).into())])
        }
        PaperError::Intake(IntakeError::Closed { closed_at }) => {
            page.t_with("paper-late", &[("closed", moment(closed_at).into())])
        }
        PaperError::Intake(IntakeError::Busy { .. }) => page.t("paper-busy"),
        error => return Err(refusal(error)),
    })
}

async fn desk(
    app: &App,
    page: Page,
    person: &Account,
    slug: &WaveSlug,
    said: Said,
) -> Result<Response, WebError> {
    let found = paper::overview(app, person, slug).await.map_err(refusal)?;
    let page = page.with_person(person);
    let instance = match said.instance {
        Some(kept) => kept,
        None => hex::encode(random::<16>().map_err(WebError::internal)?),
    };
    render(&DeskPage {
        back: page.link(&format!("/organize/{slug}/fieldwork")),
        title: found.wave.titles.get(page.lang.tag()).to_owned(),
        action: page.link(&address(slug.as_str(), "")),
        errors: said.errors,
        done: said.done,
        takes: found.takes,
        is_open: found.types,
        instance,
        code: said.code,
        counties: counties(&page, slug, &found),
        ready: found
            .ready
            .iter()
            .map(|place| Ready {
                county: county_name(&page, &found, &place.county),
                county_code: place.county.to_string(),
                unit: place.variance_unit.as_str().to_owned(),
            })
            .collect(),
        lots: found
            .lots
            .iter()
            .map(|progress| line(&page, slug, &found, progress))
            .collect(),
        least: LOT,
        page,
    })
}

fn county_name(page: &Page, found: &Overview, code: &AreaCode) -> String {
    found.counties.get(code).map_or_else(
        || code.to_string(),
        |area| area.name(page.lang.tag()).to_owned(),
    )
}

fn counties(page: &Page, slug: &WaveSlug, found: &Overview) -> Vec<County> {
    let forms = |code: &AreaCode| {
        let ways = directions(&found.questionnaire).iter();
        ways.map(|way| {
            let path = format!("/organize/{slug}/paper-form/{code}/{}", mark(*way));
            (mark(*way), page.link(&path))
        })
        .collect()
    };
    let areas = found.counties.values();
    areas
        .map(|area| County {
            name: area.name(page.lang.tag()).to_owned(),
            forms: forms(&area.code),
        })
        .collect()
}

fn line(page: &Page, slug: &WaveSlug, found: &Overview, progress: &Progress) -> Line {
    let lot = &progress.lot;
    let [untouched, once, differs, settled] = progress.sheets;
    let args = [
        ("untouched", untouched.into()),
        ("once", once.into()),
        ("differs", differs.into()),
        ("settled", settled.into()),
    ];
    let state = if lot.is_kept {
        page.t("paper-lot-kept")
    } else {
        page.t_with("paper-lot-state", &args)
    };
    let next = progress.next.filter(|_| found.types).map(|number| {
        let rest = format!("/{}/{}/{number}", lot.place.county, lot.name.as_str());
        (number, page.link(&address(slug.as_str(), &rest)))
    });
    Line {
        name: lot.name.as_str().to_owned(),
        county: county_name(page, found, &lot.place.county),
        county_code: lot.place.county.to_string(),
        unit: lot.place.variance_unit.as_str().to_owned(),
        sheets: lot.sheets,
        state,
        next,
        is_stuck: !lot.is_kept && settled == lot.sheets && found.types,
    }
}

/// `GET /organize/{wave}/paper-form/{county}/{mark}`: the form to print, in the page's language.
pub(in crate::web) async fn print(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path((slug, county, form)): Path<(String, String, String)>,
) -> Result<Response, WebError> {
    let slug = WaveSlug::parse(&slug).map_err(|_| Problem::UnknownWave)?;
    let found = paper::overview(&app, &person, &slug)
        .await
        .map_err(refusal)?;
    let county = AreaCode::parse(&county).map_err(|_| Problem::NotFound)?;
    let area = found.counties.get(&county).ok_or(Problem::NotFound)?;
    let ways: &[Direction] = directions(&found.questionnaire);
    let way = ways
        .iter()
        .find(|way| mark(**way) == form)
        .ok_or(Problem::NotFound)?;
    print_form(
        &page,
        &Printed {
            questionnaire: &found.questionnaire,
            county: area.name(page.lang.tag()),
            direction: *way,
            end: page.lang.moment(app.zone.civil(found.wave.closes_at)),
            synthetic: found.wave.synthetic,
        },
    )
}
