//! One criterion of a draft: a form with the fields that its rule has, each problem beside its field.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::desk::{
    self, Sent, is_open_to, path, place_of, problem, refusal, revision, sentences, state,
};
use super::draft::kind;
use super::outcome::{self, Outcome};
use crate::evaluation::standard::StandardProblem;
use crate::evaluation::standard::document::Document;
use crate::evaluation::standard::form::{CriterionForm, KINDS, Parameter};
use crate::evaluation::words::Words;
use crate::i18n::Lang;
use crate::report::file_problem::of_field;
use crate::service::again::again;
use crate::service::app::App;
use crate::service::standards::{self, Desk, DraftError};
use crate::survey::account::Account;
use crate::survey::role::Action;
use crate::web::error::WebError;
use crate::web::extract::{Form, Path};
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::Staff;

/// One field of one line.
struct Field {
    name: &'static str,
    label: String,
    hint: String,
    value: String,
    problems: Vec<String>,
    /// Whether it holds a number.
    is_number: bool,
    /// Value, words, whether it is chosen; empty where it is typed.
    choices: Vec<(String, String, bool)>,
}

/// A text in both languages.
struct Pair {
    name: &'static str,
    label: String,
    hint: String,
    problems: Vec<String>,
    /// Tag, the language's name, text.
    texts: Vec<(&'static str, &'static str, String)>,
}

/// Rows of two cells; the last one is empty, to be filled in.
struct Rows {
    label: String,
    hint: String,
    heads: [String; 2],
    problems: Vec<String>,
    filled: Vec<Row>,
}

struct Row {
    /// What the names of its two fields begin with.
    field: String,
    number: usize,
    first: String,
    second: String,
    /// Choices of the second cell; empty where it is typed.
    choices: Vec<(String, String, bool)>,
}

/// A parameter of the rule as it is asked for.
enum Asked {
    One(Field),
    Texts(Pair),
    List(Rows),
}

#[derive(Template)]
#[template(path = "standards/criterion.html")]
struct CriterionPage {
    page: Page,
    name: String,
    class: &'static str,
    state: String,
    back: String,
    action: String,
    typed: String,
    revision: i64,
    place: usize,
    number: usize,
    total: usize,
    was: String,
    errors: Vec<String>,
    problems: Vec<String>,
    can_write: bool,
    heads: Vec<Field>,
    texts: Vec<Pair>,
    /// The choice of a kind: one field.
    kind: Vec<Field>,
    asked: Vec<Asked>,
    previous: Option<String>,
    following: Option<String>,
    outcome: Outcome,
}

/// `GET /standards/drafts/{draft}/criteria/{place}`.
pub(in crate::web) async fn show(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path((word, number)): Path<(String, usize)>,
) -> Result<Response, WebError> {
    let desk = desk::open(&app, &person, &word).await?;
    let Ok(document) = Document::parse(&desk.draft.text) else {
        // The other view says at which line it is no TOML.
        let to = page.link(&format!("{}/text", path(&desk.draft)));
        return Ok(Redirect::to(&to).into_response());
    };
    let place = number.checked_sub(1).ok_or(Problem::NotFound)?;
    let criteria = document.criteria();
    let form = criteria.get(place).ok_or(Problem::NotFound)?;
    let view = View {
        place,
        was: form.id.clone(),
        document: &document,
        errors: Vec::new(),
    };
    page_of(&app, page, &person, &desk, view).await
}

/// `POST /standards/drafts/{draft}/criteria/{place}`: stores what was typed, and does what the button says.
pub(in crate::web) async fn change(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path((word, number)): Path<(String, usize)>,
    Form(sent): Form<Sent>,
) -> Result<Response, WebError> {
    if !person.may(Action::Evaluate) {
        return Err(Problem::Denied.into());
    }
    let desk = desk::open(&app, &person, &word).await?;
    let base = path(&desk.draft);
    let mut document = Document::parse(&desk.draft.text).map_err(|_| Problem::Conflict)?;
    let was = sent.get("was").cloned().unwrap_or_default();
    let asked = number.checked_sub(1).ok_or(Problem::NotFound)?;
    let place = place_in(&document, asked, &was);
    document.set_criterion(place, &typed(&sent));
    // What is shown after a refusal keeps the criterion, so that nothing typed is lost.
    let mut stored = document.clone();
    let next = match sent.get("act").map_or("", String::as_str) {
        "remove" => {
            stored.remove_criterion(place);
            base
        }
        _ => format!("{base}/criteria/{}", place + 1),
    };
    let held = (desk.draft.id, revision(&sent));
    let text = stored.to_toml();
    let error = match again(|| standards::save(&app, &person, held, &text)).await {
        Ok(()) => return Ok(Redirect::to(&page.link(&next)).into_response()),
        Err(error) => error,
    };
    let Some(errors) = sentences(&page, &error) else {
        return Err(refusal(error));
    };
    let status = match error {
        DraftError::TooLong => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::CONFLICT,
    };
    let view = View {
        place: place.min(document.criteria().len().saturating_sub(1)),
        was,
        document: &document,
        errors,
    };
    let again = page_of(&app, page, &person, &desk, view).await?;
    Ok((status, again).into_response())
}

