//! Every address, in one place.
//!
//! For: [`super::router`], and tests that go through all of them. Promises: an address that is not here
//! has the page "not found", and in a program that has the urn alone every address outside the group `urn`; a method that is not here the page "not allowed"; what staff change here is
//! taken from this site's own pages only.

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, MatchedPath, Request};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::MethodRouter;
use tower_http::csrf::{CsrfLayer, ProtectionError};

use super::account;
use super::accounts;
use super::api;
use super::asset;
use super::audit;
use super::check;
use super::data;
use super::error::WebError;
use super::extract::Path;
use super::home;
use super::indicators;
use super::kept;
use super::log;
use super::new_password;
use super::organize;
use super::own;
use super::page::{Page, render};
use super::passkey;
use super::problem::Problem;
use super::provider;
use super::questionnaires;
use super::respond;
use super::results;
use super::standards;
use super::titles;
use super::tokens;
use super::welcome;
use crate::service::app::{App, Part};

/// An address and the methods that it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Route {
    /// The address, with its variable parts in braces.
    pub path: &'static str,
    /// The methods, in lower case.
    pub methods: &'static [&'static str],
}

/// Writes the list and the routers from the same lines, so that neither can have what the other lacks.
macro_rules! routes {
    (
        everyone { $($path:literal: $($method:ident $handler:path),+;)* }
        published { $($result_path:literal: $($result_method:ident $result_handler:path),+;)* }
        urn { $($urn_path:literal: $($urn_method:ident $urn_handler:path),+;)* }
        programs { $($api_path:literal: $($api_method:ident $api_handler:path),+;)* }
        staff { $($staff_path:literal: $($staff_method:ident $staff_handler:path),+;)* }
        files { $($file_path:literal: $($file_method:ident $file_handler:path),+;)* }
    ) => {
        /// Every address of the service.
        pub const ROUTES: &[Route] = &[
            $(Route { path: $path, methods: &[$(stringify!($method)),+] },)*
            $(Route { path: $result_path, methods: &[$(stringify!($result_method)),+] },)*
            $(Route { path: $urn_path, methods: &[$(stringify!($urn_method)),+] },)*
            $(Route { path: $api_path, methods: &[$(stringify!($api_method)),+] },)*
            $(Route { path: $staff_path, methods: &[$(stringify!($staff_method)),+] },)*
            $(Route { path: $file_path, methods: &[$(stringify!($file_method)),+] },)*
        ];

        /// Every address of a program that has the urn alone.
        pub const URN_ROUTES: &[Route] = &[
            $(Route { path: $urn_path, methods: &[$(stringify!($urn_method)),+] },)*
        ];

        /// What residents' devices send to the urn, and the files of its log.
        fn urn() -> Router<App> {
            Router::new()$(.route($urn_path, MethodRouter::new()$(.$urn_method($urn_handler))+))*
        }

        /// Pages for everyone: no cookie is set or read here.
        fn everyone() -> Router<App> {
            Router::new()$(.route($path, MethodRouter::new()$(.$method($handler))+))*
        }

        /// Results, for everyone: no cookie is set here, but one is read, because staff see them earlier.
        fn published() -> Router<App> {
            Router::new()$(.route($result_path, MethodRouter::new()$(.$result_method($result_handler))+))*
                .layer(middleware::from_fn(kept::tag_marked))
        }

        /// What is published, for programs: no cookie is set or read here.
        fn programs() -> Router<App> {
            Router::new()$(.route($api_path, MethodRouter::new()$(.$api_method($api_handler))+))*
        }

        /// Pages for people with an account, and the way in.
        fn staff() -> Router<App> {
            Router::new()$(.route($staff_path, MethodRouter::new()$(.$staff_method($staff_handler))+))*
        }

        /// Pages for people with an account that take files.
        fn files() -> Router<App> {
            Router::new()$(.route($file_path, MethodRouter::new()$(.$file_method($file_handler))+))*
        }
    };
}

