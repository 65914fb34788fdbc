//! One sheet: what is ticked on it, typed as the numbers of boxes.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::{address, refusal, with_query};
use crate::i18n::Lang;
use crate::service::app::App;
use crate::service::intake::IntakeError;
use crate::service::paper::{self, Entered, PaperError, Sheet, Typed};
use crate::survey::account::Account;
use crate::survey::answer::{Answer, AnswerProblem, Answers};
use crate::survey::paper::{Reading, Turn, TypingProblem};
use crate::survey::questionnaire::{Direction, Questionnaire};
use crate::survey::wave::WaveSlug;
use crate::web::error::WebError;
use crate::web::extract::{Form, Path, Query};
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::respond::paper::{PaperItem, directions, items, mark};
use crate::web::session::Staff;

/// Field of the printed form: its language and direction.
const FORM: &str = "_form";
/// Field that says that there is no sheet.
const MISSING: &str = "_missing";

/// A question and what was typed for it.
struct Field {
    item: PaperItem,
    value: String,
    problem: Option<String>,
    /// What two others read, where they differ.
    others: Option<String>,
}

/// A printed form that one can choose.
struct Choice {
    value: String,
    words: String,
    is_chosen: bool,
}

#[derive(Template)]
#[template(path = "paper/sheet.html")]
struct SheetPage {
    page: Page,
    back: String,
    title: String,
    action: String,
    lot: String,
    number: u64,
    of: u64,
    /// Why there is nothing to type.
    rest: Option<String>,
    is_third: bool,
    forms: Vec<Choice>,
    /// What two others read of the form's kind, where they differ.
    form_others: Option<String>,
    is_missing: bool,
    /// That two others differ about whether there is a sheet.
    missing_others: Option<String>,
    fields: Vec<Field>,
    problems: Vec<(String, String)>,
}

/// The form that was typed before, which is likely to be the next one's, too.
#[derive(serde::Deserialize)]
pub(in crate::web) struct Before {
    #[serde(default)]
    form: String,
}

/// `GET /organize/{wave}/paper/{county}/{lot}/{sheet}`.
pub(in crate::web) async fn show(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path((slug, county, lot, number)): Path<(String, String, String, u64)>,
    Query(before): Query<Before>,
) -> Result<Response, WebError> {
    let slug = WaveSlug::parse(&slug).map_err(|_| Problem::UnknownWave)?;
    let place = (county.as_str(), lot.as_str(), number);
    let sheet = paper::show(&app, &person, &slug, place)
        .await
        .map_err(refusal)?;
    let typed = Filled::of(&sheet, &before.form);
    render(&view(page.with_person(&person), &slug, &sheet, &typed, &[]))
}

