//! The way of the script: the code goes to the office, the answers go to the urn with a blind token.
//!
//! For: `assets/blind.js`. Uses: `service::intake::blind`. Promises: the office's two addresses take a code and read nothing
//! else; the urn's takes no code and no cookie, may be reached at a host name of its own (`--urn-public-url`), and lets the
//! pages of the public address alone read its answers. A refusal is the page that the other way would answer.

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, CONNECTION, CONTENT_TYPE,
    HeaderValue,
};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;

use super::handler::{self, mend, thanks};
use super::instance::Instance;
use super::pages::{Packing, Pages};
use super::sent::Sent;
use super::trial;
use crate::ledger::blind::{MODULUS, PREFIX};
use crate::service::app::App;
use crate::service::intake::blind::{self, Token};
use crate::service::intake::{self, IntakeError};
use crate::survey::area::AreaCode;
use crate::web::asset;
use crate::web::error::WebError;
use crate::web::extract::{Form, Path};
use crate::web::page::Page;
use crate::web::problem::Problem;
use crate::web::routes::origin;
use crate::web::server::From;

/// A line of the list of keys, and what proves that it stands there.
#[derive(Serialize)]
struct Key {
    line: String,
    place: u64,
    size: u64,
    path: Vec<String>,
}

#[derive(Serialize)]
struct Signature {
    signature: String,
}

/// What the form's page needs for this way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Apart {
    /// Address of the script.
    pub(super) script: &'static str,
    /// Root of the wave's list of keys.
    pub(super) keys: String,
    /// Where answers with a token are sent.
    pub(super) urn: String,
    /// Address of the script that tries the service first.
    pub(super) trial: &'static str,
}

impl Apart {
    /// Of a wave with keys.
    pub(super) fn of(app: &App, page: &Page, wave: &str, keys: Option<[u8; 32]>) -> Option<Self> {
        let host = app.urn_url.as_deref().unwrap_or_default();
        Some(Self {
            script: &asset::blind().path,
            keys: hex::encode(keys?),
            urn: format!("{host}{}", page.link(&format!("/urn/{wave}"))),
            trial: &asset::challenge().path,
        })
    }
}

/// The policy of a form that sends to a host name of the urn's own, if there is one.
pub(super) fn policy(app: &App) -> Option<HeaderValue> {
    let host = origin(app.urn_url.as_deref()?);
    let own = asset::respond().policy.to_str().ok()?;
    let policy = own.replace("connect-src 'self'", &format!("connect-src 'self' {host}"));
    HeaderValue::from_str(&policy).ok()
}

/// What the office may read of a form: the code, and what is to be signed.
struct Asked {
    code: String,
    blinded: Option<String>,
}

impl Asked {
    fn read(fields: Vec<(String, String)>) -> Self {
        let mut asked = Self {
            code: String::new(),
            blinded: None,
        };
        for (name, value) in fields {
            match name.as_str() {
                "_code" => asked.code = value,
                "_blinded" => asked.blinded = Some(value),
                _ => {}
            }
        }
        asked
    }
}