routes! {
    everyone {
        "/": get home::show;
        "/s/{wave}": get home::counties;
        "/s/{wave}/{county}": get respond::show, post respond::submit;
        "/s/{wave}/{county}/key": post respond::key;
        "/s/{wave}/{county}/sign": post respond::sign;
        "/o/{wave}": get respond::first, post respond::enter;
        "/o/{wave}/{county}": get respond::begin, post respond::submit_open;
        "/check": get check::list;
        "/check/{wave}": get check::show, post check::ask;
        "/assets/{file}": get asset::get;
        "/problems/{slug}": get explain;
    }
    published {
        "/results": get results::list;
        "/results/{wave}": get results::wave;
        "/results/{wave}/{county}": get results::county;
        "/results/{wave}/{county}/answers": get results::county_answers;
        "/results/{wave}/report": get results::report;
        "/results/{wave}/criteria": get results::criteria;
        "/results/{wave}/map": get results::map;
        "/results/{wave}/comparison": get results::comparison;
        "/results/{wave}/answers": get results::answers;
        "/results/{wave}/answers/{item}": get results::question;
        "/results/{wave}/weights": get results::weights;
        "/results/{wave}/files/{file}": get results::file;
        "/results/{wave}/versions/{number}": get results::version;
        "/results/{wave}/versions/{number}/criteria": get results::version_criteria;
        "/results/{wave}/versions/{number}/report": get results::version_report;
        "/results/{wave}/versions/{number}/files/bundle.zip": get results::version_bundle;
        "/results/{wave}/versions/{number}/{county}": get results::version_county;
        "/results/{wave}/versions/{number}/{county}/answers": get results::version_answers;
        "/titles": get titles::list;
    }
    urn {
        "/urn/{wave}": post respond::cast;
        "/urn/{wave}/prepare": post respond::prepare_trial;
        "/urn/{wave}/open": post respond::open_trial;
        "/log/{wave}/checkpoint": get log::checkpoint;
        "/log/{wave}/keys.txt": get log::keys;
        "/log/{wave}/{log}/checkpoint": get log::head;
        "/log/{wave}/{log}/entries.txt": get log::lines;
        "/log/{wave}/{log}/tile/{*tile}": get log::tile;
    }
    programs {
        "/api/v1/openapi.json": get api::document;
        "/api/v1/waves": get api::waves;
        "/api/v1/waves/{wave}": get api::wave;
        "/api/v1/waves/{wave}/fieldwork": get api::fieldwork;
        "/api/v1/waves/{wave}/counties": get api::counties;
        "/api/v1/waves/{wave}/counties/{county}": get api::county;
        "/api/v1/counties/{county}/series": get api::series;
        "/api/v1/indicators/{year}/{county}": get api::indicators, put api::report;
        "/api/v1/standards": get api::standards;
        "/api/v1/standards/{digest}": get api::standard;
        "/api/v1/logs": get api::logs;
        "/api/v1/logs/{wave}": get api::log;
    }
    staff {
        "/account/sign-in": get account::form, post account::sign_in;
        "/account/passkey": post passkey::sign_in;
        "/account/passkey/ask": post passkey::ask;
        "/account/passkey/new": post passkey::ask_new;
        "/account/provider": get provider::begin;
        "/account/provider/back": get provider::back;
        "/account/provider/code": get provider::code_form, post provider::code;
        "/account/new-password": get new_password::form, post new_password::choose;
        "/welcome": get welcome::form, post welcome::claim;
        "/account/sign-out": post account::sign_out;
        "/accounts": get accounts::list, post accounts::change;
        "/account": get own::show, post own::change;
        "/account/tokens": get tokens::list, post tokens::change;
        "/organize": get organize::list;
        "/organize/{wave}": get organize::show, post organize::act;
        "/organize/{wave}/fieldwork": get organize::watch, post organize::note;
        "/organize/{wave}/assisted": get organize::assisted, post organize::hand_over;
        "/organize/{wave}/paper": get organize::paper::show, post organize::paper::act;
        "/organize/{wave}/paper/{county}/{lot}/{sheet}": get organize::paper::show_sheet, post organize::paper::enter;
        "/organize/{wave}/paper-form/{county}/{form}": get organize::paper::print;
        "/organize/{wave}/card": get organize::to_cards, post organize::make_card;
        "/organize/{wave}/live": get organize::live;
        "/organize/{wave}/plan": get organize::read_plan;
        "/organize/{wave}/rules": get organize::rules, post organize::change_rules;
        "/organize/{wave}/decisions": get organize::decisions, post organize::decide;
        "/organize/{wave}/corrections": get organize::corrections::show, post organize::corrections::act;
        "/organize/{wave}/reminders/{change}": get organize::reminder;
        "/organize/{wave}/imprint": get organize::imprint, post organize::say_imprint;
        "/organize/{wave}/audit": get organize::audits::show, post organize::audits::act;
        "/organize/{wave}/exports": get organize::exports;
        "/organize/{wave}/exports/{file}": get organize::export;
        "/audit": get audit::list;
        "/audit/export": get audit::export;
        "/indicators": get indicators::list;
        "/indicators/{year}/{county}": get indicators::show, post indicators::change;
        "/indicators/{year}/{county}/template": get indicators::workbook;
        "/indicators/{year}/{county}/evidence/{digest}": get indicators::evidence;
        "/titles/{year}": get titles::show, post titles::act;
        "/design": get organize::plan, post organize::make;
        "/questionnaires": get questionnaires::list, post questionnaires::begin;
        "/questionnaires/{questionnaire}": get questionnaires::show, post questionnaires::change;
        "/questionnaires/{questionnaire}/items/{place}": get questionnaires::item, post questionnaires::change_item;
        "/questionnaires/{questionnaire}/preview": get questionnaires::preview, post questionnaires::preview_typed;
        "/questionnaires/{questionnaire}/export/{format}": get questionnaires::export;
        "/standards": get standards::list, post standards::begin;
        "/standards/{digest}": get standards::show;
        "/standards/{digest}/toml": get standards::download;
        "/standards/drafts/{draft}": get standards::draft, post standards::act;
        "/standards/drafts/{draft}/criteria/{place}": get standards::criterion, post standards::change_criterion;
        "/data/template/{kind}": get data::template;
        "/data/upload/{upload}": get data::check, post data::take;
    }
    files {
        "/standards/drafts/{draft}/text": get standards::text, post standards::save_text;
        "/standards/drafts/{draft}/preview": get standards::preview, post standards::preview_typed;
        "/data": get data::list, post data::send;
        "/data/map": get data::map, post data::bring_map;
        "/indicators/{year}/{county}/evidence": get indicators::to_sheet, post indicators::add;
        "/indicators/{year}/{county}/file": get indicators::to_sheet, post indicators::bring;
        "/questionnaires/file": get questionnaires::to_list, post questionnaires::bring;
        "/organize/{wave}/outcomes": get organize::to_fieldwork, post organize::note_file;
        "/organize/{wave}/quota": get organize::to_rules, post organize::give_quota;
        "/organize/{wave}/cards": get organize::cards, post organize::make_cards;
        "/organize/{wave}/seeds": get organize::seeds::show, post organize::seeds::act;
    }
}

