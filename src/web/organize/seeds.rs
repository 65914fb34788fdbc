//! Seeded answers: the auditor's forms to deposit a digest and to name a list, and how the lists of a wave stand.
//!
//! For: `/organize/{wave}/seeds`. Uses: `service::seeds`. Promises: everybody on the staff who sees the wave sees the deposits, only an
//! auditor has forms; a list is asked for after the close and never before; a refused form keeps what was typed.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{name, refusal};
use crate::report::seeds as words;
use crate::service::again::again;
use crate::service::app::App;
use crate::service::seeds::{self, Board, Deposit, SeedError};
use crate::service::sentence::seed_error;
use crate::survey::account::Account;
use crate::survey::area::AreaCode;
use crate::survey::plan::Plan;
use crate::survey::role::Action;
use crate::survey::seeds::SeedPlan;
use crate::survey::time::Instant;
use crate::survey::wave::{Wave, WaveSlug, WaveState};
use crate::web::error::WebError;
use crate::web::extract::{Form, Path};
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::Staff;

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    Deposit,
    Name,
}

/// What the page's forms send.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Sent {
    what: What,
    #[serde(default)]
    digest: String,
    /// `140302=5 140303=5`.
    #[serde(default)]
    counties: String,
    #[serde(default)]
    list: String,
}

