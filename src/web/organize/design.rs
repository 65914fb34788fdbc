//! The design of a new wave: how many invitations where, what can be shown with them, and the form that makes it.
//!
//! For: organizers. Uses: `service::design`, `service::waves`. Promises: the same numbers as `minyi sample size`;
//! without script a button computes, with it every change does; after a refusal the form has what was typed.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::design_form::{Field, Typed};
use crate::i18n::Lang;
use crate::report::wave::sample_problem;
use crate::service::again::again;
use crate::service::app::App;
use crate::service::design::{self, Asked, CountyDesign, Design, Material, Sharing, TRUTHS};
use crate::service::questionnaires::{self, WritingError};
use crate::service::sentence::wave_error;
use crate::service::waves::{self, WaveError};
use crate::survey::account::Account;
use crate::survey::frame::Frame;
use crate::survey::ids::QuestionnaireId;
use crate::survey::questionnaire::{Questionnaire, Version};
use crate::web::error::WebError;
use crate::web::extract::{Form, Query};
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::Staff;

/// Fields as a browser sends them.
type Fields = BTreeMap<String, String>;

/// A choice in a list.
struct Choice {
    value: String,
    words: String,
    is_chosen: bool,
}

/// A county in the table.
struct Line {
    code: String,
    name: String,
    communities: String,
    addresses: String,
    psus: String,
    invitations: String,
    answers: String,
    margin: String,
    df: String,
    /// Probability that the threshold is shown to be met, by true rate.
    shown: Vec<Chance>,
}

/// A probability, in words and as a part of a bar.
struct Chance {
    words: String,
    /// All four verdicts in words.
    title: String,
    /// Height of the bar out of 100.
    height: String,
    /// What is left above it.
    above: String,
}

/// The table and what is said around it.
struct Table {
    lines: Vec<Line>,
    truths: Vec<String>,
    total_invitations: String,
    total_answers: String,
    cost: Option<String>,
    problems: Vec<String>,
}

#[derive(Template)]
#[template(path = "organize/design.html")]
struct DesignPage {
    page: Page,
    action: String,
    errors: Vec<String>,
    /// What has to be brought first.
    missing: Option<String>,
    is_own: bool,
    frames: Vec<Choice>,
    margins: Vec<Choice>,
    sharings: Vec<Choice>,
    units: Vec<Choice>,
    bases: Vec<Choice>,
    forms: Vec<Choice>,
    numbers: Vec<Field>,
    texts: Vec<Field>,
    seeds: Vec<Field>,
    synthetic: bool,
    table: Option<Table>,
}

/// `GET /design`.
pub(in crate::web) async fn plan(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Query(fields): Query<Fields>,
) -> Result<Response, WebError> {
    let typed = Typed::new(fields);
    let errors = typed.problems(page.lang, false);
    let status = if errors.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    let page = show(&app, page, &person, &typed, errors).await?;
    Ok((status, page).into_response())
}