/// `POST /s/{wave}/{county}/key`: the public key of the code's unit, with the proof that it is in the record.
pub(in crate::web) async fn key(
    State(app): State<App>,
    page: Page,
    From(from): From,
    Path((wave, county)): Path<(String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, WebError> {
    let asked = Asked::read(fields);
    let found = blind::unit_key(&app, (&wave, &county), &asked.code, from).await;
    let listed = match found {
        Ok(key) => key.listed,
        Err(error) => return refuse(&app, &page, (&wave, &county), &asked.code, error).await,
    };
    json(&Key {
        line: listed.line,
        place: listed.place,
        size: listed.size,
        path: listed.path.iter().map(hex::encode).collect(),
    })
}

/// `POST /s/{wave}/{county}/sign`: the blind signature, which uses the code.
pub(in crate::web) async fn sign(
    State(app): State<App>,
    page: Page,
    From(from): From,
    Path((wave, county)): Path<(String, String)>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, WebError> {
    let asked = Asked::read(fields);
    let mut blinded = [0; MODULUS];
    let field = asked.blinded.as_deref().unwrap_or_default();
    hex::decode_to_slice(field, &mut blinded).map_err(|_| Problem::Malformed)?;
    let signed = blind::sign(&app, (&wave, &county), &asked.code, &blinded, from).await;
    match signed {
        Ok(signature) => json(&Signature {
            signature: hex::encode(signature),
        }),
        Err(error) => refuse(&app, &page, (&wave, &county), &asked.code, error).await,
    }
}

fn json(value: &impl Serialize) -> Result<Response, WebError> {
    let text = serde_json::to_string(value).map_err(WebError::internal)?;
    let kind = HeaderValue::from_static("application/json");
    Ok(once(([(CONTENT_TYPE, kind)], text)))
}

/// An answer of the office, after which the connection ends: what is sent to the urn comes over another one.
fn once(body: impl axum::response::IntoResponse) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

/// A page that says why there is no token. The form that it may hold has no answers; the script of the page has them.
async fn refuse(
    app: &App,
    page: &Page,
    address: (&str, &str),
    code: &str,
    error: IntakeError,
) -> Result<Response, WebError> {
    let mut sent = Sent::blank(Instance::draw_new().map_err(WebError::internal)?);
    code.clone_into(&mut sent.code);
    let page = refused(app, page, address, &sent, error).await?;
    Ok(once(page))
}

async fn refused(
    app: &App,
    page: &Page,
    (wave, county): (&str, &str),
    sent: &Sent,
    error: IntakeError,
) -> Result<Response, WebError> {
    match error {
        IntakeError::NoToken => Err(Problem::Malformed.into()),
        error => match handler::ended(app, page, wave, county, error).await? {
            Ok(page) => Ok(page),
            Err(error) => mend(app, page, (wave, county), sent, None, error).await,
        },
    }
}

/// `POST /urn/{wave}`: takes answers with a token.
pub(in crate::web) async fn cast(
    State(app): State<App>,
    Extension(pages): Extension<Pages>,
    page: Page,
    packing: Packing,
    Path(wave): Path<String>,
    Form(fields): Form<Vec<(String, String)>>,
) -> Response {
    at_urn(
        &app,
        take(&app, &pages, &page, packing, &wave, fields).await,
    )
}

/// An answer of the urn.
pub(super) fn at_urn(app: &App, answer: Result<Response, WebError>) -> Response {
    let mut response = answer.unwrap_or_else(WebError::into_response);
    if app.urn_url.is_some() {
        share(app, response.headers_mut());
    }
    response
}

/// Lets the pages of the public address read an answer of the urn's own host name, and nobody else's.
fn share(app: &App, headers: &mut HeaderMap) {
    if let Ok(origin) = HeaderValue::from_str(&origin(&app.public_url)) {
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        let told = HeaderValue::from_static("retry-after");
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, told);
    }
}

async fn take(
    app: &App,
    pages: &Pages,
    page: &Page,
    packing: Packing,
    wave: &str,
    fields: Vec<(String, String)>,
) -> Result<Response, WebError> {
    let trial = trial::held(&fields)?;
    let Urn { sent, token } = Urn::read(fields)?;
    let submission = sent.submission(wave, "", page.lang);
    let taken = match trial {
        Some(trial) => intake::trial::cast(app, submission, &token, trial).await,
        None => blind::cast(app, submission, &token).await,
    };
    match taken {
        Ok(receipt) => thanks(app, pages, page, packing, &receipt),
        Err(error) => refused_at_urn(app, page, wave, &sent, &token, error).await,
    }
}

/// What is sent to the urn.
pub(super) struct Urn {
    pub(super) sent: Sent,
    pub(super) token: Token,
}

impl Urn {
    pub(super) fn read(fields: Vec<(String, String)>) -> Result<Self, Problem> {
        let token = token(&fields).ok_or(Problem::Malformed)?;
        let sent = Sent::read(fields).ok_or(Problem::Malformed)?;
        Ok(Self { sent, token })
    }
}

/// Why the urn does not take it. The phone has its answers: they do not come back, nor does what was sent as a code, which was
/// not read.
pub(super) async fn refused_at_urn(
    app: &App,
    page: &Page,
    wave: &str,
    sent: &Sent,
    token: &Token,
    error: IntakeError,
) -> Result<Response, WebError> {
    let county = blind::county_of(app, wave, &token.unit).await;
    let county = county.as_ref().map_or("", AreaCode::as_str);
    match error {
        IntakeError::Worn => Ok(trial::worn()),
        IntakeError::TooManyTrials => Err(Problem::TooManyTries.into()),
        error => refused(app, page, (wave, county), &sent.emptied(), error).await,
    }
}

fn token(fields: &[(String, String)]) -> Option<Token> {
    let field = |name: &str| {
        let found = fields.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    };
    let mut prefix = [0; PREFIX];
    hex::decode_to_slice(field("_token")?, &mut prefix).ok()?;
    let mut signature = vec![0; MODULUS];
    hex::decode_to_slice(field("_signature")?, &mut signature).ok()?;
    Some(Token {
        unit: field("_unit")?.to_owned(),
        prefix,
        signature,
    })
}
