//! What happens before a visitor comes: two waves with simulated residents.
//!
//! For: [`super`]. Uses: the same services as staff and residents do. Promises: nothing is inserted behind
//! the intake's back; every answer is redeemed and cast, every step taken by the person whose it is. The
//! calendar is that of the example's files, so a demonstration looks the same in every year.

use std::collections::BTreeMap;
use std::time::Duration;

use sha2::{Digest as _, Sha256};
use tokio::task::JoinSet;

use super::DemoError;
use super::residents::{Respondent, Truth, respondents};
use crate::cli::progress::Progress;
use crate::i18n::Lang;
use crate::service::accounts::Accounts;
use crate::service::app::App;
use crate::service::batch::{Drain, run_batch};
use crate::service::import::{self, About, read_areas, read_margins};
use crate::service::intake::{self, IntakeError, Submission};
use crate::service::password::Password;
use crate::service::sampling::{Drawn, Ticket, draw_sample};
use crate::service::waves::file;
use crate::service::{close, evaluate, imprint, release, waves};
use crate::survey::account::Account;
use crate::survey::area::AreaCode;
use crate::survey::imprint::Imprint;
use crate::survey::margin::Margins;
use crate::survey::role::Role;
use crate::survey::time::{Instant, Zone};

const AREAS: &str = include_str!("../../../examples/yangquan/areas.csv");
const FRAME: &str = include_str!("../../../examples/yangquan/frame.csv");
const MARGINS: &str = include_str!("../../../examples/yangquan/margins.csv");
const BASE_WAVE: &str = include_str!("../../../examples/yangquan/base-wave.toml");
const WAVE: &str = include_str!("../../../examples/yangquan/wave.toml");
const INDICATORS: &str = include_str!("../../../examples/yangquan/indicators.csv");
const STANDARD: &str = include_str!("../../../standards/yangquan-2004.toml");

/// What the example's wave files call frame and margins.
const DATA: &str = "yangquan-demo";
/// When the first wave is prepared.
pub(super) const BEGIN: &str = "2025-10-27T09:00";
/// When the visitor comes: the second wave is in the field.
const VISIT: &str = "2026-11-20T09:00";
/// A day of fieldwork.
const DAY: Duration = Duration::from_hours(24);

/// County → approval and sense of security in the first wave, in the second.
const TRUTHS: [(&str, Truth, Truth); 5] = [
    ("140302", truth(0.915, 0.86), truth(0.945, 0.925)),
    ("140303", truth(0.900, 0.88), truth(0.912, 0.890)),
    ("140311", truth(0.880, 0.86), truth(0.905, 0.875)),
    ("140321", truth(0.870, 0.88), truth(0.855, 0.840)),
    ("140322", truth(0.905, 0.86), truth(0.938, 0.920)),
];

const fn truth(approval: f64, safety: f64) -> Truth {
    Truth { approval, safety }
}

/// Somebody of the staff, with the password that was made for this demonstration.
pub(super) struct Member {
    pub(super) account: Account,
    pub(super) password: String,
}

/// The people of the demonstration.
pub(super) struct Staff {
    pub(super) first: Member,
    pub(super) second: Member,
    pub(super) evaluator: Member,
}

/// What the visitor finds.
pub(super) struct Ready {
    pub(super) staff: Staff,
    /// Unused codes of the wave in the field, of three counties.
    pub(super) unused: Vec<Ticket>,
    /// Names of the counties of these codes and of the areas that pages name.
    pub(super) counties: BTreeMap<AreaCode, String>,
    /// Answers of the wave in the field.
    pub(super) answers: usize,
}

/// Plays both waves up to the visit.
pub(super) struct Story<'a> {
    pub(super) app: &'a App,
    pub(super) lang: Lang,
    pub(super) progress: &'a Progress,
    pub(super) seed: u64,
    /// Answers of each wave.
    pub(super) responses: usize,
}

