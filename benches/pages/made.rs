//! A wave in fieldwork for a week: answers through the intake, outcomes by file, a long audit log, a standard with its
//! indicators; and its close by two people.

use std::error::Error;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use minyi::service::app::App;
use minyi::service::batch::{Drain, run_batch};
use minyi::service::intake::{self, IntakeError, Submission};
use minyi::service::keys::{Keys, random};
use minyi::service::{close, evaluate, fieldwork, imprint, release, waves};
use minyi::storage::Durability;
use minyi::storage::office::audit;
use minyi::survey::account::Account;
use minyi::survey::audit::Entry;
use minyi::survey::imprint::Imprint;
use minyi::survey::questionnaire::Text;
use minyi::survey::response::{Direction, Mode};
use minyi::survey::role::Role;
use minyi::survey::time::{Clock, Zone};
use minyi::survey::wave::Wave;
use serde_json::json;
use tokio::task::JoinSet;

use super::instance::{COUNTIES, Invited, PASSWORD, SLUG, Stores, config, open_wave};

/// Days of fieldwork before the measurement.
const DAYS: usize = 7;
/// Outcomes that came by file.
const BY_FILE: usize = 2_000;
/// Entries of the audit log of people who noted one outcome after the other.
const ENTRIES: usize = 5_000;
/// Submissions at a time.
const AT_ONCE: usize = 64;

/// The instance.
pub struct Made {
    pub app: App,
    /// Codes for which nothing was noted and that nobody used.
    pub silent: Vec<String>,
    wave: Wave,
    ada: Account,
    ben: Account,
}

impl Made {
    pub async fn new(
        folder: &Path,
        stores: &Stores,
        invitations: usize,
        answers: usize,
    ) -> Result<Self, Box<dyn Error>> {
        Keys::init(&folder.join("keys"))?;
        let clock = Clock::at(Zone::shanghai().parse("2025-12-01T09:00")?);
        let app = App::open(config(folder, stores, Durability::Process, clock)).await?;
        let (wave, invited) = open_wave(&app, invitations, Some(cells().as_bytes())).await?;
        for (name, role) in [
            ("eve", Role::Evaluator),
            ("ruth", Role::Auditor),
            ("root", Role::Administrator),
        ] {
            app.accounts.create(name, role, PASSWORD.to_owned()).await?;
        }
        let person = async |name: &str| app.accounts.identify(name, PASSWORD.to_owned()).await;
        let (ada, ben, eve) = (
            person("ada").await?,
            person("ben").await?,
            person("eve").await?,
        );
        let standard = include_str!("../../standards/yangquan-2004.toml");
        evaluate::import_standard(&app, &eve, standard).await?;
        let indicators = include_str!("../../examples/yangquan/indicators.csv");
        evaluate::import_indicators(&app, &eve, indicators).await?;
        let (answering, silent) = invited.split_at(answers.min(invited.len()));
        let made = Self {
            silent: silent
                .iter()
                .skip(BY_FILE)
                .map(|one| one.code.clone())
                .collect(),
            app,
            wave,
            ada,
            ben,
        };
        made.answer(answering).await?;
        made.note(silent).await?;
        made.log().await?;
        Ok(made)
    }

    /// Day after day: the counts of its beginning, its answers, the batch at night.
    async fn answer(&self, answering: &[Invited]) -> Result<(), Box<dyn Error>> {
        let begin = self.app.zone.parse("2026-01-01T00:30")?;
        for (day, people) in answering.chunks(answering.len().div_ceil(DAYS)).enumerate() {
            let day = Duration::from_hours(24) * u32::try_from(day)?;
            self.app.clock.set(begin.plus(day));
            fieldwork::count_days(&self.app).await?;
            for (block, some) in people.chunks(AT_ONCE).enumerate() {
                let mut sending = JoinSet::new();
                for (place, one) in some.iter().enumerate() {
                    let sent = submission(one, AT_ONCE * block + place)?;
                    sending.spawn(persist(self.app.clone(), sent));
                }
                while let Some(sent) = sending.join_next().await {
                    sent??;
                }
            }
            run_batch(&self.app, self.wave.id, Drain::No).await?;
        }
        Ok(())
    }

    async fn note(&self, silent: &[Invited]) -> Result<(), Box<dyn Error>> {
        let mut file = "code,outcome\n".to_owned();
        for (place, one) in silent.iter().take(BY_FILE).enumerate() {
            let outcome = ["undelivered", "refusal", "non_contact"][place % 3];
            writeln!(file, "{},{outcome}", one.code)?;
        }
        fieldwork::note_file(&self.app, &self.ada, &self.wave.slug, file.as_bytes()).await?;
        Ok(())
    }

    async fn log(&self) -> Result<(), Box<dyn Error>> {
        let mut tx = self.app.office.0.begin_write("a long log").await?;
        let subject = format!("wave {SLUG}");
        for _ in 0..ENTRIES {
            let detail = json!({ "refusal": 1 });
            let now = self.app.clock.now();
            let entry = Entry::by(
                &self.ada,
                now,
                random()?,
                "note_outcomes",
                subject.as_str(),
                detail,
            );
            audit::insert(&mut tx.conn(), &entry).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// Two people close it, one publishes.
    pub async fn close(&self) -> Result<(), Box<dyn Error>> {
        let (app, slug) = (&self.app, &self.wave.slug);
        waves::ask_close(app, &self.ada, slug, Some("the measurement goes on")).await?;
        close::confirm_close(app, &self.ben, slug).await?;
        let both = |text: &str| Text::new([("zh-CN", text), ("en", text)]);
        let said = Imprint {
            sponsor: both("the measurement"),
            conductor: both("the measurement"),
            recruitment: both("by letter"),
            ..Imprint::blank()
        };
        imprint::say(app, &self.ada, slug, &said).await?;
        release::publish(app, &self.ada, slug).await?;
        Ok(())
    }
}

/// A cell for every age and sex of every county.
fn cells() -> String {
    let mut file = "county,age,sex,target,rule\n".to_owned();
    for county in COUNTIES {
        for age in ["18-29", "30-39", "40-49", "50-59", "60up"] {
            for sex in ["female", "male"] {
                // Writing into a text cannot fail.
                let _ = writeln!(file, "{county},{age},{sex},400,monitor");
            }
        }
    }
    file
}

/// What one of many people sends: answers of all kinds.
fn submission(one: &Invited, place: usize) -> Result<Submission, Box<dyn Error>> {
    let age = ["18-29", "30-39", "40-49", "50-59", "60up"][place % 5];
    let sex = ["female", "male"][place % 2];
    let approval = if place.is_multiple_of(11) { "3" } else { "1" };
    let safety = if place.is_multiple_of(7) { "3" } else { "2" };
    let form = [
        ("s1", "4"),
        ("s2", age),
        ("q1", approval),
        ("q2", safety),
        ("d1", sex),
    ];
    Ok(Submission {
        wave_slug: SLUG.to_owned(),
        code: one.code.clone(),
        county_in_path: one.county.clone(),
        instance_id: random()?,
        form: form
            .map(|(item, code)| (item.to_owned(), code.to_owned()))
            .to_vec(),
        language: "zh-CN".to_owned(),
        mode: Mode::Web,
        direction: Direction::Forward,
        fast: Some(false),
    })
}

/// Sends until it is settled, as a phone does when the service is busy.
async fn persist(app: App, sent: Submission) -> Result<(), IntakeError> {
    loop {
        match intake::submit(&app, sent.clone()).await {
            Err(IntakeError::Busy { retry_after }) => tokio::time::sleep(retry_after).await,
            settled => return settled.map(drop),
        }
    }
}
