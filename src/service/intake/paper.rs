//! Answers on paper: a return envelope spends its code, and the sheets of a lot become records.
//!
//! For: `service::paper`. Promises: an envelope counts once, whatever is sent again; its code brings no other answer from then on,
//! and none that came before is touched. Sheets bear no code; those of a lot enter the pool together, in random order, in the
//! transaction that removes what was typed.

use std::collections::HashMap;
use std::sync::Arc;

use hmac::{Hmac, KeyInit as _, Mac as _};
use rand::SeedableRng as _;
use rand::rngs::ChaCha20Rng;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::known::Known;
use super::{
    EPOCH_TRIES, Failure, IntakeError, epoch_of, later, record, redeem_code, replaced, seal_record,
    shut,
};
use crate::ledger::seal::{NONCE, SealKey};
use crate::service::app::App;
use crate::service::keys::{WaveKeys, random};
use crate::stats::rng::shuffle;
use crate::storage::urn::spent::{self, NewSpent};
use crate::storage::urn::{envelope, epoch, gate, lot, pool, sheet};
use crate::survey::area::Area;
use crate::survey::ids::AccountId;
use crate::survey::invitation::{Code, CodeHash, Place};
use crate::survey::paper::{Lot, Reading, Typist};
use crate::survey::questionnaire::Questionnaire;
use crate::survey::response::{Mode, Traits};
use crate::survey::time::Instant;
use crate::survey::wave::{Wave, WaveKind};

/// What typing needs of a wave.
pub(in crate::service) struct Desk {
    pub wave: Arc<Wave>,
    pub questionnaire: Arc<Questionnaire>,
    pub counties: Arc<HashMap<String, Area>>,
    known: Known,
}

/// A wave whose sample was drawn.
pub(in crate::service) async fn desk(app: &App, slug: &str) -> Result<Desk, IntakeError> {
    // A code is spent in the office and its sheet waits in the urn.
    app.urn.0.here()?;
    let known = app.intake.known(slug).await?;
    if known.wave.kind == WaveKind::Open {
        return Err(IntakeError::UnknownWave);
    }
    Ok(Desk {
        wave: known.wave.clone(),
        questionnaire: known.questionnaire.clone(),
        counties: known.counties.clone(),
        known,
    })
}

impl Desk {
    /// The mark of somebody who types.
    pub(in crate::service) fn typist(&self, person: AccountId) -> Result<Typist, IntakeError> {
        let whole = mac(
            self.known.wave_keys()?,
            b"minyi/v1/typist",
            person.as_bytes(),
        );
        let half = whole.first_chunk::<16>().copied().unwrap_or_default();
        Ok(Typist::from_bytes(half))
    }

    /// What seals readings: a key of the wave's, which is in no database.
    pub(in crate::service) fn key(&self) -> Result<SealKey, IntakeError> {
        let keys = self.known.wave_keys()?;
        Ok(SealKey::from_bytes(mac(keys, b"minyi/v1/sheet", b"")))
    }

    /// Bytes of a sealed reading.
    pub(in crate::service) fn room(&self) -> usize {
        record::room(&self.questionnaire)
    }
}

fn mac(keys: &WaveKeys, purpose: &[u8], value: &[u8]) -> [u8; 32] {
    // A 32-byte key always fits: HMAC takes keys of any length.
    Hmac::<Sha256>::new_from_slice(keys.token.as_slice()).map_or([0; 32], |mut mac| {
        mac.update(purpose);
        mac.update(value);
        mac.finalize().into_bytes().into()
    })
}

/// A return envelope with this code arrived: where its sheet belongs.
pub(in crate::service) async fn accept(
    app: &App,
    slug: &str,
    typed: &str,
    instance: &[u8; 16],
) -> Result<Place, IntakeError> {
    let desk = desk(app, slug).await?;
    let (known, now) = (&desk.known, app.clock.now());
    known.taking(now)?;
    let keys = known.wave_keys()?;
    let code = Code::parse(typed)?;
    let hash = code.hash(&keys.pepper, known.wave.id);
    let place = match redeem(app, known, &hash).await {
        Ok(place) => place,
        Err(error) => return Err(replaced::or(app, known, &hash, error).await?),
    };
    let token = code.token(&keys.token, known.wave.id).hash();
    let digest = mac(keys, b"minyi/v1/envelope", instance);
    match spend(app, known, &place, (token, digest, instance), now).await {
        Err(error @ IntakeError::AlreadyReceived) => {
            Err(replaced::or(app, known, &hash, error).await?)
        }
        Err(error) => Err(error),
        Ok(()) => Ok(place),
    }
}

