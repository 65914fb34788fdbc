//! A version: heading and opening, its questions in order, what is to be done, what differs from before, and the page
//! that residents would see.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::desk::{Desk, FRAME, name, refusal, sentence};
use super::form::{Act, Fields, read_head, read_item};
use crate::i18n::Lang;
use crate::report::wave::{questionnaire_change, questionnaire_error};
use crate::service::again::again;
use crate::service::app::App;
use crate::service::questionnaires;
use crate::survey::account::Account;
use crate::survey::questionnaire::{
    Condition, Direction, ItemSpec, KindName, QuestionnaireSpec, Shuffle, Text,
};
use crate::survey::role::Action;
use crate::web::error::WebError;
use crate::web::extract::{Form, Path, Query};
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::respond;
use crate::web::session::Staff;

/// A sentence in one language.
pub(super) struct Words {
    pub(super) name: String,
    pub(super) tag: String,
    pub(super) label: String,
    pub(super) value: String,
    pub(super) problem: Option<String>,
}

/// A question in the list.
struct Line {
    place: usize,
    number: usize,
    id: String,
    text: String,
    facts: String,
    url: String,
    is_first: bool,
    is_last: bool,
}

/// Something that is to be done, and where.
struct Task {
    sentence: String,
    url: Option<String>,
}

#[derive(Template)]
#[template(path = "questionnaires/show.html")]
struct ShowPage {
    page: Page,
    name: String,
    title: String,
    state: String,
    action: String,
    revision: i64,
    errors: Vec<String>,
    can_write: bool,
    may_begin: bool,
    tasks: Vec<Task>,
    changes_title: String,
    changes: Vec<String>,
    waves: Vec<(String, String)>,
    titles: Vec<Words>,
    openings: Vec<Words>,
    items: Vec<Line>,
    preview: String,
    turned: String,
    typed: String,
    toml: String,
    xlsx: String,
    list: String,
    word: String,
    id: String,
}

/// `GET /questionnaires/{questionnaire}`.
pub(in crate::web) async fn show(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(word): Path<String>,
) -> Result<Response, WebError> {
    let desk = Desk::open(&app, &person, &word).await?;
    page_of(page, &person, &desk, Vec::new())
}

/// `POST /questionnaires/{questionnaire}`: stores what was typed, and does what the button says.
pub(in crate::web) async fn change(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(word): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    if !person.may(Action::WriteQuestionnaires) {
        return Err(Problem::Denied.into());
    }
    let mut desk = Desk::open(&app, &person, &word).await?;
    let Some((id, _)) = desk.held() else {
        return Err(Problem::Denied.into());
    };
    let mut document = desk.document.clone();
    read_head(&fields, &mut document);
    let mut next = desk.path();
    match Act::read(&fields) {
        Act::Add => next = format!("{next}/items/{}", document.add_item() + 1),
        Act::Move { place, down } => document.move_item(place, down),
        Act::Drop(_) | Act::Save => {}
    }
    match store(&app, &person, id, &fields, &document).await {
        Ok(()) => Ok(Redirect::to(&page.link(&next)).into_response()),
        Err(error) => {
            let Some(sentence) = sentence(&page, &error) else {
                return Err(refusal(error));
            };
            desk.document = document;
            let again = page_of(page, &person, &desk, vec![sentence])?;
            Ok((StatusCode::CONFLICT, again).into_response())
        }
    }
}

/// Stores a document on top of the revision that the form was made from.
pub(super) async fn store(
    app: &App,
    person: &Account,
    id: crate::survey::ids::QuestionnaireId,
    fields: &Fields,
    document: &QuestionnaireSpec,
) -> Result<(), questionnaires::WritingError> {
    let revision = fields.get("revision").and_then(|text| text.parse().ok());
    let revision: i64 = revision.unwrap_or_default();
    again(|| questionnaires::save(app, person, id, revision, document)).await
}

fn page_of(
    page: Page,
    person: &Account,
    desk: &Desk,
    errors: Vec<String>,
) -> Result<Response, WebError> {
    let page = page.with_person(person);
    let of = &desk.document;
    let found = of.problems();
    let path = desk.path();
    let tasks = found.iter().map(|found| Task {
        sentence: questionnaire_error(page.lang, &found.error),
        url: found
            .place
            .map(|place| page.link(&format!("{path}/items/{}", place + 1))),
    });
    let state = match (&desk.version, desk.is_fixed(), found.len()) {
        (None, _, _) => page.t("questions-state-built-in"),
        (Some(_), true, _) => page.t("questions-state-fixed"),
        (Some(_), false, 0) => page.t("questions-state-whole"),
        (Some(_), false, left) => {
            let left = u32::try_from(left).unwrap_or(u32::MAX);
            page.t_with("questions-state-open", &[("count", left.into())])
        }
    };
    let waves = desk.waves.iter().map(|slug| {
        let url = page.link(&format!("/organize/{slug}"));
        (slug.to_string(), url)
    });
    let before = desk.before.as_ref().map(|before| name(page.lang, before));
    let before = [("before", before.unwrap_or_default().into())];
    let view = ShowPage {
        name: desk.name(&page),
        title: of.title.get(page.lang.tag()).to_owned(),
        state,
        action: page.link(&path),
        revision: desk.held().map_or(0, |(_, revision)| revision),
        errors,
        can_write: desk.is_open_to(person),
        may_begin: person.may(Action::WriteQuestionnaires),
        tasks: tasks.collect(),
        changes_title: page.t_with("questions-changes", &before),
        changes: changes(page.lang, desk),
        waves: waves.collect(),
        titles: words(page.lang, of, "title", &of.title, "questions-title"),
        openings: words(page.lang, of, "opening", &of.opening, "questions-opening"),
        items: lines(&page, desk),
        preview: page.link(&format!("{path}/preview")),
        turned: format!("{}&arm=1", page.link(&format!("{path}/preview"))),
        typed: page.link(&format!("{path}/preview")),
        toml: page.link(&format!("{path}/export/toml")),
        xlsx: page.link(&format!("{path}/export/xlsx")),
        list: page.link("/questionnaires"),
        word: desk.word.clone(),
        id: of.id.clone(),
        page,
    };
    Ok((FRAME, render(&view)?).into_response())
}

