//! Fieldwork as it goes, and the outcomes of invitations that brought no answer.
//!
//! For: `/organize/{wave}/fieldwork`. Uses: `service::fieldwork`. Promises: the numbers change by themselves where a
//! browser runs script, and are the same without; whoever notes an outcome does not learn whether the code was used.

use std::convert::Infallible;
use std::time::Duration;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Redirect, Response};
use futures_util::Stream;
use serde::Deserialize;
use tokio::time::{Instant as Timer, sleep};

use super::quota::{Named, QuotaView};
use crate::service::app::App;
use crate::service::codes::CodesError;
use crate::service::fieldwork::{self, Board, ModeMix, Note};
use crate::service::sentence::codes_error;
use crate::service::waves::{Progress, STEP, WaveError};
use crate::service::{quotas, rules};
use crate::stats::outcome_rate::Rates;
use crate::survey::account::Account;
use crate::survey::invitation::Code;
use crate::survey::outcome::{Outcome, Unused};
use crate::survey::response::Mode;
use crate::survey::role::Action;
use crate::survey::wave::{Phase, Refusal, WaveKind, WaveSlug, WaveState};
use crate::web::error::WebError;
use crate::web::extract::{Form, Path, Query};
use crate::web::multipart::Multipart;
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::Staff;

/// How often the counts are looked at while somebody watches.
const LOOK: Duration = Duration::from_secs(2);
/// After this the answer ends and the browser asks again: nobody who has signed out goes on watching, and no answer may take
/// longer than [`Limits::answer`](crate::web::server::Limits::answer).
const WATCH: Duration = Duration::from_secs(90);
/// How soon it asks again.
const RETRY: Duration = Duration::from_secs(1);
/// Height and width of the chart of days, in its own units.
const CHART: (f64, f64) = (640.0, 180.0);

struct Line {
    name: String,
    issued: String,
    used: String,
    share: String,
    /// Width of the bar, percent.
    width: String,
    outcomes: Vec<String>,
    rates: Vec<String>,
}

struct StratumLine {
    name: String,
    issued: String,
    used: String,
    share: String,
    /// Width of the bar, percent.
    width: String,
    outcomes: Vec<String>,
}

/// Days as a line, and a table under it.
struct Chart {
    points: String,
    /// From today to the forecast at the end.
    ahead: Option<String>,
    top: String,
    first: String,
    last: String,
    days: Vec<(String, String)>,
}

struct Choice {
    value: &'static str,
    words: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "organize/fieldwork.html")]
struct FieldworkPage {
    page: Page,
    back: String,
    title: String,
    action: String,
    upload: String,
    live: Option<String>,
    token: String,
    errors: Vec<String>,
    done: Option<String>,
    headline: String,
    forecast: Option<String>,
    note: Option<String>,
    /// There are rates: fieldwork is not closed yet.
    has_rates: bool,
    outcome_titles: Vec<String>,
    lines: Vec<Line>,
    total: Line,
    chart: Option<Chart>,
    strata: Vec<StratumLine>,
    strata_day: String,
    /// How answers came, by county, once some are in the record.
    modes: Vec<(String, Vec<String>)>,
    /// How many of the used codes are auditors'.
    seeded: Option<String>,
    mode_titles: Vec<String>,
    /// The quota cells, if there are any.
    quota: Option<QuotaView>,
    /// Where a device is handed to residents, for those who may, now.
    assisted: Option<String>,
    paper: Option<String>,
    /// The form, for those who may note outcomes now.
    outcomes: Option<Vec<Choice>>,
    code: String,
}

/// How many outcomes were just noted.
#[derive(Deserialize)]
pub(in crate::web) struct Noted {
    noted: Option<u32>,
}

/// One outcome.
#[derive(Deserialize)]
pub(in crate::web) struct One {
    #[serde(default)]
    code: String,
    #[serde(default)]
    outcome: String,
}

