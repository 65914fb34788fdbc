//! The intake: one resident's submission, redeemed at the office and cast into the urn.
//!
//! Both steps are idempotent and each has its own [`pipeline`]: there is no transaction across the
//! stores. A used code still goes on to cast, where the spent token keeps it at one record per code,
//! from any device. So a crash anywhere between leaves a code whose owner can simply send again:
//! the same instance id and answers get the same receipt, others [`IntakeError::AlreadyReceived`],
//! and an unknown outcome is [`IntakeError::Busy`], which the resend settles.
//!
//! No code, token or answer is in any error, log line or `Debug` here.

pub mod asked;
pub mod blind;
mod cast;
mod draft;
mod error;
pub mod figures;
mod guesses;
mod known;
pub mod open;
pub(super) mod paper;
mod pipeline;
mod places;
pub(super) mod record;
mod redeem;
mod replaced;
pub mod tablet;
pub mod trial;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::cast::{Cast, Outcome};
use self::draft::{Draft, cast_record, later, seal_record, shut};
pub use self::error::{Failure, IntakeError};
use self::figures::{Figures, Outcomes};
use self::guesses::Guesses;
use self::known::Known;
use self::pipeline::Pipeline;
use self::places::{Reserve, Reserved};
use self::record::{digest, traits};
use self::redeem::{Redeem, Redeemed};
use super::app::App;
use super::keys::{EpochKeys, Keys, KeysError, WaveKeys};
use crate::ledger::commitment::Commitment;
use crate::storage::urn::epoch;
use crate::storage::{Backend, Db, Office, Urn};
use crate::survey::answer::validate;
use crate::survey::area::{Area, AreaCode};
use crate::survey::ids::WaveId;
use crate::survey::invitation::{Code, CodeHash, Place};
use crate::survey::questionnaire::Questionnaire;
use crate::survey::response::{Direction, Mode};
use crate::survey::rule::FARTHEST;
use crate::survey::time::Instant;
use crate::survey::wave::{Phase, Wave, WaveKind};

/// When to send again after [`IntakeError::Busy`].
const RETRY: Duration = Duration::from_secs(2);
/// A record is in the log at the latest this long after the announced end: the end may still be moved, and two people
/// must close.
const PROMISE: Duration = FARTHEST.saturating_add(Duration::from_hours(48));
/// By when an answer that is received now is in the log.
pub(super) fn promise_by(wave: &Wave) -> Instant {
    wave.closes_at.plus(PROMISE)
}

/// Length of an epoch.
pub(super) const EPOCH: Duration = Duration::from_hours(24);
/// Epochs tried, each of which was open when it was looked for.
const EPOCH_TRIES: usize = 4;

/// What the resident's page needs.
#[derive(Clone)]
pub struct OpenPage {
    /// The wave.
    pub wave: Arc<Wave>,
    /// Its questionnaire.
    pub questionnaire: Arc<Questionnaire>,
    /// The county of the page.
    pub county: Area,
    /// Whether answers are taken now.
    pub phase: Phase,
    /// An interview shorter than this many seconds is marked `fast`.
    pub fast_seconds: u32,
    /// Root of the list of the wave's public keys, if it takes blind tokens.
    pub blind_keys: Option<[u8; 32]>,
}

/// One sent form.
#[derive(Clone)]
pub struct Submission {
    /// Name of the wave in the page's address.
    pub wave_slug: String,
    /// The code as typed or taken from the address.
    pub code: String,
    /// Division code of the county in the page's address.
    pub county_in_path: String,
    /// The random bits of the rendering, by which a resend is recognized.
    pub instance_id: [u8; 16],
    /// The answers: item id and option code.
    pub form: Vec<(String, String)>,
    /// Language of the page.
    pub language: String,
    /// How the answers came.
    pub mode: Mode,
    /// Direction of the scales.
    pub direction: Direction,
    /// Whether the interview was faster than the plan's limit; `None` without script.
    pub fast: Option<bool>,
}

/// What a resident keeps: proves that the record is there, and nothing about its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What the log will hold.
    pub commitment: Commitment,
    /// The log holds it by then; the same for the whole wave.
    pub promise_by: Instant,
    /// The urn's signature over both.
    pub signature: [u8; 64],
}

impl Receipt {
    /// Eight groups of characters, to be read and compared by people.
    #[must_use]
    pub fn groups(&self) -> [String; 8] {
        self.commitment.groups()
    }
}

/// The pipelines and what is remembered of open waves. Cheap to clone.
#[derive(Clone)]
pub struct Intake(Arc<Inner>);

struct Inner {
    office: Office,
    urn: Urn,
    keys: Keys,
    redeeming: Pipeline<Redeem, Redeemed>,
    casting: Pipeline<Cast, Outcome>,
    reserving: Pipeline<Reserve, Reserved>,
    signing: blind::Signing,
    blind: blind::Remembered,
    guesses: Guesses,
    outcomes: Outcomes,
    waves: Mutex<HashMap<String, Known>>,
    epochs: Mutex<HashMap<(WaveId, i64), Arc<EpochKeys>>>,
}

