//! The demonstration city in an instance: staff, areas, frame and margins, and a wave that nobody
//! answers, taken through its whole life by the people who may.

use minyi::service::app::{App, AppConfig, Part, Schema};
use minyi::service::import::{self, About};
use minyi::service::intake::Submission;
use minyi::service::keys::{Keys, random};
use minyi::service::rules::{self, RuleError};
use minyi::service::sampling::{Drawn, Ticket, draw_sample};
use minyi::service::waves::{self, Draft, file};
use minyi::service::{close, evaluate, standards};
use minyi::stats::threshold::{Change, Figure, FigureInterval, FigureMethod};
use minyi::storage::office::estimate::Estimate as StoredEstimate;
use minyi::storage::office::{account as accounts, estimate, wave};
use minyi::survey::account::{Account, AccountName};
use minyi::survey::ids::{AccountId, EstimateId};
use minyi::survey::response::{Direction, Mode};
use minyi::survey::result::{Estimate, WaveResult};
use minyi::survey::role::Role;
use minyi::survey::rule::RuleChange;
use minyi::survey::time::{Clock, Instant, Zone};
use minyi::survey::wave::{Wave, WaveSlug};

use super::Stores;
use super::instance::account;

/// The standard of the demonstration.
pub const STANDARD: &str = include_str!("../../standards/yangquan-2004.toml");
/// Its reported indicators.
pub const INDICATORS: &str = include_str!("../../examples/yangquan/indicators.csv");

/// An instance on these stores with its staff.
pub struct City {
    /// The instance.
    pub app: App,
    /// Runs waves.
    pub organizer: Account,
    /// Confirms what the first one asks for.
    pub second: Account,
    /// Evaluates.
    pub evaluator: Account,
}

/// A local time of the city.
pub fn time(text: &str) -> Instant {
    Zone::shanghai().parse(text).expect("a time")
}

impl City {
    /// Staff and areas, on 1 October 2026.
    pub async fn new(stores: &Stores) -> Self {
        let keys = stores.folder.path().join("keys");
        Keys::init(&keys).expect("keys are made");
        let app = open(stores, keys, time("2026-10-01")).await;
        let organizer = person(&app, "ada", Role::Organizer).await;
        let second = person(&app, "ben", Role::Organizer).await;
        let evaluator = person(&app, "eva", Role::Evaluator).await;
        let areas = include_bytes!("../../examples/yangquan/areas.csv");
        import::areas(&app.office, &app.clock, &organizer, areas)
            .await
            .expect("areas");
        Self {
            app,
            organizer,
            second,
            evaluator,
        }
    }

    /// Another program on the same stores and keys, at the same time: what the first one remembers it does not.
    pub async fn reopened(&self, stores: &Stores) -> App {
        let keys = stores.folder.path().join("keys");
        open(stores, keys, self.app.clock.now()).await
    }

    /// The same, of one of two programs.
    pub async fn part(&self, stores: &Stores, part: Part) -> App {
        let keys = stores.folder.path().join("keys");
        let now = self.app.clock.now();
        let opened = App::open(config(stores, keys, now).of(part)).await;
        let mut app = opened.expect("the program starts");
        app.urn_url = Some("https://urn.minyi.example".into());
        app
    }

    /// The evaluator imports the demonstration's standard and indicators.
    pub async fn import(&self) {
        evaluate::import_standard(&self.app, &self.evaluator, STANDARD)
            .await
            .expect("the standard");
        evaluate::import_indicators(&self.app, &self.evaluator, INDICATORS)
            .await
            .expect("the indicators");
    }

    /// Opens a wave in two counties that ends at this local time.
    pub async fn open_wave(&self, slug: &str, closes_at: &str) -> WaveSlug {
        self.field(slug, closes_at).await.wave.slug
    }