/// `GET /organize/{wave}/fieldwork`.
pub(in crate::web) async fn watch(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
    Query(query): Query<Noted>,
) -> Result<Response, WebError> {
    let slug = WaveSlug::parse(&slug).map_err(|_| Problem::UnknownWave)?;
    let done = query
        .noted
        .map(|count| page.t_with("fieldwork-noted", &[("count", count.into())]));
    let one = One {
        code: String::new(),
        outcome: String::new(),
    };
    show(&app, page, &person, &slug, &one, Vec::new(), done).await
}

/// `POST /organize/{wave}/fieldwork`: one outcome.
pub(in crate::web) async fn note(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
    Form(one): Form<One>,
) -> Result<Response, WebError> {
    let slug = WaveSlug::parse(&slug).map_err(|_| Problem::UnknownWave)?;
    if !person.may(Action::EnterOutcomes) {
        return Err(Problem::Denied.into());
    }
    let code = Code::parse(&one.code);
    let errors = match (code, Note::from_word(&one.outcome)) {
        (Ok(code), Some(note)) => {
            match fieldwork::note_one(&app, &person, &slug, code, note).await {
                Ok(count) => return Ok(back(&page, &slug, count)),
                Err(error) => said(&app, &page, error)?,
            }
        }
        (Err(_), _) => vec![page.t("fieldwork-bad-code")],
        (Ok(_), None) => vec![page.t("fieldwork-no-outcome")],
    };
    let again = show(&app, page, &person, &slug, &one, errors, None).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

/// `POST /organize/{wave}/outcomes`: a file of them.
pub(in crate::web) async fn note_file(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
    form: Multipart,
) -> Result<Response, WebError> {
    let slug = WaveSlug::parse(&slug).map_err(|_| Problem::UnknownWave)?;
    if !person.may(Action::EnterOutcomes) {
        return Err(Problem::Denied.into());
    }
    let errors = match form.file.filter(|file| !file.bytes.is_empty()) {
        None => vec![page.t("data-no-file")],
        Some(file) => match fieldwork::note_file(&app, &person, &slug, &file.bytes).await {
            Ok(count) => return Ok(back(&page, &slug, count)),
            Err(error) => said(&app, &page, error)?,
        },
    };
    let one = One {
        code: String::new(),
        outcome: String::new(),
    };
    let again = show(&app, page, &person, &slug, &one, errors, None).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

/// `GET /organize/{wave}/outcomes`: the page of a file that was refused, in another language.
pub(in crate::web) async fn to_fieldwork(
    page: Page,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let slug = WaveSlug::parse(&slug).map_err(|_| Problem::UnknownWave)?;
    let place = page.link(&format!("/organize/{slug}/fieldwork"));
    Ok(Redirect::to(&place).into_response())
}

/// `GET /organize/{wave}/live`: tells a browser when the numbers have changed.
pub(in crate::web) async fn live(
    State(app): State<App>,
    Staff(person): Staff,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let slug = WaveSlug::parse(&slug).map_err(|_| Problem::UnknownWave)?;
    let board = fieldwork::board(&app, &person, &slug).await;
    let first = token(&board.map_err(refusal)?);
    let stream = changes(app, person, slug, first);
    let alive = KeepAlive::new().interval(Duration::from_secs(15));
    Ok(Sse::new(stream).keep_alive(alive).into_response())
}

/// The token of the numbers, at once and whenever it changes.
fn changes(
    app: App,
    person: Account,
    slug: WaveSlug,
    first: String,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let end = Timer::now() + WATCH;
    let state = (app, person, slug, Some(first), String::new());
    futures_util::stream::unfold(state, move |(app, person, slug, first, told)| async move {
        if let Some(first) = first {
            let event = Event::default().retry(RETRY).data(&first);
            return Some((Ok(event), (app, person, slug, None, first)));
        }
        while Timer::now() < end {
            app.stop.run_until_cancelled(sleep(LOOK)).await?;
            let board = fieldwork::board(&app, &person, &slug).await.ok()?;
            let now = token(&board);
            if now != told {
                let event = Event::default().data(&now);
                return Some((Ok(event), (app, person, slug, None, now)));
            }
        }
        None
    })
}

/// A text that changes with the numbers.
fn token(board: &Board) -> String {
    let unused = |unused: &Unused| Outcome::ALL.map(|one| unused.of(one).to_string()).join(".");
    let county =
        |progress: &Progress, noted: &Unused| format!("{}.{}", progress.used, unused(noted));
    let counties = board
        .counties
        .iter()
        .map(|one| county(&one.progress, &one.noted));
    let counties: Vec<String> = counties.collect();
    format!(
        "{}-{}-{}",
        board.wave.state.as_str(),
        board.days.len(),
        counties.join("-")
    )
}

fn back(page: &Page, slug: &WaveSlug, count: usize) -> Response {
    let place = page.link(&format!("/organize/{slug}/fieldwork"));
    Redirect::to(&format!("{place}&noted={count}")).into_response()
}

/// Why nothing was noted, in sentences, or an error with a page of its own.
fn said(app: &App, page: &Page, error: CodesError) -> Result<Vec<String>, WebError> {
    match error {
        CodesError::Rows(_) | CodesError::Wave(WaveError::Refused(_)) => {
            Ok(codes_error(page.lang, &app.zone, &error))
        }
        CodesError::Wave(error) => Err(refusal(error)),
    }
}

fn refusal(error: WaveError) -> WebError {
    match error {
        // An open wave has no invitations: there is nothing to watch here.
        WaveError::Refused(Refusal::NoSample) => Problem::NotFound.into(),
        other => super::refusal(other),
    }
}

/// The quota cells, if there are any.
async fn quota(
    app: &App,
    page: &Page,
    person: &Account,
    slug: &WaveSlug,
) -> Result<Option<QuotaView>, WaveError> {
    let cells = quotas::board(app, person, slug).await?;
    if cells.lines.is_empty() {
        return Ok(None);
    }
    let found = rules::board(app, person, slug).await?;
    let named = Named {
        kind: found.wave.kind,
        plan: &found.plan,
        questionnaire: &found.questionnaire,
        counties: &found.counties,
    };
    Ok(QuotaView::new(page, named, &cells))
}

async fn show(
    app: &App,
    page: Page,
    person: &Account,
    slug: &WaveSlug,
    one: &One,
    errors: Vec<String>,
    done: Option<String>,
) -> Result<Response, WebError> {
    let page = page.with_person(person);
    let board = fieldwork::board(app, person, slug).await.map_err(refusal)?;
    let quota = quota(app, &page, person, slug).await.map_err(refusal)?;
    let state = board.wave.state;
    let mixes = fieldwork::modes(app, person, slug).await.map_err(refusal)?;
    let takes = matches!(board.wave.phase(app.clock.now()), Phase::Taking(_));
    let can_assist = person.may(Action::AssistResidents) && state == WaveState::Open && takes;
    let can_type = person.may(Action::EnterPaper)
        && board.wave.kind == WaveKind::Probability
        && state >= WaveState::Drawn;
    let can_note =
        person.may(Action::EnterOutcomes) && matches!(state, WaveState::Drawn | WaveState::Open);
    let view = FieldworkPage {
        back: page.link(&format!("/organize/{slug}")),
        title: board.wave.titles.get(page.lang.tag()).to_owned(),
        action: page.link(&format!("/organize/{slug}/fieldwork")),
        upload: page.link(&format!("/organize/{slug}/outcomes")),
        live: (state == WaveState::Open).then(|| format!("/organize/{slug}/live")),
        token: token(&board),
        errors,
        done,
        headline: headline(&page, &board),
        forecast: forecast(&page, &board),
        note: board
            .is_rounded
            .then(|| page.t_with("fieldwork-steps", &[("step", STEP.into())])),
        seeded: (board.seeded > 0).then(|| {
            let number = page.lang.count(board.seeded);
            page.t_with("fieldwork-seeded", &[("number", number.into())])
        }),
        has_rates: board.total.2.is_some(),
        outcome_titles: Outcome::ALL
            .map(|one| outcome_words(&page, "short", one.as_str()))
            .into(),
        lines: lines(&page, &board),
        total: line(
            &page,
            page.t("organize-progress-all"),
            board.total.0,
            &board.total.1,
            board.total.2.as_ref(),
        ),
        chart: chart(app, &page, &board),
        strata: strata(&page, &board),
        strata_day: board
            .days
            .last()
            .map_or(String::new(), |(day, _)| day.clone()),
        modes: mode_lines(&page, &board, &mixes),
        mode_titles: mode_titles(&page, &mixes),
        quota,
        assisted: can_assist.then(|| page.link(&format!("/organize/{slug}/assisted"))),
        paper: can_type.then(|| page.link(&format!("/organize/{slug}/paper"))),
        outcomes: can_note.then(|| choices(&page, &one.outcome)),
        code: one.code.clone(),
        page,
    };
    render(&view)
}

fn outcome_words(page: &Page, length: &str, word: &str) -> String {
    page.t(&format!("fieldwork-{length}-{}", word.replace('_', "-")))
}

fn choices(page: &Page, chosen: &str) -> Vec<Choice> {
    let words = Outcome::ALL
        .map(Outcome::as_str)
        .into_iter()
        .chain(["none"]);
    let choice = |word: &'static str| Choice {
        value: word,
        words: outcome_words(page, "outcome", word),
        is_chosen: word == chosen,
    };
    words.map(choice).collect()
}

fn lines(page: &Page, board: &Board) -> Vec<Line> {
    let of = |one: &fieldwork::CountyBoard| {
        let name = one.area.name(page.lang.tag()).to_owned();
        line(page, name, one.progress, &one.noted, one.rates.as_ref())
    };
    board.counties.iter().map(of).collect()
}

fn forecast(page: &Page, board: &Board) -> Option<String> {
    let codes = board.forecast?;
    let share = share(codes, board.total.0.issued);
    let args = [
        ("codes", page.lang.count(codes).into()),
        ("share", page.lang.percent(share).into()),
    ];
    Some(page.t_with("fieldwork-forecast", &args))
}

fn headline(page: &Page, board: &Board) -> String {
    let Progress { issued, used } = board.total.0;
    let args = [
        ("used", page.lang.count(used).into()),
        ("issued", page.lang.count(issued).into()),
        ("share", page.lang.percent(share(used, issued)).into()),
    ];
    page.t_with("fieldwork-headline", &args)
}

#[expect(clippy::cast_precision_loss, reason = "codes of a wave")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 {
        0.0
    } else {
        part as f64 / whole as f64
    }
}

