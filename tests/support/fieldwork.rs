//! A wave in fieldwork with two counties and unused codes, behind its pages on a free port.

use std::time::Duration;

use minyi::service::app::{App, AppConfig, Part};
use minyi::service::keys::random;
use minyi::service::terms;
use minyi::storage::office::{area, blind, invitation, questionnaire, wave, wave_key};
use minyi::storage::urn::{blind_key, gate, pool};
use minyi::survey::area::{Area, AreaCode, AreaTree, Level};
use minyi::survey::ids::WaveId;
use minyi::survey::invitation::{Code, NewInvitation, Place, Status};
use minyi::survey::plan::{CountySample, Plan, WavePlan};
use minyi::survey::questionnaire::{DEFAULT_2026, Questionnaire, SampledUnit, Text};
use minyi::survey::role::Role;
use minyi::survey::sample::{StratumCode, UnitCode};
use minyi::survey::time::{Instant, Zone};
use minyi::survey::wave::{Wave, WaveKind, WaveSlug, WaveState};
use tempfile::TempDir;
use tokio::net::TcpListener;

/// The county of [`Fieldwork::codes`].
pub const COUNTY: &str = "140321";
/// The county of [`Fieldwork::elsewhere`].
pub const OTHER_COUNTY: &str = "140322";
/// The wave's name in addresses.
pub const SLUG: &str = "2026q4";

/// A running instance with one open wave.
pub struct Fieldwork {
    /// The instance.
    pub app: App,
    /// Address of its pages, without a slash at the end.
    pub site: String,
    /// The wave.
    pub wave: WaveId,
    /// Unused codes of [`COUNTY`], as printed.
    pub codes: Vec<String>,
    /// Unused codes of [`OTHER_COUNTY`].
    pub elsewhere: Vec<String>,
    folder: TempDir,
}

impl Fieldwork {
    /// Fieldwork under way: begun a day ago, six more to go.
    pub async fn open() -> Self {
        Self::at("2026-12-02T10:00").await
    }

    /// The same wave (1 to 8 December 2026, Asia/Shanghai) at another time.
    pub async fn at(now: &str) -> Self {
        let (app, folder) = super::instance::open(now).await;
        let time = |text: &str| app.zone.parse(text).expect("a time");
        let wave = insert_wave(&app, time("2026-12-01T00:00"), time("2026-12-08T00:00")).await;
        insert_keys(&app, wave).await;
        let codes = insert_codes(&app, wave, COUNTY).await;
        let elsewhere = insert_codes(&app, wave, OTHER_COUNTY).await;
        let site = super::instance::serve(&app).await;
        Self {
            app,
            site,
            wave,
            codes,
            elsewhere,
            folder,
        }
    }

    /// The same with the urn at a host name of its own: the pages are at `localhost`, the urn at `127.0.0.1`.
    pub async fn apart() -> Self {
        let mut work = Self::open().await;
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        work.site = format!("http://localhost:{port}");
        work.app.public_url = work.site.as_str().into();
        work.app.urn_url = Some(format!("http://127.0.0.1:{port}").into());
        let served = minyi::web::serve(work.app.clone(), listener);
        work.app.tasks.spawn(served);
        work
    }

