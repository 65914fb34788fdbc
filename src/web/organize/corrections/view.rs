//! Corrections in words: what changes, who proposed and confirmed it.

use askama::Template;
use axum::response::Response;

use super::super::refusal;
use super::changes::changes;
use crate::evaluation::correction::{LONGEST_NOTE, Scope};
use crate::evaluation::standard::Standard;
use crate::service::app::App;
use crate::service::corrections::{Board, CorrectingError, Correction, board};
use crate::service::evaluate;
use crate::survey::account::Account;
use crate::survey::ids::AccountId;
use crate::survey::role::Action;
use crate::survey::time::Instant;
use crate::survey::wave::WaveSlug;
use crate::web::error::WebError;
use crate::web::page::{Page, render};
use crate::web::problem::Problem;

/// What was typed into a form that was refused.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) is_result: bool,
    pub(super) note: String,
    pub(super) why: String,
}

struct CorrectionView {
    title: String,
    class: &'static str,
    standing: String,
    note: String,
    changes: Vec<String>,
    who: Vec<String>,
    /// Waits for a second person: its id.
    proposal: Option<String>,
    may_confirm: bool,
    may_take_back: bool,
}

#[derive(Template)]
#[template(path = "organize/corrections.html")]
struct CorrectionsPage {
    page: Page,
    title: String,
    back: String,
    action: String,
    errors: Vec<String>,
    corrections: Vec<CorrectionView>,
    proposes: bool,
    typed_note: String,
    typed_result: bool,
    typed_why: String,
    is_typed: bool,
    longest: usize,
}

struct Maker<'a> {
    app: &'a App,
    page: &'a Page,
    person: &'a Account,
    board: &'a Board,
    standard: Option<&'a Standard>,
}

impl Maker<'_> {
    fn said(&self, key: &str, by: AccountId, at: Instant, reason: &str) -> String {
        let name = self.board.people.get(&by);
        let args = [
            (
                "name",
                name.map_or("–", |name| name.as_str()).to_owned().into(),
            ),
            (
                "when",
                self.page.lang.moment(self.app.zone.civil(at)).into(),
            ),
            ("reason", reason.to_owned().into()),
        ];
        self.page.t_with(key, &args)
    }

    fn view(&self, one: &Correction) -> CorrectionView {
        let page = self.page;
        let mut who = vec![self.said("decision-proposed-by", one.proposed.by, one.proposed.at, "")];
        let (class, standing) = match &one.ruling {
            None => ("open", "correction-waits"),
            Some(ruling) if ruling.confirmed => ("met", "correction-holds"),
            Some(_) => ("none", "correction-rejected"),
        };
        if let Some(ruling) = &one.ruling {
            let key = match (ruling.confirmed, ruling.reason.is_empty()) {
                (true, _) => "decision-confirmed-by",
                (false, true) => "decision-taken-back-by",
                (false, false) => "decision-rejected-by",
            };
            who.push(self.said(key, ruling.act.by, ruling.act.at, &ruling.reason));
        }
        let waits = one.ruling.is_none() && self.person.may(Action::Evaluate);
        let is_own = one.proposed.by == self.person.id;
        let args = [("number", one.number.to_string().into())];
        CorrectionView {
            title: page.t_with(&format!("correction-title-{}", one.scope.as_str()), &args),
            class,
            standing: page.t(standing),
            note: one.note.clone(),
            changes: changes(page, self.standard, &one.changes),
            who,
            proposal: waits.then(|| one.id.to_string()),
            may_confirm: waits && !is_own,
            may_take_back: waits && is_own,
        }
    }
}

fn sentence(page: &Page, error: &CorrectingError) -> String {
    let most = page
        .lang
        .count(u64::try_from(LONGEST_NOTE).unwrap_or(u64::MAX));
    match error {
        CorrectingError::NoNote => page.t_with("correction-no-note", &[("most", most.into())]),
        CorrectingError::Nothing => page.t("correction-no-change"),
        CorrectingError::OnePerson => page.t("correction-one-person"),
        CorrectingError::ChangedMeanwhile => page.t("correction-changed"),
        CorrectingError::Wave(_) | CorrectingError::Result(_) | CorrectingError::NotPublished => {
            String::new()
        }
    }
}

/// The page, with what was typed and why it was refused.
pub(super) async fn page(
    app: &App,
    page: Page,
    person: &Account,
    slug: &WaveSlug,
    typed: &Typed,
    error: Option<&CorrectingError>,
) -> Result<Response, WebError> {
    let page = page.with_person(person);
    let board = match board(app, person, slug).await {
        Ok(board) => board,
        Err(CorrectingError::Wave(error)) => return Err(refusal(error)),
        Err(CorrectingError::NotPublished) => return Err(Problem::UnknownWave.into()),
        Err(error) => return Err(WebError::internal(error)),
    };
    let evaluation = evaluate::of_wave(app, slug).await;
    let standard = match evaluation.map_err(WebError::internal)? {
        Some(evaluation) => Some(evaluation.standard),
        None => evaluate::standard_in_force(app)
            .await
            .map_err(WebError::internal)?,
    };
    let maker = Maker {
        app,
        page: &page,
        person,
        board: &board,
        standard: standard.as_ref(),
    };
    let waits = board.corrections.iter().any(|one| one.ruling.is_none());
    let shown = CorrectionsPage {
        title: board.wave.titles.get(page.lang.tag()).to_owned(),
        back: page.link(&format!("/organize/{slug}")),
        action: page.link(&format!("/organize/{slug}/corrections")),
        errors: error
            .map(|error| sentence(&page, error))
            .into_iter()
            .collect(),
        corrections: board
            .corrections
            .iter()
            .rev()
            .map(|one| maker.view(one))
            .collect(),
        proposes: person.may(Action::Evaluate) && !waits,
        typed_note: typed.note.clone(),
        typed_result: typed.is_result,
        typed_why: typed.why.clone(),
        is_typed: error.is_some(),
        longest: LONGEST_NOTE,
        page: page.clone(),
    };
    render(&shown)
}

/// The words of the forms' radio buttons.
impl CorrectionsPage {
    const fn scopes() -> [(Scope, &'static str); 2] {
        [
            (Scope::Evaluation, "correction-scope-evaluation"),
            (Scope::Result, "correction-scope-result"),
        ]
    }
}