/// Where a criterion stands by now: others may have moved it or taken it out; then what was typed stands at the end.
pub(super) fn place_in(document: &Document, asked: usize, was: &str) -> usize {
    let criteria = document.criteria();
    let is_there = criteria.get(asked).is_some_and(|one| one.id == was);
    let moved = || criteria.iter().position(|one| one.id == was);
    let place = if is_there { Some(asked) } else { moved() };
    place.unwrap_or(criteria.len())
}

/// What a form says of a criterion.
pub(super) fn typed(sent: &Sent) -> CriterionForm {
    let text = |name: &str| -> String {
        let text = sent.get(name).map_or("", |text| text.trim());
        text.replace("\r\n", "\n")
    };
    let pair = |name: &str| [text(&format!("{name}-0")), text(&format!("{name}-1"))];
    let rows = |name: &str| -> Vec<[String; 2]> {
        let is_sent = |place: &usize| sent.contains_key(&format!("{name}{place}-0"));
        let row = |place: usize| pair(&format!("{name}{place}"));
        let rows = (0..).take_while(is_sent).map(row);
        rows.filter(|[first, second]| !first.is_empty() || !second.is_empty() && name == "l")
            .collect()
    };
    CriterionForm {
        id: text("id"),
        clause: text("clause"),
        name: pair("name"),
        short: pair("short"),
        note: pair("note"),
        kind: text("kind"),
        indicator: text("indicator"),
        item: text("item"),
        percent: text("percent"),
        years: text("years"),
        average: text("average"),
        rule: text("rule"),
        delta: text("delta"),
        ceiling: text("ceiling"),
        definition: pair("definition"),
        limits: rows("l"),
        monitored: rows("m"),
        growth: pair("growth"),
    }
}

/// What is shown: a document that may not be stored, and the place of the criterion in it.
struct View<'a> {
    place: usize,
    was: String,
    document: &'a Document,
    errors: Vec<String>,
}

async fn page_of(
    app: &App,
    page: Page,
    person: &Account,
    desk: &Desk,
    view: View<'_>,
) -> Result<Response, WebError> {
    let page = page.with_person(person);
    let draft = &desk.draft;
    let text = view.document.to_toml();
    let criteria = view.document.criteria();
    let form = criteria.get(view.place).cloned().unwrap_or_default();
    // Lines are those of the text that is shown in the other view.
    let shown = if view.errors.is_empty() {
        &draft.text
    } else {
        &text
    };
    let found = Document::problems(shown);
    let here = |one: &&StandardProblem| place_of(one, &criteria) == Some(view.place);
    let found: Vec<StandardProblem> = found.iter().filter(here).cloned().collect();
    let path = path(draft);
    let near = |place: usize| page.link(&format!("{path}/criteria/{}", place + 1));
    let (class, state) = state(&page, draft);
    let writer = Writer {
        page: &page,
        form: &form,
        found: &found,
    };
    render(&CriterionPage {
        name: draft.name.clone(),
        class,
        state,
        back: page.link(&path),
        action: near(view.place),
        typed: page.link(&format!("{path}/preview")),
        revision: draft.revision,
        place: view.place,
        number: view.place + 1,
        total: criteria.len(),
        was: view.was,
        errors: view.errors,
        problems: found.iter().map(|one| problem(&page, one)).collect(),
        can_write: is_open_to(draft, person),
        heads: writer.heads(),
        texts: writer.texts(),
        kind: vec![writer.kind()],
        asked: form
            .parameters()
            .iter()
            .map(|one| writer.asked(*one))
            .collect(),
        previous: view.place.checked_sub(1).map(near),
        following: (view.place + 1 < criteria.len()).then(|| near(view.place + 1)),
        outcome: outcome::of(app, &page, person, shown).await?,
        page,
    })
}

/// Makes the fields of one criterion.
struct Writer<'a> {
    page: &'a Page,
    form: &'a CriterionForm,
    found: &'a [StandardProblem],
}

