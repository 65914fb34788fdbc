//! Corrections of published results: proposed by one evaluator with a public note, confirmed or rejected by another.
//!
//! For: `/organize/{wave}/corrections`, the pages of results. Uses: office, urn (records, for a result). Promises: plan and standard
//! stay those that were published; what comes out is computed when it is proposed, shown, and must come out again when it is
//! confirmed; the version that is replaced stays at an address of its own; a confirmed correction is an entry of the process log
//! that tells each change.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::again::Contended;
use super::app::App;
use super::close::{self, CloseError};
use super::decisions;
use super::evaluate;
use super::exports;
use super::keys::random;
use super::process;
use super::waves::{WaveError, act, find, record};
use crate::evaluation::correction::{Change, LONGEST_NOTE, Scope, Version, changes};
use crate::evaluation::indicator::Indicators;
use crate::storage::office::decision::Ruling;
use crate::storage::office::estimate::Estimate;
use crate::storage::office::evaluation::Applied;
use crate::storage::office::{account, correction, estimate, evaluation};
use crate::storage::{Conn, StoreError};
use crate::survey::account::{Account, AccountName};
use crate::survey::ids::{AccountId, CorrectionId};
use crate::survey::role::Action;
use crate::survey::wave::{Wave, WaveKind, WaveSlug, WaveState};

pub use super::decisions::Say;
pub use crate::storage::office::correction::Correction;

/// Why a step was not taken.
#[derive(Debug, thiserror::Error)]
pub enum CorrectingError {
    /// No such wave, no right, a store.
    #[error(transparent)]
    Wave(#[from] WaveError),
    /// The result cannot be computed again.
    #[error("the result cannot be computed again")]
    Result(#[source] Box<CloseError>),
    /// Only what is published is corrected; before, the standard is simply applied again.
    #[error("the result is not published")]
    NotPublished,
    /// A correction has a public note, which has an end.
    #[error("a note of at most {LONGEST_NOTE} characters is needed")]
    NoNote,
    /// Nothing would be otherwise.
    #[error("nothing changes")]
    Nothing,
    /// Whoever proposed it does not confirm it.
    #[error("a second person must confirm")]
    OnePerson,
    /// Somebody else was first, or something else comes out by now.
    #[error(
        "a correction was proposed or confirmed in between, or something else comes out by now"
    )]
    ChangedMeanwhile,
}

impl From<StoreError> for CorrectingError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Duplicate(_) => Self::ChangedMeanwhile,
            error => Self::Wave(error.into()),
        }
    }
}

impl From<CloseError> for CorrectingError {
    fn from(error: CloseError) -> Self {
        match error {
            CloseError::Wave(error) => Self::Wave(error),
            error => Self::Result(Box::new(error)),
        }
    }
}

impl Contended for CorrectingError {
    fn is_contended(&self) -> bool {
        matches!(self, Self::Wave(error) if error.is_contended())
    }
}

/// Corrections of a wave, as staff see them.
#[derive(Debug)]
pub struct Board {
    /// The wave.
    pub wave: Wave,
    /// Every proposal, the first one first.
    pub corrections: Vec<Correction>,
    /// Names of people.
    pub people: BTreeMap<AccountId, AccountName>,
}

/// Corrections of a published wave. Before, there is no such thing.
pub async fn board(app: &App, person: &Account, slug: &WaveSlug) -> Result<Board, CorrectingError> {
    if !person.may(Action::ReadResults) {
        return Err(WaveError::Denied.into());
    }
    let mut tx = app.office.0.begin_read("corrections of a wave").await?;
    let mut conn = tx.conn();
    let wave = find(&mut conn, slug).await?;
    if wave.state != WaveState::Published || wave.kind == WaveKind::Open {
        return Err(CorrectingError::NotPublished);
    }
    let people = account::list(&mut conn).await?.into_iter();
    Ok(Board {
        corrections: correction::list(&mut conn, wave.id).await?,
        people: people.map(|who| (who.id, who.name)).collect(),
        wave,
    })
}

/// The corrections of a wave that hold, the first one first.
pub async fn confirmed(app: &App, wave: &Wave) -> Result<Vec<Correction>, StoreError> {
    let mut tx = app.office.0.begin_read("corrections that hold").await?;
    let mut all = correction::list(&mut tx.conn(), wave.id).await?;
    all.retain(Correction::holds);
    Ok(all)
}

/// The version that a correction replaced; its evaluation, if it had one.
pub async fn replaced(
    app: &App,
    correction: &Correction,
) -> Result<(Estimate, Option<Applied>), StoreError> {
    let mut tx = app.office.0.begin_read("an earlier version").await?;
    let mut conn = tx.conn();
    let estimate = estimate::find(&mut conn, correction.old_estimate).await?;
    let estimate = estimate.ok_or(StoreError::Missing("estimate"))?;
    let Some(id) = correction.old_evaluation else {
        return Ok((estimate, None));
    };
    let evaluation = evaluation::find(&mut conn, id).await?;
    Ok((
        estimate,
        Some(evaluation.ok_or(StoreError::Missing("evaluation"))?),
    ))
}