    /// The same as two programs, each with a part of what is stored: the office at `localhost`, the urn at `127.0.0.1`. What this
    /// instance has open stays beside them, for whoever looks.
    pub async fn two() -> Self {
        let mut work = Self::open().await;
        let ada = super::instance::account(&work.app, "ada", Role::Organizer).await;
        let slug = WaveSlug::parse(SLUG).expect("a name");
        let told = terms::renew(&work.app, &ada, &slug).await;
        told.expect("the urn is told");
        let mut listeners = Vec::new();
        for _ in 0..2 {
            listeners.push(TcpListener::bind("127.0.0.1:0").await.expect("a free port"));
        }
        let port = |place: usize| -> u16 {
            let listener: &TcpListener = &listeners[place];
            listener.local_addr().expect("an address").port()
        };
        work.site = format!("http://localhost:{}", port(0));
        let urn = format!("http://127.0.0.1:{}", port(1));
        for (part, listener) in [Part::Office, Part::Urn].into_iter().zip(listeners) {
            let (folder, clock) = (work.folder.path(), work.app.clock.clone());
            let config = AppConfig::embedded(folder, clock, Zone::shanghai(), &work.site);
            let mut app = App::open(config.of(part))
                .await
                .expect("the program starts");
            app.urn_url = Some(urn.as_str().into());
            app.tasks.spawn(minyi::web::serve(app.clone(), listener));
        }
        work
    }

    /// Whether and how a code was used.
    pub async fn status(&self, code: &str) -> Status {
        let mut tx = self
            .app
            .office
            .0
            .begin_read("status")
            .await
            .expect("the office reads");
        let conn = &mut tx.conn();
        let wrapped = wave_key::find(conn, self.wave).await.expect("read");
        let keys = self
            .app
            .keys
            .wave(self.wave, &wrapped.expect("there"))
            .expect("unwrapped");
        let hash = Code::parse(code)
            .expect("a code")
            .hash(&keys.pepper, self.wave);
        let found = invitation::find(conn, self.wave, &hash).await;
        found.expect("read").expect("an invitation").status
    }

    /// Address of a county's form, with the code in the fragment as on the letter.
    pub fn form(&self, lang: &str, code: &str) -> String {
        format!("{}/s/{SLUG}/{COUNTY}?lang={lang}#{code}", self.site)
    }

    /// Records that wait in the urn.
    pub async fn records(&self) -> u64 {
        let mut tx = self
            .app
            .urn
            .0
            .begin_read("count")
            .await
            .expect("the urn reads");
        let waiting = pool::count_waiting(&mut tx.conn(), self.wave)
            .await
            .expect("a count");
        waiting.iter().map(|line| line.records).sum()
    }
}

async fn insert_wave(app: &App, opens_at: Instant, closes_at: Instant) -> WaveId {
    let before = opens_at.minus(Duration::from_secs(7 * 24 * 3600));
    let form = Questionnaire::from_toml(DEFAULT_2026).expect("the default questionnaire");
    let form = form.for_unit(SampledUnit::Household);
    let counties = [COUNTY, OTHER_COUNTY].map(|code| CountySample {
        county: AreaCode::parse(code).expect("a code"),
        psus: 40,
        invitations: 2000,
    });
    let plan = WavePlan::standard(SampledUnit::Household, counties.to_vec());
    let plan = Plan::Probability(Box::new(plan));
    let draft = Wave {
        id: WaveId::new(before, random().expect("random bits")),
        slug: WaveSlug::parse(SLUG).expect("a name"),
        kind: WaveKind::Probability,
        titles: Text::new([
            ("zh-CN", "2026年第四季度"),
            ("en", "Fourth quarter of 2026"),
        ]),
        questionnaire: form.digest(),
        frame: None,
        margin_set: None,
        base_wave: None,
        plan_digest: plan.digest(),
        state: WaveState::Draft,
        synthetic: false,
        opens_at,
        closes_at,
        seed: None,
        seed_text: None,
        created_at: before,
        created_by: None,
        seal_request: None,
        sealed: None,
        opened_at: None,
        close_request: None,
        closed: None,
        release_at: None,
        published_at: None,
    };
    let keys = app.keys.make_wave(draft.id).expect("the wave's keys");
    let mut tx = app
        .office
        .0
        .begin_write("fixture")
        .await
        .expect("the office writes");
    let conn = &mut tx.conn();
    area::upsert(conn, &tree()).await.expect("areas");
    questionnaire::insert(conn, &form, before)
        .await
        .expect("the questionnaire");
    wave::insert(conn, &draft, &plan).await.expect("the wave");
    wave_key::insert(conn, draft.id, &keys)
        .await
        .expect("its keys");
    let open = Wave {
        state: WaveState::Open,
        opened_at: Some(opens_at),
        seed: Some([7; 32]),
        ..draft
    };
    let stored = wave::update(conn, &open, WaveState::Draft)
        .await
        .expect("the step");
    assert!(stored, "the wave was a draft");
    tx.commit().await.expect("committed");
    let mut tx = app
        .urn
        .0
        .begin_write("fixture")
        .await
        .expect("the urn writes");
    for code in [COUNTY, OTHER_COUNTY] {
        let county = AreaCode::parse(code).expect("a code");
        gate::open(&mut tx.conn(), open.id, &county)
            .await
            .expect("the gate");
    }
    tx.commit().await.expect("committed");
    open.id
}

