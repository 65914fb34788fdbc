//! A draft as the pages take it up, and what is said when nothing was stored.

use std::collections::BTreeMap;

use crate::evaluation::standard::StandardProblem;
use crate::evaluation::standard::document::Document;
use crate::evaluation::standard::form::CriterionForm;
use crate::report::file_problem::of_standard;
use crate::service::app::App;
use crate::service::standards::{self, Desk, Draft, DraftError, LONGEST, LONGEST_ID, People};
use crate::survey::account::Account;
use crate::survey::ids::StandardDraftId;
use crate::survey::role::Action;
use crate::survey::wave::Act;
use crate::web::error::WebError;
use crate::web::page::Page;
use crate::web::problem::Problem;

/// Fields as a browser sends them.
pub(super) type Sent = BTreeMap<String, String>;

/// Takes a draft up.
pub(super) async fn open(app: &App, person: &Account, word: &str) -> Result<Desk, WebError> {
    let id = id(word)?;
    standards::desk(app, person, id).await.map_err(refusal)
}

pub(super) fn id(word: &str) -> Result<StandardDraftId, WebError> {
    word.parse().map_err(|_| Problem::NotFound.into())
}

/// The address of a draft.
pub(super) fn path(draft: &Draft) -> String {
    format!("/standards/drafts/{}", draft.id)
}

/// Whether this person may change it now.
pub(super) fn is_open_to(draft: &Draft, person: &Account) -> bool {
    draft.is_open() && person.may(Action::Evaluate)
}

/// The revision that a form was made from.
pub(super) fn revision(sent: &Sent) -> i64 {
    let revision = sent.get("revision").and_then(|text| text.parse().ok());
    revision.unwrap_or_default()
}

/// A refusal with a page of its own.
pub(super) fn refusal(error: DraftError) -> WebError {
    match error {
        DraftError::Denied => Problem::Denied.into(),
        DraftError::Unknown => Problem::NotFound.into(),
        other => WebError::internal(other),
    }
}

/// Why nothing was stored, where the page says it.
pub(super) fn sentences(page: &Page, error: &DraftError) -> Option<Vec<String>> {
    let said = match error {
        DraftError::BadName => {
            let most = LONGEST_ID.to_string();
            page.t_with("standards-bad-name", &[("most", most.into())])
        }
        DraftError::Taken { id, version } => {
            let args = [
                ("id", id.as_str().into()),
                ("version", version.to_string().into()),
            ];
            page.t_with("standards-taken", &args)
        }
        DraftError::TooLong => {
            let most = (LONGEST / 1024).to_string();
            page.t_with("standards-too-long", &[("most", most.into())])
        }
        DraftError::Fixed => page.t("standards-fixed-meanwhile"),
        DraftError::ChangedMeanwhile => page.t("standards-changed-meanwhile"),
        DraftError::OnePerson => page.t("standards-one-person"),
        DraftError::Problems(problems) => {
            let mut all = vec![page.t("standards-unfinished")];
            all.extend(problems.iter().map(|one| problem(page, one)));
            return Some(all);
        }
        DraftError::Denied
        | DraftError::Unknown
        | DraftError::Wave(_)
        | DraftError::Keys(_)
        | DraftError::Store(_) => return None,
    };
    Some(vec![said])
}

/// A problem with its line.
pub(super) fn problem(page: &Page, problem: &StandardProblem) -> String {
    let args = [
        ("line", problem.line.to_string().into()),
        ("problem", of_standard(page.lang, problem).into()),
    ];
    page.t_with("standards-line", &args)
}

/// The criterion that a problem is about, by its place.
pub(super) fn place_of(problem: &StandardProblem, criteria: &[CriterionForm]) -> Option<usize> {
    let named = criteria.iter().position(|one| one.id == problem.at);
    named.or_else(|| {
        let rest = problem.field.strip_prefix("criteria[")?;
        let number: usize = rest.split(']').next()?.parse().ok()?;
        number
            .checked_sub(1)
            .filter(|place| *place < criteria.len())
    })
}

/// Who did something, and when.
pub(super) fn who(app: &App, page: &Page, people: &People, key: &str, act: Act) -> String {
    let name = people.get(&act.by);
    let args = [
        ("when", page.lang.moment(app.zone.civil(act.at)).into()),
        (
            "name",
            name.map_or("–", |name| name.as_str()).to_owned().into(),
        ),
    ];
    page.t_with(key, &args)
}

/// Where a draft stands: style class and words.
pub(super) fn state(page: &Page, draft: &Draft) -> (&'static str, String) {
    let problems = Document::problems(&draft.text).len();
    let problems = u32::try_from(problems).unwrap_or(u32::MAX);
    match (draft.frozen, draft.proposed) {
        (Some(_), _) => ("met", page.t("standards-state-frozen")),
        (None, Some(_)) => ("open", page.t("standards-state-proposed")),
        (None, None) if problems == 0 => ("none", page.t("standards-state-whole")),
        (None, None) => {
            let args = [("count", problems.into())];
            ("none", page.t_with("standards-state-open", &args))
        }
    }
}
