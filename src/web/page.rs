//! What every page has: the visitor's language, the address, and how a template becomes an answer.
//!
//! For: handlers (as an extractor) and templates (as their first field). Uses: `i18n` and `templates/`.
//! Promises: the language follows from the address and the browser alone, no cookie is read or set; an
//! error becomes a page in that language with a way on.

use askama::Template;
use axum::extract::{FromRequestParts, OriginalUri, Request};
use axum::http::header::{
    ACCEPT_LANGUAGE, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ALLOW,
    CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, VARY,
};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Uri};
use axum::response::{Html, IntoResponse, Response};
use std::convert::Infallible;

use super::asset;
use super::error::{ErrorInfo, WebError};
use super::problem::Problem;
use crate::i18n::{Lang, Value};
use crate::survey::account::Account;
use crate::survey::role::{Action, Role};

/// The first field of every template.
#[derive(Debug, Clone)]
pub struct Page {
    /// The visitor's language.
    pub lang: Lang,
    /// The path of the address, without query.
    pub path: String,
    /// The query without the language, ready to be continued: empty, or `a=b&`.
    query: String,
    /// The name of the person who has signed in; never set on a resident's page.
    pub person: Option<String>,
    /// Whether that person may read the audit log.
    pub reads_audit: bool,
    /// Whether that person looks after accounts.
    pub manages_accounts: bool,
    /// That person's role.
    role: Option<Role>,
    /// The number under which this request is logged.
    pub request_id: String,
}

/// The number of a request, for the log and the page of an internal error.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

impl Page {
    /// The page of a request.
    #[must_use]
    pub fn new(uri: &Uri, headers: &HeaderMap, request_id: String) -> Self {
        Self::made(uri, headers.get(ACCEPT_LANGUAGE), request_id)
    }

    fn made(uri: &Uri, accepted: Option<&HeaderValue>, request_id: String) -> Self {
        let (mut asked, mut query) = (None, String::new());
        for pair in uri
            .query()
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty())
        {
            match pair.strip_prefix("lang=") {
                Some(tag) => asked = Some(tag),
                None => query = format!("{query}{pair}&"),
            }
        }
        let accepted = accepted.and_then(|value| value.to_str().ok());
        let lang = Lang::negotiate(asked, accepted);
        Self {
            lang,
            path: uri.path().to_owned(),
            query,
            person: None,
            reads_audit: false,
            manages_accounts: false,
            role: None,
            request_id,
        }
    }

    /// The same page for a person who has signed in.
    #[must_use]
    pub fn with_person(self, person: &Account) -> Self {
        Self {
            person: Some(person.name.to_string()),
            reads_audit: person.may(Action::ReadAudit),
            manages_accounts: person.may(Action::ManageAccounts),
            role: Some(person.role),
            ..self
        }
    }

    /// Whether that person sees waves, data and questionnaires.
    #[must_use]
    pub fn watches_fieldwork(&self) -> bool {
        self.role
            .is_some_and(|role| role.may(Action::WatchFieldwork))
    }

    /// Whether that person sees what counties report.
    #[must_use]
    pub fn reads_indicators(&self) -> bool {
        self.role
            .is_some_and(|role| role.may(Action::ReadIndicators))
    }

    /// Whether that person sees results before they are published, and the standards that are applied to them.
    #[must_use]
    pub fn reads_results(&self) -> bool {
        self.role.is_some_and(|role| role.may(Action::ReadResults))
    }

    /// Whether that person reports for a county.
    #[must_use]
    pub fn reports_indicators(&self) -> bool {
        self.role
            .is_some_and(|role| role.may(Action::ReportIndicators))
    }

    /// The same page, with the person if somebody has signed in.
    #[must_use]
    pub fn with_maybe(self, person: Option<&Account>) -> Self {
        match person {
            Some(person) => self.with_person(person),
            None => self,
        }
    }

    /// The sentence under `key` in the visitor's language.
    #[must_use]
    pub fn t(&self, key: &str) -> String {
        self.lang.t(key)
    }

    /// The sentence under `key` with its arguments.
    #[must_use]
    pub fn t_with(&self, key: &str, args: &[(&str, Value<'_>)]) -> String {
        self.lang.t_with(key, args)
    }

    /// The same page in the other languages: language and address.
    #[must_use]
    pub fn other_languages(&self) -> Vec<(Lang, String)> {
        let others = Lang::ALL.into_iter().filter(|lang| *lang != self.lang);
        others
            .map(|lang| (lang, format!("?{}lang={lang}", self.query)))
            .collect()
    }

    /// What the query says under a name; plain characters only, nothing is decoded.
    #[must_use]
    pub fn asked(&self, name: &str) -> Option<&str> {
        let mut pairs = self
            .query
            .split('&')
            .filter_map(|pair| pair.split_once('='));
        pairs
            .find(|(found, _)| *found == name)
            .map(|(_, value)| value)
    }

    /// Whether the query says more than the language.
    #[must_use]
    pub const fn asks_more(&self) -> bool {
        !self.query.is_empty()
    }

    /// An address of this site in the visitor's language: `/s/2026q4` → `/s/2026q4?lang=en`. Links carry
    /// the language, because there is no cookie that could.
    #[must_use]
    pub fn link(&self, path: &str) -> String {
        format!("{path}?lang={}", self.lang)
    }

    /// The address of another part of this page, with all else that was asked for.
    #[must_use]
    pub fn part(&self, number: &usize) -> String {
        let mut address = self.link(&self.path);
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        for pair in pairs.filter(|pair| !pair.starts_with("page=")) {
            address.push('&');
            address.push_str(pair);
        }
        format!("{address}&page={number}")
    }

    /// The address of the style sheet of all pages but the resident's.
    #[must_use]
    pub fn look(&self) -> &'static str {
        asset::look().path.as_str()
    }
}