fn line(
    page: &Page,
    name: String,
    progress: Progress,
    noted: &Unused,
    rates: Option<&Rates>,
) -> Line {
    let lang = page.lang;
    let rate = |rate: Option<f64>| rate.map_or_else(|| "–".to_owned(), |rate| lang.percent(rate));
    let share = share(progress.used, progress.issued);
    Line {
        name,
        issued: lang.count(progress.issued),
        used: lang.count(progress.used),
        share: lang.percent(share),
        width: format!("{:.1}%", 100.0 * share),
        outcomes: Outcome::ALL.map(|one| lang.count(noted.of(one))).into(),
        rates: rates.map_or_else(Vec::new, |rates| {
            [rates.rr2, rates.rr4, rates.rr6, rates.ref1, rates.con1]
                .map(rate)
                .into()
        }),
    }
}

/// Whether a county has answers in this column.
fn is_told(mixes: &[ModeMix], place: usize) -> bool {
    let count = |mix: &ModeMix| mix.answers.get(place).copied();
    mixes.iter().any(|mix| count(mix) != Some(0))
}

/// Names of the modes that occurred, and of those that were not kept.
fn mode_titles(page: &Page, mixes: &[ModeMix]) -> Vec<String> {
    let words = Mode::ALL.map(Mode::as_str);
    let words = words.into_iter().chain(["none"]).enumerate();
    let told = words.filter(|(place, _)| is_told(mixes, *place));
    told.map(|(_, word)| page.t(&format!("fieldwork-mode-{word}")))
        .collect()
}

