//! A draft: its head, its criteria in order, what is to be done, what differs from its parent, and the way into force.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::desk::{
    self, Sent, is_open_to, path, place_of, problem, refusal, revision, sentences, state, who,
};
use super::list::name;
use super::outcome::{self, Outcome};
use crate::evaluation::standard::document::{Document, Head};
use crate::evaluation::standard::form::CriterionForm;
use crate::report::standard::difference;
use crate::service::again::again;
use crate::service::app::App;
use crate::service::standards::{self, Desk, Draft, DraftError};
use crate::survey::account::Account;
use crate::survey::role::Action;
use crate::web::error::WebError;
use crate::web::extract::{Form, Path};
use crate::web::page::{Page, render};
use crate::web::problem::Problem;
use crate::web::session::Staff;

/// A criterion in the list.
struct Line {
    place: usize,
    id: String,
    name: String,
    rule: String,
    url: String,
    is_first: bool,
    is_last: bool,
}

/// Something that is to be done, and where.
struct Task {
    sentence: String,
    url: Option<String>,
}

/// What this person can do with the draft.
enum Way {
    /// Read it.
    Read,
    /// Change it, and propose it if it is whole.
    Write { may_propose: bool },
    /// Take it back to the desk: somebody else, or this person itself, proposed it.
    Wait { is_own: bool },
}

/// What was refused.
#[derive(Default)]
struct Refused {
    errors: Vec<String>,
    unsaved: Option<String>,
}

#[derive(Template)]
#[template(path = "standards/draft.html")]
struct DraftPage {
    page: Page,
    name: String,
    class: &'static str,
    state: String,
    /// The stored standard that it was made from: words and address.
    parent: (String, String),
    action: String,
    text: String,
    preview: String,
    revision: i64,
    errors: Vec<String>,
    /// What was typed and can be saved no more, as the whole text.
    unsaved: Option<String>,
    who: Vec<String>,
    way: Way,
    /// Whether the text is TOML; otherwise there is only the other view.
    is_readable: bool,
    tasks: Vec<Task>,
    changes: Vec<String>,
    lines: Vec<Line>,
    head: Head,
    /// The stored standard that it became.
    frozen: Option<String>,
    outcome: Outcome,
}

impl DraftPage {
    const fn writes(&self) -> bool {
        matches!(self.way, Way::Write { .. })
    }

    const fn may_propose(&self) -> bool {
        matches!(self.way, Way::Write { may_propose: true })
    }
}

/// `GET /standards/drafts/{draft}`.
pub(in crate::web) async fn show(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(word): Path<String>,
) -> Result<Response, WebError> {
    let desk = desk::open(&app, &person, &word).await?;
    page_of(&app, page, &person, &desk, Refused::default()).await
}

