//! Titles of open counties by decision: proposed by one evaluator, confirmed or rejected by another.
//!
//! For: `/organize/{wave}/decisions`, the pages of results. Uses: the office, `evaluation::decision`. Promises: a title needs two
//! different people and a written reason for each open criterion; it belongs to one evaluation and passes on to the one by which a
//! correction replaces it, unless something that was decided on is otherwise: then it lapses, and the correction says so in
//! public; it changes no verdict and nobody takes it back; each step is an entry of the audit log, and a confirmed one an entry
//! of the wave's process log, which names no person.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::again::Contended;
use super::app::App;
use super::evaluate::{EvaluationError, StoredEvaluation, of_wave};
use super::keys::random;
use super::process;
use super::waves::{WaveError, act, find, record};
use crate::evaluation::decision::{
    Decided, Decision, DecisionError, LONGEST_REASON, passes_on, written,
};
use crate::evaluation::verdict::Verdict;
use crate::storage::office::decision::{self, Ruling};
use crate::storage::office::{account, evaluation};
use crate::storage::{Conn, StoreError};
use crate::survey::account::{Account, AccountName};
use crate::survey::ids::{AccountId, DecisionId, EvaluationId};
use crate::survey::role::Action;
use crate::survey::wave::{Wave, WaveSlug, WaveState};

pub use crate::storage::office::decision::Proposal;

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum DecidingError {
    /// No such wave, no right, a store.
    #[error(transparent)]
    Wave(#[from] WaveError),
    /// The wave has no evaluation that could be decided on.
    #[error("the wave has no evaluation")]
    NotEvaluated,
    /// The county's verdict is not open, or a reason is missing.
    #[error(transparent)]
    Unfit(#[from] DecisionError),
    /// Rejecting somebody else's proposal needs a reason, which has an end.
    #[error("a reason of at most {LONGEST_REASON} characters is needed")]
    NoWhy,
    /// The result is not published: its evaluation may still change, and everybody would read of the title before.
    #[error("the result is not published")]
    NotPublished,
    /// Somebody else was first, or the standard was applied again.
    #[error("the county was decided on in between, or the standard was applied again")]
    ChangedMeanwhile,
}

impl From<StoreError> for DecidingError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Duplicate(_) => Self::ChangedMeanwhile,
            error => Self::Wave(error.into()),
        }
    }
}

impl Contended for DecidingError {
    fn is_contended(&self) -> bool {
        matches!(self, Self::Wave(error) if error.is_contended())
    }
}

/// What a second person says of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Say {
    /// The county gets the title.
    Confirm,
    /// It does not, for this reason; whoever proposed it takes it back with none.
    Reject(String),
}

/// Open counties of a wave, and what was proposed.
#[derive(Debug)]
pub struct Board {
    /// The wave.
    pub wave: Wave,
    /// The evaluation that is decided on.
    pub evaluation: Option<StoredEvaluation>,
    /// Every proposal under it, county by county.
    pub proposals: Vec<Proposal>,
    /// Names of people.
    pub people: BTreeMap<AccountId, AccountName>,
}

/// Open counties of a wave, and what was proposed. Before the close there is no such thing.
pub async fn board(app: &App, person: &Account, slug: &WaveSlug) -> Result<Board, DecidingError> {
    if !person.may(Action::ReadResults) {
        return Err(WaveError::Denied.into());
    }
    let evaluation = match of_wave(app, slug).await {
        Ok(evaluation) => evaluation,
        Err(EvaluationError::Wave(error)) => return Err(error.into()),
        Err(_) => return Err(DecidingError::NotEvaluated),
    };
    let mut tx = app.office.0.begin_read("decisions of a wave").await?;
    let mut conn = tx.conn();
    let wave = find(&mut conn, slug).await?;
    if wave.state < WaveState::Closed {
        return Err(WaveError::NoWave(slug.to_string()).into());
    }
    let proposals = match &evaluation {
        Some(evaluation) => decision::list(&mut conn, evaluation.id).await?,
        None => Vec::new(),
    };
    Ok(Board {
        people: names(&mut conn).await?,
        wave,
        evaluation,
        proposals,
    })
}

async fn names(conn: &mut Conn<'_>) -> Result<BTreeMap<AccountId, AccountName>, StoreError> {
    let people = account::list(conn).await?;
    Ok(people.into_iter().map(|who| (who.id, who.name)).collect())
}

