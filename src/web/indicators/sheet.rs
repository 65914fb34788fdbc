//! One county's year: shown, reported, verified or disputed, with evidence.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::refusal;
use super::view::{self, Section, Typed};
use crate::service::app::App;
use crate::service::reports::{
    EvidenceProblem, ReportError, Sheet, add_evidence, fill, open_evidence, rule, save, sheet,
    template,
};
use crate::survey::account::Account;
use crate::survey::area::AreaCode;
use crate::web::download::{Kind, download};
use crate::web::error::WebError;
use crate::web::extract::{Form, Path, Query};
use crate::web::multipart::Multipart;
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::Staff;

/// What a redirect after a save says.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Done {
    saved: Option<u32>,
}

#[derive(Template)]
#[template(path = "indicators/sheet.html")]
struct SheetPage {
    page: Page,
    title: String,
    list: String,
    action: String,
    evidence_action: String,
    template: String,
    file_action: String,
    deadline: String,
    done: Option<String>,
    /// How many values call for a second look.
    odd: Option<String>,
    errors: Vec<String>,
    sections: Vec<Section>,
    /// Indicators to which a file can be added.
    choices: Vec<(String, String)>,
    may_report: bool,
}

/// `GET /indicators/{year}/{county}`.
pub(in crate::web) async fn show(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(place): Path<(i32, String)>,
    Query(done): Query<Done>,
) -> Result<Response, WebError> {
    let done = done
        .saved
        .map(|saved| page.t_with("indicators-saved", &[("count", saved.into())]));
    page_of(&app, page, &person, &place, Typed::default(), done).await
}

async fn page_of(
    app: &App,
    page: Page,
    person: &Account,
    (year, county): &(i32, String),
    typed: Typed<'_>,
    done: Option<String>,
) -> Result<Response, WebError> {
    let page = page.with_person(person);
    let found = found(app, person, county, *year).await?;
    let path = format!("/indicators/{year}/{county}");
    let standard = &found.standard;
    let name = standard
        .county(county)
        .map_or(county.as_str(), |one| one.name.get(page.lang.tag()));
    let args = [("county", name.into()), ("year", year.to_string().into())];
    let day = standard.cycle.application_day(*year);
    let sections = view::sections(app, &page, person, &found, &typed);
    let odd = u32::try_from(view::odd(&sections)).unwrap_or(u32::MAX);
    render(&SheetPage {
        title: page.t_with("indicators-sheet-title", &args),
        list: page.link("/indicators"),
        action: page.link(&path),
        evidence_action: page.link(&format!("{path}/evidence")),
        template: page.link(&format!("{path}/template")),
        file_action: page.link(&format!("{path}/file")),
        deadline: day.map_or(String::new(), |day| page.lang.date(day)),
        done,
        odd: (odd > 0).then(|| page.t_with("indicators-odd-count", &[("count", odd.into())])),
        errors: typed.errors.clone(),
        sections,
        choices: view::choices(&page, &found),
        may_report: found.may_report,
        page,
    })
}

/// `POST /indicators/{year}/{county}`: a report, or what a second person says of a value.
pub(in crate::web) async fn change(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(place): Path<(i32, String)>,
    Form(fields): Form<BTreeMap<String, String>>,
) -> Result<Response, WebError> {
    let (year, county) = (place.0, place.1.as_str());
    let field = |name: &str| fields.get(name).map_or("", String::as_str);
    let path = page.link(&format!("/indicators/{year}/{county}"));
    let reason = match field("what") {
        "save" => {
            return match save(&app, &person, (county, year), &fields).await {
                Ok(saved) => {
                    let to = format!("{path}&saved={}", saved.versions);
                    Ok(Redirect::to(&to).into_response())
                }
                Err(ReportError::Values(problems)) => {
                    let typed = Typed::refused(&page, &fields, &problems);
                    unprocessable(page_of(&app, page, &person, &place, typed, None).await)
                }
                Err(error) => Err(refusal(error)),
            };
        }
        "verify" => None,
        "dispute" => Some(field("reason")),
        _ => return Err(Problem::Malformed.into()),
    };
    let version = field("version").parse().map_err(|_| Problem::NotFound)?;
    let key = match rule(&app, &person, (county, year), version, reason).await {
        Ok(()) => return Ok(Redirect::to(&path).into_response()),
        Err(ReportError::Own) => "indicators-own",
        Err(ReportError::NoReason) => "indicators-no-reason",
        Err(error) => return Err(refusal(error)),
    };
    let typed = Typed::said(page.t(key));
    unprocessable(page_of(&app, page, &person, &place, typed, None).await)
}