/// What is published, and what comes out now.
struct Draft {
    wave: Wave,
    corrections: Vec<Correction>,
    old: Side,
    /// Without an evaluation only while there is no standard.
    new: Side,
    /// Counties that have the title by decision.
    titled: BTreeSet<String>,
}

/// Figures, and their evaluation with the values on which it rests as far as they are known.
struct Side {
    estimate: Estimate,
    applied: Option<Applied>,
    values: Option<Indicators>,
}

impl Draft {
    async fn make(
        app: &App,
        person: &Account,
        slug: &WaveSlug,
        scope: Scope,
    ) -> Result<Self, CorrectingError> {
        if !person.may(Action::Evaluate) {
            return Err(WaveError::Denied.into());
        }
        let mut tx = app.office.0.begin_read("correct a result").await?;
        let mut conn = tx.conn();
        let wave = find(&mut conn, slug).await?;
        if wave.state != WaveState::Published {
            return Err(CorrectingError::NotPublished);
        }
        let corrections = correction::list(&mut conn, wave.id).await?;
        let old = estimate::find_latest(&mut conn, wave.id).await?;
        let applied = evaluation::find_latest(&mut conn, wave.id).await?;
        // An open wave has no result that could be corrected.
        let old = old.ok_or(CorrectingError::NotPublished)?;
        let (mut values, mut titled) = (None, BTreeSet::new());
        if let Some(applied) = &applied {
            let input = &old.result.input_digest;
            values = evaluate::values(&mut conn, &wave, applied, input).await?;
            titled = decisions::titled(&mut conn, applied.id).await?;
        }
        drop(tx);
        let estimate = match scope {
            Scope::Evaluation => old.clone(),
            Scope::Result => close::again(app, person, &wave).await?,
        };
        let mut tx = app.office.0.begin_read("evaluate again").await?;
        let new = evaluate::again(
            app,
            &mut tx.conn(),
            person,
            (&wave, applied.as_ref()),
            &estimate,
        )
        .await?;
        let (new, new_values) = new.unzip();
        Ok(Self {
            wave,
            corrections,
            old: Side {
                estimate: old,
                applied,
                values,
            },
            new: Side {
                estimate,
                applied: new,
                values: new_values,
            },
            titled,
        })
    }

    fn version<'a>(&'a self, side: &'a Side) -> Version<'a> {
        Version {
            result: &side.estimate.result,
            evaluation: side.applied.as_ref().map(|applied| &applied.evaluation),
            values: side.values.as_ref(),
            titled: &self.titled,
        }
    }

    fn changes(&self) -> Vec<Change> {
        changes(&self.version(&self.old), &self.version(&self.new))
    }

    /// Digest of what comes out: figures and evaluation, and what is told of the difference.
    fn outcome(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(serde_json::to_vec(&self.new.estimate.result).unwrap_or_default());
        if let Some(applied) = &self.new.applied {
            hash.update(serde_json::to_vec(&applied.evaluation).unwrap_or_default());
            hash.update(applied.input_digest);
        }
        hash.update(serde_json::to_vec(&self.changes()).unwrap_or_default());
        hash.finalize().into()
    }
}

/// An evaluator proposes a correction: it is computed, and what changes is shown.
pub async fn propose(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    scope: Scope,
    note: &str,
) -> Result<Correction, CorrectingError> {
    let note = note.trim();
    if !(1..=LONGEST_NOTE).contains(&note.chars().count()) {
        return Err(CorrectingError::NoNote);
    }
    let draft = Draft::make(app, person, slug, scope).await?;
    let last = draft.corrections.last();
    if last.is_some_and(|last| last.ruling.is_none()) {
        return Err(CorrectingError::ChangedMeanwhile);
    }
    let changes = draft.changes();
    if changes.is_empty() {
        return Err(CorrectingError::Nothing);
    }
    let act = act(app, person);
    let proposal = Correction {
        id: CorrectionId::new(act.at, random().map_err(WaveError::from)?),
        wave: draft.wave.id,
        number: last.map_or(1, |last| last.number.saturating_add(1)),
        scope,
        note: note.to_owned(),
        changes,
        outcome: draft.outcome(),
        old_estimate: draft.old.estimate.id,
        old_evaluation: draft.old.applied.as_ref().map(|old| old.id),
        proposed: act,
        ruling: None,
    };
    let mut tx = app.office.0.begin_write("propose a correction").await?;
    let mut conn = tx.conn();
    correction::insert(&mut conn, &proposal).await?;
    let detail = detail(&proposal);
    let action = "propose_correction";
    record(&mut conn, person, act.at, action, &draft.wave, detail).await?;
    tx.commit().await?;
    Ok(proposal)
}

