//! From checked answers to a kept record: committed to, sealed, cast; and the receipt of what was sent before.
//!
//! For: every way into the urn. Promises: a record is sealed under the key of a day that is open when it is kept; a receipt names
//! what the log will hold, and never the salt.

use super::cast::{Cast, Outcome};
use super::known::Known;
use super::places::Claim;
use super::trial::Trial;
use super::{
    EPOCH_TRIES, Failure, IntakeError, RETRY, Receipt, epoch_of, lock, promise_by, record,
};
use crate::ledger::commitment::Commitment;
use crate::ledger::promise::Promise;
use crate::ledger::seal::NONCE;
use crate::service::app::App;
use crate::service::keys::{EpochKey, EpochKeys, random};
use crate::storage::urn::pool::Pooled;
use crate::storage::urn::spent::{Earlier, NewSpent};
use crate::storage::urn::trial::Tried;
use crate::storage::urn::{epoch, gate};
use crate::survey::answer::Answers;
use crate::survey::ids::{ResponseId, WaveId};
use crate::survey::invitation::Place;
use crate::survey::response::{Response, Traits};
use crate::survey::sample::UnitCode;
use crate::survey::time::Instant;

/// A record before it is sealed.
pub(super) struct Draft<'a> {
    pub known: &'a Known,
    pub token_hash: [u8; 32],
    pub instance: [u8; 16],
    pub digest: [u8; 32],
    pub traits: Traits,
    pub place: Place,
    pub answers: Answers,
    pub claim: Option<Claim>,
    /// Of a blind token: whose key signed it.
    pub unit: Option<UnitCode>,
    /// The commitment that the phone has already, if it has one.
    pub trial: Option<Trial>,
}

/// What nobody outside knows of a record: by which it is committed to.
pub(super) struct Secret {
    pub id: [u8; 16],
    pub salt: [u8; 32],
}

impl Secret {
    fn draw() -> Result<Self, IntakeError> {
        Ok(Self {
            id: random()?,
            salt: random()?,
        })
    }
}

/// No day has this number.
const NEVER: i64 = -1;

/// Casts a record. A receipt means that it is kept, exactly once.
pub(super) async fn cast_record(
    app: &App,
    draft: &Draft<'_>,
    now: Instant,
) -> Result<Receipt, IntakeError> {
    let wave = &draft.known.wave;
    let mut number = epoch_of(wave, now);
    for _ in 0..EPOCH_TRIES {
        let Some(keys) = app.intake.epoch_keys(wave.id, number).await? else {
            number = later(app, draft.known, number).await?;
            continue;
        };
        let (secret, tried) = secret(app, draft, number).await?;
        let (cast, receipt) = seal(app, draft, number, &keys, &secret, tried)?;
        match app.intake.0.casting.ask(cast).await? {
            Outcome::Kept => return Ok(receipt),
            Outcome::Again(earlier) => {
                return again(app, wave.id, draft, &earlier);
            }
            Outcome::Other => return Err(IntakeError::AlreadyReceived),
            Outcome::Shut => return Err(shut(app, draft.known, now).await),
            Outcome::Stale => app.intake.forget_epoch(wave.id, number),
            Outcome::Worn => return Err(IntakeError::Worn),
            Outcome::Unsettled => return Err(IntakeError::Busy { retry_after: RETRY }),
            Outcome::Failed => return Err(Failure::Step("casting").into()),
        }
    }
    Err(Failure::NoEpoch.into())
}

/// By what the record is committed to. A day whose key is gone can make no commitment again: the urn then finds the token
/// spent with it, or refuses.
async fn secret(
    app: &App,
    draft: &Draft<'_>,
    number: i64,
) -> Result<(Secret, Option<Tried>), IntakeError> {
    let Some(trial) = &draft.trial else {
        return Ok((Secret::draw()?, None));
    };
    let tried = |epoch| Tried {
        nonce_hash: trial.hash(&draft.token_hash),
        epoch,
    };
    Ok(match trial.day_keys(app, draft, number).await? {
        Some(keys) => (trial.secret(&keys, draft), Some(tried(trial.day))),
        None => (Secret::draw()?, Some(tried(NEVER))),
    })
}

/// The first epoch from this one on that is not closed.
pub(super) async fn later(app: &App, known: &Known, number: i64) -> Result<i64, IntakeError> {
    let mut tx = app.urn.0.begin_read("open epoch").await?;
    Ok(epoch::first_open(&mut tx.conn(), known.wave.id, number).await?)
}