/// Marks the code as used, in whichever county it is.
async fn redeem(app: &App, known: &Known, hash: &CodeHash) -> Result<Place, IntakeError> {
    let first = known
        .counties
        .values()
        .next()
        .ok_or(IntakeError::UnknownWave)?;
    let mut county = first.code.clone();
    for _ in 0..2 {
        let asked = match redeem_code(app, known, *hash, &county).await {
            Ok(Some(place)) => return Ok(place),
            Ok(None) => replaced::find(app, known, hash, &county).await?,
            Err(error) => Some(error),
        };
        match asked {
            Some(IntakeError::OtherCounty { county: there }) => county = there.code,
            Some(error) => return Err(error),
            None => return Err(IntakeError::UnknownCode),
        }
    }
    Err(IntakeError::UnknownCode)
}

/// Spends the code's token and counts the envelope, once.
async fn spend(
    app: &App,
    known: &Known,
    place: &Place,
    (token_hash, digest, instance): ([u8; 32], [u8; 32], &[u8; 16]),
    now: Instant,
) -> Result<(), IntakeError> {
    let wave = known.wave.id;
    let mut number = epoch_of(&known.wave, now);
    for _ in 0..EPOCH_TRIES {
        let Some(keys) = app.intake.epoch_keys(wave, number).await? else {
            number = later(app, known, number).await?;
            continue;
        };
        let token = NewSpent {
            token_hash,
            digest,
            // There is no receipt; what stands for it looks like any other.
            receipt: keys.retry.derive(instance).seal(
                random::<NONCE>()?,
                &record::retry_context(wave, &token_hash),
                b"",
                record::RECEIPT,
            )?,
            epoch: number,
            unit: None,
            tried: None,
        };
        let mut tx = app.urn.0.begin_direct("take an envelope").await?;
        let conn = &mut tx.conn()?;
        if gate::hold(conn, wave, &[&place.county]).await?.is_empty() {
            return Err(shut(app, known, now).await);
        }
        if !epoch::hold(conn, wave, number).await? {
            app.intake.forget_epoch(wave, number);
            continue;
        }
        if spent::insert(conn, wave, &place.county, &token).await? {
            envelope::add(conn, wave, place).await?;
            tx.commit().await?;
            return Ok(());
        }
        let earlier = spent::list(conn, wave, &place.county, &[token_hash]).await?;
        let is_same = earlier
            .values()
            .flatten()
            .any(|earlier| bool::from(earlier.digest.ct_eq(&digest)));
        return if is_same {
            Ok(())
        } else {
            Err(IntakeError::AlreadyReceived)
        };
    }
    Err(Failure::NoEpoch.into())
}

/// Makes records of a lot's readings; whether it was not done before.
pub(in crate::service) async fn keep(
    app: &App,
    desk: &Desk,
    lot: &Lot,
    readings: Vec<Reading>,
) -> Result<bool, IntakeError> {
    let (known, now) = (&desk.known, app.clock.now());
    let present = readings.into_iter().filter(|reading| !reading.is_missing);
    let mut readings: Vec<Reading> = present.collect();
    let entered = u64::try_from(readings.len()).unwrap_or(u64::MAX);
    shuffle(&mut ChaCha20Rng::from_seed(random()?), &mut readings);
    let wave = known.wave.id;
    let mut number = epoch_of(&known.wave, now);
    for _ in 0..EPOCH_TRIES {
        let Some(keys) = app.intake.epoch_keys(wave, number).await? else {
            number = later(app, known, number).await?;
            continue;
        };
        let mut records = Vec::with_capacity(readings.len());
        for Reading {
            language,
            direction,
            answers,
            ..
        } in &readings
        {
            let traits = Traits {
                mode: Some(Mode::Paper),
                language: Some(language.clone()),
                direction: Some(*direction),
                fast: None,
                burst: None,
            };
            records.push(seal_record(
                known, &lot.place, answers, traits, number, &keys,
            )?);
        }
        let mut tx = app.urn.0.begin_direct("keep a lot").await?;
        let conn = &mut tx.conn()?;
        if gate::hold(conn, wave, &[&lot.place.county])
            .await?
            .is_empty()
        {
            return Err(shut(app, known, now).await);
        }
        if !epoch::hold(conn, wave, number).await? {
            app.intake.forget_epoch(wave, number);
            continue;
        }
        if !lot::update_kept(conn, wave, lot, entered).await? {
            return Ok(false);
        }
        for record in &records {
            pool::insert(conn, wave, &lot.place.county, record).await?;
        }
        sheet::delete(conn, wave, lot).await?;
        tx.commit().await?;
        return Ok(true);
    }
    Err(Failure::NoEpoch.into())
}