impl Intake {
    /// Starts the pipelines; `stop` lets them empty their queues and end.
    #[must_use]
    pub fn start(
        office: &Office,
        urn: &Urn,
        keys: &Keys,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> Self {
        let (redeemer, caster) = (office.clone(), urn.clone());
        let of = |db: &Db| match db.backend() {
            Backend::Sqlite => pipeline::Place::Thread,
            Backend::Postgres => pipeline::Place::Task,
        };
        let (at_office, at_urn) = (of(&office.0), of(&urn.0));
        let redeeming =
            Pipeline::start(tasks, stop.clone(), at_office, move |batch: Vec<Redeem>| {
                let office = redeemer.clone();
                async move { redeem::redeem(&office, &batch).await }
            });
        let casting = Pipeline::start(tasks, stop.clone(), at_urn, move |batch: Vec<Cast>| {
            let urn = caster.clone();
            async move { cast::cast(&urn, &batch).await }
        });
        let marker = office.clone();
        let signing = Pipeline::start(
            tasks,
            stop.clone(),
            at_office,
            move |batch: Vec<blind::Redeem>| {
                let office = marker.clone();
                async move { blind::redeem(&office, &batch).await }
            },
        );
        let keeper = urn.clone();
        let reserving = Pipeline::start(tasks, stop.clone(), at_urn, move |batch: Vec<Reserve>| {
            let urn = keeper.clone();
            async move { places::reserve(&urn, &batch).await }
        });
        Self(Arc::new(Inner {
            office: office.clone(),
            urn: urn.clone(),
            keys: keys.clone(),
            redeeming,
            casting,
            reserving,
            signing,
            blind: blind::Remembered::default(),
            guesses: Guesses::default(),
            outcomes: Outcomes::default(),
            waves: Mutex::default(),
            epochs: Mutex::default(),
        }))
    }

    /// What was done since the start, for the operator.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let inner = &self.0;
        Figures {
            accepted: inner.outcomes.accepted(),
            refused: inner.outcomes.refused(),
            trials: inner.outcomes.trials(),
            trials_refused: inner.outcomes.trials_refused(),
            steps: [
                inner.redeeming.figures("redeem"),
                inner.casting.figures("cast"),
                inner.reserving.figures("reserve"),
                inner.signing.figures("sign"),
            ],
        }
    }

    /// Forgets what is known of waves, after one was changed.
    pub fn forget(&self) {
        lock(&self.0.waves).clear();
    }

    /// Forgets the keys of a wave.
    pub(in crate::service) fn forget_keys(&self, wave: WaveId) {
        lock(&self.0.waves).retain(|_, known| known.wave.id != wave);
        self.0.blind.forget(wave);
    }

    /// Forgets an epoch's keys.
    pub(super) fn forget_epoch(&self, wave: WaveId, number: i64) {
        lock(&self.0.epochs).remove(&(wave, number));
    }