fn tree() -> AreaTree {
    let area = |code: &str, level, zh: &str, en: &str, parent: Option<&str>| Area {
        code: AreaCode::parse(code).expect("a code"),
        level,
        name_zh: zh.to_owned(),
        name_en: en.to_owned(),
        parent: parent.map(|code| AreaCode::parse(code).expect("a code")),
    };
    AreaTree::new(&[
        area("140300", Level::City, "阳泉市", "Yangquan", None),
        area(COUNTY, Level::County, "平定县", "Pingding", Some("140300")),
        area(
            OTHER_COUNTY,
            Level::County,
            "盂县",
            "Yuxian",
            Some("140300"),
        ),
    ])
    .expect("a tree")
}

/// The keys of blind tokens, as the draw makes them.
async fn insert_keys(app: &App, wave: WaveId) {
    let made = app.blind_keys.make(2).await.expect("keys");
    let wrap = |(county, key): (&str, _)| {
        app.keys
            .wrap_blind(wave, place(county), &key)
            .expect("wrapped")
    };
    let keys: Vec<_> = [COUNTY, OTHER_COUNTY]
        .into_iter()
        .zip(made)
        .map(wrap)
        .collect();
    let mut tx = app
        .office
        .0
        .begin_write("fixture")
        .await
        .expect("the office writes");
    blind::insert_keys(&mut tx.conn(), wave, &keys)
        .await
        .expect("keys");
    let public = blind::list_public(&mut tx.conn(), wave)
        .await
        .expect("read");
    tx.commit().await.expect("committed");
    let mut tx = app
        .urn
        .0
        .begin_write("fixture")
        .await
        .expect("the urn writes");
    blind_key::insert(&mut tx.conn(), wave, &public)
        .await
        .expect("keys");
    tx.commit().await.expect("committed");
}

fn place(county: &str) -> Place {
    Place {
        county: AreaCode::parse(county).expect("a code"),
        stratum: StratumCode::new(format!("{county}-rural")),
        variance_unit: UnitCode::new(format!("{county}-rural-01")),
    }
}

async fn insert_codes(app: &App, wave: WaveId, county: &str) -> Vec<String> {
    let mut tx = app
        .office
        .0
        .begin_write("fixture")
        .await
        .expect("the office writes");
    let wrapped = wave_key::find(&mut tx.conn(), wave)
        .await
        .expect("read")
        .expect("there");
    let keys = app.keys.wave(wave, &wrapped).expect("unwrapped");
    let codes: Vec<Code> = (0..40)
        .map(|_| Code::from_random(random().expect("random bits")))
        .collect();
    let place = place(county);
    let invitations: Vec<NewInvitation> = codes
        .iter()
        .map(|code| NewInvitation {
            code_hash: code.hash(&keys.pepper, wave),
            place: place.clone(),
        })
        .collect();
    invitation::insert(&mut tx.conn(), wave, &invitations)
        .await
        .expect("invitations");
    tx.commit().await.expect("committed");
    codes.iter().map(Code::printed).collect()
}
