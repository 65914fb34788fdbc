//! One question: its sentence in each language, its options and their marks, when it is asked, in which order and
//! direction its options are shown.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::desk::{Desk, FRAME, refusal, sentence};
use super::form::{Act, Fields, act_on_options, read_item};
use super::show::{Words, store, words};
use crate::report::wave::{questionnaire_change, questionnaire_problem};
use crate::service::app::App;
use crate::survey::account::Account;
use crate::survey::questionnaire::parse::Problem as Fault;
use crate::survey::questionnaire::{
    Choice as SpecOption, Condition, Field, ItemSpec, KindName, QuestionnaireError, Role,
    SampledUnit, Shuffle,
};
use crate::survey::role::Action;
use crate::web::error::WebError;
use crate::web::extract::{Form, Path};
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::Staff;

/// A choice in a list.
struct Pick {
    value: String,
    words: String,
    is_chosen: bool,
}

/// Something that is set or not.
struct Mark {
    name: String,
    words: String,
    is_set: bool,
}

/// An option of the question.
struct Line {
    place: usize,
    number: usize,
    code: String,
    texts: Vec<Words>,
    marks: Vec<Mark>,
    problems: Vec<String>,
    is_first: bool,
    is_last: bool,
}

#[expect(
    clippy::struct_excessive_bools,
    reason = "independent marks of one question, each with a box of its own"
)]
#[derive(Template)]
#[template(path = "questionnaires/item.html")]
struct ItemPage {
    page: Page,
    name: String,
    back: String,
    action: String,
    typed: String,
    preview: String,
    revision: i64,
    place: usize,
    number: usize,
    total: usize,
    previous: Option<String>,
    following: Option<String>,
    errors: Vec<String>,
    /// What is wrong with the question as a whole.
    problems: Vec<String>,
    change: Option<String>,
    can_write: bool,
    id: String,
    id_problem: Option<String>,
    texts: Vec<Words>,
    roles: Vec<Pick>,
    kinds: Vec<Pick>,
    is_multiple: bool,
    max: String,
    max_problem: Option<String>,
    shuffles: Vec<Pick>,
    conditions: Vec<Pick>,
    condition_problem: Option<String>,
    /// The question whose answers `codes` are.
    earlier: String,
    codes: Vec<Mark>,
    reverse: bool,
    optional: bool,
    options: Vec<Line>,
}

/// `GET /questionnaires/{questionnaire}/items/{place}`.
pub(in crate::web) async fn show(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path((word, place)): Path<(String, usize)>,
) -> Result<Response, WebError> {
    let desk = Desk::open(&app, &person, &word).await?;
    let place = place.checked_sub(1).ok_or(Problem::NotFound)?;
    page_of(page, &person, &desk, place, Refused::default())
}

/// Why nothing was stored.
#[derive(Default)]
struct Refused {
    errors: Vec<String>,
    /// What was typed as the maximum, where it is no number.
    max: Option<String>,
}

/// `POST /questionnaires/{questionnaire}/items/{place}`: stores what was typed, and does what the button says.
pub(in crate::web) async fn change(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path((word, place)): Path<(String, usize)>,
    Form(fields): Form<Fields>,
) -> Result<Response, WebError> {
    if !person.may(Action::WriteQuestionnaires) {
        return Err(Problem::Denied.into());
    }
    let mut desk = Desk::open(&app, &person, &word).await?;
    let place = place.checked_sub(1).ok_or(Problem::NotFound)?;
    let Some((id, _)) = desk.held().filter(|_| place < desk.document.items.len()) else {
        return Err(Problem::NotFound.into());
    };
    if fields.get("act").is_some_and(|act| act == "remove") {
        let mut document = desk.document.clone();
        document.items.remove(place);
        let next = page.link(&desk.path());
        return match store(&app, &person, id, &fields, &document).await {
            Ok(()) => Ok(Redirect::to(&next).into_response()),
            Err(error) => refused(page, &person, &desk, place, error),
        };
    }
    let mut document = desk.document.clone();
    let unread = read_item(&fields, place, &mut document);
    let act = Act::read(&fields);
    let languages = document.languages.clone();
    let mut anchor = String::new();
    if let Some(item) = document.items.get_mut(place) {
        act_on_options(act, &languages, item);
        anchor = landing(act, item);
    }
    if unread.is_some() {
        let refused = Refused {
            errors: vec![page.t("questions-max-number")],
            max: fields.get("max").cloned(),
        };
        desk.document = document;
        let again = page_of(page, &person, &desk, place, refused)?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    }
    match store(&app, &person, id, &fields, &document).await {
        Ok(()) => {
            let next = page.link(&format!("{}/items/{}", desk.path(), place + 1));
            Ok(Redirect::to(&format!("{next}{anchor}")).into_response())
        }
        Err(error) => {
            desk.document = document;
            refused(page, &person, &desk, place, error)
        }
    }
}