impl Page {
    /// The address of the script of the staff's pages.
    #[must_use]
    pub fn script(&self) -> &'static str {
        asset::staff().path.as_str()
    }

    /// The address of the script of the ways in.
    #[must_use]
    pub fn sign_in_script(&self) -> &'static str {
        asset::sign_in().path.as_str()
    }

    /// The address of the script that looks a receipt up.
    #[must_use]
    pub fn check_script(&self) -> &'static str {
        asset::check().path.as_str()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        let uri = parts
            .extensions
            .get::<OriginalUri>()
            .map_or(&parts.uri, |original| &original.0);
        let id = parts
            .extensions
            .get::<RequestId>()
            .map(|id| id.0.clone())
            .unwrap_or_default();
        Ok(Self::new(uri, &parts.headers, id))
    }
}

/// A template as an answer.
pub fn render(template: &impl Template) -> Result<Response, WebError> {
    Ok(Html(template.render()?).into_response())
}

/// The page of a refusal.
#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    page: Page,
    problem: Problem,
    retry_after: Option<u64>,
}

/// From what of a request the page of its refusal is made, if it comes to that.
pub(super) struct Visit {
    uri: Uri,
    accepted: Option<HeaderValue>,
    request_id: String,
}

impl Visit {
    pub(super) fn of(request: &Request, request_id: String) -> Self {
        Self {
            uri: request.uri().clone(),
            accepted: request.headers().get(ACCEPT_LANGUAGE).cloned(),
            request_id,
        }
    }

    /// The path of the address.
    pub(super) fn path(&self) -> &str {
        self.uri.path()
    }

    /// Its page.
    pub(super) fn page(self) -> Page {
        Page::made(&self.uri, self.accepted.as_ref(), self.request_id)
    }
}

/// Fills the empty body of a refusal with a page in the visitor's language.
pub(super) fn explain(mut response: Response, visit: Visit) -> Response {
    let Some(info) = refusal(&mut response) else {
        return response;
    };
    let template = ErrorPage {
        page: visit.page(),
        problem: info.problem,
        retry_after: info.retry_after,
    };
    let Ok(body) = template.render() else {
        return response;
    };
    let mut explained = (response.status(), Html(body)).into_response();
    let headers = explained.headers_mut();
    for name in [
        RETRY_AFTER,
        ALLOW,
        ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_EXPOSE_HEADERS,
    ] {
        if let Some(value) = response.headers().get(&name) {
            headers.insert(name, value.clone());
        }
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(VARY, HeaderValue::from_static("accept-language"));
    explained
}

/// Why a response is a refusal that nobody has explained yet; it is taken out of the response.
pub(super) fn refusal(response: &mut Response) -> Option<ErrorInfo> {
    let refused = response.status().is_client_error() || response.status().is_server_error();
    match response.extensions_mut().remove::<ErrorInfo>() {
        Some(info) => Some(info),
        // A layer of the framework refused by status alone: too late, not allowed, panicked.
        None if refused && !is_page(response) => Some(ErrorInfo {
            problem: Problem::of_status(response.status()),
            retry_after: None,
        }),
        None => None,
    }
}

fn is_page(response: &Response) -> bool {
    let kind = response
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    kind.is_some_and(|kind| !kind.starts_with("text/plain"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(uri: &str) -> Page {
        Page::new(&uri.parse().unwrap(), &HeaderMap::new(), "7".to_owned())
    }

    #[test]
    fn a_switch_of_language_keeps_the_rest_of_the_address() {
        let others = page("/results?wave=a&lang=zh-CN&sort=n").other_languages();
        assert_eq!(others, [(Lang::En, "?wave=a&sort=n&lang=en".to_owned())]);
    }

    #[test]
    fn links_carry_the_language() {
        assert_eq!(page("/?lang=en").link("/s/2026q4"), "/s/2026q4?lang=en");
    }

    #[test]
    fn every_refusal_is_rendered_in_every_language_with_one_headline_and_a_way_on() {
        for problem in Problem::ALL {
            for lang in Lang::ALL {
                let page = page(&format!("/x?lang={lang}"));
                let html = ErrorPage {
                    page,
                    problem,
                    retry_after: Some(5),
                }
                .render()
                .unwrap();
                let document = scraper::Html::parse_document(&html);
                let count = |css: &str| {
                    document
                        .select(&scraper::Selector::parse(css).unwrap())
                        .count()
                };
                assert_eq!(count("h1"), 1, "{problem:?}");
                assert!(count("main a[href]") >= 1, "{problem:?} is a dead end");
                assert_eq!(count(&format!("html[lang={lang}]")), 1);
            }
        }
    }
}
