//! What every submission needs of its wave, read once a second: from the office, or where only the urn is, from its own document.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::blind::key_list;
use super::{Intake, IntakeError, lock};
use crate::ledger::blind::KeyList;
use crate::service::keys::{KeysError, WaveKeys};
use crate::service::terms;
use crate::storage::office::wave_key::WrappedKeys;
use crate::storage::office::{area, questionnaire, wave, wave_key};
use crate::storage::urn::blind_key;
use crate::survey::area::Area;
use crate::survey::plan::Plan;
use crate::survey::questionnaire::Questionnaire;
use crate::survey::wave::{Wave, WaveSlug, WaveState};

/// How long what is known of a wave may be used. The gates in the urn have the last word.
const FRESH: Duration = Duration::from_secs(1);

/// What is needed of a wave for every submission.
#[derive(Clone)]
pub(super) struct Known {
    pub wave: Arc<Wave>,
    pub questionnaire: Arc<Questionnaire>,
    /// Nothing where only the urn is here.
    pub plan: Option<Arc<Plan>>,
    /// An interview shorter than this is marked, seconds.
    pub fast_seconds: u32,
    pub keys: Option<Arc<WaveKeys>>,
    /// The wave's public keys, if it takes blind tokens.
    pub list: Option<Arc<KeyList>>,
    pub counties: Arc<HashMap<String, Area>>,
    read: tokio::time::Instant,
}

impl Intake {
    /// What is known of the wave of this name.
    pub(super) async fn known(&self, slug: &str) -> Result<Known, IntakeError> {
        let slug = WaveSlug::parse(slug).map_err(|_| IntakeError::UnknownWave)?;
        if let Some(known) = self.remembered(&slug) {
            return Ok(known);
        }
        let read = self.read(&slug).await;
        match &read {
            Ok(known) => drop(lock(&self.0.waves).insert(slug.as_str().to_owned(), known.clone())),
            Err(IntakeError::UnknownWave) => drop(lock(&self.0.waves).remove(slug.as_str())),
            Err(_) => {}
        }
        read
    }

    /// What is known of a wave. When it is no longer fresh, the first who asks gets nothing and reads
    /// it anew; whoever comes meanwhile goes on with what is known, so that a busy wave is read once a
    /// second and not by every request that waits.
    #[expect(
        clippy::significant_drop_tightening,
        reason = "age and claim are read and changed under one lock"
    )]
    fn remembered(&self, slug: &WaveSlug) -> Option<Known> {
        let mut waves = lock(&self.0.waves);
        let known = waves.get_mut(slug.as_str())?;
        if known.read.elapsed() < FRESH {
            return Some(known.clone());
        }
        known.read = tokio::time::Instant::now();
        None
    }

    async fn read(&self, slug: &WaveSlug) -> Result<Known, IntakeError> {
        if self.0.office.0.here().is_err() {
            return self.read_terms(slug).await;
        }
        let mut tx = self.0.office.0.begin_read("intake wave").await?;
        let conn = &mut tx.conn();
        let wave = wave::find_by_slug(conn, slug)
            .await?
            // Before the draw, a wave is its staff's alone.
            .filter(|wave| wave.state >= wave.kind.ready())
            .ok_or(IntakeError::UnknownWave)?;
        let questionnaire = questionnaire::get(conn, &wave.questionnaire).await?;
        let plan = wave::get_plan(conn, wave.id).await?;
        let counties = area::list(conn).await?;
        let list = self.key_list(conn, wave.id).await?;
        let keys = match wave_key::find(conn, wave.id).await? {
            Some(wrapped) => self.wave_keys(&wave, &wrapped)?,
            None => None,
        };
        Ok(Known {
            wave: Arc::new(wave),
            questionnaire: Arc::new(questionnaire),
            keys,
            list,
            counties: Arc::new(
                counties
                    .iter()
                    .filter(|area| plan.counties().any(|county| *county == area.code))
                    .map(|area| (area.code.as_str().to_owned(), area.clone()))
                    .collect(),
            ),
            fast_seconds: plan.quality().fast_seconds,
            plan: Some(Arc::new(plan)),
            read: tokio::time::Instant::now(),
        })
    }

    /// The same from the urn's document. No keys of codes are among it.
    async fn read_terms(&self, slug: &WaveSlug) -> Result<Known, IntakeError> {
        let found = terms::read(&self.0.urn, slug).await?;
        let told = found.ok_or(IntakeError::UnknownWave)?;
        let list = {
            let mut tx = self.0.urn.0.begin_read("list of keys").await?;
            key_list(blind_key::list(&mut tx.conn(), told.wave.id).await?)?
        };
        let counties = told.counties.into_iter();
        Ok(Known {
            wave: Arc::new(told.wave),
            questionnaire: Arc::new(told.questionnaire),
            keys: None,
            list: (!list.is_empty()).then(|| Arc::new(list)),
            counties: Arc::new(
                counties
                    .map(|area| (area.code.as_str().to_owned(), area))
                    .collect(),
            ),
            fast_seconds: told.fast_seconds,
            plan: None,
            read: tokio::time::Instant::now(),
        })
    }

    /// The wave's keys, if their files are on this node.
    fn wave_keys(
        &self,
        wave: &Wave,
        wrapped: &WrappedKeys,
    ) -> Result<Option<Arc<WaveKeys>>, KeysError> {
        match self.0.keys.wave(wave.id, wrapped) {
            Ok(keys) => Ok(Some(Arc::new(keys))),
            Err(KeysError::Missing { path }) => {
                if wave.state == WaveState::Open {
                    tracing::error!(
                        wave = %wave.slug,
                        file = %path.display(),
                        "the wave's key files are not on this node: copy keys/waves from the node that drew"
                    );
                }
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }
}
