//! Years and counties, and how much of each is reported and verified.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::refusal;
use crate::service::app::App;
use crate::service::reports::{Counts, ReportError, overview};
use crate::web::error::WebError;
use crate::web::page::{Page, render};
use crate::web::session::Staff;

struct Line {
    url: String,
    name: String,
    counts: Counts,
}

struct Year {
    number: i32,
    deadline: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "indicators/list.html")]
struct ListPage {
    page: Page,
    /// None before a standard is imported.
    years: Option<Vec<Year>>,
}

/// `GET /indicators`.
pub(in crate::web) async fn list(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
) -> Result<Response, WebError> {
    let page = page.with_person(&person);
    let found = match overview(&app, &person).await {
        Ok(found) => found,
        Err(ReportError::NoStandard) => return render(&ListPage { page, years: None }),
        Err(error) => return Err(refusal(error)),
    };
    let standard = &found.standard;
    let line = |year: i32, code: &str, counts: Counts| Line {
        url: page.link(&format!("/indicators/{year}/{code}")),
        name: standard
            .county(code)
            .map_or(code, |county| county.name.get(page.lang.tag()))
            .to_owned(),
        counts,
    };
    let year = |(year, counties): &(i32, Vec<(String, Counts)>)| Year {
        number: *year,
        deadline: standard
            .cycle
            .application_day(*year)
            .map_or(String::new(), |day| page.lang.date(day)),
        lines: counties
            .iter()
            .map(|(code, counts)| line(*year, code, *counts))
            .collect(),
    };
    let years = found.years.iter().map(year).collect();
    render(&ListPage {
        page,
        years: Some(years),
    })
}