/// Why a gate is shut.
pub(super) async fn shut(app: &App, known: &Known, now: Instant) -> IntakeError {
    app.intake.forget();
    let halted = async {
        let mut tx = app.urn.0.begin_read("why shut").await?;
        gate::count_halted(&mut tx.conn(), known.wave.id).await
    };
    match halted.await {
        Ok(0) => IntakeError::Closed {
            closed_at: now.min(known.wave.closes_at),
        },
        Ok(_) => IntakeError::Busy { retry_after: RETRY },
        Err(error) => error.into(),
    }
}

/// Commits to the record, signs the receipt and seals both.
fn seal(
    app: &App,
    draft: &Draft<'_>,
    number: i64,
    keys: &EpochKeys,
    secret: &Secret,
    tried: Option<Tried>,
) -> Result<(Cast, Receipt), IntakeError> {
    let wave = &draft.known.wave;
    let response = draft.response(secret);
    let commitment = Commitment::from_bytes(response.commitment);
    let record = seal_response(draft.known, &response, number, keys)?;
    let promise_by = promise_by(wave);
    let promise = Promise {
        commitment,
        wave: *wave.id.as_bytes(),
        by: promise_by.micros(),
    };
    let receipt = Receipt {
        commitment,
        promise_by,
        signature: promise.sign(app.keys.signing()),
    };
    let cast = Cast {
        wave: wave.id,
        county: draft.place.county.clone(),
        claim: draft.claim.clone(),
        spent: NewSpent {
            token_hash: draft.token_hash,
            digest: draft.digest,
            // Opens only for whoever sends the instance's random bits again: not for the office, not
            // for the urn, not for both together.
            receipt: keys.retry.derive(&draft.instance).seal(
                random::<NONCE>()?,
                &record::retry_context(wave.id, &draft.token_hash),
                &record::pack_receipt(&receipt),
                record::RECEIPT,
            )?,
            epoch: number,
            unit: draft.unit.clone(),
            tried,
        },
        record,
    };
    Ok((cast, receipt))
}

impl Draft<'_> {
    /// The record, committed to by this secret.
    pub(super) fn response(&self, secret: &Secret) -> Response {
        let traits = self.traits.clone();
        response(self.known, &self.place, &self.answers, traits, secret)
    }
}

fn response(
    known: &Known,
    place: &Place,
    answers: &Answers,
    traits: Traits,
    secret: &Secret,
) -> Response {
    let mut response = Response {
        id: ResponseId::from_random(secret.id),
        wave: known.wave.id,
        place: place.clone(),
        answers: answers.encode(),
        traits,
        commitment: [0; 32],
        salt: secret.salt,
    };
    let commitment = Commitment::to(&response.salt, &record::canonical(&response));
    response.commitment = *commitment.as_bytes();
    response
}

/// A record of these answers, sealed under the keys of an epoch.
pub(super) fn seal_record(
    known: &Known,
    place: &Place,
    answers: &Answers,
    traits: Traits,
    number: i64,
    keys: &EpochKeys,
) -> Result<Pooled, IntakeError> {
    let response = response(known, place, answers, traits, &Secret::draw()?);
    seal_response(known, &response, number, keys)
}

fn seal_response(
    known: &Known,
    response: &Response,
    number: i64,
    keys: &EpochKeys,
) -> Result<Pooled, IntakeError> {
    let (county, unit) = (&response.place.county, &response.place.variance_unit);
    Ok(Pooled {
        key: random()?,
        unit: unit.clone(),
        epoch: number,
        record: keys.record.seal(
            random::<NONCE>()?,
            &record::context(known.wave.id, county, unit, number),
            &record::pack(response),
            record::room(&known.questionnaire),
        )?,
    })
}

/// The receipt of the same submission, sent before.
fn again(
    app: &App,
    wave: WaveId,
    draft: &Draft<'_>,
    earlier: &Earlier,
) -> Result<Receipt, IntakeError> {
    let remembered = lock(&app.intake.0.epochs)
        .get(&(wave, earlier.epoch))
        .cloned();
    let context = record::retry_context(wave, &draft.token_hash);
    let key = match remembered {
        Some(keys) => keys.retry.derive(&draft.instance),
        None => app
            .keys
            .epoch_key(wave, earlier.epoch, EpochKey::Retry)?
            .derive(&draft.instance),
    };
    let opened = key.open(&context, &earlier.receipt)?;
    record::unpack_receipt(&opened).ok_or_else(|| Failure::Receipt.into())
}