/// What the logs say of a correction.
fn detail(correction: &Correction) -> Value {
    json!({
        "number": correction.number,
        "scope": correction.scope.as_str(),
        "note": correction.note,
        "outcome": hex::encode(correction.outcome),
    })
}

/// Another evaluator confirms or rejects a correction; whoever proposed it may take it back.
pub async fn rule(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    id: CorrectionId,
    say: Say,
) -> Result<(), CorrectingError> {
    if !person.may(Action::Evaluate) {
        return Err(WaveError::Denied.into());
    }
    let found = board(app, person, slug).await?;
    let waits = |one: &&Correction| one.id == id && one.ruling.is_none();
    let proposal = found.corrections.iter().find(waits);
    let proposal = proposal.ok_or(CorrectingError::ChangedMeanwhile)?;
    let is_own = proposal.proposed.by == person.id;
    match say {
        Say::Confirm if is_own => Err(CorrectingError::OnePerson),
        Say::Confirm => confirm(app, person, slug, proposal).await,
        Say::Reject(why) => {
            let why = why.trim();
            let length = why.chars().count();
            if length > LONGEST_NOTE || length == 0 && !is_own {
                return Err(CorrectingError::NoNote);
            }
            let mut tx = app.office.0.begin_write("reject a correction").await?;
            let mut conn = tx.conn();
            let ruling = ruling(app, person, why);
            correction::insert_ruling(&mut conn, id, &ruling).await?;
            let mut detail = detail(proposal);
            if let Some(fields) = detail.as_object_mut() {
                fields.insert("why".to_owned(), why.into());
            }
            let (at, action) = (ruling.act.at, "reject_correction");
            record(&mut conn, person, at, action, &found.wave, detail).await?;
            Ok(tx.commit().await?)
        }
    }
}

fn ruling(app: &App, person: &Account, reason: &str) -> Ruling {
    Ruling {
        confirmed: reason.is_empty(),
        reason: reason.to_owned(),
        act: act(app, person),
    }
}

async fn confirm(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
    proposal: &Correction,
) -> Result<(), CorrectingError> {
    let draft = Draft::make(app, person, slug, proposal.scope).await?;
    let is_same = draft.outcome() == proposal.outcome
        && draft.old.estimate.id == proposal.old_estimate
        && draft.old.applied.as_ref().map(|old| old.id) == proposal.old_evaluation;
    if !is_same {
        return Err(CorrectingError::ChangedMeanwhile);
    }
    let Side {
        estimate,
        applied,
        values,
    } = &draft.new;
    let mut tx = app.office.0.begin_write("confirm a correction").await?;
    let mut conn = tx.conn();
    let ruling = Ruling {
        confirmed: true,
        ..ruling(app, person, "")
    };
    correction::insert_ruling(&mut conn, proposal.id, &ruling).await?;
    if proposal.scope == Scope::Result {
        estimate::insert(&mut conn, estimate).await?;
    }
    if let Some(applied) = applied {
        let lines = values.as_ref().map(evaluate::lines).unwrap_or_default();
        evaluation::insert(&mut conn, applied, &lines).await?;
        if let Some(before) = &draft.old.applied {
            decisions::pass_on(&mut conn, before, applied).await?;
        }
    }
    let detail = told(&mut conn, &draft, proposal).await?;
    let (at, action) = (ruling.act.at, "confirm_correction");
    process::append(&mut conn, &draft.wave, at, action, &detail).await?;
    record(&mut conn, person, at, action, &draft.wave, detail).await?;
    tx.commit().await?;
    app.intake.forget();
    Ok(())
}

/// What everybody reads of a confirmed correction: on what the new version rests.
async fn told(
    conn: &mut Conn<'_>,
    draft: &Draft,
    proposal: &Correction,
) -> Result<Value, CorrectingError> {
    let (estimate, applied) = (&draft.new.estimate, &draft.new.applied);
    let mut detail = detail(proposal);
    if let Some(fields) = detail.as_object_mut() {
        let rests = close::rests_on(conn, &draft.wave, &estimate.result).await?;
        if let Value::Object(rests) = rests {
            fields.extend(rests);
        }
        let held = draft.corrections.iter().filter(|one| one.holds()).count();
        fields.insert("version".to_owned(), held.saturating_add(2).into());
        fields.insert("changes".to_owned(), json!(proposal.changes));
        if let Some(applied) = applied {
            let digest = |bytes: [u8; 32]| Value::from(hex::encode(bytes));
            fields.insert("standard".to_owned(), digest(applied.standard));
            fields.insert("evaluation".to_owned(), digest(applied.input_digest));
        }
        let documents = exports::digests_of(conn, &estimate.result, applied.as_ref()).await?;
        fields.insert("documents".to_owned(), documents);
    }
    Ok(detail)
}
