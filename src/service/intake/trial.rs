//! Cast or challenge: a commitment to answers that are not sent in yet, which is either opened, or cast.
//!
//! For: `assets/challenge.js`, by way of the blind path. Promises: [`prepare`] stores nothing and commits before it is known what
//! will become of it; [`open`] has noted a commitment as opened, durably, before it shows the salt, and no record is ever kept
//! with it afterwards; whose token is spent has nothing opened any more, so that the salt of a kept record is shown to nobody.
//! Everything follows from the key of the day, the token and what the phone drew: where that key is gone, so is the commitment.

use sha2::{Digest as _, Sha256};

use super::blind::{Token, draft_of};
use super::draft::{Draft, Secret, later};
use super::{EPOCH_TRIES, Failure, IntakeError, Receipt, Submission, epoch_of, record};
use crate::ledger::commitment::Commitment;
use crate::ledger::promise::Word;
use crate::service::app::App;
use crate::service::keys::EpochKeys;
use crate::storage::urn::trial::{self, Opening, Tried};
use crate::storage::urn::{epoch, spent};
use crate::survey::time::Instant;

/// Bytes that a phone draws for a commitment.
pub const NONCE: usize = 32;

/// Separates the key by which commitments are made from every other use of the day's key.
const KEY: &[u8] = b"minyi/v1/trial";
const ID: &[u8] = b"minyi/v1/trial/id";
const SALT: &[u8] = b"minyi/v1/trial/salt";
const HASH: &[u8] = b"minyi/v1/trial/nonce";

/// A commitment, by what the phone drew for it and the day under whose key it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trial {
    /// What the phone drew.
    pub nonce: [u8; NONCE],
    /// The day of the wave's fieldwork, from 0.
    pub day: i64,
}

/// What a phone has in hand before it decides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prepared {
    /// What the log will hold if the answers are sent in with it.
    pub commitment: Commitment,
    /// The urn's word that it made it ([`Word`]).
    pub signature: [u8; 64],
    /// The day under whose key it was made.
    pub day: i64,
}

/// An opened commitment.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// The salt.
    pub salt: [u8; 32],
    /// The canonical bytes of the record.
    pub record: Vec<u8>,
}

impl Trial {
    /// By what a store knows it.
    pub(super) fn hash(&self, token_hash: &[u8; 32]) -> [u8; 32] {
        Sha256::new()
            .chain_update(HASH)
            .chain_update(token_hash)
            .chain_update(self.nonce)
            .finalize()
            .into()
    }

    /// The keys of its day, if it is today's or yesterday's and its key is still there.
    pub(super) async fn day_keys(
        &self,
        app: &App,
        draft: &Draft<'_>,
        today: i64,
    ) -> Result<Option<std::sync::Arc<EpochKeys>>, IntakeError> {
        let is_near =
            self.day == today || (self.day >= 0 && self.day.checked_add(1) == Some(today));
        if !is_near {
            return Ok(None);
        }
        app.intake.epoch_keys(draft.known.wave.id, self.day).await
    }

    /// By what the record of these answers is committed to.
    pub(super) fn secret(&self, keys: &EpochKeys, draft: &Draft<'_>) -> Secret {
        let key = keys.record.derive(KEY);
        let (token, nonce) = (&draft.token_hash, &self.nonce);
        let mut id = [0; 16];
        let drawn = key.mac(ID, &[token, nonce, &draft.answers.encode()]);
        for (to, from) in id.iter_mut().zip(drawn) {
            *to = from;
        }
        let blank = Secret { id, salt: [0; 32] };
        let record = record::canonical(&draft.response(&blank));
        Secret {
            id,
            salt: key.mac(SALT, &[token, nonce, &record]),
        }
    }
}

/// The day that takes records now, with its keys.
async fn today(
    app: &App,
    draft: &Draft<'_>,
    now: Instant,
) -> Result<(i64, std::sync::Arc<EpochKeys>), IntakeError> {
    let wave = &draft.known.wave;
    let mut number = epoch_of(wave, now);
    for _ in 0..EPOCH_TRIES {
        match app.intake.epoch_keys(wave.id, number).await? {
            Some(keys) => return Ok((number, keys)),
            None => number = later(app, draft.known, number).await?,
        }
    }
    Err(Failure::NoEpoch.into())
}

