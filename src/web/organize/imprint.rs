//! Who answers for a wave: the form, and what of the method statement is still empty.
//!
//! For: `/organize/{wave}/imprint`. Uses: `service::imprint`. Promises: a refused form keeps what was typed; whoever may not change it
//! reads the same page without a form.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};

use super::{name, refusal};
use crate::i18n::Lang;
use crate::service::again::again;
use crate::service::app::App;
use crate::service::imprint::{Said, read, say};
use crate::service::sentence::wave_error;
use crate::service::waves::WaveError;
use crate::survey::imprint::{Imprint, LONGEST};
use crate::survey::role::Action;
use crate::web::error::WebError;
use crate::web::extract::{Form, Path};
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::Staff;

/// A text in one language.
#[derive(Clone)]
struct Field {
    name: String,
    lang: Lang,
    value: String,
}

/// A text in every language.
struct Asked {
    name: &'static str,
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "organize/imprint.html")]
struct ImprintPage {
    page: Page,
    back: String,
    title: String,
    errors: Vec<String>,
    can_change: bool,
    asked: Vec<Asked>,
}

/// `GET /organize/{wave}/imprint`.
pub(in crate::web) async fn show(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
) -> Result<Response, WebError> {
    let slug = name(&slug)?;
    let said = read(&app, &person, &slug).await.map_err(refusal)?;
    form(page.with_person(&person), &said, Vec::new())
}

/// `POST /organize/{wave}/imprint`: says it, or says it anew.
pub(in crate::web) async fn act(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
    Form(sent): Form<BTreeMap<String, String>>,
) -> Result<Response, WebError> {
    let slug = name(&slug)?;
    if !person.may(Action::RunWave) {
        return Err(Problem::Denied.into());
    }
    let typed = typed(&sent);
    let errors = if typed.is_too_long() {
        vec![page.t_with("imprint-too-long", &[("n", LONGEST.into())])]
    } else {
        match again(|| say(&app, &person, &slug, &typed)).await {
            Ok(()) => {
                let back = page.link(&format!("/organize/{slug}"));
                return Ok(Redirect::to(&back).into_response());
            }
            Err(error @ (WaveError::Refused(_) | WaveError::Unstated(_))) => {
                wave_error(page.lang, &app.zone, &error)
            }
            Err(error) => return Err(refusal(error)),
        }
    };
    let said = read(&app, &person, &slug).await.map_err(refusal)?;
    let said = Said {
        imprint: typed,
        ..said
    };
    let again = form(page.with_person(&person), &said, errors)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

fn typed(sent: &BTreeMap<String, String>) -> Imprint {
    let mut imprint = Imprint::blank();
    for (field, value) in sent {
        for lang in Lang::ALL {
            let name = field
                .strip_suffix(lang.tag())
                .and_then(|n| n.strip_suffix('-'));
            if let Some(text) = name.and_then(|name| imprint.text_mut(name)) {
                text.set(lang.tag(), value.trim());
            }
        }
    }
    imprint
}

fn form(page: Page, said: &Said, errors: Vec<String>) -> Result<Response, WebError> {
    let asked = said.imprint.texts().map(|(name, text)| Asked {
        name,
        fields: Lang::ALL
            .map(|lang| Field {
                name: format!("{name}-{lang}"),
                lang,
                value: text.find(lang.tag()).unwrap_or_default().to_owned(),
            })
            .to_vec(),
    });
    render(&ImprintPage {
        back: page.link(&format!("/organize/{}", said.wave.slug)),
        title: said.wave.titles.get(page.lang.tag()).to_owned(),
        errors,
        can_change: said.can_change,
        asked: Vec::from(asked),
        page,
    })
}
