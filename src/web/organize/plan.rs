//! The plan of a wave as a page that a person can read before confirming its seal.
//!
//! For: `/organize/{wave}/plan`. Uses: `service::waves::overview`, `report::plan`. Promises: everything that a seal fixes is on
//! it, in the words that the result will use.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::view::{DigestView, WaveView, period};
use crate::report::plan::{ItemLine, PlanLine, items, lines};
use crate::service::app::App;
use crate::service::waves::WaveError;
use crate::service::waves::overview::{Overview, overview};
use crate::survey::plan::Plan;
use crate::survey::wave::WaveSlug;
use crate::web::error::WebError;
use crate::web::extract::Path;
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::Staff;

/// A county of the sample: name, communities, invitations.
type County = (String, String, String);

#[derive(Template)]
#[template(path = "organize/plan.html")]
struct PlanPage {
    page: Page,
    back: String,
    title: String,
    lead: String,
    period: String,
    lines: Vec<PlanLine>,
    counties: Vec<County>,
    total: Option<County>,
    notes: Vec<String>,
    questionnaire: String,
    opening: String,
    items: Vec<ItemLine>,
    digests: Vec<DigestView>,
    document: String,
}

/// `GET /organize/{wave}/plan`.
pub(in crate::web) async fn show(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let slug = WaveSlug::parse(&slug).map_err(|_| Problem::UnknownWave)?;
    let page = page.with_person(&person);
    let found = overview(&app, &person, &slug)
        .await
        .map_err(|error| match error {
            WaveError::Denied => Problem::Denied.into(),
            WaveError::NoWave(_) => Problem::UnknownWave.into(),
            other => WebError::internal(other),
        })?;
    let view = WaveView::new(&app, &page, &person, &found, &super::view::Typed::default());
    let (lang, wave) = (page.lang, &found.status.wave);
    let lead = match wave.sealed {
        None => page.t("plan-lead-draft"),
        Some(act) => {
            let when = lang.moment(app.zone.civil(act.at));
            page.t_with("plan-lead-sealed", &[("when", when.into())])
        }
    };
    let (counties, total) = counties(&page, &found);
    let form = &found.questionnaire;
    render(&PlanPage {
        back: page.link(&format!("/organize/{slug}")),
        title: view.title,
        lead,
        period: period(&app, lang, wave),
        lines: lines(lang, &found.plan, form),
        counties,
        total,
        notes: notes(&app, &page, &found),
        questionnaire: page.t_with(
            "plan-questionnaire",
            &[
                ("name", form.id.as_str().into()),
                ("version", form.version.into()),
            ],
        ),
        opening: form.opening.get(lang.tag()).to_owned(),
        items: items(lang, form),
        digests: view.digests,
        document: match &found.plan {
            Plan::Probability(plan) => plan.to_json(),
            Plan::Open(plan) => plan.to_json(),
        },
        page,
    })
}

/// The counties, and their sum where there is a sample.
fn counties(page: &Page, found: &Overview) -> (Vec<County>, Option<County>) {
    let lang = page.lang;
    let name = |code: &crate::survey::area::AreaCode| {
        let area = found.counties.iter().find(|area| area.code == *code);
        area.map_or(code.as_str(), |area| area.name(lang.tag()))
            .to_owned()
    };
    if found.planned.is_empty() {
        let line = |code| (name(code), String::new(), String::new());
        return (found.plan.counties().map(line).collect(), None);
    }
    let count = |n: u64| lang.count(n);
    let line = |one: &crate::survey::plan::CountySample| {
        let (psus, invitations) = (count(one.psus.into()), count(one.invitations.into()));
        (name(&one.county), psus, invitations)
    };
    let sum = |of: fn(&crate::survey::plan::CountySample) -> u32| {
        count(found.planned.iter().map(|one| u64::from(of(one))).sum())
    };
    let total = (
        page.t("plan-all"),
        sum(|one| one.psus),
        sum(|one| one.invitations),
    );
    (found.planned.iter().map(line).collect(), Some(total))
}

/// The year under evaluation, and whether the plan names it.
pub(super) fn evaluated_year(app: &App, page: &Page, found: &Overview) -> String {
    let named = found.plan.year();
    let closes = app.zone.date(found.status.wave.closes_at).year();
    let year = named.unwrap_or_else(|| i32::from(closes));
    let key = match named {
        Some(_) => "plan-year",
        None => "plan-no-year",
    };
    page.t_with(key, &[("year", year.to_string().into())])
}

fn notes(app: &App, page: &Page, found: &Overview) -> Vec<String> {
    let mut notes = Vec::new();
    if !found.planned.is_empty() {
        notes.push(evaluated_year(app, page, found));
        notes.push(match &found.base {
            Some(slug) => page.t_with("plan-base", &[("wave", slug.as_str().into())]),
            None => page.t("plan-no-base"),
        });
    }
    if !found.board.lines.is_empty() {
        let cells = u64::try_from(found.board.lines.len()).unwrap_or(u64::MAX);
        let args = [("cells", page.lang.count(cells).into())];
        notes.push(page.t_with("plan-quota", &args));
    }
    notes
}