/// Addresses that need the urn whatever is asked of them: a program that has the office alone says who answers, and reads nothing of
/// the request. Others say so when they come to what they need.
pub const NEEDS_URN: &[&str] = &[
    "/urn/{wave}",
    "/urn/{wave}/prepare",
    "/urn/{wave}/open",
    "/o/{wave}",
    "/o/{wave}/{county}",
    "/log/{wave}/checkpoint",
    "/organize/{wave}/assisted",
    "/organize/{wave}/paper",
    "/organize/{wave}/paper/{county}/{lot}/{sheet}",
];

/// Largest form with a file. A frame of fifty thousand communities is three megabytes as CSV.
const LARGEST_FILE: usize = 16 * 1024 * 1024;

/// Address → handler, for a program of this role.
pub(super) fn table(part: Part, public_url: &str) -> Router<App> {
    let routes = match part {
        Part::Urn => urn(),
        Part::Both => all(public_url),
        Part::Office => all(public_url).layer(middleware::from_fn(refuse_for_urn)),
    };
    routes
        .fallback(no_route)
        .method_not_allowed_fallback(no_method)
}

fn all(public_url: &str) -> Router<App> {
    let own_pages_only = own_pages(public_url).with_rejection_response(other_site);
    let files = files().layer(DefaultBodyLimit::max(LARGEST_FILE));
    everyone()
        .merge(published())
        .merge(urn())
        .merge(programs())
        .merge(staff().merge(files).layer(own_pages_only))
}

/// Says that another program answers at this address.
async fn refuse_for_urn(path: MatchedPath, request: Request, next: Next) -> Response {
    if NEEDS_URN.contains(&path.as_str()) {
        WebError::Elsewhere.into_response()
    } else {
        next.run(request).await
    }
}

/// Takes a change from this site's pages only. A resident's form needs no such layer: no cookie speaks
/// for a resident, and a code is not in any other site's hands.
fn own_pages(public_url: &str) -> CsrfLayer {
    let origin = origin(public_url);
    CsrfLayer::new()
        .add_trusted_origin(origin)
        .unwrap_or_else(|problem| {
            // The browser's own word on where a request comes from is still heeded.
            tracing::warn!(%problem, "the public address is no origin");
            CsrfLayer::new()
        })
}

/// Scheme and host of an address, as browsers name them.
pub(super) fn origin(url: &str) -> String {
    let end = url.find("://").map_or(0, |at| at + 3);
    let rest = url.get(end..).unwrap_or_default();
    let length = rest.find('/').unwrap_or(rest.len());
    let origin = url.get(..end + length).unwrap_or(url).to_ascii_lowercase();
    let default_port = if origin.starts_with("https:") {
        ":443"
    } else {
        ":80"
    };
    origin.trim_end_matches(default_port).to_owned()
}

fn other_site(_: ProtectionError) -> Response {
    WebError::from(Problem::OtherSite).into_response()
}

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    page: Page,
    problem: Problem,
}

/// `GET /problems/{slug}`: what a kind of refusal means.
async fn explain(page: Page, Path(slug): Path<String>) -> Result<Response, WebError> {
    let problem = Problem::of_slug(&slug).ok_or(Problem::NotFound)?;
    render(&ProblemPage { page, problem })
}

async fn no_route() -> WebError {
    Problem::NotFound.into()
}

async fn no_method() -> WebError {
    Problem::MethodNotAllowed.into()
}

#[cfg(test)]
mod tests {
    use super::origin;

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        let cases = [
            ("https://minyi.example", "https://minyi.example"),
            ("https://Minyi.example:443/a/b", "https://minyi.example"),
            ("https://minyi.example:8443", "https://minyi.example:8443"),
            ("http://localhost:8080/x", "http://localhost:8080"),
        ];
        for (url, wanted) in cases {
            assert_eq!(origin(url), wanted);
        }
    }
}
