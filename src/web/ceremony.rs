//! The cookie that carries a ceremony: what a browser brings back from a device or another site.
//!
//! For: sign-ins in two halves. Promises: no script reads it; it goes with the ceremony; over https it is for this host alone.
//! Lax and not strict, because the way back from another site is a link.

use axum::http::{HeaderMap, HeaderValue};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};

use super::error::WebError;
use super::session::is_secure;
use crate::service::app::App;
use crate::service::ceremony::LIFE;

/// A browser takes a name with this prefix only over https, for this host alone.
const fn name(secure: bool) -> &'static str {
    if secure {
        "__Host-minyi_ceremony"
    } else {
        "minyi_ceremony"
    }
}

/// What the browser carried, or nothing.
pub(super) fn carried(app: &App, headers: &HeaderMap) -> String {
    let jar = CookieJar::from_headers(headers);
    jar.get(name(is_secure(app)))
        .map_or(String::new(), |cookie| cookie.value().to_owned())
}

/// Gives it to the browser.
pub(super) fn give(app: &App, carried: &str) -> Result<HeaderValue, WebError> {
    let life = i64::try_from(LIFE.as_secs()).unwrap_or_default();
    let age = format!("; Max-Age={life}");
    let text = cookie(app, carried).to_string() + &age;
    let mut value = HeaderValue::from_str(&text).map_err(WebError::internal)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Takes it away again.
pub(super) fn take(app: &App) -> Result<HeaderValue, WebError> {
    let mut cookie = cookie(app, "");
    cookie.make_removal();
    HeaderValue::from_str(&cookie.to_string()).map_err(WebError::internal)
}

fn cookie<'a>(app: &App, value: &'a str) -> Cookie<'a> {
    let secure = is_secure(app);
    Cookie::build((name(secure), value))
        .path("/")
        .http_only(true)
        .secure(secure)
        .same_site(SameSite::Lax)
        .build()
}
