//! Cast or challenge: a commitment is opened or cast and never both, on both databases and from two programs at once.

use std::time::Duration;

use futures_util::future::{join, join_all};
use minyi::ledger::commitment::{Commitment, Opened as Record};
use minyi::ledger::promise::Word;
use minyi::service::app::App;
use minyi::service::batch::{Drain, run_batch};
use minyi::service::intake::blind::{self, Token};
use minyi::service::intake::trial::{Opened, Prepared, Trial, cast, open, prepare};
use minyi::service::intake::{self, IntakeError, Receipt, Submission};
use minyi::service::keys::random;
use minyi::service::sampling::{Drawn, Ticket};
use minyi::storage::urn::{leaf, pool, spent, trial};
use minyi::survey::answer::validate;
use minyi::survey::questionnaire::{DEFAULT_2026, Questionnaire, SampledUnit};

use crate::support::blind::token;
use crate::support::city::{City, submission, time};
use crate::support::{Stores, on_both};

const SLUG: &str = "2026q4";
const DAY: Duration = Duration::from_secs(86_400);

async fn field(stores: &Stores) -> (City, Drawn) {
    let city = City::new(stores).await;
    let drawn = city.field(SLUG, "2026-10-20").await;
    city.app.clock.set(time("2026-10-02T12:00"));
    (city, drawn)
}

/// What a phone sends to the urn.
fn sent(drawn: &Drawn, ticket: &Ticket, q1: &str) -> Submission {
    let answers = [
        ("s1", "4"),
        ("s2", "60up"),
        ("q1", q1),
        ("q6", "1"),
        ("q6", "3"),
    ];
    Submission {
        code: String::new(),
        county_in_path: String::new(),
        ..submission(&drawn.wave.slug, ticket, &answers)
    }
}

/// A phone with a token and its answers.
struct Phone {
    token: Token,
    form: Submission,
}

impl Phone {
    async fn new(app: &App, drawn: &Drawn, ticket: &Ticket) -> Self {
        Self {
            token: token(app, SLUG, ticket).await.expect("a token"),
            form: sent(drawn, ticket, "2"),
        }
    }

    async fn prepare(&self, app: &App) -> Result<(Trial, Prepared), IntakeError> {
        let nonce = random().expect("random bits");
        let prepared = prepare(app, self.form.clone(), &self.token, nonce).await?;
        let day = prepared.day;
        Ok((Trial { nonce, day }, prepared))
    }

    async fn open(&self, app: &App, trial: Trial) -> Result<Opened, IntakeError> {
        open(app, self.form.clone(), &self.token, trial).await
    }

    async fn cast(&self, app: &App, trial: Trial) -> Result<Receipt, IntakeError> {
        cast(app, self.form.clone(), &self.token, trial).await
    }

    async fn cast_plainly(&self, app: &App) -> Result<Receipt, IntakeError> {
        blind::cast(app, self.form.clone(), &self.token).await
    }
}

fn is_worn<T>(outcome: &Result<T, IntakeError>) -> bool {
    matches!(outcome, Err(IntakeError::Worn))
}

fn is_received<T>(outcome: &Result<T, IntakeError>) -> bool {
    matches!(outcome, Err(IntakeError::AlreadyReceived))
}

/// Rows of trials, spent tokens and waiting records.
async fn kept(app: &App, drawn: &Drawn) -> (u64, u64, u64) {
    let mut tx = app.urn.0.begin_read("check").await.unwrap();
    let conn = &mut tx.conn();
    let wave = drawn.wave.id;
    let trials = trial::count(conn, wave).await.unwrap();
    let spent = spent::count_by_county(conn, wave).await.unwrap();
    let waiting = pool::count_waiting(conn, wave).await.unwrap();
    let waiting = waiting.iter().map(|line| line.records).sum();
    (trials, spent.values().sum(), waiting)
}