impl Story<'_> {
    pub(super) async fn play(&self) -> Result<Ready, DemoError> {
        let staff = self.hire().await?;
        self.import(&staff).await?;
        let (first, second) = (&staff.first.account, &staff.second.account);
        let (base, _) = self.fieldwork(&staff, BASE_WAVE, None).await?;
        let (slug, end) = (&base.wave.slug, base.wave.closes_at);
        self.app.clock.set(end.plus(Duration::from_hours(1)));
        self.say(self.responses, "demo-closing");
        waves::ask_close(self.app, first, slug, None).await?;
        close::confirm_close(self.app, second, slug).await?;
        release::publish(self.app, first, slug).await?;
        let judge = &staff.evaluator.account;
        evaluate::import_standard(self.app, judge, STANDARD).await?;
        evaluate::import_indicators(self.app, judge, INDICATORS).await?;
        let visit = moment(VISIT, &self.app.zone)?;
        let (drawn, silent) = self.fieldwork(&staff, WAVE, Some(visit)).await?;
        let tree = read_areas(AREAS.as_bytes()).map_err(DemoError::Rows)?;
        let name = |area: &crate::survey::area::Area| area.name(self.lang.tag()).to_owned();
        Ok(Ready {
            staff,
            unused: three(drawn.tickets, &silent),
            counties: tree.counties().map(|a| (a.code.clone(), name(a))).collect(),
            answers: self.responses,
        })
    }

    async fn hire(&self) -> Result<Staff, DemoError> {
        let accounts = Accounts::new(self.app.office.clone(), self.app.clock.clone());
        let hire = async |name: &str, role| -> Result<Member, DemoError> {
            let password = Password::generated()?.reveal().to_owned();
            let account = accounts.create(name, role, password.clone()).await?;
            Ok(Member { account, password })
        };
        Ok(Staff {
            first: hire("organizer-1", Role::Organizer).await?,
            second: hire("organizer-2", Role::Organizer).await?,
            evaluator: hire("evaluator", Role::Evaluator).await?,
        })
    }

    async fn import(&self, staff: &Staff) -> Result<(), DemoError> {
        let (office, clock) = (&self.app.office, &self.app.clock);
        let person = &staff.first.account;
        // Results print the source as it stands here, to readers of every language.
        let both = |key: &str| Lang::ALL.map(|lang| lang.t(key)).join(" / ");
        let about = |key: &str| About {
            name: DATA.to_owned(),
            source: both(key),
            synthetic: true,
        };
        import::areas(office, clock, person, AREAS.as_bytes()).await?;
        let frame = about("demo-source-frame");
        import::frame(office, clock, person, &frame, FRAME.as_bytes()).await?;
        let margins = about("demo-source-margins");
        import::margins(office, clock, person, &margins, MARGINS.as_bytes()).await?;
        Ok(())
    }

    /// A wave from its file to the end of fieldwork, or to `until` if that is earlier; and the
    /// invitations that nobody used.
    async fn fieldwork(
        &self,
        staff: &Staff,
        text: &str,
        until: Option<Instant>,
    ) -> Result<(Drawn, Vec<usize>), DemoError> {
        let (app, clock) = (self.app, &self.app.clock);
        let draft = file::read(text, &app.zone, |name| Err(name.to_owned()))?;
        let (opens, closes) = (draft.wave.opens_at, draft.wave.closes_at);
        clock.set(opens.minus(7 * DAY));
        let (first, second) = (&staff.first.account, &staff.second.account);
        let slug = waves::create(app, first, &draft).await?.slug;
        waves::ask_seal(app, first, &slug).await?;
        waves::confirm_seal(app, second, &slug).await?;
        imprint::say(app, first, &slug, &stated()).await?;
        let drawn = draw_sample(app, first, &slug, &format!("demo {} {slug}", self.seed)).await?;
        clock.set(opens.minus(Duration::from_hours(1)));
        waves::open(app, first, &slug).await?;
        let margins = margins()?;
        let is_second = until.is_some();
        let (people, silent) = respondents(
            &Sha256::digest(self.seed.to_be_bytes()).into(),
            &slug,
            &drawn.tickets,
            &margins,
            |county| truth_of(county, is_second),
            self.responses.div_ceil(TRUTHS.len()),
        );
        let end = until.unwrap_or(closes);
        let before = if is_second { self.responses } else { 0 };
        self.answer(&drawn, people, opens, end, before).await?;
        clock.set(end);
        Ok((drawn, silent))
    }

    /// Day after day, everybody whose day it is; the batch at night.
    async fn answer(
        &self,
        drawn: &Drawn,
        people: Vec<Respondent>,
        opens: Instant,
        end: Instant,
        mut done: usize,
    ) -> Result<(), DemoError> {
        let slug = &drawn.wave.slug;
        let period = end.since(opens).saturating_sub(Duration::from_hours(2));
        let mut days: BTreeMap<u64, Vec<Submission>> = BTreeMap::new();
        for person in people {
            let day = period.mul_f64(person.moment).as_secs() / DAY.as_secs();
            let Some(ticket) = drawn.tickets.get(person.ticket) else {
                continue;
            };
            days.entry(day)
                .or_default()
                .push(person.submission(slug, ticket));
        }
        for (day, submissions) in days {
            let day = u32::try_from(day).unwrap_or(u32::MAX);
            self.app
                .clock
                .set(opens.plus(day * DAY + Duration::from_mins(90)));
            done += submissions.len();
            self.send(submissions).await?;
            self.say(done, "demo-answering");
            run_batch(self.app, drawn.wave.id, Drain::No).await?;
        }
        Ok(())
    }

    /// Everybody at once, as they would.
    async fn send(&self, submissions: Vec<Submission>) -> Result<(), DemoError> {
        let mut sending: JoinSet<Result<(), IntakeError>> = JoinSet::new();
        for submission in submissions {
            let app = self.app.clone();
            sending.spawn(async move { persist(&app, submission).await });
        }
        while let Some(sent) = sending.join_next().await {
            sent??;
        }
        Ok(())
    }

    fn say(&self, done: usize, key: &str) {
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        self.progress
            .at(count(done), count(2 * self.responses), self.lang.t(key));
    }
}

