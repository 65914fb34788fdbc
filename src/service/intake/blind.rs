//! Blind tokens: the office signs a message that it cannot read, the urn takes answers with a token that the office never saw.
//!
//! For: the script of the resident's page. Promises: [`unit_key`] and [`sign`] get a code and no answer, [`cast`] gets answers
//! and no code, and nothing that one of them is told or stores is known to another; a code has one message signed, and the same
//! again whenever it is sent again; a code that went one way cannot go the other. The place of a record is that of the key that
//! signed its token, whatever page it came from. Signing is done beside the writer of the office, never by it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZero;
use std::sync::{Arc, Mutex};

use rand::rngs::SysRng;
use tokio::sync::Semaphore;

use super::known::Known;
use super::pipeline::Pipeline;
use super::trial::Trial;
use super::{
    Draft, Failure, Intake, IntakeError, RETRY, Receipt, Submission, cast_record, digest, lock,
    replaced, traits,
};
use crate::ledger::blind::{
    KeyList, Listed, MODULUS, PREFIX, PublicKey, SigningKey, is_same, message, spent,
};
use crate::service::app::App;
use crate::storage::office::blind::{self, Signed};
use crate::storage::office::invitation;
use crate::storage::urn::blind_key;
use crate::storage::{Office, StoreError};
use crate::survey::answer::validate;
use crate::survey::area::{Area, AreaCode};
use crate::survey::ids::WaveId;
use crate::survey::invitation::{Code, CodeHash, Invitation, Place, Status};
use crate::survey::response::Mode;
use crate::survey::sample::UnitCode;
use crate::survey::time::Instant;

/// What a phone proves that it may cast with.
pub struct Token {
    /// The unit whose key signed.
    pub unit: String,
    /// The randomizer that the phone drew.
    pub prefix: [u8; PREFIX],
    /// The signature, unblinded.
    pub signature: Vec<u8>,
}

/// A unit's public key with the proof that it is on the wave's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitKey {
    /// The unit.
    pub unit: UnitCode,
    /// Its line of the list.
    pub listed: Listed,
}

/// What is remembered of keys; they never change once a wave is drawn.
pub(super) struct Remembered {
    lists: Mutex<HashMap<WaveId, Option<Arc<KeyList>>>>,
    private: Mutex<HashMap<(WaveId, UnitCode), Arc<SigningKey>>>,
    public: Mutex<HashMap<WaveId, Arc<Units>>>,
    /// Signatures at a time: as many as there are cores.
    room: Arc<Semaphore>,
}

/// With what a record may be cast, and where it belongs.
type Units = HashMap<String, (Place, PublicKey)>;

impl Default for Remembered {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
        Self {
            lists: Mutex::default(),
            private: Mutex::default(),
            public: Mutex::default(),
            room: Arc::new(Semaphore::new(cores)),
        }
    }
}

impl Remembered {
    /// Forgets the private keys of a wave.
    pub(super) fn forget(&self, wave: WaveId) {
        lock(&self.private).retain(|(of, _), _| *of != wave);
    }
}

/// A blinded message with its signature, to be kept for a code.
#[derive(Clone)]
pub(super) struct Redeem {
    wave: WaveId,
    code_hash: CodeHash,
    signed: Signed,
}

/// What became of it.
#[derive(Clone)]
pub(super) enum Redeemed {
    /// This is what the code has had signed, now or before; nothing if it went the direct way.
    Stands(Option<Signed>),
    /// It is unknown; sending again settles it.
    Unsettled,
    /// The office failed.
    Failed,
}

/// The step of the office.
pub(super) type Signing = Pipeline<Redeem, Redeemed>;

/// Marks the codes of a batch and keeps what they had signed, in one transaction.
pub(super) async fn redeem(office: &Office, batch: &[Redeem]) -> Vec<Redeemed> {
    match commit(office, batch).await {
        Ok(stands) => batch
            .iter()
            .map(|asked| {
                let found = stands.get(&(asked.wave, asked.code_hash));
                Redeemed::Stands(found.cloned().flatten())
            })
            .collect(),
        Err(error) => {
            let error_source = &error as &dyn std::error::Error;
            let failed = if error.is_transient() {
                tracing::warn!(
                    error = error_source,
                    "redeeming for a token was not settled"
                );
                Redeemed::Unsettled
            } else {
                tracing::error!(error = error_source, "redeeming for a token failed");
                Redeemed::Failed
            };
            vec![failed; batch.len()]
        }
    }
}