/// What a step is about.
struct Ground {
    wave: Wave,
    evaluation: evaluation::Applied,
    proposals: Vec<Proposal>,
}

impl Ground {
    /// The evaluation in force, if it is the one that the person saw.
    async fn load(
        conn: &mut Conn<'_>,
        slug: &WaveSlug,
        seen: EvaluationId,
    ) -> Result<Self, DecidingError> {
        let wave = find(conn, slug).await?;
        if wave.state < WaveState::Closed {
            return Err(WaveError::NoWave(slug.to_string()).into());
        }
        let evaluation = evaluation::find_latest(conn, wave.id).await?;
        let evaluation = evaluation.ok_or(DecidingError::NotEvaluated)?;
        if evaluation.id != seen {
            return Err(DecidingError::ChangedMeanwhile);
        }
        let proposals = decision::list(conn, evaluation.id).await?;
        Ok(Self {
            wave,
            evaluation,
            proposals,
        })
    }

    fn verdict(&self, county: &str) -> Result<&Verdict, DecisionError> {
        let dossier = self.evaluation.evaluation.county(county);
        dossier
            .map(|dossier| &dossier.verdict)
            .ok_or(DecisionError::NotOpen)
    }

    /// What the logs say of a proposal.
    fn detail(&self, proposal: &Proposal) -> Value {
        json!({
            "county": proposal.county,
            "year": self.evaluation.evaluation.year,
            "reasons": proposal.reasons,
            "standard": hex::encode(self.evaluation.standard),
            "evaluation": self.evaluation.id.to_string(),
            "proposed_by": proposal.proposed.by.to_string(),
        })
    }
}

/// An evaluator proposes the title for a county that is open, with a reason for each open criterion.
pub async fn propose(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    seen: EvaluationId,
    county: &str,
    reasons: &BTreeMap<String, String>,
) -> Result<Proposal, DecidingError> {
    allowed(person)?;
    let mut tx = app.office.0.begin_write("propose a title").await?;
    let mut conn = tx.conn();
    let ground = Ground::load(&mut conn, slug, seen).await?;
    let reasons = written(ground.verdict(county)?, reasons)?;
    let earlier = ground.proposals.iter().filter(|one| one.county == county);
    let last = earlier.max_by_key(|one| one.number);
    let stands = |one: &Proposal| one.ruling.as_ref().is_none_or(|ruling| ruling.confirmed);
    if last.is_some_and(stands) {
        return Err(DecidingError::ChangedMeanwhile);
    }
    let act = act(app, person);
    let proposal = Proposal {
        id: DecisionId::new(act.at, random().map_err(WaveError::from)?),
        evaluation: seen,
        county: county.to_owned(),
        number: last.map_or(1, |last| last.number.saturating_add(1)),
        reasons,
        proposed: act,
        ruling: None,
    };
    decision::insert(&mut conn, &proposal).await?;
    let detail = ground.detail(&proposal);
    let (action, wave) = ("propose_decision", &ground.wave);
    record(&mut conn, person, act.at, action, wave, detail).await?;
    tx.commit().await?;
    Ok(proposal)
}

/// Another evaluator confirms or rejects a proposal; whoever made it may take it back.
pub async fn rule(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    seen: EvaluationId,
    id: DecisionId,
    say: Say,
) -> Result<(), DecidingError> {
    allowed(person)?;
    let mut tx = app.office.0.begin_write("rule on a title").await?;
    let mut conn = tx.conn();
    let ground = Ground::load(&mut conn, slug, seen).await?;
    let waits = |one: &&Proposal| one.id == id && one.ruling.is_none();
    let proposal = ground.proposals.iter().find(waits);
    let proposal = proposal.ok_or(DecidingError::ChangedMeanwhile)?;
    let act = act(app, person);
    let is_own = proposal.proposed.by == person.id;
    let (action, reason) = match say {
        Say::Confirm => {
            let people = names(&mut conn).await?;
            decide(&ground, proposal, person, &people)?;
            if ground.wave.state != WaveState::Published {
                return Err(DecidingError::NotPublished);
            }
            ("confirm_decision", String::new())
        }
        Say::Reject(why) => ("reject_decision", checked(&why, is_own)?),
    };
    let ruling = Ruling {
        confirmed: action == "confirm_decision",
        reason,
        act,
    };
    decision::insert_ruling(&mut conn, id, &ruling).await?;
    let mut detail = ground.detail(proposal);
    if let Some(fields) = detail.as_object_mut()
        && !ruling.confirmed
    {
        fields.insert("why".to_owned(), ruling.reason.into());
    }
    process::append(&mut conn, &ground.wave, act.at, action, &detail).await?;
    record(&mut conn, person, act.at, action, &ground.wave, detail).await?;
    tx.commit().await?;
    Ok(())
}

