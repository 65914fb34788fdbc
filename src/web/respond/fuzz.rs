//! What residents send, as bytes, for fuzzing.
//!
//! Promises: nothing here is reached by a request; whatever the bytes are, a function returns. `Err` says which
//! promise was broken.

use axum::body::Body;
use axum::extract::{FromRequest as _, Request};
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use futures_util::FutureExt as _;

use super::sent::Sent;
use crate::survey::answer::{Answers, validate};
use crate::survey::questionnaire::{DEFAULT_2026, Questionnaire};
use crate::web::extract::Form;

/// A form with the questionnaire that is built in: read, checked, and what is taken is written and read back.
pub fn form(bytes: &[u8]) -> Result<(), String> {
    let questionnaire = Questionnaire::from_toml(DEFAULT_2026).map_err(|e| e.to_string())?;
    let mut request = Request::new(Body::from(bytes.to_vec()));
    *request.method_mut() = axum::http::Method::POST;
    let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
    request.headers_mut().insert(CONTENT_TYPE, kind);
    let read = Form::<Vec<(String, String)>>::from_request(request, &()).now_or_never();
    let fields = match read {
        Some(Ok(Form(fields))) => fields,
        Some(Err(_)) => return Ok(()),
        None => return Err("a whole body is waited for".to_owned()),
    };
    let Some(sent) = Sent::read(fields) else {
        return Ok(());
    };
    let Ok(answers) = validate(&questionnaire, &sent.answers) else {
        return Ok(());
    };
    match Answers::decode(&questionnaire, &answers.encode()) {
        Ok(again) if again == answers => Ok(()),
        _ => Err("answers do not read back".to_owned()),
    }
}
