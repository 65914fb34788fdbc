//! One stored standard, to be read: every criterion with its rule in both languages, and the rest of the notice.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::desk::refusal;
use super::list::{name, uses};
use crate::evaluation::standard::{Criterion, Standard};
use crate::evaluation::words::Words;
use crate::i18n::Lang;
use crate::report::evaluation::omitted;
use crate::report::standard::{details, measure, rule, sum};
use crate::service::app::App;
use crate::service::standards::{self, StoredStandard};
use crate::survey::account::Account;
use crate::survey::role::Action;
use crate::web::download::{self, Kind};
use crate::web::error::WebError;
use crate::web::extract::Path;
use crate::web::page::{Page, render};
use crate::web::session::Staff;

/// A text in the reader's language and in the other ones.
struct Said {
    own: String,
    /// Language tag and text.
    others: Vec<(&'static str, String)>,
}

struct CriterionLine {
    id: String,
    clause: String,
    name: Said,
    rule: Said,
    details: Vec<String>,
    note: Option<Said>,
}

struct AreaLines {
    name: String,
    clause: String,
    criteria: Vec<CriterionLine>,
}

struct MeasureLine {
    clause: String,
    name: Said,
    text: Vec<String>,
}

/// What the notice attaches.
struct Ladder {
    clause: String,
    posts: String,
    rungs: Vec<(u32, String, String)>,
    neither: String,
}

#[derive(Template)]
#[template(path = "standards/show.html")]
struct ShowPage {
    page: Page,
    name: String,
    title: String,
    source: String,
    digest: String,
    when: String,
    is_in_force: bool,
    uses: Vec<(String, Option<String>)>,
    counties: String,
    areas: Vec<AreaLines>,
    sums: Vec<String>,
    omitted: Vec<(String, String)>,
    cycle: Vec<(String, String)>,
    targets: Vec<String>,
    row: String,
    ladder: Option<Ladder>,
    measures: Vec<MeasureLine>,
    toml: String,
    /// Whether this person may make a draft of it, and the id and version that the draft would have.
    begin: Option<(String, String)>,
}

/// `GET /standards/{digest}`.
pub(in crate::web) async fn show(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(digest): Path<String>,
) -> Result<Response, WebError> {
    let stored = standards::look(&app, &person, &digest).await;
    let stored = stored.map_err(refusal)?;
    page_of(&app, page, &person, &stored).await
}

/// `GET /standards/{digest}/toml`: its text, as it is stored.
pub(in crate::web) async fn download(
    State(app): State<App>,
    Staff(person): Staff,
    Path(digest): Path<String>,
) -> Result<Response, WebError> {
    let stored = standards::look(&app, &person, &digest).await;
    let stored = stored.map_err(refusal)?;
    let short = digest.get(..12).unwrap_or_default();
    let name = format!("standard-{}-{short}", stored.standard.version);
    download::download(Kind::Toml, &name, stored.text)
}

async fn page_of(
    app: &App,
    page: Page,
    person: &Account,
    stored: &StoredStandard,
) -> Result<Response, WebError> {
    let page = page.with_person(person);
    let shelf = standards::list(app, person).await.map_err(refusal)?;
    let standard = &stored.standard;
    let (lang, tag) = (page.lang, page.lang.tag());
    let digest = hex::encode(stored.digest);
    let same = shelf
        .standards
        .iter()
        .filter(|one| one.standard.id == standard.id);
    let next = same.map(|one| one.standard.version).max();
    let next = next.unwrap_or(0).saturating_add(1).to_string();
    let counties = standard.counties.iter();
    let counties: Vec<&str> = counties.map(|county| county.name.get(tag)).collect();
    let row = standard.cycle.years_in_a_row.to_string();
    render(&ShowPage {
        name: name(&page, stored),
        title: standard.title.get(tag).to_owned(),
        source: standard.source.get(tag).to_owned(),
        when: lang.moment(app.zone.civil(stored.created_at)),
        is_in_force: shelf
            .standards
            .first()
            .is_some_and(|one| one.digest == stored.digest),
        uses: uses(&page, shelf.uses.get(&stored.digest)),
        counties: counties.join(&page.t("standards-comma")),
        areas: areas(lang, standard),
        sums: standard
            .sums
            .iter()
            .map(|one| sum(lang, standard, one))
            .collect(),
        omitted: omitted(lang, standard),
        cycle: cycle(lang, standard),
        targets: targets(&page, standard),
        row: page.t_with("standards-row", &[("years", row.into())]),
        ladder: ladder(&page, standard),
        measures: measures(lang, standard),
        toml: page.link(&format!("/standards/{digest}/toml")),
        begin: person
            .may(Action::Evaluate)
            .then(|| (standard.id.clone(), next)),
        digest,
        page,
    })
}

fn said(lang: Lang, text: impl Fn(Lang) -> String) -> Said {
    let others = Lang::ALL.into_iter().filter(|other| *other != lang);
    Said {
        own: text(lang),
        others: others.map(|other| (other.tag(), text(other))).collect(),
    }
}

fn words(lang: Lang, words: &Words) -> Said {
    said(lang, |lang| words.get(lang.tag()).to_owned())
}

fn areas(lang: Lang, standard: &Standard) -> Vec<AreaLines> {
    let criterion = |one: &Criterion| CriterionLine {
        id: one.id.clone(),
        clause: one.clause.clone(),
        name: words(lang, &one.name),
        rule: said(lang, |lang| rule(lang, standard, one)),
        details: details(lang, standard, one),
        note: one.note.as_ref().map(|note| words(lang, note)),
    };
    let areas = standard.areas.iter().map(|area| AreaLines {
        name: area.name.get(lang.tag()).to_owned(),
        clause: area.clause.clone(),
        criteria: standard
            .criteria
            .iter()
            .filter(|one| one.area() == area.id)
            .map(criterion)
            .collect(),
    });
    areas.filter(|area| !area.criteria.is_empty()).collect()
}

fn cycle(lang: Lang, standard: &Standard) -> Vec<(String, String)> {
    let steps = standard.cycle.steps.iter();
    let tag = lang.tag();
    steps
        .map(|step| (step.name.get(tag).to_owned(), step.rule.get(tag).to_owned()))
        .collect()
}

fn targets(page: &Page, standard: &Standard) -> Vec<String> {
    let targets = standard.cycle.targets.iter();
    let one = |(year, counties): (&i32, &u32)| {
        let args = [
            ("year", year.to_string().into()),
            ("target", (*counties).into()),
        ];
        page.t_with("evaluate-target", &args)
    };
    targets.map(one).collect()
}

fn ladder(page: &Page, standard: &Standard) -> Option<Ladder> {
    let of = standard.consequences.as_ref()?;
    let tag = page.lang.tag();
    let posts: Vec<&str> = of.posts.iter().map(|post| post.get(tag)).collect();
    let text = |words: &Words| words.get(tag).to_owned();
    let rungs = of.ladder.iter();
    Some(Ladder {
        clause: of.clause.clone(),
        posts: posts.join(&page.t("standards-comma")),
        rungs: rungs
            .map(|rung| (rung.years, text(&rung.met), text(&rung.missed)))
            .collect(),
        neither: text(&of.neither),
    })
}

fn measures(lang: Lang, standard: &Standard) -> Vec<MeasureLine> {
    let measures = standard.measures.iter();
    measures
        .map(|one| MeasureLine {
            clause: one.clause.clone(),
            name: words(lang, &one.name),
            text: measure(lang, standard, one),
        })
        .collect()
}