fn mode_lines(page: &Page, board: &Board, mixes: &[ModeMix]) -> Vec<(String, Vec<String>)> {
    let lang = page.lang;
    let line = |mix: &ModeMix| {
        let mut named = board.counties.iter();
        let named = named.find(|one| one.area.code == mix.county);
        let name = named.map_or(mix.county.as_str(), |one| one.area.name(lang.tag()));
        let counts = mix.answers.iter().enumerate();
        let told = counts.filter(|(place, _)| is_told(mixes, *place));
        let counts = told.map(|(_, count)| lang.count(*count)).collect();
        (name.to_owned(), counts)
    };
    let is_empty = (0..=Mode::ALL.len()).all(|place| !is_told(mixes, place));
    if is_empty {
        return Vec::new();
    }
    mixes.iter().map(line).collect()
}

fn strata(page: &Page, board: &Board) -> Vec<StratumLine> {
    let lang = page.lang;
    let line = |day: &crate::service::fieldwork::Day| {
        let area = board
            .counties
            .iter()
            .find(|one| one.area.code == day.county);
        let county = area.map_or(day.county.as_str(), |one| one.area.name(lang.tag()));
        let rest = day.stratum.strip_prefix(day.county.as_str());
        let residence = rest.unwrap_or(&day.stratum).trim_start_matches('-');
        let key = format!("residence-{residence}");
        let residence = if lang.has(&key) {
            lang.t(&key)
        } else {
            lang.t("fieldwork-merged")
        };
        StratumLine {
            name: format!("{county} · {residence}"),
            issued: lang.count(day.issued),
            used: lang.count(day.used),
            share: lang.percent(share(day.used, day.issued)),
            width: format!("{:.1}%", 100.0 * share(day.used, day.issued)),
            outcomes: Outcome::ALL.map(|one| lang.count(day.noted.of(one))).into(),
        }
    };
    board.strata.iter().map(line).collect()
}