/// A deposit.
struct Line {
    digest: String,
    when: String,
    numbers: String,
    /// Class and words of the tag.
    tag: (&'static str, String),
    /// What became of its seeds, county by county.
    fates: Vec<String>,
    /// Missing and altered ones.
    alarm: Option<String>,
    /// Whether other parties cosigned around it.
    seen: String,
}

#[derive(Template)]
#[template(path = "organize/seeds.html")]
struct SeedsPage {
    page: Page,
    back: String,
    action: String,
    title: String,
    /// What the plan announces, or that it announces nothing.
    announced: String,
    lines: Vec<Line>,
    /// Lists are deposited now, by this person.
    deposits: bool,
    /// Lists are named now, by this person.
    names: bool,
    /// Until when.
    until: Option<String>,
    error: Option<String>,
    digest: String,
    counties: String,
    list: String,
    head: Vec<String>,
    detection: Vec<(String, Vec<String>)>,
    people: String,
}

/// `GET /organize/{wave}/seeds`.
pub(in crate::web) async fn show(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let slug = name(&slug)?;
    page_of(&app, page, &person, &slug, None).await
}

/// `POST /organize/{wave}/seeds`: deposits a digest, or names a list.
pub(in crate::web) async fn act(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, WebError> {
    let slug = name(&slug)?;
    let done = match sent.what {
        What::Deposit => match seeds::numbers(&sent.counties) {
            Ok(counties) => {
                let done = again(|| seeds::deposit(&app, &person, &slug, &sent.digest, &counties));
                done.await.map(drop)
            }
            Err(error) => Err(error),
        },
        What::Name => again(|| seeds::name(&app, &person, &slug, &sent.list))
            .await
            .map(drop),
    };
    let error = match done {
        Ok(()) => {
            let back = page.link(&format!("/organize/{slug}/seeds"));
            return Ok(Redirect::to(&back).into_response());
        }
        Err(error) => error,
    };
    if !person.may(Action::Audit) {
        return Err(Problem::Denied.into());
    }
    match seed_error(page.lang, &app.zone, &error) {
        Some(sentence) if !matches!(error, SeedError::Denied) => {
            let typed = Some((sentence, sent));
            let again = page_of(&app, page, &person, &slug, typed).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
        }
        _ => Err(refused(error)),
    }
}

async fn page_of(
    app: &App,
    page: Page,
    person: &Account,
    slug: &WaveSlug,
    sent: Option<(String, Sent)>,
) -> Result<Response, WebError> {
    let board = seeds::board(app, person, slug).await.map_err(refused)?;
    let page = page.with_person(person);
    let (error, typed) = sent.map_or((None, None), |(error, sent)| (Some(error), Some(sent)));
    let text = |read: fn(&Sent) -> &String| typed.as_ref().map(read).cloned().unwrap_or_default();
    let may = person.may(Action::Audit) && board.plan.is_some();
    let is_late = board.deadline.is_some_and(|until| app.clock.now() >= until);
    let is_awaited = board.wave.state == WaveState::Closing
        && board.deposits.iter().any(|one| one.list.is_none());
    let moment = |at| page.lang.moment(app.zone.civil(at));
    let (head, detection) = words::detection(page.lang);
    render(&SeedsPage {
        back: page.link(&format!("/organize/{slug}")),
        action: page.link(&format!("/organize/{slug}/seeds")),
        title: board.wave.titles.get(page.lang.tag()).to_owned(),
        announced: announced(&page, board.plan),
        lines: board
            .deposits
            .iter()
            .map(|one| line(app, &page, &board, one))
            .collect(),
        deposits: may && board.wave.state == WaveState::Open,
        names: may && is_awaited && !is_late,
        until: board
            .deadline
            .filter(|_| is_awaited)
            .map(|until| page.t_with("seeds-until", &[("when", moment(until).into())])),
        error,
        digest: text(|sent| &sent.digest),
        counties: text(|sent| &sent.counties),
        list: text(|sent| &sent.list),
        head,
        detection,
        people: words::people(page.lang),
        page,
    })
}

/// The address of the page, where the plan announces seeds, from the seal on.
pub(super) fn way(page: &Page, wave: &Wave, plan: &Plan) -> Option<String> {
    let is_there = plan.seeds().is_some() && wave.state >= WaveState::Sealed;
    is_there.then(|| page.link(&format!("/organize/{}/seeds", wave.slug)))
}

/// What is said before a close is finished: until when auditors can still name their answers, where any are awaited.
pub(super) fn awaiting(app: &App, page: &Page, until: Option<Instant>) -> Vec<String> {
    let said = until.map(|until| {
        let when = page.lang.moment(app.zone.civil(until));
        page.t_with("seeds-until", &[("when", when.into())])
    });
    said.into_iter().collect()
}

fn announced(page: &Page, plan: Option<SeedPlan>) -> String {
    let Some(plan) = plan else {
        return page.t("seeds-not-announced");
    };
    let number = |n: u32| page.lang.count(u64::from(n)).into();
    let args = [("most", number(plan.most)), ("days", number(plan.days))];
    page.t_with("plan-seeds-text", &args)
}

fn line(app: &App, page: &Page, board: &Board, one: &Deposit) -> Line {
    let lang = page.lang;
    let digest = hex::encode(one.digest);
    let name = |county: &AreaCode| board.name_of(lang.tag(), county);
    let numbers: Vec<String> = one
        .counties
        .iter()
        .map(|(county, number)| format!("{} {}", name(county), lang.count(*number)))
        .collect();
    let fates = board.fates.get(&digest);
    let tag = match (fates, board.wave.state) {
        (Some(_), _) => ("met", "seeds-tag-named"),
        (None, WaveState::Open | WaveState::Closing) => ("none", "seeds-tag-deposited"),
        (None, _) => ("open", "seeds-tag-never"),
    };
    let alarm = fates.and_then(|fates| words::alarm(lang, fates));
    let when = lang.moment(app.zone.civil(one.deposited.at));
    Line {
        when: page.t_with(
            "seeds-deposited-on",
            &[
                ("when", when.into()),
                ("size", lang.count(one.log_size).into()),
            ],
        ),
        numbers: numbers.join(&lang.t("wave-comma")),
        tag: match alarm {
            Some(_) => ("unmet", page.t("seeds-tag-alarm")),
            None => (tag.0, page.t(tag.1)),
        },
        fates: fates.map_or_else(Vec::new, |fates| words::by_county(lang, fates, &name)),
        alarm,
        seen: page.t(match one.witnessed {
            Some(_) => "seeds-witnessed",
            None => "seeds-not-witnessed",
        }),
        digest,
    }
}

fn refused(error: SeedError) -> WebError {
    match error {
        SeedError::Denied => Problem::Denied.into(),
        SeedError::Wave(error) => refusal(error),
        error => WebError::internal(error),
    }
}