/// `POST /organize/{wave}/paper/{county}/{lot}/{sheet}`.
pub(in crate::web) async fn enter(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path((slug, county, lot, number)): Path<(String, String, String, u64)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, WebError> {
    let slug = WaveSlug::parse(&slug).map_err(|_| Problem::UnknownWave)?;
    let place = (county.as_str(), lot.as_str(), number);
    let filled = Filled::sent(fields);
    let problems = match paper::enter(&app, &person, &slug, place, &filled.typed()).await {
        Ok(Entered::Next(next)) => {
            let path = address(slug.as_str(), &format!("/{county}/{lot}/{next}"));
            let to = with_query(&page, &path, &format!("form={}", filled.form));
            return Ok(Redirect::to(&to).into_response());
        }
        Ok(Entered::Wait | Entered::Kept) => {
            return Ok(Redirect::to(&page.link(&address(slug.as_str(), ""))).into_response());
        }
        Err(PaperError::Typing(problems)) => problems,
        // Somebody else was quicker, or the wave closed: the page says so.
        Err(
            PaperError::NotYours(_)
            | PaperError::NotNow
            | PaperError::Intake(IntakeError::Closed { .. }),
        ) => {
            return again(&app, page, &person, &slug, place, &filled, &[]).await;
        }
        Err(error) => return Err(refusal(error)),
    };
    again(&app, page, &person, &slug, place, &filled, &problems).await
}

async fn again(
    app: &App,
    page: Page,
    person: &Account,
    slug: &WaveSlug,
    place: (&str, &str, u64),
    filled: &Filled,
    problems: &[TypingProblem],
) -> Result<Response, WebError> {
    let sheet = paper::show(app, person, slug, place)
        .await
        .map_err(refusal)?;
    let view = view(page.with_person(person), slug, &sheet, filled, problems);
    Ok((StatusCode::UNPROCESSABLE_ENTITY, render(&view)?).into_response())
}

/// What stands in the fields.
struct Filled {
    form: String,
    is_missing: bool,
    boxes: Vec<(String, String)>,
}

impl Filled {
    /// Before anything was typed: what two others agree on, if a third one settles the rest.
    fn of(sheet: &Sheet, before: &str) -> Self {
        let [one, other] = sheet.readings.as_slice() else {
            return Self {
                form: before.to_owned(),
                is_missing: false,
                boxes: Vec::new(),
            };
        };
        let both = |item: &str| {
            let (a, b) = (
                numbers(&sheet.questionnaire, &one.answers, item),
                numbers(&sheet.questionnaire, &other.answers, item),
            );
            if a == b { a } else { String::new() }
        };
        let items = sheet.questionnaire.items.iter();
        Self {
            is_missing: false,
            form: if form_of(one) == form_of(other) {
                form_of(one)
            } else {
                String::new()
            },
            boxes: items
                .map(|item| (item.id.clone(), both(&item.id)))
                .collect(),
        }
    }

    fn sent(fields: Vec<(String, String)>) -> Self {
        let (own, boxes): (Vec<_>, Vec<_>) = fields
            .into_iter()
            .partition(|(name, _)| name.starts_with('_'));
        let field = |wanted: &str| own.iter().find(|(name, _)| name == wanted);
        Self {
            form: field(FORM).map_or(String::new(), |(_, value)| value.clone()),
            is_missing: field(MISSING).is_some(),
            boxes,
        }
    }

    fn typed(&self) -> Typed {
        let (language, way) = self.form.rsplit_once('-').unwrap_or_default();
        Typed {
            is_missing: self.is_missing,
            language: language.to_owned(),
            direction: if way == mark(Direction::Reverse) {
                Direction::Reverse
            } else {
                Direction::Forward
            },
            boxes: self.boxes.clone(),
        }
    }

    fn value(&self, item: &str) -> String {
        let found = self.boxes.iter().find(|(id, _)| id == item);
        found.map_or(String::new(), |(_, value)| value.clone())
    }
}

/// The kind of form that somebody read.
fn form_of(reading: &Reading) -> String {
    format!("{}-{}", reading.language, mark(reading.direction))
}

/// Numbers of the boxes that are ticked.
fn numbers(questionnaire: &Questionnaire, answers: &Answers, item: &str) -> String {
    match answers.get(questionnaire, item) {
        Answer::Chosen(set) => {
            let places = set.positions().map(|place| (place + 1).to_string());
            places.collect::<Vec<_>>().join(" ")
        }
        Answer::NotAsked | Answer::Blank => String::new(),
    }
}

fn view(
    page: Page,
    slug: &WaveSlug,
    sheet: &Sheet,
    filled: &Filled,
    problems: &[TypingProblem],
) -> SheetPage {
    let lang = page.lang;
    let questionnaire = &sheet.questionnaire;
    let county = sheet.county.name(lang.tag());
    let field = |item: PaperItem| Field {
        value: filled.value(&item.id),
        problem: problems
            .iter()
            .find(|problem| item_of(problem) == item.id)
            .map(|problem| words(lang, problem)),
        others: differing(lang, sheet, |reading| {
            numbers(questionnaire, &reading.answers, &item.id)
        }),
        item,
    };
    let listed = items(&page, questionnaire, county, Direction::Forward);
    let fields: Vec<Field> = listed.into_iter().map(field).collect();
    let path = format!(
        "/{}/{}/{}",
        sheet.county.code,
        sheet.lot.name.as_str(),
        sheet.number
    );
    SheetPage {
        back: page.link(&address(slug.as_str(), "")),
        title: sheet.wave.titles.get(lang.tag()).to_owned(),
        action: page.link(&address(slug.as_str(), &path)),
        lot: sheet.lot.name.as_str().to_owned(),
        number: sheet.number,
        of: sheet.lot.sheets,
        rest: match sheet.turn {
            Turn::Type | Turn::Settle => None,
            Turn::Others => Some(lang.t("paper-rest-others")),
            Turn::Done => Some(lang.t("paper-rest-done")),
        },
        is_third: sheet.turn == Turn::Settle,
        forms: forms(lang, questionnaire, &filled.form),
        form_others: differing(lang, sheet, form_of),
        is_missing: filled.is_missing,
        missing_others: differing(lang, sheet, |reading| {
            lang.t(if reading.is_missing {
                "paper-no-sheet"
            } else {
                "paper-a-sheet"
            })
        }),
        problems: fields
            .iter()
            .filter_map(|field| summary(lang, field))
            .collect(),
        fields,
        page,
    }
}

/// What two people read of something, where they differ and a third one is to settle it.
fn differing(lang: Lang, sheet: &Sheet, read: impl Fn(&Reading) -> String) -> Option<String> {
    let [one, other] = sheet.readings.as_slice() else {
        return None;
    };
    let (one, other) = (read(one), read(other));
    let differ = one != other;
    let shown = |text: String| {
        if text.is_empty() {
            lang.t("paper-blank")
        } else {
            text
        }
    };
    let args = [("one", shown(one).into()), ("other", shown(other).into())];
    differ.then(|| lang.t_with("paper-others", &args))
}

/// A line of the summary: where it leads, and what is to be mended.
fn summary(lang: Lang, field: &Field) -> Option<(String, String)> {
    let problem = field.problem.as_ref()?;
    let args = [
        ("number", field.item.number.into()),
        ("problem", problem.as_str().into()),
    ];
    Some((field.item.id.clone(), lang.t_with("paper-problem", &args)))
}

fn forms(lang: Lang, questionnaire: &Questionnaire, chosen: &str) -> Vec<Choice> {
    let languages = questionnaire.languages.iter();
    languages
        .flat_map(|language| {
            directions(questionnaire).iter().map(move |way| {
                let value = format!("{language}-{}", mark(*way));
                let known = Lang::ALL.into_iter().find(|lang| lang.tag() == language);
                let name =
                    known.map_or_else(|| language.clone(), |lang| lang.own_name().to_owned());
                Choice {
                    words: lang.t_with(
                        "paper-form-kind",
                        &[
                            ("language", name.as_str().into()),
                            ("mark", mark(*way).into()),
                        ],
                    ),
                    is_chosen: value == chosen,
                    value,
                }
            })
        })
        .collect()
}

fn item_of(problem: &TypingProblem) -> &str {
    match problem {
        TypingProblem::NoBox { item, .. } => item,
        TypingProblem::Answer(problem) => problem.item(),
    }
}

fn words(lang: Lang, problem: &TypingProblem) -> String {
    match problem {
        TypingProblem::NoBox { typed, .. } => {
            lang.t_with("paper-no-box", &[("typed", typed.as_str().into())])
        }
        TypingProblem::Answer(AnswerProblem::TooMany { max, .. }) => {
            lang.t_with("paper-too-many", &[("max", (*max).into())])
        }
        TypingProblem::Answer(AnswerProblem::TwoAnswers { .. }) => lang.t("paper-two"),
        TypingProblem::Answer(AnswerProblem::ExclusiveWithOthers { .. }) => lang.t("paper-alone"),
        TypingProblem::Answer(_) => lang.t("paper-no-field"),
    }
}
