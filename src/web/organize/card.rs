//! A single card made anew.
//!
//! For: `/organize/{wave}/card`. Uses: `service::card_anew`. Promises: the new code is on one answer that no cache keeps, and nowhere else;
//! whether the old one had been used cannot be told from it.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::cards;
use crate::report::qr::Qr;
use crate::service::app::App;
use crate::service::card_anew;
use crate::service::codes::CodesError;
use crate::service::sentence::codes_error;
use crate::service::waves::WaveError;
use crate::survey::invitation::Code;
use crate::survey::wave::WaveSlug;
use crate::web::error::WebError;
use crate::web::extract::{Form, Path};
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::Staff;

#[derive(Template)]
#[template(path = "cards/anew.html")]
struct AnewPage {
    page: Page,
    back: String,
    qr: Option<Qr>,
    /// The address without the code.
    address: String,
    code: String,
}

/// The code of the card that is spoiled.
#[derive(Deserialize)]
pub(in crate::web) struct Spoiled {
    #[serde(default)]
    code: String,
}

/// `POST /organize/{wave}/card`.
pub(in crate::web) async fn make(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(slug): Path<String>,
    Form(sent): Form<Spoiled>,
) -> Result<Response, WebError> {
    let slug = WaveSlug::parse(&slug).map_err(|_| Problem::UnknownWave)?;
    let made = match Code::parse(&sent.code) {
        Ok(old) => card_anew::make(&app, &person, &slug, &old).await,
        Err(_) => Err(card_anew::no_code()),
    };
    let errors = match made {
        Ok(card) => {
            let address = card.link.split('#').next().unwrap_or_default();
            return render(&AnewPage {
                back: page.link(&format!("/organize/{slug}/cards")),
                qr: Qr::new(&card.link),
                address: address.to_owned(),
                code: card.code.printed(),
                page: page.with_person(&person),
            });
        }
        Err(CodesError::Wave(WaveError::Denied)) => return Err(Problem::Denied.into()),
        Err(CodesError::Wave(WaveError::NoWave(_))) => return Err(Problem::UnknownWave.into()),
        Err(error @ (CodesError::Rows(_) | CodesError::Wave(WaveError::Refused(_)))) => {
            codes_error(page.lang, &app.zone, &error)
        }
        Err(error) => return Err(WebError::internal(error)),
    };
    let again = cards::show(&app, page, &person, &slug, ("", "", &sent.code), errors).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
}

/// `GET /organize/{wave}/card`: a refusal, in another language.
pub(in crate::web) async fn to_cards(
    page: Page,
    Path(slug): Path<String>,
) -> Result<Redirect, WebError> {
    let slug = super::name(&slug)?;
    Ok(Redirect::to(&page.link(&format!("/organize/{slug}/cards"))))
}