/// Commits to answers with a token, for whatever the phone will do with it. Nothing is stored.
pub async fn prepare(
    app: &App,
    submission: Submission,
    token: &Token,
    nonce: [u8; NONCE],
) -> Result<Prepared, IntakeError> {
    let done = commit(app, submission, token, nonce).await;
    app.intake.0.outcomes.count_prepared(&done);
    done
}

async fn commit(
    app: &App,
    submission: Submission,
    token: &Token,
    nonce: [u8; NONCE],
) -> Result<Prepared, IntakeError> {
    let known = app.intake.known(&submission.wave_slug).await?;
    let now = app.clock.now();
    let draft = draft_of(app, &known, submission, token, now).await?;
    let wave = known.wave.id;
    let mut tx = app.urn.0.begin_read("a token to try").await?;
    let county = &draft.place.county;
    if spent::is_spent(&mut tx.conn(), wave, county, &draft.token_hash).await? {
        return Err(IntakeError::AlreadyReceived);
    }
    drop(tx);
    let (day, keys) = today(app, &draft, now).await?;
    let secret = Trial { nonce, day }.secret(&keys, &draft);
    let commitment = Commitment::from_bytes(draft.response(&secret).commitment);
    let word = Word {
        commitment,
        wave: *wave.as_bytes(),
    };
    Ok(Prepared {
        commitment,
        signature: word.sign(app.keys.signing()),
        day,
    })
}

/// Opens a commitment, which is thrown away. The same again whenever it is asked for, while its day's key is there and nothing
/// was sent in with the token.
pub async fn open(
    app: &App,
    submission: Submission,
    token: &Token,
    trial: Trial,
) -> Result<Opened, IntakeError> {
    let done = show(app, submission, token, trial).await;
    app.intake.0.outcomes.count_opened(&done);
    done
}

async fn show(
    app: &App,
    submission: Submission,
    token: &Token,
    trial: Trial,
) -> Result<Opened, IntakeError> {
    let known = app.intake.known(&submission.wave_slug).await?;
    let now = app.clock.now();
    let draft = draft_of(app, &known, submission, token, now).await?;
    let (today, _) = today(app, &draft, now).await?;
    let keys = trial.day_keys(app, &draft, today).await?;
    let keys = keys.ok_or(IntakeError::Worn)?;
    note(app, &draft, &trial).await?;
    let secret = trial.secret(&keys, &draft);
    Ok(Opened {
        salt: secret.salt,
        record: record::canonical(&draft.response(&secret)),
    })
}

/// Notes that a commitment is opened. Only what is noted may be shown.
async fn note(app: &App, draft: &Draft<'_>, trial: &Trial) -> Result<(), IntakeError> {
    let (wave, county) = (draft.known.wave.id, &draft.place.county);
    let tried = Tried {
        nonce_hash: trial.hash(&draft.token_hash),
        epoch: trial.day,
    };
    let mut tx = app.urn.0.begin_read("a commitment to open").await?;
    let conn = &mut tx.conn();
    if spent::is_spent(conn, wave, county, &draft.token_hash).await? {
        return Err(IntakeError::AlreadyReceived);
    }
    // Shown before: nothing has to be written, and nobody who asks again and again keeps the writer from the others.
    if trial::is_opened(conn, wave, county, &draft.token_hash, &tried).await? {
        return Ok(());
    }
    drop(tx);
    let mut tx = app.urn.0.begin_intake("open a commitment").await?;
    let conn = &mut tx.conn();
    // While it is held nobody forgets the commitments of that day.
    if !epoch::hold_now(conn, wave, trial.day).await? {
        app.intake.forget_epoch(wave, trial.day);
        return Err(IntakeError::Worn);
    }
    if spent::is_spent(conn, wave, county, &draft.token_hash).await? {
        return Err(IntakeError::AlreadyReceived);
    }
    match trial::open(conn, wave, county, &draft.token_hash, &tried).await? {
        Opening::Opened => Ok(tx.commit().await?),
        Opening::Cast => Err(IntakeError::AlreadyReceived),
        Opening::TooMany => Err(IntakeError::TooManyTrials),
    }
}

/// Takes answers with a token and the commitment that the phone has of them. A receipt means that the record is kept with that
/// very commitment, exactly once.
pub async fn cast(
    app: &App,
    submission: Submission,
    token: &Token,
    trial: Trial,
) -> Result<Receipt, IntakeError> {
    super::blind::cast_with(app, submission, token, Some(trial)).await
}