/// Sends until it is settled, as a phone does when the service is busy.
async fn persist(app: &App, submission: Submission) -> Result<(), IntakeError> {
    loop {
        match intake::submit(app, submission.clone()).await {
            Err(IntakeError::Busy { retry_after }) => tokio::time::sleep(retry_after).await,
            settled => return settled.map(drop),
        }
    }
}

/// Who answers for the demonstration, in every language.
fn stated() -> Imprint {
    let mut imprint = Imprint::blank();
    for name in ["sponsor", "conductor", "recruitment"] {
        for lang in Lang::ALL {
            if let Some(text) = imprint.text_mut(name) {
                text.set(lang.tag(), &lang.t(&format!("demo-{name}")));
            }
        }
    }
    imprint
}

fn margins() -> Result<Margins, DemoError> {
    let tree = read_areas(AREAS.as_bytes()).map_err(DemoError::Rows)?;
    read_margins(MARGINS.as_bytes(), &tree).map_err(DemoError::Rows)
}

/// The local time of the demonstration's calendar.
pub(super) fn moment(text: &str, zone: &Zone) -> Result<Instant, DemoError> {
    zone.parse(text).map_err(DemoError::Time)
}

fn truth_of(county: &AreaCode, is_second: bool) -> Truth {
    let known = TRUTHS.iter().find(|(code, ..)| *code == county.as_str());
    known.map_or(
        truth(0.9, 0.9),
        |(_, first, second)| {
            if is_second { *second } else { *first }
        },
    )
}

/// An unused code of each of the first three counties.
fn three(tickets: Vec<Ticket>, silent: &[usize]) -> Vec<Ticket> {
    let mut found: BTreeMap<AreaCode, usize> = BTreeMap::new();
    for place in silent {
        if let Some(ticket) = tickets.get(*place) {
            found.entry(ticket.place.county.clone()).or_insert(*place);
        }
    }
    let wanted: Vec<usize> = found.into_values().take(3).collect();
    let kept = tickets.into_iter().enumerate();
    kept.filter(|(place, _)| wanted.contains(place))
        .map(|(_, ticket)| ticket)
        .collect()
}

/// Lets the demonstration's clock run from the visit on, a second a second.
pub(super) fn run_clock(app: &App) {
    let (clock, stop, tasks) = (app.clock.clone(), app.stop.clone(), app.tasks.clone());
    let from = clock.now();
    let begun = tokio::time::Instant::now();
    tasks.spawn(async move {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(Duration::from_millis(250)) => {}
            }
            clock.set(from.plus(begun.elapsed()));
        }
    });
}