    /// The keys of an epoch that takes records; `None` if it is closed.
    async fn epoch_keys(
        &self,
        wave: WaveId,
        number: i64,
    ) -> Result<Option<Arc<EpochKeys>>, IntakeError> {
        if let Some(keys) = lock(&self.0.epochs).get(&(wave, number)) {
            return Ok(Some(keys.clone()));
        }
        let mut tx = self.0.urn.0.begin_intake("note epoch").await?;
        let noted = epoch::find(&mut tx.conn(), wave, number).await?;
        if noted.is_some_and(|epoch| epoch.is_destroyed) {
            return Ok(None);
        }
        let keys = match self.0.keys.epoch(wave, number) {
            Err(KeysError::Missing { path }) => {
                tracing::error!(
                    file = %path.display(),
                    "the urn's key files of a wave are not on this node: copy keys/waves/WAVE from where it was opened"
                );
                return Err(IntakeError::Busy { retry_after: RETRY });
            }
            made => made?,
        };
        epoch::insert(&mut tx.conn(), wave, number, &keys.record.check()).await?;
        let noted = epoch::find(&mut tx.conn(), wave, number).await?;
        tx.commit().await?;
        if noted.is_none_or(|epoch| epoch.key_check != keys.record.check()) {
            return Err(Failure::WrongEpochKey(number).into());
        }
        let keys = Arc::new(keys);
        lock(&self.0.epochs).insert((wave, number), keys.clone());
        Ok(Some(keys))
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The day of a wave's fieldwork, from 0.
pub(super) fn epoch_of(wave: &Wave, now: Instant) -> i64 {
    let days = now.since(wave.opens_at).as_secs() / EPOCH.as_secs();
    i64::try_from(days).unwrap_or(i64::MAX)
}

/// What the resident's page needs.
pub async fn page(app: &App, wave_slug: &str, county_code: &str) -> Result<OpenPage, IntakeError> {
    let known = app.intake.known(wave_slug).await?;
    let county = known
        .counties
        .get(county_code)
        .ok_or(IntakeError::UnknownWave)?;
    if known.wave.kind == WaveKind::Open {
        return Err(IntakeError::UnknownWave);
    }
    Ok(known.page(app.clock.now(), county))
}

impl Known {
    /// What the page of this county needs.
    fn page(&self, now: Instant, county: &Area) -> OpenPage {
        OpenPage {
            phase: self.wave.phase(now),
            county: county.clone(),
            wave: self.wave.clone(),
            questionnaire: self.questionnaire.clone(),
            fast_seconds: self.fast_seconds,
            blind_keys: self.list.as_ref().map(|list| list.root()),
        }
    }

    /// Whether answers are taken at this moment.
    fn taking(&self, now: Instant) -> Result<(), IntakeError> {
        match self.wave.phase(now) {
            Phase::Before(opens_at) => Err(IntakeError::NotYetOpen { opens_at }),
            Phase::Over(closed_at) => Err(IntakeError::Closed { closed_at }),
            Phase::Taking(_) => Ok(()),
        }
    }

    /// Its keys. A node that still lacks the wave's files: another one may have them, or this one soon.
    fn wave_keys(&self) -> Result<&WaveKeys, IntakeError> {
        self.keys
            .as_deref()
            .ok_or(IntakeError::Busy { retry_after: RETRY })
    }
}

/// Takes a submission. A receipt means that the record is kept, exactly once, whatever happens now.
pub async fn submit(app: &App, submission: Submission) -> Result<Receipt, IntakeError> {
    submit_from(app, submission, None).await
}

/// The same from an address, which only wrong codes are counted by, and only in memory.
pub async fn submit_from(
    app: &App,
    submission: Submission,
    from: Option<IpAddr>,
) -> Result<Receipt, IntakeError> {
    let outcome = take(app, submission, from).await;
    app.intake.0.outcomes.count(&outcome);
    outcome
}

async fn take(
    app: &App,
    submission: Submission,
    from: Option<IpAddr>,
) -> Result<Receipt, IntakeError> {
    let known = app.intake.known(&submission.wave_slug).await?;
    // No code is used here for a record that another program would have to take.
    app.urn.0.here()?;
    let now = app.clock.now();
    known.taking(now)?;
    let page_county = known
        .counties
        .get(&submission.county_in_path)
        .ok_or(IntakeError::UnknownWave)?;
    let keys = known.wave_keys()?;
    let code = Code::parse(&submission.code)?;
    let answers = validate(&known.questionnaire, &submission.form).map_err(IntakeError::Invalid)?;
    let hash = code.hash(&keys.pepper, known.wave.id);
    let found = match redeem_code(app, &known, hash, &page_county.code).await {
        Err(error @ (IntakeError::OtherCounty { .. } | IntakeError::UsedElsewhere)) => {
            return Err(replaced::or(app, &known, &hash, error).await?);
        }
        found => found?,
    };
    let Some(place) = found else {
        let closed = replaced::find(app, &known, &hash, &page_county.code).await?;
        return Err(closed.unwrap_or_else(|| app.intake.0.guesses.refuse(known.wave.id, from, now)));
    };
    let draft = Draft {
        known: &known,
        token_hash: code.token(&keys.token, known.wave.id).hash(),
        instance: submission.instance_id,
        digest: digest(&keys.token, &submission.instance_id, &answers),
        traits: traits(&known.questionnaire, &submission),
        place,
        answers,
        claim: None,
        unit: None,
        trial: None,
    };
    match cast_record(app, &draft, now).await {
        Err(error @ IntakeError::AlreadyReceived) => {
            Err(replaced::or(app, &known, &hash, error).await?)
        }
        done => done,
    }
}

/// Where a code was sampled; `None` if there is no such code.
async fn redeem_code(
    app: &App,
    known: &Known,
    code_hash: CodeHash,
    county: &AreaCode,
) -> Result<Option<Place>, IntakeError> {
    let request = Redeem {
        wave: known.wave.id,
        code_hash,
        county: county.clone(),
    };
    match app.intake.0.redeeming.ask(request).await? {
        Redeemed::Good(place) => Ok(Some(place)),
        Redeemed::Elsewhere(county) => Err(match known.counties.get(county.as_str()) {
            Some(county) => IntakeError::OtherCounty {
                county: Box::new(county.clone()),
            },
            None => IntakeError::UnknownWave,
        }),
        Redeemed::ForToken => Err(IntakeError::UsedElsewhere),
        Redeemed::Unknown => Ok(None),
        Redeemed::Unsettled => Err(IntakeError::Busy { retry_after: RETRY }),
        Redeemed::Failed => Err(Failure::Step("redeeming").into()),
    }
}