async fn commit(
    office: &Office,
    batch: &[Redeem],
) -> Result<HashMap<(WaveId, CodeHash), Option<Signed>>, StoreError> {
    // In key order, so that two nodes never wait for each other in a circle; the first of several with one code is kept.
    let mut asked: Vec<&Redeem> = batch.iter().collect();
    asked.sort_by_key(|one| (one.wave, one.code_hash));
    let mut stands = HashMap::new();
    let mut tx = office.0.begin_direct("redeem for a token").await?;
    for Redeem {
        wave,
        code_hash,
        signed,
    } in asked
    {
        let key = (*wave, *code_hash);
        if stands.contains_key(&key) {
            continue;
        }
        let mut conn = tx.conn()?;
        let found = if blind::redeem(&mut conn, *wave, code_hash, signed).await? {
            Some(signed.clone())
        } else {
            blind::find_now(&mut conn, *wave, code_hash).await?
        };
        stands.insert(key, found);
    }
    tx.commit().await?;
    Ok(stands)
}

/// The list of the public keys of a wave, made of what the office holds.
pub(in crate::service) fn key_list(keys: Vec<(Place, Vec<u8>)>) -> Result<KeyList, StoreError> {
    let read = |(place, modulus): (Place, Vec<u8>)| {
        let modulus: [u8; MODULUS] = modulus
            .try_into()
            .map_err(|_| StoreError::Corrupt("modulus"))?;
        Ok((place.variance_unit.as_str().to_owned(), modulus))
    };
    let keys: Result<Vec<_>, StoreError> = keys.into_iter().map(read).collect();
    Ok(KeyList::of(keys?))
}

impl Intake {
    /// The list of a wave's public keys; none in a wave that was drawn before there were blind tokens.
    pub(super) async fn key_list(
        &self,
        conn: &mut crate::storage::Conn<'_>,
        wave: WaveId,
    ) -> Result<Option<Arc<KeyList>>, StoreError> {
        if let Some(known) = lock(&self.0.blind.lists).get(&wave) {
            return Ok(known.clone());
        }
        let list = key_list(blind::list_public(conn, wave).await?)?;
        let list = (!list.is_empty()).then(|| Arc::new(list));
        lock(&self.0.blind.lists).insert(wave, list.clone());
        Ok(list)
    }

    /// The private key of a unit.
    async fn private(&self, wave: WaveId, unit: &UnitCode) -> Result<Arc<SigningKey>, IntakeError> {
        let name = (wave, unit.clone());
        if let Some(key) = lock(&self.0.blind.private).get(&name) {
            return Ok(key.clone());
        }
        let mut tx = self.0.office.0.begin_read("key of a unit").await?;
        let wrapped = blind::find_private(&mut tx.conn(), wave, unit).await?;
        drop(tx);
        let wrapped = wrapped.ok_or(Failure::Step("finding the key of a unit"))?;
        let key = Arc::new(self.0.keys.blind(wave, unit, &wrapped)?);
        lock(&self.0.blind.private).insert(name, key.clone());
        Ok(key)
    }

    /// With what a record of this wave may be cast, as the urn knows it.
    async fn units(&self, wave: WaveId) -> Result<Arc<Units>, IntakeError> {
        if let Some(units) = lock(&self.0.blind.public).get(&wave) {
            return Ok(units.clone());
        }
        let mut tx = self.0.urn.0.begin_read("keys of units").await?;
        let keys = blind_key::list(&mut tx.conn(), wave).await?;
        drop(tx);
        let read = |(place, modulus): (Place, Vec<u8>)| {
            let key =
                PublicKey::from_modulus(&modulus).map_err(|_| StoreError::Corrupt("modulus"))?;
            Ok((place.variance_unit.as_str().to_owned(), (place, key)))
        };
        let units: Result<Units, StoreError> = keys.into_iter().map(read).collect();
        let units = Arc::new(units?);
        // Before a wave opens there are none, and then there are.
        if !units.is_empty() {
            lock(&self.0.blind.public).insert(wave, units.clone());
        }
        Ok(units)
    }
}

/// A code that may have something signed.
struct Asked {
    known: Known,
    list: Arc<KeyList>,
    hash: CodeHash,
    invitation: Invitation,
    /// What it had signed before.
    signed: Option<Signed>,
}

