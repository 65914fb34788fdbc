//! Who is asking: the session's cookie, and the extractors that read it.
//!
//! For: handlers of staff pages and of result pages; a resident's handler uses neither extractor, so that
//! a resident's request is never joined with a person. Uses: `service::accounts`. Promises: the cookie
//! holds the session's token and nothing else, no script can read it, and it is gone when the browser is
//! closed; a page that needs a person leads to the sign-in and back, and never to another site.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use super::error::WebError;
use super::page::Page;
use crate::service::accounts::{Holder, SessionToken};
use crate::service::app::App;
use crate::survey::account::Account;

/// Address of the sign-in.
pub(super) const SIGN_IN: &str = "/account/sign-in";
/// Where whoever signs in with a password of somebody else chooses another.
pub(super) const NEW_PASSWORD: &str = "/account/new-password";
/// Where a sign-in leads that was not asked for by another page.
pub(super) const START: &str = "/organize";

/// The person who has signed in, if somebody has. Refuses nobody.
#[derive(Debug, Clone)]
pub struct MaybeStaff(pub Option<Account>);

/// The person who has signed in and has yet to choose a password. Who has done so is led to the own account, everybody else
/// to the sign-in.
#[derive(Debug, Clone)]
pub struct Newcomer(pub Account);

/// The person who has signed in. Everybody else is led to the sign-in and back, and whoever has yet to choose a password there.
#[derive(Debug, Clone)]
pub struct Staff(pub Account);

impl FromRequestParts<App> for MaybeStaff {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let Some(token) = token(app, &parts.headers) else {
            return Ok(Self(None));
        };
        let holder = app.accounts.holder(&token).await;
        let holder = holder.map_err(WebError::internal)?;
        // Whoever has not chosen a password yet sees what everybody sees.
        let settled = holder.filter(|holder| !holder.password_due);
        Ok(Self(settled.map(|holder| holder.account)))
    }
}

impl FromRequestParts<App> for Staff {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let holder = holder(parts, app).await?;
        let page = Page::from_request_parts(parts, app).await;
        let page = page.map_err(|never| match never {})?;
        match holder {
            Some(holder) if holder.password_due => {
                Err(Redirect::to(&page.link(NEW_PASSWORD)).into_response())
            }
            Some(holder) => Ok(Self(holder.account)),
            None => Err(to_sign_in(&page).into_response()),
        }
    }
}

impl FromRequestParts<App> for Newcomer {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let holder = holder(parts, app).await?;
        let page = Page::from_request_parts(parts, app).await;
        let page = page.map_err(|never| match never {})?;
        match holder {
            Some(holder) if holder.password_due => Ok(Self(holder.account)),
            Some(_) => Err(Redirect::to(&page.link("/account")).into_response()),
            None => Err(to_sign_in(&page).into_response()),
        }
    }
}

async fn holder(parts: &Parts, app: &App) -> Result<Option<Holder>, Response> {
    let Some(token) = token(app, &parts.headers) else {
        return Ok(None);
    };
    let holder = app.accounts.holder(&token).await;
    holder.map_err(|error| WebError::internal(error).into_response())
}

/// The way to the sign-in, in the visitor's language and back to this page.
fn to_sign_in(page: &Page) -> Redirect {
    let back = Local::parse(&page.path).map(|path| format!("next={}&", path.as_str()));
    let back = back.unwrap_or_default();
    Redirect::to(&format!("{SIGN_IN}?{back}lang={}", page.lang))
}

/// A path of this site, safe to redirect to: nothing that a browser could read as another host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Local(String);

impl Local {
    /// Takes a path of plain characters only. Without backslash, colon, percent sign, white space, query
    /// and a second slash at the start, no browser reads it as anything but a path here.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '-' | '_' | '.' | '~');
        let local = text.starts_with('/') && !text.contains("//") && text.chars().all(plain);
        local.then(|| Self(text.to_owned()))
    }

    /// The path.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether residents and staff reach the instance by https.
pub(super) fn is_secure(app: &App) -> bool {
    app.public_url.starts_with("https://")
}

/// A browser takes a name with this prefix only over https, for this host alone and for all of its paths.
const fn name(secure: bool) -> &'static str {
    if secure {
        "__Host-minyi_session"
    } else {
        "minyi_session"
    }
}

/// The token that the browser sent.
pub(super) fn token(app: &App, headers: &HeaderMap) -> Option<SessionToken> {
    let jar = CookieJar::from_headers(headers);
    let cookie = jar.get(name(is_secure(app)))?;
    Some(SessionToken::sent(cookie.value()))
}

/// The cookie that begins a session. Without an age: it goes when the browser is closed.
pub(super) fn begin(app: &App, token: &SessionToken) -> Result<HeaderValue, WebError> {
    let cookie = cookie(is_secure(app), token.reveal());
    let mut value = HeaderValue::from_str(&cookie.to_string()).map_err(WebError::internal)?;
    value.set_sensitive(true);
    Ok(value)
}

/// The cookie that ends a session.
pub(super) fn end(app: &App) -> Result<HeaderValue, WebError> {
    let mut cookie = cookie(is_secure(app), "");
    cookie.make_removal();
    HeaderValue::from_str(&cookie.to_string()).map_err(WebError::internal)
}

/// Lax and not strict: a link in a message from a colleague leads to the page and not to the sign-in.
/// What changes something is a `POST`, which [`super::routes`] takes from this site's pages only.
fn cookie(secure: bool, value: &str) -> Cookie<'_> {
    Cookie::build((name(secure), value))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax)
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_sign_in_a_browser_stays_on_this_site() {
        for path in ["/organize", "/organize/2026q4", "/", "/results/2026q4-b"] {
            assert_eq!(Local::parse(path).map(|p| p.0).as_deref(), Some(path));
        }
        for elsewhere in [
            "",
            "organize",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            " /organize",
            "/organize?next=//evil.example",
            "/organize#x",
            "/%2f/evil.example",
            "/x//evil.example",
            "https://evil.example",
            "https:/evil.example",
            "javascript:alert(1)",
            "/organize\r\nset-cookie: a=b",
            "/组织",
        ] {
            assert_eq!(Local::parse(elsewhere), None, "{elsewhere:?}");
        }
    }

    #[test]
    fn the_way_to_the_sign_in_keeps_page_and_language() {
        let place = |uri: &str| {
            let page = Page::new(&uri.parse().unwrap(), &HeaderMap::new(), String::new());
            let response = to_sign_in(&page).into_response();
            assert_eq!(response.status().as_u16(), 303);
            response.headers()["location"].to_str().unwrap().to_owned()
        };
        assert_eq!(
            place("/organize/2026q4?lang=en"),
            "/account/sign-in?next=/organize/2026q4&lang=en"
        );
        assert_eq!(place("//evil.example"), "/account/sign-in?lang=zh-CN");
    }

    #[test]
    fn over_https_the_cookie_is_for_this_host_and_https_alone() {
        assert_eq!(
            cookie(true, "t").to_string(),
            "__Host-minyi_session=t; HttpOnly; SameSite=Lax; Secure; Path=/"
        );
        assert_eq!(
            cookie(false, "t").to_string(),
            "minyi_session=t; HttpOnly; SameSite=Lax; Path=/"
        );
    }
}