/// Used codes by day, up to the announced end.
fn chart(app: &App, page: &Page, board: &Board) -> Option<Chart> {
    if board.days.len() < 2 {
        return None;
    }
    let (begin, end) = (board.wave.opens_at.micros(), board.wave.closes_at.micros());
    let most = board.total.0.issued.max(1);
    let x = |at: i64| {
        let span = share(
            u64::try_from(at - begin).unwrap_or(0),
            u64::try_from(end - begin).unwrap_or(1),
        );
        CHART.0 * span.min(1.0)
    };
    let y = |used: u64| CHART.1 - CHART.1 * share(used, most).min(1.0);
    let points = board.days.iter().filter_map(|(day, used)| {
        let at = app.zone.parse(day).ok()?.micros();
        Some(format!("{:.1},{:.1}", x(at), y(*used)))
    });
    let now = app.clock.now().micros();
    let here = format!("{:.1},{:.1}", x(now), y(board.total.0.used));
    let points: Vec<String> = points.chain([here.clone()]).collect();
    Some(Chart {
        points: points.join(" "),
        ahead: board
            .forecast
            .map(|codes| format!("{here} {:.1},{:.1}", CHART.0, y(codes))),
        top: page.lang.count(most),
        first: app.zone.date(board.wave.opens_at).to_string(),
        last: app.zone.date(board.wave.closes_at).to_string(),
        days: board
            .days
            .iter()
            .map(|(day, used)| (day.clone(), page.lang.count(*used)))
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::server::Limits;

    #[test]
    fn watching_ends_by_itself_before_the_server_cuts_it_off() {
        assert!(WATCH + 2 * LOOK < Limits::default().answer);
    }
}