/// Looks a code up; a refusal says what the direct way would say.
async fn asked(
    app: &App,
    (wave_slug, county): (&str, &str),
    typed: &str,
    from: Option<IpAddr>,
) -> Result<Asked, IntakeError> {
    let known = app.intake.known(wave_slug).await?;
    let now = app.clock.now();
    known.taking(now)?;
    let county = known.counties.get(county).ok_or(IntakeError::UnknownWave)?;
    let county = county.code.clone();
    let list = known.list.clone().ok_or(IntakeError::UnknownWave)?;
    let keys = known.wave_keys()?;
    let hash = Code::parse(typed)?.hash(&keys.pepper, known.wave.id);
    let wave = known.wave.id;
    let mut tx = app.office.0.begin_read("code for a token").await?;
    let found = invitation::find(&mut tx.conn(), wave, &hash).await?;
    let signed = match &found {
        Some(found) if found.status == Status::Blind => {
            blind::find(&mut tx.conn(), wave, &hash).await?
        }
        _ => None,
    };
    drop(tx);
    let Some(invitation) = found else {
        let closed = replaced::find(app, &known, &hash, &county).await?;
        return Err(closed.unwrap_or_else(|| app.intake.0.guesses.refuse(wave, from, now)));
    };
    let refusal = match invitation.status {
        _ if invitation.place.county != county => Some(elsewhere(&known, &invitation.place.county)),
        Status::Used => Some(IntakeError::AlreadyReceived),
        Status::Issued | Status::Blind => None,
    };
    if let Some(refusal) = refusal {
        return Err(replaced::or(app, &known, &hash, refusal).await?);
    }
    Ok(Asked {
        known,
        list,
        hash,
        invitation,
        signed,
    })
}

fn elsewhere(known: &Known, county: &AreaCode) -> IntakeError {
    let there: Option<&Area> = known.counties.get(county.as_str());
    there.map_or(IntakeError::UnknownWave, |county| {
        IntakeError::OtherCounty {
            county: Box::new(county.clone()),
        }
    })
}

/// The public key of a code's unit, with the proof that it is one of those in the record. The code stays unused.
pub async fn unit_key(
    app: &App,
    address: (&str, &str),
    code: &str,
    from: Option<IpAddr>,
) -> Result<UnitKey, IntakeError> {
    let asked = asked(app, address, code, from).await?;
    // Whoever made a card anew does not learn here whether the old code had been used. A phone that was at it has its key.
    if asked.invitation.status == Status::Blind {
        let refusal = replaced::find(
            app,
            &asked.known,
            &asked.hash,
            &asked.invitation.place.county,
        );
        if let Some(refusal @ IntakeError::Replaced) = refusal.await? {
            return Err(refusal);
        }
    }
    let unit = asked.invitation.place.variance_unit;
    let listed = asked.list.find(unit.as_str());
    let listed = listed.ok_or(Failure::Step("finding the key of a unit"))?;
    Ok(UnitKey { unit, listed })
}

/// Signs a blinded message for a code and marks the code as used. The same message has the same signature again; another
/// message of the same code has none.
pub async fn sign(
    app: &App,
    address: (&str, &str),
    code: &str,
    blinded: &[u8],
    from: Option<IpAddr>,
) -> Result<Vec<u8>, IntakeError> {
    let asked = asked(app, address, code, from).await?;
    let stands = match asked.signed {
        Some(signed) => signed,
        None => redeem_now(app, &asked, blinded).await?,
    };
    if is_same(&stands.blinded, blinded) {
        return Ok(stands.signature);
    }
    let refusal = IntakeError::UsedElsewhere;
    Err(replaced::or(app, &asked.known, &asked.hash, refusal).await?)
}

/// Signs and keeps; what stands for the code is not this where another one was faster.
async fn redeem_now(app: &App, asked: &Asked, blinded: &[u8]) -> Result<Signed, IntakeError> {
    let wave = asked.known.wave.id;
    let unit = &asked.invitation.place.variance_unit;
    let key = app.intake.private(wave, unit).await?;
    let signature = compute(app, key, blinded.to_vec()).await?;
    let request = Redeem {
        wave,
        code_hash: asked.hash,
        signed: Signed {
            blinded: blinded.to_vec(),
            signature,
        },
    };
    match app.intake.0.signing.ask(request).await? {
        Redeemed::Stands(Some(signed)) => Ok(signed),
        // It went the direct way meanwhile.
        Redeemed::Stands(None) => {
            let refusal = IntakeError::AlreadyReceived;
            Err(replaced::or(app, &asked.known, &asked.hash, refusal).await?)
        }
        Redeemed::Unsettled => Err(IntakeError::Busy { retry_after: RETRY }),
        Redeemed::Failed => Err(Failure::Step("redeeming for a token").into()),
    }
}

