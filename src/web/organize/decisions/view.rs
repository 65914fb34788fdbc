//! The page of titles by decision.

use std::collections::BTreeMap;

use askama::Template;
use axum::response::Response;

use super::{REASON, refusal};
use crate::evaluation::decision::{DecisionError, LONGEST_REASON};
use crate::evaluation::dossier::Dossier;
use crate::evaluation::verdict::Outcome;
use crate::report::reason::{Speaker, finding_word};
use crate::service::app::App;
use crate::service::decisions::{Board, DecidingError, Proposal, board};
use crate::service::evaluate::StoredEvaluation;
use crate::survey::account::Account;
use crate::survey::ids::AccountId;
use crate::survey::role::Action;
use crate::survey::time::Instant;
use crate::survey::wave::{WaveSlug, WaveState};
use crate::web::error::WebError;
use crate::web::page::{Page, render};

/// What was typed into a form that was not taken.
#[derive(Debug, Default)]
pub(super) struct Typed {
    pub(super) county: String,
    pub(super) proposal: String,
    pub(super) reasons: BTreeMap<String, String>,
    pub(super) why: String,
}

/// An open criterion.
struct Line {
    /// Name of its field.
    field: String,
    name: String,
    /// Clause and finding, and why it came out so.
    why: String,
    /// The reason that is written or typed.
    reason: String,
}

/// An earlier proposal that was not confirmed.
struct Past {
    /// Who, when, and why not.
    sentences: Vec<String>,
}

/// An open county.
struct County {
    code: String,
    name: String,
    class: &'static str,
    standing: String,
    lines: Vec<Line>,
    /// The proposal that waits or holds.
    proposal: Option<String>,
    /// Who proposed and who confirmed.
    who: Vec<String>,
    /// What a confirmation does, for whoever may confirm.
    confirm: Option<String>,
    /// Why it is rejected, as it was typed; for whoever may confirm.
    why: String,
    /// Whoever proposed it may take it back.
    takes_back: bool,
    /// That somebody else must confirm.
    awaits: Option<String>,
    /// The form of a proposal, for whoever may propose.
    proposes: bool,
    /// The form is unfolded.
    is_typed: bool,
    past: Vec<Past>,
}

#[derive(Template)]
#[template(path = "organize/decisions.html")]
struct DecisionsPage {
    page: Page,
    back: String,
    title: String,
    action: String,
    /// The evaluation that is decided on.
    evaluation: String,
    counts: Option<String>,
    empty: Option<String>,
    counties: Vec<County>,
    errors: Vec<String>,
    longest: usize,
}

/// The page, with what was typed and why it was not taken.
pub(super) async fn page(
    app: &App,
    page: Page,
    person: &Account,
    slug: &WaveSlug,
    typed: &Typed,
    error: Option<&DecidingError>,
) -> Result<Response, WebError> {
    let found = board(app, person, slug)
        .await
        .map_err(|error| match error {
            DecidingError::Wave(error) => refusal(error),
            other => WebError::internal(other),
        })?;
    let page = page.with_person(person);
    let title = found.wave.titles.get(page.lang.tag()).to_owned();
    let mut counties = Vec::new();
    let (mut empty, mut counts, mut errors) = (None, None, Vec::new());
    match &found.evaluation {
        None => empty = Some(page.t("decision-not-evaluated")),
        Some(evaluation) => {
            let making = Making {
                app,
                page: &page,
                person,
                found: &found,
                evaluation,
                typed,
            };
            counties = making.counties();
            counts = Some(counted(&page, evaluation));
            if counties.is_empty() {
                empty = Some(page.t("decision-none-open"));
            }
            errors.extend(error.map(|error| making.sentence(error)));
        }
    }
    render(&DecisionsPage {
        back: page.link(&format!("/organize/{slug}")),
        action: page.link(&format!("/organize/{slug}/decisions")),
        evaluation: found
            .evaluation
            .as_ref()
            .map_or(String::new(), |evaluation| evaluation.id.to_string()),
        title,
        counts,
        empty,
        counties,
        errors,
        longest: LONGEST_REASON,
        page,
    })
}

/// Whether a title by decision counts toward the years in a row.
fn counted(page: &Page, evaluation: &StoredEvaluation) -> String {
    let cycle = &evaluation.standard.cycle;
    let key = if cycle.decided_counts {
        "decision-counts"
    } else {
        "decision-counts-not"
    };
    page.t_with(key, &[("years", cycle.years_in_a_row.into())])
}

struct Making<'a> {
    app: &'a App,
    page: &'a Page,
    person: &'a Account,
    found: &'a Board,
    evaluation: &'a StoredEvaluation,
    typed: &'a Typed,
}