on_both! {
    async fn what_is_opened_held_the_answers_and_is_never_cast(stores) {
        let (city, drawn) = field(&stores).await;
        let (app, ticket) = (&city.app, &drawn.tickets[0]);
        let phone = Phone::new(app, &drawn, ticket).await;
        let (first, prepared) = phone.prepare(app).await.expect("a commitment");
        assert_eq!(kept(app, &drawn).await, (0, 0, 0), "preparing stores nothing");
        let word = Word { commitment: prepared.commitment, wave: *drawn.wave.id.as_bytes() };
        assert!(word.is_signed(&app.keys.verifying(), &prepared.signature));
        // It follows from what was sent, and another draw or another answer gives another one.
        let again = prepare(app, phone.form.clone(), &phone.token, first.nonce).await.expect("the same");
        assert_eq!(again, prepared);
        let other = prepare(app, sent(&drawn, ticket, "3"), &phone.token, first.nonce).await.expect("another");
        assert_ne!(other.commitment, prepared.commitment);
        assert_ne!(phone.prepare(app).await.expect("another").1.commitment, prepared.commitment);

        let opened = phone.open(app, first).await.expect("opened");
        assert_eq!(Commitment::to(&opened.salt, &opened.record), prepared.commitment);
        let record = Record::read(&opened.record).expect("a record");
        let form = Questionnaire::from_toml(DEFAULT_2026).unwrap().for_unit(SampledUnit::Person);
        assert_eq!(record.answers, validate(&form, &phone.form.form).unwrap().encode());
        assert_eq!(record.variance_unit, ticket.place.variance_unit.as_str());
        assert_eq!(kept(app, &drawn).await, (1, 0, 0));
        assert!(phone.open(app, first).await.expect("the same again") == opened);
        assert!(is_worn(&phone.cast(app, first).await));
        // Nor by other answers with what was drawn, nor after a restart.
        let changed = cast(app, sent(&drawn, ticket, "3"), &phone.token, first).await;
        assert!(is_worn(&changed));
        let app = city.reopened(&stores).await;
        assert!(is_worn(&phone.cast(&app, first).await));
        assert_eq!(kept(&app, &drawn).await, (1, 0, 0));

        let (second, prepared) = phone.prepare(&app).await.expect("a commitment");
        let receipt = phone.cast(&app, second).await.expect("a receipt");
        assert_eq!(receipt.commitment, prepared.commitment);
        assert_eq!(kept(&app, &drawn).await, (2, 1, 1));
    }

    async fn the_salt_of_what_was_cast_is_shown_to_nobody(stores) {
        let (city, drawn) = field(&stores).await;
        let app = &city.app;
        for (place, ticket) in drawn.tickets[..30].iter().enumerate() {
            let phone = Phone::new(app, &drawn, ticket).await;
            let (held, prepared) = phone.prepare(app).await.expect("a commitment");
            let (spare, _) = phone.prepare(app).await.expect("a commitment");
            let is_plain = place % 3 == 0;
            let receipt = if is_plain { phone.cast_plainly(app).await } else { phone.cast(app, held).await };
            let receipt = receipt.expect("a receipt");
            assert_eq!(receipt.commitment == prepared.commitment, !is_plain);
            for trial in [held, spare] {
                assert!(is_received(&phone.open(app, trial).await));
            }
            assert!(is_received(&phone.prepare(app).await));
            // Whatever is sent again has the same receipt, in whichever way.
            for again in [phone.cast(app, held).await, phone.cast(app, spare).await, phone.cast_plainly(app).await] {
                assert_eq!(again.expect("the same"), receipt);
            }
            let other = Submission { form: sent(&drawn, ticket, "4").form, ..phone.form.clone() };
            assert!(is_received(&cast(app, other, &phone.token, held).await));
        }
        assert_eq!(kept(app, &drawn).await.1, 30);
        run_batch(app, drawn.wave.id, Drain::No).await.expect("a batch");
    }

    async fn of_opening_and_casting_at_once_one_comes_first(stores) {
        let (city, drawn) = field(&stores).await;
        let nodes = [city.app.clone(), city.reopened(&stores).await];
        let (mut cast_first, mut opened_first) = (0, 0);
        for (round, ticket) in drawn.tickets[..24].iter().enumerate() {
            let phone = Phone::new(&nodes[0], &drawn, ticket).await;
            let (held, prepared) = phone.prepare(&nodes[0]).await.expect("a commitment");
            let opening = |at: usize| phone.open(&nodes[(at + round) % 2], held);
            let casting = |at: usize| phone.cast(&nodes[at % 2], held);
            // Now the one begins, now the other.
            let (openings, castings) = (join_all((0..32).map(opening)), join_all((0..32).map(casting)));
            let (opened, cast) = if round % 2 == 0 {
                join(openings, castings).await
            } else {
                let (cast, opened) = join(castings, openings).await;
                (opened, cast)
            };
            let shown = opened.iter().filter(|one| one.is_ok()).count();
            let received = cast.iter().filter(|one| one.is_ok()).count();
            assert!((shown == 0) != (received == 0), "{shown} shown, {received} received");
            // Whoever is told to send again finds the same.
            let busy = |error: &IntakeError| matches!(error, IntakeError::Busy { .. });
            for one in &opened {
                assert!(one.as_ref().map_or_else(|e| busy(e) || received > 0, |_| true));
            }
            for one in &cast {
                match one {
                    Ok(receipt) => assert_eq!(receipt.commitment, prepared.commitment),
                    Err(error) => assert!(busy(error) || shown > 0, "{error}"),
                }
            }
            if received > 0 {
                cast_first += 1;
                assert!(is_received(&phone.open(&nodes[1], held).await));
            } else {
                opened_first += 1;
                assert!(is_worn(&phone.cast(&nodes[1], held).await));
                phone.cast_plainly(&nodes[0]).await.expect("a receipt");
            }
        }
        println!("cast first {cast_first}, opened first {opened_first}");
        assert_eq!(kept(&nodes[0], &drawn).await.1, 24);
    }

    async fn only_so_many_are_opened_for_a_token(stores) {
        let (city, drawn) = field(&stores).await;
        let nodes = [city.app.clone(), city.reopened(&stores).await];
        let phone = Phone::new(&nodes[0], &drawn, &drawn.tickets[0]).await;
        let mut trials = Vec::new();
        for _ in 0..64 {
            trials.push(phone.prepare(&nodes[0]).await.expect("a commitment").0);
        }
        let openings = trials.iter().enumerate().map(|(at, trial)| phone.open(&nodes[at % 2], *trial));
        let opened = join_all(openings).await;
        let number = opened.iter().filter(|one| one.is_ok()).count();
        assert_eq!(number, 5);
        let refused = opened.iter().filter(|one| matches!(one, Err(IntakeError::TooManyTrials)));
        assert_eq!(refused.count(), 59);
        assert_eq!(kept(&nodes[0], &drawn).await, (5, 0, 0));
        // What was opened is, again and again; another one can be cast.
        let place = |is_open: bool| opened.iter().position(|one| one.is_ok() == is_open).unwrap();
        assert!(phone.open(&nodes[1], trials[place(true)]).await.is_ok());
        assert!(is_worn(&phone.cast(&nodes[1], trials[place(true)]).await));
        phone.cast(&nodes[0], trials[place(false)]).await.expect("a receipt");
        // Another token has its own.
        let other = Phone::new(&nodes[0], &drawn, &drawn.tickets[1]).await;
        let (trial, _) = other.prepare(&nodes[0]).await.expect("a commitment");
        assert!(other.open(&nodes[0], trial).await.is_ok());
    }

    async fn a_commitment_outlives_midnight_and_not_the_key_of_its_day(stores) {
        let (city, drawn) = field(&stores).await;
        let app = &city.app;
        let begin = drawn.wave.opens_at;
        app.clock.set(begin.plus(Duration::from_secs(86_340)));
        let own: Vec<&Ticket> = drawn.tickets.iter().filter(|ticket| ticket.place == drawn.tickets[0].place).collect();
        let phones = {
            let mut phones = Vec::new();
            for ticket in &own[..4] {
                let phone = Phone::new(app, &drawn, ticket).await;
                let (trial, prepared) = phone.prepare(app).await.expect("a commitment");
                assert_eq!(trial.day, 0);
                phones.push((phone, trial, prepared));
            }
            phones
        };
        let [(late, held, prepared), (opened, shown, _), (gone, lost, _), (twice, kept_one, _)] = &phones[..] else { panic!() };
        opened.open(app, *shown).await.expect("opened");
        let yesterday = twice.cast(app, *kept_one).await.expect("a receipt");
        // A minute after midnight: another day, and the same commitment.
        app.clock.set(begin.plus(DAY + Duration::from_secs(60)));
        let receipt = late.cast(app, *held).await.expect("a receipt");
        assert_eq!(receipt.commitment, prepared.commitment);
        assert!(opened.open(app, *shown).await.is_ok());
        assert!(is_worn(&opened.cast(app, *shown).await));
        assert_eq!(kept(app, &drawn).await.0, 3);
        // The record of the first day leaves; with it the day's key, and what was noted under it.
        for ticket in &own[4..34] {
            let form = submission(&drawn.wave.slug, ticket, &[("s1", "4"), ("s2", "60up"), ("q1", "1")]);
            intake::submit(app, form).await.expect("a receipt");
        }
        run_batch(app, drawn.wave.id, Drain::No).await.expect("a batch");
        assert_eq!(kept(app, &drawn).await.0, 0, "forgotten with the day's key");
        assert!(is_worn(&gone.cast(app, *lost).await));
        assert!(is_worn(&gone.open(app, *lost).await));
        assert!(is_worn(&opened.cast(app, *shown).await));
        assert_eq!(twice.cast(app, *kept_one).await.expect("the same"), yesterday);
        // A program that remembers no key finds the same.
        let other = city.reopened(&stores).await;
        assert!(is_worn(&opened.cast(&other, *shown).await));
        let (anew, prepared) = gone.prepare(app).await.expect("a commitment");
        assert_eq!(anew.day, 1);
        assert_eq!(gone.cast(app, anew).await.expect("a receipt").commitment, prepared.commitment);
        // No other day than today's and yesterday's, whatever the phone says.
        for day in [-1, 2, 9, i64::MIN, i64::MAX] {
            let trial = Trial { day, ..*shown };
            assert!(is_worn(&opened.cast(app, trial).await), "{day}");
            assert!(is_worn(&opened.open(app, trial).await), "{day}");
        }
        // What is in the log is what was promised.
        run_batch(app, drawn.wave.id, Drain::Yes).await.expect("a batch");
        let mut tx = app.urn.0.begin_read("check").await.unwrap();
        for commitment in [receipt.commitment, prepared.commitment, yesterday.commitment] {
            assert!(leaf::find(&mut tx.conn(), drawn.wave.id, commitment.as_bytes()).await.unwrap().is_some());
        }
    }

    async fn a_token_that_is_none_and_answers_that_are_none_get_no_commitment(stores) {
        let (city, drawn) = field(&stores).await;
        let (app, ticket) = (&city.app, &drawn.tickets[0]);
        let phone = Phone::new(app, &drawn, ticket).await;
        let forged = Token { prefix: [0; 32], unit: phone.token.unit.clone(), signature: phone.token.signature.clone() };
        let refused = prepare(app, phone.form.clone(), &forged, [1; 32]).await;
        assert!(matches!(refused, Err(IntakeError::NoToken)));
        let (trial, _) = phone.prepare(app).await.expect("a commitment");
        let refused = open(app, phone.form.clone(), &forged, trial).await;
        assert!(matches!(refused, Err(IntakeError::NoToken)));
        let refused = prepare(app, sent(&drawn, ticket, "77"), &phone.token, [1; 32]).await;
        assert!(matches!(refused, Err(IntakeError::Invalid(_))));
        app.clock.set(time("2026-10-20T00:00"));
        assert!(matches!(phone.prepare(app).await, Err(IntakeError::Closed { .. })));
        assert!(matches!(phone.open(app, trial).await, Err(IntakeError::Closed { .. })));
        assert_eq!(kept(app, &drawn).await, (0, 0, 0));
    }
}

/// The phone's side on the documented bytes, in node: what opens, and that every altered digit is seen.
#[test]
fn the_script_opens_the_documented_commitment_and_no_other() {
    let folder = env!("CARGO_MANIFEST_DIR");
    let ran = std::process::Command::new("node")
        .arg(format!("{folder}/tests/support/challenge.mjs"))
        .args(["blind", "challenge"].map(|name| format!("{folder}/assets/{name}.js")))
        .output()
        .expect("node is installed (`make tools`)");
    let (out, err) = (
        String::from_utf8_lossy(&ran.stdout),
        String::from_utf8_lossy(&ran.stderr),
    );
    assert!(ran.status.success(), "{out}{err}");
    assert_eq!(out.trim(), "opened, 302 refused");
}
