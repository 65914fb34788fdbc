//! The form as residents would see it, to be looked at while it is written.
//!
//! For: the questionnaire pages. Uses: the renderer of the real form. Promises: nothing can be sent from it: its policy
//! allows no form and no connection, and it names no wave.

use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::{Html, IntoResponse as _, Response};

use askama::Template as _;

use super::view::{FormView, Source};
use super::{FormPage, NoticePage};
use crate::survey::invitation::Code;
use crate::survey::questionnaire::{Direction, Questionnaire};
use crate::web::asset;
use crate::web::error::WebError;
use crate::web::page::Page;

/// The form of a questionnaire, or that there is nothing to see yet.
pub(in crate::web) fn preview(
    page: &Page,
    questionnaire: Option<&Questionnaire>,
    direction: Direction,
) -> Result<Response, WebError> {
    let inline = asset::preview();
    let html = match questionnaire {
        None => NoticePage {
            page,
            inline,
            title: page.t("questions-preview-none"),
            text: page.t("questions-preview-none-text"),
            next: String::new(),
            results: None,
        }
        .render()?,
        Some(questionnaire) => {
            let source = Source {
                questionnaire,
                action: "",
                county: &page.t("questions-preview-county"),
                instance: "",
                draw: 0,
                direction,
                answers: &[],
            };
            // A code that no wave has issued, so that one can go on to the questions.
            let code = Code::from_random([0; 8]).printed();
            let view = FormView::new(page, &source).with_code(&code);
            FormPage {
                page,
                inline,
                view: &view,
            }
            .render()?
        }
    };
    let policy = [(CONTENT_SECURITY_POLICY, inline.policy.clone())];
    Ok((policy, Html(html)).into_response())
}