    /// Imports the example's frame and margins under this name.
    pub async fn import_example(&self, name: &str) {
        let (app, ada) = (&self.app, &self.organizer);
        let about = About {
            name: name.to_owned(),
            source: "demonstration".to_owned(),
            synthetic: true,
        };
        let frame = include_bytes!("../../examples/yangquan/frame.csv");
        import::frame(&app.office, &app.clock, ada, &about, frame)
            .await
            .expect("the frame");
        let margins = include_bytes!("../../examples/yangquan/margins.csv");
        import::margins(&app.office, &app.clock, ada, &about, margins)
            .await
            .expect("the margins");
    }

    /// The same, with its codes.
    pub async fn field(&self, slug: &str, closes_at: &str) -> Drawn {
        self.field_of(slug, closes_at, true).await
    }

    /// The same, of answers that are made up or not.
    pub async fn field_of(&self, slug: &str, closes_at: &str, synthetic: bool) -> Drawn {
        self.field_with(slug, closes_at, synthetic, "").await
    }

    /// The same, with further sections of the wave's file.
    pub async fn field_with(
        &self,
        slug: &str,
        closes_at: &str,
        synthetic: bool,
        sections: &str,
    ) -> Drawn {
        self.import_example(slug).await;
        let app = &self.app;
        let text = format!(
            r#"
            slug = "{slug}"
            title = {{ zh-CN = "演示", en = "Demonstration" }}
            opens_at = "2026-10-02"
            closes_at = "{closes_at}"
            synthetic = {synthetic}
            frame = "{slug}"
            margins = "{slug}"
            [sample]
            unit = "person"
            counties = [
              {{ county = "140321", psus = 20, invitations = 1000 }},
              {{ county = "140322", psus = 20, invitations = 1000 }},
            ]
            {sections}
            "#
        );
        let draft = file::read(&text, &app.zone, |name| Err(name.to_owned())).expect("a wave file");
        self.field_draft(&draft).await
    }

    /// Seals, draws and opens what is described.
    pub async fn field_draft(&self, draft: &Draft) -> Drawn {
        let (app, ada) = (&self.app, &self.organizer);
        let slug = draft.wave.slug.clone();
        waves::create(app, ada, draft).await.expect("made");
        waves::ask_seal(app, ada, &slug).await.expect("asked");
        waves::confirm_seal(app, &self.second, &slug)
            .await
            .expect("sealed");
        let drawn = draw_sample(app, ada, &slug, "4 2 6 1")
            .await
            .expect("drawn");
        waves::open(app, ada, &slug).await.expect("opened");
        drawn
    }

    /// The wave as it is stored.
    pub async fn wave(&self, slug: &WaveSlug) -> Wave {
        let mut tx = self.app.office.0.begin_read("find wave").await.unwrap();
        let found = wave::find_by_slug(&mut tx.conn(), slug).await.unwrap();
        found.expect("the wave")
    }

    /// Two people close the wave at its announced end.
    pub async fn close_wave(&self, slug: &WaveSlug) -> WaveResult {
        self.app.clock.set(self.wave(slug).await.closes_at);
        waves::ask_close(&self.app, &self.organizer, slug, None)
            .await
            .expect("asked");
        close::confirm_close(&self.app, &self.second, slug)
            .await
            .expect("closed")
            .sampled()
            .expect("a sampled wave")
    }

    /// Puts a later standard in force: imported by the evaluator, confirmed by another one.
    pub async fn change_standard(&self, text: &str) {
        let imported = evaluate::import_standard(&self.app, &self.evaluator, text).await;
        let imported = imported.expect("a standard");
        assert_eq!(imported.standing, evaluate::Standing::Proposed);
        let name = format!("{}-{}", self.evaluator.name, imported.standard.version);
        let other = account(&self.app, &name, Role::Evaluator).await;
        let shelf = standards::list(&self.app, &other).await.expect("the desk");
        let mut drafts = shelf.drafts.iter();
        let draft = drafts.find(|draft| draft.text == text).expect("a draft");
        let confirmed = standards::confirm(&self.app, &other, (draft.id, draft.revision)).await;
        confirmed.expect("confirmed");
    }

