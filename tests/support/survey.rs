//! A wave of two counties from the example's files, played by the people who play it.

use std::time::Duration;

use minyi::service::accounts::Accounts;
use minyi::service::app::{App, AppConfig, Schema};
use minyi::service::import::{self, About};
use minyi::service::intake::Submission;
use minyi::service::keys::{Keys, random};
use minyi::service::sampling::{Drawn, Ticket, draw_sample};
use minyi::service::waves::{self, file};
use minyi::survey::account::Account;
use minyi::survey::response::{Direction, Mode};
use minyi::survey::role::Role;
use minyi::survey::time::{Clock, Zone};
use minyi::survey::wave::{Wave, WaveSlug};

use super::Stores;

/// Areas of the example.
pub const AREAS: &str = include_str!("../../examples/yangquan/areas.csv");
/// Frame of the example.
pub const FRAME: &str = include_str!("../../examples/yangquan/frame.csv");
/// Margins of the example.
pub const MARGINS: &str = include_str!("../../examples/yangquan/margins.csv");
/// Two counties, 1,200 invitations each, from 1 to 21 December 2026.
pub const WAVE: &str = r#"
slug = "2026q4"
title = { zh-CN = "试验轮次", en = "A wave for a test" }
opens_at = "2026-12-01"
closes_at = "2026-12-21T20:00"
synthetic = true
frame = "example"
margins = "example"
[sample]
unit = "person"
counties = [
  { county = "140303", psus = 24, invitations = 1200 },
  { county = "140311", psus = 24, invitations = 1200 },
]
"#;
/// A password for everybody.
pub const PASSWORD: &str = "four plain words here";

/// An instance with its staff and imports.
pub struct Instance {
    /// The instance.
    pub app: App,
    /// Asks.
    pub first: Account,
    /// Confirms.
    pub second: Account,
    /// Judges.
    pub evaluator: Account,
    _stores: Stores,
}

impl Instance {
    /// On these stores, in November 2026.
    pub async fn on(stores: Stores) -> Self {
        let zone = Zone::shanghai();
        let keys = stores.folder.path().join("keys");
        Keys::init(&keys).expect("keys are made");
        let app = App::open(AppConfig {
            office: stores.office_source.clone(),
            urn: stores.urn_source.clone(),
            keys,
            clock: Clock::at(zone.parse("2026-11-20T09:00").expect("a time")),
            zone,
            public_url: "http://localhost".to_owned(),
            schema: Schema::Check,
        })
        .await
        .expect("the instance starts");
        let accounts = Accounts::new(app.office.clone(), app.clock.clone());
        let hire = async |name: &str, role| {
            let made = accounts.create(name, role, PASSWORD.to_owned()).await;
            made.expect("an account")
        };
        let first = hire("ada", Role::Organizer).await;
        let second = hire("bo", Role::Organizer).await;
        let evaluator = hire("cheng", Role::Evaluator).await;
        let about = About {
            name: "example".to_owned(),
            source: "invented".to_owned(),
            synthetic: true,
        };
        let (office, clock) = (&app.office, &app.clock);
        import::areas(office, clock, &first, AREAS.as_bytes())
            .await
            .expect("areas");
        import::frame(office, clock, &first, &about, FRAME.as_bytes())
            .await
            .expect("a frame");
        import::margins(office, clock, &first, &about, MARGINS.as_bytes())
            .await
            .expect("margins");
        Self {
            app,
            first,
            second,
            evaluator,
            _stores: stores,
        }
    }

    /// Makes, seals, draws and opens a wave, and waits for its second day.
    pub async fn field(&self, text: &str) -> Drawn {
        let app = &self.app;
        let draft = file::read(text, &app.zone, |name| Err(name.to_owned())).expect("a wave");
        let (opens_at, slug) = (draft.wave.opens_at, draft.wave.slug.clone());
        waves::create(app, &self.first, &draft)
            .await
            .expect("created");
        waves::ask_seal(app, &self.first, &slug)
            .await
            .expect("asked");
        waves::confirm_seal(app, &self.second, &slug)
            .await
            .expect("sealed");
        let drawn = draw_sample(app, &self.first, &slug, "6 1 4 3 2 5")
            .await
            .expect("drawn");
        waves::open(app, &self.first, &slug).await.expect("opened");
        app.clock.set(opens_at.plus(Duration::from_hours(30)));
        drawn
    }

    /// One person asks for the close after the announced end, another confirms it.
    pub async fn ask_close(&self, wave: &Wave) {
        self.app
            .clock
            .set(wave.closes_at.plus(Duration::from_hours(1)));
        waves::ask_close(&self.app, &self.first, &wave.slug, None)
            .await
            .expect("asked");
    }
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
