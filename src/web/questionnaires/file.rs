//! Questionnaires as files: XLSForm and TOML, in and out.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::desk::{Desk, refusal};
use super::list::{Refused, all};
use crate::i18n::Lang;
use crate::report::wave::questionnaire_error;
use crate::service::again::again;
use crate::service::app::App;
use crate::service::questionnaires::{self, Origin};
use crate::service::sentence::cut;
use crate::service::xlsform;
use crate::survey::questionnaire::{Questionnaire, QuestionnaireSpec, parse};
use crate::survey::role::Action;
use crate::web::download::{Kind, download};
use crate::web::error::WebError;
use crate::web::extract::Path;
use crate::web::multipart::Multipart;
use crate::web::page::Page;
use crate::web::problem::Problem;
use crate::web::session::Staff;

/// `GET /questionnaires/file`: the form stands on the list.
pub(in crate::web) async fn to_list(page: Page, Staff(_): Staff) -> Redirect {
    Redirect::to(&page.link("/questionnaires"))
}

/// `POST /questionnaires/file`: a file becomes a version to work on.
pub(in crate::web) async fn bring(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    form: Multipart,
) -> Result<Response, WebError> {
    if !person.may(Action::WriteQuestionnaires) {
        return Err(Problem::Denied.into());
    }
    let file = form.file.filter(|file| !file.bytes.is_empty());
    let read = match file {
        None => Err(Refused {
            errors: vec![page.t("data-no-file")],
            ..Refused::default()
        }),
        Some(file) => read(page.lang, &file.bytes).map_err(|problems| Refused {
            problems,
            ..Refused::default()
        }),
    };
    match read {
        Ok(document) => {
            let name = document.id.clone();
            let origin = Origin::File(Box::new(document));
            let made = again(|| questionnaires::begin(&app, &person, &origin, &name)).await;
            let id = made.map_err(refusal)?;
            let next = page.link(&format!("/questionnaires/{id}"));
            Ok(Redirect::to(&next).into_response())
        }
        Err(refused) => {
            let again = all(&app, page, &person, refused).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response())
        }
    }
}

/// What a file says: a workbook is an XLSForm, everything else TOML. Gaps are for the desk.
fn read(lang: Lang, bytes: &[u8]) -> Result<QuestionnaireSpec, Vec<String>> {
    let document = xlsform::document(bytes).map_err(|error| cut(lang, error.sentences(lang)))?;
    let head = document.problems().into_iter().find(|found| {
        found.place.is_none() && (!parse::is_name(&document.id) || document.languages.is_empty())
    });
    match head {
        None => Ok(document),
        Some(found) => Err(vec![questionnaire_error(lang, &found.error)]),
    }
}

/// `GET /questionnaires/{questionnaire}/export/{format}`: a file of a version that is whole.
pub(in crate::web) async fn export(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path((word, format)): Path<(String, String)>,
) -> Result<Response, WebError> {
    let desk = Desk::open(&app, &person, &word).await?;
    let name = format!("{}-{}", desk.document.id, desk.document.version);
    let Ok(whole) = Questionnaire::try_from(desk.document.clone()) else {
        // The page says what is missing.
        return Ok(Redirect::to(&page.link(&desk.path())).into_response());
    };
    match format.as_str() {
        "toml" => download(Kind::Toml, &name, whole.to_toml()),
        "xlsx" => {
            let bytes = xlsform::workbook(&whole).map_err(WebError::internal)?;
            download(Kind::Xlsx, &name, bytes)
        }
        _ => Err(Problem::NotFound.into()),
    }
}