impl Writer<'_> {
    /// What is wrong with a field of the file, or with something inside it.
    fn problems(&self, field: &str) -> Vec<String> {
        let is_it = |one: &&StandardProblem| {
            let rest = one.field.strip_prefix(field);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        let found = self.found.iter().filter(is_it);
        found
            .map(|one| of_field(self.page.lang, &one.problem))
            .collect()
    }

    fn field(&self, name: &'static str, of: &str, value: &str) -> Field {
        Field {
            name,
            label: self.page.t(&format!("standards-field-{name}")),
            hint: self.page.t(&format!("standards-hint-{name}")),
            value: value.to_owned(),
            problems: self.problems(of),
            is_number: false,
            choices: Vec::new(),
        }
    }

    fn number(&self, name: &'static str, of: &str, value: &str) -> Field {
        Field {
            is_number: true,
            ..self.field(name, of, value)
        }
    }

    /// Words to choose from; what was typed otherwise stays as a choice of its own.
    fn choices(&self, codes: &[&str], prefix: &str, value: &str) -> Vec<(String, String, bool)> {
        let words = |code: &str| {
            let key = format!("standards-{prefix}-{}", code.replace('_', "-"));
            self.page.t(&key)
        };
        let known = codes
            .iter()
            .map(|code| ((*code).to_owned(), words(code), *code == value));
        let mut all: Vec<(String, String, bool)> = known.collect();
        if !value.is_empty() && !codes.contains(&value) {
            all.push((value.to_owned(), value.to_owned(), true));
        }
        all
    }

    fn heads(&self) -> Vec<Field> {
        vec![
            self.field("id", "id", &self.form.id),
            self.field("clause", "clause", &self.form.clause),
        ]
    }

    fn pair(&self, name: &'static str, of: &str, texts: &[String; 2]) -> Pair {
        let own = |tag: &str| tag.parse().map_or("", Lang::own_name);
        let texts = Words::REQUIRED.iter().zip(texts);
        Pair {
            name,
            label: self.page.t(&format!("standards-field-{name}")),
            hint: self.page.t(&format!("standards-hint-{name}")),
            problems: self.problems(of),
            texts: texts
                .map(|(tag, text)| (*tag, own(tag), text.clone()))
                .collect(),
        }
    }

    fn texts(&self) -> Vec<Pair> {
        vec![
            self.pair("name", "name", &self.form.name),
            self.pair("short", "short", &self.form.short),
            self.pair("note", "note", &self.form.note),
        ]
    }

    fn kind(&self) -> Field {
        let codes: Vec<&str> = KINDS.iter().map(|(kind, _)| *kind).collect();
        let mut problems = self.problems("rule.kind");
        // A clash of kinds is about the rule as a whole.
        let whole = self.found.iter().filter(|one| one.field == "rule");
        problems.extend(whole.map(|one| of_field(self.page.lang, &one.problem)));
        Field {
            problems,
            choices: self.choices(&codes, "kind", &self.form.kind),
            ..self.field("kind", "rule.kind", &kind(self.page, &self.form.kind))
        }
    }

    fn asked(&self, parameter: Parameter) -> Asked {
        let form = self.form;
        let one = match parameter {
            Parameter::Indicator => self.field("indicator", "rule.indicator", &form.indicator),
            Parameter::Item => self.field("item", "rule.item", &form.item),
            Parameter::Percent => self.number("percent", "rule.percent", &form.percent),
            Parameter::Years => self.number("years", "rule.years", &form.years),
            Parameter::Delta => self.number("delta", "rule.delta_points", &form.delta),
            Parameter::Ceiling => self.number("ceiling", "rule.ceiling_percent", &form.ceiling),
            Parameter::Average => Field {
                choices: self.choices(&["mean", "compound"], "average", &form.average),
                ..self.field("average", "rule.average", &form.average)
            },
            Parameter::Rule => Field {
                choices: self.choices(&["lower_bound", "point"], "rule", &form.rule),
                ..self.field("rule", "rule.rule", &form.rule)
            },
            Parameter::Definition => {
                let pair = self.pair("definition", "rule.definition", &form.definition);
                return Asked::Texts(pair);
            }
            Parameter::Limits => return Asked::List(self.rows("l", "limits", &form.limits)),
            Parameter::Monitored => {
                return Asked::List(self.rows("m", "monitored", &form.monitored));
            }
            Parameter::GrowthAtMost => return Asked::List(self.growth()),
        };
        Asked::One(one)
    }

    fn rows(&self, name: &'static str, of: &'static str, filled: &[[String; 2]]) -> Rows {
        let blank = [String::new(), String::new()];
        let row = |(place, [first, second]): (usize, &[String; 2])| Row {
            field: format!("{name}{place}"),
            number: place + 1,
            first: first.clone(),
            second: second.clone(),
            choices: if name == "m" {
                self.choices(&["rate", "count", "growth"], "figure", second)
            } else {
                Vec::new()
            },
        };
        Rows {
            label: self.page.t(&format!("standards-field-{of}")),
            hint: self.page.t(&format!("standards-hint-{of}")),
            heads: ["first", "second"].map(|end| self.page.t(&format!("standards-{of}-{end}"))),
            problems: self.problems(&format!("rule.{of}")),
            filled: filled.iter().chain([&blank]).enumerate().map(row).collect(),
        }
    }

    /// A limit of growth is one row whose fields have names of their own.
    fn growth(&self) -> Rows {
        let [first, second] = self.form.growth.clone();
        Rows {
            filled: vec![Row {
                field: "growth".to_owned(),
                number: 1,
                first,
                second,
                choices: Vec::new(),
            }],
            problems: self.problems("rule.growth_at_most"),
            ..self.rows("growth", "growth", &[])
        }
    }
}