/// Where the page goes on after a button: at the option that it moved or added.
fn landing(act: Act, item: &ItemSpec) -> String {
    let place = match act {
        Act::Save | Act::Drop(_) => return String::new(),
        Act::Add => {
            let is_new =
                |option: &SpecOption| option.text.iter().all(|(_, words)| words.is_empty());
            item.options.iter().rposition(is_new)
        }
        Act::Move { place, down: true } => place.checked_add(1),
        Act::Move { place, down: false } => place.checked_sub(1),
    };
    place.map_or_else(String::new, |place| format!("#option-{}", place + 1))
}

fn refused(
    page: Page,
    person: &Account,
    desk: &Desk,
    place: usize,
    error: crate::service::questionnaires::WritingError,
) -> Result<Response, WebError> {
    let Some(sentence) = sentence(&page, &error) else {
        return Err(refusal(error));
    };
    let refused = Refused {
        errors: vec![sentence],
        max: None,
    };
    let again = page_of(page, person, desk, place, refused)?;
    Ok((StatusCode::CONFLICT, again).into_response())
}

/// What is wrong with a question, field by field.
struct Faults<'a> {
    page: &'a Page,
    found: Vec<(Field, Fault)>,
}

impl Faults<'_> {
    fn of(&self, is: impl Fn(&Field) -> bool) -> Vec<String> {
        let own = self.found.iter().filter(|(field, _)| is(field));
        own.map(|(field, fault)| {
            let name = match field {
                Field::Option { field, .. } => field,
                Field::Max => "max",
                _ => "",
            };
            questionnaire_problem(self.page.lang, name, fault)
        })
        .collect()
    }

    fn first(&self, field: &Field) -> Option<String> {
        self.of(|other| other == field).into_iter().next()
    }
}

fn page_of(
    page: Page,
    person: &Account,
    desk: &Desk,
    place: usize,
    refused: Refused,
) -> Result<Response, WebError> {
    let page = page.with_person(person);
    let of = &desk.document;
    let item = of.items.get(place).ok_or(Problem::NotFound)?;
    let faults = faults(&page, desk, place);
    let path = desk.path();
    let link = |place: usize| page.link(&format!("{path}/items/{place}"));
    let view = ItemPage {
        name: desk.name(&page),
        back: page.link(&path),
        action: link(place + 1),
        typed: page.link(&format!("{path}/preview")),
        preview: format!("{}#s-{}", page.link(&format!("{path}/preview")), item.id),
        revision: desk.held().map_or(0, |(_, revision)| revision),
        place,
        number: place + 1,
        total: of.items.len(),
        previous: (place > 0).then(|| link(place)),
        following: (place + 1 < of.items.len()).then(|| link(place + 2)),
        errors: refused.errors,
        problems: faults.of(|field| *field == Field::Options),
        change: change_of(&page, desk, &item.id),
        can_write: desk.is_open_to(person),
        id: item.id.clone(),
        id_problem: faults.first(&Field::Id),
        texts: words(page.lang, of, "text", &item.text, "questions-text"),
        roles: roles(&page, item),
        kinds: kinds(&page, item),
        is_multiple: item.kind == KindName::Multiple,
        max: refused
            .max
            .or_else(|| item.max.map(|max| max.to_string()))
            .unwrap_or_default(),
        max_problem: faults.first(&Field::Max),
        shuffles: shuffles(&page, item),
        conditions: conditions(&page, item, of.items.get(..place).unwrap_or_default()),
        condition_problem: faults.first(&Field::AskedIf),
        earlier: match &item.asked_if {
            Some(Condition::Answered { item, .. }) => item.clone(),
            _ => String::new(),
        },
        codes: codes(&page, item, of.items.get(..place).unwrap_or_default()),
        reverse: item.reverse,
        optional: item.optional,
        options: options(&page, desk, item, &faults),
        page: page.clone(),
    };
    Ok((FRAME, render(&view)?).into_response())
}

/// What is wrong with the question at this place.
fn faults<'a>(page: &'a Page, desk: &Desk, place: usize) -> Faults<'a> {
    let own = desk.document.problems().into_iter();
    let own = own.filter(|found| found.place == Some(place));
    let found = own.filter_map(|found| match found.error {
        QuestionnaireError::Item { field, problem, .. } => Some((field, problem)),
        _ => None,
    });
    Faults {
        page,
        found: found.collect(),
    }
}

/// How the question differs from what was asked before.
fn change_of(page: &Page, desk: &Desk, id: &str) -> Option<String> {
    let changes = desk.document.changes(desk.before.as_ref()?);
    let own = changes.items.into_iter().find(|change| change.item == id);
    own.map(|change| questionnaire_change(page.lang, &change))
}

