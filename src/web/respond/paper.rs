//! The questionnaire on paper: its questions with numbered boxes, and the form to print.
//!
//! For: the pages of paper entry. Uses: the renderer of the real form. Promises: the words are those of the phone; a box has the
//! number of its option in the questionnaire, whichever way the scale runs, so that typing needs no other list.

use askama::Template;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{Html, IntoResponse as _, Response};

use super::view::{FormView, ItemView, Source};
use crate::report::cards::STYLE;
use crate::survey::questionnaire::{Direction, Questionnaire};
use crate::web::asset;
use crate::web::error::WebError;
use crate::web::page::Page;

/// A question as it stands on paper.
pub(in crate::web) struct PaperItem {
    pub(in crate::web) id: String,
    pub(in crate::web) number: usize,
    pub(in crate::web) text: String,
    pub(in crate::web) multiple: bool,
    /// At most so many boxes.
    pub(in crate::web) max: usize,
    /// Whom it is asked of, in words.
    pub(in crate::web) skip: Option<String>,
    /// Which boxes end the interview, in words.
    pub(in crate::web) ends: Option<String>,
    pub(in crate::web) boxes: Vec<PaperBox>,
}

/// A box to tick.
pub(in crate::web) struct PaperBox {
    pub(in crate::web) number: usize,
    pub(in crate::web) text: String,
}

/// The form to print.
#[derive(Template)]
#[template(path = "paper/form.html")]
struct PaperForm<'a> {
    page: &'a Page,
    style: &'static str,
    view: &'a FormView,
    items: Vec<PaperItem>,
    /// Which of the two directions, for who types it.
    mark: String,
    /// Until when it must be back.
    end: String,
    synthetic: bool,
}

/// What is printed.
pub(in crate::web) struct Printed<'a> {
    pub(in crate::web) questionnaire: &'a Questionnaire,
    /// Name of the county in the page's language.
    pub(in crate::web) county: &'a str,
    pub(in crate::web) direction: Direction,
    pub(in crate::web) end: String,
    pub(in crate::web) synthetic: bool,
}

/// The questions with numbered boxes, in the page's language.
pub(in crate::web) fn items(
    page: &Page,
    questionnaire: &Questionnaire,
    county: &str,
    direction: Direction,
) -> Vec<PaperItem> {
    let view = form(page, questionnaire, county, direction);
    let items = view.items.iter();
    items.map(|item| on_paper(questionnaire, item)).collect()
}

/// The mark of a form's direction.
pub(in crate::web) const fn mark(direction: Direction) -> &'static str {
    match direction {
        Direction::Forward => "A",
        Direction::Reverse => "B",
    }
}

/// The directions that a questionnaire's forms are printed in.
pub(in crate::web) fn directions(questionnaire: &Questionnaire) -> &'static [Direction] {
    if questionnaire.items.iter().any(|item| item.reverse) {
        &[Direction::Forward, Direction::Reverse]
    } else {
        &[Direction::Forward]
    }
}

/// The form to print.
pub(in crate::web) fn print(page: &Page, printed: &Printed<'_>) -> Result<Response, WebError> {
    let view = form(
        page,
        printed.questionnaire,
        printed.county,
        printed.direction,
    );
    let questions = view.items.iter();
    let html = PaperForm {
        page,
        style: STYLE,
        items: questions
            .map(|item| on_paper(printed.questionnaire, item))
            .collect(),
        view: &view,
        mark: mark(printed.direction).to_owned(),
        end: printed.end.clone(),
        synthetic: printed.synthetic,
    }
    .render()?;
    let policy = [(CONTENT_SECURITY_POLICY, asset::print_policy().clone())];
    Ok((policy, Html(html)).into_response())
}

fn form(
    page: &Page,
    questionnaire: &Questionnaire,
    county: &str,
    direction: Direction,
) -> FormView {
    let source = Source {
        questionnaire,
        action: "",
        county,
        instance: "",
        draw: 0,
        direction,
        answers: &[],
    };
    FormView::new(page, &source)
}

fn on_paper(questionnaire: &Questionnaire, item: &ItemView) -> PaperItem {
    let of = questionnaire.item(&item.id);
    let number = |code: &str| {
        of.and_then(|of| of.position(code))
            .map_or(0, |place| place + 1)
    };
    let options = item.options.iter();
    PaperItem {
        id: item.id.clone(),
        number: item.number,
        text: item.text.clone(),
        multiple: item.multiple,
        max: item.max,
        skip: item.skip.clone(),
        ends: item.ends.clone(),
        boxes: options
            .map(|option| PaperBox {
                number: number(&option.code),
                text: option.text.clone(),
            })
            .collect(),
    }
}