/// Signs on a thread that may be busy, not more at a time than there are cores.
async fn compute(
    app: &App,
    key: Arc<SigningKey>,
    blinded: Vec<u8>,
) -> Result<Vec<u8>, IntakeError> {
    let room = app.intake.0.blind.room.clone();
    let waiting = tokio::time::timeout(RETRY, room.acquire_owned());
    let Ok(Ok(place)) = waiting.await else {
        return Err(IntakeError::Busy { retry_after: RETRY });
    };
    let signing = tokio::task::spawn_blocking(move || {
        let signature = key.sign(&mut SysRng, &blinded);
        drop(place);
        signature
    });
    let signature = signing.await.map_err(|_| Failure::Step("signing"))?;
    signature.map_err(|_| IntakeError::NoToken)
}

/// Takes answers with a token. A receipt means that the record is kept, exactly once.
pub async fn cast(
    app: &App,
    submission: Submission,
    token: &Token,
) -> Result<Receipt, IntakeError> {
    cast_with(app, submission, token, None).await
}

/// The same; with a commitment that was made before, if there is one.
pub(super) async fn cast_with(
    app: &App,
    submission: Submission,
    token: &Token,
    trial: Option<Trial>,
) -> Result<Receipt, IntakeError> {
    let outcome = take(app, submission, token, trial).await;
    app.intake.0.outcomes.count(&outcome);
    outcome
}

async fn take(
    app: &App,
    submission: Submission,
    token: &Token,
    trial: Option<Trial>,
) -> Result<Receipt, IntakeError> {
    let known = app.intake.known(&submission.wave_slug).await?;
    let now = app.clock.now();
    let draft = draft_of(app, &known, submission, token, now).await?;
    cast_record(app, &Draft { trial, ..draft }, now).await
}

/// What is to be cast with a token, once token and answers are good.
pub(super) async fn draft_of<'a>(
    app: &App,
    known: &'a Known,
    submission: Submission,
    token: &Token,
    now: Instant,
) -> Result<Draft<'a>, IntakeError> {
    app.urn.0.here()?;
    let submission = Submission {
        mode: Mode::Blind,
        ..submission
    };
    known.taking(now)?;
    // A node of both that still lacks the wave's files: another one may have them.
    if app.office.0.here().is_ok() {
        known.wave_keys()?;
    }
    let units = app.intake.units(known.wave.id).await?;
    let (place, key) = units.get(&token.unit).ok_or(IntakeError::NoToken)?;
    let message = message(known.wave.slug.as_str(), &token.unit);
    if !key.verifies(&token.prefix, &message, &token.signature) {
        return Err(IntakeError::NoToken);
    }
    let answers = validate(&known.questionnaire, &submission.form).map_err(IntakeError::Invalid)?;
    Ok(Draft {
        known,
        token_hash: spent(&token.prefix, &message),
        instance: submission.instance_id,
        digest: digest(
            &app.keys.resends(known.wave.id),
            &submission.instance_id,
            &answers,
        ),
        traits: traits(&known.questionnaire, &submission),
        place: place.clone(),
        answers,
        claim: None,
        unit: Some(place.variance_unit.clone()),
        trial: None,
    })
}

/// The county of a unit, for the page that gives a form back.
pub async fn county_of(app: &App, wave_slug: &str, unit: &str) -> Result<AreaCode, IntakeError> {
    let known = app.intake.known(wave_slug).await?;
    let units = app.intake.units(known.wave.id).await?;
    let (place, _) = units.get(unit).ok_or(IntakeError::NoToken)?;
    Ok(place.county.clone())
}

/// The whole list of a wave's public keys, for everybody.
pub async fn list(app: &App, wave_slug: &str) -> Result<Option<Arc<KeyList>>, IntakeError> {
    Ok(app.intake.known(wave_slug).await?.list)
}