impl Making<'_> {
    fn counties(&self) -> Vec<County> {
        let open = |dossier: &&Dossier| {
            dossier.verdict.outcome == Outcome::Open && !dossier.verdict.nothing_remains()
        };
        let counties = self.evaluation.evaluation.counties.iter();
        counties
            .filter(open)
            .map(|dossier| self.county(dossier))
            .collect()
    }

    fn county(&self, dossier: &Dossier) -> County {
        let all = self.found.proposals.iter();
        let all: Vec<&Proposal> = all.filter(|one| one.county == dossier.county).collect();
        let stands = |one: &&&Proposal| one.ruling.as_ref().is_none_or(|ruling| ruling.confirmed);
        let standing = all.iter().find(stands).copied();
        let holds = standing.is_some_and(|one| one.ruling.is_some());
        let is_own = standing.is_some_and(|one| one.proposed.by == self.person.id);
        let may = self.person.may(Action::Evaluate);
        let waits = standing.filter(|_| !holds);
        let name = self.name(&dossier.county);
        let (class, key) = match (standing, holds) {
            (None, _) => ("none", "decision-standing-none"),
            (Some(_), false) => ("open", "decision-standing-waiting"),
            (Some(_), true) => ("met", "decision-standing-decided"),
        };
        let is_typed = self.typed.county == dossier.county;
        County {
            lines: self.lines(dossier, standing),
            class,
            standing: self.page.t(key),
            who: standing.map_or_else(Vec::new, |one| self.who(one)),
            confirm: waits
                .filter(|_| may && !is_own)
                .map(|one| self.consequence(&name, one)),
            why: match standing {
                Some(one) if one.id.to_string() == self.typed.proposal => self.typed.why.clone(),
                _ => String::new(),
            },
            takes_back: may && waits.is_some() && is_own,
            awaits: waits
                .filter(|_| is_own || !may)
                .map(|_| self.page.t("decision-await")),
            proposes: may && standing.is_none(),
            is_typed: is_typed && standing.is_none(),
            proposal: standing.map(|one| one.id.to_string()),
            past: all
                .iter()
                .filter(|one| one.ruling.as_ref().is_some_and(|ruling| !ruling.confirmed))
                .map(|one| Past {
                    sentences: self.who(one),
                })
                .collect(),
            code: dossier.county.clone(),
            name,
        }
    }

    fn lines(&self, dossier: &Dossier, standing: Option<&Proposal>) -> Vec<Line> {
        let (lang, standard) = (self.page.lang, &self.evaluation.standard);
        let speaker = Speaker { lang, standard };
        let is_typed = self.typed.county == dossier.county;
        let line = |id: &String| {
            let criterion = standard.criterion(id)?;
            let result = dossier.criterion(id)?;
            let reason = match standing {
                Some(one) => one.reasons.get(id),
                None => self.typed.reasons.get(id).filter(|_| is_typed),
            };
            let args = [
                ("clause", criterion.clause.as_str().into()),
                ("finding", finding_word(lang, result.finding).into()),
                ("why", speaker.reason(&result.reason).into()),
            ];
            Some(Line {
                field: format!("{REASON}{id}"),
                name: criterion.name.get(lang.tag()).to_owned(),
                why: self.page.t_with("decision-open-because", &args),
                reason: reason.cloned().unwrap_or_default(),
            })
        };
        dossier.verdict.open.iter().filter_map(line).collect()
    }

    /// Who proposed, and who ruled.
    fn who(&self, proposal: &Proposal) -> Vec<String> {
        let said = |key: &str, by: AccountId, at: Instant, reason: &str| {
            let args = [
                ("name", self.person_name(by).into()),
                ("when", self.when(at).into()),
                ("reason", reason.to_owned().into()),
            ];
            self.page.t_with(key, &args)
        };
        let proposed = proposal.proposed;
        let first = said("decision-proposed-by", proposed.by, proposed.at, "");
        let second = proposal.ruling.as_ref().map(|ruling| {
            let key = match (ruling.confirmed, ruling.reason.is_empty()) {
                (true, _) => "decision-confirmed-by",
                (false, true) => "decision-taken-back-by",
                (false, false) => "decision-rejected-by",
            };
            said(key, ruling.act.by, ruling.act.at, &ruling.reason)
        });
        std::iter::once(first).chain(second).collect()
    }

    fn consequence(&self, county: &str, proposal: &Proposal) -> String {
        let published = match self.found.wave.state {
            WaveState::Published => "yes",
            _ => "no",
        };
        let args = [
            ("county", county.to_owned().into()),
            ("year", self.evaluation.evaluation.year.to_string().into()),
            ("first", self.person_name(proposal.proposed.by).into()),
            ("published", published.into()),
        ];
        self.page.t_with("decision-confirm-text", &args)
    }

    fn person_name(&self, id: AccountId) -> String {
        let name = self.found.people.get(&id);
        name.map_or(String::new(), |name| name.as_str().to_owned())
    }

    fn when(&self, at: Instant) -> String {
        self.page.lang.moment(self.app.zone.civil(at))
    }

    fn name(&self, code: &str) -> String {
        let county = self.evaluation.standard.county(code);
        county
            .map_or(code, |county| county.name.get(self.page.lang.tag()))
            .to_owned()
    }

    /// Why a step was not taken.
    fn sentence(&self, error: &DecidingError) -> String {
        let of = |key: &str, criterion: &str| {
            let known = self.evaluation.standard.criterion(criterion);
            let name = known.map_or(criterion, |one| one.name.get(self.page.lang.tag()));
            let args = [
                ("name", name.to_owned().into()),
                ("most", self.page.lang.count(most()).into()),
            ];
            self.page.t_with(key, &args)
        };
        match error {
            DecidingError::Unfit(DecisionError::NoReason { criterion }) => {
                of("decision-no-reason", criterion)
            }
            DecidingError::Unfit(DecisionError::TooLong { criterion }) => {
                of("decision-too-long", criterion)
            }
            DecidingError::Unfit(DecisionError::OnePerson) => self.page.t("decision-one-person"),
            DecidingError::Unfit(DecisionError::NotOpen) | DecidingError::NotEvaluated => {
                self.page.t("decision-not-open")
            }
            DecidingError::NotPublished => self.page.t("decision-not-published"),
            DecidingError::NoWhy => {
                let args = [("most", self.page.lang.count(most()).into())];
                self.page.t_with("decision-no-why", &args)
            }
            // A wave's own refusals have pages of their own.
            DecidingError::ChangedMeanwhile | DecidingError::Wave(_) => {
                self.page.t("decision-changed")
            }
        }
    }
}

fn most() -> u64 {
    u64::try_from(LONGEST_REASON).unwrap_or(u64::MAX)
}