    /// Stores a later result of the wave, in which both counties are shown to meet both items.
    pub async fn store_favorable(&self, slug: &WaveSlug, result: &WaveResult) -> StoredEstimate {
        let wave = self.wave(slug).await;
        let now = self.app.clock.now().plus(std::time::Duration::from_secs(1));
        let stored = StoredEstimate {
            id: EstimateId::new(now, random().expect("random bits")),
            wave: wave.id,
            result: favorable(result),
            plan_digest: [1; 32],
            input_digest: [2; 32],
            software_version: "minyi test".to_owned(),
            created_at: now,
            created_by: None,
        };
        let mut tx = self.app.office.0.begin_write("fixture").await.unwrap();
        estimate::insert(&mut tx.conn(), &stored).await.unwrap();
        tx.commit().await.unwrap();
        self.app.clock.set(now);
        stored
    }
}

/// Confirms what was asked for last, as somebody who has just read it.
pub async fn confirm_latest(
    app: &App,
    person: &Account,
    slug: &WaveSlug,
) -> Result<RuleChange, RuleError> {
    let board = rules::board(app, person, slug).await?;
    let latest = board.changes.last().expect("a change");
    rules::confirm(app, person, slug, latest.id).await
}

/// What the owner of a ticket sends: these answers, by script.
pub fn submission(slug: &WaveSlug, ticket: &Ticket, form: &[(&str, &str)]) -> Submission {
    Submission {
        wave_slug: slug.to_string(),
        code: ticket.code.printed(),
        county_in_path: ticket.place.county.as_str().to_owned(),
        instance_id: random().expect("random bits"),
        form: form
            .iter()
            .map(|(item, code)| ((*item).to_owned(), (*code).to_owned()))
            .collect(),
        language: "zh-CN".to_owned(),
        mode: Mode::Web,
        direction: Direction::Forward,
        fast: Some(false),
    }
}

fn config(stores: &Stores, keys: std::path::PathBuf, now: Instant) -> AppConfig {
    AppConfig {
        office: stores.office_source.clone(),
        urn: stores.urn_source.clone(),
        keys,
        clock: Clock::at(now),
        zone: Zone::shanghai(),
        public_url: "http://localhost".to_owned(),
        urn_keys: None,
        part: Part::Both,
        schema: Schema::Check,
    }
}

async fn open(stores: &Stores, keys: std::path::PathBuf, now: Instant) -> App {
    let config = config(stores, keys, now);
    let mut app = App::open(config).await.expect("the instance starts");
    app.blind_keys = super::blind::maker();
    app
}

async fn person(app: &App, name: &str, role: Role) -> Account {
    let now = app.clock.now();
    let account = Account {
        id: AccountId::new(now, random().expect("random bits")),
        name: AccountName::parse(name).expect("a name"),
        role,
        created_at: now,
        disabled_at: None,
    };
    let mut tx = app.office.0.begin_write("fixture").await.unwrap();
    accounts::insert(&mut tx.conn(), &account, "no password")
        .await
        .unwrap();
    tx.commit().await.unwrap();
    account
}

/// The same result with 95 % of 800 answers in favor everywhere, five points more than before.
fn favorable(result: &WaveResult) -> WaveResult {
    let mut result = result.clone();
    let interval = FigureInterval {
        low: 0.928,
        high: 0.966,
        method: FigureMethod::Xlogit,
    };
    let of = |item: &str| Estimate {
        item: item.to_owned(),
        approves: vec!["1".to_owned(), "2".to_owned()],
        figure: Figure {
            p: 0.95,
            variance: 0.0001,
            n: 800,
            kish_n_eff: 700.0,
            df: 18.0,
            planned_deff: 1.5,
        },
        standard_error: 0.01,
        design_effect: None,
        n_eff: 475.0,
        interval,
        bounds: interval,
        no_answer: None,
    };
    for county in &mut result.counties {
        county.weighting_failure = None;
        county.approval.obstacles.clear();
        county.approval.estimate = Some(of(&result.plan.approval.item));
        county.safety = Some(of(&result.plan.safety.item));
        county.change.change = Some(Change {
            difference: 0.05,
            variance: 0.0002,
            df: 36.0,
        });
    }
    result
}