/// `POST /standards/drafts/{draft}`: stores head and order, proposes, takes back or confirms.
pub(in crate::web) async fn act(
    State(app): State<App>,
    page: Page,
    Staff(person): Staff,
    Path(word): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, WebError> {
    if !person.may(Action::Evaluate) {
        return Err(Problem::Denied.into());
    }
    let desk = desk::open(&app, &person, &word).await?;
    let held = (desk.draft.id, revision(&sent));
    let base = path(&desk.draft);
    let act = sent.get("act").map_or("", String::as_str);
    let mut typed = None;
    let done = match act {
        "propose" => again(|| standards::propose(&app, &person, held))
            .await
            .map(|()| base),
        "withdraw" => again(|| standards::withdraw(&app, &person, held))
            .await
            .map(|()| base),
        "confirm" => again(|| standards::confirm(&app, &person, held))
            .await
            .map(|stored| format!("/standards/{}", hex::encode(stored.digest))),
        act => {
            let (text, next) = edited(&desk.draft, &sent, act)?;
            let stored = again(|| standards::save(&app, &person, held, &text)).await;
            // What comes back after a refusal is what was typed; the order of criteria is the stored one.
            typed = Some(edited(&desk.draft, &sent, "save")?.0);
            stored.map(|()| next)
        }
    };
    let error = match done {
        Ok(next) => return Ok(Redirect::to(&page.link(&next)).into_response()),
        Err(error) => error,
    };
    let is_conflict = matches!(error, DraftError::ChangedMeanwhile | DraftError::Fixed);
    let errors = match sentences(&page, &error) {
        Some(_) if is_conflict && typed.is_none() => vec![page.t("standards-moved-on")],
        Some(errors) => errors,
        None => return Err(refusal(error)),
    };
    let status = if is_conflict {
        StatusCode::CONFLICT
    } else {
        StatusCode::UNPROCESSABLE_ENTITY
    };
    // As it is by now: what nobody can save any more is shown to be copied.
    let mut desk = desk::open(&app, &person, &word).await?;
    let mut refused = Refused {
        errors,
        unsaved: None,
    };
    match typed {
        Some(text) if desk.draft.is_open() => desk.draft.text = text,
        typed => refused.unsaved = typed,
    }
    let again = page_of(&app, page, &person, &desk, refused).await?;
    Ok((status, again).into_response())
}

/// The text with the typed head and what the button asks for, and where to go next.
fn edited(draft: &Draft, sent: &Sent, act: &str) -> Result<(String, String), WebError> {
    // A form of a text that is no TOML any more: the page shows the other view.
    let mut document = Document::parse(&draft.text).map_err(|_| Problem::Conflict)?;
    let mut head = document.head();
    let field = |name: &str, into: &mut String| {
        if let Some(text) = sent.get(name) {
            text.trim().clone_into(into);
        }
    };
    field("id", &mut head.id);
    field("version", &mut head.version);
    for place in 0..2 {
        if let (Some(title), Some(source)) = (head.title.get_mut(place), head.source.get_mut(place))
        {
            field(&format!("title-{place}"), title);
            field(&format!("source-{place}"), source);
        }
    }
    document.set_head(&head);
    let mut next = path(draft);
    let (what, place) = act.split_once('-').unwrap_or((act, ""));
    let place = place.parse().unwrap_or(usize::MAX);
    match what {
        "add" => next = format!("{next}/criteria/{}", document.add_criterion() + 1),
        "up" => document.move_criterion(place, false),
        "down" => document.move_criterion(place, true),
        _ => {}
    }
    Ok((document.to_toml(), next))
}

async fn page_of(
    app: &App,
    page: Page,
    person: &Account,
    desk: &Desk,
    refused: Refused,
) -> Result<Response, WebError> {
    let page = page.with_person(person);
    let draft = &desk.draft;
    let document = Document::parse(&draft.text).ok();
    let criteria = document.as_ref().map_or_else(Vec::new, Document::criteria);
    let found = Document::problems(&draft.text);
    let path = path(draft);
    let tasks = found.iter().map(|one| Task {
        sentence: problem(&page, one),
        url: place_of(one, &criteria)
            .map(|place| page.link(&format!("{path}/criteria/{}", place + 1))),
    });
    let (class, state) = state(&page, draft);
    let parent = page.link(&format!("/standards/{}", hex::encode(desk.parent.digest)));
    let before = Document::parse(&desk.parent.text).ok();
    let differences = document.as_ref().zip(before.as_ref());
    let differences = differences.map_or_else(Vec::new, |(now, then)| now.differences(then));
    render(&DraftPage {
        name: draft.name.clone(),
        class,
        state,
        parent: (name(&page, &desk.parent), parent),
        action: page.link(&path),
        text: page.link(&format!("{path}/text")),
        preview: page.link(&format!("{path}/preview")),
        revision: draft.revision,
        errors: refused.errors,
        unsaved: refused.unsaved,
        who: acts(app, &page, desk),
        way: way(draft, person, found.is_empty()),
        is_readable: document.is_some(),
        tasks: tasks.collect(),
        changes: differences
            .iter()
            .map(|one| difference(page.lang, one))
            .collect(),
        lines: lines(&page, &path, &criteria),
        head: document.map(|document| document.head()).unwrap_or_default(),
        frozen: draft
            .frozen
            .map(|(digest, _)| page.link(&format!("/standards/{}", hex::encode(digest)))),
        outcome: outcome::of(app, &page, person, &draft.text).await?,
        page,
    })
}

fn way(draft: &Draft, person: &Account, is_whole: bool) -> Way {
    let waits = draft.proposed.filter(|_| draft.frozen.is_none());
    if is_open_to(draft, person) {
        Way::Write {
            may_propose: is_whole,
        }
    } else if let (Some(act), true) = (waits, person.may(Action::Evaluate)) {
        Way::Wait {
            is_own: act.by == person.id,
        }
    } else {
        Way::Read
    }
}

/// Who made, changed, proposed and confirmed it.
fn acts(app: &App, page: &Page, desk: &Desk) -> Vec<String> {
    let draft = &desk.draft;
    let said = |key: &str, act| who(app, page, &desk.people, key, act);
    let mut all = vec![said("standards-made-by", draft.made)];
    if draft.changed != draft.made {
        all.push(said("standards-changed-by", draft.changed));
    }
    all.extend(draft.proposed.map(|act| said("standards-proposed-by", act)));
    all.extend(
        draft
            .frozen
            .map(|(_, act)| said("standards-confirmed-by", act)),
    );
    all
}

fn lines(page: &Page, path: &str, criteria: &[CriterionForm]) -> Vec<Line> {
    let last = criteria.len().saturating_sub(1);
    let line = |(place, one): (usize, &CriterionForm)| Line {
        place,
        id: one.id.clone(),
        name: own(page, &one.name),
        rule: kind(page, &one.kind),
        url: page.link(&format!("{path}/criteria/{}", place + 1)),
        is_first: place == 0,
        is_last: place == last,
    };
    criteria.iter().enumerate().map(line).collect()
}

/// A text in the reader's language, else in the other one.
fn own(page: &Page, words: &[String; 2]) -> String {
    let [chinese, english] = words;
    let (own, other) = match page.lang {
        crate::i18n::Lang::ZhCn => (chinese, english),
        crate::i18n::Lang::En => (english, chinese),
    };
    let text = if own.trim().is_empty() { other } else { own };
    if text.trim().is_empty() {
        page.t("standards-nameless")
    } else {
        text.clone()
    }
}

/// A kind of rule in words; one that nobody knows as it was typed.
pub(super) fn kind(page: &Page, kind: &str) -> String {
    let key = format!("standards-kind-{}", kind.replace('_', "-"));
    if page.lang.has(&key) {
        page.t(&key)
    } else {
        kind.to_owned()
    }
}