fn picks(page: &Page, key: &str, values: &[&str], chosen: &str) -> Vec<Pick> {
    let pick = |value: &&str| Pick {
        value: (*value).to_owned(),
        words: page.t(&format!("questions-{key}-{value}")),
        is_chosen: *value == chosen,
    };
    values.iter().map(pick).collect()
}

fn roles(page: &Page, item: &ItemSpec) -> Vec<Pick> {
    let chosen = match item.role {
        Role::Screen => "screen",
        Role::Demographic => "demographic",
        Role::Substantive => "substantive",
        Role::Conduct => "conduct",
    };
    let all = ["screen", "substantive", "conduct", "demographic"];
    picks(page, "role", &all, chosen)
}

fn kinds(page: &Page, item: &ItemSpec) -> Vec<Pick> {
    let chosen = match item.kind {
        KindName::Single => "single",
        KindName::Multiple => "multiple",
    };
    picks(page, "kind", &["single", "multiple"], chosen)
}

fn shuffles(page: &Page, item: &ItemSpec) -> Vec<Pick> {
    let chosen = match item.shuffle {
        Shuffle::None => "none",
        Shuffle::Ends => "ends",
        Shuffle::All => "all",
    };
    picks(page, "shuffle", &["none", "ends", "all"], chosen)
}

/// When it can be asked: always, of a sampled unit, or by an earlier question.
fn conditions(page: &Page, item: &ItemSpec, earlier: &[ItemSpec]) -> Vec<Pick> {
    let chosen = match &item.asked_if {
        None => String::new(),
        Some(Condition::Sampled { sampled }) => format!("sampled:{}", sampled.as_str()),
        Some(Condition::Answered { item, .. }) => format!("item:{item}"),
    };
    let pick = |value: String, words: String| Pick {
        is_chosen: value == chosen,
        value,
        words,
    };
    let mut picks = vec![pick(String::new(), page.t("questions-if-always"))];
    for unit in [SampledUnit::Person, SampledUnit::Household] {
        let words = page.t(&format!("questions-if-sampled-{}", unit.as_str()));
        picks.push(pick(format!("sampled:{}", unit.as_str()), words));
    }
    for other in earlier {
        let text = other.text.get(page.lang.tag());
        let args = [("item", other.id.as_str().into()), ("text", text.into())];
        let words = page.t_with("questions-if-item", &args);
        picks.push(pick(format!("item:{}", other.id), words));
    }
    // A question that no longer comes earlier is shown as what it is.
    if picks.iter().all(|pick| !pick.is_chosen)
        && let Some(Condition::Answered { item, .. }) = &item.asked_if
    {
        picks.push(pick(format!("item:{item}"), item.clone()));
    }
    picks
}

/// The answers of the earlier question, and which of them ask this one.
fn codes(page: &Page, item: &ItemSpec, earlier: &[ItemSpec]) -> Vec<Mark> {
    let Some(Condition::Answered { item: of, any_of }) = &item.asked_if else {
        return Vec::new();
    };
    let Some(other) = earlier.iter().find(|other| other.id == *of) else {
        return Vec::new();
    };
    let mark = |option: &SpecOption| Mark {
        name: format!("if-code-{}", option.code),
        words: option.text.get(page.lang.tag()).to_owned(),
        is_set: any_of.contains(&option.code),
    };
    other.options.iter().map(mark).collect()
}

fn options(page: &Page, desk: &Desk, item: &ItemSpec, faults: &Faults<'_>) -> Vec<Line> {
    let last = item.options.len().saturating_sub(1);
    let line = |(place, option): (usize, &SpecOption)| {
        let name = format!("o{place}-text");
        let is_own = |field: &Field| match field {
            Field::Option { code, field } => *code == option.code && *field != "text",
            _ => false,
        };
        Line {
            place,
            number: place + 1,
            code: option.code.clone(),
            texts: words(
                page.lang,
                &desk.document,
                &name,
                &option.text,
                "questions-option-text",
            ),
            marks: marks(page, item, place, option),
            problems: faults.of(is_own),
            is_first: place == 0,
            is_last: place == last,
        }
    };
    item.options.iter().enumerate().map(line).collect()
}

/// The marks that an option of this kind of question can have, and those that it has.
fn marks(page: &Page, item: &ItemSpec, place: usize, option: &SpecOption) -> Vec<Mark> {
    let can = |mark: &str| match mark {
        "ends" => item.role == Role::Screen && item.kind == KindName::Single,
        "exclusive" => item.kind == KindName::Multiple,
        _ => true,
    };
    let marks = option.marks().into_iter();
    let marks = marks.filter(|(mark, is_set)| *is_set || can(mark));
    marks
        .map(|(mark, is_set)| Mark {
            name: format!("o{place}-{mark}"),
            words: page.t(&format!("questions-mark-{mark}")),
            is_set,
        })
        .collect()
}
