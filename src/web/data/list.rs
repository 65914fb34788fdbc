//! The list of what there is, the forms by which files are sent, and the templates for them.

use askama::Template;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::check::refusal;
use crate::i18n::Lang;
use crate::service::again::again;
use crate::service::app::App;
use crate::service::import::{About, template as workbooks};
use crate::service::uploads::{self, Held, Imported, Sent};
use crate::survey::account::Account;
use crate::survey::role::Action;
use crate::survey::upload::UploadKind;
use crate::web::download::{Kind, download};
use crate::web::error::WebError;
use crate::web::extract::{Path, Query};
use crate::web::multipart::Multipart;
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::Staff;

/// Longest name and source, in characters.
const LONGEST: usize = 300;

/// What a script asks for that goes to the next page itself (RFC 7240): a redirect would be followed unseen.
const BRIEF: &str = "return=minimal";

/// An import in a table.
struct Line {
    name: String,
    source: String,
    synthetic: bool,
    when: String,
    digest: String,
}

/// A kind of data: what there is, and the form for more.
struct Section {
    kind: &'static str,
    is_named: bool,
    title: String,
    text: String,
    /// What there is, in words; nothing yet is said so.
    state: String,
    lines: Vec<Line>,
    template: String,
    /// Id of what says how far the sending is.
    sending: String,
    /// The form, for those who may send.
    form: Option<Form>,
}

/// A form with what was typed before.
#[derive(Default)]
struct Form {
    is_open: bool,
    name: String,
    source: String,
    synthetic: bool,
}

#[derive(Template)]
#[template(path = "data/list.html")]
struct ListPage {
    page: Page,
    action: String,
    errors: Vec<String>,
    done: Option<String>,
    sections: Vec<Section>,
}

/// Which file was just taken over.
#[derive(Deserialize)]
pub(in crate::web) struct Done {
    done: Option<UploadKind>,
}

/// What a refused form held.
struct Typed {
    kind: UploadKind,
    form: Form,
}

/// `GET /data`.
pub(in crate::web) async fn list(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Query(query): Query<Done>,
) -> Result<Response, WebError> {
    let done = query
        .done
        .map(|kind| page.t(&format!("data-done-{}", kind.as_str())));
    show(&app, page, &person, None, Vec::new(), done).await
}

/// `POST /data`: a file to be looked at.
pub(in crate::web) async fn send(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    headers: HeaderMap,
    form: Multipart,
) -> Result<Response, WebError> {
    let kind = UploadKind::from_word(form.text("kind")).ok_or(Problem::Malformed)?;
    let about = About {
        name: form.text("name").to_owned(),
        source: form.text("source").to_owned(),
        synthetic: !form.text("synthetic").is_empty(),
    };
    let mut errors = Vec::new();
    let long = |text: &str| text.chars().count() > LONGEST;
    if kind.is_named() && (about.name.is_empty() || long(&about.name)) {
        errors.push(page.t("data-no-name"));
    }
    if kind.is_named() && (about.source.is_empty() || long(&about.source)) {
        errors.push(page.t("data-no-source"));
    }
    let file = form.file.filter(|file| !file.bytes.is_empty());
    if file.is_none() {
        errors.push(page.t("data-no-file"));
    }
    let Some(file) = file.filter(|_| errors.is_empty()) else {
        let form = Form {
            is_open: true,
            name: about.name,
            source: about.source,
            synthetic: about.synthetic,
        };
        let typed = Some(Typed { kind, form });
        let again = show(&app, page, &person, typed, errors, None).await?;
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, again).into_response());
    };
    let sent = Sent {
        kind,
        about,
        file_name: file.name,
        content: file.bytes,
    };
    let kept = again(|| uploads::keep(&app, &person, sent.clone())).await;
    let id = kept.map_err(refusal)?;
    let next = page.link(&format!("/data/upload/{id}"));
    if headers.get("prefer").is_some_and(|prefer| prefer == BRIEF) {
        return Ok((StatusCode::CREATED, [(LOCATION, next)]).into_response());
    }
    Ok(Redirect::to(&next).into_response())
}

/// `GET /data/template/{kind}`: a workbook to fill in.
pub(in crate::web) async fn template(
    page: Page,
    Staff(_): Staff,
    Path(kind): Path<String>,
) -> Result<Response, WebError> {
    let kind = UploadKind::from_word(&kind).ok_or(Problem::NotFound)?;
    let bytes = workbooks::workbook(page.lang, kind).map_err(WebError::internal)?;
    download(Kind::Xlsx, kind.as_str(), bytes)
}

async fn show(
    app: &App,
    page: Page,
    person: &Account,
    typed: Option<Typed>,
    errors: Vec<String>,
    done: Option<String>,
) -> Result<Response, WebError> {
    let page = page.with_person(person);
    let held = uploads::held(app, person).await.map_err(refusal)?;
    let mut typed = typed;
    let sections = UploadKind::ALL.map(|kind| {
        let own = typed.take_if(|typed| typed.kind == kind);
        let form = person
            .may(Action::Import)
            .then(|| own.map(|typed| typed.form).unwrap_or_default());
        section(app, &page, &held, kind, form)
    });
    render(&ListPage {
        action: page.link("/data"),
        errors,
        done,
        sections: sections.into(),
        page,
    })
}

fn section(app: &App, page: &Page, held: &Held, kind: UploadKind, form: Option<Form>) -> Section {
    let word = kind.as_str();
    let lines: Vec<Line> = match kind {
        UploadKind::Areas => Vec::new(),
        UploadKind::Frame => held
            .frames
            .iter()
            .rev()
            .map(|one| line(app, page, held, one))
            .collect(),
        UploadKind::Margins => held
            .margins
            .iter()
            .rev()
            .map(|one| line(app, page, held, one))
            .collect(),
        UploadKind::Results => held
            .results
            .iter()
            .rev()
            .map(|one| line(app, page, held, one))
            .collect(),
    };
    let levels = uploads::levels(&held.areas);
    let state = match kind {
        UploadKind::Areas if held.areas.iter().next().is_some() => areas_words(page.lang, &levels),
        _ if lines.is_empty() => page.t(&format!("data-none-{word}")),
        _ => String::new(),
    };
    Section {
        kind: word,
        is_named: kind.is_named(),
        title: page.t(&format!("data-title-{word}")),
        text: page.t(&format!("data-text-{word}")),
        state,
        lines,
        template: page.link(&format!("/data/template/{word}")),
        sending: format!("sending-{word}"),
        form,
    }
}

/// `1 city, 5 counties, 43 townships`.
pub(super) fn areas_words(lang: Lang, levels: &[(crate::survey::area::Level, usize)]) -> String {
    let some = levels.iter().filter(|(_, count)| *count > 0);
    let words = some.map(|(level, count)| {
        let count = u32::try_from(*count).unwrap_or(u32::MAX);
        lang.t_with(
            &format!("data-level-{}", level.as_str()),
            &[("count", count.into())],
        )
    });
    words.collect::<Vec<_>>().join(&lang.t("data-comma"))
}

fn line<Id>(app: &App, page: &Page, held: &Held, import: &Imported<Id>) -> Line {
    let by = import.imported_by.and_then(|id| held.people.get(&id));
    let args = [
        (
            "when",
            page.lang.moment(app.zone.civil(import.imported_at)).into(),
        ),
        ("name", by.map_or("–", |name| name.as_str()).into()),
    ];
    Line {
        name: import.name.clone(),
        source: import.source.clone(),
        synthetic: import.synthetic,
        when: page.t_with("data-when", &args),
        digest: hex::encode(import.digest),
    }
}