/// `POST /design`: makes the wave.
pub(in crate::web) async fn make(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    let typed = Typed::new(fields);
    let mut errors = typed.problems(page.lang, true);
    let material = material(&app, &person, &typed).await?;
    if errors.is_empty() {
        let asked = typed.asked();
        let found = match material.frame {
            Some(frame) => compute(asked, frame).await?,
            None => Design::default(),
        };
        let drawn = found.problems.iter().map(|p| sample_problem(page.lang, p));
        errors.extend(drawn);
        let asked = questionnaire(&app, &page, &person, &typed).await?;
        let drafted = asked.and_then(|(form, version)| {
            let draft = typed.draft(page.lang, &app.zone, &found, form)?;
            Ok((draft, version))
        });
        match drafted {
            Err(problem) => errors.push(problem),
            Ok((draft, version)) if errors.is_empty() => {
                match again(|| waves::create_asking(&app, &person, &draft, version)).await {
                    Ok(wave) => {
                        let next = page.link(&format!("/organize/{}", wave.slug));
                        return Ok(Redirect::to(&next).into_response());
                    }
                    Err(WaveError::Denied) => return Err(Problem::Denied.into()),
                    Err(
                        error @ (WaveError::SlugTaken(_)
                        | WaveError::NoSuch { .. }
                        | WaveError::ChangedMeanwhile),
                    ) => {
                        errors = wave_error(page.lang, &app.zone, &error);
                    }
                    Err(error) => return Err(WebError::internal(error)),
                }
            }
            Ok(_) => {}
        }
    }
    let again = show(&app, page, &person, &typed, errors).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

/// The questionnaire that was chosen, and its version where it is none that is built in; else why it cannot be asked.
async fn questionnaire(
    app: &App,
    page: &Page,
    person: &Account,
    typed: &Typed,
) -> Result<Result<Chosen, String>, WebError> {
    let Some(word) = typed.given("questionnaire") else {
        let built_in = questionnaires::built_in().ok_or(Problem::NotFound)?;
        return Ok(Ok((built_in, None)));
    };
    let id = word.parse().map_err(|_| Problem::NotFound)?;
    let found = questionnaires::whole(app, person, id).await;
    let (version, whole) = found.map_err(|error| match error {
        WritingError::Denied => Problem::Denied.into(),
        WritingError::NoVersion => WebError::from(Problem::NotFound),
        other => WebError::internal(other),
    })?;
    let unfinished = || page.t("design-questionnaire-unfinished");
    Ok(whole
        .ok_or_else(unfinished)
        .map(|whole| (whole, Some((version.id, version.revision)))))
}

/// A questionnaire, and the revision of the version that it is.
type Chosen = (Questionnaire, Option<(QuestionnaireId, i64)>);

/// The questionnaires that a wave can ask, the one that is built in first.
async fn forms(
    app: &App,
    page: &Page,
    person: &Account,
    typed: &Typed,
) -> Result<Vec<Choice>, WebError> {
    let chosen = typed.given("questionnaire");
    let shelf = questionnaires::list(app, person).await;
    let shelf = shelf.map_err(WebError::internal)?;
    let built_in = Choice {
        value: String::new(),
        words: page.t("questions-built-in"),
        is_chosen: chosen.is_none(),
    };
    let version = |version: &Version| {
        let args = [
            ("name", version.document.id.as_str().into()),
            ("version", version.document.version.to_string().into()),
        ];
        let value = version.id.to_string();
        Choice {
            words: page.t_with("questions-version", &args),
            is_chosen: chosen == Some(value.as_str()),
            value,
        }
    };
    let versions = shelf.versions.iter().map(version);
    Ok(std::iter::once(built_in).chain(versions).collect())
}

/// The design, computed beside the threads that answer.
async fn compute(asked: Asked, frame: Arc<Frame>) -> Result<Design, WebError> {
    let work = move || design::design(&asked, &frame);
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(WebError::internal)?
        .map_err(WebError::internal)
}

async fn material(app: &App, person: &Account, typed: &Typed) -> Result<Material, WebError> {
    let found = design::material(app, person, typed.given("frame")).await;
    found.map_err(|error| match error {
        WaveError::Denied => Problem::Denied.into(),
        other => WebError::internal(other),
    })
}

async fn show(
    app: &App,
    page: Page,
    person: &Account,
    typed: &Typed,
    errors: Vec<String>,
) -> Result<Response, WebError> {
    let page = page.with_person(person);
    let mut material = material(app, person, typed).await?;
    let lang = page.lang;
    let asked = typed.asked();
    let found = match material.frame.take() {
        Some(frame) => Some(compute(asked.clone(), frame).await?),
        None => None,
    };
    let missing = (material.frames.is_empty() || material.margins.is_empty())
        .then(|| page.t("design-missing"));
    let names = |field: &str, names: &[String]| -> Vec<Choice> {
        let chosen = typed.given(field).or(names.first().map(String::as_str));
        let choice = |name: &String| Choice {
            value: name.clone(),
            words: name.clone(),
            is_chosen: Some(name.as_str()) == chosen,
        };
        names.iter().map(choice).collect()
    };
    let words = |field: &str, values: &[&str], first: &str| -> Vec<Choice> {
        let chosen = typed.given(field).unwrap_or(first);
        let choice = |value: &&str| Choice {
            value: (*value).to_owned(),
            words: page.t(&format!("design-{field}-{value}")),
            is_chosen: *value == chosen,
        };
        values.iter().map(choice).collect()
    };
    let view = DesignPage {
        action: page.link("/design"),
        errors,
        missing,
        is_own: asked.sharing == Sharing::Own,
        frames: names("frame", &material.frames),
        margins: names("margins", &material.margins),
        sharings: words("sharing", &Sharing::ALL.map(Sharing::as_str), "equal"),
        units: words("unit", &["person", "household"], "person"),
        bases: bases(&page, typed, &material),
        forms: forms(app, &page, person, typed).await?,
        numbers: typed.numbers(lang),
        texts: typed.texts(lang),
        seeds: typed.seed_fields(lang),
        synthetic: typed.given("synthetic").is_some(),
        table: found.map(|found| table(&page, &material, &asked, &found)),
        page,
    };
    render(&view)
}

/// Earlier waves that change can be measured from; or none.
fn bases(page: &Page, typed: &Typed, material: &Material) -> Vec<Choice> {
    let chosen = typed.given("base");
    let none = Choice {
        value: String::new(),
        words: page.t("design-base-none"),
        is_chosen: chosen.is_none(),
    };
    let wave = |wave: &crate::survey::wave::Wave| Choice {
        value: wave.slug.to_string(),
        words: format!("{} · {}", wave.slug, wave.titles.get(page.lang.tag())),
        is_chosen: chosen == Some(wave.slug.as_str()),
    };
    std::iter::once(none)
        .chain(material.waves.iter().map(wave))
        .collect()
}

fn table(page: &Page, material: &Material, asked: &Asked, found: &Design) -> Table {
    let lang = page.lang;
    let sum = |of: fn(&CountyDesign) -> f64| found.counties.iter().map(of).sum::<f64>();
    Table {
        lines: found
            .counties
            .iter()
            .map(|county| line(lang, material, county))
            .collect(),
        truths: TRUTHS.iter().map(|truth| lang.percent(*truth)).collect(),
        total_invitations: whole(lang, sum(|county| f64::from(county.invitations))),
        total_answers: whole(lang, sum(|county| county.answers)),
        cost: found.cost.map(|cost| {
            let args = [("cost", lang.number(cost, 0).into())];
            page.t_with("design-cost", &args)
        }),
        problems: match asked.sharing {
            _ if found.counties.is_empty() => Vec::new(),
            _ => found
                .problems
                .iter()
                .map(|p| sample_problem(lang, p))
                .collect(),
        },
    }
}

fn whole(lang: Lang, number: f64) -> String {
    lang.number(number.round(), 0)
}

fn line(lang: Lang, material: &Material, county: &CountyDesign) -> Line {
    let area = material
        .counties
        .iter()
        .find(|area| area.code == county.county);
    let shown = |chance: &crate::stats::sampling::power::VerdictProbabilities| Chance {
        words: lang.percent(chance.shown),
        title: lang.t_with(
            "design-chances",
            &[
                ("shown", lang.percent(chance.shown).into()),
                ("below", lang.percent(chance.below).into()),
                ("undecided", lang.percent(chance.undecided).into()),
                ("point", lang.percent(chance.point).into()),
            ],
        ),
        height: format!("{:.1}", 100.0 * chance.shown),
        above: format!("{:.1}", 100.0 - 100.0 * chance.shown),
    };
    Line {
        code: county.county.to_string(),
        name: area
            .map_or(county.county.as_str(), |area| area.name(lang.tag()))
            .to_owned(),
        communities: lang.count(u64::try_from(county.communities).unwrap_or(u64::MAX)),
        addresses: lang.count(county.addresses),
        psus: county.psus.to_string(),
        invitations: county.invitations.to_string(),
        answers: whole(lang, county.answers),
        margin: county.margin.map_or_else(
            || "–".to_owned(),
            |margin| {
                lang.t_with(
                    "design-margin",
                    &[("points", lang.number(100.0 * margin, 1).into())],
                )
            },
        ),
        df: county.df.to_string(),
        shown: county.verdicts.iter().flatten().map(shown).collect(),
    }
}