/// That the proposal and this person's word make a decision.
fn decide(
    ground: &Ground,
    proposal: &Proposal,
    person: &Account,
    people: &BTreeMap<AccountId, AccountName>,
) -> Result<Decision, DecidingError> {
    if proposal.proposed.by == person.id {
        return Err(DecisionError::OnePerson.into());
    }
    let first = people.get(&proposal.proposed.by);
    let first = first.ok_or(StoreError::Missing("account"))?;
    let by = [first.as_str(), person.name.as_str()];
    let verdict = ground.verdict(&proposal.county)?;
    Ok(Decision::new(verdict, by, &proposal.reasons)?)
}

fn checked(why: &str, is_own: bool) -> Result<String, DecidingError> {
    let why = why.trim();
    if why.chars().count() > LONGEST_REASON || (why.is_empty() && !is_own) {
        return Err(DecidingError::NoWhy);
    }
    Ok(why.to_owned())
}

fn allowed(person: &Account) -> Result<(), WaveError> {
    if person.may(Action::Evaluate) {
        Ok(())
    } else {
        Err(WaveError::Denied)
    }
}

/// Counties that have the title by decision under an evaluation.
pub(super) async fn titled(
    conn: &mut Conn<'_>,
    evaluation: EvaluationId,
) -> Result<BTreeSet<String>, StoreError> {
    let proposals = decision::list(conn, evaluation).await?.into_iter();
    let holds = |one: &Proposal| one.ruling.as_ref().is_some_and(|ruling| ruling.confirmed);
    Ok(proposals.filter(holds).map(|one| one.county).collect())
}

/// What was decided or proposed under an evaluation passes on to the one that replaces it, where nothing that was decided
/// on is otherwise.
pub(super) async fn pass_on(
    conn: &mut Conn<'_>,
    from: &evaluation::Applied,
    to: &evaluation::Applied,
) -> Result<(), WaveError> {
    for proposal in decision::list(conn, from.id).await? {
        let rejected = |ruling: &Ruling| !ruling.confirmed;
        let county = proposal.county.as_str();
        let dossiers = (from.evaluation.county(county), to.evaluation.county(county));
        let (Some(before), Some(after)) = dossiers else {
            continue;
        };
        if proposal.ruling.as_ref().is_some_and(rejected) || !passes_on(before, after) {
            continue;
        }
        let copy = Proposal {
            id: DecisionId::new(to.created_at, random()?),
            evaluation: to.id,
            ..proposal
        };
        decision::insert(conn, &copy).await?;
        if let Some(ruling) = &copy.ruling {
            decision::insert_ruling(conn, copy.id, ruling).await?;
        }
    }
    Ok(())
}

/// Decisions that hold under an evaluation, as its pages print them.
pub async fn decided(app: &App, evaluation: &StoredEvaluation) -> Result<Vec<Decided>, StoreError> {
    let mut tx = app.office.0.begin_read("decisions that hold").await?;
    let mut conn = tx.conn();
    let proposals = decision::list(&mut conn, evaluation.id).await?;
    if proposals.is_empty() {
        return Ok(Vec::new());
    }
    let people = names(&mut conn).await?;
    let mut found = Vec::new();
    for proposal in proposals {
        let Some(ruling) = proposal.ruling.filter(|ruling| ruling.confirmed) else {
            continue;
        };
        let name = |id| people.get(&id).map(AccountName::as_str);
        let (first, second) = (name(proposal.proposed.by), name(ruling.act.by));
        let dossier = evaluation.evaluation.county(&proposal.county);
        let (Some(first), Some(second), Some(dossier)) = (first, second, dossier) else {
            return Err(StoreError::Corrupt("decision"));
        };
        let decision = Decision::new(&dossier.verdict, [first, second], &proposal.reasons);
        found.push(Decided {
            county: proposal.county,
            decision: decision.map_err(|_| StoreError::Corrupt("decision"))?,
            at: ruling.act.at,
        });
    }
    Ok(found)
}
