//! RSA keys of blind tokens: how new ones come about, and how they are wrapped.
//!
//! A wave's keys are made while its sample is drawn, one for each variance unit. The private halves lie in the office
//! wrapped as the wave's other keys are: they need the master key and the wave's own file.

use std::num::NonZero;
use std::sync::Arc;
use std::thread;

use rand::SeedableRng as _;
use rand::rngs::ChaCha20Rng;
use zeroize::Zeroizing;

use super::{Keys, KeysError, random};
use crate::ledger::blind::SigningKey;
use crate::ledger::seal::NONCE;
use crate::storage::office::blind::UnitKey;
use crate::survey::ids::WaveId;
use crate::survey::invitation::Place;
use crate::survey::sample::UnitCode;

/// Bytes in which a private key is sealed; PKCS #8 of 2048 bits has some 1,220.
const ROOM: usize = 1_280;
const PURPOSE: &[u8] = b"minyi/v1/blind-key";

/// Where new keys come from.
#[derive(Clone, Default)]
pub enum Maker {
    /// They are made: a fraction of a second each, on every core.
    #[default]
    New,
    /// They are taken in turn from these, so that a test need not wait for hundreds of them.
    Given(Arc<[SigningKey]>),
}

impl Maker {
    /// So many keys.
    pub async fn make(&self, number: usize) -> Result<Vec<SigningKey>, KeysError> {
        match self {
            Self::Given(keys) => Ok(keys.iter().cycle().take(number).cloned().collect()),
            Self::New => tokio::task::spawn_blocking(move || new(number))
                .await
                .map_err(|_| KeysError::Rsa)?,
        }
    }
}

/// So many new keys, on every core.
fn new(number: usize) -> Result<Vec<SigningKey>, KeysError> {
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let share = number.div_ceil(workers).max(1);
    thread::scope(|scope| {
        let shares = (0..number).step_by(share);
        let running: Vec<_> = shares
            .map(|from| scope.spawn(move || some(share.min(number - from))))
            .collect();
        let mut made = Vec::with_capacity(number);
        for worker in running {
            made.extend(worker.join().unwrap_or(Err(KeysError::Rsa))?);
        }
        Ok(made)
    })
}

fn some(number: usize) -> Result<Vec<SigningKey>, KeysError> {
    let mut generator = ChaCha20Rng::from_seed(random()?);
    (0..number)
        .map(|_| SigningKey::generate(&mut generator).map_err(|_| KeysError::Rsa))
        .collect()
}

fn context(wave: WaveId, unit: &UnitCode) -> Vec<u8> {
    [PURPOSE, wave.as_bytes(), unit.as_str().as_bytes()].concat()
}

impl Keys {
    /// Wraps the key of a unit under the wave's files.
    pub fn wrap_blind(
        &self,
        wave: WaveId,
        place: Place,
        key: &SigningKey,
    ) -> Result<UnitKey, KeysError> {
        let der = key.to_der().map_err(|_| KeysError::Rsa)?;
        let public = key.public().map_err(|_| KeysError::Rsa)?;
        let context = context(wave, &place.variance_unit);
        let sealed = self
            .wrapper(wave)?
            .seal(random::<NONCE>()?, &context, &der, ROOM);
        Ok(UnitKey {
            modulus: public.modulus().to_vec(),
            place,
            private_key: sealed.map_err(KeysError::Foreign)?,
        })
    }

    /// Unwraps the key of a unit.
    pub fn blind(
        &self,
        wave: WaveId,
        unit: &UnitCode,
        wrapped: &[u8],
    ) -> Result<SigningKey, KeysError> {
        let opened = self.wrapper(wave)?.open(&context(wave, unit), wrapped);
        let der = Zeroizing::new(opened.map_err(KeysError::Foreign)?);
        SigningKey::from_der(&der).map_err(|_| KeysError::Rsa)
    }
}
