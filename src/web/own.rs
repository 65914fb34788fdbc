//! The own account: password, second factor, sessions.
//!
//! For: everybody of the staff. Uses: `service::accounts`. Promises: each change asks for the password again and is said in
//! a sentence; a secret is shown to its owner once, before it counts.

use std::fmt;

use askama::Template;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::ceremony;
use super::error::WebError;
use super::extract::{Form, Query};
use super::page::{Page, render};
use super::problem::Problem;
use super::provider;
use super::session::{self, SIGN_IN, Staff};
use crate::report::qr::Qr;
use crate::service::accounts::own::OwnError;
use crate::service::accounts::passkeys::{MOST_PASSKEYS, NewPasskey};
use crate::service::app::App;
use crate::service::password::{SHORTEST, Unfit};
use crate::service::second_factor::Secret;
use crate::survey::account::Account;

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum What {
    Password,
    SetSecond,
    RemoveSecond,
    AddPasskey,
    RemovePasskey,
    TieProvider,
    UntieProvider,
    Everywhere,
}

impl What {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::SetSecond => "set-second",
            Self::RemoveSecond => "remove-second",
            Self::TieProvider => "tie-provider",
            Self::UntieProvider => "untie-provider",
            Self::AddPasskey => "add-passkey",
            Self::RemovePasskey => "remove-passkey",
            Self::Everywhere => "everywhere",
        }
    }
}

/// What was just changed, as the address has it.
#[derive(Deserialize)]
pub(super) struct Done {
    done: Option<What>,
}

/// What was typed. No derived `Debug`: it holds passwords and a secret.
#[derive(Deserialize)]
pub(super) struct Typed {
    what: What,
    #[serde(default)]
    current: String,
    #[serde(default)]
    chosen: String,
    #[serde(default)]
    again: String,
    #[serde(default)]
    code: String,
    #[serde(default)]
    secret: String,
    /// Of a new passkey.
    #[serde(default)]
    name: String,
    /// Of the device.
    #[serde(default)]
    answer: String,
    /// The passkey that is removed.
    #[serde(default)]
    passkey: String,
}

impl fmt::Debug for Typed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Typed")
            .field("what", &self.what)
            .finish_non_exhaustive()
    }
}

/// A secret that does not count yet.
struct New {
    secret: String,
    /// In groups of four, to be typed.
    grouped: String,
    qr: Option<Qr>,
}

#[derive(Template)]
#[template(path = "account/own.html")]
struct OwnPage {
    page: Page,
    action: String,
    name: String,
    role: String,
    problem: Option<String>,
    done: Option<String>,
    least: String,
    sessions: String,
    /// None where a second factor is set up.
    new: Option<New>,
    /// Where the script asks for a challenge; none where browsers have no passkeys for this address.
    ask: Option<String>,
    passkeys: Vec<PasskeyLine>,
    /// The name that was typed for a new passkey.
    passkey_name: String,
    /// The provider's host, where there is one.
    provider: Option<String>,
    /// Since when the account is tied to it.
    tied: Option<String>,
}

struct PasskeyLine {
    id: String,
    name: String,
    made: String,
    used: Option<String>,
}

/// `GET /account`.
pub(super) async fn show(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Query(query): Query<Done>,
) -> Result<Response, WebError> {
    let done = query
        .done
        .map(|what| page.t(&format!("own-done-{}", what.as_str())));
    let shown = Shown {
        done,
        ..Shown::default()
    };
    view(&app, page, &person, shown).await
}