fn unprocessable(answer: Result<Response, WebError>) -> Result<Response, WebError> {
    answer.map(|page| (StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// `GET /indicators/{year}/{county}/evidence`: a reload after a refused file leads back.
pub(in crate::web) async fn to_sheet(
    page: Page,
    Staff(_): Staff,
    Path((year, county)): Path<(i32, String)>,
) -> Result<Redirect, WebError> {
    let county = AreaCode::parse(&county).map_err(|_| Problem::NotFound)?;
    Ok(Redirect::to(
        &page.link(&format!("/indicators/{year}/{county}")),
    ))
}

/// `POST /indicators/{year}/{county}/evidence`: a file behind a value.
pub(in crate::web) async fn add(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(place): Path<(i32, String)>,
    form: Multipart,
) -> Result<Response, WebError> {
    let indicator = form.text("indicator").to_owned();
    let file = form.file.map(|file| (file.name, file.bytes));
    let (name, bytes) = file.unwrap_or_default();
    let (year, county) = (place.0, place.1.as_str());
    let added = add_evidence(&app, &person, (county, year), &indicator, (&name, bytes));
    let problem = match added.await {
        Ok(()) => {
            let path = page.link(&format!("/indicators/{year}/{county}"));
            return Ok(Redirect::to(&path).into_response());
        }
        Err(ReportError::File(problem)) => problem,
        Err(error) => return Err(refusal(error)),
    };
    let typed = Typed::said(said(&page, problem));
    unprocessable(page_of(&app, page, &person, &place, typed, None).await)
}

/// `GET /indicators/{year}/{county}/template`: the sheet as a workbook.
pub(in crate::web) async fn workbook(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path((year, county)): Path<(i32, String)>,
) -> Result<Response, WebError> {
    let found = found(&app, &person, &county, year).await?;
    let content = template(&found, page.lang.tag()).map_err(WebError::internal)?;
    download(Kind::Xlsx, &format!("indicators-{year}-{county}"), content)
}

/// `POST /indicators/{year}/{county}/file`: a workbook fills the form; nothing is reported yet.
pub(in crate::web) async fn bring(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(place): Path<(i32, String)>,
    form: Multipart,
) -> Result<Response, WebError> {
    let bytes = form.file.map(|file| file.bytes).unwrap_or_default();
    let filled = fill(&app, &person, (&place.1, place.0), page.lang.tag(), &bytes).await;
    let filled = filled.map_err(refusal)?;
    let typed = Typed::filled(&page, &filled);
    if typed.errors.is_empty() {
        let done = Some(page.t("indicators-filled"));
        return page_of(&app, page, &person, &place, typed, done).await;
    }
    unprocessable(page_of(&app, page, &person, &place, typed, None).await)
}

async fn found(app: &App, person: &Account, county: &str, year: i32) -> Result<Sheet, WebError> {
    sheet(app, person, county, year)
        .await
        .map_err(|error| match error {
            ReportError::NoStandard => Problem::NotFound.into(),
            other => refusal(other),
        })
}

fn said(page: &Page, problem: EvidenceProblem) -> String {
    page.t(&format!("indicators-file-{}", problem.code()))
}

/// `GET /indicators/{year}/{county}/evidence/{digest}`.
pub(in crate::web) async fn evidence(
    State(app): State<App>,
    Staff(person): Staff,
    Path((year, county, digest)): Path<(i32, String, String)>,
) -> Result<Response, WebError> {
    let found = open_evidence(&app, &person, (&county, year), &digest).await;
    let (kind, content) = found.map_err(refusal)?;
    let short = digest.get(..12).unwrap_or_default();
    let name = format!(
        "attachment; filename=\"{county}-{year}-{short}.{}\"",
        kind.as_str()
    );
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(kind.media_type())),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_str(&name).map_err(WebError::internal)?,
        ),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (
            CONTENT_SECURITY_POLICY,
            HeaderValue::from_static("default-src 'none'; sandbox"),
        ),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, content).into_response())
}