/// What differs from before, in sentences.
fn changes(lang: Lang, desk: &Desk) -> Vec<String> {
    let Some(before) = &desk.before else {
        return Vec::new();
    };
    let changes = desk.document.changes(before);
    let mut said: Vec<String> = changes
        .items
        .iter()
        .map(|change| questionnaire_change(lang, change))
        .collect();
    if changes.is_reordered {
        said.push(lang.t("questions-change-order"));
    }
    said
}

/// Fields for a text in each language.
pub(super) fn words(
    lang: Lang,
    of: &QuestionnaireSpec,
    name: &str,
    text: &Text,
    label: &str,
) -> Vec<Words> {
    let languages = of.languages.iter().enumerate();
    let field = |(place, tag): (usize, &String)| {
        let value = text.find(tag).unwrap_or_default().to_owned();
        let known: Option<Lang> = tag.parse().ok();
        let own = known.map_or_else(|| tag.clone(), |known| known.own_name().to_owned());
        let args = [("language", own.into())];
        let label = lang.t_with(label, &args);
        Words {
            name: format!("{name}-{place}"),
            tag: tag.clone(),
            problem: value
                .trim()
                .is_empty()
                .then(|| lang.t("questions-text-missing")),
            label,
            value,
        }
    };
    languages.map(field).collect()
}

fn lines(page: &Page, desk: &Desk) -> Vec<Line> {
    let of = &desk.document;
    let last = of.items.len().saturating_sub(1);
    let line = |(place, item): (usize, &ItemSpec)| Line {
        place,
        number: place + 1,
        id: item.id.clone(),
        text: match item.text.get(page.lang.tag()).trim() {
            "" => page.t("questions-item-empty"),
            text => text.to_owned(),
        },
        facts: facts(page, item),
        url: page.link(&format!("{}/items/{}", desk.path(), place + 1)),
        is_first: place == 0,
        is_last: place == last,
    };
    of.items.iter().enumerate().map(line).collect()
}

/// Kind, options and what else is set, in a few words.
fn facts(page: &Page, item: &ItemSpec) -> String {
    let options = u32::try_from(item.options.len()).unwrap_or(u32::MAX);
    let role = match item.role {
        crate::survey::questionnaire::Role::Screen => "questions-role-screen",
        crate::survey::questionnaire::Role::Demographic => "questions-role-demographic",
        crate::survey::questionnaire::Role::Substantive => "questions-role-substantive",
        crate::survey::questionnaire::Role::Conduct => "questions-role-conduct",
    };
    let mut said = vec![page.t(role)];
    if item.kind == KindName::Multiple {
        said.push(page.t("questions-fact-multiple"));
    }
    said.push(page.t_with("questions-fact-options", &[("count", options.into())]));
    match &item.asked_if {
        None => {}
        Some(Condition::Sampled { sampled }) => {
            said.push(page.t(&format!("questions-if-sampled-{}", sampled.as_str())));
        }
        Some(Condition::Answered { item, .. }) => {
            said.push(page.t_with("questions-fact-if", &[("item", item.as_str().into())]));
        }
    }
    if item.reverse {
        said.push(page.t("questions-fact-reverse"));
    }
    if item.shuffle != Shuffle::None {
        said.push(page.t("questions-fact-shuffle"));
    }
    if !item.optional {
        said.push(page.t("questions-fact-required"));
    }
    said.join(" · ")
}

/// How a preview is asked for.
#[derive(serde::Deserialize)]
pub(in crate::web) struct Look {
    #[serde(default)]
    arm: String,
}

impl Look {
    fn direction(&self) -> Direction {
        if self.arm == "1" {
            Direction::Reverse
        } else {
            Direction::Forward
        }
    }
}

/// `GET /questionnaires/{questionnaire}/preview`: the resident's page of what is stored.
pub(in crate::web) async fn preview(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(word): Path<String>,
    Query(look): Query<Look>,
) -> Result<Response, WebError> {
    let desk = Desk::open(&app, &person, &word).await?;
    respond::preview(&page, desk.document.preview().as_ref(), look.direction())
}

/// `POST /questionnaires/{questionnaire}/preview`: the resident's page of what is typed. Nothing is stored.
pub(in crate::web) async fn preview_typed(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(word): Path<String>,
    Query(look): Query<Look>,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    let desk = Desk::open(&app, &person, &word).await?;
    let mut document = desk.document;
    match fields.get("place").and_then(|place| place.parse().ok()) {
        Some(place) => drop(read_item(&fields, place, &mut document)),
        None => read_head(&fields, &mut document),
    }
    respond::preview(&page, document.preview().as_ref(), look.direction())
}