/// `POST /account`.
pub(super) async fn change(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, WebError> {
    let shown = Shown {
        secret: Secret::from_base32(&typed.secret),
        passkey_name: typed.name.clone(),
        ..Shown::default()
    };
    if typed.what == What::Password && typed.chosen != typed.again {
        let problem = Some(page.t("own-differs"));
        let again = view(&app, page, &person, Shown { problem, ..shown }).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    }
    if typed.what == What::TieProvider {
        let asked = app.accounts.ask_tie(&person, typed.current, &typed.code);
        return match asked.await {
            Ok(sent) => provider::go(&app, page.with_person(&person), sent),
            Err(error) => {
                let (status, problem) = said(&page, error)?;
                let problem = Some(problem);
                let again = view(&app, page, &person, Shown { problem, ..shown }).await?;
                Ok((status, again).into_response())
            }
        };
    }
    match make(&app, &person, &headers, &typed, shown.secret.as_ref()).await? {
        Ok(()) if typed.what == What::Everywhere => {
            let cookie = [(SET_COOKIE, session::end(&app)?)];
            Ok((cookie, Redirect::to(&page.link(SIGN_IN))).into_response())
        }
        Ok(()) => {
            let next = page.link("/account");
            Ok(Redirect::to(&format!("{next}&done={}", typed.what.as_str())).into_response())
        }
        Err(error) => {
            let (status, problem) = said(&page, error)?;
            let problem = Some(problem);
            let again = view(&app, page, &person, Shown { problem, ..shown }).await?;
            Ok((status, again).into_response())
        }
    }
}

/// Does what was asked for; the inner result is for the person.
async fn make(
    app: &App,
    person: &Account,
    headers: &HeaderMap,
    typed: &Typed,
    secret: Option<&Secret>,
) -> Result<Result<(), OwnError>, WebError> {
    let accounts = &app.accounts;
    let current = typed.current.clone();
    Ok(match typed.what {
        What::Password => {
            let here = session::token(app, headers).ok_or(Problem::SignInNeeded)?;
            let chosen = typed.chosen.clone();
            accounts
                .change_password(person, &here, current, chosen)
                .await
        }
        What::SetSecond => {
            let secret = secret.ok_or(Problem::Malformed)?;
            accounts
                .set_second(person, current, secret, &typed.code)
                .await
        }
        What::AddPasskey => {
            let carried = ceremony::carried(app, headers);
            let new = NewPasskey {
                name: &typed.name,
                carried: &carried,
                answer: &typed.answer,
                code: &typed.code,
            };
            accounts.add_passkey(person, current, &new).await
        }
        What::RemovePasskey => {
            let credential = hex::decode(&typed.passkey).map_err(|_| Problem::Malformed)?;
            accounts.remove_passkey(person, current, &credential).await
        }
        What::UntieProvider => accounts.untie(person, current).await,
        // It goes on at another site.
        What::TieProvider => return Err(Problem::Malformed.into()),
        What::RemoveSecond => accounts.remove_second(person, current, &typed.code).await,
        What::Everywhere => accounts.sign_out_everywhere(person).await,
    })
}

pub(super) fn said(page: &Page, error: OwnError) -> Result<(StatusCode, String), WebError> {
    Ok(match error {
        OwnError::Refused => (StatusCode::UNPROCESSABLE_ENTITY, page.t("own-refused")),
        OwnError::Throttled { retry_after } => {
            let seconds = retry_after.as_secs().max(1);
            let said = page.t_with("account-throttled", &[("seconds", seconds.into())]);
            (StatusCode::TOO_MANY_REQUESTS, said)
        }
        OwnError::Unfit(problem) => (StatusCode::UNPROCESSABLE_ENTITY, unfit(page, problem)),
        OwnError::Passkey => (
            StatusCode::UNPROCESSABLE_ENTITY,
            page.t("passkey-not-taken"),
        ),
        OwnError::PasskeysFull => {
            let most = [("most", MOST_PASSKEYS.to_string().into())];
            (
                StatusCode::UNPROCESSABLE_ENTITY,
                page.t_with("passkey-full", &most),
            )
        }
        OwnError::PasskeyName => (StatusCode::UNPROCESSABLE_ENTITY, page.t("passkey-bad-name")),
        OwnError::Same => (StatusCode::UNPROCESSABLE_ENTITY, page.t("due-same")),
        OwnError::Changed => (StatusCode::CONFLICT, page.t("own-changed")),
        OwnError::Internal(error) => return Err(WebError::internal(error)),
    })
}

/// What is wrong with a password.
pub(super) fn unfit(page: &Page, problem: Unfit) -> String {
    match problem {
        Unfit::TooShort => {
            let least = u32::try_from(SHORTEST).unwrap_or(u32::MAX);
            page.t_with("user-password-short", &[("least", least.into())])
        }
        Unfit::TooLong => page.t("user-password-long"),
        Unfit::Guessable => page.t("user-password-guessable"),
    }
}

/// What the page shows beside how the account stands.
#[derive(Default)]
struct Shown {
    /// A secret that was shown before is shown again, because the app has it by now.
    secret: Option<Secret>,
    problem: Option<String>,
    done: Option<String>,
    passkey_name: String,
}

impl New {
    fn of(secret: &Secret, person: &Account) -> Self {
        let text = secret.base32();
        let letters: Vec<char> = text.chars().collect();
        let groups: Vec<String> = letters
            .chunks(4)
            .map(|four| four.iter().collect())
            .collect();
        Self {
            grouped: groups.join(" "),
            qr: Qr::new(&secret.address(&person.name)),
            secret: text,
        }
    }
}

async fn view(app: &App, page: Page, person: &Account, shown: Shown) -> Result<Response, WebError> {
    let page = page.with_person(person);
    let own = app.accounts.own(person).await.map_err(WebError::internal)?;
    let passkeys = app.accounts.passkeys_of(person).await;
    let passkeys = passkeys.map_err(WebError::internal)?;
    let new = match shown.secret {
        _ if own.has_second => None,
        Some(secret) => Some(New::of(&secret, person)),
        None => Some(New::of(&Secret::new().map_err(WebError::internal)?, person)),
    };
    let tie = app.accounts.tie_of(person).await;
    let tie = tie.map_err(WebError::internal)?;
    let moment = |at| page.lang.moment(app.zone.civil(at));
    let passkeys = passkeys.into_iter().map(|kept| PasskeyLine {
        id: hex::encode(&kept.credential),
        name: kept.name,
        made: moment(kept.created_at),
        used: kept.used_at.map(moment),
    });
    let takes = app.accounts.takes_passkeys();
    render(&OwnPage {
        action: page.link("/account"),
        name: person.name.to_string(),
        role: page.t(&format!("role-{}", person.role.as_str())),
        problem: shown.problem,
        done: shown.done,
        least: SHORTEST.to_string(),
        sessions: page.t_with("own-sessions", &[("count", own.sessions.into())]),
        new,
        ask: takes.then(|| page.link("/account/passkey/new")),
        passkeys: passkeys.collect(),
        passkey_name: shown.passkey_name,
        provider: app.accounts.provider_host().map(str::to_owned),
        tied: tie.map(|tie| moment(tie.created_at)),
        page,
    })
}
