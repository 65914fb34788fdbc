//! The file of codes as pages to print or as a list.
//!
//! For: `/organize/{wave}/cards`. Uses: `service::cards`. Promises: the answer to a file is never kept by a cache; what is
//! wrong with a file is said at its row.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderValue};
use axum::response::{Html, IntoResponse, Response};

use crate::report::cards::Layout;
use crate::service::app::App;
use crate::service::card_anew;
use crate::service::cards::{Invitations, invitations};
use crate::service::codes::CodesError;
use crate::service::sentence::codes_error;
use crate::service::waves::WaveError;
use crate::service::waves::overview::overview;
use crate::survey::account::Account;
use crate::survey::area::AreaCode;
use crate::survey::role::Action;
use crate::survey::wave::{Refusal, WaveSlug};
use crate::web::asset;
use crate::web::download::{Kind, download};
use crate::web::error::WebError;
use crate::web::extract::Path;
use crate::web::multipart::Multipart;
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::Staff;

/// What is made instead of pages.
const LIST: &str = "list";

struct Choice {
    value: String,
    words: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "cards/form.html")]
struct CardsPage {
    page: Page,
    back: String,
    title: String,
    action: String,
    errors: Vec<String>,
    layouts: Vec<Choice>,
    counties: Vec<Choice>,
    /// Where a single card is made anew, how many were, and the code that was typed.
    card: String,
    anew: usize,
    code: String,
}

/// `GET /organize/{wave}/cards`.
pub(in crate::web) async fn form(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let slug = WaveSlug::parse(&slug).map_err(|_| Problem::UnknownWave)?;
    show(&app, page, &person, &slug, ("", "", ""), Vec::new()).await
}

/// `POST /organize/{wave}/cards`: the file, and what to make of it.
pub(in crate::web) async fn make(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
    form: Multipart,
) -> Result<Response, WebError> {
    let slug = WaveSlug::parse(&slug).map_err(|_| Problem::UnknownWave)?;
    let (what, county) = (form.text("layout"), form.text("county"));
    let only = AreaCode::parse(county).ok();
    let file = form.file.as_ref().filter(|file| !file.bytes.is_empty());
    let errors = match file {
        None => vec![page.t("cards-no-file")],
        Some(file) => match invitations(&app, &person, &slug, &file.bytes).await {
            Ok(found) => {
                let found = found.of_county(only.as_ref());
                return made(&app, &page, found, what).await;
            }
            Err(CodesError::Wave(WaveError::Denied)) => return Err(Problem::Denied.into()),
            Err(CodesError::Wave(WaveError::NoWave(_))) => return Err(Problem::UnknownWave.into()),
            Err(
                error @ (CodesError::Rows(_)
                | CodesError::Wave(WaveError::Refused(Refusal::State { .. }))),
            ) => codes_error(page.lang, &app.zone, &error),
            Err(error) => return Err(WebError::internal(error)),
        },
    };
    let again = show(&app, page, &person, &slug, (what, county, ""), errors).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

/// Pages or a list, made beside the threads that answer.
async fn made(
    app: &App,
    page: &Page,
    found: Invitations,
    what: &str,
) -> Result<Response, WebError> {
    let (lang, zone, slug) = (page.lang, app.zone.clone(), found.wave.slug.clone());
    if what == LIST {
        let work = move || found.list(lang);
        let bytes = tokio::task::spawn_blocking(work).await;
        let bytes = bytes
            .map_err(WebError::internal)?
            .map_err(WebError::internal)?;
        return download(Kind::Xlsx, &format!("codes-{slug}"), bytes);
    }
    let layout = Layout::from_word(what).unwrap_or_default();
    let work = move || found.pages(lang, &zone, layout);
    let html = tokio::task::spawn_blocking(work).await;
    let html = html.map_err(WebError::internal)??;
    let headers = [
        (CONTENT_SECURITY_POLICY, asset::print_policy().clone()),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, Html(html)).into_response())
}

/// The page, with what was chosen and typed: layout, county, code of a card.
pub(super) async fn show(
    app: &App,
    page: Page,
    person: &Account,
    slug: &WaveSlug,
    (what, county, code): (&str, &str, &str),
    errors: Vec<String>,
) -> Result<Response, WebError> {
    if !person.may(Action::RunWave) {
        return Err(Problem::Denied.into());
    }
    let page = page.with_person(person);
    let found = overview(app, person, slug)
        .await
        .map_err(|error| match error {
            WaveError::NoWave(_) => Problem::UnknownWave.into(),
            other => WebError::internal(other),
        })?;
    let anew = card_anew::count(app, person, slug).await;
    let anew = anew.map_err(WebError::internal)?;
    let layouts = Layout::ALL.map(Layout::as_str).into_iter().chain([LIST]);
    let layout = |word: &str| Choice {
        value: word.to_owned(),
        words: page.t(&format!("cards-layout-{word}")),
        is_chosen: word == what,
    };
    let mut counties = vec![Choice {
        value: String::new(),
        words: page.t("cards-county-all"),
        is_chosen: county.is_empty(),
    }];
    counties.extend(found.counties.iter().map(|area| Choice {
        value: area.code.to_string(),
        words: area.name(page.lang.tag()).to_owned(),
        is_chosen: area.code.as_str() == county,
    }));
    render(&CardsPage {
        back: page.link(&format!("/organize/{slug}")),
        title: found.status.wave.titles.get(page.lang.tag()).to_owned(),
        action: page.link(&format!("/organize/{slug}/cards")),
        errors,
        layouts: layouts.map(layout).collect(),
        counties,
        card: page.link(&format!("/organize/{slug}/card")),
        anew,
        code: code.to_owned(),
        page,
    })
}
